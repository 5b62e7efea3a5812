//! What one scope lets a client do.

use std::collections::BTreeSet;
use std::fmt::Display;

use atproof_protocol::identifier::Nsid;
use atproof_protocol::scope::{
    Access, Account, AccountAttribute, Audience, Blob, Identity, Include, Name, Repo, RepoAction,
    Rpc, Scope, ScopeSet, Transition,
};

/// What it grants, a line each, and what has to be said beside that.
pub(super) fn of(scope: &Scope, set: &ScopeSet) -> (Vec<String>, Option<String>) {
    let (grants, but): (Vec<String>, Option<String>) = match scope {
        Scope::Atproto => (vec!["learn which account signs in".to_owned()], None),
        Scope::Transition(Transition::Generic) => {
            (GENERIC.map(str::to_owned).to_vec(), Some(NOT_GENERIC.to_owned()))
        }
        Scope::Transition(Transition::ChatBsky) => {
            if set.has(&Scope::Transition(Transition::Generic)) {
                (vec!["call chat.bsky methods: read and send direct messages".to_owned()], None)
            } else {
                (Vec::new(), Some("nothing: it takes transition:generic too".to_owned()))
            }
        }
        Scope::Transition(Transition::Email) => (vec![SEE_EMAIL.to_owned()], None),
        Scope::Repo(permission) => (vec![repo(permission)], None),
        Scope::Rpc(permission) => (vec![rpc(permission)], None),
        Scope::Blob(permission) => (vec![blob(permission)], None),
        Scope::Account(permission) => account(*permission),
        Scope::Identity(Identity::Handle) => (vec!["change the handle".to_owned()], None),
        Scope::Identity(Identity::All) => (
            vec![
                "change the handle".to_owned(),
                "change the DID document; this can move the account away for ever".to_owned(),
            ],
            None,
        ),
        Scope::Include(permission) => (vec![include(permission)], None),
    };
    (grants, but)
}

const GENERIC: [&str; 5] = [
    "create, update and delete records of every type",
    "upload blobs of every type",
    "read and write personal preferences",
    "call most methods of any service through the PDS",
    "get service tokens for those methods",
];

const NOT_GENERIC: &str = "not: direct messages (chat.bsky), the email address, handle and DID, \
                           deactivating, deleting or moving the account";

const SEE_EMAIL: &str = "see the email address and whether it is confirmed";

fn repo(permission: &Repo) -> String {
    let actions: Vec<&str> = permission.actions.iter().map(|action| action.as_str()).collect();
    let all = actions.len() == RepoAction::ALL.len();
    let only = if all { "" } else { ", and nothing else" };
    let what = match permission.collections.contains(&Name::Any) {
        true => "every type".to_owned(),
        false => names(&permission.collections),
    };
    format!("{} records of {what}{only}", list(&actions, "and"))
}

fn rpc(permission: &Rpc) -> String {
    let what = match permission.methods.contains(&Name::Any) {
        true => "every method".to_owned(),
        false => names(&permission.methods),
    };
    format!("call {what} at {}, or get service tokens for that", audience(&permission.audience))
}

fn blob(permission: &Blob) -> String {
    let types: Vec<String> = permission.accept.iter().map(ToString::to_string).collect();
    match types.as_slice() {
        [any] if any == "*/*" => "upload blobs of every type".to_owned(),
        types => format!("upload blobs of {}", list(types, "or")),
    }
}

fn account(permission: Account) -> (Vec<String>, Option<String>) {
    match (permission.attribute, permission.access) {
        (AccountAttribute::Email, Access::Read) => (vec![SEE_EMAIL.to_owned()], None),
        (AccountAttribute::Email, Access::Manage) => {
            (vec![SEE_EMAIL.to_owned(), "change the email address".to_owned()], None)
        }
        (AccountAttribute::Repo, Access::Manage) => {
            (vec!["replace the whole repository by an import".to_owned()], None)
        }
        (AccountAttribute::Repo, Access::Read) => {
            (Vec::new(), Some("nothing: repositories are public; write action=manage".to_owned()))
        }
    }
}

fn include(permission: &Include) -> String {
    let Include { nsid, audience: to } = permission;
    let to = match to {
        Some(to) => format!("its permissions with inheritAud are for {}", audience(to)),
        None => "its permissions with inheritAud fall away, since no aud is named".to_owned(),
    };
    format!("what the permission set {nsid} says ({}); {to}", authority(nsid))
}

/// Where a set is published.
fn authority(nsid: &Nsid) -> String {
    let labels: Vec<&str> = nsid.authority().rsplit('.').collect();
    format!("published under _lexicon.{}", labels.join("."))
}

fn audience(audience: &Audience) -> String {
    match audience {
        Audience::Any => "any service".to_owned(),
        Audience::Service(service) => {
            let (did, name) = service.as_str().split_once('#').unwrap_or((service.as_str(), ""));
            format!("the service {name} of {did}")
        }
    }
}

fn names(names: &BTreeSet<Name>) -> String {
    let spelled: Vec<&str> = names
        .iter()
        .map(|name| match name {
            Name::Any => "*",
            Name::Nsid(nsid) => nsid.as_str(),
        })
        .collect();
    list(&spelled, "and")
}

/// `a, b and c`.
fn list<T: Display>(items: &[T], last: &str) -> String {
    let mut texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    match texts.pop() {
        Some(end) if texts.is_empty() => end,
        Some(end) => format!("{} {last} {end}", texts.join(", ")),
        None => String::new(),
    }
}
