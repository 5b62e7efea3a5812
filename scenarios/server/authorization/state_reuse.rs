//! A `state` that was used before.
//!
//! # What it does
//!
//! Pushes an ordinary request, then another one with the same `state`: for the same key, and for
//! another key as another session of the same client would.
//!
//! # Why it matters
//!
//! A client recognises its own answer by `state`. One that uses the same value again cannot tell
//! two answers apart, and the server is the only one who can notice.
//!
//! # What a conforming peer does
//!
//! Refuses the repeated value. It need not look across sessions.
//!
//! # How to fix
//!
//! Keep the values of the requests that are still open, by client and DPoP key, and refuse a
//! second one. A request that was refused does not count.
//!
//! # References
//!
//! atproto OAuth, Authorization Requests, `state`.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Edit, Expectation, Family, Playing, Role, Script, Tier,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.state-reuse",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("state_reuse.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const SAME_KEY: Edit = Edit::Story("the state of an earlier request, with the same key");
const OTHER_KEY: Edit = Edit::Story("the state of an earlier request, with another key");

const CASES: &[Case] = &[
    Case {
        id: "server.authorization.state-reused",
        title: "A second request with the same state and key is pushed",
        clause: "ATP-AUTHZ-008",
        covers: &[],
        killers: &["as.par.state-reusable"],
        edit: SAME_KEY,
        expect: TAKEN_OR_NOT,
    },
    Case {
        id: "server.authorization.state-reused-elsewhere",
        title: "A second request with the same state and another key is pushed",
        clause: "ATP-AUTHZ-009",
        covers: &[],
        killers: &["as.par.state-global"],
        edit: OTHER_KEY,
        expect: TAKEN_OR_NOT,
    },
];

const TAKEN_OR_NOT: Expectation = Expectation::Open(&[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative {
        name: "refused",
        is: |answer| (400..500).contains(&answer.status) && answer.status != 429,
    },
]);

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        let first = stage.login();
        stage.send(stage.par(&first)).await;
        stage.enter(Part::Faulted);
        let mut second = stage.login();
        second.state.clone_from(&first.state);
        if case.edit == SAME_KEY {
            second.key = first.key;
        }
        stage.send(stage.par(&second)).await;
        Ok(())
    })
}
