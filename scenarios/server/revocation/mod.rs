//! Revocation (RFC 7009): what it ends, and how it is answered.

pub mod access_token;
pub mod answer;
pub mod dpop_proof;
pub mod effect;
pub mod grant;
pub mod race;
pub mod reach;
pub mod request;
