//! The canonical form of scope values.
//!
//! The text defines none. Here: a single positional value behind the colon, several as parameters
//! ahead of the others; values sorted, each once, none that another includes; no parameter that says
//! what is the default; percent-encoding where it is needed, in upper case. `+` is written as it is
//! behind the colon and as `%2B` in parameters, which reads the same either way (ATP-SGRAN-010).

use std::fmt;

use super::{Access, Audience, Name, RepoAction, Scope};
use crate::form::percent_encode_but;

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Atproto => f.write_str("atproto"),
            Self::Transition(transition) => f.write_str(transition.as_str()),
            Self::Repo(repo) => {
                let all = repo.actions.len() == RepoAction::ALL.len();
                let actions = repo.actions.iter().filter(|_| !all);
                let actions = actions.map(|action| ("action", action.as_str().to_owned()));
                write(f, "repo", "collection", &texts(&repo.collections), actions.collect())
            }
            Self::Rpc(rpc) => {
                let audience = vec![("aud", rpc.audience.to_string())];
                write(f, "rpc", "lxm", &texts(&rpc.methods), audience)
            }
            Self::Blob(blob) => write(f, "blob", "accept", &texts(&blob.accept), Vec::new()),
            Self::Account(account) => {
                let access = Some(account.access).filter(|access| *access != Access::Read);
                let access = access.map(|access| ("action", access.as_str().to_owned()));
                let attribute = [account.attribute.as_str().to_owned()];
                write(f, "account", "attr", &attribute, access.into_iter().collect())
            }
            Self::Identity(identity) => {
                write(f, "identity", "attr", &[identity.as_str().to_owned()], Vec::new())
            }
            Self::Include(include) => {
                let audience = include.audience.iter().map(|aud| ("aud", aud.to_string()));
                write(f, "include", "nsid", &[include.nsid.to_string()], audience.collect())
            }
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Nsid(nsid) => nsid.fmt(f),
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Service(service) => service.fmt(f),
        }
    }
}

fn texts<'a, T: fmt::Display + 'a>(values: impl IntoIterator<Item = &'a T>) -> Vec<String> {
    let mut texts: Vec<String> = values.into_iter().map(T::to_string).collect();
    texts.sort_unstable();
    texts
}

fn write(
    f: &mut fmt::Formatter<'_>,
    resource: &str,
    positional: &'static str,
    values: &[String],
    others: Vec<(&'static str, String)>,
) -> fmt::Result {
    f.write_str(resource)?;
    let mut parameters = others;
    match values {
        [only] => write!(f, ":{}", percent_encode_but(only, b":/*,@+"))?,
        several => {
            let named = several.iter().map(|value| (positional, value.clone()));
            parameters.splice(..0, named);
        }
    }
    for (index, (name, value)) in parameters.iter().enumerate() {
        let mark = if index == 0 { '?' } else { '&' };
        write!(f, "{mark}{name}={}", percent_encode_but(value, b":/*,@"))?;
    }
    Ok(())
}
