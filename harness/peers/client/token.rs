//! The token endpoint: code exchange, and what is asked of every token answer.

use atproof_protocol::http::Response;
use atproof_protocol::identifier::Did;
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::oauth::Secret;
use serde_json::Value;

use super::error::Reason;
use super::fetch::{member, object, post, refusal};
use super::par::Pending;
use super::state::Client;

/// A token answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) access_token: Secret,
    pub(super) refresh_token: Option<Secret>,
    /// When the access token expires, in seconds since the Unix epoch, where the server tells.
    pub(super) expires: Option<i64>,
    pub(super) scope: String,
    pub(super) sub: Did,
}

/// A grant at the token endpoint.
pub(super) enum Grant<'a> {
    AuthorizationCode { code: &'a Secret, redirect_uri: &'a str, code_verifier: &'a Secret },
    RefreshToken(&'a Secret),
}

impl Client {
    /// Exchanges a code at the server that the login was started with, with the same key (RFC 6749,
    /// section 4.1.3; RFC 9700, section 4.4.2).
    pub(super) async fn exchange(
        &mut self,
        pending: &Pending,
        code: &Secret,
    ) -> Result<Tokens, Reason> {
        let redirect_uri = &self.config.redirect_uri.clone();
        let code_verifier = &pending.code_verifier;
        let grant = Grant::AuthorizationCode { code, redirect_uri, code_verifier };
        self.grant(&pending.server.token_endpoint, &pending.key, &grant).await
    }

    /// Asks for tokens.
    pub(super) async fn grant(
        &mut self,
        token_endpoint: &str,
        key: &SigningKey,
        grant: &Grant<'_>,
    ) -> Result<Tokens, Reason> {
        let mut parameters = grant.parameters();
        parameters.push(("client_id", &self.config.client_id));
        let request = post(token_endpoint, &parameters);
        let response = self.prove(key, &request, None).await?;
        self.tokens(&response)
    }

    /// Reads a token answer (RFC 6749, section 5.1; RFC 9449, section 5).
    fn tokens(&self, response: &Response) -> Result<Tokens, Reason> {
        // The status first: what an error holds is no grant.
        if response.status != 200 {
            return Err(refusal(response));
        }
        let answer = object(response)?;
        let text = |name| {
            let value = member(&answer, name).filter(|value| !value.is_empty());
            value.ok_or(Reason::Member(name))
        };
        // A token of any other type is thrown away (RFC 9449, section 5).
        if !text("token_type")?.eq_ignore_ascii_case("DPoP") {
            return Err(Reason::Member("token_type"));
        }
        // The granted scope may be less than was asked for, but never less than atproto.
        let scope = text("scope")?;
        if !scope.split(' ').any(|value| value == "atproto") {
            return Err(Reason::Member("scope"));
        }
        Ok(Tokens {
            access_token: Secret::new(text("access_token")?),
            refresh_token: text("refresh_token").ok().map(Secret::new),
            expires: self.expires(&answer),
            scope: scope.to_owned(),
            sub: Did::parse(text("sub")?).map_err(|_| Reason::Member("sub"))?,
        })
    }

    /// A lifetime that is no natural number tells nothing.
    fn expires(&self, answer: &Value) -> Option<i64> {
        let lifetime = answer.get("expires_in")?.as_u64()?;
        Some(self.clock.now().saturating_add_unsigned(lifetime))
    }
}

impl Grant<'_> {
    fn parameters(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::AuthorizationCode { code, redirect_uri, code_verifier } => vec![
                ("grant_type", "authorization_code"),
                ("code", code.expose()),
                ("redirect_uri", redirect_uri),
                ("code_verifier", code_verifier.expose()),
            ],
            Self::RefreshToken(token) => {
                vec![("grant_type", "refresh_token"), ("refresh_token", token.expose())]
            }
        }
    }
}
