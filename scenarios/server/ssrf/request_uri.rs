//! A `request_uri` that is a URL.
//!
//! # What it does
//!
//! Sends a `request_uri` that leads to a port of loopback, at which atproof listens: to the
//! authorization endpoint, where a pushed request is named, and inside a pushed request, where it
//! has no place. Counts connections; whether the request is refused is the matter of other cases.
//!
//! # Why it matters
//!
//! OpenID Connect lets a client name a URL from which the server fetches the request. A server that
//! still does so goes wherever a link sends it, before anybody has signed in.
//!
//! # What a conforming peer does
//!
//! Knows the names that it has given out, and fetches none.
//!
//! # How to fix
//!
//! Look `request_uri` up in the table of pushed requests, and switch off the request objects by
//! reference of the library underneath.
//!
//! # References
//!
//! RFC 9126, sections 2.1 and 4; RFC 9101, section 10.4.1.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Playing, Role, Script, Text, Tier,
};
use atproof_engine::stage::Stage;
use atproof_protocol::http::Request;
use atproof_protocol::record::{Action, Part};

use super::sentinels::nobody_came;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.ssrf.request-uri",
    role: Role::Server,
    area: "ssrf",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("request_uri.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A template.
const URL: &str = "https://127.0.0.1{port}/request.jwt";

const CASES: &[Case] = &[
    Case {
        id: "server.ssrf.request-uri-fetched",
        title: "A request_uri that is a URL is fetched at the authorization endpoint",
        clause: "RFC9126-4-06",
        covers: &["ATP-DISC-014"],
        killers: &["as.par.fetch-request-uri"],
        edit: Edit::Query(Change::Set("request_uri", Text::Is(URL))),
        expect: Expectation::Holds(nobody_came),
    },
    Case {
        id: "server.ssrf.pushed-request-uri-fetched",
        title: "A request_uri that is a URL is fetched where it is pushed",
        clause: "RFC9126-2.1-02",
        covers: &["ATP-DISC-014"],
        killers: &["as.par.fetch-pushed-request-uri"],
        edit: Edit::Parameter(Change::Set("request_uri", Text::Is(URL))),
        expect: Expectation::Holds(nobody_came),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        stage.enter(Part::Control);
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send(draft).await;
        let sentinel = stage.sentinel(&case.edit).await?;
        let url = sentinel.fill(URL);
        stage.enter(Part::Faulted);
        let login = stage.login();
        if matches!(case.edit, Edit::Query(_)) {
            let page = Request::new("GET", stage.authorization_url(&login, &url))
                .header("Accept", "text/html")
                .header("Sec-Fetch-Mode", "navigate")
                .header("Sec-Fetch-Dest", "document")
                .header("Sec-Fetch-Site", "cross-site");
            stage.exchange(Action::Authorize, page).await;
        } else {
            let mut draft = stage.par(&login);
            draft.form.get_or_insert_default().push(("request_uri".to_owned(), url));
            stage.send(draft).await;
        }
        stage.note_sentinel(sentinel).await;
        Ok(())
    })
}
