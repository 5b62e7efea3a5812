//! Scopes (RFC 6749, section 3.3, and the profile).

use super::clients::Client;
use super::permission::Permission;
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
    /// Checks the characters of a scope (RFC 6749, section 3.3).
    pub(super) fn check_scope_characters(&self, scope: &str) -> Result<(), Refusal> {
        let is_token = |b: u8| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let lax = self.has(Fault::AsScopeCharactersUnchecked);
        if !lax && !values(scope).iter().all(|value| value.bytes().all(is_token)) {
            return Err(Refusal::invalid_scope(
                "the scope has a character that scopes do not have",
            ));
        }
        let lax = self.has(Fault::AsScopeSpacesFolded);
        if !lax && scope.split(' ').any(str::is_empty) {
            return Err(Refusal::invalid_scope("values are not separated by single spaces"));
        }
        Ok(())
    }

    /// Checks the scope of an authorization request.
    pub(super) fn check_scope(&self, scope: &str, client: &Client) -> Result<(), Refusal> {
        let understood = values(&self.mistaken(scope));
        let has_atproto = understood.iter().any(|value| value == "atproto");
        if !has_atproto && !self.has(Fault::AsScopeAtprotoOptional) {
            let text = "the scope lacks atproto";
            if self.has(Fault::AsErrorsScopeAsInvalidRequest) {
                return Err(Refusal::invalid_request(text));
            }
            return Err(Refusal::invalid_scope(text));
        }
        if understood.iter().any(|value| !self.knows_scope(value))
            && !self.varies(Variant::UnknownScopesDropped)
        {
            return Err(Refusal::invalid_scope("the scope has a value that is not known here"));
        }
        let asked = values(scope);
        let repeated =
            (1..asked.len()).any(|i| asked.iter().take(i).any(|v| asked.get(i) == Some(v)));
        let respelled = asked.iter().filter(|value| value.contains("repo")).count() > 1;
        if (repeated || respelled) && self.has(Fault::AsScopeRepeatedRefused) {
            return Err(Refusal::invalid_scope("the scope says something twice"));
        }
        if scope.len() > 5000 && self.has(Fault::AsScopeLongFails) {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        let transitional = |value: &String| value.starts_with("transition:");
        if asked.iter().any(transitional) && self.has(Fault::AsScopeTransitionRefused) {
            return Err(Refusal::invalid_scope("transitional scopes are not supported"));
        }
        let is_declared = |value: &String| {
            client.scopes.contains(value) || self.declares_by_meaning(&client.scopes, value)
        };
        if !asked.iter().all(is_declared) && !self.has(Fault::AsScopeUndeclaredAccepted) {
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
        let kept =
            self.varies(Variant::InvalidScopesKept) || self.has(Fault::AsScopeCharactersUnchecked);
        kept && RESOURCES.contains(&resource)
            || Permission::read(value).is_some()
            || value == "openid" && self.has(Fault::AsScopeAllowOpenid)
            || self.has(Fault::AsScopeEchoUnknown)
    }
}

/// What every known value begins with.
pub(super) const RESOURCES: [&str; 8] =
    ["atproto", "transition", "repo", "rpc", "blob", "account", "identity", "include"];
