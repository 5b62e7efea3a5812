//! Step 2: a well-formed JWT (RFC 7515, section 5.2; RFC 7519, section 7.2).

use std::borrow::Cow;

use serde_json::Value;

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
    /// The signature; `None` only where a fault lets its segment be missing.
    pub(super) signature: Option<Vec<u8>>,
}

pub(super) fn read(rules: Rules<'_>, text: &str) -> Result<Compact, Refusal> {
    let not_a_jwt = || Refusal::invalid_proof("the proof is not a JWT");
    let text = respelled(rules, text);
    let segments: Vec<&str> = text.split('.').collect();
    if segments.len() > 1000 && rules.broken(&[Fault::RsDosSplitAll]) {
        return Err(Refusal::new(500, "InternalServerError", "internal error"));
    }
    let lenient = rules.broken(&[Fault::AsJoseLenientSplit, Fault::RsJoseLenientSplit]);
    let unsigned = rules
        .broken(&[Fault::AsJoseSignatureSegmentOptional, Fault::RsJoseSignatureSegmentOptional]);
    let (header, claims, signature) = match segments.as_slice() {
        [header, claims, signature] => (header, claims, Some(signature)),
        [header, claims, signature, ..] if lenient => (header, claims, Some(signature)),
        [header, claims] if unsigned => (header, claims, None),
        _ => return Err(not_a_jwt()),
    };
    // Member names must be unique, or the last one wins; refusing is the safer of the two choices
    // (RFC 7515, section 4; RFC 7519, section 4).
    let first_wins = rules.broken(&[Fault::AsJsonDuplicateFirst, Fault::RsJsonDuplicateFirst]);
    let first_parameter_wins = first_wins
        || rules.broken(&[Fault::AsJsonHeaderDuplicateFirst, Fault::RsJsonHeaderDuplicateFirst]);
    let object = |segment: &str, first_wins: bool| {
        let text = text_of(rules, decode(rules, segment)?)?;
        Object::read(&text).filter(|object| first_wins || !object.has_repeated())
    };
    let signature = match signature {
        Some(signature) => Some(decode(rules, signature).ok_or_else(not_a_jwt)?),
        None => None,
    };
    Ok(Compact {
        header: object(header, first_parameter_wins).ok_or_else(not_a_jwt)?,
        claims: object(claims, first_wins).ok_or_else(not_a_jwt)?,
        signing_input: format!("{header}.{claims}"),
        signature,
    })
}

/// The compact form, out of what is none: faults only.
fn respelled<'a>(rules: Rules<'_>, text: &'a str) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    if rules.broken(&[Fault::AsJoseJsonSerialization, Fault::RsJoseJsonSerialization])
        && let Some(object) = Object::read(&text)
    {
        let part = |name| object.text(name).unwrap_or_default();
        let (header, payload, signature) = (part("protected"), part("payload"), part("signature"));
        text = format!("{header}.{payload}.{signature}").into();
    }
    if rules.broken(&[Fault::AsJoseWhitespaceSkipped, Fault::RsJoseWhitespaceSkipped]) {
        text = text.split_whitespace().collect::<String>().into();
    }
    if rules.broken(&[Fault::AsJoseTrailingDotTrimmed, Fault::RsJoseTrailingDotTrimmed])
        && text.ends_with('.')
    {
        text.to_mut().pop();
    }
    text
}

/// Base64url without padding (RFC 7515, section 2).
fn decode(rules: Rules<'_>, segment: &str) -> Option<Vec<u8>> {
    let mut segment = Cow::Borrowed(segment);
    if rules.broken(&[Fault::AsJosePaddingAccepted, Fault::RsJosePaddingAccepted]) {
        segment = segment.trim_end_matches('=').to_owned().into();
    }
    if rules.broken(&[Fault::AsJoseStandardAlphabet, Fault::RsJoseStandardAlphabet]) {
        segment = segment.replace('+', "-").replace('/', "_").into();
    }
    if rules.broken(&[Fault::AsJoseNoncanonicalB64]) {
        segment = base64url::canonical(&segment).into();
    }
    base64url::decode(&segment)
}

/// JSON in UTF-8 (RFC 7515, section 5.2).
fn text_of(rules: Rules<'_>, bytes: Vec<u8>) -> Option<String> {
    let lossy = rules.broken(&[Fault::AsJoseUtf8Lossy, Fault::RsJoseUtf8Lossy]);
    let mut text = if lossy {
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        String::from_utf8(bytes).ok()?
    };
    if rules.broken(&[Fault::AsJsonCommentsSkipped, Fault::RsJsonCommentsSkipped]) {
        text = text.replace("/**/", "");
    }
    if rules.broken(&[Fault::AsJsonTrailingDataIgnored, Fault::RsJsonTrailingDataIgnored]) {
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        values.next()?.ok()?;
        let end = values.byte_offset();
        text.truncate(end);
    }
    Some(text)
}
