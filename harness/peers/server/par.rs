//! The pushed authorization request endpoint (RFC 9126).

use atproof_protocol::http::Response;
use serde_json::{Map, Value, json};

use super::answer::{json_response, uncached};
use super::clients::{self, Client};
use super::dpop::{Occasion, Proof};
use super::incoming::Incoming;
use super::refusal::Refusal;
use super::state::Server;
use crate::codec::form::Params;
use crate::{Fault, Variant};

impl Server {
    /// Takes an authorization request and gives it a name (RFC 9126, sections 2.1 and 2.2).
    pub(super) fn par(&mut self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let params = self.pushed_params(incoming)?;
        let client = self.pushing_client(&params)?;
        let proof = self.push_proof(incoming)?;
        // A request that names another request makes no sense (RFC 9126, section 2.1).
        let refers = ["request_uri", "request"].iter().any(|n| params.value(n).is_some());
        if refers && !self.has(Fault::AsParRequestUriIgnored) {
            return Err(Refusal::invalid_request("request_uri must not be pushed"));
        }
        let jkt = proof.and_then(|proof| proof.jkt);
        self.check_dpop_jkt(&params, jkt.as_deref())?;
        let request = self.read_login_request(&params, client, jkt)?;
        let lifetime = self.lifetimes().request_uri;
        let request_uri = self.fresh_request_uri();
        let now = self.now();
        self.pushed.retain(|_, request| now < request.expires + MEMORY);
        self.pushed.insert(request_uri.clone(), request);
        let mut body = Map::new();
        body.insert("request_uri".to_owned(), json!(request_uri));
        if !self.has(Fault::AsParNoExpiresIn) {
            body.insert("expires_in".to_owned(), json!(lifetime));
        }
        let status = if self.has(Fault::AsParStatus200) { 200 } else { 201 };
        Ok(uncached(json_response(status, &Value::Object(body)), self.sends_pragma()))
    }

    fn pushed_params(&self, incoming: &Incoming<'_>) -> Result<Params, Refusal> {
        match incoming.method {
            "POST" => {}
            "GET" if self.has(Fault::AsParGetAccepted) => return incoming.query_params(),
            _ => return Err(Refusal::method_not_allowed()),
        }
        if incoming.is_media_type("application/json") && self.has(Fault::AsParJsonAccepted) {
            let body: Value = serde_json::from_slice(incoming.body).unwrap_or_default();
            let members = body.as_object().into_iter().flatten();
            let pairs = members.filter_map(|(n, v)| Some((n.clone(), v.as_str()?.to_owned())));
            return Ok(Params::of(pairs.collect()));
        }
        incoming.form()
    }

    fn pushing_client(&self, params: &Params) -> Result<Client, Refusal> {
        match params.value("client_id") {
            Some(client_id) => clients::find(client_id),
            None if self.has(Fault::AsParClientIdOptional) => Ok(clients::undeclared(params)),
            None => Err(Refusal::invalid_request("client_id is missing")),
        }
    }

    /// The proof that binds the request to a key (RFC 9449, section 10.1), which the profile makes
    /// mandatory.
    fn push_proof(&mut self, incoming: &Incoming<'_>) -> Result<Option<Proof>, Refusal> {
        let proof = self.proof(incoming, Occasion::Push, None)?;
        if proof.is_none() && !self.has(Fault::AsParDpopOptional) {
            return Err(Refusal::invalid_proof("the DPoP proof is missing"));
        }
        Ok(proof)
    }

    /// Where both are sent, `dpop_jkt` names the key of the proof (RFC 9449, section 10.1).
    fn check_dpop_jkt(&self, params: &Params, jkt: Option<&str>) -> Result<(), Refusal> {
        let Some(named) = params.value("dpop_jkt") else { return Ok(()) };
        if self.has(Fault::AsParDpopJktUnsupported) {
            return Err(Refusal::invalid_request("dpop_jkt is not supported"));
        }
        if jkt.is_some_and(|jkt| jkt != named) && !self.has(Fault::AsParIgnoreDpopJkt) {
            return Err(Refusal::invalid_proof("dpop_jkt is not the key of the proof"));
        }
        Ok(())
    }

    /// A name that nobody can guess (RFC 9126, section 2.2).
    pub(super) fn fresh_request_uri(&mut self) -> String {
        let prefix = self.request_uri_prefix();
        if self.has(Fault::AsParSequentialRequestUri) {
            return format!("{prefix}{}", self.serial());
        }
        let mut name = format!("{prefix}{}", self.stream.token());
        while prefix != USUAL_PREFIX && name.len() < 400 {
            name.push_str(&self.stream.token());
            name.truncate(400);
        }
        name
    }

    /// What every `request_uri` begins with.
    pub(super) fn request_uri_prefix(&self) -> &'static str {
        if self.varies(Variant::RequestUriOtherForm) { "urn:example:req:" } else { USUAL_PREFIX }
    }
}

/// The form that RFC 9126, section 2.2, shows.
const USUAL_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// How long an expired request is remembered, in seconds.
const MEMORY: i64 = 3600;
