//! `atproof ca`: a certificate authority for test servers.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use atproof_engine::stage::authority;
use clap::Args;

use crate::console;
use crate::exit::{Exit, Stop};

/// Name of the file with the certificate.
pub(crate) const CERTIFICATE: &str = "ca.pem";

/// Name of the file with the private key.
pub(crate) const KEY: &str = "ca.key";

/// Make a certificate authority for test servers
#[derive(Args)]
pub(crate) struct Options {
    /// Directory for ca.pem and ca.key; nothing there is overwritten
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<Exit, Stop> {
    let files = [CERTIFICATE, KEY].map(|name| options.out.join(name));
    if let Some(there) = files.iter().find(|file| file.exists()) {
        return Err(Stop::usage(format!("{} is there already", there.display()))
            .advice("use that authority, or name another directory"));
    }
    let (certificate, key) = authority().map_err(|error| Stop::fault(error.to_string()))?;
    fs::create_dir_all(&options.out).map_err(|error| unwritable(&options.out, &error))?;
    let [certificate_file, key_file] = &files;
    write_private(key_file, &key).map_err(|error| unwritable(key_file, &error))?;
    fs::write(certificate_file, certificate)
        .map_err(|error| unwritable(certificate_file, &error))?;
    console::print(&format!(
        "Wrote {} and {}.\nLet the server trust the first one, and run atproof with --ca {}.\n",
        certificate_file.display(),
        key_file.display(),
        options.out.display()
    ));
    Ok(Exit::Clean)
}

/// Writes a new file that only its owner can read.
pub(crate) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Stop {
    Stop::usage(format!("{} cannot be written: {error}", path.display()))
        .advice("name a directory that you may write to")
}
