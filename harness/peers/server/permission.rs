//! What one scope value lets a client do (atproto permissions, Resource Types). The reference server
//! has its own reading of scopes: the one that judges it is another.

use super::repository::is_nsid;
use crate::codec::form::percent_decode;

/// A value that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Permission {
    /// `atproto` and the `transition:` values.
    Fixed,
    /// Writes to collections.
    Repo { collections: Vec<String>, actions: Vec<String> },
    /// Calls of methods at a service.
    Rpc { methods: Vec<String>, audience: String },
    /// Uploads of media types.
    Blob(Vec<String>),
    /// The email address, the whole repository.
    Account(String),
    /// The handle, or the DID document as well.
    Identity,
    /// A permission set.
    Include,
}

/// What a client wants to do.
#[derive(Clone, Copy, Debug)]
pub(super) enum Need<'a> {
    /// Write to a collection.
    Write { collection: &'a str, action: &'a str },
    /// Call a method at a service.
    Call { method: &'a str, audience: &'a str },
    /// Upload a blob of this type.
    Upload(&'a str),
    /// See the email address.
    Email,
    /// Change the handle.
    Handle,
}

/// Whether the values of a scope allow something.
pub(super) fn allows(scopes: &[String], need: Need<'_>) -> bool {
    let has = |value: &str| scopes.iter().any(|scope| scope == value);
    let generic = match need {
        Need::Write { .. } | Need::Upload(_) => true,
        Need::Call { method, .. } => {
            !method.starts_with("chat.bsky.") || has("transition:chat.bsky")
        }
        Need::Email | Need::Handle => false,
    };
    let email = matches!(need, Need::Email) && has("transition:email");
    let granular = || scopes.iter().filter_map(|scope| Permission::read(scope));
    has("atproto")
        && (generic && has("transition:generic") || email || granular().any(|p| p.allows(need)))
}

impl Permission {
    /// Reads a value; `None` where it is invalid or of no known kind.
    pub(super) fn read(value: &str) -> Option<Self> {
        if matches!(
            value,
            "atproto" | "transition:generic" | "transition:chat.bsky" | "transition:email"
        ) {
            return Some(Self::Fixed);
        }
        let (name, query) = value.split_once('?').unwrap_or((value, ""));
        let (resource, positional) = match name.split_once(':') {
            Some((resource, positional)) => (resource, Some(percent_decode(positional)?)),
            None => (name, None),
        };
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.to_owned(), percent_decode(value)?))
        });
        let fields = Fields { positional, pairs: pairs.collect::<Option<_>>()? };
        match resource {
            "repo" => {
                let collections = fields.list("collection", true, &["action"])?;
                let actions = fields.list("action", false, &[])?;
                let names = collections.iter().all(|name| name == "*" || is_nsid(name));
                let known = |a: &String| matches!(a.as_str(), "create" | "update" | "delete");
                let valid = !collections.is_empty() && names && actions.iter().all(known);
                valid.then_some(Self::Repo { collections, actions })
            }
            "rpc" => {
                let methods = fields.list("lxm", true, &["aud"])?;
                let [audience] = <[String; 1]>::try_from(fields.list("aud", false, &[])?).ok()?;
                let any = methods.iter().any(|name| name == "*");
                let names = methods.iter().all(|name| name == "*" || is_nsid(name));
                let named = audience
                    .split_once('#')
                    .is_some_and(|(did, service)| did.starts_with("did:") && !service.is_empty());
                let valid = !methods.is_empty() && names && (named || audience == "*" && !any);
                valid.then_some(Self::Rpc { methods, audience })
            }
            "blob" => {
                let types = fields.list("accept", true, &[])?;
                let valid = !types.is_empty() && types.iter().all(|accept| is_media_range(accept));
                valid.then_some(Self::Blob(types))
            }
            "account" => {
                let attributes = fields.list("attr", true, &["action"])?;
                let actions = fields.list("action", false, &[])?;
                let [attribute] = <[String; 1]>::try_from(attributes).ok()?;
                let known = matches!(attribute.as_str(), "email" | "repo")
                    && actions.len() < 2
                    && actions.iter().all(|action| matches!(action.as_str(), "read" | "manage"));
                known.then_some(Self::Account(attribute))
            }
            "identity" => {
                let [attribute] = <[String; 1]>::try_from(fields.list("attr", true, &[])?).ok()?;
                matches!(attribute.as_str(), "handle" | "*").then_some(Self::Identity)
            }
            "include" => Some(Self::Include),
            _ => None,
        }
    }

    fn allows(&self, need: Need<'_>) -> bool {
        let has = |names: &[String], name: &str| names.iter().any(|n| n == name || n == "*");
        match (self, need) {
            (Self::Repo { collections, actions }, Need::Write { collection, action }) => {
                has(collections, collection) && (actions.is_empty() || has(actions, action))
            }
            (Self::Rpc { methods, audience }, Need::Call { method, audience: asked }) => {
                has(methods, method) && (audience == "*" || audience == asked)
            }
            (Self::Blob(types), Need::Upload(media_type)) => types.iter().any(|accept| {
                let of_kind = accept.strip_suffix('*').filter(|kind| *kind != "*/");
                accept == "*/*"
                    || accept == media_type
                    || of_kind.is_some_and(|kind| media_type.starts_with(kind))
            }),
            (Self::Account(attribute), Need::Email) => attribute == "email",
            (Self::Identity, Need::Handle) => true,
            _ => false,
        }
    }
}

struct Fields {
    positional: Option<String>,
    pairs: Vec<(String, String)>,
}

impl Fields {
    /// The values of a parameter. The main one may be positional instead, and is asked for with the
    /// names of all others; `None` where there is a name that the resource does not have, or the
    /// main one is there in both forms.
    fn list(&self, name: &str, is_main: bool, others: &[&str]) -> Option<Vec<String>> {
        let mut values: Vec<String> = Vec::new();
        for (_, value) in self.pairs.iter().filter(|(n, _)| n == name) {
            values.push(value.clone());
        }
        if is_main {
            let known = |n: &String| n == name || others.contains(&n.as_str());
            if !self.pairs.iter().all(|(n, _)| known(n)) {
                return None;
            }
            match (&self.positional, values.is_empty()) {
                (Some(positional), true) => values.push(positional.clone()),
                (Some(_), false) => return None,
                (None, _) => {}
            }
        }
        Some(values)
    }
}

/// `*/*`, `type/*` or `type/subtype`.
fn is_media_range(text: &str) -> bool {
    let Some((kind, subtype)) = text.split_once('/') else { return false };
    let is_name = |name: &str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
        !name.is_empty() && name.bytes().all(allowed)
    };
    text == "*/*" || is_name(kind) && (subtype == "*" || is_name(subtype))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_values_allow_nothing() {
        let delete = Need::Write { collection: "a.b.c", action: "delete" };
        for (value, allowed) in [
            ("repo:a.b.c", true),
            ("repo?collection=a.b.d&collection=a.b%2Ec", true),
            ("repo:*?action=delete", true),
            ("repo:a.b.c?", true),
            ("transition:generic", true),
            ("repo:a.b.c?action=create", false),
            ("repo:a.b.*", false),
            ("repo:a.b.d?collection=a.b.c", false),
            ("repo:a.b.c?x=y", false),
            ("Repo:a.b.c", false),
            ("repo:", false),
        ] {
            let scopes = ["atproto".to_owned(), value.to_owned()];
            assert_eq!(allows(&scopes, delete), allowed, "{value}");
            assert!(!allows(&scopes[1..], delete), "{value}");
        }
    }
}
