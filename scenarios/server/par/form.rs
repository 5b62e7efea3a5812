//! How the parameters of a pushed request are written and carried.
//!
//! # What it does
//!
//! Pushes the same parameters with another method or media type, in the URL, in legal but unusual
//! escapes, with broken escapes after them, and with a body of two megabytes.
//!
//! # Why it matters
//!
//! A decoder that reads one legal form and not the other refuses good clients, each of which has
//! its own library. One that breaks on a bad escape is a way to break the server.
//!
//! # What a conforming peer does
//!
//! Takes POST and form encoding in all its spellings. Answers what it cannot decode with 400, and
//! what is too long with 413, never with a server error.
//!
//! # How to fix
//!
//! Decode with a library for `application/x-www-form-urlencoded`, catch its errors and limit the
//! body before it is read.
//!
//! # References
//!
//! RFC 9126, sections 2 and 2.3; RFC 6749, appendix B; WHATWG URL, section 5.1.

use atproof_engine::judge::{self, describe, is_accepted, refusal_of};
use atproof_engine::model::{
    Alternative, Case, Change, Degree, Edit, Encoding, Expectation, Family, Outcome, Playing, Role,
    Script, Text, Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::METHOD;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.form",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("form.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::between_controls,
    cases: CASES,
};

/// A row of a media type that no text asks for or rules out.
const fn other_carrier(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    encoding: Encoding,
) -> Case {
    let edit = Edit::Encoding(encoding);
    Case { id, title, clause: "ATP-PAR-016", covers: &[], killers, edit, expect: TAKEN_OR_NOT }
}

/// A row of an escape that cannot be decoded, in a parameter that has no meaning.
const fn bad_escape(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    tail: &'static str,
) -> Case {
    Case {
        id,
        title,
        clause: "RFC9126-2.3-01",
        covers: &["RFC6749-B-01"],
        killers,
        edit: Edit::Encoding(Encoding::Tail(tail)),
        expect: Expectation::Holds(no_server_error),
    }
}

const CASES: &[Case] = &[
    Case {
        id: "server.par.put-accepted",
        title: "A request is pushed with PUT",
        clause: "RFC9126-2.3-04",
        covers: &[],
        killers: &["as.par.put-accepted"],
        edit: Edit::Method("PUT"),
        expect: Expectation::Refused(&[METHOD]),
    },
    other_carrier(
        "server.par.text-body",
        "A form body is labelled text/plain",
        &["as.par.text-accepted"],
        Encoding::TextPlain,
    ),
    other_carrier(
        "server.par.unlabelled-body",
        "A form body has no media type",
        &["as.par.unlabelled-accepted"],
        Encoding::NoMediaType,
    ),
    other_carrier(
        "server.par.multipart-body",
        "The parameters are sent as multipart/form-data",
        &["as.par.multipart-accepted"],
        Encoding::Multipart,
    ),
    other_carrier(
        "server.par.parameters-in-url",
        "The parameters stand in the URL, and the body is empty",
        &["as.par.query-read"],
        Encoding::Query,
    ),
    Case {
        id: "server.par.plus-not-space",
        title: "A plus sign in the form body is not read as a space",
        clause: "RFC6749-B-01",
        covers: &[],
        killers: &["as.par.plus-kept"],
        edit: Edit::Parameter(Change::Set("scope", Text::Is("atproto atproto"))),
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.par.escaped-letter-refused",
        title: "A form body in which letters are percent-encoded is not read",
        clause: "RFC6749-B-01",
        covers: &["RFC9126-2-02"],
        killers: &["as.par.escaped-letters-kept"],
        edit: Edit::Encoding(Encoding::Escaped),
        expect: Expectation::Accepted,
    },
    bad_escape(
        "server.par.escape-not-hexadecimal",
        "A percent sign is followed by other characters than digits",
        &["as.par.bad-escape-crash"],
        "&x_atproof=%zz",
    ),
    bad_escape(
        "server.par.escape-cut-short",
        "The form body ends inside an escape",
        &["as.par.short-escape-crash"],
        "&x_atproof=%e",
    ),
    bad_escape(
        "server.par.escape-not-utf8",
        "Escapes stand for octets that are not UTF-8",
        &["as.par.not-utf8-crash"],
        "&x_atproof=%ff%fe",
    ),
    bad_escape(
        "server.par.escape-nul",
        "An escape stands for NUL",
        &["as.par.nul-crash"],
        "&x_atproof=%00",
    ),
    Case {
        id: "server.par.many-parameters",
        title: "The form body has five thousand parameters more",
        clause: "RFC9126-2.3-01",
        covers: &[],
        killers: &["as.par.many-crash"],
        edit: Edit::Story("five thousand parameters of no meaning after the others"),
        expect: Expectation::Holds(no_server_error),
    },
    Case {
        id: "server.par.body-oversized",
        title: "The body of a pushed request has two megabytes",
        clause: "RFC9126-2.3-05",
        covers: &[],
        killers: &["as.par.oversized-as-400"],
        edit: Edit::Parameter(Change::Set("x_atproof", Text::Times("x", 2_000_000))),
        expect: Expectation::Open(&[
            Alternative { name: "accepted", is: |answer| answer.status < 300 },
            Alternative { name: "refused with 413", is: |answer| answer.status == 413 },
            Alternative { name: "refused with 400", is: |answer| answer.status == 400 },
            Alternative { name: "server error", is: |answer| answer.status >= 500 },
        ]),
    },
    Case {
        id: "server.par.token-parameter-refused",
        title: "A parameter that only the token endpoint knows makes a request fail",
        clause: "RFC9126-2.1-06",
        covers: &[],
        killers: &["as.par.token-parameters-refused"],
        edit: Edit::Parameter(Change::Set("grant_type", Text::Is("authorization_code"))),
        expect: Expectation::Accepted,
    },
];

const TAKEN_OR_NOT: Expectation = Expectation::Open(&[
    Alternative { name: "accepted", is: |answer| answer.status < 300 },
    Alternative { name: "refused with 400", is: |answer| answer.status == 400 },
    Alternative { name: "refused with 415", is: |answer| answer.status == 415 },
    Alternative {
        name: "refused with another status",
        is: |answer| (400..500).contains(&answer.status) && answer.status != 429,
    },
    Alternative { name: "server error", is: |answer| answer.status >= 500 },
]);

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let mut draft = stage.par(&login);
        if let (Edit::Story(_), Some(form)) = (edit, &mut draft.form) {
            form.extend((0..5_000).map(|i| (format!("x_{i}"), String::new())));
        }
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}

/// Whether such a body is refused or its oddity ignored is open; what is not is a server error.
fn no_server_error(transcript: &Transcript<'_>) -> Outcome {
    let Some(exchange) = transcript.last(&Part::Faulted) else {
        return Outcome::unclear("the faulted request was not sent", "run it again");
    };
    match refusal_of(exchange) {
        _ if is_accepted(exchange) => Outcome::kept(describe(exchange)),
        Some((429, _)) | None => Outcome::unclear(
            format!("the request got no answer of its own: {}", describe(exchange)),
            "see whether the server survives this request",
        ),
        Some((500.., _)) => Outcome::Broken {
            degree: Degree::WrongAnswer,
            expected: "accepted, or refused with a status of the client's fault".to_owned(),
            observed: describe(exchange),
            at: Some(exchange.id.clone()),
        },
        Some(_) => Outcome::kept(describe(exchange)),
    }
}
