//! The authorization endpoint and its pages, and the metadata: what the correct server and each
//! fault do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod player;

use std::collections::BTreeMap;

use atproof_peers::FAULTS;
use atproof_protocol::http::{Request, Response};
use player::{CLIENT, Player, callback, challenge};

const OTHER_CLIENT: &str =
    "http%3A%2F%2Flocalhost%3Fredirect_uri%3Dhttp%253A%252F%252F127.0.0.1%252Fcallback";

/// Changes the authorization URL of a pushed request.
type Edit = fn(&str) -> String;

/// URLs that lead to no code with the correct server, and to one with the fault.
const WRONG: &[(&str, Edit)] = &[
    ("as.par.loose-request-uri", |url| {
        let (start, end) = url.split_at(url.len() - 4);
        format!("{start}{}", if end == "AAAA" { "BBBB" } else { "AAAA" })
    }),
    ("as.authorize.client-id-unbound", |url| {
        let (start, rest) = url.split_once("client_id=").unwrap();
        let (_, rest) = rest.split_once('&').unwrap();
        format!("{start}client_id={OTHER_CLIENT}&{rest}")
    }),
    ("as.authorize.client-id-optional", |url| {
        let (start, rest) = url.split_once("client_id=").unwrap();
        let (_, rest) = rest.split_once('&').unwrap();
        format!("{start}{rest}")
    }),
    ("as.par.optional", |url| {
        let (start, _) = url.split_once('?').unwrap();
        let client = player::form(&[("client_id".to_owned(), CLIENT.to_owned())]);
        let challenge = challenge("x");
        format!(
            "{start}?{client}&response_type=code&redirect_uri=http://127.0.0.1/callback&state=s\
             &scope=atproto&code_challenge={challenge}&code_challenge_method=S256"
        )
    }),
];

#[test]
fn wrong_urls_lead_to_no_code_unless_the_fault_is_on() {
    for (fault, edit) in WRONG {
        let code = |switches: &[&str]| {
            let mut player = Player::new(switches);
            let login = player.push();
            let url = edit(&player.authorization_url(&login.request_uri));
            // Forms name the client of the request, so a page is as good as a code.
            let response = player.visit(&url, "alice", "accept");
            let answer = callback(&response).unwrap_or_default();
            (answer.contains_key("code"), response)
        };
        let (has_code, response) = code(&[]);
        assert!(!has_code && response.status == 400, "{fault}: {response:?}");
        let (has_code, response) = code(&[fault]);
        assert!(has_code, "{fault}: {response:?}");
    }
}

/// What the redirect to the client says: predicates that hold for the correct server only.
type Answer = fn(&Response, &BTreeMap<String, String>) -> bool;
const ANSWERS: &[(&str, &str, Answer)] = &[
    ("as.authorize.state-dropped", "accept", |_, a| a.contains_key("state")),
    ("as.authorize.iss-missing", "accept", |_, a| a.contains_key("iss")),
    ("as.authorize.iss-slash", "accept", |_, a| a["iss"] == "https://auth.atproof.test"),
    ("as.authorize.iss-missing-on-error", "deny", |_, a| a.contains_key("iss")),
    ("as.authorize.state-missing-on-error", "deny", |_, a| a.contains_key("state")),
    ("as.redirect.leak-internal-error-code", "deny", |_, a| a["error"] == "access_denied"),
    ("as.authorize.denied-as-server-error", "deny", |_, a| a["error"] == "access_denied"),
    ("as.redirect.default-fragment", "accept", |r, _| !location(r).contains('#')),
    ("as.redirect.307", "accept", |r, _| r.status == 303),
    ("as.token.short-code", "accept", |_, a| a["code"].len() == 43),
    ("as.pkce.challenge-in-code", "accept", |_, a| !a["code"].contains('.')),
    ("as.redirect.query-replaced", "keep", |_, a| a.contains_key("keep")),
    ("as.authorize.state-decoded-twice", "state", |_, a| a["state"] == "a+b%2Fc d~"),
    ("as.authorize.override-state", "&state=other", |_, a| a["state"] != "other"),
    ("as.authorize.override-redirect-uri", "&redirect_uri=http://127.0.0.1:1/other", |r, _| {
        !location(r).contains("other")
    }),
];

fn location(response: &Response) -> &str {
    response.headers.get("location").unwrap_or_default()
}

/// Goes to the end with a decision, or with an odd request that is approved.
fn answered(switches: &[&str], how: &str) -> (Response, BTreeMap<String, String>) {
    let mut player = Player::new(switches);
    if how == "keep" {
        player.client_id =
            "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback%3Fkeep%3D1".to_owned();
        player.redirect_uri = "http://127.0.0.1/callback?keep=1".to_owned();
    }
    player.push();
    let (mut draft, _) = player.par_draft();
    if how == "state" {
        draft.set("state", "a+b%2Fc d~");
    }
    let request_uri = player.send(&draft).member("request_uri").unwrap();
    let more = if how.starts_with('&') { how } else { "" };
    let url = format!("{}{more}", player.authorization_url(&request_uri));
    let decision = if how == "deny" { "deny" } else { "accept" };
    let response = player.visit(&url, "alice", decision);
    let answer = callback(&response).unwrap_or_else(|| panic!("{response:?}"));
    (response, answer)
}

#[test]
fn answers_are_right_unless_the_fault_is_on() {
    for (fault, how, holds) in ANSWERS {
        let (response, answer) = answered(&[], how);
        assert!(holds(&response, &answer), "{fault}: {response:?}");
        let (response, answer) = answered(&[fault], how);
        assert!(!holds(&response, &answer), "{fault}: {response:?}");
    }
}

#[test]
fn only_pushed_parameters_count() {
    let exchanged = |switches: &[&str]| {
        let mut player = Player::new(switches);
        let login = player.push();
        let url = player.authorization_url(&login.request_uri);
        let other = "v".repeat(43);
        let url =
            format!("{url}&scope=atproto+transition:generic&code_challenge={}", challenge(&other));
        let response = player.visit(&url, "alice", "accept");
        let code = callback(&response).unwrap()["code"].clone();
        let draft = player.exchange_draft(&code, &login);
        let own = player.send(&draft).member("scope");
        let draft = player.exchange_draft(&code, &player::Login { verifier: other, ..login });
        (own, player.send(&draft).status)
    };
    assert_eq!(exchanged(&[]), (Some("atproto".to_owned()), 400));
    assert_eq!(exchanged(&["as.authorize.override-code-challenge"]), (None, 200));
    let (scope, _) = exchanged(&["as.authorize.override-scope"]);
    assert_eq!(scope.unwrap(), "atproto transition:generic");
}

#[test]
fn a_request_is_approved_once_and_in_time() {
    let again = |switches: &[&str]| {
        let mut player = Player::new(switches);
        let login = player.push();
        player.approve(&login);
        let url = player.authorization_url(&login.request_uri);
        callback(&player.visit(&url, "alice", "accept")).is_some()
    };
    assert!(!again(&[]));
    assert!(again(&["as.par.request-uri-reusable"]));
    let late = |switches: &[&str]| {
        let mut player = Player::new(switches);
        let login = player.push();
        player.wait(305);
        let url = player.authorization_url(&login.request_uri);
        callback(&player.visit(&url, "alice", "accept")).is_some()
    };
    assert!(!late(&[]));
    assert!(late(&["as.par.request-uri-never-expires"]));
}

#[test]
fn a_page_needs_a_person() {
    let opened = |switches: &[&str], remembered: bool| {
        let mut player = Player::new(switches);
        if remembered {
            player.login();
        }
        let login = player.push();
        let url = player.authorization_url(&login.request_uri);
        player.browse(Request::new("GET", url))
    };
    let text = |response: &Response| String::from_utf8(response.body.clone()).unwrap();
    assert!(text(&opened(&[], false)).contains("type=\"password\""));
    assert!(text(&opened(&[], true)).contains("name=\"decision\""));
    assert!(callback(&opened(&["as.authorize.no-sign-in"], false)).is_some());
    assert!(callback(&opened(&["as.consent.silent-public"], false)).is_none());
    assert!(callback(&opened(&["as.consent.silent-public"], true)).is_some());
}

#[test]
fn pages_are_protected() {
    let page = |switches: &[&str]| {
        let mut player = Player::new(switches);
        let (mut draft, _) = player.par_draft();
        draft.set("state", "\"><x-atproof>");
        let request_uri = player.send(&draft).member("request_uri").unwrap();
        let url = player.authorization_url(&request_uri);
        let page = player.browse(Request::new("GET", url));
        [
            page.headers.count("x-frame-options") == 1,
            page.headers.get("content-security-policy").unwrap().contains("frame-ancestors"),
            page.headers.count("access-control-allow-origin") == 0,
            page.headers.count("referrer-policy") == 1,
            !String::from_utf8(page.body).unwrap().contains("<x-atproof"),
        ]
    };
    assert_eq!(page(&[]), [true, true, true, true, true]);
    assert_eq!(page(&["as.authorize.framable"]), [false, false, true, true, true]);
    assert_eq!(page(&["as.authorize.cors-allowed"]), [true, true, false, true, true]);
    assert_eq!(page(&["as.authorize.no-referrer-policy"]), [true, true, true, false, true]);
    assert_eq!(page(&["as.authorize.state-unescaped"]), [true, true, true, true, false]);
}

#[test]
fn a_login_hint_names_the_account() {
    let approved = |switches: &[&str], who: &str| {
        let mut player = Player::new(switches);
        let (mut draft, _) = player.par_draft();
        draft.add("login_hint", "alice.atproof.test");
        let request_uri = player.send(&draft).member("request_uri").unwrap();
        let url = player.authorization_url(&request_uri);
        callback(&player.visit(&url, who, "accept")).is_some()
    };
    assert!(approved(&[], "alice"));
    assert!(!approved(&[], "bob"));
    assert!(approved(&["as.identity.ignore-login-hint"], "bob"));
}

#[test]
fn forms_of_other_browsers_are_refused() {
    let mut player = Player::new(&[]);
    let login = player.push();
    let url = player.authorization_url(&login.request_uri);
    player.browse(Request::new("GET", &url));
    player.cookies.clear();
    let pairs = [
        ("csrf", "x"),
        ("client_id", CLIENT),
        ("request_uri", &login.request_uri),
        ("identifier", "alice.atproof.test"),
        ("password", "alice-password"),
    ];
    let pairs = pairs.map(|(n, v)| (n.to_owned(), v.to_owned()));
    let body = player::form(&pairs);
    let url = "https://auth.atproof.test/oauth/authorize/sign-in";
    let request = Request::new("POST", url).body("application/x-www-form-urlencoded", body);
    assert_eq!(player.browse(request).status, 403);
}

#[test]
fn nobody_is_sent_to_an_unvalidated_uri() {
    let opened = |switches: &[&str]| {
        let mut player = Player::new(switches);
        let url = player.authorization_url("urn:ietf:params:oauth:request_uri:unknown");
        let url = format!("{url}&redirect_uri=https://attacker.example/cb");
        player.browse(Request::new("GET", url)).status
    };
    assert_eq!(opened(&[]), 400);
    assert_eq!(opened(&["as.authorize.error-to-query-uri"]), 303);
}

#[test]
fn a_silent_request_gets_an_error() {
    let mut player = Player::new(&[]);
    let (mut draft, _) = player.par_draft();
    draft.add("prompt", "none");
    let request_uri = player.send(&draft).member("request_uri").unwrap();
    let url = player.authorization_url(&request_uri);
    let answer = callback(&player.visit(&url, "alice", "accept")).unwrap();
    assert_eq!(answer["error"], "login_required");
    assert_eq!(answer["iss"], "https://auth.atproof.test");
}

#[test]
fn each_metadata_fault_changes_a_document() {
    let documents = |switches: &[&str]| {
        let mut player = Player::new(switches);
        [
            "https://auth.atproof.test/.well-known/oauth-authorization-server",
            "https://pds.atproof.test/.well-known/oauth-protected-resource",
            "https://auth.atproof.test/oauth/jwks",
        ]
        .map(|url| player.server.handle(&Request::new("GET", url)))
    };
    let healthy = documents(&[]);
    let mut seen = Vec::new();
    // One that is about the way to the documents, over plain http, changes none of them.
    let in_documents = |id: &str| id.contains(".metadata.") && !id.ends_with("-http");
    for row in FAULTS.iter().filter(|row| in_documents(row.id.0)) {
        let faulty = documents(&[row.id.0]);
        let changed = healthy.iter().zip(&faulty).filter(|(a, b)| a != b).count();
        assert_eq!(changed, 1, "{}", row.id.0);
        assert!(!seen.contains(&faulty), "{} is like another", row.id.0);
        seen.push(faulty);
    }
    assert!(seen.len() > 50);
}
