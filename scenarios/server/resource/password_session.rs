//! The two tokens of a session by password.
//!
//! # What it does
//!
//! Signs in with name and password as clients did before OAuth
//! (`com.atproto.server.createSession`), reads from a resource with the access token of that
//! session, and then with its refresh token. At the end the session is deleted. The password goes to
//! the server that it belongs to and nowhere else.
//!
//! # Why it matters
//!
//! The refresh token of such a session lives for months and is bound to no key. Where it is good for
//! everything that the access token is, the short life of the access token limits nothing.
//!
//! # What a conforming peer does
//!
//! Gives the two different `typ` headers, `at+jwt` and `refresh+jwt`, and refuses the refresh token
//! everywhere but where sessions are refreshed and deleted.
//!
//! # How to fix
//!
//! Write the types into the header and check them on each request.
//!
//! # References
//!
//! atproto XRPC, Authentication.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Encoding, Expectation, Family, Need, Outcome, Playing, Refusal, Role, Script, Tier,
    Transcript,
};
use atproof_engine::stage::{Draft, Halt, Stage};
use atproof_protocol::record::{Action, Exchange, Part};
use serde_json::Value;

use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.password-session",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("password_session.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.resource.password-session-refresh-token-accepted",
        title: "The refresh token of a password session is good as access token",
        clause: "ATP-RES-021",
        covers: &[],
        killers: &["rs.session.refresh-token-accepted"],
        edit: Edit::Story("the refresh token in the place of the access token"),
        expect: Expectation::Refused(&[&[
            Refusal::status(400),
            Refusal::status(401),
            Refusal::status(403),
        ]]),
    },
    Case {
        id: "server.resource.password-session-types-alike",
        title: "Both tokens of a password session have the same type",
        clause: "ATP-RES-021",
        covers: &[],
        killers: &["rs.session.types-alike"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| seen::judged(types_differ(transcript))),
    },
];

const CREATE: &str = "createSession";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let account = stage.account(0).ok_or(Halt::Needs("an account"))?.clone();
        let xrpc = format!("{}/xrpc/com.atproto.server", stage.target().resource);
        let input = [("identifier", &*account.identifier), ("password", &*account.password)];
        let create = Draft::post(Action::Resource, format!("{xrpc}.createSession"), &input);
        stage.step(CREATE);
        let reply = stage.send(create.edit(&Edit::Encoding(Encoding::Json))).await;
        let session = reply.answer.ok();
        let token = |name: &str| session.as_ref().and_then(|session| session.member(name));
        let (Some(access), Some(refresh)) = (token("accessJwt"), token("refreshJwt")) else {
            return Err(Halt::Needs("a server with sessions by password"));
        };
        let url = format!("{}{}", stage.target().resource, stage.target().resource_path);
        let with = |token: &str| {
            Draft::get(Action::Resource, &url).header("Authorization", &format!("Bearer {token}"))
        };
        stage.enter(Part::Control);
        stage.send(with(&access)).await;
        stage.enter(Part::Faulted);
        stage.send(with(&refresh)).await;
        stage.step("deleteSession");
        let delete = Draft {
            method: "POST".to_owned(),
            url: format!("{xrpc}.deleteSession"),
            ..with(&refresh)
        };
        stage.send(delete).await;
        Ok(())
    })
}

fn types_differ(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::step(transcript, CREATE)?;
    let missing = || Outcome::not_offered("tokens that are JWTs with a type", "-");
    let access = typ(exchange, "accessJwt").ok_or_else(missing)?;
    let refresh = typ(exchange, "refreshJwt").ok_or_else(missing)?;
    let observed = format!("{access} and {refresh}");
    Ok(if access == refresh {
        Outcome::violated("two types", observed, exchange)
    } else {
        Outcome::kept(observed)
    })
}

/// The `typ` of a token of the session.
fn typ(exchange: &Exchange, member: &str) -> Option<String> {
    let name = exchange.response()?.member(member)?;
    let facts = exchange.facts.get(name.as_str()?)?;
    let typ = facts.pointer("/jwt/header/typ").and_then(Value::as_str);
    Some(typ?.to_ascii_lowercase())
}
