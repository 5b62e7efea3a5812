//! What a client metadata document has to declare.
//!
//! # What it does
//!
//! Publishes a correct public client under a fresh `client_id` and pushes a request of it; then one
//! whose document lacks something that the profile asks for, or has it in another form; then a
//! correct one again.
//!
//! # Why it matters
//!
//! What the document declares is what the client can be held to: its scope, its redirect URIs, that
//! its tokens are bound, that it holds no shared secret. A server that lets a member go has nothing
//! to hold the client to.
//!
//! # What a conforming peer does
//!
//! Checks each required member for presence, type and value before it takes a request, and refuses
//! the request otherwise. It keeps the defaults of RFC 7591 for where the profile is silent.
//!
//! # How to fix
//!
//! Validate the document against the profile, not against RFC 7591 alone, and treat a member of
//! another type as absent rather than converting it.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; RFC 7591, section 2; Client ID Metadata Document
//! draft, section 4.1.

use atproof_engine::judge;
use atproof_engine::model::{Case, DocumentEdit, Edit, Family, Need, Role, Script, Tier};

use super::rows::{open, public, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.members",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("members.rs"),
    script: Script::Probe { play: public, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const fn set(name: &'static str, json: &'static str) -> Edit {
    Edit::Document(DocumentEdit::Set(name, json))
}

const fn without(name: &'static str) -> Edit {
    Edit::Document(DocumentEdit::Remove(name))
}

const CASES: &[Case] = &[
    refused(
        "server.client-metadata.scope-missing",
        "The document has no scope",
        "ATP-CMD-108",
        &[],
        &["as.client-metadata.scope-optional"],
        without("scope"),
    ),
    refused(
        "server.client-metadata.scope-without-atproto",
        "The scope of the document lacks atproto",
        "ATP-CMD-108",
        &[],
        &["as.client-metadata.scope-unchecked"],
        set("scope", "\"transition:generic\""),
    ),
    refused(
        "server.client-metadata.scope-like-atproto",
        "The scope of the document has a value that only begins with atproto",
        "ATP-CMD-108",
        &[],
        &["as.client-metadata.scope-substring"],
        set("scope", "\"atproto2 transition:generic\""),
    ),
    refused(
        "server.client-metadata.scope-list",
        "The scope of the document is a list",
        "ATP-CMD-108",
        &[],
        &["as.client-metadata.scope-list"],
        set("scope", "[\"atproto\",\"transition:generic\"]"),
    ),
    refused(
        "server.client-metadata.response-types-without-code",
        "response_types lacks code",
        "ATP-CMD-109",
        &[],
        &["as.client-metadata.response-types-unchecked"],
        set("response_types", "[\"token\"]"),
    ),
    refused(
        "server.client-metadata.response-types-empty",
        "response_types is empty",
        "ATP-CMD-109",
        &[],
        &["as.client-metadata.response-types-empty"],
        set("response_types", "[]"),
    ),
    refused(
        "server.client-metadata.response-types-like-code",
        "response_types has code only as a part of another type",
        "ATP-CMD-109",
        &[],
        &["as.client-metadata.response-types-substring"],
        set("response_types", "[\"code id_token\"]"),
    ),
    open(
        "server.client-metadata.response-types-missing",
        "The document has no response_types",
        "ATP-CMD-109",
        &["as.client-metadata.response-types-default"],
        without("response_types"),
    ),
    open(
        "server.client-metadata.response-types-string",
        "response_types is a string",
        "ATP-CMD-109",
        &["as.client-metadata.response-types-string"],
        set("response_types", "\"code\""),
    ),
    open(
        "server.client-metadata.response-types-more",
        "response_types has another type beside code",
        "ATP-CMD-109",
        &["as.client-metadata.response-types-exact"],
        set("response_types", "[\"code\",\"none\"]"),
    ),
    refused(
        "server.client-metadata.grant-types-without-code",
        "grant_types lacks authorization_code",
        "ATP-CMD-110",
        &[],
        &["as.client-metadata.grant-types-unchecked"],
        set("grant_types", "[\"refresh_token\"]"),
    ),
    refused(
        "server.client-metadata.grant-types-empty",
        "grant_types is empty",
        "ATP-CMD-110",
        &[],
        &["as.client-metadata.grant-types-empty"],
        set("grant_types", "[]"),
    ),
    open(
        "server.client-metadata.grant-types-missing",
        "The document has no grant_types",
        "ATP-CMD-110",
        &["as.client-metadata.grant-types-default"],
        without("grant_types"),
    ),
    open(
        "server.client-metadata.grant-types-more",
        "grant_types has implicit beside the grants of the profile",
        "ATP-CMD-110",
        &["as.client-metadata.grant-types-exact"],
        set("grant_types", "[\"authorization_code\",\"refresh_token\",\"implicit\"]"),
    ),
    refused(
        "server.client-metadata.redirect-uris-missing",
        "The document has no redirect_uris",
        "ATP-CMD-111",
        &["RFC6749-3.1.2.2-01"],
        &["as.client-metadata.redirect-uris-optional"],
        without("redirect_uris"),
    ),
    refused(
        "server.client-metadata.redirect-uris-empty",
        "redirect_uris is empty",
        "ATP-CMD-111",
        &[],
        &["as.client-metadata.redirect-uris-empty"],
        set("redirect_uris", "[]"),
    ),
    open(
        "server.client-metadata.redirect-uris-string",
        "redirect_uris is a string",
        "ATP-CMD-111",
        &["as.client-metadata.redirect-uris-string"],
        set("redirect_uris", "\"{base}/callback\""),
    ),
    refused(
        "server.client-metadata.dpop-bound-missing",
        "The document has no dpop_bound_access_tokens",
        "ATP-CMD-112",
        &[],
        &["as.client-metadata.dpop-bound-optional"],
        without("dpop_bound_access_tokens"),
    ),
    refused(
        "server.client-metadata.dpop-bound-false",
        "dpop_bound_access_tokens is false",
        "ATP-CMD-112",
        &[],
        &["as.client-metadata.dpop-bound-false"],
        set("dpop_bound_access_tokens", "false"),
    ),
    refused(
        "server.client-metadata.dpop-bound-string",
        "dpop_bound_access_tokens is the string true",
        "ATP-CMD-112",
        &[],
        &["as.client-metadata.dpop-bound-string"],
        set("dpop_bound_access_tokens", "\"true\""),
    ),
    refused(
        "server.client-metadata.application-type-unknown",
        "application_type is a word of its own",
        "ATP-CMD-116",
        &[],
        &["as.client-metadata.application-type-unchecked"],
        set("application_type", "\"browser\""),
    ),
    refused(
        "server.client-metadata.application-type-empty",
        "application_type is empty",
        "ATP-CMD-116",
        &[],
        &["as.client-metadata.application-type-empty"],
        set("application_type", "\"\""),
    ),
    refused(
        "server.client-metadata.application-type-in-capitals",
        "application_type is web in capitals",
        "ATP-CMD-116",
        &[],
        &["as.client-metadata.application-type-casefold"],
        set("application_type", "\"WEB\""),
    ),
    refused(
        "server.client-metadata.client-secret-basic",
        "token_endpoint_auth_method is client_secret_basic",
        "ATP-CMD-120",
        &[],
        &["as.client-metadata.secret-methods"],
        set("token_endpoint_auth_method", "\"client_secret_basic\""),
    ),
    refused(
        "server.client-metadata.client-secret-post",
        "token_endpoint_auth_method is client_secret_post",
        "ATP-CMD-120",
        &[],
        &["as.client-metadata.method-secret-post"],
        set("token_endpoint_auth_method", "\"client_secret_post\""),
    ),
    refused(
        "server.client-metadata.client-secret-jwt",
        "token_endpoint_auth_method is client_secret_jwt",
        "ATP-CMD-120",
        &[],
        &["as.client-metadata.method-secret-jwt"],
        set("token_endpoint_auth_method", "\"client_secret_jwt\""),
    ),
    open(
        "server.client-metadata.auth-method-missing",
        "The document has no token_endpoint_auth_method",
        "ATP-CMD-120",
        &["as.client-metadata.method-default"],
        without("token_endpoint_auth_method"),
    ),
    open(
        "server.client-metadata.secret-published",
        "The document holds a client_secret",
        "ATP-CMD-120",
        &["as.client-metadata.secret"],
        set("client_secret", "\"published\""),
    ),
    open(
        "server.client-metadata.client-name-number",
        "client_name is a number",
        "ATP-CMD-107",
        &["as.client-metadata.types-unchecked"],
        set("client_name", "1"),
    ),
];
