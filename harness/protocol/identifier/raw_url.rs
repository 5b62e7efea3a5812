//! A URL taken apart as it is spelled.
//!
//! A URL parser erases what several rules are about: `:443`, dot segments, an upper-case host. So
//! those rules look at the spelling, and the parser only says whether it is a URL at all.

use url::Url;

/// The components of RFC 3986, section 3, without any normalisation.
#[derive(Clone, Copy)]
pub(crate) struct RawUrl<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) authority: Option<&'a str>,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) fragment: Option<&'a str>,
}

impl<'a> RawUrl<'a> {
    /// Takes an absolute URL apart. `None` where a WHATWG parser refuses it, or could find other
    /// components than are spelled, as with white space, backslashes and `https:host`.
    pub(crate) fn absolute(text: &'a str) -> Option<Self> {
        if text.contains(|c: char| c.is_ascii_control() || c == ' ' || c == '\\') {
            return None;
        }
        let parsed = Url::parse(text).ok()?;
        let raw = Self::split(text)?;
        let spells_host = raw.host().is_some_and(|host| !host.is_empty());
        (spells_host || !parsed.has_host()).then_some(raw)
    }

    fn split(text: &'a str) -> Option<Self> {
        let (rest, fragment) = match text.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment)),
            None => (text, None),
        };
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (rest, None),
        };
        let (scheme, rest) = rest.split_once(':')?;
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        Some(Self { scheme, authority, path, query, fragment })
    }

    /// The part before `@`.
    pub(crate) fn userinfo(self) -> Option<&'a str> {
        self.authority?.rsplit_once('@').map(|(userinfo, _)| userinfo)
    }

    /// The host as spelled, an IPv6 address with its brackets.
    pub(crate) fn host(self) -> Option<&'a str> {
        Some(self.host_and_port()?.0)
    }

    /// The port as spelled; empty where only the colon is there.
    pub(crate) fn port(self) -> Option<&'a str> {
        self.host_and_port()?.1
    }

    /// Whether the scheme is this one, without regard to case.
    pub(crate) fn has_scheme(self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// Whether the port is spelled out although it is the default one of http or https.
    pub(crate) fn has_default_port(self) -> bool {
        let port = self.port().and_then(|port| port.parse::<u16>().ok());
        (self.has_scheme("https") && port == Some(443))
            || (self.has_scheme("http") && port == Some(80))
    }

    fn host_and_port(self) -> Option<(&'a str, Option<&'a str>)> {
        let authority = self.authority?;
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
        let after_address = place.rfind(']').map_or(0, |at| at + 1);
        match place.get(after_address..)?.find(':') {
            Some(colon) => {
                let (host, port) = place.split_at(after_address + colon);
                Some((host, port.strip_prefix(':')))
            }
            None => Some((place, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_what_a_parser_erases() {
        let raw = RawUrl::absolute("HTTPS://u:p@Host.Example:0443/a/../b?q#f").unwrap();
        assert_eq!(raw.scheme, "HTTPS");
        assert_eq!(raw.userinfo(), Some("u:p"));
        assert_eq!((raw.host(), raw.port()), (Some("Host.Example"), Some("0443")));
        assert_eq!((raw.path, raw.query, raw.fragment), ("/a/../b", Some("q"), Some("f")));
        assert!(raw.has_default_port());
    }

    #[test]
    fn tells_addresses_from_ports() {
        for (text, host, port) in [
            ("http://[::1]", "[::1]", None),
            ("http://[::1]:8080/", "[::1]", Some("8080")),
            ("http://127.0.0.1:", "127.0.0.1", Some("")),
            ("http://a@b@h:1", "h", Some("1")),
        ] {
            let raw = RawUrl::absolute(text).unwrap();
            assert_eq!((raw.host(), raw.port()), (Some(host), port), "{text}");
        }
        assert_eq!(RawUrl::absolute("com.example.app:/cb").unwrap().authority, None);
    }

    #[test]
    fn refuses_what_a_parser_would_mend() {
        for text in [
            "",
            "/a",
            "host",
            "https:host",
            "https:/host",
            "https:///host",
            "https://",
            "http://[::1",
        ] {
            assert!(RawUrl::absolute(text).is_none(), "{text}");
        }
        for text in [" https://h", "https://h\n", "https:\\\\h", "https://h/a b", "https://h\\@e"] {
            assert!(RawUrl::absolute(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), tail in "[a-z0-9@:\\[\\]/?#]{0,20}") {
            for text in [text, format!("https://{tail}")] {
                if let Some(raw) = RawUrl::absolute(&text) {
                    let _ = (raw.host(), raw.userinfo(), raw.has_default_port());
                }
            }
        }
    }
}
