//! DID service references: a DID, `#`, and the identifier of a service in its document.

use std::fmt;

use crate::identifier::Did;
use crate::{Defect, Position};

/// A service, as the `aud` of a permission names it (ATP-SGRAN-043). Spelling is kept; comparison
/// is exact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceReference {
    raw: String,
    did_length: usize,
}

impl ServiceReference {
    /// Reads `did:...#service`.
    pub fn parse(text: &str) -> Result<Self, Defect> {
        let fault = |at: usize, why: &str| {
            Defect::new("scope.audience", "ATP-SGRAN-043", Position::Byte(at), why)
        };
        let Some((did, fragment)) = text.split_once('#') else {
            return Err(fault(text.len(), "no service; write DID%23service"));
        };
        Did::parse(did).map_err(|defect| Defect {
            code: "scope.audience",
            clause: "ATP-SGRAN-043",
            ..defect
        })?;
        if fragment.is_empty() {
            return Err(fault(text.len(), "empty service name after the hash"));
        }
        match fragment.find(|c| !is_fragment(c)) {
            Some(at) => Err(fault(did.len() + 1 + at, "character that fragments do not have")),
            None => Ok(Self { raw: text.to_owned(), did_length: did.len() }),
        }
    }

    /// The reference as spelled.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The DID without the service.
    pub fn did(&self) -> &str {
        self.raw.get(..self.did_length).unwrap_or_default()
    }
}

impl fmt::Display for ServiceReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

/// RFC 3986, section 3.5, without percent-encoding, which no service identifier has.
fn is_fragment(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_into_did_and_service() {
        let reference = ServiceReference::parse("did:web:api.example#bsky_appview").unwrap();
        assert_eq!(reference.did(), "did:web:api.example");
        assert_eq!(reference.to_string(), "did:web:api.example#bsky_appview");
    }

    #[test]
    fn refuses_other_text_at_its_position() {
        for (text, at) in [
            ("", 0),
            ("*", 1),
            ("did:web:api.example", 19),
            ("did:web:api.example#", 20),
            ("did:web:api.example#a#b", 21),
            ("did:web:api.example#a b", 21),
            ("did:web:host#a", 8),
            ("did:key:z6Mk#a", 4),
            ("api.example#a", 0),
        ] {
            assert_eq!(ServiceReference::parse(text).unwrap_err().at, Position::Byte(at), "{text}");
        }
    }
}
