//! The catalogue of clauses: `spec/*.toml`, read on first use.

use std::sync::OnceLock;

use atproof_engine::model::Requirement;
use atproof_engine::run::Catalogue;
use serde::Deserialize;

/// The clauses of the profile.
const ATPROTO: &str = include_str!("spec/atproto.toml");

/// The clauses of the standards that the profile builds on.
const RFC: &str = include_str!("spec/rfc.toml");

/// Why the catalogue cannot be read. A test reads it, so this cannot happen in a release.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{file}: {detail}")]
pub struct CatalogueError {
    file: &'static str,
    detail: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    requirement: Vec<Requirement>,
}

/// All clauses by id.
pub fn catalogue() -> Result<&'static Catalogue, CatalogueError> {
    static CATALOGUE: OnceLock<Result<Catalogue, CatalogueError>> = OnceLock::new();
    CATALOGUE.get_or_init(read).as_ref().map_err(Clone::clone)
}

fn read() -> Result<Catalogue, CatalogueError> {
    let mut catalogue = Catalogue::new();
    for (file, text) in [("atproto.toml", ATPROTO), ("rfc.toml", RFC)] {
        let failed = |detail: String| CatalogueError { file, detail };
        let document: Document = toml::from_str(text).map_err(|error| failed(error.to_string()))?;
        for requirement in document.requirement {
            if let Some(dominant) = &requirement.dominant
                && !requirement.readings.contains(dominant)
            {
                return Err(failed(format!("{}: dominant is no reading", requirement.id)));
            }
            let id = requirement.id.clone();
            if catalogue.insert(id.clone(), requirement).is_some() {
                return Err(failed(format!("{id} stands twice")));
            }
        }
    }
    Ok(catalogue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_whole() {
        let catalogue = catalogue().unwrap();
        assert_eq!(catalogue.len(), 1090);
        for requirement in catalogue.values() {
            let is_named = requirement.ambiguity.is_some();
            assert!(is_named || requirement.readings.is_empty(), "{}", requirement.id);
        }
    }
}
