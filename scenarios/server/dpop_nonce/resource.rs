//! Nonces in proofs sent with requests to a resource.
//!
//! # What it does
//!
//! Reads from a resource with the current nonce in the proof, then without one, or with one that
//! was never handed out, then with the current one again, and looks at the refusals.
//!
//! # Why it matters
//!
//! A nonce proves that a proof was made just now. And since a nonce may end at any time, a client
//! has to be able to tell this refusal from all others, and to find the new nonce in it.
//!
//! # What a conforming peer does
//!
//! Answers 401 with a `DPoP` challenge whose `error` is `use_dpop_nonce`, and hands out a nonce in
//! every answer.
//!
//! # How to fix
//!
//! Compare the nonce of the proof with those handed out lately, and treat a proof without nonce
//! like one with a wrong nonce. Set `DPoP-Nonce` before the checks, not after them.
//!
//! # References
//!
//! RFC 9449, sections 4.3, 9 and 11.3; atproto OAuth, DPoP.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Alternative, Case, Credentials, Degree, Edit, Expectation, Family, Need, NonceChange, Outcome,
    Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::record::{Exchange, Response};

use crate::server::answers::{RESOURCE, RESOURCE_NONCE};
use crate::server::proofs::EITHER;
use crate::server::{credentials, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.resource",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("resource.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.dpop-nonce.resource-nonce-missing",
        title: "A resource is asked for with a proof that has no nonce",
        clause: "ATP-NONCE-003",
        covers: &["RFC9449-9-01"],
        killers: &["rs.nonce.optional"],
        edit: Edit::WithoutNonce,
        expect: Expectation::Refused(&[RESOURCE_NONCE]),
    },
    Case {
        id: "server.dpop-nonce.resource-nonce-unknown",
        title: "A resource is asked for with a nonce that was never handed out",
        clause: "RFC9449-4.3-R10",
        covers: &[],
        killers: &["rs.nonce.any-value"],
        edit: Edit::Nonce(NonceChange::Unknown),
        expect: Expectation::Refused(&[RESOURCE]),
    },
    Case {
        id: "server.dpop-nonce.resource-nonce-downgrade",
        title: "A key that has used a nonce at a resource leaves it out",
        clause: "RFC9449-11.3-02",
        covers: &[],
        killers: &["rs.nonce.downgrade"],
        edit: DOWNGRADE,
        expect: Expectation::Refused(&[RESOURCE_NONCE]),
    },
    Case {
        id: "server.dpop-nonce.resource-nonce-of-other-server",
        title: "A resource is asked for with a nonce of the authorization server",
        clause: "ATP-NONCE-006",
        covers: &[],
        killers: &["rs.nonce.of-other-server"],
        edit: OF_OTHER_SERVER,
        expect: Expectation::Open(EITHER),
    },
    Case {
        id: "server.dpop-nonce.resource-nonce-and-token-wrong",
        title: "A resource is asked for with both a wrong token and a wrong nonce",
        clause: "ATP-NONCE-025",
        covers: &[],
        killers: &["rs.nonce.after-token"],
        edit: TOKEN_TOO,
        expect: Expectation::Open(&[
            Alternative { name: "the nonce is named", is: seen::demands_nonce },
            Alternative {
                name: "the token or the proof is named",
                is: |answer| matches!(answer.status, 400 | 401),
            },
        ]),
    },
    Case {
        id: "server.dpop-nonce.resource-challenge-status-wrong",
        title: "The demand for a nonce at a resource has another status than 401",
        clause: "RFC9449-9-01",
        covers: &["ATP-NONCE-017"],
        killers: &["rs.nonce.challenge-as-400"],
        edit: Edit::WithoutNonce,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let (exchange, response) = demand(transcript)?;
                Ok(match response.status {
                    401 => Outcome::kept("use_dpop_nonce with 401"),
                    _ => wrong("use_dpop_nonce with status 401", describe(exchange), exchange),
                })
            })())
        }),
    },
    Case {
        id: "server.dpop-nonce.resource-challenge-error-wrong",
        title: "The demand for a nonce at a resource is not in the DPoP challenge",
        clause: "RFC9449-9-01",
        covers: &["ATP-NONCE-017"],
        killers: &["rs.nonce.challenge-error-in-body-only"],
        edit: Edit::WithoutNonce,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let exchange = seen::faulted(transcript)?;
                let response = seen::refusal(exchange)?;
                let challenge = seen::dpop_challenge(response);
                let error = challenge.as_ref().and_then(|challenge| challenge.param("error"));
                let expected = "a DPoP challenge with error use_dpop_nonce";
                let observed = match (&challenge, error) {
                    (_, Some("use_dpop_nonce")) => return Ok(Outcome::kept(expected)),
                    (Some(_), Some(error)) => format!("a DPoP challenge with error {error}"),
                    (Some(_), None) => "a DPoP challenge without error".to_owned(),
                    (None, _) => format!("no DPoP challenge; {}", describe(exchange)),
                };
                Ok(wrong(expected, observed, exchange))
            })())
        }),
    },
    Case {
        id: "server.dpop-nonce.resource-challenge-without-nonce",
        title: "The refusal of a nonce at a resource hands out no other",
        clause: "RFC9449-9-01",
        covers: &["ATP-NONCE-014"],
        killers: &["rs.nonce.challenge-no-header-when-unknown"],
        edit: Edit::Nonce(NonceChange::Unknown),
        expect: Expectation::Holds(|transcript| {
            seen::judged(demand(transcript).map(|(exchange, _)| seen::hands_out_nonce(exchange)))
        }),
    },
    Case {
        id: "server.dpop-nonce.resource-error-without-nonce",
        title: "The refusal of a wrong proof at a resource hands out no nonce",
        clause: "ATP-NONCE-014",
        covers: &[],
        killers: &["rs.nonce.header-only-on-success"],
        edit: Edit::Proof("ath-other-token"),
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let exchange = seen::faulted(transcript)?;
                if seen::demands_nonce(seen::refusal(exchange)?) {
                    return Err(Outcome::unclear(
                        "the request was refused for its nonce",
                        "accept the nonce that was just handed out",
                    ));
                }
                Ok(seen::hands_out_nonce(exchange))
            })())
        }),
    },
];

const DOWNGRADE: Edit =
    Edit::Story("a request with a nonce succeeds, the next one by the same key has none");
const OF_OTHER_SERVER: Edit = Edit::Story("the nonce is one of the authorization server");
const TOKEN_TOO: Edit =
    Edit::Story("an access token with one character changed, and a nonce never handed out");

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        let draft = stage.resource(&grant);
        if *edit == DOWNGRADE {
            stage.send(draft.clone()).await;
            stage.send_edited(draft, &Edit::WithoutNonce).await?;
        } else if *edit == OF_OTHER_SERVER {
            let login = stage.login();
            let push = stage.par(&login);
            stage.preparing(async |stage| Ok(stage.send(push.clone()).await)).await?;
            let theirs = stage.nonce(&push.url).map(str::to_owned);
            if theirs.is_none() || theirs.as_deref() == stage.nonce(&draft.url) {
                return Err(Halt::Needs("a PDS that is not its own authorization server"));
            }
            stage.set_nonce(&draft.url, theirs);
            stage.send_once(&draft).await;
        } else if *edit == TOKEN_TOO {
            let wrong = Edit::Credentials(Credentials::Altered);
            let draft = credentials::request(stage, &grant, &wrong)?;
            let unknown = Edit::Nonce(NonceChange::Unknown);
            stage.send_once(&draft.edit(&unknown)).await;
        } else {
            stage.send_edited(draft, edit).await?;
        }
        Ok(())
    })
}

/// The faulted exchange, where it was answered with a demand for a nonce.
fn demand<'a>(transcript: &Transcript<'a>) -> Result<(&'a Exchange, &'a Response), Outcome> {
    let exchange = seen::faulted(transcript)?;
    let response = seen::refusal(exchange)?;
    if seen::demands_nonce(response) {
        return Ok((exchange, response));
    }
    Err(Outcome::not_offered(
        "a demand for a nonce",
        "another case says how a missing or wrong nonce is refused",
    ))
}

/// A demand for a nonce in another form than the clause fixes.
fn wrong(expected: &str, observed: String, exchange: &Exchange) -> Outcome {
    Outcome::Broken {
        degree: Degree::WrongAnswer,
        expected: expected.to_owned(),
        observed,
        at: Some(exchange.id.clone()),
    }
}
