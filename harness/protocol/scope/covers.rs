//! What scopes grant.

use super::{
    Access, Account, AccountAttribute, Alternative, Audience, Identity, Name, Operation, Readings,
    Scope, ScopeSet, Transition,
};
use crate::identifier::{Did, Nsid};
use crate::scope::ServiceReference;

impl ScopeSet {
    /// Whether these scopes allow an operation. Without `atproto` they allow nothing
    /// (ATP-SCOPE-003). Sets that are included have to be expanded before.
    pub fn covers(&self, operation: &Operation) -> bool {
        self.has(&Scope::Atproto) && self.grants(operation)
    }

    /// As [`ScopeSet::covers`], whether or not `atproto` is among the scopes.
    pub(super) fn grants(&self, operation: &Operation) -> bool {
        self.granting(operation).is_some()
    }

    /// The first value that allows an operation.
    pub(super) fn granting(&self, operation: &Operation) -> Option<&Scope> {
        let generic = self.has(&Scope::Transition(Transition::Generic));
        let narrowed = self.readings.has(Alternative::GranularNarrows)
            && self.scopes().any(|scope| scope.speaks_of(operation));
        self.scopes().find(|scope| {
            let effective = match scope {
                Scope::Transition(Transition::Generic) => !narrowed,
                // ATP-STRANS-013.
                Scope::Transition(Transition::ChatBsky) => generic,
                Scope::Transition(Transition::Email) => {
                    generic || !self.readings.has(Alternative::EmailNeedsGeneric)
                }
                _ => true,
            };
            effective && scope.covers(operation, self.readings)
        })
    }
}

impl Scope {
    /// Whether this value, in a scope string that has what it depends on, allows an operation.
    fn covers(&self, operation: &Operation, readings: Readings) -> bool {
        match (self, operation) {
            (Self::Atproto, Operation::SignIn) => true,
            (Self::Transition(transition), _) => transition.covers(operation, readings),
            (Self::Repo(repo), Operation::Repo { action, collection }) => {
                repo.actions.contains(action)
                    && repo.collections.iter().any(|name| name.is(collection))
            }
            (Self::Rpc(rpc), Operation::Rpc { lxm, aud }) => {
                rpc.audience.is(aud, readings)
                    && rpc.methods.iter().any(|name| name.is_method(lxm.as_deref(), readings))
            }
            (Self::Blob(blob), Operation::Blob { mime }) => {
                blob.accept.iter().any(|accept| accept.matches(mime, readings))
            }
            (Self::Account(Account { attribute, access }), Operation::Account { attr, action }) => {
                attribute == attr && access >= action
            }
            (Self::Identity(_), Operation::Handle)
            | (Self::Identity(Identity::All), Operation::DidDocument) => true,
            _ => false,
        }
    }

    /// Whether this is a granular scope of the kind of resource that an operation is about.
    fn speaks_of(&self, operation: &Operation) -> bool {
        matches!(
            (self, operation),
            (Self::Repo(_), Operation::Repo { .. })
                | (Self::Rpc(_), Operation::Rpc { .. })
                | (Self::Blob(_), Operation::Blob { .. })
        )
    }
}

impl Transition {
    fn covers(self, operation: &Operation, readings: Readings) -> bool {
        match (self, operation) {
            (Self::Generic, Operation::Repo { collection, .. }) => Name::Any.is(collection),
            (Self::Generic, Operation::Blob { mime }) => super::Accept::Any.matches(mime, readings),
            (Self::Generic, Operation::Preferences { .. }) => true,
            (Self::Generic, Operation::Rpc { lxm: None, aud }) => {
                readings.has(Alternative::GenericAnyMethod) && is_audience(aud)
            }
            (Self::Generic, Operation::Rpc { lxm: Some(lxm), aud }) => {
                let all_of_it = readings.has(Alternative::GenericWithoutComAtproto);
                let withheld = all_of_it && lxm.starts_with("com.atproto.");
                is_audience(aud) && Name::Any.is(lxm) && !withheld && !is_held_back(lxm)
            }
            (Self::ChatBsky, Operation::Rpc { lxm: Some(lxm), aud }) => {
                is_audience(aud) && Name::Any.is(lxm) && is_chat(lxm)
            }
            (Self::Email, Operation::Account { attr, action }) => {
                (*attr, *action) == (AccountAttribute::Email, Access::Read)
            }
            _ => false,
        }
    }
}

impl Name {
    /// Whether this names what a request carries, which has to be an NSID. Spelling is compared as
    /// it is (ATP-SGRAN-002).
    fn is(&self, text: &str) -> bool {
        match self {
            Self::Any => Nsid::parse(text).is_ok(),
            Self::Nsid(nsid) => nsid.as_str() == text,
        }
    }

    /// A token for every method takes a permission for every method (ATP-SGRAN-049).
    fn is_method(&self, lxm: Option<&str>, readings: Readings) -> bool {
        let withholds = *self == Self::Any && readings.has(Alternative::WildcardWithholds);
        match lxm {
            None => *self == Self::Any && !withholds,
            Some(lxm) => self.is(lxm) && !(withholds && is_held_back(lxm)),
        }
    }
}

impl Audience {
    /// Whether this is the service of a request, with its fragment (ATP-SGRAN-048).
    fn is(&self, aud: &str, readings: Readings) -> bool {
        let bare_matches = readings.has(Alternative::BareAudienceMatches);
        match self {
            Self::Any => is_audience(aud),
            Self::Service(service) => {
                service.as_str() == aud || (bare_matches && service.did() == aud)
            }
        }
    }
}

/// A DID, with the fragment of a service or, as is still common, without.
fn is_audience(aud: &str) -> bool {
    Did::parse(aud).is_ok() || ServiceReference::parse(aud).is_ok()
}

/// What `transition:generic` does not reach: direct messages (ATP-STRANS-010), and the methods that
/// change handle (006) or email (007), deactivate or delete (008) or move (009) the account. The text
/// names the deeds; the methods are ours.
fn is_held_back(lxm: &str) -> bool {
    is_chat(lxm) || ACCOUNT_METHODS.contains(&lxm)
}

pub(super) fn is_chat(lxm: &str) -> bool {
    lxm.starts_with("chat.bsky.")
}

const ACCOUNT_METHODS: [&str; 12] = [
    "com.atproto.identity.requestPlcOperationSignature",
    "com.atproto.identity.signPlcOperation",
    "com.atproto.identity.submitPlcOperation",
    "com.atproto.identity.updateHandle",
    "com.atproto.repo.importRepo",
    "com.atproto.server.activateAccount",
    "com.atproto.server.createAccount",
    "com.atproto.server.deactivateAccount",
    "com.atproto.server.deleteAccount",
    "com.atproto.server.requestAccountDelete",
    "com.atproto.server.requestEmailUpdate",
    "com.atproto.server.updateEmail",
];

/// Methods that stand for all classes of methods that scopes tell apart.
pub(super) fn method_classes() -> impl Iterator<Item = &'static str> {
    let ordinary = ["org.atproof.anyMethod", "com.atproto.anyMethod", "chat.bsky.anyMethod"];
    ordinary.into_iter().chain(ACCOUNT_METHODS)
}
