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
        /// Whom the new access token is for, where that is not the PDS.
        audience: Option<String>,
    },
}

impl Server {
    /// Notes a new grant.
    pub(super) fn begin(&mut self, grant: Grant) -> u64 {
        if self.has(Fault::AsSessionSingle) {
            let now = self.now();
            let others = self.tokens.grants.iter().filter(|(_, other)| other.did == grant.did);
            for other in others.map(|(id, _)| *id).collect::<Vec<_>>() {
                self.tokens.end(other, now);
            }
        }
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
            Kind::Refresh { scope, .. } => scope.clone(),
        };
        let audience = match &kind {
            Kind::Refresh { audience: Some(audience), .. } => audience.clone(),
            _ => self.config.pds.clone(),
        };
        let access_token = self.issue_access_token(id, &grant, &scope, &audience);
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
        member(
            "token_type",
            json!(match is_bearer {
                true => "Bearer",
                false if self.varies(Variant::TokenTypeLowerCase) => "dpop",
                false => "DPoP",
            }),
        );
        if !self.has(Fault::AsTokenNoExpiresIn) {
            member("expires_in", json!(self.access_token_life(&grant)));
        }
        // Only clients that declare the grant type get one (the profile, on client metadata).
        let refreshes = grant.client.refreshes || self.has(Fault::AsTokenRefreshUndeclared);
        if refreshes && !self.has(Fault::AsTokenNoRefreshToken) {
            member("refresh_token", json!(refresh_token));
        }
        if !self.has(Fault::AsTokenNoScope) {
            let echoed =
                self.has(Fault::AsTokenScopeEchoed) || self.has(Fault::AsConsentNarrowingSaidAlone);
            let mut reported = self.reported_scope(if echoed { &grant.asked } else { &scope });
            if self.varies(Variant::ScopeReordered) {
                reported = reported.split(' ').rev().collect::<Vec<_>>().join(" ");
            }
            member("scope", json!(reported));
        }
        // The profile makes `sub` the DID of the account.
        let by_handle =
            if is_refresh { Fault::AsRefreshSubIsHandle } else { Fault::AsTokenSubIsHandle };
        let account = self.account(&grant.did).filter(|_| self.has(by_handle));
        let no_sub = if is_refresh { Fault::AsRefreshNoSub } else { Fault::AsTokenNoSub };
        if !self.has(no_sub) {
            member("sub", json!(account.map_or(&grant.did, |account| &account.handle)));
        }
        let is_openid = scope.split(' ').any(|value| value == "openid");
        if self.has(Fault::AsTokenIdToken) || is_openid && self.has(Fault::AsScopeAllowOpenid) {
            member("id_token", json!(self.sign("JWT", &json!({ "sub": grant.did }))));
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

    fn issue_access_token(
        &mut self,
        id: u64,
        grant: &Grant,
        scope: &str,
        audience: &str,
    ) -> String {
        let now = self.now();
        let expires = now + self.access_token_life(grant);
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
            let audience = match self.varies(Variant::AccessTokenOtherShape) {
                true => json!([audience, self.issuer()]),
                false => json!(audience),
            };
            let claims = json!({
                "iss": self.issuer(),
                "sub": grant.did,
                "aud": audience,
                "client_id": grant.client.id,
                "scope": scope,
                "iat": now,
                "exp": expires,
                "jti": jti,
                "cnf": { "jkt": grant.jkt.as_deref().map(|jkt| self.confirmation(jkt)) },
            });
            let other = self.varies(Variant::AccessTokenOtherShape);
            self.sign(if other { "JWT" } else { "at+jwt" }, &claims)
        };
        let access =
            AccessToken { grant: id, jti, scope: self.token_scope(scope), expires, ended: None };
        self.tokens.access.insert(token.clone(), access);
        token
    }

    /// Clients that authenticate may get longer ones (the profile, on confidential clients).
    fn access_token_life(&self, grant: &Grant) -> i64 {
        let longer = grant.client_key.is_some() && self.has(Fault::AsTokenConfidentialLonger);
        self.lifetimes().access_token + if longer { 600 } else { 0 }
    }

    fn issue_refresh_token(&mut self, id: u64, grant: &Grant) -> String {
        let now = self.now();
        let mut expires = grant.started + SESSION;
        if self.has(Fault::AsSessionNeverEnds) {
            expires = now + SESSION;
        }
        if self.has(Fault::AsRefreshExpiresWithAccess) {
            expires = expires.min(now + self.lifetimes().access_token);
        }
        let token = if self.has(Fault::AsTokenSequentialRefreshToken) {
            format!("refresh-{:08}", self.serial())
        } else {
            self.long_random()
        };
        let refresh = RefreshToken { grant: id, replaced: None, expires, ended: None };
        self.tokens.refresh.insert(token.clone(), refresh);
        token
    }

    /// A random text: of the usual length, or a long one.
    pub(super) fn long_random(&mut self) -> String {
        let mut text = self.stream.token();
        while self.varies(Variant::LongCodes) && text.len() < 700 {
            text.push_str(&self.stream.token());
        }
        text
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

    /// A JWT, such as an access token (RFC 9068).
    pub(super) fn sign(&self, typ: &str, claims: &Value) -> String {
        let header = json!({ "typ": typ, "alg": "ES256", "kid": "1" });
        let [header, claims] = [&header, claims].map(|part| base64url::encode(part.to_string()));
        let input = format!("{header}.{claims}");
        let signature: Signature = self.signing_key.sign(input.as_bytes());
        format!("{input}.{}", base64url::encode(signature.to_bytes()))
    }
}
