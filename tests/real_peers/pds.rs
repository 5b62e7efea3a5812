//! The reference PDS as a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::installed::{node, peer};

/// A running reference PDS with a data directory of its own.
pub(crate) struct Pds {
    process: Child,
    pub(crate) issuer: String,
    pub(crate) plc: String,
    /// Handle, password and DID.
    pub(crate) accounts: Vec<[String; 3]>,
    /// A folder for what a test writes.
    pub(crate) folder: PathBuf,
    /// The authority that it trusts beside those of Node.
    pub(crate) authority: PathBuf,
    /// Port at which it looks for client metadata under names that end in `.internal`.
    pub(crate) metadata_port: u16,
}

impl Pds {
    /// Starts one on ports chosen by the system; `None` where it is not installed.
    pub(crate) fn start(name: &str) -> Option<Self> {
        Self::start_with(name, &[])
    }

    /// As [`Pds::start`], with these variables as well.
    pub(crate) fn start_with(name: &str, variables: &[(&str, &str)]) -> Option<Self> {
        let recipe = peer("atproto-pds");
        let node = node(name)?;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let authority = folder.join("authority");
        let made = Command::new(env!("CARGO_BIN_EXE_atproof"))
            .args(["ca", "--out"])
            .arg(&authority)
            .output()
            .unwrap();
        assert!(made.status.success());
        let [pds_port, plc_port, metadata_port] = free_ports();
        let mut process = Command::new(node)
            .arg("start.mjs")
            .current_dir(&recipe)
            .env("PDS_PORT", pds_port.to_string())
            .env("PLC_PORT", plc_port.to_string())
            .env("DATA_DIR", folder.join("data"))
            .env("NODE_EXTRA_CA_CERTS", authority.join("ca.pem"))
            .env("METADATA_PORT", metadata_port.to_string())
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("the reference PDS did not start: {error}: {line}"));
        let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
        let accounts = ready["accounts"].as_array().unwrap();
        Some(Self {
            process,
            issuer: text(&ready, "issuer"),
            plc: text(&ready, "plc"),
            accounts: accounts
                .iter()
                .map(|account| ["handle", "password", "did"].map(|name| text(account, name)))
                .collect(),
            folder,
            authority,
            metadata_port,
        })
    }
}

impl Drop for Pds {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(self.folder.join("data"));
    }
}

fn free_ports() -> [u16; 3] {
    let listeners = [0, 0, 0].map(|port| TcpListener::bind(("127.0.0.1", port)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
