//! The checks of RFC 9449, section 4.3, step by step.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::uri::normalize;
use crate::jwk::{self, PublicJwk};
use crate::jws::{self, Compact};
use crate::{Defect, Position, base64url, json};

/// Checks the `DPoP` header fields of a request against what the request and the server expect.
///
/// All steps are taken that can be taken, also after one that failed. What a step needs and an
/// earlier one found missing is told by the earlier one alone.
pub fn read(proof_headers: &[&[u8]], expected: &Expected<'_>) -> Reading {
    let mut reading = Reading { steps: Vec::new(), proof: None };
    let several = single_field(proof_headers);
    let stop = several.is_some();
    reading.note(Step::SingleField, several);
    if stop {
        return reading;
    }
    let text = match field_text(proof_headers) {
        Ok(text) => text,
        Err(defect) => {
            reading.note(Step::WellFormed, [defect]);
            return reading;
        }
    };
    let (compact, claims) = match well_formed(text) {
        Ok(parts) => parts,
        Err(defects) => {
            reading.note(Step::WellFormed, defects);
            return reading;
        }
    };
    let header = compact.header.to_value();
    let jwk = header.get("jwk");
    reading.note(Step::WellFormed, compact.defects().into_iter().chain(duplicate_claims(&claims)));
    reading.note(Step::RequiredClaims, required_claims(&claims, expected));
    reading.note(Step::Typ, typ(&header));
    let alg = alg(&header);
    let is_es256 = alg.is_none();
    reading.note(Step::Alg, alg);
    let key = key(jwk);
    if is_es256 || jwk.is_none() {
        reading.note(
            Step::Signature,
            match &key {
                Ok(key) => signature(key, &compact).into_iter().collect(),
                Err(defects) => defects.clone(),
            },
        );
    }
    if let Some(jwk) = jwk {
        reading.note(Step::PublicKey, private_key(jwk));
    }
    if let Some(claimed) = text_claim(&claims, "htm") {
        reading.note(Step::Htm, htm(claimed, expected.htm));
    }
    if let Some(claimed) = text_claim(&claims, "htu") {
        reading.note(Step::Htu, htu(claimed, expected.htu));
    }
    reading.note(Step::Nonce, nonce(&claims, expected.nonce));
    if let Some(claimed) = iat(&claims) {
        reading.note(Step::Age, age(claimed, expected));
    }
    let jkt = key.ok().map(|key| key.thumbprint());
    let mismatches =
        [token_hash(&claims, expected.access_token), bound_key(jkt.as_deref(), expected.jkt)];
    reading.note(Step::AccessToken, mismatches.into_iter().flatten());
    reading.proof = jkt.and_then(|jkt| proof(header, &claims, jkt));
    reading
}

/// What the request is, and what the server knows.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// Method of the request.
    pub htm: &'a str,
    /// URI of the request; query and fragment do not matter.
    pub htu: &'a str,
    /// Nonce that the server supplied, if it did.
    pub nonce: Option<&'a str>,
    /// The time, in seconds since 1970.
    pub now: i64,
    /// How many seconds `iat` may lie behind `now`, and as many ahead.
    pub max_age: i64,
    /// Access token beside the proof; only resource requests have one.
    pub access_token: Option<&'a str>,
    /// Thumbprint of the key that the access token, or the grant, is bound to.
    pub jkt: Option<&'a str>,
}

/// What the steps found.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Every step that was taken, in the order of the RFC: once where it holds, else once for each
    /// of its defects. A step that could not be taken is absent.
    pub steps: Vec<(Step, Result<(), Defect>)>,
    /// Content of the proof where all of it is there, whether or not the steps hold.
    pub proof: Option<Proof>,
}

impl Reading {
    /// Everything that is wrong, in the order of the steps.
    pub fn defects(&self) -> impl Iterator<Item = &Defect> {
        self.steps.iter().filter_map(|(_, result)| result.as_ref().err())
    }

    /// The proof, if nothing is wrong with it.
    pub fn accepted(&self) -> Option<&Proof> {
        self.proof.as_ref().filter(|_| self.defects().next().is_none())
    }

    fn note(&mut self, step: Step, defects: impl IntoIterator<Item = Defect>) {
        let before = self.steps.len();
        self.steps.extend(defects.into_iter().map(|defect| (step, Err(defect))));
        if self.steps.len() == before {
            self.steps.push((step, Ok(())));
        }
    }
}

/// A numbered step of RFC 9449, section 4.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// 1: there is not more than one `DPoP` field.
    SingleField = 1,
    /// 2: its value is a single and well-formed JWT.
    WellFormed,
    /// 3: the claims that section 4.2 requires are there. A missing `nonce` belongs to step 10.
    RequiredClaims,
    /// 4: `typ` is `dpop+jwt`.
    Typ,
    /// 5: `alg` is an acceptable asymmetric algorithm. Here that is ES256.
    Alg,
    /// 6: the signature verifies with the key in `jwk`.
    Signature,
    /// 7: `jwk` holds no private key.
    PublicKey,
    /// 8: `htm` is the method of the request.
    Htm,
    /// 9: `htu` is the URI of the request, without query and fragment.
    Htu,
    /// 10: `nonce` is the one that the server supplied, if it did.
    Nonce,
    /// 11: the time of creation lies in the window.
    Age,
    /// 12: `ath` is the hash of the access token, and the token is bound to the key.
    AccessToken,
}

impl Step {
    /// The number of the step.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The catalogue id of the step, as a requirement on authorization servers.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::SingleField => "RFC9449-4.3-01",
            Self::WellFormed => "RFC9449-4.3-02",
            Self::RequiredClaims => "RFC9449-4.3-03",
            Self::Typ => "RFC9449-4.3-04",
            Self::Alg => "RFC9449-4.3-05",
            Self::Signature => "RFC9449-4.3-06",
            Self::PublicKey => "RFC9449-4.3-07",
            Self::Htm => "RFC9449-4.3-08",
            Self::Htu => "RFC9449-4.3-09",
            Self::Nonce => "RFC9449-4.3-10",
            Self::Age => "RFC9449-4.3-11",
            Self::AccessToken => "RFC9449-4.3-12",
        }
    }
}

/// The content of a proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Header; of repeated members the last.
    pub header: Value,
    /// Claims; of repeated members the last.
    pub claims: Value,
    /// Thumbprint of the key in the header.
    pub jkt: String,
    /// Identifier.
    pub jti: String,
    /// Method.
    pub htm: String,
    /// URI as written.
    pub htu: String,
    /// Time of creation, in whole seconds.
    pub iat: i64,
    /// Nonce, if there is one.
    pub nonce: Option<String>,
    /// Hash of an access token, if there is one.
    pub ath: Option<String>,
}

/// The `ath` of an access token (RFC 9449, section 4.2).
pub fn ath(access_token: &str) -> String {
    base64url::encode(&Sha256::digest(access_token))
}

fn single_field(proof_headers: &[&[u8]]) -> Option<Defect> {
    let detail = match proof_headers {
        [] => return None,
        // A recipient may join fields of one name by commas (RFC 9110, section 5.3).
        [value] if is_list_of_token68(value) => "several proofs with a comma between".to_owned(),
        [_] => return None,
        several => format!("{} fields", several.len()),
    };
    Some(defect(Step::SingleField, "dpop.several", field(), detail))
}

fn is_list_of_token68(value: &[u8]) -> bool {
    let is_token68 = |item: &[u8]| {
        let item = item.trim_ascii();
        let padding = item.iter().rev().take_while(|byte| **byte == b'=').count();
        let text = item.get(..item.len() - padding).unwrap_or_default();
        !text.is_empty()
            && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte))
    };
    value.contains(&b',') && value.split(|byte| *byte == b',').all(is_token68)
}

fn field_text<'a>(proof_headers: &[&'a [u8]]) -> Result<&'a str, Defect> {
    let Some(value) = proof_headers.first() else {
        return Err(Defect::new("dpop.missing", "RFC9449-5.2-01", field(), "no field"));
    };
    std::str::from_utf8(value).map_err(|error| {
        let at = Position::Byte(error.valid_up_to());
        defect(Step::WellFormed, "dpop.encoding", at, "not UTF-8")
    })
}

fn well_formed(text: &str) -> Result<(Compact<'_>, json::Node), Vec<Defect>> {
    let compact = Compact::parse(text)?;
    let claims = compact.claims().map_err(|defect| vec![defect])?;
    Ok((compact, claims))
}

fn duplicate_claims(claims: &json::Node) -> impl Iterator<Item = Defect> {
    claims.duplicates().into_iter().map(|(pointer, _)| {
        let at = Position::Pointer(format!("/claims{pointer}"));
        Defect::new("jwt.duplicate-claim", "RFC7519-4-01", at, "a repeated name")
    })
}

fn required_claims(claims: &json::Node, expected: &Expected<'_>) -> Vec<Defect> {
    let mut defects = Vec::new();
    for name in ["jti", "htm", "htu"] {
        if text_claim(claims, name).is_none() {
            let detail = format!("{name} is not a string of at least one character");
            defects.push(defect(Step::RequiredClaims, "dpop.claim", claim(name), detail));
        }
    }
    if iat(claims).is_none() {
        let detail = "iat is not a number";
        defects.push(Defect::new("dpop.iat", "RFC7519-2-01", claim("iat"), detail));
    }
    if expected.access_token.is_some() && claims.member("ath").is_none() {
        let detail = "no ath beside an access token";
        defects.push(Defect::new("dpop.ath-missing", "RFC9449-4.3-R03", claim("ath"), detail));
    }
    defects
}

fn text_claim<'a>(claims: &'a json::Node, name: &str) -> Option<&'a str> {
    claims.member(name)?.as_str().filter(|text| !text.is_empty())
}

fn iat(claims: &json::Node) -> Option<i64> {
    match &claims.member("iat")?.value {
        // The conversion goes to the nearest number there is, also from infinity.
        json::Value::Number(source) => source.parse::<f64>().ok().map(|time| time.floor() as i64),
        _ => None,
    }
}

fn typ(header: &Value) -> Option<Defect> {
    let found = header.get("typ");
    (found.and_then(Value::as_str) != Some("dpop+jwt")).then(|| {
        defect(Step::Typ, "dpop.typ", parameter("typ"), mismatch("typ", found, "dpop+jwt"))
    })
}

fn alg(header: &Value) -> Option<Defect> {
    let found = header.get("alg");
    (found.and_then(Value::as_str) != Some("ES256"))
        .then(|| defect(Step::Alg, "dpop.alg", parameter("alg"), mismatch("alg", found, "ES256")))
}

fn mismatch(name: &str, found: Option<&Value>, expected: &str) -> String {
    match found {
        Some(found) => format!("{name} is {found}, not {expected:?}"),
        None => format!("no {name}"),
    }
}

fn key(jwk: Option<&Value>) -> Result<PublicJwk, Vec<Defect>> {
    let Some(jwk) = jwk else {
        let at = parameter("jwk");
        return Err(vec![defect(Step::Signature, "dpop.jwk-missing", at, "no jwk")]);
    };
    PublicJwk::public_part(jwk).map_err(|defects| defects.into_iter().map(in_jwk).collect())
}

fn in_jwk(defect: Defect) -> Defect {
    let at = match defect.at {
        Position::Pointer(pointer) => Position::Pointer(format!("/header/jwk{pointer}")),
        _ => parameter("jwk"),
    };
    Defect { at, ..defect }
}

fn signature(key: &PublicJwk, compact: &Compact<'_>) -> Option<Defect> {
    if compact.signature.len() != 64 {
        let detail = format!("a signature of {} bytes, not 64", compact.signature.len());
        return Some(Defect::new(
            "dpop.signature-length",
            "RFC7518-3.4-01",
            signature_at(),
            detail,
        ));
    }
    (!jws::verify_es256(key, compact.signing_input(), &compact.signature)).then(|| {
        let detail = "the signature does not verify with the key in jwk";
        defect(Step::Signature, "dpop.signature", signature_at(), detail)
    })
}

fn private_key(jwk: &Value) -> impl Iterator<Item = Defect> {
    jwk::private_members(jwk)
        .into_iter()
        .map(|defect| Defect { clause: Step::PublicKey.clause(), ..in_jwk(defect) })
}

fn htm(claimed: &str, expected: &str) -> Option<Defect> {
    (claimed != expected).then(|| {
        let detail = format!("htm is {claimed:?}, the method {expected:?}");
        defect(Step::Htm, "dpop.htm-mismatch", claim("htm"), detail)
    })
}

fn htu(claimed: &str, expected: &str) -> Option<Defect> {
    let normal = normalize(claimed);
    let is_equal = normal.is_some() && normal == normalize(expected);
    (!is_equal).then(|| {
        let detail = format!("htu is {claimed:?}, the request went to {expected:?}");
        defect(Step::Htu, "dpop.htu-mismatch", claim("htu"), detail)
    })
}

fn nonce(claims: &json::Node, expected: Option<&str>) -> Option<Defect> {
    let claimed = claims.member("nonce");
    let detail = match (claimed, expected) {
        (None, None) => return None,
        (None, Some(_)) => "no nonce, though the server supplied one",
        (Some(claimed), _) if claimed.as_str().is_none() => "nonce is not a string",
        (Some(claimed), Some(supplied)) if claimed.as_str() != Some(supplied) => {
            "not the nonce that the server supplied"
        }
        (Some(_), _) => return None,
    };
    Some(defect(Step::Nonce, "dpop.nonce", claim("nonce"), detail))
}

fn age(iat: i64, expected: &Expected<'_>) -> Option<Defect> {
    let distance = expected.now.abs_diff(iat);
    let is_near = i64::try_from(distance).is_ok_and(|distance| distance <= expected.max_age);
    (!is_near).then(|| {
        let side = if iat < expected.now { "ago" } else { "ahead" };
        let detail = format!("iat lies {distance} seconds {side}");
        defect(Step::Age, "dpop.iat-window", claim("iat"), detail)
    })
}

fn token_hash(claims: &json::Node, access_token: Option<&str>) -> Option<Defect> {
    let (claimed, token) = (claims.member("ath")?, access_token?);
    (claimed.as_str() != Some(&ath(token))).then(|| {
        let detail = "ath is not the hash of the access token";
        Defect::new("dpop.ath-mismatch", "RFC9449-4.3-R12", claim("ath"), detail)
    })
}

fn bound_key(jkt: Option<&str>, expected: Option<&str>) -> Option<Defect> {
    let (jkt, bound) = (jkt?, expected?);
    (jkt != bound).then(|| {
        let detail = format!("the key is {jkt}, the grant is bound to {bound}");
        defect(Step::AccessToken, "dpop.jkt-mismatch", parameter("jwk"), detail)
    })
}

fn proof(header: Value, claims: &json::Node, jkt: String) -> Option<Proof> {
    let text = |name| text_claim(claims, name).map(str::to_owned);
    Some(Proof {
        header,
        claims: claims.to_value(),
        jkt,
        jti: text("jti")?,
        htm: text("htm")?,
        htu: text("htu")?,
        iat: iat(claims)?,
        nonce: text("nonce"),
        ath: text("ath"),
    })
}

fn defect(step: Step, code: &'static str, at: Position, detail: impl Into<String>) -> Defect {
    Defect::new(code, step.clause(), at, detail)
}

fn field() -> Position {
    Position::Field("DPoP".to_owned())
}

fn parameter(name: &str) -> Position {
    Position::Pointer(format!("/header/{name}"))
}

fn claim(name: &str) -> Position {
    Position::Pointer(format!("/claims/{name}"))
}

fn signature_at() -> Position {
    Position::Pointer("/signature".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dpop::{MUTATIONS, Spec, forge};
    use crate::jwk::SigningKey;

    const EXPECTED: Expected<'_> = Expected {
        htm: "POST",
        htu: "https://server.example.com/token",
        nonce: None,
        now: 1_562_262_616,
        max_age: 60,
        access_token: None,
        jkt: Some("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
    };

    const SPEC: Spec<'_> = Spec {
        htm: EXPECTED.htm,
        htu: EXPECTED.htu,
        jti: "-BwC3ESc6acc2lTc",
        iat: EXPECTED.now,
        nonce: None,
        access_token: None,
    };

    /// RFC 9449, section 4.1.
    const TOKEN_PROOF: &str = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgt",
        "MzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VO",
        "SmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFR",
        "jIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0Ijo",
        "xNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FN",
        "yJK70nfbV37xRZT3Lg",
    );

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32]).unwrap()
    }

    fn codes(reading: &Reading) -> Vec<&'static str> {
        reading.defects().map(|defect| defect.code).collect()
    }

    #[test]
    fn accepts_the_example_of_rfc_9449() {
        let reading = read(&[TOKEN_PROOF.as_bytes()], &EXPECTED);
        assert_eq!(codes(&reading), [""; 0]);
        let proof = reading.accepted().unwrap();
        assert_eq!((proof.jti.as_str(), proof.iat), ("-BwC3ESc6acc2lTc", 1_562_262_616));
        assert_eq!((proof.nonce.as_ref(), proof.ath.as_ref()), (None, None));
    }

    /// RFC 9449, section 7.1.
    #[test]
    fn hashes_the_access_token_of_rfc_9449() {
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        assert_eq!(ath(token), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    }

    #[test]
    fn compares_with_what_is_expected() {
        let codes = |expected: Expected<'_>| codes(&read(&[TOKEN_PROOF.as_bytes()], &expected));
        assert_eq!(codes(Expected { htm: "GET", ..EXPECTED }), ["dpop.htm-mismatch"]);
        assert_eq!(codes(Expected { nonce: Some("a"), ..EXPECTED }), ["dpop.nonce"]);
        assert_eq!(codes(Expected { access_token: Some("a"), ..EXPECTED }), ["dpop.ath-missing"]);
        assert_eq!(codes(Expected { jkt: Some("a"), ..EXPECTED }), ["dpop.jkt-mismatch"]);
        for (past, expected) in [(60, &[][..]), (61, &["dpop.iat-window"])] {
            assert_eq!(codes(Expected { now: EXPECTED.now + past, ..EXPECTED }), expected);
            assert_eq!(codes(Expected { now: EXPECTED.now - past, ..EXPECTED }), expected);
        }
        let elsewhere = "https://server.example.com/token/";
        assert_eq!(codes(Expected { htu: elsewhere, ..EXPECTED }), ["dpop.htu-mismatch"]);
        let with_query = "https://SERVER.example.com:443/token?a=b";
        assert_eq!(codes(Expected { htu: with_query, ..EXPECTED }), [""; 0]);
    }

    #[test]
    fn points_to_the_fault() {
        for (name, code, at) in [
            ("field-missing", "dpop.missing", Position::Field("DPoP".to_owned())),
            ("field-twice", "dpop.several", Position::Field("DPoP".to_owned())),
            ("typ-jwt", "dpop.typ", parameter("typ")),
            ("jwk-private", "jwk.private", parameter("jwk/d")),
            ("x-zero-byte-added", "jwk.coordinate-length", parameter("jwk/x")),
            ("htm-twice-good-last", "jwt.duplicate-claim", claim("htm")),
            ("signature-der", "dpop.signature-length", signature_at()),
        ] {
            let row = crate::dpop::mutation(name).unwrap();
            let fields = forge(&SPEC, &key(), Some(&row.mutation));
            let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
            let reading = read(&fields, &Expected { jkt: None, ..EXPECTED });
            let defect = reading.defects().next().unwrap();
            assert_eq!((defect.code, &defect.at), (code, &at), "{name}");
        }
    }

    #[test]
    fn no_byte_of_a_proof_can_change() {
        let proof = forge(&SPEC, &key(), None).concat();
        let expected = Expected { jkt: None, ..EXPECTED };
        assert!(read(&[&proof], &expected).accepted().is_some());
        for (at, mask) in (0..proof.len()).flat_map(|at| [(at, 1), (at, 2), (at, 0x20)]) {
            let mut changed = proof.clone();
            changed[at] ^= mask;
            assert_eq!(read(&[&changed], &expected).accepted(), None, "byte {at}, mask {mask}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(fields in proptest::collection::vec(any::<Vec<u8>>(), 0..3)) {
            let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
            prop_assert!(read(&fields, &EXPECTED).accepted().is_none());
        }

        #[test]
        fn never_panics_on_json(
            header in "[{}\\[\\]\":,a1]{0,12}",
            claims in "\\{\"(iat|jti|htu)\":\\PC{0,8}\\}",
        ) {
            let [header, claims] =
                [header, claims].map(|part| base64url::encode(part.as_bytes()));
            let proof = format!("{header}.{claims}.AA");
            prop_assert!(read(&[proof.as_bytes()], &EXPECTED).accepted().is_none());
        }

        #[test]
        fn strict_lies_within_lenient(row in proptest::sample::select(MUTATIONS)) {
            for field in forge(&SPEC, &key(), Some(&row.mutation)) {
                if let Some(proof) = read(&[&field], &EXPECTED).proof {
                    let text = String::from_utf8(field).unwrap();
                    let lenient = jws::decode_unverified(&text);
                    prop_assert_eq!(lenient, Some((proof.header, proof.claims)));
                }
            }
        }
    }
}
