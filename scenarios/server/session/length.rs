//! Sessions that are kept up for more than two weeks.
//!
//! # What it does
//!
//! Makes a login and refreshes it every three days, and once more on the fifteenth day. This takes
//! as long as it says.
//!
//! # Why it matters
//!
//! A public client has nothing to authenticate with: whoever has its key and its refresh token is
//! the client. That such sessions end by themselves is what limits the harm.
//!
//! # What a conforming peer does
//!
//! Ends the session of a public client after two weeks at the latest, however often it is refreshed.
//!
//! # How to fix
//!
//! Keep the time of the sign-in with the session and let no refresh token live beyond two weeks
//! after it.
//!
//! # References
//!
//! atproto OAuth, Tokens and Session Lifetime.

use std::time::Duration;

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::GRANT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.session.length",
    role: Role::Server,
    area: "session",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::Fortnight],
    source: include_str!("length.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::after_wait,
    cases: CASES,
};

const CASES: &[Case] = &[Case {
    id: "server.session.outlives-fortnight",
    title: "A session of a public client can be prolonged beyond two weeks",
    clause: "ATP-SESS-001",
    covers: &["ATP-REFR-016", "ATP-SESS-014"],
    killers: &["as.session.never-ends", "as.refresh.never-expires"],
    edit: Edit::Story("a refresh on the fifteenth day, after one every three days"),
    expect: Expectation::Refused(&[GRANT]),
}];

const PACE: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Refreshes before the last one, the first of them at once.
const REFRESHES: usize = 5;

fn play<'a>(stage: &'a mut Stage, _: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let mut grant = stage.grant().await?;
        for number in 0..REFRESHES {
            if number == 0 {
                stage.enter(Part::Control);
            } else {
                stage.step("refresh on the way");
            }
            let reply = stage.send(stage.refresh(&grant)).await;
            // A session that has ended before is refused at the end as well.
            if let Ok(new) = stage.grant_from(&grant.login, &reply) {
                let refresh_token = new.refresh_token.or_else(|| grant.refresh_token.take());
                grant.refresh_token = refresh_token;
            }
            stage.clock().wait(PACE).await;
        }
        stage.enter(Part::Faulted);
        stage.send(stage.refresh(&grant)).await;
        Ok(())
    })
}
