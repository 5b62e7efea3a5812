//! Client identifiers that are URLs and must not be what they are.
//!
//! # What it does
//!
//! Publishes a correct client and pushes a request of it; then another one whose `client_id` has one
//! thing that no identifier may have. Its document is found wherever an HTTP client would look for
//! it, and names exactly that identifier. Then a correct one again. Counts who came for the
//! document.
//!
//! # Why it matters
//!
//! The identifier is what the user is shown and what grants are bound to. User information and
//! fragments make one document pass for many clients; a port or plain http puts it into the hands of
//! whoever shares the host or the way to it.
//!
//! # What a conforming peer does
//!
//! Refuses such an identifier by its text, before it fetches anything.
//!
//! # How to fix
//!
//! Check the text as it was sent, not what a URL parser made of it: parsers drop default ports,
//! empty user information and dot segments. Check first, fetch then.
//!
//! # References
//!
//! atproto OAuth, Clients; Client ID Metadata Document draft, section 3.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Degree, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::record::Part;

use crate::server::answers::METADATA;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-id.url",
    role: Role::Server,
    area: "client-id",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("url.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: refused_unfetched,
    cases: CASES,
};

const fn row(
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

const CASES: &[Case] = &[
    row(
        "server.client-id.http",
        "A client_id has the scheme http and is not localhost",
        "ATP-CID-006",
        &[],
        &["as.client-id.http", "as.ssrf.fetch-before-validate"],
        "http://{host}{path}",
    ),
    row(
        "server.client-id.port",
        "A client_id has a port, at which its document is found",
        "ATP-CID-007",
        &[],
        &["as.client-id.allow-port"],
        "https://{host}:{second-port}{path}",
    ),
    row(
        "server.client-id.fragment",
        "A client_id has a fragment",
        "ATP-CID-011",
        &[],
        &["as.client-id.fragment"],
        "{origin}{path}#app",
    ),
    row(
        "server.client-id.userinfo",
        "A client_id has a user name before its host",
        "ATP-CID-011",
        &[],
        &["as.client-id.parsed-userinfo", "as.ssrf.fetch-before-validate"],
        "https://client.example@{host}{path}",
    ),
    row(
        "server.client-id.path-missing",
        "A client_id ends with its host",
        "ATP-CID-013",
        &[],
        &["as.client-id.no-path"],
        "{origin}",
    ),
    row(
        "server.client-id.dot-segments",
        "A client_id has a segment of two dots",
        "ATP-CID-013",
        &[],
        &["as.client-id.no-path-normal-check", "as.ssrf.fetch-before-validate"],
        "{base}/app/../client-metadata.json",
    ),
    row(
        "server.client-id.single-dot",
        "A client_id has a segment of one dot",
        "ATP-CID-013",
        &[],
        &["as.client-id.single-dot"],
        "{base}/./client-metadata.json",
    ),
    row(
        "server.client-id.encoded-dot-segments",
        "A client_id has a segment of two percent-encoded dots",
        "ATP-CID-013",
        &[],
        &["as.client-id.encoded-dots"],
        "{base}/app/%2e%2e/client-metadata.json",
    ),
    row(
        "server.client-id.space-before",
        "A client_id has a space before it",
        "ATP-CID-008",
        &[],
        &["as.client-id.space-trimmed"],
        " {origin}{path}",
    ),
    row(
        "server.client-id.line-break-inside",
        "A client_id has a line break in its path",
        "ATP-CID-008",
        &[],
        &["as.client-id.controls-dropped"],
        "{base}/\nclient-metadata.json",
    ),
    row(
        "server.client-id.space-inside",
        "A client_id has a space in its path",
        "ATP-CID-008",
        &[],
        &["as.client-id.space-inside"],
        "{base}/client metadata.json",
    ),
    row(
        "server.client-id.quotation-mark",
        "A client_id has characters that no URL has",
        "ATP-CID-008",
        &[],
        &["as.client-id.malformed"],
        "{base}/\"><b>client-metadata.json",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        stage.push_by(ClientKind::Public, edit).await?;
        Ok(())
    })
}

/// Refused, and not fetched either.
fn refused_unfetched(case: &Case, transcript: &Transcript<'_>) -> Outcome {
    let outcome = judge::probe(case, transcript);
    let faulted = transcript.last(&Part::Faulted);
    let Some((exchange, visits)) = faulted.and_then(|exchange| {
        let visits = exchange.facts.get("fetched")?.get("document")?.as_u64()?;
        Some((exchange, visits))
    }) else {
        return outcome;
    };
    match outcome {
        Outcome::Kept { observed } if visits > 0 => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: "refused before anything is fetched".to_owned(),
            observed: format!("{observed}, after its document was fetched"),
            at: Some(exchange.id.clone()),
        },
        Outcome::Kept { observed } => Outcome::kept(format!("{observed}, and nothing fetched")),
        other => other,
    }
}
