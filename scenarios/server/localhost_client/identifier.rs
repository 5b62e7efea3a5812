//! Identifiers that almost are those of a development client.
//!
//! # What it does
//!
//! Pushes an ordinary request of a development client, then the same request with one thing
//! changed in its `client_id`: the scheme, the host, a port, a path, a parameter.
//!
//! # Why it matters
//!
//! A development client is believed without being asked for a document. Each identifier that is
//! taken for one by mistake belongs to nobody, or to somebody else.
//!
//! # What a conforming peer does
//!
//! Takes `http://localhost` with an empty path and the two parameters, and treats every other
//! identifier as the URL of a document, which none of these can be. What is neither forbidden nor
//! described, such as an unknown parameter, is only recorded.
//!
//! # How to fix
//!
//! Compare the text before the query with `http://localhost` and `http://localhost/` and nothing
//! else. A URL library hides ports, dots, capitals and user names.
//!
//! # References
//!
//! atproto OAuth, Localhost Client Development.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Family, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::{CLIENT, REDIRECT_URI, REQUEST, SCOPE};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.localhost-client.identifier",
    role: Role::Server,
    area: "localhost-client",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("identifier.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

/// How every identifier of the control begins.
const BEGINNING: &str = "http://localhost?";

/// A row of another beginning.
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    beginning: &'static str,
    expect: Expectation,
) -> Case {
    let change = Change::Set("client_id", Text::Replace(BEGINNING, beginning));
    Case { id, title, clause, covers: &[], killers, edit: Edit::Parameter(change), expect }
}

/// A row of something at the end.
const fn more(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    end: &'static str,
) -> Case {
    let change = Change::Set("client_id", Text::Append(end));
    let edit = Edit::Parameter(change);
    Case { id, title, clause, covers: &[], killers, edit, expect: TAKEN_OR_NOT }
}

const REFUSED: Expectation = Expectation::Refused(&[CLIENT, REQUEST, REDIRECT_URI, SCOPE]);

const TAKEN_OR_NOT: Expectation = Expectation::Open(&[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative {
        name: "refused",
        is: |answer| (400..500).contains(&answer.status) && answer.status != 429,
    },
    Alternative { name: "server error", is: |answer| answer.status >= 500 },
]);

const CASES: &[Case] = &[
    row(
        "server.localhost-client.scheme-https",
        "A development client_id has the scheme https",
        "ATP-LOCAL-002",
        &["as.localhost.scheme-unchecked"],
        "https://localhost?",
        REFUSED,
    ),
    row(
        "server.localhost-client.host-subdomain",
        "A development client_id has a name below localhost",
        "ATP-LOCAL-003",
        &["as.localhost.subdomain-accepted"],
        "http://app.localhost?",
        REFUSED,
    ),
    row(
        "server.localhost-client.host-suffixed",
        "A development client_id has a host that begins with localhost",
        "ATP-LOCAL-003",
        &["as.localhost.host-prefix"],
        "http://localhost.attacker.example?",
        REFUSED,
    ),
    row(
        "server.localhost-client.host-in-userinfo",
        "A development client_id has localhost as the user name before another host",
        "ATP-LOCAL-003",
        &["as.localhost.host-before-at"],
        "http://localhost@attacker.example?",
        REFUSED,
    ),
    row(
        "server.localhost-client.host-trailing-dot",
        "A development client_id has a dot after localhost",
        "ATP-LOCAL-003",
        &["as.localhost.host-dot-trimmed"],
        "http://localhost.?",
        REFUSED,
    ),
    row(
        "server.localhost-client.host-upper-case",
        "A development client_id has localhost in capitals",
        "ATP-LOCAL-003",
        &["as.localhost.host-casefold"],
        "http://LOCALHOST?",
        TAKEN_OR_NOT,
    ),
    row(
        "server.localhost-client.port",
        "A development client_id has a port",
        "ATP-LOCAL-004",
        &["as.localhost.port-accepted"],
        "http://localhost:8080?",
        REFUSED,
    ),
    row(
        "server.localhost-client.port-default",
        "A development client_id spells out the default port",
        "ATP-LOCAL-004",
        &["as.localhost.default-port-dropped"],
        "http://localhost:80?",
        TAKEN_OR_NOT,
    ),
    row(
        "server.localhost-client.address-ipv4",
        "A development client_id has an IPv4 address",
        "ATP-LOCAL-005",
        &["as.localhost.ipv4-accepted"],
        "http://127.0.0.1?",
        REFUSED,
    ),
    row(
        "server.localhost-client.address-ipv6",
        "A development client_id has an IPv6 address",
        "ATP-LOCAL-005",
        &["as.localhost.ipv6-accepted"],
        "http://[::1]?",
        REFUSED,
    ),
    row(
        "server.localhost-client.path",
        "A development client_id has a path",
        "ATP-LOCAL-006",
        &["as.localhost.path-accepted"],
        "http://localhost/app?",
        REFUSED,
    ),
    row(
        "server.localhost-client.path-slash",
        "A development client_id has a lone slash as its path",
        "ATP-LOCAL-006",
        &["as.localhost.slash-refused"],
        "http://localhost/?",
        TAKEN_OR_NOT,
    ),
    more(
        "server.localhost-client.scope-repeated",
        "A development client_id declares its scope twice",
        "ATP-LOCAL-017",
        &["as.localhost.repeated-scope-accepted"],
        "&scope=atproto",
    ),
    more(
        "server.localhost-client.parameter-unknown",
        "A development client_id has a parameter that nobody defines",
        "ATP-LOCAL-018",
        &["as.localhost.unknown-parameter-accepted"],
        "&x_atproof=1",
    ),
    more(
        "server.localhost-client.fragment",
        "A development client_id has a fragment",
        "ATP-LOCAL-023",
        &["as.localhost.fragment-accepted"],
        "#x",
    ),
    Case {
        id: "server.localhost-client.scope-without-atproto",
        title: "A development client_id declares a scope without atproto",
        clause: "ATP-LOCAL-022",
        covers: &[],
        killers: &["as.localhost.scope-atproto-added"],
        edit: Edit::Parameter(Change::Set("client_id", Text::Replace("atproto%20", ""))),
        expect: TAKEN_OR_NOT,
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
