//! Who the client is, and which URLs it takes from others.

use atproof_protocol::identifier::Origin;
use url::{Host, Url};

/// What a client is made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Its identifier. It is a public client.
    pub client_id: String,
    /// Where the user comes back to.
    pub redirect_uri: String,
    /// The scopes that its metadata declares.
    pub scope: String,
    /// Base URL of the did:plc directory.
    pub plc_url: String,
    /// Base URL of a service with `com.atproto.identity.resolveHandle`, which stands in for DNS.
    pub handle_resolver: Option<String>,
    /// Whether plain http is good enough on loopback, as in development.
    pub allow_loopback_http: bool,
}

impl Config {
    /// Whether the client may fetch a URL that someone else gave it: https at a domain name, or
    /// loopback in development. Addresses are out, however they are spelled (atproto OAuth spec,
    /// Security Considerations).
    pub(super) fn permits(&self, text: &str) -> bool {
        let (Ok(url), Some(origin)) = (Url::parse(text), Origin::of(text)) else { return false };
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        if origin.is_loopback() {
            return self.allow_loopback_http;
        }
        let is_name = matches!(url.host(), Some(Host::Domain(name)) if is_public_name(name));
        url.scheme() == "https" && is_name
    }
}

fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.contains('.') && !name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(allow_loopback_http: bool) -> Config {
        Config {
            client_id: "http://localhost".to_owned(),
            redirect_uri: "http://127.0.0.1/".to_owned(),
            scope: "atproto".to_owned(),
            plc_url: "https://plc.atproof.test".to_owned(),
            handle_resolver: None,
            allow_loopback_http,
        }
    }

    #[test]
    fn takes_https_at_names() {
        let config = config(false);
        for url in ["https://pds.atproof.test", "https://a.test:8443/x?y", "https://A.TEST/"] {
            assert!(config.permits(url), "{url}");
        }
        for url in [
            "http://pds.atproof.test",
            "https://user@pds.atproof.test",
            "https://127.0.0.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://[::1]",
            "https://10.0.0.1",
            "https://[::ffff:10.0.0.1]",
            "https://localhost",
            "https://localhost.",
            "https://a.localhost",
            "https://intranet",
            "javascript:alert(1)",
            "ftp://a.test",
            "a.test",
            "",
        ] {
            assert!(!config.permits(url), "{url}");
        }
    }

    #[test]
    fn takes_loopback_in_development_only() {
        for url in ["http://localhost:2583/x", "http://127.0.0.1", "http://[::1]:1"] {
            assert!(config(true).permits(url), "{url}");
            assert!(!config(false).permits(url), "{url}");
        }
        assert!(!config(true).permits("http://pds.atproof.test"));
    }
}
