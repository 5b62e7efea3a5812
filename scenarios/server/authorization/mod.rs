//! The authorization endpoint: the request it finds, the page it shows, the response it gives.

pub mod arrival;
pub mod confidential_again;
pub mod content;
pub mod denial;
pub mod document_changed;
pub mod extra_parameter;
pub mod forged;
pub mod form_action;
pub mod login_hint;
pub mod optional;
pub mod overrides;
pub mod page;
pub mod remembered;
pub mod request;
pub mod response;
pub mod returned;
pub mod reuse;
pub mod state;
pub mod state_reuse;
pub mod wider_scope;
