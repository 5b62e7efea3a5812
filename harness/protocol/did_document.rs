//! DID documents of accounts (the DID and identity specifications of atproto).

use serde_json::Value;

use crate::identifier::{Did, Handle, Origin, RawUrl, is_loopback_host};
use crate::object::{self, at, found, text};
use crate::{Defect, Position, Reading};

/// What a document says about an account, as far as it can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocument {
    /// The DID that it is about.
    pub id: Option<Did>,
    /// The handle that it claims.
    pub handle: Option<Handle>,
    /// The origin of the PDS.
    pub pds: Option<Origin>,
}

/// Reads the document that `resolved` led to, if that is known.
pub fn read(bytes: &[u8], resolved: Option<&str>) -> Reading<DidDocument> {
    let (document, mut defects) =
        match object::read(bytes, "did-document.not-json-object", "ATP-IDENT-032") {
            Ok(read) => read,
            Err(defect) => return Reading::unusable(defect),
        };
    let id = id(&document, resolved, &mut defects);
    let handle = handle(&document, &mut defects);
    let did = text(&document, "id").unwrap_or_default();
    let pds = pds(&document, &did, &mut defects);
    signing_key(&document, &did, &mut defects);
    let document = Some(DidDocument { id, handle, pds });
    Reading { defects, observations: Vec::new(), document }
}

fn id(document: &Value, resolved: Option<&str>, defects: &mut Vec<Defect>) -> Option<Did> {
    let Some(id) = text(document, "id") else {
        let detail = format!("{} instead of a DID", found(document.get("id")));
        defects.push(Defect::new("did-document.id-missing", "ATP-IDENT-022", at("id"), detail));
        return None;
    };
    if let Some(resolved) = resolved.filter(|resolved| *resolved != id) {
        let detail = format!("{id:?} in the document of {resolved:?}");
        defects.push(Defect::new("did-document.id-mismatch", "ATP-IDENT-022", at("id"), detail));
    }
    match Did::parse(&id) {
        Ok(did) => Some(did),
        Err(defect) => {
            defects.push(Defect { at: at("id"), ..defect });
            None
        }
    }
}

/// The first entry that is a handle; the others do not count.
fn handle(document: &Value, defects: &mut Vec<Defect>) -> Option<Handle> {
    let names = elements(document, "alsoKnownAs", defects);
    let handles = names
        .iter()
        .enumerate()
        .filter_map(|(index, name)| Some((index, name.as_str()?.strip_prefix("at://")?)));
    let mut wrong = None;
    for (index, name) in handles {
        match Handle::parse(name) {
            Ok(handle) => return Some(handle),
            Err(defect) => wrong = wrong.or(Some((index, defect))),
        }
    }
    defects.push(match wrong {
        Some((index, defect)) => {
            let place = Position::Pointer(format!("/alsoKnownAs/{index}"));
            let code = "did-document.handle-invalid";
            Defect::new(code, "ATP-IDENT-032", place, defect.detail)
        }
        None => {
            let code = "did-document.handle-missing";
            Defect::new(code, "ATP-IDENT-032", at("alsoKnownAs"), "no at:// entry")
        }
    });
    None
}

fn pds(document: &Value, did: &str, defects: &mut Vec<Defect>) -> Option<Origin> {
    let services = elements(document, "service", defects);
    let named = |service: &&(usize, &Value)| names(service.1, did, "#atproto_pds");
    let typed = |service: &Value| text(service, "type").as_deref() == Some(PDS_TYPE);
    let services: Vec<(usize, &Value)> =
        services.iter().enumerate().filter(|s| named(&s)).collect();
    // The first that has both counts; one without the type is only told of where there is no other.
    let service = services.iter().find(|(_, service)| typed(service)).or(services.first());
    let Some((index, service)) = service else {
        let why = "no entry #atproto_pds";
        defects.push(Defect::new("did-document.pds-missing", "ATP-IDENT-032", at("service"), why));
        return None;
    };
    let place = |member: &str| Position::Pointer(format!("/service/{index}/{member}"));
    if !typed(service) {
        let detail = format!("another type than {PDS_TYPE}");
        defects.push(Defect::new("did-document.pds-type", "ATP-IDENT-024", place("type"), detail));
    }
    let url = text(service, "serviceEndpoint").unwrap_or_default();
    let mut wrong = |code, detail: String| {
        defects.push(Defect::new(code, "ATP-IDENT-026", place("serviceEndpoint"), detail));
        None
    };
    let Some(raw) = RawUrl::absolute(&url) else {
        return wrong("did-document.endpoint-not-url", "no absolute URL".to_owned());
    };
    let host = raw.host().unwrap_or_default().to_ascii_lowercase();
    if raw.has_scheme("http") && is_loopback_host(&host) {
        let why = "http on a loopback host, for development alone".to_owned();
        return wrong("did-document.endpoint-not-https", why);
    }
    if !raw.has_scheme("https") {
        let detail = format!("scheme {} instead of https", raw.scheme);
        return wrong("did-document.endpoint-wrong-scheme", detail);
    }
    match Origin::parse(url.strip_suffix('/').unwrap_or(&url)) {
        Ok(origin) => Some(origin),
        Err(defect) => wrong("did-document.endpoint-not-origin", defect.detail),
    }
}

const PDS_TYPE: &str = "AtprotoPersonalDataServer";

fn signing_key(document: &Value, did: &str, defects: &mut Vec<Defect>) {
    let member = "verificationMethod";
    let methods = elements(document, member, defects);
    let key = methods.iter().enumerate().find(|(_, method)| names(method, did, "#atproto"));
    let Some((index, key)) = key else {
        let why = "no entry #atproto";
        defects.push(Defect::new("did-document.key-missing", "ATP-IDENT-032", at(member), why));
        return;
    };
    let mut wrong = |code, name: &str, detail: String| {
        let place = Position::Pointer(format!("/{member}/{index}/{name}"));
        defects.push(Defect::new(code, "ATP-IDENT-032", place, detail));
    };
    if text(key, "type").as_deref() != Some("Multikey") {
        wrong("did-document.key-type", "type", "another type than Multikey".to_owned());
    }
    if text(key, "controller").as_deref() != Some(did) {
        let detail = "the controller is not the DID of the document".to_owned();
        wrong("did-document.key-controller", "controller", detail);
    }
    if let Err(why) = multikey(&text(key, "publicKeyMultibase").unwrap_or_default()) {
        wrong("did-document.key-encoding", "publicKeyMultibase", why.to_owned());
    }
}

/// Whether the `id` of an entry is this, relative or in full.
fn names(entry: &Value, did: &str, fragment: &str) -> bool {
    text(entry, "id").is_some_and(|id| id == fragment || id.strip_prefix(did) == Some(fragment))
}

/// The entries of an array. Anything else in its place is reported; nothing is not.
fn elements(document: &Value, member: &str, defects: &mut Vec<Defect>) -> Vec<Value> {
    match document.get(member) {
        None => Vec::new(),
        Some(Value::Array(elements)) => elements.clone(),
        Some(other) => {
            let detail = format!("{} instead of an array", found(Some(other)));
            let code = "did-document.wrong-type";
            defects.push(Defect::new(code, "ATP-IDENT-032", at(member), detail));
            Vec::new()
        }
    }
}

/// Whether this is a compressed key on P-256 or secp256k1: base58btc of the multicodec prefix and
/// 33 bytes.
fn multikey(text: &str) -> Result<(), &'static str> {
    let digits = text.strip_prefix('z').ok_or("no multibase of base58btc, which begins with z")?;
    let bytes = base58(digits).ok_or("a character that base58btc does not have, or too long")?;
    match bytes.as_slice() {
        [0x80, 0x24, 2 | 3, rest @ ..] | [0xe7, 0x01, 2 | 3, rest @ ..] if rest.len() == 32 => {
            Ok(())
        }
        _ => Err("no compressed key on P-256 or secp256k1"),
    }
}

/// The bytes of base58btc, at most [`LONGEST_KEY`].
fn base58(digits: &str) -> Option<Vec<u8>> {
    let mut bytes: Vec<u8> = Vec::new();
    for digit in digits.bytes() {
        let mut carry = ALPHABET.iter().position(|c| *c == digit)?;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * ALPHABET.len();
            *byte = u8::try_from(carry % 256).ok()?;
            carry /= 256;
        }
        if carry > 0 || bytes.is_empty() {
            bytes.insert(0, u8::try_from(carry).ok()?);
        }
        if bytes.len() > LONGEST_KEY {
            return None;
        }
    }
    Some(bytes)
}

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Prefix and compressed point.
const LONGEST_KEY: usize = 35;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base58_is_that_of_bitcoin() {
        assert_eq!(base58("2NEpo7TZRRrLZSi2U").unwrap(), b"Hello World!");
        assert_eq!(base58("0"), None);
        assert_eq!(base58(&"z".repeat(60)), None);
    }

    #[test]
    fn keys_of_both_curves() {
        // Published examples of did:key for P-256 and secp256k1.
        for key in [
            "zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo",
            "zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJwc",
        ] {
            assert_eq!(multikey(key), Ok(()), "{key}");
        }
        for wrong in ["", "DnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo", "zabc", "z0"] {
            assert!(multikey(wrong).is_err(), "{wrong}");
        }
    }
}
