//! Everything that can be wrong with a DPoP proof, by name.

use super::mutation::{
    AlgEdit, AthEdit, BytesEdit, CompactEdit, FieldEdit, HtmEdit, MemberEdit, Mutation, NonceEdit,
    Part, PointEdit, Purpose, Rewrite, SignatureEdit,
};
use super::read::Step;

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
    /// The change to a correct proof.
    pub mutation: Mutation,
    /// Whether a server must or may accept the proof.
    pub legal: bool,
    /// The step at which the proof is wrong. A legal mutation that has one is a fault of the
    /// client that a server may forgive; a legal one without is no fault at all.
    pub step: Option<Step>,
    /// Catalogue id of the rule.
    pub clause: &'static str,
}

/// A server must refuse this.
const fn wrong(
    name: &'static str,
    step: Step,
    clause: &'static str,
    mutation: Mutation,
    comment: &'static str,
) -> NamedMutation {
    NamedMutation { name, comment, mutation, legal: false, step: Some(step), clause }
}

/// A client must not send this, but a server may accept it.
const fn lax(
    name: &'static str,
    step: Step,
    clause: &'static str,
    mutation: Mutation,
    comment: &'static str,
) -> NamedMutation {
    NamedMutation { name, comment, mutation, legal: true, step: Some(step), clause }
}

/// A server must or may accept this, and a client may send it.
const fn legal(
    name: &'static str,
    clause: &'static str,
    mutation: Mutation,
    comment: &'static str,
) -> NamedMutation {
    NamedMutation { name, comment, mutation, legal: true, step: None, clause }
}

/// All mutations, in the order of the steps that find them.
pub const MUTATIONS: &[NamedMutation] = &[
    wrong(
        "field-twice",
        Step::SingleField,
        "RFC9449-4.3-01",
        Mutation::HeaderField(FieldEdit::Twice),
        "The same proof stands in two header fields.",
    ),
    wrong(
        "field-good-then-bad",
        Step::SingleField,
        "RFC9449-4.3-01",
        Mutation::HeaderField(FieldEdit::GoodThenBad),
        "A correct proof is followed by a field with a broken one.",
    ),
    wrong(
        "field-bad-then-good",
        Step::SingleField,
        "RFC9449-4.3-01",
        Mutation::HeaderField(FieldEdit::BadThenGood),
        "A broken proof is followed by a field with a correct one.",
    ),
    wrong(
        "field-comma-joined",
        Step::SingleField,
        "RFC9449-4.3-01",
        Mutation::HeaderField(FieldEdit::CommaJoined),
        "One field holds two proofs with a comma between.",
    ),
    wrong(
        "field-missing",
        Step::WellFormed,
        "RFC9449-5.2-01",
        Mutation::HeaderField(FieldEdit::Missing),
        "There is no header field.",
    ),
    wrong(
        "field-empty",
        Step::WellFormed,
        "RFC9449-4.3-02",
        Mutation::Compact(CompactEdit::Empty),
        "The header field is empty.",
    ),
    wrong(
        "garbage",
        Step::WellFormed,
        "RFC9449-4.3-02",
        Mutation::Compact(CompactEdit::Garbage),
        "The value is a word without full stops.",
    ),
    wrong(
        "two-segments",
        Step::WellFormed,
        "RFC9449-4.3-02",
        Mutation::Compact(CompactEdit::TwoSegments),
        "The signature is missing together with its full stop.",
    ),
    wrong(
        "four-segments",
        Step::WellFormed,
        "RFC9449-4.3-02",
        Mutation::Compact(CompactEdit::FourSegments),
        "A fourth segment follows.",
    ),
    wrong(
        "five-segments",
        Step::WellFormed,
        "RFC9449-4.3-02",
        Mutation::Compact(CompactEdit::FiveSegments),
        "There are five segments, as in an encrypted JWT.",
    ),
    wrong(
        "trailing-dot",
        Step::WellFormed,
        "RFC8725BIS-3.14-01",
        Mutation::Compact(CompactEdit::TrailingDot),
        "A full stop follows.",
    ),
    wrong(
        "quoted",
        Step::WellFormed,
        "RFC8725BIS-3.14-01",
        Mutation::Compact(CompactEdit::Quoted),
        "The value stands in quotation marks.",
    ),
    wrong(
        "whitespace",
        Step::WellFormed,
        "RFC7515-2-01",
        Mutation::Compact(CompactEdit::Whitespace),
        "The signature has a space in it.",
    ),
    wrong(
        "json-serialization",
        Step::WellFormed,
        "RFC7515-3-01",
        Mutation::Compact(CompactEdit::JsonSerialization),
        "The JWS is in its flattened JSON form.",
    ),
    wrong(
        "segments-padded",
        Step::WellFormed,
        "RFC7515-2-01",
        Mutation::Compact(CompactEdit::Padded),
        "The segments are padded with equals signs, and signed so.",
    ),
    wrong(
        "standard-alphabet",
        Step::WellFormed,
        "RFC7515-2-01",
        Mutation::Compact(CompactEdit::StandardAlphabet),
        "The segments use plus and slash, and are signed so.",
    ),
    wrong(
        "trailing-bits",
        Step::WellFormed,
        "RFC7515-2-01",
        Mutation::Compact(CompactEdit::TrailingBits),
        "The last character has an unused bit set.",
    ),
    wrong(
        "header-array",
        Step::WellFormed,
        "RFC7515-5.2-01",
        Mutation::Bytes(Part::Header, BytesEdit::Replace(b"[]")),
        "The header is an array.",
    ),
    wrong(
        "header-string",
        Step::WellFormed,
        "RFC7515-5.2-01",
        Mutation::Bytes(Part::Header, BytesEdit::Replace(br#""dpop""#)),
        "The header is a string.",
    ),
    wrong(
        "header-empty",
        Step::WellFormed,
        "RFC7515-5.2-01",
        Mutation::Bytes(Part::Header, BytesEdit::Replace(b"")),
        "The header has no bytes.",
    ),
    wrong(
        "header-bom",
        Step::WellFormed,
        "RFC7515-5.2-01",
        Mutation::Bytes(Part::Header, BytesEdit::Before(b"\xEF\xBB\xBF")),
        "A byte order mark stands before the header.",
    ),
    wrong(
        "header-not-utf8",
        Step::WellFormed,
        "RFC7515-5.2-01",
        Mutation::Bytes(Part::Header, BytesEdit::Inside(b"\"atproof\":\"\xFF\",")),
        "The header holds a byte that is not UTF-8.",
    ),
    wrong(
        "header-comment",
        Step::WellFormed,
        "RFC7515-5.2-01",
        Mutation::Bytes(Part::Header, BytesEdit::Inside(b"/**/")),
        "The header holds a comment.",
    ),
    wrong(
        "header-trailing-data",
        Step::WellFormed,
        "RFC7515-5.2-01",
        Mutation::Bytes(Part::Header, BytesEdit::After(b"{}")),
        "A second object follows the header.",
    ),
    legal(
        "header-whitespace",
        "RFC7515-5.2-01",
        Mutation::Bytes(Part::Header, BytesEdit::Inside(b" \r\n\t")),
        "The header holds white space, which JSON allows.",
    ),
    wrong(
        "payload-array",
        Step::WellFormed,
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::Replace(b"[]")),
        "The payload is an array.",
    ),
    wrong(
        "payload-string",
        Step::WellFormed,
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::Replace(br#""dpop""#)),
        "The payload is a string.",
    ),
    wrong(
        "payload-empty",
        Step::WellFormed,
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::Replace(b"")),
        "The payload has no bytes.",
    ),
    wrong(
        "payload-bom",
        Step::WellFormed,
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::Before(b"\xEF\xBB\xBF")),
        "A byte order mark stands before the payload.",
    ),
    wrong(
        "payload-not-utf8",
        Step::WellFormed,
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::Inside(b"\"atproof\":\"\xFF\",")),
        "The payload holds a byte that is not UTF-8.",
    ),
    wrong(
        "payload-comment",
        Step::WellFormed,
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::Inside(b"/**/")),
        "The payload holds a comment.",
    ),
    wrong(
        "payload-trailing-data",
        Step::WellFormed,
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::After(b"{}")),
        "A second object follows the payload.",
    ),
    legal(
        "payload-whitespace",
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::Inside(b" \r\n\t")),
        "The payload holds white space, which JSON allows.",
    ),
    lax(
        "payload-lone-surrogate",
        Step::WellFormed,
        "RFC7519-7.2-01",
        Mutation::Bytes(Part::Payload, BytesEdit::Inside(br#""atproof":"\ud800","#)),
        "An extra claim is half of a surrogate pair.",
    ),
    lax(
        "claim-deeply-nested",
        Step::WellFormed,
        "RFC7515-5.2-01",
        Mutation::DeepClaim(1000),
        "An extra claim nests 1000 arrays.",
    ),
    wrong(
        "crit-unknown",
        Step::WellFormed,
        "RFC7515-4.1.11-01",
        Mutation::Bytes(Part::Header, BytesEdit::Inside(br#""crit":["atproof"],"atproof":true,"#)),
        "A critical extension that nobody knows.",
    ),
    wrong(
        "crit-b64",
        Step::WellFormed,
        "RFC7515-4.1.11-01",
        Mutation::Bytes(Part::Header, BytesEdit::Inside(br#""crit":["b64"],"b64":true,"#)),
        "The critical extension of RFC 7797, which changes nothing here.",
    ),
    wrong(
        "crit-empty",
        Step::WellFormed,
        "RFC7515-4.1.11-02",
        Mutation::Header(MemberEdit::Set("crit", "[]")),
        "The list of critical extensions is empty.",
    ),
    wrong(
        "crit-absent-parameter",
        Step::WellFormed,
        "RFC7515-4.1.11-02",
        Mutation::Header(MemberEdit::Set("crit", r#"["atproof"]"#)),
        "A critical extension that is not in the header.",
    ),
    wrong(
        "crit-registered",
        Step::WellFormed,
        "RFC7515-4.1.11-02",
        Mutation::Header(MemberEdit::Set("crit", r#"["alg"]"#)),
        "A registered parameter is called a critical extension.",
    ),
    wrong(
        "crit-string",
        Step::WellFormed,
        "RFC7515-4.1.11-02",
        Mutation::Header(MemberEdit::Set("crit", r#""atproof""#)),
        "The list of critical extensions is a string.",
    ),
    wrong(
        "typ-twice-bad-last",
        Step::Typ,
        "RFC7515-4-01",
        Mutation::Header(MemberEdit::Repeat { name: "typ", json: r#""JWT""#, first: false }),
        "A second, wrong typ follows the right one.",
    ),
    lax(
        "typ-twice-good-last",
        Step::WellFormed,
        "RFC7515-4-01",
        Mutation::Header(MemberEdit::Repeat { name: "typ", json: r#""JWT""#, first: true }),
        "A wrong typ comes before the right one.",
    ),
    wrong(
        "alg-twice-bad-last",
        Step::Alg,
        "RFC7515-4-01",
        Mutation::Header(MemberEdit::Repeat { name: "alg", json: r#""none""#, first: false }),
        "A second, wrong alg follows the right one.",
    ),
    lax(
        "alg-twice-good-last",
        Step::WellFormed,
        "RFC7515-4-01",
        Mutation::Header(MemberEdit::Repeat { name: "alg", json: r#""none""#, first: true }),
        "A wrong alg comes before the right one.",
    ),
    wrong(
        "jwk-twice-bad-last",
        Step::Signature,
        "RFC7515-4-01",
        Mutation::Header(MemberEdit::Repeat { name: "jwk", json: "null", first: false }),
        "A second, wrong jwk follows the right one.",
    ),
    lax(
        "jwk-twice-good-last",
        Step::WellFormed,
        "RFC7515-4-01",
        Mutation::Header(MemberEdit::Repeat { name: "jwk", json: "null", first: true }),
        "A wrong jwk comes before the right one.",
    ),
    wrong(
        "htm-twice-bad-last",
        Step::Htm,
        "RFC7519-4-01",
        Mutation::Claims(MemberEdit::Repeat { name: "htm", json: r#""DELETE""#, first: false }),
        "A second, wrong htm follows the right one.",
    ),
    lax(
        "htm-twice-good-last",
        Step::WellFormed,
        "RFC7519-4-01",
        Mutation::Claims(MemberEdit::Repeat { name: "htm", json: r#""DELETE""#, first: true }),
        "A wrong htm comes before the right one.",
    ),
    wrong(
        "htu-twice-bad-last",
        Step::Htu,
        "RFC7519-4-01",
        Mutation::Claims(MemberEdit::Repeat {
            name: "htu",
            json: r#""https://other.atproof.example/""#,
            first: false,
        }),
        "A second, wrong htu follows the right one.",
    ),
    lax(
        "htu-twice-good-last",
        Step::WellFormed,
        "RFC7519-4-01",
        Mutation::Claims(MemberEdit::Repeat {
            name: "htu",
            json: r#""https://other.atproof.example/""#,
            first: true,
        }),
        "A wrong htu comes before the right one.",
    ),
    wrong(
        "jti-twice-bad-last",
        Step::RequiredClaims,
        "RFC7519-4-01",
        Mutation::Claims(MemberEdit::Repeat { name: "jti", json: r#""""#, first: false }),
        "A second, wrong jti follows the right one.",
    ),
    lax(
        "jti-twice-good-last",
        Step::WellFormed,
        "RFC7519-4-01",
        Mutation::Claims(MemberEdit::Repeat { name: "jti", json: r#""""#, first: true }),
        "A wrong jti comes before the right one.",
    ),
    wrong(
        "iat-twice-bad-last",
        Step::Age,
        "RFC7519-4-01",
        Mutation::Claims(MemberEdit::Repeat { name: "iat", json: "1", first: false }),
        "A second, wrong iat follows the right one.",
    ),
    lax(
        "iat-twice-good-last",
        Step::WellFormed,
        "RFC7519-4-01",
        Mutation::Claims(MemberEdit::Repeat { name: "iat", json: "1", first: true }),
        "A wrong iat comes before the right one.",
    ),
    wrong(
        "x-twice-bad-last",
        Step::Signature,
        "RFC7517-4-01",
        Mutation::Jwk(MemberEdit::Repeat {
            name: "x",
            json: r#""AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#,
            first: false,
        }),
        "A second, wrong x follows the right one in jwk.",
    ),
    lax(
        "x-twice-good-last",
        Step::WellFormed,
        "RFC7517-4-01",
        Mutation::Jwk(MemberEdit::Repeat {
            name: "x",
            json: r#""AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#,
            first: true,
        }),
        "A wrong x comes before the right one in jwk.",
    ),
    wrong(
        "jti-missing",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Remove("jti")),
        "There is no jti.",
    ),
    wrong(
        "jti-empty",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("jti", r#""""#)),
        "The jti is empty.",
    ),
    wrong(
        "jti-number",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("jti", "1")),
        "The jti is a number.",
    ),
    wrong(
        "jti-null",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("jti", "null")),
        "The jti is null.",
    ),
    wrong(
        "htm-missing",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Remove("htm")),
        "There is no htm.",
    ),
    wrong(
        "htm-empty",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("htm", r#""""#)),
        "The htm is empty.",
    ),
    wrong(
        "htm-number",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("htm", "1")),
        "The htm is a number.",
    ),
    wrong(
        "htm-null",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("htm", "null")),
        "The htm is null.",
    ),
    wrong(
        "htu-missing",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Remove("htu")),
        "There is no htu.",
    ),
    wrong(
        "htu-empty",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("htu", r#""""#)),
        "The htu is empty.",
    ),
    wrong(
        "htu-number",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("htu", "1")),
        "The htu is a number.",
    ),
    wrong(
        "htu-null",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("htu", "null")),
        "The htu is null.",
    ),
    wrong(
        "jti-object",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Set("jti", "{}")),
        "The jti is an object.",
    ),
    wrong(
        "jti-name-upper-case",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Rename { from: "jti", to: "JTI" }),
        "The jti is spelled JTI.",
    ),
    legal(
        "jti-long",
        "RFC9449-11.1-04",
        Mutation::JtiOfLength(8192),
        "The jti has 8192 characters.",
    ),
    wrong(
        "iat-missing",
        Step::RequiredClaims,
        "RFC9449-4.3-03",
        Mutation::Claims(MemberEdit::Remove("iat")),
        "There is no iat.",
    ),
    wrong(
        "iat-text",
        Step::RequiredClaims,
        "RFC7519-2-01",
        Mutation::IatText,
        "The iat is the right time as a string.",
    ),
    wrong(
        "iat-null",
        Step::RequiredClaims,
        "RFC7519-2-01",
        Mutation::Claims(MemberEdit::Set("iat", "null")),
        "The iat is null.",
    ),
    wrong(
        "ath-missing",
        Step::RequiredClaims,
        "RFC9449-4.3-R03",
        Mutation::Ath(AthEdit::Missing),
        "There is no ath beside the access token.",
    ),
    wrong(
        "typ-missing",
        Step::Typ,
        "RFC9449-4.3-04",
        Mutation::Header(MemberEdit::Remove("typ")),
        "There is no typ.",
    ),
    wrong(
        "typ-jwt",
        Step::Typ,
        "RFC9449-4.3-04",
        Mutation::Header(MemberEdit::Set("typ", r#""JWT""#)),
        "The typ is that of any JWT.",
    ),
    wrong(
        "typ-at-jwt",
        Step::Typ,
        "RFC9449-4.3-04",
        Mutation::Header(MemberEdit::Set("typ", r#""at+jwt""#)),
        "The typ is that of an access token.",
    ),
    wrong(
        "typ-dpop",
        Step::Typ,
        "RFC9449-4.3-04",
        Mutation::Header(MemberEdit::Set("typ", r#""dpop""#)),
        "The typ lacks its suffix.",
    ),
    wrong(
        "typ-number",
        Step::Typ,
        "RFC9449-4.3-04",
        Mutation::Header(MemberEdit::Set("typ", "1")),
        "The typ is a number.",
    ),
    lax(
        "typ-upper-case",
        Step::Typ,
        "RFC9449-4.3-04",
        Mutation::Header(MemberEdit::Set("typ", r#""DPOP+JWT""#)),
        "The typ is in capitals, as media types may be.",
    ),
    lax(
        "typ-application",
        Step::Typ,
        "RFC9449-4.3-04",
        Mutation::Header(MemberEdit::Set("typ", r#""application/dpop+jwt""#)),
        "The typ is a media type with its prefix.",
    ),
    wrong(
        "client-assertion-as-proof",
        Step::Typ,
        "RFC9449-11.5-01",
        Mutation::WrongPurpose(Purpose::ClientAssertion),
        "The proof is a client assertion.",
    ),
    wrong(
        "access-token-as-proof",
        Step::Typ,
        "RFC9449-11.5-01",
        Mutation::WrongPurpose(Purpose::AccessToken),
        "The proof is an access token.",
    ),
    wrong(
        "service-token-as-proof",
        Step::Typ,
        "RFC9449-11.5-01",
        Mutation::WrongPurpose(Purpose::ServiceToken),
        "The proof is a token for use between services.",
    ),
    wrong(
        "alg-none",
        Step::Alg,
        "RFC9449-4.3-05",
        Mutation::Alg(AlgEdit::Unsigned("none")),
        "The proof is not signed, and says so.",
    ),
    wrong(
        "alg-none-signed",
        Step::Alg,
        "RFC9449-4.3-05",
        Mutation::Alg(AlgEdit::Label("none")),
        "The proof says that it is not signed, but is.",
    ),
    wrong(
        "alg-none-mixed-case",
        Step::Alg,
        "RFC7518-3.6-01",
        Mutation::Alg(AlgEdit::Unsigned("nOnE")),
        "The proof is not signed, and says so in mixed case.",
    ),
    wrong(
        "alg-none-upper-case",
        Step::Alg,
        "RFC7518-3.6-01",
        Mutation::Alg(AlgEdit::Unsigned("NONE")),
        "The proof is not signed, and says so in capitals.",
    ),
    wrong(
        "alg-hs256-public-key",
        Step::Alg,
        "RFC9449-4.3-05",
        Mutation::Alg(AlgEdit::HmacWithPublicKey),
        "An HMAC is keyed with the bytes of the public JWK.",
    ),
    wrong(
        "alg-hs256-thumbprint",
        Step::Alg,
        "RFC9449-4.3-05",
        Mutation::Alg(AlgEdit::HmacWithThumbprint),
        "An HMAC is keyed with the thumbprint of the public JWK.",
    ),
    wrong(
        "alg-hs256-oct-key",
        Step::Alg,
        "RFC9449-4.3-05",
        Mutation::Alg(AlgEdit::HmacWithOctKey),
        "An HMAC is keyed with a symmetric key that stands in jwk.",
    ),
    wrong(
        "alg-missing",
        Step::Alg,
        "RFC7515-4.1.1-01",
        Mutation::Header(MemberEdit::Remove("alg")),
        "There is no alg.",
    ),
    wrong(
        "alg-array",
        Step::Alg,
        "RFC7515-4.1.1-01",
        Mutation::Header(MemberEdit::Set("alg", r#"["ES256"]"#)),
        "The alg is an array.",
    ),
    wrong(
        "alg-unknown",
        Step::Alg,
        "RFC7515-4.1.1-01",
        Mutation::Alg(AlgEdit::Label("XS256")),
        "The alg is registered nowhere.",
    ),
    wrong(
        "alg-lower-case",
        Step::Alg,
        "RFC7515-4.1.1-01",
        Mutation::Alg(AlgEdit::Label("es256")),
        "The alg is in lower case.",
    ),
    wrong(
        "alg-es384-with-p256",
        Step::Alg,
        "RFC7515-4.1.1-01",
        Mutation::Alg(AlgEdit::Label("ES384")),
        "The alg does not fit the curve of the key.",
    ),
    wrong(
        "alg-rs256-with-p256",
        Step::Alg,
        "RFC7515-4.1.1-01",
        Mutation::Alg(AlgEdit::Label("RS256")),
        "The alg does not fit the type of the key.",
    ),
    wrong(
        "jwk-missing",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Header(MemberEdit::Remove("jwk")),
        "There is no jwk.",
    ),
    wrong(
        "jwk-kid-instead",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::KidForJwk,
        "The key is named by its thumbprint in kid instead of standing in jwk.",
    ),
    wrong(
        "jwk-name-upper-case",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Header(MemberEdit::Rename { from: "jwk", to: "JWK" }),
        "The jwk is spelled JWK.",
    ),
    wrong(
        "jwk-string",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Header(MemberEdit::Set("jwk", r#""atproof""#)),
        "The jwk is a string.",
    ),
    wrong(
        "jwk-array",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Header(MemberEdit::Set("jwk", "[]")),
        "The jwk is an array.",
    ),
    wrong(
        "jwk-null",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Header(MemberEdit::Set("jwk", "null")),
        "The jwk is null.",
    ),
    wrong(
        "kty-missing",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Jwk(MemberEdit::Remove("kty")),
        "The jwk has no kty.",
    ),
    wrong(
        "crv-missing",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Jwk(MemberEdit::Remove("crv")),
        "The jwk has no crv.",
    ),
    wrong(
        "x-missing",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Jwk(MemberEdit::Remove("x")),
        "The jwk has no x.",
    ),
    wrong(
        "y-missing",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Jwk(MemberEdit::Remove("y")),
        "The jwk has no y.",
    ),
    wrong(
        "crv-p384-label",
        Step::Signature,
        "RFC7518-3.1-01",
        Mutation::Jwk(MemberEdit::Set("crv", r#""P-384""#)),
        "The crv is P-384, the point one of P-256.",
    ),
    wrong(
        "key-p384",
        Step::Signature,
        "RFC7518-3.1-01",
        Mutation::Header(MemberEdit::Set("jwk", P384)),
        "The jwk is a P-384 key, under ES256.",
    ),
    wrong(
        "key-secp256k1",
        Step::Signature,
        "RFC7518-3.1-01",
        Mutation::Header(MemberEdit::Set("jwk", SECP256K1)),
        "The jwk is a secp256k1 key, under ES256.",
    ),
    wrong(
        "key-ed25519",
        Step::Signature,
        "RFC7518-3.1-01",
        Mutation::Header(MemberEdit::Set("jwk", ED25519)),
        "The jwk is an Ed25519 key, under ES256.",
    ),
    wrong(
        "key-rsa",
        Step::Signature,
        "RFC7518-3.1-01",
        Mutation::Header(MemberEdit::Set("jwk", RSA)),
        "The jwk is an RSA key, under ES256.",
    ),
    wrong(
        "point-off-curve",
        Step::Signature,
        "RFC8725-3.4-01",
        Mutation::KeyPoint(PointEdit::OffCurve),
        "The point does not lie on the curve.",
    ),
    wrong(
        "x-zero",
        Step::Signature,
        "RFC8725-3.4-01",
        Mutation::KeyPoint(PointEdit::ZeroX),
        "The x is zero.",
    ),
    wrong(
        "y-zero",
        Step::Signature,
        "RFC8725-3.4-01",
        Mutation::KeyPoint(PointEdit::ZeroY),
        "The y is zero.",
    ),
    wrong(
        "point-zero",
        Step::Signature,
        "RFC8725-3.4-01",
        Mutation::KeyPoint(PointEdit::Zero),
        "The x and y are zero.",
    ),
    wrong(
        "x-prime",
        Step::Signature,
        "RFC8725-3.4-01",
        Mutation::KeyPoint(PointEdit::PrimeX),
        "The x is the prime of the field.",
    ),
    wrong(
        "x-zero-byte-added",
        Step::Signature,
        "RFC7518-6.2.1-01",
        Mutation::KeyPoint(PointEdit::LeadingZeroAdded),
        "The x has a zero byte before its 32 bytes.",
    ),
    wrong(
        "x-zero-byte-stripped",
        Step::Signature,
        "RFC7518-6.2.1-01",
        Mutation::KeyPoint(PointEdit::LeadingZeroStripped),
        "The x begins with a zero byte, which is left out.",
    ),
    wrong(
        "signature-bit-flipped",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Signature(SignatureEdit::FlipBit),
        "One bit of the signature is flipped.",
    ),
    wrong(
        "signature-by-other-key",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Signature(SignatureEdit::OtherKey),
        "The signature is by a key other than the one in jwk.",
    ),
    wrong(
        "signature-empty",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::Signature(SignatureEdit::Empty),
        "The signature has no bytes.",
    ),
    wrong(
        "signature-der",
        Step::Signature,
        "RFC7518-3.4-01",
        Mutation::Signature(SignatureEdit::Der),
        "The signature is in ASN.1 DER.",
    ),
    wrong(
        "signature-truncated",
        Step::Signature,
        "RFC7518-3.4-01",
        Mutation::Signature(SignatureEdit::Truncated),
        "The signature has 63 bytes.",
    ),
    wrong(
        "signature-extended",
        Step::Signature,
        "RFC7518-3.4-01",
        Mutation::Signature(SignatureEdit::Extended),
        "The signature has 65 bytes.",
    ),
    wrong(
        "signature-zero",
        Step::Signature,
        "RFC7518-3.4-01",
        Mutation::Signature(SignatureEdit::Zero),
        "The signature is all zero.",
    ),
    wrong(
        "signature-r-zero",
        Step::Signature,
        "RFC7518-3.4-01",
        Mutation::Signature(SignatureEdit::ZeroR),
        "The r of the signature is zero.",
    ),
    wrong(
        "signature-s-zero",
        Step::Signature,
        "RFC7518-3.4-01",
        Mutation::Signature(SignatureEdit::ZeroS),
        "The s of the signature is zero.",
    ),
    wrong(
        "signature-above-order",
        Step::Signature,
        "RFC7518-3.4-01",
        Mutation::Signature(SignatureEdit::AboveOrder),
        "The r and s of the signature lie above the group order.",
    ),
    legal(
        "signature-other-s",
        "RFC7518-3.4-01",
        Mutation::Signature(SignatureEdit::OtherS),
        "The s is the other of the two that verify.",
    ),
    wrong(
        "payload-after-signing",
        Step::Signature,
        "RFC9449-4.3-06",
        Mutation::PayloadAfterSigning,
        "The jti was changed after signing.",
    ),
    legal(
        "jwk-extra-kid",
        "RFC7638-3-01",
        Mutation::Jwk(MemberEdit::Set("kid", r#""atproof""#)),
        "The jwk also has kid.",
    ),
    legal(
        "jwk-extra-use",
        "RFC7638-3-01",
        Mutation::Jwk(MemberEdit::Set("use", r#""sig""#)),
        "The jwk also has use.",
    ),
    legal(
        "jwk-extra-alg",
        "RFC7638-3-01",
        Mutation::Jwk(MemberEdit::Set("alg", r#""ES256""#)),
        "The jwk also has alg.",
    ),
    legal(
        "jwk-extra-ext",
        "RFC7638-3-01",
        Mutation::Jwk(MemberEdit::Set("ext", "true")),
        "The jwk also has ext.",
    ),
    legal(
        "jwk-extra-key-ops",
        "RFC7638-3-01",
        Mutation::Jwk(MemberEdit::Set("key_ops", r#"["verify"]"#)),
        "The jwk also has key_ops.",
    ),
    legal(
        "jwk-reversed",
        "RFC7638-3-01",
        Mutation::Jwk(MemberEdit::Reverse),
        "The members of jwk are in another order.",
    ),
    legal(
        "header-reversed",
        "RFC9449-4.2-10",
        Mutation::Header(MemberEdit::Reverse),
        "The members of the header are in another order.",
    ),
    legal(
        "claims-reversed",
        "RFC9449-4.2-10",
        Mutation::Claims(MemberEdit::Reverse),
        "The claims are in another order.",
    ),
    legal(
        "header-extra",
        "RFC9449-4.2-10",
        Mutation::Header(MemberEdit::Set("atproof", "true")),
        "The header has a member that nobody knows.",
    ),
    legal(
        "claim-extra",
        "RFC9449-4.2-10",
        Mutation::Claims(MemberEdit::Set("atproof", "true")),
        "There is a claim that nobody knows.",
    ),
    wrong(
        "jwk-private",
        Step::PublicKey,
        "RFC9449-4.3-07",
        Mutation::PrivateKeyInJwk,
        "The jwk holds the private key too.",
    ),
    wrong(
        "htm-other",
        Step::Htm,
        "RFC9449-4.3-08",
        Mutation::Htm(HtmEdit::Other),
        "The htm is another method.",
    ),
    wrong(
        "htm-lower-case",
        Step::Htm,
        "RFC9449-4.3-08",
        Mutation::Htm(HtmEdit::Lowercase),
        "The htm is the method in lower case.",
    ),
    wrong(
        "htu-relative",
        Step::Htu,
        "RFC9449-4.3-09",
        Mutation::HtuReplace(Rewrite::PathOnly),
        "The htu is the path alone.",
    ),
    wrong(
        "htu-origin-only",
        Step::Htu,
        "RFC9449-4.3-09",
        Mutation::HtuReplace(Rewrite::OriginOnly),
        "The htu is the origin of the server alone.",
    ),
    wrong(
        "htu-sibling-path",
        Step::Htu,
        "RFC9449-4.3-16",
        Mutation::HtuReplace(Rewrite::SiblingPath),
        "The htu is another endpoint of the same server.",
    ),
    wrong(
        "htu-other-host",
        Step::Htu,
        "RFC9449-4.3-09",
        Mutation::HtuReplace(Rewrite::OtherHost),
        "The htu names another server.",
    ),
    wrong(
        "htu-other-scheme",
        Step::Htu,
        "RFC9449-4.3-09",
        Mutation::HtuReplace(Rewrite::OtherScheme),
        "The htu has http for https, or the reverse.",
    ),
    wrong(
        "htu-other-port",
        Step::Htu,
        "RFC9449-4.3-09",
        Mutation::HtuReplace(Rewrite::OtherPort),
        "The htu has another port.",
    ),
    wrong(
        "htu-trailing-space",
        Step::Htu,
        "RFC9449-4.3-09",
        Mutation::HtuSuffix(" "),
        "The htu ends with a space.",
    ),
    wrong(
        "htu-path-case",
        Step::Htu,
        "RFC9449-4.3-14",
        Mutation::HtuReplace(Rewrite::PathCase),
        "The htu has a letter of the path in the other case.",
    ),
    wrong(
        "htu-trailing-slash",
        Step::Htu,
        "RFC9449-4.3-14",
        Mutation::HtuReplace(Rewrite::TrailingSlash),
        "The htu has a slash more, or less, at its end.",
    ),
    wrong(
        "htu-encoded-slash",
        Step::Htu,
        "RFC9449-4.3-14",
        Mutation::HtuReplace(Rewrite::EncodedSlash),
        "The htu has a slash of the path percent-encoded.",
    ),
    wrong(
        "htu-userinfo",
        Step::Htu,
        "RFC9449-4.3-14",
        Mutation::HtuReplace(Rewrite::Userinfo),
        "The htu has a user name.",
    ),
    wrong(
        "htu-trailing-dot-host",
        Step::Htu,
        "RFC9449-4.3-14",
        Mutation::HtuReplace(Rewrite::TrailingDotHost),
        "The host of the htu ends with a full stop.",
    ),
    legal(
        "htu-default-port",
        "RFC9449-4.3-13",
        Mutation::HtuReplace(Rewrite::DefaultPort),
        "The htu spells out the default port.",
    ),
    legal(
        "htu-upper-case-scheme",
        "RFC9449-4.3-13",
        Mutation::HtuReplace(Rewrite::UpperScheme),
        "The scheme of the htu is in capitals.",
    ),
    legal(
        "htu-upper-case-host",
        "RFC9449-4.3-13",
        Mutation::HtuReplace(Rewrite::UpperHost),
        "The host of the htu is in capitals.",
    ),
    legal(
        "htu-encoded-letter",
        "RFC9449-4.3-13",
        Mutation::HtuReplace(Rewrite::EncodedUnreserved),
        "The htu has a letter of the path percent-encoded.",
    ),
    legal(
        "htu-dot-segment",
        "RFC9449-4.3-13",
        Mutation::HtuReplace(Rewrite::DotSegment),
        "The htu has a segment of one dot.",
    ),
    legal(
        "htu-double-dot-segment",
        "RFC9449-4.3-13",
        Mutation::HtuReplace(Rewrite::DoubleDotSegment),
        "The htu has a segment that two dots take back.",
    ),
    legal("htu-query", "RFC9449-4.3-15", Mutation::HtuSuffix("?a=b"), "The htu has a query."),
    legal("htu-fragment", "RFC9449-4.3-15", Mutation::HtuSuffix("#a"), "The htu has a fragment."),
    wrong(
        "nonce-missing",
        Step::Nonce,
        "RFC9449-4.3-10",
        Mutation::Nonce(NonceEdit::Missing),
        "There is no nonce.",
    ),
    wrong(
        "nonce-empty",
        Step::Nonce,
        "RFC9449-4.3-10",
        Mutation::Nonce(NonceEdit::Empty),
        "The nonce is empty.",
    ),
    wrong(
        "nonce-number",
        Step::Nonce,
        "RFC9449-4.3-10",
        Mutation::Nonce(NonceEdit::Number),
        "The nonce is a number.",
    ),
    wrong(
        "nonce-unknown",
        Step::Nonce,
        "RFC9449-4.3-10",
        Mutation::Nonce(NonceEdit::Unknown),
        "The nonce was never supplied.",
    ),
    wrong(
        "nonce-extended",
        Step::Nonce,
        "RFC9449-4.3-10",
        Mutation::Nonce(NonceEdit::Extended),
        "The nonce has a character more than the one supplied.",
    ),
    wrong(
        "iat-10-minutes-ago",
        Step::Age,
        "RFC9449-4.3-11",
        Mutation::IatOffset(-600),
        "The iat lies ten minutes in the past.",
    ),
    wrong(
        "iat-10-minutes-ahead",
        Step::Age,
        "RFC9449-4.3-11",
        Mutation::IatOffset(600),
        "The iat lies ten minutes in the future.",
    ),
    wrong(
        "iat-1-hour-ago",
        Step::Age,
        "RFC9449-4.3-11",
        Mutation::IatOffset(-3600),
        "The iat lies an hour in the past.",
    ),
    wrong(
        "iat-1-hour-ahead",
        Step::Age,
        "RFC9449-4.3-11",
        Mutation::IatOffset(3600),
        "The iat lies an hour in the future.",
    ),
    wrong(
        "iat-1-day-ago",
        Step::Age,
        "RFC9449-4.3-11",
        Mutation::IatOffset(-86400),
        "The iat lies a day in the past.",
    ),
    wrong(
        "iat-1-day-ahead",
        Step::Age,
        "RFC9449-4.3-11",
        Mutation::IatOffset(86400),
        "The iat lies a day in the future.",
    ),
    wrong(
        "iat-milliseconds",
        Step::Age,
        "RFC7519-2-01",
        Mutation::IatMilliseconds,
        "The iat counts milliseconds.",
    ),
    wrong(
        "iat-negative",
        Step::Age,
        "RFC7519-2-01",
        Mutation::Claims(MemberEdit::Set("iat", "-1")),
        "The iat is negative.",
    ),
    wrong(
        "iat-infinite",
        Step::Age,
        "RFC7519-2-01",
        Mutation::Claims(MemberEdit::Set("iat", "1e400")),
        "The iat is larger than any double.",
    ),
    legal("iat-fraction", "RFC7519-2-01", Mutation::IatFraction, "The iat has half a second."),
    legal(
        "iat-5-seconds-ahead",
        "RFC9449-11.1-05",
        Mutation::IatOffset(5),
        "The iat lies five seconds in the future.",
    ),
    legal(
        "exp-past",
        "RFC7519-4.1.4-01",
        Mutation::Claims(MemberEdit::Set("exp", "1")),
        "There is an exp, which a proof does not have, in the past.",
    ),
    legal(
        "exp-ahead",
        "RFC7519-4.1.4-01",
        Mutation::Claims(MemberEdit::Set("exp", "4102444800")),
        "There is an exp, which a proof does not have, in the future.",
    ),
    legal(
        "nbf-ahead",
        "RFC7519-4.1.5-01",
        Mutation::Claims(MemberEdit::Set("nbf", "4102444800")),
        "There is an nbf, which a proof does not have, in the future.",
    ),
    wrong(
        "ath-empty",
        Step::AccessToken,
        "RFC9449-4.3-R12",
        Mutation::Ath(AthEdit::Empty),
        "The ath is empty.",
    ),
    wrong(
        "ath-other-token",
        Step::AccessToken,
        "RFC9449-4.3-R12",
        Mutation::Ath(AthEdit::OtherToken),
        "The ath is the hash of another access token.",
    ),
    wrong(
        "ath-hex",
        Step::AccessToken,
        "RFC9449-4.3-R12",
        Mutation::Ath(AthEdit::Hex),
        "The ath is the right hash in hexadecimal.",
    ),
    wrong(
        "ath-padded",
        Step::AccessToken,
        "RFC9449-4.3-R12",
        Mutation::Ath(AthEdit::Padded),
        "The ath is the right hash with padding.",
    ),
    wrong(
        "ath-sha512",
        Step::AccessToken,
        "RFC9449-4.3-R12",
        Mutation::Ath(AthEdit::Sha512),
        "The ath is a SHA-512 hash.",
    ),
    legal(
        "ath-unasked",
        "RFC9449-4.2-10",
        Mutation::Ath(AthEdit::Unasked),
        "There is an ath where there is no access token.",
    ),
];

/// The base point of P-384 (SP 800-186, section 3.2.1.4).
const P384: &str = concat!(
    r#"{"kty":"EC","crv":"P-384","#,
    r#""x":"qofKIr6LBTeOscce8yCtdG4dO2KLp5uYWfdB4IJUKjhVAvJdv1UpbDpUXjhydgq3","#,
    r#""y":"NhfeSpYmLG9dnpi_kpLcKfj0Hb0omhR86doxE7XwuMAKYLHOHX6BnXpDHXyQ6g5f"}"#
);

/// The base point of secp256k1 (SEC 2, section 2.4.1).
const SECP256K1: &str = concat!(
    r#"{"kty":"EC","crv":"secp256k1","#,
    r#""x":"eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g","#,
    r#""y":"SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg"}"#
);

/// The base point of Ed25519 (RFC 8032, section 5.1).
const ED25519: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY"}"#;

/// A modulus of 2048 bits that was made for this purpose; its factors were thrown away.
const RSA: &str = concat!(
    r#"{"kty":"RSA","e":"AQAB","n":""#,
    "7w7ToZ5uz9WbVjAHyj0fyezHZwybdZgPWpRpr14LwLqYxMEnXCeK5m0GKnnCovJpnHQ21v56VmPqCqw3w-8oCHbv",
    "kH4q39Qeq3w61vxX5K5M6FxLhuR0D4EpOkXe_NyK-UGtGNCtUZGUQZhKuvSMZKfaHrFvgzn3XMFojB5GbqGJnyPd",
    "W7Za5L_4yybb24Rg8q-D4Q2449oluQTzRmNNX6PTdgrKWu5QpvADrXowiblQlpMyzmJf7jFnphG234mbQJpLWLAf",
    "bnfI39KbTNjhrOd3RqFRmOsFpwrqJT2uADE-p9dAftgMj-0iE0DzeQjeNUDcLZOo4zHQOx5Yz-Pe7Q",
    r#""}"#
);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::dpop::{Expected, Reading, Spec, applies, forge, read};
    use crate::jwk::SigningKey;

    const NOW: i64 = 1_800_000_000;

    const TOKEN_REQUEST: Spec<'_> = Spec {
        htm: "POST",
        htu: "https://as.example/oauth/token",
        jti: "7Jz3yTmXrA0",
        iat: NOW,
        nonce: Some("bm9uY2U"),
        access_token: None,
    };

    const RESOURCE_REQUEST: Spec<'_> = Spec {
        htm: "GET",
        htu: "https://pds.example/xrpc/com.atproto.repo.getRecord",
        access_token: Some("token"),
        ..TOKEN_REQUEST
    };

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32]).unwrap()
    }

    fn reading(spec: &Spec<'_>, mutation: Option<&Mutation>) -> Reading {
        let fields = forge(spec, &key(), mutation);
        let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
        let Spec { htm, htu, nonce, access_token, .. } = *spec;
        let expected =
            Expected { htm, htu, nonce, now: NOW, max_age: 300, access_token, jkt: None };
        read(&fields, &expected)
    }

    fn failed_steps(reading: &Reading) -> BTreeSet<Step> {
        reading.steps.iter().filter(|(_, result)| result.is_err()).map(|(step, _)| *step).collect()
    }

    #[test]
    fn unmutated_proofs_hold_in_every_step() {
        for spec in [TOKEN_REQUEST, RESOURCE_REQUEST] {
            let reading = reading(&spec, None);
            let numbers: Vec<u8> = reading.steps.iter().map(|(step, _)| step.number()).collect();
            assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
            assert!(reading.accepted().is_some(), "{:?}", reading.steps);
        }
    }

    #[test]
    fn each_row_is_wrong_in_its_step_and_in_no_other() {
        for row in MUTATIONS {
            let specs = [TOKEN_REQUEST, RESOURCE_REQUEST];
            let specs: Vec<_> =
                specs.iter().filter(|spec| applies(spec, &key(), &row.mutation)).collect();
            assert!(!specs.is_empty(), "{} applies to nothing", row.name);
            for spec in specs {
                let reading = reading(spec, Some(&row.mutation));
                let failed = failed_steps(&reading);
                let expected = expected_steps(row);
                assert_eq!(failed, expected, "{}: {:?}", row.name, reading.steps);
            }
        }
    }

    /// A repeated member is a fault in itself, and a JWT made for something else lacks the claims
    /// and the key of a proof.
    fn expected_steps(row: &NamedMutation) -> BTreeSet<Step> {
        let further: &[Step] = match row.mutation {
            Mutation::Header(MemberEdit::Repeat { .. })
            | Mutation::Jwk(MemberEdit::Repeat { .. })
            | Mutation::Claims(MemberEdit::Repeat { .. }) => &[Step::WellFormed],
            Mutation::WrongPurpose(_) => &[Step::RequiredClaims, Step::Signature, Step::Nonce],
            Mutation::Alg(AlgEdit::HmacWithOctKey) => &[Step::PublicKey],
            _ => &[],
        };
        row.step.into_iter().chain(further.iter().copied()).collect()
    }

    #[test]
    fn names_are_unique_and_found() {
        for row in MUTATIONS {
            assert_eq!(mutation(row.name), Some(row));
            assert!(row.comment.ends_with('.'), "{}", row.name);
        }
        assert_eq!(mutation("typ"), None);
    }

    #[test]
    fn what_is_illegal_has_a_step() {
        for row in MUTATIONS.iter().filter(|row| !row.legal) {
            assert!(row.step.is_some(), "{}", row.name);
        }
    }

    #[test]
    fn numbered_clauses_belong_to_their_steps() {
        for row in MUTATIONS {
            if let Some(step) = row.step.filter(|step| step.clause() != row.clause) {
                let other = (1..=12).find(|n| row.clause == format!("RFC9449-4.3-{n:02}"));
                assert_eq!(other, None, "{} is about step {}", row.name, step.number());
            }
        }
    }
}
