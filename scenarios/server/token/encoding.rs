//! Token requests whose parameters are sent in another way than as a form body.
//!
//! # What it does
//!
//! Exchanges a code as it should be, then codes of further logins with the same parameters as JSON,
//! in the query of the URL, or in a body of another media type; then as it should be again.
//!
//! # Why it matters
//!
//! Some clients send JSON and find out at the next server that this was luck. Parameters in the URL
//! end up in logs, and a body that any page can send without preflight is one more way in.
//!
//! # What a conforming peer does
//!
//! The standard gives the form body as the way to send parameters and does not say what becomes of
//! others. This is recorded and not graded.
//!
//! # How to fix
//!
//! Nothing has to be mended. A server that takes no more than the standard describes finds out
//! early which clients do not keep to it.
//!
//! # References
//!
//! RFC 6749, section 4.1.3 and appendix B.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Edit, Encoding, Expectation, Family, Need, Playing, Role, Script, Tier,
};
use atproof_engine::stage::Stage;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.encoding",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("encoding.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    encoding: Encoding,
    killers: &'static [&'static str],
) -> Case {
    let expect = Expectation::Open(&[
        Alternative { name: "accepted", is: |answer| answer.status < 300 },
        Alternative { name: "refused", is: |answer| (400..500).contains(&answer.status) },
    ]);
    let edit = Edit::Encoding(encoding);
    Case { id, title, clause: "RFC6749-B-01", covers: &[], killers, edit, expect }
}

const CASES: &[Case] = &[
    row(
        "server.token.json-body",
        "A code is exchanged with a JSON body",
        Encoding::Json,
        &["as.token.json-accepted"],
    ),
    row(
        "server.token.parameters-in-query",
        "A code is exchanged with all parameters in the query",
        Encoding::Query,
        &["as.token.query-accepted"],
    ),
    row(
        "server.token.form-as-text",
        "A code is exchanged with a form that is labelled text/plain",
        Encoding::TextPlain,
        &["as.token.any-media-type"],
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
