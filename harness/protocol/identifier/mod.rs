//! Names of accounts, servers, clients and schemas, as types that cannot be wrong.

mod at_uri;
pub mod client_id;
mod did;
mod domain;
mod handle;
mod nsid;
pub(crate) mod origin;
mod raw_url;
pub mod redirect_uri;

pub use at_uri::{AtUri, Authority};
pub use client_id::ClientId;
pub use did::Did;
pub use handle::Handle;
pub use nsid::Nsid;
pub use origin::{Origin, is_loopback_host};
pub(crate) use raw_url::RawUrl;
pub use redirect_uri::RedirectUri;
