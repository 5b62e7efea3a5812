//! Requests at the authorization endpoint that no code may come out of.
//!
//! # What it does
//!
//! Pushes an ordinary request, opens the authorization URL in a browser, signs in and approves.
//! Then does the same with one thing changed in the URL: another `request_uri`, another
//! `client_id` or none, or all parameters in the URL and nothing pushed.
//!
//! # Why it matters
//!
//! The `request_uri` is all that ties the page a user sees to the request a client has proved with
//! its key. Where the server is generous with it, an attacker swaps the one for the other.
//!
//! # What a conforming peer does
//!
//! Shows an error page, or sends an error to the client. It shows no consent page and issues no
//! code.
//!
//! # How to fix
//!
//! Look `request_uri` up as a whole, insist on `client_id` beside it, and compare that with the
//! client that pushed. Where the metadata requires PAR, refuse a request without `request_uri`.
//!
//! # References
//!
//! RFC 9126, sections 2.2 and 4; RFC 9101, section 6.3; atproto OAuth, Authorization Requests.

use atproof_engine::consent::Decision;
use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Text, Tier,
    Transcript,
};
use atproof_engine::stage::{Login, Stage, edit_url};
use atproof_protocol::form;
use atproof_protocol::pkce;
use atproof_protocol::record::Part;

use crate::server::front_channel::{End, OTHER_CLIENT, end, no_code};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.authorization.request",
    role: Role::Server,
    area: "authorization",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("request.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A row that must end without a code.
const fn refused(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    covers: &'static [&'static str],
    killers: &'static [&'static str],
    edit: Edit,
) -> Case {
    Case { id, title, clause, covers, killers, edit, expect: Expectation::Holds(no_code) }
}

const CASES: &[Case] = &[
    refused(
        "server.authorization.request-uri-unknown",
        "A request_uri that the server never gave is opened",
        "RFC9126-4-06",
        &["ATP-PAR-007"],
        &["as.par.loose-request-uri", "as.redirect.panic-unknown-client"],
        Edit::Query(Change::Set("request_uri", Text::LastCharacterChanged)),
    ),
    refused(
        "server.authorization.request-uri-of-other-client",
        "The request_uri of one client is opened by another",
        "RFC9126-2.2-04",
        &["RFC9101-6.3-02"],
        &["as.authorize.client-id-unbound"],
        Edit::Query(Change::Set("client_id", Text::Is(OTHER_CLIENT))),
    ),
    refused(
        "server.authorization.request-uri-external",
        "A request_uri of the web, which nobody has pushed, is opened",
        "RFC9126-4-06",
        &[],
        &["as.authorize.external-request-uri"],
        Edit::Query(Change::Set("request_uri", Text::Is("https://attacker.example/request.jwt"))),
    ),
    Case {
        id: "server.authorization.request-object-beside-request-uri",
        title: "A request object stands in the URL beside the request_uri",
        clause: "RFC9101-5-01",
        covers: &["RFC9101-6.3-01"],
        killers: &["as.authorize.request-object-overrides"],
        edit: Edit::Query(Change::Set("request", Text::Is(OBJECT))),
        expect: Expectation::Holds(object_without_effect),
    },
    refused(
        "server.authorization.client-id-missing",
        "A request_uri is opened without client_id",
        "RFC9101-6.3-02",
        &[],
        &["as.authorize.client-id-optional"],
        Edit::Query(Change::Remove("client_id")),
    ),
    refused(
        "server.authorization.direct-request-accepted",
        "A request that was not pushed is opened",
        "RFC9126-4-05",
        &["ATP-PAR-007", "ATP-ASM-021"],
        &["as.par.optional"],
        Edit::Story("the parameters stand in the authorization URL, and nothing is pushed"),
    ),
];

/// `{"alg":"none"}` and `{"state":"atproof-object"}`.
const OBJECT: &str = "eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6ImF0cHJvb2Ytb2JqZWN0In0.";

/// A refusal keeps the rule. So does a server that takes no notice of the object, as far as can be
/// seen: which of the two it is stays on record.
fn object_without_effect(transcript: &Transcript<'_>) -> Outcome {
    match end(transcript, &Part::Faulted) {
        Some(End::Left(callback)) if callback.parameter("state") == Some("atproof-object") => {
            let observed = format!("the state of the object came back, in {}", callback.url);
            Outcome::violated("the request object is not used", observed, callback.at)
        }
        Some(End::Left(callback)) if callback.parameter("code").is_some() => {
            Outcome::observed("the request object is ignored")
        }
        _ => no_code(transcript),
    }
}

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let url = if let Edit::Story(_) = edit {
            direct_url(stage, &login)
        } else {
            let request_uri = stage.push(&login).await?;
            edit_url(&stage.authorization_url(&login, &request_uri), edit)
        };
        stage.authorize(&login, &url, Decision::Approve).await?;
        Ok(())
    })
}

/// The authorization URL of RFC 6749, section 4.1.1, with all parameters.
fn direct_url(stage: &Stage, login: &Login) -> String {
    let challenge = pkce::challenge_s256(&login.verifier);
    let parameters = [
        ("client_id", login.client_id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", &login.redirect_uri),
        ("scope", &login.scope),
        ("state", &login.state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let pairs = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let endpoint = &stage.target().endpoints.authorization;
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{separator}{}", form::encode(&pairs))
}
