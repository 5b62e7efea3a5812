//! What broken servers make of a redirect URI before they compare it: each line is one fault.

use super::state::Server;
use crate::Fault;

/// Whether a redirect URI passes for the declared one under a fault.
type Mistake = fn(declared: &str, requested: &str) -> bool;

impl Server {
    /// The redirect URI to use. Only a broken server has one that is not absolute.
    pub(super) fn absolute(&self, uri: &str) -> String {
        if uri.starts_with('/') && self.has(Fault::AsRedirectRelativeResolved) {
            return format!("http://127.0.0.1{uri}");
        }
        uri.to_owned()
    }

    /// Whether a redirect URI passes for a declared one by a mistake of this server.
    pub(super) fn mistakes(&self, declared: &str, requested: &str) -> bool {
        MISTAKES.iter().any(|(fault, passes)| self.has(*fault) && passes(declared, requested))
    }
}

const MISTAKES: &[(Fault, Mistake)] = &[
    (Fault::AsRedirectHostPrefix, |declared, requested| {
        let (scheme, host, path) = cut(declared);
        requested.strip_prefix(&format!("{scheme}{host}.")).is_some_and(|r| r.ends_with(path))
    }),
    (Fault::AsRedirectHostBeforeAt, |declared, requested| {
        let (scheme, host, path) = cut(declared);
        requested.strip_prefix(&format!("{scheme}{host}@")).is_some_and(|r| r.ends_with(path))
    }),
    (Fault::AsRedirectCutAtBackslash, |declared, requested| {
        requested.split_once('\\').is_some_and(|(start, _)| declared.starts_with(start))
    }),
    (Fault::AsRedirectHostDotTrimmed, |declared, requested| {
        requested.replacen("./", "/", 1) == declared
    }),
    (Fault::AsRedirectNumberAsAddress, |declared, requested| {
        requested.replacen("//2130706433/", "//127.0.0.1/", 1) == declared
    }),
    (Fault::AsRedirectMappedAddress, |declared, requested| {
        requested.replacen("[::ffff:127.0.0.1]", "127.0.0.1", 1) == declared
    }),
    (Fault::AsRedirectUnspecifiedAddress, |declared, requested| {
        requested.replacen("//0.0.0.0/", "//127.0.0.1/", 1) == declared
    }),
    (Fault::AsRedirectSchemeCasefold, |declared, requested| {
        let lower = requested.split_once(':').map(|(s, rest)| (s.to_ascii_lowercase(), rest));
        lower.is_some_and(|(scheme, rest)| format!("{scheme}:{rest}") == declared)
    }),
    (Fault::AsRedirectAnyPortText, |declared, requested| {
        let (scheme, host, path) = cut(declared);
        let rest = requested.strip_prefix(&format!("{scheme}{host}:"));
        let port = rest.and_then(|rest| rest.strip_suffix(path)).unwrap_or_default();
        !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
    }),
    (Fault::AsRedirectEncodedDotSegments, |declared, requested| {
        requested.replacen("/x/%2e%2e/", "/", 1) == declared
    }),
    (Fault::AsRedirectSlashesCollapsed, |declared, requested| {
        let (scheme, host, _) = cut(declared);
        let path = requested.strip_prefix(&format!("{scheme}{host}"));
        path.is_some_and(|path| format!("{scheme}{host}{}", path.replace("//", "/")) == declared)
    }),
    (Fault::AsRedirectPathParametersCut, |declared, requested| {
        requested.split_once(';').is_some_and(|(start, _)| start == declared)
    }),
    (Fault::AsRedirectEmptyQueryDropped, |declared, requested| {
        requested.strip_suffix('?') == Some(declared)
    }),
    (Fault::AsRedirectEmptyFragmentDropped, |declared, requested| {
        requested.strip_suffix('#') == Some(declared)
    }),
    (Fault::AsRedirectTabsStripped, |declared, requested| requested.replace('\t', "") == declared),
    (Fault::AsRedirectSpacesTrimmed, |declared, requested| requested.trim_matches(' ') == declared),
    (Fault::AsRedirectCutAtLineBreak, |declared, requested| {
        requested.split_once('\r').is_some_and(|(start, _)| start == declared)
    }),
    (Fault::AsRedirectCutAtNul, |declared, requested| {
        requested.split_once('\0').is_some_and(|(start, _)| start == declared)
    }),
    (Fault::AsRedirectRelativeResolved, |declared, requested| {
        requested.starts_with('/') && declared.ends_with(requested)
    }),
];

/// A URI as scheme with its slashes, authority, and the rest.
fn cut(uri: &str) -> (&str, &str, &str) {
    let start = uri.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = uri.split_at(start);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    (scheme, host, path)
}
