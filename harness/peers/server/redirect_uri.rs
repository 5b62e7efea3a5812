//! Comparison of redirect URIs: simple string comparison, but for the port of loopback addresses
//! (RFC 9700, section 2.1; RFC 8252, section 7.3).

use super::clients::Client;
use super::state::Server;
use crate::Fault;
use crate::codec::form::percent_decode;

/// A URI cut into its components, nothing normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts<'a> {
    scheme: &'a str,
    userinfo: Option<&'a str>,
    host: &'a str,
    port: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(uri: &'a str) -> Option<Self> {
        let (scheme, rest) = uri.split_once("://")?;
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (userinfo, authority) = match authority.rsplit_once('@') {
            Some((userinfo, authority)) => (Some(userinfo), authority),
            None => (None, authority),
        };
        // The colons of an IPv6 address are inside its brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (authority, None),
        };
        Some(Self { scheme, userinfo, host, port, path, query, fragment })
    }

    fn is_loopback(&self) -> bool {
        self.scheme == "http" && matches!(self.host, "127.0.0.1" | "[::1]")
    }
}

fn cut(text: &str, sign: char) -> (&str, Option<&str>) {
    match text.split_once(sign) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

impl Server {
    /// Whether a redirect URI is one that the client has declared.
    pub(super) fn is_registered(&self, client: &Client, requested: &str) -> bool {
        self.has(Fault::AsRedirectNoCheckAtPar)
            || client.redirect_uris.iter().any(|declared| self.is_same_uri(declared, requested))
    }

    fn is_same_uri(&self, declared: &str, requested: &str) -> bool {
        if declared == requested || self.mistakes(declared, requested) {
            return true;
        }
        if matches_pattern(declared, requested) && self.has(Fault::AsRedirectRegex) {
            return true;
        }
        let (Some(declared), Some(requested)) = (Parts::of(declared), Parts::of(requested)) else {
            return false;
        };
        let scheme = declared.scheme == requested.scheme;
        let userinfo = declared.userinfo == requested.userinfo;
        let query = declared.query == requested.query;
        let fragment = declared.fragment == requested.fragment;
        (scheme || self.has(Fault::AsRedirectSchemeUnchecked))
            && (userinfo || self.has(Fault::AsRedirectUserinfoIgnored))
            && self.is_same_host(&declared, requested.host)
            && self.is_same_port(&declared, requested.port)
            && self.is_same_path(declared.path, requested.path)
            && (query || self.has(Fault::AsRedirectQueryUnchecked))
            && (fragment || self.has(Fault::AsRedirectFragmentStripped))
    }

    fn is_same_host(&self, declared: &Parts<'_>, requested: &str) -> bool {
        declared.host == requested
            || declared.is_loopback()
                && (requested == "localhost" && self.has(Fault::AsRedirectAllowLocalhostName)
                    || requested.starts_with("127.")
                        && self.has(Fault::AsRedirectAnyLoopbackAddress)
                    || requested == "[::1]" && self.has(Fault::AsRedirectIpv6AsIpv4))
    }

    /// A client may listen on any port of a loopback address (RFC 8252, section 7.3).
    fn is_same_port(&self, declared: &Parts<'_>, requested: Option<&str>) -> bool {
        let is_port = |port: &str| port.parse::<u16>().is_ok();
        if declared.scheme == "https" && requested.is_none_or(is_port) {
            let is_lax = self.has(Fault::AsRedirectHttpsPortIgnored)
                || requested == Some("443") && self.has(Fault::AsRedirectHttpsPortDropped);
            if is_lax {
                return true;
            }
        }
        if !declared.is_loopback() || !requested.is_none_or(is_port) {
            return declared.port == requested;
        }
        match declared.port {
            None => requested.is_none() || !self.has(Fault::AsRedirectPortMustEqual),
            Some(_) => declared.port == requested || !self.has(Fault::AsRedirectLoopbackPortStrict),
        }
    }

    fn is_same_path(&self, declared: &str, requested: &str) -> bool {
        let extended = requested.strip_prefix(declared).is_some_and(|rest| rest.starts_with('/'));
        declared == requested
            || self.has(Fault::AsRedirectPathUnchecked)
            || extended
                && requested.len() > declared.len() + 1
                && self.has(Fault::AsRedirectPathPrefix)
            || declared.trim_end_matches('/') == requested.trim_end_matches('/')
                && self.has(Fault::AsRedirectTrailingSlashTrimmed)
            || declared.eq_ignore_ascii_case(requested) && self.has(Fault::AsRedirectPathCasefold)
            || declared == without_dot_segments(requested)
                && self.has(Fault::AsRedirectDotSegmentsResolved)
            || percent_decode(requested).as_deref() == Some(declared)
                && self.has(Fault::AsRedirectPercentDecoded)
    }
}

/// RFC 3986, section 5.2.4, for paths that begin with a slash.
fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    format!("/{}", kept.join("/"))
}

/// Whether a text matches another one in which a dot stands for any character.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    pattern.len() == text.len()
        && pattern.bytes().zip(text.bytes()).all(|(p, t)| p == b'.' || p == t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_without_normalising() {
        let parts = Parts::of("http://user@[::1]:80/a/../b?c=d#e").unwrap();
        assert_eq!((parts.userinfo, parts.host, parts.port), (Some("user"), "[::1]", Some("80")));
        assert_eq!((parts.path, parts.query, parts.fragment), ("/a/../b", Some("c=d"), Some("e")));
        assert!(!parts.is_loopback() || parts.host == "[::1]");
        assert_eq!(Parts::of("http://[::1]").unwrap().port, None);
    }

    #[test]
    fn resolves_dot_segments() {
        assert_eq!(without_dot_segments("/x/../callback"), "/callback");
        assert_eq!(without_dot_segments("/./a/"), "/a/");
    }
}
