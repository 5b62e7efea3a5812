//! Requests for `blob`, well spelled, oddly spelled and wrong.
//!
//! # What it does
//!
//! Asks for one spelling of `blob` after the other, and with each token uploads a few octets of
//! text, which no record refers to. The control asks for `blob:text/*`.
//!
//! # Why it matters
//!
//! A string with an error in it says nothing about what the user has agreed to. A server that makes
//! something of it gives away access that nobody asked for, or that nobody was asked for.
//!
//! # What a conforming peer does
//!
//! Refuses the request, leaves the value out of what it grants and says so in the token answer, or
//! grants the value as it is and lets it count for nothing. The text does not say which. What it
//! grants in a legal spelling counts.
//!
//! # How to fix
//!
//! Parse scopes by the grammar, refuse or drop what does not parse, and decide at the resource by
//! what was parsed, never by a comparison of strings.
//!
//! # References
//!
//! atproto permissions, Scope String Syntax and Resource Types.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Encoding, Family, Need, Playing, Role, Script, Tier};
use atproof_engine::stage::{Draft, Grant, Halt, Stage};

use super::{Operation, invalid, open, post, spelled};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.scope.requests-blob",
    role: Role::Server,
    area: "scope",
    tier: Tier::Write,
    needs: &[Need::Account],
    source: include_str!("blob.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    invalid::<Upload>(
        ("server.scope.request-blob-bare", "blob without a media type counts", &["ATP-SGRAN-061"]),
        &["as.scope.accept-unchecked"],
        "atproto blob",
    ),
    invalid::<Upload>(
        (
            "server.scope.request-blob-empty",
            "blob with an empty media type counts",
            &["ATP-SGRAN-061"],
        ),
        &["as.scope.accept-unchecked"],
        "atproto blob:",
    ),
    invalid::<Upload>(
        (
            "server.scope.request-blob-any-type-one-subtype",
            "A wildcard before the slash alone counts",
            &["ATP-SGRAN-062"],
        ),
        &["as.scope.accept-unchecked"],
        "atproto blob:*/plain",
    ),
    invalid::<Upload>(
        (
            "server.scope.request-blob-no-slash",
            "A media type without a slash counts",
            &["ATP-SGRAN-062"],
        ),
        &["as.scope.accept-unchecked"],
        "atproto blob:text",
    ),
    invalid::<Upload>(
        (
            "server.scope.request-blob-lone-wildcard",
            "A lone wildcard as media type counts",
            &["ATP-SGRAN-062"],
        ),
        &["as.scope.accept-unchecked"],
        "atproto blob:*",
    ),
    invalid::<Upload>(
        (
            "server.scope.request-blob-three-wildcards",
            "A media type of three wildcards counts",
            &["ATP-SGRAN-062"],
        ),
        &["as.scope.accept-unchecked"],
        "atproto blob:*/**",
    ),
    invalid::<Upload>(
        ("server.scope.request-blob-upper-case", "blob in another case counts", &["ATP-SGRAN-002"]),
        &["as.scope.case-ignored"],
        "atproto Blob:text/*",
    ),
    spelled::<Upload>(
        (
            "server.scope.request-blob-named",
            "blob with its media type by name does not count",
            &["ATP-SGRAN-004", "ATP-SGRAN-120"],
        ),
        &["as.scope.named-form-unread"],
        "atproto blob?accept=text/*",
    ),
    spelled::<Upload>(
        (
            "server.scope.request-blob-several",
            "The second of several media types does not count",
            &["ATP-SGRAN-005"],
        ),
        &["as.scope.first-of-list"],
        "atproto blob?accept=image/png&accept=text/*",
    ),
    spelled::<Upload>(
        (
            "server.scope.request-blob-encoded",
            "A percent-encoded media type does not count",
            &["ATP-SGRAN-007", "ATP-SGRAN-120"],
        ),
        &["as.scope.encoding-unread"],
        "atproto blob:text%2F*",
    ),
    open::<Upload>(
        (
            "server.scope.request-blob-plus",
            "What a plus sign in a positional media type does",
            &["ATP-SGRAN-010"],
        ),
        &["as.scope.plus-is-space"],
        "atproto blob:text/x+atproof",
    ),
    open::<Upload>(
        (
            "server.scope.request-blob-plus-named",
            "What a plus sign in a media type by name does",
            &["ATP-SGRAN-010"],
        ),
        &["as.scope.plus-is-space"],
        "atproto blob?accept=text/x+atproof",
    ),
    spelled::<Upload>(
        (
            "server.scope.request-blob-plus-encoded",
            "A media type with a percent-encoded plus sign does not count",
            &["ATP-SGRAN-007", "ATP-SGRAN-010"],
        ),
        &["as.scope.encoding-unread"],
        "atproto blob:text/x%2Batproof",
    ),
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(super::play::<Upload>(stage, edit))
}

/// Uploads a text (`com.atproto.repo.uploadBlob`).
struct Upload;

impl Operation for Upload {
    const VALID: &'static str = "atproto blob:text/*";

    fn draft(stage: &Stage, grant: &Grant) -> Result<Draft, Halt> {
        let method = "com.atproto.repo.uploadBlob";
        let draft = post(stage, grant, method, &[("atproof", "1")], Encoding::NoMediaType);
        Ok(draft.header("Content-Type", "text/x+atproof"))
    }
}
