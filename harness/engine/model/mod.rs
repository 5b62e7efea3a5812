//! The words of the program: requirement, family, case, edit, expectation, transcript, outcome,
//! verdict, finding.

mod edit;
mod family;
mod ledger;
mod outcome;
mod requirement;
mod target;
mod transcript;
mod trap;

pub use edit::{Change, Credentials, Delivery, DocumentEdit, Edit, Encoding, NonceChange, Text};
pub use family::{
    Alternative, Case, Expectation, Family, FaultId, Judge, Need, Playing, Refusal, Role, Script,
    Tier, VariantId,
};
pub use ledger::{
    BugSide, BugState, BugTie, ClauseState, FieldBug, LedgerRow, Reason, ReasonCode, SubjectGroup,
};
pub use outcome::{Degree, Finding, JudgedRun, Outcome, Totals, Verdict};
pub use requirement::{Basis, Level, Requirement, Subject};
pub use target::{Account, Client, Endpoints, Target};
pub use transcript::Transcript;
pub use trap::{Alter, Flaw, Handles, Input, Settings, Site, Step, Twist, When};
