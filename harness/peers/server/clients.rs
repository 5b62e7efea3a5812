//! Clients: the virtual ones of the development exception, and those with a document.

mod assertion;
mod document;
mod fetching;
mod identifier;
mod key_set;
mod localhost;
mod reach;
mod redirects;

pub(crate) use assertion::ASSERTION_FAULTS;
pub(super) use assertion::{ClientKey, Used};
pub(super) use document::Documents;

use super::refusal::Refusal;
use super::scope;
use super::state::Server;
use crate::Fault;
use crate::codec::form::Params;

/// What the server knows of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) redirect_uris: Vec<String>,
    /// Scopes that the client may ask for.
    pub(super) scopes: Vec<String>,
    /// Whether it may have refresh tokens.
    pub(super) refreshes: bool,
    /// Where the keys of a confidential client are.
    pub(super) keys: Option<KeySource>,
}

/// Where a confidential client publishes its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeySource {
    /// In its document: the text of the key set.
    Inline(String),
    /// At a URL.
    At(String),
}

/// The kinds of `client_id` that the profile knows.
enum Kind<'a> {
    /// `http://localhost`, which describes itself in its query.
    Localhost(&'a str),
    /// The URL of a client metadata document.
    Document,
    /// Neither.
    Unknown,
}

impl Server {
    /// Finds the client of an identifier.
    pub(super) fn client(&mut self, client_id: &str) -> Result<Client, Refusal> {
        if let Some(query) = self.mistaken_for_localhost(client_id) {
            return localhost(self, client_id, query);
        }
        if self.is_mistaken_name(client_id) {
            return localhost(self, client_id, "");
        }
        let canonical = self.canonical(client_id);
        let client_id = canonical.as_deref().unwrap_or(client_id);
        let respelled = self.respelled(client_id);
        match kind(respelled.as_deref().unwrap_or(client_id)) {
            Kind::Localhost(query) => localhost(self, client_id, query),
            // Whoever cannot fetch anything knows of a client what it says of itself.
            Kind::Document if self.web.is_none() && self.has(Fault::AsDocumentNotFetched) => {
                Ok(Client { id: client_id.to_owned(), ..undeclared(&Params::of(Vec::new())) })
            }
            Kind::Document => self.documented(client_id),
            Kind::Unknown => Err(Refusal::invalid_client("the client_id is of no known kind")),
        }
    }
}

/// A client as a request describes it itself. Only a broken server makes one.
pub(super) fn undeclared(params: &Params) -> Client {
    Client {
        id: "http://localhost".to_owned(),
        redirect_uris: params.values("redirect_uri").map(str::to_owned).collect(),
        scopes: scope::values(params.value("scope").unwrap_or_default()),
        refreshes: true,
        keys: None,
    }
}

fn kind(client_id: &str) -> Kind<'_> {
    if let Some(rest) = client_id.strip_prefix("http://localhost") {
        // The path is empty, which may be written as a lone slash.
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        return match rest.strip_prefix('?') {
            Some(query) => Kind::Localhost(query),
            None if rest.is_empty() => Kind::Localhost(""),
            None => Kind::Unknown,
        };
    }
    let is_url = client_id.starts_with("https://") || client_id.starts_with("http://");
    if is_url { Kind::Document } else { Kind::Unknown }
}

/// The virtual document of a development client: public, native, DPoP-bound, with the redirect
/// URIs and the scope of its query.
fn localhost(server: &Server, client_id: &str, query: &str) -> Result<Client, Refusal> {
    let wrong = |text| Refusal::new(400, "invalid_client_metadata", text);
    let slash = client_id.starts_with("http://localhost/");
    if server.has(Fault::AsLocalhostUnsupported)
        || slash && server.has(Fault::AsLocalhostSlashRefused)
    {
        return Err(wrong("this development client_id is not taken"));
    }
    if query.contains('#') {
        return Err(wrong("the client_id has a fragment"));
    }
    let params = Params::read(query.as_bytes())
        .ok_or_else(|| wrong("the query of the client_id is not form-encoded"))?;
    if params.unknown(&["redirect_uri", "scope"]).is_some()
        && !server.has(Fault::AsLocalhostUnknownParameterAccepted)
    {
        return Err(wrong("the client_id has an unknown parameter"));
    }
    if params.values("scope").count() > 1 && !server.has(Fault::AsLocalhostRepeatedScopeAccepted) {
        return Err(wrong("the client_id has more than one scope"));
    }
    let scope = match params.value("scope") {
        None if server.has(Fault::AsLocalhostDefaultScopeAll) => "atproto transition:generic",
        None => "atproto",
        Some(_) if server.has(Fault::AsLocalhostScopeIgnored) => "atproto",
        Some(scope) => scope,
    };
    let mut scopes = scope::values(scope);
    if server.has(Fault::AsLocalhostScopeAtprotoAdded) {
        scopes.push("atproto".to_owned());
    }
    if !scopes.iter().any(|value| value == "atproto") {
        return Err(wrong("the scope of the client_id lacks atproto"));
    }
    let mut redirect_uris: Vec<String> = params.values("redirect_uri").map(str::to_owned).collect();
    if server.has(Fault::AsLocalhostFirstRedirectUriOnly) {
        redirect_uris.truncate(1);
    }
    if redirect_uris.is_empty() && !server.has(Fault::AsLocalhostNoDefaultRedirectUris) {
        redirect_uris = vec!["http://127.0.0.1/".to_owned(), "http://[::1]/".to_owned()];
        if server.has(Fault::AsLocalhostDefaultIpv4Only) {
            redirect_uris.truncate(1);
        }
        if server.has(Fault::AsLocalhostDefaultAnyPath) {
            redirect_uris.push("http://127.0.0.1/callback".to_owned());
        }
    }
    if !redirect_uris.iter().all(|uri| is_loopback(uri) || server.mistaken_for_loopback(uri)) {
        return Err(wrong("a redirect_uri of the client_id is not on a loopback address"));
    }
    Ok(Client { id: client_id.to_owned(), redirect_uris, scopes, refreshes: true, keys: None })
}

/// Whether this is an http URL on a loopback address, without fragment. The host name localhost is
/// none (RFC 8252, section 8.3).
fn is_loopback(uri: &str) -> bool {
    let authority = ["http://127.0.0.1", "http://[::1]"]
        .iter()
        .find_map(|start| uri.strip_prefix(start))
        .map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
    let port = authority.map(|port| port.strip_prefix(':').unwrap_or(port));
    port.is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit())) && !uri.contains('#')
}

#[cfg(test)]
mod tests {
    use atproof_engine::stage::{Clock, Stream};

    use super::*;
    use crate::Config;

    fn find(client_id: &str) -> Result<Client, Refusal> {
        let stream = Stream::seeded(1, "clients");
        Server::new(Config::embedded(), stream, Clock::at(1_750_000_000)).client(client_id)
    }

    #[test]
    fn reads_the_development_client() {
        let client =
            find("http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&scope=atproto%20x")
                .unwrap();
        assert_eq!(client.redirect_uris, ["http://127.0.0.1/cb"]);
        assert_eq!(client.scopes, ["atproto", "x"]);
        assert_eq!(find("http://localhost").unwrap().redirect_uris.len(), 2);
        assert_eq!(find("http://localhost/").unwrap().scopes, ["atproto"]);
    }

    #[test]
    fn refuses_other_identifiers() {
        for id in [
            "",
            "http://localhost:80",
            "http://localhost/x",
            "http://localhost.example",
            "http://127.0.0.1",
            "https://app.example/client-metadata.json",
            "http://localhost?scope=x",
            "http://localhost?scope=atproto&scope=atproto",
            "http://localhost?other=1",
            "http://localhost?redirect_uri=https%3A%2F%2Fattacker.example%2F",
            "http://localhost?redirect_uri=http%3A%2F%2Flocalhost%2F",
            "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1.example%2F",
        ] {
            assert!(find(id).is_err(), "{id}");
        }
    }
}
