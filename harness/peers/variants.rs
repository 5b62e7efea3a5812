//! Legal variants of the reference server: freedoms that the texts leave to a server.
//!
//! No check may fail on any of them. As with the faults, each is one switch in the code.

crate::tables::variants! {
    /// A freedom that the reference server can be told to take.
    Variant;
    /// Every variant.
    VARIANTS;

    /// Writes all names of response header fields in lower case.
    HeadersLowerCase = "legal.headers-lower-case",
        "RFC 9110, section 5.1: names are case-insensitive.",
    /// Writes the members of JSON bodies in reverse order, indented.
    JsonPrettyReordered = "legal.json-pretty-reordered",
        "RFC 8259, section 4: objects are unordered; section 2: white space is insignificant.",
    /// Labels metadata `application/json; charset=utf-8`.
    MetadataContentTypeParameter = "legal.metadata-content-type-parameter",
        "RFC 8414, section 3.2, names the media type and leaves parameters open.",
    /// Adds unknown members to metadata, nested objects too.
    MetadataExtraMembers = "legal.metadata-extra-members",
        "RFC 8414, section 2: other members may be used.",
    /// Sends no Cache-Control with metadata.
    MetadataNoCacheControl = "legal.metadata-no-cache-control", "No clause asks for it.",
    /// Lets metadata be cached for five minutes, with an entity tag.
    MetadataCached = "legal.metadata-cached",
        "RFC 9111, section 5.2: caching is the server's decision.",
    /// Also lists ES384, PS256 and EdDSA as algorithms of proofs and assertions.
    ExtraAlgorithms = "legal.extra-algorithms",
        "RFC 9449, section 5.1: any asymmetric algorithm may be listed.",
    /// Leaves require_request_uri_registration out.
    NoRequestUriRegistration = "legal.no-request-uri-registration",
        "The profile lets the member be absent.",
    /// Leaves jwks_uri out.
    NoJwksUri = "legal.no-jwks-uri", "RFC 8414, section 2: optional.",
    /// Leaves revocation_endpoint out.
    NoRevocation = "legal.no-revocation", "RFC 8414, section 2: optional.",
    /// Puts the authorization server on the origin of the PDS.
    SameOrigin = "legal.same-origin", "The profile lets a PDS be its own authorization server.",
    /// Puts the endpoints under another path, with a query in the authorization endpoint.
    EndpointsOtherPaths = "legal.endpoints-other-paths",
        "RFC 6749, section 3.1: the endpoint may include a query, which must be kept.",
    /// Puts the endpoints on a third origin; the issuer stays.
    EndpointsOtherOrigin = "legal.endpoints-other-origin",
        "RFC 8414, section 2: endpoints are URLs, on no particular host.",
    /// Hands out a new nonce with each answer and accepts those of the last five minutes.
    NonceEveryAnswer = "legal.nonce-every-answer",
        "RFC 9449, section 8.2: a new nonce may come with any answer.",
    /// Hands out a new nonce every 299 seconds and accepts only the one before it.
    NonceRare = "legal.nonce-rare", "The profile asks for at most five minutes.",
    /// Lets authorization server and PDS share their nonces.
    NonceShared = "legal.nonce-shared",
        "RFC 9449, section 9, does not keep the two apart on one operator's servers.",
    /// Hands out nonces of 512 characters that use the whole alphabet.
    NonceLong = "legal.nonce-long", "RFC 9449, section 8.1: any number of NQCHAR.",
    /// Issues random access tokens instead of JWTs.
    OpaqueAccessTokens = "legal.opaque-access-tokens",
        "RFC 6749, section 1.4: tokens are opaque to the client.",
    /// Issues access tokens of 1500 characters with `~` and `.` in them.
    LongTokens = "legal.long-tokens",
        "RFC 6750, section 2.1: the alphabet of b64token, of no stated length.",
    /// Issues request_uris of 400 characters under another URN.
    RequestUriOtherForm = "legal.request-uri-other-form",
        "RFC 9126, section 2.2: the form is at the server's discretion.",
    /// Lets request_uris live 30 s, codes 20 s and access tokens 120 s.
    ShortLifetimes = "legal.short-lifetimes",
        "RFC 9126, section 2.2; RFC 6749, section 4.1.2: lifetimes are the server's.",
    /// Returns the same refresh token, bound to its key.
    NoRefreshRotation = "legal.no-refresh-rotation",
        "RFC 9700, section 2.2.2: sender-constrained or rotated.",
    /// Lets the previous refresh token work for 60 s after rotation.
    RefreshGrace = "legal.refresh-grace", "The profile allows a short grace period.",
    /// Burns the code in a failed exchange.
    CodeConsumedOnFailure = "legal.code-consumed-on-failure",
        "RFC 6749, section 4.1.2: codes are single use; what a failure does is open.",
    /// Takes revocations without a proof, and does not look at one.
    RevocationWithoutProof = "legal.revocation-without-proof",
        "RFC 9449, section 5: proofs are for token requests; RFC 7009 knows none.",
    /// Sends refusals with `error` alone.
    NoErrorDescription = "legal.no-error-description",
        "RFC 6749, section 5.2: the description is optional.",
    /// Adds error_uri and a member `message` to refusals.
    ErrorUri = "legal.error-uri",
        "RFC 6749, section 5.2: optional; clients ignore unknown members.",
    /// Refuses redirect URIs with invalid_request and unknown clients with 401.
    InvalidRequestForUnregisteredRedirect = "legal.invalid-request-for-unregistered-redirect",
        "RFC 9126, section 2.3: invalid_redirect_uri is optional. RFC 6749, section 5.2: 401 also.",
    /// Lets a wrong redirect_uri pass when pushed and shows an error page for it.
    RedirectCheckedAtAuthorize = "legal.redirect-checked-at-authorize",
        "RFC 9126, section 2.1: checks that are skipped happen at the authorization endpoint.",
    /// Redirects between sign-in and consent, with more hidden fields and a rotating CSRF value.
    ConsentTwoSteps = "legal.consent-two-steps",
        "RFC 6749, section 3.1: how the owner is authenticated is out of scope.",
    /// Asks for password and decision in one form, without cookies.
    ConsentOnePageNoCookie = "legal.consent-one-page-no-cookie",
        "RFC 6749, section 3.1: how the owner is authenticated is out of scope.",
    /// Redirects with 302.
    Redirect302 = "legal.redirect-302", "RFC 9700, section 4.12, rules out 307 only.",
    /// Adds session_state to the authorization response.
    RedirectExtraParameters = "legal.redirect-extra-parameters",
        "RFC 6749, section 4.1.2: clients ignore unknown parameters.",
    /// Shows a page when the user refuses, and does not redirect.
    DenialErrorPage = "legal.denial-error-page", "The profile does not say how a refusal ends.",
    /// Offers Bearer beside DPoP in one field, with odd case and unquoted values.
    ChallengeSeveralSchemes = "legal.challenge-several-schemes",
        "RFC 9110, section 11.6.1: several challenges, tokens or quoted strings.",
    /// Points to the resource metadata in challenges.
    ResourceMetadataPointer = "legal.resource-metadata-pointer", "RFC 9728, section 5.1: optional.",
    /// Adds id and token_id to token answers.
    ExtraTokenMembers = "legal.extra-token-members",
        "RFC 6749, section 5.1: clients ignore unknown members.",
    /// Closes the connection after every answer.
    ConnectionClose = "legal.connection-close", "RFC 9112, section 9.6.",
    /// Leaves Pragma out of token answers.
    PragmaAbsent = "legal.pragma-absent",
        "RFC 9111, section 5.4: Pragma is deprecated; OAuth 2.1 asks for Cache-Control only.",
    /// Refuses an htu with a query or fragment.
    HtuQueryStrict = "legal.htu-query-strict",
        "RFC 9449, section 4.2: htu is without query and fragment.",
    /// Answers wrong proofs with 401.
    ProofErrors401 = "legal.proof-errors-401",
        "RFC 9449, section 5, names the error code and leaves the status to the server.",
    /// Answers 404 to methods that an endpoint does not have.
    MethodsNotFound = "legal.methods-not-found",
        "RFC 9110, section 15.5.5: an origin may hide what it has.",
    /// Answers 400 to bodies of another media type.
    MediaType400 = "legal.media-type-400",
        "RFC 6749, section 5.2: a malformed request is 400.",
    /// Writes token_type in lower case.
    TokenTypeLowerCase = "legal.token-type-lower-case",
        "RFC 6749, section 5.1: the value is case insensitive.",
    /// Writes the values of scope in the reverse order.
    ScopeReordered = "legal.scope-reordered",
        "RFC 6749, section 3.3: their order does not matter.",
    /// Adds unknown members to the answer of the pushed request.
    ParExtraMembers = "legal.par-extra-members",
        "RFC 9126, section 2.2: at least these members.",
    /// Labels all JSON answers `application/json;charset=UTF-8`.
    JsonCharset = "legal.json-charset",
        "RFC 6749, section 5.1, shows that label.",
    /// Adds the security headers that proxies add.
    SecurityHeaders = "legal.security-headers",
        "RFC 9110, section 5.1: unknown fields are ignored.",
    /// Escapes slashes and letters in JSON strings.
    JsonEscaped = "legal.json-escaped",
        "RFC 8259, section 7: any character may be escaped.",
    /// Types JWT access tokens `JWT`, with a list of audiences.
    AccessTokenOtherShape = "legal.access-token-other-shape",
        "RFC 6749, section 1.4: tokens are opaque to the client.",
    /// Puts iss and state before the code in the authorization response.
    CallbackReordered = "legal.callback-reordered",
        "RFC 6749, section 4.1.2: no order of parameters.",
    /// Leaves `:` and `/` unescaped in the authorization response.
    CallbackMinimalEncoding = "legal.callback-minimal-encoding",
        "RFC 3986, section 3.4: both may stand in a query.",
    /// Hands out a nonce with metadata and pages as well.
    NonceEverywhere = "legal.nonce-everywhere",
        "RFC 9449, section 8.2: with any answer.",
    /// Limits the rate: the first pushed request gets 429.
    RateLimitedOnce = "legal.rate-limited-once",
        "RFC 6585, section 4.",
    /// Lets request_uris live for ten minutes.
    LongRequestUri = "legal.long-request-uri",
        "RFC 9126, section 2.2: 5 to 600 seconds are expected.",
    /// Answers wrong client assertions with 401.
    AssertionErrors401 = "legal.assertion-errors-401",
        "RFC 6749, section 5.2: 401 may be used for invalid_client.",
    /// Takes assertions of any age, and for a minute and a half after their end.
    AssertionTimesLenient = "legal.assertion-times-lenient",
        "RFC 7519, section 4.1.4: some leeway, usually no more than a few minutes.",
    /// Tries every published key where an assertion has no kid.
    AssertionKidOptional = "legal.assertion-kid-optional",
        "RFC 7515, section 4.1.4: optional; the profile does not say more.",
    /// Fetches client documents anew each time.
    DocumentsNotKept = "legal.documents-not-kept",
        "Caching of client documents is the choice of the server.",
    /// Keeps client documents for ten minutes.
    DocumentsKeptLonger = "legal.documents-kept-longer",
        "Caching of client documents is the choice of the server.",
    /// Issues codes and refresh tokens of 700 characters.
    LongCodes = "legal.long-codes",
        "RFC 6749, sections 4.1.2 and 1.5: of no stated size.",
    /// Adds realm to challenges.
    ChallengeRealm = "legal.challenge-realm",
        "RFC 9110, section 11.5: any scheme may have it.",
    /// Leaves the age of a proof to its nonce.
    NonceDecidesAge = "legal.nonce-decides-age",
        "RFC 9449, section 4.3, step 11: the time of a nonce may bound a proof as well.",
    /// Writes its pages in capitals, without quotes, and with inputs for buttons.
    PagesOtherMarkup = "legal.pages-other-markup",
        "HTML, section 13.1.2: names are case-insensitive, quotes optional.",
    /// Calls its buttons Authorize and Cancel and its field username.
    PagesOtherWords = "legal.pages-other-words",
        "RFC 6749, section 3.1: how the owner is asked is out of scope.",
    /// Echoes the origin instead of `*` and answers preflights with 200.
    CorsEcho = "legal.cors-echo",
        "Fetch, section 3.3: both are allowed.",
    /// Adds a page to redirects.
    RedirectBody = "legal.redirect-body",
        "RFC 9110, section 15.4: a short note is usual.",
    /// Leaves scopes that it does not know out of the grant.
    UnknownScopesDropped = "legal.unknown-scopes-dropped",
        "RFC 6749, section 3.3: the server may ignore part of the scope.",
    /// Grants invalid scopes as they are, and lets them count for nothing.
    InvalidScopesKept = "legal.invalid-scopes-kept",
        "The permission specification: such strings confer nothing; refusing them is not asked for.",
    /// Lets users approve the whole of what is asked for, or nothing.
    ConsentWhole = "legal.consent-whole",
        "The profile: users may narrow granular scopes, where the server lets them.",
    /// Publishes all optional metadata members.
    MetadataAllOptional = "legal.metadata-all-optional",
        "RFC 8414, section 2: optional.",
}
