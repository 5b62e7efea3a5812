//! The PDS as a resource server (RFC 9449, section 7).

use atproof_protocol::http::Response;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use super::answer::json_response;
use super::dpop::Occasion;
use super::grants::{AccessToken, Grant, by_prefix};
use super::incoming::Incoming;
use super::refusal::Refusal;
use super::repository::is_nsid;
use super::scope;
use super::state::Server;
use crate::Fault;
use crate::codec::base64url;
use crate::codec::json::Object;

/// Who sends a request, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) did: String,
    pub(super) scope: String,
}

impl Server {
    /// Answers an XRPC request.
    pub(super) fn xrpc(&mut self, incoming: &Incoming<'_>) -> Response {
        let nsid = incoming.path.strip_prefix("/xrpc/").unwrap_or_default();
        let expected = match nsid {
            "com.atproto.repo.createRecord"
            | "com.atproto.repo.deleteRecord"
            | "com.atproto.repo.uploadBlob"
            | "com.atproto.identity.updateHandle"
            | "com.atproto.server.createSession"
            | "com.atproto.server.refreshSession"
            | "com.atproto.server.deleteSession" => "POST",
            _ => "GET",
        };
        let is_public = nsid == "com.atproto.server.describeServer";
        if is_public
            && incoming.headers.count("authorization") > 0
            && self.has(Fault::RsPublicTokenChecked)
            && let Err(refusal) = self.authenticate(incoming)
        {
            return self.finish_resource(Err(refusal));
        }
        let result = match nsid {
            "com.atproto.server.describeServer" => Ok(self.describe_server()),
            "com.atproto.identity.resolveHandle" => self.resolve_handle(incoming),
            "com.atproto.server.createSession" => self.create_session(incoming),
            "com.atproto.server.deleteSession" => Ok(self.delete_session(incoming)),
            "com.atproto.repo.getRecord" => self.record(incoming),
            "com.atproto.repo.listRecords" => self.records(incoming),
            "com.atproto.server.getSession"
            | "com.atproto.server.refreshSession"
            | "com.atproto.repo.createRecord"
            | "com.atproto.repo.deleteRecord"
            | "com.atproto.repo.uploadBlob"
            | "com.atproto.server.getServiceAuth"
            | "com.atproto.identity.updateHandle"
            | "app.bsky.actor.getProfile" => {
                let result = self.protected(nsid, expected, incoming);
                return self.finish_resource(result);
            }
            _ if incoming.headers.get("atproto-proxy").is_some()
                && (is_nsid(nsid) || self.has(Fault::RsProxyAnyPath)) =>
            {
                let result = self.forwarded(nsid, incoming);
                return self.finish_resource(result);
            }
            _ => Err(Refusal::new(501, "MethodNotImplemented", "the method is not served here")),
        };
        let result = if incoming.method == expected {
            result
        } else {
            Err(Refusal::new(405, "InvalidRequest", "the HTTP method is wrong"))
        };
        result.unwrap_or_else(|refusal| {
            let (error, message) = (refusal.error, refusal.description);
            let body = serde_json::json!({ "error": error, "message": message });
            json_response(refusal.status, &body)
        })
    }

    fn protected(
        &mut self,
        nsid: &str,
        expected: &str,
        incoming: &Incoming<'_>,
    ) -> Result<Response, Refusal> {
        if nsid == "app.bsky.actor.getProfile" {
            return self.proxied(incoming);
        }
        let caller = self.authenticate(incoming)?;
        let served = std::mem::replace(&mut self.moment.served, true);
        if served && self.has(Fault::RsParallelRefused) {
            return Err(Refusal::new(500, "InternalServerError", "internal error"));
        }
        if incoming.method != expected {
            return Err(Refusal::new(405, "InvalidRequest", "the HTTP method is wrong"));
        }
        match nsid {
            "com.atproto.repo.createRecord" => self.create_record(&caller, incoming),
            "com.atproto.repo.deleteRecord" => self.delete_record(&caller, incoming),
            "com.atproto.repo.uploadBlob" => self.upload_blob(&caller, incoming),
            "com.atproto.server.getServiceAuth" => self.service_auth(&caller, incoming),
            "com.atproto.identity.updateHandle" => self.update_handle(&caller, incoming),
            "com.atproto.server.refreshSession" => self.password_session(&caller),
            _ => self.session(&caller),
        }
    }

    /// Checks the credentials of a request: scheme, proof, token, and that they belong together.
    pub(super) fn authenticate(&mut self, incoming: &Incoming<'_>) -> Result<Caller, Refusal> {
        let fields = || incoming.headers.all("authorization").flat_map(std::str::from_utf8);
        let mut field = fields().next();
        if fields().count() > 1 {
            let is_dpop =
                |field: &&str| field.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("dpop "));
            let mixed = !fields().all(|field| is_dpop(&field));
            if mixed && self.has(Fault::RsAuthDpopOfSeveral) {
                field = fields().find(is_dpop);
            } else if mixed || !self.has(Fault::RsAuthFirstField) {
                let text = "there are two Authorization fields";
                return Err(Refusal::new(400, "invalid_request", text));
            }
        }
        let query = incoming.query_params()?;
        // One token, in one place (RFC 6750, section 2).
        let is_twofold = field.is_some() && query.value("access_token").is_some();
        if is_twofold && !self.has(Fault::RsTokenTwoWays) {
            return Err(Refusal::new(400, "invalid_request", "there are two access tokens"));
        }
        if field.is_some_and(|field| !field.trim().contains(' '))
            && self.has(Fault::RsAuthEmptyToken500)
        {
            return Err(Refusal::new(500, "InternalServerError", "internal error"));
        }
        if field.is_none() && self.has(Fault::RsAuthProofEnough) {
            let proof = self.proof(incoming, Occasion::Resource, None)?;
            let jkt = proof.and_then(|proof| proof.jkt).ok_or_else(Refusal::no_credentials)?;
            let mut grants = self.tokens.grants.values();
            let grant = grants.find(|grant| grant.jkt.as_ref() == Some(&jkt));
            let grant = grant.ok_or_else(Refusal::no_credentials)?;
            return Ok(Caller { did: grant.did.clone(), scope: grant.scope.clone() });
        }
        let (scheme, token) = match field.and_then(|field| field.trim().split_once(' ')) {
            Some((scheme, token)) => (scheme, token.trim().to_owned()),
            None => match (query.value("access_token"), self.config.accounts.first()) {
                (Some(token), _) if self.has(Fault::RsTokenQueryAccepted) => {
                    ("DPoP", token.to_owned())
                }
                (_, Some(account)) if field.is_none() && self.has(Fault::RsAuthOptional) => {
                    return Ok(Caller { did: account.did.clone(), scope: "atproto".to_owned() });
                }
                _ => return Err(Refusal::no_credentials()),
            },
        };
        let has_proof = incoming.headers.count("dpop") > 0;
        let is_bearer = scheme.eq_ignore_ascii_case("bearer");
        // Sessions by password have tokens of two types (atproto XRPC, Authentication).
        if is_bearer
            && !has_proof
            && let Some((did, is_access)) = self.tokens.passwords.get(&token)
            && (*is_access || self.has(Fault::RsSessionRefreshTokenAccepted))
        {
            let scope = "atproto transition:generic".to_owned();
            return Ok(Caller { did: did.clone(), scope });
        }
        if is_bearer && !has_proof && self.has(Fault::RsDpopBearerAccepted) {
            return self.caller(&token, None);
        }
        // Schemes are case-insensitive (RFC 9110, section 11.1).
        let is_dpop = scheme.eq_ignore_ascii_case("dpop")
            && (scheme == "DPoP" || !self.has(Fault::RsDpopCaseSensitiveScheme));
        // A bound token must not be taken as a bearer token (RFC 9449, section 7.2).
        if !is_dpop && !self.has(Fault::RsDpopSchemeIgnored) {
            return Err(Refusal::invalid_token("the scheme must be DPoP"));
        }
        if self.has(Fault::RsNonceAfterToken) {
            self.caller(&token, None)?;
        }
        let proof = self.proof(incoming, Occasion::Resource, Some(&token))?;
        if proof.is_none() && !self.has(Fault::RsDpopProofOptional) {
            return Err(Refusal::invalid_proof("the DPoP proof is missing"));
        }
        let jkt = proof.and_then(|proof| proof.jkt);
        self.caller(&token, jkt.as_deref())
    }

    /// The caller that a token stands for, where the key of the proof is the one it is bound to.
    fn caller(&self, token: &str, jkt: Option<&str>) -> Result<Caller, Refusal> {
        let unknown = || Refusal::invalid_token("the access token is not known");
        let found = self.find_access_token(token).ok_or_else(unknown)?;
        let grant = self.tokens.grants.get(&found.grant).ok_or_else(unknown)?;
        let now = self.now();
        if found.is_ended(now) {
            if self.has(Fault::RsTokenRevokedAs400) {
                return Err(Refusal::new(400, "ExpiredToken", "the access token was revoked"));
            }
            return Err(Refusal::invalid_token("the access token was revoked"));
        }
        let half = self.lifetimes().access_token / 2;
        if now >= found.expires - half && self.has(Fault::RsTokenDiesEarly) {
            return Err(Refusal::invalid_token("the access token has expired"));
        }
        if now >= found.expires && !self.has(Fault::RsTokenExpiryUnchecked) {
            return Err(Refusal::invalid_token("the access token has expired"));
        }
        let is_bound = jkt
            .is_none_or(|jkt| grant.jkt.as_deref() == Some(jkt) || self.is_key_beside(grant, jkt));
        if !is_bound && !self.has(Fault::RsDpopSkipJkt) {
            return Err(Refusal::invalid_token("the access token is bound to another key"));
        }
        Ok(Caller { did: grant.did.clone(), scope: found.scope })
    }

    /// Whether a broken rule takes this key, which belongs to another session.
    fn is_key_beside(&self, grant: &Grant, jkt: &str) -> bool {
        self.tokens.grants.values().any(|other| {
            other.jkt.as_deref() == Some(jkt)
                && other.client.id == grant.client.id
                && (self.has(Fault::RsDpopKeyPerClient)
                    || other.did == grant.did && self.has(Fault::RsDpopKeyPerAccount))
        })
    }

    /// A method that only other services have: it is passed on to the one that `atproto-proxy`
    /// names. The only service that is known here is that of the accounts' own documents.
    fn proxied(&mut self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let wrong = |text| Refusal::new(400, "InvalidRequest", text);
        let passed_on = || Ok(json_response(200, &serde_json::json!({ "did": "", "handle": "" })));
        let service = incoming.headers.get("atproto-proxy").unwrap_or_default();
        let (did, fragment) = service.split_once('#').unwrap_or((service, ""));
        let is_known = self.account(did).is_some();
        if incoming.headers.count("authorization") == 0
            && is_known
            && fragment == "atproto_pds"
            && self.has(Fault::RsProxyAnonymous)
        {
            return passed_on();
        }
        let caller = self.authenticate(incoming)?;
        if !scope::values(&caller.scope).iter().any(|value| value == "transition:generic") {
            let text = "the access token lacks the scope transition:generic";
            return Err(Refusal::new(403, "insufficient_scope", text));
        }
        if fragment.is_empty() {
            let lax = self.has(Fault::RsProxyFragmentOptional);
            return if lax { passed_on() } else { Err(wrong("atproto-proxy names no service")) };
        }
        if !is_known {
            let lax = self.has(Fault::RsProxyFallsBack);
            return if lax { passed_on() } else { Err(wrong("the DID does not resolve")) };
        }
        if fragment != "atproto_pds" {
            let lax = self.has(Fault::RsProxyEntryUnchecked);
            return if lax { passed_on() } else { Err(wrong("there is no such service")) };
        }
        Err(Refusal::new(501, "MethodNotImplemented", "the service does not have the method"))
    }

    /// `com.atproto.server.createSession`: a session by password.
    fn create_session(&mut self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let input: serde_json::Value = serde_json::from_slice(incoming.body).unwrap_or_default();
        let text = |name: &str| input.get(name).and_then(serde_json::Value::as_str);
        let account = self.account(text("identifier").unwrap_or_default());
        let account = account.filter(|account| Some(account.password.as_str()) == text("password"));
        let wrong = || Refusal::new(401, "AuthenticationRequired", "name or password is wrong");
        let did = account.ok_or_else(wrong)?.did.clone();
        let access = self.password_token(&did, "at+jwt", true);
        let alike = self.has(Fault::RsSessionTypesAlike);
        let typ = if alike { "at+jwt" } else { "refresh+jwt" };
        let refresh = self.password_token(&did, typ, false);
        let body = serde_json::json!({ "did": did, "accessJwt": access, "refreshJwt": refresh });
        Ok(json_response(200, &body))
    }

    fn password_token(&mut self, did: &str, typ: &str, is_access: bool) -> String {
        let claims = serde_json::json!({ "sub": did, "jti": self.stream.token() });
        let token = self.sign(typ, &claims);
        self.tokens.passwords.insert(token.clone(), (did.to_owned(), is_access));
        token
    }

    /// `com.atproto.server.deleteSession`, with the refresh token of a session by password.
    fn delete_session(&mut self, incoming: &Incoming<'_>) -> Response {
        let field = incoming.headers.get("authorization").unwrap_or_default();
        let token = field.strip_prefix("Bearer ").unwrap_or_default();
        match self.tokens.passwords.get(token).cloned() {
            Some((did, false)) => {
                self.tokens.passwords.retain(|_, (other, _)| *other != did);
                Response::new(200)
            }
            _ => Response::new(401),
        }
    }

    /// `com.atproto.server.refreshSession`, which belongs to sessions by password.
    fn password_session(&mut self, caller: &Caller) -> Result<Response, Refusal> {
        if !self.has(Fault::RsSessionRefreshWithOauth) {
            return Err(Refusal::new(400, "InvalidToken", "this needs a password session"));
        }
        let tokens = (self.stream.token(), self.stream.token());
        let body = serde_json::json!({
            "did": caller.did,
            "accessJwt": tokens.0,
            "refreshJwt": tokens.1,
        });
        Ok(json_response(200, &body))
    }

    /// The table that issued the token says whether it is good; nothing in the token does.
    fn find_access_token(&self, token: &str) -> Option<AccessToken> {
        let tokens = &self.tokens;
        if let Some(found) = tokens.access.get(token) {
            return Some(found.clone());
        }
        let by_id = |jti: &str| tokens.access.values().find(|found| found.jti == jti).cloned();
        if let Some(name) = by_prefix(&tokens.access, token, 8)
            && self.has(Fault::RsTokenPrefixMatch)
        {
            return tokens.access.get(&name).cloned();
        }
        if let Some(jti) = unsigned_token_id(token)
            && self.has(Fault::RsTokenAlgNone)
        {
            return by_id(&jti);
        }
        if let Some(jti) = self_signed_token_id(token)
            && self.has(Fault::RsTokenTrustHeaderJwk)
        {
            return by_id(&jti);
        }
        if let Some(found) = by_id(token)
            && self.has(Fault::RsTokenAcceptTokenId)
        {
            return Some(found);
        }
        if let Some(jti) = foreign_token_id(token, self.issuer())
            && self.has(Fault::RsTokenForeignIssuer)
        {
            return by_id(&jti);
        }
        let of_code = self.codes.get(token).and_then(|code| code.spent);
        if let Some(grant) = of_code
            && self.has(Fault::RsTokenAcceptsCode)
        {
            return tokens.access.values().find(|found| found.grant == grant).cloned();
        }
        let grant = tokens.refresh.get(token)?.grant;
        let found = tokens.access.values().find(|found| found.grant == grant).cloned();
        found.filter(|_| self.has(Fault::RsTokenAcceptsRefreshToken))
    }
}

/// The `jti` of a JWT with `alg` none.
fn unsigned_token_id(token: &str) -> Option<String> {
    let mut segments = token.split('.');
    let mut object = || {
        let bytes = base64url::decode(segments.next()?)?;
        Object::read(std::str::from_utf8(&bytes).ok()?)
    };
    let (header, claims) = (object()?, object()?);
    (header.text("alg").as_deref() == Some("none")).then(|| claims.text("jti")).flatten()
}

/// The `jti` of a JWT that is signed by the key in its own header.
fn self_signed_token_id(token: &str) -> Option<String> {
    let (input, signature) = token.rsplit_once('.')?;
    let (header, claims) = input.split_once('.')?;
    let object = |segment| {
        let bytes = base64url::decode(segment)?;
        Object::read(std::str::from_utf8(&bytes).ok()?)
    };
    let key = object(header)?.object("jwk")?;
    let coordinate = |name| base64url::decode(&key.text(name)?);
    let point = [vec![4], coordinate("x")?, coordinate("y")?].concat();
    let verifier = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    verifier.verify(input.as_bytes(), &base64url::decode(signature)?).ok()?;
    object(claims)?.text("jti")
}

/// The `jti` of a JWT of another issuer.
fn foreign_token_id(token: &str, issuer: &str) -> Option<String> {
    let claims = base64url::decode(token.split('.').nth(1)?)?;
    let claims = Object::read(std::str::from_utf8(&claims).ok()?)?;
    claims.text("iss").filter(|iss| iss != issuer)?;
    claims.text("jti")
}
