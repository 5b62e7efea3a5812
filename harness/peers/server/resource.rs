//! The PDS as a resource server (RFC 9449, section 7).

use atproof_protocol::http::Response;

use super::answer::json_response;
use super::dpop::Occasion;
use super::grants::{AccessToken, by_prefix};
use super::incoming::Incoming;
use super::refusal::Refusal;
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
            "com.atproto.repo.createRecord" | "com.atproto.repo.deleteRecord" => "POST",
            _ => "GET",
        };
        let result = match nsid {
            "com.atproto.server.describeServer" => Ok(self.describe_server()),
            "com.atproto.identity.resolveHandle" => self.resolve_handle(incoming),
            "com.atproto.repo.getRecord" => self.record(incoming),
            "com.atproto.repo.listRecords" => self.records(incoming),
            "com.atproto.server.getSession"
            | "com.atproto.repo.createRecord"
            | "com.atproto.repo.deleteRecord" => {
                let result = self.protected(nsid, expected, incoming);
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
        let caller = self.authenticate(incoming)?;
        if incoming.method != expected {
            return Err(Refusal::new(405, "InvalidRequest", "the HTTP method is wrong"));
        }
        match nsid {
            "com.atproto.repo.createRecord" => self.create_record(&caller, incoming),
            "com.atproto.repo.deleteRecord" => self.delete_record(&caller, incoming),
            _ => self.session(&caller),
        }
    }

    /// Checks the credentials of a request: scheme, proof, token, and that they belong together.
    fn authenticate(&mut self, incoming: &Incoming<'_>) -> Result<Caller, Refusal> {
        if incoming.headers.count("authorization") > 1 {
            return Err(Refusal::new(400, "invalid_request", "there are two Authorization fields"));
        }
        let query = incoming.query_params()?;
        let field = incoming.headers.get("authorization");
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
        let proof = self.proof(incoming, Occasion::Resource, Some(&token))?;
        if proof.is_none() && !self.has(Fault::RsDpopProofOptional) {
            return Err(Refusal::invalid_proof("the DPoP proof is missing"));
        }
        let jkt = proof.map(|proof| proof.jkt.unwrap_or_default());
        self.caller(&token, jkt.as_deref())
    }

    /// The caller that a token stands for, where the key of the proof is the one it is bound to.
    fn caller(&self, token: &str, jkt: Option<&str>) -> Result<Caller, Refusal> {
        let unknown = || Refusal::invalid_token("the access token is not known");
        let found = self.find_access_token(token).ok_or_else(unknown)?;
        let grant = self.tokens.grants.get(&found.grant).ok_or_else(unknown)?;
        let now = self.now();
        if found.is_ended(now) {
            return Err(Refusal::invalid_token("the access token was revoked"));
        }
        if now >= found.expires && !self.has(Fault::RsTokenExpiryUnchecked) {
            return Err(Refusal::invalid_token("the access token has expired"));
        }
        let is_bound = jkt.is_none_or(|jkt| grant.jkt.as_deref() == Some(jkt));
        if !is_bound && !self.has(Fault::RsDpopSkipJkt) {
            return Err(Refusal::invalid_token("the access token is bound to another key"));
        }
        Ok(Caller { did: grant.did.clone(), scope: found.scope })
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
        if let Some(found) = by_id(token)
            && self.has(Fault::RsTokenAcceptTokenId)
        {
            return Some(found);
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
