//! Keys that change or go while a session lives.
//!
//! # What it does
//!
//! Begins a session of a confidential client, publishes another key set, waits until the server has
//! to have seen it, and shows that it has: a request that is pushed with a key of the new set is
//! taken, and one with a key that is gone is not. Then it refreshes the session.
//!
//! # Why it matters
//!
//! To take a key out of the set is all that a client can do about a stolen one. Where the session
//! lives on, or comes back to life with the key, the thief keeps it.
//!
//! # What a conforming peer does
//!
//! Compares the thumbprint of the key and not only its name. When it finds that the key of a session
//! is no longer published, it ends the session for good.
//!
//! # How to fix
//!
//! At each refresh look for the key of the session in the present set. Where it is missing, delete
//! the session, whatever else is wrong with the request.
//!
//! # References
//!
//! atproto OAuth, Confidential Client Authentication; Client ID Metadata Document draft, section
//! 6.3.

use std::time::Duration;

use atproof_engine::judge::{self, describe, is_accepted};
use atproof_engine::model::{
    Case, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{ClientKey, ClientKind, Grant, Halt, Login, Published, Reply, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT_AUTH, GRANT};
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.key-change",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost, Need::Patience],
    source: include_str!("key_change.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const SWAPPED: Edit = Edit::Story("the two keys have each other's kid from now on");
const REMOVED: Edit = Edit::Story("the key of the session is taken out of the key set");
const RESTORED: Edit = Edit::Story("the key of the session is taken out, and put in again later");

/// Longer than servers keep key sets.
const KEPT: Duration = Duration::from_secs(620);

/// All that is left of the patience; an unknown `kid` is a reason to look again earlier.
const LOOK: Duration = Duration::from_secs(300);

const GONE: &str = "push with the removed key";
const WHILE_GONE: &str = "refresh while the key is gone";

const CASES: &[Case] = &[
    Case {
        id: "server.client-auth.key-replaced",
        title: "A session is refreshed with another key under the kid of its own",
        clause: "ATP-CAUTH-014",
        covers: &["ATP-CAUTH-013"],
        killers: &["as.token.client-thumbprint-unbound"],
        edit: SWAPPED,
        expect: Expectation::Refused(&[GRANT, CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.key-removed",
        title: "A session is refreshed with a key that is no longer published",
        clause: "ATP-CAUTH-016",
        covers: &["CIMD-6.3-01"],
        killers: &["as.refresh.key-removal-ignored"],
        edit: REMOVED,
        expect: Expectation::Holds(|transcript| seen::judged(is_refused(transcript))),
    },
    Case {
        id: "server.client-auth.key-restored",
        title: "A session comes back to life with its key",
        clause: "ATP-CAUTH-016",
        covers: &[],
        killers: &["as.refresh.key-removal-keeps-session"],
        edit: RESTORED,
        expect: Expectation::Holds(|transcript| seen::judged(is_refused(transcript))),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let mut client = stage.publish(ClientKind::ByReference, &Edit::None)?;
        let [first, second] = client.keys.clone();
        let login = stage.login_by(&client);
        let grant = stage.grant_for(login).await?;
        client.republish(&match case.edit {
            SWAPPED => Edit::KeySet("{\"keys\":[{homonym},{renamed}]}"),
            _ => Edit::KeySet("{\"keys\":[{second}]}"),
        });
        stage.clock().wait(KEPT).await;
        if case.edit == SWAPPED {
            let key = ClientKey { key: second.key, kid: first.kid };
            push(stage, &client, &key, Part::Control).await?;
            let login = Login { client_key: Some(key), ..grant.login.clone() };
            return refresh(stage, &client, &Grant { login, ..grant }, Part::Faulted).await;
        }
        push(stage, &client, &first, Part::Step(GONE.to_owned())).await?;
        if case.edit == REMOVED {
            push(stage, &client, &second, Part::Control).await?;
            return refresh(stage, &client, &grant, Part::Faulted).await;
        }
        refresh(stage, &client, &grant, Part::Step(WHILE_GONE.to_owned())).await?;
        client.republish(&Edit::None);
        stage.clock().wait(LOOK).await;
        if !push(stage, &client, &first, Part::Control).await?.is_success() {
            return Err(Halt::Needs("a server that looks at a key set again within five minutes"));
        }
        refresh(stage, &client, &grant, Part::Faulted).await
    })
}

async fn push(
    stage: &mut Stage,
    client: &Published,
    key: &ClientKey,
    part: Part,
) -> Result<Reply, Halt> {
    stage.enter(part);
    let login = Login { client_key: Some(key.clone()), ..stage.login_by(client) };
    let draft = stage.par(&login);
    stage.send_by(client, draft, &Edit::None).await
}

async fn refresh(
    stage: &mut Stage,
    client: &Published,
    grant: &Grant,
    part: Part,
) -> Result<(), Halt> {
    stage.enter(part);
    let draft = stage.refresh(grant);
    stage.send_by(client, draft, &Edit::None).await.map(|_| ())
}

/// The refresh is refused, by a server that has seen that the key is gone.
fn is_refused(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    if is_accepted(seen::step(transcript, GONE)?) {
        let why = "the removed key is still taken after ten minutes";
        return Err(Outcome::unclear(why, "keep key sets for a shorter time"));
    }
    if let Ok(refresh) = seen::step(transcript, WHILE_GONE)
        && is_accepted(refresh)
    {
        let why = format!("the refresh in between was not refused: {}", describe(refresh));
        return Err(Outcome::unclear(why, "see server.client-auth.key-removed"));
    }
    Ok(judge::refused(seen::faulted(transcript)?, &[GRANT, CLIENT_AUTH]))
}
