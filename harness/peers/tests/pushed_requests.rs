//! Pushed requests with one thing changed: what the correct server does, and what each fault does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod player;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use player::{Draft, Player, encode, thumbprint};
use serde_json::json;

type Edit = fn(&mut Draft);

/// Wrong requests: refused by the correct server, accepted with the fault.
const WRONG: &[(&str, Edit)] = &[
    ("as.par.response-type-default", |d| d.remove("response_type")),
    ("as.par.response-type-unchecked", |d| d.set("response_type", "token")),
    ("as.par.client-id-optional", |d| d.remove("client_id")),
    ("as.par.request-uri-ignored", |d| d.add("request_uri", "urn:x")),
    ("as.scope.undeclared-accepted", |d| d.set("scope", "atproto transition:email")),
    ("as.scope.atproto-optional", |d| d.set("scope", "transition:generic")),
    ("as.par.duplicate-params", |d| d.add("state", "other")),
    ("as.par.get-accepted", |d| {
        d.method = "GET".to_owned();
        d.claims["htm"] = json!("GET");
    }),
    ("as.par.json-accepted", |d| {
        let members: serde_json::Map<_, _> =
            d.pairs.iter().map(|(n, v)| (n.clone(), json!(v))).collect();
        d.body = Some(("application/json", json!(members).to_string()));
    }),
    ("as.par.state-optional", |d| d.remove("state")),
    ("as.par.redirect-uri-default", |d| d.remove("redirect_uri")),
    ("as.par.ignore-dpop-jkt", |d| d.add("dpop_jkt", &thumbprint(&other_key()))),
    ("as.par.dpop-optional", |d| d.proven = false),
    ("as.dpop.multi-header-first", |d| {
        let mut second = d.clone();
        second.claims["jti"] = json!("another");
        d.headers.push(("DPoP".to_owned(), second.sign()));
    }),
    ("as.dpop.comma-split", |d| d.mangle = |proof| format!("{proof}, {proof}")),
    ("as.dpop.unparsable-ignored", |d| d.mangle = |_| "not.a-jwt".to_owned()),
    ("as.jose.lenient-split", |d| d.mangle = |proof| format!("{proof}.e30")),
    ("as.jose.padding-accepted", |d| {
        let claims = d.claims.to_string();
        let spaces = (4 - claims.len() % 3) % 3;
        let claims = URL_SAFE.encode(format!("{claims}{}", " ".repeat(spaces)));
        assert!(claims.ends_with('='));
        send_signed(d, format!("{}.{claims}", encode(d.header.to_string())));
    }),
    ("as.dpop.typ-optional", |d| drop(d.header.as_object_mut().unwrap().remove("typ"))),
    ("as.dpop.typ-any", |d| d.header["typ"] = json!("JWT")),
    ("as.dpop.alg-none", |d| {
        d.header["alg"] = json!("none");
        d.mangle = without_signature;
    }),
    ("as.jose.alg-from-header", |d| {
        d.header["alg"] = json!("HS256");
        let input = format!("{}.{}", encode(d.header.to_string()), encode(d.claims.to_string()));
        let jwk = &d.header["jwk"];
        let secret = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, jwk["x"], jwk["y"]);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
        let mac = ring::hmac::sign(&key, input.as_bytes());
        send_proof(d, format!("{input}.{}", encode(mac)));
    }),
    ("as.jose.curve-unchecked", |d| d.header["jwk"]["crv"] = json!("P-384")),
    ("as.dpop.kid-lookup", |d| {
        d.header = json!({ "typ": "dpop+jwt", "alg": "ES256", "kid": thumbprint(&d.key) });
    }),
    ("as.jose.accept-private-jwk", |d| d.header["jwk"]["d"] = json!("AA")),
    ("as.dpop.signature-unchecked", |d| d.mangle = with_broken_signature),
    ("as.jose.der-signature", |d| {
        let input = format!("{}.{}", encode(d.header.to_string()), encode(d.claims.to_string()));
        let signature: DerSignature = d.key.sign(input.as_bytes());
        send_proof(d, format!("{input}.{}", encode(signature.as_bytes())));
    }),
    ("as.jose.zero-signature", |d| {
        d.mangle = |proof| format!("{}{}", without_signature(proof), encode([0; 64]));
    }),
    ("as.jose.ignore-crit", |d| {
        d.header["crit"] = json!(["x_atproof"]);
        d.header["x_atproof"] = json!(1);
    }),
    ("as.json.duplicate-first", |d| {
        let claims = d.claims.to_string();
        d.raw_claims = Some(format!("{},\"htm\":\"GET\"}}", claims.trim_end_matches('}')));
    }),
    ("as.dpop.jti-optional", |d| d.drop_claim("jti")),
    ("as.dpop.htm-optional", |d| d.drop_claim("htm")),
    ("as.dpop.htu-optional", |d| d.drop_claim("htu")),
    ("as.dpop.iat-optional", |d| d.drop_claim("iat")),
    ("as.dpop.iat-string", |d| d.claims["iat"] = json!(d.claims["iat"].to_string())),
    ("as.dpop.iat-unbounded", |d| {
        d.claims["iat"] = json!(d.claims["iat"].as_i64().unwrap() - 3600);
    }),
    ("as.dpop.htm-unchecked", |d| d.claims["htm"] = json!("GET")),
    ("as.dpop.htm-casefold", |d| d.claims["htm"] = json!("post")),
    ("as.dpop.htu-host-unchecked", |d| edit_htu(d, "auth.atproof.test", "other.example")),
    ("as.dpop.htu-scheme-unchecked", |d| edit_htu(d, "https", "http")),
    ("as.dpop.htu-port-unchecked", |d| edit_htu(d, ".test/", ".test:444/")),
    ("as.dpop.htu-path-unchecked", |d| edit_htu(d, "/par", "/token")),
    ("as.dpop.htu-path-casefold", |d| edit_htu(d, "/oauth", "/Oauth")),
    ("as.dpop.htu-slash-trimmed", |d| edit_htu(d, "/par", "/par/")),
    ("as.nonce.optional-at-par", |d| d.drop_claim("nonce")),
    ("as.nonce.downgrade", |d| d.drop_claim("nonce")),
    ("as.nonce.any-value", |d| d.claims["nonce"] = json!("other")),
    ("as.nonce.self-check", |d| d.claims["nonce"] = json!("other")),
    ("as.nonce.casefold", |d| {
        d.claims["nonce"] = json!(d.claims["nonce"].as_str().unwrap().to_uppercase());
    }),
    ("as.pkce.optional", |d| d.remove("code_challenge")),
    ("as.pkce.default-s256", |d| d.remove("code_challenge_method")),
    ("as.pkce.allow-plain", |d| d.set("code_challenge_method", "plain")),
    ("as.pkce.unknown-method-as-s256", |d| d.set("code_challenge_method", "S512")),
    ("as.pkce.method-casefold", |d| d.set("code_challenge_method", "s256")),
    ("as.pkce.lax-challenge", |d| {
        let (_, challenge) = d.pairs.iter().find(|(n, _)| n == "code_challenge").unwrap().clone();
        d.set("code_challenge", &format!("{challenge}="));
    }),
    ("as.redirect.no-check-at-par", |d| d.set("redirect_uri", "https://attacker.example/cb")),
    ("as.redirect.path-unchecked", |d| d.set("redirect_uri", "http://127.0.0.1/other")),
    ("as.redirect.path-prefix", |d| d.set("redirect_uri", "http://127.0.0.1/callback/evil")),
    ("as.redirect.trailing-slash-trimmed", |d| d.set("redirect_uri", "http://127.0.0.1/callback/")),
    ("as.redirect.path-casefold", |d| d.set("redirect_uri", "http://127.0.0.1/Callback")),
    ("as.redirect.query-unchecked", |d| d.set("redirect_uri", "http://127.0.0.1/callback?x=1")),
    ("as.redirect.fragment-stripped", |d| d.set("redirect_uri", "http://127.0.0.1/callback#x")),
    ("as.redirect.dot-segments-resolved", |d| {
        d.set("redirect_uri", "http://127.0.0.1/x/../callback");
    }),
    ("as.redirect.percent-decoded", |d| d.set("redirect_uri", "http://127.0.0.1/%63allback")),
    ("as.redirect.userinfo-ignored", |d| d.set("redirect_uri", "http://user@127.0.0.1/callback")),
    ("as.redirect.scheme-unchecked", |d| d.set("redirect_uri", "https://127.0.0.1/callback")),
    ("as.redirect.allow-localhost-name", |d| d.set("redirect_uri", "http://localhost/callback")),
    ("as.redirect.any-loopback-address", |d| d.set("redirect_uri", "http://127.0.0.2/callback")),
    ("as.redirect.ipv6-as-ipv4", |d| d.set("redirect_uri", "http://[::1]/callback")),
    ("as.redirect.regex", |d| {
        d.set("client_id", "http://localhost?redirect_uri=http://127.0.0.1/call.ack");
    }),
];

/// Odd but right requests: accepted by the correct server, refused with the fault.
const RIGHT: &[(&str, Edit)] = &[
    ("as.par.unknown-param-refused", |d| d.add("x_atproof", "1")),
    ("as.par.empty-param-as-value", |d| d.add("login_hint", "")),
    ("as.par.dpop-jkt-unsupported", |d| d.add("dpop_jkt", &thumbprint(&d.key))),
    ("as.dpop.htu-not-normalised", |d| edit_htu(d, "auth.", "AUTH.")),
    ("as.dpop.extra-claims-refused", |d| {
        d.claims["x_atproof"] = json!(1);
        d.header["x_atproof"] = json!(1);
    }),
    ("as.http.header-case-sensitive", |d| d.field_name = "dpop"),
    ("as.redirect.port-must-equal", |d| d.set("redirect_uri", "http://127.0.0.1:49152/callback")),
    ("as.redirect.loopback-port-strict", |d| {
        d.set("client_id", "http://localhost?redirect_uri=http://127.0.0.1:80/callback");
        d.set("redirect_uri", "http://127.0.0.1:49152/callback");
    }),
];

/// Pushes a control, the changed request and a control again.
fn pushed(switches: &[&str], edit: Edit) -> (bool, String) {
    let mut player = Player::new(switches);
    player.push();
    let (mut draft, _) = player.par_draft();
    edit(&mut draft);
    let response = player.send_once(&draft);
    let accepted = response.member("request_uri").is_some();
    assert_eq!(accepted, response.status < 400, "{switches:?}: {response:?}");
    assert!(response.status < 500, "{switches:?}: {response:?}");
    player.push();
    (accepted, response.to_string())
}

#[test]
fn wrong_requests_are_refused_unless_the_fault_is_on() {
    for (fault, edit) in WRONG {
        let (accepted, answer) = pushed(&[], *edit);
        assert!(!accepted, "{fault}: the correct server answers {answer}");
        let (accepted, answer) = pushed(&[fault], *edit);
        assert!(accepted, "{fault}: the faulty server answers {answer}");
    }
}

#[test]
fn right_requests_are_accepted_unless_the_fault_is_on() {
    for (fault, edit) in RIGHT {
        let (accepted, answer) = pushed(&[], *edit);
        assert!(accepted, "{fault}: the correct server answers {answer}");
        let (accepted, answer) = pushed(&[fault], *edit);
        assert!(!accepted, "{fault}: the faulty server answers {answer}");
    }
}

#[test]
fn no_variant_changes_what_is_accepted() {
    let variants = atproof_peers::VARIANTS.iter().map(|row| row.id.0);
    // These ask whether host, redirect or age are what a variant changes.
    let moves = |variant: &str| {
        [
            "legal.same-origin",
            "legal.endpoints",
            "legal.redirect-checked",
            "legal.nonce-shared",
            "legal.nonce-decides-age",
        ]
        .iter()
        .any(|start| variant.starts_with(start))
    };
    for variant in variants.filter(|variant| !moves(variant)) {
        let mut player = Player::new(&[variant]);
        player.push();
        for (fault, edit) in WRONG {
            let (mut draft, _) = player.par_draft();
            edit(&mut draft);
            let answer = player.send_once(&draft);
            assert!((400..500).contains(&answer.status), "{variant}, {fault}: {answer}");
        }
        player.push();
    }
}

#[test]
fn a_proof_is_good_once() {
    for (fault, first_fails, expected) in [
        ("", false, 400),
        ("as.dpop.jti-replay", false, 201),
        ("", true, 400),
        ("as.dpop.jti-recorded-on-success", true, 201),
        ("as.dpop.jti-recorded-on-success", false, 400),
    ] {
        let mut player =
            Player::new(if fault.is_empty() { &[] } else { std::slice::from_ref(&fault) });
        player.push();
        let (mut first, _) = player.par_draft();
        let (mut second, _) = player.par_draft();
        second.claims = first.claims.clone();
        if first_fails {
            first.set("response_type", "token");
        }
        assert_eq!(player.send_once(&first).status, if first_fails { 400 } else { 201 });
        assert_eq!(player.send_once(&second).status, expected, "{fault}");
    }
}

#[test]
fn a_challenge_is_good_once() {
    for (switches, expected) in [(&[][..], 400), (&["as.pkce.challenge-reuse"], 201)] {
        let mut player = Player::new(switches);
        let (draft, _) = player.par_draft();
        assert_eq!(player.send(&draft).status, 201);
        let (mut again, _) = player.par_draft();
        again.pairs = draft.pairs;
        // A repeated state would be refused as well.
        again.set("state", "another-state");
        assert_eq!(player.send(&again).status, expected);
    }
}

#[test]
fn nonces_rotate_and_the_last_ones_stay_good() {
    let age = |switches: &[&str], seconds| {
        let mut player = Player::new(switches);
        player.push();
        let first = player.nonces["https://auth.atproof.test"].clone();
        player.wait(seconds);
        let (draft, _) = player.par_draft();
        let response = player.send_once(&draft);
        (response.status, player.nonces["https://auth.atproof.test"] != first)
    };
    assert_eq!(age(&[], 99), (201, false));
    assert_eq!(age(&[], 101), (201, true));
    assert_eq!(age(&[], 299), (201, true));
    assert_eq!(age(&[], 301), (400, true));
    assert_eq!(age(&["as.nonce.no-overlap"], 101), (400, true));
    assert_eq!(age(&["as.nonce.never-expires"], 660), (201, true));
    assert_eq!(age(&["as.nonce.never-rotates"], 660), (201, false));
    assert_eq!(age(&["legal.nonce-rare"], 298), (201, false));
    assert_eq!(age(&["legal.nonce-rare"], 300), (201, true));
    assert_eq!(age(&["legal.nonce-rare"], 660), (400, true));
    assert_eq!(age(&["legal.nonce-every-answer"], 1), (201, true));
}

#[test]
fn nonces_are_refused_with_a_demand() {
    let demand = |switches: &[&str]| {
        let mut player = Player::new(switches);
        let (draft, _) = player.par_draft();
        let response = player.send_once(&draft);
        (response.status, response.member("error").unwrap(), response.headers.count("dpop-nonce"))
    };
    assert_eq!(demand(&[]), (400, "use_dpop_nonce".to_owned(), 1));
    assert_eq!(demand(&["as.nonce.challenge-as-401"]), (401, "use_dpop_nonce".to_owned(), 1));
    assert_eq!(demand(&["as.nonce.repeated-header"]), (400, "use_dpop_nonce".to_owned(), 2));
}

#[test]
fn errors_name_their_reason() {
    let refusal = |edit: Edit| {
        let mut player = Player::new(&[]);
        player.push();
        let (mut draft, _) = player.par_draft();
        edit(&mut draft);
        player.send_once(&draft).to_string()
    };
    assert_eq!(refusal(|d| d.set("response_type", "token")), "400 unsupported_response_type");
    assert_eq!(refusal(|d| d.set("scope", "x")), "400 invalid_scope");
    assert_eq!(
        refusal(|d| d.set("redirect_uri", "https://a.example/")),
        "400 invalid_redirect_uri"
    );
    assert_eq!(
        refusal(|d| d.set("client_id", "https://a.example/x")),
        "400 invalid_client_metadata"
    );
    assert_eq!(refusal(|d| d.proven = false), "400 invalid_dpop_proof");
    assert_eq!(refusal(|d| d.drop_claim("nonce")), "400 use_dpop_nonce");
    assert_eq!(
        refusal(|d| d.body = Some(("application/json", "{}".to_owned()))),
        "415 invalid_request"
    );
    assert_eq!(refusal(|d| d.method = "PUT".to_owned()), "405 invalid_request");
}

fn other_key() -> SigningKey {
    SigningKey::from_slice(&[9; 32]).unwrap()
}

fn edit_htu(draft: &mut Draft, from: &str, to: &str) {
    let htu = draft.claims["htu"].as_str().unwrap().replacen(from, to, 1);
    draft.claims["htu"] = json!(htu);
}

fn without_signature(proof: String) -> String {
    let (input, _) = proof.rsplit_once('.').unwrap();
    format!("{input}.")
}

fn with_broken_signature(proof: String) -> String {
    let (input, signature) = proof.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{input}.{first}{}", &signature[1..])
}

fn send_signed(draft: &mut Draft, input: String) {
    let signature: p256::ecdsa::Signature = draft.key.sign(input.as_bytes());
    send_proof(draft, format!("{input}.{}", encode(signature.to_bytes())));
}

fn send_proof(draft: &mut Draft, proof: String) {
    draft.proven = false;
    draft.headers.push(("DPoP".to_owned(), proof));
}
