//! Mistakes in the reading of scopes that clients ask for: an invalid value comes to mean something.
//! A correct server makes none of them, and takes each value for what it says.

use super::scope::values;
use super::state::Server;
use crate::Fault;

impl Server {
    /// The scope as it is understood by mistake.
    pub(super) fn mistaken(&self, scope: &str) -> String {
        let understood = |value: String| {
            let mistake = MISTAKES.iter().filter(|(fault, _)| self.has(*fault));
            mistake.filter_map(|(_, read)| read(&value)).next().unwrap_or(value)
        };
        let has_mistake = MISTAKES.iter().any(|(fault, _)| self.has(*fault));
        if !has_mistake {
            return scope.to_owned();
        }
        values(scope).into_iter().map(understood).collect::<Vec<_>>().join(" ")
    }
}

impl Server {
    /// What of a granted scope gets into the token.
    pub(super) fn token_scope(&self, scope: &str) -> String {
        let mut values = values(scope);
        if self.has(Fault::AsScopeOrderMatters) {
            let start = values.iter().position(|value| value == "atproto").unwrap_or_default();
            values.drain(..start);
        }
        let kept = values.into_iter().map(|value| {
            let loss = LOSSES.iter().filter(|(fault, _)| self.has(*fault));
            loss.filter_map(|(_, lose)| lose(&value)).next().unwrap_or(value)
        });
        kept.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether a value that is declared covers one that is asked for, in other words.
    pub(super) fn declares_by_meaning(&self, declared: &[String], value: &str) -> bool {
        let plain = |value: &str| {
            value.replace("repo?collection=", "repo:").replace("%2E", ".").replace("%23", "#")
        };
        self.has(Fault::AsScopeSubsetByMeaning)
            && declared.iter().any(|other| {
                let (own, other) = (plain(value), plain(other));
                own == other
                    || other == "repo:*" && own.starts_with("repo:")
                    || own.contains("?action=") && other.starts_with(&own)
            })
    }
}

/// What a value is taken for, where it is mistaken.
type Mistake = fn(&str) -> Option<String>;

const MISTAKES: &[(Fault, Mistake)] = &[
    (Fault::AsScopeCaseIgnored, |value| {
        let lower = value.to_ascii_lowercase();
        (lower != value).then_some(lower)
    }),
    (Fault::AsScopePrefixWildcard, |value| {
        let (name, parameters) = split(value);
        let (resource, prefix) = name.split_once(':')?;
        prefix.ends_with(".*").then(|| format!("{resource}:*{parameters}"))
    }),
    (Fault::AsScopeCollectionUnchecked, |value| {
        let (name, parameters) = split(value);
        let collection = name.strip_prefix("repo:")?;
        let is_name = collection == "*" || collection.split(['.', '%']).count() > 2;
        (!is_name && !collection.is_empty()).then(|| format!("repo:*{parameters}"))
    }),
    (Fault::AsScopeCollectionOptional, |value| {
        let (name, parameters) = split(value);
        let named = parameters.contains("collection=");
        let missing = matches!(name, "repo" | "repo:") && !named;
        missing.then(|| format!("repo:*{parameters}"))
    }),
    (Fault::AsScopeActionUnchecked, |value| {
        let (name, parameters) = split(value);
        let (_, action) = parameters.split_once("action=")?;
        let is_known =
            action.split(['&', '=']).any(|a| matches!(a, "create" | "update" | "delete"));
        (name.starts_with("repo:") && !is_known).then(|| name.to_owned())
    }),
    (Fault::AsScopeNamedBesidePositional, |value| {
        let (name, parameters) = split(value);
        let collection = name.strip_prefix("repo:")?;
        let more = parameters.strip_prefix("?collection=")?;
        Some(format!("repo?collection={collection}&collection={more}"))
    }),
    (Fault::AsScopeAudOptional, |value| {
        let (name, parameters) = split(value);
        let missing = name.starts_with("rpc:") && !parameters.contains("aud=");
        missing.then(|| format!("{name}?aud=*"))
    }),
    (Fault::AsScopeAudFragmentOptional, |value| {
        let (name, audience) = value.split_once("?aud=")?;
        let bare = audience.starts_with("did:") && !audience.contains(['#', '%']);
        bare.then(|| format!("{name}?aud=*"))
    }),
    (Fault::AsScopeLxmOptional, |value| {
        let (name, parameters) = split(value);
        let missing = matches!(name, "rpc" | "rpc:") && !parameters.contains("lxm=");
        missing.then(|| format!("rpc:*{parameters}"))
    }),
    (Fault::AsScopeTwoWildcards, |value| {
        let plain = value.replace("%2A", "*");
        let two = plain == "rpc:*?aud=*" || plain.contains("lxm=*") && plain.contains("aud=*");
        two.then(|| "transition:generic".to_owned())
    }),
    (Fault::AsScopeAcceptUnchecked, |value| {
        let (name, parameters) = split(value);
        let accept = match parameters.strip_prefix("?accept=") {
            Some(accept) => accept,
            None => name.strip_prefix("blob")?.trim_start_matches(':'),
        };
        let (kind, subtype) = accept.split_once('/').unwrap_or((accept, ""));
        let is_type = !kind.contains('*') && (subtype == "*" || !subtype.contains('*'));
        let is_type = is_type && !kind.is_empty() && !subtype.is_empty() || accept == "*/*";
        (!is_type).then(|| "blob:*/*".to_owned())
    }),
    (Fault::AsScopeAttributeUnchecked, |value| {
        let (name, parameters) = split(value);
        let (resource, attribute) = name.split_once(':').unwrap_or((name, ""));
        let known = matches!(attribute, "email" | "repo" | "handle")
            || attribute == "*" && resource == "identity" && !parameters.contains('=')
            || parameters.contains("attr=");
        match resource {
            "account" if !known => Some("account:email".to_owned()),
            "identity" if !known => Some("identity:*".to_owned()),
            _ => None,
        }
    }),
    (Fault::AsScopeAccountActionUnchecked, |value| {
        let (name, parameters) = split(value);
        let action = parameters.strip_prefix("?action=")?;
        let unknown = !matches!(action, "read" | "manage");
        (name == "account:email" && unknown).then(|| name.to_owned())
    }),
    (Fault::AsScopeUnknownGrantsAll, |value| {
        let resource = value.split([':', '?']).next().unwrap_or_default();
        let known = super::scope::RESOURCES.contains(&resource);
        (!known).then(|| "transition:generic".to_owned())
    }),
    (Fault::AsScopeUnknownTransitionIsGeneric, |value| {
        let name = value.strip_prefix("transition:")?;
        let known = matches!(name, "generic" | "email" | "chat.bsky");
        (!known).then(|| "transition:generic".to_owned())
    }),
    (Fault::AsScopeUnknownParameterPassedOver, |value| {
        let (name, parameters) = split(value);
        parameters.starts_with("?x-atproof=").then(|| name.to_owned())
    }),
    (Fault::AsScopeFirstOfRepeated, |value| {
        let (name, parameters) = split(value);
        let (first, rest) = parameters.split_once('&')?;
        let (parameter, _) = first.trim_start_matches('?').split_once('=')?;
        let single = matches!(parameter, "aud") || name.starts_with("account");
        let repeated = rest.starts_with(&format!("{parameter}="));
        (single && repeated).then(|| format!("{name}{first}"))
    }),
    (Fault::AsScopeBadActionPassedOver, |value| {
        let (good, bad) = value.rsplit_once("&action=")?;
        let is_known = matches!(bad, "create" | "update" | "delete" | "read" | "manage");
        let unknown = !is_known || bad == "read" && value.starts_with("repo:");
        unknown.then(|| good.to_owned())
    }),
    (Fault::AsScopeTransitionQuestionMark, |value| {
        value.strip_suffix('?').filter(|v| v.starts_with("transition:")).map(str::to_owned)
    }),
    (Fault::AsScopeAtprotoPrefix, |value| {
        value.starts_with("atproto:").then(|| "atproto".to_owned())
    }),
];

/// What is lost of a value on the way into the token; empty where that is all of it.
const LOSSES: &[(Fault, Mistake)] = &[
    (Fault::AsScopeNamedFormUnread, |value| {
        let named = ["repo?", "rpc?", "blob?", "account?", "identity?"];
        named.iter().any(|name| value.starts_with(name)).then(String::new)
    }),
    (Fault::AsScopeFirstOfList, |value| {
        let (start, rest) = value.split_once('&')?;
        let (_, parameter) = start.split_once('?')?;
        let (parameter, _) = parameter.split_once('=')?;
        let repeated = rest.starts_with(&format!("{parameter}="));
        (matches!(parameter, "collection" | "accept") && repeated).then(|| start.to_owned())
    }),
    (Fault::AsScopeEncodingUnread, |value| {
        let encoded = ["%2A", "%2B", "%2E", "%2F", "%3A"];
        encoded.iter().any(|escape| value.contains(escape)).then(String::new)
    }),
    (Fault::AsScopeQuestionMarkUnread, |value| value.ends_with('?').then(String::new)),
    (Fault::AsScopeActionReadUnread, |value| value.ends_with("?action=read").then(String::new)),
    (Fault::AsScopeRedundancyVoid, |value| {
        let (_, parameters) = split(value);
        let mut pairs: Vec<&str> = parameters.trim_start_matches('?').split('&').collect();
        let count = pairs.len();
        pairs.sort_unstable();
        pairs.dedup();
        let void = pairs.len() < count || count > 1 && pairs.contains(&"collection=*");
        void.then(String::new)
    }),
    (Fault::AsScopePlusIsSpace, |value| value.contains('+').then(String::new)),
    (Fault::AsScopeRawHashVoid, |value| split(value).1.contains('#').then(String::new)),
];

/// A value before its parameters, and those.
fn split(value: &str) -> (&str, &str) {
    value.split_at(value.find('?').unwrap_or(value.len()))
}
