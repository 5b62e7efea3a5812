//! What the families on client metadata share: kinds of rows, and the request that they play.

use atproof_engine::model::{Alternative, Case, Edit, Expectation, Playing};
use atproof_engine::stage::{ClientKind, Stage};

use crate::server::answers::{CLIENT_AUTH, METADATA};

/// What a server may do with something that the texts leave open.
pub(super) const EITHER: &[Alternative] = &[
    Alternative { name: "accepted", is: |response| (200..300).contains(&response.status) },
    Alternative {
        name: "refused",
        is: |response| (400..500).contains(&response.status) && response.status != 429,
    },
    Alternative { name: "a server error", is: |response| response.status >= 500 },
];

/// A row on a client that has to be refused.
pub(super) const fn refused(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    edit: Edit,
) -> Case {
    let expect = Expectation::Refused(&[METADATA]);
    Case { id, title, clause, covers, killers, edit, expect }
}

/// As [`refused`], where the refusal may be one of the client's authentication as well.
pub(super) const fn not_authenticated(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    edit: Edit,
) -> Case {
    let expect = Expectation::Refused(&[METADATA, CLIENT_AUTH]);
    Case { id, title, clause, covers, killers, edit, expect }
}

/// A row on a client whose document is legal.
pub(super) const fn legal(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    edit: Edit,
) -> Case {
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Accepted }
}

/// A row on what the texts leave open.
pub(super) const fn open(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    edit: Edit,
) -> Case {
    Case { id, title, clause, covers: &[], killers, edit, expect: Expectation::Open(EITHER) }
}

/// Pushes a request of a new public client.
pub(super) fn public<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    push(stage, ClientKind::Public, edit)
}

/// Pushes a request of a new native client.
pub(super) fn native<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    push(stage, ClientKind::Native, edit)
}

/// Pushes a request of a new confidential client with its keys in the document.
pub(super) fn confidential<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    push(stage, ClientKind::Confidential, edit)
}

/// Pushes a request of a new confidential client with its keys at a URL.
pub(super) fn by_reference<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    push(stage, ClientKind::ByReference, edit)
}

fn push<'a>(stage: &'a mut Stage, kind: ClientKind, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        stage.push_by(kind, edit).await?;
        Ok(())
    })
}
