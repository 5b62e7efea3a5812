//! Sessions: what the application sees of them, and what the client keeps.

use atproof_protocol::identifier::{Did, Handle, Origin};
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::oauth::Secret;

use super::server_metadata::AuthorizationServer;
use super::state::Client;
use super::token::Tokens;

/// A session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The account.
    pub sub: Did,
    /// Its handle, where it leads back to the account.
    pub handle: Option<Handle>,
    /// Its authorization server.
    pub iss: Origin,
    /// Its PDS, the only place where the access token is sent.
    pub aud: Origin,
    /// What was granted.
    pub scope: String,
}

/// A session with its secrets.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) session: Session,
    pub(super) server: AuthorizationServer,
    pub(super) key: SigningKey,
    pub(super) access_token: Secret,
    pub(super) refresh_token: Option<Secret>,
    /// When the access token expires, in seconds since the Unix epoch.
    pub(super) expires: Option<i64>,
    /// The scope that was asked for.
    pub(super) requested: String,
    /// The nonce of the authorization server when the login ended.
    pub(super) nonce: Option<String>,
}

impl Held {
    pub(super) fn new(
        tokens: Tokens,
        pds: Origin,
        server: AuthorizationServer,
        key: SigningKey,
        requested: String,
    ) -> Self {
        let Tokens { access_token, refresh_token, expires, scope, sub } = tokens;
        let session = Session { sub, handle: None, iss: server.issuer.clone(), aud: pds, scope };
        Self { session, server, key, access_token, refresh_token, expires, requested, nonce: None }
    }

    /// The same session with a verified handle.
    pub(super) fn known_as(mut self, handle: Option<Handle>) -> Self {
        self.session.handle = handle;
        self
    }
}

impl Client {
    /// The session, where there is one.
    pub fn session(&self) -> Option<Session> {
        self.memory().session.as_ref().map(|held| held.session.clone())
    }

    pub(super) fn held(&self) -> Option<Held> {
        self.memory().session.clone()
    }

    /// Forgets the session and the nonces of its key.
    pub(super) fn end_session(&self) -> Option<Held> {
        let mut memory = self.memory();
        let held = memory.session.take()?;
        let jkt = held.key.public().thumbprint();
        memory.nonces.retain(|(thumbprint, _), _| *thumbprint != jkt);
        Some(held)
    }
}
