//! Peers that nobody on this project wrote, from the package registries.
//!
//! `./test` installs them. Where they are not installed these tests say so and pass, except under
//! `CI=true`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a test stops at what is unexpected")]

mod adjudication;
mod clients;
mod consent;
mod driver;
mod examined;
mod fronts;
mod installed;
mod pds;
mod reference_client;
mod scopes;
mod suite;
mod templates;
