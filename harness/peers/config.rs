//! Where the server is, and whom it knows.

use std::fmt;

use crate::Switches;

/// Origins, accounts and switches of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Origin of the PDS.
    pub pds: String,
    /// Issuer, and origin, of the authorization server.
    pub issuer: String,
    /// A third origin, on which the endpoints are with the variant that puts them elsewhere.
    pub endpoints: String,
    /// Origin of the PLC directory.
    pub plc: String,
    /// Who can sign in.
    pub accounts: Vec<Account>,
    /// What is done wrong, or differently.
    pub switches: Switches,
}

impl Config {
    /// The embedded server: https origins under `atproof.test`, the authorization server apart from
    /// the PDS, the accounts alice and bob.
    pub fn embedded() -> Self {
        Self {
            pds: "https://pds.atproof.test".to_owned(),
            issuer: "https://auth.atproof.test".to_owned(),
            endpoints: "https://login.atproof.test".to_owned(),
            plc: "https://plc.atproof.test".to_owned(),
            accounts: vec![
                Account::new("did:plc:aliceaaaaaaaaaaaaaaaaaaa", "alice.atproof.test"),
                Account::new("did:plc:bobbbbbbbbbbbbbbbbbbbbbb", "bob.atproof.test"),
            ],
            switches: Switches::default(),
        }
    }

    /// A server on a socket: everything at `http://localhost:PORT`, PLC directory included, as
    /// clients in development mode expect it.
    pub fn loopback(port: u16) -> Self {
        let origin = format!("http://localhost:{port}");
        Self {
            pds: origin.clone(),
            issuer: origin.clone(),
            endpoints: origin.clone(),
            plc: origin,
            accounts: vec![
                Account::new("did:plc:aliceaaaaaaaaaaaaaaaaaaa", "alice.test"),
                Account::new("did:plc:bobbbbbbbbbbbbbbbbbbbbbb", "bob.test"),
            ],
            switches: Switches::default(),
        }
    }

    /// The same server with these switches.
    #[must_use]
    pub fn with(mut self, switches: Switches) -> Self {
        self.switches = switches;
        self
    }
}

/// An account of the PDS.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its DID.
    pub did: String,
    /// Its handle.
    pub handle: String,
    /// Its password.
    pub password: String,
}

impl Account {
    /// An account whose password is the first label of its handle and `-password`.
    pub fn new(did: &str, handle: &str) -> Self {
        let label = handle.split('.').next().unwrap_or_default();
        Self {
            did: did.to_owned(),
            handle: handle.to_owned(),
            password: format!("{label}-password"),
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("did", &self.did)
            .field("handle", &self.handle)
            .field("password", &"<password>")
            .finish()
    }
}
