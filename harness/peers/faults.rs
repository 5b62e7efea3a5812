//! Faults of the reference server: each breaks one rule at one place in the code.
//!
//! With a fault switched on, correct requests keep working; what changes is that one wrong thing is
//! accepted, or one right thing is missing from an answer.

crate::tables::faults! {
    /// A rule that the reference server can be told to break.
    Fault;
    /// Every fault, in the order in which a login meets them.
    FAULTS;

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
    /// Answers 404.
    AsMetadataMissing = "as.metadata.missing",
    /// Publishes issuer with the path /oauth.
    AsMetadataIssuerPath = "as.metadata.issuer-path",
    /// Publishes revocation_endpoint on another origin.
    AsMetadataEndpointElsewhere = "as.metadata.endpoint-elsewhere",
    /// Leaves transition:generic out of scopes_supported and still grants it.
    AsMetadataTransitionUnlisted = "as.metadata.transition-unlisted",
    /// Adds S512 to code_challenge_methods_supported (and still refuses it).
    AsMetadataOtherChallengeMethod = "as.metadata.other-challenge-method",
    /// Serves the document over plain http as well.
    AsMetadataOverHttp = "as.metadata.over-http",

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
    /// Publishes a key set over http.
    RsMetadataJwksUriHttp = "rs.metadata.jwks-uri-http",
    /// Lists no scopes.
    RsMetadataNoScopes = "rs.metadata.no-scopes",
    /// Says that tokens go into the body alone.
    RsMetadataBearerMethodsBody = "rs.metadata.bearer-methods-body",
    /// Names itself as authorization server.
    RsMetadataNamesItself = "rs.metadata.names-itself",
    /// Serves the document over http.
    RsMetadataPlainHttp = "rs.metadata.plain-http",
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
    /// Accepts a dpop_jkt in hexadecimal.
    AsParDpopJktHex = "as.par.dpop-jkt-hex",
    /// Accepts a dpop_jkt with padding.
    AsParDpopJktPadded = "as.par.dpop-jkt-padded",
    /// Refuses any request that has dpop_jkt.
    AsParDpopJktUnsupported = "as.par.dpop-jkt-unsupported",
    /// Answers success with 200.
    AsParStatus200 = "as.par.status-200",
    /// Leaves expires_in out.
    AsParNoExpiresIn = "as.par.no-expires-in",
    /// Numbers the request_uris.
    AsParSequentialRequestUri = "as.par.sequential-request-uri",
    /// Gives requests that come at once the same request_uri.
    AsParRequestUriRace = "as.par.request-uri-race",
    /// Answers with 500 while another pushed request is under way.
    AsParParallelRefused = "as.par.parallel-refused",
    /// Answers refusals with an HTML page (same status).
    AsParErrorHtml = "as.par.error-html",
    /// No CORS headers and no preflight at PAR.
    AsParNoCors = "as.par.no-cors",
    /// Ignores the expiry when the page is opened.
    AsParRequestUriNeverExpires = "as.par.request-uri-never-expires",
    /// Accepts a PAR without proof; the key is bound at the token endpoint.
    AsParDpopOptional = "as.par.dpop-optional",
    /// Routes PUT to the same handler.
    AsParPutAccepted = "as.par.put-accepted",
    /// Also reads forms that are labelled text/plain.
    AsParTextAccepted = "as.par.text-accepted",
    /// Also reads forms without a media type.
    AsParUnlabelledAccepted = "as.par.unlabelled-accepted",
    /// Also reads multipart/form-data.
    AsParMultipartAccepted = "as.par.multipart-accepted",
    /// Reads the query of the URL where the body is empty.
    AsParQueryRead = "as.par.query-read",
    /// Does not read a plus sign as a space.
    AsParPlusKept = "as.par.plus-kept",
    /// Leaves percent-encoded letters as they are.
    AsParEscapedLettersKept = "as.par.escaped-letters-kept",
    /// Answers 500 to an escape that is not hexadecimal.
    AsParBadEscapeCrash = "as.par.bad-escape-crash",
    /// Answers 500 to a body that ends inside an escape.
    AsParShortEscapeCrash = "as.par.short-escape-crash",
    /// Answers 500 to escapes that are not UTF-8.
    AsParNotUtf8Crash = "as.par.not-utf8-crash",
    /// Answers 500 to an escaped NUL.
    AsParNulCrash = "as.par.nul-crash",
    /// Answers 500 to more than a thousand parameters.
    AsParManyCrash = "as.par.many-crash",
    /// Answers 400 instead of 413 to a body that is too long.
    AsParOversizedAs400 = "as.par.oversized-as-400",
    /// Refuses a request with grant_type.
    AsParTokenParametersRefused = "as.par.token-parameters-refused",
    /// Takes a parameter that is repeated with the same value.
    AsParDuplicateAlike = "as.par.duplicate-alike",
    /// Takes two client_ids and uses the first.
    AsParDuplicateClientId = "as.par.duplicate-client-id",
    /// Takes two redirect_uris and uses the first.
    AsParDuplicateRedirectUri = "as.par.duplicate-redirect-uri",
    /// Answers login_required to prompt=none.
    AsParLoginRequired = "as.par.login-required",
    /// Refuses every prompt but none.
    AsParPromptUnsupported = "as.par.prompt-unsupported",
    /// Refuses prompt values that it does not know.
    AsParPromptUnknownRefused = "as.par.prompt-unknown-refused",
    /// Refuses response_mode=fragment.
    AsParFragmentUnsupported = "as.par.fragment-unsupported",
    /// Takes response_mode=form_post and answers in the query.
    AsParFormPostAccepted = "as.par.form-post-accepted",
    /// Takes any other response_mode and answers in the query.
    AsParResponseModeUnchecked = "as.par.response-mode-unchecked",
    /// Does not look at login_hint.
    AsParLoginHintUnchecked = "as.par.login-hint-unchecked",
    /// Refuses a login_hint that is an email address.
    AsParLoginHintEmailRefused = "as.par.login-hint-email-refused",
    /// Refuses a login_hint that names no account of its own.
    AsParLoginHintElsewhereRefused = "as.par.login-hint-elsewhere-refused",
    /// Ignores a pushed request object.
    AsParRequestObjectIgnored = "as.par.request-object-ignored",
    /// Takes the state of a request object without signature.
    AsParRequestObjectUnsigned = "as.par.request-object-unsigned",
    /// Takes the state of a request object without verifying its signature.
    AsParRequestObjectAnyKey = "as.par.request-object-any-key",
    /// Takes a state again that an open request of the same session has.
    AsParStateReusable = "as.par.state-reusable",
    /// Refuses a state that an open request of any session has.
    AsParStateGlobal = "as.par.state-global",

    // Development clients.
    /// Does not compare the scheme of a development client_id.
    AsLocalhostSchemeUnchecked = "as.localhost.scheme-unchecked",
    /// Takes names below localhost for localhost.
    AsLocalhostSubdomainAccepted = "as.localhost.subdomain-accepted",
    /// Takes a host that begins with `localhost.` for localhost.
    AsLocalhostHostPrefix = "as.localhost.host-prefix",
    /// Takes the user name before the host for the host.
    AsLocalhostHostBeforeAt = "as.localhost.host-before-at",
    /// Trims a dot at the end of the host.
    AsLocalhostHostDotTrimmed = "as.localhost.host-dot-trimmed",
    /// Compares the host without regard to case.
    AsLocalhostHostCasefold = "as.localhost.host-casefold",
    /// Takes a development client_id with a port.
    AsLocalhostPortAccepted = "as.localhost.port-accepted",
    /// Drops port 80 from a development client_id.
    AsLocalhostDefaultPortDropped = "as.localhost.default-port-dropped",
    /// Takes 127.0.0.1 for localhost.
    AsLocalhostIpv4Accepted = "as.localhost.ipv4-accepted",
    /// Takes `[::1]` for localhost.
    AsLocalhostIpv6Accepted = "as.localhost.ipv6-accepted",
    /// Does not look at the path of a development client_id.
    AsLocalhostPathAccepted = "as.localhost.path-accepted",
    /// Cuts the fragment off a development client_id.
    AsLocalhostFragmentAccepted = "as.localhost.fragment-accepted",
    /// Refuses `http://localhost/` with a slash.
    AsLocalhostSlashRefused = "as.localhost.slash-refused",
    /// Refuses every development client.
    AsLocalhostUnsupported = "as.localhost.unsupported",
    /// Ignores unknown parameters in a development client_id.
    AsLocalhostUnknownParameterAccepted = "as.localhost.unknown-parameter-accepted",
    /// Uses the first of several scope parameters.
    AsLocalhostRepeatedScopeAccepted = "as.localhost.repeated-scope-accepted",
    /// Adds atproto to what a development client declares.
    AsLocalhostScopeAtprotoAdded = "as.localhost.scope-atproto-added",
    /// Does not read the scope parameter and assumes atproto.
    AsLocalhostScopeIgnored = "as.localhost.scope-ignored",
    /// Assumes more than atproto where no scope is declared.
    AsLocalhostDefaultScopeAll = "as.localhost.default-scope-all",
    /// Reads only the first redirect_uri parameter.
    AsLocalhostFirstRedirectUriOnly = "as.localhost.first-redirect-uri-only",
    /// Assumes no redirect URI where none is declared.
    AsLocalhostNoDefaultRedirectUris = "as.localhost.no-default-redirect-uris",
    /// Assumes only the IPv4 loopback root where none is declared.
    AsLocalhostDefaultIpv4Only = "as.localhost.default-ipv4-only",
    /// Also assumes a path below the root where none is declared.
    AsLocalhostDefaultAnyPath = "as.localhost.default-any-path",
    /// Lets a development client declare https redirect URIs.
    AsLocalhostRedirectHttps = "as.localhost.redirect-https",
    /// Lets a development client declare http redirect URIs on other hosts.
    AsLocalhostRedirectHttpAnywhere = "as.localhost.redirect-http-anywhere",
    /// Lets a development client declare redirect URIs in private networks.
    AsLocalhostRedirectPrivateAddress = "as.localhost.redirect-private-address",
    /// Lets a development client declare redirect URIs of a scheme of its own.
    AsLocalhostRedirectPrivateScheme = "as.localhost.redirect-private-scheme",
    /// Lets a development client declare redirect URIs that are scripts.
    AsLocalhostRedirectScript = "as.localhost.redirect-script",
    /// Lets a development client declare redirect URIs on the name localhost.
    AsLocalhostRedirectLocalhostName = "as.localhost.redirect-localhost-name",
    /// Lets a development client declare redirect URIs on the rest of 127/8.
    AsLocalhostRedirectAnyLoopback = "as.localhost.redirect-any-loopback",
    /// Lets a development client declare redirect URIs on 0.0.0.0.
    AsLocalhostRedirectUnspecified = "as.localhost.redirect-unspecified",
    /// Compares only the beginning of the host that a development client declares.
    AsLocalhostRedirectHostPrefix = "as.localhost.redirect-host-prefix",
    /// Takes the user name before the host that a development client declares for the host.
    AsLocalhostRedirectUserinfo = "as.localhost.redirect-userinfo",
    /// Lets a development client declare redirect URIs with a fragment.
    AsLocalhostRedirectFragment = "as.localhost.redirect-fragment",
    /// Approves without asking where a development client sends an assertion.
    AsLocalhostAssertionTrusted = "as.localhost.assertion-trusted",

    /// Refuses a scope without atproto as invalid_request.
    AsErrorsScopeAsInvalidRequest = "as.errors.scope-as-invalid-request",
    /// Looks at the parameters before the proof.
    AsErrorsParametersFirst = "as.errors.parameters-first",
    /// Sends no challenge with the 401 for a wrong Authorization field.
    AsErrorsNoBasicChallenge = "as.errors.no-basic-challenge",
    /// Sends no CORS fields with refusals at PAR.
    AsErrorsParRefusalNoCors = "as.errors.par-refusal-no-cors",
    /// Sends no CORS fields with refusals at the token endpoint.
    AsErrorsTokenRefusalNoCors = "as.errors.token-refusal-no-cors",

    // AS proof verifier (PAR, token, refresh, revocation share it).
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
    /// Accepts a proof again while its first request is under way.
    AsDpopJtiRace = "as.dpop.jti-race",
    /// Records the jti only when the whole request succeeds.
    AsDpopJtiRecordedOnSuccess = "as.dpop.jti-recorded-on-success",
    /// Does not look at iat when the nonce is current.
    AsDpopIatUnbounded = "as.dpop.iat-unbounded",
    /// Uses the last of several DPoP headers.
    AsDpopMultiHeaderLast = "as.dpop.multi-header-last",
    /// Treats an empty header as a verified proof without key.
    AsDpopEmptyFieldIgnored = "as.dpop.empty-field-ignored",
    /// Takes the header out of quotation marks.
    AsDpopQuotesStripped = "as.dpop.quotes-stripped",
    /// Takes two segments for a proof, unverified.
    AsJoseSignatureSegmentOptional = "as.jose.signature-segment-optional",
    /// Trims a full stop at the end.
    AsJoseTrailingDotTrimmed = "as.jose.trailing-dot-trimmed",
    /// Skips white space in a JWT.
    AsJoseWhitespaceSkipped = "as.jose.whitespace-skipped",
    /// Reads the flattened JSON form of a JWS as well.
    AsJoseJsonSerialization = "as.jose.json-serialization",
    /// Decodes the standard base64 alphabet as well.
    AsJoseStandardAlphabet = "as.jose.standard-alphabet",
    /// Replaces what is not UTF-8 and goes on.
    AsJoseUtf8Lossy = "as.jose.utf8-lossy",
    /// Skips comments in JSON.
    AsJsonCommentsSkipped = "as.json.comments-skipped",
    /// Reads the first JSON value and ignores what follows.
    AsJsonTrailingDataIgnored = "as.json.trailing-data-ignored",
    /// Uses the first of repeated header parameters.
    AsJsonHeaderDuplicateFirst = "as.json.header-duplicate-first",
    /// Uses the first of repeated members of jwk.
    AsJsonJwkDuplicateFirst = "as.json.jwk-duplicate-first",
    /// Any typ that ends in +jwt passes.
    AsDpopTypSuffixOnly = "as.dpop.typ-suffix-only",
    /// Takes a client assertion for a verified proof without key.
    AsDpopClientAssertionAccepted = "as.dpop.client-assertion-accepted",
    /// Takes an access token for a verified proof without key.
    AsDpopAccessTokenAccepted = "as.dpop.access-token-accepted",
    /// Accepts alg none in any other case than lower case.
    AsDpopAlgNoneCasefold = "as.dpop.alg-none-casefold",
    /// A missing alg means ES256.
    AsJoseAlgOptional = "as.jose.alg-optional",
    /// Takes every alg that it does not know as ES256.
    AsJoseAlgUnchecked = "as.jose.alg-unchecked",
    /// Compares alg without regard to case.
    AsJoseAlgCasefold = "as.jose.alg-casefold",
    /// Verifies HS256 with a symmetric key that stands in jwk.
    AsJoseOctKeyAccepted = "as.jose.oct-key-accepted",
    /// Does not verify with keys on curves that it does not know.
    AsJoseUnusableKeyUnverified = "as.jose.unusable-key-unverified",
    /// A point off the curve gives 500.
    AsJosePointPanics = "as.jose.point-panics",
    /// Reads coordinates as numbers of any length.
    AsJoseCoordinateLengthUnchecked = "as.jose.coordinate-length-unchecked",
    /// A proof with neither jwk nor kid passes unverified.
    AsDpopJwkOptional = "as.dpop.jwk-optional",
    /// A jwk that is no object gives 500.
    AsDpopJwkStringPanics = "as.dpop.jwk-string-panics",
    /// Accepts an empty signature under ES256.
    AsDpopEmptySignature = "as.dpop.empty-signature",
    /// Does not verify signatures that are too short.
    AsJoseShortSignatureUnverified = "as.jose.short-signature-unverified",
    /// Verifies the first 64 octets of a signature that is too long.
    AsJoseSignatureCut = "as.jose.signature-cut",
    /// Ignores a crit that is no list of names.
    AsJoseMalformedCritIgnored = "as.jose.malformed-crit-ignored",
    /// An empty jti passes.
    AsDpopJtiEmpty = "as.dpop.jti-empty",
    /// A jti that is no string passes.
    AsDpopJtiTypeUnchecked = "as.dpop.jti-type-unchecked",
    /// A very long jti gives 500.
    AsDpopLongJtiPanics = "as.dpop.long-jti-panics",
    /// Accepts the path alone as htu.
    AsDpopHtuRelative = "as.dpop.htu-relative",
    /// Accepts the origin alone as htu.
    AsDpopHtuOriginOnly = "as.dpop.htu-origin-only",
    /// Percent-decodes htu before the comparison, slashes too.
    AsDpopHtuPercentDecoded = "as.dpop.htu-percent-decoded",
    /// Ignores userinfo in htu.
    AsDpopHtuUserinfoIgnored = "as.dpop.htu-userinfo-ignored",
    /// Does not look whether iat lies in the future.
    AsDpopIatFutureUnbounded = "as.dpop.iat-future-unbounded",
    /// Refuses an iat that lies in the future at all.
    AsDpopIatNoSkew = "as.dpop.iat-no-skew",
    /// Refuses a proof whose exp, which proofs do not have, lies in the past.
    AsDpopExpEnforced = "as.dpop.exp-enforced",
    /// Refuses a proof whose nbf, which proofs do not have, lies in the future.
    AsDpopNbfEnforced = "as.dpop.nbf-enforced",
    /// Takes a proof of any age with any nonce that it ever handed out.
    AsDpopProofNeverExpires = "as.dpop.proof-never-expires",
    /// Notes the jti of a proof whose signature does not verify.
    AsDpopJtiNotedUnverified = "as.dpop.jti-noted-unverified",
    /// Remembers each jti for its key alone.
    AsDpopJtiPerKey = "as.dpop.jti-per-key",
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
    /// Refuses S256 and accepts plain.
    AsPkceS256Refused = "as.pkce.s256-refused",
    /// Accepts requests without code_challenge, and a verifier for them.
    AsPkceDowngrade = "as.pkce.downgrade",

    // AS nonce store and challenge writer.
    /// A PAR proof without nonce passes.
    AsNonceOptionalAtPar = "as.nonce.optional-at-par",
    /// A code exchange proof without nonce passes.
    AsNonceOptionalAtToken = "as.nonce.optional-at-token",
    /// A revocation proof without nonce passes.
    AsNonceOptionalAtRevocation = "as.nonce.optional-at-revocation",
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
    /// Takes each nonce once, and hands out a new one with each answer.
    AsNonceSingleUse = "as.nonce.single-use",
    /// Takes each nonce from the key alone that used it first, and hands out a new one with each
    /// answer.
    AsNonceBoundToKey = "as.nonce.bound-to-key",
    /// Rotates, but accepts every nonce ever issued.
    AsNonceNeverExpires = "as.nonce.never-expires",
    /// Issues and accepts one nonce for ever.
    AsNonceNeverRotates = "as.nonce.never-rotates",
    /// Accepts only the newest nonce.
    AsNonceNoOverlap = "as.nonce.no-overlap",
    /// Lets one of the requests that come at once use the nonce, and no other.
    AsNonceRace = "as.nonce.race",
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
    /// Lets one of the requests that come at once use the nonce, and no other.
    RsNonceRace = "rs.nonce.race",
    /// Sends the demand in the AS form: 400, JSON body (with DPoP-Nonce).
    RsNonceChallengeAs400 = "rs.nonce.challenge-as-400",
    /// 401 without error in the challenge, error in the JSON body.
    RsNonceChallengeErrorInBodyOnly = "rs.nonce.challenge-error-in-body-only",
    /// Omits DPoP-Nonce when the nonce was present but not known.
    RsNonceChallengeNoHeaderWhenUnknown = "rs.nonce.challenge-no-header-when-unknown",
    /// Takes nonces of the authorization server too.
    RsNonceOfOtherServer = "rs.nonce.of-other-server",
    /// Looks at the token before the proof.
    RsNonceAfterToken = "rs.nonce.after-token",
    /// Lets answers that hand out a nonce be cached.
    RsNonceCacheable = "rs.nonce.cacheable",
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
    /// Takes a request_uri of the web as if it had fetched the newest request of the client there.
    AsAuthorizeExternalRequestUri = "as.authorize.external-request-uri",
    /// The state of a request object in the query replaces the pushed one.
    AsAuthorizeRequestObjectOverrides = "as.authorize.request-object-overrides",

    // Authorization page, sign-in and consent.
    /// Issues a code for the first account without sign-in.
    AsAuthorizeNoSignIn = "as.authorize.no-sign-in",
    /// Answers GET with 405.
    AsAuthorizeGetRefused = "as.authorize.get-refused",
    /// Shows pages with neither forms nor scripts.
    AsAuthorizeNoInterface = "as.authorize.no-interface",
    /// Says nothing of the client on its pages.
    AsConsentClientUnnamed = "as.consent.client-unnamed",
    /// Shows only the host of the client_id.
    AsConsentClientHostOnly = "as.consent.client-host-only",
    /// Does not fill in the account that the hint names.
    AsAuthorizeHintNotShown = "as.authorize.hint-not-shown",
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
    /// Takes a host that begins with the declared one and a dot for it.
    AsRedirectHostPrefix = "as.redirect.host-prefix",
    /// Takes the user name before the host for the host.
    AsRedirectHostBeforeAt = "as.redirect.host-before-at",
    /// Compares only what stands before a backslash.
    AsRedirectCutAtBackslash = "as.redirect.cut-at-backslash",
    /// Trims a dot at the end of the host.
    AsRedirectHostDotTrimmed = "as.redirect.host-dot-trimmed",
    /// Reads a host that is a number as an IPv4 address.
    AsRedirectNumberAsAddress = "as.redirect.number-as-address",
    /// Treats an IPv4 address inside an IPv6 one as that address.
    AsRedirectMappedAddress = "as.redirect.mapped-address",
    /// Treats 0.0.0.0 as 127.0.0.1.
    AsRedirectUnspecifiedAddress = "as.redirect.unspecified-address",
    /// Compares schemes without regard to case.
    AsRedirectSchemeCasefold = "as.redirect.scheme-casefold",
    /// Takes any digits for the port of a loopback address.
    AsRedirectAnyPortText = "as.redirect.any-port-text",
    /// Resolves dot segments that are percent-encoded.
    AsRedirectEncodedDotSegments = "as.redirect.encoded-dot-segments",
    /// Takes several slashes for one.
    AsRedirectSlashesCollapsed = "as.redirect.slashes-collapsed",
    /// Cuts parameters off the path at a semicolon.
    AsRedirectPathParametersCut = "as.redirect.path-parameters-cut",
    /// Drops an empty query.
    AsRedirectEmptyQueryDropped = "as.redirect.empty-query-dropped",
    /// Drops an empty fragment.
    AsRedirectEmptyFragmentDropped = "as.redirect.empty-fragment-dropped",
    /// Strips tabs, as URL parsers of browsers do.
    AsRedirectTabsStripped = "as.redirect.tabs-stripped",
    /// Trims spaces at both ends.
    AsRedirectSpacesTrimmed = "as.redirect.spaces-trimmed",
    /// Compares only what stands before a line break.
    AsRedirectCutAtLineBreak = "as.redirect.cut-at-line-break",
    /// Compares only what stands before a NUL.
    AsRedirectCutAtNul = "as.redirect.cut-at-nul",
    /// Resolves a relative reference against the declared URI.
    AsRedirectRelativeResolved = "as.redirect.relative-resolved",

    // Token endpoint: code exchange.
    /// Codes have 8 decimal digits.
    AsTokenShortCode = "as.token.short-code",
    /// Looks codes up without their last 4 characters.
    AsTokenCodePrefixMatch = "as.token.code-prefix-match",
    /// Takes the beginning of a code for the code.
    AsTokenCodeStartsWith = "as.token.code-starts-with",
    /// Ignores what follows the code.
    AsTokenCodeTailIgnored = "as.token.code-tail-ignored",
    /// Takes the newest code where none is sent.
    AsTokenCodeOptional = "as.token.code-optional",
    /// Takes the newest code where an empty one is sent.
    AsTokenEmptyCode = "as.token.empty-code",
    /// Answers 500 to a code of thousands of characters.
    AsTokenLongCode500 = "as.token.long-code-500",
    /// Answers 500 to a code with a NUL character.
    AsTokenNul500 = "as.token.nul-500",
    /// Looks the value up among refresh tokens too.
    AsTokenAcceptsRefreshToken = "as.token.accepts-refresh-token",
    /// Finds the request of a code by the verifier.
    AsTokenRequestByVerifier = "as.token.request-by-verifier",
    /// Keeps the code after the exchange.
    AsTokenCodeReusable = "as.token.code-reusable",
    /// Accepts a code again while its first exchange is under way.
    AsTokenCodeRace = "as.token.code-race",
    /// Answers with 500 when a code comes again while its first exchange is under way.
    AsTokenCodeRaceError = "as.token.code-race-error",
    /// Keeps the tokens when the code comes again while its first exchange is under way.
    AsTokenCodeRaceKeepsTokens = "as.token.code-race-keeps-tokens",
    /// Binds the tokens of exchanges that come at once to the key of the first.
    AsTokenParallelKeyMixed = "as.token.parallel-key-mixed",
    /// Gives exchanges that come at once tokens for the account of the first.
    AsTokenParallelSubMixed = "as.token.parallel-sub-mixed",
    /// Refuses a replay and revokes nothing.
    AsTokenReplayKeepsTokens = "as.token.replay-keeps-tokens",
    /// A replay revokes the refresh token only.
    AsTokenReplayKeepsAccessToken = "as.token.replay-keeps-access-token",
    /// A replay that fits nothing else about the code revokes as well.
    AsTokenBadReplayEndsSession = "as.token.bad-replay-ends-session",
    /// A replay revokes nothing once the session was refreshed.
    AsTokenReplayForgetsRefreshed = "as.token.replay-forgets-refreshed",
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
    /// Offers the client credentials grant, without client authentication.
    AsTokenClientCredentials = "as.token.client-credentials",
    /// Compares grant_type without regard to case.
    AsTokenGrantTypeCasefold = "as.token.grant-type-casefold",
    /// Routes GET.
    AsTokenGetAccepted = "as.token.get-accepted",
    /// Routes PUT.
    AsTokenPutAccepted = "as.token.put-accepted",
    /// Takes parameters from a JSON body.
    AsTokenJsonAccepted = "as.token.json-accepted",
    /// Takes parameters from the query of a POST without body.
    AsTokenQueryAccepted = "as.token.query-accepted",
    /// Reads any body as a form.
    AsTokenAnyMediaType = "as.token.any-media-type",
    /// Answers 500 to a body that is no form.
    AsTokenBadForm500 = "as.token.bad-form-500",
    /// Drops escapes that are none.
    AsTokenBadEscapeDropped = "as.token.bad-escape-dropped",
    /// Drops octets that are no UTF-8.
    AsTokenBadUtf8Dropped = "as.token.bad-utf8-dropped",
    /// Decodes only those escapes that are needed.
    AsTokenNeedlessEscapesKept = "as.token.needless-escapes-kept",
    /// Uses the last of repeated parameters.
    AsTokenDuplicateParams = "as.token.duplicate-params",
    /// Uses the first of repeated parameters.
    AsTokenFirstOfRepeated = "as.token.first-of-repeated",
    /// Uses the first grant_type of several.
    AsTokenFirstGrantType = "as.token.first-grant-type",
    /// Refuses unknown parameters.
    AsTokenUnknownParamRefused = "as.token.unknown-param-refused",
    /// Issues a Bearer token when no proof is sent.
    AsTokenBearerForBoundClient = "as.token.bearer-for-bound-client",
    /// Refuses a key that an earlier session is bound to.
    AsTokenEarlierKeyRefused = "as.token.earlier-key-refused",
    /// Does not compare the proof key with the one at PAR.
    AsTokenParKeyUnbound = "as.token.par-key-unbound",
    /// Takes any key that some request was pushed with.
    AsTokenKeyOfAnyLogin = "as.token.key-of-any-login",
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
    /// Adds an id_token.
    AsTokenIdToken = "as.token.id-token",
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
    /// Accepts a refresh token again while its first refresh is under way.
    AsRefreshRace = "as.refresh.race",
    /// Answers with 500 when a refresh token comes again while its first refresh is under way.
    AsRefreshRaceError = "as.refresh.race-error",
    /// Keeps the session when a refresh token comes again while its first refresh is under way.
    AsRefreshRaceKeepsSession = "as.refresh.race-keeps-session",
    /// Refuses a refresh while that of another session is under way.
    AsRefreshParallelRefused = "as.refresh.parallel-refused",
    /// Refuses the replay but keeps the newest token alive.
    AsRefreshReplayKeepsSession = "as.refresh.replay-keeps-session",
    /// Ends the session at access token expiry.
    AsRefreshExpiresWithAccess = "as.refresh.expires-with-access",
    /// Lets each refresh prolong the session for ever.
    AsSessionNeverEnds = "as.session.never-ends",
    /// Lets refresh tokens live for ever.
    AsRefreshNeverExpires = "as.refresh.never-expires",
    /// Ends the sessions of an account when it signs in again.
    AsSessionSingle = "as.session.single",
    /// Looks refresh tokens up without their last 4 characters.
    AsRefreshTokenPrefixMatch = "as.refresh.token-prefix-match",
    /// Takes the beginning of a refresh token for the token.
    AsRefreshTokenStartsWith = "as.refresh.token-starts-with",
    /// Ignores what follows the refresh token.
    AsRefreshTokenTailIgnored = "as.refresh.token-tail-ignored",
    /// Takes the newest refresh token where none is sent.
    AsRefreshTokenOptional = "as.refresh.token-optional",
    /// Takes the newest refresh token where an empty one is sent.
    AsRefreshEmptyToken = "as.refresh.empty-token",
    /// Uses the first of repeated parameters.
    AsRefreshFirstOfRepeated = "as.refresh.first-of-repeated",
    /// Looks the value up among codes too.
    AsRefreshAcceptsCode = "as.refresh.accepts-code",
    /// Looks the value up among access tokens too.
    AsRefreshAcceptsAccessToken = "as.refresh.accepts-access-token",
    /// Does not compare client_id.
    AsRefreshClientUnbound = "as.refresh.client-unbound",
    /// Takes client_id from the grant when absent.
    AsRefreshClientIdOptional = "as.refresh.client-id-optional",
    /// Ends the session when another client or key presents its token.
    AsRefreshMismatchEndsSession = "as.refresh.mismatch-ends-session",
    /// A missing proof passes.
    AsRefreshProofOptional = "as.refresh.proof-optional",
    /// A missing proof gives 500.
    AsRefreshPanicNoProof = "as.refresh.panic-no-proof",
    /// Does not compare the proof key.
    AsRefreshSkipJkt = "as.refresh.skip-jkt",
    /// Takes the key of any session of the same account and client.
    AsRefreshKeyPerAccount = "as.refresh.key-per-account",
    /// Takes the key of any session of the same client.
    AsRefreshKeyPerClient = "as.refresh.key-per-client",
    /// At refresh decodes the proof without verifying the signature.
    AsRefreshDpopDecodedOnly = "as.refresh.dpop-decoded-only",
    /// Grants any declared scope asked for.
    AsRefreshScopeWidened = "as.refresh.scope-widened",
    /// Issues the new access token for any resource asked for.
    AsRefreshResourceSwitched = "as.refresh.resource-switched",
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
    /// A refresh that is under way writes the revoked token back as it was.
    AsRevokeRaceUndone = "as.revoke.race-undone",
    /// A refresh that is under way gives tokens that outlive the revocation.
    AsRevokeRaceSparesSuccessor = "as.revoke.race-spares-successor",
    /// Answers with 500 when a refresh meets the revocation of its token.
    AsRevokeRaceError = "as.revoke.race-error",
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
    /// Answers 200 where there is no token.
    AsRevokeTokenOptional = "as.revoke.token-optional",
    /// Uses the first of repeated parameters.
    AsRevokeFirstOfRepeated = "as.revoke.first-of-repeated",
    /// Refuses hints that it does not know.
    AsRevokeUnknownHint400 = "as.revoke.unknown-hint-400",
    /// Refuses with HTML.
    AsRevokeErrorHtml = "as.revoke.error-html",
    /// Takes client_id from the token when absent.
    AsRevokeClientIdOptional = "as.revoke.client-id-optional",
    /// Forgets a revocation when the access token would have ended.
    AsRevokeForgotten = "as.revoke.forgotten",
    /// A revocation without proof passes.
    AsRevokeProofOptional = "as.revoke.proof-optional",
    /// 400 invalid_grant for unknown tokens (revoked ones still 200).
    AsRevokeUnknownToken400 = "as.revoke.unknown-token-400",
    /// 400 for tokens already revoked (unknown ones still 200).
    AsRevokeSecondTime400 = "as.revoke.second-time-400",
    /// Publishes an introspection endpoint that answers anyone.
    AsIntrospectionOpen = "as.introspection.open",

    // RS token check.
    /// Serves the resource without Authorization.
    RsAuthOptional = "rs.auth.optional",
    /// Takes the first of several Authorization fields.
    RsAuthFirstField = "rs.auth.first-field",
    /// Takes the DPoP field of several Authorization fields.
    RsAuthDpopOfSeveral = "rs.auth.dpop-of-several",
    /// Finds the session by the key of the proof where there is no token.
    RsAuthProofEnough = "rs.auth.proof-enough",
    /// Answers 500 to a scheme without a token.
    RsAuthEmptyToken500 = "rs.auth.empty-token-500",
    /// Takes white space between the name of a field and its colon.
    RsHttpSpaceBeforeColon = "rs.http.space-before-colon",
    /// Takes the first of several Host fields.
    RsHttpFirstHost = "rs.http.first-host",
    /// Ignores Transfer-Encoding beside Content-Length.
    RsHttpLengthBeforeChunks = "rs.http.length-before-chunks",
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
    /// Takes a request with a token in header and query.
    RsTokenTwoWays = "rs.token.two-ways",
    /// Looks the value up among codes too.
    RsTokenAcceptsCode = "rs.token.accepts-code",
    /// Takes readable tokens of other issuers as they are.
    RsTokenForeignIssuer = "rs.token.foreign-issuer",
    /// Ends tokens at half of their life.
    RsTokenDiesEarly = "rs.token.dies-early",
    /// Answers 400 ExpiredToken to a token that was revoked.
    RsTokenRevokedAs400 = "rs.token.revoked-as-400",
    /// Refuses public methods where credentials come along that are not good.
    RsPublicTokenChecked = "rs.public.token-checked",
    /// Gives a password session for an OAuth token.
    RsSessionRefreshWithOauth = "rs.session.refresh-with-oauth",
    /// Takes the refresh token of a password session as its access token.
    RsSessionRefreshTokenAccepted = "rs.session.refresh-token-accepted",
    /// Writes the same typ into both tokens of a password session.
    RsSessionTypesAlike = "rs.session.types-alike",
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
    /// Takes the key of any session of the same account and client.
    RsDpopKeyPerAccount = "rs.dpop.key-per-account",
    /// Takes the key of any session of the same client.
    RsDpopKeyPerClient = "rs.dpop.key-per-client",
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
    /// Accepts a proof again while its first request is under way.
    RsDpopJtiRace = "rs.dpop.jti-race",
    /// Answers with 500 while another request is under way.
    RsParallelRefused = "rs.parallel-refused",
    /// Hashes the jwk as received.
    RsJoseThumbprintAllMembers = "rs.jose.thumbprint-all-members",
    /// Takes a proof of any age with any nonce that it ever handed out.
    RsDpopProofNeverExpires = "rs.dpop.proof-never-expires",
    /// Compares htu byte for byte with the request URL.
    RsDpopHtuStringCompare = "rs.dpop.htu-string-compare",
    /// Uses the last of several DPoP headers.
    RsDpopMultiHeaderLast = "rs.dpop.multi-header-last",
    /// Splits the header at commas and uses the first part.
    RsDpopCommaSplit = "rs.dpop.comma-split",
    /// Treats an empty header as a verified proof without key.
    RsDpopEmptyFieldIgnored = "rs.dpop.empty-field-ignored",
    /// Treats a header that does not parse as a verified proof without key.
    RsDpopUnparsableIgnored = "rs.dpop.unparsable-ignored",
    /// Takes the header out of quotation marks.
    RsDpopQuotesStripped = "rs.dpop.quotes-stripped",
    /// Takes two segments for a proof, unverified.
    RsJoseSignatureSegmentOptional = "rs.jose.signature-segment-optional",
    /// Trims a full stop at the end.
    RsJoseTrailingDotTrimmed = "rs.jose.trailing-dot-trimmed",
    /// Skips white space in a JWT.
    RsJoseWhitespaceSkipped = "rs.jose.whitespace-skipped",
    /// Reads the flattened JSON form of a JWS as well.
    RsJoseJsonSerialization = "rs.jose.json-serialization",
    /// Decodes padded base64url.
    RsJosePaddingAccepted = "rs.jose.padding-accepted",
    /// Decodes the standard base64 alphabet as well.
    RsJoseStandardAlphabet = "rs.jose.standard-alphabet",
    /// Replaces what is not UTF-8 and goes on.
    RsJoseUtf8Lossy = "rs.jose.utf8-lossy",
    /// Skips comments in JSON.
    RsJsonCommentsSkipped = "rs.json.comments-skipped",
    /// Reads the first JSON value and ignores what follows.
    RsJsonTrailingDataIgnored = "rs.json.trailing-data-ignored",
    /// Uses the first of repeated members.
    RsJsonDuplicateFirst = "rs.json.duplicate-first",
    /// Uses the first of repeated header parameters.
    RsJsonHeaderDuplicateFirst = "rs.json.header-duplicate-first",
    /// Uses the first of repeated members of jwk.
    RsJsonJwkDuplicateFirst = "rs.json.jwk-duplicate-first",
    /// A missing typ passes; other values are refused.
    RsDpopTypOptional = "rs.dpop.typ-optional",
    /// Any typ that ends in +jwt passes.
    RsDpopTypSuffixOnly = "rs.dpop.typ-suffix-only",
    /// Takes a client assertion for a verified proof without key.
    RsDpopClientAssertionAccepted = "rs.dpop.client-assertion-accepted",
    /// Takes an access token for a verified proof without key.
    RsDpopAccessTokenAccepted = "rs.dpop.access-token-accepted",
    /// Accepts alg none in any other case than lower case.
    RsDpopAlgNoneCasefold = "rs.dpop.alg-none-casefold",
    /// A missing alg means ES256.
    RsJoseAlgOptional = "rs.jose.alg-optional",
    /// Takes every alg that it does not know as ES256.
    RsJoseAlgUnchecked = "rs.jose.alg-unchecked",
    /// Compares alg without regard to case.
    RsJoseAlgCasefold = "rs.jose.alg-casefold",
    /// Verifies HS256 with a symmetric key that stands in jwk.
    RsJoseOctKeyAccepted = "rs.jose.oct-key-accepted",
    /// Ignores crv and takes every EC key as P-256.
    RsJoseCurveUnchecked = "rs.jose.curve-unchecked",
    /// Does not verify with keys on curves that it does not know.
    RsJoseUnusableKeyUnverified = "rs.jose.unusable-key-unverified",
    /// A point off the curve gives 500.
    RsJosePointPanics = "rs.jose.point-panics",
    /// Reads coordinates as numbers of any length.
    RsJoseCoordinateLengthUnchecked = "rs.jose.coordinate-length-unchecked",
    /// Verifies a proof without jwk with a key remembered by kid (= thumbprint).
    RsDpopKidLookup = "rs.dpop.kid-lookup",
    /// A proof with neither jwk nor kid passes unverified.
    RsDpopJwkOptional = "rs.dpop.jwk-optional",
    /// A jwk that is no object gives 500.
    RsDpopJwkStringPanics = "rs.dpop.jwk-string-panics",
    /// Accepts an empty signature under ES256.
    RsDpopEmptySignature = "rs.dpop.empty-signature",
    /// Does not verify signatures that are too short.
    RsJoseShortSignatureUnverified = "rs.jose.short-signature-unverified",
    /// Verifies the first 64 octets of a signature that is too long.
    RsJoseSignatureCut = "rs.jose.signature-cut",
    /// Also accepts DER signatures.
    RsJoseDerSignature = "rs.jose.der-signature",
    /// Takes r = s = 0 as valid.
    RsJoseZeroSignature = "rs.jose.zero-signature",
    /// Ignores crit.
    RsJoseIgnoreCrit = "rs.jose.ignore-crit",
    /// Ignores a crit that is no list of names.
    RsJoseMalformedCritIgnored = "rs.jose.malformed-crit-ignored",
    /// An empty jti passes.
    RsDpopJtiEmpty = "rs.dpop.jti-empty",
    /// A jti that is no string passes.
    RsDpopJtiTypeUnchecked = "rs.dpop.jti-type-unchecked",
    /// A very long jti gives 500.
    RsDpopLongJtiPanics = "rs.dpop.long-jti-panics",
    /// Parses iat from a string.
    RsDpopIatString = "rs.dpop.iat-string",
    /// Compares htm without regard to case.
    RsDpopHtmCasefold = "rs.dpop.htm-casefold",
    /// Does not compare the scheme of htu.
    RsDpopHtuSchemeUnchecked = "rs.dpop.htu-scheme-unchecked",
    /// Does not compare the port of htu.
    RsDpopHtuPortUnchecked = "rs.dpop.htu-port-unchecked",
    /// Compares the path without regard to case.
    RsDpopHtuPathCasefold = "rs.dpop.htu-path-casefold",
    /// Trims a trailing slash of htu.
    RsDpopHtuSlashTrimmed = "rs.dpop.htu-slash-trimmed",
    /// Accepts the path alone as htu.
    RsDpopHtuRelative = "rs.dpop.htu-relative",
    /// Accepts the origin alone as htu.
    RsDpopHtuOriginOnly = "rs.dpop.htu-origin-only",
    /// Percent-decodes htu before the comparison, slashes too.
    RsDpopHtuPercentDecoded = "rs.dpop.htu-percent-decoded",
    /// Ignores userinfo in htu.
    RsDpopHtuUserinfoIgnored = "rs.dpop.htu-userinfo-ignored",
    /// Compares htu byte for byte after cutting query and fragment.
    RsDpopHtuNotNormalised = "rs.dpop.htu-not-normalised",
    /// Refuses unknown claims and header parameters.
    RsDpopExtraClaimsRefused = "rs.dpop.extra-claims-refused",

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
    /// Puts error into a Bearer challenge beside the DPoP one.
    RsChallengeErrorInBearer = "rs.challenge.error-in-bearer",
    /// Points to the resource metadata of another server.
    RsChallengePointerElsewhere = "rs.challenge.pointer-elsewhere",
    /// Refuses with HTML.
    RsErrorHtml = "rs.error.html",
    /// No CORS at XRPC.
    RsCorsBlocked = "rs.cors.blocked",
    /// Does not look at the scope of the token.
    RsScopeUnchecked = "rs.scope.unchecked",
    /// Answers 401 invalid_token where the scope is too small.
    RsScopeAs401 = "rs.scope.refused-as-401",
    /// Names a scope that is too small ScopeMissing.
    RsScopeOtherError = "rs.scope.other-error",
    /// Answers for a default service where the DID of atproto-proxy does not resolve.
    RsProxyFallsBack = "rs.proxy.falls-back",
    /// Answers for a default service where atproto-proxy names no service.
    RsProxyFragmentOptional = "rs.proxy.fragment-optional",
    /// Answers for a default service where the DID document has no such service.
    RsProxyEntryUnchecked = "rs.proxy.entry-unchecked",
    /// Passes requests without credentials on to a service.
    RsProxyAnonymous = "rs.proxy.anonymous",
    /// Passes requests on whatever their path is called.
    RsProxyAnyPath = "rs.proxy.any-path",
    /// Sends service tokens without jti.
    RsProxyTokenNoJti = "rs.proxy.token-without-jti",
    /// Sends service tokens without iat.
    RsProxyTokenNoIat = "rs.proxy.token-without-iat",
    /// Sends service tokens that all have the same jti.
    RsProxyJtiFixed = "rs.proxy.jti-fixed",
    /// Names itself, and not the account, as the issuer of service tokens.
    RsProxyIssuerOther = "rs.proxy.issuer-other",
    /// Leaves the service out of the audience of service tokens.
    RsProxyAudienceBare = "rs.proxy.audience-bare",
    /// Sends service tokens that live for a day.
    RsProxyTokenLong = "rs.proxy.token-long",

    /// Gives refresh tokens to clients that do not declare the grant type.
    AsTokenRefreshUndeclared = "as.token.refresh-undeclared",

    // The account page.
    /// Lists no sessions on the account page.
    AsSessionNotListed = "as.session.not-listed",
    /// Lists sessions that the user has ended.
    AsSessionEndedStillListed = "as.session.ended-still-listed",
    /// Keeps the refresh token of a session that the user has ended.
    AsSessionEndKeepsRefreshToken = "as.session.end-keeps-refresh-token",
    /// Keeps the access token of a session that the user has ended.
    AsSessionEndKeepsAccessToken = "as.session.end-keeps-access-token",

    // Bugs that were met in the field, where no other section has them.
    /// Refuses proofs without exp, which proofs do not have.
    AsDpopRequireExp = "as.dpop.require-exp",
    /// Takes several DPoP fields for none, and goes on without a key.
    AsDpopMultiHeaderAsAbsent = "as.dpop.multi-header-as-absent",
    /// Takes base64url whose unused bits are set.
    AsJoseNoncanonicalB64 = "as.jose.noncanonical-b64",
    /// Hashes the key as certificates hold it for its thumbprint.
    AsJoseThumbprintSpki = "as.jose.thumbprint-spki",
    /// Answers 500 to a pushed request without a proof.
    AsParPanicNoProof = "as.par.panic-no-proof",
    /// Makes pushed requests known only after two seconds.
    AsParEventual = "as.par.eventual",
    /// Refuses forms that are labelled with a charset.
    AsHttpExactContentType = "as.http.exact-content-type",
    /// Takes response types with code among them from development clients.
    AsClientLocalhostOidc = "as.client-metadata.localhost-oidc",
    /// Grants all declared scopes where none is asked for.
    AsScopeDefaultToMetadata = "as.scope.default-to-metadata",
    /// Grants openid and issues an id_token for it.
    AsScopeAllowOpenid = "as.scope.allow-openid",
    /// Grants scopes that it does not know.
    AsScopeEchoUnknown = "as.scope.echo-unknown",
    /// Answers prompt=select_account with an error where nobody is signed in.
    AsPromptSelectAccountErrors = "as.prompt.select-account-errors",
    /// Answers 500 to cookies that are named like members of every object.
    AsHttpCookieProto = "as.http.cookie-proto",
    /// Answers 500 where state holds what a header field cannot.
    AsHttpUnwrapHeader = "as.http.unwrap-header",
    /// Sends state back in another encoding than it came in.
    AsAuthorizeStateLatin1 = "as.authorize.state-latin1",
    /// Refuses navigations from pages of the same site.
    AsAuthorizeBlockSameSite = "as.authorize.block-same-site",
    /// Refuses a sign-in from a page whose URL is not exactly as usual.
    AsAuthorizeRefererExact = "as.authorize.referer-exact",
    /// Writes login_hint into the page without escaping it.
    AsAuthorizeHintUnescaped = "as.authorize.hint-unescaped",
    /// Answers 500 where the request behind a URL is not known.
    AsRedirectPanicUnknownClient = "as.redirect.panic-unknown-client",
    /// Lets forms of the page lead to itself alone.
    AsRedirectCspFormActionSelf = "as.redirect.csp-form-action-self",
    /// Answers in the query although the fragment was asked for.
    AsRedirectResponseModeIgnored = "as.redirect.response-mode-ignored",
    /// Takes an earlier consent for one to any scope.
    AsConsentIgnoreScopeGrowth = "as.consent.ignore-scope-growth",
    /// Grants what the user has taken out.
    AsConsentNarrowingIgnored = "as.consent.narrowing-ignored",
    /// Names the scope that was asked for, whatever was granted.
    AsTokenScopeEchoed = "as.token.scope-echoed",
    /// Refreshes for what the client had asked for, whatever was granted.
    AsRefreshScopeAsAsked = "as.refresh.scope-as-asked",
    /// Takes scopes with characters that scopes do not have.
    AsScopeCharactersUnchecked = "as.scope.characters-unchecked",
    /// Reads scopes without regard to case.
    AsScopeCaseIgnored = "as.scope.case-ignored",
    /// Takes a partial wildcard for a full one.
    AsScopePrefixWildcard = "as.scope.prefix-wildcard",
    /// Takes a collection that is no NSID for any.
    AsScopeCollectionUnchecked = "as.scope.collection-unchecked",
    /// Takes repo without a collection for every collection.
    AsScopeCollectionOptional = "as.scope.collection-optional",
    /// Passes over actions of repo that it does not know, so that all are allowed.
    AsScopeActionUnchecked = "as.scope.action-unchecked",
    /// Takes a parameter by name beside its positional form.
    AsScopeNamedBesidePositional = "as.scope.named-beside-positional",
    /// Takes rpc without aud for every service.
    AsScopeAudOptional = "as.scope.aud-optional",
    /// Takes an aud without a service for every service.
    AsScopeAudFragmentOptional = "as.scope.aud-fragment-optional",
    /// Takes rpc without lxm for every method.
    AsScopeLxmOptional = "as.scope.lxm-optional",
    /// Takes rpc for every method at every service.
    AsScopeTwoWildcards = "as.scope.two-wildcards",
    /// Takes an accept that is no media type or none for every one.
    AsScopeAcceptUnchecked = "as.scope.accept-unchecked",
    /// Takes an unknown attribute of account or identity, or none, for all it has.
    AsScopeAttributeUnchecked = "as.scope.attribute-unchecked",
    /// Passes over an unknown action of account.
    AsScopeAccountActionUnchecked = "as.scope.account-action-unchecked",
    /// Takes a resource type that it does not know for full access.
    AsScopeUnknownGrantsAll = "as.scope.unknown-grants-all",
    /// Takes an unknown transition value for transition:generic.
    AsScopeUnknownTransitionIsGeneric = "as.scope.unknown-transition-is-generic",
    /// Passes over parameters of scopes that it does not know.
    AsScopeUnknownParameterPassedOver = "as.scope.unknown-parameter-passed-over",
    /// Goes by the first of a repeated parameter that is a single one.
    AsScopeFirstOfRepeated = "as.scope.first-of-repeated",
    /// Passes over an action that it does not know beside one that it knows.
    AsScopeBadActionPassedOver = "as.scope.bad-action-passed-over",
    /// Takes transitional scopes with a question mark at their end.
    AsScopeTransitionQuestionMark = "as.scope.transition-question-mark",
    /// Takes what begins with atproto and a colon for atproto.
    AsScopeAtprotoPrefix = "as.scope.atproto-prefix",
    /// Loses scopes whose first parameter is given by name.
    AsScopeNamedFormUnread = "as.scope.named-form-unread",
    /// Goes by the first of several collections or media types.
    AsScopeFirstOfList = "as.scope.first-of-list",
    /// Loses scopes with percent-encoded letters in them.
    AsScopeEncodingUnread = "as.scope.encoding-unread",
    /// Loses scopes that end with a question mark.
    AsScopeQuestionMarkUnread = "as.scope.question-mark-unread",
    /// Loses scopes that name the action read.
    AsScopeActionReadUnread = "as.scope.action-read-unread",
    /// Loses scopes with repeated parameters or with a name beside a wildcard.
    AsScopeRedundancyVoid = "as.scope.redundancy-void",
    /// Loses scopes with a plain hash in a parameter.
    AsScopeRawHashVoid = "as.scope.raw-hash-void",
    /// Reads a plus sign in a scope as a space, so that no media type is left.
    AsScopePlusIsSpace = "as.scope.plus-is-space",
    /// Loses scopes that stand before atproto.
    AsScopeOrderMatters = "as.scope.order-matters",
    /// Compares scopes with the declared ones by what they allow.
    AsScopeSubsetByMeaning = "as.scope.subset-by-meaning",
    /// Takes repeated spaces in a scope for one.
    AsScopeSpacesFolded = "as.scope.spaces-folded",
    /// Refuses scopes that say something twice.
    AsScopeRepeatedRefused = "as.scope.repeated-refused",
    /// Answers 500 to long scopes.
    AsScopeLongFails = "as.scope.long-fails",
    /// Refuses transitional scopes.
    AsScopeTransitionRefused = "as.scope.transition-refused",
    /// Names the narrowed scope in the token answer and grants the whole.
    AsConsentNarrowingSaidAlone = "as.consent.narrowing-said-alone",
    /// Refuses refreshes that name a scope.
    AsRefreshScopeRefused = "as.refresh.scope-refused",
    /// Refuses refreshes for less than was granted.
    AsRefreshNarrowerRefused = "as.refresh.narrower-refused",
    /// Publishes keys without kid and alg.
    AsJoseJwksNoKid = "as.jose.jwks-no-kid",
    /// Leaves Access-Control-Allow-Headers out of preflight answers.
    RsCorsNoAllowHeaders = "rs.cors.no-allow-headers",
    /// Verifies access tokens with the key in their header.
    RsTokenTrustHeaderJwk = "rs.token.trust-header-jwk",
    /// Answers 500 to a proof of very many segments.
    RsDosSplitAll = "rs.dos.split-all",

    // Clients with a document, and their authentication.
    /// Checks an identifier only after it was fetched.
    AsSsrfFetchBeforeValidate = "as.ssrf.fetch-before-validate",
    /// Follows a redirect of a client document.
    AsSsrfFollowRedirects = "as.ssrf.follow-redirects",
    /// Takes an address as the host of a client_id.
    AsSsrfAddressInClientId = "as.ssrf.address-in-client-id",
    /// Takes a name of special use as the host of a client_id.
    AsSsrfSpecialName = "as.ssrf.special-name",
    /// Takes a client_id with the scheme http.
    AsClientIdHttp = "as.client-id.http",
    /// Takes a client_id with a port.
    AsClientIdAllowPort = "as.client-id.allow-port",
    /// Takes a client_id with user information.
    AsClientIdUserinfo = "as.client-id.parsed-userinfo",
    /// Takes a client_id with a fragment.
    AsClientIdFragment = "as.client-id.fragment",
    /// Takes a client_id without a path.
    AsClientIdNoPath = "as.client-id.no-path",
    /// Takes a client_id with dot segments.
    AsClientIdDotSegments = "as.client-id.no-path-normal-check",
    /// Takes a client_id whose host is spelled in capitals or with a full stop.
    AsClientIdAnySpelling = "as.client-id.casefold",
    /// Takes a client_id that is no URL by its characters.
    AsClientIdMalformed = "as.client-id.malformed",
    /// Takes a client_id with a query.
    AsClientIdQuery = "as.client-id.query",
    /// Takes a client_id that spells out the default port.
    AsClientIdDefaultPort = "as.client-id.default-port",
    /// Takes a client_id whose path is a lone slash.
    AsClientIdRootPath = "as.client-id.root-path",
    /// Refuses a client_id whose path ends with a slash.
    AsClientIdSlashRefused = "as.client-id.slash-refused",
    /// Takes a client_id with a segment that is a single dot.
    AsClientIdSingleDot = "as.client-id.single-dot",
    /// Takes a client_id with percent-encoded dot segments.
    AsClientIdEncodedDots = "as.client-id.encoded-dots",
    /// Takes a client_id whose host ends with a full stop.
    AsClientIdHostDot = "as.client-id.host-dot",
    /// Takes a client_id with the scheme in capitals.
    AsClientIdSchemeCase = "as.client-id.scheme-case",
    /// Takes a client_id with a space in its path.
    AsClientIdSpaceInside = "as.client-id.space-inside",
    /// Ignores white space around a client_id.
    AsClientIdSpaceTrimmed = "as.client-id.space-trimmed",
    /// Ignores tabs and line breaks inside a client_id.
    AsClientIdControlsDropped = "as.client-id.controls-dropped",
    /// Takes backslashes in a client_id for slashes.
    AsClientIdBackslash = "as.client-id.backslash",
    /// Takes a client_id with one slash after the scheme.
    AsClientIdOneSlash = "as.client-id.one-slash",
    /// Answers 500 to a client_id that is too long.
    AsClientIdLong500 = "as.client-id.long-500",
    /// Takes any word as the name of a client.
    AsClientIdAnyName = "as.client-id.any-name",
    /// Takes a client_id without a scheme.
    AsClientIdSchemeless = "as.client-id.schemeless",
    /// Takes a client_id that begins with two slashes.
    AsClientIdSchemeRelative = "as.client-id.scheme-relative",
    /// Takes a path as client_id.
    AsClientIdPathOnly = "as.client-id.path-only",
    /// Takes a URN as client_id.
    AsClientIdUrn = "as.client-id.urn",
    /// Takes a client_id with the scheme ftp.
    AsClientIdOtherScheme = "as.client-id.other-scheme",
    /// Takes a client_id with the scheme data.
    AsClientIdData = "as.client-id.data",
    /// Takes a DID as client_id.
    AsClientIdDid = "as.client-id.did",
    /// Takes a handle as client_id.
    AsClientIdHandle = "as.client-id.handle",
    /// Takes an at:// URI as client_id.
    AsClientIdAtUri = "as.client-id.at-uri",
    /// Compares client_id with the host in lower case.
    AsClientIdAliasCase = "as.client-id.alias-case",
    /// Compares client_id with the scheme in lower case.
    AsClientIdAliasScheme = "as.client-id.alias-scheme",
    /// Compares client_id without empty user information.
    AsClientIdAliasUserinfo = "as.client-id.alias-userinfo",
    /// Compares client_id without the default port.
    AsClientIdAliasPort = "as.client-id.alias-port",
    /// Compares client_id with percent-encoded octets decoded.
    AsClientIdAliasEncoded = "as.client-id.alias-encoded",
    /// Compares client_id without a slash at its end.
    AsClientIdAliasSlash = "as.client-id.alias-slash",
    /// Compares client_id without its query.
    AsClientIdAliasQuery = "as.client-id.alias-query",
    /// Takes an address that is one decimal number for a name.
    AsSsrfDecimal = "as.ssrf.inet-aton-decimal",
    /// Takes an address in hexadecimal for a name.
    AsSsrfHex = "as.ssrf.inet-aton-hex",
    /// Takes an address in octal for a name.
    AsSsrfOctal = "as.ssrf.inet-aton-octal",
    /// Takes an address with fewer than three dots for a name.
    AsSsrfShort = "as.ssrf.inet-aton-short",
    /// Takes an address with a full stop at its end for a name.
    AsSsrfFullStop = "as.ssrf.full-stop",
    /// Takes an address in other digits than ASCII for a name.
    AsSsrfWideDigits = "as.ssrf.wide-digits",
    /// Takes a percent-encoded address for a name.
    AsSsrfEncodedHost = "as.ssrf.encoded-host",
    /// Looks at what stands before the @ of a URL instead of its host.
    AsSsrfUserinfo = "as.ssrf.userinfo",
    /// Looks for the host of a URL behind a backslash.
    AsSsrfBackslash = "as.ssrf.backslash",
    /// Goes to the IPv6 loopback address.
    AsSsrfIpv6Loopback = "as.ssrf.ipv6-loopback",
    /// Goes to the unspecified IPv6 address.
    AsSsrfIpv6Unspecified = "as.ssrf.ipv6-unspecified",
    /// Does not see IPv4 addresses inside IPv6 ones.
    AsSsrfIpv4Mapped = "as.ssrf.ipv4-mapped",
    /// Does not see IPv4 addresses that are reached by translation.
    AsSsrfTranslated = "as.ssrf.nat64",
    /// Goes to the unspecified address.
    AsSsrfUnspecified = "as.ssrf.unspecified",
    /// Goes to addresses in 10.0.0.0/8.
    AsSsrfPrivate10 = "as.ssrf.private-10",
    /// Goes to addresses in 172.16.0.0/12.
    AsSsrfPrivate172 = "as.ssrf.private-172",
    /// Goes to addresses in 192.168.0.0/16.
    AsSsrfPrivate192 = "as.ssrf.private-192",
    /// Goes to addresses in 169.254.0.0/16.
    AsSsrfLinkLocal = "as.ssrf.link-local",
    /// Goes to addresses in 100.64.0.0/10.
    AsSsrfShared = "as.ssrf.shared-address",
    /// Goes to unique local IPv6 addresses.
    AsSsrfUniqueLocal = "as.ssrf.unique-local",
    /// Goes to link-local IPv6 addresses.
    AsSsrfIpv6LinkLocal = "as.ssrf.ipv6-link-local",
    /// Checks addresses in URLs, and not those that names lead to.
    AsSsrfCheckHostnameOnly = "as.ssrf.check-hostname-only",
    /// Checks the first address of a name and goes to another.
    AsSsrfFirstAddressOnly = "as.ssrf.first-address-only",
    /// Checks the address of a name and looks the name up again to go there.
    AsSsrfRebinding = "as.ssrf.rebinding",
    /// Goes anywhere for a key set.
    AsSsrfJwksUriUnfiltered = "as.ssrf.jwks-uri-unchecked",
    /// Goes wherever a redirect of a client document leads.
    AsSsrfHopUnfiltered = "as.ssrf.hop-unchecked",
    /// Goes wherever a redirect of a key set leads.
    AsSsrfKeySetHopUnfiltered = "as.ssrf.key-set-hop-unchecked",
    /// Fetches logo_uri, wherever it is.
    AsSsrfFetchLogo = "as.ssrf.fetch-logo",
    /// Fetches tos_uri, wherever it is.
    AsSsrfFetchTerms = "as.ssrf.fetch-terms",
    /// Fetches a request_uri that is a URL.
    AsParFetchRequestUri = "as.par.fetch-request-uri",
    /// Fetches the request_uri in a pushed request before it refuses it.
    AsParFetchPushedRequestUri = "as.par.fetch-pushed-request-uri",
    /// Answers 500 where the host of a client document cannot be reached.
    AsClientFetchFailure500 = "as.client-metadata.fetch-failure-500",
    /// Takes any 2xx status of a client document for 200.
    AsClientAnySuccessStatus = "as.client-metadata.any-success-status",
    /// Does not look at the media type of a client document.
    AsClientMediaTypeUnchecked = "as.client-metadata.media-type-unchecked",
    /// Reads client documents of any length.
    AsDosUnboundedMetadata = "as.dos.unbounded-metadata",
    /// Keeps client documents that it has refused.
    AsClientInvalidDocumentCached = "as.client-metadata.invalid-cached",
    /// Never fetches a client document again.
    AsClientDocumentNeverRefetched = "as.client-metadata.never-refetched",
    /// Reads the first of repeated members of a client document.
    AsClientDuplicateMembers = "as.client-metadata.duplicate-members",
    /// Does not compare client_id in the document with its URL.
    AsClientIdMismatch = "as.client-metadata.id-mismatch",
    /// Takes client documents whose scope lacks atproto, as if it were there.
    AsClientScopeUnchecked = "as.client-metadata.scope-unchecked",
    /// Takes client documents whose response_types lacks code.
    AsClientResponseTypesUnchecked = "as.client-metadata.response-types-unchecked",
    /// Takes client documents whose grant_types lacks authorization_code.
    AsClientGrantTypesUnchecked = "as.client-metadata.grant-types-unchecked",
    /// Has a default where a client document has no redirect_uris.
    AsClientRedirectUrisOptional = "as.client-metadata.redirect-uris-optional",
    /// Takes client documents from which dpop_bound_access_tokens is absent.
    AsClientDpopBoundOptional = "as.client-metadata.dpop-bound-optional",
    /// Takes client documents with jwks and jwks_uri.
    AsClientBothKeySources = "as.client-metadata.both-key-sources",
    /// Takes documents of confidential clients without a key set, and their assertions unverified.
    AsClientKeysOptional = "as.client-metadata.keys-optional",
    /// Takes a jwks_uri with the scheme http.
    AsClientJwksUriHttp = "as.client-metadata.jwks-uri-http",
    /// Takes any application_type.
    AsClientApplicationTypeUnchecked = "as.client-metadata.application-type-unchecked",
    /// Takes a client without application_type for a native one.
    AsClientApplicationTypeDefaultsToNative = "as.client-metadata.application-type-default",
    /// Takes none as token_endpoint_auth_signing_alg.
    AsClientAlgNone = "as.client-metadata.alg-none",
    /// Takes any token_endpoint_auth_signing_alg.
    AsClientAlgUnsupported = "as.client-metadata.alg-unsupported",
    /// Takes clients with client_secret_basic for public ones.
    AsClientSecretMethods = "as.client-metadata.secret-methods",
    /// Takes a logo_uri that is not https.
    AsClientLogoHttp = "as.client-metadata.logo-http",
    /// Takes a tos_uri that is not https.
    AsClientTermsHttp = "as.client-metadata.terms-http",
    /// Takes a policy_uri that is not https.
    AsClientPolicyHttp = "as.client-metadata.policy-http",
    /// Takes a client_uri on another host.
    AsClientUriOtherHost = "as.client-metadata.uri-other-host",
    /// Takes key sets with private keys.
    AsClientPrivateKeyPublished = "as.client-metadata.private-key",
    /// Takes client documents with a client_secret.
    AsClientSecretInDocument = "as.client-metadata.secret",
    /// Does not look at the type of client_name.
    AsClientMemberTypesUnchecked = "as.client-metadata.types-unchecked",
    /// Checks the first declared redirect URI only.
    AsClientRedirectListUnchecked = "as.client-metadata.redirect-list-unchecked",
    /// Follows a redirect 301 of a client document.
    AsSsrfFollow301 = "as.ssrf.follow-301",
    /// Follows a redirect 303 of a client document.
    AsSsrfFollow303 = "as.ssrf.follow-303",
    /// Follows a redirect 307 of a client document.
    AsSsrfFollow307 = "as.ssrf.follow-307",
    /// Follows a redirect 308 of a client document.
    AsSsrfFollow308 = "as.ssrf.follow-308",
    /// Fetches the target of a redirect before it refuses the redirect.
    AsSsrfRedirectProbed = "as.ssrf.redirect-probed",
    /// Follows the Refresh field of a client document.
    AsDocumentRefreshFollowed = "as.client-metadata.refresh-followed",
    /// Believes the request and fetches no client document.
    AsDocumentNotFetched = "as.client-metadata.not-fetched",
    /// Fetches the document of any client_id before it looks at request_uri.
    AsAuthorizeClientFetchedFirst = "as.authorize.fetch-client-before-request-uri",
    /// Answers 500 where a client document ends too early.
    AsDocumentCut500 = "as.client-metadata.cut-500",
    /// Answers 500 where a client document does not come in time.
    AsDocumentTimeout500 = "as.client-metadata.timeout-500",
    /// Answers 500 where a client document does not end.
    AsDocumentEndless500 = "as.client-metadata.endless-500",
    /// Takes 203 with a client document for 200.
    AsDocumentStatus203 = "as.client-metadata.status-203",
    /// Takes 206 with a client document for 200.
    AsDocumentStatus206 = "as.client-metadata.status-206",
    /// Takes 304 with a client document for 200.
    AsDocumentStatus304 = "as.client-metadata.status-304",
    /// Takes client documents from error answers.
    AsDocumentAnyStatus = "as.client-metadata.any-status",
    /// Takes client documents as text/plain.
    AsDocumentTextPlain = "as.client-metadata.text-plain",
    /// Takes client documents as application/octet-stream.
    AsDocumentOctetStream = "as.client-metadata.octet-stream",
    /// Takes client documents without a media type.
    AsDocumentMediaTypeOptional = "as.client-metadata.media-type-optional",
    /// Takes client documents as application/ld+json.
    AsDocumentJsonSuffix = "as.client-metadata.json-suffix",
    /// Refuses client documents as application/json with a parameter.
    AsDocumentMediaTypeParameterRefused = "as.client-metadata.media-type-parameter-refused",
    /// Compares the media type of client documents letter by letter.
    AsDocumentMediaTypeCasefold = "as.client-metadata.media-type-case",
    /// Refuses client documents of more than 2000 octets.
    AsDocumentShortLimit = "as.client-metadata.limit-2000",
    /// Remembers for an hour that a client document could not be had.
    AsDocumentErrorCached = "as.client-metadata.error-cached",
    /// Fetches client documents anew for each request.
    AsDocumentNotKept = "as.client-metadata.not-kept",
    /// Keeps client documents for as long as max-age says.
    AsDocumentMaxAgeUnlimited = "as.client-metadata.max-age-unlimited",
    /// Goes on with the last client document where a new one cannot be had.
    AsDocumentStaleOnFailure = "as.client-metadata.stale-on-failure",
    /// Takes the first of a list for the client document.
    AsDocumentArrayUnwrapped = "as.client-metadata.array-unwrapped",
    /// Takes a string that holds a client document for one.
    AsDocumentDoubleEncoded = "as.client-metadata.double-encoded",
    /// Answers 500 where a client document is JSON and no object.
    AsDocumentScalar500 = "as.client-metadata.scalar-500",
    /// Answers 500 where a client document is empty.
    AsDocumentEmpty500 = "as.client-metadata.empty-500",
    /// Answers 500 where a client document is no JSON.
    AsDocumentUnreadable500 = "as.client-metadata.unreadable-500",
    /// Answers 500 where a client document is nested too deeply.
    AsDocumentNesting500 = "as.client-metadata.nesting-500",
    /// Takes client documents with a comma before the last brace.
    AsDocumentTrailingComma = "as.client-metadata.trailing-comma",
    /// Ignores what follows the object of a client document.
    AsDocumentTrailingData = "as.client-metadata.trailing-data",
    /// Takes client documents with a byte order mark.
    AsDocumentByteOrderMark = "as.client-metadata.byte-order-mark",
    /// Takes client documents in UTF-16.
    AsDocumentUtf16 = "as.client-metadata.utf-16",
    /// Reads the last of repeated members of a client document.
    AsDocumentDuplicateLast = "as.client-metadata.duplicate-last",
    /// Takes client documents without client_id.
    AsDocumentIdOptional = "as.client-metadata.id-optional",
    /// Ignores a slash at the end of client_id in the document.
    AsDocumentIdSlash = "as.client-metadata.id-slash",
    /// Compares client_id in the document without regard to case.
    AsDocumentIdCasefold = "as.client-metadata.id-casefold",
    /// Compares client_id in the document after writing its scheme, host and port in the usual
    /// way.
    AsDocumentIdNormalised = "as.client-metadata.id-normalised",
    /// Decodes percent-encoded octets of client_id in the document.
    AsDocumentIdDecoded = "as.client-metadata.id-decoded",
    /// Takes a client_id in the document that begins with the URL.
    AsDocumentIdPrefix = "as.client-metadata.id-prefix",
    /// Trims client_id in the document.
    AsDocumentIdTrimmed = "as.client-metadata.id-trimmed",
    /// Takes a list of one as client_id in the document.
    AsDocumentIdList = "as.client-metadata.id-list",
    /// Compares the JSON text of client_id in the document.
    AsDocumentIdUnescaped = "as.client-metadata.id-source-text",
    /// Takes client documents without scope.
    AsDocumentScopeOptional = "as.client-metadata.scope-optional",
    /// Looks for atproto anywhere in the scope of client documents.
    AsDocumentScopeSubstring = "as.client-metadata.scope-substring",
    /// Takes a list as the scope of client documents.
    AsDocumentScopeList = "as.client-metadata.scope-list",
    /// Takes client documents without response_types.
    AsDocumentResponseTypesDefault = "as.client-metadata.response-types-default",
    /// Takes client documents with an empty response_types.
    AsDocumentResponseTypesEmpty = "as.client-metadata.response-types-empty",
    /// Takes a string as response_types of client documents.
    AsDocumentResponseTypesString = "as.client-metadata.response-types-string",
    /// Looks for code inside the values of response_types.
    AsDocumentResponseTypesSubstring = "as.client-metadata.response-types-substring",
    /// Refuses client documents whose response_types is more than code.
    AsDocumentResponseTypesExact = "as.client-metadata.response-types-exact",
    /// Takes client documents without grant_types.
    AsDocumentGrantTypesDefault = "as.client-metadata.grant-types-default",
    /// Takes client documents with an empty grant_types.
    AsDocumentGrantTypesEmpty = "as.client-metadata.grant-types-empty",
    /// Refuses client documents with grant types that the profile does not name.
    AsDocumentGrantTypesExact = "as.client-metadata.grant-types-exact",
    /// Refuses client documents whose grant_types lacks refresh_token.
    AsDocumentRefreshRequired = "as.client-metadata.refresh-required",
    /// Has a default where redirect_uris of a client document is empty.
    AsDocumentRedirectUrisEmpty = "as.client-metadata.redirect-uris-empty",
    /// Takes a string as redirect_uris of client documents.
    AsDocumentRedirectUrisString = "as.client-metadata.redirect-uris-string",
    /// Takes client documents whose dpop_bound_access_tokens is false.
    AsDocumentDpopBoundFalse = "as.client-metadata.dpop-bound-false",
    /// Takes client documents whose dpop_bound_access_tokens is a string.
    AsDocumentDpopBoundString = "as.client-metadata.dpop-bound-string",
    /// Takes an empty application_type for an absent one.
    AsDocumentApplicationTypeEmpty = "as.client-metadata.application-type-empty",
    /// Compares application_type without regard to case.
    AsDocumentApplicationTypeCasefold = "as.client-metadata.application-type-casefold",
    /// Refuses client documents without application_type.
    AsDocumentApplicationTypeRequired = "as.client-metadata.application-type-required",
    /// Takes clients without token_endpoint_auth_method for public ones.
    AsDocumentMethodDefault = "as.client-metadata.method-default",
    /// Takes clients with client_secret_post for public ones.
    AsDocumentMethodPost = "as.client-metadata.method-secret-post",
    /// Takes clients with client_secret_jwt for public ones.
    AsDocumentMethodSecretJwt = "as.client-metadata.method-secret-jwt",
    /// Takes a logo_uri with the scheme data.
    AsDocumentLogoData = "as.client-metadata.logo-data",
    /// Takes a tos_uri with the scheme javascript.
    AsDocumentTermsScript = "as.client-metadata.terms-script",
    /// Takes a policy_uri with the scheme mailto.
    AsDocumentPolicyMail = "as.client-metadata.policy-mail",
    /// Refuses client documents whose logo, terms or policy are elsewhere.
    AsDocumentLinksElsewhereRefused = "as.client-metadata.links-elsewhere-refused",
    /// Takes a client_uri on a subdomain.
    AsDocumentUriSubdomain = "as.client-metadata.uri-subdomain",
    /// Refuses a client_uri that is no parent of client_id.
    AsDocumentUriParent = "as.client-metadata.uri-parent",
    /// Refuses client documents that begin with white space.
    AsDocumentWhitespaceRefused = "as.client-metadata.white-space-refused",
    /// Refuses client documents with unknown members.
    AsDocumentUnknownRefused = "as.client-metadata.unknown-refused",
    /// Refuses client documents whose unknown members are objects or lists.
    AsDocumentNestedRefused = "as.client-metadata.nested-refused",
    /// Refuses client documents whose unknown members are null.
    AsDocumentNullRefused = "as.client-metadata.null-refused",
    /// Refuses client documents with numbers beyond 64 bits.
    AsDocumentNumberRefused = "as.client-metadata.number-refused",
    /// Refuses client documents with contacts.
    AsDocumentContactsRefused = "as.client-metadata.contacts-refused",
    /// Refuses client documents with language tags in names.
    AsDocumentLanguageTagRefused = "as.client-metadata.language-tag-refused",
    /// Refuses client documents with members of OpenID Connect.
    AsDocumentOidcRefused = "as.client-metadata.oidc-refused",
    /// Takes a relative jwks_uri.
    AsDocumentJwksUriRelative = "as.client-metadata.jwks-uri-relative",
    /// Takes HS256 as token_endpoint_auth_signing_alg.
    AsDocumentAlgSymmetric = "as.client-metadata.alg-symmetric",
    /// Refuses confidential clients without token_endpoint_auth_signing_alg.
    AsDocumentAlgRequired = "as.client-metadata.alg-required",
    /// Refuses public clients with token_endpoint_auth_signing_alg.
    AsDocumentAlgOfPublicRefused = "as.client-metadata.alg-of-public-refused",
    /// Takes an empty key set, and assertions unverified.
    AsClientKeySetEmpty = "as.client-metadata.key-set-empty",
    /// Takes a list of keys for a key set.
    AsKeySetBareList = "as.jose.key-set-bare-list",
    /// Uses keys that their set marks as revoked.
    AsKeySetStatusIgnored = "as.jose.ignore-key-status",
    /// Uses keys whose `exp` is past.
    AsKeySetExpIgnored = "as.jose.ignore-key-exp",
    /// Uses keys whose `nbf` is to come.
    AsKeySetNbfIgnored = "as.jose.ignore-key-nbf",
    /// Refuses a document in which `jwks` is an object.
    AsDocumentJwksList = "as.client-metadata.jwks-array",
    /// Refuses a document without keys, whatever the client is.
    AsDocumentKeysAlways = "as.client-metadata.require-jwks-always",
    /// Refuses a document without client_name.
    AsDocumentNameRequired = "as.client-metadata.require-client-name",
    /// Refuses a document without client_uri.
    AsDocumentHomeRequired = "as.client-metadata.require-client-uri",
    /// Refuses native clients that are public, and not those that are confidential.
    AsDocumentNativeInverted = "as.client-metadata.native-inverted",
    /// Takes a client without token_endpoint_auth_method for one with a shared secret, which it asks
    /// for at the token endpoint.
    AsDocumentMethodBasic = "as.client-metadata.default-basic",
    /// Keeps documents without the members about authentication, and so never finds one of them good.
    AsDocumentKeptInPart = "as.client-metadata.cache-drops-fields",
    /// Follows a redirect to a document and compares client_id with the URL that it led to.
    AsDocumentFinalUrl = "as.client-metadata.accept-final-url",
    /// Lets a member of the document say that a client does not authenticate where it pushes.
    AsClientMethodPerEndpoint = "as.client-auth.par-specific-method",
    /// Approves a later request of a confidential client without asking.
    AsConsentSilentConfidential = "as.consent.silent-confidential",
    /// Reads the document again when a pushed request is opened, and refuses what it no longer says.
    AsAuthorizeDocumentReadAgain = "as.authorize.document-read-again",
    /// Takes forms of whatever page, with a cookie that goes along with them.
    AsConsentForgeable = "as.consent.forgeable",
    /// Shows the name that an unknown client gives itself.
    AsConsentNameShown = "as.consent.show-unverified-name",
    /// Shows the home page that an unknown client names.
    AsConsentHomeShown = "as.consent.show-unverified-home",
    /// Takes a request object that the client has signed and that names the key.
    AsParRequestObjectTaken = "as.par.request-object-taken",
    /// Takes a request object that does not name its key if any key of the client fits.
    AsJoseKidOptional = "as.jose.kid-optional",
    /// Takes assertions of any length.
    AsDosHugeJose = "as.dos.huge-jose",
    /// Takes a key in the place of the list of keys.
    AsKeySetSingleKey = "as.jose.key-set-single-key",
    /// Refuses a key set of which one key is on an unknown curve.
    AsKeySetUnknownCurveFails = "as.jose.unknown-curve-fails",
    /// Refuses a key set of which one key lacks a member.
    AsKeySetBrokenKeyFails = "as.jose.broken-key-fails",
    /// Uses keys whose key_ops lacks verify.
    AsKeySetKeyOpsUnchecked = "as.jose.key-ops-unchecked",
    /// Uses no key that says what it is for.
    AsKeySetKeyOpsRefused = "as.jose.key-ops-refused",
    /// Uses the last of several keys with one kid.
    AsKeySetLastOfName = "as.jose.last-of-name",
    /// Does not check key sets that were fetched.
    AsKeySetFetchedUnchecked = "as.jose.jwks-uri-unchecked",
    /// Refuses key sets as application/jwk-set+json.
    AsKeySetTypeRefused = "as.jose.jwk-set-type-refused",
    /// Does not look at the media type of key sets.
    AsKeySetTypeUnchecked = "as.jose.key-set-type-unchecked",
    /// Takes key sets from error answers.
    AsKeySetAnyStatus = "as.jose.key-set-any-status",
    /// Answers 500 where a key set is not answered with 200.
    AsKeySetFailure500 = "as.jose.key-set-failure-500",
    /// Takes assertions unverified where the key set cannot be had.
    AsKeySetAbsentTrusted = "as.jose.key-set-absent-trusted",
    /// Follows redirects of key sets.
    AsKeySetRedirectFollowed = "as.jose.key-set-redirect-followed",
    /// Answers 500 where a key set does not come in time.
    AsKeySetTimeout500 = "as.jose.key-set-timeout-500",
    /// Keeps key sets that it has refused.
    AsKeySetInvalidCached = "as.jose.key-set-invalid-cached",
    /// Reads key sets of any length.
    AsDosUnboundedKeySet = "as.dos.unbounded-key-set",
    /// Refuses refreshes of clients whose document lacks refresh_token by now.
    AsRefreshGrantTypeChecked = "as.refresh.grant-type-checked",
    /// Refuses refreshes of sessions whose scope the client no longer declares.
    AsRefreshDeclaredScopeChecked = "as.refresh.declared-scope-checked",
    /// Shows the logo of a client from its own host.
    AsConsentLogoEmbedded = "as.consent.logo-embedded",
    /// Never fetches a key set again.
    AsClientKeySetNeverRefetched = "as.jose.jwks-never-refetched",
    /// Refuses a key set of which one key cannot be used.
    AsClientKeySetAllOrNothing = "as.jose.all-or-nothing",
    /// Uses keys whose use is another one than sig.
    AsClientKeyUseUnchecked = "as.jose.key-use-unchecked",
    /// Uses keys whose alg is another one.
    AsClientKeyAlgUnchecked = "as.jose.key-alg-unchecked",
    /// Takes declared redirect URIs with a fragment.
    AsRedirectFragmentDeclared = "as.redirect.fragment-declared",
    /// Takes declared redirect URIs with the default port.
    AsRedirectDefaultPort = "as.redirect.default-port",
    /// Takes declared redirect URIs with user information.
    AsRedirectUserinfoDeclared = "as.redirect.userinfo-declared",
    /// Takes https redirect URIs of other origins from native clients.
    AsRedirectNativeOtherOrigin = "as.redirect.native-other-origin",
    /// Takes http redirect URIs beyond loopback.
    AsRedirectHttp = "as.redirect.http",
    /// Takes loopback redirect URIs from web clients.
    AsRedirectWebLoopback = "as.redirect.web-loopback",
    /// Takes private-use schemes from web clients.
    AsRedirectWebPrivateUse = "as.redirect.web-private-use",
    /// Takes private-use schemes that belong to other hosts.
    AsRedirectSchemeOfOthers = "as.redirect.scheme-of-others",
    /// Takes private-use schemes without a period.
    AsRedirectSchemeWithoutPeriod = "as.redirect.scheme-without-period",
    /// Takes private-use schemes with two slashes or none.
    AsRedirectPrivateUseSlashes = "as.redirect.private-use-slashes",
    /// Takes private-use schemes without a slash.
    AsRedirectPrivateUseNoSlash = "as.redirect.private-use-no-slash",
    /// Refuses private-use schemes with an empty path.
    AsRedirectPrivateUseRootRefused = "as.redirect.private-use-root-refused",
    /// Takes the private-use scheme of the parent domain.
    AsRedirectSchemeOfParent = "as.redirect.scheme-of-parent",
    /// Takes the private-use scheme of a subdomain.
    AsRedirectSchemeOfChild = "as.redirect.scheme-of-child",
    /// Takes the host that is not reversed as a private-use scheme.
    AsRedirectSchemeForward = "as.redirect.scheme-forward",
    /// Takes javascript redirect URIs.
    AsRedirectSchemeScript = "as.redirect.scheme-script",
    /// Takes data redirect URIs.
    AsRedirectSchemeData = "as.redirect.scheme-data",
    /// Takes file redirect URIs.
    AsRedirectSchemeFile = "as.redirect.scheme-file",
    /// Takes blob redirect URIs.
    AsRedirectSchemeBlob = "as.redirect.scheme-blob",
    /// Takes intent redirect URIs.
    AsRedirectSchemeIntent = "as.redirect.scheme-intent",
    /// Takes vbscript redirect URIs.
    AsRedirectSchemeVbscript = "as.redirect.scheme-vbscript",
    /// Takes relative redirect URIs.
    AsRedirectRelative = "as.redirect.relative",
    /// Takes http redirect URIs on the client's own host from native clients.
    AsRedirectNativeHttp = "as.redirect.native-http",
    /// Takes redirect URIs on the IPv6 loopback address from web clients.
    AsRedirectWebLoopbackIpv6 = "as.redirect.web-loopback-ipv6",
    /// Takes http redirect URIs on the name localhost.
    AsRedirectHttpLocalhost = "as.redirect.http-localhost",
    /// Takes http redirect URIs whose host begins with the loopback address.
    AsRedirectHttpPrefix = "as.redirect.http-host-prefix",
    /// Takes http redirect URIs with the loopback address as user name.
    AsRedirectHttpUserinfo = "as.redirect.http-userinfo",
    /// Takes http redirect URIs on the loopback address as one number.
    AsRedirectHttpRespelled = "as.redirect.http-respelled",
    /// Takes http redirect URIs on the unspecified address.
    AsRedirectHttpUnspecified = "as.redirect.http-unspecified",
    /// Takes http redirect URIs on private addresses.
    AsRedirectHttpPrivate = "as.redirect.http-private",
    /// Takes https redirect URIs at another port from native clients.
    AsRedirectNativeOtherPort = "as.redirect.native-other-port",
    /// Refuses https redirect URIs of native clients.
    AsRedirectNativeHttpsRefused = "as.redirect.native-https-refused",
    /// Refuses loopback redirect URIs of native clients with a document.
    AsRedirectNativeLoopbackRefused = "as.redirect.native-loopback-refused",
    /// Refuses loopback redirect URIs that are declared with a port.
    AsRedirectNativeLoopbackPortRefused = "as.redirect.native-loopback-port-refused",
    /// Refuses https redirect URIs with a port.
    AsRedirectPortRefused = "as.redirect.port-refused",
    /// Refuses https redirect URIs on other hosts than that of the client.
    AsRedirectWebOtherOriginRefused = "as.redirect.web-other-origin-refused",
    /// Refuses https redirect URIs on the name localhost.
    AsRedirectHttpsLocalhostRefused = "as.redirect.https-localhost-refused",
    /// Does not compare the port of https redirect URIs.
    AsRedirectHttpsPortIgnored = "as.redirect.https-port-ignored",
    /// Drops the default port of https redirect URIs before it compares them.
    AsRedirectHttpsPortDropped = "as.redirect.https-default-port-dropped",
    /// Ignores assertions of public clients.
    AsAssertionIgnoredOfPublicClient = "as.assertion.ignored-of-public-client",
    /// Does not ask confidential clients for an assertion.
    AsAssertionOptional = "as.assertion.optional",
    /// Takes any client_assertion_type.
    AsAssertionTypeUnchecked = "as.assertion.type-unchecked",
    /// Ignores crit in assertions.
    AsAssertionCritIgnored = "as.assertion.crit-ignored",
    /// Takes assertions that are typed as something else.
    AsAssertionTypUnchecked = "as.assertion.typ-unchecked",
    /// Takes assertions of five segments.
    AsAssertionLenientParse = "as.assertion.lenient-parse",
    /// Takes padded segments in assertions.
    AsAssertionPadded = "as.assertion.padded",
    /// Reads the first of repeated members in assertions.
    AsAssertionDuplicateFirst = "as.assertion.duplicate-first",
    /// Verifies assertions with the key in their header.
    AsJoseTrustHeaderJwk = "as.jose.trust-header-jwk",
    /// Takes assertions with alg none.
    AsAssertionAlgNone = "as.assertion.alg-none",
    /// Verifies HS256 assertions with the public key as the secret.
    AsAssertionAlgFromHeader = "as.assertion.alg-from-header",
    /// Does not look at the alg of assertions.
    AsAssertionAlgUnchecked = "as.assertion.alg-unchecked",
    /// Takes DER signatures of assertions.
    AsAssertionDerSignature = "as.assertion.der-signature",
    /// Does not verify assertions.
    AsAssertionSignatureUnchecked = "as.assertion.signature-unchecked",
    /// Uses the first key where kid fits none.
    AsAssertionKidIgnored = "as.jose.first-key-only",
    /// Compares kid without regard to case.
    AsAssertionKidCasefold = "as.assertion.kid-casefold",
    /// Does not compare iss of assertions.
    AsAssertionIssUnchecked = "as.assertion.iss-unchecked",
    /// Does not compare sub of assertions.
    AsAssertionSubUnchecked = "as.assertion.sub-unchecked",
    /// Takes assertions without aud.
    AsAssertionAudOptional = "as.assertion.aud-optional",
    /// Ignores a slash after the issuer in aud.
    AsAssertionAudSlash = "as.assertion.aud-slash",
    /// Takes an aud that begins as the issuer does.
    AsAssertionAudPrefix = "as.assertion.aud-prefix",
    /// Takes any aud.
    AsAssertionAudUnchecked = "as.assertion.aud-unchecked",
    /// Does not check aud where it is no string.
    AsAssertionAudArraySkip = "as.assertion.aud-array-skip",
    /// Takes a list of audiences that holds the issuer.
    AsAssertionAudAnyInList = "as.assertion.aud-any-in-list",
    /// Refuses a list that holds the issuer alone.
    AsAssertionAudListRefused = "as.assertion.aud-list-refused",
    /// Takes assertions without exp.
    AsAssertionExpOptional = "as.assertion.exp-optional",
    /// Takes an exp that is no number.
    AsAssertionExpTypeUnchecked = "as.assertion.exp-type-unchecked",
    /// Takes assertions that have expired.
    AsAssertionExpUnchecked = "as.assertion.exp-unchecked",
    /// Takes assertions without iat.
    AsAssertionIatOptional = "as.assertion.iat-optional",
    /// Takes assertions of any age.
    AsAssertionIatUnchecked = "as.assertion.iat-unchecked",
    /// Refuses assertions older than 20 seconds.
    AsAssertionTooYoung = "as.assertion.age-20-seconds",
    /// Ignores nbf of assertions.
    AsAssertionNbfIgnored = "as.assertion.nbf-ignored",
    /// Takes assertions without jti.
    AsAssertionJtiOptional = "as.assertion.jti-optional",
    /// Takes an assertion again.
    AsAssertionReplay = "as.assertion.replay",
    /// Does not compare kid with that of the session.
    AsTokenClientKidUnbound = "as.token.client-kid-unbound",
    /// Does not compare the thumbprint of the client key with that of the session.
    AsTokenClientThumbprintUnbound = "as.token.client-thumbprint-unbound",
    /// Does not compare the key of the client at a refresh with that of the session.
    AsRefreshNoClientKeyBinding = "as.refresh.no-client-key-binding",
    /// Refreshes although the key of the session is no longer published.
    AsRefreshKeyRemovalIgnored = "as.refresh.key-removal-ignored",
    /// Keeps a session whose key is no longer published, for when it comes back.
    AsRefreshKeyRemovalKeepsSession = "as.refresh.key-removal-keeps-session",
    /// Takes a proof by the key that the client authenticates with.
    AsDpopSameKeyAsAssertion = "as.dpop.same-key-as-assertion",
    /// Refuses assertions with invalid_request.
    AsAssertionErrorGeneric = "as.assertion.error-generic",
    /// Takes an empty client_assertion for one.
    AsAssertionEmptyTaken = "as.assertion.empty-taken",
    /// Does not ask for client_assertion_type.
    AsAssertionTypeOptional = "as.assertion.type-optional",
    /// Uses the first of several client_assertion parameters.
    AsAssertionRepeatedTaken = "as.assertion.repeated-taken",
    /// Ignores Authorization beside an assertion.
    AsAssertionSecondMechanismIgnored = "as.assertion.second-mechanism-ignored",
    /// Refuses a client_secret beside an assertion.
    AsAssertionSecretRefused = "as.assertion.secret-refused",
    /// Authenticates the client that the assertion names, whatever client_id is.
    AsAssertionClientOfAssertion = "as.assertion.client-of-assertion",
    /// Falls over an assertion without full stops.
    AsAssertionGarbageCrash = "as.assertion.garbage-crash",
    /// Takes quoted assertions.
    AsAssertionQuotesStripped = "as.assertion.quotes-stripped",
    /// Takes assertions with spaces around them.
    AsAssertionSpacesTrimmed = "as.assertion.spaces-trimmed",
    /// Takes assertions with line feeds around them.
    AsAssertionLineFeedsTrimmed = "as.assertion.line-feeds-trimmed",
    /// Uses the first of several assertions with spaces between.
    AsAssertionSplitAtSpaces = "as.assertion.split-at-spaces",
    /// Uses the first of several assertions with commas between.
    AsAssertionSplitAtCommas = "as.assertion.split-at-commas",
    /// Takes assertions in the JSON form of a JWS.
    AsAssertionJsonSerialization = "as.assertion.json-serialization",
    /// Takes assertions without a segment for the signature.
    AsAssertionSignatureSegmentOptional = "as.assertion.signature-segment-optional",
    /// Takes a full stop after an assertion.
    AsAssertionTrailingDotTrimmed = "as.assertion.trailing-dot-trimmed",
    /// Takes assertions in the alphabet with plus and slash.
    AsAssertionStandardAlphabet = "as.assertion.standard-alphabet",
    /// Reads the first of repeated members in the header of assertions.
    AsAssertionHeaderDuplicateFirst = "as.assertion.header-duplicate-first",
    /// Falls over a header that is no object.
    AsAssertionHeaderNotObjectCrash = "as.assertion.header-not-object-crash",
    /// Falls over a payload that is no object.
    AsAssertionPayloadNotObjectCrash = "as.assertion.payload-not-object-crash",
    /// Falls over claims that are nested deep.
    AsAssertionDeepCrash = "as.assertion.deep-crash",
    /// Falls over numbers beyond what machines hold.
    AsAssertionHugeNumberCrash = "as.assertion.huge-number-crash",
    /// Ignores what follows the header object of an assertion.
    AsAssertionTrailingDataIgnored = "as.assertion.trailing-data-ignored",
    /// Replaces octets of assertions that are not UTF-8.
    AsAssertionUtf8Lossy = "as.assertion.utf8-lossy",
    /// Takes assertions in UTF-16.
    AsAssertionUtf16Taken = "as.assertion.utf16-taken",
    /// Skips a byte order mark in assertions.
    AsAssertionBomStripped = "as.assertion.bom-stripped",
    /// Skips comments in assertions.
    AsAssertionCommentsSkipped = "as.assertion.comments-skipped",
    /// Ignores a crit of assertions that is no list or empty.
    AsAssertionCritMalformedIgnored = "as.assertion.crit-malformed-ignored",
    /// Takes assertions that are typed as access tokens.
    AsAssertionTypAccessToken = "as.assertion.typ-access-token",
    /// Refuses assertions that are typed JWT.
    AsAssertionTypJwtRefused = "as.assertion.typ-jwt-refused",
    /// Refuses assertions that are typed as such.
    AsAssertionTypOwnRefused = "as.assertion.typ-own-refused",
    /// Verifies assertions without kid with the key in their header.
    AsAssertionJwkForKid = "as.assertion.jwk-for-kid",
    /// Fetches the jku of assertions.
    AsAssertionJkuFetched = "as.assertion.jku-fetched",
    /// Fetches the x5u of assertions.
    AsAssertionX5uFetched = "as.assertion.x5u-fetched",
    /// Falls over a kid with slashes.
    AsAssertionKidPathCrash = "as.assertion.kid-path-crash",
    /// Falls over a kid with a quotation mark.
    AsAssertionKidQuoteCrash = "as.assertion.kid-quote-crash",
    /// Falls over a long kid.
    AsAssertionLongKidCrash = "as.assertion.long-kid-crash",
    /// Tries every key where kid is no string.
    AsAssertionKidTypeUnchecked = "as.assertion.kid-type-unchecked",
    /// Tries every key where there is no kid.
    AsAssertionKidOptional = "as.assertion.kid-optional",
    /// Tries every published key whatever kid says.
    AsAssertionEveryKeyTried = "as.assertion.every-key-tried",
    /// Finds keys by kid among those of all clients.
    AsAssertionKidOfAnyClient = "as.assertion.kid-of-any-client",
    /// Takes assertions without alg for ES256.
    AsAssertionAlgOptional = "as.assertion.alg-optional",
    /// Compares the alg of assertions without regard to case.
    AsAssertionAlgCasefold = "as.assertion.alg-casefold",
    /// Refuses alg none of assertions in small letters only.
    AsAssertionAlgNoneCasefold = "as.assertion.alg-none-casefold",
    /// Takes empty signatures of assertions.
    AsAssertionEmptySignature = "as.assertion.empty-signature",
    /// Does not verify signatures of assertions that are too short.
    AsAssertionShortSignature = "as.assertion.short-signature",
    /// Cuts signatures of assertions that are too long.
    AsAssertionSignatureCut = "as.assertion.signature-cut",
    /// Takes assertions without iss.
    AsAssertionIssOptional = "as.assertion.iss-optional",
    /// Takes assertions without sub.
    AsAssertionSubOptional = "as.assertion.sub-optional",
    /// Compares iss with sub only, and neither with the client_id.
    AsAssertionIssIsSub = "as.assertion.iss-is-sub",
    /// Ignores a slash after iss and sub.
    AsAssertionClientSlash = "as.assertion.client-slash",
    /// Compares iss and sub without regard to case.
    AsAssertionClientCasefold = "as.assertion.client-casefold",
    /// Takes the URL of the endpoint itself as aud.
    AsAssertionAudOwnEndpoint = "as.assertion.aud-own-endpoint",
    /// Takes the URL of the token endpoint as aud.
    AsAssertionAudTokenEndpoint = "as.assertion.aud-token-endpoint",
    /// Takes an empty aud.
    AsAssertionAudEmpty = "as.assertion.aud-empty",
    /// Takes an aud that is a list of nothing.
    AsAssertionAudEmptyList = "as.assertion.aud-empty-list",
    /// Compares aud without regard to case.
    AsAssertionAudCasefold = "as.assertion.aud-casefold",
    /// Looks at the first of several audiences.
    AsAssertionAudFirstInList = "as.assertion.aud-first-in-list",
    /// Takes an aud that is neither string nor list.
    AsAssertionAudTypeUnchecked = "as.assertion.aud-type-unchecked",
    /// Takes an exp that is not positive for none.
    AsAssertionExpZeroIsNone = "as.assertion.exp-zero-is-none",
    /// Takes assertions for five minutes after exp.
    AsAssertionExpLeeway = "as.assertion.exp-leeway",
    /// Refuses assertions that are good for more than a day.
    AsAssertionLongLifeRefused = "as.assertion.long-life-refused",
    /// Takes an iat that is no number.
    AsAssertionIatTypeUnchecked = "as.assertion.iat-type-unchecked",
    /// Refuses an iat with a fraction.
    AsAssertionIatIntegerOnly = "as.assertion.iat-integer-only",
    /// Bears with no clock that is ahead.
    AsAssertionIatAheadRefused = "as.assertion.iat-ahead-refused",
    /// Takes assertions from the future.
    AsAssertionIatFutureUnchecked = "as.assertion.iat-future-unchecked",
    /// Refuses assertions with nbf.
    AsAssertionNbfRefused = "as.assertion.nbf-refused",
    /// Takes an empty jti of assertions.
    AsAssertionJtiEmpty = "as.assertion.jti-empty",
    /// Takes a jti of assertions that is no string.
    AsAssertionJtiTypeUnchecked = "as.assertion.jti-type-unchecked",
    /// Falls over a long jti of assertions.
    AsAssertionLongJtiCrash = "as.assertion.long-jti-crash",
    /// Refuses assertions with unknown claims.
    AsAssertionExtraClaimsRefused = "as.assertion.extra-claims-refused",
    /// Refuses assertions with cnf.
    AsAssertionCnfRefused = "as.assertion.cnf-refused",
    /// Takes a jti that another client has used for a replay.
    AsAssertionJtiOfAnyClient = "as.assertion.jti-of-any-client",
    /// Remembers used assertions for each endpoint by itself.
    AsAssertionJtiPerEndpoint = "as.assertion.jti-per-endpoint",
    /// Forgets used assertions after half a minute.
    AsAssertionJtiForgotten = "as.assertion.jti-forgotten",
    /// Forgets used assertions at exp, and takes them a little longer.
    AsAssertionJtiForgottenAtExpiry = "as.assertion.jti-forgotten-at-expiry",
    /// Notes the jti of assertions before it verifies them.
    AsAssertionJtiNotedUnverified = "as.assertion.jti-noted-unverified",
    /// Takes an assertion several times at the same moment.
    AsAssertionReplayRace = "as.assertion.replay-race",
    /// Counts an assertion as used also where it asks for a nonce.
    AsAssertionBurntByNonceDemand = "as.assertion.burnt-by-nonce-demand",
    /// Refuses clients whose keys are in their document.
    AsClientJwksUnsupported = "as.client-metadata.jwks-unsupported",
    /// Refuses clients whose keys are at a URL.
    AsClientJwksUriUnsupported = "as.client-metadata.jwks-uri-unsupported",
    /// Keeps a key set until a kid is unknown.
    AsKeySetKeptForever = "as.jose.jwks-kept-forever",
    /// Fetches a key set again for each unknown kid.
    AsKeySetFetchStorm = "as.jose.jwks-fetch-storm",
    /// Does not compare the key of the client at the exchange with that of the request.
    AsTokenNoClientKeyBinding = "as.token.no-client-key-binding",
    /// Gives longer access tokens to clients that authenticate.
    AsTokenConfidentialLonger = "as.token.confidential-longer",
    /// Refreshes without authentication once the client is declared public.
    AsRefreshDowngradeTaken = "as.refresh.downgrade-taken",
    /// Ends sessions of public clients that become confidential.
    AsRefreshUpgradeRefused = "as.refresh.upgrade-refused",
}
