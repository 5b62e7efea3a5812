//! Authorization server metadata that a client must not, or must, use.
//!
//! # What it does
//!
//! Lets a client begin a login. The metadata of the authorization server has one thing wrong, or one
//! thing that is merely new to it.
//!
//! # Why it matters
//!
//! All later addresses come from this document. If it may speak for another issuer, or for a server
//! without the protections of the profile, none of those protect anybody.
//!
//! # What a conforming peer does
//!
//! Uses the document only if the status is 200, `issuer` is the origin that was asked, and the server
//! has everything that the profile requires. Ignores members that it does not know.
//!
//! # How to fix
//!
//! Compare `issuer` as a string with the URL the document was fetched for, turn off redirects, and check
//! the required members before anything is sent.
//!
//! # References
//!
//! RFC 8414, sections 3.2 and 3.3; RFC 9700, section 4.7.1; atproto OAuth profile, section
//! "Authorization Servers".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, covering, goes_on, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.server-metadata",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("server_metadata.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        covering(
            stops(
                Step::Start,
                "client.discovery.issuer-of-other-server",
                "issuer names another server",
                "RFC8414-3.3-01",
                &["client.as-metadata.skip-issuer-match"],
                Twist::new(Site::ServerMetadata, Alter::Member("/issuer", "\"{other}\"")),
            ),
            &["RFC9207-4-01", "ATP-DISC-011"],
        ),
        stops(
            Step::Start,
            "client.discovery.issuer-with-slash",
            "issuer has a slash at its end",
            "RFC8414-3.3-01",
            &["client.as-metadata.issuer-normalised"],
            Twist::new(Site::ServerMetadata, Alter::Member("/issuer", "\"{value}/\"")),
        ),
        stops(
            Step::Start,
            "client.discovery.server-metadata-redirected",
            "The document is behind a redirect",
            "ATP-DISC-008",
            &["client.as-metadata.follow-redirect"],
            Twist::new(Site::ServerMetadata, Alter::Redirect(302, "{origin}/moved{path}")),
        ),
        covering(
            stops(
                Step::Start,
                "client.discovery.pkce-not-announced",
                "The server does not announce PKCE",
                "ATP-DISC-010",
                &["client.as-metadata.pkce-unchecked"],
                Twist::new(
                    Site::ServerMetadata,
                    Alter::WithoutMember("/code_challenge_methods_supported"),
                ),
            ),
            &["RFC8414-2-08", "RFC9700-4.7.1-01"],
        ),
        covering(
            stops(
                Step::Start,
                "client.discovery.iss-not-announced",
                "The server does not announce iss in its authorization responses",
                "ATP-DISC-010",
                &["client.as-metadata.iss-flag-unchecked"],
                Twist::new(
                    Site::ServerMetadata,
                    Alter::WithoutMember("/authorization_response_iss_parameter_supported"),
                ),
            ),
            &["RFC9207-2.4-05"],
        ),
        stops(
            Step::Start,
            "client.discovery.par-endpoint-missing",
            "The server names no endpoint for pushed requests",
            "ATP-PAR-009",
            &["client.as-metadata.no-par-fallback"],
            Twist::new(
                Site::ServerMetadata,
                Alter::WithoutMember("/pushed_authorization_request_endpoint"),
            ),
        ),
        goes_on(
            "client.discovery.server-metadata-unknown-member",
            "The document has a member that nobody knows",
            "RFC8414-3.2-04",
            &["client.as-metadata.unknown-members-refused"],
            Twist::new(Site::ServerMetadata, Alter::Member("/x_unknown", "{\"a\":[1]}")),
        ),
    ],
};
