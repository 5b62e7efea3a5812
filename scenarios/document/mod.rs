//! The rules of documents: what a finding of `atproof lint` means, and how to mend it.
//!
//! The readers in `protocol` decide; `rules.toml` has the words, and for each rule a good example
//! with one edit that breaks it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

/// The rules.
const RULES: &str = include_str!("rules.toml");

/// What a finding means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Code of the defect, such as `client-metadata.scope-missing`.
    pub id: String,
    /// What is wrong.
    pub title: String,
    /// Who notices, and how.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// The good example, a file of `fixtures/documents`.
    #[serde(default)]
    pub example: Option<String>,
    /// Members of the example to change, by JSON pointer.
    #[serde(default)]
    pub set: BTreeMap<String, Value>,
    /// Members of the example to leave out, by JSON pointer.
    #[serde(default)]
    pub remove: Vec<String>,
    /// A bad input as a whole, where no edit makes one.
    #[serde(default)]
    pub text: Option<String>,
    /// The kind of that input.
    #[serde(default)]
    pub kind: Option<String>,
    /// Where the input was found, if the finding depends on it.
    #[serde(default)]
    pub at: Option<String>,
    /// Other rules that the same edit cannot help but break.
    #[serde(default)]
    pub also: Vec<String>,
}

/// What is wrong with the rules. A test reads them, so this cannot happen in a release.
#[derive(Clone, Debug, thiserror::Error)]
#[error("rules.toml: {0}")]
pub struct RuleError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    rule: Vec<Rule>,
}

/// Rules by id.
pub type Rules = BTreeMap<String, Rule>;

/// All rules.
pub fn rules() -> Result<&'static Rules, RuleError> {
    static ALL: OnceLock<Result<Rules, RuleError>> = OnceLock::new();
    ALL.get_or_init(read).as_ref().map_err(Clone::clone)
}

fn read() -> Result<Rules, RuleError> {
    let document: Document = toml::from_str(RULES).map_err(|error| RuleError(error.to_string()))?;
    let mut rules = Rules::new();
    for rule in document.rule {
        let id = rule.id.clone();
        if rules.insert(id.clone(), rule).is_some() {
            return Err(RuleError(format!("{id} stands twice")));
        }
    }
    Ok(rules)
}
