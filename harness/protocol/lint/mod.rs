//! Lint: one document or value of the profile, its kind detected or given, through the strict
//! reader that this kind has.

mod delivery;
mod detect;
mod locate;
mod secrets;

use std::fmt;
use std::ops::Range;

use serde_json::Value;

use crate::identifier::{Nsid, client_id};
use crate::metadata::{authorization_server, client, key_set, protected_resource};
use crate::oauth::{authorization, challenge};
use crate::scope::{self, permission_set};
use crate::{Defect, Position, Reading, did_document, dpop, jws, object};

pub use delivery::{Delivery, delivery, logo};
pub use detect::detect;
pub use secrets::masked;

/// What can be linted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Client metadata document.
    ClientMetadata,
    /// Authorization server metadata.
    ServerMetadata,
    /// Protected resource metadata.
    ResourceMetadata,
    /// JSON Web Key Set of a client.
    KeySet,
    /// DID document of an account.
    DidDocument,
    /// Permission set lexicon.
    PermissionSet,
    /// DPoP proof.
    DpopProof,
    /// Scope string.
    Scope,
    /// Client identifier.
    ClientId,
    /// URL with an authorization response.
    Callback,
    /// Value of a `WWW-Authenticate` field.
    Challenge,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::ClientMetadata,
        Self::ServerMetadata,
        Self::ResourceMetadata,
        Self::KeySet,
        Self::DidDocument,
        Self::PermissionSet,
        Self::DpopProof,
        Self::Scope,
        Self::ClientId,
        Self::Callback,
        Self::Challenge,
    ];

    /// Name on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientMetadata => "client-metadata",
            Self::ServerMetadata => "server-metadata",
            Self::ResourceMetadata => "resource-metadata",
            Self::KeySet => "key-set",
            Self::DidDocument => "did-document",
            Self::PermissionSet => "permission-set",
            Self::DpopProof => "dpop-proof",
            Self::Scope => "scope",
            Self::ClientId => "client-id",
            Self::Callback => "callback",
            Self::Challenge => "challenge",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether documents of this kind are JSON objects.
    pub const fn is_json(self) -> bool {
        matches!(
            self,
            Self::ClientMetadata
                | Self::ServerMetadata
                | Self::ResourceMetadata
                | Self::KeySet
                | Self::DidDocument
                | Self::PermissionSet
        )
    }

    /// What cannot be said without more than the document itself; `placed` where it is known under
    /// which identifier it was found.
    const fn unchecked(self, placed: bool) -> Option<&'static str> {
        match self {
            Self::ClientMetadata if !placed => Some("whether client_id is the URL of the document"),
            Self::ServerMetadata if !placed => {
                Some("whether issuer is where the document was found")
            }
            Self::ResourceMetadata if !placed => {
                Some("whether resource is where the document was found")
            }
            Self::DidDocument if !placed => Some("whether id is the DID that was resolved"),
            Self::PermissionSet if !placed => Some("whether id is the NSID that was asked for"),
            Self::DpopProof => {
                Some("method, URI, nonce, age and access token, which only the request shows")
            }
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a lint found.
#[derive(Clone, Debug, PartialEq)]
pub struct Lint {
    /// The kind under which the input was read.
    pub kind: Kind,
    /// What is wrong or noteworthy, in the order of the input.
    pub notes: Vec<Note>,
    /// What could not be checked.
    pub unchecked: Option<&'static str>,
    /// The document that a server supposes for a localhost client.
    pub supposed: Option<Value>,
}

/// One thing about an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Rule, clause, position and words.
    pub defect: Defect,
    /// Whether the text leaves the question open.
    pub is_open: bool,
    /// The bytes of the input to underline.
    pub span: Range<usize>,
}

/// Reads an input strictly.
///
/// `at` is where it was found: the URL of a client metadata document, the issuer, the resource, the
/// DID, the NSID. Without it the document's own word is taken, and [`Lint::unchecked`] says so.
pub fn lint(input: &[u8], kind: Kind, at: Option<&str>) -> Lint {
    let mut supposed = None;
    let (defects, observations) = if kind.is_json() {
        document(input, kind, at)
    } else {
        match std::str::from_utf8(input) {
            Ok(text) => value(text.trim_end(), kind, &mut supposed),
            Err(error) => {
                let at = Position::Byte(error.valid_up_to());
                (vec![Defect::new("text.not-utf-8", "RFC 3629", at, "not UTF-8")], Vec::new())
            }
        }
    };
    let place = locate::Places::new(input, kind);
    let noted = |is_open: bool| {
        let place = &place;
        move |defect: Defect| Note { span: place.of(&defect), defect, is_open }
    };
    let mut notes: Vec<Note> = defects.into_iter().map(noted(false)).collect();
    notes.extend(observations.into_iter().map(noted(true)));
    notes.sort_by_key(|note| (note.span.start, note.is_open));
    Lint { kind, notes, unchecked: kind.unchecked(at.is_some()), supposed }
}

/// Defects and observations.
type Found = (Vec<Defect>, Vec<Defect>);

fn found<T>(reading: Reading<T>) -> Found {
    (reading.defects, reading.observations)
}

/// Stands for the NSID of a set that has none, so that its id is another one.
const NO_ID: &str = "com.example.unknown";

fn document(input: &[u8], kind: Kind, at: Option<&str>) -> Found {
    let own = |member: &str| {
        let value: Value = serde_json::from_slice(input).unwrap_or_default();
        at.map(str::to_owned).or_else(|| object::text(&value, member)).unwrap_or_default()
    };
    match kind {
        Kind::ServerMetadata => found(authorization_server::read(input, &own("issuer"))),
        Kind::ResourceMetadata => found(protected_resource::read(input, &own("resource"))),
        Kind::KeySet => found(key_set::read(input)),
        Kind::DidDocument => found(did_document::read(input, at)),
        Kind::PermissionSet => {
            let nsid = Nsid::parse(&own("id")).or_else(|_| Nsid::parse(NO_ID));
            nsid.map_or_else(|_| Found::default(), |nsid| found(permission_set::read(input, &nsid)))
        }
        _ => client_document(input, &own("client_id")),
    }
}

/// A client's document, and the identifier that leads to it.
fn client_document(input: &[u8], client_id: &str) -> Found {
    let (mut defects, mut observations) = found(client::read(input, client_id));
    if !client_id.is_empty() {
        let identifier = client_id::read(client_id);
        let placed = |defect: Defect| Defect { at: object::at("client_id"), ..defect };
        defects.extend(identifier.defects.into_iter().map(placed));
        observations.extend(identifier.observations.into_iter().map(placed));
    }
    let document: Value = serde_json::from_slice(input).unwrap_or_default();
    let scope = scope::read(&object::text(&document, "scope").unwrap_or_default());
    let is_of_value = |defect: &Defect| !OF_CLIENT_METADATA.contains(&defect.code);
    let placed = |defect: Defect| Defect { at: object::at("scope"), ..defect };
    defects.extend(scope.defects.into_iter().filter(is_of_value).map(placed));
    observations.extend(scope.observations.into_iter().filter(is_of_value).map(placed));
    (defects, observations)
}

/// What the reader of scopes says, and the reader of client metadata in its own words.
const OF_CLIENT_METADATA: [&str; 4] =
    ["scope.without-atproto", "scope.separator", "scope.character", "scope.repeated-value"];

fn value(text: &str, kind: Kind, supposed: &mut Option<Value>) -> Found {
    match kind {
        Kind::Scope => found(scope::read(text)),
        Kind::Callback => found(authorization::read(text)),
        Kind::Challenge => {
            let value = detect::field_value(text);
            let (_, mut defects) = challenge::parse(&[value.as_bytes()]);
            for defect in &mut defects {
                if let Position::Byte(at) = &mut defect.at {
                    *at += text.len() - value.len();
                }
            }
            (defects, Vec::new())
        }
        Kind::DpopProof => proof(text),
        _ => {
            let reading = client_id::read(text);
            *supposed = reading.document.as_ref().and_then(client_id::virtual_document);
            found(reading)
        }
    }
}

/// What is wrong with a proof as such: request and nonce are what it says itself, and how old it may
/// be is for servers to say.
fn proof(text: &str) -> Found {
    let (header, claims) = jws::decode_unverified(text).unwrap_or_default();
    let claim = |name: &str| object::text(&claims, name).unwrap_or_default();
    let nonce = object::text(&claims, "nonce");
    let expected = dpop::Expected {
        htm: &claim("htm"),
        htu: &claim("htu"),
        nonce: nonce.as_deref(),
        now: 0,
        max_age: 0,
        access_token: None,
        jkt: None,
    };
    let reading = dpop::read(&[text.as_bytes()], &expected);
    let steps = reading.steps.into_iter().filter(|(step, _)| *step != dpop::Step::Age);
    let alg = object::text(&header, "alg").unwrap_or_default();
    // A server may support more than the one algorithm that each has to.
    let is_open =
        |defect: &Defect| defect.code == "dpop.alg" && OTHER_SIGNATURES.contains(&alg.as_str());
    let (open, wrong) = steps.filter_map(|(_, result)| result.err()).partition(is_open);
    (wrong, open)
}

/// Asymmetric algorithms beside ES256.
const OTHER_SIGNATURES: [&str; 10] =
    ["ES256K", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_lead_back_to_kinds() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
    }

    #[test]
    fn what_only_the_place_shows_is_said_to_be_unchecked() {
        let document = br#"{"client_id": "https://a.example/c.json"}"#;
        let lint = |at| super::lint(document, Kind::ClientMetadata, at);
        let has = |lint: &Lint| {
            let mut codes = lint.notes.iter().map(|note| note.defect.code);
            codes.any(|code| code == "client-metadata.client-id-mismatch")
        };
        let (free, placed) = (lint(None), lint(Some("https://b.example/c.json")));
        assert!(!has(&free) && free.unchecked.is_some());
        assert!(has(&placed) && placed.unchecked.is_none());
    }

    #[test]
    fn the_challenge_is_found_behind_the_name_of_the_field() {
        let text = b"WWW-Authenticate: DPoP error=\"x\" algs=\"ES256\"";
        let lint = lint(text, Kind::Challenge, None);
        let spans: Vec<_> = lint.notes.iter().map(|note| note.span.start).collect();
        assert_eq!(spans, [33], "{lint:?}");
    }

    #[test]
    fn a_localhost_client_has_a_document_supposed_for_it() {
        let lint = lint(b"http://localhost?scope=atproto\n", Kind::ClientId, None);
        assert_eq!(lint.supposed.unwrap()["scope"], "atproto");
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_input(input in ".{0,60}", kind in 0..Kind::ALL.len()) {
            let kind = Kind::ALL[kind];
            for input in [input.clone(), format!("{{\"client_id\": {input:?}, \"x\": [{input}")] {
                for note in lint(input.as_bytes(), kind, None).notes {
                    prop_assert!(input.get(note.span.clone()).is_some(), "{note:?} in {input:?}");
                }
            }
        }
    }
}
