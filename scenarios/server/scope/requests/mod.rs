//! Requests for scopes: what is granted, what of it counts, and what the token answer says.
//!
//! Each row asks for one scope string as a development client that declares it, and then does one
//! thing with the token. The control does the same with a plain value that lets it.

pub mod account;
pub mod blob;
pub mod fixed;
pub mod identity;
pub mod list;
pub mod narrowed;
pub mod repo;
pub mod rpc;
pub mod subset;

use atproof_engine::consent::{Decision, Ending};
use atproof_engine::judge::{describe, is_accepted, refusal_of};
use atproof_engine::model::{Case, Change, Edit, Encoding, Expectation, Outcome, Text, Transcript};
use atproof_engine::stage::{Draft, Grant, Halt, Login, Stage, redirect_parameters};
use atproof_protocol::record::{Action, Exchange, Part};
use atproof_protocol::{form, scope};

use crate::server::front_channel::pushed;

/// A collection of ours.
pub(crate) const COLLECTION: &str = "org.example.atproof";

/// What is done with a token to see what its scope is good for.
pub(crate) trait Operation {
    /// A scope that lets it.
    const VALID: &'static str;

    /// The request.
    fn draft(stage: &Stage, grant: &Grant) -> Result<Draft, Halt>;

    /// Whether it was let; `None` where nothing can be said.
    fn done(exchange: &Exchange) -> Option<bool> {
        let status = exchange.status()?;
        match status {
            200..=299 => Some(true),
            400..=428 => Some(false),
            _ => None,
        }
    }
}

/// Deletes a record that is not there (`com.atproto.repo.deleteRecord`): nothing changes even where
/// that is let.
pub(crate) struct Delete;

impl Operation for Delete {
    const VALID: &'static str = "atproto repo:org.example.atproof";

    fn draft(stage: &Stage, grant: &Grant) -> Result<Draft, Halt> {
        let repo = grant.sub.as_deref().ok_or(Halt::Needs("a token answer with a sub"))?;
        let input = [("repo", repo), ("collection", COLLECTION), ("rkey", "3aaaaaaaaaa2a")];
        Ok(post(stage, grant, "com.atproto.repo.deleteRecord", &input, Encoding::Json))
    }
}

/// A POST request to an XRPC method.
pub(crate) fn post(
    stage: &Stage,
    grant: &Grant,
    method: &str,
    input: &[(&str, &str)],
    encoding: Encoding,
) -> Draft {
    let input = input.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut draft = get(stage, grant, method);
    draft.method = "POST".to_owned();
    draft.form = Some(input.collect());
    draft.edit(&Edit::Encoding(encoding))
}

/// A GET request to an XRPC method, with its query.
pub(crate) fn get(stage: &Stage, grant: &Grant, method: &str) -> Draft {
    let mut draft = stage.resource(grant);
    draft.url = format!("{}/xrpc/{method}", stage.target().resource);
    draft
}

/// The login of a development client that declares one scope and asks for another.
pub(crate) fn asking(login: Login, declared: &str, scope: &str) -> Login {
    let query = form::encode(&[
        ("redirect_uri".to_owned(), login.redirect_uri.clone()),
        ("scope".to_owned(), declared.to_owned()),
    ]);
    Login { client_id: format!("http://localhost?{query}"), scope: scope.to_owned(), ..login }
}

/// The values of a scope string, each once, with `atproto`: what a client declares to ask for them.
fn declaration(scope: &str) -> String {
    let mut values = vec!["atproto"];
    for value in scope.split(' ').filter(|value| !value.is_empty()) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values.join(" ")
}

/// The scope that a row asks for, where it is a control the one that lets the operation.
fn asked<O: Operation>(edit: &Edit) -> String {
    match edit {
        Edit::Parameter(Change::Set(_, Text::Times(value, times))) => {
            format!("{} {}", O::VALID, vec![*value; *times].join(" "))
        }
        Edit::Parameter(Change::Set(_, text)) => text.apply(O::VALID),
        _ => O::VALID.to_owned(),
    }
}

/// Asks for the scope of a row and does the operation with what comes of it.
pub(crate) async fn play<O: Operation>(stage: &mut Stage, edit: &Edit) -> Result<(), Halt> {
    let scope = asked::<O>(edit);
    let login = asking(stage.login(), &declaration(&scope), &scope);
    use_grant::<O>(stage, login, Decision::Approve).await.map(drop)
}

/// Brings a login to its token, where that is let, and does the operation with it.
pub(crate) async fn use_grant<O: Operation>(
    stage: &mut Stage,
    login: Login,
    decision: Decision,
) -> Result<Option<Grant>, Halt> {
    let draft = stage.par(&login);
    let reply = stage.send(draft).await;
    let Ok(request_uri) = reply.require("the pushed request", "request_uri") else {
        return Ok(None);
    };
    let url = stage.authorization_url(&login, &request_uri);
    let ending = stage.authorize(&login, &url, decision).await?;
    let Ending::Redirect(redirect) = ending else { return Ok(None) };
    let parameters = redirect_parameters(&redirect);
    let Some((_, code)) = parameters.iter().find(|(name, _)| name == "code") else {
        return Ok(None);
    };
    let draft = stage.token(&login, code);
    let reply = stage.send(draft).await;
    let Ok(grant) = stage.grant_from(&login, &reply) else { return Ok(None) };
    let draft = O::draft(stage, &grant)?;
    stage.send(draft).await;
    Ok(Some(grant))
}

/// What came of a request for a scope.
pub(crate) enum Effect<'a> {
    /// No token.
    Refused(String),
    /// A token, with the scope that the answer says, and whether the operation was let.
    Granted(&'a Exchange, String, bool),
}

/// What came of the request of a part.
pub(crate) fn effect<'a, O: Operation>(
    transcript: &Transcript<'a>,
    part: &Part,
) -> Result<Effect<'a>, Outcome> {
    let missing = || Outcome::unclear("the request was not sent", "run it again");
    let last = transcript.last(part).ok_or_else(missing)?;
    if last.action == Action::Resource {
        let done = O::done(last).ok_or_else(|| Outcome::unclear(describe(last), "run it again"))?;
        return Ok(Effect::Granted(last, granted(transcript, part), done));
    }
    match refusal_of(last).filter(|_| !is_accepted(last)) {
        Some((200..=428, _)) => {
            let place = if last.action == Action::Par { "when pushed" } else { "later" };
            Ok(Effect::Refused(format!("refused {place}")))
        }
        Some((status @ 500.., _)) => Err(Outcome::violated(
            "granted or refused",
            format!("an error of the server, {status}"),
            last,
        )),
        _ => Err(Outcome::unclear(describe(last), "run it again")),
    }
}

/// The scope of the token answer of a part.
pub(crate) fn granted(transcript: &Transcript<'_>, part: &Part) -> String {
    let answer = transcript.of(part, Action::Token).and_then(|exchange| exchange.response());
    let scope = answer.and_then(|answer| answer.member("scope"));
    scope.as_ref().and_then(|scope| scope.as_str()).unwrap_or_default().to_owned()
}

/// Why nothing can be said, where the plain value does not let the operation.
fn uncontrolled<O: Operation>(transcript: &Transcript<'_>) -> Option<Outcome> {
    for part in [Part::Control, Part::ControlAgain] {
        match effect::<O>(transcript, &part) {
            Ok(Effect::Granted(_, _, true)) => {}
            Ok(_) => {
                return Some(Outcome::not_offered(
                    format!("a server where `{}` does what it says", O::VALID),
                    "the cases of server.scope about that permission say whether it is wrong",
                ));
            }
            Err(unclear) => return Some(unclear),
        }
    }
    None
}

/// An invalid value is refused, left out, or granted and good for nothing.
fn confers_nothing<O: Operation>(transcript: &Transcript<'_>) -> Outcome {
    if let Some(outcome) = uncontrolled::<O>(transcript) {
        return outcome;
    }
    match effect::<O>(transcript, &Part::Faulted) {
        Err(outcome) => outcome,
        Ok(Effect::Refused(how)) => Outcome::kept(how),
        Ok(Effect::Granted(_, scope, false)) => {
            Outcome::kept(format!("granted as `{scope}`, which is good for nothing"))
        }
        Ok(Effect::Granted(at, scope, true)) => Outcome::violated(
            "refused, left out, or granted and good for nothing",
            format!("granted as `{scope}`, and good for what a valid value allows"),
            at,
        ),
    }
}

/// A legal spelling does what it says, where the server takes it at all (ATP-SGRAN-120).
fn does_the_same<O: Operation>(transcript: &Transcript<'_>) -> Outcome {
    if let Some(outcome) = uncontrolled::<O>(transcript) {
        return outcome;
    }
    match effect::<O>(transcript, &Part::Faulted) {
        Err(outcome) => outcome,
        Ok(Effect::Refused(how)) => Outcome::observed(how),
        Ok(Effect::Granted(_, scope, true)) => {
            Outcome::kept(format!("granted as `{scope}`, and it counts"))
        }
        Ok(Effect::Granted(_, scope, false)) if !lists(&scope, transcript) => {
            Outcome::observed(format!("left out: `{scope}`"))
        }
        Ok(Effect::Granted(at, scope, false)) => Outcome::violated(
            "what is granted counts",
            format!("granted as `{scope}`, and good for nothing"),
            at,
        ),
    }
}

/// What the text leaves open.
fn what_counts<O: Operation>(transcript: &Transcript<'_>) -> Outcome {
    if let Some(outcome) = uncontrolled::<O>(transcript) {
        return outcome;
    }
    match effect::<O>(transcript, &Part::Faulted) {
        Err(outcome) => outcome,
        Ok(Effect::Refused(how)) => Outcome::observed(how),
        Ok(Effect::Granted(_, _, true)) => Outcome::observed("granted, and it counts"),
        Ok(Effect::Granted(_, scope, false)) => {
            Outcome::observed(match lists(&scope, transcript) {
                true => "granted, and good for nothing",
                false => "left out of what is granted",
            })
        }
    }
}

/// Whether what was granted has all that was asked for, in whatever spelling.
fn lists(granted: &str, transcript: &Transcript<'_>) -> bool {
    let asked = pushed(transcript, &Part::Faulted, "scope").unwrap_or_default();
    let [asked, granted] = [asked.as_str(), granted].map(|text| scope::read(text).document);
    asked.zip(granted).is_some_and(|(asked, granted)| asked.is_listed_in(&granted))
}

/// Id, title and clauses of a row.
type Name = (&'static str, &'static str, &'static [&'static str]);

const fn row(
    (id, title, clauses): Name,
    killers: &'static [&'static str],
    scope: &'static str,
    holds: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    let (clause, covers) = match clauses {
        [clause, covers @ ..] => (*clause, covers),
        [] => ("", clauses),
    };
    let edit = Edit::Parameter(Change::Set("scope", Text::Is(scope)));
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Holds(holds) }
}

/// An invalid scope, which must not count.
const fn invalid<O: Operation>(
    name: Name,
    killers: &'static [&'static str],
    scope: &'static str,
) -> Case {
    row(name, killers, scope, confers_nothing::<O>)
}

/// A legal spelling, which has to count where it is granted.
const fn spelled<O: Operation>(
    name: Name,
    killers: &'static [&'static str],
    scope: &'static str,
) -> Case {
    row(name, killers, scope, does_the_same::<O>)
}

/// A scope about which the text is silent.
const fn open<O: Operation>(
    name: Name,
    killers: &'static [&'static str],
    scope: &'static str,
) -> Case {
    row(name, killers, scope, what_counts::<O>)
}
