//! What one case left in the record.

use atproof_protocol::record::{Action, Exchange, Part, Play};

use super::Target;

/// The exchanges of one case, in order, and how its playing ended. All that a judge sees.
#[derive(Clone, Copy, Debug)]
pub struct Transcript<'a> {
    /// What was examined, as observed in discovery.
    pub target: &'a Target,
    /// The exchanges.
    pub exchanges: &'a [Exchange],
    /// How playing ended.
    pub play: &'a Play,
}

impl<'a> Transcript<'a> {
    /// The last exchange of a part, retries aside.
    pub fn last(&self, part: &Part) -> Option<&'a Exchange> {
        self.exchanges.iter().rev().find(|e| !e.superseded && e.part == *part)
    }

    /// The last exchange of this kind in a part, retries aside.
    pub fn of(&self, part: &Part, action: Action) -> Option<&'a Exchange> {
        self.exchanges.iter().rev().find(|e| !e.superseded && e.part == *part && e.action == action)
    }

    /// The last exchange of a named step, retries aside.
    pub fn step(&self, name: &str) -> Option<&'a Exchange> {
        self.steps(name).last()
    }

    /// All exchanges of a named step in order, retries aside.
    pub fn steps(&self, name: &str) -> impl Iterator<Item = &'a Exchange> {
        self.exchanges
            .iter()
            .filter(move |e| !e.superseded && matches!(&e.part, Part::Step(step) if step == name))
    }

    /// Every exchange of this kind, also those that were retried.
    pub fn actions(&self, action: Action) -> impl Iterator<Item = &'a Exchange> {
        self.exchanges.iter().filter(move |e| e.action == action)
    }
}
