//! Names made from content: CIDs of records, keys in multibase, record keys from time.

use sha2::{Digest, Sha256};

/// A CID (version 1, raw, SHA-256) of bytes, in base32.
pub(crate) fn cid(bytes: &[u8]) -> String {
    let mut binary = vec![0x01, 0x55, 0x12, 0x20];
    binary.extend(Sha256::digest(bytes));
    format!("b{}", base32(&binary, b"abcdefghijklmnopqrstuvwxyz234567"))
}

/// A compressed P-256 key as a multikey: multicodec `p256-pub`, base58btc.
pub(crate) fn multikey(compressed: &[u8]) -> String {
    let mut binary = vec![0x80, 0x24];
    binary.extend(compressed);
    format!("z{}", base58(&binary))
}

/// A timestamp identifier: 53 bits of microseconds and 10 bits of clock id, in sortable base32.
pub(crate) fn tid(micros: i64, clock_id: u16) -> String {
    let alphabet = b"234567abcdefghijklmnopqrstuvwxyz";
    let value = u64::try_from(micros).unwrap_or_default() << 10 | u64::from(clock_id & 0x3ff);
    let digits = (0..13).rev().map(|i| usize::try_from(value >> (5 * i) & 31).unwrap_or_default());
    digits.filter_map(|digit| alphabet.get(digit)).map(|&b| char::from(b)).collect()
}

fn base32(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let bits: Vec<bool> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1 == 1)).collect();
    let digit = |chunk: &[bool]| {
        (0..5).fold(0, |digit, i| digit << 1 | usize::from(chunk.get(i).copied().unwrap_or(false)))
    };
    bits.chunks(5).filter_map(|c| alphabet.get(digit(c))).map(|&b| char::from(b)).collect()
}

fn base58(bytes: &[u8]) -> String {
    let alphabet = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    // Digits in base 58, the least first. No leading zero bytes here: a multicodec comes first.
    let mut digits: Vec<u32> = Vec::new();
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    let letters = digits.iter().rev().filter_map(|&d| alphabet.get(usize::try_from(d).ok()?));
    letters.map(|&b| char::from(b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // The CID of the raw bytes "hello world", as another base32 encoder gives it.
        let expected = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
        assert_eq!(cid(b"hello world"), expected);
        assert_eq!(base58(b"Hello World!"), "2NEpo7TZRRrLZSi2U");
        assert_eq!(tid(0, 0), "2222222222222");
        assert_eq!(tid(1_700_000_000_000_000, 1).len(), 13);
    }
}
