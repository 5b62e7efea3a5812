//! The rules of documents: what a finding of `atproof lint` means, and how to mend it.
//!
//! The readers in `protocol` decide; `rules.toml` has the words, and for each rule a good example
//! with one edit that breaks it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use atproof_engine::judge::grade;
use atproof_engine::model::{Degree, Level, Outcome, Requirement, Verdict};
use atproof_protocol::lint::{Kind, Note};
use serde::Deserialize;
use serde_json::Value;

/// A file of `fixtures/documents` and its content.
macro_rules! example {
    ($name:literal) => {
        ($name, include_str!(concat!("../../fixtures/documents/", $name)))
    };
}

/// The rules.
const RULES: &str = include_str!("rules.toml");

/// The good examples by kind and name, in the order of their names.
pub const EXAMPLES: [(&str, &str); 17] = [
    example!("callback/code.txt"),
    example!("callback/error.txt"),
    example!("challenge/nonce.txt"),
    example!("client-id/https.txt"),
    example!("client-id/localhost.txt"),
    example!("client-metadata/by-reference.json"),
    example!("client-metadata/confidential.json"),
    example!("client-metadata/native.json"),
    example!("client-metadata/public.json"),
    example!("did-document/plc.json"),
    example!("did-document/web.json"),
    example!("dpop-proof/par.txt"),
    example!("key-set/keys.json"),
    example!("permission-set/set.json"),
    example!("resource-metadata/pds.json"),
    example!("scope/granular.txt"),
    example!("server-metadata/server.json"),
];

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
    /// Level, where the clause is none of the catalogue and no MUST.
    #[serde(default)]
    pub level: Option<Level>,
    /// The open question of the clause is about something else.
    #[serde(default)]
    pub settled: bool,
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

impl Rule {
    /// An input that breaks the rule, and its kind. `None` for rules about how a document comes.
    pub fn example_of_breaking(&self) -> Option<(Kind, Vec<u8>)> {
        let kind = |name: &str| Kind::from_name(name);
        if let Some(text) = &self.text {
            return Some((kind(self.kind.as_deref()?)?, text.clone().into_bytes()));
        }
        let (name, good) =
            EXAMPLES.iter().find(|(name, _)| Some(*name) == self.example.as_deref())?;
        let kind = kind(self.kind.as_deref().unwrap_or(name.split('/').next()?))?;
        let mut document: Value = serde_json::from_str(good).ok()?;
        for pointer in &self.remove {
            let (around, name) = apart(pointer)?;
            match document.pointer_mut(around)? {
                Value::Array(elements) => drop(elements.remove(name.parse().ok()?)),
                Value::Object(members) => drop(members.shift_remove(&name)?),
                _ => return None,
            }
        }
        for (pointer, value) in &self.set {
            let (around, name) = apart(pointer)?;
            match document.pointer_mut(around)? {
                Value::Array(elements) if name == "-" => elements.push(value.clone()),
                Value::Array(elements) => {
                    *elements.get_mut(name.parse::<usize>().ok()?)? = value.clone();
                }
                Value::Object(members) => drop(members.insert(name, value.clone())),
                _ => return None,
            }
        }
        let mut text = serde_json::to_vec_pretty(&document).ok()?;
        text.push(b'\n');
        Some((kind, text))
    }
}

/// A JSON pointer to what is around a value, and the name of the value in it (RFC 6901).
fn apart(pointer: &str) -> Option<(&str, String)> {
    let (around, name) = pointer.rsplit_once('/')?;
    Some((around, name.replace("~1", "/").replace("~0", "~")))
}

/// How a finding is graded: as a clause that is broken in substance.
pub fn verdict(note: &Note, rule: Option<&Rule>, clause: Option<&Requirement>) -> Verdict {
    if note.is_open {
        return Verdict::Observed;
    }
    let broken = Outcome::Broken {
        degree: Degree::Violated,
        expected: String::new(),
        observed: String::new(),
        at: None,
    };
    match (clause, rule.and_then(|rule| rule.level)) {
        (Some(clause), _) if rule.is_some_and(|rule| rule.settled) => {
            grade(&Requirement { ambiguity: None, ..clause.clone() }, &broken)
        }
        (Some(clause), _) => grade(clause, &broken),
        (None, Some(Level::Should | Level::ShouldNot)) => Verdict::Warn,
        (None, Some(Level::May | Level::Unspecified)) => Verdict::Observed,
        // A section that defines what such a thing is.
        (None, _) => Verdict::Fail,
    }
}
