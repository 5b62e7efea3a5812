//! Key sets of clients (RFC 7517, section 5), as `jwks_uri` leads to them.

use serde_json::Value;

use super::jwks;
use super::rules::Examination;
use crate::Reading;

/// Reads the key set of a client that authenticates with a key.
pub fn read(bytes: &[u8]) -> Reading<Value> {
    match Examination::start(bytes, "client-metadata.jwks-without-keys", "RFC7517-5-02") {
        Ok(mut examination) => {
            let set = examination.document.clone();
            jwks::key_set(&mut examination, &set, "", true);
            examination.finish(|set| set)
        }
        Err(reading) => reading,
    }
}
