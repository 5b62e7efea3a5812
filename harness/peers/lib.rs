//! The other side: a small, correct, deterministic server in memory, in the roles of authorization
//! server, PDS, PLC directory and handle host.
//!
//! It is the ground on which the suite is proved. Each [`Fault`] breaks one of its rules, each
//! [`Variant`] takes one freedom that the texts leave. It reads like the RFCs it implements, keeps
//! everything in memory, and takes all time from a clock and all randomness from a stream that are
//! handed in. It decides nothing by calling the functions that judge it.

pub mod client;
mod client_faults;
mod client_switches;
mod client_variants;
mod codec;
mod config;
mod correct;
mod driven;
mod embedded;
mod faults;
mod listener;
mod raw_http;
mod server;
mod switches;
mod tables;
mod variants;

pub use client_faults::{CLIENT_FAULTS, ClientFault};
pub use client_switches::ClientSwitches;
pub use client_variants::{CLIENT_VARIANTS, ClientVariant};
pub use config::{Account, Config};
pub use correct::{Correct, Fresh};
pub use driven::Driven;
pub use embedded::Embedded;
pub use faults::{FAULTS, Fault};
pub use listener::Listener;
pub use server::Server;
pub use switches::{Confined, Occasion, Switches, UnknownSwitch};
pub use tables::{FaultRow, VariantRow};
pub use variants::{VARIANTS, Variant};
