//! `atproof client web`, `browser` and `manual` where something is wrong with what they are pointed
//! at: a clear finding, never a pass.

#![expect(clippy::unwrap_used, reason = "a test ends with what goes wrong")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A few cases of one unit.
const FAMILY: &str = "client.token.type-*";

const FORM: &str = "<form method=post action=/login><input name=handle><button>Go</button></form>";

struct Run {
    code: Option<i32>,
    printed: String,
    cases: Vec<Value>,
}

/// Runs `atproof client` with these arguments.
fn client(name: &str, arguments: &[&str]) -> Run {
    let json = directory().join(format!("{name}.json"));
    let output = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .arg("client")
        .args(arguments)
        .args(["--only", FAMILY, "--all", "--json"])
        .arg(&json)
        .stdin(Stdio::null())
        .env("CHROMIUM", "/no/such/chromium")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let cases = fs::read(json).ok().map(|text| {
        let run: Value = serde_json::from_slice(&text).unwrap();
        run["cases"].as_array().unwrap().clone()
    });
    Run { code: output.status.code(), printed, cases: cases.unwrap_or_default() }
}

/// Examines the application at a URL, whose user logs in at `/login`.
fn web(name: &str, url: &str) -> Run {
    let login = ["--login-path", "/login", "--field", "handle", "--success", "Signed in"];
    let limits = ["--plc-listen", "127.0.0.1:0", "--driver-timeout", "1"];
    client(name, &[&["web", url][..], &login, &limits].concat())
}

fn directory() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fronts");
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// An application: method and path to status, location and page.
type Application = fn(&str) -> (u16, &str, &str);

/// Runs an application until the test ends; gives its origin.
fn serve(application: Application) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever goes away early needs no answer.
            let _gone = answer(stream, application);
        }
    });
    origin
}

fn answer(mut stream: TcpStream, application: Application) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let (status, location, page) = application(first.trim_end_matches(" HTTP/1.1"));
    let length = page.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Type: text/html\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{page}"
    )
}

#[track_caller]
fn assert_undecided(run: &Run, words: &str) {
    assert_eq!(run.code, Some(2), "{}", run.printed);
    assert!(!run.cases.is_empty(), "{}", run.printed);
    for case in &run.cases {
        assert_eq!(case["verdict"], "inconclusive", "{case}");
        assert!(case["reason"].as_str().unwrap().contains(words), "{case}");
    }
}

#[test]
fn an_application_that_never_redirects_passes_nothing() {
    let url = serve(|request| match request {
        "POST /login" => (200, "", "<p>Not today</p>"),
        _ => (200, "", FORM),
    });
    let words = "start was refused: the application sends the user nowhere, because: Not today";
    assert_undecided(&web("nowhere", &url), words);
}

#[test]
fn a_page_without_the_form_is_shown() {
    let url = serve(|_| (200, "", "<h1>Welcome</h1>"));
    let words = "start 1: the page has no form of its own with handle, because: Welcome";
    assert_undecided(&web("no-form", &url), words);
}

#[test]
fn redirects_without_end_are_given_up() {
    let url = serve(|_| (302, "/login", ""));
    assert_undecided(&web("loop", &url), "more than 10 redirects, one after the other");
}

#[test]
fn who_is_sent_elsewhere_is_not_logged_in() {
    let url = serve(|request| match request {
        "POST /login" => (303, "http://127.0.0.1:9/elsewhere", ""),
        _ => (200, "", FORM),
    });
    let words = "the driver says that start was done, but no request was pushed";
    assert_undecided(&web("elsewhere", &url), words);
}

#[test]
fn a_dead_application_ends_the_run() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let run = web("dead", &format!("http://{free}"));
    assert_eq!(run.code, Some(3), "{}", run.printed);
    assert!(run.printed.contains("the application does not answer: connect"), "{}", run.printed);
    // It accepts connections, and nothing else.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let run = web("silent", &format!("http://{}", silent.local_addr().unwrap()));
    assert_eq!(run.code, Some(3), "{}", run.printed);
    assert!(run.printed.contains("init ended with a hang"), "{}", run.printed);
}

#[test]
fn a_step_file_says_what_is_wrong_with_it() {
    let file = directory().join("bad.toml");
    fs::write(&file, "success = 'x'\n\n[[start]]\npath = '/'\nfeilds = 1\n").unwrap();
    let run =
        client("bad-steps", &["web", "http://127.0.0.1:9", "--steps", file.to_str().unwrap()]);
    assert_eq!(run.code, Some(64), "{}", run.printed);
    for words in ["bad.toml: TOML parse error at line 5", "unknown field `feilds`"] {
        assert!(run.printed.contains(words), "{}", run.printed);
    }
}

#[test]
fn arguments_that_do_not_fit_are_usage_errors() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let login = ["--login-path", "/", "--field", "x", "--success", "y"];
    for arguments in [
        &["web", "http://127.0.0.1:9"][..],
        &["web", "http://127.0.0.1:9", "--login-path", "/"],
        &["web", "http://127.0.0.1:9", "--login-path", "/", "--field", "x", "--success", "("],
        &[&["web", "ftp://127.0.0.1:9", "--plc-listen", "127.0.0.1:0"][..], &login].concat(),
        &[&["web", "http://127.0.0.1:9", "--plc-listen", &taken][..], &login].concat(),
    ] {
        let run = client("usage", arguments);
        assert_eq!(run.code, Some(64), "{arguments:?}: {}", run.printed);
    }
}

#[test]
fn without_chromium_there_is_no_browser() {
    let run = client("no-chromium", &["browser", "http://127.0.0.1:9/"]);
    assert_eq!(run.code, Some(3), "{}", run.printed);
    assert!(run.printed.contains("name its executable in CHROMIUM"), "{}", run.printed);
}

#[test]
fn a_person_who_leaves_decides_nothing() {
    let run = client("nobody", &["manual", "my client", "--plc-listen", "127.0.0.1:0"]);
    assert_undecided(&run, "start was not brought to its end: the person ended the run");
    assert!(run.printed.contains("logins 5"), "{}", run.printed);
}
