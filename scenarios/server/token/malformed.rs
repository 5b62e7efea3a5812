//! Token requests that are malformed in other ways than one.
//!
//! # What it does
//!
//! Exchanges a code as it should be, then codes of further logins with one thing malformed: the
//! code absent, empty, cut, longer, with a NUL character, or sent twice; the grant type in capitals
//! or sent twice; the method; a body that is no form; then as it should be again.
//!
//! # Why it matters
//!
//! What a parser repairs, an attacker can use: two parsers that read one request differently, a
//! code that needs not be known whole, an error inside the server that anyone can cause.
//!
//! # What a conforming peer does
//!
//! Refuses with 400 and `invalid_request`, or `invalid_grant` where the code is not known. It reads
//! forms as they are written, needless escapes included. It never answers with a server error.
//!
//! # How to fix
//!
//! Read the form with a strict decoder, take each parameter once, treat empty ones as absent, and
//! look the code up by its whole value.
//!
//! # References
//!
//! RFC 6749, sections 3.2, 4.1.3 and 5.2, appendix B.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Encoding, Expectation, Family, Need, Playing, Refusal, Role, Script, Text,
    Tier,
};
use atproof_engine::stage::Stage;

use crate::server::answers::{CLIENT, GRANT, METHOD};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.token.malformed",
    role: Role::Server,
    area: "token",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("malformed.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

/// A row on what is refused.
const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    edit: Edit,
    killers: &'static [&'static str],
    answers: &'static [&'static [Refusal]],
) -> Case {
    Case { id, title, clause, covers: &[], killers, edit, expect: Expectation::Refused(answers) }
}

/// The form is examined by the cases about errors.
const UNKNOWN_CODE: &[&[Refusal]] = &[GRANT, &[Refusal::status(403)]];

/// A code that is too long may be refused by what stands before the server.
const TOO_LONG: &[&[Refusal]] =
    &[GRANT, &[Refusal::status(400), Refusal::status(413), Refusal::status(431)]];

/// A body that cannot be read is refused before its parameters are known.
const UNREADABLE: &[&[Refusal]] = &[GRANT, &[Refusal::status(400), Refusal::status(415)]];

const GRANT_TYPE: &[&[Refusal]] = &[GRANT, CLIENT, &[Refusal::new(400, "unsupported_grant_type")]];

const CASES: &[Case] = &[
    row(
        "server.token.code-missing",
        "Tokens are issued without a code",
        "RFC6749-5.2-07",
        Edit::Parameter(Change::Remove("code")),
        &["as.token.code-optional"],
        &[GRANT],
    ),
    row(
        "server.token.code-empty",
        "Tokens are issued for an empty code",
        "RFC6749-3.2-04",
        Edit::Parameter(Change::Set("code", Text::Is(""))),
        &["as.token.empty-code"],
        &[GRANT],
    ),
    row(
        "server.token.code-cut",
        "The beginning of a code is taken for the code",
        "RFC6749-5.2-05",
        Edit::Parameter(Change::Set("code", Text::Cut(12))),
        &["as.token.code-starts-with"],
        UNKNOWN_CODE,
    ),
    row(
        "server.token.code-with-tail",
        "A code with something behind it is taken for the code",
        "RFC6749-5.2-05",
        Edit::Parameter(Change::Set("code", Text::Append("~atproof"))),
        &["as.token.code-tail-ignored"],
        UNKNOWN_CODE,
    ),
    row(
        "server.token.code-with-nul",
        "A code with a NUL character upsets the server",
        "RFC6749-5.2-05",
        Edit::Parameter(Change::Set("code", Text::Append("\0"))),
        &["as.token.nul-500"],
        UNKNOWN_CODE,
    ),
    row(
        "server.token.code-huge",
        "A code of 20000 characters upsets the server",
        "RFC6749-5.2-05",
        Edit::Parameter(Change::Set("code", Text::Times("a", 20_000))),
        &["as.token.long-code-500"],
        TOO_LONG,
    ),
    row(
        "server.token.code-repeated",
        "Of two different codes in one request the first is exchanged",
        "RFC6749-5.2-07",
        Edit::Parameter(Change::Repeat("code", Text::LastCharacterChanged)),
        &["as.token.first-of-repeated"],
        &[GRANT],
    ),
    row(
        "server.token.grant-type-repeated",
        "Of two grant types in one request the first is used",
        "RFC6749-5.2-07",
        Edit::Parameter(Change::Repeat("grant_type", Text::Is("refresh_token"))),
        &["as.token.first-grant-type"],
        GRANT_TYPE,
    ),
    row(
        "server.token.grant-type-in-capitals",
        "A grant type in capitals is taken",
        "RFC6749-5.2-06",
        Edit::Parameter(Change::Set("grant_type", Text::UpperCase)),
        &["as.token.grant-type-casefold"],
        GRANT_TYPE,
    ),
    row(
        "server.token.client-credentials-grant",
        "Tokens are issued to a client for itself",
        "RFC6749-5.2-06",
        Edit::Parameter(Change::Set("grant_type", Text::Is("client_credentials"))),
        &["as.token.client-credentials"],
        GRANT_TYPE,
    ),
    row(
        "server.token.put-accepted",
        "A code is exchanged with PUT",
        "RFC6749-3.2-01",
        Edit::Method("PUT"),
        &["as.token.put-accepted"],
        &[METHOD, GRANT],
    ),
    row(
        "server.token.escape-malformed",
        "A form with an escape that is none is repaired, or upsets the server",
        "RFC6749-B-01",
        Edit::Encoding(Encoding::Tail("%zz")),
        &["as.token.bad-escape-dropped", "as.token.bad-form-500"],
        UNREADABLE,
    ),
    row(
        "server.token.utf8-malformed",
        "A form with an octet that is no UTF-8 is repaired",
        "RFC6749-B-01",
        Edit::Encoding(Encoding::Tail("%ff")),
        &["as.token.bad-utf8-dropped", "as.token.bad-form-500"],
        UNREADABLE,
    ),
    Case {
        id: "server.token.needless-escapes-refused",
        title: "A form is refused because letters and digits of its values are escaped",
        clause: "RFC6749-B-01",
        covers: &[],
        killers: &["as.token.needless-escapes-kept"],
        edit: Edit::Encoding(Encoding::Escaped),
        expect: Expectation::Accepted,
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let code = stage.code(&login).await?;
        let draft = stage.token(&login, &code);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
