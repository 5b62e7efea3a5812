//! Several requests at the same moment, for races.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use atproof_protocol::http::{Request, Response};
use atproof_protocol::record::Part;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::draft::{Draft, Fresh};
use super::net::{Network, converse, no_answer};
use super::transport::{NetError, NetErrorKind};
use super::{Halt, Reply, Stage, origin_of, retry_after, unprepared};

/// Most requests that are sent at the same moment.
pub const MOST_AT_ONCE: usize = 8;

/// Most bursts of one unit of play.
pub const MOST_BURSTS: usize = 10;

/// Time for a server to take the connections up and to read what is not held back.
const SETTLE: Duration = Duration::from_millis(20);

/// What stands in the place of the last octet of a request until all are released.
type Held = Result<(Box<dyn Connection>, Vec<u8>), NetError>;

/// A connection to a server, with TLS or without.
pub(super) trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}

impl<C: AsyncRead + AsyncWrite + Unpin + Send> Connection for C {}

impl Stage {
    /// Sends drafts at the same moment, as a step of this name. Each has a proof of its own, with
    /// the nonce that is in the jar: the request before should have filled it. The exchanges stand
    /// in the record in the order of the drafts, whichever was answered first.
    ///
    /// Nothing is sent again: a burst in which a nonce is demanded or a limit is met does not count
    /// as one, and the judge leaves it out.
    pub async fn send_together(
        &mut self,
        step: &str,
        drafts: &[Draft],
    ) -> Result<Vec<Reply>, Halt> {
        let fresh = drafts.iter().map(|draft| self.fresh(draft)).collect();
        self.release(step, drafts, fresh).await
    }

    /// As [`Stage::send_together`], but all requests have one and the same proof. They have to be
    /// by one key and of one method and URL.
    pub async fn send_together_with_one_proof(
        &mut self,
        step: &str,
        drafts: &[Draft],
    ) -> Result<Vec<Reply>, Halt> {
        let fresh = drafts.first().map(|draft| self.fresh(draft));
        let fresh = fresh.into_iter().cycle().take(drafts.len()).collect();
        self.release(step, drafts, fresh).await
    }

    /// The parts of a proof that are new on each attempt.
    pub(super) fn fresh(&mut self, draft: &Draft) -> Fresh {
        Fresh {
            jti: self.place.random.token(),
            assertion: match draft.assertion {
                Some(_) => self.place.random.token(),
                None => String::new(),
            },
            iat: self.place.clock.now(),
            nonce: self.nonce(&draft.url).map(str::to_owned),
        }
    }

    async fn release(
        &mut self,
        step: &str,
        drafts: &[Draft],
        fresh: Vec<Fresh>,
    ) -> Result<Vec<Reply>, Halt> {
        self.bursts += 1;
        if drafts.len() > MOST_AT_ONCE || self.bursts > MOST_BURSTS {
            let why = format!("the limits are {MOST_BURSTS} bursts of {MOST_AT_ONCE}");
            return Err(unprepared("a burst of requests", why));
        }
        let requests: Vec<Request> =
            drafts.iter().zip(&fresh).map(|(draft, fresh)| draft.request(fresh)).collect();
        let part = std::mem::replace(&mut self.part, Part::Step(step.to_owned()));
        let since = Instant::now();
        let answers = self.place.transport.send_together(requests.clone()).await;
        let wait = answers.iter().flatten().filter(|r| r.status == 429).map(retry_after).max();
        let sent = drafts.iter().zip(&requests).zip(answers);
        let replies = sent
            .map(|((draft, request), answer)| self.record(draft.action, request, answer, since))
            .collect();
        self.part = part;
        if let Some(wait) = wait {
            self.place.clock.wait(wait).await;
        }
        Ok(replies)
    }
}

impl Network {
    /// Opens a connection for each request, sends all of it but its last octet, and then the last
    /// octets one right after the other: what is left to travel is too little to arrive apart.
    pub(super) async fn race(&self, requests: Vec<Request>) -> Vec<Result<Response, NetError>> {
        let timeout = self.timeout();
        let in_time = |within| tokio::time::timeout(timeout, within);
        let held: Vec<Held> = all(requests.iter().map(|r| in_time(self.hold(r))).collect())
            .await
            .into_iter()
            .map(|held| held.unwrap_or_else(|_| Err(no_answer(timeout))))
            .collect();
        tokio::time::sleep(SETTLE).await;
        let answers = held.into_iter().map(|held| {
            tokio::time::timeout(timeout, async {
                let (connection, last) = held?;
                converse(connection, &last).await
            })
        });
        let answers = all(answers.collect()).await.into_iter();
        answers.map(|answer| answer.unwrap_or_else(|_| Err(no_answer(timeout)))).collect()
    }

    async fn hold(&self, request: &Request) -> Held {
        let mut connection = self.connect(origin_of(&request.url)).await?;
        let mut bytes = wire(request);
        let last = bytes.split_off(bytes.len().saturating_sub(1));
        let failed = |error: std::io::Error| NetError::new(NetErrorKind::Reset, error.to_string());
        connection.write_all(&bytes).await.map_err(failed)?;
        connection.flush().await.map_err(failed)?;
        Ok((connection, last))
    }
}

/// A request as it stands on a connection of its own (RFC 9112).
fn wire(request: &Request) -> Vec<u8> {
    let authority = origin_of(&request.url).split_once("://").map_or("", |(_, rest)| rest);
    let mut bytes = format!(
        "{} {} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: {}\r\nAccept: */*\r\n",
        request.method,
        request.target(),
        super::net::USER_AGENT,
    )
    .into_bytes();
    for (name, value) in request.headers.iter() {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    if !request.body.is_empty() || request.method == "POST" {
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", request.body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"Connection: close\r\n\r\n");
    bytes.extend_from_slice(&request.body);
    bytes
}

/// Drives futures side by side to their ends and gives what came of them, in their order.
pub(super) async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<Option<Pin<Box<F>>>> =
        futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    let mut done: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, output) in running.iter_mut().zip(&mut done) {
            if let Some(Poll::Ready(ready)) = future.as_mut().map(|f| f.as_mut().poll(context)) {
                *output = Some(ready);
                *future = None;
            }
        }
        if running.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::tests::stage;
    use atproof_protocol::record::Exchange;
    use tokio::io::AsyncReadExt;
    use tokio::net::{TcpListener, TcpStream};
    use wiremock::matchers::path;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    fn pushes(stage: &mut Stage, count: usize) -> Vec<Draft> {
        let login = stage.login();
        vec![stage.par(&login); count]
    }

    fn jti(exchange: &Exchange) -> String {
        let proof = exchange.request.header("dpop").unwrap();
        let (_, claims) = atproof_protocol::jws::decode_unverified(proof).unwrap();
        claims["jti"].as_str().unwrap().to_owned()
    }

    async fn mocked(answer: ResponseTemplate) -> (MockServer, Stage) {
        let server = MockServer::start().await;
        Mock::given(path("/par")).respond_with(answer).mount(&server).await;
        let stage = stage(&server.uri());
        (server, stage)
    }

    /// Reads a request up to the end of its body.
    async fn whole(mut connection: TcpStream) -> (TcpStream, String) {
        let mut text = String::new();
        loop {
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.split("Content-Length: ").nth(1).unwrap();
                let length: usize = length.lines().next().unwrap().parse().unwrap();
                if body.len() == length {
                    return (connection, text);
                }
            }
            let mut buffer = [0; 1024];
            let read = connection.read(&mut buffer).await.unwrap();
            assert!(read > 0, "closed after {text}");
            text += std::str::from_utf8(&buffer[..read]).unwrap();
        }
    }

    #[tokio::test]
    async fn the_requests_of_a_burst_are_under_way_at_the_same_time() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let mut open = Vec::new();
            for _ in 0..4 {
                open.push(whole(listener.accept().await.unwrap().0).await);
            }
            // Nobody is answered before all are there, and the last one first.
            for (number, (mut connection, request)) in open.into_iter().enumerate().rev() {
                assert!(request.starts_with("POST /par HTTP/1.1\r\nHost: 127.0.0.1:"), "{request}");
                let answer = format!("HTTP/1.1 {} X\r\nContent-Length: 0\r\n\r\n", 200 + number);
                connection.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let mut stage = stage(&origin);
        let drafts = pushes(&mut stage, 4);
        stage.enter(Part::Control);
        let replies = stage.send_together("burst 1", &drafts).await.unwrap();
        server.await.unwrap();
        let mut statuses: Vec<u16> =
            replies.iter().flat_map(|r| &r.answer).map(|r| r.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201, 202, 203]);
        let ids: Vec<&str> = replies.iter().map(|reply| reply.id.as_str()).collect();
        assert_eq!(ids, ["unit#1", "unit#2", "unit#3", "unit#4"]);
        let step = Part::Step("burst 1".to_owned());
        assert!(stage.exchanges().iter().all(|exchange| exchange.part == step));
        assert_eq!(stage.part, Part::Control, "what follows is no part of the burst");
    }

    #[tokio::test]
    async fn each_request_has_a_proof_of_its_own_unless_one_is_shared() {
        let (_server, mut stage) = mocked(ResponseTemplate::new(201)).await;
        let drafts = pushes(&mut stage, 3);
        stage.send_together("own", &drafts).await.unwrap();
        stage.send_together_with_one_proof("one", &drafts).await.unwrap();
        let jtis: Vec<String> = stage.exchanges().iter().map(jti).collect();
        let [a, b, c, shared @ ..] = jtis.as_slice() else { panic!("{jtis:?}") };
        assert!(a != b && b != c && c != a, "{jtis:?}");
        assert!(shared.len() == 3 && shared.iter().all(|jti| *jti == shared[0]), "{jtis:?}");
    }

    #[tokio::test]
    async fn nothing_is_sent_again_but_limits_are_waited_out() {
        let slow_down = ResponseTemplate::new(429).insert_header("Retry-After", "7");
        let (_server, mut stage) = mocked(slow_down).await;
        let drafts = pushes(&mut stage, 2);
        let before = stage.clock().now();
        stage.send_together("burst 1", &drafts).await.unwrap();
        assert_eq!(stage.clock().now() - before, 7);
        let superseded: Vec<bool> = stage.exchanges().iter().map(|e| e.superseded).collect();
        assert_eq!(superseded, [false, false]);
        let demand = ResponseTemplate::new(400)
            .insert_header("DPoP-Nonce", "n1")
            .set_body_json(serde_json::json!({"error": "use_dpop_nonce"}));
        let (_server, mut stage) = mocked(demand).await;
        let drafts = pushes(&mut stage, 2);
        stage.send_together("burst 1", &drafts).await.unwrap();
        assert_eq!(stage.exchanges().len(), 2);
        assert_eq!(stage.nonce(&drafts[0].url), Some("n1"));
    }

    #[tokio::test]
    async fn bursts_have_limits() {
        let (_server, mut stage) = mocked(ResponseTemplate::new(201)).await;
        let drafts = pushes(&mut stage, MOST_AT_ONCE + 1);
        assert!(stage.send_together("burst", &drafts).await.is_err());
        for _ in 1..MOST_BURSTS {
            stage.send_together("burst", &drafts[..1]).await.unwrap();
        }
        assert!(stage.send_together("burst", &drafts[..1]).await.is_err());
        assert_eq!(stage.exchanges().len(), MOST_BURSTS - 1);
    }

    #[tokio::test]
    async fn a_server_that_is_gone_fails_each_request() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut stage = stage(&format!("http://{}", listener.local_addr().unwrap()));
        drop(listener);
        let drafts = pushes(&mut stage, 2);
        let replies = stage.send_together("burst", &drafts).await.unwrap();
        let kinds: Vec<NetErrorKind> =
            replies.into_iter().map(|reply| reply.answer.unwrap_err().kind).collect();
        assert_eq!(kinds, [NetErrorKind::Connect, NetErrorKind::Connect]);
    }
}
