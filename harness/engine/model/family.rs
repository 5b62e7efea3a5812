//! Families and cases: the suite as data.

use std::fmt;
use std::pin::Pin;

use atproof_protocol::record::Response;
use serde::{Deserialize, Serialize};

use super::{Edit, Outcome, Settings, Step, Transcript};
use crate::stage::{Halt, Stage};

/// A group of cases in one file that share play and judge.
#[derive(Debug)]
pub struct Family {
    /// Prefix of the case ids, such as `server.par`.
    pub id: &'static str,
    /// Whom the cases examine.
    pub role: Role,
    /// Area of the catalogue.
    pub area: &'static str,
    /// What playing does to the target.
    pub tier: Tier,
    /// What must be offered for the cases to be played.
    pub needs: &'static [Need],
    /// Source text of the file: its module documentation is the explain page.
    pub source: &'static str,
    /// How the cases are played.
    pub script: Script,
    /// How transcripts are judged.
    pub judge: Judge,
    /// The cases.
    pub cases: &'static [Case],
}

/// A future that plays; boxed, so that families can be plain statics.
pub type Playing<'a> = Pin<Box<dyn Future<Output = Result<(), Halt>> + Send + 'a>>;

/// Judges the transcript of a case: pure, no I/O, no clock.
pub type Judge = fn(&Case, &Transcript<'_>) -> Outcome;

/// How the cases of a family are played. `logins` is how many consents one call takes; the plan
/// adds them up before the run.
#[derive(Clone, Copy)]
pub enum Script {
    /// One request sequence with one edit. The engine plays it with [`Edit::None`] as the control
    /// before a run of rows, with each row's edit, and as the control again after them.
    Probe {
        /// Sends the sequence with the edit applied to its subject.
        play: for<'a> fn(&'a mut Stage, &'a Edit) -> Playing<'a>,
        /// Consents per call.
        logins: usize,
    },
    /// As [`Script::Probe`], but the calls of a unit hand a grant on to each other
    /// ([`Stage::unit_grant`]), so that `logins` is what a whole unit takes, where nothing that is
    /// refused burns the grant.
    Chain {
        /// Sends the sequence with the edit applied to its subject.
        play: for<'a> fn(&'a mut Stage, &'a Edit) -> Playing<'a>,
        /// Consents per unit.
        logins: usize,
    },
    /// One sequence whose transcript serves all cases of the family.
    Once {
        /// Sends the sequence.
        play: for<'a> fn(&'a mut Stage) -> Playing<'a>,
        /// Consents per call.
        logins: usize,
    },
    /// A sequence of its own per case, with its own controls as named steps.
    Story {
        /// Sends the sequence of the case.
        play: for<'a> fn(&'a mut Stage, &'a Case) -> Playing<'a>,
        /// Consents per call.
        logins: usize,
    },
    /// A client is led through these steps in a network without the edit, with the edit of each
    /// row, and without it again. Every time the network is another one, and the client fresh.
    Walk {
        /// The steps after `init`.
        steps: &'static [Step],
        /// How the network is laid out.
        settings: Settings,
    },
    /// A client is led through these steps in a correct network, once for all cases of the family.
    Watch {
        /// The steps after `init`.
        steps: &'static [Step],
        /// How the network is laid out.
        settings: Settings,
    },
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, logins) = match self {
            Self::Walk { steps, .. } | Self::Watch { steps, .. } => {
                return f.debug_struct("Walk").field("steps", steps).finish_non_exhaustive();
            }
            Self::Probe { logins, .. } => ("Probe", logins),
            Self::Chain { logins, .. } => ("Chain", logins),
            Self::Once { logins, .. } => ("Once", logins),
            Self::Story { logins, .. } => ("Story", logins),
        };
        f.debug_struct(name).field("logins", logins).finish_non_exhaustive()
    }
}

/// One check: a clause, the one thing changed, what must follow, and the faults that prove it.
#[derive(Debug)]
pub struct Case {
    /// Names the violation and lives for ever: `server.par.dpop-missing`.
    pub id: &'static str,
    /// One line for people, as a statement of the fault.
    pub title: &'static str,
    /// The primary clause, which grades the case.
    pub clause: &'static str,
    /// Other clauses that the case touches.
    pub covers: &'static [&'static str],
    /// Faults of the reference peer that break this case. One of the check of proofs is named with
    /// the endpoint where it shows: `as.dpop.htm-unchecked@token`.
    pub killers: &'static [&'static str],
    /// The one thing that is changed.
    pub edit: Edit,
    /// What must follow.
    pub expect: Expectation,
}

/// What must follow from the edit.
#[derive(Clone, Copy)]
pub enum Expectation {
    /// The faulted request is refused, with an answer of one of these sets.
    Refused(&'static [&'static [Refusal]]),
    /// The faulted request is accepted all the same: the change is a legal one.
    Accepted,
    /// The text leaves it open: which of these is seen.
    Open(&'static [Alternative]),
    /// The transcript as a whole satisfies a predicate.
    Holds(fn(&Transcript<'_>) -> Outcome),
    /// The client stops at this step, and uses nothing of what was wrong.
    RefusedAt(Step),
    /// The client goes on to the last step: the change is a legal one.
    Completes,
}

impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(answers) => f.debug_tuple("Refused").field(answers).finish(),
            Self::Accepted => f.write_str("Accepted"),
            Self::Open(alternatives) => f.debug_tuple("Open").field(alternatives).finish(),
            Self::Holds(_) => f.write_str("Holds"),
            Self::RefusedAt(step) => f.debug_tuple("RefusedAt").field(step).finish(),
            Self::Completes => f.write_str("Completes"),
        }
    }
}

/// An answer that counts as the right way to refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Status code.
    pub status: u16,
    /// `error` in the body or in the challenge; `None` where any will do.
    pub error: Option<&'static str>,
}

impl Refusal {
    /// This status with this error code.
    pub const fn new(status: u16, error: &'static str) -> Self {
        Self { status, error: Some(error) }
    }

    /// This status with any error code or none.
    pub const fn status(status: u16) -> Self {
        Self { status, error: None }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error {
            Some(error) => write!(f, "{} {error}", self.status),
            None => write!(f, "{}", self.status),
        }
    }
}

/// One of the things that may be seen where the text is open.
#[derive(Clone, Copy)]
pub struct Alternative {
    /// Its name in reports and comparisons.
    pub name: &'static str,
    /// Whether an answer is this one.
    pub is: fn(&Response) -> bool,
}

impl fmt::Debug for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Whom a case examines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Authorization server, resource server and PDS.
    Server,
    /// Client.
    Client,
    /// Metadata document.
    Document,
}

/// What playing a case does to the target. Each tier includes the lower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// GET requests only.
    Passive,
    /// Logins and reads; the account is not changed.
    Safe,
    /// Writes to the account, in a collection of its own.
    Write,
    /// Races and bursts.
    Load,
}

/// Something that must be offered for a case to be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// An account and a way through sign-in and consent.
    Account,
    /// A second account.
    SecondAccount,
    /// A target that is reached over https, as the profile asks outside of development.
    Https,
    /// A device of its own, on which the account signs in: for what a server may answer by signing
    /// the device out. Always offered; the plan counts the sign-in.
    OwnDevice,
    /// A revocation endpoint in the server's metadata.
    Revocation,
    /// Waiting of more than a few seconds.
    Patience,
    /// Waiting of more than two weeks, for what the profile says of the life of sessions.
    Fortnight,
    /// A host of our own for client metadata, which the server can reach.
    MetadataHost,
    /// As [`Need::MetadataHost`], and not on loopback: a server that fetches from there evidently
    /// has no address filter.
    PublicMetadataHost,
    /// A server that is not in a development mode without its address filter.
    AddressFilter,
}

impl Need {
    /// What is missing, and what supplies it.
    pub const fn explain(self) -> (&'static str, &'static str) {
        match self {
            Self::Account => {
                ("an account", "set ATPROOF_ACCOUNT and ATPROOF_PASSWORD, or run in a terminal")
            }
            Self::SecondAccount => {
                ("a second account", "set ATPROOF_ACCOUNT_2 and ATPROOF_PASSWORD_2")
            }
            Self::Https => ("a target over https", "run against a deployment with https"),
            Self::OwnDevice => ("a device of its own", "nothing has to be supplied"),
            Self::Revocation => (
                "a revocation endpoint",
                "the server publishes no revocation_endpoint; nothing can supply it from here",
            ),
            Self::Patience => ("patience", "allow waiting with --patience SECONDS"),
            Self::Fortnight => {
                ("patience of sixteen days", "allow waiting with --patience 1382400")
            }
            Self::MetadataHost => (
                "a host for client metadata that the server can reach",
                "name one with --metadata-host",
            ),
            Self::PublicMetadataHost => (
                "a host for client metadata that is not on loopback",
                "name one with --metadata-host that a server with an address filter fetches from",
            ),
            Self::AddressFilter => (
                "a server with its address filter on",
                "run against a deployment, without --target-is-development",
            ),
        }
    }
}

/// Id of a fault of the reference peer, such as `as.par.dpop-optional`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaultId(pub &'static str);

/// Id of a legal variant of the reference peer, such as `nonce.every-answer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantId(pub &'static str);
