//! Any bytes as a scope string: see `atproof_protocol::scope`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| atproof_protocol::scope::scope_string_oracle(bytes));
