//! Which error a server names where the profile names none.
//!
//! # What it does
//!
//! Pushes requests that the profile rules out without saying how they are refused, and one with
//! two faults of which a server can only report the first it finds.
//!
//! # Why it matters
//!
//! Clients show or act on error codes. Where servers differ, a client can rely on the status only.
//!
//! # What a conforming peer does
//!
//! Refuses with 400 and a code of its choice. Whether the demand for a nonce comes before or after
//! what is wrong with the parameters is its choice as well.
//!
//! # How to fix
//!
//! Nothing has to be fixed. `invalid_scope` for scopes and `invalid_request` for the rest is what
//! RFC 6749 suggests.
//!
//! # References
//!
//! RFC 6749, section 5.2; RFC 9126, section 2.3; RFC 9449, section 8.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Family, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Part, Response};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.errors.names",
    role: Role::Server,
    area: "errors",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("names.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const NO_NONCE: Edit = Edit::Story("response_type removed, and a proof without a nonce");

const CASES: &[Case] = &[
    Case {
        id: "server.errors.scope-without-atproto",
        title: "Which error a scope without atproto is refused with",
        clause: "ATP-ERR-001",
        covers: &[],
        killers: &["as.errors.scope-as-invalid-request"],
        edit: Edit::Parameter(Change::Set("scope", Text::Is("transition:generic"))),
        expect: NAMES,
    },
    Case {
        id: "server.errors.redirect-uri-undeclared",
        title: "Which error an undeclared redirect URI is refused with, and whether at PAR",
        clause: "ATP-PAR-010",
        covers: &["ATP-ERR-001", "RFC9126-2.3-02"],
        killers: &["as.redirect.no-check-at-par"],
        edit: Edit::Parameter(Change::Set("redirect_uri", Text::Is("http://127.0.0.1/other"))),
        expect: NAMES,
    },
    Case {
        id: "server.errors.nonce-before-parameters",
        title: "Whether a missing nonce is reported before a missing parameter",
        clause: "ATP-ERR-007",
        covers: &[],
        killers: &["as.errors.parameters-first"],
        edit: NO_NONCE,
        expect: Expectation::Open(&[
            Alternative { name: "accepted", is: |answer| answer.status < 300 },
            Alternative { name: "the nonce first", is: |answer| names(answer, "use_dpop_nonce") },
            Alternative {
                name: "the parameter first",
                is: |answer| (400..500).contains(&answer.status) && answer.status != 429,
            },
        ]),
    },
];

const NAMES: Expectation = Expectation::Open(&[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative { name: "invalid_scope", is: |answer| names(answer, "invalid_scope") },
    Alternative {
        name: "invalid_redirect_uri",
        is: |answer| names(answer, "invalid_redirect_uri"),
    },
    Alternative { name: "invalid_request", is: |answer| names(answer, "invalid_request") },
    Alternative {
        name: "invalid_client_metadata",
        is: |answer| names(answer, "invalid_client_metadata"),
    },
    Alternative { name: "invalid_client", is: |answer| names(answer, "invalid_client") },
    Alternative {
        name: "another error",
        is: |answer| (400..500).contains(&answer.status) && answer.status != 429,
    },
]);

fn names(answer: &Response, error: &str) -> bool {
    (400..500).contains(&answer.status) && answer.error().is_some_and(|named| named == error)
}

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        for part in [Part::Control, Part::Faulted, Part::ControlAgain] {
            let is_faulted = part == Part::Faulted;
            stage.enter(part);
            let login = stage.login();
            let mut draft = stage.par(&login);
            match case.edit {
                NO_NONCE if is_faulted => {
                    if let Some(form) = &mut draft.form {
                        Change::Remove("response_type").apply(form);
                    }
                    // Once: the demand for a nonce is what is looked for.
                    stage.send_once(&draft.edit(&Edit::WithoutNonce)).await;
                }
                edit => {
                    let edit = if is_faulted { edit } else { Edit::None };
                    stage.send_edited(draft, &edit).await?;
                }
            }
        }
        Ok(())
    })
}
