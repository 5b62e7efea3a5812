//! Redirect URIs: their forms, which client may declare which, and when two are the same.

use std::fmt;
use std::net::Ipv4Addr;

use super::{ClientId, Origin, RawUrl};
use crate::{Defect, Position};

/// An absolute URI without fragment (RFC 6749, section 3.1.2), as spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    raw: String,
    kind: Kind,
}

/// The form of a redirect URI, on which depends who may declare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An https URL.
    Https,
    /// An http URL on `127.0.0.1` or `[::1]`.
    Loopback,
    /// An http URL on the host name `localhost`.
    Localhost,
    /// Any other http URL.
    Http,
    /// A URI of another scheme, such as `com.example.app:/callback`.
    PrivateUse,
}

/// What a client document declares the client to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplicationType {
    /// `web`, and the default.
    Web,
    /// `native`.
    Native,
}

impl RedirectUri {
    /// Reads an absolute URI without fragment; which clients may declare it is for [`check`].
    pub fn parse(text: &str) -> Result<Self, Defect> {
        let defect = |code, why| Defect::new(code, "RFC6749-3.1.2-01", Position::Whole, why);
        let raw = RawUrl::absolute(text)
            .ok_or_else(|| defect("redirect-uri.not-absolute", "no absolute URI"))?;
        if raw.fragment.is_some() {
            return Err(defect("redirect-uri.fragment", "has a fragment"));
        }
        Ok(Self { raw: text.to_owned(), kind: kind(raw) })
    }

    /// The URI as spelled.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The form of the URI.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

fn kind(raw: RawUrl<'_>) -> Kind {
    if raw.has_scheme("https") {
        return Kind::Https;
    }
    if !raw.has_scheme("http") {
        return Kind::PrivateUse;
    }
    match raw.host() {
        Some("127.0.0.1" | "[::1]") => Kind::Loopback,
        Some(host) if host.eq_ignore_ascii_case("localhost") => Kind::Localhost,
        _ => Kind::Http,
    }
}

/// What the rules say of one URI that a client declares: its defects, then its observations.
pub fn check(
    uri: &RedirectUri,
    application_type: ApplicationType,
    client_id: &ClientId,
) -> (Vec<Defect>, Vec<Defect>) {
    let Some(raw) = RawUrl::absolute(&uri.raw) else {
        return (Vec::new(), Vec::new());
    };
    let (defect, observation) = match (client_id, application_type) {
        (ClientId::Loopback { .. }, _) => {
            (loopback_client_defect(uri, raw), loopback_open(uri, raw))
        }
        (ClientId::Https { .. }, ApplicationType::Web) => {
            (web_defect(uri, raw), localhost_open(uri, raw))
        }
        (ClientId::Https { url }, ApplicationType::Native) => {
            (native_defect(uri, raw, url), native_open(uri, raw).or(localhost_open(uri, raw)))
        }
    };
    let userinfo = raw
        .userinfo()
        .map(|_| finding("redirect-uri.userinfo", "ATP-REDIR-017", "has user information"));
    (defect.into_iter().collect(), observation.into_iter().chain(userinfo).collect())
}

fn web_defect(uri: &RedirectUri, raw: RawUrl<'_>) -> Option<Defect> {
    match uri.kind {
        Kind::Https => raw.has_default_port().then(|| {
            finding("redirect-uri.default-port", "ATP-REDIR-005", "spells out the default port")
        }),
        Kind::Loopback => Some(finding(
            "redirect-uri.loopback-for-web",
            "ATP-REDIR-007",
            "loopback http URL of a web client",
        )),
        Kind::Localhost | Kind::Http => {
            Some(finding("redirect-uri.http-for-web", "ATP-REDIR-004", "http URL of a web client"))
        }
        Kind::PrivateUse => Some(finding(
            "redirect-uri.private-use-for-web",
            "ATP-REDIR-006",
            format!("scheme {} of a web client", raw.scheme),
        )),
    }
}

fn native_defect(uri: &RedirectUri, raw: RawUrl<'_>, client_id: &str) -> Option<Defect> {
    match uri.kind {
        Kind::Https => (Origin::of(&uri.raw) != Origin::of(client_id)).then(|| {
            finding("redirect-uri.foreign-origin", "ATP-REDIR-011", "not on the client_id's origin")
        }),
        Kind::Loopback | Kind::Localhost => None,
        Kind::Http if is_other_loopback(raw) => None,
        Kind::Http => {
            Some(finding("redirect-uri.http", "RFC9700-2.6-01", "http URL that is not loopback"))
        }
        Kind::PrivateUse => private_use_defect(raw, client_id),
    }
}

fn private_use_defect(raw: RawUrl<'_>, client_id: &str) -> Option<Defect> {
    let host = RawUrl::absolute(client_id).and_then(RawUrl::host).unwrap_or_default();
    let reversed = host.split('.').rev().collect::<Vec<_>>().join(".");
    if !raw.has_scheme(&reversed) {
        return Some(finding(
            "redirect-uri.foreign-scheme",
            "ATP-REDIR-009",
            format!("scheme {} instead of {reversed}", raw.scheme),
        ));
    }
    let one_slash = raw.authority.is_none() && raw.path.starts_with('/');
    (!one_slash).then(|| {
        let why = "scheme not followed by one colon, one slash and a path";
        finding("redirect-uri.private-use-form", "ATP-REDIR-010", why)
    })
}

fn native_open(uri: &RedirectUri, raw: RawUrl<'_>) -> Option<Defect> {
    match uri.kind {
        Kind::Loopback => Some(finding(
            "redirect-uri.loopback-for-native",
            "ATP-REDIR-008",
            "loopback URL of a client whose client_id is https",
        )),
        Kind::Http if is_other_loopback(raw) => Some(finding(
            "redirect-uri.other-loopback-address",
            "ATP-REDIR-008",
            "loopback address other than 127.0.0.1",
        )),
        Kind::PrivateUse if raw.path == "/" => Some(finding(
            "redirect-uri.private-use-empty-path",
            "ATP-REDIR-010",
            "nothing after the slash",
        )),
        _ => None,
    }
}

fn localhost_open(uri: &RedirectUri, raw: RawUrl<'_>) -> Option<Defect> {
    let by_name = raw.host().is_some_and(|host| host.eq_ignore_ascii_case("localhost"));
    (by_name && uri.kind != Kind::PrivateUse)
        .then(|| finding("redirect-uri.localhost-name", "ATP-REDIR-019", "host name localhost"))
}

fn loopback_client_defect(uri: &RedirectUri, raw: RawUrl<'_>) -> Option<Defect> {
    match uri.kind {
        Kind::Loopback | Kind::Localhost => None,
        Kind::Http if is_other_loopback(raw) => None,
        _ => Some(finding(
            "redirect-uri.not-local",
            "ATP-LOCAL-020",
            "localhost client with a redirect URI that leaves this machine",
        )),
    }
}

fn loopback_open(uri: &RedirectUri, raw: RawUrl<'_>) -> Option<Defect> {
    match uri.kind {
        Kind::Localhost => {
            Some(finding("redirect-uri.localhost-name", "ATP-LOCAL-019", "host name localhost"))
        }
        Kind::Http if is_other_loopback(raw) => Some(finding(
            "redirect-uri.other-loopback-address",
            "ATP-LOCAL-020",
            "loopback address other than 127.0.0.1",
        )),
        Kind::Loopback if raw.query.is_some() => {
            Some(finding("redirect-uri.loopback-query", "ATP-LOCAL-026", "has a query"))
        }
        _ => None,
    }
}

/// Whether the host is an address of 127.0.0.0/8, spelled as four decimal numbers.
fn is_other_loopback(raw: RawUrl<'_>) -> bool {
    raw.host()
        .and_then(|host| host.parse::<Ipv4Addr>().ok())
        .is_some_and(|address| address.is_loopback())
}

fn finding(code: &'static str, clause: &'static str, detail: impl Into<String>) -> Defect {
    Defect::new(code, clause, Position::Whole, detail)
}

/// Whether a requested redirect URI is the declared one: the same string, save that on a loopback
/// address the port is free (RFC 8252, sections 7.3 and 8.4; RFC 9700, section 2.1).
pub fn matches(declared: &str, requested: &str) -> bool {
    declared == requested
        || loopback_without_port(declared)
            .is_some_and(|uri| Some(uri) == loopback_without_port(requested))
}

/// Host and remainder of an http URL on a loopback address.
fn loopback_without_port(uri: &str) -> Option<(&str, &str)> {
    ["http://127.0.0.1", "http://[::1]"].into_iter().find_map(|host| {
        let rest = uri.strip_prefix(host)?;
        let rest = match rest.strip_prefix(':') {
            Some(rest) => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let (port, rest) = rest.split_at(end);
                port.parse::<u16>().ok()?;
                rest
            }
            None => rest,
        };
        (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tells_the_forms_apart() {
        for (text, kind) in [
            ("https://app.example.com/cb", Kind::Https),
            ("HTTPS://app.example.com:8443/cb?x=1", Kind::Https),
            ("http://127.0.0.1/", Kind::Loopback),
            ("http://127.0.0.1:3000/cb", Kind::Loopback),
            ("http://[::1]/cb", Kind::Loopback),
            ("http://localhost/cb", Kind::Localhost),
            ("http://127.0.0.2/cb", Kind::Http),
            ("http://127.0.0.1.example/cb", Kind::Http),
            ("http://127.0.0.1@evil.example/cb", Kind::Http),
            ("http://2130706433/cb", Kind::Http),
            ("com.example.app:/cb", Kind::PrivateUse),
            ("javascript:alert(1)", Kind::PrivateUse),
        ] {
            let uri = RedirectUri::parse(text).unwrap();
            assert_eq!((uri.kind(), uri.as_str()), (kind, text));
        }
    }

    #[test]
    fn refuses_relative_uris_and_fragments() {
        for (text, code) in [
            ("", "redirect-uri.not-absolute"),
            ("/cb", "redirect-uri.not-absolute"),
            ("//app.example.com/cb", "redirect-uri.not-absolute"),
            ("app.example.com/cb", "redirect-uri.not-absolute"),
            ("https://app.example.com/c b", "redirect-uri.not-absolute"),
            ("https://app.example.com/cb#", "redirect-uri.fragment"),
            ("com.example.app:/cb#x", "redirect-uri.fragment"),
        ] {
            assert_eq!(RedirectUri::parse(text).unwrap_err().code, code, "{text}");
        }
    }

    fn codes(text: &str, application_type: ApplicationType, client_id: &str) -> Vec<String> {
        let client_id = ClientId::parse(client_id).unwrap();
        let uri = RedirectUri::parse(text).unwrap();
        let (defects, observations) = check(&uri, application_type, &client_id);
        let defects = defects.iter().map(|d| format!("{} {}", d.code, d.clause));
        let observations = observations.iter().map(|o| format!("({} {})", o.code, o.clause));
        defects.chain(observations).collect()
    }

    const CLIENT: &str = "https://app.example.com/client.json";

    #[test]
    fn web_clients_declare_https() {
        for (text, expected) in [
            ("https://app.example.com/cb", vec![]),
            ("https://other.example/cb", vec![]),
            ("https://app.example.com:8443/cb", vec![]),
            ("https://app.example.com:443/cb", vec!["redirect-uri.default-port ATP-REDIR-005"]),
            ("http://app.example.com/cb", vec!["redirect-uri.http-for-web ATP-REDIR-004"]),
            ("http://127.0.0.1/cb", vec!["redirect-uri.loopback-for-web ATP-REDIR-007"]),
            ("com.example.app:/cb", vec!["redirect-uri.private-use-for-web ATP-REDIR-006"]),
            ("https://localhost/cb", vec!["(redirect-uri.localhost-name ATP-REDIR-019)"]),
            ("https://u:p@a.example/cb", vec!["(redirect-uri.userinfo ATP-REDIR-017)"]),
        ] {
            assert_eq!(codes(text, ApplicationType::Web, CLIENT), expected, "{text}");
        }
    }

    #[test]
    fn native_clients_declare_their_own_scheme_or_origin() {
        for (text, expected) in [
            ("com.example.app:/cb", vec![]),
            ("COM.example.app:/cb", vec![]),
            ("com.example.app:/", vec!["(redirect-uri.private-use-empty-path ATP-REDIR-010)"]),
            ("com.example.app:", vec!["redirect-uri.private-use-form ATP-REDIR-010"]),
            ("com.example.app:cb", vec!["redirect-uri.private-use-form ATP-REDIR-010"]),
            ("com.example.app://cb", vec!["redirect-uri.private-use-form ATP-REDIR-010"]),
            ("com.example.app:///cb", vec!["redirect-uri.private-use-form ATP-REDIR-010"]),
            ("com.example:/cb", vec!["redirect-uri.foreign-scheme ATP-REDIR-009"]),
            ("com.example.app.x:/cb", vec!["redirect-uri.foreign-scheme ATP-REDIR-009"]),
            ("myapp:/cb", vec!["redirect-uri.foreign-scheme ATP-REDIR-009"]),
            ("https://app.example.com/cb", vec![]),
            ("https://APP.example.com:443/cb", vec![]),
            ("https://app.example.com:8443/cb", vec!["redirect-uri.foreign-origin ATP-REDIR-011"]),
            ("https://www.example.com/cb", vec!["redirect-uri.foreign-origin ATP-REDIR-011"]),
            ("http://127.0.0.1/cb", vec!["(redirect-uri.loopback-for-native ATP-REDIR-008)"]),
            ("http://127.1.2.3/cb", vec!["(redirect-uri.other-loopback-address ATP-REDIR-008)"]),
            ("http://localhost/cb", vec!["(redirect-uri.localhost-name ATP-REDIR-019)"]),
            ("http://10.0.0.1/cb", vec!["redirect-uri.http RFC9700-2.6-01"]),
        ] {
            assert_eq!(codes(text, ApplicationType::Native, CLIENT), expected, "{text}");
        }
    }

    #[test]
    fn localhost_clients_stay_on_this_machine() {
        for (text, expected) in [
            ("http://127.0.0.1/", vec![]),
            ("http://[::1]:3000/cb", vec![]),
            ("http://127.0.0.1/cb?x=1", vec!["(redirect-uri.loopback-query ATP-LOCAL-026)"]),
            ("http://localhost/cb", vec!["(redirect-uri.localhost-name ATP-LOCAL-019)"]),
            ("http://127.0.0.2/cb", vec!["(redirect-uri.other-loopback-address ATP-LOCAL-020)"]),
            ("http://0.0.0.0/cb", vec!["redirect-uri.not-local ATP-LOCAL-020"]),
            ("https://evil.example/cb", vec!["redirect-uri.not-local ATP-LOCAL-020"]),
            ("com.example.app:/cb", vec!["redirect-uri.not-local ATP-LOCAL-020"]),
        ] {
            let found = codes(text, ApplicationType::Native, "http://localhost");
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn matches_by_string_but_for_loopback_ports() {
        for (declared, requested, same) in [
            ("https://a.example/cb", "https://a.example/cb", true),
            ("https://a.example/cb", "https://a.example/cb/", false),
            ("https://a.example/cb", "https://a.example/CB", false),
            ("https://a.example/cb", "https://A.example/cb", false),
            ("https://a.example/cb", "https://a.example:443/cb", false),
            ("https://a.example/cb", "https://a.example/cb?x=1", false),
            ("https://a.example/cb", "https://a.example/%63b", false),
            ("https://127.0.0.1/cb", "https://127.0.0.1:8443/cb", false),
            ("com.example.app:/cb", "com.example.app:/cb", true),
            ("http://127.0.0.1/cb", "http://127.0.0.1:1024/cb", true),
            ("http://127.0.0.1:3000/cb", "http://127.0.0.1:4000/cb", true),
            ("http://127.0.0.1:3000/cb", "http://127.0.0.1/cb", true),
            ("http://[::1]/cb", "http://[::1]:65535/cb", true),
            ("http://127.0.0.1", "http://127.0.0.1:80", true),
            ("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:80x/cb", false),
            ("http://127.0.0.1/", "http://127.0.0.1", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:80/cb/x", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1:80/cb?x", false),
            ("http://127.0.0.1/cb?x=1", "http://127.0.0.1:80/cb?x=1", true),
            ("http://127.0.0.1/cb", "http://[::1]/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.2/cb", false),
            ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false),
            ("http://127.0.0.1", "http://127.0.0.1:80@evil.example", false),
            ("http://127.0.0.1/cb", "http://u@127.0.0.1/cb", false),
            ("http://localhost/cb", "http://localhost:3000/cb", false),
            ("http://localhost/cb", "http://localhost/cb", true),
        ] {
            assert_eq!(matches(declared, requested), same, "{declared} {requested}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), tail in "[a-z0-9:/?#@]{0,20}") {
            let [loopback, private] =
                ["http://127.0.0.1", "com.example.app:"].map(|start| format!("{start}{tail}"));
            for text in [text, loopback, private] {
                matches("http://127.0.0.1/cb", &text);
                if let Ok(uri) = RedirectUri::parse(&text) {
                    codes(uri.as_str(), ApplicationType::Native, CLIENT);
                    prop_assert_eq!(RedirectUri::parse(&uri.to_string()), Ok(uri));
                }
            }
        }

        #[test]
        fn matching_is_symmetric(
            a in "http://(127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?[/?a]{0,2}",
            b in "http://(127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?[/?a]{0,2}",
        ) {
            prop_assert!(matches(&a, &a));
            prop_assert_eq!(matches(&a, &b), matches(&b, &a));
        }
    }
}
