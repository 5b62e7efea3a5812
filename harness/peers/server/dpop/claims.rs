//! Steps 3 and 4: the claims and header parameters that have to be there.

use serde_json::Value;

use super::compact::Compact;
use super::rules::Rules;
use crate::Fault;
use crate::codec::json::Object;
use crate::server::refusal::Refusal;

/// The claims of a proof. A missing one is `None` only where a fault lets it be.
pub(super) struct Claims {
    pub(super) jti: Option<String>,
    pub(super) htm: Option<String>,
    pub(super) htu: Option<String>,
    pub(super) iat: Option<f64>,
    /// Proofs have neither of these two (RFC 9449, section 4.2).
    pub(super) exp: Option<f64>,
    pub(super) nbf: Option<f64>,
    pub(super) nonce: Option<String>,
    pub(super) ath: Option<String>,
}

/// Steps 3 and 4. Unknown claims and parameters are ignored (RFC 9449, section 4.2).
pub(super) fn read(rules: Rules<'_>, compact: &Compact) -> Result<Claims, Refusal> {
    let Compact { header, claims, .. } = compact;
    check_type(rules, header)?;
    check_critical(rules, header)?;
    let known = |name: &str| {
        ["typ", "alg", "jwk", "kid", "jti", "htm", "htu", "iat", "exp", "nbf", "nonce", "ath"]
            .contains(&name)
    };
    if !header.names().chain(claims.names()).all(known)
        && rules.broken(&[Fault::AsDpopExtraClaimsRefused, Fault::RsDpopExtraClaimsRefused])
    {
        return Err(Refusal::invalid_proof("the proof has an unknown claim"));
    }
    if !claims.has("exp") && rules.broken(&[Fault::AsDpopRequireExp]) {
        return Err(Refusal::invalid_proof("exp is missing"));
    }
    let lax = |faults: &[Fault]| rules.broken(faults);
    Ok(Claims {
        jti: identifier(rules, claims)?,
        htm: required(claims, "htm", lax(&[Fault::AsDpopHtmOptional, Fault::RsDpopHtmOptional]))?,
        htu: required(claims, "htu", lax(&[Fault::AsDpopHtuOptional, Fault::RsDpopHtuOptional]))?,
        iat: issued_at(rules, claims)?,
        exp: claims.value("exp").and_then(|exp| exp.as_f64()),
        nbf: claims.value("nbf").and_then(|nbf| nbf.as_f64()),
        nonce: required(claims, "nonce", true)?,
        ath: required(claims, "ath", true)?,
    })
}

/// `typ` is `dpop+jwt`, so that no other JWT can pass for a proof (RFC 9449, section 11.5).
fn check_type(rules: Rules<'_>, header: &Object) -> Result<(), Refusal> {
    let typ = header.value("typ");
    let suffix = |typ: &Value| typ.as_str().is_some_and(|typ| typ.ends_with("+jwt"));
    let allowed = match &typ {
        Some(typ) => {
            typ == "dpop+jwt"
                || rules.broken(&[Fault::AsDpopTypAny])
                || suffix(typ)
                    && rules.broken(&[Fault::AsDpopTypSuffixOnly, Fault::RsDpopTypSuffixOnly])
        }
        None => rules.broken(&[Fault::AsDpopTypOptional, Fault::RsDpopTypOptional]),
    };
    if allowed || rules.broken(&[Fault::RsJoseIgnoreTyp]) {
        return Ok(());
    }
    Err(Refusal::invalid_proof("the typ is not dpop+jwt"))
}

/// No extension is understood here, so none may be critical (RFC 7515, section 4.1.11).
fn check_critical(rules: Rules<'_>, header: &Object) -> Result<(), Refusal> {
    let Some(critical) = header.value("crit") else { return Ok(()) };
    let is_list = critical.as_array().is_some_and(|names| !names.is_empty());
    let ignored = rules.broken(&[Fault::AsJoseIgnoreCrit, Fault::RsJoseIgnoreCrit])
        || !is_list
            && rules
                .broken(&[Fault::AsJoseMalformedCritIgnored, Fault::RsJoseMalformedCritIgnored]);
    if ignored {
        return Ok(());
    }
    Err(Refusal::invalid_proof("an extension in crit is not understood"))
}

fn required(claims: &Object, name: &str, optional: bool) -> Result<Option<String>, Refusal> {
    match claims.value(name) {
        Some(Value::String(value)) if !value.is_empty() => Ok(Some(value)),
        None if optional => Ok(None),
        _ => Err(Refusal::invalid_proof("a required claim is missing or no string")),
    }
}

fn identifier(rules: Rules<'_>, claims: &Object) -> Result<Option<String>, Refusal> {
    match claims.value("jti") {
        Some(Value::String(jti))
            if jti.is_empty() && rules.broken(&[Fault::AsDpopJtiEmpty, Fault::RsDpopJtiEmpty]) =>
        {
            Ok(Some(jti))
        }
        Some(jti)
            if !jti.is_string()
                && rules
                    .broken(&[Fault::AsDpopJtiTypeUnchecked, Fault::RsDpopJtiTypeUnchecked]) =>
        {
            Ok(Some(jti.to_string()))
        }
        _ => {
            let optional = rules.broken(&[Fault::AsDpopJtiOptional, Fault::RsDpopJtiOptional]);
            required(claims, "jti", optional)
        }
    }
}

/// A NumericDate is a JSON number (RFC 7519, section 2).
fn issued_at(rules: Rules<'_>, claims: &Object) -> Result<Option<f64>, Refusal> {
    match claims.value("iat") {
        Some(Value::Number(number)) => Ok(number.as_f64()),
        Some(Value::String(text))
            if rules.broken(&[Fault::AsDpopIatString, Fault::RsDpopIatString]) =>
        {
            Ok(text.parse().ok())
        }
        None if rules.broken(&[Fault::AsDpopIatOptional, Fault::RsDpopIatOptional]) => Ok(None),
        _ => Err(Refusal::invalid_proof("iat is missing or no number")),
    }
}
