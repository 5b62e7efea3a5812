//! Revocation (RFC 7009): what it ends, and how it is answered.

pub mod access_token;
pub mod answer;
pub mod effect;
pub mod grant;
