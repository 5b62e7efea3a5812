//! What can be wrong with a DPoP proof, once for all endpoints.
//!
//! Each row is one mutation of `protocol::dpop`, the clauses that it breaks, and the faults of the
//! reference peer that let it pass. The families of the endpoints take their cases from here and
//! give them their ids. That a server checks a proof at one endpoint proves nothing for the next:
//! a case at an endpoint is killed by the fault at that endpoint alone.

use atproof_engine::judge::describe;
use atproof_engine::model::{Alternative, Case, Edit, Expectation, Outcome, Transcript};
use atproof_engine::stage::{Draft, Halt, Reply, Stage};

use crate::server::answers::{GRANT, PROOF, RESOURCE};
use crate::server::seen;

/// A proof that is not as usual, and what it means at each endpoint.
pub(crate) struct Row {
    kind: Kind,
    mutation: &'static str,
    title: &'static str,
    /// The clause at the authorization server.
    clause: &'static str,
    covers: &'static [&'static str],
    par_covers: &'static [&'static str],
    refresh_covers: &'static [&'static str],
    par: &'static [&'static str],
    token: &'static [&'static str],
    refresh: &'static [&'static str],
    revocation: &'static [&'static str],
    resource_clause: &'static str,
    resource: &'static [&'static str],
}

/// What has to follow.
#[derive(Clone, Copy)]
enum Kind {
    /// The proof is wrong: a refusal.
    Wrong,
    /// The key is spelled so that it is another one: a refusal where it is compared with the one
    /// before, open elsewhere.
    OtherKey,
    /// The proof is right: the same answer as without the change.
    Legal,
    /// The text leaves it open.
    Open,
    /// Any answer but one of a server that has lost its way.
    Answered,
}

impl Row {
    /// The case at the endpoint for pushed requests. There a wrong proof is always also a breach of
    /// RFC 9449, section 10.1.
    pub(crate) const fn at_par(&self, id: &'static str) -> Case {
        let expect = self.expect_unbound();
        Case { covers: self.par_covers, killers: self.par, ..self.case(id, expect) }
    }

    /// The case at the exchange of a code.
    pub(crate) const fn at_token(&self, id: &'static str) -> Case {
        let expect = self.expect(Expectation::Refused(&[PROOF, GRANT]));
        Case { killers: self.token, ..self.case(id, expect) }
    }

    /// The case at a refresh.
    pub(crate) const fn at_refresh(&self, id: &'static str) -> Case {
        let expect = self.expect(Expectation::Refused(&[PROOF, GRANT]));
        Case { covers: self.refresh_covers, killers: self.refresh, ..self.case(id, expect) }
    }

    /// The case at a revocation.
    pub(crate) const fn at_revocation(&self, id: &'static str) -> Case {
        let expect = self.expect_unbound();
        Case { killers: self.revocation, ..self.case(id, expect) }
    }

    /// The case at a resource, where no access may be granted.
    pub(crate) const fn at_resource(&self, id: &'static str) -> Case {
        let expect = self.expect(Expectation::Refused(&[RESOURCE]));
        let case = self.case(id, expect);
        let covers: &[&str] = if self.is_wrong() { &["RFC9449-7.1-03"] } else { &[] };
        Case { clause: self.resource_clause, covers, killers: self.resource, ..case }
    }

    const fn case(&self, id: &'static str, expect: Expectation) -> Case {
        let Self { title, clause, covers, mutation, .. } = *self;
        Case { id, title, clause, covers, killers: &[], edit: Edit::Proof(mutation), expect }
    }

    const fn expect(&self, refused: Expectation) -> Expectation {
        match self.kind {
            Kind::Wrong | Kind::OtherKey => refused,
            Kind::Legal => Expectation::Accepted,
            Kind::Open => Expectation::Open(EITHER),
            Kind::Answered => Expectation::Holds(is_answered),
        }
    }

    /// Where the key of the proof is not compared with another.
    const fn expect_unbound(&self) -> Expectation {
        match self.kind {
            Kind::OtherKey => Expectation::Open(EITHER),
            _ => self.expect(Expectation::Refused(&[PROOF])),
        }
    }

    const fn is_wrong(&self) -> bool {
        matches!(self.kind, Kind::Wrong | Kind::OtherKey)
    }
}

/// Where the text leaves it open whether a request is accepted.
pub(crate) const EITHER: &[Alternative] = &[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative { name: "refused", is: |answer| (400..500).contains(&answer.status) },
];

/// Accepted or refused, but not with a server error.
fn is_answered(transcript: &Transcript<'_>) -> Outcome {
    seen::judged((|| {
        let exchange = seen::faulted(transcript)?;
        match exchange.status() {
            Some(429 | 502..=504) | None => {
                Err(Outcome::unclear(describe(exchange), "run it again"))
            }
            Some(500..) => {
                Ok(Outcome::violated("accepted or refused", describe(exchange), exchange))
            }
            Some(_) => Ok(Outcome::kept(describe(exchange))),
        }
    })())
}

/// Whether a proof with this edit holds its private key: the key is of no use afterwards.
pub(crate) fn gives_key_away(edit: &Edit) -> bool {
    *edit == Edit::Proof(JWK_PRIVATE.mutation)
}

/// What is changed where a proof is sent again.
pub(crate) const REPLAY: Edit = Edit::Story("the DPoP proof is that of the request before");

/// Sends a request that has to succeed, and then another one with its proof.
pub(crate) async fn replay(stage: &mut Stage, first: Draft, then: Draft) -> Result<Reply, Halt> {
    let reply = stage.send(first).await;
    if !reply.is_success() {
        return Err(Halt::Unprepared {
            what: "the request whose proof is sent again",
            why: "it was refused".to_owned(),
        });
    }
    resend(stage, then).await
}

/// Sends a request with the proof of the one before. Proofs are public: the record has them as
/// they were sent.
pub(crate) async fn resend(stage: &mut Stage, draft: Draft) -> Result<Reply, Halt> {
    let sent = stage.exchanges().last().and_then(|sent| sent.request.header("dpop"));
    let proof = sent.map(str::to_owned).ok_or(Halt::Needs("a proof to send again"))?;
    let draft = Draft { proof: None, ..draft }.header("DPoP", &proof);
    Ok(stage.send_once(&draft).await)
}

/// Makes the constants from rows: what is sent, and for each side the clause and the fault.
macro_rules! rows {
    ($($name:ident = $kind:ident $mutation:literal, $title:literal,
        as $clause:literal also [$($also:literal),*] broken by $as_fault:literal,
        rs $resource_clause:literal broken by $rs_fault:literal;)+) => {
        $(pub(crate) const $name: Row = Row {
            kind: Kind::$kind,
            mutation: $mutation,
            title: $title,
            clause: $clause,
            covers: &[$($also),*],
            par_covers: &["RFC9449-10.1-02", $($also),*],
            refresh_covers: &["ATP-REFR-007", $($also),*],
            par: &[concat!($as_fault, "@par")],
            token: &[concat!($as_fault, "@token")],
            refresh: &[concat!($as_fault, "@refresh")],
            revocation: &[concat!($as_fault, "@revoke")],
            resource_clause: $resource_clause,
            resource: &[$rs_fault],
        };)+
    };
}

rows! {
    REPEATED = Wrong "field-good-then-bad", "Two DPoP header fields are sent, the first correct",
        as "RFC9449-4.3-01" also [] broken by "as.dpop.multi-header-first",
        rs "RFC9449-4.3-R01" broken by "rs.dpop.multi-header-first";
    REPEATED_LAST_GOOD = Wrong "field-bad-then-good",
        "Two DPoP header fields are sent, the last correct",
        as "RFC9449-4.3-01" also [] broken by "as.dpop.multi-header-last",
        rs "RFC9449-4.3-R01" broken by "rs.dpop.multi-header-last";
    JOINED_BY_COMMA = Wrong "field-comma-joined", "One DPoP header field holds two proofs",
        as "RFC9449-4.3-02" also [] broken by "as.dpop.comma-split",
        rs "RFC9449-4.3-R02" broken by "rs.dpop.comma-split";
    EMPTY = Wrong "field-empty", "The DPoP header field is empty",
        as "RFC9449-4.3-02" also [] broken by "as.dpop.empty-field-ignored",
        rs "RFC9449-4.3-R02" broken by "rs.dpop.empty-field-ignored";
    NOT_A_JWT = Wrong "garbage", "The DPoP header field holds no JWT",
        as "RFC9449-4.3-02" also [] broken by "as.dpop.unparsable-ignored",
        rs "RFC9449-4.3-R02" broken by "rs.dpop.unparsable-ignored";
    QUOTED = Wrong "quoted", "The proof stands in quotation marks",
        as "RFC9449-4.3-02" also ["RFC8725BIS-3.14-01"] broken by "as.dpop.quotes-stripped",
        rs "RFC9449-4.3-R02" broken by "rs.dpop.quotes-stripped";
    TWO_SEGMENTS = Wrong "two-segments", "The proof has no segment for its signature",
        as "RFC9449-4.3-02" also ["RFC8725BIS-3.14-01"]
            broken by "as.jose.signature-segment-optional",
        rs "RFC9449-4.3-R02" broken by "rs.jose.signature-segment-optional";
    EXTRA_SEGMENT = Wrong "four-segments", "The proof has a fourth segment",
        as "RFC9449-4.3-02" also ["RFC8725BIS-3.14-01"] broken by "as.jose.lenient-split",
        rs "RFC9449-4.3-R02" broken by "rs.jose.lenient-split";
    TRAILING_DOT = Wrong "trailing-dot", "A full stop follows the proof",
        as "RFC9449-4.3-02" also ["RFC8725BIS-3.14-01"] broken by "as.jose.trailing-dot-trimmed",
        rs "RFC9449-4.3-R02" broken by "rs.jose.trailing-dot-trimmed";
    WHITESPACE_INSIDE = Wrong "whitespace", "The proof has a space in its signature",
        as "RFC7515-2-01" also ["RFC8725BIS-3.14-01"] broken by "as.jose.whitespace-skipped",
        rs "RFC7515-2-01" broken by "rs.jose.whitespace-skipped";
    JSON_SERIALISED = Wrong "json-serialization",
        "The proof is in the flattened JSON form of a JWS",
        as "RFC9449-4.3-02" also ["RFC7515-3-01"] broken by "as.jose.json-serialization",
        rs "RFC9449-4.3-R02" broken by "rs.jose.json-serialization";
    PADDED = Wrong "segments-padded", "The segments of the proof are padded",
        as "RFC7515-2-01" also [] broken by "as.jose.padding-accepted",
        rs "RFC7515-2-01" broken by "rs.jose.padding-accepted";
    STANDARD_ALPHABET = Wrong "standard-alphabet", "The segments of the proof use plus and slash",
        as "RFC7515-2-01" also [] broken by "as.jose.standard-alphabet",
        rs "RFC7515-2-01" broken by "rs.jose.standard-alphabet";
    HEADER_COMMENT = Wrong "header-comment", "The header of the proof holds a comment",
        as "RFC7515-5.2-01" also [] broken by "as.json.comments-skipped",
        rs "RFC9449-4.3-R02" broken by "rs.json.comments-skipped";
    PAYLOAD_NOT_UTF8 = Wrong "payload-not-utf8",
        "The payload of the proof holds an octet that is not UTF-8",
        as "RFC7519-7.2-01" also ["RFC8725-3.7-01"] broken by "as.jose.utf8-lossy",
        rs "RFC9449-4.3-R02" broken by "rs.jose.utf8-lossy";
    PAYLOAD_TRAILING_DATA = Wrong "payload-trailing-data",
        "A second object follows the payload of the proof",
        as "RFC7519-7.2-01" also [] broken by "as.json.trailing-data-ignored",
        rs "RFC9449-4.3-R02" broken by "rs.json.trailing-data-ignored";
    TYP_MISSING = Wrong "typ-missing", "The proof has no typ",
        as "RFC9449-4.3-04" also [] broken by "as.dpop.typ-optional",
        rs "RFC9449-4.3-R04" broken by "rs.dpop.typ-optional";
    TYP_JWT = Wrong "typ-jwt", "The proof has the typ of another kind of JWT",
        as "RFC9449-4.3-04" also [] broken by "as.dpop.typ-any",
        rs "RFC9449-4.3-R04" broken by "rs.jose.ignore-typ";
    TYP_AT_JWT = Wrong "typ-at-jwt", "The proof has the typ of an access token",
        as "RFC9449-4.3-04" also ["RFC8725-3.11-01"] broken by "as.dpop.typ-suffix-only",
        rs "RFC9449-4.3-R04" broken by "rs.dpop.typ-suffix-only";
    CLIENT_ASSERTION = Wrong "client-assertion-as-proof", "A client assertion is sent as the proof",
        as "RFC9449-11.5-01" also ["RFC9449-4.3-03"] broken by "as.dpop.client-assertion-accepted",
        rs "RFC9449-4.3-R03" broken by "rs.dpop.client-assertion-accepted";
    ACCESS_TOKEN = Wrong "access-token-as-proof", "A JWT access token is sent as the proof",
        as "RFC9449-11.5-01" also ["RFC8725-3.11-01"] broken by "as.dpop.access-token-accepted",
        rs "RFC9449-4.3-R03" broken by "rs.dpop.access-token-accepted";
    ALG_NONE = Wrong "alg-none", "The proof is not signed",
        as "RFC9449-4.3-05" also [] broken by "as.dpop.alg-none",
        rs "RFC9449-4.3-R05" broken by "rs.dpop.alg-none";
    ALG_NONE_MIXED_CASE = Wrong "alg-none-mixed-case",
        "The proof is not signed and says so in mixed case",
        as "RFC9449-4.3-05" also ["RFC7518-3.6-01"] broken by "as.dpop.alg-none-casefold",
        rs "RFC9449-4.3-R05" broken by "rs.dpop.alg-none-casefold";
    ALG_HS256 = Wrong "alg-hs256-public-key",
        "The proof is authenticated with the public key as a shared secret",
        as "RFC9449-4.3-05" also ["RFC8725-3.1-01"] broken by "as.jose.alg-from-header",
        rs "RFC9449-4.3-R05" broken by "rs.jose.alg-from-header";
    ALG_HS256_OWN_SECRET = Wrong "alg-hs256-oct-key",
        "The proof is authenticated with a secret that it holds itself",
        as "RFC9449-4.3-05" also ["RFC8725-3.1-01"] broken by "as.jose.oct-key-accepted",
        rs "RFC9449-4.3-R05" broken by "rs.jose.oct-key-accepted";
    ALG_MISSING = Wrong "alg-missing", "The proof has no alg",
        as "RFC7515-4.1.1-01" also ["RFC9449-4.3-05"] broken by "as.jose.alg-optional",
        rs "RFC9449-4.3-R05" broken by "rs.jose.alg-optional";
    ALG_UNKNOWN = Wrong "alg-unknown", "The proof names an algorithm that nobody knows",
        as "RFC9449-4.3-05" also ["RFC7515-4.1.1-01"] broken by "as.jose.alg-unchecked",
        rs "RFC9449-4.3-R05" broken by "rs.jose.alg-unchecked";
    ALG_LOWER_CASE = Wrong "alg-lower-case", "The proof names its algorithm in lower case",
        as "RFC7515-4.1.1-01" also ["RFC9449-4.3-05"] broken by "as.jose.alg-casefold",
        rs "RFC9449-4.3-R05" broken by "rs.jose.alg-casefold";
    ALG_KEY_MISMATCH = Wrong "crv-p384-label",
        "The key of the proof names another curve than its algorithm uses",
        as "RFC7515-4.1.1-01" also ["RFC7518-3.1-01"] broken by "as.jose.curve-unchecked",
        rs "RFC9449-4.3-R06" broken by "rs.jose.curve-unchecked";
    KEY_ON_OTHER_CURVE = Wrong "key-secp256k1",
        "The key of the proof is on another curve than its algorithm uses",
        as "RFC9449-4.3-06" also ["RFC7518-3.1-01"] broken by "as.jose.unusable-key-unverified",
        rs "RFC9449-4.3-R06" broken by "rs.jose.unusable-key-unverified";
    POINT_OFF_CURVE = Wrong "point-off-curve", "The key of the proof is no point of its curve",
        as "RFC8725-3.4-01" also ["RFC9449-4.3-06"] broken by "as.jose.point-panics",
        rs "RFC9449-4.3-R06" broken by "rs.jose.point-panics";
    COORDINATE_LONG = OtherKey "x-zero-byte-added",
        "A coordinate in the key of the proof has a zero octet before it",
        as "RFC7518-6.2.1-01" also [] broken by "as.jose.coordinate-length-unchecked",
        rs "RFC7518-6.2.1-01" broken by "rs.jose.coordinate-length-unchecked";
    JWK_MISSING = Wrong "jwk-kid-instead", "The proof names its key by kid instead of holding it",
        as "RFC9449-4.3-06" also [] broken by "as.dpop.kid-lookup",
        rs "RFC9449-4.3-R06" broken by "rs.dpop.kid-lookup";
    JWK_ABSENT = Wrong "jwk-missing", "The proof neither holds nor names a key",
        as "RFC9449-4.3-06" also ["RFC9449-4.3-03"] broken by "as.dpop.jwk-optional",
        rs "RFC9449-4.3-R06" broken by "rs.dpop.jwk-optional";
    JWK_STRING = Wrong "jwk-string", "The jwk of the proof is a string",
        as "RFC9449-4.3-06" also [] broken by "as.dpop.jwk-string-panics",
        rs "RFC9449-4.3-R06" broken by "rs.dpop.jwk-string-panics";
    JWK_PRIVATE = Wrong "jwk-private", "The proof holds its private key",
        as "RFC9449-4.3-07" also [] broken by "as.jose.accept-private-jwk",
        rs "RFC9449-4.3-R07" broken by "rs.jose.accept-private-jwk";
    SIGNATURE_BROKEN = Wrong "signature-bit-flipped", "The signature of the proof does not verify",
        as "RFC9449-4.3-06" also ["RFC8725-3.3-01"] broken by "as.dpop.signature-unchecked",
        rs "RFC9449-4.3-R06" broken by "rs.dpop.signature-unchecked";
    SIGNATURE_EMPTY = Wrong "signature-empty", "The signature of the proof is empty",
        as "RFC9449-4.3-06" also [] broken by "as.dpop.empty-signature",
        rs "RFC9449-4.3-R06" broken by "rs.dpop.empty-signature";
    SIGNATURE_SHORT = Wrong "signature-truncated",
        "The signature of the proof lacks its last octet",
        as "RFC7518-3.4-01" also ["RFC9449-4.3-06"] broken by "as.jose.short-signature-unverified",
        rs "RFC9449-4.3-R06" broken by "rs.jose.short-signature-unverified";
    SIGNATURE_LONG = Wrong "signature-extended", "The signature of the proof has an octet more",
        as "RFC7518-3.4-01" also [] broken by "as.jose.signature-cut",
        rs "RFC9449-4.3-R06" broken by "rs.jose.signature-cut";
    SIGNATURE_DER = Wrong "signature-der", "The signature of the proof is in DER",
        as "RFC7518-3.4-01" also [] broken by "as.jose.der-signature",
        rs "RFC9449-4.3-R06" broken by "rs.jose.der-signature";
    SIGNATURE_ZERO = Wrong "signature-zero", "The signature of the proof is all zeros",
        as "RFC9449-4.3-06" also [] broken by "as.jose.zero-signature",
        rs "RFC9449-4.3-R06" broken by "rs.jose.zero-signature";
    CRIT_UNKNOWN = Wrong "crit-unknown", "The proof declares an unknown header parameter critical",
        as "RFC7515-4.1.11-01" also [] broken by "as.jose.ignore-crit",
        rs "RFC7515-4.1.11-01" broken by "rs.jose.ignore-crit";
    CRIT_EMPTY = Wrong "crit-empty", "The crit of the proof is an empty list",
        as "RFC7515-4.1.11-02" also [] broken by "as.jose.malformed-crit-ignored",
        rs "RFC7515-4.1.11-02" broken by "rs.jose.malformed-crit-ignored";
    ALG_REPEATED = Wrong "alg-twice-bad-last",
        "The proof has two alg parameters, the last one none",
        as "RFC7515-4-01" also ["RFC9449-4.3-05"] broken by "as.json.header-duplicate-first",
        rs "RFC9449-4.3-R05" broken by "rs.json.header-duplicate-first";
    COORDINATE_REPEATED = Wrong "x-twice-bad-last",
        "The key of the proof has two x members, the last one wrong",
        as "RFC7517-4-01" also [] broken by "as.json.jwk-duplicate-first",
        rs "RFC9449-4.3-R06" broken by "rs.json.jwk-duplicate-first";
    CLAIM_REPEATED = Wrong "htm-twice-bad-last", "The proof has two htm claims, the last one wrong",
        as "RFC7519-4-01" also [] broken by "as.json.duplicate-first",
        rs "RFC9449-4.3-R08" broken by "rs.json.duplicate-first";
    JTI_MISSING = Wrong "jti-missing", "The proof has no jti",
        as "RFC9449-4.3-03" also [] broken by "as.dpop.jti-optional",
        rs "RFC9449-4.3-R03" broken by "rs.dpop.jti-optional";
    JTI_EMPTY = Open "jti-empty", "The jti of the proof is empty",
        as "RFC9449-4.3-03" also [] broken by "as.dpop.jti-empty",
        rs "RFC9449-4.3-R03" broken by "rs.dpop.jti-empty";
    JTI_NUMBER = Wrong "jti-number", "The jti of the proof is a number",
        as "RFC9449-4.3-03" also [] broken by "as.dpop.jti-type-unchecked",
        rs "RFC9449-4.3-R03" broken by "rs.dpop.jti-type-unchecked";
    HTM_MISSING = Wrong "htm-missing", "The proof has no htm",
        as "RFC9449-4.3-03" also [] broken by "as.dpop.htm-optional",
        rs "RFC9449-4.3-R03" broken by "rs.dpop.htm-optional";
    HTU_MISSING = Wrong "htu-missing", "The proof has no htu",
        as "RFC9449-4.3-03" also [] broken by "as.dpop.htu-optional",
        rs "RFC9449-4.3-R03" broken by "rs.dpop.htu-optional";
    IAT_MISSING = Wrong "iat-missing", "The proof has no iat",
        as "RFC9449-4.3-03" also [] broken by "as.dpop.iat-optional",
        rs "RFC9449-4.3-R03" broken by "rs.dpop.iat-optional";
    IAT_STRING = Wrong "iat-text", "The iat of the proof is a string",
        as "RFC7519-2-01" also [] broken by "as.dpop.iat-string",
        rs "RFC7519-2-01" broken by "rs.dpop.iat-string";
    HTM_WRONG = Wrong "htm-other", "The proof was made for another method",
        as "RFC9449-4.3-08" also [] broken by "as.dpop.htm-unchecked",
        rs "RFC9449-4.3-R08" broken by "rs.dpop.htm-unchecked";
    HTM_LOWER_CASE = Wrong "htm-lower-case", "The htm of the proof is in lower case",
        as "RFC9449-4.3-08" also [] broken by "as.dpop.htm-casefold",
        rs "RFC9449-4.3-R08" broken by "rs.dpop.htm-casefold";
    HTU_OTHER_HOST = Wrong "htu-other-host", "The proof was made for another host",
        as "RFC9449-4.3-09" also [] broken by "as.dpop.htu-host-unchecked",
        rs "RFC9449-4.3-R09" broken by "rs.dpop.htu-host-unchecked";
    HTU_OTHER_SCHEME = Wrong "htu-other-scheme", "The proof was made for another scheme",
        as "RFC9449-4.3-09" also [] broken by "as.dpop.htu-scheme-unchecked",
        rs "RFC9449-4.3-R09" broken by "rs.dpop.htu-scheme-unchecked";
    HTU_OTHER_PORT = Wrong "htu-other-port", "The proof was made for another port",
        as "RFC9449-4.3-09" also [] broken by "as.dpop.htu-port-unchecked",
        rs "RFC9449-4.3-R09" broken by "rs.dpop.htu-port-unchecked";
    HTU_OTHER_PATH = Wrong "htu-sibling-path", "The proof was made for another path",
        as "RFC9449-4.3-09" also ["RFC9449-4.3-16"] broken by "as.dpop.htu-path-unchecked",
        rs "RFC9449-4.3-R09" broken by "rs.dpop.htu-path-unchecked";
    HTU_RELATIVE = Wrong "htu-relative", "The htu of the proof is the path alone",
        as "RFC9449-4.3-09" also [] broken by "as.dpop.htu-relative",
        rs "RFC9449-4.3-R09" broken by "rs.dpop.htu-relative";
    HTU_ORIGIN_ONLY = Wrong "htu-origin-only", "The htu of the proof is the origin alone",
        as "RFC9449-4.3-09" also [] broken by "as.dpop.htu-origin-only",
        rs "RFC9449-4.3-R09" broken by "rs.dpop.htu-origin-only";
    HTU_PATH_CASE = Wrong "htu-path-case", "The path of htu is in another case",
        as "RFC9449-4.3-09" also ["RFC9449-4.3-14"] broken by "as.dpop.htu-path-casefold",
        rs "RFC9449-4.3-R09" broken by "rs.dpop.htu-path-casefold";
    HTU_TRAILING_SLASH = Wrong "htu-trailing-slash", "The path of htu has a slash appended",
        as "RFC9449-4.3-09" also ["RFC9449-4.3-14"] broken by "as.dpop.htu-slash-trimmed",
        rs "RFC9449-4.3-R09" broken by "rs.dpop.htu-slash-trimmed";
    HTU_ENCODED_SLASH = Wrong "htu-encoded-slash", "The path of htu has a slash percent-encoded",
        as "RFC9449-4.3-14" also [] broken by "as.dpop.htu-percent-decoded",
        rs "RFC9449-4.3-14" broken by "rs.dpop.htu-percent-decoded";
    HTU_USERINFO = Wrong "htu-userinfo", "The htu of the proof has a user name",
        as "RFC9449-4.3-14" also [] broken by "as.dpop.htu-userinfo-ignored",
        rs "RFC9449-4.3-14" broken by "rs.dpop.htu-userinfo-ignored";
    HTU_HOST_CASE = Legal "htu-upper-case-host",
        "A proof with the host of htu in capitals is refused",
        as "RFC9449-4.3-13" also [] broken by "as.dpop.htu-not-normalised",
        rs "RFC9449-4.3-13" broken by "rs.dpop.htu-not-normalised";
    EXTRA_CLAIM = Legal "claim-extra", "A proof with a claim of no meaning is refused",
        as "RFC9449-4.2-10" also [] broken by "as.dpop.extra-claims-refused",
        rs "RFC9449-4.2-10" broken by "rs.dpop.extra-claims-refused";
    LONG_JTI = Answered "jti-long",
        "A proof with a jti of 8192 characters is not answered as others are",
        as "RFC9449-11.1-04" also [] broken by "as.dpop.long-jti-panics",
        rs "RFC9449-11.1-04" broken by "rs.dpop.long-jti-panics";
}
