//! Requests, and the documents that others publish.

use atproof_engine::model::Flaw;
use atproof_engine::stage::{NetError, NetErrorKind};
use atproof_protocol::http::{Request, Response};
use atproof_protocol::identifier::Origin;
use atproof_protocol::jws;
use serde_json::Value;

use super::error::Reason;
use super::response::redirect;
use super::state::Client;
use crate::{ClientFault, ClientVariant};

/// A kind of document, and the faults that its fetching can have.
pub(super) struct Kind {
    /// Takes any successful status.
    pub(super) any_success: ClientFault,
    /// Takes any status.
    pub(super) any_status: ClientFault,
    /// Follows redirects.
    pub(super) follows: ClientFault,
    /// Takes any media type.
    pub(super) any_media_type: ClientFault,
    /// Takes none with members that it does not know.
    pub(super) unknown_members: ClientFault,
    /// The members that it knows.
    pub(super) members: &'static [&'static str],
}

/// How long a document may be kept, in seconds; less than the ten minutes of the atproto OAuth
/// spec, Identity Resolution.
const FRESH: i64 = 300;

/// Most redirects that a client follows where it follows any.
pub(super) const MOST_REDIRECTS: usize = 3;

impl Client {
    /// Sends a request. Redirects are not followed, whatever it is.
    pub(super) async fn send(&self, request: Request) -> Result<Response, Reason> {
        if !self.config.permits(&request.url) {
            return Err(Reason::Url(request.url));
        }
        self.deliver(request).await
    }

    /// Sends a request without a look at where it goes.
    pub(super) async fn deliver(&self, request: Request) -> Result<Response, Reason> {
        self.look_at(&request.url)?;
        Ok(self.transport.send(self.spelled(request)).await?)
    }

    /// Looks at a server before anything is sent to it: where its name leads (atproto OAuth spec,
    /// Security Considerations), and what it shows (RFC 8414, section 6.1).
    fn look_at(&self, url: &str) -> Result<(), Reason> {
        let contact = self.transport.contact(url);
        if contact.is_inside && !self.has(ClientFault::SsrfInsideNames) {
            return Err(Reason::Url(url.to_owned()));
        }
        let overlooked = |flaw: &Flaw| {
            self.has(match flaw {
                Flaw::OtherName => ClientFault::TlsNameUnchecked,
                Flaw::OtherAuthority | Flaw::SelfSigned => ClientFault::TlsAuthorityUnchecked,
                Flaw::Expired => ClientFault::TlsExpiryUnchecked,
            })
        };
        match contact.flaw.filter(|flaw| !overlooked(flaw)) {
            Some(flaw) => Err(NetError::new(NetErrorKind::Tls, flaw.to_string()).into()),
            None => Ok(()),
        }
    }

    /// Names of fields are case-insensitive (RFC 9110, section 5.1).
    fn spelled(&self, mut request: Request) -> Request {
        if self.takes(ClientVariant::UserAgent) {
            request.headers.push("User-Agent", "atproof-reference-client/1.0 (+https://a.test)");
        }
        let spell: fn(&str) -> String = if self.takes(ClientVariant::HeadersLowerCase) {
            str::to_ascii_lowercase
        } else if self.takes(ClientVariant::HeadersUpperCase) {
            str::to_ascii_uppercase
        } else {
            return request;
        };
        request.headers = request.headers.iter().map(|(n, v)| (spell(n), v.to_vec())).collect();
        request
    }

    /// The same request, which says what it can read.
    pub(super) fn accepting(&self, request: Request) -> Request {
        match self.takes(ClientVariant::AcceptAnything) {
            true => request.header("Accept", "*/*"),
            false => request.header("Accept", "application/json"),
        }
    }

    /// Fetches a JSON document of any media type.
    pub(super) async fn document(&self, url: &str) -> Result<Value, Reason> {
        let response = self.asked_for(url).await?;
        if response.status != 200 {
            return Err(Reason::Status(response.status));
        }
        self.object(&response)
    }

    pub(super) async fn asked_for(&self, url: &str) -> Result<Response, Reason> {
        let request = Request::new("GET", url).header("Accept", "application/json, */*;q=0.5");
        self.send(request).await
    }

    /// The URL of metadata: the path goes between host and path of the identifier (RFC 8414, section
    /// 3.1; RFC 9728, section 3.1).
    pub(super) fn metadata_url(&self, origin: &Origin, name: &str, other: ClientFault) -> String {
        let end = if self.has(other) { "/" } else { "" };
        format!("{origin}/.well-known/{name}{end}")
    }

    /// Fetches metadata (RFC 8414, section 3.2; RFC 9728, section 3.2).
    pub(super) async fn metadata(&self, kind: &Kind, url: &str) -> Result<Value, Reason> {
        let lifetime = self.takes(ClientVariant::MetadataKept).then_some(FRESH);
        if let Some(document) = self.kept_document(url, lifetime) {
            return Ok(document);
        }
        if self.takes(ClientVariant::MetadataHeadFirst) {
            self.deliver(Request::new("HEAD", url)).await?;
        }
        if self.takes(ClientVariant::MetadataTwice) {
            self.deliver(self.accepting(Request::new("GET", url))).await?;
        }
        let response = self.deliver(self.accepting(Request::new("GET", url))).await?;
        let response = match self.has(kind.follows) {
            true => self.followed("GET", response, MOST_REDIRECTS).await?,
            false => response,
        };
        let is_success = (200..300).contains(&response.status) && self.has(kind.any_success);
        if response.status != 200 && !is_success && !self.has(kind.any_status) {
            return Err(Reason::Status(response.status));
        }
        if !response.is_media_type("application/json") && !self.has(kind.any_media_type) {
            return Err(Reason::MediaType);
        }
        let document = self.with_signed_members(self.object(&response)?);
        let members = document.as_object().into_iter().flatten();
        let is_unknown = |name: &&String| !kind.members.contains(&name.as_str());
        // RFC 8414, section 3.2; RFC 9728, section 3.2: what is not understood is ignored.
        if self.has(kind.unknown_members) && members.map(|(name, _)| name).any(|n| is_unknown(&n)) {
            return Err(Reason::Format);
        }
        self.keep_document(url, &document, lifetime);
        Ok(document)
    }

    /// Signed metadata wins only where its signature is known to be good (RFC 9728, section 2.2);
    /// this client knows no such keys.
    fn with_signed_members(&self, mut document: Value) -> Value {
        let signed = document.get("signed_metadata").and_then(Value::as_str);
        let claims = signed.and_then(jws::decode_unverified).map(|(_, claims)| claims);
        if let (Some(Value::Object(claims)), Some(members)) = (claims, document.as_object_mut())
            && self.has(ClientFault::AsMetadataSignedUnverified)
        {
            members.extend(claims);
        }
        document
    }

    pub(super) fn kept_document(&self, url: &str, lifetime: Option<i64>) -> Option<Value> {
        let memory = self.memory();
        let (document, since) = memory.documents.get(url)?;
        (self.clock.now().saturating_sub(*since) < lifetime?).then(|| document.clone())
    }

    pub(super) fn keep_document(&self, url: &str, document: &Value, lifetime: Option<i64>) {
        if lifetime.is_some() {
            let entry = (document.clone(), self.clock.now());
            self.memory().documents.insert(url.to_owned(), entry);
        }
    }

    /// How long documents about identities are kept.
    pub(super) fn identity_lifetime(&self) -> Option<i64> {
        if self.has(ClientFault::IdentityKeptForever) {
            return Some(i64::MAX);
        }
        self.takes(ClientVariant::IdentityKept).then_some(FRESH)
    }

    /// What stands at the end of redirects.
    pub(super) async fn followed(
        &self,
        method: &str,
        mut response: Response,
        most: usize,
    ) -> Result<Response, Reason> {
        for _ in 0..most {
            let Some(location) = redirect(&response) else { break };
            let is_over_http = self.has(ClientFault::IdentityHandleOverHttp);
            if !self.config.permits(&location) && !is_over_http {
                return Err(Reason::Url(location));
            }
            response = self.deliver(Request::new(method, location)).await?;
        }
        Ok(response)
    }

    /// Asks as a browser does before a request that is not a simple one.
    pub(super) async fn preflight(&self, request: &Request) -> Result<(), Reason> {
        if !self.takes(ClientVariant::Preflight) {
            return Ok(());
        }
        let origin = Origin::of(&self.config.redirect_uri);
        let options = Request::new("OPTIONS", request.url.as_str())
            .header("Origin", origin.as_ref().map_or("null", Origin::as_str))
            .header("Access-Control-Request-Method", request.method.as_str())
            .header("Access-Control-Request-Headers", "dpop,authorization,content-type");
        self.send(options).await.map(drop)
    }
}
