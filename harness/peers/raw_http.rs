//! A strict reader of HTTP/1.1 requests (RFC 9112): what is not exactly right is refused.

use std::collections::BTreeSet;

use atproof_protocol::http::{Headers, Request};

use crate::Fault;

/// Reads one request; `None` where the bytes are not exactly one well-formed request.
pub(crate) fn parse(origin: &str, bytes: &[u8]) -> Option<Request> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (bytes.get(..end)?, bytes.get(end + 4..)?);
    let head = head.split(|&b| b == b'\n').collect::<Vec<_>>();
    let mut lines = Vec::new();
    for (i, line) in head.iter().enumerate() {
        // Every line but the last still has its CR; no other may be there (RFC 9112, section 2.2).
        let last = i + 1 == head.len();
        let line = if last { *line } else { line.strip_suffix(b"\r")? };
        if line.contains(&b'\r') || line.contains(&0) {
            return None;
        }
        lines.push(line);
    }
    let (first, fields) = lines.split_first()?;
    let mut words = std::str::from_utf8(first).ok()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_target = target.starts_with('/') && target.bytes().all(|b| b.is_ascii_graphic());
    if words.next().is_some() || version != "HTTP/1.1" || !is_token(method) || !is_target {
        return None;
    }
    let headers = fields.iter().map(|line| field(line)).collect::<Option<Headers>>()?;
    if headers.count("host") != 1 || headers.count("transfer-encoding") > 0 {
        return None;
    }
    let length = match headers.count("content-length") {
        0 => 0,
        1 => headers.get("content-length").filter(|v| is_number(v))?.parse().ok()?,
        _ => return None,
    };
    if body.len() != length {
        return None;
    }
    let url = format!("{origin}{target}");
    Some(Request { method: method.to_owned(), url, headers, body: body.to_vec() })
}

/// A field line without white space before the colon and without folding (RFC 9112, section 5).
fn field(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.iter().position(|&b| b == b':')?;
    let name = std::str::from_utf8(line.get(..colon)?).ok().filter(|name| is_token(name))?;
    let value = line.get(colon + 1..)?.trim_ascii();
    Some((name.to_owned(), value.to_vec()))
}

fn is_token(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The bytes as a reader understands them who is not strict where the faults say so.
pub(crate) fn repair(bytes: &[u8], faults: &BTreeSet<Fault>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return bytes.to_vec() };
    let mut lines: Vec<String> = head.split("\r\n").map(str::to_owned).collect();
    if faults.contains(&Fault::RsHttpSpaceBeforeColon) {
        for line in lines.iter_mut().skip(1) {
            *line = line.replacen(" :", ":", 1);
        }
    }
    let is = |line: &str, name: &str| line.to_ascii_lowercase().starts_with(name);
    if faults.contains(&Fault::RsHttpFirstHost) {
        let mut hosts = 0;
        lines.retain(|line| {
            hosts += usize::from(is(line, "host:"));
            !is(line, "host:") || hosts == 1
        });
    }
    let has_length = lines.iter().any(|line| is(line, "content-length:"));
    if has_length && faults.contains(&Fault::RsHttpLengthBeforeChunks) {
        lines.retain(|line| !is(line, "transfer-encoding:"));
    }
    format!("{}\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &str) -> Option<Request> {
        parse("https://h.test", bytes.as_bytes())
    }

    #[test]
    fn reads_a_request() {
        let request =
            read("POST /a?b HTTP/1.1\r\nHost: h.test\r\ndpop:  x \r\nContent-Length: 2\r\n\r\nhi")
                .unwrap();
        assert_eq!(
            (request.url.as_str(), request.body.as_slice()),
            ("https://h.test/a?b", b"hi".as_slice())
        );
        assert_eq!(request.headers.iter().nth(1), Some(("dpop", b"x".as_slice())));
    }

    #[test]
    fn refuses_what_is_not_exact() {
        for bytes in [
            "",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\nHost: h\n\n",
            "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\nx",
            "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nx",
            "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
        ] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}
