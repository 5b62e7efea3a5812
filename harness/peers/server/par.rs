//! The pushed authorization request endpoint (RFC 9126).

use atproof_protocol::http::Response;
use serde_json::{Map, Value, json};

use super::answer::{json_response, uncached};
use super::clients::ClientKey;
use super::clients::{self, Client};
use super::dpop::{Occasion, Proof};
use super::incoming::Incoming;
use super::login_request::LoginRequest;
use super::refusal::Refusal;
use super::state::Server;
use crate::codec::base64url;
use crate::codec::form::Params;
use crate::{Fault, Variant};

impl Server {
    /// Takes an authorization request and gives it a name (RFC 9126, sections 2.1 and 2.2).
    pub(super) fn par(&mut self, incoming: &Incoming<'_>) -> Result<Response, Refusal> {
        let params = self.pushed_params(incoming)?;
        let object = self.of_signed_object(&params).or_else(|| self.of_request_object(&params));
        let params = object.unwrap_or(params);
        let client = self.pushing_client(&params)?;
        // No client has a secret here (RFC 6749, section 5.2).
        let credentials = incoming.headers.get("authorization").unwrap_or_default();
        let ignored = client.keys.is_some() && self.has(Fault::AsAssertionSecondMechanismIgnored);
        if credentials.starts_with("Basic ") && !ignored {
            return Err(Refusal::wrong_credentials());
        }
        let client_key = self.authenticate_client(Occasion::Push, &client, &params)?;
        if self.has(Fault::AsErrorsParametersFirst) {
            self.check_response_type(&params)?;
        }
        let proof = self.push_proof(incoming)?;
        // A request that names another request makes no sense (RFC 9126, section 2.1).
        let ignored = self.has(Fault::AsParRequestObjectIgnored);
        let object = params.value("request").is_some() && !ignored;
        if let Some(url) = params.value("request_uri")
            && self.has(Fault::AsParFetchPushedRequestUri)
        {
            self.fetch_unasked(url);
        }
        let refers = params.value("request_uri").is_some() || object;
        if refers && !self.has(Fault::AsParRequestUriIgnored) {
            return Err(Refusal::invalid_request("request_uri must not be pushed"));
        }
        if self.moment.request_uri.is_some() && self.has(Fault::AsParParallelRefused) {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        let jkt = proof.and_then(|proof| proof.jkt);
        self.check_dpop_jkt(&params, jkt.as_deref())?;
        check_keys_differ(self, client_key.as_ref(), jkt.as_deref())?;
        let request = LoginRequest { client_key, ..self.read_login_request(&params, client, jkt)? };
        let lifetime = self.lifetimes().request_uri;
        let mut request_uri = self.fresh_request_uri();
        let first = self.moment.request_uri.get_or_insert_with(|| request_uri.clone()).clone();
        if self.has(Fault::AsParRequestUriRace) {
            request_uri = first;
        }
        let now = self.now();
        self.pushed.retain(|_, request| now < request.expires + MEMORY);
        self.pushed.insert(request_uri.clone(), request);
        let mut body = Map::new();
        body.insert("request_uri".to_owned(), json!(request_uri));
        if !self.has(Fault::AsParNoExpiresIn) {
            body.insert("expires_in".to_owned(), json!(lifetime));
        }
        if self.varies(Variant::ParExtraMembers) {
            body.insert("interval".to_owned(), json!(5));
            body.insert("atproof".to_owned(), json!({"a": [1, null]}));
        }
        let status = if self.has(Fault::AsParStatus200) { 200 } else { 201 };
        Ok(uncached(json_response(status, &Value::Object(body)), self.sends_pragma()))
    }

    fn pushed_params(&self, incoming: &Incoming<'_>) -> Result<Params, Refusal> {
        if let Some(misread) = self.misread_form(incoming) {
            return misread;
        }
        let label = incoming.headers.get("content-type").unwrap_or_default();
        if label.contains(';') && self.has(Fault::AsHttpExactContentType) {
            return Err(Refusal::new(415, "invalid_request", "the media type is not supported"));
        }
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

    fn pushing_client(&mut self, params: &Params) -> Result<Client, Refusal> {
        match params.value("client_id") {
            Some(id) if id.starts_with("https://") && self.has(Fault::AsDocumentNotFetched) => {
                Ok(Client { id: id.to_owned(), ..clients::undeclared(params) })
            }
            Some(client_id) => self.client(client_id),
            None if self.has(Fault::AsParClientIdOptional) => Ok(clients::undeclared(params)),
            None => Err(Refusal::invalid_request("client_id is missing")),
        }
    }

    /// The proof that binds the request to a key (RFC 9449, section 10.1), which the profile makes
    /// mandatory.
    fn push_proof(&mut self, incoming: &Incoming<'_>) -> Result<Option<Proof>, Refusal> {
        let proof = self.proof(incoming, Occasion::Push, None)?;
        if proof.is_none() && self.has(Fault::AsParPanicNoProof) {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
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
        let lax = jkt.is_some_and(|jkt| {
            let hex = || base64url::decode(jkt).map(|hash| hash.iter().map(hex_octet).collect());
            self.has(Fault::AsParIgnoreDpopJkt)
                || self.has(Fault::AsParDpopJktHex) && hex().is_some_and(|hex: String| hex == named)
                || self.has(Fault::AsParDpopJktPadded) && named.trim_end_matches('=') == jkt
        });
        if jkt.is_some_and(|jkt| jkt != named) && !lax {
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

/// A proof and an assertion are by different keys (the profile, on confidential clients).
fn check_keys_differ(
    server: &Server,
    client_key: Option<&ClientKey>,
    jkt: Option<&str>,
) -> Result<(), Refusal> {
    let same = client_key.is_some_and(|key| Some(key.jkt.as_str()) == jkt);
    if same && !server.has(Fault::AsDpopSameKeyAsAssertion) {
        return Err(Refusal::invalid_proof("the proof is by the key of the client"));
    }
    Ok(())
}

fn hex_octet(octet: &u8) -> String {
    format!("{octet:02x}")
}

/// The form that RFC 9126, section 2.2, shows.
const USUAL_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// How long an expired request is remembered, in seconds.
const MEMORY: i64 = 3600;
