//! Where a URL leads, as the parsers of HTTP clients read it: another spelling of a name or address
//! is still that name or address.

use std::net::IpAddr;

/// What a client takes from a URL before it connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Whether it speaks TLS.
    pub is_tls: bool,
    /// The host, in lower case; an address in its usual spelling, without brackets.
    pub host: String,
    /// The address, where the host is one.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// Path and query.
    pub target: String,
}

impl Way {
    /// Reads an http or https URL (WHATWG URL Standard); `None` for other text.
    pub fn of(url: &str) -> Option<Self> {
        let url = url::Url::parse(url).ok()?;
        let is_tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let address = match url.host()? {
            url::Host::Domain(_) => None,
            url::Host::Ipv4(address) => Some(IpAddr::V4(address)),
            url::Host::Ipv6(address) => Some(IpAddr::V6(address)),
        };
        let host = match (address, url.host_str()?) {
            (Some(address), _) => address.to_string(),
            // A full stop at the end changes nothing for a name server.
            (None, name) => name.trim_end_matches('.').to_owned(),
        };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        Some(Self {
            is_tls,
            host,
            address,
            port: url.port_or_known_default()?,
            target: format!("{}{query}", url.path()),
        })
    }
}

/// A path without percent-encoding, dot segments and a slash at its end: servers of files find the
/// same file by all of these spellings.
pub(super) fn file(target: &str) -> String {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let parsed = url::Url::parse(&format!("http://host{path}"));
    let path = parsed.map_or_else(|_| path.to_owned(), |url| url.path().to_owned());
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%').then(|| after.get(..2)).flatten();
        let octet = hex
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(octet.unwrap_or(*first));
        rest = match octet {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    let path = String::from_utf8_lossy(&bytes);
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_lead_to_one_place() {
        for url in [
            "https://127.0.0.1/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://user@127.1:443/a",
            "https:\\\\0177.0.0.1/x/../a",
        ] {
            let way = Way::of(url).unwrap();
            assert_eq!((way.host.as_str(), way.port), ("127.0.0.1", 443), "{url}");
            assert_eq!((way.is_tls, way.target.as_str()), (true, "/a"), "{url}");
        }
        let way = Way::of("https://Client.Example.:8443/?b").unwrap();
        assert_eq!((way.host.as_str(), way.address, way.port), ("client.example", None, 8443));
        assert_eq!(Way::of("ftp://client.example/"), None);
    }

    #[test]
    fn spellings_of_a_path_are_one_file() {
        for target in ["/a/b.json", "/a/./b.json?x", "/a/c/../b.json", "/a/%62.json", "/a/b.json/"]
        {
            assert_eq!(file(target), "/a/b.json", "{target}");
        }
        assert_eq!(file("/%zz"), "/%zz");
    }
}
