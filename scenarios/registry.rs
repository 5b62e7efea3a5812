//! The hand-kept list of families. A test walks the folders and fails where a file is missing here.

use atproof_engine::model::{Case, Family};

use crate::server;

/// Every family, in the order in which cases are listed, played and reported.
pub static FAMILIES: &[&Family] = &[
    &server::as_metadata::document::FAMILY,
    &server::as_metadata::issuer::FAMILY,
    &server::as_metadata::endpoints::FAMILY,
    &server::as_metadata::capabilities::FAMILY,
    &server::as_metadata::keys::FAMILY,
    &server::rs_metadata::document::FAMILY,
    &server::rs_metadata::authorization_servers::FAMILY,
    &server::rs_metadata::resource::FAMILY,
    &server::par::request::FAMILY,
    &server::par::dpop_jkt::FAMILY,
    &server::par::response::FAMILY,
    &server::par::error::FAMILY,
    &server::par::cross_origin::FAMILY,
    &server::par::expiry::FAMILY,
    &server::par::dpop_proof::FAMILY,
    &server::par::field_name::FAMILY,
    &server::par::replay::FAMILY,
    &server::pkce::challenge::FAMILY,
    &server::pkce::challenge_use::FAMILY,
    &server::pkce::verifier::FAMILY,
    &server::pkce::verifier_grammar::FAMILY,
    &server::pkce::exposure::FAMILY,
    &server::token::code::FAMILY,
    &server::token::redirect_uri::FAMILY,
    &server::token::code_reuse::FAMILY,
    &server::token::code_age::FAMILY,
    &server::token::failed_exchange::FAMILY,
    &server::token::request::FAMILY,
    &server::token::password::FAMILY,
    &server::token::dpop_proof::FAMILY,
    &server::token::response::FAMILY,
    &server::token::error::FAMILY,
];

/// The case of this id and its family.
pub fn find(id: &str) -> Option<(&'static Family, &'static Case)> {
    FAMILIES.iter().find_map(|family| {
        family.cases.iter().find(|case| case.id == id).map(|case| (*family, case))
    })
}
