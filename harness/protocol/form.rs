//! `application/x-www-form-urlencoded`: bodies and queries, with order and duplicates kept.

use url::form_urlencoded;

use crate::{Defect, Position};

/// Reads a form body, or a query without its `?`.
///
/// Pairs come in order and with duplicates. A percent sign without two hexadecimal digits stands
/// for itself and bytes that are not UTF-8 become U+FFFD; both are reported at the byte where they
/// stand. Empty pairs (`a=1&&b=2`) are passed over.
pub fn parse(input: &[u8]) -> (Vec<(String, String)>, Vec<Defect>) {
    let mut pairs = Vec::new();
    let mut defects = Vec::new();
    let mut start = 0;
    for pair in input.split(|&byte| byte == b'&') {
        if !pair.is_empty() {
            let equals = pair.iter().position(|&byte| byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(equals);
            let name = decode(name, start, b' ', &mut defects);
            let value = value.get(1..).unwrap_or_default();
            let value = decode(value, start + equals + 1, b' ', &mut defects);
            pairs.push((name, value));
        }
        start += pair.len() + 1;
    }
    (pairs, defects)
}

/// Resolves percent-encoding alone: a plus sign stands for itself. Offsets count from `start`.
pub(crate) fn percent_decode(text: &str, start: usize) -> Result<String, Defect> {
    let mut defects = Vec::new();
    let decoded = decode(text.as_bytes(), start, b'+', &mut defects);
    defects.into_iter().next().map_or(Ok(decoded), Err)
}

fn decode(text: &[u8], start: usize, plus: u8, defects: &mut Vec<Defect>) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        rest = match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                tail.get(2..).unwrap_or_default()
            }
            None => {
                if first == b'%' {
                    let at = Position::Byte(start + text.len() - rest.len());
                    let why = "percent sign without two hexadecimal digits";
                    defects.push(Defect::new("form.bad-escape", CLAUSE, at, why));
                }
                bytes.push(if first == b'+' { plus } else { first });
                tail
            }
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let why = "name or value that is not UTF-8 once decoded";
        defects.push(Defect::new("form.not-utf-8", CLAUSE, Position::Byte(start), why));
        String::from_utf8_lossy(error.as_bytes()).into_owned()
    })
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

const CLAUSE: &str = "RFC 6749, appendix B";

/// Writes pairs as a form body or query, in their order.
pub fn encode(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Escapes every byte but the unreserved characters (RFC 3986, section 2.3).
pub fn percent_encode(text: &str) -> String {
    percent_encode_but(text, b"")
}

/// As [`percent_encode`], with further bytes left as they are.
pub(crate) fn percent_encode_but(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if unreserved || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The pairs of a URL's query, read leniently; none where there is no query.
pub fn query_pairs(url: &str) -> Vec<(String, String)> {
    let before_fragment = url.split('#').next().unwrap_or_default();
    match before_fragment.split_once('?') {
        Some((_, query)) => parse(query.as_bytes()).0,
        None => Vec::new(),
    }
}

/// The names that occur more than once, each named once, in order of first occurrence.
pub fn repeated_names(pairs: &[(String, String)]) -> Vec<&str> {
    let mut repeated = Vec::new();
    for (index, (name, _)) in pairs.iter().enumerate() {
        let later = pairs.iter().skip(index + 1).any(|(other, _)| other == name);
        if later && !repeated.contains(&name.as_str()) {
            repeated.push(name.as_str());
        }
    }
    repeated
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn keeps_order_and_duplicates() {
        for (input, expected) in [
            ("", vec![]),
            ("a=1&b=2&a=3", vec![("a", "1"), ("b", "2"), ("a", "3")]),
            ("a", vec![("a", "")]),
            ("a=", vec![("a", "")]),
            ("=x", vec![("", "x")]),
            ("&a=1&&b=2&", vec![("a", "1"), ("b", "2")]),
            ("a=b=c", vec![("a", "b=c")]),
            ("a+b=c+%2B%20d", vec![("a b", "c + d")]),
            ("%C3%a9=%e2%82%AC", vec![("é", "€")]),
        ] {
            assert_eq!(parse(input.as_bytes()), (pairs(&expected), vec![]), "{input}");
        }
    }

    #[test]
    fn reports_bad_encodings_where_they_stand() {
        for (input, value, code, at) in [
            (b"a=%".as_slice(), "%", "form.bad-escape", 2),
            (b"a=x%4", "x%4", "form.bad-escape", 3),
            (b"b=1&a=%zz", "%zz", "form.bad-escape", 6),
            (b"a=%+1", "% 1", "form.bad-escape", 2),
            (b"a=%ff", "\u{fffd}", "form.not-utf-8", 2),
            (b"a=\xc3", "\u{fffd}", "form.not-utf-8", 2),
        ] {
            let (pairs, defects) = parse(input);
            assert_eq!(pairs.last().unwrap().1, value);
            let [defect] = defects.as_slice() else { panic!("{defects:?}") };
            assert_eq!((defect.code, &defect.at), (code, &Position::Byte(at)));
        }
    }

    #[test]
    fn escapes_all_but_unreserved_characters() {
        assert_eq!(percent_encode("aZ09-._~ +/:é"), "aZ09-._~%20%2B%2F%3A%C3%A9");
    }

    #[test]
    fn reads_the_query_of_a_url() {
        assert_eq!(query_pairs("https://h/p?a=1&b=%3F#c?d=2"), pairs(&[("a", "1"), ("b", "?")]));
        assert_eq!(query_pairs("https://h/p#?a=1"), pairs(&[]));
    }

    #[test]
    fn names_what_is_repeated() {
        let list = pairs(&[("a", "1"), ("b", "2"), ("a", "3"), ("c", ""), ("b", "2"), ("a", "")]);
        assert_eq!(repeated_names(&list), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn never_panics(input in any::<Vec<u8>>(), text in "[%&=+a-f0-9]{0,30}") {
            let _ = parse(&input);
            let _ = parse(text.as_bytes());
            let _ = query_pairs(&text);
        }

        #[test]
        fn what_is_encoded_reads_the_same(list in any::<Vec<(String, String)>>()) {
            prop_assert_eq!(parse(encode(&list).as_bytes()), (list, vec![]));
        }

        #[test]
        fn agrees_with_another_implementation(input in "[%&=+a-f0-9\u{e9}]{0,30}") {
            let other: Vec<_> = form_urlencoded::parse(input.as_bytes()).into_owned().collect();
            prop_assert_eq!(parse(input.as_bytes()).0, other);
        }

        #[test]
        fn percent_encoding_decodes_to_the_same(text in any::<String>()) {
            let query = format!("a={}", percent_encode(&text));
            prop_assert_eq!(parse(query.as_bytes()), (vec![("a".to_owned(), text)], vec![]));
        }
    }
}
