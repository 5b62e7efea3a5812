//! Requests to protected resources (RFC 9449, section 7).

pub mod challenge;
pub mod cross_origin;
pub mod crossed;
pub mod dpop_proof;
pub mod ended_token;
pub mod endpoints;
pub mod errors;
pub mod expiry;
pub mod other_account;
pub mod password_session;
pub mod permission;
pub mod private_key;
pub mod promised_life;
pub mod proxy;
pub mod race;
pub mod request;
pub mod service_token;
pub mod token;
pub mod wire;
