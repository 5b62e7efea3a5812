//! The server over a socket.

use atproof_peers::{Listener, Switches};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn answers_on_a_port_of_its_own() {
    let listener = Listener::start(Switches::default()).await.unwrap();
    let issuer = listener.config().issuer.clone();
    let authority = issuer.strip_prefix("http://").unwrap();
    let port = authority.strip_prefix("localhost:").unwrap();
    let get = async |path: &str, host: &str| {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = get("/.well-known/oauth-authorization-server", authority).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains(&format!("\"issuer\":\"{issuer}\"")), "{answer}");
    let answer = get("/did:plc:aliceaaaaaaaaaaaaaaaaaaa", authority).await;
    assert!(answer.contains("alice.test"), "{answer}");
    let answer = get("/.well-known/atproto-did", "alice.test").await;
    assert!(answer.ends_with("did:plc:aliceaaaaaaaaaaaaaaaaaaa"), "{answer}");
    assert!(get("/x", "other.test").await.starts_with("HTTP/1.1 404"));
}
