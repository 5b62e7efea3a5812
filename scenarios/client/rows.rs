//! Rows of families about clients.

use atproof_engine::model::{Case, Edit, Expectation, Outcome, Step, Transcript, Twist};

/// The steps of most rows: a login, and a request with what it gave.
pub(super) const LOGIN: &[Step] = &[Step::Start, Step::Callback, Step::Request];

/// Two logins of the same client.
pub(super) const TWICE: &[Step] = &[Step::Start, Step::Callback, Step::Start, Step::Callback];

/// A login, and its session through a refresh.
pub(super) const SESSION: &[Step] =
    &[Step::Start, Step::Callback, Step::Request, Step::Refresh, Step::Request];

/// A login, a refresh, and a request with what it gave.
pub(super) const RENEWED: &[Step] = &[Step::Start, Step::Callback, Step::Refresh, Step::Request];

/// A login and its end.
pub(super) const LOGOUT: &[Step] = &[Step::Start, Step::Callback, Step::Request, Step::Logout];

/// With this wrong, the client stops at the step.
pub(super) const fn stops(
    step: Step,
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    twist: Twist,
) -> Case {
    let expect = Expectation::RefusedAt(step);
    Case { id, title, clause, covers: &[], killers, edit: Edit::Twist(twist), expect }
}

/// This is legal: the client goes on.
pub(super) const fn goes_on(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    twist: Twist,
) -> Case {
    let expect = Expectation::Completes;
    Case { id, title, clause, covers: &[], killers, edit: Edit::Twist(twist), expect }
}

/// This holds for all that the client sends to a correct network.
pub(super) const fn holds(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    predicate: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    let expect = Expectation::Holds(predicate);
    Case { id, title, clause, covers: &[], killers, edit: Edit::None, expect }
}

/// With this wrong, the predicate holds.
pub(super) const fn holds_with(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    twist: Twist,
    predicate: fn(&Transcript<'_>) -> Outcome,
) -> Case {
    let expect = Expectation::Holds(predicate);
    Case { id, title, clause, covers: &[], killers, edit: Edit::Twist(twist), expect }
}

/// The row, which touches these clauses too.
pub(super) const fn covering(case: Case, covers: &'static [&'static str]) -> Case {
    Case { covers, ..case }
}

/// The network takes this legal freedom: the client goes on.
pub(super) const fn bears(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    variant: &'static str,
) -> Case {
    let (edit, expect) = (Edit::Network(variant), Expectation::Completes);
    Case { id, title, clause, covers: &[], killers, edit, expect }
}
