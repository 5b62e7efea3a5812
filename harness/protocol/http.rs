//! HTTP messages as they stand on the wire: order, case and duplicates of fields are kept.

use std::fmt;

/// Header fields in the order, case and number in which they were sent or received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Vec<u8>)>);

impl Headers {
    /// No fields.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a field, also when one of that name is there.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push((name.into(), value.into()));
    }

    /// Replaces every field of that name by one, in the place of the first.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let place = self.0.iter().position(|(n, _)| n.eq_ignore_ascii_case(name));
        let spelled = place.and_then(|i| self.0.get(i)).map_or(name, |(n, _)| n).to_owned();
        self.remove(name);
        let place = place.unwrap_or(self.0.len()).min(self.0.len());
        self.0.insert(place, (spelled, value.into()));
    }

    /// Removes every field of that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
    }

    /// The first value of that name (compared without regard to case), as text.
    ///
    /// A value that is not UTF-8 counts as absent; use [`Headers::all`] for its bytes.
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        field.and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// Every value of that name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_slice())
    }

    /// How many fields of that name there are.
    pub fn count(&self, name: &str) -> usize {
        self.all(name).count()
    }

    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_slice()))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no field at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(n, v)| (n.into(), v.into())).collect())
    }
}

/// A request. The URL is a string, not a parsed URL: some requests are wrong on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method as sent, normally in capitals.
    pub method: String,
    /// Absolute URL; a fragment, if any, is not sent.
    pub url: String,
    /// Header fields; `Host` and `Content-Length` are added by the sender when absent.
    pub headers: Headers,
    /// Body, empty where there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without header fields and body.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self { method: method.into(), url: url.into(), headers: Headers::new(), body: Vec::new() }
    }

    /// The same request with one more field.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The same request with another body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.set("Content-Type", media_type);
        self.body = body.into();
        self
    }

    /// The path and query of the URL, `/` where there is none.
    pub fn target(&self) -> &str {
        let url = self.url.split('#').next().unwrap_or_default();
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.find(['/', '?']).and_then(|i| rest.get(i..)).unwrap_or("/")
    }

    /// The URL without query and fragment, as RFC 9449, section 4.2, asks of `htu`.
    pub fn htu(&self) -> &str {
        self.url.split(['?', '#']).next().unwrap_or_default()
    }
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// Body, after transfer decoding.
    pub body: Vec<u8>,
}

impl Response {
    /// A response without header fields and body.
    pub const fn new(status: u16) -> Self {
        Self { status, headers: Headers::new(), body: Vec::new() }
    }

    /// The same response with one more field.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// The same response with another body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.set("Content-Type", media_type);
        self.body = body.into();
        self
    }

    /// The body as JSON, whatever its media type says; `None` where it is not JSON.
    ///
    /// This is the lenient view that play uses to carry on. Judging reads strictly.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A string member of a JSON object body.
    pub fn member(&self, name: &str) -> Option<String> {
        self.json()?.get(name)?.as_str().map(str::to_owned)
    }

    /// Whether the media type, parameters aside, is this one.
    pub fn is_media_type(&self, media_type: &str) -> bool {
        self.headers
            .get("content-type")
            .and_then(|value| value.split(';').next())
            .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media_type))
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        match self.member("error") {
            Some(error) => write!(f, " {error}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_case_and_duplicates() {
        let headers: Headers = [("DPoP", "a"), ("dpop", "b"), ("X", "c")].into_iter().collect();
        assert_eq!(headers.count("DPOP"), 2);
        assert_eq!(headers.get("dpop"), Some("a"));
        assert_eq!(headers.iter().map(|(n, _)| n).collect::<Vec<_>>(), ["DPoP", "dpop", "X"]);
    }

    #[test]
    fn set_replaces_all_in_the_place_of_the_first() {
        let mut headers: Headers = [("A", "1"), ("b", "2"), ("a", "3")].into_iter().collect();
        headers.set("a", "4");
        assert_eq!(headers, [("A", "4"), ("b", "2")].into_iter().collect());
    }

    #[test]
    fn target_of_odd_urls() {
        assert_eq!(Request::new("GET", "https://h").target(), "/");
        assert_eq!(Request::new("GET", "https://h/a?b#c").target(), "/a?b");
        assert_eq!(Request::new("GET", "https://h/a?b#c").htu(), "https://h/a");
    }
}
