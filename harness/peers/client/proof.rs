//! Requests with a DPoP proof (RFC 9449).

use atproof_protocol::dpop::{
    self, AlgEdit, AthEdit, CompactEdit, FieldEdit, HtmEdit, MemberEdit, Mutation, NonceEdit,
    Rewrite, SignatureEdit, Spec,
};
use atproof_protocol::http::{Request, Response};
use atproof_protocol::identifier::Origin;
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::oauth::Secret;

use super::error::Reason;
use super::par::uuid;
use super::response::{is_success, redirect};
use super::state::Client;
use crate::{ClientFault, ClientVariant, Occasion};

impl Client {
    /// Sends a request with a proof. Its success must come with a nonce: the profile has clients
    /// reject answers to DPoP requests without one.
    pub(super) async fn prove(
        &self,
        key: &SigningKey,
        request: Making<'_>,
        access_token: Option<&Secret>,
        occasion: Occasion,
    ) -> Result<Response, Reason> {
        let response = self.prove_leniently(key, request, access_token, occasion).await?;
        if is_success(response.status)
            && self.supplied_nonce(&response).is_none()
            && !self.has(ClientFault::NonceMissingAccepted)
            && !self.has_at(&MISSING_ACCEPTED, occasion)
        {
            return Err(Reason::NonceMissing);
        }
        Ok(response)
    }

    /// Sends a request with a proof, and once more where a nonce is asked for (RFC 9449, sections 8
    /// and 9). The request is made anew, for an assertion is good for one.
    pub(super) async fn prove_leniently(
        &self,
        key: &SigningKey,
        make: Making<'_>,
        access_token: Option<&Secret>,
        occasion: Occasion,
    ) -> Result<Response, Reason> {
        let mut request = make();
        self.preflight(&request).await?;
        let mut jti = self.jti();
        let mut attempt = 1;
        loop {
            let proving = Proving { key, access_token, occasion, jti: &jti };
            let response = self.prove_once(&request, &proving, attempt).await?;
            if !self.demands_nonce(&response, occasion) {
                return Ok(response);
            }
            self.check_retry(&response, attempt, occasion)?;
            attempt += 1;
            if !self.has(ClientFault::DpopJtiKeptOnRetry) {
                jti = self.jti();
            }
            if !self.has(ClientFault::AssertionKeptOnRetry) {
                request = make();
            }
        }
    }

    /// Every attempt has a proof of its own (RFC 9449, section 4).
    async fn prove_once(
        &self,
        request: &Request,
        proving: &Proving<'_>,
        attempt: usize,
    ) -> Result<Response, Reason> {
        let server = Origin::of(&request.url).ok_or_else(|| Reason::Url(request.url.clone()))?;
        let mut request = request.clone();
        for proof in self.proofs(&request, proving, self.nonce(proving.key, &server)) {
            request.headers.push("DPoP", proof);
        }
        let mut response = self.send(request.clone()).await?;
        if response.status >= 500 && self.has(ClientFault::DpopProofKeptOnFailure) {
            response = self.send(request.clone()).await?;
        }
        // What was posted to a server is for that server.
        let follows = self.has(ClientFault::SsrfFollowRedirects)
            || self.has_at(&REDIRECTS_FOLLOWED, proving.occasion);
        if follows
            && proving.occasion != Occasion::Resource
            && let Some(location) = redirect(&response)
        {
            response = self.deliver(Request { url: location, ..request }).await?;
        }
        self.keep_nonce(proving.key, &server, &response, attempt);
        Ok(response)
    }

    /// The values of the field `DPoP`.
    fn proofs(
        &self,
        request: &Request,
        proving: &Proving<'_>,
        nonce: Option<String>,
    ) -> Vec<Vec<u8>> {
        if self.has_at(&LEFT_OUT, proving.occasion) {
            return Vec::new();
        }
        let place = format!("{} {} {nonce:?}", request.method, request.url);
        let is_reusing = self.has(ClientFault::DpopReuseProof);
        if let Some(proof) = self.memory().kept.proofs.get(&place).filter(|_| is_reusing) {
            return vec![proof.clone()];
        }
        let spec = Spec {
            htm: &request.method,
            htu: match self.has(ClientFault::DpopHtuWithQuery)
                || self.has_at(&HTU_WITH_QUERY, proving.occasion)
            {
                true => &request.url,
                false => request.htu(),
            },
            jti: proving.jti,
            iat: self.clock.now(),
            nonce: nonce.as_deref(),
            access_token: proving.access_token.map(Secret::expose),
        };
        let proofs = dpop::forge(&spec, proving.key, self.change_of_proof());
        if let ([proof], true) = (proofs.as_slice(), is_reusing) {
            self.memory().kept.proofs.insert(place, proof.clone());
        }
        proofs
    }

    /// What is different about proofs.
    fn change_of_proof(&self) -> Option<&'static Mutation> {
        let faults = FAULTS.iter().filter(|(fault, _)| self.has(*fault)).map(|(_, change)| change);
        let variants = VARIANTS.iter().filter(|(variant, _)| self.takes(*variant));
        faults.chain(variants.map(|(_, change)| change)).next()
    }

    /// At least 96 random bits (RFC 9449, section 4.2).
    fn jti(&self) -> String {
        let mut memory = self.memory();
        let random = memory.stream.token();
        if self.has(ClientFault::DpopJtiConstant) {
            return "jti".to_owned();
        }
        if self.has(ClientFault::DpopJtiCounted) {
            return memory.count().to_string();
        }
        if self.has(ClientFault::DpopJtiShort) {
            return random.chars().take(6).collect();
        }
        if self.takes(ClientVariant::JtiUuid) {
            return uuid(&memory.stream.block());
        }
        random
    }
}

/// How a request is made, but for its proof.
pub(super) type Making<'a> = &'a (dyn Fn() -> Request + Send + Sync);

/// What a proof is made with.
struct Proving<'a> {
    key: &'a SigningKey,
    access_token: Option<&'a Secret>,
    occasion: Occasion,
    jti: &'a str,
}

/// Requests that must have a proof.
const LEFT_OUT: [(ClientFault, Occasion); 5] = [
    (ClientFault::DpopNotAtPar, Occasion::Push),
    (ClientFault::DpopNotAtToken, Occasion::Exchange),
    (ClientFault::DpopNotAtRefresh, Occasion::Refresh),
    (ClientFault::DpopNotAtResource, Occasion::Resource),
    (ClientFault::DpopNotAtRevocation, Occasion::Revoke),
];

const MISSING_ACCEPTED: [(ClientFault, Occasion); 3] = [
    (ClientFault::NonceMissingAcceptedAtToken, Occasion::Exchange),
    (ClientFault::NonceMissingAcceptedAtRefresh, Occasion::Refresh),
    (ClientFault::NonceMissingAcceptedAtResource, Occasion::Resource),
];

const REDIRECTS_FOLLOWED: [(ClientFault, Occasion); 3] = [
    (ClientFault::ParFollowRedirect, Occasion::Push),
    (ClientFault::TokenFollowRedirect, Occasion::Exchange),
    (ClientFault::RevokeFollowRedirect, Occasion::Revoke),
];

const HTU_WITH_QUERY: [(ClientFault, Occasion); 1] =
    [(ClientFault::DpopHtuQueryAtResource, Occasion::Resource)];

const fn header(edit: MemberEdit) -> Mutation {
    Mutation::Header(edit)
}

const fn claims(edit: MemberEdit) -> Mutation {
    Mutation::Claims(edit)
}

/// Faults that lie in the proof itself (RFC 9449, section 4.2).
const FAULTS: &[(ClientFault, Mutation)] = &[
    (ClientFault::DpopAddIss, claims(MemberEdit::Set("iss", "\"http://localhost\""))),
    (ClientFault::DpopNoAth, Mutation::Ath(AthEdit::Missing)),
    (ClientFault::DpopAthHex, Mutation::Ath(AthEdit::Hex)),
    (ClientFault::DpopAthPadded, Mutation::Ath(AthEdit::Padded)),
    (ClientFault::DpopAthOfOtherToken, Mutation::Ath(AthEdit::OtherToken)),
    (ClientFault::DpopJtiTypo, claims(MemberEdit::Rename { from: "jti", to: "jit" })),
    (ClientFault::DpopSkewedClock, Mutation::IatOffset(-3600)),
    (ClientFault::DpopNoIat, claims(MemberEdit::Remove("iat"))),
    (ClientFault::DpopIatMilliseconds, Mutation::IatMilliseconds),
    (ClientFault::DpopIatText, Mutation::IatText),
    (ClientFault::DpopNoTyp, header(MemberEdit::Remove("typ"))),
    (ClientFault::DpopTypJwt, header(MemberEdit::Set("typ", "\"JWT\""))),
    (ClientFault::DpopNoHtm, claims(MemberEdit::Remove("htm"))),
    (ClientFault::DpopHtmOther, Mutation::Htm(HtmEdit::Other)),
    (ClientFault::DpopHtmLowerCase, Mutation::Htm(HtmEdit::Lowercase)),
    (ClientFault::DpopNoHtu, claims(MemberEdit::Remove("htu"))),
    (ClientFault::DpopHtuOrigin, Mutation::HtuReplace(Rewrite::OriginOnly)),
    (ClientFault::DpopHtuPath, Mutation::HtuReplace(Rewrite::PathOnly)),
    (ClientFault::DpopHtuOtherScheme, Mutation::HtuReplace(Rewrite::OtherScheme)),
    (ClientFault::DpopPrivateKey, Mutation::PrivateKeyInJwk),
    (ClientFault::DpopKidForJwk, Mutation::KidForJwk),
    (ClientFault::DpopAlgNone, Mutation::Alg(AlgEdit::Unsigned("none"))),
    (ClientFault::DpopAlgSymmetric, Mutation::Alg(AlgEdit::HmacWithOctKey)),
    (ClientFault::DpopSignatureDer, Mutation::Signature(SignatureEdit::Der)),
    (ClientFault::DpopPadded, Mutation::Compact(CompactEdit::Padded)),
    (ClientFault::JoseStdBase64, Mutation::Compact(CompactEdit::StandardAlphabet)),
    (ClientFault::DpopTwice, Mutation::HeaderField(FieldEdit::Twice)),
    (ClientFault::NonceNeverSent, Mutation::Nonce(NonceEdit::Missing)),
    (ClientFault::NonceAltered, Mutation::Nonce(NonceEdit::Extended)),
];

/// Freedoms that the text leaves to proofs.
const VARIANTS: &[(ClientVariant, Mutation)] = &[
    (ClientVariant::ProofClaimsReordered, claims(MemberEdit::Reverse)),
    (ClientVariant::ProofHeaderReordered, header(MemberEdit::Reverse)),
    (ClientVariant::ProofExp, claims(MemberEdit::Set("exp", "4102444800"))),
    (ClientVariant::ProofNbf, claims(MemberEdit::Set("nbf", "1700000000"))),
    (ClientVariant::ProofExtraClaims, claims(MemberEdit::Set("x-atproof", "{\"a\":[1]}"))),
    (ClientVariant::ProofIatFraction, Mutation::IatFraction),
    (ClientVariant::ProofJwkUse, Mutation::Jwk(MemberEdit::Set("use", "\"sig\""))),
    (ClientVariant::ProofJwkReordered, Mutation::Jwk(MemberEdit::Reverse)),
];
