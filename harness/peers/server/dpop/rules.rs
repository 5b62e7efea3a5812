//! What a proof is for, and which rules about proofs are broken there.

use crate::server::place::Side;
use crate::server::state::Server;
use crate::{Fault, Occasion, Switches};

impl Occasion {
    /// The server that checks the proof.
    pub(in crate::server) fn side(self) -> Side {
        if self == Self::Resource { Side::Resource } else { Side::Authorization }
    }

    /// Whether the request goes to the token endpoint.
    pub(super) fn is_token(self) -> bool {
        matches!(self, Self::Exchange | Self::Refresh)
    }
}

/// The switches as they bear on one proof.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'a> {
    pub(super) occasion: Occasion,
    pub(super) switches: &'a Switches,
}

impl Rules<'_> {
    /// Whether one of these rules is broken by the server that checks the proof. Where both servers
    /// can break a rule, both faults are named at the one place that keeps it.
    pub(super) fn broken(&self, faults: &[Fault]) -> bool {
        let Self { occasion, switches } = *self;
        let is_on = |fault: Fault| {
            switches.faults.contains(&fault) || switches.confined.contains(&(fault, occasion))
        };
        faults.iter().any(|fault| Side::of(*fault) == occasion.side() && is_on(*fault))
    }
}

impl Server {
    /// Whether one of these rules is broken by the server that checks the proof of this occasion.
    pub(in crate::server) fn broken_on(&self, occasion: Occasion, faults: &[Fault]) -> bool {
        Rules { occasion, switches: &self.config.switches }.broken(faults)
    }
}

/// Faults of the authorization server that can be confined to one occasion: those of the check that
/// all its endpoints share. Left out are those that show in one place only (the age of a proof, the
/// binding to its key, how a proof is remembered over requests).
pub(crate) const PROOF_FAULTS: &[Fault] = &[
    Fault::AsDpopMultiHeaderFirst,
    Fault::AsDpopMultiHeaderLast,
    Fault::AsDpopCommaSplit,
    Fault::AsDpopEmptyFieldIgnored,
    Fault::AsDpopUnparsableIgnored,
    Fault::AsDpopQuotesStripped,
    Fault::AsJoseLenientSplit,
    Fault::AsJoseSignatureSegmentOptional,
    Fault::AsJoseTrailingDotTrimmed,
    Fault::AsJoseWhitespaceSkipped,
    Fault::AsJoseJsonSerialization,
    Fault::AsJosePaddingAccepted,
    Fault::AsJoseStandardAlphabet,
    Fault::AsJoseUtf8Lossy,
    Fault::AsJsonCommentsSkipped,
    Fault::AsJsonTrailingDataIgnored,
    Fault::AsJsonDuplicateFirst,
    Fault::AsJsonHeaderDuplicateFirst,
    Fault::AsJsonJwkDuplicateFirst,
    Fault::AsDpopTypOptional,
    Fault::AsDpopTypAny,
    Fault::AsDpopTypSuffixOnly,
    Fault::AsDpopClientAssertionAccepted,
    Fault::AsDpopAccessTokenAccepted,
    Fault::AsDpopAlgNone,
    Fault::AsDpopAlgNoneCasefold,
    Fault::AsJoseAlgFromHeader,
    Fault::AsJoseAlgOptional,
    Fault::AsJoseAlgUnchecked,
    Fault::AsJoseAlgCasefold,
    Fault::AsJoseOctKeyAccepted,
    Fault::AsJoseCurveUnchecked,
    Fault::AsJoseUnusableKeyUnverified,
    Fault::AsJosePointPanics,
    Fault::AsJoseCoordinateLengthUnchecked,
    Fault::AsDpopKidLookup,
    Fault::AsDpopJwkOptional,
    Fault::AsDpopJwkStringPanics,
    Fault::AsJoseAcceptPrivateJwk,
    Fault::AsDpopSignatureUnchecked,
    Fault::AsDpopEmptySignature,
    Fault::AsJoseShortSignatureUnverified,
    Fault::AsJoseSignatureCut,
    Fault::AsJoseDerSignature,
    Fault::AsJoseZeroSignature,
    Fault::AsJoseIgnoreCrit,
    Fault::AsJoseMalformedCritIgnored,
    Fault::AsDpopJtiOptional,
    Fault::AsDpopJtiEmpty,
    Fault::AsDpopJtiTypeUnchecked,
    Fault::AsDpopLongJtiPanics,
    Fault::AsDpopJtiReplay,
    Fault::AsDpopHtmOptional,
    Fault::AsDpopHtuOptional,
    Fault::AsDpopIatOptional,
    Fault::AsDpopIatString,
    Fault::AsDpopHtmUnchecked,
    Fault::AsDpopHtmCasefold,
    Fault::AsDpopHtuHostUnchecked,
    Fault::AsDpopHtuSchemeUnchecked,
    Fault::AsDpopHtuPortUnchecked,
    Fault::AsDpopHtuPathUnchecked,
    Fault::AsDpopHtuPathCasefold,
    Fault::AsDpopHtuSlashTrimmed,
    Fault::AsDpopHtuRelative,
    Fault::AsDpopHtuOriginOnly,
    Fault::AsDpopHtuPercentDecoded,
    Fault::AsDpopHtuUserinfoIgnored,
    Fault::AsDpopHtuNotNormalised,
    Fault::AsDpopExtraClaimsRefused,
    Fault::AsNonceAnyValue,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Every rule of the check can be broken on one occasion alone, but for these.
    #[test]
    fn faults_of_the_check_can_be_confined() {
        let elsewhere = [
            "AsDpopExpEnforced",
            "AsDpopMultiHeaderAsAbsent",
            "AsDpopRequireExp",
            "AsJoseNoncanonicalB64",
            "AsJoseThumbprintSpki",
            "AsDpopIatFutureUnbounded",
            "AsDpopIatNoSkew",
            "AsDpopIatUnbounded",
            "AsDpopJtiNotedUnverified",
            "AsDpopJtiPerKey",
            "AsDpopJtiRace",
            "AsDpopJtiRecordedOnSuccess",
            "AsHttpHeaderCaseSensitive",
            "AsDpopNbfEnforced",
            "AsDpopProofNeverExpires",
            "AsJoseThumbprintAllMembers",
        ];
        let sources = [
            include_str!("claims.rs"),
            include_str!("compact.rs"),
            include_str!("field.rs"),
            include_str!("htu.rs"),
            include_str!("key.rs"),
            include_str!("purpose.rs"),
            include_str!("signature.rs"),
            include_str!("verify.rs"),
        ];
        let listed: Vec<String> = PROOF_FAULTS.iter().map(|fault| format!("{fault:?}")).collect();
        for word in sources.iter().flat_map(|text| text.split("Fault::").skip(1)) {
            let name: String = word.chars().take_while(char::is_ascii_alphanumeric).collect();
            let shared = ["AsDpop", "AsJose", "AsJson"].iter().any(|part| name.starts_with(part));
            assert!(
                !shared || listed.contains(&name) || elsewhere.contains(&name.as_str()),
                "{name} cannot be confined"
            );
        }
    }
}
