//! Faults of the reference server: each breaks one rule at one place in the code.
//!
//! With a fault switched on, correct requests keep working; what changes is that one wrong thing is
//! accepted, or one right thing is missing from an answer. A row says its rule once, and the macro
//! makes the variant, its documentation and the table from it, so that the three cannot differ.

use std::fmt;

use atproof_engine::model::FaultId;

/// A fault, its id, and what the server does wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultRow {
    /// The switch in the code.
    pub fault: Fault,
    /// The name by which cases refer to it.
    pub id: FaultId,
    /// What the server does instead of keeping the rule, in one sentence.
    pub breaks: &'static str,
}

impl Fault {
    /// The id of this fault.
    pub fn id(self) -> FaultId {
        FaultId(self.name())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! faults {
    ($($(#[doc = $breaks:literal])+ $fault:ident = $id:literal,)+) => {
        /// A rule that the reference server can be told to break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fault {
            $($(#[doc = $breaks])+ $fault,)+
        }

        impl Fault {
            /// The text of the id.
            const fn name(self) -> &'static str {
                match self {
                    $(Self::$fault => $id,)+
                }
            }
        }

        /// Every fault, in the order in which a login meets them.
        pub const FAULTS: &[FaultRow] = &[
            $(FaultRow {
                fault: Fault::$fault,
                id: FaultId($id),
                breaks: concat!($($breaks),+).trim_ascii(),
            },)+
        ];
    };
}

faults! {
    // AS metadata document (one edit of the served bytes or answer).
    /// Answers the well-known path with 302 to /metadata.json, which serves the same document.
    AsMetadataRedirect = "as.metadata.redirect",
    /// Answers 203 instead of 200.
    AsMetadataStatus203 = "as.metadata.status-203",
    /// Labels the document text/plain.
    AsMetadataContentTypeText = "as.metadata.content-type-text",
    /// Publishes response_modes_supported as the string "query".
    AsMetadataMemberTypeWrong = "as.metadata.member-type-wrong",
    /// Adds ui_locales_supported: `[]`.
    AsMetadataEmptyArray = "as.metadata.empty-array",
    /// Sends no Access-Control-Allow-Origin.
    AsMetadataNoCors = "as.metadata.no-cors",
    /// Publishes issuer with a trailing slash (iss parameter stays right).
    AsMetadataIssuerSlash = "as.metadata.issuer-slash",
    /// Publishes the issuer of another host.
    AsMetadataOtherIssuer = "as.metadata.other-issuer",
    /// Publishes issuer with scheme http.
    AsMetadataIssuerHttp = "as.metadata.issuer-http",
    /// Publishes issuer with :443.
    AsMetadataIssuerDefaultPort = "as.metadata.issuer-default-port",
    /// Publishes issuer with ?v=1.
    AsMetadataIssuerQuery = "as.metadata.issuer-query",
    /// Leaves authorization_endpoint out.
    AsMetadataNoAuthorizationEndpoint = "as.metadata.no-authorization-endpoint",
    /// Leaves token_endpoint out.
    AsMetadataNoTokenEndpoint = "as.metadata.no-token-endpoint",
    /// Leaves pushed_authorization_request_endpoint out.
    AsMetadataNoParEndpoint = "as.metadata.no-par-endpoint",
    /// Appends # to authorization_endpoint.
    AsMetadataAuthorizationEndpointFragment = "as.metadata.authorization-endpoint-fragment",
    /// Appends # to token_endpoint.
    AsMetadataTokenEndpointFragment = "as.metadata.token-endpoint-fragment",
    /// Publishes revocation_endpoint with scheme http (the https one still works).
    AsMetadataEndpointHttp = "as.metadata.endpoint-http",
    /// response_types_supported: `["none"]`.
    AsMetadataNoResponseTypeCode = "as.metadata.no-response-type-code",
    /// Leaves refresh_token out of grant_types_supported.
    AsMetadataNoGrantRefreshToken = "as.metadata.no-grant-refresh-token",
    /// Leaves authorization_code out of grant_types_supported.
    AsMetadataNoGrantAuthorizationCode = "as.metadata.no-grant-authorization-code",
    /// code_challenge_methods_supported absent.
    AsMetadataNoS256 = "as.metadata.no-s256",
    /// Adds plain to code_challenge_methods_supported (and still refuses it).
    AsMetadataPlainOffered = "as.metadata.plain-offered",
    /// Leaves none out of token_endpoint_auth_methods_supported.
    AsMetadataNoAuthMethodNone = "as.metadata.no-auth-method-none",
    /// Leaves private_key_jwt out.
    AsMetadataNoAuthMethodPrivateKeyJwt = "as.metadata.no-auth-method-private-key-jwt",
    /// token_endpoint_auth_signing_alg_values_supported: `["ES256K"]`.
    AsMetadataNoAuthAlgEs256 = "as.metadata.no-auth-alg-es256",
    /// Adds none to that list.
    AsMetadataAuthAlgNone = "as.metadata.auth-alg-none",
    /// dpop_signing_alg_values_supported: `["ES256K"]`.
    AsMetadataNoDpopAlgEs256 = "as.metadata.no-dpop-alg-es256",
    /// Adds HS256 to that list (and still refuses it).
    AsMetadataDpopAlgHs256 = "as.metadata.dpop-alg-hs256",
    /// Leaves atproto out of scopes_supported.
    AsMetadataNoScopeAtproto = "as.metadata.no-scope-atproto",
    /// authorization_response_iss_parameter_supported: false.
    AsMetadataIssFlagFalse = "as.metadata.iss-flag-false",
    /// The same member as the string "true".
    AsMetadataIssFlagString = "as.metadata.iss-flag-string",
    /// require_pushed_authorization_requests: false (still enforced).
    AsMetadataParFlagFalse = "as.metadata.par-flag-false",
    /// The same member as the string "true".
    AsMetadataParFlagString = "as.metadata.par-flag-string",
    /// Adds require_request_uri_registration: false.
    AsMetadataRequestUriRegistrationFalse = "as.metadata.request-uri-registration-false",
    /// client_id_metadata_document_supported: false.
    AsMetadataClientIdDocumentFlagFalse = "as.metadata.client-id-document-flag-false",
    /// The same member as the string "true".
    AsMetadataClientIdDocumentFlagString = "as.metadata.client-id-document-flag-string",
    /// Adds token to response_types_supported.
    AsMetadataImplicitOffered = "as.metadata.implicit-offered",
    /// The key set served at jwks_uri has d.
    AsMetadataJwksPrivate = "as.metadata.jwks-private",
    /// Lists bare resource names (repo, blob, rpc) in scopes_supported.
    AsMetadataScopePrefixes = "as.metadata.scope-prefixes",
    /// Advertises a revocation_endpoint that is not routed.
    AsMetadataDanglingEndpoint = "as.metadata.dangling-endpoint",

    // Resource metadata document.
    /// Answers 404.
    RsMetadataMissing = "rs.metadata.missing",
    /// Answers 302 to the same document elsewhere.
    RsMetadataRedirect = "rs.metadata.redirect",
    /// Answers 203.
    RsMetadataStatus203 = "rs.metadata.status-203",
    /// Labels it text/plain.
    RsMetadataContentTypeText = "rs.metadata.content-type-text",
    /// scopes_supported: `[]`.
    RsMetadataEmptyArray = "rs.metadata.empty-array",
    /// dpop_bound_access_tokens_required: "true".
    RsMetadataBooleanAsString = "rs.metadata.boolean-as-string",
    /// resource_signing_alg_values_supported: `["none"]`.
    RsMetadataSigningAlgNone = "rs.metadata.signing-alg-none",
    /// Sends no Access-Control-Allow-Origin.
    RsMetadataNoCors = "rs.metadata.no-cors",
    /// authorization_servers has a second, made-up entry after the right one.
    RsMetadataTwoServers = "rs.metadata.two-servers",
    /// authorization_servers is a string.
    RsMetadataServersString = "rs.metadata.servers-string",
    /// The entry is the bare host name.
    RsMetadataServerWithoutScheme = "rs.metadata.server-without-scheme",
    /// The entry has the path /oauth (its origin still serves the metadata).
    RsMetadataServerWithPath = "rs.metadata.server-with-path",
    /// The entry has :443.
    RsMetadataServerDefaultPort = "rs.metadata.server-default-port",
    /// The entry names a host that serves no metadata.
    RsMetadataNamesWrongServer = "rs.metadata.names-wrong-server",
    /// Leaves resource out.
    RsMetadataNoResource = "rs.metadata.no-resource",
    /// resource names another origin.
    RsMetadataOtherResource = "rs.metadata.other-resource",
    /// resource ends in #.
    RsMetadataResourceFragment = "rs.metadata.resource-fragment",

    // PAR handler.
    /// Takes a missing response_type as code.
    AsParResponseTypeDefault = "as.par.response-type-default",
    /// Does not compare the value of response_type (absence still refused).
    AsParResponseTypeUnchecked = "as.par.response-type-unchecked",
    /// Builds the virtual client from the request's own redirect_uri and scope when client_id is
    /// absent.
    AsParClientIdOptional = "as.par.client-id-optional",
    /// Ignores a pushed request_uri.
    AsParRequestUriIgnored = "as.par.request-uri-ignored",
    /// Does not compare requested scopes with the client's declared ones.
    AsScopeUndeclaredAccepted = "as.scope.undeclared-accepted",
    /// Drops the check that scope has atproto.
    AsScopeAtprotoOptional = "as.scope.atproto-optional",
    /// Validates the first of repeated parameters and uses the last.
    AsParDuplicateParams = "as.par.duplicate-params",
    /// Refuses unknown parameters.
    AsParUnknownParamRefused = "as.par.unknown-param-refused",
    /// Validates an empty login_hint as a value.
    AsParEmptyParamAsValue = "as.par.empty-param-as-value",
    /// Routes GET to the same handler and reads the query.
    AsParGetAccepted = "as.par.get-accepted",
    /// Also reads JSON bodies.
    AsParJsonAccepted = "as.par.json-accepted",
    /// Does not insist on state.
    AsParStateOptional = "as.par.state-optional",
    /// Fills a missing redirect_uri when one is declared.
    AsParRedirectUriDefault = "as.par.redirect-uri-default",
    /// Accepts dpop_jkt without comparing it with the proof key.
    AsParIgnoreDpopJkt = "as.par.ignore-dpop-jkt",
    /// Refuses any request that has dpop_jkt.
    AsParDpopJktUnsupported = "as.par.dpop-jkt-unsupported",
    /// Answers success with 200.
    AsParStatus200 = "as.par.status-200",
    /// Leaves expires_in out.
    AsParNoExpiresIn = "as.par.no-expires-in",
    /// Numbers the request_uris.
    AsParSequentialRequestUri = "as.par.sequential-request-uri",
    /// Answers refusals with an HTML page (same status).
    AsParErrorHtml = "as.par.error-html",
    /// No CORS headers and no preflight at PAR.
    AsParNoCors = "as.par.no-cors",
    /// Ignores the expiry when the page is opened.
    AsParRequestUriNeverExpires = "as.par.request-uri-never-expires",
    /// Accepts a PAR without proof; the key is bound at the token endpoint.
    AsParDpopOptional = "as.par.dpop-optional",

    // AS proof verifier (PAR, token, refresh share it).
    /// Uses the first of several DPoP headers.
    AsDpopMultiHeaderFirst = "as.dpop.multi-header-first",
    /// Splits the header at commas and uses the first part.
    AsDpopCommaSplit = "as.dpop.comma-split",
    /// Treats a header that does not parse as a verified proof without key.
    AsDpopUnparsableIgnored = "as.dpop.unparsable-ignored",
    /// Tolerates extra segments.
    AsJoseLenientSplit = "as.jose.lenient-split",
    /// Decodes padded base64url.
    AsJosePaddingAccepted = "as.jose.padding-accepted",
    /// A missing typ passes; other values are refused.
    AsDpopTypOptional = "as.dpop.typ-optional",
    /// Any typ passes; a missing one is refused.
    AsDpopTypAny = "as.dpop.typ-any",
    /// Accepts alg none with an empty signature.
    AsDpopAlgNone = "as.dpop.alg-none",
    /// Picks the algorithm from the header, so HS256 is verified with the jwk's canonical JSON as
    /// the secret.
    AsJoseAlgFromHeader = "as.jose.alg-from-header",
    /// Ignores crv and takes every EC key as P-256.
    AsJoseCurveUnchecked = "as.jose.curve-unchecked",
    /// Verifies a proof without jwk with a key remembered by kid (= thumbprint).
    AsDpopKidLookup = "as.dpop.kid-lookup",
    /// Ignores private members of jwk.
    AsJoseAcceptPrivateJwk = "as.jose.accept-private-jwk",
    /// Never verifies the signature (its form is still checked).
    AsDpopSignatureUnchecked = "as.dpop.signature-unchecked",
    /// Also accepts DER signatures.
    AsJoseDerSignature = "as.jose.der-signature",
    /// Takes r = s = 0 as valid.
    AsJoseZeroSignature = "as.jose.zero-signature",
    /// Ignores crit.
    AsJoseIgnoreCrit = "as.jose.ignore-crit",
    /// Uses the first of repeated members.
    AsJsonDuplicateFirst = "as.json.duplicate-first",
    /// A missing jti passes.
    AsDpopJtiOptional = "as.dpop.jti-optional",
    /// A missing htm passes.
    AsDpopHtmOptional = "as.dpop.htm-optional",
    /// A missing htu passes.
    AsDpopHtuOptional = "as.dpop.htu-optional",
    /// A missing iat passes.
    AsDpopIatOptional = "as.dpop.iat-optional",
    /// Parses iat from a string.
    AsDpopIatString = "as.dpop.iat-string",
    /// Does not compare htm.
    AsDpopHtmUnchecked = "as.dpop.htm-unchecked",
    /// Compares htm without regard to case.
    AsDpopHtmCasefold = "as.dpop.htm-casefold",
    /// Compares scheme, port and path of htu, not the host.
    AsDpopHtuHostUnchecked = "as.dpop.htu-host-unchecked",
    /// Does not compare the scheme of htu (ports compared as written, default port of either scheme
    /// equal).
    AsDpopHtuSchemeUnchecked = "as.dpop.htu-scheme-unchecked",
    /// Does not compare the port of htu.
    AsDpopHtuPortUnchecked = "as.dpop.htu-port-unchecked",
    /// Compares the origin of htu only.
    AsDpopHtuPathUnchecked = "as.dpop.htu-path-unchecked",
    /// Compares the path without regard to case.
    AsDpopHtuPathCasefold = "as.dpop.htu-path-casefold",
    /// Trims a trailing slash of htu.
    AsDpopHtuSlashTrimmed = "as.dpop.htu-slash-trimmed",
    /// Compares htu byte for byte after cutting query and fragment.
    AsDpopHtuNotNormalised = "as.dpop.htu-not-normalised",
    /// Refuses unknown claims and header parameters.
    AsDpopExtraClaimsRefused = "as.dpop.extra-claims-refused",
    /// Finds the header only when written DPoP.
    AsHttpHeaderCaseSensitive = "as.http.header-case-sensitive",
    /// Keeps no jti.
    AsDpopJtiReplay = "as.dpop.jti-replay",
    /// Records the jti only when the whole request succeeds.
    AsDpopJtiRecordedOnSuccess = "as.dpop.jti-recorded-on-success",
    /// Does not look at iat when the nonce is current.
    AsDpopIatUnbounded = "as.dpop.iat-unbounded",
    /// Reports every proof fault as invalid_request.
    AsDpopErrorGeneric = "as.dpop.error-generic",
    /// Hashes the jwk as received.
    AsJoseThumbprintAllMembers = "as.jose.thumbprint-all-members",

    // PKCE: PAR checks and the comparison at the exchange.
    /// Accepts requests without code_challenge (a verifier is then not asked for).
    AsPkceOptional = "as.pkce.optional",
    /// Assumes S256 when the method is absent.
    AsPkceDefaultS256 = "as.pkce.default-s256",
    /// Accepts plain.
    AsPkceAllowPlain = "as.pkce.allow-plain",
    /// Takes every method that is not plain and not empty as S256 (case-exact names only: `s256` is
    /// still refused).
    AsPkceUnknownMethodAsS256 = "as.pkce.unknown-method-as-s256",
    /// Compares the method without regard to case.
    AsPkceMethodCasefold = "as.pkce.method-casefold",
    /// Strips padding from the challenge.
    AsPkceLaxChallenge = "as.pkce.lax-challenge",
    /// Does not record challenges.
    AsPkceChallengeReuse = "as.pkce.challenge-reuse",
    /// Skips PKCE if code_verifier is absent.
    AsPkceVerifierOptional = "as.pkce.verifier-optional",
    /// Skips PKCE if code_verifier is empty (absent still refused).
    AsPkceEmptyVerifier = "as.pkce.empty-verifier",
    /// Never compares; presence and grammar are still checked.
    AsPkceVerifierUnchecked = "as.pkce.verifier-unchecked",
    /// Also accepts a verifier that equals the challenge.
    AsPkceIgnoreStoredMethod = "as.pkce.ignore-stored-method",
    /// Stores the challenge per client and key, last one wins, instead of per code; the code itself
    /// still has its own flow.
    AsPkceChallengePerClient = "as.pkce.challenge-per-client",
    /// Skips the verifier grammar.
    AsPkceAnyVerifier = "as.pkce.any-verifier",
    /// Checks the alphabet, not the length.
    AsPkceVerifierLengthUnchecked = "as.pkce.verifier-length-unchecked",
    /// Checks the length, not the alphabet.
    AsPkceVerifierCharsetUnchecked = "as.pkce.verifier-charset-unchecked",
    /// Builds the code as random + "." + challenge.
    AsPkceChallengeInCode = "as.pkce.challenge-in-code",

    // AS nonce store and challenge writer.
    /// A PAR proof without nonce passes.
    AsNonceOptionalAtPar = "as.nonce.optional-at-par",
    /// A code exchange proof without nonce passes.
    AsNonceOptionalAtToken = "as.nonce.optional-at-token",
    /// A refresh proof without nonce passes.
    AsNonceOptionalAtRefresh = "as.nonce.optional-at-refresh",
    /// Any nonce string passes; absence is challenged.
    AsNonceAnyValue = "as.nonce.any-value",
    /// Validates the nonce just issued instead of the one presented (absence is challenged).
    AsNonceSelfCheck = "as.nonce.self-check",
    /// Compares nonces without regard to case.
    AsNonceCasefold = "as.nonce.casefold",
    /// Once a key has used a good nonce, its later proofs need none.
    AsNonceDowngrade = "as.nonce.downgrade",
    /// Rotates, but accepts every nonce ever issued.
    AsNonceNeverExpires = "as.nonce.never-expires",
    /// Issues and accepts one nonce for ever.
    AsNonceNeverRotates = "as.nonce.never-rotates",
    /// Accepts only the newest nonce.
    AsNonceNoOverlap = "as.nonce.no-overlap",
    /// Omits DPoP-Nonce on 2xx of all AS endpoints.
    AsNonceAbsentOnSuccess = "as.nonce.absent-on-success",
    /// Sends the DPoP-Nonce field twice, same value.
    AsNonceRepeatedHeader = "as.nonce.repeated-header",
    /// Nonces contain a space.
    AsNonceBadCharset = "as.nonce.bad-charset",
    /// Nonces are n-1, n-2, ...
    AsNonceCounter = "as.nonce.counter",
    /// Omits Access-Control-Expose-Headers at AS endpoints.
    AsCorsNonceNotExposed = "as.cors.nonce-not-exposed",
    /// Sends the demand with 401.
    AsNonceChallengeAs401 = "as.nonce.challenge-as-401",
    /// At the token endpoint sends the demand as 400 invalid_dpop_proof with DPoP-Nonce.
    AsNonceChallengeOtherError = "as.nonce.challenge-other-error",
    /// At the token endpoint sends the demand without DPoP-Nonce (PAR still hands nonces out).
    AsNonceChallengeNoHeader = "as.nonce.challenge-no-header",
    /// Omits DPoP-Nonce on token 200 only.
    AsTokenNonceAbsentOnSuccess = "as.token.nonce-absent-on-success",
    /// Omits DPoP-Nonce on refusals other than the nonce demand.
    AsNonceAbsentOnError = "as.nonce.absent-on-error",
    /// Deletes the code before checking the proof.
    AsTokenConsumeBeforeDpop = "as.token.consume-before-dpop",
    /// Marks the refresh token used before checking the proof.
    AsRefreshConsumeBeforeDpop = "as.refresh.consume-before-dpop",

    // RS nonce store and challenge writer.
    /// A proof without nonce passes.
    RsNonceOptional = "rs.nonce.optional",
    /// Any nonce passes; absence is challenged.
    RsNonceAnyValue = "rs.nonce.any-value",
    /// Once a key has used a good nonce, its later proofs need none.
    RsNonceDowngrade = "rs.nonce.downgrade",
    /// Rotates, accepts every nonce ever issued.
    RsNonceNeverExpires = "rs.nonce.never-expires",
    /// One nonce for ever.
    RsNonceNeverRotates = "rs.nonce.never-rotates",
    /// Accepts only the newest nonce.
    RsNonceNoOverlap = "rs.nonce.no-overlap",
    /// Sends the demand in the AS form: 400, JSON body (with DPoP-Nonce).
    RsNonceChallengeAs400 = "rs.nonce.challenge-as-400",
    /// 401 without error in the challenge, error in the JSON body.
    RsNonceChallengeErrorInBodyOnly = "rs.nonce.challenge-error-in-body-only",
    /// Omits DPoP-Nonce when the nonce was present but not known.
    RsNonceChallengeNoHeaderWhenUnknown = "rs.nonce.challenge-no-header-when-unknown",
    /// Omits DPoP-Nonce on 2xx.
    RsNonceAbsentOnSuccess = "rs.nonce.absent-on-success",
    /// Sets DPoP-Nonce after validation, so refusals other than the nonce demand lack it.
    RsNonceHeaderOnlyOnSuccess = "rs.nonce.header-only-on-success",
    /// Omits Access-Control-Expose-Headers.
    RsCorsNoExpose = "rs.cors.no-expose",

    // Authorization endpoint: request lookup.
    /// Resolves any string with the URN prefix to the newest pending request of that client.
    AsParLooseRequestUri = "as.par.loose-request-uri",
    /// Keeps the pushed request after a code was issued from it.
    AsParRequestUriReusable = "as.par.request-uri-reusable",
    /// Does not compare client_id with the pushed one.
    AsAuthorizeClientIdUnbound = "as.authorize.client-id-unbound",
    /// Takes client_id from the pushed request when absent.
    AsAuthorizeClientIdOptional = "as.authorize.client-id-optional",
    /// Accepts direct requests (metadata still says PAR is required).
    AsParOptional = "as.par.optional",
    /// A state in the query replaces the pushed one.
    AsAuthorizeOverrideState = "as.authorize.override-state",
    /// A redirect_uri in the query replaces the pushed one.
    AsAuthorizeOverrideRedirectUri = "as.authorize.override-redirect-uri",
    /// A code_challenge in the query replaces the pushed one.
    AsAuthorizeOverrideCodeChallenge = "as.authorize.override-code-challenge",
    /// A scope in the query replaces the pushed one.
    AsAuthorizeOverrideScope = "as.authorize.override-scope",

    // Authorization page, sign-in and consent.
    /// Issues a code for the first account without sign-in.
    AsAuthorizeNoSignIn = "as.authorize.no-sign-in",
    /// With a remembered sign-in and an earlier consent, redirects at once.
    AsConsentSilentPublic = "as.consent.silent-public",
    /// Sends neither X-Frame-Options nor frame-ancestors.
    AsAuthorizeFramable = "as.authorize.framable",
    /// Sends Access-Control-Allow-Origin: *.
    AsAuthorizeCorsAllowed = "as.authorize.cors-allowed",
    /// Sends no Referrer-Policy.
    AsAuthorizeNoReferrerPolicy = "as.authorize.no-referrer-policy",
    /// Writes state into a hidden field unescaped.
    AsAuthorizeStateUnescaped = "as.authorize.state-unescaped",
    /// Lets any account approve.
    AsIdentityIgnoreLoginHint = "as.identity.ignore-login-hint",

    // Authorization response (redirect writer).
    /// Leaves state out of success redirects.
    AsAuthorizeStateDropped = "as.authorize.state-dropped",
    /// Percent-decodes state once more before echoing.
    AsAuthorizeStateDecodedTwice = "as.authorize.state-decoded-twice",
    /// Leaves iss out of success redirects.
    AsAuthorizeIssMissing = "as.authorize.iss-missing",
    /// iss has a trailing slash.
    AsAuthorizeIssSlash = "as.authorize.iss-slash",
    /// Leaves iss out of error redirects.
    AsAuthorizeIssMissingOnError = "as.authorize.iss-missing-on-error",
    /// Leaves state out of error redirects.
    AsAuthorizeStateMissingOnError = "as.authorize.state-missing-on-error",
    /// Denial carries error=ConsentDenied.
    AsRedirectLeakInternalErrorCode = "as.redirect.leak-internal-error-code",
    /// Denial carries error=server_error.
    AsAuthorizeDeniedAsServerError = "as.authorize.denied-as-server-error",
    /// Puts the parameters into the fragment.
    AsRedirectDefaultFragment = "as.redirect.default-fragment",
    /// Redirects with 307 after the consent POST.
    AsRedirect307 = "as.redirect.307",
    /// Redirects lookup errors to the redirect_uri of the query.
    AsAuthorizeErrorToQueryUri = "as.authorize.error-to-query-uri",
    /// Replaces the query of the redirect URI.
    AsRedirectQueryReplaced = "as.redirect.query-replaced",

    // Redirect_uri comparison at PAR.
    /// Skips the comparison altogether.
    AsRedirectNoCheckAtPar = "as.redirect.no-check-at-par",
    /// Ignores the path.
    AsRedirectPathUnchecked = "as.redirect.path-unchecked",
    /// Accepts a path that starts with the declared one and "/".
    AsRedirectPathPrefix = "as.redirect.path-prefix",
    /// Trims trailing slashes.
    AsRedirectTrailingSlashTrimmed = "as.redirect.trailing-slash-trimmed",
    /// Compares paths without regard to case.
    AsRedirectPathCasefold = "as.redirect.path-casefold",
    /// Ignores the query.
    AsRedirectQueryUnchecked = "as.redirect.query-unchecked",
    /// Cuts the fragment first.
    AsRedirectFragmentStripped = "as.redirect.fragment-stripped",
    /// Compares after URL parsing, which resolves dot segments (other spellings kept).
    AsRedirectDotSegmentsResolved = "as.redirect.dot-segments-resolved",
    /// Percent-decodes before comparing.
    AsRedirectPercentDecoded = "as.redirect.percent-decoded",
    /// Ignores userinfo.
    AsRedirectUserinfoIgnored = "as.redirect.userinfo-ignored",
    /// Ignores the scheme.
    AsRedirectSchemeUnchecked = "as.redirect.scheme-unchecked",
    /// Treats localhost as the loopback address.
    AsRedirectAllowLocalhostName = "as.redirect.allow-localhost-name",
    /// Treats all of 127/8 as one host.
    AsRedirectAnyLoopbackAddress = "as.redirect.any-loopback-address",
    /// Uses the declared URI as a pattern.
    AsRedirectRegex = "as.redirect.regex",
    /// Treats `[::1]` as 127.0.0.1.
    AsRedirectIpv6AsIpv4 = "as.redirect.ipv6-as-ipv4",
    /// Compares ports when none is declared.
    AsRedirectPortMustEqual = "as.redirect.port-must-equal",
    /// Compares ports when one is declared.
    AsRedirectLoopbackPortStrict = "as.redirect.loopback-port-strict",

    // Token endpoint: code exchange.
    /// Codes have 8 decimal digits.
    AsTokenShortCode = "as.token.short-code",
    /// Looks codes up without their last 4 characters.
    AsTokenCodePrefixMatch = "as.token.code-prefix-match",
    /// Keeps the code after the exchange.
    AsTokenCodeReusable = "as.token.code-reusable",
    /// Refuses a replay and revokes nothing.
    AsTokenReplayKeepsTokens = "as.token.replay-keeps-tokens",
    /// A replay revokes the refresh token only.
    AsTokenReplayKeepsAccessToken = "as.token.replay-keeps-access-token",
    /// Ignores the code's age.
    AsTokenCodeNeverExpires = "as.token.code-never-expires",
    /// Does not compare client_id on exchange.
    AsTokenCodeUnbound = "as.token.code-unbound",
    /// Takes client_id from the code when absent.
    AsTokenClientIdOptional = "as.token.client-id-optional",
    /// Does not compare redirect_uri when present.
    AsTokenRedirectUriUnchecked = "as.token.redirect-uri-unchecked",
    /// Compares redirect_uri without port.
    AsTokenRedirectPortIgnored = "as.token.redirect-port-ignored",
    /// A missing redirect_uri passes.
    AsTokenRedirectUriOptional = "as.token.redirect-uri-optional",
    /// Deletes the code first.
    AsTokenConsumeBeforeValidate = "as.token.consume-before-validate",
    /// Takes a missing grant_type as authorization_code.
    AsTokenGrantTypeDefault = "as.token.grant-type-default",
    /// Takes an unknown grant_type as authorization_code when code is present.
    AsTokenGrantTypeUnchecked = "as.token.grant-type-unchecked",
    /// Offers the password grant.
    AsTokenPasswordGrant = "as.token.password-grant",
    /// Routes GET.
    AsTokenGetAccepted = "as.token.get-accepted",
    /// Uses the last of repeated parameters.
    AsTokenDuplicateParams = "as.token.duplicate-params",
    /// Refuses unknown parameters.
    AsTokenUnknownParamRefused = "as.token.unknown-param-refused",
    /// Issues a Bearer token when no proof is sent.
    AsTokenBearerForBoundClient = "as.token.bearer-for-bound-client",
    /// Does not compare the proof key with the one at PAR.
    AsTokenParKeyUnbound = "as.token.par-key-unbound",
    /// At the code exchange decodes the proof without verifying the signature.
    AsTokenDpopDecodedOnly = "as.token.dpop-decoded-only",
    /// At the token endpoint accepts htu of any own endpoint.
    AsTokenDpopHtuAnyOwnEndpoint = "as.token.dpop-htu-any-own-endpoint",
    /// At the token endpoint uses the last of several DPoP headers.
    AsTokenDpopLastHeader = "as.token.dpop-last-header",

    // Token endpoint: answer writer.
    /// Omits no-store on code exchange.
    AsTokenCacheable = "as.token.cacheable",
    /// Labels the answer text/plain.
    AsTokenContentTypeText = "as.token.content-type-text",
    /// token_type: Bearer on code exchange.
    AsTokenTypeBearer = "as.token.type-bearer",
    /// Omits sub.
    AsTokenNoSub = "as.token.no-sub",
    /// sub is the handle on code exchange.
    AsTokenSubIsHandle = "as.token.sub-is-handle",
    /// Omits scope.
    AsTokenNoScope = "as.token.no-scope",
    /// Lists the granted scopes without atproto.
    AsTokenScopeWithoutAtproto = "as.token.scope-without-atproto",
    /// Adds transition:generic to every grant the client has declared it for.
    AsTokenScopeWidened = "as.token.scope-widened",
    /// Omits expires_in.
    AsTokenNoExpiresIn = "as.token.no-expires-in",
    /// Issues one-hour tokens.
    AsTokenLifetime3600 = "as.token.lifetime-3600",
    /// Omits refresh_token.
    AsTokenNoRefreshToken = "as.token.no-refresh-token",
    /// Writes cnf.jkt as hex (the RS compares by its own table).
    AsTokenCnfJktHex = "as.token.cnf-jkt-hex",
    /// Numbers refresh tokens.
    AsTokenSequentialRefreshToken = "as.token.sequential-refresh-token",
    /// No CORS at the token endpoint.
    AsTokenNoCors = "as.token.no-cors",
    /// Refusals are HTML.
    AsTokenErrorHtml = "as.token.error-html",
    /// Refusals have status 200.
    AsTokenErrorAs200 = "as.token.error-as-200",
    /// Wraps grant failures as server_error (status 400 kept).
    AsTokenMaskError = "as.token.mask-error",
    /// Copies the code into error_description raw.
    AsTokenErrorReflectsInput = "as.token.error-reflects-input",

    // Token endpoint: refresh.
    /// Rotates, but old refresh tokens stay valid.
    AsRefreshReplayAccepted = "as.refresh.replay-accepted",
    /// Refuses the replay but keeps the newest token alive.
    AsRefreshReplayKeepsSession = "as.refresh.replay-keeps-session",
    /// Ends the session at access token expiry.
    AsRefreshExpiresWithAccess = "as.refresh.expires-with-access",
    /// Looks refresh tokens up without their last 4 characters.
    AsRefreshTokenPrefixMatch = "as.refresh.token-prefix-match",
    /// Looks the value up among access tokens too.
    AsRefreshAcceptsAccessToken = "as.refresh.accepts-access-token",
    /// Does not compare client_id.
    AsRefreshClientUnbound = "as.refresh.client-unbound",
    /// A missing proof passes.
    AsRefreshProofOptional = "as.refresh.proof-optional",
    /// A missing proof gives 500.
    AsRefreshPanicNoProof = "as.refresh.panic-no-proof",
    /// Does not compare the proof key.
    AsRefreshSkipJkt = "as.refresh.skip-jkt",
    /// At refresh decodes the proof without verifying the signature.
    AsRefreshDpopDecodedOnly = "as.refresh.dpop-decoded-only",
    /// Grants any declared scope asked for.
    AsRefreshScopeWidened = "as.refresh.scope-widened",
    /// Stores a narrower scope as the new grant.
    AsRefreshScopeNarrowingSticks = "as.refresh.scope-narrowing-sticks",
    /// token_type: Bearer.
    AsRefreshTypeBearer = "as.refresh.type-bearer",
    /// Omits no-store.
    AsRefreshCacheable = "as.refresh.cacheable",
    /// Omits sub.
    AsRefreshNoSub = "as.refresh.no-sub",
    /// sub is the handle.
    AsRefreshSubIsHandle = "as.refresh.sub-is-handle",

    // Revocation endpoint.
    /// Answers 200 and does nothing.
    AsRevokeNoEffect = "as.revoke.no-effect",
    /// A revoked refresh token dies 60 s later.
    AsRevokeDelayed = "as.revoke.delayed",
    /// Finds refresh tokens only, answers 200 to others.
    AsRevokeAccessTokenIgnored = "as.revoke.access-token-ignored",
    /// Ends the refresh token, not the access token.
    AsRevokeKeepsAccessToken = "as.revoke.keeps-access-token",
    /// Revoking an access token leaves the refresh token alive.
    AsRevokeAccessTokenKeepsGrant = "as.revoke.access-token-keeps-grant",
    /// Searches only the kind named in token_type_hint.
    AsRevokeHintBinding = "as.revoke.hint-binding",
    /// Revokes on token value alone, whatever client_id.
    AsRevokeUnauthenticated = "as.revoke.unauthenticated",
    /// Routes GET.
    AsRevokeGetAccepted = "as.revoke.get-accepted",
    /// 400 invalid_grant for unknown tokens (revoked ones still 200).
    AsRevokeUnknownToken400 = "as.revoke.unknown-token-400",
    /// 400 for tokens already revoked (unknown ones still 200).
    AsRevokeSecondTime400 = "as.revoke.second-time-400",

    // RS token check.
    /// Serves the resource without Authorization.
    RsAuthOptional = "rs.auth.optional",
    /// Looks tokens up without their last 8 characters.
    RsTokenPrefixMatch = "rs.token.prefix-match",
    /// Accepts a readable token with alg none.
    RsTokenAlgNone = "rs.token.alg-none",
    /// Looks tokens up by jti as well.
    RsTokenAcceptTokenId = "rs.token.accept-token-id",
    /// Looks the value up among refresh tokens too.
    RsTokenAcceptsRefreshToken = "rs.token.accepts-refresh-token",
    /// Ignores expiry.
    RsTokenExpiryUnchecked = "rs.token.expiry-unchecked",
    /// Reads access_token from the query when Authorization is absent.
    RsTokenQueryAccepted = "rs.token.query-accepted",
    /// Accepts a bound token as Bearer without proof.
    RsDpopBearerAccepted = "rs.dpop.bearer-accepted",
    /// Does not look at the scheme; the proof is checked.
    RsDpopSchemeIgnored = "rs.dpop.scheme-ignored",
    /// Compares the scheme with ==.
    RsDpopCaseSensitiveScheme = "rs.dpop.case-sensitive-scheme",

    // RS proof verifier.
    /// Verifies the proof only if present.
    RsDpopProofOptional = "rs.dpop.proof-optional",
    /// Does not compare the proof key with the token binding.
    RsDpopSkipJkt = "rs.dpop.skip-jkt",
    /// Uses the first DPoP header.
    RsDpopMultiHeaderFirst = "rs.dpop.multi-header-first",
    /// Tolerates extra segments.
    RsJoseLenientSplit = "rs.jose.lenient-split",
    /// A missing jti passes.
    RsDpopJtiOptional = "rs.dpop.jti-optional",
    /// A missing htm passes.
    RsDpopHtmOptional = "rs.dpop.htm-optional",
    /// A missing htu passes.
    RsDpopHtuOptional = "rs.dpop.htu-optional",
    /// A missing iat passes.
    RsDpopIatOptional = "rs.dpop.iat-optional",
    /// A missing ath passes.
    RsDpopAthOptional = "rs.dpop.ath-optional",
    /// Does not compare typ.
    RsJoseIgnoreTyp = "rs.jose.ignore-typ",
    /// Accepts alg none.
    RsDpopAlgNone = "rs.dpop.alg-none",
    /// Verifies HS256 with the jwk's canonical JSON as the secret.
    RsJoseAlgFromHeader = "rs.jose.alg-from-header",
    /// Never verifies the signature.
    RsDpopSignatureUnchecked = "rs.dpop.signature-unchecked",
    /// Ignores private members.
    RsJoseAcceptPrivateJwk = "rs.jose.accept-private-jwk",
    /// Does not compare htm.
    RsDpopHtmUnchecked = "rs.dpop.htm-unchecked",
    /// Compares the origin of htu only.
    RsDpopHtuPathUnchecked = "rs.dpop.htu-path-unchecked",
    /// Does not compare the host of htu.
    RsDpopHtuHostUnchecked = "rs.dpop.htu-host-unchecked",
    /// Does not compare ath (presence is checked).
    RsDpopAthUnchecked = "rs.dpop.ath-unchecked",
    /// Decodes ath from hex as well.
    RsDpopAthAnyEncoding = "rs.dpop.ath-any-encoding",
    /// Keeps no jti.
    RsDpopJtiReplay = "rs.dpop.jti-replay",
    /// Hashes the jwk as received.
    RsJoseThumbprintAllMembers = "rs.jose.thumbprint-all-members",
    /// Compares htu byte for byte with the request URL.
    RsDpopHtuStringCompare = "rs.dpop.htu-string-compare",

    // RS challenge writer.
    /// Omits WWW-Authenticate on 401s other than the nonce demand.
    RsTokenNoWwwAuthenticate = "rs.token.no-www-authenticate",
    /// Challenges with Bearer only, except in the nonce demand.
    RsChallengeBearerOnly = "rs.challenge.bearer-only",
    /// Maps refusals other than the nonce demand to 400.
    RsErrorCollapse400 = "rs.error.collapse-400",
    /// Sends error="invalid_token" when no credentials came.
    RsChallengeErrorWithoutCredentials = "rs.challenge.error-without-credentials",
    /// Sends no error attribute, except in the nonce demand.
    RsChallengeNoError = "rs.challenge.no-error",
    /// Sends no algs.
    RsChallengeNoAlgs = "rs.challenge.no-algs",
    /// Sends error twice in one challenge.
    RsChallengeRepeatedError = "rs.challenge.repeated-error",
}
