//! Challenges: how a resource refuses.
//!
//! # What it does
//!
//! Reads from a resource with access token and proof, then without any credentials, or with a token
//! that the server never gave and a correct proof, then with the right ones again, and reads the
//! refusals.
//!
//! # Why it matters
//!
//! From the refusal a client learns whether to sign in, to refresh, or to give up. A client that
//! cannot read it signs users out, or asks again for ever.
//!
//! # What a conforming peer does
//!
//! Answers 401 with a `DPoP` challenge in `WWW-Authenticate` that lists `algs`, and `error` where a
//! token was sent; with no `error` where nothing was sent.
//!
//! # How to fix
//!
//! Write challenges in one place. Other schemes may stand beside `DPoP`; each parameter stands once.
//!
//! # References
//!
//! RFC 9449, sections 7.1 and 7.2; RFC 6750, section 3; RFC 9110, section 11.6.1.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Case, Credentials, Degree, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script,
    Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::oauth::Challenge;
use atproof_protocol::record::Exchange;

use crate::server::{credentials, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.challenge",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("challenge.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// A row on a refusal.
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    credentials: Credentials,
    killers: &'static [&'static str],
    rule: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    let edit = Edit::Credentials(credentials);
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Holds(rule) }
}

const CASES: &[Case] = &[
    row(
        "server.resource.challenge-missing",
        "A request without credentials is refused without a challenge",
        "RFC6750-3-01",
        &["ATP-RES-005"],
        Credentials::Absent,
        &["rs.token.no-www-authenticate"],
        |transcript| {
            seen::judged((|| {
                let exchange = seen::faulted(transcript)?;
                let response = seen::refusal(exchange)?;
                Ok(match response.header("www-authenticate") {
                    Some(value) => Outcome::kept(format!("WWW-Authenticate: {value}")),
                    None => Outcome::violated(
                        "a WWW-Authenticate field",
                        format!("none; {}", describe(exchange)),
                        exchange,
                    ),
                })
            })())
        },
    ),
    row(
        "server.resource.challenge-scheme-wrong",
        "A token of the scheme DPoP is refused without a DPoP challenge",
        "RFC9449-7.1-04",
        &[],
        Credentials::Unknown,
        &["rs.challenge.bearer-only"],
        |transcript| {
            seen::judged((|| {
                let exchange = seen::faulted(transcript)?;
                let challenges = challenges(exchange)?;
                let schemes: Vec<&str> = challenges.iter().map(|c| c.scheme.as_str()).collect();
                let observed = format!("challenges: {}", schemes.join(", "));
                if challenges.iter().any(|challenge| challenge.is("DPoP")) {
                    return Ok(Outcome::kept(observed));
                }
                Ok(Outcome::violated("a challenge with the scheme DPoP", observed, exchange))
            })())
        },
    ),
    row(
        "server.resource.refusal-status-wrong",
        "An unknown access token is refused with another status than 401",
        "RFC9449-7.1-04",
        &["RFC6750-3.1-03"],
        Credentials::Unknown,
        &["rs.error.collapse-400"],
        |transcript| {
            seen::judged((|| {
                let exchange = seen::faulted(transcript)?;
                Ok(match seen::refusal(exchange)?.status {
                    401 => Outcome::kept(describe(exchange)),
                    _ => Outcome::Broken {
                        degree: Degree::WrongAnswer,
                        expected: "refused with 401".to_owned(),
                        observed: describe(exchange),
                        at: Some(exchange.id.clone()),
                    },
                })
            })())
        },
    ),
    row(
        "server.resource.challenge-error-without-credentials",
        "A request without credentials is answered with an error code",
        "RFC9449-7.2-03",
        &["RFC6750-3.1-01"],
        Credentials::Absent,
        &["rs.challenge.error-without-credentials"],
        |transcript| {
            seen::judged((|| {
                let exchange = seen::faulted(transcript)?;
                let challenges = challenges(exchange)?;
                let expected = "challenges without error";
                Ok(match challenges.iter().find_map(|c| Some((c, c.param("error")?))) {
                    None => Outcome::kept(expected),
                    Some((challenge, error)) => Outcome::violated(
                        expected,
                        format!("a {} challenge with error {error}", challenge.scheme),
                        exchange,
                    ),
                })
            })())
        },
    ),
    row(
        "server.resource.challenge-without-error",
        "The refusal of an access token does not say what is wrong",
        "RFC9449-7.1-05",
        &[],
        Credentials::Unknown,
        &["rs.challenge.no-error"],
        |transcript| of_dpop(transcript, "error", |_| true),
    ),
    row(
        "server.resource.challenge-without-algs",
        "The DPoP challenge does not list the algorithms of proofs",
        "RFC9449-7.1-06",
        &[],
        Credentials::Unknown,
        &["rs.challenge.no-algs"],
        // The controls were signed with ES256.
        |transcript| of_dpop(transcript, "algs", |algs| algs.split(' ').any(|alg| alg == "ES256")),
    ),
    row(
        "server.resource.challenge-attribute-repeated",
        "A challenge has a parameter twice",
        "RFC6750-3-02",
        &[],
        Credentials::Unknown,
        &["rs.challenge.repeated-error"],
        |transcript| {
            seen::judged((|| {
                let exchange = seen::faulted(transcript)?;
                challenges(exchange)?;
                let (_, defects) = seen::challenges(seen::refusal(exchange)?);
                let repeated = defects.iter().find(|d| d.code == "challenge.repeated-parameter");
                Ok(match repeated {
                    None => Outcome::kept("each parameter once"),
                    Some(defect) => Outcome::violated(
                        "each parameter once in a challenge",
                        defect.detail.clone(),
                        exchange,
                    ),
                })
            })())
        },
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

/// The challenges of a refusal; unclear where there are none, which is for another case to judge.
fn challenges(exchange: &Exchange) -> Result<Vec<Challenge>, Outcome> {
    let (challenges, _) = seen::challenges(seen::refusal(exchange)?);
    if challenges.is_empty() {
        return Err(Outcome::not_offered("a challenge", "send a WWW-Authenticate field"));
    }
    Ok(challenges)
}

/// The DPoP challenge has a parameter, and a good one.
fn of_dpop(transcript: &Transcript<'_>, name: &str, is_good: fn(&str) -> bool) -> Outcome {
    seen::judged((|| {
        let exchange = seen::faulted(transcript)?;
        let challenges = challenges(exchange)?;
        let Some(challenge) = challenges.into_iter().find(|challenge| challenge.is("DPoP")) else {
            return Err(Outcome::not_offered(
                "a DPoP challenge",
                "send a challenge with the scheme DPoP",
            ));
        };
        let observed = match challenge.param(name) {
            Some(value) if is_good(value) => return Ok(Outcome::kept(format!("{name}={value}"))),
            Some(value) => format!("{name}={value}"),
            None => format!("a DPoP challenge without {name}"),
        };
        Ok(Outcome::violated(format!("a DPoP challenge with {name}"), observed, exchange))
    })())
}
