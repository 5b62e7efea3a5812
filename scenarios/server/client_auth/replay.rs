//! Client assertions that are sent a second time, or seem to be.
//!
//! # What it does
//!
//! Pushes a request of a confidential client, and then another request with the very same client
//! assertion; everything else is new. Looks also at what must not count as a second time.
//!
//! # Why it matters
//!
//! An assertion that works twice is a password for a minute. Whoever reads it in a log, or is the
//! server of a test environment, can be the client.
//!
//! # What a conforming peer does
//!
//! Accepts each `jti` once for as long as the assertion lives. It notes it when the assertion has
//! been verified, not before. Whether two clients may use the same `jti`, and whether an assertion
//! counts as used where the server asked for a nonce, is left open.
//!
//! # How to fix
//!
//! Insert client and `jti` into one table for all endpoints, after verification, with an insert that
//! fails where the row exists.
//!
//! # References
//!
//! RFC 7523, section 3; RFC 7515, section 5.2; atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Halt, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT_AUTH, GRANT};
use crate::server::assertions::TAKEN_OR_NOT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.replay",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("replay.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const AGAIN: Edit = Edit::Story("the assertion of the request before");
const OF_BAD_ONE: Edit = Edit::Story("the jti of an assertion with a bad signature");
const OF_OTHER_CLIENT: Edit = Edit::Story("the jti that another client has used");
const AFTER_NONCE_DEMAND: Edit = Edit::Story("the assertion of a request that lacked a nonce");

const CASES: &[Case] = &[
    Case {
        id: "server.client-auth.replayed",
        title: "A request is pushed with the assertion of the one before",
        clause: "ATP-CAUTH-010",
        covers: &["RFC7523-3-07"],
        killers: &["as.assertion.replay@par"],
        edit: AGAIN,
        expect: Expectation::Refused(&[CLIENT_AUTH, GRANT]),
    },
    Case {
        id: "server.client-auth.burnt-by-forgery",
        title: "An assertion is refused because a forged one had the same jti",
        clause: "RFC7515-5.2-02",
        covers: &[],
        killers: &["as.assertion.jti-noted-unverified"],
        edit: OF_BAD_ONE,
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.client-auth.jti-of-other-client",
        title: "Two clients use the same jti",
        clause: "RFC7523-3-07",
        covers: &[],
        killers: &["as.assertion.jti-of-any-client"],
        edit: OF_OTHER_CLIENT,
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
    Case {
        id: "server.client-auth.again-after-nonce-demand",
        title: "An assertion is sent again after a demand for a nonce",
        clause: "RFC7523-3-07",
        covers: &[],
        killers: &["as.assertion.burnt-by-nonce-demand"],
        edit: AFTER_NONCE_DEMAND,
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        let (first, second, third) =
            (stage.login_by(&client), stage.login_by(&client), stage.login_by(&client));
        // So that no assertion is spent on a demand for a nonce.
        stage.preparing(async |stage| stage.push(&third).await).await?;
        let (jti, now) = (stage.random().token(), stage.clock().now());
        let (before, after) = (stage.par(&first), stage.par(&second));
        let made = |edit: &Edit| {
            before.made_assertion(&jti, now, edit).ok_or(Halt::Needs("a client assertion"))
        };
        let assertion = made(&Edit::None)?;
        let after = match case.edit {
            OF_OTHER_CLIENT => {
                let other = stage.publish(ClientKind::Confidential, &Edit::None)?;
                let login = stage.login_by(&other);
                let draft = stage.par(&login);
                let same = draft.made_assertion(&jti, now, &Edit::None).unwrap_or_default();
                draft.present(&same)
            }
            _ => after.present(&assertion),
        };
        match case.edit {
            OF_BAD_ONE => {
                let forged = made(&Edit::Assertion("signature-flipped"))?;
                stage.step("a forged assertion");
                if stage.send(before.clone().present(&forged)).await.is_success() {
                    return Err(Halt::Needs("a server that verifies assertions"));
                }
                stage.enter(Part::Control);
                stage.send(before).await;
            }
            AFTER_NONCE_DEMAND => {
                stage.enter(Part::Control);
                stage.send(before.clone()).await;
                stage.step("a request without a nonce");
                let draft = before.present(&assertion).edit(&Edit::WithoutNonce);
                let reply = stage.send_once(&draft).await;
                let demanded = reply.answer.is_ok_and(|answer| {
                    answer.member("error").is_some_and(|error| error == "use_dpop_nonce")
                });
                if !demanded {
                    return Err(Halt::Needs("a server that asks for nonces"));
                }
            }
            _ => {
                stage.enter(Part::Control);
                stage.send(before.present(&assertion)).await;
            }
        }
        stage.enter(Part::Faulted);
        stage.send(after).await;
        stage.note_client(&client);
        stage.enter(Part::ControlAgain);
        let login = stage.login_by(&client);
        stage.send(stage.par(&login)).await;
        Ok(())
    })
}
