//! The tokens that a PDS sends with requests which it passes on.
//!
//! # What it does
//!
//! Publishes the DID document of a service on the metadata host, and the service itself. Makes a
//! login for `transition:generic`, asks the PDS to pass a request on to that service, twice, and
//! reads the token that arrives there. Then asks for a path that is no NSID with the same
//! `atproto-proxy` field.
//!
//! # Why it matters
//!
//! The service acts on that token for the account. One that lives for long, has no `jti`, or is for
//! no service in particular can be used again by whoever gets to see it.
//!
//! # What a conforming peer does
//!
//! Sends `iss`, `aud`, `iat`, `exp` and a new `jti` each time; names the service in `aud`; lets the
//! token live for about a minute. Passes on nothing but methods. The signature is not examined: the
//! key of an account may be of another curve than atproof knows.
//!
//! # How to fix
//!
//! Make a token for each request, and check the path before the field is looked at.
//!
//! # References
//!
//! atproto XRPC, Service Proxying and Inter-Service Authentication (JWT).

use atproof_engine::judge;
use atproof_engine::model::{Case, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript};
use atproof_engine::stage::{Draft, Grant, Page, Stage};
use atproof_protocol::jws;
use atproof_protocol::record::Exchange;
use serde_json::{Value, json};

use crate::server::document::row;
use crate::server::seen;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.resource.service-token",
    role: Role::Server,
    area: "resource",
    tier: Tier::Safe,
    needs: &[Need::Account, Need::MetadataHost],
    source: include_str!("service_token.rs"),
    script: Script::Once { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    row(
        "server.resource.service-token-claim-missing",
        "A service token lacks issuer, audience, times or jti",
        "ATP-RES-016",
        &[],
        &["rs.proxy.token-without-jti", "rs.proxy.token-without-iat"],
        |transcript| {
            seen::judged(token(transcript, CALL).map(|(exchange, claims)| {
                let missing: Vec<&str> =
                    CLAIMS.into_iter().filter(|name| claims.get(name).is_none()).collect();
                if missing.is_empty() {
                    return Outcome::kept("all of them are there");
                }
                let observed = format!("there is no {}", missing.join(" and no "));
                Outcome::violated(format!("all of {}", CLAIMS.join(", ")), observed, exchange)
            }))
        },
    ),
    row(
        "server.resource.service-token-issuer-wrong",
        "The issuer of a service token is not the account",
        "ATP-RES-016",
        &[],
        &["rs.proxy.issuer-other"],
        |transcript| {
            seen::judged(token(transcript, CALL).map(|(exchange, claims)| {
                let account = text(exchange.facts.get(ACCOUNT));
                let issuer = text(claims.get("iss"));
                match issuer.split('#').next() == Some(account) {
                    true => Outcome::kept("iss is the DID of the account"),
                    false => Outcome::violated(
                        format!("iss {account}"),
                        format!("iss {issuer}"),
                        exchange,
                    ),
                }
            }))
        },
    ),
    row(
        "server.resource.service-token-jti-repeated",
        "Two service tokens have the same jti",
        "ATP-RES-016",
        &[],
        &["rs.proxy.jti-fixed"],
        |transcript| {
            seen::judged(token(transcript, CALL).and_then(|(_, first)| {
                let (exchange, second) = token(transcript, AGAIN)?;
                let [one, other] = [&first, &second].map(|claims| claims.get("jti"));
                if one.is_none() || other.is_none() {
                    return Err(Outcome::not_offered(
                        "service tokens with jti",
                        "see server.resource.service-token-claim-missing",
                    ));
                }
                Ok(match one == other {
                    true => Outcome::violated("a new jti", "the same jti again", exchange),
                    false => Outcome::kept("each has a jti of its own"),
                })
            }))
        },
    ),
    row(
        "server.resource.service-token-audience-bare",
        "The audience of a service token does not name the service",
        "ATP-RES-017",
        &[],
        &["rs.proxy.audience-bare"],
        |transcript| {
            seen::judged(token(transcript, CALL).map(|(exchange, claims)| {
                let audience = text(claims.get("aud"));
                match audience == text(exchange.facts.get(SERVICE)) {
                    true => Outcome::kept("aud is the DID with the service"),
                    false => Outcome::violated(
                        "the DID with the service",
                        format!("aud {audience}"),
                        exchange,
                    ),
                }
            }))
        },
    ),
    row(
        "server.resource.service-token-long-lived",
        "A service token lives for much longer than a minute",
        "ATP-RES-018",
        &[],
        &["rs.proxy.token-long"],
        |transcript| {
            seen::judged(token(transcript, CALL).and_then(|(exchange, claims)| {
                let number = |name: &str| claims.get(name).and_then(Value::as_f64);
                let times = number("iat").zip(number("exp"));
                let life = times.map(|(iat, exp)| exp - iat).ok_or_else(|| {
                    Outcome::not_offered(
                        "a service token with iat and exp",
                        "see server.resource.service-token-claim-missing",
                    )
                })?;
                let observed = format!("{life} seconds");
                Ok(match life <= LONGEST {
                    true => Outcome::kept(observed),
                    false => Outcome::violated("about a minute", observed, exchange),
                })
            }))
        },
    ),
    row(
        "server.resource.proxy-path-no-method",
        "A request whose path is no NSID is passed on",
        "ATP-RES-014",
        &[],
        &["rs.proxy.any-path"],
        |transcript| {
            seen::judged(token(transcript, CALL).and_then(|_| {
                let exchange = seen::step(transcript, NO_METHOD)?;
                Ok(match exchange.facts.get(VISITS).and_then(Value::as_u64) {
                    Some(0) => Outcome::kept(judge::describe(exchange)),
                    _ => Outcome::violated(
                        "nothing is passed on",
                        "the service was asked for it",
                        exchange,
                    ),
                })
            }))
        },
    ),
];

const CALL: &str = "a request that is passed on";
const AGAIN: &str = "the same request again";
const NO_METHOD: &str = "a path that is no NSID";

/// What every service token has to say.
const CLAIMS: [&str; 5] = ["iss", "aud", "iat", "exp", "jti"];

/// More seconds than this are not about a minute.
const LONGEST: f64 = 300.0;

/// Facts: who asks, for whom, the claims that arrived, and how often the service was asked.
const ACCOUNT: &str = "account";
const SERVICE: &str = "service";
const TOKEN: &str = "service_token";
const VISITS: &str = "service_visits";

fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let host = stage.host()?;
        let did = format!("did:web:{}", host.name().replace(':', "%3A"));
        let service = format!("{did}#atproof");
        let document = json!({
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": did,
            "service": [{
                "id": "#atproof",
                "type": "AtproofService",
                "serviceEndpoint": host.origin(),
            }],
        });
        host.publish("/.well-known/did.json", Page::json(document.to_string()));
        let word = stage.random().token();
        let word: String = word.chars().filter(char::is_ascii_lowercase).take(8).collect();
        let mut login = stage.login();
        login.scope = "atproto transition:generic".to_owned();
        let grant = stage.grant_for(login).await?;
        let method = format!("org.example.atproof.get{word}");
        for (step, name) in
            [(CALL, method.clone()), (AGAIN, method), (NO_METHOD, format!("atproof{word}"))]
        {
            stage.step(step);
            let path = format!("/xrpc/{name}");
            host.publish(&path, Page::json("{}"));
            let draft = request(stage, &grant, &path, &service);
            stage.send(draft).await;
            let presented = host.presented(&path);
            let token = presented.as_deref().and_then(|field| field.split_once(' '));
            let token = token.and_then(|(_, token)| jws::decode_unverified(token));
            stage.fact(VISITS, json!(host.visits(&path)));
            stage.fact(ACCOUNT, json!(grant.sub));
            stage.fact(SERVICE, json!(service));
            stage.fact(TOKEN, token.map_or(Value::Null, |(_, claims)| claims));
        }
        Ok(())
    })
}

fn request(stage: &Stage, grant: &Grant, path: &str, service: &str) -> Draft {
    let mut draft = stage.resource(grant).header("atproto-proxy", service);
    draft.url = format!("{}{path}", stage.target().resource);
    draft
}

/// The claims of the token that arrived at the service.
fn token<'a>(
    transcript: &Transcript<'a>,
    step: &str,
) -> Result<(&'a Exchange, &'a Value), Outcome> {
    let exchange = seen::step(transcript, step)?;
    let claims = exchange.facts.get(TOKEN).filter(|claims| claims.is_object());
    let claims = claims.ok_or_else(|| {
        Outcome::not_offered(
            "a PDS that passes requests on to the service of a did:web",
            "let it reach the metadata host",
        )
    })?;
    Ok((exchange, claims))
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}
