//! Faults of the reference client: each breaks one rule at one place in the code.
//!
//! With a fault switched on, one wrong thing is sent, or one wrong thing is accepted; everything
//! else is as it was. Many ids are those of bugs from the field.

crate::tables::faults! {
    /// A rule that the reference client can be told to break.
    ClientFault;
    /// Every fault, in the order in which a login meets them.
    CLIENT_FAULTS;

    // The client itself: identifier, documents, keys.
    /// Can be made with anything for a client_id.
    ClientIdUnchecked = "client.client-id.unchecked",
    /// Can be made with any document.
    ClientMetadataUnchecked = "client.client-metadata.unchecked",
    /// Takes the origin of its document for its client_id.
    ClientIdOriginOnly = "client.client-id.origin-only",
    /// Leaves the scope out of the identifier of a development client.
    ClientIdLocalhostNoScope = "client.client-id.localhost-no-scope",
    /// Refreshes under the www spelling of its client_id.
    ClientIdFromHostHeader = "client.client-id.from-host-header",
    /// Publishes a confidential client without keys.
    ClientMetadataConfidentialNoKeys = "client.client-metadata.confidential-no-keys",
    /// Publishes its keys as strings.
    ClientMetadataJwksStrings = "client.client-metadata.jwks-strings",
    /// Publishes an array as jwks.
    ClientMetadataJwksBareArray = "client.client-metadata.jwks-bare-array",
    /// Publishes the private half of its key.
    ClientMetadataPrivateKey = "client.client-metadata.private-key",
    /// Publishes both jwks and jwks_uri.
    ClientMetadataBothKeyMembers = "client.client-metadata.both-key-members",
    /// Leaves dpop_bound_access_tokens out of its document.
    ClientMetadataNoDpopBound = "client.client-metadata.no-dpop-bound",
    /// Refreshes without declaring the grant.
    ClientMetadataNoRefreshGrant = "client.client-metadata.no-refresh-grant",
    /// Publishes another client_id than that of the document.
    ClientMetadataOtherId = "client.client-metadata.other-id",
    /// Publishes a bare array for a key set.
    JoseJwksArray = "client.jose.jwks-array",
    /// Takes a K-256 key and signs assertions with ES256K.
    JoseEs256k = "client.jose.es256k",
    /// Encodes JWTs with the standard alphabet of base64.
    JoseStdBase64 = "client.jose.std-base64",
    // What it fetches.
    /// Connects to any authorization server that a PDS names.
    SsrfAsHostUnchecked = "client.ssrf.as-host-unchecked",
    /// Fetches what a did:web without syntax leads to.
    SsrfValidateBeforeParse = "client.ssrf.validate-before-parse",
    /// Takes only a.b.c.d for an address.
    SsrfDottedQuadOnly = "client.ssrf.dotted-quad-only",
    /// Fetches from addresses instead of names.
    SsrfAddresses = "client.ssrf.addresses",
    /// Fetches from names without a dot and under localhost.
    SsrfLocalNames = "client.ssrf.local-names",
    /// Fetches URLs with a user name.
    SsrfUserinfo = "client.ssrf.userinfo",
    /// Fetches http URLs that others give.
    SsrfHttp = "client.ssrf.http",
    /// Connects to wherever a name leads.
    SsrfInsideNames = "client.ssrf.inside-names",
    /// Posts to where an authorization server redirects.
    SsrfFollowRedirects = "client.ssrf.follow-redirects",
    /// Takes a certificate for another name.
    TlsNameUnchecked = "client.tls.name-unchecked",
    /// Takes a certificate that anybody signed.
    TlsAuthorityUnchecked = "client.tls.authority-unchecked",
    /// Takes a certificate that has expired.
    TlsExpiryUnchecked = "client.tls.expiry-unchecked",
    /// Reads metadata to the end.
    DosUnboundedBody = "client.dos.unbounded-body",
    /// Reads DID documents to the end.
    DosUnboundedDocument = "client.dos.unbounded-did-document",
    /// Reads token answers to the end.
    DosUnboundedAnswer = "client.dos.unbounded-answer",
    // Identity.
    /// Looks up DIDs without syntax.
    IdentityDidUnescaped = "client.identity.did-unescaped",
    /// Writes DIDs in lower case.
    IdentityDidCase = "client.identity.did-case",
    /// Looks up DIDs of any length.
    IdentityDidTooLong = "client.identity.did-too-long",
    /// Looks up DIDs of any method in the did:plc directory.
    IdentityDidAnyMethod = "client.identity.did-any-method",
    /// Looks up did:web with a path.
    IdentityDidWebPath = "client.identity.did-web-path",
    /// Looks up did:web with a port.
    IdentityDidWebPort = "client.identity.did-web-port",
    /// Refuses did:web.
    IdentityDidWebUnsupported = "client.identity.did-web-unsupported",
    /// Refuses the URL of a server with a slash at its end.
    IdentityServerSlash = "client.identity.server-slash-refused",
    /// Refuses the URL of a server with a path.
    IdentityServerPath = "client.identity.server-path-refused",
    /// Takes host and port for the URL of a server.
    IdentityServerNameTaken = "client.identity.server-name-taken",
    /// Takes a DID document about somebody else.
    IdentityDocumentIdUnchecked = "client.identity.document-id-unchecked",
    /// Refuses accounts without a signing key.
    IdentitySigningKeyRequired = "client.identity.signing-key-required",
    /// Takes a DID document from an error.
    IdentityDocumentStatusUnchecked = "client.identity.document-status-unchecked",
    /// Keeps DID documents for ever.
    IdentityKeptForever = "client.identity.kept-forever",
    /// Looks up handles that are none.
    IdentityHandleSyntax = "client.identity.handle-syntax",
    /// Looks up what stands after a leading @.
    IdentityAtSignStripped = "client.identity.at-sign-stripped",
    /// Resolves handles under reserved domains.
    IdentityHandleTldUnchecked = "client.identity.handle-tld-unchecked",
    /// Resolves handle.invalid.
    IdentityHandleInvalidTaken = "client.identity.handle-invalid-taken",
    /// Looks for the handle in the case in which it was typed.
    IdentityHandleCase = "client.identity.handle-case",
    /// Takes a handle that the account does not claim.
    IdentityHandleUnclaimed = "client.identity.handle-unclaimed",
    /// Takes a handle where the account claims none.
    IdentityNoClaimPasses = "client.identity.no-claim-passes",
    /// Refuses accounts that claim no handle.
    IdentityHandleRequired = "client.identity.handle-required",
    /// Does not ask the host of a handle.
    IdentityHandleResolverOnly = "client.identity.handle-resolver-only",
    /// Does not ask for the DNS record of a handle.
    IdentityHandleHostOnly = "client.identity.handle-host-only",
    /// Prefers the host of a handle to its DNS record.
    IdentityHandleHostFirst = "client.identity.handle-host-first",
    /// Wants the DID of a handle as text/plain.
    IdentityHandleMediaType = "client.identity.handle-media-type",
    /// Follows every redirect of a handle.
    IdentityHandleRedirectsEndless = "client.identity.handle-redirects-endless",
    /// Takes the DID of a handle from an error.
    IdentityHandleStatusUnchecked = "client.identity.handle-status-unchecked",
    /// Asks the host of a handle over http where https fails.
    IdentityHandleOverHttp = "client.identity.handle-over-http",
    /// Looks at nothing but the first DNS record of a handle.
    IdentityRecordFirstValue = "client.identity.record-first-value",
    /// Takes a DID in the DNS record of a handle without did= before it.
    IdentityRecordBare = "client.identity.record-bare",
    /// Takes the first of several DIDs in the DNS records of a handle.
    IdentityRecordFirstDid = "client.identity.record-first-did",
    /// Does not bear with white space around the DID of a handle.
    IdentityHandleWhitespace = "client.identity.handle-whitespace",
    /// Takes the first line for the DID of a handle.
    IdentityHandleFirstLine = "client.identity.handle-first-line",
    /// Takes a DID that stands anywhere in a page for that of a handle.
    IdentityHandleAnywhere = "client.identity.handle-anywhere",
    /// Trusts the handle of a DID document.
    IdentityOneWayHandle = "client.identity.one-way-handle",
    /// Looks at nothing but the first entry of alsoKnownAs.
    IdentityFirstNameOnly = "client.identity.first-name-only",
    /// Takes the last handle of alsoKnownAs.
    IdentityLastName = "client.identity.last-name",
    /// Takes a service of any id for the PDS.
    IdentityServiceAnyId = "client.identity.service-any-id",
    /// Takes a service of the right type where none has the right id.
    IdentityServiceByType = "client.identity.service-by-type",
    /// Takes a service of any type for the PDS.
    IdentityServiceAnyType = "client.identity.service-any-type",
    /// Takes the directory for the PDS of an account that has none.
    IdentityPdsGuessed = "client.identity.pds-guessed",
    /// Takes the last of several PDS entries.
    IdentityServiceLast = "client.identity.service-last",
    /// Knows no full ids of services.
    IdentityServiceRelativeIdOnly = "client.identity.service-relative-id-only",
    /// Knows no relative ids of services.
    IdentityServiceFullIdOnly = "client.identity.service-full-id-only",
    /// Takes a PDS that is no bare origin.
    IdentityPdsWithPath = "client.identity.pds-with-path",
    /// Uses the server of the first login for all.
    IdentityFixedIssuer = "client.identity.fixed-issuer",
    /// Sends no login_hint.
    IdentityNoLoginHint = "client.identity.no-login-hint",
    /// Sends the DID for whatever the user typed.
    IdentityLoginHintRewritten = "client.identity.login-hint-rewritten",
    /// Sends the URL of a server as login_hint.
    IdentityLoginHintOfServer = "client.identity.login-hint-of-server",
    /// Forgets the DID that was resolved at the start.
    IdentityNoExpectedDid = "client.identity.no-expected-did",
    /// Trusts the server about the account.
    IdentitySkipSubAuthority = "client.identity.skip-sub-authority",
    /// Does not look again for the server of an account that the user named.
    IdentityStartTrusted = "client.identity.start-trusted",
    /// Trusts the server about the account where it is for sign-in alone.
    IdentitySignInUnverified = "client.identity.sign-in-unverified",
    /// Looks for the server of the account after the refresh.
    IdentityCheckIssuerAfterRefresh = "client.identity.check-issuer-after-refresh",
    /// Trusts what the session knows of PDS and server.
    IdentityNoCheckOnRestore = "client.identity.no-check-on-restore",
    // Resource metadata.
    /// Takes the PDS for the authorization server without asking.
    RsMetadataSkipped = "client.rs-metadata.skipped",
    /// Wants resource metadata of every host.
    RsMetadataNoAsFallthrough = "client.rs-metadata.no-as-fallthrough",
    /// Takes the PDS for the authorization server when it does not say.
    RsMetadataFallbackToPds = "client.rs-metadata.fallback-to-pds",
    /// Does not compare resource with the PDS.
    RsMetadataSkipResourceMatch = "client.rs-metadata.skip-resource-match",
    /// Compares origins instead of strings for resource.
    RsMetadataResourceNormalised = "client.rs-metadata.resource-normalised",
    /// Overlooks invisible characters in resource.
    RsMetadataResourceTrimmed = "client.rs-metadata.resource-trimmed",
    /// Asks for resource metadata at a path with a slash at its end.
    RsMetadataOtherPath = "client.rs-metadata.other-path",
    /// Takes resource metadata from an error.
    RsMetadataStatusUnchecked = "client.rs-metadata.status-unchecked",
    /// Believes signed_metadata without a look at the signature.
    RsMetadataSignatureUnchecked = "client.rs-metadata.signature-unchecked",
    /// Goes to the server that the metadata named by a challenge name.
    RsMetadataChallengeFollowed = "client.rs-metadata.challenge-followed",
    /// Takes the first of several authorization servers.
    RsMetadataFirstServer = "client.rs-metadata.first-server",
    /// Takes an authorization server that is no bare origin.
    RsMetadataServerWithPath = "client.rs-metadata.server-with-path",
    /// Takes resource metadata with any successful status.
    RsMetadataAnySuccess = "client.rs-metadata.any-success",
    /// Follows redirects of resource metadata.
    RsMetadataFollowRedirect = "client.rs-metadata.follow-redirect",
    /// Takes resource metadata of any media type.
    RsMetadataAnyMediaType = "client.rs-metadata.any-media-type",
    /// Refuses resource metadata with unknown members.
    RsMetadataUnknownMembersRefused = "client.rs-metadata.unknown-members-refused",
    // Server metadata.
    /// Does not compare issuer with the URL.
    AsMetadataSkipIssuerMatch = "client.as-metadata.skip-issuer-match",
    /// Compares origins instead of strings for issuer.
    AsMetadataIssuerNormalised = "client.as-metadata.issuer-normalised",
    /// Looks at issuer when a login begins only.
    AsMetadataIssuerCheckedOnce = "client.as-metadata.issuer-checked-once",
    /// Overlooks invisible characters in issuer.
    AsMetadataIssuerTrimmed = "client.as-metadata.issuer-trimmed",
    /// Takes server metadata with any successful status.
    AsMetadataAnySuccess = "client.as-metadata.any-success",
    /// Asks for server metadata at a path with a slash at its end.
    AsMetadataOtherPath = "client.as-metadata.other-path",
    /// Takes server metadata from an error.
    AsMetadataStatusUnchecked = "client.as-metadata.status-unchecked",
    /// Makes up a token_endpoint.
    AsMetadataTokenEndpointGuessed = "client.as-metadata.token-endpoint-guessed",
    /// Follows redirects of server metadata.
    AsMetadataFollowRedirect = "client.as-metadata.follow-redirect",
    /// Takes server metadata of any media type.
    AsMetadataAnyMediaType = "client.as-metadata.any-media-type",
    /// Refuses server metadata with unknown members.
    AsMetadataUnknownMembersRefused = "client.as-metadata.unknown-members-refused",
    /// Takes strings for booleans and lists in server metadata.
    AsMetadataTypesLenient = "client.as-metadata.types-lenient",
    /// Uses a server that does not announce iss.
    AsMetadataIssFlagUnchecked = "client.as-metadata.iss-flag-unchecked",
    /// Uses a server that does not require PAR.
    AsMetadataParFlagUnchecked = "client.as-metadata.par-flag-unchecked",
    /// Uses a server that does not announce client documents.
    AsMetadataDocumentFlagUnchecked = "client.as-metadata.document-flag-unchecked",
    /// Uses a server that needs no registration of request URIs.
    AsMetadataRegistrationUnchecked = "client.as-metadata.registration-unchecked",
    /// Uses a server without the response type code.
    AsMetadataResponseTypesUnchecked = "client.as-metadata.response-types-unchecked",
    /// Uses a server without one of the grants.
    AsMetadataGrantTypesUnchecked = "client.as-metadata.grant-types-unchecked",
    /// Uses a server that does not announce S256.
    AsMetadataPkceUnchecked = "client.as-metadata.pkce-unchecked",
    /// Uses a server that offers plain.
    AsMetadataPlainTaken = "client.as-metadata.plain-taken",
    /// Uses a server without one of the ways to authenticate.
    AsMetadataAuthMethodsUnchecked = "client.as-metadata.auth-methods-unchecked",
    /// Uses a server without ES256 for assertions.
    AsMetadataAuthAlgUnchecked = "client.as-metadata.auth-alg-unchecked",
    /// Uses a server that offers none for assertions.
    AsMetadataAllowNoneAlg = "client.as-metadata.allow-none-alg",
    /// Uses a server without the scope atproto.
    AsMetadataScopesUnchecked = "client.as-metadata.scopes-unchecked",
    /// Uses a server without ES256 for proofs.
    AsMetadataDpopAlgUnchecked = "client.as-metadata.dpop-alg-unchecked",
    /// Uses a server that offers none for proofs.
    AsMetadataDpopNoneTaken = "client.as-metadata.dpop-none-taken",
    /// Uses a server that does not list the PDS.
    AsMetadataProtectedResourcesUnchecked = "client.as-metadata.protected-resources-unchecked",
    /// Lets signed_metadata win without a look at the signature.
    AsMetadataSignedUnverified = "client.as-metadata.signed-unverified",
    /// Sends the user to any authorization_endpoint.
    AsMetadataAnyScheme = "client.as-metadata.any-scheme",
    /// Uses endpoints with a fragment.
    AsMetadataEndpointFragment = "client.as-metadata.endpoint-fragment",
    /// Does without PAR where a server has none.
    AsMetadataNoParFallback = "client.as-metadata.no-par-fallback",
    /// Uses PAR only where the server says that it takes request_uri.
    AsMetadataParNeedsFlag = "client.as-metadata.par-needs-flag",
    // The pushed request.
    /// Sends everything through the browser.
    ParNotUsed = "client.par.not-used",
    /// Pushes JSON.
    ParJsonBody = "client.par.json-body",
    /// Writes the scope into forms without encoding.
    ParRawFormValues = "client.par.raw-form-values",
    /// Pushes no client_id.
    ParNoClientId = "client.par.no-client-id",
    /// Pushes no response_type.
    ParNoResponseType = "client.par.no-response-type",
    /// Pushes no redirect_uri.
    ParNoRedirectUri = "client.par.no-redirect-uri",
    /// Pushes scope twice.
    ParParameterTwice = "client.par.parameter-twice",
    /// Pushes a request_uri.
    ParRequestUriPushed = "client.par.request-uri-pushed",
    /// Pushes the thumbprint of another key.
    ParWrongDpopJkt = "client.par.wrong-dpop-jkt",
    /// Takes a request_uri with any successful status.
    ParAnySuccess = "client.par.any-success",
    /// Takes a request_uri from an error.
    ParStatusUnchecked = "client.par.status-unchecked",
    /// Sends the user without a request_uri where there is none.
    ParRequestUriOptional = "client.par.request-uri-optional",
    /// Uses the first request_uri for all logins at a server.
    ParRequestUriReused = "client.par.request-uri-reused",
    /// Puts the request_uri into the URL without encoding.
    ParRequestUriRaw = "client.par.request-uri-raw",
    /// Refuses a request_uri with unknown members beside it.
    ParUnknownMembersRefused = "client.par.unknown-members-refused",
    /// Sends dpop_jkt in the URL alone.
    ParDpopJktInUrl = "client.par.dpop-jkt-in-url",
    /// Pushes to where a push is redirected.
    ParFollowRedirect = "client.par.follow-redirect",
    /// Crashes when a push is answered with a page.
    ParErrorPageFatal = "client.par.error-page-fatal",
    /// Sends the user without client_id.
    ParNoClientIdInUrl = "client.par.no-client-id-in-url",
    /// Repeats what was pushed in the URL.
    ParParametersInUrl = "client.par.parameters-in-url",
    /// Repeats login_hint in the URL.
    ParLoginHintInUrl = "client.par.login-hint-in-url",
    /// Drops the query of authorization_endpoint.
    ParEndpointQueryDropped = "client.par.endpoint-query-dropped",
    /// Asks for all scopes that the client declares.
    ScopeAllDeclared = "client.scope.all-declared",
    /// Asks for a scope that the client does not declare.
    ScopeUndeclared = "client.scope.undeclared",
    /// Asks for everything but atproto.
    ScopeWithoutAtproto = "client.scope.without-atproto",
    /// Sends no state.
    StateMissing = "client.state.missing",
    /// Sends the same state each time.
    StateConstant = "client.state.constant",
    /// Counts states up.
    StateCounted = "client.state.counted",
    /// Sends states of four characters.
    StateShort = "client.state.short",
    /// Carries the account in state.
    StateCarriesData = "client.state.carries-data",
    /// Sends no code_challenge.
    PkceNone = "client.pkce.none",
    /// Sends code_challenge_method=plain.
    PkcePlain = "client.pkce.plain",
    /// Sends no code_challenge_method.
    PkceNoMethod = "client.pkce.no-method",
    /// Pads the challenge.
    PkcePaddedChallenge = "client.pkce.padded-challenge",
    /// Encodes the challenge with the standard alphabet of base64.
    PkceStdBase64 = "client.pkce.std-base64",
    /// Uses the same verifier each time.
    PkceConstantVerifier = "client.pkce.constant-verifier",
    /// Counts verifiers up.
    PkceCountedVerifier = "client.pkce.counted-verifier",
    /// Uses verifiers of 42 characters.
    PkceShortVerifier = "client.pkce.short-verifier",
    /// Uses verifiers of 129 characters.
    PkceLongVerifier = "client.pkce.long-verifier",
    /// Uses verifiers with a reserved character.
    PkceVerifierCharacters = "client.pkce.verifier-characters",
    /// Pushes the verifier together with the challenge.
    PkceVerifierPushed = "client.pkce.verifier-pushed",
    /// Falls back to plain when a push is refused.
    PkceFallbackToPlain = "client.pkce.fallback-to-plain",
    /// Sends another code_verifier with the code.
    PkceOtherVerifier = "client.pkce.other-verifier",
    /// Sends no code_verifier with the code.
    PkceNoVerifier = "client.pkce.no-verifier",
    // Authentication of the client.
    /// Sends a client_secret.
    ClientAuthSecret = "client.client-auth.secret",
    /// Sends assertions without exp.
    AssertionNoExp = "client.assertion.no-exp",
    /// Sends assertions without iat.
    AssertionNoIat = "client.assertion.no-iat",
    /// Sends assertions without jti.
    AssertionNoJti = "client.assertion.no-jti",
    /// Sends assertions with the same jti each time.
    AssertionJtiConstant = "client.assertion.jti-constant",
    /// Sends assertions without kid.
    AssertionNoKid = "client.assertion.no-kid",
    /// Names the first key of the document in assertions.
    AssertionFirstKey = "client.assertion.first-key",
    /// Signs assertions with the DPoP key.
    AssertionSessionKey = "client.assertion.session-key",
    /// Sends assertions for the token endpoint.
    AssertionAudEndpoint = "client.assertion.aud-endpoint",
    /// Adds a slash to the aud of assertions.
    AssertionAudSlash = "client.assertion.aud-slash",
    /// Sends assertions for two servers.
    AssertionAudSeveral = "client.assertion.aud-several",
    /// Names the server as iss of assertions.
    AssertionIssServer = "client.assertion.iss-server",
    /// Names a user as sub of assertions.
    AssertionSubUser = "client.assertion.sub-user",
    /// Makes assertions that are good for a year.
    AssertionLongLife = "client.assertion.long-life",
    /// Writes the exp of assertions in milliseconds.
    AssertionExpMilliseconds = "client.assertion.exp-milliseconds",
    /// Does not sign assertions.
    AssertionAlgNone = "client.assertion.alg-none",
    /// Signs assertions in DER.
    AssertionSignatureDer = "client.assertion.signature-der",
    /// Sends assertions through the browser.
    AssertionInUrl = "client.assertion.in-url",
    /// Sends the same assertion each time.
    AssertionReused = "client.assertion.reused",
    /// Keeps the assertion when it tries again with a nonce.
    AssertionKeptOnRetry = "client.assertion.kept-on-retry",
    /// Sends the grant type for client_assertion_type.
    AssertionTypeWrong = "client.assertion.type-wrong",
    /// Sends no client_assertion_type.
    AssertionNoType = "client.assertion.no-type",
    /// Pushes without an assertion.
    AssertionNotAtPar = "client.assertion.not-at-par",
    /// Exchanges codes without an assertion.
    AssertionNotAtToken = "client.assertion.not-at-token",
    /// Refreshes without an assertion.
    AssertionNotAtRefresh = "client.assertion.not-at-refresh",
    /// Revokes without an assertion.
    AssertionNotAtRevocation = "client.assertion.not-at-revocation",
    // Proofs.
    /// Pushes without a proof.
    DpopNotAtPar = "client.dpop.not-at-par",
    /// Exchanges codes without a proof.
    DpopNotAtToken = "client.dpop.not-at-token",
    /// Refreshes without a proof.
    DpopNotAtRefresh = "client.dpop.not-at-refresh",
    /// Sends access tokens without a proof.
    DpopNotAtResource = "client.dpop.not-at-resource",
    /// Revokes without a proof.
    DpopNotAtRevocation = "client.dpop.not-at-revocation",
    /// Uses one key for all sessions.
    DpopOneKey = "client.dpop.one-key",
    /// Exchanges codes with another key than it pushed with.
    DpopNewKeyAtToken = "client.dpop.new-key-at-token",
    /// Refreshes with another key.
    DpopNewKeyAtRefresh = "client.dpop.new-key-at-refresh",
    /// Sends access tokens with proofs of another key.
    DpopNewKeyAtResource = "client.dpop.new-key-at-resource",
    /// Sends a proof again for the same URL and nonce.
    DpopReuseProof = "client.dpop.reuse-proof",
    /// Sends a request again, with its proof, when the server falters.
    DpopProofKeptOnFailure = "client.dpop.proof-kept-on-failure",
    /// Keeps the jti when it tries again with a nonce.
    DpopJtiKeptOnRetry = "client.dpop.jti-kept-on-retry",
    /// Calls the claim jit.
    DpopJtiTypo = "client.dpop.jti-typo",
    /// Sends the same jti each time.
    DpopJtiConstant = "client.dpop.jti-constant",
    /// Counts jtis up.
    DpopJtiCounted = "client.dpop.jti-counted",
    /// Sends jtis of six characters.
    DpopJtiShort = "client.dpop.jti-short",
    /// Leaves the query in htu.
    DpopHtuWithQuery = "client.dpop.htu-with-query",
    /// Leaves the query in htu for the PDS.
    DpopHtuQueryAtResource = "client.dpop.htu-query-at-resource",
    /// Sends the origin as htu.
    DpopHtuOrigin = "client.dpop.htu-origin",
    /// Sends the path as htu.
    DpopHtuPath = "client.dpop.htu-path",
    /// Sends htu with http for https.
    DpopHtuOtherScheme = "client.dpop.htu-other-scheme",
    /// Sends proofs without htu.
    DpopNoHtu = "client.dpop.no-htu",
    /// Sends another method as htm.
    DpopHtmOther = "client.dpop.htm-other",
    /// Writes htm in lower case.
    DpopHtmLowerCase = "client.dpop.htm-lower-case",
    /// Sends proofs without htm.
    DpopNoHtm = "client.dpop.no-htm",
    /// Sends proofs without iat.
    DpopNoIat = "client.dpop.no-iat",
    /// Writes iat in milliseconds.
    DpopIatMilliseconds = "client.dpop.iat-milliseconds",
    /// Writes iat as a string.
    DpopIatText = "client.dpop.iat-text",
    /// Is an hour late.
    DpopSkewedClock = "client.dpop.skewed-clock",
    /// Sends no ath with access tokens.
    DpopNoAth = "client.dpop.no-ath",
    /// Writes ath in hexadecimal.
    DpopAthHex = "client.dpop.ath-hex",
    /// Pads ath.
    DpopAthPadded = "client.dpop.ath-padded",
    /// Sends the ath of another token.
    DpopAthOfOtherToken = "client.dpop.ath-of-other-token",
    /// Adds iss to proofs.
    DpopAddIss = "client.dpop.add-iss",
    /// Sends proofs without typ.
    DpopNoTyp = "client.dpop.no-typ",
    /// Types proofs JWT.
    DpopTypJwt = "client.dpop.typ-jwt",
    /// Sends the private key in proofs.
    DpopPrivateKey = "client.dpop.private-key",
    /// Names its key in proofs instead of sending it.
    DpopKidForJwk = "client.dpop.kid-for-jwk",
    /// Does not sign proofs.
    DpopAlgNone = "client.dpop.alg-none",
    /// Signs proofs with HS256.
    DpopAlgSymmetric = "client.dpop.alg-symmetric",
    /// Signs proofs in DER.
    DpopSignatureDer = "client.dpop.signature-der",
    /// Pads the segments of proofs.
    DpopPadded = "client.dpop.padded",
    /// Sends two proofs.
    DpopTwice = "client.dpop.twice",
    // Nonces.
    /// Takes answers to requests with a proof without a nonce.
    NonceMissingAccepted = "client.nonce.missing-accepted",
    /// Takes tokens without a nonce beside them.
    NonceMissingAcceptedAtToken = "client.nonce.missing-accepted-at-token",
    /// Takes refreshed tokens without a nonce beside them.
    NonceMissingAcceptedAtRefresh = "client.nonce.missing-accepted-at-refresh",
    /// Takes answers of the PDS without a nonce.
    NonceMissingAcceptedAtResource = "client.nonce.missing-accepted-at-resource",
    /// Sends no nonces.
    NonceNeverSent = "client.nonce.never-sent",
    /// Sends nonces with a letter more.
    NonceAltered = "client.nonce.altered",
    /// Uses each nonce once.
    NonceForgotten = "client.nonce.forgotten",
    /// Keeps the first nonce of a server.
    NonceFirstKept = "client.nonce.first-kept",
    /// Takes no nonce from a success.
    NonceSuccessIgnored = "client.nonce.success-ignored",
    /// Takes no nonce from the second attempt.
    NonceNoUpdateAfterRetry = "client.nonce.no-update-after-retry",
    /// Prefers the nonce of the login.
    NonceStaleShadow = "client.nonce.stale-shadow",
    /// Keeps one nonce for each host.
    NonceHostKeyOnly = "client.nonce.host-key-only",
    /// Keeps one nonce for all servers.
    NonceGlobal = "client.nonce.global",
    /// Knows one spelling of DPoP-Nonce only.
    NonceCaseSensitiveHeader = "client.nonce.case-sensitive-header",
    /// Knows demands in the body only.
    NonceBodyOnly = "client.nonce.body-only",
    /// Takes use_dpop_nonce anywhere in a challenge for a demand.
    NonceSubstringMatch = "client.nonce.substring-match",
    /// Tries again after any 400 with a nonce.
    NonceRetryOnAny400 = "client.nonce.retry-on-any-400",
    /// Tries again after any 401 with a nonce.
    NonceRetryOnAny401 = "client.nonce.retry-on-any-401",
    /// Tries again when a nonce is asked for and none given.
    NonceRetryWithout = "client.nonce.retry-without",
    /// Tries again as often as a nonce is asked for.
    NonceRetryForever = "client.nonce.retry-forever",
    /// Sends a code as often as a nonce is asked for.
    NonceRetryForeverAtToken = "client.nonce.retry-forever-at-token",
    /// Asks the PDS as often as a nonce is asked for.
    NonceRetryForeverAtResource = "client.nonce.retry-forever-at-resource",
    /// Begins the refresh again when a nonce is asked for again.
    NonceRecursivePlugin = "client.nonce.recursive-plugin",
    /// Gives up when the authorization server asks for a nonce.
    NonceNotRetriedAtServer = "client.nonce.not-retried-at-server",
    /// Gives up when a nonce is asked for at a code exchange.
    NonceNotRetriedAtToken = "client.nonce.not-retried-at-token",
    /// Gives up when a nonce is asked for at a refresh.
    NonceNotRetriedAtRefresh = "client.nonce.not-retried-at-refresh",
    /// Gives up when the PDS asks for a nonce.
    NonceNotRetriedAtResource = "client.nonce.not-retried-at-resource",
    // The authorization response.
    /// Pushes a redirect_uri with localhost for the address.
    RedirectLocalhostName = "client.redirect.localhost-name",
    /// Pushes a redirect_uri that does not fit the kind of client.
    RedirectOtherKind = "client.redirect.other-kind",
    /// Wants the declared port of a loopback address.
    RedirectLoopbackPortCompare = "client.redirect.loopback-port-compare",
    /// Forgets a login when the next one begins.
    RedirectOneLoginAtATime = "client.redirect.one-login-at-a-time",
    /// Ends all logins at any error.
    RedirectErrorBeforeState = "client.redirect.error-before-state",
    /// Uses a code that comes with an error.
    RedirectErrorIgnored = "client.redirect.error-ignored",
    /// Takes responses without state.
    RedirectStateOptional = "client.redirect.state-optional",
    /// Takes any state for that of a login.
    RedirectStateUnbound = "client.redirect.state-unbound",
    /// Keeps state after a failure.
    RedirectStateReusable = "client.redirect.state-reusable",
    /// Keeps state after a success.
    RedirectStateKept = "client.redirect.state-kept",
    /// Takes the first of two states.
    RedirectFirstState = "client.redirect.first-state",
    /// Ignores iss.
    RedirectSkipIss = "client.redirect.skip-iss",
    /// Takes responses without iss.
    RedirectIssOptional = "client.redirect.iss-optional",
    /// Takes an empty iss.
    RedirectEmptyIssuerPasses = "client.redirect.empty-issuer-passes",
    /// Compares origins instead of strings for iss.
    RedirectIssNormalised = "client.redirect.iss-normalised",
    /// Takes an iss that begins with the issuer.
    RedirectIssPrefix = "client.redirect.iss-prefix",
    /// Takes the first of two iss.
    RedirectFirstIss = "client.redirect.first-iss",
    /// Takes the code to the server that iss names.
    RedirectIssuerOfResponse = "client.redirect.issuer-of-response",
    /// Takes the first of two codes.
    RedirectFirstCode = "client.redirect.first-code",
    /// Exchanges what it has where there is no code.
    RedirectCodeOptional = "client.redirect.code-optional",
    /// Reads responses in the fragment that it did not ask for there.
    RedirectFragmentRead = "client.redirect.fragment-read",
    /// Refuses responses with unknown parameters.
    RedirectUnknownParametersRefused = "client.redirect.unknown-parameters-refused",
    /// Exchanges codes with the first declared redirect_uri.
    RedirectFirstUriAtToken = "client.redirect.first-uri-at-token",
    /// Exchanges codes without redirect_uri.
    RedirectMissingAtToken = "client.redirect.missing-at-token",
    // The token answer.
    /// Sends no client_id to the token endpoint.
    TokenNoClientId = "client.token.no-client-id",
    /// Sends codes and refresh tokens in the query of a GET.
    TokenGet = "client.token.get",
    /// Sends JSON to the token endpoint.
    TokenJsonBody = "client.token.json-body",
    /// Sends grant_type twice.
    TokenParameterTwice = "client.token.parameter-twice",
    /// Asks for tokens again at once when it is turned away.
    TokenRetryStorm = "client.token.retry-storm",
    /// Sends a code again after a failure.
    TokenCodeAgain = "client.token.code-again",
    /// Takes tokens from an error.
    TokenStatusUnchecked = "client.token.status-unchecked",
    /// Reads the body before the status.
    TokenParseBeforeStatus = "client.token.parse-before-status",
    /// Crashes when the token endpoint answers with a page.
    TokenErrorPageFatal = "client.token.error-page-fatal",
    /// Takes a code to where the exchange is redirected.
    TokenFollowRedirect = "client.token.follow-redirect",
    /// Takes a token answer with something after its end.
    TokenTrailerIgnored = "client.token.trailer-ignored",
    /// Takes any token answer.
    TokenNoResponseValidation = "client.token.no-response-validation",
    /// Takes tokens of type Bearer, or of none.
    TokenAcceptBearer = "client.token.accept-bearer",
    /// Takes tokens of no type.
    TokenTypeOptional = "client.token.type-optional",
    /// Knows one spelling of token_type only.
    TokenTypeCaseSensitive = "client.token.type-case-sensitive",
    /// Reads the access token.
    TokenDecodeAsJwt = "client.token.decode-as-jwt",
    /// Never knows when a token expires.
    TokenIgnoreExpiresIn = "client.token.ignore-expires-in",
    /// Refuses answers without expires_in.
    TokenExpiresInRequired = "client.token.expires-in-required",
    /// Refuses a negative expires_in.
    TokenExpiresInNegative = "client.token.expires-in-negative-refused",
    /// Refuses expires_in in a string.
    TokenExpiresInText = "client.token.expires-in-text-refused",
    /// Refuses expires_in with a fraction.
    TokenExpiresInFraction = "client.token.expires-in-fraction-refused",
    /// Refuses expires_in beyond what a calendar holds.
    TokenExpiresInHuge = "client.token.expires-in-huge-refused",
    /// Refuses answers without refresh_token.
    TokenRefreshTokenRequired = "client.token.refresh-token-required",
    /// Refuses answers with unknown members.
    TokenUnknownMembersRefused = "client.token.unknown-members-refused",
    /// Takes answers without an access token.
    TokenAccessTokenOptional = "client.token.access-token-optional",
    /// Takes answers about nobody.
    TokenSubOptional = "client.token.sub-optional",
    /// Takes a sub with white space around it.
    TokenSubTrimmed = "client.token.sub-trimmed",
    /// Gives tokens back that it does not take.
    TokenRejectedRevoked = "client.token.rejected-revoked",
    /// Takes answers without a scope.
    ScopeAcceptMissing = "client.scope.accept-missing",
    /// Takes grants without atproto.
    ScopeAtprotoOptional = "client.scope.atproto-optional",
    /// Refuses any other scope than the one that it asked for.
    ScopeExactEqual = "client.scope.exact-equal",
    /// Takes any scope with the letters atproto in it.
    ScopeSubstring = "client.scope.substring",
    /// Takes the scope that it asked for as granted.
    ScopeAssumed = "client.scope.assumed",
    // The refresh.
    /// Refreshes several times at once.
    RefreshNoLock = "client.refresh.no-lock",
    /// Waits a moment only for another refresh.
    RefreshShortLock = "client.refresh.short-lock",
    /// Refreshes with grant_type=authorization_code.
    RefreshWrongGrantType = "client.refresh.wrong-grant-type",
    /// Asks for all declared scopes on refresh.
    RefreshScopeWidened = "client.refresh.scope-widened",
    /// Refreshes at whatever server the account has now.
    RefreshUnboundIssuer = "client.refresh.unbound-issuer",
    /// Takes a refresh for another account.
    RefreshSubUnchecked = "client.refresh.sub-unchecked",
    /// Takes a refresh about nobody.
    RefreshSubOptional = "client.refresh.sub-optional",
    /// Takes a refresh without atproto.
    RefreshScopeUnchecked = "client.refresh.scope-unchecked",
    /// Takes refreshed tokens of any type.
    RefreshTypeUnchecked = "client.refresh.type-unchecked",
    /// Loses the refresh token when there is no new one.
    RefreshDropOldToken = "client.refresh.drop-old-token",
    /// Keeps the old refresh token when there is a new one.
    RefreshKeepOldToken = "client.refresh.keep-old-token",
    /// Ends the session at any failure.
    RefreshBurnOnTransient = "client.refresh.burn-on-transient",
    /// Ends the session at any error of the server.
    RefreshBurnOnError = "client.refresh.burn-on-error",
    /// Goes on after invalid_grant.
    RefreshIgnoreError = "client.refresh.ignore-error",
    /// Refreshes on ExpiredToken only.
    RefreshLegacyErrorName = "client.refresh.legacy-error-name",
    /// Does not refresh when the PDS refuses the token.
    RefreshNotOn401 = "client.refresh.not-on-401",
    /// Refreshes on any 401.
    RefreshOnAny401 = "client.refresh.on-any-401",
    /// Refreshes as often as the PDS refuses the token.
    RefreshEndlessly = "client.refresh.endlessly",
    // The PDS.
    /// Sends requests to the authorization server.
    RsUseIssuerAsPds = "client.rs.use-issuer-as-pds",
    /// Sends access tokens as Bearer.
    RsBearerScheme = "client.rs.bearer-scheme",
    /// Sends access tokens in the query.
    RsTokenInQuery = "client.rs.token-in-query",
    /// Sends access tokens in the query as well.
    RsTokenTwice = "client.rs.token-twice",
    /// Sends access tokens to proxies.
    RsProxyAuthorization = "client.rs.proxy-authorization",
    /// Takes access tokens to where the PDS redirects.
    RsFollowRedirects = "client.rs.follow-redirects",
    /// Tries again at once when it is turned away.
    RsRetryStorm = "client.rs.retry-storm",
    /// Knows no challenge with unknown parameters.
    RsChallengeParametersRefused = "client.rs.challenge-parameters-refused",
    /// Falls over answers that are no JSON.
    RsJsonOnly = "client.rs.json-only",
    /// Ends the session when the PDS is out of order.
    RsErrorEndsSession = "client.rs.error-ends-session",
    /// Sends the token as Bearer where the PDS asks for that.
    RsBearerFallback = "client.rs.bearer-fallback",
    /// Reads nothing but the first challenge.
    RsFirstChallengeOnly = "client.rs.first-challenge-only",
    /// Knows one spelling of the scheme of a challenge only.
    RsChallengeCase = "client.rs.challenge-case",
    /// Reads nothing but quoted parameters of challenges.
    RsQuotedOnly = "client.rs.quoted-only",
    /// Asks for the session at the end of every login.
    RsAskedAtOnce = "client.rs.asked-at-once",
    // The session.
    /// Ends a session whose handle leads elsewhere.
    SessionBoundToHandle = "client.session.bound-to-handle",
    // The end.
    /// Tells no server about the end of a session.
    RevokeLocalOnly = "client.revoke.local-only",
    /// Keeps the session when the revocation fails.
    RevokeFailClosed = "client.revoke.fail-closed",
    /// Revokes the access token alone.
    RevokeAccessTokenOnly = "client.revoke.access-token-only",
    /// Takes any answer for a revocation.
    RevokeAnyAnswer = "client.revoke.any-answer",
    /// Reads the body of a revocation.
    RevokeBodyRead = "client.revoke.body-read",
    /// Takes a token to where its revocation is redirected.
    RevokeFollowRedirect = "client.revoke.follow-redirect",
}
