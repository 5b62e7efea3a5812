//! What the families on forbidden addresses share: a request with a sentinel beside it, and the
//! judge that asks who came.

use atproof_engine::judge::{self, describe};
use atproof_engine::model::{Case, Edit, Expectation, Outcome, Playing, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::record::{Exchange, Part};
use serde_json::Value;

use crate::server::answers::METADATA;
use crate::server::seen;

/// A row on a client_id that leads to a sentinel.
pub(super) const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    client_id: &'static str,
) -> Case {
    let expect = Expectation::Refused(&[METADATA]);
    Case { id, title, clause, covers, killers, edit: Edit::ClientId(client_id), expect }
}

/// Pushes an ordinary request of the development client, with the edited identifier in its place.
pub(super) fn push<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let Edit::ClientId(template) = edit else {
            let login = stage.login();
            let draft = stage.par(&login);
            stage.send(draft).await;
            return Ok(());
        };
        let sentinel = stage.sentinel(edit).await?;
        let mut login = stage.login();
        // Another path each time: servers remember what they could not fetch.
        let path = format!("/{}/client-metadata.json", login.state);
        login.client_id = sentinel.fill(template).replace("{path}", &path);
        let draft = stage.par(&login);
        stage.send(draft).await;
        stage.note_sentinel(sentinel).await;
        Ok(())
    })
}

/// Nobody came to the sentinel, which would have noticed; and the request was refused, where it had
/// to be.
pub(super) fn unvisited(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let outcome = judge::between_controls(case, transcript);
    match (nobody_came(transcript), outcome) {
        (Outcome::Kept { observed }, Outcome::Kept { observed: answer }) => {
            Outcome::kept(format!("{observed}; {answer}"))
        }
        // The connection counts, whatever the answer.
        (came @ Outcome::Broken { .. }, Outcome::Kept { .. } | Outcome::Broken { .. }) => came,
        (unclear @ Outcome::Unclear { .. }, Outcome::Kept { .. }) => unclear,
        (_, other) => other,
    }
}

/// Nobody came to the sentinel beside the faulted request.
pub(super) fn nobody_came(transcript: &Transcript<'_>) -> Outcome {
    let exchange = transcript.last(&Part::Faulted);
    let exchange = exchange
        .ok_or_else(|| Outcome::unclear("the faulted request was not sent", "run it again"));
    seen::judged(exchange.and_then(untouched).map(Outcome::kept))
}

/// What can be said of an exchange after which nobody had come to its sentinel.
fn untouched(exchange: &Exchange) -> Result<String, Outcome> {
    let fact = |name: &str| exchange.facts.get("sentinel").and_then(|fact| fact.get(name));
    let at = fact("at").and_then(Value::as_str).unwrap_or_default();
    let connections = fact("connections").and_then(Value::as_u64);
    match (connections, fact("alive").and_then(Value::as_bool)) {
        (Some(0), Some(true)) => Ok(format!("no connection to {at}")),
        (Some(0), _) => Err(Outcome::unclear(
            format!("the sentinel at {at} no longer heard its own connections"),
            "run it again",
        )),
        (Some(times), _) => Err(Outcome::violated(
            format!("no connection to {at}"),
            format!("{times} connections; {}", describe(exchange)),
            exchange,
        )),
        (None, _) => Err(Outcome::unclear("nothing was measured", "run it again")),
    }
}
