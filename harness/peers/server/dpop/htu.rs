//! Step 9: `htu` is the URL of the request, query and fragment aside.

use url::Url;

use super::rules::Rules;
use crate::Fault;

/// Whether `htu` names the URL that was requested. Both are normalised by syntax and scheme
/// (RFC 9449, section 4.3; RFC 3986, sections 6.2.2 and 6.2.3).
pub(super) fn matches(rules: Rules<'_>, htu: &str, requested: &str) -> bool {
    if rules.broken(&[Fault::RsDpopHtuStringCompare]) {
        return htu == requested;
    }
    let cut = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    if rules.broken(&[Fault::AsDpopHtuNotNormalised, Fault::RsDpopHtuNotNormalised]) {
        return cut(htu) == cut(requested);
    }
    let (claimed, requested) = (cut(htu), cut(requested));
    if is_part(rules, &claimed, &requested) {
        return true;
    }
    let (Some(claimed), Some(requested)) = (parts(rules, &claimed), parts(rules, &requested))
    else {
        return false;
    };
    let scheme = claimed.scheme == requested.scheme;
    let host = claimed.host == requested.host;
    // Default ports are equal, also where only the scheme differs.
    let port = claimed.port == requested.port;
    let lax = |faults: &[Fault]| rules.broken(faults);
    (scheme || lax(&[Fault::AsDpopHtuSchemeUnchecked, Fault::RsDpopHtuSchemeUnchecked]))
        && (host || lax(&[Fault::AsDpopHtuHostUnchecked, Fault::RsDpopHtuHostUnchecked]))
        && (port || lax(&[Fault::AsDpopHtuPortUnchecked, Fault::RsDpopHtuPortUnchecked]))
        && path_matches(rules, &claimed.path, &requested.path)
}

/// Whether a part of the URL is taken for the whole, by one fault or another.
fn is_part(rules: Rules<'_>, claimed: &str, requested: &str) -> bool {
    let authority = requested.split_once("://").map_or(requested, |(_, rest)| rest);
    let path = authority.find('/').and_then(|at| authority.get(at..)).unwrap_or("/");
    let origin = requested.strip_suffix(path).unwrap_or(requested);
    claimed == path && rules.broken(&[Fault::AsDpopHtuRelative, Fault::RsDpopHtuRelative])
        || claimed == origin
            && rules.broken(&[Fault::AsDpopHtuOriginOnly, Fault::RsDpopHtuOriginOnly])
}

fn path_matches(rules: Rules<'_>, claimed: &str, requested: &str) -> bool {
    let trimmed = claimed.strip_suffix('/').unwrap_or(claimed);
    let decoded = || claimed.replace("%2F", "/");
    let lax = |faults: &[Fault]| rules.broken(faults);
    claimed == requested
        || lax(&[Fault::AsDpopHtuPathUnchecked, Fault::RsDpopHtuPathUnchecked])
        || claimed.eq_ignore_ascii_case(requested)
            && lax(&[Fault::AsDpopHtuPathCasefold, Fault::RsDpopHtuPathCasefold])
        || trimmed == requested
            && lax(&[Fault::AsDpopHtuSlashTrimmed, Fault::RsDpopHtuSlashTrimmed])
        || lax(&[Fault::AsDpopHtuPercentDecoded, Fault::RsDpopHtuPercentDecoded])
            && decoded() == requested
}

struct Parts {
    scheme: String,
    host: String,
    /// The port, where it is not the default of the scheme.
    port: Option<u16>,
    path: String,
}

fn parts(rules: Rules<'_>, url: &str) -> Option<Parts> {
    // What a URL parser would repair is no URL.
    if !url.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') || !url.contains("://") {
        return None;
    }
    let url = Url::parse(url).ok()?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    let ignored = [Fault::AsDpopHtuUserinfoIgnored, Fault::RsDpopHtuUserinfoIgnored];
    if has_user && !rules.broken(&ignored) {
        return None;
    }
    Some(Parts {
        scheme: url.scheme().to_owned(),
        host: url.host_str()?.to_owned(),
        port: url.port(),
        path: url.path().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Occasion, Switches};

    #[test]
    fn compares_normalised_urls() {
        let switches = Switches::default();
        let rules = Rules { occasion: Occasion::Push, switches: &switches };
        let same = |htu| matches(rules, htu, "https://as.example/oauth/par");
        for htu in [
            "https://as.example/oauth/par",
            "HTTPS://AS.example:443/oauth/./par",
            "https://as.example/oauth/par?x=1#y",
        ] {
            assert!(same(htu), "{htu}");
        }
        for htu in [
            "http://as.example/oauth/par",
            "https://as.example:444/oauth/par",
            "https://as.example/oauth/par/",
            "https://as.example/oauth/Par",
            "https://user@as.example/oauth/par",
            "https:as.example/oauth/par",
            "https://as.example\\oauth/par",
            "/oauth/par",
        ] {
            assert!(!same(htu), "{htu}");
        }
    }
}
