//! Identifiers of clients with a document: `https` URLs in one spelling (the client id of the
//! profile; the draft on client id metadata documents, section 3).

use super::Client;
use crate::Fault;
use crate::codec::form::percent_decode;
use crate::server::refusal::Refusal;
use crate::server::state::Server;

/// The parts of an https URL as written.
struct Parts<'a> {
    authority: &'a str,
    path: &'a str,
    has_query: bool,
    has_fragment: bool,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Some(Self { authority, path, has_query: query, has_fragment: fragment })
    }

    fn userinfo(&self) -> Option<&str> {
        self.authority.rsplit_once('@').map(|(userinfo, _)| userinfo)
    }

    fn host_and_port(&self) -> (&'a str, Option<&'a str>) {
        let rest = self.authority.rsplit_once('@').map_or(self.authority, |(_, rest)| rest);
        match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (rest, None),
        }
    }
}

fn cut(text: &str, sign: char) -> (&str, bool) {
    text.split_once(sign).map_or((text, false), |(before, _)| (before, true))
}

/// The host of a URL, without port.
pub(super) fn host(url: &str) -> Option<&str> {
    Some(Parts::of(url)?.host_and_port().0)
}

/// Whether a host is an IP address, in any spelling that a resolver takes.
fn is_address(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_number = |label: &str| {
        let hex = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
        hex.map_or_else(
            || !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit()),
            |hex| hex.bytes().all(|b| b.is_ascii_hexdigit()),
        )
    };
    host.starts_with('[') || is_number(last)
}

/// Names that never belong to a host on the internet (RFC 6761, RFC 6762, RFC 9476).
const SPECIAL: [&str; 6] = ["localhost", "local", "invalid", "onion", "home.arpa", "alt"];

/// Whether a name is one of these, or below one.
pub(super) fn is_special_name(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    SPECIAL.iter().any(|name| host == *name || host.ends_with(&format!(".{name}")))
}

/// How broken servers write a text that is no URL in their sense before they read it.
type Respelling = fn(&str) -> Option<String>;

const RESPELLINGS: &[(Fault, Respelling)] = &[
    (Fault::AsClientIdSpaceTrimmed, |id| Some(id.trim().to_owned()).filter(|url| url != id)),
    (Fault::AsClientIdControlsDropped, |id| {
        id.contains(['\t', '\n', '\r']).then(|| id.replace(['\t', '\n', '\r'], ""))
    }),
    (Fault::AsClientIdBackslash, |id| id.starts_with("https:\\\\").then(|| id.replace('\\', "/"))),
    (Fault::AsClientIdOneSlash, |id| {
        let rest = id.strip_prefix("https:/").filter(|rest| !rest.starts_with('/'))?;
        Some(format!("https://{rest}"))
    }),
    (Fault::AsClientIdSchemeCase, |id| {
        id.strip_prefix("HTTPS://").map(|rest| format!("https://{rest}"))
    }),
];

/// How broken servers write an identifier before they compare it.
const ALIASES: &[(Fault, Respelling)] = &[
    (Fault::AsClientIdAliasCase, |id| {
        let host = host(id)?;
        Some(id.replacen(host, &host.to_ascii_lowercase(), 1))
    }),
    (Fault::AsClientIdAliasScheme, |id| {
        id.strip_prefix("HTTPS://").map(|rest| format!("https://{rest}"))
    }),
    (Fault::AsClientIdAliasUserinfo, |id| Some(id.replacen("://@", "://", 1))),
    (Fault::AsClientIdAliasPort, |id| Some(id.replacen(":443/", "/", 1))),
    (Fault::AsClientIdAliasEncoded, percent_decode),
    (Fault::AsClientIdAliasSlash, |id| id.strip_suffix('/').map(str::to_owned)),
    (Fault::AsClientIdAliasQuery, |id| id.split_once('?').map(|(before, _)| before.to_owned())),
];

/// Texts that broken servers take for the name of a client that they know.
type Mistake = fn(&str) -> bool;

const NAMES: &[(Fault, Mistake)] = &[
    (Fault::AsClientIdAnyName, |id| id.bytes().all(|b| b.is_ascii_alphanumeric())),
    (Fault::AsClientIdSchemeless, |id| {
        !id.contains(':') && !id.starts_with('/') && id.contains('/')
    }),
    (Fault::AsClientIdSchemeRelative, |id| id.starts_with("//")),
    (Fault::AsClientIdPathOnly, |id| id.starts_with('/') && !id.starts_with("//")),
    (Fault::AsClientIdUrn, |id| id.starts_with("urn:")),
    (Fault::AsClientIdOtherScheme, |id| id.starts_with("ftp://")),
    (Fault::AsClientIdData, |id| id.starts_with("data:")),
    (Fault::AsClientIdDid, |id| id.starts_with("did:")),
    (Fault::AsClientIdHandle, |id| !id.contains([':', '/']) && id.contains('.')),
    (Fault::AsClientIdAtUri, |id| id.starts_with("at://")),
];

/// Longest identifier.
const LONGEST: usize = 2048;

impl Server {
    /// An identifier as a broken server compares it; a correct one compares strings as they are.
    pub(super) fn canonical(&self, client_id: &str) -> Option<String> {
        let has = ALIASES.iter().filter(|(fault, _)| self.has(*fault));
        let read = has.filter_map(|(_, respell)| respell(client_id)).next();
        read.filter(|_| !client_id.starts_with("http:"))
    }

    /// Whether an identifier is that of this client.
    pub(in crate::server) fn is_id_of(&self, client_id: &str, client: &Client) -> bool {
        client_id == client.id || self.canonical(client_id).is_some_and(|id| id == client.id)
    }

    /// What a broken server reads instead of the identifier.
    pub(super) fn respelled(&self, client_id: &str) -> Option<String> {
        let has = RESPELLINGS.iter().filter(|(fault, _)| self.has(*fault));
        has.filter_map(|(_, respell)| respell(client_id)).next()
    }

    /// Whether a broken server takes this for the name of a client, though it is no URL.
    pub(super) fn is_mistaken_name(&self, client_id: &str) -> bool {
        NAMES.iter().any(|(fault, is)| self.has(*fault) && is(client_id))
    }

    /// Checks an identifier, before anything is fetched.
    pub(super) fn check_client_id(&self, client_id: &str) -> Result<(), Refusal> {
        let wrong = Refusal::invalid_client;
        // What this server overlooks, it takes for an ordinary host.
        if self.overlooks(client_id) {
            return Ok(());
        }
        if client_id.len() > LONGEST {
            if self.has(Fault::AsClientIdLong500) {
                return Err(Refusal::new(500, "server_error", "internal error"));
            }
            return Err(wrong("the client_id is too long"));
        }
        let parts = Parts::of(client_id).ok_or_else(|| wrong("the client_id is no https URL"))?;
        let (host, port) = parts.host_and_port();
        let lower = host.to_ascii_lowercase();
        let segments: Vec<String> =
            parts.path.split('/').skip(1).map(|s| s.to_ascii_lowercase()).collect();
        let rules: [(Fault, bool, &'static str); 15] = [
            (
                Fault::AsClientIdHttp,
                client_id.starts_with("https://"),
                "the client_id is not https",
            ),
            (
                Fault::AsClientIdAllowPort,
                matches!(port, None | Some("443")),
                "the client_id has a port",
            ),
            (
                Fault::AsClientIdDefaultPort,
                port != Some("443"),
                "the client_id spells out the default port",
            ),
            (
                Fault::AsClientIdUserinfo,
                parts.userinfo().is_none(),
                "the client_id has user information",
            ),
            (Fault::AsClientIdFragment, !parts.has_fragment, "the client_id has a fragment"),
            (Fault::AsClientIdNoPath, !parts.path.is_empty(), "the client_id has no path"),
            (Fault::AsClientIdRootPath, parts.path != "/", "the path of the client_id is empty"),
            (
                Fault::AsClientIdDotSegments,
                !segments.iter().any(|segment| segment == ".."),
                "the client_id has dot segments",
            ),
            (
                Fault::AsClientIdSingleDot,
                !segments.iter().any(|segment| segment == "."),
                "the client_id has dot segments",
            ),
            (
                Fault::AsClientIdEncodedDots,
                !segments.iter().any(|segment| {
                    segment.contains("%2e") && matches!(&*segment.replace("%2e", "."), "." | "..")
                }),
                "the client_id has percent-encoded dot segments",
            ),
            (
                Fault::AsClientIdAnySpelling,
                host == lower,
                "the host of the client_id is not in lower case",
            ),
            (
                Fault::AsClientIdHostDot,
                !host.ends_with('.'),
                "the host of the client_id ends with a full stop",
            ),
            (
                Fault::AsClientIdMalformed,
                !client_id.contains(|c: char| !c.is_ascii_graphic() && c != ' ')
                    && !client_id.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}']),
                "the client_id is no URL",
            ),
            (Fault::AsClientIdSpaceInside, !client_id.contains(' '), "the client_id has a space"),
            (Fault::AsClientIdQuery, !parts.has_query, "the client_id has a query"),
        ];
        let slash = parts.path.len() > 1 && parts.path.ends_with('/');
        if slash && self.has(Fault::AsClientIdSlashRefused) {
            return Err(wrong("the path of the client_id ends with a slash"));
        }
        // No fault excuses these alone: see where the server goes.
        if is_address(host) || is_special_name(host) || !host.contains('.') {
            return Err(wrong("the host of the client_id is not one of the internet"));
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(wrong("the client_id has no host"));
        }
        for (fault, holds, text) in rules {
            if !holds && !self.has(fault) {
                return Err(wrong(text));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_any_spelling() {
        for host in
            ["127.0.0.1", "[::1]", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "10.0.0.1."]
        {
            assert!(is_address(host), "{host}");
        }
        for host in ["app.example", "1.example", "x127", "a.b.c1"] {
            assert!(!is_address(host), "{host}");
        }
    }

    #[test]
    fn the_host_stands_between_user_information_and_port() {
        for (url, expected) in [
            ("https://app.example/x", "app.example"),
            ("https://user@app.example:8443/x", "app.example"),
            ("https://[::1]:443/", "[::1]"),
        ] {
            assert_eq!(host(url), Some(expected));
        }
    }
}
