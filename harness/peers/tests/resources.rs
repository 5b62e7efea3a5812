//! Requests to the PDS with one thing changed: what the correct server and each fault do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod player;

use p256::ecdsa::SigningKey;
use player::{Draft, Player, Tokens, challenge, encode, jwk};
use serde_json::{Value, json};

type Edit = fn(&mut Draft, &Tokens);

/// Wrong requests: refused by the correct server, accepted with the fault.
const WRONG: &[(&str, Edit)] = &[
    ("rs.auth.optional", |d, _| {
        d.headers.clear();
        d.proven = false;
    }),
    ("rs.token.prefix-match", |d, t| {
        let end = if t.access.ends_with("AA") { "BA" } else { "AA" };
        authorize(d, "DPoP", &format!("{}{end}", &t.access[..t.access.len() - 2]));
    }),
    ("rs.token.alg-none", |d, t| {
        let claims = t.access.split('.').nth(1).unwrap();
        authorize(d, "DPoP", &format!("{}.{claims}.", encode(r#"{"alg":"none"}"#)));
    }),
    ("rs.token.accept-token-id", |d, t| {
        let claims = t.access.split('.').nth(1).unwrap();
        let claims =
            base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, claims);
        let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
        authorize(d, "DPoP", claims["jti"].as_str().unwrap());
    }),
    ("rs.token.accepts-refresh-token", |d, t| authorize(d, "DPoP", &t.refresh)),
    ("rs.token.query-accepted", |d, t| {
        d.headers.clear();
        d.url = format!("{}?access_token={}", d.url, t.access);
    }),
    ("rs.dpop.bearer-accepted", |d, t| {
        authorize(d, "Bearer", &t.access);
        d.proven = false;
    }),
    ("rs.dpop.scheme-ignored", |d, t| authorize(d, "Bearer", &t.access)),
    ("rs.dpop.proof-optional", |d, _| d.proven = false),
    ("rs.dpop.skip-jkt", |d, _| {
        d.key = SigningKey::from_slice(&[9; 32]).unwrap();
        d.header["jwk"] = jwk(&d.key);
    }),
    ("rs.dpop.multi-header-first", |d, _| {
        let mut second = d.clone();
        second.claims["jti"] = json!("another");
        d.headers.push(("DPoP".to_owned(), second.sign()));
    }),
    ("rs.jose.lenient-split", |d, _| d.mangle = |proof| format!("{proof}.e30")),
    ("rs.dpop.jti-optional", |d, _| d.drop_claim("jti")),
    ("rs.dpop.htm-optional", |d, _| d.drop_claim("htm")),
    ("rs.dpop.htu-optional", |d, _| d.drop_claim("htu")),
    ("rs.dpop.iat-optional", |d, _| d.drop_claim("iat")),
    ("rs.dpop.ath-optional", |d, _| d.drop_claim("ath")),
    ("rs.jose.ignore-typ", |d, _| d.header["typ"] = json!("JWT")),
    ("rs.dpop.alg-none", |d, _| {
        d.header["alg"] = json!("none");
        d.mangle = |proof| format!("{}.", proof.rsplit_once('.').unwrap().0);
    }),
    ("rs.jose.alg-from-header", |d, _| {
        d.header["alg"] = json!("HS256");
        let input = format!("{}.{}", encode(d.header.to_string()), encode(d.claims.to_string()));
        let jwk = &d.header["jwk"];
        let secret = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
        let mac = ring::hmac::sign(&key, input.as_bytes());
        d.proven = false;
        d.headers.push(("DPoP".to_owned(), format!("{input}.{}", encode(mac))));
    }),
    ("rs.dpop.signature-unchecked", |d, _| {
        d.mangle = |proof| {
            let (input, signature) = proof.rsplit_once('.').unwrap();
            let first = if signature.starts_with('A') { 'B' } else { 'A' };
            format!("{input}.{first}{}", &signature[1..])
        };
    }),
    ("rs.jose.accept-private-jwk", |d, _| d.header["jwk"]["d"] = json!("AA")),
    ("rs.dpop.htm-unchecked", |d, _| d.claims["htm"] = json!("POST")),
    ("rs.dpop.htu-path-unchecked", |d, _| {
        d.claims["htu"] = json!("https://pds.atproof.test/xrpc/com.atproto.repo.createRecord");
    }),
    ("rs.dpop.htu-host-unchecked", |d, _| {
        let htu = d.claims["htu"].as_str().unwrap().replace("pds.atproof.test", "other.example");
        d.claims["htu"] = json!(htu);
    }),
    ("rs.dpop.ath-unchecked", |d, _| d.claims["ath"] = json!(challenge("other"))),
    ("rs.dpop.ath-any-encoding", |d, t| {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(&t.access);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        d.claims["ath"] = json!(hex);
    }),
    ("rs.nonce.optional", |d, _| d.drop_claim("nonce")),
    ("rs.nonce.downgrade", |d, _| d.drop_claim("nonce")),
    ("rs.nonce.any-value", |d, _| d.claims["nonce"] = json!("other")),
];

/// Odd but right requests: accepted by the correct server, refused with the fault.
const RIGHT: &[(&str, Edit)] = &[
    ("rs.dpop.case-sensitive-scheme", |d, t| authorize(d, "dpop", &t.access)),
    ("rs.jose.thumbprint-all-members", |d, _| d.header["jwk"]["kid"] = json!("1")),
    ("rs.dpop.htu-string-compare", |d, _| {
        d.claims["htu"] = json!(format!("{}?x=1", d.claims["htu"].as_str().unwrap()));
    }),
];

/// What the server says to a wrong request: predicates that hold for the correct server only.
type Answer = fn(&atproof_protocol::http::Response) -> bool;
const ANSWERS: &[(&str, Edit, Answer)] = &[
    ("rs.nonce.challenge-as-400", no_nonce, |r| r.status == 401),
    ("rs.nonce.challenge-error-in-body-only", no_nonce, |r| {
        challenge_of(r).contains("error=\"use_dpop_nonce\"")
    }),
    ("rs.nonce.challenge-no-header-when-unknown", unknown_nonce, |r| {
        r.headers.count("dpop-nonce") == 1
    }),
    ("rs.nonce.absent-on-success", |_, _| {}, |r| r.headers.count("dpop-nonce") == 1),
    ("rs.nonce.header-only-on-success", unknown_token, |r| r.headers.count("dpop-nonce") == 1),
    ("rs.cors.no-expose", |_, _| {}, |r| r.headers.count("access-control-expose-headers") == 1),
    ("rs.token.no-www-authenticate", nothing, |r| !challenge_of(r).is_empty()),
    ("rs.challenge.bearer-only", nothing, |r| challenge_of(r).starts_with("DPoP ")),
    ("rs.error.collapse-400", unknown_token, |r| r.status == 401),
    ("rs.challenge.error-without-credentials", nothing, |r| !challenge_of(r).contains("error")),
    ("rs.challenge.no-error", unknown_token, |r| {
        challenge_of(r).contains("error=\"invalid_token\"")
    }),
    ("rs.challenge.no-algs", unknown_token, |r| challenge_of(r).contains("algs=\"ES256\"")),
    ("rs.challenge.repeated-error", unknown_token, |r| {
        challenge_of(r).matches("error=").count() == 1
    }),
];

fn no_nonce(draft: &mut Draft, _: &Tokens) {
    draft.drop_claim("nonce");
}

fn unknown_nonce(draft: &mut Draft, _: &Tokens) {
    draft.claims["nonce"] = json!("other");
}

fn unknown_token(draft: &mut Draft, _: &Tokens) {
    authorize(draft, "DPoP", "unknown");
}

fn nothing(draft: &mut Draft, _: &Tokens) {
    draft.headers.clear();
    draft.proven = false;
}

fn authorize(draft: &mut Draft, scheme: &str, token: &str) {
    draft.headers = vec![("Authorization".to_owned(), format!("{scheme} {token}"))];
    draft.claims["ath"] = json!(challenge(token));
}

fn challenge_of(response: &atproof_protocol::http::Response) -> String {
    response.headers.get("www-authenticate").unwrap_or_default().to_owned()
}

fn requested(switches: &[&str], edit: Edit) -> atproof_protocol::http::Response {
    let mut player = Player::new(switches);
    let tokens = player.login();
    assert_eq!(player.resource(&tokens.access).status, 200);
    let mut draft = player.resource_draft(&tokens.access);
    edit(&mut draft, &tokens);
    let response = player.send_once(&draft);
    assert_eq!(player.resource(&tokens.access).status, 200);
    response
}

#[test]
fn wrong_requests_are_refused_unless_the_fault_is_on() {
    for (fault, edit) in WRONG {
        let response = requested(&[], *edit);
        assert_eq!(response.status, 401, "{fault}: {response:?}");
        let response = requested(&[fault], *edit);
        assert_eq!(response.status, 200, "{fault}: {response:?}");
    }
}

#[test]
fn right_requests_are_accepted_unless_the_fault_is_on() {
    for (fault, edit) in RIGHT {
        let response = requested(&[], *edit);
        assert_eq!(response.status, 200, "{fault}: {response:?}");
        let response = requested(&[fault], *edit);
        assert_eq!(response.status, 401, "{fault}: {response:?}");
    }
}

#[test]
fn answers_are_right_unless_the_fault_is_on() {
    for (fault, edit, holds) in ANSWERS {
        let response = requested(&[], *edit);
        assert!(holds(&response), "{fault}: {response:?}");
        let response = requested(&[fault], *edit);
        assert!(!holds(&response), "{fault}: {response:?}");
    }
}

#[test]
fn tokens_proofs_and_nonces_end() {
    let late = |switches: &[&str], seconds| {
        let mut player = Player::new(switches);
        let tokens = player.login();
        player.wait(seconds);
        player.resource(&tokens.access).status
    };
    assert_eq!((late(&[], 899), late(&[], 900)), (200, 401));
    assert_eq!(late(&["rs.token.expiry-unchecked"], 960), 200);
    assert_eq!(
        (late(&["legal.short-lifetimes"], 119), late(&["legal.short-lifetimes"], 120)),
        (200, 401)
    );
    let replayed = |switches: &[&str]| {
        let mut player = Player::new(switches);
        let tokens = player.login();
        player.resource(&tokens.access);
        let draft = player.resource_draft(&tokens.access);
        (player.send_once(&draft).status, player.send_once(&draft).status)
    };
    assert_eq!(replayed(&[]), (200, 401));
    assert_eq!(replayed(&["rs.dpop.jti-replay"]), (200, 200));
    let stale = |switches: &[&str], seconds| {
        let mut player = Player::new(switches);
        let tokens = player.login();
        player.resource(&tokens.access);
        let first = player.nonces["https://pds.atproof.test"].clone();
        player.wait(seconds);
        let draft = player.resource_draft(&tokens.access);
        let status = player.send_once(&draft).status;
        (status, player.nonces["https://pds.atproof.test"] != first)
    };
    assert_eq!((stale(&[], 101), stale(&[], 301)), ((200, true), (401, true)));
    assert_eq!(stale(&["rs.nonce.never-expires"], 660), (200, true));
    assert_eq!(stale(&["rs.nonce.never-rotates"], 660), (200, false));
    assert_eq!(stale(&["rs.nonce.no-overlap"], 101), (401, true));
}
