//! Authorization servers that lack something of the profile.
//!
//! # What it does
//!
//! Lets a client begin a login. The metadata of the authorization server is that of a server which
//! does not keep to one rule of the profile.
//!
//! # Why it matters
//!
//! Each of the members stands for a protection: who uses a server without one of them does without
//! that protection, and does not know it.
//!
//! # What a conforming peer does
//!
//! Checks every member that the profile asks for, with its type, before it pushes anything.
//!
//! # How to fix
//!
//! Read the document into a strict type with one check for each required member, and refuse the
//! server where one fails.
//!
//! # References
//!
//! RFC 8414, sections 2, 3.2 and 3.3; atproto OAuth profile, section "Authorization Servers".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.server-profile",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("server_profile.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.discovery.par-not-required",
            "The server does not require pushed requests",
            "ATP-DISC-010",
            &["client.as-metadata.par-flag-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/require_pushed_authorization_requests", "false"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.client-documents-not-announced",
            "The server does not announce client metadata documents",
            "ATP-DISC-010",
            &["client.as-metadata.document-flag-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::WithoutMember("/client_id_metadata_document_supported"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.request-uri-registration-off",
            "The server says that request URIs need no registration",
            "ATP-DISC-010",
            &["client.as-metadata.registration-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/require_request_uri_registration", "false"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.response-type-code-missing",
            "The server does not announce the response type code",
            "ATP-DISC-010",
            &["client.as-metadata.response-types-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/response_types_supported", "[\"token\"]"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.refresh-grant-missing",
            "The server does not announce the refresh grant",
            "ATP-DISC-010",
            &["client.as-metadata.grant-types-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/grant_types_supported", "[\"authorization_code\"]"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.plain-challenge-announced",
            "The server announces the challenge method plain",
            "ATP-DISC-010",
            &["client.as-metadata.plain-taken"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/code_challenge_methods_supported/-", "\"plain\""),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.public-clients-not-announced",
            "The server announces no way for public clients",
            "ATP-DISC-010",
            &["client.as-metadata.auth-methods-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/token_endpoint_auth_methods_supported", "[\"private_key_jwt\"]"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.assertion-es256-missing",
            "The server does not announce ES256 for assertions",
            "ATP-DISC-010",
            &["client.as-metadata.auth-alg-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/token_endpoint_auth_signing_alg_values_supported", "[\"RS256\"]"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.assertion-none-announced",
            "The server announces unsigned assertions",
            "ATP-DISC-010",
            &["client.as-metadata.allow-none-alg"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/token_endpoint_auth_signing_alg_values_supported/-", "\"none\""),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.proof-es256-missing",
            "The server does not announce ES256 for proofs",
            "ATP-DISC-010",
            &["client.as-metadata.dpop-alg-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/dpop_signing_alg_values_supported", "[\"RS256\"]"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.proof-none-announced",
            "The server announces unsigned proofs",
            "ATP-DISC-010",
            &["client.as-metadata.dpop-none-taken"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/dpop_signing_alg_values_supported/-", "\"none\""),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.scope-atproto-missing",
            "The server does not announce the scope atproto",
            "ATP-DISC-019",
            &["client.as-metadata.scopes-unchecked"],
            Twist::new(Site::ServerMetadata, Alter::Member("/scopes_supported", "[\"openid\"]")),
        ),
        stops(
            Step::Start,
            "client.discovery.resource-not-listed",
            "The server lists its resources, and the PDS is not among them",
            "RFC9728-4-01",
            &["client.as-metadata.protected-resources-unchecked"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/protected_resources", "[\"{other}\"]"),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.flag-is-text",
            "A flag of the document is the text true",
            "RFC8414-2-09",
            &["client.as-metadata.types-lenient"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/require_pushed_authorization_requests", "\"true\""),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.token-endpoint-missing",
            "The server names no token endpoint",
            "ATP-DISC-010",
            &["client.as-metadata.token-endpoint-guessed"],
            Twist::new(Site::ServerMetadata, Alter::WithoutMember("/token_endpoint")),
        ),
        stops(
            Step::Start,
            "client.discovery.authorization-endpoint-script",
            "The authorization endpoint is a javascript URL",
            "ATP-DISC-010",
            &["client.as-metadata.any-scheme"],
            Twist::new(
                Site::ServerMetadata,
                Alter::Member("/authorization_endpoint", "\"javascript:alert(1)//\""),
            ),
        ),
        stops(
            Step::Start,
            "client.discovery.token-endpoint-fragment",
            "The token endpoint has a fragment",
            "ATP-DISC-010",
            &["client.as-metadata.endpoint-fragment"],
            Twist::new(Site::ServerMetadata, Alter::Member("/token_endpoint", "\"{value}#x\"")),
        ),
    ],
};
