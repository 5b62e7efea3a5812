//! Requests that are passed on to another service, and the tokens that they get for it (atproto
//! XRPC, Service Proxying and Inter-Service Authentication).

use atproof_protocol::http::Response;
use serde_json::{Value, json};

use super::incoming::Incoming;
use super::refusal::Refusal;
use super::scope;
use super::state::Server;
use crate::Fault;

/// How long a service token lives, in seconds.
const LIFE: i64 = 60;

impl Server {
    /// Passes a request on to the service that `atproto-proxy` names.
    pub(super) fn forwarded(
        &mut self,
        nsid: &str,
        incoming: &Incoming<'_>,
    ) -> Result<Response, Refusal> {
        let caller = self.authenticate(incoming)?;
        if !scope::values(&caller.scope).iter().any(|value| value == "transition:generic") {
            let text = "the access token lacks the scope transition:generic";
            return Err(Refusal::new(403, "insufficient_scope", text));
        }
        let wrong = |text| Refusal::new(400, "InvalidRequest", text);
        let service = incoming.headers.get("atproto-proxy").unwrap_or_default().to_owned();
        let endpoint = self.service_endpoint(&service);
        let endpoint = endpoint.ok_or_else(|| wrong("there is no such service"))?;
        let token = self.service_token(&caller.did, &service, nsid);
        let web = self.web.clone().ok_or_else(|| wrong("nothing can be reached here"))?;
        let answer = web.call(&format!("{endpoint}/xrpc/{nsid}"), &format!("Bearer {token}"));
        let unreachable = |_| Refusal::new(502, "UpstreamFailure", "the service does not answer");
        let answer = answer.map_err(unreachable)?;
        Ok(Response::new(answer.status).body("application/json", answer.body))
    }

    /// Where the service of a did:web is, by its DID document.
    fn service_endpoint(&self, service: &str) -> Option<String> {
        let (did, fragment) = service.split_once('#')?;
        let host = did.strip_prefix("did:web:")?;
        let answer = self.web.as_ref()?.fetch(&format!("https://{host}/.well-known/did.json"));
        let document: Value = serde_json::from_slice(&answer.ok()?.body).ok()?;
        let named = format!("#{fragment}");
        let mut services = document.get("service")?.as_array()?.iter();
        let entry = services.find(|entry| {
            let id = entry.get("id").and_then(Value::as_str);
            id.is_some_and(|id| id == named || id == service)
        })?;
        entry.get("serviceEndpoint")?.as_str().map(str::to_owned)
    }

    /// A token by which the account asks a service for one method.
    pub(super) fn service_token(&mut self, did: &str, service: &str, nsid: &str) -> String {
        let now = self.now();
        let life = if self.has(Fault::RsProxyTokenLong) { 86_400 } else { LIFE };
        let bare = self.has(Fault::RsProxyAudienceBare);
        let audience = service.split('#').next().filter(|_| bare).unwrap_or(service);
        let fixed = self.has(Fault::RsProxyJtiFixed);
        let jti = if fixed { "1".to_owned() } else { self.stream.token() };
        let other = self.has(Fault::RsProxyIssuerOther);
        let mut claims = json!({
            "iss": if other { self.issuer() } else { did },
            "aud": audience,
            "lxm": nsid,
            "iat": now,
            "exp": now + life,
            "jti": jti,
        });
        for (fault, name) in [(Fault::RsProxyTokenNoJti, "jti"), (Fault::RsProxyTokenNoIat, "iat")]
        {
            if let Some(members) = claims.as_object_mut()
                && self.has(fault)
            {
                members.remove(name);
            }
        }
        self.sign("JWT", &claims)
    }
}
