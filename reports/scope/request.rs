//! Whether a scope string allows one operation.

use std::collections::BTreeMap;
use std::fmt;

use atproof_protocol::scope::{self, Audience, Identity, Name, Operation, Scope, Verdict, verdict};

/// Whether one operation is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The operation, as it was asked for.
    pub operation: String,
    /// Whether it is allowed.
    pub allowed: bool,
    /// The clause that allows or withholds it.
    pub clause: &'static str,
    /// Clauses that leave open what would turn the answer.
    pub open: Vec<&'static str>,
}

/// A text that names no single operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoOperation(String);

impl fmt::Display for NoOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no operation", self.0)
    }
}

impl std::error::Error for NoOperation {}

/// Asks for every operation that the text names; one that is not allowed decides.
pub(super) fn ask(scope: &str, text: &str) -> Result<Answer, NoOperation> {
    let operations = operations(text).ok_or_else(|| NoOperation(text.to_owned()))?;
    let ask = |operation: &Operation| verdict(scope, &BTreeMap::new(), operation);
    let verdicts: Vec<Verdict> = operations.iter().map(ask).collect();
    let decisive = verdicts.iter().find(|verdict| !verdict.allowed).or(verdicts.first());
    let decisive = decisive.ok_or_else(|| NoOperation(text.to_owned()))?;
    let mut open: Vec<&str> = decisive.open.iter().map(|open| open.clause()).collect();
    open.dedup();
    Ok(Answer {
        operation: text.to_owned(),
        allowed: decisive.allowed,
        clause: decisive.clause,
        open,
    })
}

/// The operations that a value names without any wildcard.
fn operations(text: &str) -> Option<Vec<Operation>> {
    let set = scope::read(text).document?;
    let [value] = set.values.as_slice() else { return None };
    let named = |name: &Name| match name {
        Name::Any => None,
        Name::Nsid(nsid) => Some(nsid.to_string()),
    };
    Some(match value.scope()? {
        Scope::Repo(repo) => {
            let collections: Option<Vec<String>> = repo.collections.iter().map(named).collect();
            let each = |collection: String| {
                let operation =
                    move |&action| Operation::Repo { action, collection: collection.clone() };
                repo.actions.iter().map(operation)
            };
            collections?.into_iter().flat_map(each).collect()
        }
        Scope::Rpc(rpc) => {
            let Audience::Service(service) = &rpc.audience else { return None };
            let methods: Option<Vec<String>> = rpc.methods.iter().map(named).collect();
            let call = |lxm| Operation::Rpc { lxm: Some(lxm), aud: service.as_str().to_owned() };
            methods?.into_iter().map(call).collect()
        }
        Scope::Blob(blob) => {
            let types: Vec<String> = blob.accept.iter().map(ToString::to_string).collect();
            let single = types.iter().all(|mime| !mime.contains('*'));
            single.then(|| types.into_iter().map(|mime| Operation::Blob { mime }).collect())?
        }
        Scope::Account(account) => {
            vec![Operation::Account { attr: account.attribute, action: account.access }]
        }
        Scope::Identity(Identity::Handle) => vec![Operation::Handle],
        Scope::Identity(Identity::All) => vec![Operation::DidDocument],
        Scope::Atproto | Scope::Transition(_) | Scope::Include(_) => return None,
    })
}
