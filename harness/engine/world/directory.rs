//! One directory for all worlds of a run, for clients that are told once where it is. Each request
//! goes to the world whose accounts it names.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use atproof_protocol::form;
use atproof_protocol::http::{Request, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::listen::{Answers, accept};
use super::{Cast, Delivery, World};

/// A PLC directory and handle resolver that listens as long as it is there.
#[derive(Debug)]
pub struct Directory {
    origin: String,
    shelf: Arc<Shelf>,
    task: JoinHandle<()>,
}

/// A world in the directory. It is taken out when this is dropped.
#[derive(Debug)]
pub struct Listed {
    shelf: Arc<Shelf>,
    world: Arc<World>,
}

/// The worlds that are there.
#[derive(Default)]
struct Shelf(Mutex<Vec<Arc<World>>>);

impl Directory {
    /// Listens at this address.
    pub async fn listen(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let shelf = Arc::<Shelf>::default();
        let task = tokio::spawn(accept(listener, shelf.clone()));
        Ok(Self { origin, shelf, task })
    }

    /// Its origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn list(&self, world: &Arc<World>) -> Listed {
        self.shelf.worlds().push(world.clone());
        Listed { shelf: self.shelf.clone(), world: world.clone() }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.shelf.worlds().retain(|world| !Arc::ptr_eq(world, &self.world));
    }
}

impl Shelf {
    fn worlds(&self) -> MutexGuard<'_, Vec<Arc<World>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The world that a request is for: one whose accounts it names, or else the only one.
    fn find(&self, request: &Request) -> Option<Arc<World>> {
        let worlds = self.worlds();
        let named = worlds.iter().find(|world| names(&world.cast, &request.url));
        named.or_else(|| worlds.first().filter(|_| worlds.len() == 1)).cloned()
    }
}

impl Answers for Shelf {
    fn answer(&self, request: &Request) -> Delivery {
        match self.find(request) {
            Some(world) => {
                // Whatever the client calls this host.
                let url = format!("{}{}", world.origins.directory, request.target());
                world.answer(&Request { url, ..request.clone() })
            }
            None => Delivery::whole(Response::new(404)),
        }
    }
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} worlds", self.worlds().len())
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "world of {}", self.cast.did)
    }
}

/// Whether a URL names an account.
fn names(cast: &Cast, url: &str) -> bool {
    let Cast { did, handle, other_did, other_handle, foreign_did, foreign_handle } = cast;
    [did, handle, other_did, other_handle, foreign_did, foreign_handle]
        .into_iter()
        .any(|name| url.contains(name.as_str()) || url.contains(&form::percent_encode(name)))
}
