//! The token endpoint: exchange of a code (RFC 6749, section 4.1.3), proofs, answers and errors.

pub mod code;
pub mod code_age;
pub mod code_reuse;
pub mod cross_origin;
pub mod crossed;
pub mod dpop_proof;
pub mod encoding;
pub mod error;
pub mod failed_exchange;
pub mod grant_types;
pub mod malformed;
pub mod parallel;
pub mod parallel_accounts;
pub mod password;
pub mod race;
pub mod redirect_uri;
pub mod replay;
pub mod request;
pub mod response;
pub mod tokens;
pub mod unusual_scope;
