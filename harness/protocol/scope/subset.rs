//! Whether what one scope string allows is allowed by another.

use std::collections::BTreeSet;

use super::covers::method_classes;
use super::{
    Accept, Access, AccountAttribute, Audience, Include, Meaning, Name, Operation, RepoAction, Rpc,
    Scope, ScopeSet, Transition, Value,
};

impl ScopeSet {
    /// Whether every operation of this set is one of the other, and every value that confers nothing
    /// here is there as well.
    ///
    /// The text does not say whether *subset* is about values or about what they allow
    /// (ATP-SCOPE-006); for the former see [`ScopeSet::is_listed_in`]. Here `atproto` is a value
    /// among others: a set without it is compared by what its other values would allow.
    ///
    /// Names are without number, but scopes tell them apart only where a scope names them. So it is
    /// enough to ask about the names that occur and about one of each class that does not.
    pub fn is_within(&self, other: &Self) -> bool {
        self.values.iter().all(|value| match value.scope() {
            Some(Scope::Include(include)) => other.includes().any(|there| include.is_within(there)),
            Some(scope) if self.is_effective(scope) => {
                let operations = representatives(scope, other);
                operations
                    .iter()
                    .all(|operation| !self.grants(operation) || other.grants(operation))
            }
            _ => other.lists(value),
        })
    }

    /// Whether every value of this set stands in the other, in whatever canonically equal spelling.
    pub fn is_listed_in(&self, other: &Self) -> bool {
        self.values.iter().all(|value| other.lists(value))
    }

    fn lists(&self, value: &Value) -> bool {
        self.values.iter().any(|there| match (&value.meaning, &there.meaning) {
            (Meaning::Known(one), Meaning::Known(other)) => one == other,
            _ => value.text == there.text,
        })
    }

    fn is_effective(&self, scope: &Scope) -> bool {
        *scope != Scope::Transition(Transition::ChatBsky)
            || self.has(&Scope::Transition(Transition::Generic))
    }
}

impl Include {
    /// The permissions of a set that inherit an audience fall away where there is none.
    fn is_within(&self, other: &Self) -> bool {
        self.nsid == other.nsid && (self.audience.is_none() || self.audience == other.audience)
    }
}

/// Operations of a scope that stand for all of them, as far as the other set tells them apart.
fn representatives(scope: &Scope, other: &ScopeSet) -> Vec<Operation> {
    match scope {
        Scope::Atproto => vec![Operation::SignIn],
        Scope::Transition(Transition::Generic) => {
            let mut operations = vec![
                Operation::Preferences { action: Access::Read },
                Operation::Preferences { action: Access::Manage },
            ];
            operations.extend(repo(&[&Name::Any], other));
            operations.extend(rpc(None, other));
            operations.extend(blob(&Accept::Any, other));
            operations
        }
        Scope::Transition(Transition::ChatBsky) => rpc(None, other),
        Scope::Repo(permission) => repo(&Vec::from_iter(&permission.collections), other),
        Scope::Rpc(permission) => rpc(Some(permission), other),
        Scope::Blob(permission) => {
            permission.accept.iter().flat_map(|accept| blob(accept, other)).collect()
        }
        Scope::Transition(Transition::Email) | Scope::Account(_) => {
            let all = AccountAttribute::ALL
                .into_iter()
                .flat_map(|attr| Access::ALL.map(|action| Operation::Account { attr, action }));
            all.collect()
        }
        Scope::Identity(_) => vec![Operation::Handle, Operation::DidDocument],
        Scope::Include(_) => Vec::new(),
    }
}

fn repo(collections: &[&Name], other: &ScopeSet) -> Vec<Operation> {
    let named = other.scopes().filter_map(|scope| match scope {
        Scope::Repo(repo) => Some(&repo.collections),
        _ => None,
    });
    let names = filled(collections, named.flatten(), ["org.atproof.anyRecord"]);
    let operation = |collection: &String| {
        RepoAction::ALL.map(|action| Operation::Repo { action, collection: collection.clone() })
    };
    names.iter().flat_map(operation).collect()
}

/// Of one permission, or of any method at any service.
fn rpc(permission: Option<&Rpc>, other: &ScopeSet) -> Vec<Operation> {
    let elsewhere: Vec<&Rpc> = other
        .scopes()
        .filter_map(|scope| match scope {
            Scope::Rpc(rpc) => Some(rpc),
            _ => None,
        })
        .collect();
    let own = permission.map_or(vec![&Name::Any], |rpc| rpc.methods.iter().collect());
    let named = elsewhere.iter().flat_map(|rpc| &rpc.methods);
    let mut methods: Vec<Option<String>> =
        filled(&own, named, method_classes()).into_iter().map(Some).collect();
    if own.contains(&&Name::Any) {
        methods.push(None);
    }
    let audiences = match permission.map(|rpc| &rpc.audience) {
        Some(Audience::Service(service)) => with_bare(service),
        Some(Audience::Any) | None => {
            let named = elsewhere.iter().filter_map(|rpc| match &rpc.audience {
                Audience::Service(service) => Some(with_bare(service)),
                Audience::Any => None,
            });
            let any =
                ["did:web:any.atproof.org#any".to_owned(), "did:web:any.atproof.org".to_owned()];
            named.flatten().chain(any).collect()
        }
    };
    let operation = |lxm: &Option<String>| {
        let lxm = lxm.clone();
        let at = move |aud: &String| Operation::Rpc { lxm: lxm.clone(), aud: aud.clone() };
        audiences.iter().map(at).collect::<Vec<_>>()
    };
    methods.iter().flat_map(operation).collect()
}

fn with_bare(service: &super::ServiceReference) -> BTreeSet<String> {
    BTreeSet::from([service.as_str().to_owned(), service.did().to_owned()])
}

fn blob(accept: &Accept, other: &ScopeSet) -> Vec<Operation> {
    let named = other.scopes().filter_map(|scope| match scope {
        Scope::Blob(blob) => Some(&blob.accept),
        _ => None,
    });
    let concrete = |accept: &Accept| match accept {
        Accept::Any => ["any/any".to_owned(), "any/any;any=any".to_owned()],
        Accept::Type(kind) => [format!("{kind}/any"), format!("{kind}/any;any=any")],
        Accept::Exact(..) => [accept.to_string(), format!("{accept};any=any")],
    };
    let types: BTreeSet<String> = named.flatten().chain([accept]).flat_map(concrete).collect();
    types.into_iter().map(|mime| Operation::Blob { mime }).collect()
}

/// The names themselves; where `*` is among them also those of the other set and of each class.
fn filled<'a>(
    own: &[&Name],
    elsewhere: impl Iterator<Item = &'a Name>,
    classes: impl IntoIterator<Item = &'static str>,
) -> BTreeSet<String> {
    let spelled = |name: &Name| match name {
        Name::Any => None,
        Name::Nsid(nsid) => Some(nsid.to_string()),
    };
    let mut names: BTreeSet<String> = own.iter().filter_map(|name| spelled(name)).collect();
    if own.contains(&&Name::Any) {
        names.extend(elsewhere.filter_map(spelled));
        names.extend(classes.into_iter().map(str::to_owned));
    }
    names
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::super::read;
    use super::*;

    const VALUES: [&str; 18] = [
        "atproto",
        "transition:generic",
        "transition:chat.bsky",
        "transition:email",
        "repo:*",
        "repo:a.b.c",
        "repo?collection=a.b.c&collection=a.b.d&action=create",
        "repo:*?action=create",
        "rpc:a.b.c?aud=*",
        "rpc:*?aud=did:web:a.example%23b",
        "rpc:a.b.c?aud=did:web:a.example%23b",
        "blob:*/*",
        "blob:image/*",
        "blob:image/png",
        "account:email",
        "account:email?action=manage",
        "identity:*",
        "x:y",
    ];

    fn some() -> impl Strategy<Value = ScopeSet> {
        subsequence(VALUES.to_vec(), 1..6)
            .prop_filter_map("no set", |values| read(&values.join(" ")).document)
    }

    #[test]
    fn compares_what_is_allowed_rather_than_how_it_is_said() {
        for (one, other, within, listed) in [
            ("repo:a.b.c", "repo:*", true, false),
            ("repo:*", "repo:a.b.c", false, false),
            ("repo:a.b.c", "repo?collection=a.b%2Ec", true, true),
            ("repo:*", "transition:generic", true, false),
            ("rpc:*?aud=did:web:a.example%23b", "transition:generic", false, false),
            ("rpc:*?aud=did:web:a.example%23b", "rpc:a.b.c?aud=*", false, false),
            ("transition:email", "account:email?action=manage", true, false),
            ("transition:chat.bsky", "atproto", false, false),
            ("x:y", "repo:*", false, false),
            ("x:y", "x:y", true, true),
            ("include:a.b.c", "include:a.b.c?aud=did:web:a.example%23b", true, false),
        ] {
            let [first, second] = [one, other].map(|text| read(text).document.unwrap());
            let found = (first.is_within(&second), first.is_listed_in(&second));
            assert_eq!(found, (within, listed), "{one} < {other}");
        }
    }

    proptest! {
        #[test]
        fn is_reflexive_and_transitive(one in some(), middle in some(), other in some()) {
            prop_assert!(one.is_within(&one));
            if one.is_within(&middle) && middle.is_within(&other) {
                prop_assert!(one.is_within(&other), "{} < {} < {}", one, middle, other);
            }
            if one.is_listed_in(&other) {
                prop_assert!(one.is_within(&other), "{} is listed in {}", one, other);
            }
        }
    }
}
