//! Grants and their tokens. The PDS looks tokens up in the same table.

use std::collections::BTreeMap;

use super::clients::{Client, ClientKey};

/// What a user has granted to a client.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) client: Client,
    /// The key that a confidential client authenticated with when the session began.
    pub(super) client_key: Option<ClientKey>,
    pub(super) did: String,
    pub(super) scope: String,
    /// What the client had asked for.
    pub(super) asked: String,
    /// Thumbprint of the key that the tokens are bound to.
    pub(super) jkt: Option<String>,
    pub(super) started: i64,
}

/// An access token.
#[derive(Clone, Debug)]
pub(super) struct AccessToken {
    pub(super) grant: u64,
    pub(super) jti: String,
    pub(super) scope: String,
    pub(super) expires: i64,
    /// When it was or will be ended before its time.
    pub(super) ended: Option<i64>,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(super) struct RefreshToken {
    pub(super) grant: u64,
    /// When another took its place.
    pub(super) replaced: Option<i64>,
    pub(super) expires: i64,
    /// When it was or will be ended before its time.
    pub(super) ended: Option<i64>,
}

/// All grants and tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) grants: BTreeMap<u64, Grant>,
    pub(super) access: BTreeMap<String, AccessToken>,
    pub(super) refresh: BTreeMap<String, RefreshToken>,
    /// Tokens of sessions by password: whose they are, and whether they give access.
    pub(super) passwords: BTreeMap<String, (String, bool)>,
}

impl AccessToken {
    pub(super) fn is_ended(&self, now: i64) -> bool {
        self.ended.is_some_and(|at| now >= at)
    }
}

impl RefreshToken {
    pub(super) fn is_ended(&self, now: i64) -> bool {
        self.ended.is_some_and(|at| now >= at)
    }
}

impl Tokens {
    /// Ends the access tokens of a grant at a time.
    pub(super) fn end_access(&mut self, grant: u64, at: i64) {
        for token in self.access.values_mut().filter(|token| token.grant == grant) {
            token.ended = Some(token.ended.map_or(at, |earlier| earlier.min(at)));
        }
    }

    /// Ends the refresh tokens of a grant at a time, and with them the session.
    pub(super) fn end_refresh(&mut self, grant: u64, at: i64) {
        for token in self.refresh.values_mut().filter(|token| token.grant == grant) {
            token.ended = Some(token.ended.map_or(at, |earlier| earlier.min(at)));
        }
    }

    /// Ends everything that came of a grant.
    pub(super) fn end(&mut self, grant: u64, at: i64) {
        self.end_refresh(grant, at);
        self.end_access(grant, at);
    }
}

/// A key of the map that begins as the value does, its last characters aside.
pub(super) fn by_prefix<V>(map: &BTreeMap<String, V>, value: &str, cut: usize) -> Option<String> {
    let prefix = value.get(..value.len().checked_sub(cut)?).filter(|prefix| !prefix.is_empty())?;
    map.keys().find(|known| known.starts_with(prefix)).cloned()
}
