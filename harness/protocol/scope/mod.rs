//! The scope language of atproto: what a scope string says, and what it lets a client do.
//!
//! Sources are the Permission and OAuth specifications of atproto and RFC 6749, section 3.3. Where
//! they leave a question open, the model takes one answer, and [`Alternative`] lists the others with
//! their clauses; [`verdict`] says which of them would change a result.
//!
//! [`read`] takes a string apart, [`ScopeSet::covers`] asks whether it grants an [`Operation`],
//! [`ScopeSet::is_within`] compares two, [`permission_set::read`] reads what `include` names.

mod accept;
mod canonical;
mod covers;
mod fields;
mod list;
mod operation;
mod oracle;
mod permission;
pub mod permission_set;
mod readings;
mod service;
mod subset;
mod syntax;
mod verdict;

pub use accept::Accept;
pub(crate) use list::character_fault;
pub use list::{Meaning, ScopeSet, Value, is_granular, list_fault, read, read_as, tokens};
pub use operation::{Access, AccountAttribute, Management, Operation, RepoAction};
pub use oracle::{permission_set_oracle, scope_string_oracle};
pub use permission::{
    Account, Audience, Blob, Identity, Include, Name, Repo, Rpc, Scope, Transition,
};
pub use permission_set::PermissionSet;
pub use readings::{Alternative, Readings};
pub use service::ServiceReference;
pub use syntax::{Parameter, Part, Syntax};
pub use verdict::{Verdict, verdict};
