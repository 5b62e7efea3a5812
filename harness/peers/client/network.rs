//! Which URLs of others the client fetches (atproto OAuth spec, Security Considerations; RFC 9728,
//! section 7.7).

use atproof_protocol::identifier::Origin;
use url::{Host, Url};

use super::Config;
use crate::ClientFault;

impl Config {
    /// Whether the client may fetch a URL that someone else gave it: https at a domain name, or
    /// loopback in development. Addresses are out, however they are spelled.
    pub(super) fn permits(&self, text: &str) -> bool {
        let (Ok(url), Some(origin)) = (Url::parse(text), Origin::of(text)) else { return false };
        let has_userinfo = !url.username().is_empty() || url.password().is_some();
        if has_userinfo && !self.switches.has(ClientFault::SsrfUserinfo) {
            return false;
        }
        if origin.is_loopback() && self.allow_loopback_http {
            return true;
        }
        let is_secure = url.scheme() == "https" || self.switches.has(ClientFault::SsrfHttp);
        is_secure && self.is_public(&url, text)
    }

    fn is_public(&self, url: &Url, text: &str) -> bool {
        if self.switches.has(ClientFault::SsrfDottedQuadOnly) {
            return !is_dotted_quad(text);
        }
        match url.host() {
            Some(Host::Domain(name)) => {
                is_public_name(name) || self.switches.has(ClientFault::SsrfLocalNames)
            }
            Some(_) => self.switches.has(ClientFault::SsrfAddresses),
            None => false,
        }
    }
}

fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.contains('.') && !name.ends_with(".localhost")
}

/// Whether the host, as it is spelled, has four numbers.
fn is_dotted_quad(url: &str) -> bool {
    let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', ':', '?', '#']).next());
    host.is_some_and(|host| host.parse::<std::net::Ipv4Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(allow_loopback_http: bool) -> Config {
        let config = Config::new(
            "http://localhost",
            "http://127.0.0.1/",
            "atproto",
            "https://plc.atproof.test",
        );
        Config { allow_loopback_http, ..config }
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
