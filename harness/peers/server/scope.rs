//! Scopes (RFC 6749, section 3.3, and the profile).

use super::clients::Client;
use super::refusal::Refusal;
use super::state::Server;
use crate::{Fault, Variant};

/// The values of a scope string.
pub(super) fn values(scope: &str) -> Vec<String> {
    scope.split(' ').filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// Whether every value of `scope` is among these.
pub(super) fn is_within(scope: &str, granted: &[String]) -> bool {
    values(scope).iter().all(|value| granted.contains(value))
}

impl Server {
    /// Checks the scope of an authorization request.
    pub(super) fn check_scope(&self, scope: &str, client: &Client) -> Result<(), Refusal> {
        let is_token = |b: u8| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if !scope.split(' ').all(|value| !value.is_empty() && value.bytes().all(is_token)) {
            return Err(Refusal::invalid_scope("the scope is malformed"));
        }
        let has_atproto = values(scope).iter().any(|value| value == "atproto");
        if !has_atproto && !self.has(Fault::AsScopeAtprotoOptional) {
            let text = "the scope lacks atproto";
            if self.has(Fault::AsErrorsScopeAsInvalidRequest) {
                return Err(Refusal::invalid_request(text));
            }
            return Err(Refusal::invalid_scope(text));
        }
        let values = values(scope);
        if values.iter().any(|value| !self.knows_scope(value))
            && !self.varies(Variant::UnknownScopesDropped)
        {
            return Err(Refusal::invalid_scope("the scope has a value that is not known here"));
        }
        if !is_within(scope, &client.scopes) && !self.has(Fault::AsScopeUndeclaredAccepted) {
            return Err(Refusal::invalid_scope("the client has not declared the scope"));
        }
        Ok(())
    }

    /// The scope without the values that mean nothing here.
    pub(super) fn known_scope(&self, scope: &str) -> String {
        let known = values(scope).into_iter().filter(|value| self.knows_scope(value));
        known.collect::<Vec<_>>().join(" ")
    }

    /// Whether a value means something here. The profile mixes with no other one, such as OpenID
    /// Connect.
    fn knows_scope(&self, value: &str) -> bool {
        let resource = value.split([':', '?']).next().unwrap_or_default();
        RESOURCES.contains(&resource)
            || value == "openid" && self.has(Fault::AsScopeAllowOpenid)
            || self.has(Fault::AsScopeEchoUnknown)
    }
}

/// What every known value begins with.
const RESOURCES: [&str; 8] =
    ["atproto", "transition", "repo", "rpc", "blob", "account", "identity", "include"];
