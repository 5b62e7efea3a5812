//! How atproof runs: the model, the stage on which a case plays, the recorder, the drivers that
//! bring a login to its end, the schedule, and the judge.
//!
//! *Play* acts and decides nothing, the *record* is the only thing that leaves it, *judge* is a
//! pure function of one case's transcript, and [`judge::grade`] alone assigns severity.

pub mod consent;
pub mod discovery;
pub mod front;
pub mod judge;
pub mod model;
pub mod run;
pub mod stage;
pub mod world;
