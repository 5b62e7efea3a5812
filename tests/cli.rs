//! The binary as its users meet it: exit codes, sentences, files.

#![expect(clippy::unwrap_used, reason = "a test ends with what goes wrong")]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;

use atproof_peers::{Config, FAULTS, Listener, Switches};
use atproof_scenarios::registry::FAMILIES;

/// The binary without accounts and without anybody to ask.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atproof"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for name in ["ACCOUNT", "PASSWORD", "ACCOUNT_2", "PASSWORD_2"] {
        command.env_remove(format!("ATPROOF_{name}"));
    }
    command
}

fn atproof(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A directory of the test's own.
fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

#[track_caller]
fn assert_ends(output: &Output, code: i32, sentence: &str) {
    let text = err(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(sentence), "{text}");
}

#[test]
fn usage_errors_end_with_64() {
    let rows: [(&[&str], &str); 14] = [
        (&[], "Usage: atproof <COMMAND>"),
        (&["nothing"], "unrecognized subcommand 'nothing'"),
        (&["server"], "<TARGET>"),
        (&["server", "nonsense"], "`nonsense` is no handle, no DID and no http(s) URL; name a"),
        (&["server", "a.example", "--jobs", "0"], "number would be zero for non-zero type"),
        (&["server", "a.example", "--tier", "all"], "passive, safe, write, load"),
        (&["server", "a.example", "--resolve", "a.example"], "NAME:ADDRESS is needed"),
        (&["server", "a.example", "--consent", "command"], "--consent-command <FILE>"),
        (&["server", "a.example", "--only", "no.such.*"], "no case matches no.such.*; patterns"),
        (&["server", "a.example", "--ca", "/no/such"], "/no/such cannot be read"),
        (&["server", "a.example", "--json", "/no/such/file"], "/no/such/file cannot be written"),
        (&["demo", "--faults", "as.par.dpop-optionel"], "the nearest are as.par.dpop-optional"),
        (&["list", "--area", "paar"], "no case has the area paar; the nearest are par"),
        (&["judge", "/no/such/record"], "/no/such/record: No such file"),
    ];
    for (arguments, sentence) in rows {
        let output = atproof(arguments);
        assert_ends(&output, 64, sentence);
        assert_eq!(out(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_password_is_never_an_argument() {
    for argument in ["--password", "--pass=hunter22", "--account", "--token=hunter22"] {
        let output = atproof(&["server", "a.example", argument]);
        assert_ends(&output, 64, "never arguments");
        assert!(err(&output).contains("set ATPROOF_ACCOUNT and ATPROOF_PASSWORD"));
        assert!(!err(&output).contains("hunter22"));
    }
}

#[test]
fn help_and_version_are_no_errors() {
    for arguments in [&["--help"][..], &["server", "--help"], &["--version"]] {
        let output = atproof(arguments);
        assert_ends(&output, 0, "");
        assert!(out(&output).contains("atproof"));
    }
}

#[test]
fn list_and_explain_show_a_case() {
    let id = "server.par.dpop-missing";
    let list = atproof(&["list", "--role", "server", "--area", "par"]);
    assert_ends(&list, 0, "");
    assert!(out(&list).lines().any(|line| line.starts_with(id)));
    assert!(out(&list).lines().all(|line| line.starts_with("server.")));
    let json: serde_json::Value =
        serde_json::from_slice(&atproof(&["list", "--json"]).stdout).unwrap();
    assert!(json["cases"].as_array().unwrap().iter().any(|case| case["id"] == id));
    let page = atproof(&["explain", id]);
    assert_ends(&page, 0, "");
    for part in ["# server.par.dpop-missing", "ATP-PAR-013", "## How to fix", "## References"] {
        assert!(out(&page).contains(part), "{part}");
    }
    let near = "server.par.dpop-mising is no case; the nearest are server.par.dpop-missing";
    assert_ends(&atproof(&["explain", "server.par.dpop-mising"]), 64, near);
}

#[test]
fn scopes_are_explained() {
    let can = "repo:app.bsky.feed.post?action=create";
    let rows: [(&[&str], i32, &str); 7] = [
        (&["atproto transition:generic"], 0, "upload blobs of every type\n"),
        (
            &["atproto repo:com.example.*"],
            1,
            "    atproto repo:com.example.*\n                             ^",
        ),
        (&["transition:generic"], 0, "warning: add atproto; without it nothing is open"),
        (&["atproto repo:app.bsky.feed.post", "--can", can], 0, "\nallowed: repo:app.bsky"),
        (&["atproto repo:app.bsky.feed.like", "--can", can], 1, "\nnot allowed: repo:app.bsky"),
        (&["atproto", "--json"], 0, "\"valid\": true"),
        (&["-"], 0, "canonical form: atproto identity:*"),
    ];
    for (arguments, code, text) in rows {
        let mut child = command(&[&["scope", "explain"], arguments].concat())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // Who does not read it may have ended already.
        let _ = child.stdin.take().unwrap().write_all(b"identity:* atproto\n");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", err(&output));
        assert!(out(&output).contains(text), "{arguments:?}: {}", out(&output));
    }
    let output = atproof(&["scope", "explain", "atproto", "--can", "repo:*"]);
    assert_ends(&output, 64, "--can: \"repo:*\" is no operation; spell it as the scope for it");
}

#[test]
fn the_ledger_names_what_is_tested_and_what_is_not() {
    let coverage = ["list", "--coverage", "--role", "server"];
    let text = atproof(&coverage);
    assert_ends(&text, 0, "");
    for part in ["servers    MUST NOT ", "\nServers: ", "\nNot yet covered ("] {
        assert!(out(&text).contains(part), "{part}");
    }
    assert!(!out(&text).lines().any(|line| line.starts_with("clients ")));
    let all = atproof(&[&coverage[..], &["--all", "--area", "par"]].concat());
    assert!(out(&all).contains("  tested by server.par.dpop-missing"), "{}", out(&all));
    let json = atproof(&["list", "--coverage", "--json"]);
    let ledger: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let clauses = ledger["clauses"].as_array().unwrap();
    let state =
        |id: &str| clauses.iter().find(|clause| clause["id"] == id).unwrap()["state"].clone();
    assert_eq!(state("ATP-PAR-013"), "tested");
    assert_eq!(state("ATP-RSM-013"), "needs");
    assert_eq!(state("CIMD-6.9-01"), "not-observable");
    let near = "no clause has the area paar; the nearest are par";
    assert_ends(&atproof(&["list", "--coverage", "--area", "paar"]), 64, near);
    for wrong in [&["list", "--all"][..], &["list", "--coverage", "--bugs"]] {
        assert_ends(&atproof(wrong), 64, "Usage: atproof list");
    }
}

#[test]
fn bugs_from_the_field_are_tied_to_cases() {
    let text = atproof(&["list", "--bugs"]);
    assert_ends(&text, 0, "");
    assert!(out(&text).starts_with("Bugs of servers: "), "{}", out(&text));
    let tied =
        |line: &str| line.starts_with("BUG-001 ") && line.ends_with("server.par.dpop-missing");
    assert!(out(&text).lines().any(tied));
    let json = atproof(&["list", "--bugs", "--json", "--role", "client"]);
    let list: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let bugs = list["bugs"].as_array().unwrap();
    assert!(bugs.iter().all(|bug| bug["fault"].as_str().unwrap().starts_with("client.")));
    let page = atproof(&["explain", "server.par.dpop-missing"]);
    assert!(out(&page).contains("## Seen in the field\n\n- BUG-001: "), "{}", out(&page));
    let near = "no bug has the area paar; the nearest are par";
    assert_ends(&atproof(&["list", "--bugs", "--area", "paar"]), 64, near);
}

/// What a server does with every connection.
#[derive(Clone)]
enum Manner {
    /// Answers with these bytes and closes.
    Answers(String),
    /// Answers with these bytes and then with no end of others.
    Floods(&'static str),
    /// Reads the request and closes.
    Resets,
    /// Reads the request and never answers.
    Waits,
}

/// A server on loopback; each connection that it got is reported.
fn server(manner: Manner) -> (String, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (seen, connections) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (seen, manner) = (seen.clone(), manner.clone());
            thread::spawn(move || behave(stream, manner, &seen));
        }
    });
    (url, connections)
}

fn response(status: &str, media_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

fn behave(mut stream: TcpStream, manner: Manner, seen: &mpsc::Sender<()>) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request);
    let _ = seen.send(());
    match manner {
        Manner::Answers(bytes) => drop(stream.write_all(bytes.as_bytes())),
        Manner::Floods(bytes) => {
            let _ = stream.write_all(bytes.as_bytes());
            while stream.write_all(&[b'x'; 65536]).is_ok() {}
        }
        Manner::Resets => {}
        // Ends when the other side goes away.
        Manner::Waits => drop(stream.read(&mut request)),
    }
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let record = directory("nobody").join("run.jsonl");
    let record = record.to_str().unwrap();
    let output = atproof(&["server", &url, "--record", record]);
    let sentence = format!("error: {url}/.well-known/oauth-protected-resource does not answer");
    assert_ends(&output, 3, &sentence);
    assert_ends(&output, 3, "; check the name and that the server runs");
    assert_ends(&output, 3, &format!("The record so far is {record}."));
    let judged = atproof(&["judge", record]);
    assert_ends(&judged, 2, "");
    assert!(out(&judged).starts_with("None of 0 cases was exercised"), "{}", out(&judged));
}

#[test]
fn a_target_that_is_no_pds_is_named_in_one_sentence() {
    let json = "application/json";
    let begun = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{";
    let rows = [
        (
            Manner::Answers(response("200 OK", "text/html", "<p>x")),
            "answered 200 with no JSON object (text/html), but",
        ),
        (
            Manner::Answers(response("200 OK", json, "[]")),
            "answered 200 with no JSON object (application/json), but",
        ),
        (
            Manner::Answers(response("200 OK", json, "{}")),
            "without `pushed_authorization_request_endpoint`, but a PAR",
        ),
        (Manner::Answers(response("404 Not Found", json, "")), "answered 404"),
        (Manner::Answers("SSH-2.0-OpenSSH_9\r\n".into()), "does not answer: malformed: "),
        (Manner::Floods(begun), "does not answer: too-large: the body is longer than"),
        (Manner::Resets, "does not answer: "),
        (Manner::Waits, "does not answer: timeout: "),
    ];
    for (manner, sentence) in rows {
        let (url, _connections) = server(manner);
        let output = atproof(&["server", &url, "--timeout", "1"]);
        assert_ends(&output, 3, sentence);
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
        assert!(err(&output).contains(&url) && err(&output).contains("; check "));
    }
}

#[test]
fn a_server_without_tls_is_not_taken_for_one_with() {
    let (url, _connections) = server(Manner::Answers(response("200 OK", "text/html", "")));
    let output = atproof(&["server", &url.replace("http://", "https://")]);
    assert_ends(&output, 3, "does not answer: tls: ");
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_a_readable_record() {
    let record = directory("ctrl-c").join("run.jsonl");
    let record = record.to_str().unwrap();
    let (url, connections) = server(Manner::Waits);
    let child = command(&["server", &url, "--record", record]).spawn().unwrap();
    connections.recv().unwrap();
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let output = child.wait_with_output().unwrap();
    assert_ends(&output, 130, "ended by Ctrl-C");
    assert_ends(&output, 130, &format!("The record so far is {record}."));
    assert_ends(&atproof(&["judge", record]), 2, "");
}

/// Runs the demo with one seed into a directory and gives the paths of record and judged run.
fn demo(directory: &Path, more: &[&str]) -> (Output, String, String) {
    let record = directory.join("run.jsonl").to_str().unwrap().to_owned();
    let json = directory.join("run.json").to_str().unwrap().to_owned();
    let mut arguments = vec!["demo", "--seed", "7", "--record", &record, "--json", &json];
    arguments.extend(more);
    (atproof(&arguments), record, json)
}

#[test]
fn the_demo_finds_its_two_faults() {
    let (output, _, json) = demo(&directory("demo"), &[]);
    assert_ends(&output, 0, "");
    let text = out(&output);
    // The second fault breaks three cases: a wrong key may be any key, or that of another session.
    assert_eq!(text.lines().filter(|line| line.starts_with("FAIL ")).count(), 4, "{text}");
    assert!(text.contains("atproof demo --seed 7") && text.contains("atproof explain server."));
    assert!(text.lines().count() <= 48, "{text}");
    let run: serde_json::Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(run["totals"]["verdicts"]["inconclusive"], 0);
    assert_eq!(run["totals"]["verdicts"]["skipped"], 0);
}

#[test]
fn the_demo_says_what_it_did_not_expect() {
    let faults = ["demo", "--faults", "as.dpop.signature-unchecked", "--only"];
    let output = atproof(&[&faults[..], &["server.par.dpop-signature-broken"]].concat());
    assert_ends(&output, 0, "");
    // The same fault breaks a case that another fault is there to prove.
    let output = atproof(&[&faults[..], &["server.par.dpop-signature-*"]].concat());
    assert_ends(&output, 4, "server.par.dpop-signature-zero is fail: expected refused with");
    assert_ends(&output, 4, "; a fault may well break more cases than those that are there to");
}

#[test]
fn one_seed_gives_the_same_bytes() {
    let [one, two, many] = ["one", "two", "many"].map(|name| directory(&format!("same-{name}")));
    let (first, record, json) = demo(&one, &["--jobs", "1"]);
    assert_ends(&first, 0, "");
    let (_, record_again, json_again) = demo(&two, &["--jobs", "1"]);
    let (_, _, json_of_many) = demo(&many, &["--jobs", "8"]);
    let read = |path: &str| fs::read_to_string(path).unwrap();
    assert!(read(&record) == read(&record_again), "records differ");
    assert!(read(&json) == read(&json_again), "judged runs differ");
    assert!(read(&json) == read(&json_of_many), "judged runs differ with the number of jobs");
    let judged = one.join("judged.json");
    let output = atproof(&["judge", &record, "--json", judged.to_str().unwrap()]);
    assert_ends(&output, 1, "");
    assert!(read(&json) == fs::read_to_string(&judged).unwrap(), "judging again differs");
    let shown = out(&first);
    let again = out(&output);
    let headline = again.lines().next().unwrap();
    assert!(shown.lines().any(|line| line == headline), "{headline}");
}

#[test]
fn no_output_holds_a_password() {
    let directory = directory("secrets");
    let (output, ..) = demo(&directory, &["--all"]);
    let mut texts = vec![out(&output), err(&output)];
    for entry in fs::read_dir(&directory).unwrap() {
        texts.push(fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    assert!(texts.len() >= 5, "record, timings and judged run are there");
    for account in Config::embedded().accounts {
        for text in &texts {
            assert!(!text.contains(&account.password), "{}", account.handle);
        }
    }
}

#[test]
fn a_broken_record_is_named_by_its_line() {
    let directory = directory("broken");
    let (_, record, _) = demo(&directory, &["--only", "server.par.dpop-missing"]);
    let whole = fs::read_to_string(&record).unwrap();
    let broken = directory.join("broken.jsonl");
    let mut lines: Vec<&str> = whole.lines().collect();
    lines[2] = "{\"event\":";
    fs::write(&broken, lines.join("\n")).unwrap();
    let sentence = "line 3 is no event of a record";
    assert_ends(&atproof(&["judge", broken.to_str().unwrap()]), 64, sentence);
    // A line that a kill cut off is the end of the record, and no error.
    fs::write(&broken, &whole[..whole.len() - 10]).unwrap();
    let output = atproof(&["judge", broken.to_str().unwrap()]);
    assert!(out(&output).contains("The run did not end by itself"), "{}", out(&output));
}

#[test]
fn known_failures_do_not_count() {
    let directory = directory("baseline");
    let only = "server.par.dpop-*";
    let faults = ["--faults", "as.dpop.typ-optional", "--only", only];
    let (_, record, _) = demo(&directory, &faults);
    assert_ends(&atproof(&["judge", &record]), 1, "");
    let baseline = directory.join("known.toml");
    let judge = |entries: &str| {
        fs::write(&baseline, entries).unwrap();
        atproof(&["judge", &record, "--baseline", baseline.to_str().unwrap()])
    };
    let known = "[[known]]\nid = \"server.par.dpop-typ-missing\"\nreason = \"soon\"\n";
    let output = judge(known);
    assert_ends(&output, 0, "");
    assert!(out(&output).contains("FAIL (known) server.par.dpop-typ-missing"));
    let output = judge(&format!("{known}expires = 2020-01-01\n"));
    assert_ends(&output, 1, "");
    assert!(out(&output).contains("the entry has expired"));
    let output = judge(&format!("{known}{}", known.replace("typ-missing", "jti-missing")));
    assert!(out(&output).contains("server.par.dpop-jti-missing: listed as failing, but did not"));
    assert_ends(&judge(&known.replace("typ-", "tip-")), 64, "is no case; the nearest are");
}

/// Examines the reference server over a socket.
async fn examine(account: Option<(&str, &str)>, more: &[&str]) -> Output {
    let listener = Listener::start(Switches::default()).await.unwrap();
    let mut arguments = vec!["server", listener.config().pds.as_str()];
    arguments.extend(["--only", "server.token.sub-missing"]);
    arguments.extend(more);
    let mut command = command(&arguments);
    if let Some((account, password)) = account {
        command.env("ATPROOF_ACCOUNT", account).env("ATPROOF_PASSWORD", password);
    }
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_server_is_examined_over_the_network() {
    let output = examine(Some(("alice.test", "alice-password")), &[]).await;
    assert_ends(&output, 0, "Plan: cases 1, consents ");
    assert!(out(&output).starts_with("None of 1 case failed, 0 warned; 1 of 1 MUST clauses"));
    assert!(err(&output).contains(" 1 sign-ins"), "{}", err(&output));
}

#[tokio::test]
async fn a_refused_sign_in_stops_the_run() {
    let output = examine(Some(("alice.test", "wrong-password")), &[]).await;
    assert_ends(&output, 3, "error: sign-in was refused: ");
    assert_ends(&output, 3, "; check ATPROOF_ACCOUNT and ATPROOF_PASSWORD");
    assert!(!err(&output).contains("wrong-password"));
}

#[tokio::test]
async fn what_is_not_offered_is_never_green() {
    let output = examine(None, &[]).await;
    assert_ends(&output, 2, "");
    assert!(out(&output).starts_with("None of 1 case was exercised"), "{}", out(&output));
    assert!(out(&output).contains("needs an account (1 case): set ATPROOF_ACCOUNT"));
    let mut command = command(&["server", "http://localhost:1"]);
    let output = command.env("ATPROOF_ACCOUNT", "alice.test").output().unwrap();
    assert_ends(&output, 3, "does not answer");
    let output = examine(Some(("alice.test", "")), &[]).await;
    assert_ends(&output, 64, "ATPROOF_ACCOUNT is set, but not ATPROOF_PASSWORD; set both");
}

#[tokio::test]
async fn a_consent_command_that_fails_stops_the_run() {
    let account = Some(("alice.test", "alice-password"));
    let output = examine(account, &["--consent-command", "false"]).await;
    assert_ends(&output, 3, "no redirect was given: false: it ended with exit status: 1; ");
}

#[test]
fn an_authority_is_made_once() {
    let directory = directory("ca").join("authority");
    let place = directory.to_str().unwrap();
    assert_ends(&atproof(&["ca", "--out", place]), 0, "");
    let key = directory.join("ca.key");
    assert!(fs::read_to_string(&key).unwrap().contains("PRIVATE KEY"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_ends(&atproof(&["ca", "--out", place]), 64, "ca.pem is there already");
    assert_ends(&atproof(&["server", "http://localhost:1", "--ca", place]), 3, "does not answer");
}

#[test]
fn selftest_proves_selected_cases() {
    let output = atproof(&["selftest", "--only", "server.par.response-type-missing"]);
    let text = out(&output);
    assert!(text.contains("cases kept by the reference peer          1 of    1"), "{text}");
    assert!(text.contains("killers that break their case             1 of    1"), "{text}");
    assert!(text.contains("faults that a case finds                  1 of    1"), "{text}");
    assert_ends(&output, 0, "");
    assert!(text.ends_with("The proof holds.\n"), "{text}");
}

/// The matrix of all faults and all cases takes half an hour; what it said must not be forgotten
/// when faults and cases change.
#[test]
fn the_kill_matrix_is_up_to_date() {
    let matrix = include_str!("../fixtures/kill-matrix.txt");
    let cases: Vec<_> = FAMILIES.iter().flat_map(|family| family.cases).collect();
    let lines: Vec<(&str, Vec<&str>)> = matrix
        .lines()
        .map(|line| line.split_once(':').unwrap())
        .map(|(fault, broken)| (fault, broken.split_whitespace().collect()))
        .collect();
    let faults: Vec<&str> = FAULTS.iter().map(|row| row.id.0).collect();
    let listed: Vec<&str> = lines.iter().map(|(fault, _)| *fault).collect();
    let advice = "run `atproof selftest --full --only server.* --matrix fixtures/kill-matrix.txt` and read it";
    assert_eq!(listed, faults, "{advice}");
    for (fault, broken) in lines {
        for case in &broken {
            assert!(cases.iter().any(|known| known.id == *case), "{case} is no case: {advice}");
        }
        // A fault that shows at one endpoint only under a killer of its own is named with it.
        let named = cases.iter().filter(|case| case.killers.contains(&fault));
        for case in named {
            assert!(broken.contains(&case.id), "{fault} breaks {}: {advice}", case.id);
        }
    }
}

#[test]
fn selftest_proves_the_suite() {
    let proof = directory("selftest").join("proof.json");
    let output = atproof(&["selftest", "--json", proof.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    let proof: serde_json::Value = serde_json::from_slice(&fs::read(proof).unwrap()).unwrap();
    assert!(proof["variants"].as_array().unwrap().len() >= 20);
    assert_eq!(proof["gaps"].as_array().unwrap().len(), 0);
}
