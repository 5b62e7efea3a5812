//! Rows on clients that declare their redirect URI in a document.

use atproof_engine::model::{Case, Edit, Expectation};

use crate::server::answers::{EITHER, METADATA, REDIRECT_URI};

/// A row on a redirect URI that has to be refused.
pub(super) const fn refused(
    id: &'static str,
    title: &'static str,
    (clause, covers): (&'static str, &'static [&'static str]),
    killers: &'static [&'static str],
    redirect_uri: &'static str,
) -> Case {
    let expect = Expectation::Refused(&[METADATA, REDIRECT_URI]);
    Case { id, title, clause, covers, killers, edit: Edit::RedirectUri(redirect_uri), expect }
}

/// A row on a redirect URI that is legal.
pub(super) const fn legal(
    id: &'static str,
    title: &'static str,
    (clause, covers): (&'static str, &'static [&'static str]),
    killers: &'static [&'static str],
    redirect_uri: &'static str,
) -> Case {
    let edit = Edit::RedirectUri(redirect_uri);
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Accepted }
}

/// A row on a redirect URI that the texts leave open.
pub(super) const fn open(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    redirect_uri: &'static str,
) -> Case {
    let edit = Edit::RedirectUri(redirect_uri);
    Case { id, title, clause, covers: &[], killers, edit, expect: Expectation::Open(EITHER) }
}
