//! Step 1: not more than one DPoP field.

use super::rules::Rules;
use crate::Fault;
use crate::server::incoming::Incoming;
use crate::server::refusal::Refusal;

/// The value of the DPoP field; `None` where there is none.
pub(super) fn proof_field(
    rules: Rules<'_>,
    incoming: &Incoming<'_>,
) -> Result<Option<String>, Refusal> {
    let exact = rules.broken(&[Fault::AsHttpHeaderCaseSensitive]);
    let values: Vec<&[u8]> = incoming
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("dpop") && (!exact || *name == "DPoP"))
        .map(|(_, value)| value)
        .collect();
    let value = match values.as_slice() {
        [] => return Ok(None),
        [value] => value,
        [.., last]
            if rules.occasion.is_token() && rules.broken(&[Fault::AsTokenDpopLastHeader]) =>
        {
            last
        }
        [first, ..]
            if rules.broken(&[Fault::AsDpopMultiHeaderFirst, Fault::RsDpopMultiHeaderFirst]) =>
        {
            first
        }
        _ => return Err(Refusal::invalid_proof("there is more than one DPoP field")),
    };
    let text = std::str::from_utf8(value)
        .map_err(|_| Refusal::invalid_proof("the DPoP field is not ASCII"))?;
    let text = match text.split_once(',') {
        Some((first, _)) if rules.broken(&[Fault::AsDpopCommaSplit]) => first,
        _ => text,
    };
    Ok(Some(text.trim().to_owned()))
}
