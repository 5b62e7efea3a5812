//! What is wrong with a scope string, and what easily goes wrong with it.

use atproof_protocol::scope::{
    self, Access, Account, AccountAttribute, Alternative, Meaning, Readings, Scope, ScopeSet,
    Transition,
};
use atproof_protocol::{Defect, Position, Reading};

/// One thing to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How bad it is.
    pub severity: Severity,
    /// Stable name.
    pub code: &'static str,
    /// The clause behind it.
    pub clause: &'static str,
    /// Byte offset in the scope string, where it is about a place in it.
    pub at: Option<usize>,
    /// What it is.
    pub detail: String,
}

/// How bad a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The string is invalid.
    Error,
    /// The string is valid, and grants less, more or something else than one might think.
    Warning,
}

impl Severity {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// All of them: by severity, then by position.
pub(super) fn all(text: &str, reading: &Reading<ScopeSet>) -> Vec<Note> {
    let note = |severity| move |defect: &Defect| from(severity, defect);
    let mut notes: Vec<Note> = reading.defects.iter().map(note(Severity::Error)).collect();
    notes.extend(reading.observations.iter().map(note(Severity::Warning)));
    if let Some(set) = &reading.document {
        notes.extend(traps(text, set));
    }
    notes.sort_by_key(|note| (note.severity, note.at));
    notes
}

fn from(severity: Severity, defect: &Defect) -> Note {
    let at = match defect.at {
        Position::Byte(at) => Some(at),
        _ => None,
    };
    Note { severity, code: defect.code, clause: defect.clause, at, detail: defect.detail.clone() }
}

/// A scope that has a form and no meaning.
const REPO_READ: Scope =
    Scope::Account(Account { attribute: AccountAttribute::Repo, access: Access::Read });

/// What the reading of a string has no reason to mind.
fn traps(text: &str, set: &ScopeSet) -> Vec<Note> {
    let mut notes = Vec::new();
    let generic = set.has(&Scope::Transition(Transition::Generic));
    for (index, value) in set.values.iter().enumerate() {
        let Meaning::Known(scope) = &value.meaning else { continue };
        let mut warn = |code, clause, at: usize, detail: &str| {
            let at = Some(value.at + at);
            let detail = detail.to_owned();
            notes.push(Note { severity: Severity::Warning, code, clause, at, detail });
        };
        if *scope == REPO_READ {
            let detail = "reading a repository takes no permission; only action=manage grants";
            warn("scope.account-repo-read", "ATP-SGRAN-076", 0, detail);
        }
        if generic && scope::is_granular(&value.text) {
            let detail = "whether it adds to transition:generic or narrows it is not said";
            warn("scope.mixed", "ATP-STRANS-017", 0, detail);
        }
        if is_redundant(set, index) {
            warn("scope.redundant", "ATP-SCOPE-012", 0, "the other values grant all of it");
        }
        for (alternative, code, sign, detail) in SPELLINGS {
            let other = Readings::usual().with(alternative);
            let read = |readings| {
                let set = scope::read_as(&value.text, readings).document;
                set.and_then(|set| set.scopes().next().cloned())
            };
            if read(other) != read(Readings::usual()) {
                let parameters = value.text.find('?').unwrap_or_default();
                let sign = value.text.get(parameters..).and_then(|rest| rest.find(sign));
                let at = sign.map_or(0, |sign| parameters + sign);
                warn(code, alternative.clause(), at, detail);
            }
        }
    }
    if !set.has(&Scope::Atproto) && text.split(' ').any(|value| value.contains("atproto")) {
        let detail = "atproto has to stand as a value of its own, in lower case".to_owned();
        let (severity, at) = (Severity::Warning, None);
        let (code, clause) = ("scope.like-atproto", "ATP-SCOPE-015");
        notes.push(Note { severity, code, clause, at, detail });
    }
    notes
}

/// Spellings that mean something else to some servers.
const SPELLINGS: [(Alternative, &str, char, &str); 3] = [
    (
        Alternative::RawHashRefused,
        "scope.raw-hash",
        '#',
        "write %23: whether a plain # may stand in a parameter is not said",
    ),
    (
        Alternative::PlusIsSpace,
        "scope.plus",
        '+',
        "write %2B: to some servers a plain + in a parameter is a space",
    ),
    (
        Alternative::RedundancyRefused,
        "scope.repeated-element",
        '=',
        "to some servers a repeated element, or a name beside *, voids the value",
    ),
];

/// Whether the other values allow all that one allows. Of several that say the same, the first
/// counts; that the others repeat it is noted elsewhere.
fn is_redundant(set: &ScopeSet, index: usize) -> bool {
    let (mut others, mut own) = (Vec::new(), None);
    for (place, value) in set.values.iter().enumerate() {
        let Some(scope) = value.scope() else { continue };
        match place == index {
            true => own = Some((value, scope)),
            false => others.push((value.text.as_str(), scope)),
        }
    }
    let Some((own, scope)) = own else { return false };
    let grants_nothing = matches!(
        scope,
        Scope::Atproto | Scope::Include(_) | Scope::Transition(Transition::ChatBsky)
    );
    if grants_nothing || *scope == REPO_READ || others.iter().any(|(_, other)| *other == scope) {
        return false;
    }
    let others: Vec<&str> = others.iter().map(|(text, _)| *text).collect();
    let [own, others] =
        [own.text.as_str(), &others.join(" ")].map(|text| scope::read(text).document);
    own.zip(others).is_some_and(|(own, others)| own.is_within(&others))
}
