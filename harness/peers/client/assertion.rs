//! Authentication of the client (RFC 7523; atproto OAuth spec, Confidential Client
//! Authentication).

use atproof_protocol::client_assertion::{self, ASSERTION_TYPE, Audience, Mutation, Party, Spec};
use atproof_protocol::dpop::{AlgEdit, CompactEdit, MemberEdit, Mutation as Jwt, SignatureEdit};
use atproof_protocol::jwk::SigningKey;
use serde_json::Value;

use super::form::Parameters;
use super::server_metadata::AuthorizationServer;
use super::state::Client;
use crate::{ClientFault, ClientVariant, Occasion};

impl Client {
    /// What a confidential client adds to every request to its server: an assertion of its own for
    /// each. A public client adds nothing.
    pub(super) fn credentials(
        &self,
        server: &AuthorizationServer,
        endpoint: &str,
        session_key: &SigningKey,
        occasion: Occasion,
    ) -> Parameters {
        let Some(own) = &self.config.key else { return Vec::new() };
        if LEFT_OUT.iter().any(|(fault, to)| self.has(*fault) && *to == occasion) {
            return Vec::new();
        }
        let jti = self.memory().stream.token();
        let kid = self.kid_of_first_key().filter(|_| self.has(ClientFault::AssertionFirstKey));
        let spec = Spec {
            client_id: &self.config.client_id,
            issuer: server.issuer.as_str(),
            endpoint,
            token_endpoint: &server.token_endpoint,
            kid: kid.as_deref().unwrap_or(&own.kid),
            jti: match self.has(ClientFault::AssertionJtiConstant) {
                true => "jti",
                false => &jti,
            },
            iat: self.clock.now(),
            bait: "",
        };
        let key = match self.has(ClientFault::AssertionSessionKey) {
            true => session_key,
            false => &own.key,
        };
        let Some(assertion) = client_assertion::forge(&spec, key, self.change_of_assertion())
        else {
            return Vec::new();
        };
        let assertion = match self.has(ClientFault::AssertionReused) {
            true => self.memory().kept.assertion.get_or_insert(assertion).clone(),
            false => assertion,
        };
        let assertion_type = match self.has(ClientFault::AssertionTypeWrong) {
            true => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            false => ASSERTION_TYPE,
        };
        let mut parameters = vec![("client_assertion", assertion)];
        if !self.has(ClientFault::AssertionNoType) {
            parameters.insert(0, ("client_assertion_type", assertion_type.to_owned()));
        }
        parameters
    }

    /// The name of the key that comes first in the metadata document.
    fn kid_of_first_key(&self) -> Option<String> {
        let keys = self.config.client_metadata.as_ref()?.get("jwks")?.get("keys")?;
        keys.get(0)?.get("kid").and_then(Value::as_str).map(str::to_owned)
    }

    fn change_of_assertion(&self) -> Option<&'static Mutation> {
        let faults = FAULTS.iter().filter(|(fault, _)| self.has(*fault)).map(|(_, change)| change);
        let variants = VARIANTS.iter().filter(|(variant, _)| self.takes(*variant));
        faults.chain(variants.map(|(_, change)| change)).next()
    }
}

/// Requests that a confidential client authenticates.
const LEFT_OUT: [(ClientFault, Occasion); 4] = [
    (ClientFault::AssertionNotAtPar, Occasion::Push),
    (ClientFault::AssertionNotAtToken, Occasion::Exchange),
    (ClientFault::AssertionNotAtRefresh, Occasion::Refresh),
    (ClientFault::AssertionNotAtRevocation, Occasion::Revoke),
];

const fn header(edit: MemberEdit) -> Mutation {
    Mutation::Jwt(Jwt::Header(edit))
}

const fn claims(edit: MemberEdit) -> Mutation {
    Mutation::Jwt(Jwt::Claims(edit))
}

/// Faults that lie in the assertion itself (RFC 7523, section 3).
const FAULTS: &[(ClientFault, Mutation)] = &[
    (ClientFault::AssertionNoExp, claims(MemberEdit::Remove("exp"))),
    (ClientFault::AssertionNoIat, claims(MemberEdit::Remove("iat"))),
    (ClientFault::AssertionNoJti, claims(MemberEdit::Remove("jti"))),
    (ClientFault::AssertionNoKid, header(MemberEdit::Remove("kid"))),
    (ClientFault::AssertionAudEndpoint, Mutation::Audience(Audience::TokenEndpoint)),
    (ClientFault::AssertionAudSlash, Mutation::Audience(Audience::TrailingSlash)),
    (ClientFault::AssertionAudSeveral, Mutation::Audience(Audience::IssuerAndOther)),
    (ClientFault::AssertionIssServer, Mutation::Issuer(Party::Server)),
    (ClientFault::AssertionSubUser, Mutation::Subject(Party::User)),
    (ClientFault::AssertionLongLife, Mutation::Times { iat: 0, exp: 31_536_000 }),
    (ClientFault::AssertionExpMilliseconds, Mutation::ExpMilliseconds),
    (ClientFault::AssertionAlgNone, Mutation::Jwt(Jwt::Alg(AlgEdit::Unsigned("none")))),
    (ClientFault::JoseEs256k, Mutation::Jwt(Jwt::Alg(AlgEdit::Label("ES256K")))),
    (ClientFault::AssertionSignatureDer, Mutation::Jwt(Jwt::Signature(SignatureEdit::Der))),
    (ClientFault::JoseStdBase64, Mutation::Jwt(Jwt::Compact(CompactEdit::StandardAlphabet))),
];

/// Freedoms that the text leaves to assertions.
const VARIANTS: &[(ClientVariant, Mutation)] = &[
    (
        ClientVariant::AssertionTyped,
        header(MemberEdit::Set("typ", "\"client-authentication+jwt\"")),
    ),
    (ClientVariant::AssertionNotBefore, Mutation::NotBefore(0)),
    (ClientVariant::AssertionExtraClaims, claims(MemberEdit::Set("x-atproof", "true"))),
];
