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
    let last_wins = rules.broken(&[Fault::AsDpopMultiHeaderLast, Fault::RsDpopMultiHeaderLast])
        || rules.occasion.is_token() && rules.broken(&[Fault::AsTokenDpopLastHeader]);
    let first_wins = rules.broken(&[Fault::AsDpopMultiHeaderFirst, Fault::RsDpopMultiHeaderFirst]);
    let value = match values.as_slice() {
        [] => return Ok(None),
        [value] => value,
        [.., last] if last_wins => last,
        [first, ..] if first_wins => first,
        _ => return Err(Refusal::invalid_proof("there is more than one DPoP field")),
    };
    let text = std::str::from_utf8(value)
        .map_err(|_| Refusal::invalid_proof("the DPoP field is not ASCII"))?;
    let split = rules.broken(&[Fault::AsDpopCommaSplit, Fault::RsDpopCommaSplit]);
    let text = match text.split_once(',') {
        Some((first, _)) if split => first,
        _ => text,
    };
    let unquoted = rules.broken(&[Fault::AsDpopQuotesStripped, Fault::RsDpopQuotesStripped]);
    let text = if unquoted { text.trim_matches('"') } else { text };
    Ok(Some(text.trim().to_owned()))
}
