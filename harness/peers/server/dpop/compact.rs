//! Step 2: a well-formed JWT (RFC 7515, section 5.2; RFC 7519, section 7.2).

use super::rules::Rules;
use crate::Fault;
use crate::codec::base64url;
use crate::codec::json::Object;
use crate::server::refusal::Refusal;

/// A proof taken apart, nothing verified.
pub(super) struct Compact {
    pub(super) header: Object,
    pub(super) claims: Object,
    /// What the signature is over.
    pub(super) signing_input: String,
    pub(super) signature: Vec<u8>,
}

pub(super) fn read(rules: Rules<'_>, text: &str) -> Result<Compact, Refusal> {
    let not_a_jwt = || Refusal::invalid_proof("the proof is not a JWT");
    let segments: Vec<&str> = text.split('.').collect();
    let lenient = rules.broken(&[Fault::AsJoseLenientSplit, Fault::RsJoseLenientSplit]);
    let (header, claims, signature) = match segments.as_slice() {
        [header, claims, signature] => (header, claims, signature),
        [header, claims, signature, ..] if lenient => (header, claims, signature),
        _ => return Err(not_a_jwt()),
    };
    let padded = rules.broken(&[Fault::AsJosePaddingAccepted]);
    let decode = |segment: &str| {
        base64url::decode(if padded { segment.trim_end_matches('=') } else { segment })
    };
    // Member names must be unique, or the last one wins; refusing is the safer of the two choices
    // (RFC 7515, section 4; RFC 7519, section 4).
    let first_wins = rules.broken(&[Fault::AsJsonDuplicateFirst]);
    let object = |segment: &str| {
        let text = String::from_utf8(decode(segment)?).ok()?;
        Object::read(&text).filter(|object| first_wins || !object.has_repeated())
    };
    Ok(Compact {
        header: object(header).ok_or_else(not_a_jwt)?,
        claims: object(claims).ok_or_else(not_a_jwt)?,
        signing_input: format!("{header}.{claims}"),
        signature: decode(signature).ok_or_else(not_a_jwt)?,
    })
}
