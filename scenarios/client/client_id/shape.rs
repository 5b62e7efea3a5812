//! Clients that are made with an identifier that is none.
//!
//! # What it does
//!
//! Tells a client of a metadata document whose URL, and with it the client_id, is not one that the
//! profile permits, and asks it to log in.
//!
//! # Why it matters
//!
//! Every server refuses such an identifier, each in its own words, and its author looks for the fault
//! in all the wrong places. Some servers do not, and fetch the document from who knows where.
//!
//! # What a conforming peer does
//!
//! Says so when the client is made. Whoever made it is wrong, so that to go on is no more than a
//! warning here.
//!
//! # How to fix
//!
//! Check the identifier where the client is constructed: https, a path, no user, port, fragment or
//! dot segment.
//!
//! # References
//!
//! atproto OAuth profile, section "Clients"; draft-ietf-oauth-client-id-metadata-document, section 3.

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Case, Edit, Expectation, Family, Role, Script, Settings, Site, Step, Tier, Twist,
};

use crate::client::assertions::refuses;
use crate::client::rows::covering;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.client-id.shape",
    role: Role::Client,
    area: "client-id",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("shape.rs"),
    script: Script::Walk { steps: &[Step::Start], settings: Settings::CONFIDENTIAL },
    judge: trap,
    cases: &[
        covering(
            stops(
                "client.client-id.no-url",
                "The client_id is a word",
                "ATP-CID-001",
                &is("\"my-app\""),
            ),
            &["ATP-CID-002"],
        ),
        covering(
            stops(
                "client.client-id.http",
                "The client_id is an http URL",
                "ATP-CID-003",
                &is("\"http://client.internal/oauth/client-metadata.json\""),
            ),
            &["CIMD-3-01"],
        ),
        stops(
            "client.client-id.port",
            "The client_id has a port",
            "ATP-CID-004",
            &is("\"https://client.internal:8443/oauth/client-metadata.json\""),
        ),
        stops(
            "client.client-id.no-path",
            "The client_id is an origin",
            "CIMD-3-02",
            &is("\"https://client.internal\""),
        ),
        stops(
            "client.client-id.dot-segment",
            "The client_id has a dot segment",
            "CIMD-3-03",
            &is("\"https://client.internal/a/../oauth/client-metadata.json\""),
        ),
        stops(
            "client.client-id.fragment",
            "The client_id has a fragment",
            "CIMD-3-04",
            &is("\"https://client.internal/oauth/client-metadata.json#x\""),
        ),
        stops(
            "client.client-id.userinfo",
            "The client_id has a user name",
            "CIMD-3-05",
            &is("\"https://user@client.internal/oauth/client-metadata.json\""),
        ),
    ],
};

/// The client is told this, and its document says the same.
const fn is(json: &'static str) -> [Twist; 2] {
    [
        Twist::new(Site::Client, Alter::Member("/client_id", json)),
        Twist::new(Site::Client, Alter::Member("/client_metadata/client_id", json)),
    ]
}

const fn stops(
    id: &'static str,
    title: &'static str,
    clause: &'static str,
    twists: &'static [Twist],
) -> Case {
    let expect = Expectation::Holds(refuses);
    let edit = Edit::Twists(twists);
    Case { id, title, clause, covers: &[], killers: &["client.client-id.unchecked"], edit, expect }
}
