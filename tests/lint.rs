//! `atproof lint` as its users meet it.

#![expect(clippy::unwrap_used, reason = "a test ends with what goes wrong")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

fn lint(arguments: &[&str], input: &str) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .arg("lint")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads no input has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// The findings of each target, as the JSON form has them.
fn ids(run: &Run) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let targets = document["targets"].as_array().unwrap().clone();
    let findings = targets.iter().flat_map(|target| {
        let kind = target["kind"].as_str().unwrap().to_owned();
        let findings = target["findings"].as_array().unwrap().clone();
        findings.into_iter().map(move |f| (kind.clone(), f["id"].as_str().unwrap().to_owned()))
    });
    findings.collect()
}

fn example(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents").join(name))
        .unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lint");
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// A path, its status, media type and body.
type Document = (&'static str, u16, &'static str, String);

/// Serves documents until the test ends; gives the origin. `{origin}` in a body becomes it.
fn serve(documents: Vec<Document>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let own = origin.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let lines: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let path = lines[0].split(' ').nth(1).unwrap();
            let found = documents.iter().find(|document| document.0 == path);
            let (status, media_type, body) = match found {
                Some((_, status, media_type, body)) => (*status, *media_type, body.as_str()),
                None => (404, "text/plain", ""),
            };
            let body = body.replace("{origin}", &own);
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    origin
}

#[test]
fn sound_documents_end_with_0_and_broken_ones_with_1() {
    let good = example("client-metadata/public.json");
    let run = lint(&["-", "--at", "https://app.example.com/client.json"], &good);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    assert_eq!(run.out, "-: client-metadata: nothing to complain of\n");
    let mut bad: Value = serde_json::from_str(&good).unwrap();
    bad["dpop_bound_access_tokens"] = json!(false);
    let run = lint(&["-"], &bad.to_string());
    assert_eq!(run.code, Some(1), "{}", run.out);
    assert!(run.out.contains("error[client-metadata.tokens-not-dpop-bound]"), "{}", run.out);
}

#[test]
fn warnings_end_with_1_only_if_strict() {
    let mut document: Value =
        serde_json::from_str(&example("client-metadata/public.json")).unwrap();
    document.as_object_mut().unwrap().remove("client_name");
    let path = file("nameless.json", &document.to_string());
    let path = path.to_str().unwrap();
    assert_eq!(lint(&[path], "").code, Some(0));
    assert_eq!(lint(&["--strict", path], "").code, Some(1));
}

#[test]
fn what_cannot_be_read_ends_with_64_and_hides_no_other_finding() {
    let run = lint(&["/no/such/file", "--value", "atproto repo:com.example.*"], "");
    assert_eq!(run.code, Some(64));
    assert!(run.err.contains("/no/such/file cannot be read"), "{}", run.err);
    assert!(run.out.contains("error[scope.nsid]"), "{}", run.out);
    let run = lint(&["-"], "hello");
    assert_eq!(run.code, Some(64));
    assert!(run.err.contains("name one with --kind: client-metadata,"), "{}", run.err);
    assert_eq!(lint(&["http://127.0.0.1:1/c.json"], "").code, Some(3));
}

#[test]
fn secrets_are_named_and_never_shown() {
    let key = json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "c2VjcmV0LXNjYWxhcg"});
    let document = json!({"keys": [key], "client_secret": "hush-hush"}).to_string();
    for arguments in [&["-"][..], &["--json", "-"]] {
        let run = lint(arguments, &document);
        assert!(run.out.contains("client-metadata.private-key"), "{}", run.out);
        assert!(!run.out.contains("c2VjcmV0") && !run.out.contains("hush"), "{}", run.out);
    }
    let run = lint(&["--value", "https://app.example/cb?code=hush-hush&iss=https://a.example"], "");
    assert!(run.out.contains("callback") && !run.out.contains("hush"), "{}", run.out);
}

#[test]
fn a_document_at_a_url_is_judged_with_its_delivery_and_its_keys() {
    let mut document: Value =
        serde_json::from_str(&example("client-metadata/public.json")).unwrap();
    document["client_id"] = json!("{origin}/client.json");
    document["client_uri"] = json!("{origin}");
    document["token_endpoint_auth_method"] = json!("private_key_jwt");
    document["token_endpoint_auth_signing_alg"] = json!("ES256");
    document["jwks_uri"] = json!("{origin}/jwks.json");
    let origin = serve(vec![
        ("/client.json", 200, "text/html", document.to_string()),
        ("/jwks.json", 200, "application/json", r#"{"keys": []}"#.to_owned()),
        ("/moved.json", 302, "text/plain", String::new()),
    ]);
    let run = lint(&["--json", &format!("{origin}/client.json")], "");
    let found = ids(&run);
    let expected = [
        ("delivery", "delivery.media-type"),
        ("client-metadata", "client-id.loopback-address"),
        ("client-metadata", "client-metadata.jwks-uri-not-https"),
        ("key-set", "client-metadata.no-signing-key"),
    ];
    for (kind, id) in expected {
        assert!(found.contains(&(kind.to_owned(), id.to_owned())), "{id}: {found:?}");
    }
    assert!(!run.out.contains("client-id-mismatch"), "{}", run.out);
    let run = lint(&["--json", &format!("{origin}/moved.json")], "");
    assert_eq!(ids(&run), [("delivery".to_owned(), "delivery.redirect".to_owned())]);
}

#[test]
fn an_origin_stands_for_both_metadata_documents() {
    let pds = json!({"resource": "{origin}", "authorization_servers": ["https://auth.example"]});
    let origin = serve(vec![(
        "/.well-known/oauth-protected-resource",
        200,
        "application/json",
        pds.to_string(),
    )]);
    let run = lint(&["--json", &origin], "");
    assert_eq!(run.code, Some(1));
    let found = ids(&run);
    assert!(found.contains(&("delivery".to_owned(), "delivery.status".to_owned())), "{found:?}");
    assert!(found.iter().any(|(kind, _)| kind == "resource-metadata"), "{found:?}");
}

#[test]
fn findings_have_pages() {
    let output = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .args(["explain", "client-metadata.scope-missing"])
        .output()
        .unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("## How to fix") && page.contains("clause: ATP-CMD-009"), "{page}");
}
