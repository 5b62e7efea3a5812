//! Judging: pure functions from a transcript to an outcome, and the one table that turns outcomes
//! into verdicts.

mod grade;
mod probe;
mod trap;

pub use grade::{finding, grade};
pub use probe::{
    after_wait, between_controls, controls, describe, is_accepted, outlived, probe, refusal_of,
    refused,
};
pub use trap::{Said, Wire, is_twisted, parameter, parameters, proof, said, site, step_of, trap};
