//! The token endpoint (RFC 6749, section 3.2).

use std::collections::BTreeMap;

use atproof_protocol::http::Response;

use super::clients::ClientKey;
use super::dpop::Occasion;
use super::grants::Grant;
use super::incoming::Incoming;
use super::issue::Kind;
use super::refusal::Refusal;
use super::scope;
use super::state::Server;
use crate::Fault;
use crate::codec::form::Params;

/// Parameters that are known at the token endpoint.
const KNOWN_PARAMETERS: [&str; 11] = [
    "grant_type",
    "code",
    "redirect_uri",
    "client_id",
    "code_verifier",
    "refresh_token",
    "scope",
    "client_assertion",
    "client_assertion_type",
    "username",
    "password",
];

impl Server {
    /// Turns a code or a refresh token into tokens.
    pub(super) fn token(&mut self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let params = self.token_params(incoming)?;
        let is_refresh = params.value("grant_type") == Some("refresh_token");
        let params = match params.repeated() {
            None => params,
            Some("grant_type") if self.has(Fault::AsTokenFirstGrantType) => params,
            Some(_) if self.has(Fault::AsTokenFirstOfRepeated) => params,
            Some(_) if is_refresh && self.has(Fault::AsRefreshFirstOfRepeated) => params,
            Some(_) if self.has(Fault::AsTokenDuplicateParams) => params.last_of_each(),
            Some(_) => return Err(Refusal::invalid_request("a parameter is repeated")),
        };
        // Unknown parameters are ignored (RFC 6749, section 3.2).
        if params.unknown(&KNOWN_PARAMETERS).is_some()
            && self.has(Fault::AsTokenUnknownParamRefused)
        {
            return Err(Refusal::invalid_request("a parameter is unknown"));
        }
        if is_refresh {
            self.check_session_key(&params)?;
        }
        let on = if is_refresh { Occasion::Refresh } else { Occasion::Exchange };
        let client_key = self.authenticated(on, &params)?;
        match params.value("grant_type") {
            Some("authorization_code") => self.exchange(incoming, &params, client_key),
            Some("refresh_token") => self.refresh(incoming, &params, client_key),
            Some("password") if self.has(Fault::AsTokenPasswordGrant) => {
                self.password_grant(incoming, &params)
            }
            Some("client_credentials") if self.has(Fault::AsTokenClientCredentials) => {
                self.client_credentials_grant(incoming, &params)
            }
            Some(other)
                if other.eq_ignore_ascii_case("authorization_code")
                    && self.has(Fault::AsTokenGrantTypeCasefold) =>
            {
                self.exchange(incoming, &params, client_key)
            }
            None if self.has(Fault::AsTokenGrantTypeDefault) => {
                self.exchange(incoming, &params, client_key)
            }
            None => Err(Refusal::invalid_request("grant_type is missing")),
            Some(_)
                if params.value("code").is_some() && self.has(Fault::AsTokenGrantTypeUnchecked) =>
            {
                self.exchange(incoming, &params, client_key)
            }
            Some(_) => {
                let text = "grant_type must be authorization_code or refresh_token";
                Err(Refusal::new(400, "unsupported_grant_type", text))
            }
        }
    }

    /// The parameters of a token request: a form, sent with POST.
    fn token_params(&self, incoming: &Incoming<'_>) -> Result<Params, Refusal> {
        match incoming.method {
            "POST" => {}
            "PUT" if self.has(Fault::AsTokenPutAccepted) => {}
            "GET" if self.has(Fault::AsTokenGetAccepted) => return incoming.query_params(),
            _ => return Err(Refusal::method_not_allowed()),
        }
        if incoming.is_media_type("application/json") && self.has(Fault::AsTokenJsonAccepted) {
            let members = serde_json::from_slice::<BTreeMap<String, String>>(incoming.body);
            let malformed = |_| Refusal::invalid_request("the body is no object of strings");
            return members
                .map(|members| Params::of(members.into_iter().collect()))
                .map_err(malformed);
        }
        if incoming.body.is_empty() && self.has(Fault::AsTokenQueryAccepted) {
            return incoming.query_params();
        }
        let mut body = incoming.body.to_vec();
        if self.has(Fault::AsTokenBadEscapeDropped) {
            body = without_bad_escapes(&body);
        }
        if self.has(Fault::AsTokenBadUtf8Dropped) {
            body = without_high_octets(&body);
        }
        if self.has(Fault::AsTokenNeedlessEscapesKept) {
            body = with_needless_escapes_kept(&body);
        }
        let malformed = Params::read(&body).is_none();
        if malformed && self.has(Fault::AsTokenBadForm500) {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        let form = Incoming { body: &body, ..*incoming };
        if self.has(Fault::AsTokenAnyMediaType)
            && let Some(params) = Params::read(&body)
        {
            return Ok(params);
        }
        form.form()
    }

    /// Tokens for a client alone, which the profile has no use for.
    fn client_credentials_grant(
        &mut self,
        incoming: &Incoming<'_>,
        params: &Params,
    ) -> Result<Response, Refusal> {
        let proof = self.proof(incoming, Occasion::Exchange, None)?;
        let proof = proof.ok_or_else(|| Refusal::invalid_proof("the DPoP proof is missing"))?;
        let client = self.client(params.value("client_id").unwrap_or_default())?;
        let account = self.config.accounts.first();
        let did = account.map(|account| account.did.clone()).unwrap_or_default();
        let (scope, started) = ("atproto".to_owned(), self.now());
        let jkt = proof.jkt;
        let asked = scope.clone();
        let grant = self.begin(Grant { client, client_key: None, did, scope, asked, jkt, started });
        self.issue(grant, Kind::Exchange, None)
    }

    /// What the client of a token request authenticated with (RFC 6749, section 3.2.1). Clients
    /// that describe themselves have nothing to do so.
    pub(super) fn authenticated(
        &mut self,
        on: Occasion,
        params: &Params,
    ) -> Result<Option<ClientKey>, Refusal> {
        match params.value("client_id") {
            Some(id) if id.starts_with("https://") => {
                let client = self.client(id)?;
                self.authenticate_client(on, &client, params)
            }
            _ => Ok(None),
        }
    }

    /// Tokens for a password, which must not be offered (RFC 9700, section 2.4).
    fn password_grant(
        &mut self,
        incoming: &Incoming<'_>,
        params: &Params,
    ) -> Result<Response, Refusal> {
        let proof = self.proof(incoming, Occasion::Exchange, None)?;
        let proof = proof.ok_or_else(|| Refusal::invalid_proof("the DPoP proof is missing"))?;
        let client = self.client(params.value("client_id").unwrap_or_default())?;
        let account = self.account(params.value("username").unwrap_or_default());
        let account = account.filter(|a| Some(a.password.as_str()) == params.value("password"));
        let did = account.map(|account| account.did.clone());
        let did = did.ok_or_else(|| Refusal::invalid_grant("the password is wrong"))?;
        let asked = params.value("scope").unwrap_or("atproto");
        if !scope::is_within(asked, &client.scopes) {
            return Err(Refusal::invalid_scope("the client has not declared the scope"));
        }
        let (scope, started) = (asked.to_owned(), self.now());
        let grant = self.begin(Grant {
            client,
            client_key: None,
            did,
            asked: scope.clone(),
            scope,
            jkt: proof.jkt,
            started,
        });
        self.issue(grant, Kind::Exchange, None)
    }
}

/// A form without what begins as an escape and is none.
fn without_bad_escapes(body: &[u8]) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut rest = body;
    while let Some((&byte, tail)) = rest.split_first() {
        let digits = tail.get(..2).unwrap_or(tail);
        let is_escape = digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit);
        let is_bad = byte == b'%' && !is_escape;
        if is_bad {
            rest = tail.get(digits.len()..).unwrap_or_default();
        } else {
            kept.push(byte);
            rest = tail;
        }
    }
    kept
}

/// A form without escapes of octets beyond ASCII.
fn without_high_octets(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body).into_owned();
    let is_high = |escape: &str| escape.starts_with(['8', '9', 'a', 'b', 'c', 'd', 'e', 'f']);
    let mut parts = text.split('%');
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if is_high(&part.to_ascii_lowercase()) {
            kept.push_str(part.get(2..).unwrap_or_default());
        } else {
            kept.push('%');
            kept.push_str(part);
        }
    }
    kept.into_bytes()
}

/// A form whose escapes of letters and digits stand for themselves.
fn with_needless_escapes_kept(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body).into_owned();
    let mut parts = text.split('%');
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let octet = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let is_needless = octet.is_some_and(|octet| octet.is_ascii_alphanumeric());
        kept.push_str(if is_needless { "%25" } else { "%" });
        kept.push_str(part);
    }
    kept.into_bytes()
}
