//! Requests to a resource whose credentials are ambiguous, incomplete or of another issuer.
//!
//! # What it does
//!
//! Reads from a resource with the right credentials, then with one thing wrong about the way they
//! are sent: the token in two places, two `Authorization` fields, a scheme without a token, a proof
//! alone, a token that another issuer might have made; then with the right ones again.
//!
//! # Why it matters
//!
//! Where credentials stand twice, a proxy may check the ones and the server use the others. And a
//! server that reads tokens as JWTs has to ask who made them before it believes what they say.
//!
//! # What a conforming peer does
//!
//! Answers 400 with `invalid_request` to a malformed request, and 401 where the token is not good.
//!
//! # How to fix
//!
//! Take the token from one `Authorization` field and refuse any request that has another token.
//! Verify access tokens with the keys of the one authorization server, or look them up there.
//!
//! # References
//!
//! RFC 6750, sections 2 and 3.1; RFC 9449, sections 7.1 and 7.2; atproto OAuth, Tokens and Session
//! Lifetime.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Credentials, Edit, Expectation, Family, Need, Playing, Refusal, Role, Script,
    Text, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::RESOURCE;
use crate::server::credentials;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.request",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("request.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    edit: Edit,
    killers: &'static [&'static str],
) -> Case {
    let expect = Expectation::Refused(&[RESOURCE, MALFORMED]);
    Case { id, title, clause, covers: &[], killers, edit, expect }
}

/// A request that cannot be understood. Servers of XRPC have names of their own for it.
const MALFORMED: &[Refusal] = &[Refusal::status(400)];

/// A request whose fields are too long (RFC 6585, section 5). Some servers say 413 or 414 to it.
const TOO_LONG: &[Refusal] = &[Refusal::status(431), Refusal::status(413), Refusal::status(414)];

const CASES: &[Case] = &[
    row(
        "server.resource.token-in-header-and-query",
        "The access token stands in header field and query",
        "RFC6750-2-02",
        Edit::Credentials(Credentials::InQueryToo),
        &["rs.token.two-ways"],
    ),
    row(
        "server.resource.authorization-repeated",
        "The same Authorization field is sent twice",
        "RFC6750-3.1-02",
        Edit::Field(Change::Repeat("Authorization", Text::Same)),
        &["rs.auth.first-field"],
    ),
    row(
        "server.resource.authorization-of-two-schemes",
        "The token is sent under DPoP and under Bearer",
        "RFC9449-7.2-02",
        Edit::Field(Change::Repeat("Authorization", Text::Replace("DPoP ", "Bearer "))),
        &["rs.auth.dpop-of-several"],
    ),
    row(
        "server.resource.token-empty",
        "The Authorization field has a scheme and no token",
        "RFC6750-3.1-02",
        Edit::Field(Change::Set("Authorization", Text::Is("DPoP"))),
        &["rs.auth.empty-token-500"],
    ),
    Case {
        id: "server.resource.proof-of-dots",
        title: "The DPoP field holds seven thousand full stops",
        clause: "RFC9449-4.3-R02",
        covers: &["RFC6750-3.1-02"],
        killers: &["rs.dos.split-all"],
        edit: Edit::Field(Change::Set("DPoP", Text::Times(".", 7_000))),
        expect: Expectation::Refused(&[RESOURCE, MALFORMED, TOO_LONG]),
    },
    row(
        "server.resource.proof-alone",
        "A proof is sent without an access token",
        "RFC9449-7.1-03",
        Edit::Field(Change::Remove("Authorization")),
        &["rs.auth.proof-enough"],
    ),
    row(
        "server.resource.token-of-other-issuer",
        "The access token is a JWT that another issuer has signed",
        "ATP-RES-007",
        Edit::Credentials(Credentials::OtherIssuer),
        &["rs.token.foreign-issuer"],
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        let draft = credentials::request(stage, &grant, edit)?;
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
