//! What the suite has for each clause, and for each bug from the field.

use serde::{Deserialize, Serialize};

use super::{Requirement, Subject};

/// A clause and the one state that it is in.
#[derive(Clone, Debug)]
pub struct LedgerRow<'a> {
    /// The clause.
    pub requirement: &'a Requirement,
    /// What the suite has for it.
    pub state: ClauseState,
}

/// What the suite has for a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClauseState {
    /// These cases examine it, in the order of the registry.
    Tested(Vec<&'static str>),
    /// The catalogue says that no black box can see it.
    NotObservable,
    /// There is no case, and a reason why there will be none.
    Reasoned(Reason),
    /// There is no case so far.
    NotYet,
}

impl ClauseState {
    /// The names of the states, in the order of tables.
    pub const NAMES: [&'static str; 6] =
        ["tested", "document-only", "same-as", "needs", "not-observable", "not-yet"];

    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Tested(_) => "tested",
            Self::NotObservable => ReasonCode::NotObservable.as_str(),
            Self::Reasoned(reason) => reason.code.as_str(),
            Self::NotYet => "not-yet",
        }
    }
}

/// Why no case examines a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The kind of reason.
    pub code: ReasonCode,
    /// The tested clause that says the same.
    pub same_as: Option<String>,
    /// Why, in one sentence.
    pub note: String,
}

/// The kinds of reasons for which a clause has no case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonCode {
    /// Nothing that a peer sends shows it.
    NotObservable,
    /// It takes something that no option of atproof can supply.
    Needs,
    /// Another clause that is tested says the same.
    SameAs,
    /// Reading a document is all there is to check.
    DocumentOnly,
}

impl ReasonCode {
    /// The code as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotObservable => "not-observable",
            Self::Needs => "needs",
            Self::SameAs => "same-as",
            Self::DocumentOnly => "document-only",
        }
    }
}

/// Subjects that are examined together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectGroup {
    /// Authorization server, resource server and PDS.
    Servers,
    /// Clients.
    Clients,
    /// Client metadata documents.
    Documents,
    /// The identity system.
    Identity,
}

impl SubjectGroup {
    /// Every group, in the order of tables.
    pub const ALL: [Self; 4] = [Self::Servers, Self::Clients, Self::Documents, Self::Identity];

    /// The group of a subject.
    pub const fn of(subject: Subject) -> Self {
        match subject {
            Subject::As | Subject::Rs | Subject::Pds => Self::Servers,
            Subject::Client => Self::Clients,
            Subject::MetadataDocument => Self::Documents,
            Subject::Identity => Self::Identity,
        }
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Servers => "servers",
            Self::Clients => "clients",
            Self::Documents => "documents",
            Self::Identity => "identity",
        }
    }
}

/// A failure of an implementation in the field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldBug {
    /// Stable identifier.
    pub id: String,
    /// What had it.
    pub implementation: String,
    /// Where it was reported.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Whether the reference was read; otherwise it is from general knowledge.
    pub ref_seen: bool,
    /// Who had it.
    pub side: BugSide,
    /// Area of the collection.
    pub area: String,
    /// What went wrong.
    pub summary: String,
    /// What provokes it.
    pub trigger: String,
    /// What a conforming peer answers.
    pub expected: String,
    /// What was seen instead.
    pub observed: String,
    /// Id of the fault that repeats it, a colon, and what that fault does.
    pub deviant: String,
    /// Why no case will ever find it.
    pub untied: Option<String>,
}

impl FieldBug {
    /// Id of the fault of a reference peer that repeats it.
    pub fn fault(&self) -> &str {
        self.deviant.split_once(':').map_or(self.deviant.as_str(), |(fault, _)| fault)
    }

    /// Whether a server carries the fault; otherwise a client does.
    pub fn is_of_server(&self) -> bool {
        !self.fault().starts_with("client.")
    }

    /// Whether this killer of a case is the fault, all of it or at one place (`fault@place`).
    pub fn is_found_by(&self, killer: &str) -> bool {
        killer.split_once('@').map_or(killer, |(fault, _)| fault) == self.fault()
    }
}

/// Who had a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BugSide {
    /// An authorization server.
    As,
    /// A resource server.
    Rs,
    /// A client.
    Client,
    /// A text or a guide.
    Doc,
}

/// A bug and the cases that find the fault that repeats it.
#[derive(Clone, Debug)]
pub struct BugTie<'a> {
    /// The bug.
    pub bug: &'a FieldBug,
    /// The cases, in the order of the registry.
    pub cases: Vec<&'static str>,
}

impl BugTie<'_> {
    /// What has become of the bug.
    pub fn state(&self) -> BugState {
        if !self.cases.is_empty() {
            BugState::Tied
        } else if self.bug.untied.is_some() {
            BugState::Untied
        } else if self.bug.is_of_server() {
            BugState::Open
        } else {
            BugState::OfClients
        }
    }
}

/// What has become of a bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BugState {
    /// A case finds its fault.
    Tied,
    /// No case will ever find it, for a reason.
    Untied,
    /// No case finds it so far, although one could.
    Open,
    /// A client had it, and no case finds it so far.
    OfClients,
}
