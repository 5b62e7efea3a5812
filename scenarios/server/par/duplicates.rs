//! Parameters that stand in a pushed request more than once.
//!
//! # What it does
//!
//! Repeats one parameter of an ordinary request: with the same value, with another client, with
//! another redirect URI.
//!
//! # Why it matters
//!
//! Where one part of a server reads the first value and another part the last, the value that is
//! used is not the one that was checked.
//!
//! # What a conforming peer does
//!
//! Refuses with 400 `invalid_request`, whatever the values are.
//!
//! # How to fix
//!
//! Look for repeated names on the decoded list, before it becomes a map.
//!
//! # References
//!
//! RFC 6749, sections 3.1 and 5.2; RFC 9126, section 2.3.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::{CLIENT, REDIRECT_URI, REQUEST};
use crate::server::front_channel::OTHER_CLIENT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.duplicates",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("duplicates.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// A row of one repeated parameter.
const fn row(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    name: &'static str,
    second: Text,
) -> Case {
    Case {
        id,
        title,
        clause: "RFC6749-5.2-07",
        covers: &[],
        killers,
        edit: Edit::Parameter(Change::Repeat(name, second)),
        expect: Expectation::Refused(&[REQUEST, CLIENT, REDIRECT_URI]),
    }
}

const CASES: &[Case] = &[
    row(
        "server.par.parameter-repeated-alike",
        "A parameter is sent twice with the same value",
        &["as.par.duplicate-alike"],
        "response_type",
        Text::Same,
    ),
    row(
        "server.par.client-id-repeated",
        "A request names two clients",
        &["as.par.duplicate-client-id"],
        "client_id",
        Text::Is(OTHER_CLIENT),
    ),
    row(
        "server.par.redirect-uri-repeated",
        "A request names the declared redirect URI and another one",
        &["as.par.duplicate-redirect-uri"],
        "redirect_uri",
        Text::Is("https://attacker.example/callback"),
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
