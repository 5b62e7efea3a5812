//! Whole scope strings: values separated by single spaces.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::permission::RESOURCES;
use super::{Alternative, Include, PermissionSet, Readings, Scope, Syntax, Transition};
use crate::identifier::Nsid;
use crate::oauth::characters::is_nqchar;
use crate::reading::shifted;
use crate::{Defect, Position, Reading};

/// The values of a scope string. `Display` gives its canonical form: the canonical forms of what
/// has a meaning and the rest as spelled, each once, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeSet {
    /// In their order, with repetitions.
    pub values: Vec<Value>,
    pub(super) readings: Readings,
}

/// One value of a scope string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Byte offset in the scope string.
    pub at: usize,
    /// As spelled.
    pub text: String,
    /// What it says.
    pub meaning: Meaning,
}

/// What a value says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Something under the current text.
    Known(Scope),
    /// Well-formed, but of a resource type that the current text does not have, or an unknown
    /// `transition:` value. Confers nothing (ATP-SGRAN-013, ATP-SCOPE-010, ATP-STRANS-019).
    Unknown(Syntax),
    /// Not well-formed, or against the rules of its resource type. Confers nothing.
    Invalid(Defect),
}

/// Reads a scope string.
///
/// There is always a document. Defects are what breaks the grammar or a rule of a resource type;
/// observations are what the text leaves open. Positions are byte offsets in the whole string.
pub fn read(text: &str) -> Reading<ScopeSet> {
    read_as(text, Readings::usual())
}

/// As [`read`], under other readings of the text.
pub fn read_as(text: &str, readings: Readings) -> Reading<ScopeSet> {
    let set = ScopeSet::parse(text, readings);
    let mut defects = Vec::from_iter(separator_fault(text));
    let mut observations = Vec::new();
    for value in &set.values {
        let Meaning::Invalid(defect) = &value.meaning else { continue };
        let open = Alternative::ALL
            .iter()
            .any(|other| other.clause() == defect.clause && defect.code != "scope.action");
        let defect = shifted(defect.clone(), value.at);
        if open { observations.push(defect) } else { defects.push(defect) }
    }
    observations.extend(set.observations());
    Reading { defects, observations, document: Some(set) }
}

/// The values of a scope string with their byte offsets; empty ones where spaces are too many.
pub fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(' ').scan(0, |start, token| {
        let at = *start;
        *start += token.len() + 1;
        Some((at, token))
    })
}

/// What breaks the grammar that all of OAuth shares (RFC 6749, section 3.3): a character that scopes
/// do not have, or values that are not separated by single spaces.
pub fn list_fault(text: &str) -> Option<Defect> {
    character_fault(text).or_else(|| separator_fault(text))
}

/// The first character that scopes do not have.
pub(crate) fn character_fault(text: &str) -> Option<Defect> {
    text.char_indices().find(|&(_, c)| c != ' ' && !is_nqchar(c)).map(|(at, c)| {
        let why = format!("character {c:?} is not allowed in scopes");
        Defect::new("scope.character", "RFC6749-3.3-04", Position::Byte(at), why)
    })
}

fn separator_fault(text: &str) -> Option<Defect> {
    let (at, _) = tokens(text).find(|(_, token)| token.is_empty())?;
    let why = if text.is_empty() { "empty scope" } else { "separate values by single spaces" };
    Some(Defect::new("scope.separator", "RFC6749-3.3-04", Position::Byte(at), why))
}

/// Whether a scope value is of a resource type of the Permission specification, valid or not.
pub fn is_granular(value: &str) -> bool {
    RESOURCES.contains(&value.split([':', '?']).next().unwrap_or_default())
}

impl Meaning {
    fn of(text: &str, readings: Readings) -> Self {
        if let Some(scope) = Scope::fixed(text) {
            return Self::Known(scope);
        }
        match Syntax::parse(text, readings) {
            Err(defect) => Self::Invalid(defect),
            Ok(syntax) => match Scope::permission(&syntax, readings) {
                None => Self::Unknown(syntax),
                Some(permission) => permission.map_or_else(Self::Invalid, Self::Known),
            },
        }
    }
}

impl Value {
    /// What it says, if that is something under the current text.
    pub fn scope(&self) -> Option<&Scope> {
        match &self.meaning {
            Meaning::Known(scope) => Some(scope),
            Meaning::Unknown(_) | Meaning::Invalid(_) => None,
        }
    }

    /// Canonical where it has a meaning, as spelled elsewhere.
    pub(super) fn canonical(&self) -> String {
        self.scope().map_or_else(|| self.text.clone(), Scope::to_string)
    }
}

impl ScopeSet {
    pub(super) fn parse(text: &str, readings: Readings) -> Self {
        let values = tokens(text).filter(|(_, token)| !token.is_empty()).map(|(at, token)| Value {
            at,
            text: token.to_owned(),
            meaning: Meaning::of(token, readings),
        });
        Self { values: values.collect(), readings }
    }

    /// The values that have a meaning.
    pub fn scopes(&self) -> impl Iterator<Item = &Scope> {
        self.values.iter().filter_map(Value::scope)
    }

    /// Whether a value with this meaning is among them.
    pub fn has(&self, scope: &Scope) -> bool {
        self.scopes().any(|other| other == scope)
    }

    /// The permission sets that it names.
    pub fn includes(&self) -> impl Iterator<Item = &Include> {
        self.scopes().filter_map(|scope| match scope {
            Scope::Include(include) => Some(include),
            _ => None,
        })
    }

    /// Puts the permissions of sets in the place of the values that include them.
    ///
    /// What is not among `sets` stays as it is and confers nothing.
    #[must_use]
    pub fn expand(&self, sets: &BTreeMap<Nsid, PermissionSet>) -> Self {
        let expanded = self.values.iter().flat_map(|value| {
            let Some(Scope::Include(include)) = value.scope() else { return vec![value.clone()] };
            let Some(set) = sets.get(&include.nsid) else { return vec![value.clone()] };
            let known = |scope: Scope| Value {
                at: value.at,
                text: scope.to_string(),
                meaning: Meaning::Known(scope),
            };
            set.permissions(include.audience.as_ref()).map(known).collect()
        });
        Self { values: expanded.collect(), readings: self.readings }
    }

    fn observations(&self) -> Vec<Defect> {
        let mut observations = Vec::new();
        let mut seen = BTreeSet::new();
        for value in &self.values {
            let mut observe = |code, clause, why: String| {
                observations.push(Defect::new(code, clause, Position::Byte(value.at), why));
            };
            let Value { text, .. } = value;
            match &value.meaning {
                Meaning::Unknown(_) if text == "openid" => {
                    observe("scope.openid", "ATP-SCOPE-013", "OpenID scope".to_owned());
                }
                Meaning::Unknown(syntax) if syntax.resource == "transition" => {
                    let why = format!("transition value {text:?} is not known");
                    observe("scope.unknown-transition", "ATP-STRANS-019", why);
                }
                Meaning::Unknown(syntax) => {
                    let why = format!("resource type {:?} is not known", syntax.resource);
                    observe("scope.unknown-resource", "ATP-SCOPE-010", why);
                }
                Meaning::Known(Scope::Transition(Transition::ChatBsky))
                    if !self.has(&Scope::Transition(Transition::Generic)) =>
                {
                    let why = "add transition:generic; without it this confers nothing";
                    observe("scope.chat-without-generic", "ATP-STRANS-013", why.to_owned());
                }
                Meaning::Known(_) | Meaning::Invalid(_) => {}
            }
            if !seen.insert(value.canonical()) {
                observe("scope.repeated-value", "ATP-SCOPE-012", "said before".to_owned());
            }
        }
        if !self.has(&Scope::Atproto) {
            let why = "add atproto; without it nothing is open";
            let at = Position::Whole;
            observations.push(Defect::new("scope.without-atproto", "ATP-SCOPE-001", at, why));
        }
        observations
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: BTreeSet<String> = self.values.iter().map(Value::canonical).collect();
        f.write_str(&Vec::from_iter(values).join(" "))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scope::{Operation, RepoAction, scope_string_oracle};

    fn set(text: &str) -> ScopeSet {
        read(text).document.unwrap()
    }

    #[test]
    fn accepts_the_examples_of_the_specification() {
        for text in [
            "identity:*",
            "identity:*?",
            "rpc?lxm=*&aud=did:web:api.example.com%23svc_appview",
            "rpc:app.example.moderation.createReport?aud=*",
            "blob?accept=video/*&accept=text/html",
            "repo:app.example.profile?action=create&action=update&action=delete",
            "repo?collection=app.example.profile&collection=app.example.post",
            "include:app.example.authFull?aud=did:web:api.example.com%23svc_chat",
            "account?action=manage&attr=repo",
        ] {
            let reading = read(text);
            assert_eq!(reading.defects, [], "{text}");
            assert!(reading.document.unwrap().scopes().count() == 1, "{text}");
        }
        for text in ["resource", "resource:a?key=val", "service:did:web:com.example#type?key=val"] {
            let set = set(text);
            assert!(matches!(set.values[0].meaning, Meaning::Unknown(_)), "{text}");
            assert_eq!(set.to_string(), text);
        }
    }

    #[test]
    fn says_where_a_value_is_wrong() {
        for (text, code, clause, at) in [
            ("", "scope.separator", "RFC6749-3.3-04", 0),
            ("atproto  repo:*", "scope.separator", "RFC6749-3.3-04", 8),
            ("atproto ", "scope.separator", "RFC6749-3.3-04", 8),
            ("atproto\trepo:*", "scope.character", "RFC6749-3.3-04", 7),
            ("atproto repo", "scope.parameter-missing", "ATP-SGRAN-021", 12),
            ("atproto repo:", "scope.nsid", "ATP-SGRAN-022", 13),
            ("atproto repo:com.example.*", "scope.nsid", "ATP-SGRAN-022", 25),
            ("repo:a.b.c?collection=a.b.d", "scope.given-twice", "ATP-SGRAN-006", 11),
            ("repo:a.b.c?action=read", "scope.action", "ATP-SGRAN-026", 18),
            ("rpc:a.b.c", "scope.parameter-missing", "ATP-SGRAN-041", 3),
            ("rpc?aud=*", "scope.parameter-missing", "ATP-SGRAN-040", 3),
            ("rpc:*?aud=%2A", "scope.two-wildcards", "ATP-SGRAN-042", 0),
            ("rpc:a.b.c?aud=did:web:a.example", "scope.audience", "ATP-SGRAN-043", 31),
            ("rpc:a.b.c?aud=did:web:a.example%23", "scope.audience", "ATP-SGRAN-043", 14),
            ("blob", "scope.parameter-missing", "ATP-SGRAN-061", 4),
            ("blob:*/png", "scope.accept", "ATP-SGRAN-062", 5),
            ("account:*", "scope.attribute", "ATP-SGRAN-070", 8),
            ("account:status", "scope.attribute", "ATP-SGRAN-070", 8),
            ("account:email?action=write", "scope.action", "ATP-SGRAN-071", 21),
            ("identity:Handle", "scope.attribute", "ATP-SGRAN-080", 9),
            ("include:x", "scope.nsid", "ATP-SGRAN-090", 9),
        ] {
            let reading = read(text);
            let [defect] = reading.defects.as_slice() else { panic!("{text}: {reading:?}") };
            assert_eq!(
                (defect.code, defect.clause, &defect.at),
                (code, clause, &Position::Byte(at)),
                "{text}"
            );
        }
    }

    #[test]
    fn observes_what_the_text_leaves_open() {
        for (text, code) in [
            ("atproto x:y", "scope.unknown-resource"),
            ("atproto transition:foo", "scope.unknown-transition"),
            ("atproto transition:generic?", "scope.unknown-transition"),
            ("atproto openid", "scope.openid"),
            ("atproto transition:chat.bsky", "scope.chat-without-generic"),
            ("atproto repo:a.b.c repo?collection=a.b.c", "scope.repeated-value"),
            ("repo:*", "scope.without-atproto"),
            ("atproto repo:a.b.c?foo=bar", "scope.unknown-parameter"),
            ("atproto account:email?action=read&action=manage", "scope.repeated-parameter"),
            ("atproto include:a.b.c?aud=*", "scope.include-any-audience"),
        ] {
            let reading = read(text);
            let [only] = reading.observations.as_slice() else { panic!("{text}: {reading:?}") };
            assert_eq!((only.code, reading.defects.len()), (code, 0), "{text}");
        }
    }

    #[test]
    fn prints_the_canonical_form() {
        for (text, canonical) in [
            ("repo:* atproto", "atproto repo:*"),
            (
                "repo?collection=b.b.b&collection=a.a.a&action=delete&action=create",
                "repo?collection=a.a.a&collection=b.b.b&action=create&action=delete",
            ),
            ("repo?action=delete&action=create&action=update&collection=a.a.a", "repo:a.a.a"),
            ("repo?collection=a.a.a&collection=%2A", "repo:*"),
            ("rpc?aud=did:web:a.example#b&lxm=a.b.c", "rpc:a.b.c?aud=did:web:a.example%23b"),
            (
                "rpc:a.b.c?aud=did%3aweb%3alocalhost%253A80%23b",
                "rpc:a.b.c?aud=did:web:localhost%253A80%23b",
            ),
            ("blob?accept=Image/PNG&accept=image/*&accept=a/b", "blob?accept=a/b&accept=image/*"),
            ("blob?accept=image%2Fsvg%2bxml", "blob:image/svg+xml"),
            ("blob?accept=image/svg+xml&accept=a/b", "blob?accept=a/b&accept=image/svg%2Bxml"),
            ("account?attr=email&action=read", "account:email"),
            ("account:repo?action=manage", "account:repo?action=manage"),
            ("identity:%2A?", "identity:*"),
            ("include?nsid=a.b.c", "include:a.b.c"),
            ("x:%41 x:%41 repo:", "repo: x:%41"),
        ] {
            assert_eq!(set(text).to_string(), canonical, "{text}");
            assert_eq!(set(canonical).to_string(), canonical);
        }
    }

    #[test]
    fn reads_otherwise_under_other_readings() {
        let create = Operation::Repo { action: RepoAction::Create, collection: "a.b.c".to_owned() };
        let manage = Operation::Account {
            attr: super::super::AccountAttribute::Email,
            action: super::super::Access::Manage,
        };
        let call =
            |aud: &str| Operation::Rpc { lxm: Some("a.b.c".to_owned()), aud: aud.to_owned() };
        let svg = Operation::Blob { mime: "image/svg+xml".to_owned() };
        for (alternative, text, operation, usual) in [
            (Alternative::UnknownParameterPassedOver, "repo:a.b.c?x=y", &create, false),
            (Alternative::RedundancyRefused, "repo?collection=a.b.c&collection=*", &create, true),
            (
                Alternative::RedundancyRefused,
                "repo:a.b.c?action=create&action=create",
                &create,
                true,
            ),
            (
                Alternative::BadElementDropped,
                "repo:a.b.c?action=create&action=read",
                &create,
                false,
            ),
            (
                Alternative::FirstOfRepeated,
                "account:email?action=manage&action=read",
                &manage,
                false,
            ),
            (
                Alternative::LastOfRepeated,
                "account:email?action=read&action=manage",
                &manage,
                false,
            ),
            (
                Alternative::RawHashRefused,
                "rpc:a.b.c?aud=did:web:a.example#b",
                &call("did:web:a.example#b"),
                true,
            ),
            (
                Alternative::BareAudienceMatches,
                "rpc:a.b.c?aud=did:web:a.example%23b",
                &call("did:web:a.example"),
                false,
            ),
            (Alternative::PlusIsSpace, "blob?accept=image/svg+xml", &svg, true),
            (Alternative::GranularNarrows, "transition:generic repo:x.y.z", &create, true),
        ] {
            let text = format!("atproto {text}");
            let verdict = super::super::verdict(&text, &BTreeMap::new(), operation);
            assert_eq!((verdict.allowed, verdict.open), (usual, vec![alternative]), "{text}");
        }
    }

    proptest! {
        #[test]
        fn holds_what_it_promises_for_any_text(
            text in any::<String>(),
            near in "(atproto|transition:(generic|chat.bsky|email)|repo|rpc|blob|account|include|\
                     [a-z:?&=%#*. /+]|a.b.c|action=|aud=did:web:a.b%23c|lxm=|collection=|%2[0-9A-F]){0,12}",
        ) {
            scope_string_oracle(text.as_bytes());
            scope_string_oracle(near.as_bytes());
        }
    }
}
