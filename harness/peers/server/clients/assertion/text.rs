//! The text of an assertion: a JWT in compact form, and nothing else (RFC 7515, section 7.1; RFC
//! 7519, section 7.2).

use serde_json::Value;

use crate::Fault;
use crate::codec::base64url;
use crate::codec::json::Object;
use crate::server::refusal::Refusal;
use crate::server::state::Server;

/// An assertion taken apart.
pub(super) struct Assertion {
    pub(super) header: Object,
    pub(super) claims: Object,
    pub(super) signing_input: String,
    /// Only a broken server goes on without one.
    pub(super) signature: Option<Vec<u8>>,
}

/// The two JSON texts of a JWT.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Header,
    Claims,
}

impl Server {
    /// Takes an assertion apart.
    pub(super) fn read_assertion(&self, text: &str) -> Result<Assertion, Refusal> {
        let no_jwt = || Refusal::invalid_client("client_assertion is no JWT");
        let text = self.stripped(text);
        if !text.contains('.') && self.has(Fault::AsAssertionGarbageCrash) {
            return Err(crash());
        }
        let compact = self.compact_of_json(text);
        let text = compact.as_deref().unwrap_or(text);
        let segments: Vec<&str> = text.split('.').collect();
        let (header, claims, signature) = match *segments.as_slice() {
            [header, claims, signature] => (header, claims, Some(signature)),
            [header, claims] if self.has(Fault::AsAssertionSignatureSegmentOptional) => {
                (header, claims, None)
            }
            [header, claims, signature, ""] if self.has(Fault::AsAssertionTrailingDotTrimmed) => {
                (header, claims, Some(signature))
            }
            [header, claims, signature, _, _] if self.has(Fault::AsAssertionLenientParse) => {
                (header, claims, Some(signature))
            }
            _ => return Err(no_jwt()),
        };
        let signature = match signature {
            Some(segment) => Some(self.segment(segment).ok_or_else(no_jwt)?),
            None => None,
        };
        Ok(Assertion {
            header: self.json(Part::Header, self.segment(header).ok_or_else(no_jwt)?)?,
            claims: self.json(Part::Claims, self.segment(claims).ok_or_else(no_jwt)?)?,
            signing_input: format!("{header}.{claims}"),
            signature,
        })
    }

    /// What a lenient server takes away before it looks.
    fn stripped<'a>(&self, text: &'a str) -> &'a str {
        let mut text = text;
        if self.has(Fault::AsAssertionQuotesStripped) {
            text = text.trim_matches('"');
        }
        if self.has(Fault::AsAssertionSpacesTrimmed) {
            text = text.trim_matches(' ');
        }
        if self.has(Fault::AsAssertionLineFeedsTrimmed) {
            text = text.trim_matches('\n');
        }
        for (fault, separator) in
            [(Fault::AsAssertionSplitAtSpaces, ' '), (Fault::AsAssertionSplitAtCommas, ',')]
        {
            if self.has(fault) {
                text = text.split(separator).next().unwrap_or_default();
            }
        }
        text
    }

    /// The compact form of what is in the flattened JSON form (RFC 7515, section 7.2.2).
    fn compact_of_json(&self, text: &str) -> Option<String> {
        if !self.has(Fault::AsAssertionJsonSerialization) {
            return None;
        }
        let object = Object::read(text)?;
        let [header, claims, signature] =
            ["protected", "payload", "signature"].map(|name| object.text(name));
        Some(format!("{}.{}.{}", header?, claims?, signature?))
    }

    /// Base64url without padding (RFC 7515, section 2).
    fn segment(&self, text: &str) -> Option<Vec<u8>> {
        let mut text = text.to_owned();
        if self.has(Fault::AsAssertionPadded) {
            text.truncate(text.trim_end_matches('=').len());
        }
        if self.has(Fault::AsAssertionStandardAlphabet) {
            text = text.replace('+', "-").replace('/', "_");
        }
        base64url::decode(&text)
    }

    /// An object in UTF-8. Names must be unique, or the last one wins; refusing is the safer of the
    /// two choices (RFC 7515, section 4; RFC 7519, section 4).
    fn json(&self, part: Part, bytes: Vec<u8>) -> Result<Object, Refusal> {
        let invalid = |text| Err(Refusal::invalid_client(text));
        let Some(text) = self.decoded(bytes) else { return invalid("a part is not UTF-8") };
        let mut text = text.as_str();
        if self.has(Fault::AsAssertionBomStripped) {
            text = text.trim_start_matches('\u{feff}');
        }
        let without_comments = self.without_comments(text);
        let text = without_comments.as_deref().unwrap_or(text);
        let (crashes, first_wins) = match part {
            Part::Header => {
                (Fault::AsAssertionHeaderNotObjectCrash, Fault::AsAssertionHeaderDuplicateFirst)
            }
            Part::Claims => {
                (Fault::AsAssertionPayloadNotObjectCrash, Fault::AsAssertionDuplicateFirst)
            }
        };
        let object = match serde_json::from_str::<Value>(text) {
            Ok(value) if !value.is_object() && self.has(crashes) => return Err(crash()),
            Ok(_) => Object::read(text),
            Err(error) => self.forgiven(text, &error)?,
        };
        match object {
            None => invalid("a part is no JSON object"),
            Some(object) if object.has_repeated() && !self.has(first_wins) => {
                invalid("a part has a repeated member")
            }
            Some(object) => Ok(object),
        }
    }

    /// What a broken server makes of a text that is no JSON.
    fn forgiven(&self, text: &str, error: &serde_json::Error) -> Result<Option<Object>, Refusal> {
        let says = |what: &str| error.to_string().contains(what);
        if says("recursion limit") && self.has(Fault::AsAssertionDeepCrash)
            || says("out of range") && self.has(Fault::AsAssertionHugeNumberCrash)
        {
            return Err(crash());
        }
        if says("trailing characters") && self.has(Fault::AsAssertionTrailingDataIgnored) {
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
            let _first = values.next();
            return Ok(text.get(..values.byte_offset()).and_then(Object::read));
        }
        Ok(None)
    }

    fn decoded(&self, bytes: Vec<u8>) -> Option<String> {
        if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE])
            && self.has(Fault::AsAssertionUtf16Taken)
        {
            let units = rest.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
            return String::from_utf16(&units.map(u16::from_le_bytes).collect::<Vec<_>>()).ok();
        }
        match self.has(Fault::AsAssertionUtf8Lossy) {
            true => Some(String::from_utf8_lossy(&bytes).into_owned()),
            false => String::from_utf8(bytes).ok(),
        }
    }

    fn without_comments(&self, text: &str) -> Option<String> {
        let (before, rest) = text.split_once("/*")?;
        let (_, after) = rest.split_once("*/")?;
        self.has(Fault::AsAssertionCommentsSkipped).then(|| format!("{before}{after}"))
    }
}

/// What comes of an input that nobody thought of.
pub(super) fn crash() -> Refusal {
    Refusal::new(500, "server_error", "internal error")
}
