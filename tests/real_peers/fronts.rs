//! The front ends: a web application, a page in Chromium, and a person, by script.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::adjudication::Rulings;
use crate::examined::{examine, judged};
use crate::installed::{browser, node, packages};

const NODE_CLIENT: &str = "atproto-oauth-client-node";

const NODE_RULINGS: &str =
    include_str!("../../fixtures/peers/atproto-oauth-client-node/adjudication.toml");

/// The example application, and where it looks for accounts. It ends with the test.
struct App {
    process: Child,
    url: String,
    plc: String,
}

impl App {
    fn start() -> Option<Self> {
        let folder = packages(NODE_CLIENT)?;
        let node = node("the Node of the web application")?;
        // Both have to know the place before either begins.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let plc = free.local_addr().unwrap().to_string();
        drop(free);
        let mut process = Command::new(node)
            .args(["--no-warnings", "web.mjs"])
            .current_dir(folder)
            .env("PORT", "0")
            .env("PLC_URL", format!("http://{plc}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Some(Self { process, url: url.trim().to_owned(), plc })
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn every_verdict_on_the_web_application_is_as_adjudicated() {
    let Some(app) = App::start() else { return };
    let (run, printed) = examine(
        "web",
        NODE_CLIENT,
        &["web", &app.url, "--steps", "web.toml", "--plc-listen", &app.plc],
        &["--inputs", "handle,did,url"],
    );
    let own = include_str!("../../fixtures/peers/atproto-oauth-client-node/adjudication-web.toml");
    let rulings = Rulings::read(NODE_RULINGS, "client").over(own, "client");
    let differences = rulings.differences(&run);
    assert!(differences.is_empty(), "{}\n{printed}", differences.join("\n"));
}

#[test]
fn a_login_form_needs_no_step_file() {
    let Some(app) = App::start() else { return };
    let login = ["--login-path", "/login", "--field", "handle", "--success", "Signed in as"];
    let place = ["web", &app.url, "--plc-listen", &app.plc];
    let only = ["--only", "client.pkce.*"];
    let (run, printed) = examine("web-form", NODE_CLIENT, &[&place[..], &login].concat(), &only);
    let passed = run["cases"].as_array().unwrap().iter().filter(|case| case["verdict"] == "pass");
    assert!(passed.count() >= 8, "{printed}");
}

/// Families of few logins: a page in a browser takes its time.
const FEW: [&str; 4] = ["client.par.", "client.pkce.", "client.refresh.", "client.resource."];

#[test]
fn verdicts_on_the_browser_client_are_as_adjudicated() {
    let name = "atproto-oauth-client-browser";
    if browser("Chromium").is_none() || packages(name).is_none() {
        return;
    }
    let only = FEW.map(|family| format!("--only={family}*"));
    let only = only.each_ref().map(String::as_str);
    let (run, printed) = examine(name, name, &["browser", "page.html"], &only);
    // Both are made of the same parts.
    let rulings = Rulings::read(NODE_RULINGS, "client").about(&FEW);
    let differences = rulings.differences(&run);
    assert!(differences.is_empty(), "{}\n{printed}", differences.join("\n"));
}

#[test]
fn a_page_without_the_function_is_named() {
    if browser("Chromium").is_none() {
        return;
    }
    let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plain.html");
    fs::write(&page, "<!doctype html><title>A page</title>").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .args(["client", "browser"])
        .arg(page)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{printed}");
    assert!(printed.contains("the page has no function window.atproof"), "{printed}");
}

#[test]
fn a_person_leads_a_client_to_its_verdicts() {
    let Some(app) = App::start() else { return };
    let json = Path::new(env!("CARGO_TARGET_TMPDIR")).join("manual.json");
    let mut atproof = Command::new(env!("CARGO_BIN_EXE_atproof"))
        .args(["client", "manual", "the example", "--plc-listen", &app.plc, "--all", "--json"])
        .arg(&json)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut keys = atproof.stdin.take().unwrap();
    let mut person = Person { app: &app.url, cookies: BTreeMap::new() };
    let mut told = String::new();
    for line in BufReader::new(atproof.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        let key = match line.strip_prefix("    ") {
            Some(handle) if handle.ends_with(".atproof.test") => Some(person.log_in(handle)),
            Some(url) if url.starts_with("http") => Some(person.is_welcome(url)),
            _ if line.starts_with("Let the client load") => {
                person.get(&format!("{}/me", app.url));
                None
            }
            _ => None,
        };
        if let Some(is_in) = key {
            writeln!(keys, "{}", if is_in { "yes" } else { "no" }).unwrap();
        }
        told.push_str(&line);
        told.push('\n');
    }
    let mut report = String::new();
    atproof.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    assert_eq!(atproof.wait().unwrap().code(), Some(0), "{told}{report}");
    assert!(told.contains("logins 7"), "{told}");
    assert!(told.contains("client.authorization.iss-missing: pass"), "{told}");
    let run: Value = judged(&json);
    let cases = run["cases"].as_array().unwrap();
    assert!(cases.iter().all(|case| case["verdict"] == "pass"), "{told}{report}");
}

/// A person with a browser.
struct Person<'a> {
    app: &'a str,
    /// By host and port.
    cookies: BTreeMap<String, String>,
}

impl Person<'_> {
    /// Logs in with a fresh browser; whether the application says so.
    fn log_in(&mut self, handle: &str) -> bool {
        self.cookies.clear();
        let app = self.app;
        let (_, _, page) = self.get(&format!("{app}/login"));
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = format!("csrf={csrf}&handle={handle}");
        let (status, location, _) = self.send("POST", &format!("{app}/login"), &form);
        if status != 303 {
            return false;
        }
        // The page of the server comes again until it sends the browser back.
        loop {
            let (status, back, _) = self.get(&location);
            match status {
                200 => std::thread::yield_now(),
                303 => return self.is_welcome(&back),
                _ => return false,
            }
        }
    }

    fn is_welcome(&mut self, url: &str) -> bool {
        self.get(url).0 == 303
    }

    fn get(&mut self, url: &str) -> (u16, String, String) {
        self.send("GET", url, "")
    }

    /// Status, location and page.
    fn send(&mut self, method: &str, url: &str, form: &str) -> (u16, String, String) {
        let rest = url.strip_prefix("http://").unwrap();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut stream = TcpStream::connect(host).unwrap();
        let cookie = self.cookies.get(host).cloned().unwrap_or_default();
        write!(
            stream,
            "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, page) = answer.split_once("\r\n\r\n").unwrap();
        let field = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(": "));
            let mut found = lines.filter(|(n, _)| n.eq_ignore_ascii_case(name));
            found.next().map(|(_, value)| value.to_owned())
        };
        if let Some(cookie) = field("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default().to_owned();
            self.cookies.insert(host.to_owned(), pair);
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, field("location").unwrap_or_default(), page.to_owned())
    }
}
