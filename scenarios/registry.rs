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
    &server::dpop_nonce::par::FAMILY,
    &server::dpop_nonce::par_answers::FAMILY,
    &server::dpop_nonce::par_rotation::FAMILY,
    &server::dpop_nonce::token::FAMILY,
    &server::dpop_nonce::resource::FAMILY,
    &server::dpop_nonce::resource_answers::FAMILY,
    &server::dpop_nonce::resource_rotation::FAMILY,
    &server::authorization::request::FAMILY,
    &server::authorization::reuse::FAMILY,
    &server::authorization::overrides::FAMILY,
    &server::authorization::page::FAMILY,
    &server::authorization::remembered::FAMILY,
    &server::authorization::state::FAMILY,
    &server::authorization::login_hint::FAMILY,
    &server::authorization::response::FAMILY,
    &server::authorization::denial::FAMILY,
    &server::redirect::matching::FAMILY,
    &server::redirect::declared::FAMILY,
    &server::redirect::response::FAMILY,
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
    &server::refresh::rotation::FAMILY,
    &server::refresh::lifetime::FAMILY,
    &server::refresh::request::FAMILY,
    &server::refresh::scope::FAMILY,
    &server::refresh::response::FAMILY,
    &server::revocation::effect::FAMILY,
    &server::revocation::access_token::FAMILY,
    &server::revocation::grant::FAMILY,
    &server::revocation::answer::FAMILY,
    &server::resource::token::FAMILY,
    &server::resource::expiry::FAMILY,
    &server::resource::dpop_proof::FAMILY,
    &server::resource::private_key::FAMILY,
    &server::resource::challenge::FAMILY,
];

/// The case of this id and its family.
pub fn find(id: &str) -> Option<(&'static Family, &'static Case)> {
    FAMILIES.iter().find_map(|family| {
        family.cases.iter().find(|case| case.id == id).map(|case| (*family, case))
    })
}
