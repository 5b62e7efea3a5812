//! The one thing that is changed in a correct request.

use std::fmt;

use atproof_protocol::pkce;

use super::{Settings, Twist};

/// One named change to a correct message. Rows of the suite differ in nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Nothing is changed: the control.
    None,
    /// A parameter of the form body.
    Parameter(Change),
    /// A parameter of the URL query.
    Query(Change),
    /// A header field.
    Field(Change),
    /// The DPoP proof, by the name of a row of `protocol::dpop::MUTATIONS`.
    Proof(&'static str),
    /// The request's proof is made with another key than the one the session is bound to.
    OtherKey,
    /// The request's proof holds no nonce.
    WithoutNonce,
    /// The request's proof holds another nonce than the current one.
    Nonce(NonceChange),
    /// The client assertion, by the name of a row of
    /// `protocol::client_assertion::MUTATIONS`.
    Assertion(&'static str),
    /// The metadata document of the client.
    Document(DocumentEdit),
    /// How the metadata document of the client is delivered.
    Delivery(Delivery),
    /// The key set of the client, as a [template](Edit::Document).
    KeySet(&'static str),
    /// How the key set of the client is delivered, where it has a URL of its own.
    KeySetDelivery(Delivery),
    /// The client declares, and asks for, this redirect URI alone; a template.
    RedirectUri(&'static str),
    /// The client has this identifier; a template. The document is where it was, and names it.
    ClientId(&'static str),
    /// How a request to a resource shows who sends it. What the play makes of it fits together: the
    /// proof is for the token that is sent.
    Credentials(Credentials),
    /// Another HTTP method; the proof names it too.
    Method(&'static str),
    /// The same parameters in another encoding.
    Encoding(Encoding),
    /// The request target gets this appended, and the proof follows.
    PathSuffix(&'static str),
    /// What a story does, in one line: the fault lies in the order of messages.
    Story(&'static str),
    /// Something is wrong with one answer of the network around a client.
    Twist(Twist),
    /// Several changes that make one wrong answer.
    Twists(&'static [Twist]),
    /// The network around a client takes this legal freedom of the reference server.
    Network(&'static str),
    /// The network around a client is laid out like this, as the line says.
    Layout(&'static str, Settings),
}

/// A change to a client metadata document.
///
/// Texts are JSON source and templates. In them `{origin}` and `{host}` are those of the metadata
/// host, `{HOST}` the latter in capitals, `{path}` is the path of the document, `{folder}` that of its folder and `{base}` the same
/// as a URL, `{id}` the `client_id`, `{reverse}` the host with its labels in reverse order, `{keys}`
/// the URL of the key set, `{bait}` a URL that nobody has a reason to fetch, `{jwk}` the published
/// key and `{members}` its members without braces, `{private}` the published key with its private
/// part, `{second}` another published key, `{homonym}` that other key under the name of the first,
/// `{many}` ten thousand keys that no server can use, `{second-port}` another port of the metadata
/// host, `{parent}` the host without its first label, in reverse order, `{at:KIND}` host and port of
/// a sentinel of that kind, `{port}` a colon and its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentEdit {
    /// The member has this value; it is added where it was absent.
    Set(&'static str, &'static str),
    /// The member is absent.
    Remove(&'static str),
    /// The member stands once more, at the end, with this value.
    Repeat(&'static str, &'static str),
    /// The member stands once more, at the beginning, with this value.
    RepeatBefore(&'static str, &'static str),
    /// The whole text is this; in it `{document}` is the good one, and `{quoted}` the good one as a
    /// JSON string.
    Whole(&'static str),
    /// One more member, of so many lists inside each other.
    Nested(usize),
}

/// A change to the way in which a document is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// With this status.
    Status(u16),
    /// With a redirect of this status to a good copy.
    Redirect(u16),
    /// With a redirect 302 to this URL; a [template](DocumentEdit).
    RedirectTo(&'static str),
    /// As this media type; the empty string is none.
    MediaType(&'static str),
    /// With a member that makes it so many bytes longer.
    Padded(usize),
    /// With this header field.
    Field(&'static str, &'static str),
    /// With a header field `Refresh` that leads to a good copy.
    Refresh,
    /// In UTF-16, and without saying so.
    Utf16,
    /// The body ends after half of its length.
    Cut,
    /// The body goes on and on.
    Endless,
    /// Nothing is ever answered.
    Silent,
    /// A byte now and then.
    Drip,
    /// There is nobody at the URL: 404.
    Absent,
}

/// A change to the current nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonceChange {
    /// A value of the same length and characters that the server never gave.
    Unknown,
    /// The first letter in the other case.
    OtherCase,
}

/// The credentials of a request to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// No access token and no proof.
    Absent,
    /// The access token with the scheme `Bearer`, and no proof.
    Bearer,
    /// The access token in the query of the URL instead of the `Authorization` field.
    InQuery,
    /// The access token with its last character but one changed.
    Altered,
    /// The access token as a JWT without signature, which says so.
    Unsigned,
    /// A JWT with the claims of the access token, signed by another key, which stands in its header.
    HeaderKey,
    /// The `jti` of the access token.
    Identifier,
    /// The refresh token of the same grant.
    RefreshToken,
    /// A token that the server never gave.
    Unknown,
    /// The access token in the query of the URL, beside the `Authorization` field.
    InQueryToo,
    /// A JWT with the claims of the access token but another issuer, signed by another key.
    OtherIssuer,
}

/// A change to a list of named values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The value becomes this; the name is added where it was absent.
    Set(&'static str, Text),
    /// The name goes, with all its values.
    Remove(&'static str),
    /// The name is sent once more, after the first, with this value.
    Repeat(&'static str, Text),
}

/// A value, new or made from the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// This.
    Is(&'static str),
    /// The present value, unchanged.
    Same,
    /// The present value with this at its end.
    Append(&'static str),
    /// The present value with the first occurrence of the first replaced by the second.
    Replace(&'static str, &'static str),
    /// This, so many times.
    Times(&'static str, usize),
    /// The present value cut to so many characters.
    Cut(usize),
    /// The present value with its last character exchanged for another of its alphabet.
    LastCharacterChanged,
    /// The present value, of base64url, with the last unused bit of its last character set.
    UnusedBitSet,
    /// The present value in capitals.
    UpperCase,
    /// The S256 challenge of the present value (RFC 7636, section 4.2).
    S256,
}

/// How the parameters of a request are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/json`.
    Json,
    /// The form body with `text/plain` as its media type.
    TextPlain,
    /// The form body without a media type.
    NoMediaType,
    /// In the query of the URL, with an empty body.
    Query,
    /// `multipart/form-data`.
    Multipart,
    /// The form body with every octet of the values percent-encoded.
    Escaped,
    /// The form body with these octets after it.
    Tail(&'static str),
    /// No body at all.
    Empty,
}

impl Text {
    /// The value that follows from the present one.
    pub fn apply(self, present: &str) -> String {
        match self {
            Self::Is(value) => value.to_owned(),
            Self::Same => present.to_owned(),
            Self::Append(tail) => format!("{present}{tail}"),
            Self::Replace(from, to) => present.replacen(from, to, 1),
            Self::Times(text, times) => text.repeat(times),
            Self::Cut(length) => present.chars().take(length).collect(),
            Self::LastCharacterChanged => {
                let mut value = present.to_owned();
                // Where the value is base64url, the two differ in bits that count: the lowest ones
                // of the last character may be unused. Neither is the other in another case.
                let last = value.pop();
                value.push(if matches!(last, Some('A'..='Z' | 'a'..='f')) { '0' } else { 'A' });
                value
            }
            Self::UnusedBitSet => {
                let mut value = present.to_owned();
                // Where bits are unused, and zero, the next letter of the alphabet has the last of
                // them set.
                let place = value.pop().and_then(|last| BASE64URL.find(last));
                let next = place.and_then(|place| BASE64URL.chars().nth(place | 1));
                value.extend(next);
                value
            }
            Self::UpperCase => present.to_uppercase(),
            Self::S256 => pkce::challenge_s256(present),
        }
    }
}

/// The alphabet of base64url (RFC 4648, section 5).
const BASE64URL: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl NonceChange {
    /// The nonce that follows from the current one; the same where there is nothing to change.
    pub fn apply(self, current: &str) -> String {
        match self {
            Self::Unknown => {
                let runs = current.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
                let mut value = String::new();
                for run in runs {
                    let word = run.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
                    value.extend(word.chars().rev());
                    value.push_str(run.get(word.len()..).unwrap_or_default());
                }
                if value == current { current.chars().rev().collect() } else { value }
            }
            Self::OtherCase => {
                let mut value = current.to_owned();
                if let Some(at) = value.find(|c: char| c.is_ascii_alphabetic())
                    && let Some(letter) = value.get_mut(at..=at)
                {
                    if letter.chars().all(|c| c.is_ascii_lowercase()) {
                        letter.make_ascii_uppercase();
                    } else {
                        letter.make_ascii_lowercase();
                    }
                }
                value
            }
        }
    }
}

impl Change {
    /// Applies the change to a list of pairs.
    pub fn apply(self, pairs: &mut Vec<(String, String)>) {
        let present = |name: &str, pairs: &[(String, String)]| {
            pairs.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
        };
        match self {
            Self::Set(name, text) => {
                let value = text.apply(&present(name, pairs).unwrap_or_default());
                match pairs.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
                    Some((_, old)) => *old = value,
                    None => pairs.push((name.to_owned(), value)),
                }
            }
            Self::Remove(name) => pairs.retain(|(n, _)| !n.eq_ignore_ascii_case(name)),
            Self::Repeat(name, text) => {
                let value = text.apply(&present(name, pairs).unwrap_or_default());
                pairs.push((name.to_owned(), value));
            }
        }
    }
}

impl Edit {
    /// What is wrong with the network around a client.
    pub fn twists(&self) -> &[Twist] {
        match self {
            Self::Twist(twist) => std::slice::from_ref(twist),
            Self::Twists(twists) => twists,
            _ => &[],
        }
    }

    /// The text that this edit puts into a request as it stands in the suite: no secret, whatever
    /// place it takes.
    pub fn constant(&self) -> Option<&'static str> {
        let (Self::Parameter(change) | Self::Query(change) | Self::Field(change)) = self else {
            return None;
        };
        match change {
            Change::Set(_, Text::Is(text)) | Change::Repeat(_, Text::Is(text)) => Some(text),
            _ => None,
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("nothing changed"),
            Self::Parameter(change) => write!(f, "form parameter {change}"),
            Self::Query(change) => write!(f, "query parameter {change}"),
            Self::Field(change) => write!(f, "header field {change}"),
            Self::Proof(name) => write!(f, "DPoP proof: {name}"),
            Self::OtherKey => f.write_str("DPoP proof made with another key"),
            Self::WithoutNonce => f.write_str("DPoP proof without a nonce"),
            Self::Nonce(change) => write!(f, "DPoP proof with {change}"),
            Self::Assertion(name) => write!(f, "client assertion: {name}"),
            Self::Document(change) => write!(f, "client metadata: {change}"),
            Self::Delivery(change) => write!(f, "client metadata delivered {change}"),
            Self::KeySet(text) => write!(f, "client key set: `{text}`"),
            Self::KeySetDelivery(change) => write!(f, "client key set delivered {change}"),
            Self::RedirectUri(uri) => {
                write!(f, "redirect URI `{}`, declared and asked for", uri.escape_debug())
            }
            Self::ClientId(id) => write!(f, "client_id `{}`", id.escape_debug()),
            Self::Credentials(credentials) => write!(f, "{credentials}"),
            Self::Method(method) => write!(f, "method {method}"),
            Self::Encoding(encoding) => write!(f, "{encoding}"),
            Self::PathSuffix(suffix) => write!(f, "`{suffix}` appended to the request target"),
            Self::Story(line) => f.write_str(line),
            Self::Twist(twist) => write!(f, "{twist}"),
            Self::Twists(twists) => {
                let texts: Vec<String> = twists.iter().map(Twist::to_string).collect();
                f.write_str(&texts.join("; "))
            }
            Self::Layout(line, _) => f.write_str(line),
            Self::Network(variant) => write!(f, "the network takes the freedom {variant}"),
        }
    }
}

impl fmt::Display for DocumentEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(name, json) => write!(f, "`{name}` set to `{json}`"),
            Self::Remove(name) => write!(f, "`{name}` removed"),
            Self::Repeat(name, json) => write!(f, "`{name}` twice, the second `{json}`"),
            Self::RepeatBefore(name, json) => write!(f, "`{name}` twice, the first `{json}`"),
            Self::Whole(text) => write!(f, "the whole is `{}`", text.escape_debug()),
            Self::Nested(depth) => write!(f, "a member of {depth} lists inside each other"),
        }
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "with status {status}"),
            Self::Redirect(status) => write!(f, "by a redirect {status} to a good copy"),
            Self::RedirectTo(url) => write!(f, "by a redirect to {url}"),
            Self::MediaType("") => f.write_str("without Content-Type"),
            Self::MediaType(value) => write!(f, "as {value}"),
            Self::Padded(bytes) => write!(f, "with {bytes} bytes more"),
            Self::Field(name, value) => write!(f, "with {name}: {value}"),
            Self::Refresh => f.write_str("with Refresh: 0; url=<a good copy>"),
            Self::Utf16 => f.write_str("in UTF-16"),
            Self::Cut => f.write_str("only half"),
            Self::Endless => f.write_str("without end"),
            Self::Silent => f.write_str("never"),
            Self::Drip => f.write_str("a byte now and then"),
            Self::Absent => f.write_str("as 404"),
        }
    }
}

impl fmt::Display for NonceChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "a nonce that the server never gave, of the form of its own",
            Self::OtherCase => "a nonce of which one letter is in the other case",
        })
    }
}

impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "no access token and no DPoP proof",
            Self::Bearer => "access token with the scheme Bearer, no DPoP proof",
            Self::InQuery => "access token in the URL query instead of the header field",
            Self::Altered => "access token with its last character but one changed",
            Self::Unsigned => "access token with alg none and without signature",
            Self::HeaderKey => "access token signed by another key, which its header holds",
            Self::Identifier => "jti of the access token in the place of the token",
            Self::RefreshToken => "refresh token in the place of the access token",
            Self::Unknown => "a token that the server never gave",
            Self::InQueryToo => "access token in the URL query, too",
            Self::OtherIssuer => "access token of another issuer with the same claims",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(name, text) => write!(f, "`{name}` {text}"),
            Self::Remove(name) => write!(f, "`{name}` removed"),
            Self::Repeat(name, Text::Same) => write!(f, "`{name}` sent twice"),
            Self::Repeat(name, text) => write!(f, "`{name}` sent twice, the second {text}"),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is("") => f.write_str("set to the empty string"),
            Self::Is(value) => write!(f, "set to `{}`", value.escape_debug()),
            Self::Same => f.write_str("unchanged"),
            Self::Append(tail) => write!(f, "with `{}` appended", tail.escape_debug()),
            Self::Replace(from, to) => {
                write!(f, "with `{}` for `{}`", to.escape_debug(), from.escape_debug())
            }
            Self::Times(text, times) => {
                write!(f, "set to {times} times `{}`", text.escape_debug())
            }
            Self::Cut(length) => write!(f, "cut to {length} characters"),
            Self::LastCharacterChanged => f.write_str("with its last character changed"),
            Self::UnusedBitSet => f.write_str("with an unused bit of its last character set"),
            Self::UpperCase => f.write_str("in capitals"),
            Self::S256 => f.write_str("replaced by its S256 challenge"),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tail(tail) => return write!(f, "form body with `{tail}` after it"),
            Self::Multipart => "parameters as multipart/form-data",
            Self::Escaped => "form body with every octet of the values percent-encoded",
            Self::Json => "parameters as a JSON object",
            Self::TextPlain => "form body labelled text/plain",
            Self::NoMediaType => "form body without Content-Type",
            Self::Query => "parameters in the URL query instead of the body",
            Self::Empty => "empty body",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_change_touches_nothing_else() {
        let control = [("a", "1"), ("b", "2")];
        let rows: [(Change, &[(&str, &str)]); 6] = [
            (Change::Set("a", Text::Is("x")), &[("a", "x"), ("b", "2")]),
            (Change::Set("c", Text::Is("x")), &[("a", "1"), ("b", "2"), ("c", "x")]),
            (Change::Set("b", Text::Append("!")), &[("a", "1"), ("b", "2!")]),
            (Change::Remove("a"), &[("b", "2")]),
            (Change::Repeat("a", Text::Same), &[("a", "1"), ("b", "2"), ("a", "1")]),
            (Change::Set("a", Text::Times("z", 3)), &[("a", "zzz"), ("b", "2")]),
        ];
        for (change, expected) in rows {
            let mut actual = pairs(&control);
            change.apply(&mut actual);
            assert_eq!(actual, pairs(expected), "{change}");
        }
    }

    #[test]
    fn a_changed_nonce_keeps_its_form() {
        for (change, current, expected) in [
            (NonceChange::Unknown, "1700.abC-d", "0071.Cba-d"),
            (NonceChange::Unknown, "n-1", "1-n"),
            (NonceChange::Unknown, "", ""),
            (NonceChange::OtherCase, "1aB", "1AB"),
            (NonceChange::OtherCase, "1Ba", "1ba"),
            (NonceChange::OtherCase, "12", "12"),
        ] {
            assert_eq!(change.apply(current), expected, "{change} of {current}");
        }
    }

    #[test]
    fn an_unused_bit_is_set() {
        for (present, expected) in [("AAA", "AAB"), ("ABw", "ABx"), ("", "")] {
            assert_eq!(Text::UnusedBitSet.apply(present), expected);
        }
    }

    #[test]
    fn a_changed_last_character_differs() {
        for present in ["A", "xA", "xB", ""] {
            assert_ne!(Text::LastCharacterChanged.apply(present), present);
        }
    }
}
