//! DIDs of the two methods that atproto knows.

use std::fmt;

use super::domain;
use crate::{Defect, Position};

/// A `did:plc` or `did:web` identifier, as restricted by atproto. DIDs are case-sensitive, so the
/// spelling is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Did(String);

impl Did {
    /// Reads a DID without path, query or fragment.
    pub fn parse(text: &str) -> Result<Self, Defect> {
        if text.len() > MAX_LENGTH {
            return Err(Defect::new(
                "did.too-long",
                "ATP-IDENT-037",
                Position::Byte(MAX_LENGTH),
                format!("{} bytes", text.len()),
            ));
        }
        let (method, identifier) = split(text)?;
        let start = text.len() - identifier.len();
        match method {
            "plc" => check_plc(identifier, start)?,
            "web" => check_web(identifier, start)?,
            _ => {
                return Err(Defect::new(
                    "did.unsupported-method",
                    "atproto DID spec, Blessed DID Methods",
                    Position::Byte("did:".len()),
                    format!("method {method}"),
                ));
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The DID as spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The method, `plc` or `web`.
    pub fn method(&self) -> &str {
        self.0.split(':').nth(1).unwrap_or_default()
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Splits by the grammar `did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]`.
fn split(text: &str) -> Result<(&str, &str), Defect> {
    let syntax = |at: usize, why: &str| {
        Defect::new(
            "did.syntax",
            "atproto DID spec, DID Identifier Syntax",
            Position::Byte(at),
            why,
        )
    };
    let rest = text.strip_prefix("did:").ok_or_else(|| syntax(0, "does not start with did:"))?;
    let (method, identifier) =
        rest.split_once(':').ok_or_else(|| syntax(text.len(), "no second colon"))?;
    if method.is_empty() {
        return Err(syntax(4, "empty method"));
    }
    if let Some(at) = method.find(|c: char| !c.is_ascii_lowercase()) {
        return Err(syntax(4 + at, "method is not in lower-case letters"));
    }
    let start = text.len() - identifier.len();
    let foreign = |c: char| !c.is_ascii_alphanumeric() && !"._:%-".contains(c);
    if let Some(at) = identifier.find(foreign) {
        return Err(syntax(start + at, "character that DIDs do not have"));
    }
    if identifier.is_empty() || identifier.ends_with([':', '%']) {
        return Err(syntax(text.len(), "ends too early"));
    }
    Ok((method, identifier))
}

fn check_plc(identifier: &str, start: usize) -> Result<(), Defect> {
    let plc = |at: usize, why: String| {
        Defect::new("did.plc-syntax", "did:plc specification", Position::Byte(start + at), why)
    };
    if let Some(at) = identifier.find(|c: char| !matches!(c, 'a'..='z' | '2'..='7')) {
        return Err(plc(at, "character outside lower-case base32".to_owned()));
    }
    if identifier.len() != PLC_LENGTH {
        let at = identifier.len().min(PLC_LENGTH);
        return Err(plc(at, format!("{} characters instead of 24", identifier.len())));
    }
    Ok(())
}

fn check_web(identifier: &str, start: usize) -> Result<(), Defect> {
    if let Some(at) = identifier.find(':') {
        return Err(Defect::new(
            "did.web-path",
            "ATP-IDENT-020",
            Position::Byte(start + at),
            "did:web with a path",
        ));
    }
    let (host, port) = match identifier.find('%') {
        Some(at) => identifier.split_at(at),
        None => (identifier, ""),
    };
    if !port.is_empty() {
        let digits = port.strip_prefix("%3A").or_else(|| port.strip_prefix("%3a"));
        if host != "localhost" || digits.is_none_or(|digits| digits.parse::<u16>().is_err()) {
            return Err(Defect::new(
                "did.web-port",
                "ATP-IDENT-021",
                Position::Byte(start + host.len()),
                "percent-encoding that is not the port of localhost",
            ));
        }
    }
    match domain::fault(host) {
        Some((at, why)) if host != "localhost" => Err(Defect::new(
            "did.web-host",
            "ATP-IDENT-020",
            Position::Byte(start + at),
            format!("host is no domain name: {why}"),
        )),
        _ => Ok(()),
    }
}

const MAX_LENGTH: usize = 2048;
const PLC_LENGTH: usize = 24;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accepts_plc_and_host_level_web() {
        for (text, method) in [
            ("did:plc:z72i7hdynmk6r22z27h6tvur", "plc"),
            ("did:web:example.com", "web"),
            ("did:web:Pds.Example.com", "web"),
            ("did:web:localhost", "web"),
            ("did:web:localhost%3A3000", "web"),
            ("did:web:localhost%3a1", "web"),
        ] {
            let did = Did::parse(text).unwrap();
            assert_eq!((did.as_str(), did.method()), (text, method));
        }
    }

    #[test]
    fn refuses_other_text_at_its_position() {
        let too_long = format!("did:web:{}.test", "a".repeat(2048));
        for (text, code, at) in [
            ("", "did.syntax", 0),
            ("alice.test", "did.syntax", 0),
            ("DID:plc:z72i7hdynmk6r22z27h6tvur", "did.syntax", 0),
            ("did:PLC:z72i7hdynmk6r22z27h6tvur", "did.syntax", 4),
            ("did:plc", "did.syntax", 7),
            ("did::x", "did.syntax", 4),
            ("did:web:", "did.syntax", 8),
            ("did:web:a.b:", "did.syntax", 12),
            ("did:web:a.b%", "did.syntax", 12),
            ("did:web:a.b/c", "did.syntax", 11),
            ("did:web:a.b#c", "did.syntax", 11),
            ("did:plc:z72i7hdynmk6r22z27h6tvur ", "did.syntax", 32),
            ("did:key:z6Mk", "did.unsupported-method", 4),
            ("did:plc:Z72I7HDYNMK6R22Z27H6TVUR", "did.plc-syntax", 8),
            ("did:plc:z72i7hdynmk6r22z27h6tvu1", "did.plc-syntax", 31),
            ("did:plc:z72i7hdynmk6r22z27h6tvu", "did.plc-syntax", 31),
            ("did:plc:z72i7hdynmk6r22z27h6tvurr", "did.plc-syntax", 32),
            ("did:web:example.com:user", "did.web-path", 19),
            ("did:web:example.com%3A8443", "did.web-port", 19),
            ("did:web:localhost%3A", "did.web-port", 17),
            ("did:web:localhost%3A65536", "did.web-port", 17),
            ("did:web:localhost%2Fx", "did.web-port", 17),
            ("did:web:127.0.0.1", "did.web-host", 16),
            ("did:web:host", "did.web-host", 8),
            ("did:web:a_b.test", "did.web-host", 9),
            (too_long.as_str(), "did.too-long", 2048),
        ] {
            let defect = Did::parse(text).unwrap_err();
            assert_eq!((defect.code, defect.at), (code, Position::Byte(at)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>(), tail in "[a-z0-9%:.]{0,30}") {
            let _ = Did::parse(&text);
            let _ = Did::parse(&format!("did:web:{tail}"));
        }

        #[test]
        fn display_parses_to_the_same(
            text in "did:plc:[a-z2-7]{24}|did:web:[a-z0-9]{1,9}\\.[a-z]{2,5}",
        ) {
            let did = Did::parse(&text).unwrap();
            prop_assert_eq!(Did::parse(&did.to_string()).unwrap(), did);
        }
    }
}
