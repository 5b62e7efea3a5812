//! Identity: from a handle to a DID and back, and from a DID to the PDS of the account.

use atproof_protocol::form;
use atproof_protocol::http::Request;
use atproof_protocol::identifier::{Did, Handle, Origin};
use serde_json::Value;

use super::error::Reason;
use super::fetch::MOST_REDIRECTS;
use super::nonce::ENDLESS;
use super::response::{is_success, member};
use super::state::Client;
use crate::{ClientFault, ClientVariant};

/// What a DID document says that matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) did: Did,
    /// The handle that the account claims.
    pub(super) handle: Option<Handle>,
    pub(super) pds: Origin,
}

impl Client {
    /// The account of a handle, which must claim the handle in turn (atproto Handle spec, Handle
    /// Resolution).
    pub(super) async fn identity_of_handle(
        &self,
        handle: &Handle,
        typed: &str,
    ) -> Result<Identity, Reason> {
        let is_placeholder = handle.as_str() == "handle.invalid"
            && !self.has(ClientFault::IdentityHandleInvalidTaken);
        let is_reserved = handle.disallowed_tld().is_some()
            && handle.as_str() != "handle.invalid"
            && !self.has(ClientFault::IdentityHandleTldUnchecked);
        if is_placeholder || is_reserved {
            return Err(Reason::ReservedHandle(handle.to_string()));
        }
        let name = match self.has(ClientFault::IdentityHandleCase) {
            true => typed,
            false => handle.as_str(),
        };
        let did = self.resolve_handle(name).await?;
        let identity = self.identity(&did).await?;
        let is_claimed = match &identity.handle {
            Some(claimed) => claimed.as_str() == name,
            None => self.has(ClientFault::IdentityNoClaimPasses),
        };
        if !is_claimed && !self.has(ClientFault::IdentityHandleUnclaimed) {
            return Err(Reason::UnclaimedHandle(handle.to_string()));
        }
        Ok(identity)
    }

    /// The handle of an account, where it leads back to the account: what a DID document claims is
    /// not shown to anybody before.
    pub(super) async fn verified_handle(&self, identity: &Identity) -> Option<Handle> {
        let handle = identity.handle.clone()?;
        if self.has(ClientFault::IdentityOneWayHandle) {
            return Some(handle);
        }
        if handle.disallowed_tld().is_some() {
            return None;
        }
        let found = self.resolve_handle(handle.as_str()).await.ok()?;
        (found == identity.did).then_some(handle)
    }

    /// The DID document of an account (atproto DID spec), which must be about that DID.
    pub(super) async fn identity(&self, did: &Did) -> Result<Identity, Reason> {
        let url = self.document_url(did.as_str());
        if did.method() == "web" && self.has(ClientFault::IdentityDidWebUnsupported) {
            return Err(Reason::Input(did.to_string()));
        }
        let lifetime = self.identity_lifetime();
        let document = match self.kept_document(&url, lifetime) {
            Some(document) => document,
            None => self.did_document(&url).await?,
        };
        self.keep_document(&url, &document, lifetime);
        let is_about = member(&document, "id") == Some(did.as_str());
        if !is_about && !self.has(ClientFault::IdentityDocumentIdUnchecked) {
            return Err(Reason::OtherDid(did.to_string()));
        }
        // What a sign-in does not need may be missing.
        if self.has(ClientFault::IdentitySigningKeyRequired) && !has_signing_key(&document) {
            return Err(Reason::Member("verificationMethod"));
        }
        let guess =
            Origin::of(&self.config.plc_url).filter(|_| self.has(ClientFault::IdentityPdsGuessed));
        let pds = self.pds(did, &document).or(guess).ok_or(Reason::NoPds)?;
        Ok(Identity { did: did.clone(), handle: self.claimed_handle(&document), pds })
    }

    async fn did_document(&self, url: &str) -> Result<Value, Reason> {
        let response = self.asked_for(url).await?;
        if response.status != 200 && !self.has(ClientFault::IdentityDocumentStatusUnchecked) {
            return Err(Reason::Status(response.status));
        }
        self.object_within(&response, ClientFault::DosUnboundedDocument)
    }

    /// The resolver stands in for DNS and is therefore preferred; the host of the handle is asked
    /// where it knows nothing (atproto Handle spec, Handle Resolution).
    async fn resolve_handle(&self, handle: &str) -> Result<Did, Reason> {
        let first = if self.has(ClientFault::IdentityHandleHostFirst) {
            self.look_up_handle(handle).await.ok()
        } else {
            self.ask_resolver(handle).await
        };
        if self.takes(ClientVariant::HandleBothWays) {
            let second = self.look_up_handle(handle).await;
            return first.map_or(second, Ok);
        }
        if let Some(did) = first {
            return Ok(did);
        }
        let unknown = || Reason::UnknownHandle(handle.to_owned());
        if self.has(ClientFault::IdentityHandleHostFirst) {
            return self.ask_resolver(handle).await.ok_or_else(unknown);
        }
        if self.has(ClientFault::IdentityHandleResolverOnly) {
            return Err(unknown());
        }
        self.look_up_handle(handle).await
    }

    async fn ask_resolver(&self, handle: &str) -> Option<Did> {
        if self.has(ClientFault::IdentityHandleHostOnly) {
            return None;
        }
        let Some(resolver) = &self.config.handle_resolver else {
            return self.ask_for_record(handle).await;
        };
        let base = resolver.trim_end_matches('/');
        let handle = form::percent_encode(handle);
        let method = "com.atproto.identity.resolveHandle";
        let url = format!("{base}/xrpc/{method}?handle={handle}");
        Did::parse(member(&self.document(&url).await.ok()?, "did")?).ok()
    }

    /// Asks for the TXT records of a handle (atproto Handle spec, DNS TXT Method).
    async fn ask_for_record(&self, handle: &str) -> Option<Did> {
        let question = Request::new("QUERY", format!("dns:_atproto.{handle}?type=TXT"));
        let answer = self.transport.send(question).await.ok()?;
        let text = String::from_utf8(answer.body).ok().filter(|_| answer.status == 200)?;
        let is_first = self.has(ClientFault::IdentityRecordFirstValue);
        let is_bare = self.has(ClientFault::IdentityRecordBare);
        let value = |record| str::strip_prefix(record, "did=").or(is_bare.then_some(record));
        let records = text.lines().take(if is_first { 1 } else { usize::MAX });
        let mut dids = records.filter_map(value).filter_map(|did| Did::parse(did).ok());
        let did = dids.next()?;
        // Several that differ are as good as none.
        let is_one =
            self.has(ClientFault::IdentityRecordFirstDid) || dids.all(|other| other == did);
        is_one.then_some(did)
    }

    /// Asks the host of a handle.
    pub(super) async fn look_up_handle(&self, handle: &str) -> Result<Did, Reason> {
        let url = format!("https://{handle}/.well-known/atproto-did");
        let mut response = self.send(Request::new("GET", url.as_str())).await;
        let is_over_http = self.has(ClientFault::IdentityHandleOverHttp);
        let failed = response.as_ref().map_or(true, |answer| answer.status >= 400);
        if is_over_http && failed {
            let url = url.replacen("https:", "http:", 1);
            response = self.deliver(Request::new("GET", url)).await;
        }
        let mut response = response?;
        if self.takes(ClientVariant::HandleRedirects) || is_over_http {
            response = self.followed("GET", response, MOST_REDIRECTS).await?;
        }
        if self.has(ClientFault::IdentityHandleRedirectsEndless) {
            response = self.followed("GET", response, ENDLESS).await?;
        }
        if self.has(ClientFault::IdentityHandleMediaType) && !response.is_media_type("text/plain") {
            return Err(Reason::MediaType);
        }
        let unknown = || Reason::UnknownHandle(handle.to_owned());
        if !is_success(response.status) && !self.has(ClientFault::IdentityHandleStatusUnchecked) {
            return Err(unknown());
        }
        let text = String::from_utf8(response.body).map_err(|_| unknown())?;
        let text = match self.has(ClientFault::IdentityHandleWhitespace) {
            true => text.as_str(),
            false => text.trim(),
        };
        let text = self.text_of_handle(text);
        Did::parse(text).map_err(|_| unknown())
    }

    /// The whole body is the DID, or it is none.
    fn text_of_handle<'a>(&self, text: &'a str) -> &'a str {
        if self.has(ClientFault::IdentityHandleFirstLine) {
            return text.lines().next().unwrap_or_default();
        }
        if self.has(ClientFault::IdentityHandleAnywhere)
            && let Some(start) = text.find("did:")
        {
            let rest = text.get(start..).unwrap_or_default();
            let end = rest.find(['<', '"', '\n']).unwrap_or(rest.len());
            return rest.get(..end).unwrap_or_default();
        }
        text
    }

    /// Looks for the document of a name that is no DID, and throws it away.
    pub(super) async fn look_up(&self, name: &str) -> Result<(), Reason> {
        self.deliver(Request::new("GET", self.document_url(name))).await.map(drop)
    }

    fn document_url(&self, did: &str) -> String {
        match did.strip_prefix("did:web:") {
            // A port is only there in development (atproto DID spec, Blessed DID Methods).
            Some(host) if host == "localhost" || host.starts_with("localhost%") => {
                let host = host.replace("%3A", ":").replace("%3a", ":");
                format!("http://{host}/.well-known/did.json")
            }
            Some(host) if Did::parse(did).is_ok() => format!("https://{host}/.well-known/did.json"),
            Some(name) => {
                let (host, path) = name.split_once(':').unwrap_or((name, ".well-known"));
                let host = host.replace("%3A", ":").replace("%3a", ":").replace("%40", "@");
                format!("https://{host}/{}/did.json", path.replace(':', "/"))
            }
            None => {
                let did = match self.takes(ClientVariant::PlcDidEncoded) {
                    true => form::percent_encode(did),
                    false => did.to_owned(),
                };
                format!("{}/{did}", self.config.plc_url.trim_end_matches('/'))
            }
        }
    }

    /// The first entry of the right id and type counts, and its endpoint is an origin (atproto DID
    /// spec, Representation in DID Documents).
    fn pds(&self, did: &Did, document: &Value) -> Option<Origin> {
        let is_pds = |entry: &&Value| self.is_pds(did, entry);
        let mut entries = document.get("service")?.as_array()?.iter();
        let entry = match self.has(ClientFault::IdentityServiceLast) {
            true => entries.rfind(is_pds),
            false => entries.find(is_pds),
        };
        let by_type = || document.get("service")?.as_array()?.iter().find(is_of_type);
        let entry = match self.has(ClientFault::IdentityServiceByType) {
            true => entry.or_else(by_type),
            false => entry,
        };
        let endpoint = member(entry?, "serviceEndpoint")?;
        if self.has(ClientFault::IdentityPdsWithPath) {
            return Origin::of(endpoint);
        }
        Origin::parse(endpoint).ok().filter(|_| self.config.permits(endpoint))
    }

    fn is_pds(&self, did: &Did, entry: &Value) -> bool {
        let id = member(entry, "id").unwrap_or_default();
        let is_relative = id == "#atproto_pds" && !self.has(ClientFault::IdentityServiceFullIdOnly);
        let is_full = id == format!("{did}#atproto_pds")
            && !self.has(ClientFault::IdentityServiceRelativeIdOnly);
        (is_relative || is_full || self.has(ClientFault::IdentityServiceAnyId))
            && (is_of_type(&entry) || self.has(ClientFault::IdentityServiceAnyType))
    }

    /// The first entry of `alsoKnownAs` that is a handle; others are ignored (atproto DID spec).
    fn claimed_handle(&self, document: &Value) -> Option<Handle> {
        let entries = document.get("alsoKnownAs")?.as_array()?.iter();
        let handle = |entry: &Value| Handle::parse(entry.as_str()?.strip_prefix("at://")?).ok();
        if self.has(ClientFault::IdentityFirstNameOnly) {
            return entries.take(1).find_map(handle);
        }
        if self.has(ClientFault::IdentityLastName) {
            return entries.filter_map(handle).next_back();
        }
        entries.filter_map(handle).next()
    }
}

fn is_of_type(entry: &&Value) -> bool {
    member(entry, "type") == Some("AtprotoPersonalDataServer")
}

fn has_signing_key(document: &Value) -> bool {
    let methods = document.get("verificationMethod").and_then(Value::as_array);
    let mut ids = methods.into_iter().flatten().filter_map(|method| member(method, "id"));
    ids.any(|id| id.ends_with("#atproto"))
}
