//! `atproof client exec` with drivers that break their contract: a clear finding, never a pass, and
//! no process is left.

#![expect(clippy::unwrap_used, reason = "a test ends with what goes wrong")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// One unit of two cases.
const FAMILY: &str = "client.identity.handle-{not-claimed,of-other-account}";

struct Run {
    code: Option<i32>,
    printed: String,
    cases: Vec<Value>,
}

/// Examines the client that this shell script is.
fn examine(name: &str, script: &str) -> Run {
    let json = directory().join(format!("{name}.json"));
    let output = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .args(["client", "exec", "--only", FAMILY, "--all", "--driver-timeout", "1", "--json"])
        .arg(&json)
        .args(["--", "sh", "-c", script])
        .stdin(Stdio::null())
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

fn directory() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("client");
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// Answers `init`, and then does this.
fn after_init(then: &str) -> String {
    format!(
        r#"while read -r line; do id=${{line#*\"id\":}}; id=${{id%%[,\}}]*}}; case "$line" in
        *'"cmd":"init"'*) echo "{{\"id\":$id,\"ok\":true,\"name\":\"script\",\"version\":\"1\"}}" ;;
        *) {then} ;; esac; done"#
    )
}

#[track_caller]
fn assert_undecided(run: &Run, words: &str) {
    assert_eq!(run.code, Some(2), "{}", run.printed);
    assert_eq!(run.cases.len(), 2, "{}", run.printed);
    for case in &run.cases {
        assert_eq!(case["verdict"], "inconclusive", "{case}");
        assert!(case["reason"].as_str().unwrap().contains(words), "{case}");
    }
}

#[test]
fn a_driver_that_hangs_is_named_and_ended() {
    let run = examine("hang", &after_init("sleep 98765"));
    assert_undecided(&run, "the control: start ended with a hang: no answer to start within 1 s");
    let processes = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.ok()?.path().join("cmdline")).ok());
    assert!(!processes.into_iter().any(|line| line == "sleep\u{0}98765\u{0}"), "one is left");
}

#[test]
fn a_driver_that_crashes_is_shown_with_its_last_words() {
    let run = examine("crash", &after_init("echo 'out of ideas' >&2; exit 7"));
    assert_undecided(&run, "start ended with a crash: the driver ended: exit status: 7");
    assert!(run.cases[0]["reason"].as_str().unwrap().contains("out of ideas"));
}

#[test]
fn garbage_and_floods_are_no_answers() {
    let run = examine("garbage", &after_init("echo hello"));
    assert_undecided(&run, "ended with a garbage: no JSON object: hello");
    let run = examine("flood", &after_init("tr '\\0' x < /dev/zero"));
    assert_undecided(&run, "ended with a flood: a line of more than");
    let run = examine("wrong-id", &after_init(r#"echo '{"id":0,"ok":true}'"#));
    assert_undecided(&run, "ended with a garbage: no answer to request");
}

#[test]
fn a_driver_that_lies_passes_nothing() {
    let lie = r#"echo "{\"id\":$id,\"ok\":true,\"url\":\"http://localhost:9/\",\"status\":200}""#;
    let run = examine("lie", &after_init(lie));
    assert_undecided(&run, "the driver says that start was done, but no request was pushed");
}

#[test]
fn a_client_that_refuses_everything_passes_nothing() {
    let refusal = r#"echo "{\"id\":$id,\"ok\":false,\"error\":[\"no\",\"never\"]}""#;
    let run = examine("refuse", &after_init(refusal));
    assert_undecided(&run, "the control: start was refused: no, because: never");
}

#[test]
fn what_a_client_cannot_do_is_skipped() {
    let skip = r#"echo "{\"id\":$id,\"ok\":false,\"skip\":true}""#;
    let run = examine("skip", &after_init(skip));
    assert_eq!(run.code, Some(2), "{}", run.printed);
    assert!(run.cases.iter().all(|case| case["verdict"] == "skipped"), "{}", run.printed);
}

#[test]
fn a_driver_that_does_not_begin_ends_the_run() {
    for (name, script, words) in [
        ("no-init", "exit 3", "the driver does not begin: init ended with a crash"),
        ("bad-init", "while read l; do echo '{\"id\":1,\"ok\":false}'; done", "init was answered"),
    ] {
        let run = examine(name, script);
        assert_eq!(run.code, Some(3), "{}", run.printed);
        assert!(run.printed.contains(words), "{}", run.printed);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .args(["client", "exec", "--", "/no/such/driver"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let output = Command::new(env!("CARGO_BIN_EXE_atproof")).args(["client", "exec"]).output();
    assert_eq!(output.unwrap().status.code(), Some(64));
}
