//! What a client may want to do with an account, as far as scopes speak of it.

use serde::{Deserialize, Serialize};

/// One operation on the resources of an account. Names are as a request carries them, valid or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "resource", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Operation {
    /// Learn who signed in (ATP-SCOPE-008).
    SignIn,
    /// Write to the public repository. An upsert is a create or an update, and which of them it
    /// needs is open (ATP-SGRAN-028).
    Repo {
        /// In which way.
        action: RepoAction,
        /// The type of the record.
        collection: String,
    },
    /// Call a service, through the PDS or with a service token.
    Rpc {
        /// The method; none for a service token that is good for every method.
        lxm: Option<String>,
        /// The DID of the service, with or without the fragment that names it.
        aud: String,
    },
    /// Upload a blob.
    Blob {
        /// Its media type.
        mime: String,
    },
    /// Read or change account data.
    Account {
        /// Which.
        attr: AccountAttribute,
        /// In which way.
        action: Access,
    },
    /// Change the handle.
    Handle,
    /// Change the DID document in any way.
    DidDocument,
    /// Read or write personal preferences. Only `transition:generic` speaks of them; granular scopes
    /// reach them as a method, if at all (ATP-SGRAN-051).
    Preferences {
        /// In which way.
        action: Access,
    },
    /// Manage the account as no scope allows.
    Management {
        /// In which way.
        task: Management,
    },
}

/// What is done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepoAction {
    /// It comes to be.
    Create,
    /// It is replaced.
    Update,
    /// It goes.
    Delete,
}

impl RepoAction {
    /// All of them, in the order of the specification.
    pub const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Delete];

    /// The value of the parameter `action`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// A part of the account data (ATP-SGRAN-070).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountAttribute {
    /// Address and whether it is confirmed.
    Email,
    /// The repository as a whole.
    Repo,
}

impl AccountAttribute {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Repo];

    /// The value of the parameter `attr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Repo => "repo",
        }
    }
}

/// A degree of control; the greater includes the lesser (ATP-SGRAN-072).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// See it.
    Read,
    /// See and change it.
    Manage,
}

impl Access {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Read, Self::Manage];

    /// The value of the parameter `action`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Manage => "manage",
        }
    }
}

/// Account management that no scope allows (ATP-STRANS-008).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Management {
    /// Change the password.
    Password,
    /// Make, list or revoke app passwords.
    AppPasswords,
    /// Deactivate or activate the account.
    Deactivation,
    /// Delete the account.
    Deletion,
}

impl Management {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Password, Self::AppPasswords, Self::Deactivation, Self::Deletion];
}
