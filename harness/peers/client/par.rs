//! The beginning of a login, up to the URL that the user is sent to (RFC 9126).

use atproof_protocol::identifier::Did;
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::oauth::Secret;
use atproof_protocol::{form, pkce};

use super::error::{Error, Reason, Step};
use super::fetch::{member, object, post, refusal};
use super::server_metadata::AuthorizationServer;
use super::state::Client;

/// A login whose authorization response has not come.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// Where the login was started, and the only server that can finish it.
    pub(super) server: AuthorizationServer,
    /// The account that the user named.
    pub(super) account: Option<Did>,
    pub(super) code_verifier: Secret,
    /// The key of the session that this is to become.
    pub(super) key: SigningKey,
}

impl Client {
    /// Begins a login with a handle, a DID or the URL of a server. The answer is where the user is
    /// sent.
    pub async fn start(&mut self, input: &str, scope: &str) -> Result<String, Error> {
        let (account, server) = self.discover(input).await?;
        let pushed = self.push(input, account, server, scope).await;
        pushed.map_err(|why| why.at(Step::Par))
    }

    async fn push(
        &mut self,
        input: &str,
        account: Option<Did>,
        server: AuthorizationServer,
        scope: &str,
    ) -> Result<String, Reason> {
        self.check_scope(scope)?;
        let code_verifier = pkce::verifier_from_bytes(&self.stream.block());
        let code_challenge = pkce::challenge_s256(&code_verifier);
        let state = self.stream.token();
        let key = self.stream.key();
        let config = &self.config;
        let mut parameters = vec![
            ("client_id", config.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &config.redirect_uri),
            ("scope", scope),
            ("state", &state),
            ("code_challenge", &code_challenge),
            ("code_challenge_method", "S256"),
        ];
        // The identifier as the user gave it; a server is no account.
        if account.is_some() {
            parameters.push(("login_hint", input));
        }
        let request = post(&server.pushed_authorization_request_endpoint, &parameters);
        let response = self.prove(&key, &request, None).await?;
        // RFC 9126, section 2.2.
        if response.status != 201 {
            return Err(refusal(&response));
        }
        let answer = object(&response)?;
        let request_uri = member(&answer, "request_uri").filter(|uri| !uri.is_empty());
        let request_uri = request_uri.ok_or(Reason::Member("request_uri"))?;
        let url = self.authorization_url(&server, request_uri);
        let code_verifier = Secret::new(code_verifier);
        self.pending.insert(state, Pending { server, account, code_verifier, key });
        Ok(url)
    }

    fn check_scope(&self, scope: &str) -> Result<(), Reason> {
        let is_declared = |value| self.config.scope.split(' ').any(|declared| declared == value);
        let has_atproto = scope.split(' ').any(|value| value == "atproto");
        if !has_atproto || !scope.split(' ').all(is_declared) {
            return Err(Reason::Scope);
        }
        Ok(())
    }

    /// Only the names of the client and of what was pushed go through the browser; the query of the
    /// endpoint stays (RFC 6749, section 3.1).
    fn authorization_url(&self, server: &AuthorizationServer, request_uri: &str) -> String {
        let endpoint = &server.authorization_endpoint;
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        let client_id = form::percent_encode(&self.config.client_id);
        let request_uri = form::percent_encode(request_uri);
        format!("{endpoint}{separator}client_id={client_id}&request_uri={request_uri}")
    }
}
