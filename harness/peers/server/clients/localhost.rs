//! What broken servers take for a development client, and for a redirect URI of one.

use std::net::Ipv4Addr;

use crate::Fault;
use crate::server::state::Server;

/// Whether a text passes by a mistake.
type Mistake = fn(&str) -> bool;

impl Server {
    /// The query of an identifier that this server takes for a development client by mistake.
    pub(super) fn mistaken_for_localhost<'a>(&self, client_id: &'a str) -> Option<&'a str> {
        let passes = |(fault, passes): &(Fault, Mistake)| self.has(*fault) && passes(client_id);
        if !IDENTIFIERS.iter().any(passes) {
            return None;
        }
        let query = client_id.split_once('?').map_or("", |(_, query)| query);
        Some(query.split('#').next().unwrap_or_default())
    }

    /// Whether a redirect URI of a development client passes by a mistake of this server.
    pub(super) fn mistaken_for_loopback(&self, uri: &str) -> bool {
        REDIRECTS.iter().any(|(fault, passes)| self.has(*fault) && passes(uri))
    }
}

const IDENTIFIERS: &[(Fault, Mistake)] = &[
    (Fault::AsLocalhostSchemeUnchecked, |id| before_query(id) == "https://localhost"),
    (Fault::AsLocalhostSubdomainAccepted, |id| before_query(id).ends_with(".localhost")),
    (Fault::AsLocalhostHostPrefix, |id| {
        before_query(id).starts_with("http://localhost.") && !before_query(id).ends_with('.')
    }),
    (Fault::AsLocalhostHostBeforeAt, |id| id.starts_with("http://localhost@")),
    (Fault::AsLocalhostHostDotTrimmed, |id| before_query(id) == "http://localhost."),
    (Fault::AsLocalhostHostCasefold, |id| {
        before_query(id).eq_ignore_ascii_case("http://localhost")
    }),
    (Fault::AsLocalhostPortAccepted, |id| port(before_query(id)).is_some_and(|port| port != "80")),
    (Fault::AsLocalhostDefaultPortDropped, |id| port(before_query(id)) == Some("80")),
    (Fault::AsLocalhostIpv4Accepted, |id| host(before_query(id)).parse::<Ipv4Addr>().is_ok()),
    (Fault::AsLocalhostIpv6Accepted, |id| host(before_query(id)).starts_with('[')),
    (Fault::AsLocalhostPathAccepted, |id| before_query(id).starts_with("http://localhost/")),
    (Fault::AsLocalhostFragmentAccepted, |id| {
        before_query(id) == "http://localhost" && id.contains('#')
    }),
];

const REDIRECTS: &[(Fault, Mistake)] = &[
    (Fault::AsLocalhostRedirectHttps, |uri| uri.starts_with("https://")),
    (Fault::AsLocalhostRedirectHttpAnywhere, |uri| {
        uri.starts_with("http://") && address(uri).is_none() && host(uri) != "localhost"
    }),
    (Fault::AsLocalhostRedirectPrivateAddress, |uri| {
        address(uri).is_some_and(|ip| ip.is_private())
    }),
    (Fault::AsLocalhostRedirectPrivateScheme, |uri| {
        uri.split(':').next().is_some_and(|scheme| scheme.contains('.'))
    }),
    (Fault::AsLocalhostRedirectScript, |uri| uri.starts_with("javascript:")),
    (Fault::AsLocalhostRedirectLocalhostName, |uri| uri.starts_with("http://localhost/")),
    (Fault::AsLocalhostRedirectAnyLoopback, |uri| address(uri).is_some_and(|ip| ip.is_loopback())),
    (Fault::AsLocalhostRedirectUnspecified, |uri| {
        address(uri).is_some_and(|ip| ip.is_unspecified())
    }),
    (Fault::AsLocalhostRedirectHostPrefix, |uri| uri.starts_with("http://127.0.0.1.")),
    (Fault::AsLocalhostRedirectUserinfo, |uri| uri.starts_with("http://127.0.0.1@")),
    (Fault::AsLocalhostRedirectFragment, |uri| uri.contains('#')),
];

fn before_query(id: &str) -> &str {
    id.split(['?', '#']).next().unwrap_or_default()
}

/// The host of a URL, as written.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    }
}

/// The port of an identifier whose host is localhost.
fn port(id: &str) -> Option<&str> {
    id.strip_prefix("http://localhost:")
}

/// The address that is the host of an http URL.
fn address(url: &str) -> Option<Ipv4Addr> {
    host(url).parse().ok().filter(|_| url.starts_with("http://"))
}
