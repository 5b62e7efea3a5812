//! Assertions, keys and names of more than one client.
//!
//! # What it does
//!
//! Publishes two confidential clients, or one whose keys can be mixed up, and pushes requests whose
//! assertion is by somebody else than it should be, between two correct ones.
//!
//! # Why it matters
//!
//! Everybody can publish a client, so everybody has an assertion that verifies somewhere. What
//! counts is that key, names and request belong together.
//!
//! # What a conforming peer does
//!
//! Takes the client from `client_id`, the key from the set of that client, by `kid`, and compares.
//! An assertion without `kid` and one of a public client are left open.
//!
//! # How to fix
//!
//! Never look a key up in a table that several clients share. Never let `kid` be a mere hint.
//!
//! # References
//!
//! RFC 7521, section 4.2; RFC 7515, section 4.1.4; RFC 8725, section 3.8; RFC 9126, section 2.1; RFC
//! 6749, section 4.1.3; atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKey, ClientKind, Draft, Halt, Login, Published, Stage};

use crate::server::answers::CLIENT_AUTH;
use crate::server::assertions::TAKEN_OR_NOT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.parties",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("parties.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

const ASSERTION_OF_OTHER: Edit = Edit::Story("a correct assertion of another client");
const KEY_OF_OTHER: Edit = Edit::Story("the assertion is signed by a key of another client");
const KEYS_SWAPPED: Edit = Edit::Story("kid names the first key, the second one has signed");
const NO_KID: Edit = Edit::Story("one key is published, and the assertion has no kid");
const OF_PUBLIC: Edit = Edit::Story("a client that is declared public sends an assertion");

const CASES: &[Case] = &[
    Case {
        id: "server.client-auth.assertion-of-other-client",
        title: "A client sends the assertion of another client",
        clause: "RFC7521-4.2-02",
        covers: &["RFC9126-2.1-07", "RFC9126-2.1-04"],
        killers: &["as.assertion.client-of-assertion"],
        edit: ASSERTION_OF_OTHER,
        expect: Expectation::Refused(&[CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.key-of-other-client",
        title: "An assertion is signed by the key of another client, under its kid",
        clause: "RFC8725-3.8-01",
        covers: &["ATP-CAUTH-020"],
        killers: &["as.assertion.kid-of-any-client"],
        edit: KEY_OF_OTHER,
        expect: Expectation::Refused(&[CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.kid-of-other-key",
        title: "An assertion is signed by another published key than its kid names",
        clause: "RFC7515-4.1.4-01",
        covers: &[],
        killers: &["as.assertion.every-key-tried"],
        edit: KEYS_SWAPPED,
        expect: Expectation::Refused(&[CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.kid-missing",
        title: "An assertion has no kid where one key is published",
        clause: "ATP-CAUTH-028",
        covers: &[],
        killers: &["as.assertion.kid-optional"],
        edit: NO_KID,
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
    Case {
        id: "server.client-auth.assertion-of-public-client",
        title: "A client that is declared public sends an assertion",
        clause: "ATP-CAUTH-032",
        covers: &["RFC6749-4.1.3-03", "CIMD-6.2-02"],
        killers: &["as.assertion.ignored-of-public-client"],
        edit: OF_PUBLIC,
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let kind = if *edit == OF_PUBLIC { ClientKind::Public } else { ClientKind::Confidential };
        let published =
            if *edit == NO_KID { Edit::KeySet("{\"keys\":[{jwk}]}") } else { Edit::None };
        let client = stage.publish(kind, &published)?;
        let draft = draft(stage, &client, edit).await?;
        let sent = if *edit == NO_KID { Edit::Assertion("kid-missing") } else { Edit::None };
        stage.send_by(&client, draft, &sent).await?;
        Ok(())
    })
}

async fn draft(stage: &mut Stage, client: &Published, edit: &Edit) -> Result<Draft, Halt> {
    let login = stage.login_by(client);
    let [first, second] = &client.keys;
    Ok(match *edit {
        ASSERTION_OF_OTHER => {
            let other = known(stage).await?;
            Draft { assertion: stage.par(&other).assertion, ..stage.par(&login) }
        }
        KEY_OF_OTHER => {
            let client_key = known(stage).await?.client_key;
            stage.par(&Login { client_key, ..login })
        }
        KEYS_SWAPPED => {
            let swapped = ClientKey { key: second.key.clone(), kid: first.kid.clone() };
            stage.par(&Login { client_key: Some(swapped), ..login })
        }
        OF_PUBLIC => stage.par(&Login { client_key: Some(first.clone()), ..login }),
        _ => stage.par(&login),
    })
}

/// A login of another client, which the server knows by now.
async fn known(stage: &mut Stage) -> Result<Login, Halt> {
    let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
    let login = stage.login_by(&client);
    stage.preparing(async |stage| stage.push(&login).await).await?;
    Ok(login)
}
