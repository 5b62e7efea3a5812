//! The transport in process.

use atproof_engine::stage::{Clock, Transport};
use atproof_peers::{Config, Embedded};
use atproof_protocol::http::Request;

const METADATA: &str = "/.well-known/oauth-authorization-server";

#[tokio::test]
async fn requests_and_bytes_reach_the_same_server() {
    let embedded = Embedded::new(Config::embedded(), 1, Clock::at(1_750_000_000));
    let origin = "https://auth.atproof.test";
    let sent = embedded.send(Request::new("GET", format!("{origin}{METADATA}"))).await.unwrap();
    let bytes = format!("GET {METADATA} HTTP/1.1\r\nHost: auth.atproof.test\r\n\r\n");
    let raw = embedded.send_raw(origin, bytes.into_bytes()).await.unwrap();
    assert_eq!((sent.status, &sent), (200, &raw));
    let malformed = embedded.send_raw(origin, b"GET\r\n\r\n".to_vec()).await.unwrap();
    assert_eq!(malformed.status, 400);
    assert!(embedded.send(Request::new("GET", "/relative")).await.is_err());
}
