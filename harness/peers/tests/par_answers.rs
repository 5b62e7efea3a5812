//! What is said to pushed requests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod player;

use atproof_protocol::http::{Request, Response};
use player::Player;

type Answer = fn(&Response) -> bool;

/// Predicates that hold for the correct server only; the second column says whether the request is
/// a wrong one.
const ANSWERS: &[(&str, bool, Answer)] = &[
    ("as.par.status-200", false, |r| r.status == 201),
    ("as.par.no-expires-in", false, |r| r.json().unwrap()["expires_in"].is_number()),
    ("as.par.sequential-request-uri", false, |r| r.member("request_uri").unwrap().len() > 60),
    ("as.par.error-html", true, |r| r.is_media_type("application/json")),
    ("as.par.no-cors", false, |r| r.headers.count("access-control-allow-origin") == 1),
    ("as.cors.nonce-not-exposed", false, |r| r.headers.count("access-control-expose-headers") == 1),
    ("as.nonce.absent-on-success", false, |r| r.headers.count("dpop-nonce") == 1),
    ("as.nonce.absent-on-error", true, |r| r.headers.count("dpop-nonce") == 1),
    ("as.nonce.repeated-header", false, |r| r.headers.count("dpop-nonce") == 1),
    ("as.nonce.bad-charset", false, |r| !r.headers.get("dpop-nonce").unwrap().contains(' ')),
    ("as.nonce.counter", false, |r| r.headers.get("dpop-nonce").unwrap().len() == 43),
    ("legal.headers-lower-case", false, |r| r.headers.iter().any(|(n, _)| n == "DPoP-Nonce")),
    ("legal.json-pretty-reordered", false, |r| !r.body.contains(&b'\n')),
    ("legal.connection-close", false, |r| r.headers.count("connection") == 0),
    ("legal.pragma-absent", false, |r| r.headers.count("pragma") == 1),
    ("legal.no-error-description", true, |r| r.member("error_description").is_some()),
    ("legal.error-uri", true, |r| r.member("error_uri").is_none()),
    ("legal.nonce-long", false, |r| r.headers.get("dpop-nonce").unwrap().len() == 43),
    ("legal.request-uri-other-form", false, |r| r.member("request_uri").unwrap().len() < 100),
    ("legal.short-lifetimes", false, |r| r.json().unwrap()["expires_in"] == 300),
];

fn pushed(switches: &[&str], wrong: bool) -> Response {
    let mut player = Player::new(switches);
    player.push();
    let (mut draft, _) = player.par_draft();
    if wrong {
        draft.set("response_type", "token");
    }
    player.send_once(&draft)
}

#[test]
fn answers_are_right_unless_the_switch_is_on() {
    for (switch, wrong, holds) in ANSWERS {
        let response = pushed(&[], *wrong);
        assert!(holds(&response), "{switch}: {response:?}");
        let response = pushed(&[switch], *wrong);
        assert!(!holds(&response), "{switch}: {response:?}");
    }
}

#[test]
fn preflights_are_answered() {
    let preflight = |switches: &[&str], endpoint: &str| {
        let mut player = Player::new(switches);
        let request = Request::new("OPTIONS", player.endpoint(endpoint))
            .header("Origin", "https://app.example")
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,dpop");
        player.server.handle(&request)
    };
    let response = preflight(&[], "par");
    assert_eq!(response.status, 204);
    assert_eq!(response.headers.get("access-control-allow-headers"), Some("content-type,dpop"));
    assert_eq!(preflight(&["as.par.no-cors"], "par").status, 405);
    assert_eq!(preflight(&["as.token.no-cors"], "token").status, 405);
    assert_eq!(preflight(&[], "authorize").status, 405);
}
