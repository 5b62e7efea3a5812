//! Request objects that the client itself has signed (RFC 9101).
//!
//! # What it does
//!
//! Pushes an ordinary request of a confidential client that publishes two keys. Then pushes one
//! whose parameters are all in a request object, signed with the first of the keys: once with its
//! `kid` in the header, once without.
//!
//! # Why it matters
//!
//! The profile does not speak of request objects, and some servers take them. Without `kid` the
//! server has to guess the key, and a key that was taken out of use for requests may fit.
//!
//! # What a conforming peer does
//!
//! Refuses request objects, or takes those that name their key. What is seen is recorded.
//!
//! # How to fix
//!
//! Choose the key by its `kid`, and refuse an object that names none.
//!
//! # References
//!
//! RFC 9126, section 3; RFC 9101, sections 4 and 6.2; RFC 7515, section 4.1.4.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{ClientKind, Stage};
use atproof_protocol::jws;
use atproof_protocol::record::Part;
use serde_json::{Value, json};

use crate::server::assertions::TAKEN_OR_NOT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.signed-object",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("signed_object.rs"),
    script: Script::Story { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const NAMED: Edit = Edit::Story("all parameters are in an object signed by the client, with kid");
const NAMELESS: Edit =
    Edit::Story("all parameters are in an object signed by the client, without kid");

const fn row(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    edit: Edit,
) -> Case {
    let expect = Expectation::Open(TAKEN_OR_NOT);
    Case { id, title, clause: "ATP-PAR-020", covers: &[], killers, edit, expect }
}

const CASES: &[Case] = &[
    row(
        "server.par.request-object-signed",
        "The parameters are in a request object that the client has signed",
        &["as.par.request-object-taken"],
        NAMED,
    ),
    row(
        "server.par.request-object-without-kid",
        "The request object that the client has signed does not name its key",
        &["as.jose.kid-optional"],
        NAMELESS,
    ),
];

/// Parameters that stand beside the object: the client, and how it authenticates.
const BESIDE: &str = "client_id";

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        let client = stage.publish(ClientKind::Confidential, &Edit::None)?;
        stage.enter(Part::Control);
        let login = stage.login_by(&client);
        let draft = stage.par(&login);
        stage.send_by(&client, draft, &Edit::None).await?;
        stage.enter(Part::Faulted);
        let login = stage.login_by(&client);
        let mut draft = stage.par(&login);
        let form = draft.form.take().unwrap_or_default();
        let mut claims: serde_json::Map<String, Value> =
            form.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let now = stage.clock().now();
        for (name, value) in [
            ("iss", json!(login.client_id)),
            ("aud", json!(stage.target().issuer)),
            ("jti", json!(stage.random().token())),
            ("iat", json!(now)),
            ("exp", json!(now + 60)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        let [key, _] = &client.keys;
        let mut header = json!({"alg": "ES256", "typ": "oauth-authz-req+jwt"});
        if let (NAMED, Some(members)) = (case.edit, header.as_object_mut()) {
            members.insert("kid".to_owned(), json!(key.kid));
        }
        let object = jws::sign(&header, &Value::Object(claims), &key.key);
        let mut form: Vec<_> = form.into_iter().filter(|(name, _)| name == BESIDE).collect();
        form.push(("request".to_owned(), object));
        draft.form = Some(form);
        stage.send_by(&client, draft, &Edit::None).await?;
        Ok(())
    })
}
