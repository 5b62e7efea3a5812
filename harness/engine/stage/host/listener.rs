//! The metadata host on a socket: TLS by rustls, bytes by hand, since pages may end too early, too
//! late or never.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::super::net::authority_parameters;
use super::{ENDLESS, Host, Manner, Page};

/// Longest head of a request that is read.
const LONGEST_HEAD: usize = 32 * 1024;

/// How long a connection may take, silence included.
const LONGEST_CONNECTION: Duration = Duration::from_secs(60);

/// Time between two bytes of a page that drips.
const DRIP: Duration = Duration::from_secs(1);

/// Where and how a metadata host listens.
#[derive(Clone, Debug)]
pub struct HostOptions {
    /// Name under which servers find it.
    pub name: String,
    /// Address to listen at.
    pub listen: SocketAddr,
    /// What it shows; `None` behind a proxy of the user that ends TLS.
    pub certificate: Option<Certificate>,
}

/// A certificate chain and its key in PEM.
#[derive(Clone)]
pub struct Certificate {
    /// The chain, leaf first.
    pub chain: Vec<u8>,
    /// The private key.
    pub key: Vec<u8>,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Certificate")
    }
}

/// Why a metadata host cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Certificate or key cannot be used.
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
    /// The address cannot be listened at.
    #[error("{address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

impl Certificate {
    /// A leaf for this name, signed by an authority that [`authority`](crate::stage::authority)
    /// made, whose key is given in PEM.
    pub fn issue(name: &str, key: &str) -> Result<Self, HostError> {
        let failed = |error: String| HostError::Certificate(error);
        let authority_key =
            rcgen::KeyPair::from_pem(key).map_err(|error| failed(error.to_string()))?;
        let issuer = rcgen::Issuer::new(authority_parameters(), authority_key);
        let leaf_key = rcgen::KeyPair::generate().map_err(|error| failed(error.to_string()))?;
        let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()])
            .map_err(|error| failed(error.to_string()))?;
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        let leaf =
            parameters.signed_by(&leaf_key, &issuer).map_err(|error| failed(error.to_string()))?;
        Ok(Self { chain: leaf.pem().into_bytes(), key: leaf_key.serialize_pem().into_bytes() })
    }

    fn acceptor(&self) -> Result<TlsAcceptor, HostError> {
        let failed = |error: String| HostError::Certificate(error);
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&self.chain)
            .collect::<Result<_, _>>()
            .map_err(|error| failed(error.to_string()))?;
        let key =
            PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| failed(error.to_string()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| failed(error.to_string()))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// A metadata host that listens. It stops when it is dropped.
#[derive(Debug)]
pub struct Listening {
    host: Arc<Host>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Listening {
    /// Starts to listen.
    pub async fn start(options: &HostOptions) -> Result<Self, HostError> {
        let acceptor = options.certificate.as_ref().map(Certificate::acceptor).transpose()?;
        let failed = |source| HostError::Listen { address: options.listen, source };
        let socket = TcpListener::bind(options.listen).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        // Behind a proxy nobody finds another port.
        let second = match acceptor {
            Some(_) => TcpListener::bind((options.listen.ip(), 0)).await.ok(),
            None => None,
        };
        let mut host = Host::new(format!("https://{}", options.name));
        if let Some(address) = second.as_ref().and_then(|socket| socket.local_addr().ok()) {
            host = host.and_at(address.port());
        }
        let host = Arc::new(host);
        let served = host.clone();
        let task = tokio::spawn(async move {
            loop {
                let arrived = match &second {
                    None => socket.accept().await,
                    Some(second) => tokio::select! {
                        arrived = socket.accept() => arrived,
                        arrived = second.accept() => arrived,
                    },
                };
                let Ok((stream, _)) = arrived else { return };
                let (host, acceptor) = (served.clone(), acceptor.clone());
                tokio::spawn(timeout(LONGEST_CONNECTION, async move {
                    // An error on one connection is the visitor's own affair.
                    let _ended = match acceptor {
                        None => serve(stream, &host).await,
                        Some(acceptor) => match acceptor.accept(stream).await {
                            Ok(stream) => serve(stream, &host).await,
                            Err(error) => Err(error),
                        },
                    };
                }));
            }
        });
        Ok(Self { host, address, task })
    }

    /// What it serves.
    pub fn host(&self) -> &Arc<Host> {
        &self.host
    }

    /// The address that it has got.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers one request and closes the connection.
async fn serve<S>(mut stream: S, host: &Host) -> std::io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD || stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let target = String::from_utf8_lossy(line);
    let target = target.split(' ').nth(1).unwrap_or_default();
    let text = String::from_utf8_lossy(&head);
    let credentials = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("authorization").then(|| value.trim())
    });
    let page = match credentials {
        Some(credentials) => host.visit_with(target, credentials),
        None => host.visit(target),
    };
    write(&mut stream, page).await?;
    stream.shutdown().await
}

async fn write<S: AsyncWrite + Unpin>(stream: &mut S, page: Page) -> std::io::Result<()> {
    if page.manner == Manner::Silent {
        return std::future::pending().await;
    }
    let mut head = format!("HTTP/1.1 {} -\r\nConnection: close\r\n", page.status);
    for (name, value) in page.headers.iter() {
        head.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value)));
    }
    let body = match page.manner {
        Manner::Whole => {
            // 204 and 304 have no body and say no length (RFC 9110, section 8.6).
            if !matches!(page.status, 204 | 304) {
                head.push_str(&format!("Content-Length: {}\r\n", page.body.len()));
            }
            page.body.as_slice()
        }
        Manner::Cut | Manner::Drip => {
            head.push_str(&format!("Content-Length: {}\r\n", page.body.len()));
            let sent = if page.manner == Manner::Cut { page.body.len() / 2 } else { 0 };
            page.body.get(..sent).unwrap_or_default()
        }
        Manner::Endless | Manner::Silent => page.body.as_slice(),
    };
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    if page.manner == Manner::Drip {
        for byte in page.body.chunks(1) {
            stream.write_all(byte).await?;
            stream.flush().await?;
            tokio::time::sleep(DRIP).await;
        }
    }
    if page.manner == Manner::Endless {
        let spaces = [b' '; 16 * 1024];
        for _ in 0..ENDLESS / spaces.len() {
            stream.write_all(&spaces).await?;
        }
    }
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use super::super::super::{Network, NetworkOptions, Transport, authority};
    use super::*;
    use atproof_protocol::http::Request;

    #[tokio::test]
    async fn pages_are_served_over_tls() {
        let (certificate, key) = authority().unwrap();
        let leaf = Certificate::issue("client.test", &key);
        let options = HostOptions {
            name: "client.test".to_owned(),
            listen: ([127, 0, 0, 1], 0).into(),
            certificate: Some(leaf.unwrap()),
        };
        let listening = Listening::start(&options).await.unwrap();
        listening.host().publish("/client.json", Page::json("{}"));
        listening.host().publish("/cut", Page { manner: Manner::Cut, ..Page::json("{\"a\":1}") });
        let port = listening.address().port();
        let network = Network::new(NetworkOptions {
            resolve: [("client.test".to_owned(), listening.address())].into(),
            authorities: certificate.into_bytes(),
            ..NetworkOptions::default()
        })
        .unwrap();
        let get = |path: &str| {
            network.send(Request::new("GET", format!("https://client.test:{port}{path}")))
        };
        assert_eq!(get("/client.json").await.unwrap().body, b"{}");
        assert_eq!(get("/other").await.unwrap().status, 404);
        assert!(get("/cut").await.is_err());
        assert_eq!(listening.host().visits("/client.json"), 1);
    }
}
