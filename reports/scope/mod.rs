//! A scope string in plain words: what it grants, where it is wrong, and what easily goes wrong
//! with it.

mod notes;
mod request;
mod text;
mod words;

use atproof_protocol::scope::{self, Meaning, ScopeSet};
use serde_json::{Value, json};

pub use notes::{Note, Severity};
pub use request::{Answer, NoOperation};

/// What there is to say about a scope string.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// As it was given.
    pub scope: String,
    /// Its values, in their order.
    pub values: Vec<Said>,
    /// What is wrong, and what easily goes wrong, by position.
    pub notes: Vec<Note>,
    /// The canonical form of the whole.
    pub canonical: String,
    /// Whether single operations are allowed, as far as that was asked.
    pub answers: Vec<Answer>,
}

/// One value of a scope string.
#[derive(Clone, Debug)]
pub struct Said {
    /// Byte offset in the scope string.
    pub at: usize,
    /// As spelled.
    pub text: String,
    /// `known`, `unknown` or `invalid`.
    pub state: &'static str,
    /// What it lets the client do, a line each; empty where that is nothing.
    pub grants: Vec<String>,
    /// Why it grants nothing, or what it does not grant.
    pub but: Option<String>,
}

/// Explains a scope string.
pub fn explain(scope: &str) -> Explanation {
    let reading = scope::read(scope);
    // There is always a document.
    let set = reading.document.as_ref();
    Explanation {
        scope: scope.to_owned(),
        values: set.iter().flat_map(|set| set.values.iter().map(|v| said(v, set))).collect(),
        canonical: set.map(ScopeSet::to_string).unwrap_or_default(),
        notes: notes::all(scope, &reading),
        answers: Vec::new(),
    }
}

fn said(value: &scope::Value, set: &ScopeSet) -> Said {
    let (state, (grants, but)) = match &value.meaning {
        Meaning::Known(scope) => ("known", words::of(scope, set)),
        Meaning::Unknown(_) => {
            ("unknown", (Vec::new(), Some("nothing: the current text does not have it".to_owned())))
        }
        Meaning::Invalid(_) => ("invalid", (Vec::new(), Some("nothing: it is invalid".to_owned()))),
    };
    Said { at: value.at, text: value.text.clone(), state, grants, but }
}

impl Explanation {
    /// Whether the string keeps the grammar and the rules of its resource types.
    pub fn is_valid(&self) -> bool {
        self.notes.iter().all(|note| note.severity != Severity::Error)
    }

    /// Asks whether the scopes allow an operation, which is spelled as the scope for it alone.
    ///
    /// # Errors
    ///
    /// Fails where the text is no single operation.
    pub fn ask(&mut self, operation: &str) -> Result<(), NoOperation> {
        self.answers.push(request::ask(&self.scope, operation)?);
        Ok(())
    }

    /// Whether everything that was asked for is allowed.
    pub fn allows_all(&self) -> bool {
        self.answers.iter().all(|answer| answer.allowed)
    }

    /// For people.
    pub fn text(&self) -> String {
        text::render(self)
    }

    /// For programs. The format is `schema/scope-1.json`.
    pub fn json(&self) -> String {
        let values = self.values.iter().map(|said| {
            json!({
                "at": said.at,
                "text": said.text,
                "state": said.state,
                "grants": said.grants,
                "but": said.but,
            })
        });
        let notes = self.notes.iter().map(|note| {
            json!({
                "severity": note.severity.as_str(),
                "code": note.code,
                "clause": note.clause,
                "at": note.at,
                "detail": note.detail,
            })
        });
        let answers = self.answers.iter().map(|answer| {
            json!({
                "operation": answer.operation,
                "allowed": answer.allowed,
                "clause": answer.clause,
                "open": answer.open,
            })
        });
        let value = json!({
            "schema": 1,
            "scope": self.scope,
            "valid": self.is_valid(),
            "canonical": self.canonical,
            "values": values.collect::<Vec<Value>>(),
            "notes": notes.collect::<Vec<Value>>(),
            "answers": answers.collect::<Vec<Value>>(),
        });
        format!("{value:#}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// JSON Schema of [`Explanation::json`].
    const SCHEMA: &str = include_str!("../schema/scope-1.json");

    const SCOPES: [&str; 24] = [
        "atproto",
        "atproto transition:generic",
        "atproto transition:generic transition:chat.bsky transition:email",
        "atproto transition:chat.bsky",
        "transition:generic",
        "atproto repo:app.bsky.feed.post",
        "atproto repo:* blob:*/*",
        "atproto repo?collection=a.b.c&collection=a.b.d&action=delete&action=create",
        "atproto repo:com.example.* rpc:*?aud=*",
        "atproto rpc:app.bsky.feed.getTimeline?aud=did:web:api.bsky.app#bsky_appview",
        "atproto rpc:*?aud=did:web:api.bsky.app%23bsky_appview",
        "atproto rpc:app.bsky.feed.getTimeline?aud=did:web:api.bsky.app",
        "atproto rpc:chat.bsky.convo.sendMessage?aud=*",
        "atproto blob:image/* blob:image/png",
        "atproto blob:image/svg+xml blob?accept=image/svg+xml&accept=a/b",
        "atproto account:email account:repo account:repo?action=manage",
        "atproto account:status identity:* identity:handle",
        "atproto include:app.bsky.authFullApp?aud=did:web:api.bsky.app%23bsky_appview",
        "atproto include:app.bsky.authFullApp",
        "atproto transition:generic repo:app.bsky.feed.post?action=create",
        "atproto x-atproof space:a.b.c transition:everything openid ATPROTO",
        "atproto  repo:a.b.c\tblob:a/b",
        "atproto repo:\u{e9}.b.c",
        "",
    ];

    #[test]
    fn explanations() {
        let texts = SCOPES.map(|scope| explain(scope).text());
        insta::assert_snapshot!(texts.join("=====\n\n"));
    }

    #[test]
    fn as_json() {
        let mut explanation = explain("atproto repo:a.b.c?action=create blob:*/png x:y");
        explanation.ask("repo:a.b.c?action=create").unwrap_or_else(|error| panic!("{error}"));
        insta::assert_snapshot!(explanation.json());
        let schema = serde_json::from_str(SCHEMA).unwrap_or_default();
        let validator = jsonschema::validator_for(&schema).unwrap_or_else(|e| panic!("{e}"));
        for scope in SCOPES {
            let json = serde_json::from_str(&explain(scope).json()).unwrap_or_default();
            assert!(validator.is_valid(&json), "{scope}");
        }
    }

    #[test]
    fn operations_are_single_and_spelled_as_scopes() {
        let mut explanation = explain("atproto transition:generic repo:a.b.c?action=create");
        for (operation, allowed) in [
            ("repo:a.b.c?action=create", true),
            ("repo:a.b.c", true),
            ("blob:image/png", true),
            ("rpc:a.b.c?aud=did:web:a.example%23b", true),
            ("rpc:chat.bsky.convo.getLog?aud=did:web:a.example%23b", false),
            ("account:email", false),
            ("identity:handle", false),
            ("identity:*", false),
        ] {
            explanation.answers.clear();
            explanation.ask(operation).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(explanation.allows_all(), allowed, "{operation}");
        }
        for text in ["repo:*", "rpc:a.b.c?aud=*", "blob:image/*", "atproto", "repo", "a b", ""] {
            assert!(explanation.ask(text).is_err(), "{text}");
        }
    }
}
