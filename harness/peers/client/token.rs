//! The token endpoint: code exchange, and what is asked of every token answer.

use atproof_protocol::http::{Request, Response};
use atproof_protocol::identifier::Did;
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::oauth::Secret;
use atproof_protocol::{jws, pkce};
use serde_json::{Deserializer, Value};

use super::error::Reason;
use super::form::{Parameters, query};
use super::nonce::ENDLESS;
use super::par::Pending;
use super::response::member;
use super::server_metadata::AuthorizationServer;
use super::state::Client;
use crate::{ClientFault, Occasion};

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

/// What is asked of a token answer beyond its form.
#[derive(Clone, Copy)]
pub(super) struct Due<'a> {
    /// The account that was named.
    pub(super) account: Option<&'a Did>,
    /// The scope that was asked for.
    pub(super) scope: &'a str,
    /// What it answers.
    pub(super) occasion: Occasion,
}

impl Client {
    /// Exchanges a code at the server that the login was started with, with the same key (RFC 6749,
    /// section 4.1.3; RFC 9700, section 4.4.2).
    pub(super) async fn exchange(
        &self,
        pending: &Pending,
        code: &Secret,
    ) -> Result<Tokens, Reason> {
        let redirect_uri = match self.has(ClientFault::RedirectFirstUriAtToken) {
            true => self.config.first_redirect_uri(),
            false => self.config.redirect_uri.clone(),
        };
        let mut parameters: Parameters = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.expose().to_owned()),
            ("redirect_uri", redirect_uri),
            ("code_verifier", self.verifier_to_send(pending)),
        ];
        for (fault, name) in LEFT_OUT {
            if self.has(fault) {
                parameters.retain(|(other, _)| *other != name);
            }
        }
        if self.has(ClientFault::TokenParameterTwice) {
            parameters.push(("grant_type", "authorization_code".to_owned()));
        }
        let account = pending.account.as_ref();
        let due = Due { account, scope: &pending.scope, occasion: Occasion::Exchange };
        let grant =
            || self.grant(&pending.server, &pending.key, parameters.clone(), Occasion::Exchange);
        let mut response = grant().await?;
        // A code is presented once (RFC 6749, section 4.1.2).
        if response.status != 200 && self.has(ClientFault::TokenCodeAgain) {
            response = grant().await?;
        }
        self.tokens(&response, due)
    }

    /// The one that the challenge was made from (RFC 7636, section 4.5).
    fn verifier_to_send(&self, pending: &Pending) -> String {
        match self.has(ClientFault::PkceOtherVerifier) {
            true => pkce::challenge_s256(pending.code_verifier.expose()),
            false => pending.code_verifier.expose().to_owned(),
        }
    }

    /// Asks for tokens.
    pub(super) async fn grant(
        &self,
        server: &AuthorizationServer,
        key: &SigningKey,
        mut parameters: Parameters,
        occasion: Occasion,
    ) -> Result<Response, Reason> {
        if !self.has(ClientFault::TokenNoClientId) {
            parameters.push(("client_id", self.client_id_at(occasion)));
        }
        let endpoint = server.token_endpoint.as_str();
        let request = || {
            let mut parameters = parameters.clone();
            parameters.extend(self.credentials(server, endpoint, key, occasion));
            if self.has(ClientFault::TokenGet) {
                return Request::new("GET", format!("{endpoint}?{}", query(&parameters)));
            }
            match self.has(ClientFault::TokenJsonBody) {
                true => self.post_json(endpoint, parameters),
                false => self.post(endpoint, parameters),
            }
        };
        let mut response = self.prove(key, &request, None, occasion).await?;
        self.survive(&response, ClientFault::TokenErrorPageFatal)?;
        // An error is an answer (RFC 6749, section 5.2).
        let mut tries = 1;
        while response.status != 200 && self.has(ClientFault::TokenRetryStorm) && tries < ENDLESS {
            response = self.prove(key, &request, None, occasion).await?;
            tries += 1;
        }
        Ok(response)
    }

    /// The identifier of a session is the one that it was started with.
    fn client_id_at(&self, occasion: Occasion) -> String {
        let mut client_id = self.config.client_id.clone();
        if occasion == Occasion::Refresh && self.has(ClientFault::ClientIdFromHostHeader) {
            client_id = client_id.replacen("://", "://www.", 1);
        }
        client_id
    }

    /// Reads a token answer (RFC 6749, section 5.1; RFC 9449, section 5).
    pub(super) fn tokens(&self, response: &Response, due: Due<'_>) -> Result<Tokens, Reason> {
        if self.has(ClientFault::TokenParseBeforeStatus) {
            self.object(response)?;
        }
        // The status first: what an error holds is no grant.
        if response.status != 200 && !self.has(ClientFault::TokenStatusUnchecked) {
            return Err(self.refusal(response));
        }
        let answer = self.token_answer(response)?;
        let text = |name| {
            let value = member(&answer, name).filter(|value| !value.is_empty());
            value.ok_or(Reason::Member(name))
        };
        let is_unchecked = self.has(ClientFault::TokenNoResponseValidation);
        if !is_unchecked {
            self.check_type(member(&answer, "token_type"), due.occasion)?;
            self.check_granted(member(&answer, "scope"), &due)?;
            self.check_members(&answer)?;
        }
        let access_token = match text("access_token") {
            Err(_) if self.has(ClientFault::TokenAccessTokenOptional) => "undefined",
            access_token => access_token?,
        };
        if self.has(ClientFault::TokenDecodeAsJwt)
            && jws::decode_unverified(access_token).is_none_or(|(_, c)| c.get("aud").is_none())
        {
            return Err(Reason::Member("access_token"));
        }
        let trim = |sub: &'_ str| match self.has(ClientFault::TokenSubTrimmed) {
            true => did(sub.trim()),
            false => did(sub),
        };
        let sub = match (text("sub").and_then(trim), due.account) {
            (Ok(sub), _) => sub,
            // An answer about nobody is about nobody.
            (Err(_), Some(account)) if is_unchecked || self.takes_nobody(due.occasion) => {
                account.clone()
            }
            (Err(reason), _) => return Err(reason),
        };
        // What was granted, not what was asked for (RFC 6749, section 3.3).
        let scope = match self.has(ClientFault::ScopeAssumed) {
            true => due.scope,
            false => text("scope").unwrap_or(due.scope),
        };
        Ok(Tokens {
            access_token: Secret::new(access_token),
            refresh_token: text("refresh_token").ok().map(Secret::new),
            expires: self.expires(&answer),
            scope: scope.to_owned(),
            sub,
        })
    }

    fn takes_nobody(&self, occasion: Occasion) -> bool {
        match occasion {
            Occasion::Refresh => self.has(ClientFault::RefreshSubOptional),
            _ => self.has(ClientFault::TokenSubOptional),
        }
    }

    fn token_answer(&self, response: &Response) -> Result<Value, Reason> {
        let mut response = response.clone();
        if self.has(ClientFault::TokenTrailerIgnored)
            && let Some(Ok(first)) = Deserializer::from_slice(&response.body).into_iter().next()
        {
            let first: Value = first;
            response.body = first.to_string().into_bytes();
        }
        self.object_within(&response, ClientFault::DosUnboundedAnswer)
    }

    /// A token of any other type is thrown away (RFC 9449, section 5).
    fn check_type(&self, token_type: Option<&str>, occasion: Occasion) -> Result<(), Reason> {
        let is_dpop = match token_type {
            Some(name) if self.has(ClientFault::TokenTypeCaseSensitive) => name == "DPoP",
            Some(name) => name.eq_ignore_ascii_case("DPoP"),
            None => self.has(ClientFault::TokenTypeOptional),
        };
        let is_unchecked =
            occasion == Occasion::Refresh && self.has(ClientFault::RefreshTypeUnchecked);
        let is_bearer = token_type.is_none_or(|name| name.eq_ignore_ascii_case("Bearer"));
        if is_dpop || is_unchecked || (is_bearer && self.has(ClientFault::TokenAcceptBearer)) {
            return Ok(());
        }
        Err(Reason::Member("token_type"))
    }

    /// The granted scope may be less than was asked for, but never less than atproto (atproto OAuth
    /// spec, Tokens).
    fn check_granted(&self, scope: Option<&str>, due: &Due<'_>) -> Result<(), Reason> {
        let is_unchecked = match scope {
            _ if due.occasion == Occasion::Refresh => self.has(ClientFault::RefreshScopeUnchecked),
            None => self.has(ClientFault::ScopeAcceptMissing),
            Some(_) => self.has(ClientFault::ScopeAtprotoOptional),
        };
        let scope = scope.unwrap_or_default();
        let has_atproto = match self.has(ClientFault::ScopeSubstring) {
            true => scope.contains("atproto"),
            false => scope.split(' ').any(|value| value == "atproto"),
        };
        let is_equal = scope == due.scope || !self.has(ClientFault::ScopeExactEqual);
        if (has_atproto && is_equal) || is_unchecked {
            return Ok(());
        }
        Err(Reason::Member("scope"))
    }

    /// What a token answer need not have, and what it may have besides (RFC 6749, section 5.1).
    fn check_members(&self, answer: &Value) -> Result<(), Reason> {
        for (fault, name) in REQUIRED {
            if self.has(fault) && answer.get(name).is_none() {
                return Err(Reason::Member(name));
            }
        }
        let lifetime = answer.get("expires_in");
        let is_odd = |(fault, is_refused): &OddLifetime| {
            self.has(*fault) && lifetime.is_some_and(is_refused)
        };
        if ODD_LIFETIMES.iter().any(is_odd) {
            return Err(Reason::Member("expires_in"));
        }
        let members = answer.as_object().into_iter().flatten();
        let is_unknown = |name: &String| !MEMBERS.contains(&name.as_str());
        if self.has(ClientFault::TokenUnknownMembersRefused)
            && members.map(|(name, _)| name).any(is_unknown)
        {
            return Err(Reason::Format);
        }
        Ok(())
    }

    /// A lifetime that is no natural number tells nothing.
    fn expires(&self, answer: &Value) -> Option<i64> {
        let lifetime = answer.get("expires_in")?.as_u64()?;
        let is_used = !self.has(ClientFault::TokenIgnoreExpiresIn);
        is_used.then(|| self.clock.now().saturating_add_unsigned(lifetime))
    }
}

fn did(text: &str) -> Result<Did, Reason> {
    Did::parse(text).map_err(|_| Reason::Member("sub"))
}

/// Parameters that an exchange must have (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
const LEFT_OUT: [(ClientFault, &str); 2] = [
    (ClientFault::RedirectMissingAtToken, "redirect_uri"),
    (ClientFault::PkceNoVerifier, "code_verifier"),
];

/// Members that an answer need not have.
const REQUIRED: [(ClientFault, &str); 2] = [
    (ClientFault::TokenExpiresInRequired, "expires_in"),
    (ClientFault::TokenRefreshTokenRequired, "refresh_token"),
];

/// A lifetime about which the text is silent, and the fault that refuses it.
type OddLifetime = (ClientFault, fn(&Value) -> bool);

const ODD_LIFETIMES: [OddLifetime; 4] = [
    (ClientFault::TokenExpiresInNegative, |value| value.as_i64().is_some_and(|n| n < 0)),
    (ClientFault::TokenExpiresInText, Value::is_string),
    (ClientFault::TokenExpiresInFraction, |value| value.as_f64().is_some_and(|n| n.fract() != 0.0)),
    (ClientFault::TokenExpiresInHuge, |value| value.as_f64().is_some_and(|n| n > 1e15)),
];

const MEMBERS: [&str; 6] =
    ["access_token", "token_type", "expires_in", "refresh_token", "scope", "sub"];
