//! Documents that lead to addresses, local names, and URLs without https.
//!
//! # What it does
//!
//! Lets a client begin a login in a network with host names. One of the documents names a URL that
//! is not https at a public name; the wire shows whether anything is sent there.
//!
//! # Why it matters
//!
//! The documents are written by strangers. A client that runs on a server and fetches whatever they
//! name reaches the services of its own network for them.
//!
//! # What a conforming peer does
//!
//! Sends nothing to such a URL.
//!
//! # How to fix
//!
//! Use an HTTP client that is hardened against request forgery: https only, no user information,
//! and a check of the address after name resolution, whatever its spelling.
//!
//! # References
//!
//! atproto OAuth profile, section "Security Considerations"; RFC 9728, section 7.7.

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Tier, Twist};

use crate::client::route::stays_in_the_network;
use crate::client::rows::{LOGIN, covering, holds_with};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.guarded-fetches",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("guarded_fetches.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::NAMED },
    judge: trap,
    cases: &[
        holds_with(
            "client.discovery.pds-at-address",
            "The PDS is at 127.0.0.1",
            "ATP-DISC-012",
            &["client.ssrf.addresses"],
            Twist::new(
                Site::Did,
                Alter::Member("/service/0/serviceEndpoint", "\"https://127.0.0.1\""),
            ),
            stays_in_the_network,
        ),
        holds_with(
            "client.discovery.pds-at-ipv6-address",
            "The PDS is at ::1",
            "ATP-DISC-012",
            &["client.ssrf.dotted-quad-only"],
            Twist::new(Site::Did, Alter::Member("/service/0/serviceEndpoint", "\"https://[::1]\"")),
            stays_in_the_network,
        ),
        holds_with(
            "client.discovery.pds-at-local-name",
            "The PDS is at a name without a dot",
            "ATP-DISC-012",
            &["client.ssrf.local-names"],
            Twist::new(
                Site::Did,
                Alter::Member("/service/0/serviceEndpoint", "\"https://intranet\""),
            ),
            stays_in_the_network,
        ),
        holds_with(
            "client.discovery.pds-without-https",
            "The endpoint of the PDS is an http URL",
            "ATP-IDENT-026",
            &["client.ssrf.http"],
            Twist::new(
                Site::Did,
                Alter::Member("/service/0/serviceEndpoint", "\"http://pds.{domain}\""),
            ),
            stays_in_the_network,
        ),
        covering(
            holds_with(
                "client.discovery.authorization-server-at-address",
                "The authorization server is at 169.254.169.254",
                "RFC9728-7.7-01",
                &["client.ssrf.as-host-unchecked"],
                Twist::new(
                    Site::ResourceMetadata,
                    Alter::Member("/authorization_servers", "[\"https://169.254.169.254\"]"),
                ),
                stays_in_the_network,
            ),
            &["ATP-DISC-012"],
        ),
        holds_with(
            "client.discovery.pds-at-inside-name",
            "The name of the PDS leads to a private address",
            "ATP-DISC-012",
            &["client.ssrf.inside-names"],
            Twist::new(
                Site::Did,
                Alter::Member("/service/0/serviceEndpoint", "\"https://{inside}\""),
            ),
            stays_in_the_network,
        ),
        covering(
            holds_with(
                "client.discovery.authorization-server-at-inside-name",
                "The name of the authorization server leads to a private address",
                "RFC9728-7.7-01",
                &["client.ssrf.inside-names"],
                Twist::new(
                    Site::ResourceMetadata,
                    Alter::Member("/authorization_servers", "[\"https://{inside}\"]"),
                ),
                stays_in_the_network,
            ),
            &["ATP-DISC-012"],
        ),
        holds_with(
            "client.discovery.par-endpoint-at-number",
            "The endpoint for pushed requests is at an address in one number",
            "ATP-DISC-012",
            &["client.ssrf.dotted-quad-only"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member(
                    "/pushed_authorization_request_endpoint",
                    "\"https://2130706433/oauth/par\"",
                ),
            ),
            stays_in_the_network,
        ),
        holds_with(
            "client.discovery.par-endpoint-with-user",
            "The endpoint for pushed requests has a user name",
            "ATP-DISC-012",
            &["client.ssrf.userinfo"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member(
                    "/pushed_authorization_request_endpoint",
                    "\"https://user@auth.{domain}/oauth/par\"",
                ),
            ),
            stays_in_the_network,
        ),
        holds_with(
            "client.discovery.par-endpoint-without-https",
            "The endpoint for pushed requests is an http URL",
            "ATP-DISC-010",
            &["client.ssrf.http"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member(
                    "/pushed_authorization_request_endpoint",
                    "\"http://auth.{domain}/oauth/par\"",
                ),
            ),
            stays_in_the_network,
        ),
    ],
};
