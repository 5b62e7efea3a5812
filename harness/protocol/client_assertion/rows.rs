//! Everything that can be wrong with a client assertion, by name.

use crate::dpop::{
    AlgEdit, BytesEdit, CompactEdit, MemberEdit, Mutation as Jwt, Part, SignatureEdit,
};

/// The mutation of that name.
pub fn mutation(name: &str) -> Option<&'static NamedMutation> {
    MUTATIONS.iter().find(|row| row.name == name)
}

/// A mutation, and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedMutation {
    /// Stable name. It says what is wrong, never what to do.
    pub name: &'static str,
    /// What is sent, in a sentence.
    pub comment: &'static str,
    /// The change to a correct assertion.
    pub mutation: Mutation,
    /// Whether a server must or may accept the assertion.
    pub legal: bool,
}

/// One change to a correct assertion. Unless it says otherwise, the changed assertion is signed
/// anew, so that nothing else is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// No `client_assertion` and no `client_assertion_type` at all.
    Absent,
    /// What can be wrong with any JWT. Changes that are about proofs alone change nothing here.
    Jwt(Jwt),
    /// Changes `aud`.
    Audience(Audience),
    /// Changes `iss`.
    Issuer(Party),
    /// Changes `sub`.
    Subject(Party),
    /// Changes `iss` and `sub`.
    Both(Party),
    /// `iat` and `exp`, each so many seconds after the time of creation.
    Times {
        /// Offset of `iat`.
        iat: i64,
        /// Offset of `exp`.
        exp: i64,
    },
    /// Adds `nbf`, so many seconds after the time of creation, and an `exp` after it.
    NotBefore(i64),
    /// Writes `exp` as a string.
    ExpText,
    /// Writes `exp` in milliseconds.
    ExpMilliseconds,
    /// Writes `kid` in capitals.
    KidUpperCase,
    /// Replaces `kid` by one of that many characters.
    KidOfLength(usize),
    /// Signs with a key that the client never published, and tells of it in the header.
    KeyInHeader(HeaderKey),
    /// Sends the assertion twice in one value, with this between.
    Doubled(&'static str),
    /// Sends the assertion with this before and after it.
    Around(&'static str),
    /// Writes one of the two JSON texts in UTF-16.
    Utf16(Part),
    /// Adds a `crit` that names an extension, which is there as well.
    CritUnknown,
    /// Writes `iat` with a fraction of a second.
    IatFraction,
}

/// A change to `aud`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The endpoint that the assertion is sent to.
    Endpoint,
    /// The issuer of another server.
    OtherIssuer,
    /// The issuer with a slash after it.
    TrailingSlash,
    /// The issuer in capitals.
    UpperCase,
    /// An origin that begins as the issuer does.
    Extended,
    /// The client itself.
    Client,
    /// The empty string.
    Empty,
    /// A list of no values.
    EmptyList,
    /// A list that holds the issuer alone.
    IssuerInList,
    /// The token endpoint.
    TokenEndpoint,
    /// A list that holds another server alone.
    OtherInList,
    /// A list of the issuer and another server.
    IssuerAndOther,
    /// A list of another server and the issuer.
    OtherAndIssuer,
    /// A number.
    Number,
}

/// Somebody who is named instead of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// Another client.
    OtherClient,
    /// The authorization server.
    Server,
    /// A user.
    User,
    /// The client with a slash after it.
    TrailingSlash,
    /// The client in capitals.
    UpperCase,
    /// Nobody: the empty string.
    Empty,
}

/// Where the header tells of a key (RFC 7515, section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderKey {
    /// In `jwk`, instead of naming one in `kid`.
    Jwk,
    /// In `jwk`, beside the `kid` of a published key.
    JwkWithKid,
    /// At the URL in `jku`.
    Jku,
    /// At the URL in `x5u`.
    X5u,
    /// In `x5c`.
    X5c,
}

/// A server must refuse this.
const fn wrong(name: &'static str, mutation: Mutation, comment: &'static str) -> NamedMutation {
    NamedMutation { name, comment, mutation, legal: false }
}

/// A server must or may accept this.
const fn legal(name: &'static str, mutation: Mutation, comment: &'static str) -> NamedMutation {
    NamedMutation { name, comment, mutation, legal: true }
}

/// All mutations.
pub const MUTATIONS: &[NamedMutation] = &[
    wrong(
        "absent",
        Mutation::Absent,
        "The parameters client_assertion and client_assertion_type are absent.",
    ),
    wrong(
        "iss-missing",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Remove("iss"))),
        "The claim iss is missing.",
    ),
    wrong(
        "sub-missing",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Remove("sub"))),
        "The claim sub is missing.",
    ),
    wrong(
        "aud-missing",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Remove("aud"))),
        "The claim aud is missing.",
    ),
    wrong(
        "exp-missing",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Remove("exp"))),
        "The claim exp is missing.",
    ),
    legal(
        "iat-missing",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Remove("iat"))),
        "The claim iat is missing.",
    ),
    wrong(
        "jti-missing",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Remove("jti"))),
        "The claim jti is missing.",
    ),
    wrong("iss-other-client", Mutation::Issuer(Party::OtherClient), "iss is another client."),
    wrong("sub-other-client", Mutation::Subject(Party::OtherClient), "sub is another client."),
    wrong("iss-server", Mutation::Issuer(Party::Server), "iss is the authorization server."),
    wrong("sub-server", Mutation::Subject(Party::Server), "sub is the authorization server."),
    wrong("iss-user", Mutation::Issuer(Party::User), "iss is a user."),
    wrong("sub-user", Mutation::Subject(Party::User), "sub is a user."),
    wrong(
        "iss-trailing-slash",
        Mutation::Issuer(Party::TrailingSlash),
        "iss is the client with a slash after it.",
    ),
    wrong(
        "sub-trailing-slash",
        Mutation::Subject(Party::TrailingSlash),
        "sub is the client with a slash after it.",
    ),
    wrong("iss-upper-case", Mutation::Issuer(Party::UpperCase), "iss is the client in capitals."),
    wrong("sub-upper-case", Mutation::Subject(Party::UpperCase), "sub is the client in capitals."),
    wrong("iss-empty", Mutation::Issuer(Party::Empty), "iss is the empty string."),
    wrong("sub-empty", Mutation::Subject(Party::Empty), "sub is the empty string."),
    wrong(
        "iss-and-sub-other-client",
        Mutation::Both(Party::OtherClient),
        "iss and sub are another client, client_id is not.",
    ),
    wrong(
        "iss-number",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set("iss", "1"))),
        "iss is a number.",
    ),
    wrong(
        "sub-number",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set("sub", "1"))),
        "sub is a number.",
    ),
    wrong(
        "jti-number",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set("jti", "1"))),
        "jti is a number.",
    ),
    legal(
        "aud-endpoint",
        Mutation::Audience(Audience::Endpoint),
        "aud is the endpoint that the assertion is sent to.",
    ),
    wrong(
        "aud-other-issuer",
        Mutation::Audience(Audience::OtherIssuer),
        "aud is the issuer of another server.",
    ),
    wrong(
        "aud-trailing-slash",
        Mutation::Audience(Audience::TrailingSlash),
        "aud is the issuer with a slash after it.",
    ),
    wrong(
        "aud-upper-case",
        Mutation::Audience(Audience::UpperCase),
        "aud is the issuer in capitals.",
    ),
    wrong(
        "aud-extended",
        Mutation::Audience(Audience::Extended),
        "aud is an origin that begins as the issuer does.",
    ),
    wrong("aud-client", Mutation::Audience(Audience::Client), "aud is the client itself."),
    wrong("aud-empty", Mutation::Audience(Audience::Empty), "aud is the empty string."),
    wrong("aud-empty-list", Mutation::Audience(Audience::EmptyList), "aud is a list of no values."),
    wrong(
        "aud-issuer-and-other",
        Mutation::Audience(Audience::IssuerAndOther),
        "aud is a list of the issuer and another server.",
    ),
    wrong(
        "aud-other-and-issuer",
        Mutation::Audience(Audience::OtherAndIssuer),
        "aud is a list of another server and the issuer.",
    ),
    wrong("aud-number", Mutation::Audience(Audience::Number), "aud is a number."),
    legal(
        "aud-token-endpoint",
        Mutation::Audience(Audience::TokenEndpoint),
        "aud is the token endpoint.",
    ),
    wrong(
        "aud-other-in-list",
        Mutation::Audience(Audience::OtherInList),
        "aud is a list that holds another server alone.",
    ),
    legal(
        "aud-issuer-in-list",
        Mutation::Audience(Audience::IssuerInList),
        "aud is a list that holds the issuer alone.",
    ),
    wrong(
        "aud-twice-bad-last",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Repeat {
            name: "aud",
            json: "\"https://other-server.atproof.example\"",
            first: false,
        })),
        "aud stands twice, the second is another server.",
    ),
    wrong(
        "aud-twice-bad-first",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Repeat {
            name: "aud",
            json: "\"https://other-server.atproof.example\"",
            first: true,
        })),
        "aud stands twice, the first is another server.",
    ),
    legal("expired-90-seconds", Mutation::Times { iat: 0, exp: -90 }, "exp lies 90 seconds back."),
    wrong(
        "expired-10-minutes",
        Mutation::Times { iat: 0, exp: -600 },
        "exp lies ten minutes back, iat does not.",
    ),
    legal("iat-hour-ahead", Mutation::Times { iat: 3600, exp: 3660 }, "iat lies an hour ahead."),
    legal(
        "iat-10-seconds-ahead",
        Mutation::Times { iat: 10, exp: 60 },
        "iat lies 10 seconds ahead, as with clocks that differ.",
    ),
    legal("iat-fraction", Mutation::IatFraction, "iat has a fraction of a second."),
    legal(
        "iat-day-old",
        Mutation::Times { iat: -86_400, exp: 60 },
        "iat lies a day back, exp a minute ahead.",
    ),
    legal("exp-year-ahead", Mutation::Times { iat: 0, exp: 31_536_000 }, "exp lies a year ahead."),
    legal("iat-50-seconds-old", Mutation::Times { iat: -50, exp: 30 }, "iat lies 50 seconds back."),
    wrong("nbf-hour-ahead", Mutation::NotBefore(3600), "nbf lies an hour ahead."),
    wrong("nbf-10-minutes-ahead", Mutation::NotBefore(600), "nbf lies ten minutes ahead."),
    legal("nbf-past", Mutation::NotBefore(-5), "nbf lies 5 seconds back."),
    wrong("exp-text", Mutation::ExpText, "exp is a string."),
    legal("exp-milliseconds", Mutation::ExpMilliseconds, "exp is written in milliseconds."),
    wrong(
        "exp-negative",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set("exp", "-1"))),
        "exp is negative.",
    ),
    legal(
        "exp-huge",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set("exp", "1e400"))),
        "exp is a number beyond what machines hold.",
    ),
    wrong(
        "iat-text",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set("iat", "\"now\""))),
        "iat is a string.",
    ),
    legal(
        "jti-empty",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set("jti", "\"\""))),
        "jti is the empty string.",
    ),
    legal("jti-2000-characters", Mutation::Jwt(Jwt::JtiOfLength(2000)), "jti has 2000 characters."),
    legal("claims-deep", Mutation::Jwt(Jwt::DeepClaim(5000)), "A claim is nested 5000 deep."),
    legal(
        "claims-extra",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set("atproof", "{\"a\":[1,null]}"))),
        "There is an unknown claim.",
    ),
    wrong(
        "payload-array",
        Mutation::Jwt(Jwt::Bytes(Part::Payload, BytesEdit::Replace(b"[1]"))),
        "The payload is an array.",
    ),
    wrong(
        "payload-string",
        Mutation::Jwt(Jwt::Bytes(Part::Payload, BytesEdit::Replace(b"\"a\""))),
        "The payload is a string.",
    ),
    wrong(
        "payload-number",
        Mutation::Jwt(Jwt::Bytes(Part::Payload, BytesEdit::Replace(b"1"))),
        "The payload is a number.",
    ),
    wrong(
        "payload-empty",
        Mutation::Jwt(Jwt::Bytes(Part::Payload, BytesEdit::Replace(b""))),
        "The payload is empty.",
    ),
    wrong(
        "payload-not-utf8",
        Mutation::Jwt(Jwt::Bytes(Part::Payload, BytesEdit::Inside(b"\"atproof\":\"\xff\","))),
        "The payload holds an octet that is not UTF-8.",
    ),
    wrong("payload-utf16", Mutation::Utf16(Part::Payload), "The payload is UTF-16."),
    wrong(
        "header-array",
        Mutation::Jwt(Jwt::Bytes(Part::Header, BytesEdit::Replace(b"[]"))),
        "The header is an array.",
    ),
    wrong(
        "header-string",
        Mutation::Jwt(Jwt::Bytes(Part::Header, BytesEdit::Replace(b"\"a\""))),
        "The header is a string.",
    ),
    wrong(
        "header-not-utf8",
        Mutation::Jwt(Jwt::Bytes(Part::Header, BytesEdit::Inside(b"\"atproof\":\"\xff\","))),
        "The header holds an octet that is not UTF-8.",
    ),
    wrong("header-utf16", Mutation::Utf16(Part::Header), "The header is UTF-16."),
    wrong(
        "header-comment",
        Mutation::Jwt(Jwt::Bytes(Part::Header, BytesEdit::Inside(b"/* */"))),
        "There is a comment in the header.",
    ),
    legal(
        "header-bom",
        Mutation::Jwt(Jwt::Bytes(Part::Header, BytesEdit::Before(b"\xef\xbb\xbf"))),
        "The header begins with a byte order mark.",
    ),
    wrong(
        "header-trailing-data",
        Mutation::Jwt(Jwt::Bytes(Part::Header, BytesEdit::After(b"{}"))),
        "The header is followed by another object.",
    ),
    wrong("crit-unknown", Mutation::CritUnknown, "crit names an extension that nobody knows."),
    wrong(
        "crit-empty",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("crit", "[]"))),
        "crit is empty.",
    ),
    wrong(
        "crit-string",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("crit", "\"kid\""))),
        "crit is a string.",
    ),
    wrong(
        "alg-none",
        Mutation::Jwt(Jwt::Alg(AlgEdit::Unsigned("none"))),
        "alg is none and there is no signature.",
    ),
    wrong(
        "alg-none-mixed-case",
        Mutation::Jwt(Jwt::Alg(AlgEdit::Unsigned("nOnE"))),
        "alg is nOnE and there is no signature.",
    ),
    wrong(
        "alg-none-signed",
        Mutation::Jwt(Jwt::Alg(AlgEdit::Label("none"))),
        "alg is none beside a good signature.",
    ),
    wrong(
        "alg-hs256-public-key",
        Mutation::Jwt(Jwt::Alg(AlgEdit::HmacWithPublicKey)),
        "alg is HS256, keyed with the public JWK.",
    ),
    wrong(
        "alg-hs256-thumbprint",
        Mutation::Jwt(Jwt::Alg(AlgEdit::HmacWithThumbprint)),
        "alg is HS256, keyed with the thumbprint of the key.",
    ),
    wrong(
        "alg-es384",
        Mutation::Jwt(Jwt::Alg(AlgEdit::Label("ES384"))),
        "alg is ES384 beside an ES256 signature.",
    ),
    wrong(
        "alg-rs256",
        Mutation::Jwt(Jwt::Alg(AlgEdit::Label("RS256"))),
        "alg is RS256 beside an ES256 signature.",
    ),
    wrong(
        "alg-es256k",
        Mutation::Jwt(Jwt::Alg(AlgEdit::Label("ES256K"))),
        "alg is ES256K beside an ES256 signature.",
    ),
    wrong(
        "alg-lower-case",
        Mutation::Jwt(Jwt::Alg(AlgEdit::Label("es256"))),
        "alg is es256 beside an ES256 signature.",
    ),
    wrong("alg-missing", Mutation::Jwt(Jwt::Header(MemberEdit::Remove("alg"))), "There is no alg."),
    wrong(
        "alg-array",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("alg", "[\"ES256\"]"))),
        "alg is a list.",
    ),
    wrong(
        "alg-twice-bad-last",
        Mutation::Jwt(Jwt::Header(MemberEdit::Repeat {
            name: "alg",
            json: "\"none\"",
            first: false,
        })),
        "alg stands twice, the second is none.",
    ),
    wrong(
        "alg-twice-bad-first",
        Mutation::Jwt(Jwt::Header(MemberEdit::Repeat {
            name: "alg",
            json: "\"none\"",
            first: true,
        })),
        "alg stands twice, the first is none.",
    ),
    wrong(
        "signature-flipped",
        Mutation::Jwt(Jwt::Signature(SignatureEdit::FlipBit)),
        "One bit of the signature is flipped.",
    ),
    wrong(
        "signature-unpublished-key",
        Mutation::Jwt(Jwt::Signature(SignatureEdit::OtherKey)),
        "It is signed by a key that the client never published.",
    ),
    wrong(
        "signature-der",
        Mutation::Jwt(Jwt::Signature(SignatureEdit::Der)),
        "The signature is in ASN.1 DER.",
    ),
    wrong(
        "signature-truncated",
        Mutation::Jwt(Jwt::Signature(SignatureEdit::Truncated)),
        "The signature lacks its last byte.",
    ),
    wrong(
        "signature-extended",
        Mutation::Jwt(Jwt::Signature(SignatureEdit::Extended)),
        "The signature has a byte more.",
    ),
    wrong(
        "signature-empty",
        Mutation::Jwt(Jwt::Signature(SignatureEdit::Empty)),
        "The signature is empty.",
    ),
    wrong(
        "signature-zero",
        Mutation::Jwt(Jwt::Signature(SignatureEdit::Zero)),
        "The signature is 64 zero bytes.",
    ),
    wrong(
        "signature-above-order",
        Mutation::Jwt(Jwt::Signature(SignatureEdit::AboveOrder)),
        "r and s lie above the group order.",
    ),
    wrong(
        "payload-after-signing",
        Mutation::Jwt(Jwt::PayloadAfterSigning),
        "The payload was changed after it was signed.",
    ),
    wrong(
        "kid-unknown",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("kid", "\"atproof-never-published\""))),
        "kid names no published key.",
    ),
    wrong(
        "kid-number",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("kid", "1"))),
        "kid is a number.",
    ),
    wrong(
        "kid-path",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("kid", "\"../../../../etc/passwd\""))),
        "kid is a path.",
    ),
    wrong(
        "kid-quote",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("kid", "\"' OR 1=1 --\""))),
        "kid holds a quotation mark.",
    ),
    wrong("kid-upper-case", Mutation::KidUpperCase, "kid is in capitals."),
    wrong("kid-16-kilobytes", Mutation::KidOfLength(16_384), "kid has 16,384 characters."),
    legal("kid-missing", Mutation::Jwt(Jwt::Header(MemberEdit::Remove("kid"))), "There is no kid."),
    wrong(
        "key-in-jwk",
        Mutation::KeyInHeader(HeaderKey::Jwk),
        "It is signed by an unpublished key that the header tells of in jwk.",
    ),
    wrong(
        "key-in-jwk-with-kid",
        Mutation::KeyInHeader(HeaderKey::JwkWithKid),
        "It is signed by an unpublished key that the header tells of in jwk beside a published kid.",
    ),
    wrong(
        "key-at-jku",
        Mutation::KeyInHeader(HeaderKey::Jku),
        "It is signed by an unpublished key that the header tells of at a jku.",
    ),
    wrong(
        "key-at-x5u",
        Mutation::KeyInHeader(HeaderKey::X5u),
        "It is signed by an unpublished key that the header tells of at an x5u.",
    ),
    wrong(
        "key-in-x5c",
        Mutation::KeyInHeader(HeaderKey::X5c),
        "It is signed by an unpublished key that the header tells of in x5c.",
    ),
    legal(
        "cnf-other-key",
        Mutation::Jwt(Jwt::Claims(MemberEdit::Set(
            "cnf",
            "{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}",
        ))),
        "cnf names another key than that of the DPoP proof.",
    ),
    legal("typ-jwt", Mutation::Jwt(Jwt::Header(MemberEdit::Set("typ", "\"JWT\""))), "typ is JWT."),
    legal(
        "typ-client-authentication",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("typ", "\"client-authentication+jwt\""))),
        "typ is client-authentication+jwt.",
    ),
    wrong(
        "typ-dpop",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("typ", "\"dpop+jwt\""))),
        "typ is that of a DPoP proof.",
    ),
    wrong(
        "typ-at-jwt",
        Mutation::Jwt(Jwt::Header(MemberEdit::Set("typ", "\"at+jwt\""))),
        "typ is that of an access token.",
    ),
    wrong("padded", Mutation::Jwt(Jwt::Compact(CompactEdit::Padded)), "Its segments are padded."),
    wrong(
        "standard-alphabet",
        Mutation::Jwt(Jwt::Compact(CompactEdit::StandardAlphabet)),
        "Its segments use the alphabet with + and /.",
    ),
    wrong(
        "quoted",
        Mutation::Jwt(Jwt::Compact(CompactEdit::Quoted)),
        "It stands in quotation marks.",
    ),
    wrong("spaced", Mutation::Around(" "), "There is a space before and after it."),
    wrong("lines-around", Mutation::Around("\n"), "There is a line feed before and after it."),
    wrong(
        "two-segments",
        Mutation::Jwt(Jwt::Compact(CompactEdit::TwoSegments)),
        "It has two segments.",
    ),
    wrong(
        "trailing-dot",
        Mutation::Jwt(Jwt::Compact(CompactEdit::TrailingDot)),
        "A full stop follows it.",
    ),
    wrong(
        "five-segments",
        Mutation::Jwt(Jwt::Compact(CompactEdit::FiveSegments)),
        "It has five segments, as encrypted JWTs have.",
    ),
    wrong(
        "json-serialization",
        Mutation::Jwt(Jwt::Compact(CompactEdit::JsonSerialization)),
        "It is in the flattened JSON serialization.",
    ),
    wrong("garbage", Mutation::Jwt(Jwt::Compact(CompactEdit::Garbage)), "It is no JWT."),
    wrong("empty", Mutation::Jwt(Jwt::Compact(CompactEdit::Empty)), "It is empty."),
    wrong(
        "doubled-space",
        Mutation::Doubled(" "),
        "It stands twice in one value, with a space between.",
    ),
    wrong(
        "doubled-comma",
        Mutation::Doubled(","),
        "It stands twice in one value, with a comma between.",
    ),
];
