//! The ways in which a browser comes to the authorization page.
//!
//! # What it does
//!
//! Opens the page of an ordinary request as a link on another site would, then with one header
//! field of the browser changed, then as before.
//!
//! # Why it matters
//!
//! Clients live on other sites, on the same one and on the user's own machine, and browsers bring
//! cookies along that the server never set. All of these are ordinary users.
//!
//! # What a conforming peer does
//!
//! Shows the same page to every navigation.
//!
//! # How to fix
//!
//! Where fetch metadata are checked, refuse by mode and destination (frames, scripts) and let every
//! value of `Sec-Fetch-Site` pass. Keep cookies in a map, not in an object that inherits members.
//!
//! # References
//!
//! RFC 6749, section 3.1; atproto OAuth, Authorization Interface; Fetch Metadata.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{
    Case, Change, Degree, Edit, Expectation, Family, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Draft, Stage};
use atproof_protocol::record::{Action, Part};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.arrival",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("arrival.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.authorization.same-site-refused",
        title: "The page is refused to a link on the same site",
        clause: "RFC6749-3.1-01",
        covers: &["ATP-AUTHZ-015"],
        killers: &["as.authorize.block-same-site"],
        edit: Edit::Field(Change::Set("Sec-Fetch-Site", Text::Is("same-site"))),
        expect: Expectation::Holds(page_all_the_same),
    },
    Case {
        id: "server.authorization.cookie-names-inherited",
        title: "Cookies that are named like members of every object break the page",
        clause: "RFC6749-3.1-01",
        covers: &["ATP-AUTHZ-015"],
        killers: &["as.http.cookie-proto"],
        edit: Edit::Field(Change::Set(
            "Cookie",
            Text::Is("__proto__=x; constructor=y; toString=z"),
        )),
        expect: Expectation::Holds(page_all_the_same),
    },
];

/// A navigation to a page, as a link on another site makes it, by a browser without cookies.
pub(crate) fn navigation(url: &str) -> Draft {
    Draft::get(Action::Authorize, url)
        .header("Accept", "text/html,*/*;q=0.8")
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document")
        .header("Sec-Fetch-Site", "cross-site")
}

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let request_uri = stage.push(&login).await?;
        let url = stage.authorization_url(&login, &request_uri);
        stage.send_edited(navigation(&url), edit).await?;
        Ok(())
    })
}

/// Why nothing can be said, where the last navigation of a part led to no page.
pub(crate) fn no_page(transcript: &Transcript<'_>, part: &Part) -> Option<Outcome> {
    let status = transcript.of(part, Action::Authorize).and_then(|exchange| exchange.status());
    (!matches!(status, Some(200..400))).then(|| {
        Outcome::unclear(
            "an ordinary request led to no page",
            "an ordinary request has to lead to a page first",
        )
    })
}

fn page_all_the_same(transcript: &Transcript<'_>) -> Outcome {
    let controls = [Part::Control, Part::ControlAgain];
    if let Some(unclear) = controls.iter().find_map(|part| no_page(transcript, part)) {
        return unclear;
    }
    match transcript.of(&Part::Faulted, Action::Authorize).and_then(|e| Some((e, e.status()?))) {
        Some((_, status @ 200..400)) => Outcome::kept(format!("answered with {status}")),
        Some((exchange, 400..=428 | 430..=501)) => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: "the page, as without the change".to_owned(),
            observed: describe(exchange),
            at: Some(exchange.id.clone()),
        },
        _ => Outcome::unclear("the page was not answered", "run it again"),
    }
}
