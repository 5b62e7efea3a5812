//! The network: reqwest for ordinary requests, a writer of raw bytes for malformed ones, one TLS
//! configuration for both, limits on everything that is read.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use atproof_protocol::http::{Headers, Request, Response};
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::together::Connection;
use super::transport::{NetError, NetErrorKind, Sending, SendingAll, Transport};

/// Longest body that is read, in bytes.
const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// Most header fields of an answer to raw bytes.
const MOST_HEADERS: usize = 128;

/// Longest head of an answer to raw bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// What requests say of who sends them.
pub(super) const USER_AGENT: &str = concat!("atproof/", env!("CARGO_PKG_VERSION"));

/// How the network is reached.
#[derive(Clone, Debug)]
pub struct NetworkOptions {
    /// Time for an answer to arrive whole, connection included.
    pub timeout: Duration,
    /// Names that resolve to fixed addresses.
    pub resolve: BTreeMap<String, SocketAddr>,
    /// Certificate authorities in PEM to trust beside those of the machine.
    pub authorities: Vec<u8>,
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(20), resolve: BTreeMap::new(), authorities: Vec::new() }
    }
}

/// The way to a peer over the network.
pub struct Network {
    client: reqwest::Client,
    tls: Arc<ClientConfig>,
    options: NetworkOptions,
}

impl Network {
    /// Opens nothing yet; fails only where TLS cannot be set up.
    pub fn new(options: NetworkOptions) -> Result<Self, NetError> {
        let tls = tls_config(&options.authorities)?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(options.timeout)
            .timeout(options.timeout)
            .user_agent(USER_AGENT);
        for (name, address) in &options.resolve {
            builder = builder.resolve(name, *address);
        }
        let client =
            builder.build().map_err(|error| NetError::new(NetErrorKind::Tls, chain(&error)))?;
        Ok(Self { client, tls: Arc::new(tls), options })
    }

    async fn ordinary(&self, request: Request) -> Result<Response, NetError> {
        let url = Url::parse(&request.url).map_err(|error| {
            NetError::new(NetErrorKind::Url, format!("{}: {error}", request.url))
        })?;
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| NetError::new(NetErrorKind::Url, error.to_string()))?;
        let mut builder = self.client.request(method, url);
        for (name, value) in request.headers.iter() {
            builder = builder.header(name, value);
        }
        let has_body = !request.body.is_empty() || request.method == "POST";
        if has_body {
            builder = builder.body(request.body);
        }
        let mut answer = builder.send().await.map_err(|error| net_error(&error))?;
        let mut headers = Headers::new();
        for (name, value) in answer.headers() {
            headers.push(name.as_str(), value.as_bytes());
        }
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| net_error(&error))? {
            if body.len() + chunk.len() > LONGEST_BODY {
                let detail = format!("the body is longer than {LONGEST_BODY} bytes");
                return Err(NetError::new(NetErrorKind::TooLarge, detail));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body })
    }

    /// Longest time for an answer.
    pub(super) const fn timeout(&self) -> Duration {
        self.options.timeout
    }

    async fn raw(&self, origin: &str, bytes: Vec<u8>) -> Result<Response, NetError> {
        converse(self.connect(origin).await?, &bytes).await
    }

    /// A connection of its own to an origin.
    pub(super) async fn connect(&self, origin: &str) -> Result<Box<dyn Connection>, NetError> {
        let url = Url::parse(origin)
            .map_err(|error| NetError::new(NetErrorKind::Url, format!("{origin}: {error}")))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let default_port = url.port_or_known_default().unwrap_or(443);
        let port = url.port().unwrap_or(default_port);
        let connect = |error: std::io::Error| {
            NetError::new(NetErrorKind::Connect, format!("{host}:{port}: {error}"))
        };
        let stream = match self.options.resolve.get(&host) {
            Some(address) => {
                // As for ordinary requests: the port of the URL, else that of the address.
                let port = url.port().or(Some(address.port()).filter(|port| *port != 0));
                let address = (address.ip(), port.unwrap_or(default_port));
                TcpStream::connect(address).await.map_err(connect)?
            }
            None => TcpStream::connect((host.as_str(), port)).await.map_err(connect)?,
        };
        // What is held back and then released must not wait for more.
        stream.set_nodelay(true).map_err(connect)?;
        if url.scheme() != "https" {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.clone())
            .map_err(|error| NetError::new(NetErrorKind::Url, format!("{host}: {error}")))?;
        let connector = tokio_rustls::TlsConnector::from(self.tls.clone());
        let stream = connector
            .connect(name, stream)
            .await
            .map_err(|error| NetError::new(NetErrorKind::Tls, format!("{host}: {error}")))?;
        Ok(Box::new(stream))
    }
}

impl Transport for Network {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(self.ordinary(request))
    }

    fn send_together(&self, requests: Vec<Request>) -> SendingAll<'_> {
        Box::pin(self.race(requests))
    }

    fn send_raw<'a>(&'a self, origin: &'a str, bytes: Vec<u8>) -> Sending<'a> {
        Box::pin(async move {
            tokio::time::timeout(self.options.timeout, self.raw(origin, bytes))
                .await
                .unwrap_or_else(|_| Err(no_answer(self.options.timeout)))
        })
    }
}

/// A fresh certificate authority: certificate and private key, both in PEM.
pub fn authority() -> Result<(String, String), NetError> {
    let failed = |error: rcgen::Error| NetError::new(NetErrorKind::Tls, error.to_string());
    let key = rcgen::KeyPair::generate().map_err(failed)?;
    let certificate = authority_parameters().self_signed(&key).map_err(failed)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

/// What every authority of ours says of itself.
pub(crate) fn authority_parameters() -> rcgen::CertificateParams {
    let mut parameters = rcgen::CertificateParams::default();
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    parameters.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "atproof test authority");
    parameters
}

fn tls_config(authorities: &[u8]) -> Result<ClientConfig, NetError> {
    let failed = |error: String| NetError::new(NetErrorKind::Tls, error);
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in rustls::pki_types::CertificateDer::pem_slice_iter(authorities) {
        let certificate = certificate.map_err(|error| failed(error.to_string()))?;
        roots.add(certificate).map_err(|error| failed(error.to_string()))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn net_error(error: &reqwest::Error) -> NetError {
    let detail = chain(error);
    let lower = detail.to_ascii_lowercase();
    let kind = if error.is_timeout() {
        NetErrorKind::Timeout
    } else if comes_from_tls(error) {
        NetErrorKind::Tls
    } else if error.is_connect() {
        NetErrorKind::Connect
    } else if lower.contains("reset") || lower.contains("closed") || lower.contains("eof") {
        NetErrorKind::Reset
    } else {
        NetErrorKind::Malformed
    };
    NetError::new(kind, detail)
}

/// Whether an error of the TLS library is among the causes.
fn comes_from_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    // An I/O error does not give what it wraps as its source, but that one's source.
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let wrapped = wrapped.map(|inner| inner as &(dyn std::error::Error + 'static));
    wrapped.or_else(|| error.source()).is_some_and(comes_from_tls)
}

/// The causes of an error, outermost first, without the URL that the outermost one repeats.
fn chain(error: &dyn std::error::Error) -> String {
    let mut texts = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        texts.push(cause.to_string());
        next = cause.source();
    }
    if texts.is_empty() { error.to_string() } else { texts.join(": ") }
}

pub(super) fn no_answer(timeout: Duration) -> NetError {
    NetError::new(NetErrorKind::Timeout, format!("no whole answer within {} s", timeout.as_secs()))
}

/// Writes bytes and reads one answer.
pub(super) async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    bytes: &[u8],
) -> Result<Response, NetError> {
    let reset = |error: std::io::Error| NetError::new(NetErrorKind::Reset, error.to_string());
    stream.write_all(bytes).await.map_err(reset)?;
    stream.flush().await.map_err(reset)?;
    let mut read = Vec::new();
    loop {
        if let Some(response) = parse(&read, false)? {
            return Ok(response);
        }
        if read.len() > LONGEST_BODY + LONGEST_HEAD {
            return Err(NetError::new(NetErrorKind::TooLarge, "the answer does not end"));
        }
        let mut buffer = [0; 8192];
        match stream.read(&mut buffer).await {
            Ok(0) => {
                return parse(&read, true)?.ok_or_else(|| {
                    NetError::new(NetErrorKind::Reset, "closed before the answer was whole")
                });
            }
            Ok(length) => read.extend_from_slice(buffer.get(..length).unwrap_or_default()),
            Err(error) => return Err(reset(error)),
        }
    }
}

/// The answer that stands at the start of `bytes`, once it is whole.
fn parse(bytes: &[u8], ended: bool) -> Result<Option<Response>, NetError> {
    let malformed = |detail: String| NetError::new(NetErrorKind::Malformed, detail);
    let mut fields = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut head = httparse::Response::new(&mut fields);
    let start = match head.parse(bytes).map_err(|error| malformed(error.to_string()))? {
        httparse::Status::Complete(start) => start,
        httparse::Status::Partial if bytes.len() > LONGEST_HEAD => {
            return Err(NetError::new(NetErrorKind::TooLarge, "the header does not end"));
        }
        httparse::Status::Partial => return Ok(None),
    };
    let headers: Headers = head.headers.iter().map(|field| (field.name, field.value)).collect();
    let status = head.code.unwrap_or_default();
    let rest = bytes.get(start..).unwrap_or_default();
    let chunked = headers
        .get("transfer-encoding")
        .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    let length = headers.get("content-length").and_then(|value| value.parse::<usize>().ok());
    let body = match (chunked, length) {
        (true, _) => unchunk(rest)?,
        (false, Some(length)) => rest.get(..length).map(<[u8]>::to_vec),
        (false, None) if matches!(status, 204 | 304) => Some(Vec::new()),
        (false, None) => ended.then(|| rest.to_vec()),
    };
    Ok(body.map(|body| Response { status, headers, body }))
}

/// The body in chunked coding, once its last chunk is there.
fn unchunk(mut rest: &[u8]) -> Result<Option<Vec<u8>>, NetError> {
    let mut body = Vec::new();
    loop {
        let (start, size) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(NetError::new(NetErrorKind::Malformed, "invalid chunk size")),
        };
        if size == 0 {
            return Ok(Some(body));
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let end = start.saturating_add(size);
        let Some(chunk) = rest.get(start..end) else { return Ok(None) };
        body.extend_from_slice(chunk);
        rest = rest.get(end.saturating_add(2)..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiremock::matchers::path;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    fn network(timeout: Duration) -> Network {
        Network::new(NetworkOptions { timeout, ..NetworkOptions::default() }).unwrap()
    }

    #[tokio::test]
    async fn redirects_are_not_followed() {
        let server = MockServer::start().await;
        let redirect = ResponseTemplate::new(302).insert_header("Location", "/elsewhere");
        Mock::given(path("/")).respond_with(redirect).expect(1).mount(&server).await;
        let network = network(Duration::from_secs(5));
        let response = network.send(Request::new("GET", server.uri())).await.unwrap();
        assert_eq!((response.status, response.headers.get("location")), (302, Some("/elsewhere")));
    }

    #[tokio::test]
    async fn floods_and_drips_have_limits() {
        let server = MockServer::start().await;
        let flood = ResponseTemplate::new(200).set_body_bytes(vec![b'x'; LONGEST_BODY + 1]);
        Mock::given(path("/flood")).respond_with(flood).mount(&server).await;
        let drip = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
        Mock::given(path("/drip")).respond_with(drip).mount(&server).await;
        let kind = async |timeout, at: &str| {
            let request = Request::new("GET", format!("{}{at}", server.uri()));
            network(timeout).send(request).await.unwrap_err().kind
        };
        assert_eq!(kind(Duration::from_secs(20), "/flood").await, NetErrorKind::TooLarge);
        assert_eq!(kind(Duration::from_millis(50), "/drip").await, NetErrorKind::Timeout);
    }

    #[tokio::test]
    async fn nobody_listens() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        let error = network(Duration::from_secs(5)).send(Request::new("GET", url)).await;
        assert_eq!(error.unwrap_err().kind, NetErrorKind::Connect);
    }

    #[tokio::test]
    async fn raw_bytes_reach_the_peer_as_they_are() {
        let server = MockServer::start().await;
        Mock::given(path("/x")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
        let network = network(Duration::from_secs(5));
        let bytes = b"GET /x HTTP/1.1\r\nhOsT: h\r\n\r\n".to_vec();
        assert_eq!(network.send_raw(&server.uri(), bytes).await.unwrap().status, 204);
        let broken = network.send_raw(&server.uri(), b"\0\0\r\n\r\n".to_vec()).await.unwrap();
        assert_eq!(broken.status, 400);
    }

    #[test]
    fn reads_chunks_and_lengths() {
        let whole = |text: &str, ended| parse(text.as_bytes(), ended).unwrap().map(|r| r.body);
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        assert_eq!(whole(chunked, false), Some(b"abc".to_vec()));
        assert_eq!(whole("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", false).unwrap(), b"ab");
        assert_eq!(whole("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false), None);
        assert_eq!(whole("HTTP/1.1 200 OK\r\n\r\nab", true).unwrap(), b"ab");
        assert!(parse(b"\0\0\0\0", false).is_err());
    }
}
