//! What a development client declares in its identifier, and what is assumed where it does not.
//!
//! # What it does
//!
//! Pushes requests of development clients that declare several redirect URIs, one scope, or
//! nothing, and asks for what they have declared, for what has to be assumed, and for more.
//!
//! # Why it matters
//!
//! The identifier is all the metadata there is. Developers meet every difference here before
//! anything else works.
//!
//! # What a conforming peer does
//!
//! Reads every `redirect_uri` and the one `scope`. Without them it assumes the roots of both
//! loopback addresses, and `atproto`.
//!
//! # How to fix
//!
//! Read the query as a list, since `redirect_uri` may repeat, and make the virtual document from it
//! before anything is checked.
//!
//! # References
//!
//! atproto OAuth, Localhost Client Development.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Playing, Refusal, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT, REDIRECT_URI, REQUEST, SCOPE};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.localhost-client.declaration",
    role: Role::Server,
    area: "localhost-client",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("declaration.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const ANY: &[&[Refusal]] = &[REQUEST, REDIRECT_URI, CLIENT, SCOPE];

/// A client that declares nothing.
const BARE: Text = Text::Is("http://localhost");

/// A case: what is changed in the request of its control, which stands in [`CONTROLS`].
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    (name, value): (&'static str, Text),
    expect: Expectation,
) -> Case {
    let edit = Edit::Parameter(Change::Set(name, value));
    Case { id, title, clause, covers: &[], killers, edit, expect }
}

const SEVERAL: &str = "server.localhost-client.later-redirect-uri-refused";
const SCOPE_REFUSED: &str = "server.localhost-client.declared-scope-refused";
const DEFAULT: &str = "server.localhost-client.default-redirect-uri-refused";
const DEFAULT_IPV6: &str = "server.localhost-client.default-ipv6-redirect-uri-refused";
const SCOPE_WIDENED: &str = "server.localhost-client.default-scope-widened";

const CASES: &[Case] = &[
    row(
        SEVERAL,
        "The second of three declared redirect URIs is refused",
        "ATP-LOCAL-007",
        &["as.localhost.first-redirect-uri-only"],
        (
            "client_id",
            Text::Replace(
                "?",
                "?redirect_uri=http%3A%2F%2F127.0.0.1%2Fone&\
                 redirect_uri=http%3A%2F%2F%5B%3A%3A1%5D%2Fthree&",
            ),
        ),
        Expectation::Accepted,
    ),
    row(
        SCOPE_REFUSED,
        "A scope is refused that a development client declares",
        "ATP-LOCAL-008",
        &["as.localhost.scope-ignored"],
        ("scope", Text::Is("atproto transition:generic")),
        Expectation::Accepted,
    ),
    row(
        DEFAULT,
        "The root of 127.0.0.1 is refused where no redirect URI is declared",
        "ATP-LOCAL-009",
        &["as.localhost.no-default-redirect-uris"],
        ("client_id", BARE),
        Expectation::Accepted,
    ),
    row(
        DEFAULT_IPV6,
        "The root of [::1] is refused where no redirect URI is declared",
        "ATP-LOCAL-009",
        &["as.localhost.default-ipv4-only"],
        ("client_id", BARE),
        Expectation::Accepted,
    ),
    row(
        SCOPE_WIDENED,
        "A scope beside atproto is accepted where none is declared",
        "ATP-LOCAL-010",
        &["as.localhost.default-scope-all"],
        ("client_id", Text::Replace("&scope=atproto%20transition%3Ageneric", "")),
        Expectation::Refused(ANY),
    ),
];

/// The request that the control of a case makes.
struct Control {
    case: &'static str,
    client_id: &'static str,
    redirect_uri: &'static str,
    scope: &'static str,
}

const ORDINARY: Control = Control {
    case: "",
    client_id: "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2F",
    redirect_uri: "http://127.0.0.1/",
    scope: "atproto",
};

const CONTROLS: &[Control] = &[
    Control { case: SEVERAL, ..ORDINARY },
    Control { case: DEFAULT, ..ORDINARY },
    Control {
        case: DEFAULT_IPV6,
        client_id: "http://localhost?redirect_uri=http%3A%2F%2F%5B%3A%3A1%5D%2F",
        redirect_uri: "http://[::1]/",
        ..ORDINARY
    },
    Control { case: SCOPE_REFUSED, client_id: DECLARES_SCOPE, ..ORDINARY },
    Control {
        case: SCOPE_WIDENED,
        client_id: DECLARES_SCOPE,
        scope: "atproto transition:generic",
        ..ORDINARY
    },
];

const DECLARES_SCOPE: &str = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2F\
                              &scope=atproto%20transition%3Ageneric";

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let control = CONTROLS.iter().find(|control| control.case == case.id).unwrap_or(&ORDINARY);
        for part in [Part::Control, Part::Faulted, Part::ControlAgain] {
            let edit = if part == Part::Faulted { case.edit } else { Edit::None };
            stage.enter(part);
            let mut login = stage.login();
            login.client_id = control.client_id.to_owned();
            login.redirect_uri = control.redirect_uri.to_owned();
            login.scope = control.scope.to_owned();
            let draft = stage.par(&login);
            stage.send_edited(draft, &edit).await?;
        }
        Ok(())
    })
}
