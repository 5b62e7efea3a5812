//! Exchanges, refreshes and revocations with one thing changed: what the correct server and each
//! fault do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod player;

use atproof_protocol::http::Response;
use p256::ecdsa::SigningKey;
use player::{Draft, Player, Tokens, challenge, jwk};
use serde_json::{Value, json};

type Edit = fn(&mut Draft);

const OTHER_CLIENT: &str = "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback";

/// Wrong code exchanges: refused by the correct server, accepted with the fault.
const WRONG_EXCHANGES: &[(&str, Edit)] = &[
    ("as.token.code-prefix-match", |d| {
        let code = value(d, "code");
        let end = if code.ends_with('A') { 'B' } else { 'A' };
        d.set("code", &format!("{}{end}", &code[..code.len() - 1]));
    }),
    ("as.token.code-unbound", |d| d.set("client_id", OTHER_CLIENT)),
    ("as.token.client-id-optional", |d| d.remove("client_id")),
    ("as.token.redirect-uri-unchecked", |d| d.set("redirect_uri", "http://127.0.0.1/other")),
    ("as.token.redirect-port-ignored", |d| d.set("redirect_uri", "http://127.0.0.1:80/callback")),
    ("as.token.redirect-uri-optional", |d| d.remove("redirect_uri")),
    ("as.token.grant-type-default", |d| d.remove("grant_type")),
    ("as.token.grant-type-unchecked", |d| d.set("grant_type", "urn:example:atproof")),
    ("as.token.get-accepted", |d| {
        d.method = "GET".to_owned();
        d.claims["htm"] = json!("GET");
    }),
    ("as.token.duplicate-params", |d| {
        let uri = value(d, "redirect_uri");
        d.add("redirect_uri", &uri);
    }),
    ("as.token.bearer-for-bound-client", |d| d.proven = false),
    ("as.token.par-key-unbound", other_key),
    ("as.token.dpop-decoded-only", broken_signature),
    ("as.dpop.signature-unchecked", broken_signature),
    ("as.token.dpop-htu-any-own-endpoint", |d| {
        d.claims["htu"] = json!("https://auth.atproof.test/oauth/par");
    }),
    ("as.token.dpop-last-header", two_proofs),
    ("as.dpop.multi-header-first", two_proofs),
    ("as.nonce.optional-at-token", |d| d.drop_claim("nonce")),
    ("as.pkce.verifier-optional", |d| d.remove("code_verifier")),
    ("as.pkce.empty-verifier", |d| d.set("code_verifier", "")),
    ("as.pkce.verifier-unchecked", |d| d.set("code_verifier", &"a".repeat(43))),
    ("as.pkce.ignore-stored-method", |d| {
        let verifier = challenge(&value(d, "code_verifier"));
        d.set("code_verifier", &verifier);
    }),
];

/// Odd but right code exchanges: accepted by the correct server, refused with the fault.
const RIGHT_EXCHANGES: &[(&str, Edit)] = &[
    ("as.token.unknown-param-refused", |d| d.add("x_atproof", "1")),
    ("as.jose.thumbprint-all-members", |d| d.header["jwk"]["kid"] = json!("1")),
];

/// Wrong refreshes.
const WRONG_REFRESHES: &[(&str, Edit)] = &[
    ("as.refresh.token-prefix-match", |d| {
        let token = value(d, "refresh_token");
        let end = if token.ends_with('A') { 'B' } else { 'A' };
        d.set("refresh_token", &format!("{}{end}", &token[..token.len() - 1]));
    }),
    ("as.refresh.client-unbound", |d| d.set("client_id", OTHER_CLIENT)),
    ("as.refresh.proof-optional", |d| d.proven = false),
    ("as.refresh.skip-jkt", other_key),
    ("as.refresh.dpop-decoded-only", broken_signature),
    ("as.refresh.scope-widened", |d| d.add("scope", "atproto transition:generic")),
    ("as.nonce.optional-at-refresh", |d| d.drop_claim("nonce")),
];

/// What is said to a code exchange: predicates that hold for the correct server only.
type Answer = fn(&Response) -> bool;
const EXCHANGE_ANSWERS: &[(&str, Edit, Answer)] = &[
    ("as.token.cacheable", right, |r| r.headers.get("cache-control") == Some("no-store")),
    ("as.token.content-type-text", right, |r| r.is_media_type("application/json")),
    ("as.token.type-bearer", right, |r| member(r, "token_type") == "DPoP"),
    ("as.token.no-sub", right, |r| member(r, "sub").is_string()),
    ("as.token.sub-is-handle", right, |r| r.member("sub").unwrap().starts_with("did:")),
    ("as.token.no-scope", right, |r| member(r, "scope").is_string()),
    ("as.token.scope-without-atproto", right, |r| member(r, "scope") == "atproto"),
    ("as.token.scope-widened", right, |r| member(r, "scope") == "atproto"),
    ("as.token.no-expires-in", right, |r| member(r, "expires_in").is_number()),
    ("as.token.lifetime-3600", right, |r| member(r, "expires_in") == 900),
    ("as.token.no-refresh-token", right, |r| member(r, "refresh_token").is_string()),
    ("as.token.sequential-refresh-token", right, |r| {
        !r.member("refresh_token").unwrap().starts_with("refresh-")
    }),
    ("as.token.cnf-jkt-hex", right, |r| {
        let token = r.member("access_token").unwrap();
        let claims = base64::Engine::decode(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD,
            token.split('.').nth(1).unwrap(),
        );
        let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
        claims["cnf"]["jkt"].as_str().unwrap().len() == 43
    }),
    ("as.token.no-cors", right, |r| r.headers.count("access-control-allow-origin") == 1),
    ("as.cors.nonce-not-exposed", right, |r| r.headers.count("access-control-expose-headers") == 1),
    ("as.token.nonce-absent-on-success", right, |r| r.headers.count("dpop-nonce") == 1),
    ("as.nonce.absent-on-success", right, |r| r.headers.count("dpop-nonce") == 1),
    ("as.nonce.absent-on-error", unknown_code, |r| r.headers.count("dpop-nonce") == 1),
    ("as.token.error-html", unknown_code, |r| r.is_media_type("application/json")),
    ("as.token.error-as-200", unknown_code, |r| r.status == 400),
    ("as.token.mask-error", unknown_code, |r| member(r, "error") == "invalid_grant"),
    ("as.token.error-reflects-input", unknown_code, |r| {
        !r.member("error_description").unwrap().contains('"')
    }),
    (
        "as.dpop.error-generic",
        |d| d.header["typ"] = json!("JWT"),
        |r| member(r, "error") == "invalid_dpop_proof",
    ),
    ("as.nonce.challenge-as-401", no_nonce, |r| r.status == 400),
    ("as.nonce.challenge-other-error", no_nonce, |r| member(r, "error") == "use_dpop_nonce"),
    ("as.nonce.challenge-no-header", no_nonce, |r| r.headers.count("dpop-nonce") == 1),
];

const REFRESH_ANSWERS: &[(&str, Edit, Answer)] = &[
    ("as.refresh.cacheable", right, |r| r.headers.get("cache-control") == Some("no-store")),
    ("as.refresh.type-bearer", right, |r| member(r, "token_type") == "DPoP"),
    ("as.refresh.no-sub", right, |r| member(r, "sub").is_string()),
    ("as.refresh.sub-is-handle", right, |r| r.member("sub").unwrap().starts_with("did:")),
    ("as.refresh.panic-no-proof", |d| d.proven = false, |r| r.status == 400),
];

fn right(_: &mut Draft) {}

fn no_nonce(draft: &mut Draft) {
    draft.drop_claim("nonce");
}

fn unknown_code(draft: &mut Draft) {
    draft.set("code", "\"\\<ü>");
}

fn other_key(draft: &mut Draft) {
    draft.key = SigningKey::from_slice(&[9; 32]).unwrap();
    draft.header["jwk"] = jwk(&draft.key);
}

fn broken_signature(draft: &mut Draft) {
    draft.mangle = |proof| {
        let (input, signature) = proof.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { 'B' } else { 'A' };
        format!("{input}.{first}{}", &signature[1..])
    };
}

fn two_proofs(draft: &mut Draft) {
    let mut second = draft.clone();
    second.claims["jti"] = json!("another");
    draft.headers.push(("DPoP".to_owned(), second.sign()));
}

fn value(draft: &Draft, name: &str) -> String {
    draft.pairs.iter().find(|(n, _)| n == name).unwrap().1.clone()
}

fn member(response: &Response, name: &str) -> Value {
    response.json().unwrap_or_default()[name].clone()
}

fn exchanged(switches: &[&str], edit: Edit) -> Response {
    let mut player = Player::new(switches);
    let (code, login) = player.code();
    let mut draft = player.exchange_draft(&code, &login);
    edit(&mut draft);
    player.send_once(&draft)
}

fn refreshed(switches: &[&str], edit: Edit) -> Response {
    let mut player = Player::new(switches);
    let tokens = player.login();
    let mut draft = player.refresh_draft(&tokens.refresh);
    edit(&mut draft);
    player.send_once(&draft)
}

#[test]
fn wrong_exchanges_and_refreshes_are_refused_unless_the_fault_is_on() {
    type Play = fn(&[&str], Edit) -> Response;
    let exchanges = WRONG_EXCHANGES.iter().map(|row| (exchanged as Play, row));
    for (play, (fault, edit)) in
        exchanges.chain(WRONG_REFRESHES.iter().map(|row| (refreshed as Play, row)))
    {
        let response = play(&[], *edit);
        assert!((400..500).contains(&response.status), "{fault}: {response:?}");
        assert!(member(&response, "error").is_string(), "{fault}: {response:?}");
        let response = play(&[fault], *edit);
        assert_eq!(response.status, 200, "{fault}: {response:?}");
    }
}

#[test]
fn right_exchanges_are_accepted_unless_the_fault_is_on() {
    for (fault, edit) in RIGHT_EXCHANGES {
        let response = exchanged(&[], *edit);
        assert_eq!(response.status, 200, "{fault}: {response:?}");
        let response = exchanged(&[fault], *edit);
        assert_eq!(response.status, 400, "{fault}: {response:?}");
    }
}

#[test]
fn answers_are_right_unless_the_fault_is_on() {
    type Play = fn(&[&str], Edit) -> Response;
    let exchanges = EXCHANGE_ANSWERS.iter().map(|row| (exchanged as Play, row));
    for (play, (fault, edit, holds)) in
        exchanges.chain(REFRESH_ANSWERS.iter().map(|row| (refreshed as Play, row)))
    {
        let response = play(&[], *edit);
        assert!(holds(&response), "{fault}: {response:?}");
        let response = play(&[fault], *edit);
        assert!(!holds(&response), "{fault}: {response:?}");
    }
}

/// Plays a story and tells the statuses of its steps.
type Story = fn(&mut Player, &Tokens) -> Vec<u16>;

const STORIES: &[(&str, Story, &[u16], &[u16])] = &[
    ("as.token.code-reusable", replay_code, &[400, 400, 401], &[200, 200, 200]),
    ("as.token.replay-keeps-tokens", replay_code, &[400, 400, 401], &[400, 200, 200]),
    ("as.token.replay-keeps-access-token", replay_code, &[400, 400, 401], &[400, 400, 200]),
    ("as.refresh.replay-accepted", replay_refresh, &[200, 200, 400, 400], &[200, 200, 200, 200]),
    (
        "as.refresh.replay-keeps-session",
        replay_refresh,
        &[200, 200, 400, 400],
        &[200, 200, 400, 200],
    ),
    (
        "legal.refresh-grace",
        |p, t| {
            let statuses = vec![p.refresh(&t.refresh).status, p.refresh(&t.refresh).status];
            p.wait(60);
            [statuses, vec![p.refresh(&t.refresh).status]].concat()
        },
        &[200, 400, 400],
        &[200, 200, 400],
    ),
    (
        "legal.no-refresh-rotation",
        |p, t| {
            let response = p.refresh(&t.refresh);
            let same = response.member("refresh_token").unwrap() == t.refresh;
            vec![response.status, u16::from(same)]
        },
        &[200, 0],
        &[200, 1],
    ),
    (
        "as.refresh.expires-with-access",
        |p, t| {
            p.wait(905);
            vec![p.refresh(&t.refresh).status]
        },
        &[200],
        &[400],
    ),
    ("as.refresh.accepts-access-token", |p, t| vec![p.refresh(&t.access).status], &[400], &[200]),
    (
        "as.refresh.scope-narrowing-sticks",
        |p, _| {
            p.scope = "atproto transition:generic".to_owned();
            let tokens = p.login();
            let mut draft = p.refresh_draft(&tokens.refresh);
            draft.add("scope", "atproto");
            let narrow = p.send(&draft);
            assert_eq!(member(&narrow, "scope"), "atproto");
            let full = p.refresh(&narrow.member("refresh_token").unwrap());
            vec![u16::try_from(full.member("scope").unwrap().len()).unwrap()]
        },
        &[26],
        &[7],
    ),
    (
        "as.refresh.consume-before-dpop",
        |p, t| {
            let mut draft = p.refresh_draft(&t.refresh);
            draft.drop_claim("nonce");
            vec![p.send_once(&draft).status, p.refresh(&t.refresh).status]
        },
        &[400, 200],
        &[400, 400],
    ),
    (
        "as.token.consume-before-dpop",
        |p, _| fail_then_exchange(p, no_nonce),
        &[400, 200],
        &[400, 400],
    ),
    ("as.token.consume-before-validate", wrong_verifier_first, &[400, 200], &[400, 400]),
    ("legal.code-consumed-on-failure", wrong_verifier_first, &[400, 200], &[400, 400]),
    (
        "as.token.code-never-expires",
        |p, _| {
            let (code, login) = p.code();
            p.wait(660);
            let draft = p.exchange_draft(&code, &login);
            vec![p.send(&draft).status]
        },
        &[400],
        &[200],
    ),
    (
        "as.token.password-grant",
        |p, _| {
            let (client_id, url) = (p.client_id.clone(), p.endpoint("token"));
            let draft = p.draft(
                "POST",
                &url,
                &[
                    ("grant_type", "password"),
                    ("username", "alice.atproof.test"),
                    ("password", "alice-password"),
                    ("client_id", &client_id),
                ],
            );
            vec![p.send(&draft).status]
        },
        &[400],
        &[200],
    ),
    ("as.pkce.any-verifier", |p, _| odd_verifiers(p), &[400, 400], &[200, 200]),
    ("as.pkce.verifier-length-unchecked", |p, _| odd_verifiers(p), &[400, 400], &[200, 400]),
    ("as.pkce.verifier-charset-unchecked", |p, _| odd_verifiers(p), &[400, 400], &[400, 200]),
    (
        "as.pkce.challenge-per-client",
        |p, _| {
            let ((code, _), (_, other)) = (p.code(), p.code());
            let draft = p.exchange_draft(&code, &other);
            vec![p.send(&draft).status]
        },
        &[400],
        &[200],
    ),
    ("as.revoke.no-effect", revoke_refresh, &[200, 400, 401], &[200, 200, 200]),
    ("as.revoke.delayed", revoke_refresh, &[200, 400, 401], &[200, 200, 200]),
    ("as.revoke.keeps-access-token", revoke_refresh, &[200, 400, 401], &[200, 400, 200]),
    (
        "as.revoke.hint-binding",
        |p, t| {
            let pairs = [("token", t.refresh.as_str()), ("token_type_hint", "access_token")];
            vec![p.revoke(&pairs).status, p.refresh(&t.refresh).status]
        },
        &[200, 400],
        &[200, 200],
    ),
    ("as.revoke.access-token-ignored", revoke_access, &[200, 401, 400], &[200, 200, 200]),
    ("as.revoke.access-token-keeps-grant", revoke_access, &[200, 401, 400], &[200, 401, 200]),
    (
        "as.revoke.unauthenticated",
        |p, t| {
            let own = std::mem::replace(&mut p.client_id, OTHER_CLIENT.to_owned());
            let status = p.revoke(&[("token", &t.refresh)]).status;
            p.client_id = own;
            vec![status, p.refresh(&t.refresh).status]
        },
        &[400, 200],
        &[200, 400],
    ),
    (
        "as.revoke.get-accepted",
        |p, t| {
            let url = p.endpoint("revoke");
            let client_id = p.client_id.clone();
            let pairs = [("token", t.refresh.as_str()), ("client_id", &client_id)];
            let draft = p.draft("GET", &url, &pairs);
            vec![p.send(&draft).status, p.refresh(&t.refresh).status]
        },
        &[405, 200],
        &[200, 400],
    ),
    ("as.revoke.unknown-token-400", revoke_unknown_and_twice, &[200, 200, 200], &[400, 200, 200]),
    ("as.revoke.second-time-400", revoke_unknown_and_twice, &[200, 200, 200], &[200, 200, 400]),
];

fn replay_code(player: &mut Player, tokens: &Tokens) -> Vec<u16> {
    let draft = player.exchange_draft(&tokens.code, &tokens.login);
    let replay = player.send(&draft).status;
    vec![replay, player.refresh(&tokens.refresh).status, player.resource(&tokens.access).status]
}

fn replay_refresh(player: &mut Player, tokens: &Tokens) -> Vec<u16> {
    let second = player.refresh(&tokens.refresh);
    let third = player.refresh(&second.member("refresh_token").unwrap());
    let replay = player.refresh(&tokens.refresh).status;
    let last = player.refresh(&third.member("refresh_token").unwrap()).status;
    vec![second.status, third.status, replay, last]
}

fn fail_then_exchange(player: &mut Player, edit: Edit) -> Vec<u16> {
    let (code, login) = player.code();
    let mut draft = player.exchange_draft(&code, &login);
    edit(&mut draft);
    let failed = player.send_once(&draft).status;
    let draft = player.exchange_draft(&code, &login);
    vec![failed, player.send(&draft).status]
}

fn wrong_verifier_first(player: &mut Player, _: &Tokens) -> Vec<u16> {
    fail_then_exchange(player, |d| d.set("code_verifier", &"a".repeat(43)))
}

/// Exchanges with a verifier that is too short, and with one that has a wrong character.
fn odd_verifiers(player: &mut Player) -> Vec<u16> {
    let mut exchange = |verifier: String| {
        let (mut draft, login) = player.par_draft();
        draft.set("code_challenge", &challenge(&verifier));
        let request_uri = player.send(&draft).member("request_uri").unwrap();
        let login = player::Login { verifier, request_uri, ..login };
        let code = player.approve(&login)["code"].clone();
        let draft = player.exchange_draft(&code, &login);
        player.send(&draft).status
    };
    vec![exchange("a".repeat(42)), exchange(format!("+{}", "a".repeat(42)))]
}

fn revoke_refresh(player: &mut Player, tokens: &Tokens) -> Vec<u16> {
    let revoked = player.revoke(&[("token", &tokens.refresh)]).status;
    let access = player.resource(&tokens.access).status;
    vec![revoked, player.refresh(&tokens.refresh).status, access]
}

fn revoke_access(player: &mut Player, tokens: &Tokens) -> Vec<u16> {
    let revoked = player.revoke(&[("token", &tokens.access)]).status;
    let access = player.resource(&tokens.access).status;
    vec![revoked, access, player.refresh(&tokens.refresh).status]
}

fn revoke_unknown_and_twice(player: &mut Player, tokens: &Tokens) -> Vec<u16> {
    let unknown = player.revoke(&[("token", "unknown")]).status;
    let mut revoke = || player.revoke(&[("token", &tokens.refresh)]).status;
    vec![unknown, revoke(), revoke()]
}

#[test]
fn stories_end_well_unless_the_switch_is_on() {
    for (switch, story, healthy, switched) in STORIES {
        let play = |switches: &[&str]| {
            let mut player = Player::new(switches);
            let tokens = player.login();
            player.resource(&tokens.access);
            story(&mut player, &tokens)
        };
        assert_eq!(play(&[]), *healthy, "{switch}: the correct server");
        assert_eq!(play(&[switch]), *switched, "{switch}: the server with the switch");
    }
}

#[test]
fn a_delayed_revocation_comes_in_the_end() {
    let mut player = Player::new(&["as.revoke.delayed"]);
    let tokens = player.login();
    player.revoke(&[("token", &tokens.refresh)]);
    player.wait(60);
    assert_eq!(player.refresh(&tokens.refresh).status, 400);
}
