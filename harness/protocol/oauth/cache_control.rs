//! Whether a response may be stored.

use crate::http::Headers;

/// Whether any `Cache-Control` field has the directive `no-store` (RFC 9111, section 5.2.2.5).
pub fn has_no_store(headers: &Headers) -> bool {
    headers.all("cache-control").any(|value| {
        directives(value).into_iter().any(|directive| {
            let name = directive.split(|&byte| byte == b'=').next().unwrap_or_default();
            name.trim_ascii().eq_ignore_ascii_case(b"no-store")
        })
    })
}

/// Splits at commas that are not inside a quoted string.
fn directives(value: &[u8]) -> Vec<&[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    value
        .split(|&byte| {
            let separates = byte == b',' && !quoted;
            quoted ^= byte == b'"' && !escaped;
            escaped = quoted && byte == b'\\' && !escaped;
            separates
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_directive_whatever_stands_around_it() {
        for (values, expected) in [
            (vec![], false),
            (vec!["no-store"], true),
            (vec!["No-Store"], true),
            (vec!["private, max-age=0 ,\tno-store "], true),
            (vec!["no-cache", "no-store"], true),
            (vec!["no-cache"], false),
            (vec!["no-storex"], false),
            (vec!["x=\"a,no-store\""], false),
            (vec!["x=\"a\\\",no-store\""], false),
            (vec!["x=\"a\\\\\",no-store"], true),
        ] {
            let headers: Headers = values.iter().map(|value| ("Cache-Control", *value)).collect();
            assert_eq!(has_no_store(&headers), expected, "{values:?}");
        }
    }
}
