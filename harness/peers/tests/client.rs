//! The reference client against the reference server, with answers altered on the way, and against
//! the reference PDS where one runs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod world;

use atproof_peers::VARIANTS;
use atproof_peers::client::{Config, Error, Reason, Step};
use atproof_protocol::form;
use atproof_protocol::http::{Request, Response};
use serde_json::{Value, json};
use world::{HANDLE, World, visit};

const SESSION: &str = "/xrpc/com.atproto.server.getSession";
const ALICE: &str = "did:plc:aliceaaaaaaaaaaaaaaaaaaa";
const BOB: &str = "did:plc:bobbbbbbbbbbbbbbbbbbbbbb";
const EVE: &str = "did:plc:eveeeeeeeeeeeeeeeeeeeeee";
const PDS: &str = "https://pds.atproof.test";
const AUTH: &str = "https://auth.atproof.test";

/// A row of a table of alterations.
type Alter = fn(&Request, &mut Response);

/// Changes a JSON answer whose URL contains this.
fn edit(request: &Request, response: &mut Response, part: &str, change: impl Fn(&mut Value)) {
    if request.url.contains(part)
        && let Some(mut value) = response.json()
    {
        change(&mut value);
        response.body = value.to_string().into_bytes();
    }
}

fn set(
    request: &Request,
    response: &mut Response,
    part: &str,
    name: &str,
    value: impl Into<Value>,
) {
    let value = value.into();
    edit(request, response, part, |body| body[name] = value.clone());
}

fn drop_nonce(request: &Request, response: &mut Response, part: &str) {
    if request.url.contains(part) && response.status < 300 {
        response.headers.remove("DPoP-Nonce");
    }
}

fn issuer(expected: &str, found: &str) -> Reason {
    Reason::Issuer { expected: expected.to_owned(), found: found.to_owned() }
}

fn account(expected: &str, found: &str) -> Reason {
    Reason::Account { expected: expected.to_owned(), found: found.to_owned() }
}

fn refused(error: &str) -> Reason {
    Reason::Refused { error: error.to_owned(), description: None }
}

#[tokio::test]
async fn a_login_by_handle_did_and_server() {
    for (input, hint) in [
        (HANDLE, Some(HANDLE)),
        ("Alice.Atproof.Test", Some("Alice.Atproof.Test")),
        (ALICE, Some(ALICE)),
        (PDS, None),
        ("https://pds.atproof.test/some/page", None),
        (AUTH, None),
    ] {
        let world = World::new();
        let url = world.consent(input).await.unwrap();
        let session = world.client.callback(&url).await.unwrap();
        assert_eq!(session.sub.as_str(), ALICE, "{input}");
        assert_eq!((session.iss.as_str(), session.aud.as_str()), (AUTH, PDS));
        assert_eq!(session.scope, "atproto");
        let response = world.client.request("GET", SESSION).await.unwrap();
        assert_eq!(response.member("handle").as_deref(), Some(HANDLE));
        let seen = world.wire.seen.lock().unwrap();
        let (push, _) = seen.iter().find(|(request, _)| request.url.ends_with("/par")).unwrap();
        let (pairs, _) = form::parse(&push.body);
        let sent = pairs.iter().find(|(name, _)| name == "login_hint");
        assert_eq!(sent.map(|(_, value)| value.as_str()), hint, "{input}");
    }
}

#[tokio::test]
async fn every_legal_variant_is_taken() {
    // This client leaves it to its caller to come again after 429.
    for row in VARIANTS.iter().filter(|row| row.id.0 != "legal.rate-limited-once") {
        let world = World::with(&[row.id.0], |_| {});
        for _ in 0..2 {
            world.login(HANDLE).await.unwrap_or_else(|error| panic!("{}: {error}", row.id.0));
            for _ in 0..2 {
                let response = world.client.request("GET", SESSION).await.unwrap();
                assert_eq!(response.status, 200, "{}", row.id.0);
                world.client.refresh().await.unwrap();
                world.wait(400);
            }
            world.client.logout().await.unwrap();
        }
    }
}

#[tokio::test]
async fn the_same_seed_sends_the_same_bytes() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = World::new();
        world.login(HANDLE).await.unwrap();
        world.client.refresh().await.unwrap();
        world.client.request("GET", SESSION).await.unwrap();
        world.client.logout().await.unwrap();
        runs.push(std::mem::take(&mut *world.wire.seen.lock().unwrap()));
    }
    assert!(runs[0].len() > 15);
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_resolver_is_preferred_and_the_host_of_the_handle_asked_where_it_knows_nothing() {
    let resolver = |config: &mut Config| config.handle_resolver = Some(format!("{PDS}/"));
    let world = World::with(&[], resolver);
    world.login(HANDLE).await.unwrap();
    assert_eq!((world.count("resolveHandle"), world.count("atproto-did")), (1, 0));
    world.alter(|request, response| {
        if request.url.contains("resolveHandle") {
            *response = Response::new(500);
        }
    });
    world.login(HANDLE).await.unwrap();
    assert_eq!((world.count("resolveHandle"), world.count("atproto-did")), (2, 1));
}

#[tokio::test]
async fn finds_a_did_web() {
    let world = World::new();
    world.alter(|request, response| {
        if request.url == "https://web.atproof.test/.well-known/did.json" {
            let service = json!([
                {"id": "#other", "type": "AtprotoPersonalDataServer", "serviceEndpoint": AUTH},
                {"id": "#atproto_pds", "type": "Other", "serviceEndpoint": AUTH},
                {"id": "did:web:web.atproof.test#atproto_pds", "type": "AtprotoPersonalDataServer",
                    "serviceEndpoint": PDS},
            ]);
            let document = json!({"id": "did:web:web.atproof.test", "service": service});
            *response = Response::new(200).body("application/did+json", document.to_string());
        }
    });
    let url = world.client.start("did:web:web.atproof.test", "atproto").await.unwrap();
    assert!(url.starts_with("https://auth.atproof.test/oauth/authorize?client_id="), "{url}");
}

#[tokio::test]
async fn stops_before_the_push_when_discovery_is_altered() {
    use Step::{Identity, ResourceMetadata, ServerMetadata};
    const RESOURCE: &str = "oauth-protected-resource";
    const SERVER: &str = "oauth-authorization-server";
    let rows: Vec<(&str, Step, Reason, Alter)> = vec![
        ("handle unknown", Identity, Reason::UnknownHandle(HANDLE.to_owned()), |q, r| {
            if q.url.contains("atproto-did") {
                r.body = b"<!doctype html>".to_vec();
            }
        }),
        ("handle of another", Identity, Reason::UnclaimedHandle(HANDLE.to_owned()), |q, r| {
            if q.url.contains("atproto-did") {
                r.body = BOB.into();
            }
        }),
        ("handle not claimed", Identity, Reason::UnclaimedHandle(HANDLE.to_owned()), |q, r| {
            set(q, r, "plc.", "alsoKnownAs", json!(["at://other.test", "at://alice.atproof.test"]))
        }),
        ("document of another", Identity, Reason::OtherDid(ALICE.to_owned()), |q, r| {
            set(q, r, "plc.", "id", BOB)
        }),
        ("no PDS", Identity, Reason::NoPds, |q, r| set(q, r, "plc.", "service", json!([]))),
        ("PDS over http", Identity, Reason::NoPds, |q, r| {
            edit(q, r, "plc.", |d| d["service"][0]["serviceEndpoint"] = json!("http://pds.test"))
        }),
        ("PDS with a path", Identity, Reason::NoPds, |q, r| {
            edit(q, r, "plc.", |d| d["service"][0]["serviceEndpoint"] = json!("https://pds.test/x"))
        }),
        ("PDS at an address", Identity, Reason::NoPds, |q, r| {
            edit(q, r, "plc.", |d| d["service"][0]["serviceEndpoint"] = json!("https://10.0.0.1"))
        }),
        ("document gone", Identity, Reason::Status(410), |q, r| {
            if q.url.contains("plc.") {
                r.status = 410;
            }
        }),
        ("resource metadata missing", ResourceMetadata, Reason::Status(404), |q, r| {
            if q.url.contains(RESOURCE) {
                *r = Response::new(404);
            }
        }),
        ("resource metadata redirected", ResourceMetadata, Reason::Status(302), |q, r| {
            if q.url.contains(RESOURCE) {
                *r = Response::new(302).header("Location", "https://other.test");
            }
        }),
        ("resource metadata as text", ResourceMetadata, Reason::MediaType, |q, r| {
            if q.url.contains(RESOURCE) {
                r.headers.set("Content-Type", "text/plain");
            }
        }),
        ("resource metadata an array", ResourceMetadata, Reason::Format, |q, r| {
            if q.url.contains(RESOURCE) {
                r.body = b"[]".to_vec();
            }
        }),
        ("resource metadata endless", ResourceMetadata, Reason::Format, |q, r| {
            set(q, r, RESOURCE, "x", "x".repeat(300 * 1024))
        }),
        ("other resource", ResourceMetadata, Reason::Member("resource"), |q, r| {
            set(q, r, RESOURCE, "resource", "https://pds.atproof.test/")
        }),
        ("two servers", ResourceMetadata, Reason::Member("authorization_servers"), |q, r| {
            set(q, r, RESOURCE, "authorization_servers", json!([AUTH, "https://b.test"]))
        }),
        ("no server", ResourceMetadata, Reason::Member("authorization_servers"), |q, r| {
            set(q, r, RESOURCE, "authorization_servers", json!([]))
        }),
        ("server as text", ResourceMetadata, Reason::Member("authorization_servers"), |q, r| {
            set(q, r, RESOURCE, "authorization_servers", AUTH)
        }),
        ("server with port 443", ResourceMetadata, Reason::Member("authorization_servers"), {
            |q, r| set(q, r, RESOURCE, "authorization_servers", json!([format!("{AUTH}:443")]))
        }),
        ("server metadata 203", ServerMetadata, Reason::Status(203), |q, r| {
            if q.url.contains(SERVER) {
                r.status = 203;
            }
        }),
        ("other issuer", ServerMetadata, issuer(AUTH, "https://evil.test"), |q, r| {
            set(q, r, SERVER, "issuer", "https://evil.test")
        }),
        ("issuer with a slash", ServerMetadata, issuer(AUTH, &format!("{AUTH}/")), |q, r| {
            set(q, r, SERVER, "issuer", format!("{AUTH}/"))
        }),
        ("resource unlisted", ServerMetadata, Reason::Member("protected_resources"), |q, r| {
            set(q, r, SERVER, "protected_resources", json!(["https://other.test"]))
        }),
    ];
    for (name, step, reason, alter) in rows {
        let world = World::new();
        world.alter(alter);
        let error = world.client.start(HANDLE, "atproto").await.unwrap_err();
        assert_eq!(error, Error { step, reason }, "{name}");
        assert_eq!(world.count("/par"), 0, "{name}");
        // The same without the alteration.
        world.alter(|_, _| {});
        world.login(HANDLE).await.unwrap();
    }
}

/// Each rule about server metadata, by the member that breaks it.
#[tokio::test]
async fn uses_no_server_whose_metadata_breaks_the_profile() {
    for (name, value) in [
        ("authorization_response_iss_parameter_supported", json!(false)),
        ("require_pushed_authorization_requests", json!("true")),
        ("client_id_metadata_document_supported", Value::Null),
        ("require_request_uri_registration", json!(false)),
        ("response_types_supported", json!(["none"])),
        ("grant_types_supported", json!(["authorization_code"])),
        ("grant_types_supported", json!(["refresh_token"])),
        ("code_challenge_methods_supported", json!(["plain"])),
        ("code_challenge_methods_supported", json!(["S256", "plain"])),
        ("code_challenge_methods_supported", json!("S256")),
        ("token_endpoint_auth_methods_supported", json!(["none"])),
        ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
        ("token_endpoint_auth_signing_alg_values_supported", json!(["ES384"])),
        ("token_endpoint_auth_signing_alg_values_supported", json!(["ES256", "none"])),
        ("scopes_supported", json!(["transition:generic"])),
        ("scopes_supported", json!(["atproto", 1])),
        ("dpop_signing_alg_values_supported", json!(["ES384"])),
        ("dpop_signing_alg_values_supported", json!(["ES256", "none"])),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("authorization_endpoint", json!("https://auth.atproof.test/oauth/authorize#x")),
        ("token_endpoint", json!("http://auth.atproof.test/oauth/token")),
        ("token_endpoint", Value::Null),
        ("pushed_authorization_request_endpoint", json!("/oauth/par")),
        ("pushed_authorization_request_endpoint", json!("https://169.254.169.254/par")),
        ("revocation_endpoint", json!("http://auth.atproof.test/oauth/revoke")),
    ] {
        let world = World::new();
        let wrong = value.clone();
        world.alter(move |request, response| {
            set(request, response, "oauth-authorization-server", name, wrong.clone())
        });
        let error = world.client.start(PDS, "atproto").await.unwrap_err();
        let expected = Error { step: Step::ServerMetadata, reason: Reason::Member(name) };
        assert_eq!(error, expected, "{name}: {value}");
        assert_eq!(world.count("/par"), 0);
    }
}

#[tokio::test]
async fn starts_nothing_for_other_input_and_scope() {
    let world = World::new();
    for input in
        ["", "alice", "@alice.test", "did:key:z6Mk", "http://pds.atproof.test", "https://["]
    {
        let error = world.client.start(input, "atproto").await.unwrap_err();
        assert_eq!(error, Error { step: Step::Identity, reason: Reason::Input(input.to_owned()) });
    }
    for handle in ["handle.invalid", "alice.local"] {
        let error = world.client.start(handle, "atproto").await.unwrap_err();
        assert_eq!(error.reason, Reason::ReservedHandle(handle.to_owned()));
    }
    let error = world.client.start("did:web:localhost%3A2583", "atproto").await.unwrap_err();
    let url = "http://localhost:2583/.well-known/did.json".to_owned();
    assert_eq!(error, Error { step: Step::Identity, reason: Reason::Url(url) });
    assert_eq!(world.wire.seen.lock().unwrap().len(), 0);
    for scope in ["", "transition:generic", "atproto transition:email", "atproto  "] {
        let error = world.client.start(HANDLE, scope).await.unwrap_err();
        assert_eq!(error, Error { step: Step::Par, reason: Reason::Scope }, "{scope:?}");
    }
    assert_eq!(world.count("/par"), 0);
}

#[tokio::test]
async fn sends_nobody_to_a_request_that_was_not_pushed() {
    let rows: Vec<(Reason, usize, Alter)> = vec![
        (Reason::Status(200), 2, |q, r| {
            if q.url.contains("/par") && r.status == 201 {
                r.status = 200;
            }
        }),
        (Reason::Member("request_uri"), 2, |q, r| set(q, r, "/par", "request_uri", Value::Null)),
        (Reason::NonceMissing, 2, |q, r| drop_nonce(q, r, "/par")),
        (Reason::NonceMissing, 1, |q, r| {
            if q.url.contains("/par") {
                r.headers.remove("DPoP-Nonce");
            }
        }),
        (Reason::NonceAgain, 2, |q, r| {
            if q.url.contains("/par") {
                r.status = 400;
                r.body = br#"{"error":"use_dpop_nonce"}"#.to_vec();
            }
        }),
        (refused("invalid_scope"), 1, |q, r| {
            if q.url.contains("/par") {
                r.status = 400;
                r.body = br#"{"error":"invalid_scope"}"#.to_vec();
            }
        }),
        (Reason::Status(502), 1, |q, r| {
            if q.url.contains("/par") {
                *r = Response::new(502).body("text/html", "<h1>Bad gateway</h1>");
            }
        }),
    ];
    for (reason, pushes, alter) in rows {
        let world = World::new();
        world.alter(alter);
        let error = world.client.start(HANDLE, "atproto").await.unwrap_err();
        assert_eq!(error, Error { step: Step::Par, reason });
        assert_eq!(world.count("/par"), pushes);
    }
}

#[tokio::test]
async fn exchanges_no_code_of_an_altered_authorization_response() {
    type Edit = fn(&str) -> String;
    let rows: Vec<(&str, Reason, Edit)> = vec![
        ("other place", Reason::RedirectUri, |url| url.replace("/callback", "/other")),
        ("other host", Reason::RedirectUri, |url| url.replace("127.0.0.1", "127.0.0.2")),
        ("no URL", Reason::RedirectUri, |_| "?code=x".to_owned()),
        ("fragment", Reason::State, |url| url.replace('?', "#")),
        ("no state", Reason::State, |url| url.replace("state=", "x=")),
        ("other state", Reason::State, |url| url.replace("state=", "state=x")),
        ("two states", Reason::Parameter("state"), |url| format!("{url}&state=x")),
        ("no iss", Reason::Parameter("iss"), |url| url.replace("iss=", "x=")),
        ("empty iss", issuer(AUTH, ""), |url| url.replace("iss=", "iss=&x=")),
        ("other iss", issuer(AUTH, "https://evil.test"), |url| {
            url.replace("iss=", "iss=https://evil.test&x=")
        }),
        ("iss with a slash", issuer(AUTH, &format!("{AUTH}/")), |url| {
            url.replace("atproof.test", "atproof.test/")
        }),
        ("two iss", Reason::Parameter("iss"), |url| format!("{url}&iss=https://evil.test")),
        ("no code", Reason::Parameter("code"), |url| url.replace("code=", "x=")),
        ("empty code", Reason::Parameter("code"), |url| url.replace("code=", "code=&x=")),
        ("two codes", Reason::Parameter("code"), |url| format!("{url}&code=x")),
        ("error and code", refused("access_denied"), |url| format!("{url}&error=access_denied")),
        ("error of another", issuer(AUTH, "x"), |url| {
            url.replace("iss=", "iss=x&x=").replace("code=", "error=access_denied&x=")
        }),
    ];
    for (name, reason, edit) in rows {
        let world = World::new();
        let url = world.consent(HANDLE).await.unwrap();
        let error = world.client.callback(&edit(&url)).await.unwrap_err();
        assert_eq!(error, Error { step: Step::Callback, reason }, "{name}");
        assert_eq!(world.count("/token"), 0, "{name}");
        assert!(world.client.session().is_none());
    }
}

#[tokio::test]
async fn a_query_of_the_redirect_uri_stays() {
    let world = World::with(&[], |config| {
        config.redirect_uri = "http://127.0.0.1/?state=x&a=1".to_owned();
        let redirect_uri = form::percent_encode(&config.redirect_uri);
        config.client_id = format!("http://localhost?redirect_uri={redirect_uri}");
    });
    let url = world.consent(HANDLE).await.unwrap();
    assert!(url.starts_with("http://127.0.0.1/?state=x&a=1&code="), "{url}");
    let error = world.client.callback(&url.replace("a=1&", "")).await.unwrap_err();
    assert_eq!(error, Error { step: Step::Callback, reason: Reason::RedirectUri });
    world.client.callback(&url).await.unwrap();
}

#[tokio::test]
async fn a_state_is_good_for_one_response() {
    let world = World::new();
    let url = world.consent(HANDLE).await.unwrap();
    let other = world.consent(HANDLE).await.unwrap();
    world.client.callback(&url.replace("iss=", "x=")).await.unwrap_err();
    let error = world.client.callback(&url).await.unwrap_err();
    assert_eq!(error, Error { step: Step::Callback, reason: Reason::State });
    // Unknown parameters are ignored, and the other login is as it was.
    world.client.callback(&format!("{other}&session_state=x")).await.unwrap();
    let error = world.client.callback(&other).await.unwrap_err();
    assert_eq!(error.reason, Reason::State);
    assert!(world.client.session().is_some());
}

#[tokio::test]
async fn the_user_may_refuse() {
    let world = World::new();
    let url = world.client.start(HANDLE, "atproto").await.unwrap();
    let url = visit(&world.wire.server, &url, "deny").await.unwrap();
    let error = world.client.callback(&url).await.unwrap_err();
    let denied = matches!(&error.reason, Reason::Refused { error, .. } if error == "access_denied");
    assert!(denied && error.step == Step::Callback, "{error}");
}

#[tokio::test]
async fn keeps_no_tokens_of_an_altered_answer() {
    use Step::{Token, Verification};
    let rows: Vec<(&str, Step, Reason, Alter)> = vec![
        ("Bearer", Token, Reason::Member("token_type"), |q, r| {
            set(q, r, "/token", "token_type", "Bearer")
        }),
        ("no type", Token, Reason::Member("token_type"), |q, r| {
            set(q, r, "/token", "token_type", Value::Null)
        }),
        ("no scope", Token, Reason::Member("scope"), |q, r| {
            set(q, r, "/token", "scope", Value::Null)
        }),
        ("no atproto", Token, Reason::Member("scope"), |q, r| {
            set(q, r, "/token", "scope", "atproto2 transition:generic")
        }),
        ("no access token", Token, Reason::Member("access_token"), |q, r| {
            set(q, r, "/token", "access_token", "")
        }),
        ("no sub", Token, Reason::Member("sub"), |q, r| set(q, r, "/token", "sub", Value::Null)),
        ("handle as sub", Token, Reason::Member("sub"), |q, r| set(q, r, "/token", "sub", HANDLE)),
        ("no nonce", Token, Reason::NonceMissing, |q, r| drop_nonce(q, r, "/token")),
        ("tokens in an error", Token, Reason::Status(400), |q, r| {
            if q.url.contains("/token") {
                r.status = 400;
            }
        }),
        ("other account", Verification, account(ALICE, BOB), |q, r| {
            set(q, r, "/token", "sub", BOB)
        }),
        ("document of another", Verification, Reason::OtherDid(ALICE.to_owned()), |q, r| {
            set(q, r, "plc.", "id", BOB)
        }),
    ];
    for (name, step, reason, alter) in rows {
        let world = World::new();
        let url = world.consent(HANDLE).await.unwrap();
        world.alter(alter);
        let error = world.client.callback(&url).await.unwrap_err();
        assert_eq!(error, Error { step, reason }, "{name}");
        assert!(world.client.session().is_none(), "{name}");
        let error = world.client.request("GET", SESSION).await.unwrap_err();
        assert_eq!(error, Error { step: Step::Resource, reason: Reason::NoSession });
    }
}

#[tokio::test]
async fn believes_no_server_about_an_account_elsewhere() {
    let world = World::new();
    let url = world.consent(PDS).await.unwrap();
    // Eve is at another PDS, which names another authorization server.
    world.alter(|request, response| {
        set(request, response, "/token", "sub", EVE);
        if request.url.ends_with(EVE) {
            let service = json!([{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": "https://eve.test"}]);
            let document = json!({"id": EVE, "service": service});
            *response = Response::new(200).body("application/json", document.to_string());
        }
        if request.url == "https://eve.test/.well-known/oauth-protected-resource" {
            let document = json!({"resource": "https://eve.test",
                "authorization_servers": ["https://auth.eve.test"]});
            *response = Response::new(200).body("application/json", document.to_string());
        }
    });
    let error = world.client.callback(&url).await.unwrap_err();
    let reason = issuer(AUTH, "https://auth.eve.test");
    assert_eq!(error, Error { step: Step::Verification, reason });
    assert!(world.client.session().is_none());
    // Another account of the same server is a matter of choice where none was named.
    let url = world.consent(PDS).await.unwrap();
    world.alter(|request, response| set(request, response, "/token", "sub", BOB));
    assert_eq!(world.client.callback(&url).await.unwrap().sub.as_str(), BOB);
}

#[tokio::test]
async fn looks_up_metadata_again_before_it_believes_the_answer() {
    let world = World::new();
    let url = world.consent(HANDLE).await.unwrap();
    world.alter(|request, response| {
        set(request, response, "oauth-authorization-server", "issuer", "https://evil.test")
    });
    let error = world.client.callback(&url).await.unwrap_err();
    assert_eq!(
        error,
        Error { step: Step::Verification, reason: issuer(AUTH, "https://evil.test") }
    );
}

#[tokio::test]
async fn takes_the_token_nowhere_else() {
    let world = World::new();
    world.login(HANDLE).await.unwrap();
    for path in ["", "https://evil.test/", "@evil.test/", "evil.test"] {
        let error = world.client.request("GET", path).await.unwrap_err();
        assert_eq!(error, Error { step: Step::Resource, reason: Reason::Path(path.to_owned()) });
    }
    world.client.request("GET", SESSION).await.unwrap();
    let before = world.count("getSession");
    world.alter(|request, response| {
        if request.url.contains("getSession") {
            response.status = 307;
            response.headers.push("Location", "https://evil.test/");
        }
    });
    let error = world.client.request("GET", SESSION).await.unwrap_err();
    let reason = Reason::Redirect("https://evil.test/".to_owned());
    assert_eq!(error, Error { step: Step::Resource, reason });
    assert_eq!((world.count("evil.test"), world.count("getSession")), (0, before + 1));
}

#[tokio::test]
async fn nonces_of_the_pds_are_taken_once_and_asked_for_on_success() {
    let world = World::new();
    world.login(HANDLE).await.unwrap();
    world.client.request("GET", &format!("{SESSION}?x=1")).await.unwrap();
    // One demand and one answer; from then on the nonce is known.
    assert_eq!(world.count("getSession"), 2);
    world.client.request("GET", SESSION).await.unwrap();
    assert_eq!(world.count("getSession"), 3);
    world.alter(|request, response| drop_nonce(request, response, "getSession"));
    let error = world.client.request("GET", SESSION).await.unwrap_err();
    assert_eq!(error, Error { step: Step::Resource, reason: Reason::NonceMissing });
    world.alter(|request, response| {
        if request.url.contains("getSession") {
            response.status = 401;
            response.headers.push("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\"");
        }
    });
    let before = world.count("getSession");
    let error = world.client.request("GET", SESSION).await.unwrap_err();
    assert_eq!(error, Error { step: Step::Resource, reason: Reason::NonceAgain });
    assert_eq!(world.count("getSession"), before + 2);
}

#[tokio::test]
async fn hands_other_answers_back() {
    let world = World::new();
    world.login(HANDLE).await.unwrap();
    let response = world.client.request("GET", "/xrpc/com.atproto.unknown").await.unwrap();
    assert_eq!(response.status, 501);
    let record = json!({"repo": ALICE, "collection": "test.atproof.note", "record": {}});
    let request = Request::new("POST", "/xrpc/com.atproto.repo.createRecord")
        .body("application/json", record.to_string());
    assert_eq!(world.client.call(request).await.unwrap().status, 403);
}

#[tokio::test]
async fn refreshes_what_has_expired_and_rotates() {
    let world = World::new();
    world.login(HANDLE).await.unwrap();
    for refreshes in 1..4 {
        world.wait(900);
        for _ in 0..2 {
            let response = world.client.request("GET", SESSION).await.unwrap();
            assert_eq!(response.status, 200);
        }
        let seen = world.wire.seen.lock().unwrap();
        let granted = seen.iter().filter(|(q, r)| q.url.contains("/token") && r.status == 200);
        assert_eq!(granted.count(), 1 + refreshes);
        // No expired token was sent.
        assert!(seen.iter().all(|(_, r)| r.member("error").is_none_or(|e| e == "use_dpop_nonce")));
    }
}

#[tokio::test]
async fn refreshes_when_the_pds_refuses_the_token() {
    let world = World::new();
    world.alter(|request, response| set(request, response, "/token", "expires_in", Value::Null));
    world.login(HANDLE).await.unwrap();
    world.wait(900);
    assert_eq!(world.client.request("GET", SESSION).await.unwrap().status, 200);
    // Without a refresh token there is nothing to be done.
    world.alter(|request, response| {
        edit(request, response, "/token", |body| {
            body["expires_in"] = json!("soon");
            body["refresh_token"] = Value::Null;
        });
    });
    world.login(HANDLE).await.unwrap();
    world.wait(900);
    assert_eq!(world.client.request("GET", SESSION).await.unwrap().status, 401);
    let error = world.client.refresh().await.unwrap_err();
    assert_eq!(error, Error { step: Step::Refresh, reason: Reason::NoRefreshToken });
}

#[tokio::test]
async fn a_refresh_keeps_account_and_issuer() {
    let rows: Vec<(Reason, bool, bool, Alter)> = vec![
        (account(ALICE, BOB), true, false, |q, r| set(q, r, "/token", "sub", BOB)),
        (Reason::Member("token_type"), true, true, |q, r| {
            set(q, r, "/token", "token_type", "Bearer")
        }),
        (refused("invalid_grant"), true, false, |q, r| {
            if q.url.contains("/token") {
                r.status = 400;
                r.body = br#"{"error":"invalid_grant"}"#.to_vec();
            }
        }),
        (Reason::Status(503), true, true, |q, r| {
            if q.url.contains("/token") {
                *r = Response::new(503);
            }
        }),
        (issuer(AUTH, "https://evil.test"), false, true, |q, r| {
            set(q, r, "protected-resource", "authorization_servers", json!(["https://evil.test"]))
        }),
    ];
    for (reason, asked, kept, alter) in rows {
        let world = World::new();
        world.login(HANDLE).await.unwrap();
        let before = world.count("/token");
        world.alter(alter);
        let error = world.client.refresh().await.unwrap_err();
        assert_eq!(error, Error { step: Step::Refresh, reason });
        assert_eq!(world.count("/token") > before, asked, "{error}");
        assert_eq!(world.client.session().is_some(), kept, "{error}");
    }
}

#[tokio::test]
async fn a_refresh_without_a_new_refresh_token_keeps_the_old_one() {
    let world = World::with(&["legal.no-refresh-rotation"], |_| {});
    world.login(HANDLE).await.unwrap();
    world.alter(|request, response| set(request, response, "/token", "refresh_token", Value::Null));
    world.client.refresh().await.unwrap();
    world.client.refresh().await.unwrap();
}

#[tokio::test]
async fn logout_ends_the_session_here_and_there() {
    let world = World::new();
    world.login(HANDLE).await.unwrap();
    world.client.logout().await.unwrap();
    // Once, and once more where the server asks for another nonce.
    assert!((1..=2).contains(&world.count("/revoke")));
    for error in [
        world.client.request("GET", SESSION).await.unwrap_err(),
        world.client.refresh().await.unwrap_err(),
        world.client.logout().await.unwrap_err(),
    ] {
        assert_eq!(error.reason, Reason::NoSession);
    }
    world.login(HANDLE).await.unwrap();
    world.alter(|request, response| {
        if request.url.contains("/revoke") {
            *response = Response::new(503);
        }
    });
    let error = world.client.logout().await.unwrap_err();
    assert_eq!(error, Error { step: Step::Revocation, reason: Reason::Status(503) });
    assert!(world.client.session().is_none());
}

#[tokio::test]
async fn a_handle_is_shown_where_it_leads_back() {
    let world = World::new();
    world.login(ALICE).await.unwrap();
    let handle = |world: &World| world.client.session().unwrap().handle.map(|h| h.to_string());
    assert_eq!((handle(&world).as_deref(), world.count("atproto-did")), (Some(HANDLE), 1));
    world.login(HANDLE).await.unwrap();
    assert_eq!((handle(&world).as_deref(), world.count("atproto-did")), (Some(HANDLE), 2));
    world.alter(|request, response| {
        if request.url.contains("atproto-did") {
            response.body = BOB.into();
        }
    });
    world.login(ALICE).await.unwrap();
    assert_eq!(handle(&world), None);
    let world = World::public(&["client.identity.one-way-handle"]);
    world.login(ALICE).await.unwrap();
    assert_eq!((handle(&world).as_deref(), world.count("atproto-did")), (Some(HANDLE), 0));
}

/// How many refreshes were granted when three requests meet an expired token.
async fn refreshes_of_three(ids: &[&str]) -> (usize, usize) {
    let world = World::public(ids);
    world.login(HANDLE).await.unwrap();
    world.wait(1000);
    let before = world.count("/token");
    let ask = || world.client.request("GET", SESSION);
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    let good = [a, b, c].iter().filter(|r| r.as_ref().is_ok_and(|r| r.status == 200)).count();
    let seen = world.wire.seen.lock().unwrap();
    let sent = seen.iter().filter(|(q, _)| q.url.contains("/token")).skip(before);
    let demands = |r: &Response| r.member("error").as_deref() == Some("use_dpop_nonce");
    (sent.filter(|(_, r)| !demands(r)).count(), good)
}

#[tokio::test]
async fn one_refresh_for_all_who_wait() {
    assert_eq!(refreshes_of_three(&[]).await, (1, 3));
    let (refreshes, good) = refreshes_of_three(&["client.refresh.no-lock"]).await;
    assert!(refreshes > 1 && good < 3, "{refreshes} {good}");
}

#[tokio::test]
async fn an_assertion_is_good_for_one_request() {
    let world = World::confidential(&[]);
    world.login(HANDLE).await.unwrap();
    world.client.refresh().await.unwrap();
    world.client.logout().await.unwrap();
    let seen = world.wire.seen.lock().unwrap();
    let bodies = seen.iter().map(|(request, _)| form::parse(&request.body).0);
    let assertions: Vec<String> = bodies
        .flatten()
        .filter_map(|(name, value)| (name == "client_assertion").then_some(value))
        .collect();
    let posts = seen.iter().filter(|(request, _)| request.method == "POST").count();
    assert_eq!(assertions.len(), posts);
    let unique: std::collections::BTreeSet<_> = assertions.iter().collect();
    assert!(posts >= 4 && unique.len() == posts, "{posts}");
}

/// What a correct client does not go on with, and the fault with which it does.
const TAKEN: &[(&str, Alter)] = &[
    ("identity.document-id-unchecked", |q, r| set(q, r, "plc.", "id", BOB)),
    ("identity.handle-unclaimed", |q, r| set(q, r, "plc.", "alsoKnownAs", json!([]))),
    ("identity.last-name", |q, r| {
        set(q, r, "plc.", "alsoKnownAs", json!(["at://other.test", "at://alice.atproof.test"]));
    }),
    ("identity.handle-status-unchecked", |q, r| status(q, r, "atproto-did", 404)),
    ("identity.service-any-id", |q, r| {
        edit(q, r, "plc.", |d| d["service"][0]["id"] = json!("#other"));
    }),
    ("identity.service-any-type", |q, r| {
        edit(q, r, "plc.", |d| d["service"][0]["type"] = json!("Other"));
    }),
    ("identity.pds-with-path", |q, r| {
        edit(q, r, "plc.", |d| d["service"][0]["serviceEndpoint"] = json!(format!("{PDS}/x")));
    }),
    ("rs-metadata.skip-resource-match", |q, r| set(q, r, RESOURCE, "resource", AUTH)),
    ("rs-metadata.resource-normalised", |q, r| {
        set(q, r, RESOURCE, "resource", format!("{PDS}/"));
    }),
    ("rs-metadata.first-server", |q, r| {
        set(q, r, RESOURCE, "authorization_servers", json!([AUTH, "https://b.test"]));
    }),
    ("rs-metadata.server-with-path", |q, r| {
        set(q, r, RESOURCE, "authorization_servers", json!([format!("{AUTH}/x")]));
    }),
    ("rs-metadata.any-success", |q, r| status(q, r, RESOURCE, 203)),
    ("rs-metadata.any-media-type", |q, r| label(q, r, RESOURCE)),
    ("as-metadata.skip-issuer-match", |q, r| set(q, r, SERVER, "issuer", PDS)),
    ("as-metadata.issuer-normalised", |q, r| set(q, r, SERVER, "issuer", format!("{AUTH}/"))),
    ("as-metadata.any-success", |q, r| status(q, r, SERVER, 206)),
    ("as-metadata.any-media-type", |q, r| label(q, r, SERVER)),
    ("as-metadata.types-lenient", |q, r| {
        set(q, r, SERVER, "require_pushed_authorization_requests", "true");
    }),
    ("as-metadata.iss-flag-unchecked", |q, r| {
        set(q, r, SERVER, "authorization_response_iss_parameter_supported", false);
    }),
    ("as-metadata.par-flag-unchecked", |q, r| {
        set(q, r, SERVER, "require_pushed_authorization_requests", Value::Null);
    }),
    ("as-metadata.document-flag-unchecked", |q, r| {
        set(q, r, SERVER, "client_id_metadata_document_supported", false);
    }),
    ("as-metadata.registration-unchecked", |q, r| {
        set(q, r, SERVER, "require_request_uri_registration", false);
    }),
    ("as-metadata.response-types-unchecked", |q, r| {
        set(q, r, SERVER, "response_types_supported", json!(["none"]));
    }),
    ("as-metadata.grant-types-unchecked", |q, r| {
        set(q, r, SERVER, "grant_types_supported", json!(["authorization_code"]));
    }),
    ("as-metadata.pkce-unchecked", |q, r| {
        set(q, r, SERVER, "code_challenge_methods_supported", Value::Null);
    }),
    ("as-metadata.plain-taken", |q, r| {
        set(q, r, SERVER, "code_challenge_methods_supported", json!(["S256", "plain"]));
    }),
    ("as-metadata.auth-methods-unchecked", |q, r| {
        set(q, r, SERVER, "token_endpoint_auth_methods_supported", json!(["none"]));
    }),
    ("as-metadata.auth-alg-unchecked", |q, r| {
        set(q, r, SERVER, "token_endpoint_auth_signing_alg_values_supported", json!(["RS256"]));
    }),
    ("as-metadata.allow-none-alg", |q, r| {
        let algorithms = json!(["none", "ES256"]);
        set(q, r, SERVER, "token_endpoint_auth_signing_alg_values_supported", algorithms);
    }),
    ("as-metadata.scopes-unchecked", |q, r| {
        set(q, r, SERVER, "scopes_supported", json!(["openid"]));
    }),
    ("as-metadata.dpop-alg-unchecked", |q, r| {
        set(q, r, SERVER, "dpop_signing_alg_values_supported", json!(["RS256"]));
    }),
    ("as-metadata.dpop-none-taken", |q, r| {
        set(q, r, SERVER, "dpop_signing_alg_values_supported", json!(["ES256", "none"]));
    }),
    ("as-metadata.protected-resources-unchecked", |q, r| {
        set(q, r, SERVER, "protected_resources", json!(["https://other.test"]));
    }),
    ("as-metadata.endpoint-fragment", |q, r| {
        set(q, r, SERVER, "revocation_endpoint", format!("{AUTH}/oauth/revoke#x"));
    }),
    ("ssrf.http", |q, r| {
        set(q, r, SERVER, "revocation_endpoint", "http://auth.atproof.test/oauth/revoke");
    }),
    ("ssrf.addresses", |q, r| set(q, r, SERVER, "revocation_endpoint", "https://10.0.0.1/r")),
    ("ssrf.dotted-quad-only", |q, r| {
        set(q, r, SERVER, "revocation_endpoint", "https://2130706433/r");
    }),
    ("ssrf.local-names", |q, r| set(q, r, SERVER, "revocation_endpoint", "https://intranet/r")),
    ("ssrf.userinfo", |q, r| {
        set(q, r, SERVER, "revocation_endpoint", "https://a@auth.atproof.test/r");
    }),
    ("dos.unbounded-body", |q, r| set(q, r, SERVER, "x", "x".repeat(300 * 1024))),
    ("par.any-success", |q, r| {
        if q.url.contains("/par") && r.status == 201 {
            r.status = 200;
        }
    }),
    ("nonce.missing-accepted", |q, r| drop_nonce(q, r, "/token")),
    ("token.accept-bearer", |q, r| set(q, r, "/token", "token_type", "Bearer")),
    ("token.no-response-validation", |q, r| set(q, r, "/token", "token_type", "mac")),
    ("token.sub-optional", |q, r| set(q, r, "/token", "sub", Value::Null)),
    ("token.status-unchecked", |q, r| {
        if q.url.contains("/token") && r.status == 200 {
            r.status = 500;
        }
    }),
    ("scope.accept-missing", |q, r| set(q, r, "/token", "scope", Value::Null)),
    ("scope.substring", |q, r| set(q, r, "/token", "scope", "atprotox")),
    ("identity.no-expected-did", |q, r| set(q, r, "/token", "sub", BOB)),
];

const RESOURCE: &str = "oauth-protected-resource";
const SERVER: &str = "oauth-authorization-server";

fn status(request: &Request, response: &mut Response, part: &str, status: u16) {
    if request.url.contains(part) {
        response.status = status;
    }
}

fn label(request: &Request, response: &mut Response, part: &str) {
    if request.url.contains(part) {
        response.headers.set("Content-Type", "text/plain");
    }
}

#[tokio::test]
async fn a_fault_goes_on_where_a_correct_client_stops() {
    for (id, alter) in TAKEN {
        let world = World::new();
        world.alter(alter);
        assert!(world.login(HANDLE).await.is_err(), "{id}: without the fault");
        let world = World::public(&[&format!("client.{id}")]);
        world.alter(alter);
        world.login(HANDLE).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    }
}

/// What a correct client takes, and the fault with which it does not.
const REFUSED: &[(&str, Alter)] = &[
    ("identity.handle-whitespace", |q, r| {
        if q.url.contains("atproto-did") {
            r.body.push(b'\n');
        }
    }),
    ("identity.first-name-only", |q, r| {
        set(q, r, "plc.", "alsoKnownAs", json!(["https://a.test", "at://alice.atproof.test"]));
    }),
    ("identity.service-relative-id-only", |q, r| {
        edit(q, r, "plc.", |d| d["service"][0]["id"] = json!(format!("{ALICE}#atproto_pds")));
    }),
    ("rs-metadata.unknown-members-refused", |q, r| set(q, r, RESOURCE, "x", 1)),
    ("as-metadata.unknown-members-refused", |q, r| set(q, r, SERVER, "x", 1)),
    ("token.type-case-sensitive", |q, r| set(q, r, "/token", "token_type", "dpop")),
    ("token.decode-as-jwt", |q, r| set(q, r, "/token", "access_token", "opaque")),
    ("token.expires-in-required", |q, r| {
        edit(q, r, "/token", |body| drop(body.as_object_mut().unwrap().remove("expires_in")));
    }),
    ("token.refresh-token-required", |q, r| {
        edit(q, r, "/token", |body| drop(body.as_object_mut().unwrap().remove("refresh_token")));
    }),
    ("token.unknown-members-refused", |q, r| set(q, r, "/token", "x", 1)),
    ("scope.exact-equal", |q, r| set(q, r, "/token", "scope", "atproto repo:*")),
    ("nonce.case-sensitive-header", |_, r| {
        r.headers = r.headers.iter().map(|(n, v)| (n.to_lowercase(), v.to_vec())).collect();
    }),
];

#[tokio::test]
async fn a_fault_stops_where_a_correct_client_goes_on() {
    for (id, alter) in REFUSED {
        let world = World::new();
        world.alter(alter);
        world.login(HANDLE).await.unwrap_or_else(|error| panic!("{id}: {error}"));
        let world = World::public(&[&format!("client.{id}")]);
        world.alter(alter);
        assert!(world.login(HANDLE).await.is_err(), "{id}: with the fault");
    }
}

/// What a correct client does not take for the response to its request: what is in the place of
/// something in the URL.
const RESPONSES: &[(&str, &str, &str)] = &[
    ("redirect.state-optional", "state=", "stat="),
    ("redirect.state-unbound", "state=", "state=x"),
    ("redirect.first-state", "state=", "x=&state="),
    ("redirect.skip-iss", "auth.atproof.test", "evil.test"),
    ("redirect.iss-optional", "iss=", "isss="),
    ("redirect.iss-normalised", "auth.atproof.test", "auth.atproof.test%2F"),
    ("redirect.iss-prefix", "auth.atproof.test", "auth.atproof.test.evil.test"),
    ("redirect.error-ignored", "code=", "error=access_denied&code="),
];

#[tokio::test]
async fn responses_that_only_a_fault_takes() {
    for (id, from, to) in RESPONSES {
        for is_faulty in [false, true] {
            let id = format!("client.{id}");
            let world = if is_faulty { World::public(&[&id]) } else { World::new() };
            let mut url = world.consent(HANDLE).await.unwrap().replacen(from, to, 1);
            if id.ends_with("first-state") {
                url.push_str("&state=second");
            }
            let ended = world.client.callback(&url).await;
            assert_eq!(ended.is_ok(), is_faulty, "{id}: {ended:?}");
        }
    }
}
