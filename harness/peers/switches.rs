//! Which faults and variants are switched on.

use std::collections::BTreeSet;

use crate::{FAULTS, Fault, VARIANTS, Variant};

/// The faults and variants of one server. None of them by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// Rules that are broken.
    pub faults: BTreeSet<Fault>,
    /// Freedoms that are taken.
    pub variants: BTreeSet<Variant>,
}

impl Switches {
    /// Reads ids of faults and variants, in any order.
    pub fn parse<I>(ids: I) -> Result<Self, UnknownSwitch>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut switches = Self::default();
        for id in ids {
            let id = id.as_ref();
            let fault = FAULTS.iter().find(|row| row.id.0 == id);
            let variant = VARIANTS.iter().find(|row| row.id.0 == id);
            match (fault, variant) {
                (Some(row), _) => drop(switches.faults.insert(row.fault)),
                (_, Some(row)) => drop(switches.variants.insert(row.variant)),
                _ => return Err(UnknownSwitch::new(id)),
            }
        }
        Ok(switches)
    }
}

/// An id that names neither a fault nor a variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown fault or variant `{id}`; the nearest are {}", .nearest.join(", "))]
pub struct UnknownSwitch {
    /// What was asked for.
    pub id: String,
    /// The ids that are spelled most alike.
    pub nearest: Vec<&'static str>,
}

impl UnknownSwitch {
    fn new(id: &str) -> Self {
        let faults = FAULTS.iter().map(|row| row.id.0);
        let mut known: Vec<_> = faults.chain(VARIANTS.iter().map(|row| row.id.0)).collect();
        known.sort_by_key(|name| (distance(id, name), *name));
        known.truncate(3);
        Self { id: id.to_owned(), nearest: known }
    }
}

/// The number of letters to insert, remove or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut next = vec![i + 1];
        for ((b, &above_left), &above) in to.bytes().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or_default();
            next.push((above_left + usize::from(a != b)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_faults_and_variants() {
        let switches = Switches::parse(["as.par.dpop-optional", "legal.nonce-long"]).unwrap();
        assert_eq!((switches.faults.len(), switches.variants.len()), (1, 1));
    }

    #[test]
    fn lists_near_names() {
        let error = Switches::parse(["as.par.dpop-optionel"]).unwrap_err();
        assert_eq!(error.nearest[0], "as.par.dpop-optional");
    }

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<_> = FAULTS.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), FAULTS.len());
        let ids: BTreeSet<_> = VARIANTS.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), VARIANTS.len());
    }
}
