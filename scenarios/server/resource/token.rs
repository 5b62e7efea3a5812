//! Access tokens, and the ways in which they are shown to a resource.
//!
//! # What it does
//!
//! Reads from a resource with access token and proof, then with another token, without one, or with
//! the same token in another place or under another scheme, then with the right ones again. A proof
//! that is sent is always for the token that is sent.
//!
//! # Why it matters
//!
//! What a resource takes for an access token is what an attacker needs. A bound token that works
//! like a bearer token is worth as much to a thief as to its owner.
//!
//! # What a conforming peer does
//!
//! Takes the token from the `Authorization` field with the scheme `DPoP`, in whatever case, and
//! answers 401 to everything else.
//!
//! # How to fix
//!
//! Verify or look up the whole token, with the algorithm fixed by the issuer's key. Keep access and
//! refresh tokens apart. Take a token that is bound to a key only together with a proof.
//!
//! # References
//!
//! RFC 9449, sections 7.1 and 7.2; RFC 6750, section 3.1; RFC 8725, sections 3.3 and 3.12; OAuth
//! 2.1, section 5.1.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Credentials, Edit, Expectation, Family, Need, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::RESOURCE;
use crate::server::credentials;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.token",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("token.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// A row of credentials that must not do.
const fn wrong(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    credentials: Credentials,
    killers: &'static [&'static str],
) -> Case {
    let edit = Edit::Credentials(credentials);
    let expect = Expectation::Refused(&[RESOURCE]);
    Case { id, title, clause, covers, killers, edit, expect }
}

const CASES: &[Case] = &[
    wrong(
        "server.resource.no-credentials",
        "A protected resource is asked for without any credentials",
        "RFC9449-7.1-03",
        &["RFC6750-3-01"],
        Credentials::Absent,
        &["rs.auth.optional"],
    ),
    wrong(
        "server.resource.token-altered",
        "The access token is changed near its end",
        "RFC9449-7.1-03",
        &["RFC6750-3.1-03", "RFC8725-3.3-01"],
        Credentials::Altered,
        &["rs.token.prefix-match"],
    ),
    wrong(
        "server.resource.token-alg-none",
        "The access token is an unsigned JWT with the claims of a good one",
        "RFC8725-3.12-01",
        &["RFC7518-3.6-01", "RFC9449-7.1-03"],
        Credentials::Unsigned,
        &["rs.token.alg-none"],
    ),
    wrong(
        "server.resource.token-names-its-key",
        "The access token is a JWT that is signed by the key in its own header",
        "RFC9449-7.1-03",
        &["RFC8725-3.3-01"],
        Credentials::HeaderKey,
        &["rs.token.trust-header-jwk"],
    ),
    wrong(
        "server.resource.token-identifier-accepted",
        "The jti of an access token is used as access token",
        "RFC9449-7.1-03",
        &[],
        Credentials::Identifier,
        &["rs.token.accept-token-id"],
    ),
    wrong(
        "server.resource.refresh-token-accepted",
        "A refresh token is used as access token",
        "RFC9449-7.1-03",
        &["RFC8725-3.12-01"],
        Credentials::RefreshToken,
        &["rs.token.accepts-refresh-token"],
    ),
    wrong(
        "server.resource.token-in-query",
        "The access token stands in the query of the URL",
        "OAUTH21-5.1-01",
        &[],
        Credentials::InQuery,
        &["rs.token.query-accepted"],
    ),
    wrong(
        "server.resource.bearer-scheme",
        "A bound access token is used as a bearer token, without a proof",
        "RFC9449-7.2-01",
        &["ATP-DPOP-016"],
        Credentials::Bearer,
        &["rs.dpop.bearer-accepted"],
    ),
    Case {
        id: "server.resource.bearer-scheme-with-proof",
        title: "A bound access token is used as a bearer token, beside a proof",
        clause: "RFC9449-7.2-01",
        covers: &[],
        killers: &["rs.dpop.scheme-ignored"],
        edit: Edit::Field(Change::Set("Authorization", Text::Replace("DPoP ", "Bearer "))),
        expect: Expectation::Refused(&[RESOURCE]),
    },
    Case {
        id: "server.resource.scheme-case-refused",
        title: "The scheme of the Authorization field is refused in lower case",
        clause: "RFC9449-7.1-02",
        covers: &[],
        killers: &["rs.dpop.case-sensitive-scheme"],
        edit: Edit::Field(Change::Set("Authorization", Text::Replace("DPoP ", "dpop "))),
        expect: Expectation::Accepted,
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        let draft = credentials::request(stage, &grant, edit)?;
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
