//! Correct DPoP proofs, and proofs with one named mutation.

use p256::ecdsa::Signature;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

use super::mutation::{
    AlgEdit, AthEdit, BytesEdit, CompactEdit, FieldEdit, HtmEdit, MemberEdit, Mutation, NonceEdit,
    Part, PointEdit, Purpose, Rewrite, SignatureEdit,
};
use super::read::ath;
use crate::base64url;
use crate::jwk::SigningKey;

/// What a proof shall say.
#[derive(Clone, Copy)]
pub struct Spec<'a> {
    /// Method of the request.
    pub htm: &'a str,
    /// URI of the request, without query and fragment.
    pub htu: &'a str,
    /// Unique identifier of the proof.
    pub jti: &'a str,
    /// Time of creation, in seconds since 1970.
    pub iat: i64,
    /// Nonce that the server supplied.
    pub nonce: Option<&'a str>,
    /// Access token beside which the proof is sent.
    pub access_token: Option<&'a str>,
}

/// The values of all `DPoP` header fields of a request: one for a correct proof, none or two where
/// the mutation says so.
///
/// The same arguments give the same bytes. Other keys that a mutation needs derive from `key`.
pub fn forge(spec: &Spec<'_>, key: &SigningKey, mutation: Option<&Mutation>) -> Vec<Vec<u8>> {
    let value = |mutation| proof(spec, key, mutation).into_bytes();
    let bad = || value(Some(&Mutation::Signature(SignatureEdit::FlipBit)));
    let Some(Mutation::HeaderField(edit)) = mutation else { return vec![value(mutation)] };
    let good = value(None);
    match edit {
        FieldEdit::Missing => Vec::new(),
        FieldEdit::Twice => vec![good.clone(), good],
        FieldEdit::GoodThenBad => vec![good, bad()],
        FieldEdit::BadThenGood => vec![bad(), good],
        FieldEdit::CommaJoined => vec![[good.as_slice(), &good].join(&b", "[..])],
    }
}

/// Whether the mutation changes anything about this proof.
///
/// A host without letters has no upper case, and a proof without access token no `ath` to spoil:
/// what is sent would be the control again, and its acceptance would prove nothing.
pub fn applies(spec: &Spec<'_>, key: &SigningKey, mutation: &Mutation) -> bool {
    forge(spec, key, Some(mutation)) != forge(spec, key, None)
}

fn proof(spec: &Spec<'_>, key: &SigningKey, mutation: Option<&Mutation>) -> String {
    let key = &signer(key, mutation);
    let jwk = jwk(key, mutation).text();
    let header = header(&jwk, key, mutation).text();
    let claims = claims(spec, mutation).text();
    let [header, claims] =
        [(Part::Header, header), (Part::Payload, claims)].map(|(part, text)| match mutation {
            Some(Mutation::Bytes(edited, edit)) if *edited == part => edited_bytes(&text, *edit),
            _ => text.into_bytes(),
        });
    let header = segment(&header, mutation);
    let signing_input = format!("{header}.{}", segment(&claims, mutation));
    let signature = segment(&signature(signing_input.as_bytes(), key, &jwk, mutation), mutation);
    let payload = match mutation {
        Some(Mutation::PayloadAfterSigning) => {
            let jti = format!("{}x", spec.jti);
            base64url::encode(self::claims(&Spec { jti: &jti, ..*spec }, None).text().as_bytes())
        }
        _ => segment(&claims, mutation),
    };
    compact(&header, &payload, &signature, mutation)
}

/// The key that signs, and whose public half stands in the header.
fn signer(key: &SigningKey, mutation: Option<&Mutation>) -> SigningKey {
    let mut key = key.clone();
    if let Some(Mutation::KeyPoint(PointEdit::LeadingZeroStripped)) = mutation {
        while x(&key).first() != Some(&0) {
            key = key.derive("x with a leading zero");
        }
    }
    key
}

fn x(key: &SigningKey) -> [u8; 32] {
    let [x, _] = key.public().coordinates();
    x
}

/// The members of a JSON object, in order, with the source text of their values.
pub(crate) struct Members(pub(crate) Vec<(&'static str, String)>);

impl Members {
    pub(crate) fn edit(&mut self, edit: MemberEdit) {
        match edit {
            MemberEdit::Remove(name) => self.0.retain(|(n, _)| *n != name),
            MemberEdit::Set(name, json) => self.set(name, json.to_owned()),
            MemberEdit::Repeat { name, json, first: true } => {
                self.0.insert(0, (name, json.to_owned()));
            }
            MemberEdit::Repeat { name, json, first: false } => self.0.push((name, json.to_owned())),
            MemberEdit::Rename { from, to } => {
                self.0.iter_mut().filter(|(n, _)| *n == from).for_each(|(n, _)| *n = to);
            }
            MemberEdit::Replace { name, by, json } => {
                let member = (by, json.to_owned());
                self.0.iter_mut().filter(|(n, _)| *n == name).for_each(|m| *m = member.clone());
            }
            MemberEdit::Reverse => self.0.reverse(),
        }
    }

    pub(crate) fn set(&mut self, name: &'static str, json: String) {
        match self.0.iter_mut().find(|(n, _)| *n == name) {
            Some((_, value)) => *value = json,
            None => self.0.push((name, json)),
        }
    }

    pub(crate) fn text(&self) -> String {
        let members: Vec<_> =
            self.0.iter().map(|(name, json)| format!("{}:{json}", quoted(name))).collect();
        format!("{{{}}}", members.join(","))
    }
}

pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn jwk(key: &SigningKey, mutation: Option<&Mutation>) -> Members {
    let [x, y] = key.public().coordinates();
    let [x, y] = match mutation {
        Some(Mutation::KeyPoint(edit)) => edited_point(x, y, *edit),
        _ => [x.to_vec(), y.to_vec()],
    }
    .map(|bytes| quoted(&base64url::encode(&bytes)));
    // The order of RFC 7638, so that the bytes are also those that a thumbprint is made of.
    let mut members =
        Members(vec![("crv", quoted("P-256")), ("kty", quoted("EC")), ("x", x), ("y", y)]);
    match mutation {
        Some(Mutation::Jwk(edit)) => members.edit(*edit),
        Some(Mutation::PrivateKeyInJwk) => {
            members.set("d", quoted(&base64url::encode(&key.secret())));
        }
        Some(Mutation::Alg(AlgEdit::HmacWithOctKey)) => {
            let secret = base64url::encode(&oct_key(key));
            members = Members(vec![("kty", quoted("oct")), ("k", quoted(&secret))]);
        }
        _ => {}
    }
    members
}

fn oct_key(key: &SigningKey) -> [u8; 32] {
    key.derive("symmetric").secret()
}

fn edited_point(x: [u8; 32], y: [u8; 32], edit: PointEdit) -> [Vec<u8>; 2] {
    let (x, y, zero) = (x.to_vec(), y.to_vec(), vec![0; 32]);
    match edit {
        PointEdit::OffCurve => [x, with_last_bit_flipped(y)],
        PointEdit::ZeroX => [zero, y],
        PointEdit::ZeroY => [x, zero],
        PointEdit::Zero => [zero.clone(), zero],
        PointEdit::PrimeX => [FIELD_PRIME.to_vec(), y],
        PointEdit::LeadingZeroAdded => [[vec![0], x].concat(), y],
        PointEdit::LeadingZeroStripped => [x.into_iter().skip(1).collect(), y],
    }
}

/// The prime of the field of P-256 (SP 800-186, section 3.2.1.3).
const FIELD_PRIME: [u8; 32] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
];

fn with_last_bit_flipped(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    bytes
}

fn header(jwk: &str, key: &SigningKey, mutation: Option<&Mutation>) -> Members {
    let mut members = Members(vec![
        ("typ", quoted("dpop+jwt")),
        ("alg", quoted("ES256")),
        ("jwk", jwk.to_owned()),
    ]);
    match mutation {
        Some(Mutation::Header(edit)) => members.edit(*edit),
        Some(Mutation::KidForJwk) => {
            members = Members(vec![
                ("typ", quoted("dpop+jwt")),
                ("alg", quoted("ES256")),
                ("kid", quoted(&key.public().thumbprint())),
            ]);
        }
        Some(Mutation::Alg(edit)) => members.set(
            "alg",
            quoted(match edit {
                AlgEdit::Unsigned(label) | AlgEdit::Label(label) => label,
                AlgEdit::HmacWithPublicKey
                | AlgEdit::HmacWithThumbprint
                | AlgEdit::HmacWithOctKey => "HS256",
            }),
        ),
        Some(Mutation::WrongPurpose(purpose)) => {
            let typ = match purpose {
                Purpose::AccessToken => "at+jwt",
                Purpose::ClientAssertion | Purpose::ServiceToken => "JWT",
            };
            members = Members(vec![
                ("typ", quoted(typ)),
                ("alg", quoted("ES256")),
                ("kid", quoted("atproof")),
            ]);
        }
        _ => {}
    }
    members
}

fn claims(spec: &Spec<'_>, mutation: Option<&Mutation>) -> Members {
    let mut members = Members(vec![
        ("jti", quoted(spec.jti)),
        ("htm", quoted(spec.htm)),
        ("htu", quoted(spec.htu)),
        ("iat", spec.iat.to_string()),
    ]);
    if let Some(nonce) = spec.nonce {
        members.set("nonce", quoted(nonce));
    }
    if let Some(token) = spec.access_token {
        members.set("ath", quoted(&ath(token)));
    }
    let Some(mutation) = mutation else { return members };
    match *mutation {
        Mutation::Claims(edit) => members.edit(edit),
        Mutation::DeepClaim(depth) => {
            members.set("atproof", format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
        }
        Mutation::JtiOfLength(length) => {
            members.set("jti", quoted(&spec.jti.chars().cycle().take(length).collect::<String>()));
        }
        Mutation::Htm(HtmEdit::Other) => {
            members.set("htm", quoted(if spec.htm == "GET" { "POST" } else { "GET" }));
        }
        Mutation::Htm(HtmEdit::Lowercase) => {
            members.set("htm", quoted(&spec.htm.to_ascii_lowercase()));
        }
        Mutation::HtuSuffix(suffix) => members.set("htu", quoted(&format!("{}{suffix}", spec.htu))),
        Mutation::HtuReplace(edit) => members.set("htu", quoted(&rewritten(spec.htu, edit))),
        Mutation::IatOffset(seconds) => {
            members.set("iat", spec.iat.saturating_add(seconds).to_string());
        }
        Mutation::IatMilliseconds => members.set("iat", spec.iat.saturating_mul(1000).to_string()),
        Mutation::IatFraction => members.set("iat", format!("{}.5", spec.iat)),
        Mutation::IatText => members.set("iat", quoted(&spec.iat.to_string())),
        Mutation::Nonce(edit) => edit_nonce(&mut members, spec.nonce, edit),
        Mutation::Ath(edit) => edit_ath(&mut members, spec.access_token, edit),
        Mutation::WrongPurpose(purpose) => members = claims_of(purpose, spec),
        // Rows of these encode to the letters in which the alphabets differ, wherever they stand.
        Mutation::Compact(CompactEdit::StandardAlphabet) => {
            members.set("atproof", quoted("~~~~~?????"));
        }
        _ => {}
    }
    members
}

fn edit_nonce(members: &mut Members, nonce: Option<&str>, edit: NonceEdit) {
    let json = match edit {
        NonceEdit::Missing => return members.edit(MemberEdit::Remove("nonce")),
        NonceEdit::Empty => quoted(""),
        NonceEdit::Number => "1".to_owned(),
        NonceEdit::Unknown => quoted("atproof-was-never-given-this-nonce"),
        NonceEdit::Extended => match nonce {
            Some(nonce) => quoted(&format!("{nonce}x")),
            None => return,
        },
    };
    members.set("nonce", json);
}

fn edit_ath(members: &mut Members, access_token: Option<&str>, edit: AthEdit) {
    let Some(token) = access_token else {
        if edit == AthEdit::Unasked {
            members.set("ath", quoted(&ath("no such token")));
        }
        return;
    };
    let text = match edit {
        AthEdit::Unasked => return,
        AthEdit::Missing => return members.edit(MemberEdit::Remove("ath")),
        AthEdit::Empty => String::new(),
        AthEdit::OtherToken => ath(&format!("{token}x")),
        AthEdit::Hex => Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect(),
        AthEdit::Padded => ath(token) + "=",
        AthEdit::Sha512 => base64url::encode(&Sha512::digest(token)),
    };
    members.set("ath", quoted(&text));
}

fn claims_of(purpose: Purpose, spec: &Spec<'_>) -> Members {
    let origin = rewritten(spec.htu, Rewrite::OriginOnly);
    let client = "https://client.atproof.example/client-metadata.json";
    let (iss, sub, aud) = match purpose {
        Purpose::ClientAssertion => (client, client, origin.as_str()),
        Purpose::AccessToken => (origin.as_str(), "did:web:atproof.example", origin.as_str()),
        Purpose::ServiceToken => {
            ("did:web:atproof.example", "did:web:atproof.example", "did:web:pds.atproof.example")
        }
    };
    Members(vec![
        ("iss", quoted(iss)),
        ("sub", quoted(sub)),
        ("aud", quoted(aud)),
        ("jti", quoted(spec.jti)),
        ("iat", spec.iat.to_string()),
        ("exp", spec.iat.saturating_add(60).to_string()),
    ])
}

fn rewritten(htu: &str, edit: Rewrite) -> String {
    let Some((scheme, rest)) = htu.split_once("://") else { return htu.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_port = |at: &usize| !authority.get(*at..).unwrap_or_default().contains(']');
    let (host, port) =
        authority.split_at(authority.rfind(':').filter(is_port).unwrap_or(authority.len()));
    let with_path = |path: &str| format!("{scheme}://{authority}{path}");
    let first_letter = path.find(|c: char| c.is_ascii_alphabetic());
    let with_letter = |spelled: &dyn Fn(char) -> String| match first_letter {
        Some(at) => {
            let (before, letter) = path.split_at(at);
            let mut letters = letter.chars();
            let spelled = letters.next().map(spelled).unwrap_or_default();
            with_path(&format!("{before}{spelled}{}", letters.as_str()))
        }
        None => htu.to_owned(),
    };
    match edit {
        Rewrite::UpperScheme => format!("{}://{rest}", scheme.to_ascii_uppercase()),
        Rewrite::UpperHost => format!("{scheme}://{}{port}{path}", host.to_ascii_uppercase()),
        Rewrite::OtherHost => format!("{scheme}://other.atproof.example{port}{path}"),
        Rewrite::TrailingDotHost => format!("{scheme}://{host}.{port}{path}"),
        Rewrite::OtherScheme => {
            format!("{}://{rest}", if scheme == "https" { "http" } else { "https" })
        }
        Rewrite::OtherPort => {
            let port = if port == ":8443" { ":9443" } else { ":8443" };
            format!("{scheme}://{host}{port}{path}")
        }
        Rewrite::DefaultPort if port.is_empty() => {
            let port = if scheme == "https" { ":443" } else { ":80" };
            format!("{scheme}://{host}{port}{path}")
        }
        Rewrite::Userinfo => format!("{scheme}://atproof@{rest}"),
        Rewrite::PathCase => with_letter(&|letter| {
            let upper = letter.to_ascii_uppercase();
            if letter == upper { letter.to_ascii_lowercase() } else { upper }.to_string()
        }),
        Rewrite::SiblingPath => {
            with_path(&format!("{}/sibling", path.rsplit_once('/').map_or("", |(up, _)| up)))
        }
        Rewrite::DotSegment => with_path(&format!("/.{path}")),
        Rewrite::DoubleDotSegment => with_path(&format!("/x/..{path}")),
        Rewrite::EncodedUnreserved => with_letter(&|letter| format!("%{:02X}", u32::from(letter))),
        Rewrite::EncodedSlash => match path.rsplit_once('/') {
            Some((up, last)) if !up.is_empty() => with_path(&format!("{up}%2F{last}")),
            _ => htu.to_owned(),
        },
        Rewrite::TrailingSlash if path.len() > 1 => {
            with_path(&path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned))
        }
        Rewrite::OriginOnly if path.len() > 1 => with_path(""),
        Rewrite::PathOnly => path.to_owned(),
        Rewrite::DefaultPort | Rewrite::TrailingSlash | Rewrite::OriginOnly => htu.to_owned(),
    }
}

pub(crate) fn edited_bytes(text: &str, edit: BytesEdit) -> Vec<u8> {
    let text = text.as_bytes();
    match edit {
        BytesEdit::Replace(bytes) => bytes.to_vec(),
        BytesEdit::Before(bytes) => [bytes, text].concat(),
        BytesEdit::Inside(bytes) => {
            let (brace, rest) = text.split_at(text.len().min(1));
            [brace, bytes, rest].concat()
        }
        BytesEdit::After(bytes) => [text, bytes].concat(),
    }
}

pub(crate) fn segment(bytes: &[u8], mutation: Option<&Mutation>) -> String {
    let text = base64url::encode(bytes);
    match mutation {
        Some(Mutation::Compact(CompactEdit::Padded)) => {
            let padding = "=".repeat(text.len().next_multiple_of(4) - text.len());
            text + &padding
        }
        Some(Mutation::Compact(CompactEdit::StandardAlphabet)) => {
            text.replace('-', "+").replace('_', "/")
        }
        _ => text,
    }
}

pub(crate) fn signature(
    signing_input: &[u8],
    key: &SigningKey,
    jwk: &str,
    mutation: Option<&Mutation>,
) -> Vec<u8> {
    match mutation {
        Some(Mutation::Signature(edit)) => edited_signature(signing_input, key, *edit),
        Some(Mutation::Alg(AlgEdit::Unsigned(_))) => Vec::new(),
        Some(Mutation::Alg(AlgEdit::HmacWithPublicKey)) => {
            hmac_sha256(jwk.as_bytes(), signing_input).to_vec()
        }
        Some(Mutation::Alg(AlgEdit::HmacWithThumbprint)) => {
            hmac_sha256(key.public().thumbprint().as_bytes(), signing_input).to_vec()
        }
        Some(Mutation::Alg(AlgEdit::HmacWithOctKey)) => {
            hmac_sha256(&oct_key(key), signing_input).to_vec()
        }
        _ => key.sign(signing_input).to_vec(),
    }
}

fn edited_signature(signing_input: &[u8], key: &SigningKey, edit: SignatureEdit) -> Vec<u8> {
    let signature = key.sign(signing_input);
    let (r, s) = signature.split_at(32);
    match edit {
        SignatureEdit::FlipBit => with_last_bit_flipped(signature.to_vec()),
        SignatureEdit::OtherKey => key.derive("other signer").sign(signing_input).to_vec(),
        SignatureEdit::Der => Signature::from_slice(&signature)
            .map(|signature| signature.to_der().as_bytes().to_vec())
            .unwrap_or_default(),
        SignatureEdit::Truncated => signature.into_iter().take(63).collect(),
        SignatureEdit::Extended => [signature.as_slice(), &[0]].concat(),
        SignatureEdit::Empty => Vec::new(),
        SignatureEdit::Zero => vec![0; 64],
        SignatureEdit::ZeroR => [&[0; 32], s].concat(),
        SignatureEdit::ZeroS => [r, &[0; 32]].concat(),
        SignatureEdit::AboveOrder => vec![0xFF; 64],
        SignatureEdit::OtherS => Signature::from_slice(&signature)
            .map(|signature| signature.split_scalars())
            .and_then(|(r, s)| Signature::from_scalars(r, -s))
            .map(|signature| signature.to_bytes().to_vec())
            .unwrap_or_default(),
    }
}

/// RFC 2104 over SHA-256.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let key = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    let pad = |mask: u8| {
        let key = key.iter().copied().chain(std::iter::repeat(0));
        key.take(64).map(|byte| byte ^ mask).collect::<Vec<_>>()
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5C)).chain_update(inner).finalize().into()
}

pub(crate) fn compact(
    header: &str,
    payload: &str,
    signature: &str,
    mutation: Option<&Mutation>,
) -> String {
    let whole = format!("{header}.{payload}.{signature}");
    let Some(Mutation::Compact(edit)) = mutation else { return whole };
    match edit {
        CompactEdit::Padded | CompactEdit::StandardAlphabet => whole,
        CompactEdit::TrailingBits => with_trailing_bit(whole),
        CompactEdit::Whitespace => {
            let (start, end) = signature.split_at(signature.len() / 2);
            format!("{header}.{payload}.{start} {end}")
        }
        CompactEdit::Quoted => format!("\"{whole}\""),
        CompactEdit::TwoSegments => format!("{header}.{payload}"),
        CompactEdit::TrailingDot => format!("{whole}."),
        CompactEdit::FourSegments => format!("{whole}.{signature}"),
        CompactEdit::FiveSegments => format!("{whole}.{signature}.{signature}"),
        CompactEdit::JsonSerialization => {
            format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#)
        }
        CompactEdit::Garbage => "atproof".to_owned(),
        CompactEdit::Empty => String::new(),
    }
}

/// The last character of 64 bytes carries 2 bits and 4 unused ones: it is one of `AQgw`, and the
/// letter after it in the alphabet has the lowest unused bit set.
fn with_trailing_bit(mut text: String) -> String {
    if let Some(last) = text.pop() {
        text.push(char::from_u32(u32::from(last) + 1).unwrap_or(last));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dpop::MUTATIONS;

    #[test]
    fn rewrites_htu() {
        for (edit, expected) in [
            (Rewrite::UpperScheme, "HTTPS://as.example/oauth/par"),
            (Rewrite::UpperHost, "https://AS.EXAMPLE/oauth/par"),
            (Rewrite::OtherHost, "https://other.atproof.example/oauth/par"),
            (Rewrite::TrailingDotHost, "https://as.example./oauth/par"),
            (Rewrite::OtherScheme, "http://as.example/oauth/par"),
            (Rewrite::OtherPort, "https://as.example:8443/oauth/par"),
            (Rewrite::DefaultPort, "https://as.example:443/oauth/par"),
            (Rewrite::Userinfo, "https://atproof@as.example/oauth/par"),
            (Rewrite::PathCase, "https://as.example/Oauth/par"),
            (Rewrite::SiblingPath, "https://as.example/oauth/sibling"),
            (Rewrite::DotSegment, "https://as.example/./oauth/par"),
            (Rewrite::DoubleDotSegment, "https://as.example/x/../oauth/par"),
            (Rewrite::EncodedUnreserved, "https://as.example/%6Fauth/par"),
            (Rewrite::EncodedSlash, "https://as.example/oauth%2Fpar"),
            (Rewrite::TrailingSlash, "https://as.example/oauth/par/"),
            (Rewrite::OriginOnly, "https://as.example"),
            (Rewrite::PathOnly, "/oauth/par"),
        ] {
            assert_eq!(rewritten("https://as.example/oauth/par", edit), expected);
        }
        let loopback = "http://[::1]:2583/";
        assert_eq!(rewritten(loopback, Rewrite::OtherPort), "http://[::1]:8443/");
        for edit in [Rewrite::DefaultPort, Rewrite::PathCase, Rewrite::EncodedSlash] {
            assert_eq!(rewritten(loopback, edit), loopback);
        }
    }

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn hmac_matches_rfc_4231() {
        let hex = |bytes: [u8; 32]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        assert_eq!(
            hex(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(hmac_sha256(
                &[0xAA; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            )),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    proptest! {
        #[test]
        fn never_panics(
            row in proptest::sample::select(MUTATIONS),
            htu in "(https?://)?[a-z:\\[\\]@\u{e9}]{0,4}/?[a-zA\u{e9}%/?#]{0,6}",
            htm: String,
            iat: i64,
            token: Option<String>,
        ) {
            let access_token = token.as_deref();
            let spec = Spec { htm: &htm, htu: &htu, jti: "", iat, nonce: None, access_token };
            let key = SigningKey::from_bytes(&[7; 32]).unwrap();
            prop_assert!(forge(&spec, &key, Some(&row.mutation)).len() < 3);
        }
    }
}
