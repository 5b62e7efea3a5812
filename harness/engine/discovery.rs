//! From what the user named to a [`Target`]: handle, DID, PDS or issuer.
//!
//! Deliberately lax: what is wrong with the documents is judged by cases of their own, which fetch
//! them again. Discovery only fails where there is nothing to go on with.

use atproof_protocol::http::Request;
use atproof_protocol::record::{Action, Part};
use serde_json::Value;
use url::Url;

use crate::model::{Client, Endpoints, Target};
use crate::stage::{NetError, Reply, Stage};

/// The directory of did:plc where none is named.
pub const PUBLIC_PLC: &str = "https://plc.directory";

/// A path on every PDS that answers 200 to any valid access token.
const RESOURCE_PATH: &str = "/xrpc/com.atproto.server.getSession";

/// Redirects that are followed before giving up.
const MOST_REDIRECTS: usize = 4;

/// Where identities are looked up.
#[derive(Clone, Debug)]
pub struct Directories {
    /// Base URL of the did:plc directory.
    pub plc: String,
    /// Base URL of a service that offers `com.atproto.identity.resolveHandle`, asked where the
    /// handle's own host does not answer.
    pub handle_resolver: Option<String>,
}

impl Default for Directories {
    fn default() -> Self {
        Self { plc: PUBLIC_PLC.to_owned(), handle_resolver: None }
    }
}

/// Why a target cannot be examined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// The input is of no known kind.
    #[error("`{0}` is no handle, no DID and no http(s) URL")]
    Input(String),
    /// No answer.
    #[error("{url} does not answer: {error}")]
    Net {
        /// What was asked.
        url: String,
        /// What happened.
        error: NetError,
    },
    /// An answer with which discovery cannot go on.
    #[error("{url} answered {found}, but {wanted} is needed")]
    Document {
        /// What was asked.
        url: String,
        /// What came back.
        found: String,
        /// What would be needed.
        wanted: &'static str,
    },
    /// Neither the handle's host nor a resolver knows the handle.
    #[error("the handle {0} does not resolve to a DID over https or a resolver")]
    Handle(String),
}

impl DiscoveryError {
    /// What the user can do about it.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Input(_) => "name a handle (alice.example.com), a DID or the URL of a PDS",
            Self::Net { .. } => {
                "check the name and that the server runs; --ca FILE trusts a certificate \
                 authority, --resolve NAME:ADDRESS overrides name resolution"
            }
            Self::Document { .. } => {
                "check that this is a PDS with OAuth, or name its authorization server instead"
            }
            Self::Handle(_) => {
                "name the DID or the PDS URL, or a service with --handle-resolver URL"
            }
        }
    }
}

/// Finds PDS, authorization server and endpoints of what the user named.
pub async fn discover(
    stage: &mut Stage,
    input: &str,
    directories: &Directories,
) -> Result<Target, DiscoveryError> {
    stage.enter(Part::Setup);
    let (pds, did) = if input.starts_with("http://") || input.starts_with("https://") {
        let url = Url::parse(input).map_err(|_| DiscoveryError::Input(input.to_owned()))?;
        (url.origin().ascii_serialization(), None)
    } else if input.starts_with("did:") {
        (pds_of(stage, input, directories).await?, Some(input.to_owned()))
    } else if input.contains('.') && !input.contains(['/', ' ', '@']) {
        let did = resolve_handle(stage, input, directories).await?;
        (pds_of(stage, &did, directories).await?, Some(did))
    } else {
        return Err(DiscoveryError::Input(input.to_owned()));
    };
    let issuer = issuer_of(stage, &pds).await?;
    let url = format!("{}/.well-known/oauth-authorization-server", issuer.trim_end_matches('/'));
    let metadata = document(stage, &url, "authorization server metadata (a JSON object)").await?;
    let endpoint = |name: &str, wanted: &'static str| {
        text(&metadata, name).ok_or_else(|| DiscoveryError::Document {
            url: url.clone(),
            found: format!("a document without `{name}`"),
            wanted,
        })
    };
    let endpoints = Endpoints {
        par: endpoint("pushed_authorization_request_endpoint", "a PAR endpoint")?,
        authorization: endpoint("authorization_endpoint", "an authorization endpoint")?,
        token: endpoint("token_endpoint", "a token endpoint")?,
        revocation: text(&metadata, "revocation_endpoint"),
    };
    let scopes = metadata.get("scopes_supported").and_then(Value::as_array);
    Ok(Target {
        input: input.to_owned(),
        resource: pds,
        issuer,
        did,
        endpoints,
        scopes_supported: scopes
            .into_iter()
            .flatten()
            .filter_map(|scope| scope.as_str().map(str::to_owned))
            .collect(),
        client: Client::localhost(),
        resource_path: RESOURCE_PATH.to_owned(),
        role: None,
    })
}

/// The authorization server that a PDS names; the host itself where it names none, since users
/// may start from an issuer.
async fn issuer_of(stage: &mut Stage, pds: &str) -> Result<String, DiscoveryError> {
    let url = format!("{pds}/.well-known/oauth-protected-resource");
    let reply = fetch(stage, &url).await?;
    let named = reply
        .answer
        .ok()
        .filter(|response| (200..300).contains(&response.status))
        .and_then(|response| response.json())
        .and_then(|document| {
            document.pointer("/authorization_servers/0")?.as_str().map(str::to_owned)
        });
    Ok(named.unwrap_or_else(|| pds.to_owned()))
}

async fn resolve_handle(
    stage: &mut Stage,
    handle: &str,
    directories: &Directories,
) -> Result<String, DiscoveryError> {
    let own = fetch(stage, &format!("https://{handle}/.well-known/atproto-did")).await;
    if let Ok(reply) = own
        && let Ok(response) = reply.answer
        && response.status == 200
    {
        let did = String::from_utf8_lossy(&response.body).trim().to_owned();
        if did.starts_with("did:") {
            return Ok(did);
        }
    }
    let unknown = || DiscoveryError::Handle(handle.to_owned());
    let resolver = directories.handle_resolver.as_deref().ok_or_else(unknown)?;
    let url = format!(
        "{}/xrpc/com.atproto.identity.resolveHandle?handle={handle}",
        resolver.trim_end_matches('/')
    );
    let answer = fetch(stage, &url).await?.answer.ok().and_then(|response| response.json());
    answer.as_ref().and_then(|answer| text(answer, "did")).ok_or_else(unknown)
}

async fn pds_of(
    stage: &mut Stage,
    did: &str,
    directories: &Directories,
) -> Result<String, DiscoveryError> {
    let url = match did.strip_prefix("did:web:") {
        Some(host) => format!("https://{}/.well-known/did.json", host.replace("%3A", ":")),
        None => format!("{}/{did}", directories.plc.trim_end_matches('/')),
    };
    let wanted = "a DID document with an #atproto_pds service";
    let document = document(stage, &url, wanted).await?;
    let services = document.get("service").and_then(Value::as_array);
    let endpoint = services.into_iter().flatten().find_map(|service| {
        let id = service.get("id")?.as_str()?;
        (id.ends_with("#atproto_pds")).then(|| text(service, "serviceEndpoint"))?
    });
    let endpoint = endpoint.and_then(|endpoint| Url::parse(&endpoint).ok());
    endpoint.map(|url| url.origin().ascii_serialization()).ok_or_else(|| DiscoveryError::Document {
        url,
        found: "a document without it".to_owned(),
        wanted,
    })
}

async fn document(
    stage: &mut Stage,
    url: &str,
    wanted: &'static str,
) -> Result<Value, DiscoveryError> {
    let reply = fetch(stage, url).await?;
    let found = match &reply.answer {
        Ok(response) if (200..300).contains(&response.status) => {
            match response.json().filter(Value::is_object) {
                Some(document) => return Ok(document),
                None => format!(
                    "{} with no JSON object ({})",
                    response.status,
                    response.headers.get("content-type").unwrap_or("no content type")
                ),
            }
        }
        Ok(response) => response.to_string(),
        Err(error) => error.to_string(),
    };
    Err(DiscoveryError::Document { url: url.to_owned(), found, wanted })
}

/// Fetches a document; a redirect within its origin is followed, so that a case can say that it
/// should not be there.
async fn fetch(stage: &mut Stage, url: &str) -> Result<Reply, DiscoveryError> {
    let mut url = url.to_owned();
    for _ in 0..MOST_REDIRECTS {
        let request = Request::new("GET", url.as_str()).header("Accept", "application/json");
        let reply = stage.exchange(Action::Document, request).await;
        let response = match &reply.answer {
            Err(error) => return Err(DiscoveryError::Net { url, error: error.clone() }),
            Ok(response) => response,
        };
        let base = Url::parse(&url).ok();
        let location = response.headers.get("location").filter(|_| response.status / 100 == 3);
        let next = base.as_ref().zip(location).and_then(|(base, to)| base.join(to).ok());
        match next.filter(|next| base.is_some_and(|base| base.origin() == next.origin())) {
            Some(next) => url = next.into(),
            None => return Ok(reply),
        }
    }
    Err(DiscoveryError::Document {
        url,
        found: format!("more than {MOST_REDIRECTS} redirects"),
        wanted: "a document",
    })
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}
