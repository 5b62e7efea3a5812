//! Client identifiers: URLs of metadata documents, and the `http://localhost` exception.

use std::fmt;
use std::net::Ipv4Addr;

use serde_json::{Value, json};
use url::Url;

use super::redirect_uri::{self, ApplicationType};
use super::{RawUrl, RedirectUri, is_loopback_host};
use crate::reading::shifted;
use crate::{Defect, Position, Reading, form};

/// A client identifier, as spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientId {
    /// The https URL of a metadata document.
    #[non_exhaustive]
    Https {
        /// The identifier as spelled.
        url: String,
    },
    /// The development exception: `http://localhost` with what it declares in its query.
    #[non_exhaustive]
    Loopback {
        /// The identifier as spelled.
        url: String,
        /// The declared redirect URIs, or the two default ones.
        redirect_uris: Vec<String>,
        /// The declared scope, or `atproto`.
        scope: String,
    },
}

impl ClientId {
    /// Reads an identifier strictly. A query, which is only discouraged, passes; so does all that
    /// the text leaves open. [`read`] reports those as well.
    pub fn parse(text: &str) -> Result<Self, Defect> {
        let Reading { defects, document, .. } = read(text);
        match (defects.into_iter().find(|defect| defect.code != QUERY), document) {
            (None, Some(client_id)) => Ok(client_id),
            (Some(defect), _) => Err(defect),
            (None, None) => Err(not_url()),
        }
    }

    /// The identifier as spelled.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Https { url } | Self::Loopback { url, .. } => url,
        }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads an identifier and reports everything that the rules say of it.
pub fn read(text: &str) -> Reading<ClientId> {
    let Some(raw) = RawUrl::absolute(text) else {
        return Reading::unusable(not_url());
    };
    let host = raw.host().unwrap_or_default();
    if raw.has_scheme("https") {
        read_https(text, raw)
    } else if raw.has_scheme("http") && host.eq_ignore_ascii_case("localhost") {
        read_loopback(text, raw)
    } else if raw.has_scheme("http") && is_loopback_host(host) {
        let why = "IP address in place of localhost";
        Reading::unusable(finding("client-id.loopback-address", "ATP-LOCAL-005", why))
    } else {
        let why = format!("scheme {} on host {host:?}", raw.scheme);
        Reading::unusable(finding("client-id.wrong-scheme", "ATP-CID-003", why))
    }
}

fn read_https(text: &str, raw: RawUrl<'_>) -> Reading<ClientId> {
    let defects = present([
        (raw.userinfo().is_some(), "client-id.userinfo", "CIMD-3-05", "has user information"),
        (raw.port().is_some(), "client-id.port", "ATP-CID-004", "has a port"),
        (raw.path.is_empty(), "client-id.no-path", "CIMD-3-02", "has no path"),
        (has_dot_segment(raw.path), "client-id.dot-segment", "CIMD-3-03", "has a dot segment"),
        (raw.query.is_some(), QUERY, "CIMD-3-06", "has a query"),
        (raw.fragment.is_some(), "client-id.fragment", "CIMD-3-04", "has a fragment"),
    ]);
    let host = raw.host().unwrap_or_default();
    let respelled = Url::parse(text).is_ok_and(|url| url.as_str() != text);
    let observations = present([
        (raw.path.ends_with('/'), "client-id.trailing-slash", "ATP-CID-013", "ends in a slash"),
        (
            is_special_host(host),
            "client-id.special-host",
            "ATP-CID-014",
            "host is an address, a single label or under a reserved domain",
        ),
        (
            respelled && defects.is_empty(),
            "client-id.spelling",
            "ATP-CID-015",
            "differs from what a URL parser makes of it",
        ),
    ]);
    let document = Some(ClientId::Https { url: text.to_owned() });
    Reading { defects, observations, document }
}

fn has_dot_segment(path: &str) -> bool {
    path.split('/').any(|segment| {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        plain == "." || plain == ".."
    })
}

fn is_special_host(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    host.starts_with('[')
        || host.parse::<Ipv4Addr>().is_ok()
        || !host.contains('.')
        || RESERVED_TLDS.iter().any(|tld| tld.eq_ignore_ascii_case(last))
}

/// Special-use top-level domains that no public host is under (RFC 6761, RFC 6762, RFC 7686,
/// RFC 9476; `internal` by ICANN).
const RESERVED_TLDS: [&str; 8] =
    ["alt", "example", "internal", "invalid", "local", "localhost", "onion", "test"];

fn read_loopback(text: &str, raw: RawUrl<'_>) -> Reading<ClientId> {
    let query = raw.query.unwrap_or_default();
    let (pairs, bad_encodings) = form::parse(query.as_bytes());
    let mut redirect_uris = values(&pairs, "redirect_uri");
    if redirect_uris.is_empty() {
        redirect_uris = DEFAULT_REDIRECT_URIS.map(str::to_owned).to_vec();
    }
    let scopes = values(&pairs, "scope");
    let scope = scopes.first().map_or_else(|| "atproto".to_owned(), Clone::clone);

    let mut defects = present([
        (raw.userinfo().is_some(), "client-id.userinfo", "ATP-LOCAL-003", "has user information"),
        (
            raw.scheme != "http" || raw.host() != Some("localhost"),
            "client-id.localhost-spelling",
            "ATP-LOCAL-003",
            "spelled otherwise than http://localhost",
        ),
        (raw.port().is_some(), "client-id.port", "ATP-LOCAL-004", "has a port"),
        (raw.path.len() > 1, "client-id.localhost-path", "ATP-LOCAL-006", "has a path"),
    ]);
    let query_start = text.find('?').map_or(0, |at| at + 1);
    defects.extend(bad_encodings.into_iter().map(|defect| shifted(defect, query_start)));
    let mut observations = present([
        (
            scopes.len() > 1,
            "client-id.repeated-scope",
            "ATP-LOCAL-017",
            "more than one scope parameter",
        ),
        (
            pairs.iter().any(|(name, _)| name != "redirect_uri" && name != "scope"),
            "client-id.unknown-parameter",
            "ATP-LOCAL-018",
            "parameter other than redirect_uri and scope",
        ),
        (
            !scope.split(' ').any(|value| value == "atproto"),
            "client-id.scope-without-atproto",
            "ATP-LOCAL-022",
            "scope lacks atproto",
        ),
        (raw.fragment.is_some(), "client-id.fragment", "ATP-LOCAL-023", "has a fragment"),
    ]);

    let client_id =
        ClientId::Loopback { url: text.to_owned(), redirect_uris: redirect_uris.clone(), scope };
    for redirect_uri in &redirect_uris {
        match RedirectUri::parse(redirect_uri) {
            Ok(uri) => {
                let (wrong, open) = redirect_uri::check(&uri, ApplicationType::Native, &client_id);
                defects.extend(wrong.into_iter().map(in_redirect_uri));
                observations.extend(open.into_iter().map(in_redirect_uri));
            }
            Err(defect) => defects.push(in_redirect_uri(defect)),
        }
    }
    Reading { defects, observations, document: Some(client_id) }
}

fn values(pairs: &[(String, String)], name: &str) -> Vec<String> {
    pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone()).collect()
}

const DEFAULT_REDIRECT_URIS: [&str; 2] = ["http://127.0.0.1/", "http://[::1]/"];

/// The metadata document that a server supposes for a localhost client, as it has none to fetch;
/// `None` for other clients.
pub fn virtual_document(client_id: &ClientId) -> Option<Value> {
    let ClientId::Loopback { url, redirect_uris, scope } = client_id else {
        return None;
    };
    Some(json!({
        "client_id": url,
        "client_name": "Loopback client",
        "application_type": "native",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": scope,
        "redirect_uris": redirect_uris,
        "token_endpoint_auth_method": "none",
        "dpop_bound_access_tokens": true,
    }))
}

/// The findings of those rules whose condition holds.
fn present<const N: usize>(
    rules: [(bool, &'static str, &'static str, &'static str); N],
) -> Vec<Defect> {
    let broken = rules.into_iter().filter(|(holds, ..)| *holds);
    broken.map(|(_, code, clause, why)| finding(code, clause, why)).collect()
}

fn not_url() -> Defect {
    finding("client-id.not-url", "ATP-CID-002", "no absolute URL")
}

fn finding(code: &'static str, clause: &'static str, detail: impl Into<String>) -> Defect {
    Defect::new(code, clause, Position::Whole, detail)
}

fn in_redirect_uri(mut defect: Defect) -> Defect {
    defect.at = Position::Field("redirect_uri".to_owned());
    defect
}

const QUERY: &str = "client-id.query";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metadata::client;

    fn codes(text: &str) -> Vec<String> {
        let reading = read(text);
        let defects = reading.defects.iter().map(|d| format!("{} {}", d.code, d.clause));
        let observations =
            reading.observations.iter().map(|o| format!("({} {})", o.code, o.clause));
        defects.chain(observations).collect()
    }

    #[test]
    fn judges_https_identifiers() {
        for (text, expected) in [
            ("https://app.example.com/oauth-client-metadata.json", vec![]),
            ("https://app.example.com/any/path", vec![]),
            ("app.example.com/client.json", vec!["client-id.not-url ATP-CID-002"]),
            ("https://app.example.com/c d", vec!["client-id.not-url ATP-CID-002"]),
            ("http://app.example.com/c", vec!["client-id.wrong-scheme ATP-CID-003"]),
            ("http://foo.localhost/c", vec!["client-id.wrong-scheme ATP-CID-003"]),
            ("did:web:app.example.com", vec!["client-id.wrong-scheme ATP-CID-003"]),
            ("https://app.example.com:8443/c", vec!["client-id.port ATP-CID-004"]),
            ("https://app.example.com:443/c", vec!["client-id.port ATP-CID-004"]),
            ("https://app.example.com", vec!["client-id.no-path CIMD-3-02"]),
            ("https://app.example.com/", vec!["(client-id.trailing-slash ATP-CID-013)"]),
            ("https://app.example.com/a/../b", vec!["client-id.dot-segment CIMD-3-03"]),
            ("https://app.example.com/%2E%2e/b", vec!["client-id.dot-segment CIMD-3-03"]),
            ("https://app.example.com/.well-known/c", vec![]),
            ("https://app.example.com/c?v=1", vec!["client-id.query CIMD-3-06"]),
            ("https://app.example.com/c#x", vec!["client-id.fragment CIMD-3-04"]),
            ("https://u@app.example.com/c", vec!["client-id.userinfo CIMD-3-05"]),
            ("https://192.0.2.1/c", vec!["(client-id.special-host ATP-CID-014)"]),
            ("https://[2001:db8::1]/c", vec!["(client-id.special-host ATP-CID-014)"]),
            ("https://localhost/c", vec!["(client-id.special-host ATP-CID-014)"]),
            ("https://app.internal/c", vec!["(client-id.special-host ATP-CID-014)"]),
            ("HTTPS://App.example.com/c", vec!["(client-id.spelling ATP-CID-015)"]),
        ] {
            assert_eq!(codes(text), expected, "{text}");
        }
    }

    #[test]
    fn judges_localhost_identifiers() {
        for (text, expected) in [
            ("http://localhost", vec![]),
            ("http://localhost/", vec![]),
            ("http://localhost?scope=atproto+transition:generic", vec![]),
            ("http://localhost/?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb", vec![]),
            ("http://127.0.0.1", vec!["client-id.loopback-address ATP-LOCAL-005"]),
            ("http://[::1]/", vec!["client-id.loopback-address ATP-LOCAL-005"]),
            ("http://LOCALHOST", vec!["client-id.localhost-spelling ATP-LOCAL-003"]),
            ("http://u@localhost", vec!["client-id.userinfo ATP-LOCAL-003"]),
            ("http://localhost:8080", vec!["client-id.port ATP-LOCAL-004"]),
            ("http://localhost:80", vec!["client-id.port ATP-LOCAL-004"]),
            ("http://localhost/x", vec!["client-id.localhost-path ATP-LOCAL-006"]),
            ("http://localhost//", vec!["client-id.localhost-path ATP-LOCAL-006"]),
            (
                "http://localhost?scope=atproto&scope=atproto",
                vec!["(client-id.repeated-scope ATP-LOCAL-017)"],
            ),
            ("http://localhost?foo=bar", vec!["(client-id.unknown-parameter ATP-LOCAL-018)"]),
            (
                "http://localhost?scope=transition:generic",
                vec!["(client-id.scope-without-atproto ATP-LOCAL-022)"],
            ),
            ("http://localhost#x", vec!["(client-id.fragment ATP-LOCAL-023)"]),
            (
                "http://localhost?redirect_uri=https://evil.example/cb",
                vec!["redirect-uri.not-local ATP-LOCAL-020"],
            ),
            ("http://localhost?redirect_uri=", vec!["redirect-uri.not-absolute RFC6749-3.1.2-01"]),
            (
                "http://localhost?scope=atproto%2",
                vec![
                    "form.bad-escape RFC 6749, appendix B",
                    "(client-id.scope-without-atproto ATP-LOCAL-022)",
                ],
            ),
        ] {
            assert_eq!(codes(text), expected, "{text}");
        }
    }

    #[test]
    fn places_bad_encodings_in_the_whole_identifier() {
        let defects = read("http://localhost?scope=%zz").defects;
        assert_eq!(defects.first().unwrap().at, Position::Byte(23));
    }

    #[test]
    fn strict_parsing_lets_a_discouraged_query_pass() {
        assert!(ClientId::parse("https://app.example.com/c?v=1").is_ok());
        assert_eq!(
            ClientId::parse("https://app.example.com/c?v=1#x").unwrap_err().code,
            "client-id.fragment"
        );
    }

    #[test]
    fn localhost_defaults_to_both_loopback_addresses_and_atproto() {
        let client_id = ClientId::parse("http://localhost").unwrap();
        let ClientId::Loopback { redirect_uris, scope, .. } = &client_id else { panic!() };
        assert_eq!(redirect_uris, &["http://127.0.0.1/", "http://[::1]/"]);
        assert_eq!(scope, "atproto");
    }

    #[test]
    fn the_virtual_document_is_a_sound_client_document() {
        let url = "http://localhost/?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb&scope=atproto+a:b";
        let document = virtual_document(&ClientId::parse(url).unwrap()).unwrap();
        let reading = client::read(document.to_string().as_bytes(), url);
        assert_eq!((reading.defects, reading.observations), (vec![], vec![]));
        let document = reading.document.unwrap();
        assert_eq!(document.redirect_uris, ["http://127.0.0.1/cb"]);
        assert_eq!(document.scope.as_deref(), Some("atproto a:b"));
        let hosted = ClientId::parse("https://app.example.com/c").unwrap();
        assert_eq!(virtual_document(&hosted), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), tail in "[a-z0-9:/?#@&=%]{0,30}") {
            let texts = [text, format!("https://{tail}"), format!("http://localhost{tail}")];
            for text in &texts {
                let _ = read(text);
                if let Ok(client_id) = ClientId::parse(text) {
                    prop_assert_eq!(ClientId::parse(&client_id.to_string()), Ok(client_id));
                }
            }
        }
    }
}
