//! Sessions: what the application sees of them, and what the client keeps.

use atproof_protocol::identifier::{Did, Origin};
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
}

impl Held {
    pub(super) fn new(
        tokens: Tokens,
        pds: Origin,
        server: AuthorizationServer,
        key: SigningKey,
    ) -> Self {
        let Tokens { access_token, refresh_token, expires, scope, sub } = tokens;
        let session = Session { sub, iss: server.issuer.clone(), aud: pds, scope };
        Self { session, server, key, access_token, refresh_token, expires }
    }
}

impl Client {
    /// The session, where there is one.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref().map(|held| &held.session)
    }

    /// Forgets the session and the nonces of its key.
    pub(super) fn end_session(&mut self) -> Option<Held> {
        let held = self.session.take()?;
        let jkt = held.key.public().thumbprint();
        self.nonces.retain(|(thumbprint, _), _| *thumbprint != jkt);
        Some(held)
    }
}
