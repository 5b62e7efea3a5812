//! Any bytes as the lexicon of a permission set: see `atproof_protocol::scope`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| atproof_protocol::scope::permission_set_oracle(bytes));
