//! A page from a file: its folder on a loopback port, as long as it is there.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use atproof_protocol::http::{Request, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::world::{Answers, Delivery, accept};

/// Media types by the end of the name.
const TYPES: [(&str, &str); 8] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript"),
    ("mjs", "text/javascript"),
    ("css", "text/css"),
    ("json", "application/json"),
    ("wasm", "application/wasm"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
];

/// A folder that is served.
#[derive(Debug)]
pub(super) struct Folder {
    /// Where its page is.
    pub(super) url: String,
    task: JoinHandle<()>,
}

/// The files of a folder; every path that is none of them is the page.
struct Files {
    root: PathBuf,
    page: PathBuf,
}

impl Folder {
    /// Serves the folder of this page.
    pub(super) async fn serve(page: &Path) -> std::io::Result<Self> {
        let page = page.canonicalize()?;
        let root = page.parent().unwrap_or(Path::new("/")).to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let task = tokio::spawn(accept(listener, Arc::new(Files { root, page })));
        Ok(Self { url, task })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Files {
    /// The file of a path, where it is one below the folder.
    fn find(&self, target: &str) -> Option<PathBuf> {
        let path = target.split('?').next().unwrap_or_default();
        let file = self.root.join(path.trim_start_matches('/')).canonicalize().ok()?;
        (file.starts_with(&self.root) && file.is_file()).then_some(file)
    }
}

impl Answers for Files {
    fn answer(&self, request: &Request) -> Delivery {
        let file = self.find(request.target()).unwrap_or_else(|| self.page.clone());
        let end = file.extension().and_then(|end| end.to_str()).unwrap_or_default();
        let known = TYPES.iter().find(|(known, _)| *known == end);
        let media_type = known.map_or("application/octet-stream", |(_, media_type)| media_type);
        Delivery::whole(match std::fs::read(&file) {
            Ok(bytes) => Response::new(200).body(media_type, bytes),
            Err(_) => Response::new(404),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap();
        let files = Files { root: root.join("front"), page: root.join("lib.rs") };
        assert!(files.find("/folder.rs?v=1").is_some());
        for path in ["/", "/../lib.rs", "/%2e%2e/lib.rs", "/none", "//etc/passwd"] {
            assert!(files.find(path).is_none(), "{path}");
        }
    }
}
