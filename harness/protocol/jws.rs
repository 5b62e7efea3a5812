//! JSON Web Signatures in compact form (RFC 7515), signed with ES256 (RFC 7518, section 3.4).

use serde_json::Value;

use crate::jwk::{PublicJwk, SigningKey};
use crate::{Defect, Position, base64url, json};

/// A compact JWS, taken apart. Nothing has been verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compact<'a> {
    /// The text as it came.
    pub text: &'a str,
    /// Protected header, an object.
    pub header: json::Node,
    /// Payload bytes.
    pub payload: Vec<u8>,
    /// Signature bytes.
    pub signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes apart exactly three segments of strict base64url, the first of which holds an object.
    ///
    /// Positions are bytes of `text`. Flaws that still leave one way to read the JWS are told by
    /// [`Compact::defects`].
    pub fn parse(text: &'a str) -> Result<Self, Vec<Defect>> {
        let segments: Vec<&str> = text.split('.').collect();
        let &[header, payload, signature] = segments.as_slice() else {
            let detail = format!("{} segments, not 3", segments.len());
            return Err(vec![Defect::new("jws.segments", COMPACT, Position::Whole, detail)]);
        };
        let payload_start = header.len() + 1;
        let parts =
            [(0, header), (payload_start, payload), (payload_start + payload.len() + 1, signature)]
                .map(|(start, segment)| {
                    base64url::decode(segment).map_err(|defect| moved(defect, start))
                });
        let (header, payload, signature) = match parts {
            [Ok(header), Ok(payload), Ok(signature)] => (header, payload, signature),
            parts => return Err(parts.into_iter().filter_map(Result::err).collect()),
        };
        let header = object(&header, 0, HEADER).map_err(|defect| vec![defect])?;
        Ok(Self { text, header, payload, signature })
    }

    /// What is wrong with the header although it can be read: repeated names, and any `crit`,
    /// since no extension of RFC 7515 is understood here (section 4.1.11).
    pub fn defects(&self) -> Vec<Defect> {
        let repeated = self.header.duplicates().into_iter().map(|(pointer, _)| {
            let at = Position::Pointer(format!("/header{pointer}"));
            Defect::new("jws.duplicate-parameter", "RFC7515-4-01", at, "a repeated name")
        });
        let critical = self.header.member("crit").map(|crit| {
            let at = Position::Pointer("/header/crit".to_owned());
            if is_well_formed_crit(crit, &self.header) {
                let detail = "an extension that is not understood";
                Defect::new("jws.crit-unknown", "RFC7515-4.1.11-01", at, detail)
            } else {
                let detail = "not a list of distinct names of extension parameters in this header";
                Defect::new("jws.crit-malformed", "RFC7515-4.1.11-02", at, detail)
            }
        });
        repeated.chain(critical).collect()
    }

    /// The payload as the claims of a JWT, an object (RFC 7519, section 7.2).
    ///
    /// The position of a defect is a byte of the JWS. Repeated names are left to the caller.
    pub fn claims(&self) -> Result<json::Node, Defect> {
        let start = self.text.find('.').map_or(0, |dot| dot + 1);
        object(&self.payload, start, "RFC7519-7.2-01")
    }

    /// What the signature covers: the first two segments and the full stop between them.
    pub fn signing_input(&self) -> &'a [u8] {
        self.text.rsplit_once('.').map_or(&[], |(input, _)| input.as_bytes())
    }
}

const COMPACT: &str = "RFC7515-3-01";
const HEADER: &str = "RFC7515-5.2-01";

/// Reads the object that a segment, which starts at `start`, stands for.
fn object(bytes: &[u8], start: usize, clause: &'static str) -> Result<json::Node, Defect> {
    // Byte n of a decoded segment begins in its character n * 8 / 6.
    let at = |offset: usize| Position::Byte(start + offset * 4 / 3);
    match json::parse(bytes) {
        Ok(node) if node.is_object() => Ok(node),
        Ok(node) => Err(Defect::new("jws.object", clause, at(node.span.start), "not an object")),
        Err(Defect { at: Position::Byte(offset), detail, .. }) => {
            Err(Defect::new("jws.json", clause, at(offset), format!("not JSON: {detail}")))
        }
        Err(defect) => Err(defect),
    }
}

fn moved(mut defect: Defect, start: usize) -> Defect {
    if let Position::Byte(offset) = &mut defect.at {
        *offset += start;
    }
    defect
}

fn is_well_formed_crit(crit: &json::Node, header: &json::Node) -> bool {
    let json::Value::Array(names) = &crit.value else { return false };
    !names.is_empty()
        && names.iter().enumerate().all(|(index, name)| {
            let is_first = names.iter().position(|other| other.value == name.value) == Some(index);
            is_first
                && name.as_str().is_some_and(|name| {
                    !REGISTERED.contains(&name) && header.member(name).is_some()
                })
        })
}

/// The header parameters of RFC 7515 and RFC 7519, which `crit` must not name.
const REGISTERED: [&str; 11] =
    ["alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"];

/// Whether this is an ES256 signature of that key: 64 bytes, `r` and `s` side by side.
pub fn verify_es256(key: &PublicJwk, signing_input: &[u8], signature: &[u8]) -> bool {
    key.verify(signing_input, signature)
}

/// A compact JWS with an ES256 signature. The header is used as it is; `alg` is the caller's task.
pub fn sign(header: &Value, payload: &Value, key: &SigningKey) -> String {
    let [header, payload] =
        [header, payload].map(|part| base64url::encode(part.to_string().as_bytes()));
    let signing_input = format!("{header}.{payload}");
    let signature = base64url::encode(&key.sign(signing_input.as_bytes()));
    format!("{signing_input}.{signature}")
}

/// Header and payload for a report, however odd the JWS is; never for a decision.
///
/// Padding, the other alphabet, white space, a missing signature and bytes that are no UTF-8 are
/// all let through.
pub fn decode_unverified(text: &str) -> Option<(Value, Value)> {
    let mut segments = text.split('.').map(|segment| {
        let plain: String = segment
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '=')
            .map(|c| match c {
                '+' => '-',
                '/' => '_',
                c => c,
            })
            .collect();
        let bytes = base64url::decode(&plain).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        json::parse(text.trim_start_matches('\u{FEFF}').as_bytes()).ok()
    });
    Some((segments.next()??.to_value(), segments.next()??.to_value()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32]).unwrap()
    }

    fn codes(text: &str) -> Vec<(&'static str, Position)> {
        let defects = match Compact::parse(text) {
            Ok(compact) => compact.defects(),
            Err(defects) => defects,
        };
        defects.into_iter().map(|defect| (defect.code, defect.at)).collect()
    }

    fn with_header(header: &str) -> String {
        format!("{}.e30.AA", base64url::encode(header.as_bytes()))
    }

    #[test]
    fn what_it_signs_it_reads_and_verifies() {
        let (header, claims) = (json!({ "alg": "ES256" }), json!({ "jti": "a" }));
        let text = sign(&header, &claims, &key());
        let compact = Compact::parse(&text).unwrap();
        assert_eq!(compact.defects(), []);
        assert_eq!(compact.header.to_value(), header);
        assert_eq!(compact.claims().unwrap().to_value(), claims);
        assert!(verify_es256(&key().public(), compact.signing_input(), &compact.signature));
        let other = key().derive("other").public();
        assert!(!verify_es256(&other, compact.signing_input(), &compact.signature));
        assert_eq!(decode_unverified(&text), Some((header, claims)));
    }

    /// RFC 7515, appendix A.3.
    #[test]
    fn verifies_the_example_of_rfc_7515() {
        let jwk = json!({
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
        });
        let text = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
            Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCg\
            fTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let compact = Compact::parse(text).unwrap();
        let key = PublicJwk::from_value(&jwk).unwrap();
        assert!(verify_es256(&key, compact.signing_input(), &compact.signature));
    }

    #[test]
    fn says_where_it_goes_wrong() {
        let byte = Position::Byte;
        assert_eq!(codes("e30.e30"), [("jws.segments", Position::Whole)]);
        assert_eq!(codes("e30.e30.AA.AA"), [("jws.segments", Position::Whole)]);
        let padded = [("base64url.character", byte(7)), ("base64url.character", byte(11))];
        assert_eq!(codes("e30.e30=.AA=="), padded);
        assert_eq!(codes(&with_header("[]")), [("jws.object", byte(0))]);
        assert_eq!(codes(&with_header("{\"alg\":}")), [("jws.json", byte(9))]);
        let text = format!("e30.{}.AA", base64url::encode(b"{\"a\"}"));
        assert_eq!(Compact::parse(&text).unwrap().claims().unwrap_err().at, byte(4 + 5));
    }

    #[test]
    fn understands_no_extension() {
        let at = |pointer: &str| Position::Pointer(pointer.to_owned());
        for (header, code) in [
            (r#"{"crit":["x"],"x":1}"#, "jws.crit-unknown"),
            (r#"{"crit":["x"]}"#, "jws.crit-malformed"),
            (r#"{"crit":[]}"#, "jws.crit-malformed"),
            (r#"{"crit":"x","x":1}"#, "jws.crit-malformed"),
            (r#"{"crit":["alg"],"alg":"ES256"}"#, "jws.crit-malformed"),
            (r#"{"crit":["x","x"],"x":1}"#, "jws.crit-malformed"),
        ] {
            assert_eq!(codes(&with_header(header)), [(code, at("/header/crit"))], "{header}");
        }
        let repeated = with_header(r#"{"alg":"none","alg":"ES256"}"#);
        assert_eq!(codes(&repeated), [("jws.duplicate-parameter", at("/header/alg"))]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = Compact::parse(&text).map(|compact| compact.claims().is_ok());
            let _ = decode_unverified(&text);
        }

        #[test]
        fn strict_lies_within_lenient(
            header in "\\{(\"a\":[0-9e+.\"]{1,6})?\\}",
            payload in "\\{(\"a\":[\\[\\]1]{1,4})?\\}",
        ) {
            let [header, payload] =
                [header, payload].map(|part| base64url::encode(part.as_bytes()));
            let text = format!("{header}.{payload}.AA");
            if let Ok(compact) = Compact::parse(&text)
                && let Ok(claims) = compact.claims()
            {
                let lenient = Some((compact.header.to_value(), claims.to_value()));
                prop_assert_eq!(decode_unverified(&text), lenient);
            }
        }
    }
}
