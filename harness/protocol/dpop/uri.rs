//! Comparison of `htu` with the URI of the request (RFC 9449, section 4.3).

/// The form in which two URIs are compared: without query and fragment, after syntax-based and
/// scheme-based normalisation (RFC 3986, sections 6.2.2 and 6.2.3).
///
/// `None` where this is no absolute `http` or `https` URI in the syntax of RFC 3986. Userinfo is
/// kept, so that a URI with it equals none without.
pub fn normalize(uri: &str) -> Option<String> {
    let uri = uri.split(['?', '#']).next()?;
    let (scheme, rest) = uri.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (userinfo, authority) = match authority.rsplit_once('@') {
        Some((userinfo, authority)) => (encoded(userinfo, b":")? + "@", authority),
        None => (String::new(), authority),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    let host = normalize_host(host)?;
    let port = match port {
        "" => String::new(),
        port if port == default_port => String::new(),
        port if port.bytes().all(|byte| byte.is_ascii_digit()) => format!(":{port}"),
        _ => return None,
    };
    let path = remove_dot_segments(&encoded(path, b":@/")?);
    Some(format!("{scheme}://{userinfo}{host}{port}{path}"))
}

fn normalize_host(host: &str) -> Option<String> {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let is_literal =
            literal.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte));
        return is_literal.then(|| host.to_ascii_lowercase());
    }
    // Encoded letters come to light first, then all are lower case, but for the triplets left.
    let host = encoded(&encoded(host, b"")?.to_ascii_lowercase(), b"")?;
    (!host.is_empty()).then_some(host)
}

/// Percent-encoding normalised (RFC 3986, sections 6.2.2.1 and 6.2.2.2): unreserved characters
/// decoded, hexadecimal digits in capitals. `None` where a character is neither unreserved, a
/// sub-delimiter, encoded, nor one of `others`.
fn encoded(text: &str, others: &[u8]) -> Option<String> {
    let mut normal = String::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [char::from(bytes.next()?), char::from(bytes.next()?)];
            let value = digits[0].to_digit(16)? * 16 + digits[1].to_digit(16)?;
            match u8::try_from(value).ok()? {
                byte if is_unreserved(byte) => normal.push(char::from(byte)),
                byte => normal.push_str(&format!("%{byte:02X}")),
            }
        } else if is_unreserved(byte) || SUB_DELIMITERS.contains(&byte) || others.contains(&byte) {
            normal.push(char::from(byte));
        } else {
            return None;
        }
    }
    Some(normal)
}

const SUB_DELIMITERS: &[u8] = b"!$&'()*+,;=";

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 3986, section 5.2.4, for a path that is empty or begins with a slash.
fn remove_dot_segments(path: &str) -> String {
    let mut kept = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if segment == ".." {
            kept.pop();
        }
        if segment != "." && segment != ".." {
            kept.push(segment);
        } else if segments.peek().is_none() {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn makes_equivalent_uris_equal() {
        for uri in [
            "https://as.example/oauth/par",
            "HTTPS://As.EXAMPLE:443/oauth/par",
            "https://as.example:/oauth/par?a=b#c",
            "https://as.example/%6Fauth/p%61r",
            "https://as.example/x/%2E./oauth/./par",
            "https://%61s.example/oauth/par",
        ] {
            assert_eq!(normalize(uri).as_deref(), Some("https://as.example/oauth/par"), "{uri}");
        }
        assert_eq!(normalize("http://[::A]:80").as_deref(), Some("http://[::a]/"));
        assert_eq!(
            normalize("http://127.0.0.1:2583/a").as_deref(),
            Some("http://127.0.0.1:2583/a")
        );
        assert_eq!(normalize("https://h/%c3%a9").as_deref(), Some("https://h/%C3%A9"));
    }

    #[test]
    fn keeps_different_uris_apart() {
        let uris = [
            "https://as.example/oauth/par",
            "http://as.example/oauth/par",
            "https://as.example:80/oauth/par",
            "https://as.example./oauth/par",
            "https://u@as.example/oauth/par",
            "https://as.example/oauth/Par",
            "https://as.example/oauth/par/",
            "https://as.example/oauth%2Fpar",
            "https://as.example/oauth//par",
        ];
        for (index, uri) in uris.iter().enumerate() {
            let alike = uris.iter().position(|other| normalize(other) == normalize(uri));
            assert_eq!(alike, Some(index), "{uri}");
        }
    }

    #[test]
    fn refuses_what_is_no_uri() {
        for text in [
            "",
            "/oauth/par",
            "as.example/oauth",
            "ftp://as.example/",
            "https://",
            "https:///a",
            "https://as.example/a b",
            "https://as.example/%6",
            "https://as.example/%zz",
            "https://as.example:x/",
            "https://münchen.example/",
            r"https:\\as.example\a",
            "https://[::1/",
            " https://as.example/",
        ] {
            assert_eq!(normalize(text), None, "{text}");
        }
    }

    /// RFC 3986, section 5.4, where the path of the reference resolves against `/b/c/`.
    #[test]
    fn removes_dot_segments() {
        for (path, expected) in [
            ("/b/c/./g", "/b/c/g"),
            ("/b/c/.", "/b/c/"),
            ("/b/c/..", "/b/"),
            ("/b/c/../../../g", "/g"),
            ("/b/c/g;x=1/../y", "/b/c/y"),
            ("/b/c/..g", "/b/c/..g"),
            ("/..", "/"),
            ("/a//..", "/a/"),
            ("", "/"),
        ] {
            assert_eq!(remove_dot_segments(path), expected, "{path}");
        }
    }

    proptest! {
        #[test]
        fn is_idempotent(uri in "https?://[A-Za-z%4.@:]{0,8}/[A-Za-z%2Ff6/.~!:@]{0,12}") {
            if let Some(normal) = normalize(&uri) {
                prop_assert_eq!(normalize(&normal), Some(normal.clone()));
            }
        }

        // No colons: the other takes `/a:/..` for a drive letter and keeps it.
        #[test]
        fn agrees_with_the_url_crate(
            origin in "(https|HTTP)://[a-zA-Z]{1,5}(:(80|443|8080))?",
            path in "(/(\\.|\\.\\.|[a-zA-Z!@~]{0,3})){0,5}",
        ) {
            let uri = origin + &path;
            let theirs = url::Url::parse(&uri).unwrap().to_string();
            prop_assert_eq!(normalize(&uri), Some(theirs));
        }

        #[test]
        fn never_panics(text in "\\PC{0,30}") {
            let _ = normalize(&text);
        }
    }
}
