//! The server over real sockets, for clients that we did not write.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use atproof_engine::stage::{Clock, Host, Stream};
use atproof_protocol::http::{Request, Response};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Config, Server, Switches};

/// Octets of a body that are read at most; the server has lower limits of its own.
const MOST_OCTETS: usize = 1 << 20;

/// A reference server on a loopback port that the system chose. It stops when it is dropped.
///
/// Hyper writes the names of fields in lower case and reads them so, too: faults and variants about
/// the case of names cannot be seen through it.
#[derive(Debug)]
pub struct Listener {
    config: Config,
    task: JoinHandle<()>,
}

impl Listener {
    /// Starts a server with [`Config::loopback`], the clock of the machine and the randomness of
    /// the operating system.
    pub async fn start(switches: Switches) -> io::Result<Self> {
        Self::listen(switches, None).await
    }

    /// As [`Listener::start`]; client metadata documents are those of this host.
    pub async fn start_reaching(switches: Switches, host: Arc<Host>) -> io::Result<Self> {
        Self::listen(switches, Some(host)).await
    }

    async fn listen(switches: Switches, web: Option<Arc<Host>>) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let config = Config::loopback(socket.local_addr()?.port()).with(switches);
        let mut server = Server::new(config.clone(), Stream::System, Clock::System);
        server.web = web;
        let router = Router::new().fallback(answer).with_state(Arc::new(Mutex::new(server)));
        let task = tokio::spawn(async move {
            // Serving ends only with the task; errors of single connections stay with them.
            let _ended = axum::serve(socket, router).await;
        });
        Ok(Self { config, task })
    }

    /// Where the server is and whom it knows.
    pub fn config(&self) -> &Config {
        &self.config
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(
    State(server): State<Arc<Mutex<Server>>>,
    request: http::Request<Body>,
) -> http::Response<Body> {
    let (head, body) = request.into_parts();
    let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut request = Request::new(head.method.as_str(), format!("http://{host}{target}"));
    for (name, value) in &head.headers {
        request.headers.push(name.as_str(), value.as_bytes());
    }
    let response = match to_bytes(body, MOST_OCTETS).await {
        Ok(body) => {
            request.body = body.to_vec();
            server.lock().unwrap_or_else(PoisonError::into_inner).handle(&request)
        }
        Err(_) => Response::new(413),
    };
    write(response)
}

fn write(response: Response) -> http::Response<Body> {
    let mut builder = http::Response::builder().status(response.status);
    for (name, value) in response.headers.iter() {
        builder = builder.header(name, value);
    }
    builder.body(Body::from(response.body)).unwrap_or_else(|_| {
        let mut failed = http::Response::new(Body::empty());
        *failed.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
