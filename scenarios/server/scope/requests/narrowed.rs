//! A consent from which the user takes something out.
//!
//! # What it does
//!
//! Makes a login of a new client for two permissions, and approves both. Makes the same login again
//! and takes one of them out on the consent page. Then deletes a record of a collection of ours
//! that was never there, which is what was taken out; refreshes without naming a scope, for the
//! same, for less and for more, and tries again; and opens a third request for both.
//!
//! # Why it matters
//!
//! The user has said no to something. A server that forgets it at the token, at the refresh or at
//! the next login has only pretended to ask.
//!
//! # What a conforming peer does
//!
//! If it lets users take something out, it names what is left in the token answer, keeps the tokens
//! to that for as long as the session lasts, and asks again before it grants more.
//!
//! # How to fix
//!
//! Keep the scope that was granted with the session, apart from the one that was asked for, and
//! never go back to the latter.
//!
//! # References
//!
//! atproto OAuth, Summary of Authorization Flow; RFC 6749, sections 3.3 and 6.

use atproof_engine::consent::Decision;
use atproof_engine::judge::{self, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Grant, Halt, Login, Stage};
use atproof_protocol::record::{Action, Exchange, Part};
use atproof_protocol::scope;
use atproof_protocol::scope::{Operation as Asked, RepoAction};

use super::{COLLECTION, Delete, Effect, Operation, asking, effect, use_grant};
use crate::server::authorization::remembered::asked_again;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.narrowed",
    role: Role::Server,
    area: "scope",
    tier: Tier::Write,
    needs: &[Need::Account],
    source: include_str!("narrowed.rs"),
    script: Script::Once { play, logins: 3 },
    judge: judge::probe,
    cases: CASES,
};

/// What is asked for, and what the user leaves of it.
const WHOLE: &str = "atproto repo:org.example.atproof account:email";
const LEFT: &str = "atproto account:email";

const fn row(
    id: &'static str,
    title: &'static str,
    clauses: (&'static str, &'static [&'static str]),
    killers: &'static [&'static str],
    holds: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    let edit = Edit::Story("the user takes `repo:org.example.atproof` out on the consent page");
    let (clause, covers) = clauses;
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Holds(holds) }
}

const CASES: &[Case] = &[
    row(
        "server.scope.narrowing-offered",
        "Whether users may take something out of what a client asks for",
        ("ATP-AUTHZ-029", &[]),
        &["as.consent.narrowing-ignored"],
        |transcript| {
            seen::judged(narrow(transcript).map(|narrow| {
                Outcome::observed(match says_more(&narrow.scope) && narrow.lets {
                    true => "the whole is granted",
                    false => "they may",
                })
            }))
        },
    ),
    row(
        "server.scope.narrowed-token-does-more",
        "A token does what the user has taken out",
        ("ATP-SGRAN-020", &["ATP-AUTHZ-029"]),
        &["as.consent.narrowing-said-alone"],
        |transcript| {
            seen::judged(narrow(transcript).and_then(|narrow| {
                if says_more(&narrow.scope) {
                    return Err(not_narrowed());
                }
                Ok(match narrow.lets {
                    true => Outcome::violated("refused", "the record may be deleted", narrow.at),
                    false => Outcome::kept(judge::describe(narrow.at)),
                })
            }))
        },
    ),
    row(
        "server.scope.narrowed-answer-untrue",
        "The token answer names what the user has taken out",
        ("RFC6749-3.3-02", &["ATP-AUTHZ-029"]),
        &["as.token.scope-echoed"],
        |transcript| {
            seen::judged(narrow(transcript).and_then(|narrow| {
                if narrow.lets {
                    return Err(not_narrowed());
                }
                let said = format!("`{}`", narrow.scope);
                Ok(match narrow.scope.is_empty() || says_more(&narrow.scope) {
                    true => Outcome::violated(format!("`{LEFT}`"), said, narrow.at),
                    false => Outcome::kept(said),
                })
            }))
        },
    ),
    row(
        "server.scope.narrowed-refresh-widens",
        "A refresh gives back what the user has taken out",
        ("ATP-REFR-011", &["RFC6749-6-03"]),
        &["as.refresh.scope-as-asked"],
        |transcript| refreshed(transcript, NONE),
    ),
    row(
        "server.scope.narrowed-refresh-for-more",
        "A refresh that asks for what the user has taken out gives it back",
        ("ATP-REFR-011", &["RFC6749-6-03", "ATP-SCOPE-017"]),
        &["as.refresh.scope-widened"],
        |transcript| refreshed(transcript, MORE),
    ),
    row(
        "server.scope.narrowed-refresh-for-same",
        "What comes of a refresh for just what was granted",
        ("ATP-REFR-011", &["RFC6749-6-03"]),
        &["as.refresh.scope-refused"],
        |transcript| named(transcript, SAME),
    ),
    row(
        "server.scope.narrowed-refresh-for-less",
        "What comes of a refresh for less than was granted",
        ("ATP-REFR-011", &["RFC6749-6-03"]),
        &["as.refresh.narrower-refused"],
        |transcript| named(transcript, LESS),
    ),
    row(
        "server.scope.narrowed-then-silent",
        "What the user has taken out is granted later without asking",
        ("ATP-SCOPE-017", &["ATP-AUTHZ-029", "RFC8252-8.6-01"]),
        &["as.consent.ignore-scope-growth"],
        |transcript| {
            seen::judged(narrow(transcript).and_then(|narrow| {
                if says_more(&narrow.scope) {
                    return Err(not_narrowed());
                }
                Ok(asked_again(transcript))
            }))
        },
    ),
];

/// The steps after the narrowed login.
const NARROW: &str = "the narrowed login";
const NONE: &str = "a refresh without a scope";
const SAME: &str = "a refresh for what was granted";
const LESS: &str = "a refresh for less";
const MORE: &str = "a refresh for what was asked for at first";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        // A client that the account has never approved: consents outlive a run.
        let redirect_uri = format!("http://127.0.0.1/{}", stage.random().token());
        stage.step(NARROW);
        let first = login(stage, &redirect_uri);
        let grant = use_grant::<Delete>(stage, first, Decision::Narrow(LEFT)).await?;
        if let Some(mut grant) = grant {
            let refreshes = [(NONE, ""), (SAME, LEFT), (LESS, "atproto"), (MORE, WHOLE)];
            for (step, scope) in refreshes {
                stage.step(step);
                // A refusal uses nothing up.
                if let Some(next) = refresh(stage, &grant, scope).await? {
                    grant = next;
                }
            }
        }
        stage.enter(Part::Faulted);
        let again = login(stage, &redirect_uri);
        let request_uri = stage.push(&again).await?;
        let url = stage.authorization_url(&again, &request_uri);
        stage.open(&again, &url).await?;
        // Last, since it approves the whole.
        stage.enter(Part::Control);
        let last = login(stage, &redirect_uri);
        use_grant::<Delete>(stage, last, Decision::Approve).await.map(drop)
    })
}

fn login(stage: &mut Stage, redirect_uri: &str) -> Login {
    let login = Login { redirect_uri: redirect_uri.to_owned(), ..stage.login() };
    asking(login, WHOLE, WHOLE)
}

/// Refreshes, tries the new token, and gives the grant as it is then.
async fn refresh(
    stage: &mut Stage,
    grant: &Grant,
    scope: &'static str,
) -> Result<Option<Grant>, Halt> {
    let draft = stage.refresh(grant);
    let edit = match scope {
        "" => Edit::None,
        scope => Edit::Parameter(Change::Set("scope", Text::Is(scope))),
    };
    let reply = stage.send(draft.edit(&edit)).await;
    let Ok(mut next) = stage.grant_from(&grant.login, &reply) else { return Ok(None) };
    // Where it is not replaced, the refresh token stays the same.
    next.refresh_token = next.refresh_token.or_else(|| grant.refresh_token.clone());
    next.sub = next.sub.or_else(|| grant.sub.clone());
    let draft = Delete::draft(stage, &next)?;
    stage.send(draft).await;
    Ok(Some(next))
}

/// What came of the narrowed login.
struct Narrow<'a> {
    at: &'a Exchange,
    scope: String,
    lets: bool,
}

fn narrow<'a>(transcript: &Transcript<'a>) -> Result<Narrow<'a>, Outcome> {
    if !matches!(effect::<Delete>(transcript, &Part::Control)?, Effect::Granted(_, _, true)) {
        let why = "see the cases of server.scope about repo";
        return Err(Outcome::not_offered("a server with granular permissions", why));
    }
    match effect::<Delete>(transcript, &Part::Step(NARROW.to_owned()))? {
        Effect::Granted(at, scope, lets) => Ok(Narrow { at, scope, lets }),
        Effect::Refused(how) => Err(Outcome::unclear(how, "the login without the change works")),
    }
}

/// Whether a scope has what was taken out.
fn says_more(text: &str) -> bool {
    let delete = Asked::Repo { action: RepoAction::Delete, collection: COLLECTION.to_owned() };
    scope::read(text).document.is_some_and(|set| set.covers(&delete))
}

fn not_narrowed() -> Outcome {
    Outcome::not_offered(
        "a server that lets users take something out, by an interface that atproof knows",
        "name a consent driver that unticks scopes",
    )
}

/// The narrowed login, and the refresh of a step with what its token did.
fn after<'a>(
    transcript: &Transcript<'a>,
    step: &str,
) -> Result<(&'a Exchange, Option<Effect<'a>>), Outcome> {
    let narrow = narrow(transcript)?;
    if says_more(&narrow.scope) || narrow.lets {
        return Err(not_narrowed());
    }
    let part = Part::Step(step.to_owned());
    let missing =
        || Outcome::unclear(format!("there was no {step}"), "the one before it has to work");
    let exchange = transcript.of(&part, Action::Refresh).ok_or_else(missing)?;
    if !is_accepted(exchange) {
        return Ok((exchange, None));
    }
    effect::<Delete>(transcript, &part).map(|effect| (exchange, Some(effect)))
}

/// Refused, or no more than before.
fn refreshed(transcript: &Transcript<'_>, step: &str) -> Outcome {
    seen::judged(after(transcript, step).map(|(exchange, effect)| {
        let scope = exchange.response().and_then(|response| response.member("scope"));
        let scope = scope.as_ref().and_then(|scope| scope.as_str()).unwrap_or_default();
        match effect {
            None => Outcome::kept(judge::describe(exchange)),
            Some(Effect::Granted(at, _, true)) => {
                Outcome::violated(format!("`{LEFT}`"), "the record may be deleted", at)
            }
            Some(_) if says_more(scope) => {
                Outcome::violated(format!("`{LEFT}`"), format!("`{scope}`"), exchange)
            }
            Some(_) => Outcome::kept(format!("`{scope}`")),
        }
    }))
}

/// What a refresh that names a scope comes to.
fn named(transcript: &Transcript<'_>, step: &str) -> Outcome {
    seen::judged(after(transcript, step).map(|(exchange, effect)| {
        let scope = exchange.response().and_then(|response| response.member("scope"));
        let scope = scope.as_ref().and_then(|scope| scope.as_str()).unwrap_or_default();
        Outcome::observed(match effect {
            Some(_) => format!("granted as `{scope}`"),
            None => judge::describe(exchange),
        })
    }))
}
