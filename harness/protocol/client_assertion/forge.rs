//! Correct client assertions, and assertions with one named mutation.

use super::rows::{Audience, HeaderKey, Mutation, Party};
use crate::base64url;
use crate::dpop::forge::{Members, compact, edited_bytes, quoted, segment, signature};
use crate::dpop::{self, AlgEdit, Part};
use crate::jwk::SigningKey;

/// How long a correct assertion is good, in seconds.
const LIFETIME: i64 = 60;

/// What an assertion shall say.
#[derive(Clone, Copy)]
pub struct Spec<'a> {
    /// The client: `iss` and `sub`.
    pub client_id: &'a str,
    /// Issuer of the authorization server: `aud`.
    pub issuer: &'a str,
    /// The endpoint that the assertion is sent to.
    pub endpoint: &'a str,
    /// The token endpoint.
    pub token_endpoint: &'a str,
    /// Name of the key.
    pub kid: &'a str,
    /// Unique identifier of the assertion.
    pub jti: &'a str,
    /// Time of creation, in seconds since 1970.
    pub iat: i64,
    /// A URL of ours that nobody has a reason to fetch.
    pub bait: &'a str,
}

/// The value of `client_assertion`, or `None` where the mutation is that there is none.
///
/// The same arguments give the same bytes. Other keys that a mutation needs derive from `key`.
pub fn forge(spec: &Spec<'_>, key: &SigningKey, mutation: Option<&Mutation>) -> Option<String> {
    if mutation == Some(&Mutation::Absent) {
        return None;
    }
    // A key in the header would be the attacker's own.
    let own = match mutation {
        Some(Mutation::KeyInHeader(_)) => &key.derive("attacker"),
        _ => key,
    };
    let jwt = match mutation {
        Some(Mutation::Jwt(mutation)) => Some(mutation),
        _ => None,
    };
    let header = header(spec, own, mutation).text();
    let claims = claims(spec, mutation).text();
    let [header, claims] = [(Part::Header, header), (Part::Payload, claims)].map(|(part, text)| {
        let bytes = match jwt {
            Some(dpop::Mutation::Bytes(edited, edit)) if *edited == part => {
                edited_bytes(&text, *edit)
            }
            _ if mutation == Some(&Mutation::Utf16(part)) => utf16(&text),
            _ => text.into_bytes(),
        };
        segment(&bytes, jwt)
    });
    let input = format!("{header}.{claims}");
    let jwk = own.public().to_value().to_string();
    let signature = segment(&signature(input.as_bytes(), own, &jwk, jwt), jwt);
    let payload = match jwt {
        Some(dpop::Mutation::PayloadAfterSigning) => {
            let jti = format!("{}x", spec.jti);
            base64url::encode(self::claims(&Spec { jti: &jti, ..*spec }, None).text().as_bytes())
        }
        _ => claims,
    };
    let whole = compact(&header, &payload, &signature, jwt);
    Some(match mutation {
        Some(Mutation::Doubled(between)) => format!("{whole}{between}{whole}"),
        Some(Mutation::Around(text)) => format!("{text}{whole}{text}"),
        _ => whole,
    })
}

/// Whether the mutation changes anything about this assertion.
pub fn applies(spec: &Spec<'_>, key: &SigningKey, mutation: &Mutation) -> bool {
    forge(spec, key, Some(mutation)) != forge(spec, key, None)
}

fn header(spec: &Spec<'_>, key: &SigningKey, mutation: Option<&Mutation>) -> Members {
    let mut members = Members(vec![("alg", quoted("ES256")), ("kid", quoted(spec.kid))]);
    match mutation {
        Some(Mutation::Jwt(dpop::Mutation::Header(edit))) => members.edit(*edit),
        Some(Mutation::Jwt(dpop::Mutation::Alg(edit))) => {
            let label = match edit {
                AlgEdit::Unsigned(label) | AlgEdit::Label(label) => label,
                AlgEdit::HmacWithPublicKey
                | AlgEdit::HmacWithThumbprint
                | AlgEdit::HmacWithOctKey => "HS256",
            };
            members.set("alg", quoted(label));
        }
        Some(Mutation::CritUnknown) => {
            members.set("crit", "[\"https://atproof.example/unknown\"]".to_owned());
            members.set("https://atproof.example/unknown", "true".to_owned());
        }
        Some(Mutation::KidUpperCase) => members.set("kid", quoted(&spec.kid.to_uppercase())),
        Some(Mutation::KidOfLength(length)) => {
            members.set("kid", quoted(&spec.kid.chars().cycle().take(*length).collect::<String>()));
        }
        Some(Mutation::KeyInHeader(place)) => {
            members.edit(dpop::MemberEdit::Remove("kid"));
            match place {
                HeaderKey::Jwk => members.set("jwk", key.public().to_value().to_string()),
                HeaderKey::JwkWithKid => {
                    members.set("kid", quoted(spec.kid));
                    members.set("jwk", key.public().to_value().to_string());
                }
                HeaderKey::Jku => members.set("jku", quoted(spec.bait)),
                HeaderKey::X5u => members.set("x5u", quoted(spec.bait)),
                HeaderKey::X5c => members.set("x5c", "[\"MIIBAA==\"]".to_owned()),
            }
        }
        _ => {}
    }
    members
}

fn claims(spec: &Spec<'_>, mutation: Option<&Mutation>) -> Members {
    let mut members = Members(vec![
        ("iss", quoted(spec.client_id)),
        ("sub", quoted(spec.client_id)),
        ("aud", quoted(spec.issuer)),
        ("jti", quoted(spec.jti)),
        ("iat", spec.iat.to_string()),
        ("exp", spec.iat.saturating_add(LIFETIME).to_string()),
    ]);
    let Some(mutation) = mutation else { return members };
    match *mutation {
        Mutation::Jwt(dpop::Mutation::Claims(edit)) => members.edit(edit),
        Mutation::Jwt(dpop::Mutation::DeepClaim(depth)) => {
            members.set("atproof", format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
        }
        Mutation::Jwt(dpop::Mutation::JtiOfLength(length)) => {
            members.set("jti", quoted(&spec.jti.chars().cycle().take(length).collect::<String>()));
        }
        // Rows of these encode to the letters in which the alphabets differ, wherever they stand.
        Mutation::Jwt(dpop::Mutation::Compact(dpop::CompactEdit::StandardAlphabet)) => {
            members.set("atproof", quoted("~~~~~?????"));
        }
        Mutation::Audience(edit) => members.set("aud", audience(spec, edit)),
        Mutation::Issuer(party) => members.set("iss", quoted(&named(spec, party))),
        Mutation::Subject(party) => members.set("sub", quoted(&named(spec, party))),
        Mutation::Both(party) => {
            members.set("iss", quoted(&named(spec, party)));
            members.set("sub", quoted(&named(spec, party)));
        }
        Mutation::Times { iat, exp } => {
            members.set("iat", spec.iat.saturating_add(iat).to_string());
            members.set("exp", spec.iat.saturating_add(exp).to_string());
        }
        Mutation::IatFraction => members.set("iat", format!("{}.5", spec.iat.saturating_sub(1))),
        Mutation::NotBefore(offset) => {
            members.set("nbf", spec.iat.saturating_add(offset).to_string());
            members.set("exp", spec.iat.saturating_add(offset.max(0) + LIFETIME).to_string());
        }
        Mutation::ExpText => {
            members.set("exp", quoted(&spec.iat.saturating_add(LIFETIME).to_string()));
        }
        Mutation::ExpMilliseconds => {
            let millis = spec.iat.saturating_add(LIFETIME).saturating_mul(1000);
            members.set("exp", millis.to_string());
        }
        _ => {}
    }
    members
}

/// The JSON text of an audience.
fn audience(spec: &Spec<'_>, edit: Audience) -> String {
    let list = |values: &[&str]| {
        let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
        format!("[{}]", values.join(","))
    };
    let elsewhere = "https://other-server.atproof.example";
    match edit {
        Audience::Endpoint => quoted(spec.endpoint),
        Audience::OtherIssuer => quoted(elsewhere),
        Audience::TrailingSlash => quoted(&format!("{}/", spec.issuer)),
        Audience::UpperCase => quoted(&spec.issuer.to_uppercase()),
        Audience::Extended => quoted(&format!("{}.atproof.example", spec.issuer)),
        Audience::Client => quoted(spec.client_id),
        Audience::Empty => quoted(""),
        Audience::EmptyList => "[]".to_owned(),
        Audience::IssuerInList => list(&[spec.issuer]),
        Audience::TokenEndpoint => quoted(spec.token_endpoint),
        Audience::OtherInList => list(&[elsewhere]),
        Audience::IssuerAndOther => list(&[spec.issuer, elsewhere]),
        Audience::OtherAndIssuer => list(&[elsewhere, spec.issuer]),
        Audience::Number => "1".to_owned(),
    }
}

/// A text in UTF-16, with a byte order mark.
fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn named(spec: &Spec<'_>, party: Party) -> String {
    match party {
        Party::OtherClient => "https://other-client.atproof.example/client.json".to_owned(),
        Party::Server => spec.issuer.to_owned(),
        Party::User => "did:web:atproof.example".to_owned(),
        Party::TrailingSlash => format!("{}/", spec.client_id),
        Party::UpperCase => spec.client_id.to_uppercase(),
        Party::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client_assertion::MUTATIONS;
    use crate::jws;

    const SPEC: Spec<'_> = Spec {
        client_id: "https://app.example/client.json",
        issuer: "https://as.example",
        endpoint: "https://as.example/oauth/par",
        token_endpoint: "https://as.example/oauth/token",
        kid: "key-1",
        jti: "0123456789abcdef",
        iat: 1_800_000_000,
        bait: "https://app.example/bait",
    };

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32]).unwrap()
    }

    #[test]
    fn a_correct_assertion_says_what_it_shall() {
        let text = forge(&SPEC, &key(), None).unwrap();
        let (header, claims) = jws::decode_unverified(&text).unwrap();
        assert_eq!(header, serde_json::json!({"alg": "ES256", "kid": "key-1"}));
        assert_eq!(claims["iss"], SPEC.client_id);
        assert_eq!(claims["sub"], SPEC.client_id);
        assert_eq!(claims["aud"], SPEC.issuer);
        assert_eq!(claims["exp"], 1_800_000_060);
        let compact = jws::Compact::parse(&text).unwrap();
        assert!(jws::verify_es256(&key().public(), compact.signing_input(), &compact.signature));
    }

    #[test]
    fn every_mutation_has_its_own_name_and_changes_something() {
        let mut names = std::collections::BTreeSet::new();
        let mut texts = std::collections::BTreeSet::new();
        for row in MUTATIONS {
            assert!(names.insert(row.name), "{} stands twice", row.name);
            assert!(applies(&SPEC, &key(), &row.mutation), "{} changes nothing", row.name);
            assert!(
                texts.insert(forge(&SPEC, &key(), Some(&row.mutation))),
                "{} is the same as another",
                row.name
            );
        }
    }
}
