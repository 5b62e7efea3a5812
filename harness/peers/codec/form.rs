//! Form encoding (WHATWG URL, section 5), with the rules of OAuth for parameters.

/// Parameters in order, repeated and empty ones too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a body or a query; `None` where it is no form.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        let pairs = text.split(|&b| b == b'&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let mut halves = pair.splitn(2, |&b| b == b'=');
            let name = decode(halves.next().unwrap_or_default(), true)?;
            Some((name, decode(halves.next().unwrap_or_default(), true)?))
        });
        pairs.collect::<Option<_>>().map(Self)
    }

    /// Parameters from pairs.
    pub(crate) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The same parameters, with this value for every one of that name.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs = self.0.clone();
        pairs.retain(|(n, _)| n != name);
        pairs.push((name.to_owned(), value.to_owned()));
        Self(pairs)
    }

    /// The first value of that name. A parameter without a value counts as omitted (RFC 6749,
    /// section 3.1).
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, value)| n == name && !value.is_empty()).map(|(_, v)| v.as_str())
    }

    /// The first value of that name, empty or not.
    pub(crate) fn presented(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every value of that name.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The first name that occurs again.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let names = || self.0.iter().map(|(name, _)| name.as_str());
        names().enumerate().find(|(i, name)| names().take(*i).any(|n| n == *name)).map(|(_, n)| n)
    }

    /// The first name that is not among these.
    pub(crate) fn unknown(&self, known: &[&str]) -> Option<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).find(|name| !known.contains(name))
    }

    /// The same parameters with the last of repeated ones only.
    pub(crate) fn last_of_each(&self) -> Self {
        let mut kept: Vec<(String, String)> = Vec::new();
        for (name, value) in self.0.iter().rev() {
            if !kept.iter().any(|(n, _)| n == name) {
                kept.insert(0, (name.clone(), value.clone()));
            }
        }
        Self(kept)
    }
}

/// Percent-decodes text; `None` where an escape is broken or the result is not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    decode(text.as_bytes(), false)
}

/// Escapes everything but the unreserved characters of RFC 3986, section 2.3.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn decode(text: &[u8], plus_is_space: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(*rest.next()?)? << 4 | hex(*rest.next()?)?,
            b'+' if plus_is_space => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_once() {
        let params = Params::read(b"a=b%2Bc+d&e=%2541&f").unwrap();
        assert_eq!(params.value("a"), Some("b+c d"));
        assert_eq!(params.value("e"), Some("%41"));
        assert_eq!((params.value("f"), params.presented("f")), (None, Some("")));
        assert_eq!(Params::read(b"a=%zz"), None);
        assert_eq!(Params::read(b"a=%ff"), None);
    }

    #[test]
    fn finds_repeated_names() {
        let params = Params::read(b"a=1&b=2&a=3").unwrap();
        assert_eq!(params.repeated(), Some("a"));
        assert_eq!(params.last_of_each(), Params::read(b"b=2&a=3").unwrap());
    }
}
