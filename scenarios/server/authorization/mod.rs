//! The authorization endpoint: the request it finds, the page it shows, the response it gives.

pub mod denial;
pub mod login_hint;
pub mod overrides;
pub mod page;
pub mod remembered;
pub mod request;
pub mod response;
pub mod reuse;
pub mod state;
