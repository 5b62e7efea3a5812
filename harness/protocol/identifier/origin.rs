//! Origins: what issuers and resource servers are named by.

use std::fmt;

use url::Url;

use super::RawUrl;
use crate::{Defect, Position};

/// An http or https origin in the one spelling that RFC 6454, section 6.2, gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin strictly: no user information, path, query, fragment or default port, and
    /// no other spelling than the canonical one.
    pub fn parse(text: &str) -> Result<Self, Defect> {
        match faults(text).first() {
            None => Ok(Self(text.to_owned())),
            Some(fault) => {
                let (code, why) = fault.describe();
                Err(Defect::new(code, "RFC 6454, section 6.2", Position::Whole, why))
            }
        }
    }

    /// The origin of an http or https URL; `None` for other text.
    pub fn of(url: &str) -> Option<Self> {
        let raw = RawUrl::absolute(url)?;
        let is_web = raw.has_scheme("https") || raw.has_scheme("http");
        let url = Url::parse(url).ok().filter(|_| is_web)?;
        Some(Self(url.origin().ascii_serialization()))
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scheme, `https` or `http`.
    pub fn scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(scheme, _)| scheme)
    }

    /// The host, an IPv6 address with its brackets.
    pub fn host(&self) -> &str {
        self.host_and_port().0
    }

    /// The port, where it is not the default one of the scheme.
    pub fn port(&self) -> Option<u16> {
        self.host_and_port().1
    }

    /// Whether the host is one of the names of this machine; see [`is_loopback_host`].
    pub fn is_loopback(&self) -> bool {
        is_loopback_host(self.host())
    }

    fn host_and_port(&self) -> (&str, Option<u16>) {
        let place = self.0.split_once("://").map_or("", |(_, place)| place);
        match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
            _ => (place, None),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a host is `localhost`, `127.0.0.1` or `[::1]`, in lower case.
pub fn is_loopback_host(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// A way in which text fails to be an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    NotUrl,
    WrongScheme,
    Userinfo,
    Path,
    TrailingSlash,
    Query,
    Fragment,
    DefaultPort,
    Spelling,
}

impl Fault {
    /// The code under which [`Origin::parse`] reports it, and what was found.
    pub(crate) const fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::NotUrl => ("origin.not-url", "no absolute URL"),
            Self::WrongScheme => ("origin.wrong-scheme", "scheme other than https and http"),
            Self::Userinfo => ("origin.userinfo", "has user information"),
            Self::Path => ("origin.path", "has a path"),
            Self::TrailingSlash => ("origin.trailing-slash", "has a trailing slash"),
            Self::Query => ("origin.query", "has a query"),
            Self::Fragment => ("origin.fragment", "has a fragment"),
            Self::DefaultPort => ("origin.default-port", "spells out the default port"),
            Self::Spelling => ("origin.spelling", "differs from its serialisation"),
        }
    }
}

/// Every way in which text fails to be an origin; empty where it is one.
pub(crate) fn faults(text: &str) -> Vec<Fault> {
    let Some(raw) = RawUrl::absolute(text) else {
        return vec![Fault::NotUrl];
    };
    let Some(origin) = Origin::of(text) else {
        return vec![Fault::WrongScheme];
    };
    let mut faults: Vec<Fault> = [
        (raw.userinfo().is_some(), Fault::Userinfo),
        (raw.path.len() > 1, Fault::Path),
        (raw.path == "/", Fault::TrailingSlash),
        (raw.query.is_some(), Fault::Query),
        (raw.fragment.is_some(), Fault::Fragment),
        (raw.has_default_port(), Fault::DefaultPort),
    ]
    .into_iter()
    .filter_map(|(present, fault)| present.then_some(fault))
    .collect();
    if faults.is_empty() && origin.as_str() != text {
        faults.push(Fault::Spelling);
    }
    faults
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_origins_apart() {
        for (text, scheme, host, port, loopback) in [
            ("https://as.example", "https", "as.example", None, false),
            ("https://as.example:8443", "https", "as.example", Some(8443), false),
            ("https://as.example:80", "https", "as.example", Some(80), false),
            ("http://localhost:2583", "http", "localhost", Some(2583), true),
            ("http://127.0.0.1", "http", "127.0.0.1", None, true),
            ("http://[::1]:3000", "http", "[::1]", Some(3000), true),
            ("https://[2001:db8::1]", "https", "[2001:db8::1]", None, false),
            ("http://localhost.example", "http", "localhost.example", None, false),
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!((origin.scheme(), origin.host()), (scheme, host));
            assert_eq!((origin.port(), origin.is_loopback()), (port, loopback), "{text}");
        }
    }

    #[test]
    fn names_every_fault() {
        use Fault::*;
        for (text, expected) in [
            ("as.example", vec![NotUrl]),
            ("", vec![NotUrl]),
            ("https://", vec![NotUrl]),
            ("https://as.example ", vec![NotUrl]),
            ("ftp://as.example", vec![WrongScheme]),
            ("at://as.example", vec![WrongScheme]),
            ("https://as.example/", vec![TrailingSlash]),
            ("https://as.example/x", vec![Path]),
            ("https://as.example//", vec![Path]),
            ("https://as.example?", vec![Query]),
            ("https://as.example#", vec![Fragment]),
            ("https://@as.example", vec![Userinfo]),
            ("https://as.example:443", vec![DefaultPort]),
            ("http://localhost:80", vec![DefaultPort]),
            ("https://u@as.example:443/a?b#c", vec![Userinfo, Path, Query, Fragment, DefaultPort]),
            ("https://AS.example", vec![Spelling]),
            ("HTTPS://as.example", vec![Spelling]),
            ("https://as.example:", vec![Spelling]),
            ("https://as.example:08443", vec![Spelling]),
            ("http://2130706433", vec![Spelling]),
            ("http://[0:0::1]", vec![Spelling]),
        ] {
            assert_eq!(faults(text), expected, "{text}");
        }
    }

    #[test]
    fn derives_the_origin_of_urls() {
        assert_eq!(Origin::of("https://A.example:443/x?y").unwrap().as_str(), "https://a.example");
        assert_eq!(Origin::of("com.example.app:/cb"), None);
        assert_eq!(Origin::of("blob:https://a.example/x"), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Origin::parse(&text);
            let _ = Origin::parse(&format!("https://{text}"));
        }

        #[test]
        fn display_parses_to_the_same(
            text in "https?://[a-z]{1,9}(\\.[a-z]{2,5})?(:[1-9][0-9]{3})?",
        ) {
            let origin = Origin::parse(&text).unwrap();
            prop_assert_eq!(Origin::parse(&origin.to_string()).unwrap(), origin.clone());
            prop_assert_eq!(Origin::of(&format!("{text}/a?b")).unwrap(), origin);
        }
    }
}
