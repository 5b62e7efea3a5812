//! What a server fetches for strangers, and where it must not go.

pub mod address;
pub mod document;
pub mod loopback;
pub mod name;
pub mod redirect;
pub mod request_uri;
mod sentinels;
