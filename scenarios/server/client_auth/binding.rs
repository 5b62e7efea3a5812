//! The key that a session was begun with.
//!
//! # What it does
//!
//! Publishes a confidential client with two keys, begins a login with the first one, and goes on
//! with the other key, with the same key under another name, or with another proof key. Each of
//! them is correct in itself: a request is pushed with it first.
//!
//! # Why it matters
//!
//! A client that is made of many machines has many keys. Because a session belongs to one of them,
//! a stolen key is of no use for the sessions of the others, and to remove it ends the right ones.
//!
//! # What a conforming peer does
//!
//! Keeps `kid`, algorithm and thumbprint of the key that the request was pushed with, and asks for
//! the same three at the exchange and at each refresh. Whether the refresh token of a confidential
//! client is bound to its proof key as well is left open by RFC 9449, and the profile does not say
//! whether one key may serve for both.
//!
//! # How to fix
//!
//! Store the three values with the authorization request and compare them wherever the client
//! authenticates in its name.
//!
//! # References
//!
//! RFC 9449, section 5; atproto OAuth, Confidential Client Authentication.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKey, ClientKind, Grant, Halt, Login, Published, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT_AUTH, GRANT};
use crate::server::assertions::TAKEN_OR_NOT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-auth.binding",
    role: Role::Server,
    area: "client-auth",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("binding.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const EXCHANGE: Edit = Edit::Story("the code is exchanged with the second published key");
const REFRESH: Edit = Edit::Story("the session is refreshed with the second published key");
const RENAMED: Edit = Edit::Story("the session is refreshed with its key under another kid");

const SAME_KEY: Edit = Edit::Story("proofs and assertions are by the same key");

/// The first key under both names.
const TWO_NAMES: Edit = Edit::KeySet("{\"keys\":[{jwk},{renamed}]}");

const CASES: &[Case] = &[
    Case {
        id: "server.client-auth.exchange-with-other-key",
        title: "A code is exchanged with another published key than the request was pushed with",
        clause: "ATP-CAUTH-013",
        covers: &[],
        killers: &["as.token.no-client-key-binding"],
        edit: EXCHANGE,
        expect: Expectation::Refused(&[GRANT, CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.refresh-with-other-key",
        title: "A session is refreshed with another published key than it was begun with",
        clause: "ATP-CAUTH-013",
        covers: &["ATP-REFR-008"],
        killers: &["as.refresh.no-client-key-binding"],
        edit: REFRESH,
        expect: Expectation::Refused(&[GRANT, CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.refresh-with-renamed-key",
        title: "A session is refreshed with its key under another kid",
        clause: "ATP-CAUTH-015",
        covers: &[],
        killers: &["as.token.client-kid-unbound"],
        edit: RENAMED,
        expect: Expectation::Refused(&[GRANT, CLIENT_AUTH]),
    },
    Case {
        id: "server.client-auth.proof-by-same-key",
        title: "The proofs are by the key that the client authenticates with",
        clause: "ATP-CAUTH-035",
        covers: &[],
        killers: &["as.dpop.same-key-as-assertion"],
        edit: SAME_KEY,
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
    Case {
        id: "server.client-auth.refresh-with-other-proof-key",
        title: "A confidential client refreshes with another DPoP key",
        clause: "RFC9449-5-05",
        covers: &[],
        killers: &["as.refresh.skip-jkt"],
        edit: Edit::OtherKey,
        expect: Expectation::Open(TAKEN_OR_NOT),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let published = if case.edit == RENAMED { TWO_NAMES } else { Edit::None };
        let client = stage.publish(ClientKind::Confidential, &published)?;
        let [first, second] = &client.keys;
        let used = match case.edit {
            RENAMED => ClientKey { key: first.key.clone(), kid: second.kid.clone() },
            Edit::OtherKey => first.clone(),
            _ => second.clone(),
        };
        if case.edit == SAME_KEY {
            return with_one_key(stage, &client).await;
        }
        let login = stage.login_by(&client);
        let code = stage.code(&login).await?;
        stage.enter(Part::Control);
        let other = Login { client_key: Some(used.clone()), ..stage.login_by(&client) };
        stage.send(stage.par(&other)).await;
        if case.edit == EXCHANGE {
            stage.enter(Part::Faulted);
            let login = Login { client_key: Some(used), ..login };
            let draft = stage.token(&login, &code);
            stage.send_by(&client, draft, &Edit::None).await?;
            return Ok(());
        }
        let reply = stage.preparing(async |stage| {
            let draft = stage.token(&login, &code);
            Ok(stage.send(draft).await)
        });
        let reply = reply.await?;
        let mut grant = stage.grant_from(&login, &reply)?;
        stage.enter(Part::Control);
        let reply = stage.send(stage.refresh(&grant)).await;
        let next = stage.grant_from(&login, &reply)?;
        let kept = grant.refresh_token.take();
        let grant = Grant {
            refresh_token: Some(next.refresh_token.or(kept).ok_or(Halt::Needs("refresh tokens"))?),
            login: Login { client_key: Some(used), ..login },
            ..next
        };
        stage.enter(Part::Faulted);
        let draft = stage.refresh(&grant);
        let edit = if case.edit == Edit::OtherKey { &case.edit } else { &Edit::None };
        stage.send_by(&client, draft, edit).await?;
        Ok(())
    })
}

/// A login in which the client has one key for everything, as far as it goes.
async fn with_one_key(stage: &mut Stage, client: &Published) -> Result<(), Halt> {
    let [first, _] = &client.keys;
    stage.enter(Part::Control);
    let login = stage.login_by(client);
    stage.send(stage.par(&login)).await;
    stage.enter(Part::Faulted);
    let login = Login { key: first.key.clone(), ..stage.login_by(client) };
    let draft = stage.par(&login);
    if !stage.send_by(client, draft, &Edit::None).await?.is_success() {
        return Ok(());
    }
    let login = Login { key: first.key.clone(), ..stage.login_by(client) };
    let code = stage.code(&login).await?;
    let draft = stage.token(&login, &code);
    stage.send_by(client, draft, &Edit::None).await?;
    Ok(())
}
