//! The server: one value that plays authorization server, PDS, PLC directory and handle host.

mod answer;
mod authorize;
mod browser;
mod challenge;
mod clients;
mod consent;
mod cors;
mod dpop;
mod exchange;
mod grants;
mod identity;
mod incoming;
mod issue;
mod lifetimes;
mod login_request;
mod metadata;
mod nonce;
mod page;
mod par;
mod pkce;
mod place;
mod redirect_uri;
mod redirection;
mod refresh;
mod refusal;
mod repository;
mod resource;
mod resource_metadata;
mod revoke;
mod route;
mod scope;
mod state;
mod token;

pub use state::Server;
