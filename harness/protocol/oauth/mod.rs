//! Messages of OAuth as answers carry them, read strictly.

pub mod authorization;
pub mod cache_control;
pub mod challenge;
pub(crate) mod characters;
pub mod error;
pub mod par;
mod secret;
pub mod token;

pub use authorization::AuthorizationResponse;
pub use challenge::Challenge;
pub use error::ErrorResponse;
pub use par::ParResponse;
pub use secret::Secret;
pub use token::TokenResponse;
