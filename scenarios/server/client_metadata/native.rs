//! A client that does not say whether it is web or native.
//!
//! # What it does
//!
//! Publishes a correct native client, with a redirect URI of a private-use scheme, and pushes a
//! request of it; then the same client without `application_type`; then a correct one again.
//!
//! # Why it matters
//!
//! Any app can register a private-use scheme. Whoever wants codes to go there has to say that the
//! client is native, so that the server can apply the rules for those.
//!
//! # What a conforming peer does
//!
//! Takes a client without `application_type` for a web client, whose redirect URIs are https.
//!
//! # How to fix
//!
//! Set the default before redirect URIs are checked, not after.
//!
//! # References
//!
//! atproto OAuth, Client ID Metadata Document; OpenID Connect Dynamic Client Registration 1.0,
//! section 2.

use atproof_engine::judge;
use atproof_engine::model::{Case, DocumentEdit, Edit, Family, Need, Role, Script, Tier};

use super::rows::{native, refused};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.client-metadata.native",
    role: Role::Server,
    area: "client-metadata",
    tier: Tier::Safe,
    needs: &[Need::MetadataHost],
    source: include_str!("native.rs"),
    script: Script::Probe { play: native, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[refused(
    "server.client-metadata.absent-type-is-native",
    "A client without application_type declares a private-use scheme",
    "ATP-CMD-117",
    &[],
    &["as.client-metadata.application-type-default"],
    Edit::Document(DocumentEdit::Remove("application_type")),
)];
