//! Client identifiers that are no https URL.
//!
//! # What it does
//!
//! Pushes an ordinary request of the development client, then the same with something else for its
//! `client_id`: a bare name, half a URL, another scheme, something shaped like an account. Then the
//! ordinary request again. Nothing is published.
//!
//! # Why it matters
//!
//! Whoever can choose an identifier that reads like an account can pass for that account wherever
//! both stand in the same place, such as `sub`. A name that no URL stands behind is a client that
//! nobody answers for.
//!
//! # What a conforming peer does
//!
//! Refuses everything that is neither an https URL nor the development client. A server of several
//! profiles may know clients by name, but none by these.
//!
//! # How to fix
//!
//! Look at the beginning of the identifier first, and at its length. Do not add what is missing.
//!
//! # References
//!
//! atproto OAuth, Clients; RFC 9700, section 4.15.1.

use atproof_engine::judge;
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Playing, Refusal, Role, Script, Text, Tier,
};
use atproof_engine::stage::{Login, Stage};

use crate::server::answers::METADATA;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-id.shape",
    role: Role::Server,
    area: "client-id",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("shape.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn row(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    killers: &'static [&'static str],
    client_id: Text,
) -> Case {
    let edit = Edit::Parameter(Change::Set("client_id", client_id));
    Case {
        id,
        title,
        clause,
        covers: &[],
        killers,
        edit,
        expect: Expectation::Refused(&[METADATA]),
    }
}

const CASES: &[Case] = &[
    row(
        "server.client-id.bare-name",
        "A client_id is a word",
        "ATP-CID-008",
        &["as.client-id.any-name"],
        Text::Is("atproof"),
    ),
    row(
        "server.client-id.scheme-missing",
        "A client_id has host and path, but no scheme",
        "ATP-CID-008",
        &["as.client-id.schemeless"],
        Text::Is("client.example/client-metadata.json"),
    ),
    row(
        "server.client-id.scheme-relative",
        "A client_id begins with two slashes",
        "ATP-CID-008",
        &["as.client-id.scheme-relative"],
        Text::Is("//client.example/client-metadata.json"),
    ),
    row(
        "server.client-id.path-only",
        "A client_id is a path",
        "ATP-CID-008",
        &["as.client-id.path-only"],
        Text::Is("/client-metadata.json"),
    ),
    row(
        "server.client-id.urn",
        "A client_id is a URN",
        "ATP-CID-008",
        &["as.client-id.urn"],
        Text::Is("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"),
    ),
    row(
        "server.client-id.scheme-ftp",
        "A client_id has the scheme ftp",
        "ATP-CID-008",
        &["as.client-id.other-scheme"],
        Text::Is("ftp://client.example/client-metadata.json"),
    ),
    row(
        "server.client-id.scheme-data",
        "A client_id is a data URL that holds its own document",
        "ATP-CID-008",
        &["as.client-id.data"],
        Text::Is("data:application/json,%7B%22client_name%22%3A%22atproof%22%7D"),
    ),
    Case {
        expect: Expectation::Refused(&[METADATA, TOO_LONG]),
        ..row(
            "server.client-id.too-long",
            "A client_id is 8 kilobytes long",
            "ATP-CID-008",
            &["as.client-id.long-500"],
            Text::Is(LONG),
        )
    },
    row(
        "server.client-id.did",
        "A client_id is a DID",
        "RFC9700-4.15.1-01",
        &["as.client-id.did"],
        Text::Is("did:plc:ewvi7nxzyoun6zhxrhs64oiz"),
    ),
    row(
        "server.client-id.handle",
        "A client_id is a handle",
        "RFC9700-4.15.1-01",
        &["as.client-id.handle"],
        Text::Is("alice.example"),
    ),
    row(
        "server.client-id.at-uri",
        "A client_id is the at:// URI of a DID",
        "RFC9700-4.15.1-01",
        &["as.client-id.at-uri"],
        Text::Is("at://did:plc:ewvi7nxzyoun6zhxrhs64oiz"),
    ),
];

/// A request that is too long for the server as a whole (RFC 9110, section 15.5.14).
const TOO_LONG: &[Refusal] = &[Refusal::status(413), Refusal::status(400)];

/// The longest that a client_id is tried with.
const LONGEST: usize = 8 * 1024;

/// A URL whose path is all one letter.
const LONG: &str = match std::str::from_utf8(&LONG_BYTES) {
    Ok(text) => text,
    Err(_) => "",
};

const LONG_BYTES: [u8; LONGEST] = {
    let start = *b"https://client.example/";
    let mut bytes = [b'a'; LONGEST];
    let mut i = 0;
    while i < start.len() {
        bytes[i] = start[i];
        i += 1;
    }
    bytes
};

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        // Without parameters it has this redirect URI: what stands in a query of the identifier
        // must not be missed where the identifier is another.
        let login = Login {
            client_id: "http://localhost".to_owned(),
            redirect_uri: "http://127.0.0.1/".to_owned(),
            ..stage.login()
        };
        let draft = stage.par(&login);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}
