//! Refreshes that are malformed.
//!
//! # What it does
//!
//! Makes a login of its own for every row and refreshes it as it should be, then with one thing
//! malformed: the refresh token absent, empty, cut, longer or sent twice, a code in its place, no
//! client, another resource.
//!
//! # Why it matters
//!
//! A refresh token is looked up by whatever the server takes for it. A lookup that is content with
//! less than the whole value hands out sessions of others.
//!
//! # What a conforming peer does
//!
//! Refuses with 400 and `invalid_request` or `invalid_grant`. A refresh without `client_id` may be
//! taken. A `resource` that was not consented to does not get into the new access token.
//!
//! # How to fix
//!
//! Treat empty parameters as absent, refuse those that come twice, look tokens up by their whole
//! value, and take the audience from the grant.
//!
//! # References
//!
//! RFC 6749, sections 3.2, 5.2 and 6; RFC 9700, section 4.14.2; atproto OAuth, Client ID.

use atproof_engine::judge::{self, is_accepted};
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Refusal, Role,
    Script, Text, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use serde_json::Value;

use crate::server::answers::GRANT;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.malformed",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("malformed.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A row on what is refused.
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    edit: Edit,
    killers: &'static [&'static str],
) -> Case {
    let expect = Expectation::Refused(UNKNOWN_TOKEN);
    Case { id, title, clause, covers: &[], killers, edit, expect }
}

/// The form is examined by the cases about errors.
const UNKNOWN_TOKEN: &[&[Refusal]] = &[GRANT, &[Refusal::status(403)]];

const CODE: Edit = Edit::Story("refresh_token holds the code that the session came of");

/// A resource that nobody consented to.
const RESOURCE: &str = "https://other-resource.example";

const CASES: &[Case] = &[
    row(
        "server.refresh.token-missing",
        "A refresh without refresh token gives tokens",
        "RFC6749-5.2-07",
        Edit::Parameter(Change::Remove("refresh_token")),
        &["as.refresh.token-optional"],
    ),
    row(
        "server.refresh.token-empty",
        "A refresh with an empty refresh token gives tokens",
        "RFC6749-3.2-04",
        Edit::Parameter(Change::Set("refresh_token", Text::Is(""))),
        &["as.refresh.empty-token"],
    ),
    row(
        "server.refresh.token-cut",
        "The beginning of a refresh token is taken for the token",
        "RFC6749-5.2-05",
        Edit::Parameter(Change::Set("refresh_token", Text::Cut(12))),
        &["as.refresh.token-starts-with"],
    ),
    row(
        "server.refresh.token-with-tail",
        "A refresh token with something behind it is taken for the token",
        "RFC6749-5.2-05",
        Edit::Parameter(Change::Set("refresh_token", Text::Append("~atproof"))),
        &["as.refresh.token-tail-ignored"],
    ),
    row(
        "server.refresh.token-repeated",
        "Of two different refresh tokens in one request the first is used",
        "RFC6749-5.2-07",
        Edit::Parameter(Change::Repeat("refresh_token", Text::LastCharacterChanged)),
        &["as.refresh.first-of-repeated"],
    ),
    row(
        "server.refresh.code-as-refresh-token",
        "A code that was exchanged is refreshed",
        "RFC6749-5.2-05",
        CODE,
        &["as.refresh.accepts-code"],
    ),
    Case {
        id: "server.refresh.client-id-missing",
        title: "A session is refreshed without client_id",
        clause: "ATP-CID-016",
        covers: &[],
        killers: &["as.refresh.client-id-optional"],
        edit: Edit::Parameter(Change::Remove("client_id")),
        // The token is bound to its client either way.
        expect: Expectation::Open(&[
            Alternative { name: "accepted", is: |answer| answer.status < 300 },
            Alternative { name: "refused", is: |answer| (400..500).contains(&answer.status) },
        ]),
    },
    Case {
        id: "server.refresh.resource-switched",
        title: "A refresh asks for another resource than was consented to",
        clause: "RFC9700-4.14.2-02",
        covers: &[],
        killers: &["as.refresh.resource-switched"],
        edit: Edit::Parameter(Change::Set("resource", Text::Is(RESOURCE))),
        expect: Expectation::Holds(|transcript| seen::judged(for_its_resource(transcript))),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        let grant = stage
            .preparing(async |stage| {
                let reply = stage.send(stage.token(&login, &code)).await;
                stage.grant_from(&login, &reply)
            })
            .await?;
        let mut draft = stage.refresh(&grant);
        if *edit == CODE {
            Change::Set("refresh_token", Text::Is("")).apply(draft.form.get_or_insert_default());
            for (name, value) in draft.form.iter_mut().flatten() {
                if name == "refresh_token" {
                    value.clone_from(&code);
                }
            }
        }
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}

/// Refused, or ignored: where the access token can be read, it is not for that resource.
fn for_its_resource(transcript: &Transcript<'_>) -> Result<Outcome, Outcome> {
    let exchange = seen::faulted(transcript)?;
    if !is_accepted(exchange) {
        seen::refusal(exchange)?;
        let target = Refusal::new(400, "invalid_target");
        return Ok(match judge::refusal_of(exchange) {
            Some((400, errors)) if errors.iter().any(|error| error == "invalid_target") => {
                Outcome::kept(format!("refused with {target}"))
            }
            _ => judge::refused(exchange, &[GRANT]),
        });
    }
    let response = seen::success(exchange)?;
    let name = response.member("access_token");
    let facts = name.as_ref().and_then(|name| exchange.facts.get(name.as_str()?));
    let audience = facts.and_then(|facts| facts.pointer("/jwt/claims/aud"));
    let is_named = |audience: &Value| match audience {
        Value::String(one) => one == RESOURCE,
        Value::Array(several) => several.iter().any(|one| one == RESOURCE),
        _ => false,
    };
    Ok(match audience {
        None => return Err(Outcome::not_offered("an access token that names its audience", "-")),
        Some(audience) if is_named(audience) => Outcome::violated(
            "an access token for the resource that was consented to",
            format!("aud {audience}"),
            exchange,
        ),
        Some(audience) => Outcome::kept(format!("accepted, with aud {audience} as before")),
    })
}
