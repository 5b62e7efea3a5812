//! A world on sockets: HTTP/1.1 by hand, since answers may end too early or never come.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use atproof_protocol::http::{Request, Response};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Conduct, Delivery, Directory, Origins, World};

/// Longest head of a request that is read.
const LONGEST_HEAD: usize = 64 * 1024;

/// Longest body of a request that is read.
const LONGEST_BODY: usize = 1 << 20;

/// Most header fields of a request.
const MOST_FIELDS: usize = 100;

/// How long a connection may last.
const LONGEST_CONNECTION: Duration = Duration::from_secs(120);

/// Loopback ports for the roles of a world, chosen by the system.
pub(super) struct Ports {
    listeners: Vec<TcpListener>,
    pub(super) origins: Origins,
}

impl Ports {
    /// New ports, so that nothing that a client remembers of an origin is of use. Where there is a
    /// directory for all worlds, it has none of its own.
    pub(super) async fn open(
        same_origin: bool,
        directory: Option<&Directory>,
    ) -> std::io::Result<Self> {
        let mut listeners = Vec::new();
        let mut names = Vec::new();
        let others = usize::from(!same_origin) + usize::from(directory.is_none());
        for _ in 0..2 + others {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            names.push(format!("http://localhost:{}", listener.local_addr()?.port()));
            listeners.push(listener);
        }
        let mut names = names.into_iter();
        let mut next = || names.next().unwrap_or_default();
        let (pds, other) = (next(), next());
        let directory = directory.map_or_else(&mut next, |all| all.origin().to_owned());
        let issuer = if same_origin { pds.clone() } else { next() };
        Ok(Self {
            listeners,
            origins: Origins { issuer, pds, directory, other, domain: Origins::DOMAIN.to_owned() },
        })
    }

    /// Serves the world until what comes back is dropped.
    pub(super) fn serve(self, world: &Arc<World>) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for listener in self.listeners {
            tasks.spawn(accept(listener, world.clone()));
        }
        tasks
    }
}

/// Who answers requests.
pub(crate) trait Answers: Send + Sync + 'static {
    /// The answer to a request.
    fn answer(&self, request: &Request) -> Delivery;
}

impl Answers for World {
    fn answer(&self, request: &Request) -> Delivery {
        World::answer(self, request)
    }
}

/// Serves whoever connects.
pub(crate) async fn accept(listener: TcpListener, all: Arc<impl Answers>) {
    // The connections of a listener end with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let all = all.clone();
        connections.spawn(timeout(LONGEST_CONNECTION, async move {
            // Small answers must not wait for acknowledgements.
            let _nodelay = stream.set_nodelay(true);
            // An error on one connection is the client's own affair.
            let _ended = serve(stream, "http", |request| Some(all.answer(request))).await;
        }));
    }
}

/// Answers the requests of a connection, one after the other, until one is for nobody.
pub(super) async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    scheme: &str,
    answer: impl Fn(&Request) -> Option<Delivery>,
) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    while let Some((request, keep)) = read(&mut stream, scheme, &mut buffer).await? {
        let Some(delivery) = answer(&request) else { break };
        tokio::time::sleep(delivery.after).await;
        match delivery.conduct {
            Conduct::Whole => {}
            Conduct::Cut => {
                let body = &delivery.response.body;
                let half = body.get(..body.len() / 2).unwrap_or_default();
                let mut bytes = head(&request, &delivery.response);
                bytes.extend_from_slice(half);
                stream.write_all(&bytes).await?;
                return stream.shutdown().await;
            }
            Conduct::Closed => return Ok(()),
            Conduct::Silent => return std::future::pending().await,
        }
        let mut bytes = head(&request, &delivery.response);
        if request.method != "HEAD" {
            bytes.extend_from_slice(&delivery.response.body);
        }
        stream.write_all(&bytes).await?;
        if !keep {
            return stream.shutdown().await;
        }
    }
    Ok(())
}

/// Reads a request, and whether the connection goes on after it. `None` where there is none, or
/// nothing that HTTP knows.
async fn read(
    stream: &mut (impl AsyncRead + Unpin),
    scheme: &str,
    buffer: &mut Vec<u8>,
) -> std::io::Result<Option<(Request, bool)>> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|end| end == b"\r\n\r\n") {
            break end + 4;
        }
        if buffer.len() > LONGEST_HEAD || stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let mut rest = buffer.split_off(end);
    let parsed = parse(buffer, scheme);
    let Some((mut request, keep)) = parsed else { return Ok(None) };
    let chunked = request
        .headers
        .get("transfer-encoding")
        .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
    let length: usize =
        request.headers.get("content-length").and_then(|v| v.trim().parse().ok()).unwrap_or(0);
    loop {
        if let Some((body, used)) = body_of(&rest, chunked, length) {
            request.body = body;
            *buffer = rest.split_off(used);
            return Ok(Some((request, keep)));
        }
        if rest.len() > LONGEST_BODY || stream.read_buf(&mut rest).await? == 0 {
            return Ok(None);
        }
    }
}

/// Reads the head of a request.
fn parse(head: &[u8], scheme: &str) -> Option<(Request, bool)> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut parsed = httparse::Request::new(&mut fields);
    parsed.parse(head).ok().filter(httparse::Status::is_complete)?;
    let target = parsed.path?;
    let host = parsed.headers.iter().find(|field| field.name.eq_ignore_ascii_case("host"))?;
    let host = std::str::from_utf8(host.value).ok()?;
    let url = match target.starts_with('/') {
        true => format!("{scheme}://{host}{target}"),
        false => target.to_owned(),
    };
    let mut request = Request::new(parsed.method?, url);
    for field in parsed.headers.iter() {
        request.headers.push(field.name, field.value);
    }
    let close = request.headers.get("connection").is_some_and(|v| v.eq_ignore_ascii_case("close"));
    Some((request, parsed.version == Some(1) && !close))
}

/// The body of a request and how many bytes it took, once it is whole.
fn body_of(bytes: &[u8], chunked: bool, length: usize) -> Option<(Vec<u8>, usize)> {
    if !chunked {
        return bytes.get(..length).map(|body| (body.to_vec(), length));
    }
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let rest = bytes.get(at..)?;
        let Ok(httparse::Status::Complete((line, size))) = httparse::parse_chunk_size(rest) else {
            return None;
        };
        let size = usize::try_from(size).ok().filter(|size| *size <= LONGEST_BODY)?;
        let start = at.checked_add(line)?;
        let end = start.checked_add(size)?;
        body.extend_from_slice(bytes.get(start..end)?);
        at = end.checked_add(2)?;
        bytes.get(end..at)?;
        if size == 0 {
            return Some((body, at));
        }
    }
}

/// The head of an answer.
fn head(request: &Request, response: &Response) -> Vec<u8> {
    let mut head =
        format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status)).into_bytes();
    for (name, value) in response.headers.iter() {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    // 204 and 304 have no body and say no length (RFC 9110, section 8.6).
    if !matches!(response.status, 204 | 304) {
        let length = if request.method == "HEAD" { 0 } else { response.body.len() };
        head.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301..=308 => "Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_of_both_kinds_are_read() {
        assert_eq!(body_of(b"abcd", false, 3), Some((b"abc".to_vec(), 3)));
        assert_eq!(body_of(b"ab", false, 3), None);
        let chunks = b"3\r\nabc\r\n1;x\r\nd\r\n0\r\n\r\nGET";
        assert_eq!(body_of(chunks, true, 0), Some((b"abcd".to_vec(), chunks.len() - 3)));
        assert_eq!(body_of(b"3\r\nab", true, 0), None);
        assert_eq!(body_of(b"ffffffffffffffff\r\n", true, 0), None);
    }

    #[test]
    fn heads_become_requests() {
        let head = b"POST /a?b HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n";
        let (request, keep) = parse(head, "http").unwrap();
        assert_eq!(
            (&*request.method, &*request.url, keep),
            ("POST", "http://localhost:1/a?b", false)
        );
        for head in [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\r\n\r\n", b"GET /\r\n\r\n"] {
            assert!(parse(head, "http").is_none());
        }
    }
}
