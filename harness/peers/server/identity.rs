//! Identity: PLC directory, handle host, and what the PDS says of itself.

use atproof_protocol::http::Response;
use serde_json::json;

use super::answer::json_response;
use super::incoming::Incoming;
use super::refusal::Refusal;
use super::state::Server;
use crate::codec::content::multikey;
use crate::codec::form::percent_decode;

impl Server {
    /// `GET /did:plc:...` at the PLC directory, raw or percent-encoded.
    pub(super) fn did_document(&self, path: &str) -> Response {
        let did = percent_decode(path.trim_start_matches('/')).unwrap_or_default();
        let Some(account) = self.config.accounts.iter().find(|account| account.did == did) else {
            return json_response(404, &json!({ "message": format!("DID not registered: {did}") }));
        };
        let key = self.signing_key.verifying_key().to_sec1_point(true);
        let document = json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": account.did,
            "alsoKnownAs": [format!("at://{}", account.handle)],
            "verificationMethod": [{
                "id": format!("{}#atproto", account.did),
                "type": "Multikey",
                "controller": account.did,
                "publicKeyMultibase": multikey(key.as_bytes()),
            }],
            "service": [{
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": self.config.pds,
            }],
        });
        Response::new(200).body("application/did+ld+json", document.to_string())
    }

    /// `/.well-known/atproto-did` at the host of a handle.
    pub(super) fn handle_proof(&self, origin: &str) -> Response {
        let account = self.handle_of(origin).and_then(|handle| self.account(handle));
        match account {
            Some(account) => Response::new(200).body("text/plain", account.did.clone()),
            None => Response::new(404),
        }
    }

    /// `/.well-known/did.json` of the PDS, whose service DID is a did:web.
    pub(super) fn own_did_document(&self) -> Response {
        let document = json!({
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": self.service_did(),
            "service": [{
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": self.config.pds,
            }],
        });
        json_response(200, &document)
    }

    /// `com.atproto.server.describeServer`.
    pub(super) fn describe_server(&self) -> Response {
        let domains = self.config.accounts.iter().filter_map(|a| a.handle.split_once('.'));
        let domain = domains.map(|(_, domain)| format!(".{domain}")).next();
        let body = json!({
            "did": self.service_did(),
            "availableUserDomains": domain.into_iter().collect::<Vec<_>>(),
            "inviteCodeRequired": true,
        });
        json_response(200, &body)
    }

    /// `com.atproto.identity.resolveHandle`.
    pub(super) fn resolve_handle(&self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let query = incoming.query_params()?;
        let handle = query.value("handle").unwrap_or_default();
        let known = self.account(handle).filter(|a| a.handle.eq_ignore_ascii_case(handle));
        let unknown = || Refusal::new(400, "HandleNotFound", "the handle is not known");
        let account = known.ok_or_else(unknown)?;
        Ok(json_response(200, &json!({ "did": account.did })))
    }

    fn service_did(&self) -> String {
        let authority = self.config.pds.split("://").nth(1).unwrap_or_default();
        format!("did:web:{}", authority.replace(':', "%3A"))
    }
}
