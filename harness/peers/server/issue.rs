//! Token answers (RFC 6749, section 5.1; RFC 9449, section 5).

use atproof_protocol::http::Response;
use p256::ecdsa::Signature;
use p256::ecdsa::signature::Signer;
use serde_json::{Map, Value, json};

use super::answer::{json_response, uncached};
use super::grants::{AccessToken, Grant, RefreshToken};
use super::lifetimes::SESSION;
use super::refusal::Refusal;
use super::state::Server;
use crate::codec::base64url;
use crate::{Fault, Variant};

/// What tokens are issued for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A code exchange.
    Exchange,
    /// A refresh, which may be for less than the whole grant.
    Refresh {
        /// Scope of the new access token.
        scope: String,
    },
}

impl Server {
    /// Notes a new grant.
    pub(super) fn begin(&mut self, grant: Grant) -> u64 {
        let id = self.serial();
        self.tokens.grants.insert(id, grant);
        id
    }

    /// Issues an access token and a refresh token, or keeps the refresh token it is given.
    pub(super) fn issue(
        &mut self,
        id: u64,
        kind: Kind,
        kept: Option<String>,
    ) -> Result<Response, Refusal> {
        let gone = || Refusal::invalid_grant("the grant has ended");
        let grant = self.tokens.grants.get(&id).cloned().ok_or_else(gone)?;
        let scope = match &kind {
            Kind::Exchange => grant.scope.clone(),
            Kind::Refresh { scope } => scope.clone(),
        };
        let access_token = self.issue_access_token(id, &grant, &scope);
        let token_id = self.tokens.access.get(&access_token).map(|token| token.jti.clone());
        let refresh_token = match kept {
            Some(kept) => kept,
            None => self.issue_refresh_token(id, &grant),
        };
        let is_refresh = kind != Kind::Exchange;
        let bearer = if is_refresh { Fault::AsRefreshTypeBearer } else { Fault::AsTokenTypeBearer };
        let is_bearer = grant.jkt.is_none() || self.has(bearer);
        let mut body = Map::new();
        let mut member = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
        member("access_token", json!(access_token));
        member("token_type", json!(if is_bearer { "Bearer" } else { "DPoP" }));
        if !self.has(Fault::AsTokenNoExpiresIn) {
            member("expires_in", json!(self.lifetimes().access_token));
        }
        if !self.has(Fault::AsTokenNoRefreshToken) {
            member("refresh_token", json!(refresh_token));
        }
        if !self.has(Fault::AsTokenNoScope) {
            member("scope", json!(self.reported_scope(&scope)));
        }
        // The profile makes `sub` the DID of the account.
        let by_handle =
            if is_refresh { Fault::AsRefreshSubIsHandle } else { Fault::AsTokenSubIsHandle };
        let account = self.account(&grant.did).filter(|_| self.has(by_handle));
        let no_sub = if is_refresh { Fault::AsRefreshNoSub } else { Fault::AsTokenNoSub };
        if !self.has(no_sub) {
            member("sub", json!(account.map_or(&grant.did, |account| &account.handle)));
        }
        if self.varies(Variant::ExtraTokenMembers) {
            member("id", json!(id));
            member("token_id", json!(token_id));
        }
        let mut response = json_response(200, &Value::Object(body));
        if self.has(Fault::AsTokenContentTypeText) {
            response.headers.set("Content-Type", "text/plain");
        }
        let cacheable =
            if is_refresh { Fault::AsRefreshCacheable } else { Fault::AsTokenCacheable };
        if self.has(cacheable) {
            return Ok(response);
        }
        Ok(uncached(response, self.sends_pragma()))
    }

    fn issue_access_token(&mut self, id: u64, grant: &Grant, scope: &str) -> String {
        let now = self.now();
        let expires = now + self.lifetimes().access_token;
        let jti = self.stream.token();
        let token = if self.varies(Variant::OpaqueAccessTokens) {
            self.stream.token()
        } else if self.varies(Variant::LongTokens) {
            let mut token = String::new();
            while token.len() < 1500 {
                token = format!("{token}{}~.", self.stream.token());
            }
            token.truncate(1500);
            token
        } else {
            self.sign(&json!({
                "iss": self.issuer(),
                "sub": grant.did,
                "aud": self.config.pds,
                "client_id": grant.client.id,
                "scope": scope,
                "iat": now,
                "exp": expires,
                "jti": jti,
                "cnf": { "jkt": grant.jkt.as_deref().map(|jkt| self.confirmation(jkt)) },
            }))
        };
        let access = AccessToken { grant: id, jti, scope: scope.to_owned(), expires, ended: None };
        self.tokens.access.insert(token.clone(), access);
        token
    }

    fn issue_refresh_token(&mut self, id: u64, grant: &Grant) -> String {
        let now = self.now();
        let mut expires = grant.started + SESSION;
        if self.has(Fault::AsRefreshExpiresWithAccess) {
            expires = expires.min(now + self.lifetimes().access_token);
        }
        let token = if self.has(Fault::AsTokenSequentialRefreshToken) {
            format!("refresh-{:08}", self.serial())
        } else {
            self.stream.token()
        };
        let refresh = RefreshToken { grant: id, replaced: None, expires, ended: None };
        self.tokens.refresh.insert(token.clone(), refresh);
        token
    }

    /// `cnf.jkt` (RFC 9449, section 6.1).
    fn confirmation(&self, jkt: &str) -> String {
        match base64url::decode(jkt) {
            Some(bytes) if self.has(Fault::AsTokenCnfJktHex) => {
                bytes.iter().map(|byte| format!("{byte:02x}")).collect()
            }
            _ => jkt.to_owned(),
        }
    }

    fn reported_scope(&self, scope: &str) -> String {
        if self.has(Fault::AsTokenScopeWithoutAtproto) {
            let others = scope.split(' ').filter(|value| *value != "atproto");
            return others.collect::<Vec<_>>().join(" ");
        }
        scope.to_owned()
    }

    /// A JWT access token (RFC 9068).
    fn sign(&self, claims: &Value) -> String {
        let header = json!({ "typ": "at+jwt", "alg": "ES256", "kid": "1" });
        let [header, claims] = [&header, claims].map(|part| base64url::encode(part.to_string()));
        let input = format!("{header}.{claims}");
        let signature: Signature = self.signing_key.sign(input.as_bytes());
        format!("{input}.{}", base64url::encode(signature.to_bytes()))
    }
}
