//! Nonces in the answers of resources.
//!
//! # What it does
//!
//! Reads from a resource as a page of another origin would, with a nonce and without, and looks at
//! the nonces in the answers.
//!
//! # Why it matters
//!
//! Nonces change while a client works. One that gets the new nonce with each answer is never
//! refused for the old one. A script gets it only where the server lets it read the field.
//!
//! # What a conforming peer does
//!
//! Puts a `DPoP-Nonce` field into the answer and names it in `Access-Control-Expose-Headers`, and
//! `WWW-Authenticate` too where there is one. Keeps such answers out of caches, since a nonce that
//! comes out of one is an old one.
//!
//! # How to fix
//!
//! Set both fields for every answer to a request that has a proof.
//!
//! # References
//!
//! RFC 9449, sections 7.1, 8.2 and 9; atproto OAuth, DPoP.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::{cors, seen};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.dpop-nonce.resource-answers",
    role: Role::Server,
    area: "dpop-nonce",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("resource_answers.rs"),
    script: Script::Once { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.dpop-nonce.resource-success-without-nonce",
        title: "The answer of a resource hands out no nonce",
        clause: "ATP-NONCE-014",
        covers: &[],
        killers: &["rs.nonce.absent-on-success"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let exchange = seen::step(transcript, READ)?;
                seen::success(exchange)?;
                Ok(seen::hands_out_nonce(exchange))
            })())
        }),
    },
    Case {
        id: "server.dpop-nonce.resource-nonce-not-exposed",
        title: "Scripts of other origins cannot read nonce and challenge of a resource",
        clause: "ATP-RES-009",
        covers: &["RFC9449-7.1-09"],
        killers: &["rs.cors.no-expose"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let exchange = seen::step(transcript, READ)?;
                let response = seen::success(exchange)?;
                if let Err(why) = cors::may_read(response) {
                    return Err(Outcome::not_offered(
                        "a resource that scripts of other origins may read",
                        why,
                    ));
                }
                Ok(seen::exposes(&[exchange, seen::step(transcript, WITHOUT)?]))
            })())
        }),
    },
    Case {
        id: "server.dpop-nonce.resource-answer-cacheable",
        title: "The answer of a resource with a nonce may be cached",
        clause: "RFC9449-8.2-03",
        covers: &[],
        killers: &["rs.nonce.cacheable"],
        edit: Edit::None,
        expect: Expectation::Holds(|transcript| {
            seen::judged((|| {
                let exchange = seen::step(transcript, READ)?;
                let response = seen::success(exchange)?;
                if seen::nonces(exchange).is_empty() {
                    return Err(Outcome::not_offered("a nonce in the answer", "hand out nonces"));
                }
                let fields: Vec<&str> = response.headers_named("cache-control").collect();
                let mut directives = fields.iter().flat_map(|value| value.split(','));
                let is_uncached = directives.any(|directive| {
                    let directive = directive.trim().to_ascii_lowercase();
                    ["no-store", "no-cache", "max-age=0"].contains(&directive.as_str())
                });
                if is_uncached {
                    return Ok(Outcome::kept(format!("Cache-Control: {}", fields.join(", "))));
                }
                Ok(Outcome::violated(
                    "a Cache-Control that keeps the answer out of caches, such as no-store",
                    if fields.is_empty() { "none".to_owned() } else { fields.join(", ") },
                    exchange,
                ))
            })())
        }),
    },
];

const READ: &str = "read by a page";
const WITHOUT: &str = "read by a page without a nonce";

fn play<'a>(stage: &'a mut Stage) -> Playing<'a> {
    Box::pin(async move {
        let grant = stage.shared_grant().await?;
        for (step, edit) in [(READ, Edit::None), (WITHOUT, Edit::WithoutNonce)] {
            stage.step(step);
            let draft = stage.resource(&grant).header("Origin", cors::ORIGIN);
            stage.send_edited(draft, &edit).await?;
        }
        Ok(())
    })
}
