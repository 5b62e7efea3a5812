//! The cookies of one browser, for one application (RFC 6265).

use std::collections::BTreeMap;

use atproof_protocol::http::Response;
use url::Url;

/// Most cookies that are kept.
const MOST: usize = 200;

/// Cookies by host, path and name.
#[derive(Debug, Default)]
pub(super) struct Jar {
    cookies: BTreeMap<(String, String, String), String>,
}

impl Jar {
    /// Keeps what an answer sets, and drops what it takes back. `Domain` and `Secure` are not
    /// applied: there is one application, and loopback counts as a secure context.
    pub(super) fn keep(&mut self, url: &Url, response: &Response) {
        for field in response.headers.all("set-cookie") {
            let field = String::from_utf8_lossy(field);
            let mut parts = field.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let mut path = default_path(url.path());
            let mut is_gone = false;
            for part in parts {
                let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
                match attribute.trim().to_ascii_lowercase().as_str() {
                    "path" if value.starts_with('/') => value.clone_into(&mut path),
                    "max-age" => is_gone = value.parse().is_ok_and(|age: i64| age <= 0),
                    // What servers send to delete a cookie; other dates outlive the case.
                    "expires" => is_gone |= value.contains("1970"),
                    _ => {}
                }
            }
            let key = (host(url), path, name.trim().to_owned());
            if is_gone {
                self.cookies.remove(&key);
            } else if self.cookies.len() < MOST || self.cookies.contains_key(&key) {
                self.cookies.insert(key, value.trim().to_owned());
            }
        }
    }

    /// The `Cookie` field of a request, the longest paths first.
    pub(super) fn field(&self, url: &Url) -> Option<String> {
        let host = host(url);
        let mut own: Vec<_> = self
            .cookies
            .iter()
            .filter(|((of, path, _), _)| *of == host && is_below(url.path(), path))
            .collect();
        own.sort_by_key(|((_, path, _), _)| std::cmp::Reverse(path.len()));
        let pairs: Vec<String> =
            own.into_iter().map(|((_, _, name), value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// The path of a cookie that names none (RFC 6265, section 5.1.4).
fn default_path(path: &str) -> String {
    match path.rfind('/') {
        None | Some(0) => "/".to_owned(),
        Some(end) => path.get(..end).unwrap_or("/").to_owned(),
    }
}

fn is_below(path: &str, of: &str) -> bool {
    let rest = path.strip_prefix(of);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || of.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_come_back_where_they_belong() {
        let at = |path: &str| Url::parse(&format!("http://127.0.0.1:3000{path}")).unwrap();
        let mut jar = Jar::default();
        let answer = Response::new(200)
            .header("Set-Cookie", "sid=1; Path=/; HttpOnly; Secure")
            .header("Set-Cookie", "own=2")
            .header("set-cookie", "nothing");
        jar.keep(&at("/auth/login"), &answer);
        assert_eq!(jar.field(&at("/auth/callback?x")).unwrap(), "own=2; sid=1");
        assert_eq!(jar.field(&at("/authority")).unwrap(), "sid=1");
        assert_eq!(jar.field(&Url::parse("http://localhost:3000/").unwrap()), None);
        for gone in
            ["sid=; Path=/; Max-Age=0", "sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]
        {
            jar.keep(&at("/"), &Response::new(200).header("Set-Cookie", "sid=1"));
            jar.keep(&at("/x"), &Response::new(200).header("Set-Cookie", gone));
            assert_eq!(jar.field(&at("/")), None);
        }
    }
}
