//! Legal variants of the reference client: freedoms that the texts leave to a client.
//!
//! No check may fail on any of them. As with the faults, each is one switch in the code.

crate::tables::variants! {
    /// A freedom that the reference client can be told to take.
    ClientVariant;
    /// Every variant.
    CLIENT_VARIANTS;

    /// Writes all names of request header fields in lower case.
    HeadersLowerCase = "legal.client.headers-lower-case",
        "RFC 9110, section 5.1: names are case-insensitive.",
    /// Writes all names of request header fields in capitals.
    HeadersUpperCase = "legal.client.headers-upper-case",
        "RFC 9110, section 5.1: names are case-insensitive.",
    /// Writes the authorization scheme as dpop.
    SchemeLowerCase = "legal.client.scheme-lower-case",
        "RFC 9110, section 11.1: schemes are case-insensitive.",
    /// Names itself in User-Agent.
    UserAgent = "legal.client.user-agent",
        "RFC 9110, section 10.1.5: it should be sent.",
    /// Accepts any media type.
    AcceptAnything = "legal.client.accept-anything",
        "RFC 9110, section 12.5.1: a preference, and its choice.",
    /// Asks as a browser does before requests with a proof.
    Preflight = "legal.client.preflight",
        "Fetch, section 4.8: browsers do.",
    /// Keeps metadata for five minutes.
    MetadataKept = "legal.client.metadata-kept",
        "No clause forbids caching of metadata.",
    /// Fetches metadata twice.
    MetadataTwice = "legal.client.metadata-twice",
        "No clause limits how often it is fetched.",
    /// Asks for the header of metadata first.
    MetadataHeadFirst = "legal.client.metadata-head-first",
        "RFC 9110, section 9.3.2: HEAD is as GET.",
    /// Keeps DID documents for five minutes.
    IdentityKept = "legal.client.identity-kept",
        "atproto OAuth spec, Identity Resolution: less than ten minutes.",
    /// Resolves handles both ways each time.
    HandleBothWays = "legal.client.handle-both-ways",
        "atproto Handle spec: DNS is preferred in a conflict.",
    /// Follows redirects of a handle to its DID.
    HandleRedirects = "legal.client.handle-redirects",
        "atproto Handle spec: redirects may be followed.",
    /// Percent-encodes DIDs in the URL of the directory.
    PlcDidEncoded = "legal.client.plc-did-encoded",
        "RFC 3986, section 2.4: the path is the same.",
    /// Looks for the server of the account before the exchange as well.
    VerifiesBeforeExchange = "legal.client.verifies-before-exchange",
        "The order of checks is the choice of the client.",
    /// Asks for the session at the end of a login.
    SessionAfterLogin = "legal.client.session-after-login",
        "Applications show a name.",
    /// Asks for response mode query.
    ResponseModeQuery = "legal.client.response-mode-query",
        "OAuth 2.0 Multiple Response Types, section 2.1: the default.",
    /// Asks for response mode fragment.
    ResponseModeFragment = "legal.client.response-mode-fragment",
        "OAuth 2.0 Multiple Response Types, section 2.1.",
    /// Sends dpop_jkt.
    DpopJkt = "legal.client.dpop-jkt",
        "RFC 9449, section 10.",
    /// Asks for scopes in another order.
    ScopeReordered = "legal.client.scope-reordered",
        "RFC 6749, section 3.3: their order does not matter.",
    /// Uses UUIDs for states.
    StateUuid = "legal.client.state-uuid",
        "RFC 6749, section 10.12: a guess is unlikely enough.",
    /// Uses verifiers of 128 characters.
    VerifierLong = "legal.client.verifier-long",
        "RFC 7636, section 4.1: 43 to 128.",
    /// Sends parameters in another order.
    FormReordered = "legal.client.form-reordered",
        "RFC 6749, section 3.1: no order is given.",
    /// Sends an unknown parameter.
    FormExtraMembers = "legal.client.form-extra-members",
        "RFC 6749, section 3.1: unknown ones are ignored.",
    /// Writes spaces of forms as %20.
    FormPercentSpace = "legal.client.form-percent-space",
        "RFC 6749, appendix B: it decodes to the same.",
    /// Labels forms with charset=UTF-8.
    FormCharset = "legal.client.form-charset",
        "RFC 9110, section 8.3: media types may have parameters.",
    /// Writes each jti as a UUID of version 4.
    JtiUuid = "legal.client.jti-uuid",
        "RFC 9449, section 4.2: 96 random bits or a version 4 UUID.",
    /// Writes the claims of proofs in another order.
    ProofClaimsReordered = "legal.client.proof-claims-reordered",
        "RFC 8259, section 4: objects are unordered.",
    /// Writes the header of proofs in another order.
    ProofHeaderReordered = "legal.client.proof-header-reordered",
        "RFC 8259, section 4: objects are unordered.",
    /// Adds exp to proofs.
    ProofExp = "legal.client.proof-exp",
        "RFC 9449, section 4.2: other claims may be there.",
    /// Adds nbf to proofs.
    ProofNbf = "legal.client.proof-nbf",
        "RFC 9449, section 4.2: other claims may be there.",
    /// Adds an unknown claim to proofs.
    ProofExtraClaims = "legal.client.proof-extra-claims",
        "RFC 9449, section 4.2: other claims may be there.",
    /// Writes iat with a fraction of a second.
    ProofIatFraction = "legal.client.proof-iat-fraction",
        "RFC 7519, section 2: a NumericDate may have one.",
    /// Adds use to the key of proofs.
    ProofJwkUse = "legal.client.proof-jwk-use",
        "RFC 7517, section 4.2: optional.",
    /// Writes the key of proofs in another order.
    ProofJwkReordered = "legal.client.proof-jwk-reordered",
        "RFC 8259, section 4: objects are unordered.",
    /// Tries a second time with a nonce.
    NonceTwoRetries = "legal.client.nonce-two-retries",
        "RFC 9449, section 8: no number is given.",
    /// Types assertions client-authentication+jwt.
    AssertionTyped = "legal.client.assertion-typed",
        "draft-ietf-oauth-rfc7523bis: they should be.",
    /// Adds nbf to assertions.
    AssertionNotBefore = "legal.client.assertion-not-before",
        "RFC 7523, section 3: optional.",
    /// Adds an unknown claim to assertions.
    AssertionExtraClaims = "legal.client.assertion-extra-claims",
        "RFC 7523, section 3: other claims may be there.",
    /// Refreshes a minute before the end of a token.
    RefreshesEarly = "legal.client.refreshes-early",
        "RFC 6749, section 6: at any time.",
    /// Revokes the access token after the refresh token.
    RevokesBoth = "legal.client.revokes-both",
        "RFC 7009, section 2.1: either may be revoked.",
    /// Sends no token_type_hint.
    RevokesWithoutHint = "legal.client.revokes-without-hint",
        "RFC 7009, section 2.1: optional.",
}
