//! Client authentication with `private_key_jwt` (RFC 7523; the confidential clients of the
//! profile).

mod claims;
mod object;
mod text;

use atproof_protocol::client_assertion::ASSERTION_TYPE;
use ring::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Client;
use crate::codec::base64url;
use crate::codec::form::Params;
use crate::codec::json::Object;
use crate::server::refusal::Refusal;
use crate::server::state::Server;
use crate::{Fault, Occasion, Variant};
use text::Assertion;

pub(in crate::server) use claims::Used;

/// Faults that can be confined to one endpoint: those of the check that all of them share.
pub(crate) const ASSERTION_FAULTS: &[Fault] = &[
    Fault::AsAssertionOptional,
    Fault::AsAssertionTypeUnchecked,
    Fault::AsAssertionSignatureUnchecked,
    Fault::AsAssertionAlgNone,
    Fault::AsAssertionKidIgnored,
    Fault::AsAssertionIssUnchecked,
    Fault::AsAssertionSubUnchecked,
    Fault::AsAssertionAudUnchecked,
    Fault::AsAssertionExpUnchecked,
    Fault::AsAssertionReplay,
    Fault::AsAssertionErrorGeneric,
];

/// The key that a confidential client used: what its session is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) struct ClientKey {
    pub(in crate::server) kid: String,
    pub(in crate::server) alg: String,
    pub(in crate::server) jkt: String,
    /// The key itself.
    point: Vec<u8>,
}

/// A published key.
struct Published {
    name: ClientKey,
    canonical: String,
}

/// Longest assertion, in octets.
const LONGEST: usize = 32 * 1024;

/// Longest `kid` that a careless cache holds.
const CARELESS: usize = 4096;

impl Server {
    /// Authenticates the client of a request. A public client has nothing to authenticate with.
    pub(in crate::server) fn authenticate_client(
        &mut self,
        on: Occasion,
        client: &Client,
        params: &Params,
    ) -> Result<Option<ClientKey>, Refusal> {
        match self.authenticated_key(on, client, params) {
            // Whatever is wrong with an assertion, this is what it is called (RFC 7521, section
            // 4.2.1).
            Err(refusal)
                if refusal.error == "invalid_client"
                    && self.broken_on(on, &[Fault::AsAssertionErrorGeneric]) =>
            {
                Err(Refusal::invalid_request("the request cannot be taken"))
            }
            Err(refusal)
                if refusal.error == "invalid_client"
                    && self.varies(Variant::AssertionErrors401) =>
            {
                Err(Refusal { status: 401, ..refusal })
            }
            result => result,
        }
    }

    fn authenticated_key(
        &mut self,
        on: Occasion,
        client: &Client,
        params: &Params,
    ) -> Result<Option<ClientKey>, Refusal> {
        let invalid = |text| Err(Refusal::invalid_client(text));
        let presented = params.value("client_assertion");
        if client.keys.is_none() {
            // What is supplied is checked, needed or not (RFC 6749, section 4.1.3).
            let ignored = self.has(Fault::AsAssertionIgnoredOfPublicClient)
                || self.has(Fault::AsLocalhostAssertionTrusted);
            if presented.is_some() && !ignored {
                return invalid("a public client cannot authenticate");
            }
            let declares = |document: Object| document.has("token_endpoint_auth_method");
            if on != Occasion::Push
                && self.has(Fault::AsDocumentMethodBasic)
                && !self.document_of(client).is_none_or(declares)
            {
                return invalid("the client_secret is missing");
            }
            return Ok(None);
        }
        let Some(text) = presented else {
            let is_empty = params.presented("client_assertion").is_some();
            let lax = match is_empty {
                true => self.has(Fault::AsAssertionEmptyTaken),
                false => {
                    self.broken_on(on, &[Fault::AsAssertionOptional])
                        || on == Occasion::Push && self.has_no_method_to_push(client)
                }
            };
            return if lax { Ok(None) } else { invalid("client_assertion is missing") };
        };
        if params.value("client_secret").is_some() && self.has(Fault::AsAssertionSecretRefused) {
            return Err(Refusal::invalid_request("no client has a secret here"));
        }
        let lax = match params.value("client_assertion_type") {
            Some(ASSERTION_TYPE) => true,
            Some(_) => self.broken_on(on, &[Fault::AsAssertionTypeUnchecked]),
            None => self.has(Fault::AsAssertionTypeOptional),
        };
        if !lax {
            return invalid("client_assertion_type is not the one for JWTs");
        }
        if text.len() > LONGEST && !self.has(Fault::AsDosHugeJose) {
            return invalid("client_assertion is too long");
        }
        let assertion = self.read_assertion(text)?;
        self.check_header(&assertion)?;
        let named = assertion.claims.text("sub").filter(|sub| *sub != client.id);
        let client = match named.filter(|_| self.has(Fault::AsAssertionClientOfAssertion)) {
            Some(sub) => &self.client(&sub)?,
            None => client,
        };
        let Some(source) = client.keys.clone() else {
            return invalid("a public client cannot authenticate");
        };
        let unsupported = match source {
            super::KeySource::Inline(_) => Fault::AsClientJwksUnsupported,
            super::KeySource::At(_) => Fault::AsClientJwksUriUnsupported,
        };
        if self.has(unsupported) {
            return invalid("there are no keys to verify with");
        }
        if self.has(Fault::AsAssertionJtiNotedUnverified) {
            self.use_up(on, client, &assertion.claims)?;
        }
        let bound = self.session_key(params);
        let key = self.verified(on, &source, &assertion, bound)?;
        self.check_claims(on, client, &assertion.claims)?;
        Ok(Some(key))
    }

    /// Whether the document says, by a member that only a broken server knows, that the client does
    /// not authenticate where it pushes.
    fn has_no_method_to_push(&self, client: &Client) -> bool {
        let document = self.document_of(client);
        let said =
            document.and_then(|d| d.text("pushed_authorization_request_endpoint_auth_method"));
        said.as_deref() == Some("none") && self.has(Fault::AsClientMethodPerEndpoint)
    }

    /// What the header says beside algorithm and key.
    fn check_header(&self, assertion: &Assertion) -> Result<(), Refusal> {
        let invalid = |text| Err(Refusal::invalid_client(text));
        if let Some(crit) = assertion.header.value("crit") {
            let names = crit.as_array().is_some_and(|names| !names.is_empty());
            let lax = match names {
                true => self.has(Fault::AsAssertionCritIgnored),
                false => self.has(Fault::AsAssertionCritMalformedIgnored),
            };
            if !lax {
                return invalid("crit is not understood");
            }
        }
        match assertion.header.text("typ").as_deref() {
            Some("dpop+jwt") if !self.has(Fault::AsAssertionTypUnchecked) => {
                invalid("the JWT was made for something else")
            }
            Some("at+jwt") if !self.has(Fault::AsAssertionTypAccessToken) => {
                invalid("the JWT was made for something else")
            }
            Some("JWT") if self.has(Fault::AsAssertionTypJwtRefused) => {
                invalid("the JWT has no type of its own")
            }
            Some("client-authentication+jwt") if self.has(Fault::AsAssertionTypOwnRefused) => {
                invalid("the type of the JWT is not known")
            }
            _ => Ok(()),
        }
    }

    /// The key that verifies an assertion: a published one, chosen by its name.
    fn verified(
        &mut self,
        on: Occasion,
        source: &super::KeySource,
        assertion: &Assertion,
        bound: Option<ClientKey>,
    ) -> Result<ClientKey, Refusal> {
        let invalid = |text| Err(Refusal::invalid_client(text));
        let kid = assertion.header.text("kid");
        if let Some(key) = assertion.header.value("jwk").as_ref().and_then(read_key)
            && self.trusts_header_key(kid.is_some())
            && self.is_signed(on, assertion, "ES256", &key)
        {
            return Ok(key.name);
        }
        for (name, fault) in
            [("jku", Fault::AsAssertionJkuFetched), ("x5u", Fault::AsAssertionX5uFetched)]
        {
            if let Some(url) = assertion.header.text(name)
                && let Some(web) = self.web.clone()
                && self.has(fault)
            {
                drop(web.fetch(&url));
            }
        }
        if self.trusts_unverified(source) {
            let (kid, alg) = (kid.unwrap_or_default(), "ES256".to_owned());
            return Ok(ClientKey { kid, alg, jkt: String::new(), point: Vec::new() });
        }
        let crashes = |text: &str| {
            text.contains('/') && self.has(Fault::AsAssertionKidPathCrash)
                || text.contains('\'') && self.has(Fault::AsAssertionKidQuoteCrash)
                || text.len() > CARELESS && self.has(Fault::AsAssertionLongKidCrash)
        };
        if kid.as_deref().is_some_and(crashes) {
            return Err(text::crash());
        }
        let Some(alg) = self.algorithm(on, assertion) else {
            return invalid("the alg is not supported");
        };
        let any_name = self.broken_on(on, &[Fault::AsAssertionKidIgnored]);
        let mut found: Vec<Published> =
            self.named_key(source, kid.as_deref(), any_name)?.into_iter().collect();
        if found.is_empty() {
            found.extend(self.borrowed_key(on, kid.as_deref(), bound));
        }
        let lax = match (kid.is_some(), assertion.header.has("kid")) {
            (true, _) => self.has(Fault::AsAssertionEveryKeyTried),
            (false, true) => self.has(Fault::AsAssertionKidTypeUnchecked),
            (false, false) => {
                self.has(Fault::AsAssertionKidOptional)
                    || self.varies(Variant::AssertionKidOptional)
            }
        };
        if lax {
            let keys = self.client_keys(source, false)?;
            found.extend(keys.as_array().into_iter().flatten().filter_map(read_key));
        }
        if found.is_empty() {
            return invalid("kid names no published key");
        }
        match found.into_iter().find(|key| self.is_signed(on, assertion, alg, key)) {
            Some(key) => Ok(key.name),
            None => invalid("the signature does not verify"),
        }
    }

    /// Whether a key in the header is taken as it is.
    fn trusts_header_key(&self, has_name: bool) -> bool {
        self.has(Fault::AsJoseTrustHeaderJwk) || !has_name && self.has(Fault::AsAssertionJwkForKid)
    }

    /// A key that only a broken server takes for one of the client.
    fn borrowed_key(
        &self,
        on: Occasion,
        kid: Option<&str>,
        bound: Option<ClientKey>,
    ) -> Option<Published> {
        if on == Occasion::Refresh && self.has(Fault::AsRefreshKeyRemovalIgnored) {
            let name = bound.filter(|key| Some(key.kid.as_str()) == kid)?;
            return Some(Published { canonical: String::new(), name });
        }
        if !self.has(Fault::AsAssertionKidOfAnyClient) {
            return None;
        }
        let sets = self.documents.texts().filter_map(|text| {
            let document: Value = serde_json::from_str(text).ok()?;
            document.get("jwks").unwrap_or(&document).get("keys")?.as_array().cloned()
        });
        let mut keys = sets.flatten().collect::<Vec<_>>().into_iter().filter_map(|k| read_key(&k));
        keys.find(|key| Some(key.name.kid.as_str()) == kid)
    }

    /// The algorithm that is declared: this server knows one.
    fn algorithm(&self, on: Occasion, assertion: &Assertion) -> Option<&'static str> {
        let alg = assertion.header.text("alg");
        let is = |name: &str| alg.as_deref() == Some(name);
        let like = |name: &str| alg.as_deref().is_some_and(|alg| alg.eq_ignore_ascii_case(name));
        if is("ES256")
            || !assertion.header.has("alg") && self.has(Fault::AsAssertionAlgOptional)
            || like("ES256") && self.has(Fault::AsAssertionAlgCasefold)
        {
            return Some("ES256");
        }
        if is("none") && self.broken_on(on, &[Fault::AsAssertionAlgNone])
            || !is("none") && like("none") && self.has(Fault::AsAssertionAlgNoneCasefold)
        {
            return Some("none");
        }
        if is("HS256") && self.has(Fault::AsAssertionAlgFromHeader) {
            return Some("HS256");
        }
        let other = !like("none") && !like("ES256") && !is("HS256") && alg.is_some();
        (other && self.has(Fault::AsAssertionAlgUnchecked)).then_some("ES256")
    }

    /// Whether the signature verifies with this key (RFC 7518, section 3.4).
    fn is_signed(&self, on: Occasion, assertion: &Assertion, alg: &str, key: &Published) -> bool {
        let input = assertion.signing_input.as_bytes();
        // Only a fault lets the segment be missing, and then nothing is verified.
        let Some(signature) = assertion.signature.as_deref() else { return true };
        match alg {
            "none" => signature.is_empty(),
            "HS256" => {
                let secret =
                    ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.canonical.as_bytes());
                ring::hmac::verify(&secret, input, signature).is_ok()
            }
            _ => match signature.len() {
                64 => {
                    verify(key, input, signature)
                        || self.broken_on(on, &[Fault::AsAssertionSignatureUnchecked])
                }
                0 => self.has(Fault::AsAssertionEmptySignature),
                63 => self.has(Fault::AsAssertionShortSignature),
                65 if self.has(Fault::AsAssertionSignatureCut) => {
                    signature.get(..64).is_some_and(|signature| verify(key, input, signature))
                }
                _ => {
                    self.has(Fault::AsAssertionDerSignature)
                        && UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.name.point)
                            .verify(input, signature)
                            .is_ok()
                }
            },
        }
    }

    /// Whether a key is in use, by what its set says of its life.
    fn is_in_force(&self, key: &Value) -> bool {
        let time = |name: &str| key.get(name).and_then(Value::as_i64);
        let now = self.now();
        (key.get("revoked").is_none() || self.has(Fault::AsKeySetStatusIgnored))
            && (time("exp").is_none_or(|exp| now < exp) || self.has(Fault::AsKeySetExpIgnored))
            && (time("nbf").is_none_or(|nbf| nbf <= now) || self.has(Fault::AsKeySetNbfIgnored))
    }

    /// The key that the session of a refresh token is bound to.
    fn session_key(&self, params: &Params) -> Option<ClientKey> {
        let token = self.tokens.refresh.get(params.value("refresh_token")?)?;
        self.tokens.grants.get(&token.grant)?.client_key.clone()
    }

    /// Whether a client still publishes a key.
    pub(in crate::server) fn is_published(
        &mut self,
        client_id: &str,
        key: &ClientKey,
    ) -> Result<bool, Refusal> {
        let Some(source) = self.client(client_id)?.keys else { return Ok(false) };
        let keys = self.client_keys(&source, false)?;
        let mut keys = keys.as_array().into_iter().flatten().filter_map(read_key);
        Ok(keys.any(|published| published.name.jkt == key.jkt))
    }

    /// The published key of this name. A key set that does not have it is fetched again, since keys
    /// rotate (RFC 7591, section 2).
    fn named_key(
        &mut self,
        source: &super::KeySource,
        kid: Option<&str>,
        any_name: bool,
    ) -> Result<Option<Published>, Refusal> {
        let by_reference = matches!(source, super::KeySource::At(_));
        let again = by_reference && !self.has(Fault::AsClientKeySetNeverRefetched);
        for again in [false, true].into_iter().take(if again { 2 } else { 1 }) {
            // Whoever makes names up cannot make the server fetch as often (RFC 8725, section 3.10).
            if again
                && !self.documents.may_look_again(source, self.now())
                && !self.has(Fault::AsKeySetFetchStorm)
            {
                break;
            }
            let keys = self.client_keys(source, again)?;
            let keys = keys.as_array().into_iter().flatten();
            if self.has(Fault::AsClientKeySetAllOrNothing)
                && keys.clone().any(|key| read_key(key).is_none())
            {
                return Err(Refusal::invalid_client("a key of the set cannot be used"));
            }
            let usable = |key: &&Value| {
                let operations = key.get("key_ops").and_then(Value::as_array);
                let verifies = operations
                    .is_none_or(|list| list.iter().any(|operation| operation == "verify"));
                let signs = key.get("use").is_none_or(|purpose| purpose == "sig");
                let alg = key.get("alg").is_none_or(|alg| alg == "ES256");
                let trusted = by_reference && self.has(Fault::AsKeySetFetchedUnchecked);
                let refused = operations.is_some() && self.has(Fault::AsKeySetKeyOpsRefused)
                    || !self.is_in_force(key);
                (verifies || trusted || self.has(Fault::AsKeySetKeyOpsUnchecked))
                    && (signs || trusted || self.has(Fault::AsClientKeyUseUnchecked))
                    && (alg || self.has(Fault::AsClientKeyAlgUnchecked))
                    && !refused
            };
            let mut keys = keys.filter(usable).filter_map(read_key);
            let fits = |key: &Published| {
                let same = kid == Some(key.name.kid.as_str())
                    || self.has(Fault::AsAssertionKidCasefold)
                        && kid.is_some_and(|kid| kid.eq_ignore_ascii_case(&key.name.kid));
                same || any_name
            };
            let found = match self.has(Fault::AsKeySetLastOfName) {
                true => keys.rfind(fits),
                false => keys.find(fits),
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

fn verify(key: &Published, input: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key.name.point)
        .verify(input, signature)
        .is_ok()
}

/// Whether a key can verify what this server supports.
pub(super) fn is_usable(jwk: &Value) -> bool {
    read_key(jwk).is_some()
}

/// A public P-256 key of a set.
fn read_key(jwk: &Value) -> Option<Published> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    if text("kty") != Some("EC") || text("crv") != Some("P-256") {
        return None;
    }
    let [x, y] = [text("x")?, text("y")?];
    let coordinate = |text: &str| base64url::decode(text).filter(|bytes| bytes.len() == 32);
    let point = [vec![4], coordinate(x)?, coordinate(y)?].concat();
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let name = ClientKey {
        kid: text("kid").unwrap_or_default().to_owned(),
        alg: "ES256".to_owned(),
        jkt: base64url::encode(Sha256::digest(&canonical)),
        point,
    };
    Some(Published { name, canonical })
}
