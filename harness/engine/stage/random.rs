//! Random streams: seeded per unit of play, or from the operating system.

use atproof_protocol::base64url;
use atproof_protocol::jwk::SigningKey;
use sha2::{Digest, Sha256};

/// A stream of random bytes.
#[derive(Clone, Debug)]
pub enum Stream {
    /// SHA-256 in counter mode over a seed and a label: the same label gives the same bytes,
    /// whatever other labels are in use.
    Seeded {
        /// Digest of seed and label.
        state: [u8; 32],
        /// Blocks drawn so far.
        counter: u64,
    },
    /// The operating system. Used against every peer but the embedded one, so that keys and
    /// challenges can never be derived from a report.
    System,
}

impl Stream {
    /// The stream of a seed for a label.
    pub fn seeded(seed: u64, label: &str) -> Self {
        let state = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(label).finalize();
        Self::Seeded { state: state.into(), counter: 0 }
    }

    /// The next 32 bytes.
    pub fn block(&mut self) -> [u8; 32] {
        match self {
            Self::Seeded { state, counter } => {
                *counter = counter.wrapping_add(1);
                let digest = Sha256::new().chain_update(*state).chain_update(counter.to_be_bytes());
                digest.finalize().into()
            }
            Self::System => {
                let mut bytes = [0; 32];
                // Without randomness no request can be made safely; the message says what to do.
                if let Err(error) = getrandom::fill(&mut bytes) {
                    panic!("the operating system gives no random bytes: {error}");
                }
                bytes
            }
        }
    }

    /// An unguessable string of 43 base64url characters (256 bits): `jti`, `state`, verifiers.
    pub fn token(&mut self) -> String {
        base64url::encode(&self.block())
    }

    /// A fresh P-256 key.
    pub fn key(&mut self) -> SigningKey {
        loop {
            // One draw in 2^32 is no valid scalar.
            if let Some(key) = SigningKey::from_bytes(&self.block()) {
                return key;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_a_stream_of_its_own() {
        let (mut a, mut b) = (Stream::seeded(1, "a"), Stream::seeded(1, "b"));
        let first = a.token();
        assert_ne!(first, b.token());
        assert_ne!(first, a.token());
        assert_eq!(first, Stream::seeded(1, "a").token());
        assert_ne!(first, Stream::seeded(2, "a").token());
    }
}
