//! A development client that is made with a bare http://localhost.
//!
//! # What it does
//!
//! Tells a client no more than http://localhost, a redirect URI and a scope, and looks at the
//! client_id that it pushes with.
//!
//! # Why it matters
//!
//! Servers read what a development client declares from the query of its identifier and nowhere else.
//! What only the client knows is not declared, and beyond `atproto` nothing is granted.
//!
//! # What a conforming peer does
//!
//! Writes redirect URI and scope into the query of the client_id.
//!
//! # How to fix
//!
//! Build the identifier from the options of the client, or refuse a scope that it does not declare.
//!
//! # References
//!
//! atproto OAuth profile, sections "Localhost Client Development" and "Authorization Requests".

use atproof_engine::judge::{Wire, parameter, trap};
use atproof_engine::model::{
    Alter, Family, Outcome, Role, Script, Settings, Site, Tier, Transcript, Twist,
};
use atproof_protocol::identifier::ClientId;
use atproof_protocol::record::Part;

use crate::client::rows::{LOGIN, holds_with};
use crate::client::values::each;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.localhost-client.completed",
    role: Role::Client,
    area: "localhost-client",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("completed.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[holds_with(
        "client.localhost-client.scope-not-declared",
        "A client that is made with http://localhost asks for more than it declares",
        "ATP-SCOPE-004",
        &["client.client-id.localhost-no-scope"],
        Twist::new(Site::Client, Alter::Member("/client_id", "\"http://localhost\"")),
        declares_what_it_asks_for,
    )],
};

fn declares_what_it_asks_for(transcript: &Transcript<'_>) -> Outcome {
    let pushed: Vec<_> = Wire::new(transcript).at(&Part::Faulted, Site::Par).collect();
    if pushed.is_empty() {
        return Outcome::kept("it does not push a request");
    }
    each(pushed, "a client_id that declares the scope", |exchange| {
        let client_id = parameter(exchange, "client_id")?;
        let asked = parameter(exchange, "scope")?;
        let Ok(ClientId::Loopback { scope, .. }) = ClientId::parse(&client_id) else {
            return None;
        };
        let declared: Vec<&str> = scope.split(' ').collect();
        let more = asked.split(' ').find(|value| !declared.contains(value))?;
        Some(format!("`{client_id}`, without {more}"))
    })
}
