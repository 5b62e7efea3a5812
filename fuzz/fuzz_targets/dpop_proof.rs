//! Any bytes as the `DPoP` field of a request: see `atproof_protocol::dpop::oracle`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| atproof_protocol::dpop::oracle(bytes));
