//! What one scope value means: the fixed values, and the permission types of the current text.

use std::collections::BTreeSet;

use super::fields::{Fields, fault, within};
use super::{
    Accept, Access, AccountAttribute, Alternative, Part, Readings, RepoAction, ServiceReference,
    Syntax,
};
use crate::Defect;
use crate::identifier::Nsid;

/// A scope value that has a meaning under the current text. `Display` gives its canonical form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// `atproto`: sign-in, and the condition of everything else (ATP-SCOPE-001, ATP-SCOPE-003).
    Atproto,
    /// One of the fixed values from before there were permissions.
    Transition(Transition),
    /// Writes to the repository.
    Repo(Repo),
    /// Calls to services.
    Rpc(Rpc),
    /// Uploads.
    Blob(Blob),
    /// Account data.
    Account(Account),
    /// Handle and DID document.
    Identity(Identity),
    /// A permission set, by name.
    Include(Include),
}

/// The transitional scopes, as sets of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transition {
    /// `transition:generic`: what an app password gives (ATP-STRANS-001 to 010).
    Generic,
    /// `transition:chat.bsky`: direct messages; nothing without generic (ATP-STRANS-011 to 013).
    ChatBsky,
    /// `transition:email`: address and confirmation status (ATP-STRANS-014).
    Email,
}

impl Transition {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Generic, Self::ChatBsky, Self::Email];

    /// The scope value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Generic => "transition:generic",
            Self::ChatBsky => "transition:chat.bsky",
            Self::Email => "transition:email",
        }
    }
}

/// `repo:collection?action=...` (ATP-SGRAN-020).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repo {
    /// The record types; [`Name::Any`] stands alone.
    pub collections: BTreeSet<Name>,
    /// What may be done; all three where the scope names none (ATP-SGRAN-025).
    pub actions: BTreeSet<RepoAction>,
}

/// `rpc:lxm?aud=...` (ATP-SGRAN-046, ATP-SGRAN-047).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rpc {
    /// The methods; [`Name::Any`] stands alone.
    pub methods: BTreeSet<Name>,
    /// The service. Not any service together with any method (ATP-SGRAN-042).
    pub audience: Audience,
}

/// `blob:accept` (ATP-SGRAN-060).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Blob {
    /// The media types, none included in another.
    pub accept: BTreeSet<Accept>,
}

/// `account:attr?action=...` (ATP-SGRAN-070).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// Which part of the account data.
    pub attribute: AccountAttribute,
    /// To which degree; reading where the scope names none (ATP-SGRAN-071).
    pub access: Access,
}

/// `identity:attr` (ATP-SGRAN-080).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// The handle alone (ATP-SGRAN-081).
    Handle,
    /// Handle and DID document (ATP-SGRAN-082).
    All,
}

/// `include:nsid?aud=...` (ATP-SGRAN-090). The text gives the positional parameter no name; here it
/// is `nsid`, as in implementations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Include {
    /// The permission set.
    pub nsid: Nsid,
    /// The audience that its permissions may inherit (ATP-SGRAN-095).
    pub audience: Option<Audience>,
}

/// A name in a permission.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// `*`.
    Any,
    /// One NSID; partial wildcards are none (ATP-SGRAN-023, ATP-SGRAN-045).
    Nsid(Nsid),
}

/// Which services a permission reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// `*`.
    Any,
    /// One service.
    Service(ServiceReference),
}

/// The resource names of the current text.
pub(super) const RESOURCES: [&str; 6] = ["repo", "rpc", "blob", "account", "identity", "include"];

impl Scope {
    /// Reads one of the fixed values, which are compared as they are (ATP-SCOPE-015).
    pub(super) fn fixed(text: &str) -> Option<Self> {
        let transition = || Transition::ALL.into_iter().find(|value| value.as_str() == text);
        if text == "atproto" { Some(Self::Atproto) } else { transition().map(Self::Transition) }
    }

    /// Reads a permission; `None` where the resource is not one of the current text.
    pub(super) fn permission(syntax: &Syntax, readings: Readings) -> Option<Result<Self, Defect>> {
        Some(match syntax.resource.as_str() {
            "repo" => repo(syntax, readings),
            "rpc" => rpc(syntax, readings),
            "blob" => blob(syntax, readings),
            "account" => account(syntax, readings),
            "identity" => identity(syntax, readings),
            "include" => include(syntax, readings),
            _ => return None,
        })
    }
}

fn repo(syntax: &Syntax, readings: Readings) -> Result<Scope, Defect> {
    let fields = Fields::new(syntax, "collection", &["action"], readings)?;
    let collections = fields.names("collection", &Name::Any, |part| name(part, "ATP-SGRAN-022"))?;
    if collections.is_empty() {
        return Err(missing(syntax, "collection", "ATP-SGRAN-021"));
    }
    let actions = fields.many("action", |part| {
        pick(part, RepoAction::ALL, RepoAction::as_str, "scope.action", "ATP-SGRAN-026")
    })?;
    let actions = if actions.is_empty() { RepoAction::ALL.into() } else { actions };
    Ok(Scope::Repo(Repo { collections, actions }))
}

fn rpc(syntax: &Syntax, readings: Readings) -> Result<Scope, Defect> {
    let fields = Fields::new(syntax, "lxm", &["aud"], readings)?;
    let methods = fields.names("lxm", &Name::Any, |part| name(part, "ATP-SGRAN-045"))?;
    if methods.is_empty() {
        return Err(missing(syntax, "lxm", "ATP-SGRAN-040"));
    }
    let audience = fields
        .one("aud", |part| audience(part, readings))?
        .ok_or_else(|| missing(syntax, "aud", "ATP-SGRAN-041"))?;
    if methods.contains(&Name::Any) && audience == Audience::Any {
        let why = "lxm and aud are both wildcards; name the method or the service";
        return Err(fault("scope.two-wildcards", "ATP-SGRAN-042", 0, why));
    }
    Ok(Scope::Rpc(Rpc { methods, audience }))
}

fn blob(syntax: &Syntax, readings: Readings) -> Result<Scope, Defect> {
    let fields = Fields::new(syntax, "accept", &[], readings)?;
    let accept = fields.many("accept", |part| {
        Accept::parse(&part.text, readings).map_err(|defect| within(part, defect))
    })?;
    if accept.is_empty() {
        return Err(missing(syntax, "accept", "ATP-SGRAN-061"));
    }
    Ok(Scope::Blob(Blob { accept: Accept::reduced(accept) }))
}

fn account(syntax: &Syntax, readings: Readings) -> Result<Scope, Defect> {
    let fields = Fields::new(syntax, "attr", &["action"], readings)?;
    let attributes = AccountAttribute::ALL;
    let attribute = fields
        .one("attr", |part| {
            pick(part, attributes, AccountAttribute::as_str, "scope.attribute", "ATP-SGRAN-070")
        })?
        .ok_or_else(|| missing(syntax, "attr", "ATP-SGRAN-070"))?;
    let access = fields.one("action", |part| {
        pick(part, Access::ALL, Access::as_str, "scope.action", "ATP-SGRAN-071")
    })?;
    Ok(Scope::Account(Account { attribute, access: access.unwrap_or(Access::Read) }))
}

fn identity(syntax: &Syntax, readings: Readings) -> Result<Scope, Defect> {
    let fields = Fields::new(syntax, "attr", &[], readings)?;
    let all = [Identity::Handle, Identity::All];
    let identity = fields.one("attr", |part| {
        pick(part, all, Identity::as_str, "scope.attribute", "ATP-SGRAN-080")
    })?;
    identity.map(Scope::Identity).ok_or_else(|| missing(syntax, "attr", "ATP-SGRAN-080"))
}

impl Identity {
    /// The value of the parameter `attr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::All => "*",
        }
    }
}

fn include(syntax: &Syntax, readings: Readings) -> Result<Scope, Defect> {
    let fields = Fields::new(syntax, "nsid", &["aud"], readings)?;
    let nsid = fields
        .one("nsid", |part| nsid(part, "ATP-SGRAN-090"))?
        .ok_or_else(|| missing(syntax, "nsid", "ATP-SGRAN-090"))?;
    let audience = fields.one("aud", |part| match part.text.as_str() {
        "*" if !readings.has(Alternative::IncludeAnyAudience) => {
            let why = "a permission set takes the audience from one service; name it";
            Err(fault("scope.include-any-audience", "ATP-SGRAN-103", part.at, why))
        }
        _ => audience(part, readings),
    })?;
    Ok(Scope::Include(Include { nsid, audience }))
}

fn name(part: &Part, clause: &'static str) -> Result<Name, Defect> {
    if part.text == "*" { Ok(Name::Any) } else { nsid(part, clause).map(Name::Nsid) }
}

fn nsid(part: &Part, clause: &'static str) -> Result<Nsid, Defect> {
    Nsid::parse(&part.text).map_err(|defect| {
        let detail = match part.text.contains('*') {
            true => "a wildcard stands alone; name the whole NSID".to_owned(),
            false => format!("no NSID: {}", defect.detail),
        };
        within(part, Defect { code: "scope.nsid", clause, detail, ..defect })
    })
}

fn audience(part: &Part, readings: Readings) -> Result<Audience, Defect> {
    if part.text == "*" {
        return Ok(Audience::Any);
    }
    if let Some(at) = part.raw.find('#')
        && readings.has(Alternative::RawHashRefused)
    {
        let why = "write the hash as %23";
        return Err(fault("scope.raw-hash", "ATP-SGRAN-044", part.at + at, why));
    }
    ServiceReference::parse(&part.text)
        .map(Audience::Service)
        .map_err(|defect| within(part, defect))
}

/// One of a few fixed values, by its exact spelling (ATP-SGRAN-002).
fn pick<T: Copy, const N: usize>(
    part: &Part,
    values: [T; N],
    spelled: fn(T) -> &'static str,
    code: &'static str,
    clause: &'static str,
) -> Result<T, Defect> {
    values.into_iter().find(|value| spelled(*value) == part.text).ok_or_else(|| {
        let known = values.map(spelled).join(", ");
        fault(code, clause, part.at, format!("{:?} is none of {known}", part.text))
    })
}

fn missing(syntax: &Syntax, name: &str, clause: &'static str) -> Defect {
    let why = format!("{} needs {name}", syntax.resource);
    fault("scope.parameter-missing", clause, syntax.resource.len(), why)
}
