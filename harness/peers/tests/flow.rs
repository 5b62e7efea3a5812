//! Whole logins against the server in process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod player;

use atproof_peers::{FAULTS, VARIANTS};
use atproof_protocol::http::Request;
use player::{Player, callback, thumbprint};
use serde_json::json;

#[test]
fn a_login_from_push_to_revocation() {
    let mut player = Player::new(&[]);
    player.scope = "atproto transition:generic".to_owned();
    let (draft, _) = player.par_draft();
    let response = player.send_once(&draft);
    assert_eq!(
        (response.status, response.member("error").unwrap()),
        (400, "use_dpop_nonce".into())
    );
    let (draft, login) = player.par_draft();
    let response = player.send_once(&draft);
    assert_eq!(response.status, 201);
    assert_eq!(response.json().unwrap()["expires_in"], 300);
    let request_uri = response.member("request_uri").unwrap();
    let login = player::Login { request_uri, ..login };
    let answer = player.approve(&login);
    assert_eq!(answer["state"], login.state);
    assert_eq!(answer["iss"], "https://auth.atproof.test");
    let draft = player.exchange_draft(&answer["code"], &login);
    let response = player.send_once(&draft);
    assert_eq!(response.status, 200, "{response}");
    assert_eq!(response.headers.get("cache-control"), Some("no-store"));
    assert!(response.headers.get("dpop-nonce").is_some());
    let body = response.json().unwrap();
    assert_eq!(body["token_type"], "DPoP");
    assert_eq!(body["scope"], "atproto transition:generic");
    assert_eq!(body["sub"], "did:plc:aliceaaaaaaaaaaaaaaaaaaa");
    assert_eq!(body["expires_in"], 900);
    let access = body["access_token"].as_str().unwrap();
    let refresh = body["refresh_token"].as_str().unwrap();
    let response = player.resource(access);
    assert_eq!(response.json().unwrap()["handle"], "alice.atproof.test");
    let response = player.refresh(refresh);
    assert_eq!(response.status, 200, "{response}");
    let newer = response.member("refresh_token").unwrap();
    assert_ne!(newer, refresh);
    assert_eq!(player.revoke(&[("token", &newer)]).status, 200);
    assert_eq!(player.refresh(&newer).member("error").unwrap(), "invalid_grant");
    assert_eq!(player.resource(access).status, 401);
}

#[test]
fn records_need_more_than_the_scope_atproto() {
    let write = |player: &mut Player, access: &str| {
        let base = "https://pds.atproof.test/xrpc/com.atproto.repo";
        let mut draft = player.resource_draft(access);
        draft.method = "POST".to_owned();
        draft.url = format!("{base}.createRecord");
        draft.claims["htm"] = json!("POST");
        draft.claims["htu"] = json!(draft.url);
        let record = json!({ "repo": "alice.atproof.test", "collection": "test.atproof.note",
            "rkey": "one", "record": { "text": "hello" } });
        draft.body = Some(("application/json", record.to_string()));
        let response = player.send(&draft);
        let read = format!(
            "{base}.getRecord?repo=alice.atproof.test&collection=test.atproof.note&rkey=one"
        );
        (response, player.server.handle(&Request::new("GET", read)))
    };
    let mut player = Player::new(&[]);
    let access = player.login().access;
    let (response, read) = write(&mut player, &access);
    assert_eq!((response.status, read.status), (403, 400));
    player.scope = "atproto transition:generic".to_owned();
    let access = player.login().access;
    let (response, read) = write(&mut player, &access);
    assert_eq!((response.status, read.status), (200, 200), "{response:?}");
    assert_eq!(read.json().unwrap()["value"]["text"], "hello");
}

#[test]
fn the_user_may_refuse() {
    let mut player = Player::new(&[]);
    let login = player.push();
    let url = player.authorization_url(&login.request_uri);
    let response = player.visit(&url, "alice", "deny");
    let answer = callback(&response).unwrap();
    assert_eq!((response.status, answer["error"].as_str()), (303, "access_denied"));
    assert_eq!(answer["iss"], "https://auth.atproof.test");
    assert_eq!(answer["state"], login.state);
    assert_eq!(player.visit(&url, "alice", "accept").status, 400);
}

#[test]
fn identity_leads_to_the_server() {
    let mut player = Player::new(&[]);
    let mut get = |url: &str| player.server.handle(&Request::new("GET", url));
    let did = get("https://alice.atproof.test/.well-known/atproto-did");
    assert_eq!(did.body, b"did:plc:aliceaaaaaaaaaaaaaaaaaaa");
    for path in ["did:plc:aliceaaaaaaaaaaaaaaaaaaa", "did%3Aplc%3Aaliceaaaaaaaaaaaaaaaaaaa"] {
        let document = get(&format!("https://plc.atproof.test/{path}")).json().unwrap();
        assert_eq!(document["service"][0]["serviceEndpoint"], "https://pds.atproof.test");
    }
    let document = get("https://pds.atproof.test/.well-known/oauth-protected-resource");
    let document = document.json().unwrap();
    assert_eq!(document["authorization_servers"], json!(["https://auth.atproof.test"]));
    let resolve = "https://pds.atproof.test/xrpc/com.atproto.identity.resolveHandle";
    assert_eq!(get(&format!("{resolve}?handle=bob.atproof.test")).status, 200);
    assert_eq!(get(&format!("{resolve}?handle=eve.atproof.test")).status, 400);
    assert_eq!(get("https://other.test/").status, 404);
}

#[test]
fn metadata_says_what_the_profile_asks() {
    let mut player = Player::new(&[]);
    let url = "https://auth.atproof.test/.well-known/oauth-authorization-server";
    let response = player.server.handle(&Request::new("GET", url));
    assert!(response.is_media_type("application/json"));
    assert_eq!(response.headers.get("access-control-allow-origin"), Some("*"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&response.json().unwrap()).unwrap());
}

/// Faults that consist in refusing what this player sends, and what a server has to accept: the
/// cases that find them have another control.
const REFUSES_WHAT_IS_RIGHT: &[&str] = &[
    "as.authorize.get-refused",
    "as.authorize.no-interface",
    "as.dpop.require-exp",
    "as.jose.thumbprint-spki",
    "as.localhost.unsupported",
    "as.par.eventual",
    "as.pkce.s256-refused",
    "as.token.earlier-key-refused",
];

/// A correct client gets through a whole login whatever the fault: a fault that breaks correct
/// requests would prove nothing.
#[test]
fn correct_requests_pass_with_every_fault_and_variant() {
    let ids = FAULTS.iter().map(|row| row.id.0).chain(VARIANTS.iter().map(|row| row.id.0));
    let ids = ids.filter(|id| !REFUSES_WHAT_IS_RIGHT.contains(id));
    // The player of these tests reads pages in one spelling only.
    let ids = ids.filter(|id| *id != "legal.pages-other-markup");
    for id in ids {
        // Two in a row, the second with nonces and a browser from the first.
        let mut player = Player::new(&[id]);
        for _ in 0..2 {
            let tokens = player.login();
            let response = player.resource(&tokens.access);
            assert_eq!(response.status, 200, "{id}: {response:?}");
            if tokens.refresh.is_empty() {
                continue;
            }
            let response = player.refresh(&tokens.refresh);
            assert_eq!(response.status, 200, "{id}: {response:?}");
            let is_elsewhere = ["as.metadata.dangling-endpoint", "as.metadata.endpoint-elsewhere"];
            if !is_elsewhere.contains(&id) {
                let access = response.member("access_token").unwrap();
                let response = player.revoke(&[("token", &access)]);
                assert_eq!(response.status, 200, "{id}: {response:?}");
            }
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = || {
        let mut player = Player::new(&[]);
        let tokens = player.login();
        (tokens.access, tokens.refresh, player.nonces)
    };
    assert_eq!(run(), run());
}

#[test]
fn the_access_token_names_the_key() {
    let mut player = Player::new(&[]);
    let access = player.login().access;
    let claims = access.split('.').nth(1).unwrap();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
    let claims: serde_json::Value = serde_json::from_slice(&claims.unwrap()).unwrap();
    assert_eq!(claims["cnf"]["jkt"], thumbprint(&player.key));
    assert_eq!(claims["iss"], "https://auth.atproof.test");
}
