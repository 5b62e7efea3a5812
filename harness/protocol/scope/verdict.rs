//! What has to be said about one operation: allowed or not, by which clause, and how sure that is.

use std::collections::BTreeMap;

use super::covers::is_chat;
use super::{
    Access, AccountAttribute, Alternative, Operation, Readings, Scope, ScopeSet, Transition,
    permission_set,
};
use crate::identifier::Nsid;

/// Whether a scope string allows an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Under the readings that this model takes.
    pub allowed: bool,
    /// The clause that allows or withholds it.
    pub clause: &'static str,
    /// The readings each of which alone would turn the verdict.
    pub open: Vec<Alternative>,
}

/// Asks whether a scope string allows an operation, under the readings taken here and under each
/// alternative. `sets` are the lexicons of the permission sets that it may include, as fetched.
pub fn verdict(text: &str, sets: &BTreeMap<Nsid, Vec<u8>>, operation: &Operation) -> Verdict {
    let usual = expanded(text, sets, Readings::usual());
    let allowed = usual.covers(operation);
    let turns = |alternative: &Alternative| {
        let readings = Readings::usual().with(*alternative);
        expanded(text, sets, readings).covers(operation) != allowed
    };
    Verdict {
        allowed,
        clause: clause(&usual, operation),
        open: Alternative::ALL.into_iter().filter(turns).collect(),
    }
}

fn expanded(text: &str, sets: &BTreeMap<Nsid, Vec<u8>>, readings: Readings) -> ScopeSet {
    let read = |(nsid, bytes): (&Nsid, &Vec<u8>)| {
        let set = permission_set::read_as(bytes, nsid, readings).document?;
        Some((nsid.clone(), set))
    };
    ScopeSet::parse(text, readings).expand(&sets.iter().filter_map(read).collect())
}

fn clause(set: &ScopeSet, operation: &Operation) -> &'static str {
    if !set.has(&Scope::Atproto) {
        return "ATP-SCOPE-003";
    }
    match set.granting(operation) {
        Some(scope) => granted_by(scope, operation),
        None if needs_generic(set, operation) => "ATP-STRANS-013",
        None if set.has(&Scope::Transition(Transition::Generic)) => {
            withheld_from_generic(operation)
        }
        None => withheld(operation),
    }
}

fn granted_by(scope: &Scope, operation: &Operation) -> &'static str {
    match (scope, operation) {
        (Scope::Atproto, _) => "ATP-SCOPE-008",
        (Scope::Transition(Transition::Generic), Operation::Repo { .. }) => "ATP-STRANS-001",
        (Scope::Transition(Transition::Generic), Operation::Blob { .. }) => "ATP-STRANS-002",
        (Scope::Transition(Transition::Generic), Operation::Preferences { .. }) => "ATP-STRANS-003",
        (Scope::Transition(Transition::Generic), _) => "ATP-STRANS-004",
        (Scope::Transition(Transition::ChatBsky), _) => "ATP-STRANS-011",
        (Scope::Transition(Transition::Email), _) => "ATP-STRANS-014",
        (Scope::Repo(_), _) => "ATP-SGRAN-020",
        (Scope::Rpc(_), _) => "ATP-SGRAN-046",
        (Scope::Blob(_), _) => "ATP-SGRAN-060",
        (Scope::Account(_), Operation::Account { attr: AccountAttribute::Repo, .. }) => {
            "ATP-SGRAN-075"
        }
        (Scope::Account(_), Operation::Account { action: Access::Manage, .. }) => "ATP-SGRAN-074",
        (Scope::Account(_), _) => "ATP-SGRAN-073",
        (Scope::Identity(_), Operation::Handle) => "ATP-SGRAN-081",
        (Scope::Identity(_), _) => "ATP-SGRAN-082",
        (Scope::Include(_), _) => "ATP-SGRAN-090",
    }
}

/// Whether `transition:chat.bsky` would allow it, were `transition:generic` there too.
fn needs_generic(set: &ScopeSet, operation: &Operation) -> bool {
    let is_chat = matches!(operation, Operation::Rpc { lxm: Some(lxm), .. } if is_chat(lxm));
    is_chat
        && set.has(&Scope::Transition(Transition::ChatBsky))
        && !set.has(&Scope::Transition(Transition::Generic))
}

fn withheld_from_generic(operation: &Operation) -> &'static str {
    match operation {
        Operation::Handle => "ATP-STRANS-006",
        Operation::Account { attr: AccountAttribute::Email, action: Access::Manage } => {
            "ATP-STRANS-007"
        }
        Operation::Account { attr: AccountAttribute::Email, action: Access::Read } => {
            "ATP-STRANS-015"
        }
        Operation::DidDocument | Operation::Account { attr: AccountAttribute::Repo, .. } => {
            "ATP-STRANS-009"
        }
        Operation::Management { .. } => "ATP-STRANS-008",
        Operation::Rpc { lxm: None, .. } => "ATP-STRANS-005",
        Operation::Rpc { lxm: Some(lxm), .. } if is_chat(lxm) => "ATP-STRANS-010",
        Operation::Rpc { .. } => "ATP-STRANS-009",
        _ => withheld(operation),
    }
}

fn withheld(operation: &Operation) -> &'static str {
    match operation {
        Operation::SignIn => "ATP-SCOPE-002",
        Operation::Repo { .. } => "ATP-SGRAN-020",
        Operation::Rpc { .. } => "ATP-SGRAN-046",
        Operation::Blob { .. } => "ATP-SGRAN-060",
        Operation::Account { attr: AccountAttribute::Repo, .. } => "ATP-SGRAN-075",
        Operation::Account { action: Access::Manage, .. } => "ATP-SGRAN-074",
        Operation::Account { .. } => "ATP-STRANS-015",
        Operation::Handle => "ATP-SGRAN-081",
        Operation::DidDocument => "ATP-SGRAN-082",
        Operation::Preferences { .. } => "ATP-STRANS-003",
        Operation::Management { .. } => "ATP-SCOPE-009",
    }
}
