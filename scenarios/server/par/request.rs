//! Parameters and form of a pushed authorization request.
//!
//! # What it does
//!
//! Pushes an ordinary authorization request, then the same request with one parameter removed,
//! changed, added or repeated, or sent in another form, then the ordinary one again.
//!
//! # Why it matters
//!
//! What is wrong with a request has to be found when it is pushed, where the client can be told.
//! Later, in the browser, the only one left to tell is the user.
//!
//! # What a conforming peer does
//!
//! Answers 201 with a `request_uri` to the ordinary request, ignores what it does not know, and
//! refuses the others with 400 and an error code of RFC 6749, section 5.2.
//!
//! # How to fix
//!
//! Run the checks of the authorization endpoint when the request is pushed, before a
//! `request_uri` is made, on the parameters as received.
//!
//! # References
//!
//! RFC 9126, section 2; RFC 6749, sections 3.1 and 5.2; atproto OAuth, Authorization Requests.

use atproof_engine::judge;
use atproof_engine::model::{
    Alternative, Case, Change, Edit, Encoding, Expectation, Family, Playing, Role, Script, Text,
    Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::{CLIENT, METHOD, PROOF, REQUEST, SCOPE};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.request",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("request.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.par.response-type-missing",
        title: "A request without response_type is pushed",
        clause: "RFC6749-3.1.1-01",
        covers: &["RFC9126-2.1-05"],
        killers: &["as.par.response-type-default"],
        edit: Edit::Parameter(Change::Remove("response_type")),
        expect: Expectation::Refused(&[REQUEST]),
    },
    Case {
        id: "server.par.response-type-token",
        title: "A request for the implicit grant is pushed",
        clause: "ATP-AUTHZ-030",
        covers: &["RFC6749-3.1.1-01", "ATP-AUTHZ-003"],
        killers: &["as.par.response-type-unchecked"],
        edit: Edit::Parameter(Change::Set("response_type", Text::Is("token"))),
        expect: Expectation::Refused(&[REQUEST, CLIENT]),
    },
    Case {
        id: "server.par.response-type-hybrid",
        title: "A request for code and id_token is pushed",
        clause: "ATP-AUTHZ-030",
        covers: &["RFC6749-3.1.1-01", "ATP-AUTHZ-003"],
        killers: &["as.client-metadata.localhost-oidc"],
        edit: Edit::Parameter(Change::Set("response_type", Text::Is("code id_token"))),
        expect: Expectation::Refused(&[REQUEST, CLIENT]),
    },
    Case {
        id: "server.par.charset-refused",
        title: "A form body that is labelled with its charset is refused",
        clause: "RFC9126-2-02",
        covers: &["RFC6749-B-01"],
        killers: &["as.http.exact-content-type"],
        edit: Edit::Field(Change::Set("Content-Type", Text::Append("; charset=UTF-8"))),
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.par.scope-missing",
        title: "A request without scope is pushed",
        clause: "ATP-SCOPE-002",
        covers: &["RFC6749-3.3-03"],
        killers: &["as.scope.default-to-metadata"],
        edit: Edit::Parameter(Change::Remove("scope")),
        expect: Expectation::Refused(&[SCOPE, REQUEST]),
    },
    Case {
        id: "server.par.client-id-missing",
        title: "A request without client_id is pushed",
        clause: "RFC9126-2.1-03",
        covers: &["RFC9126-2.3-01"],
        killers: &["as.par.client-id-optional"],
        edit: Edit::Parameter(Change::Remove("client_id")),
        expect: Expectation::Refused(&[REQUEST, CLIENT]),
    },
    Case {
        id: "server.par.request-uri-pushed",
        title: "A request that itself holds a request_uri is pushed",
        clause: "RFC9126-2.1-02",
        covers: &[],
        killers: &["as.par.request-uri-ignored"],
        edit: Edit::Parameter(Change::Set(
            "request_uri",
            Text::Is("urn:ietf:params:oauth:request_uri:atproof"),
        )),
        expect: Expectation::Refused(&[REQUEST]),
    },
    Case {
        id: "server.par.scope-undeclared",
        title: "A scope that the client does not declare is asked for",
        clause: "ATP-SCOPE-005",
        covers: &["RFC7591-2-05", "ATP-LOCAL-010"],
        killers: &["as.scope.undeclared-accepted"],
        edit: Edit::Parameter(Change::Set("scope", Text::Is("atproto transition:chat.bsky"))),
        expect: Expectation::Refused(&[SCOPE, REQUEST]),
    },
    Case {
        id: "server.par.scope-atproto-missing",
        title: "A declared scope is asked for without atproto",
        clause: "ATP-SCOPE-002",
        covers: &[],
        killers: &["as.scope.atproto-optional"],
        edit: Edit::Parameter(Change::Set("scope", Text::Is("transition:generic"))),
        expect: Expectation::Refused(&[SCOPE, REQUEST]),
    },
    Case {
        id: "server.par.parameter-repeated",
        title: "A parameter is sent twice with different values",
        clause: "RFC6749-5.2-07",
        covers: &[],
        killers: &["as.par.duplicate-params"],
        edit: Edit::Parameter(Change::Repeat("state", Text::Append("2"))),
        expect: Expectation::Refused(&[REQUEST]),
    },
    Case {
        id: "server.par.unknown-parameter-refused",
        title: "A request with a parameter of no meaning is refused",
        clause: "RFC6749-3.1-05",
        covers: &["ATP-AUTHZ-028"],
        killers: &["as.par.unknown-param-refused"],
        edit: Edit::Parameter(Change::Set("x_atproof", Text::Is("1"))),
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.par.empty-parameter-refused",
        title: "A request with an optional parameter without value is refused",
        clause: "RFC6749-3.1-04",
        covers: &[],
        killers: &["as.par.empty-param-as-value"],
        edit: Edit::Parameter(Change::Set("login_hint", Text::Is(""))),
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.par.get-accepted",
        title: "A request is pushed with GET",
        clause: "RFC9126-2.3-04",
        covers: &[],
        killers: &["as.par.get-accepted"],
        edit: Edit::Method("GET"),
        expect: Expectation::Refused(&[METHOD]),
    },
    Case {
        id: "server.par.json-body",
        title: "A request is pushed as a JSON object",
        clause: "ATP-PAR-016",
        covers: &["RFC9126-2-02"],
        killers: &["as.par.json-accepted"],
        edit: Edit::Encoding(Encoding::Json),
        expect: Expectation::Open(&[
            Alternative { name: "accepted", is: |answer| answer.status < 300 },
            Alternative { name: "refused with 400", is: |answer| answer.status == 400 },
            Alternative { name: "refused with 415", is: |answer| answer.status == 415 },
            Alternative {
                name: "refused with another status",
                is: |answer| (400..500).contains(&answer.status),
            },
        ]),
    },
    Case {
        id: "server.par.state-missing",
        title: "A request without state is pushed",
        clause: "ATP-AUTHZ-005",
        covers: &[],
        killers: &["as.par.state-optional"],
        edit: Edit::Parameter(Change::Remove("state")),
        expect: ACCEPTED_OR_REFUSED,
    },
    Case {
        id: "server.par.redirect-uri-missing",
        title: "A request without redirect_uri is pushed by a client that declares one",
        clause: "ATP-REDIR-002",
        covers: &[],
        killers: &["as.par.redirect-uri-default"],
        edit: Edit::Parameter(Change::Remove("redirect_uri")),
        expect: ACCEPTED_OR_REFUSED,
    },
    Case {
        id: "server.par.dpop-jkt-mismatch",
        title: "A request names another key in dpop_jkt than its proof is made with",
        clause: "RFC9449-10.1-04",
        covers: &["RFC9449-10.1-01", "ATP-PAR-019"],
        killers: &["as.par.ignore-dpop-jkt"],
        edit: Edit::Parameter(Change::Set(
            "dpop_jkt",
            Text::Is("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"),
        )),
        expect: Expectation::Refused(&[PROOF, REQUEST]),
    },
];

const ACCEPTED_OR_REFUSED: Expectation = Expectation::Open(&[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative { name: "refused", is: |answer| (400..500).contains(&answer.status) },
]);

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let draft = stage.par(&login);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
