//! Client metadata documents: checked, and kept for a while (the client metadata of the profile;
//! the draft on client id metadata documents).

use std::collections::BTreeMap;

use serde_json::Value;

use super::fetching::{Fetched, What};
use super::key_set::holds_private_key;
use super::{Client, KeySource, identifier, redirects};
use crate::Fault;
use crate::codec::json::Object;
use crate::server::refusal::Refusal;
use crate::server::scope;
use crate::server::state::Server;

/// How long a broken server remembers that a document could not be had, in seconds.
const FAILURE_KEPT: i64 = 3600;

/// Documents and key sets that were fetched, by URL.
#[derive(Debug, Default)]
pub(in crate::server) struct Documents {
    /// Texts, and until when each may be used.
    kept: BTreeMap<String, (i64, String)>,
    /// Where nothing good was had, and until when a broken server does not look again.
    failed: BTreeMap<String, i64>,
    /// Where a broken server was led to, by the URL that it began with.
    moved: BTreeMap<String, String>,
    /// When key sets were last looked at again for an unknown name.
    looked: BTreeMap<String, i64>,
}

/// How long a key set is not looked at again, in seconds.
const PAUSE: i64 = 10;

impl Documents {
    /// Keeps a text for as long as it may be kept.
    pub(super) fn keep(&mut self, url: &str, now: i64, fetched: Fetched) {
        let until = now.saturating_add(fetched.keeps);
        self.kept.insert(url.to_owned(), (until, fetched.text));
    }

    /// The text at a URL, if it is kept.
    pub(super) fn recall(&self, url: &str, now: i64) -> Option<String> {
        self.kept.get(url).filter(|(until, _)| now < *until).map(|(_, text)| text.clone())
    }

    /// Keeps the text at a URL no longer.
    pub(in crate::server) fn forget(&mut self, url: &str) {
        self.kept.remove(url);
    }

    /// Everything that is kept.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.kept.values().map(|(_, text)| text.as_str())
    }

    /// Whether a key set may be looked at again because of an unknown name, which is noted.
    pub(super) fn may_look_again(&mut self, source: &KeySource, now: i64) -> bool {
        let KeySource::At(url) = source else { return false };
        let may = self.looked.get(url).is_none_or(|at| now - at >= PAUSE);
        if may {
            self.looked.insert(url.clone(), now);
        }
        may
    }

    /// Where the fetch of this URL ended, if that was elsewhere.
    fn led_to(&self, url: &str) -> Option<&str> {
        self.moved.get(url).map(String::as_str)
    }

    /// The text at a URL, however old it is.
    fn stale(&self, url: &str) -> Option<String> {
        self.kept.get(url).map(|(_, text)| text.clone())
    }
}

/// A rule on documents: whether it holds, the switches that let a document pass all the same, each
/// with what it lets pass, and what is said where it does not hold.
struct Rule {
    holds: bool,
    excuses: Vec<(Fault, bool)>,
    text: &'static str,
}

fn rule(holds: bool, excuses: &[(Fault, bool)], text: &'static str) -> Rule {
    Rule { holds, excuses: excuses.to_vec(), text }
}

/// What broken servers fetch beside the document.
const LINKS: [(&str, Fault); 2] =
    [("logo_uri", Fault::AsSsrfFetchLogo), ("tos_uri", Fault::AsSsrfFetchTerms)];

/// A document, and the URL where it was found.
struct Found<'a> {
    client_id: &'a str,
    document: &'a Object,
}

impl Found<'_> {
    fn has(&self, name: &str) -> bool {
        self.document.has(name)
    }

    fn value(&self, name: &str) -> Value {
        self.document.value(name).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.document.text(name)
    }

    /// The strings of a list.
    fn list(&self, name: &str) -> Vec<String> {
        let values = self.value(name);
        let values = values.as_array().into_iter().flatten();
        values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
    }

    fn lists(&self, name: &str, wanted: &str) -> bool {
        self.list(name).iter().any(|value| value == wanted)
    }

    fn is_empty_list(&self, name: &str) -> bool {
        self.value(name).as_array().is_some_and(Vec::is_empty)
    }

    /// Whether a member is absent, or a URL with this scheme.
    fn has_scheme(&self, name: &str, scheme: &str) -> bool {
        !self.has(name) || self.text(name).is_some_and(|url| url.starts_with(scheme))
    }
}

impl Server {
    /// The client that a document describes.
    pub(super) fn documented(&mut self, client_id: &str) -> Result<Client, Refusal> {
        let url = self.respelled(client_id).unwrap_or_else(|| client_id.to_owned());
        if self.has(Fault::AsSsrfFetchBeforeValidate) {
            let _unused = self.fetched(&url, What::Document);
        }
        self.check_client_id(&url)?;
        let now = self.now();
        let remembers = self.has(Fault::AsDocumentErrorCached);
        if remembers && self.documents.failed.get(client_id).is_some_and(|until| now < *until) {
            return Err(unreadable("the document could not be had before"));
        }
        if let Some(text) = self.documents.recall(client_id, now) {
            return self.read_document(client_id, &text);
        }
        let fetched = match self.fetched(&url, What::Document) {
            Ok(fetched) => fetched,
            Err(refusal) => {
                self.documents.failed.insert(client_id.to_owned(), now + FAILURE_KEPT);
                // What was good once may be out of date.
                let stale = self.documents.stale(client_id);
                return match stale.filter(|_| self.has(Fault::AsDocumentStaleOnFailure)) {
                    Some(text) => self.read_document(client_id, &text),
                    None => Err(refusal),
                };
            }
        };
        if let Some(target) = &fetched.moved {
            self.documents.moved.insert(client_id.to_owned(), target.clone());
        }
        let client = self.read_document(client_id, &fetched.text);
        let whole = !self.has(Fault::AsDocumentKeptInPart);
        if client.is_ok() && whole || self.has(Fault::AsClientInvalidDocumentCached) {
            self.documents.keep(client_id, now, fetched);
        }
        client
    }

    /// The document of a client, as it is kept.
    pub(in crate::server) fn document_of(&self, client: &Client) -> Option<Object> {
        Object::read(&self.documents.recall(&client.id, self.now())?)
    }

    /// Reads and checks a document.
    fn read_document(&self, client_id: &str, text: &str) -> Result<Client, Refusal> {
        let document = self.read_object(text)?;
        let document = &document;
        let found = Found { client_id, document };
        let rules = [self.form_rules(&found), self.key_rules(&found), self.page_rules(&found)];
        for rule in rules.into_iter().flatten() {
            let is_excused = rule.excuses.iter().any(|(fault, fits)| *fits && self.has(*fault));
            if !rule.holds && !is_excused {
                return Err(unreadable(rule.text));
            }
        }
        if let Some((_, _, text)) =
            self.whims(&found, text).into_iter().find(|(fault, is, _)| *is && self.has(*fault))
        {
            return Err(unreadable(text));
        }
        let is_confidential =
            found.text("token_endpoint_auth_method").as_deref() == Some("private_key_jwt");
        let is_native = match found.text("application_type").as_deref() {
            Some(kind) => kind == "native",
            None => self.has(Fault::AsClientApplicationTypeDefaultsToNative),
        };
        let redirect_uris = self.declared_redirects(&found);
        let owner = redirects::Owner { client_id, is_native };
        let checked = if self.has(Fault::AsClientRedirectListUnchecked) { 1 } else { usize::MAX };
        for uri in redirect_uris.iter().take(checked) {
            self.check_declared_redirect(&owner, uri)?;
        }
        for (name, fault) in LINKS {
            if let Some(url) = found.text(name)
                && self.has(fault)
            {
                self.fetch_unasked(&url);
            }
        }
        let keys = match (document.object("jwks"), found.text("jwks_uri")) {
            _ if !is_confidential => None,
            (_, Some(url)) => Some(KeySource::At(match url.contains("://") {
                true => url,
                false => format!("{}/{url}", folder(client_id)),
            })),
            _ => Some(KeySource::Inline(found.value("jwks").to_string())),
        };
        let scopes = self.declared_scopes(&found);
        let refreshes = found.lists("grant_types", "refresh_token");
        Ok(Client { id: client_id.to_owned(), redirect_uris, scopes, refreshes, keys })
    }

    /// The text of a document as an object.
    fn read_object(&self, text: &str) -> Result<Object, Refusal> {
        let mut text = text.to_owned();
        if let Some(rest) = text.strip_prefix('\u{feff}')
            && self.has(Fault::AsDocumentByteOrderMark)
        {
            text = rest.to_owned();
        }
        if self.has(Fault::AsDocumentTrailingComma) {
            text = text.replace(",}", "}");
        }
        if self.has(Fault::AsDocumentTrailingData) {
            let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
            let end = values.next().map_or(0, |_| values.byte_offset());
            text.truncate(end);
        }
        let value = serde_json::from_str::<Value>(&text);
        let crashes = match &value {
            Ok(Value::Object(_)) => false,
            Ok(Value::String(inner)) if self.has(Fault::AsDocumentDoubleEncoded) => {
                text.clone_from(inner);
                false
            }
            Ok(Value::Array(list)) if self.has(Fault::AsDocumentArrayUnwrapped) => {
                text = list.first().cloned().unwrap_or_default().to_string();
                false
            }
            Ok(_) => self.has(Fault::AsDocumentScalar500),
            Err(_) if text.is_empty() => self.has(Fault::AsDocumentEmpty500),
            Err(_) if text.contains(&"[".repeat(128)) => self.has(Fault::AsDocumentNesting500),
            Err(_) => self.has(Fault::AsDocumentUnreadable500),
        };
        if crashes {
            return Err(Refusal::new(500, "server_error", "internal error"));
        }
        let document =
            Object::read(&text).ok_or_else(|| unreadable("the document is no object"))?;
        match document.has_repeated() {
            true if self.has(Fault::AsDocumentDuplicateLast) => Ok(document.last_wins()),
            true if !self.has(Fault::AsClientDuplicateMembers) => {
                Err(unreadable("the document has a repeated member"))
            }
            _ => Ok(document),
        }
    }

    /// What a document has to say of the client and of what it asks for.
    fn form_rules(&self, found: &Found<'_>) -> Vec<Rule> {
        let id = found.text("client_id");
        let named = id.as_deref().unwrap_or_default();
        let own = found.client_id;
        let scopes = scope::values(&found.text("scope").unwrap_or_default());
        let kind = found.text("application_type");
        let kind = kind.as_deref();
        let method = found.text("token_endpoint_auth_method");
        let method = method.as_deref();
        let bound = found.value("dpop_bound_access_tokens");
        vec![
            rule(
                named == own,
                &[
                    (Fault::AsClientIdMismatch, true),
                    (Fault::AsDocumentFinalUrl, self.documents.led_to(own) == Some(named)),
                    (Fault::AsDocumentIdOptional, !found.has("client_id")),
                    (Fault::AsDocumentIdSlash, named.trim_end_matches('/') == own),
                    (Fault::AsDocumentIdCasefold, named.eq_ignore_ascii_case(own)),
                    (Fault::AsDocumentIdNormalised, normalised(named) == own),
                    (
                        Fault::AsDocumentIdDecoded,
                        crate::codec::form::percent_decode(named).as_deref() == Some(own),
                    ),
                    (Fault::AsDocumentIdPrefix, named.starts_with(own)),
                    (Fault::AsDocumentIdTrimmed, named.trim() == own),
                    (Fault::AsDocumentIdList, found.list("client_id") == [own]),
                ],
                "client_id is not the URL of the document",
            ),
            rule(
                scopes.iter().any(|value| value == "atproto"),
                &[
                    (Fault::AsClientScopeUnchecked, found.text("scope").is_some()),
                    (Fault::AsDocumentScopeOptional, !found.has("scope")),
                    (
                        Fault::AsDocumentScopeSubstring,
                        found.text("scope").is_some_and(|scope| scope.contains("atproto")),
                    ),
                    (Fault::AsDocumentScopeList, found.lists("scope", "atproto")),
                ],
                "the scope lacks atproto",
            ),
            rule(
                found.lists("response_types", "code"),
                &[
                    (Fault::AsClientResponseTypesUnchecked, true),
                    (Fault::AsDocumentResponseTypesDefault, !found.has("response_types")),
                    (Fault::AsDocumentResponseTypesEmpty, found.is_empty_list("response_types")),
                    (
                        Fault::AsDocumentResponseTypesString,
                        found.text("response_types").as_deref() == Some("code"),
                    ),
                    (
                        Fault::AsDocumentResponseTypesSubstring,
                        found.list("response_types").iter().any(|value| value.contains("code")),
                    ),
                ],
                "response_types lacks code",
            ),
            rule(
                found.lists("grant_types", "authorization_code"),
                &[
                    (Fault::AsClientGrantTypesUnchecked, true),
                    (Fault::AsDocumentGrantTypesDefault, !found.has("grant_types")),
                    (Fault::AsDocumentGrantTypesEmpty, found.is_empty_list("grant_types")),
                ],
                "grant_types lacks authorization_code",
            ),
            rule(
                !found.list("redirect_uris").is_empty(),
                &[
                    (Fault::AsClientRedirectUrisOptional, !found.has("redirect_uris")),
                    (Fault::AsDocumentRedirectUrisEmpty, found.is_empty_list("redirect_uris")),
                    (Fault::AsDocumentRedirectUrisString, found.value("redirect_uris").is_string()),
                ],
                "there are no redirect_uris",
            ),
            rule(
                bound == Value::Bool(true),
                &[
                    (Fault::AsClientDpopBoundOptional, !found.has("dpop_bound_access_tokens")),
                    (Fault::AsDocumentDpopBoundFalse, bound == Value::Bool(false)),
                    (Fault::AsDocumentDpopBoundString, bound == "true"),
                ],
                "dpop_bound_access_tokens is not true",
            ),
            rule(
                !found.has("application_type") || matches!(kind, Some("web" | "native")),
                &[
                    (Fault::AsClientApplicationTypeUnchecked, true),
                    (Fault::AsDocumentApplicationTypeEmpty, kind == Some("")),
                    (
                        Fault::AsDocumentApplicationTypeCasefold,
                        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("web")),
                    ),
                ],
                "application_type is neither web nor native",
            ),
            rule(
                matches!(method, Some("none" | "private_key_jwt")),
                &[
                    (Fault::AsDocumentMethodDefault, !found.has("token_endpoint_auth_method")),
                    (Fault::AsDocumentMethodBasic, !found.has("token_endpoint_auth_method")),
                    (Fault::AsClientSecretMethods, method == Some("client_secret_basic")),
                    (Fault::AsDocumentMethodPost, method == Some("client_secret_post")),
                    (Fault::AsDocumentMethodSecretJwt, method == Some("client_secret_jwt")),
                ],
                "token_endpoint_auth_method is neither none nor private_key_jwt",
            ),
            rule(
                !found.has("client_secret"),
                &[(Fault::AsClientSecretInDocument, true)],
                "the document holds a client_secret",
            ),
            rule(
                found.document.value("client_name").is_none_or(|value| value.is_string()),
                &[(Fault::AsClientMemberTypesUnchecked, true)],
                "a member has the wrong type",
            ),
        ]
    }

    /// What a document has to say of the keys of the client.
    fn key_rules(&self, found: &Found<'_>) -> Vec<Rule> {
        let method = found.text("token_endpoint_auth_method");
        let is_confidential = method.as_deref() == Some("private_key_jwt");
        let alg = found.text("token_endpoint_auth_signing_alg");
        let alg = alg.as_deref();
        let keys = found.value("jwks").get("keys").and_then(Value::as_array).cloned();
        let keys = keys.unwrap_or_default();
        let jwks = found.value("jwks");
        vec![
            rule(
                !(found.has("jwks") && found.has("jwks_uri")),
                &[(Fault::AsClientBothKeySources, true)],
                "there are both jwks and jwks_uri",
            ),
            rule(
                !is_confidential || !keys.is_empty() || found.has("jwks_uri"),
                &[
                    (Fault::AsClientKeysOptional, !found.has("jwks")),
                    (Fault::AsClientKeySetEmpty, jwks == serde_json::json!({"keys": []})),
                    (Fault::AsKeySetBareList, jwks.is_array()),
                    (Fault::AsKeySetSingleKey, jwks.get("keys").is_some_and(Value::is_object)),
                ],
                "a confidential client has no keys",
            ),
            rule(
                found.has_scheme("jwks_uri", "https://"),
                &[
                    (Fault::AsClientJwksUriHttp, found.has_scheme("jwks_uri", "http://")),
                    (
                        Fault::AsDocumentJwksUriRelative,
                        found.text("jwks_uri").is_some_and(|url| !url.contains(':')),
                    ),
                ],
                "jwks_uri is not https",
            ),
            rule(
                alg != Some("none"),
                &[(Fault::AsClientAlgNone, true)],
                "token_endpoint_auth_signing_alg is none",
            ),
            rule(
                alg.is_none_or(|alg| matches!(alg, "ES256" | "none")),
                &[
                    (Fault::AsClientAlgUnsupported, true),
                    (Fault::AsDocumentAlgSymmetric, alg == Some("HS256")),
                ],
                "token_endpoint_auth_signing_alg is not supported",
            ),
            rule(
                !holds_private_key(&keys),
                &[(Fault::AsClientPrivateKeyPublished, true)],
                "jwks holds a private key",
            ),
        ]
    }

    /// What a document has to say of the pages of the client.
    fn page_rules(&self, found: &Found<'_>) -> Vec<Rule> {
        let host = identifier::host(found.client_id).unwrap_or_default();
        let home = found.text("client_uri");
        let home = home.as_deref().map(|uri| identifier::host(uri).unwrap_or_default());
        let linked = |name, http, other, shape: &str, text| {
            rule(
                found.has_scheme(name, "https://"),
                &[
                    (http, found.has_scheme(name, "http://")),
                    (other, found.has_scheme(name, shape)),
                ],
                text,
            )
        };
        vec![
            linked(
                "logo_uri",
                Fault::AsClientLogoHttp,
                Fault::AsDocumentLogoData,
                "data:",
                "logo_uri is not https",
            ),
            linked(
                "tos_uri",
                Fault::AsClientTermsHttp,
                Fault::AsDocumentTermsScript,
                "javascript:",
                "tos_uri is not https",
            ),
            linked(
                "policy_uri",
                Fault::AsClientPolicyHttp,
                Fault::AsDocumentPolicyMail,
                "mailto:",
                "policy_uri is not https",
            ),
            rule(
                home.is_none_or(|home| home == host),
                &[
                    (Fault::AsClientUriOtherHost, true),
                    (
                        Fault::AsDocumentUriSubdomain,
                        home.is_some_and(|home| home.ends_with(&format!(".{host}"))),
                    ),
                ],
                "client_uri is on another host",
            ),
        ]
    }

    /// What only a broken server minds: the switch, whether the document has it, what is said.
    fn whims(&self, found: &Found<'_>, text: &str) -> Vec<(Fault, bool, &'static str)> {
        let names = || found.document.names();
        let unknown = names().filter(|name| !KNOWN.contains(name));
        let unknown: Vec<Value> = unknown.map(|name| found.value(name)).collect();
        let is_of = |shape: fn(&Value) -> bool| unknown.iter().any(shape);
        let is_confidential = found.has("jwks") || found.has("jwks_uri");
        let others = |name: &str, known: &[&str]| {
            found.list(name).iter().any(|value| !known.contains(&value.as_str()))
        };
        let elsewhere = ["logo_uri", "tos_uri", "policy_uri"].iter().any(|name| {
            found.text(name).is_some_and(|url| !url.contains(&folder(found.client_id)))
        });
        let home = found.text("client_uri");
        let written = found.document.source("client_id").unwrap_or_default();
        vec![
            (
                Fault::AsDocumentUnknownRefused,
                is_of(Value::is_string),
                "the document has an unknown member",
            ),
            (
                Fault::AsDocumentNestedRefused,
                is_of(|value| value.is_object() || value.is_array()),
                "a member is no string",
            ),
            (Fault::AsDocumentNullRefused, is_of(Value::is_null), "a member is null"),
            (Fault::AsDocumentNumberRefused, is_of(Value::is_f64), "a number is too large"),
            (Fault::AsDocumentContactsRefused, found.has("contacts"), "contacts are not supported"),
            (
                Fault::AsDocumentLanguageTagRefused,
                names().any(|name| name.contains('#')),
                "a name has a language tag",
            ),
            (
                Fault::AsDocumentOidcRefused,
                found.has("id_token_signed_response_alg"),
                "OpenID Connect is not supported",
            ),
            (
                Fault::AsDocumentApplicationTypeRequired,
                !found.has("application_type"),
                "application_type is missing",
            ),
            (Fault::AsDocumentNameRequired, !found.has("client_name"), "client_name is missing"),
            (Fault::AsDocumentHomeRequired, home.is_none(), "client_uri is missing"),
            (Fault::AsDocumentKeysAlways, !is_confidential, "the client has no keys"),
            (Fault::AsDocumentJwksList, found.value("jwks").is_object(), "jwks is no list"),
            (
                Fault::AsDocumentNativeInverted,
                found.text("application_type").as_deref() == Some("native") && !is_confidential,
                "a native client is not confidential",
            ),
            (
                Fault::AsDocumentRefreshRequired,
                !found.lists("grant_types", "refresh_token"),
                "grant_types lacks refresh_token",
            ),
            (
                Fault::AsDocumentResponseTypesExact,
                others("response_types", &["code"]),
                "response_types is more than code",
            ),
            (
                Fault::AsDocumentGrantTypesExact,
                others("grant_types", &["authorization_code", "refresh_token"]),
                "grant_types has an unknown type",
            ),
            (
                Fault::AsDocumentAlgRequired,
                is_confidential && !found.has("token_endpoint_auth_signing_alg"),
                "token_endpoint_auth_signing_alg is missing",
            ),
            (
                Fault::AsDocumentAlgOfPublicRefused,
                !is_confidential && found.has("token_endpoint_auth_signing_alg"),
                "a public client has token_endpoint_auth_signing_alg",
            ),
            (
                Fault::AsDocumentLinksElsewhereRefused,
                elsewhere,
                "a page of the client is on another host",
            ),
            (
                Fault::AsDocumentUriParent,
                home.is_some_and(|home| !found.client_id.starts_with(&home)),
                "client_uri is no parent of client_id",
            ),
            (Fault::AsDocumentWhitespaceRefused, !text.starts_with('{'), "there is white space"),
            (
                Fault::AsDocumentIdUnescaped,
                written != format!("\"{}\"", found.client_id),
                "client_id is not the URL of the document",
            ),
        ]
    }

    fn declared_redirects(&self, found: &Found<'_>) -> Vec<String> {
        let declared = found.list("redirect_uris");
        // Where a broken server lets them be absent it has a default.
        match found.text("redirect_uris") {
            _ if !declared.is_empty() => declared,
            Some(uri) => vec![uri],
            None => vec![format!("{}/callback", folder(found.client_id))],
        }
    }

    fn declared_scopes(&self, found: &Found<'_>) -> Vec<String> {
        let scopes = match found.text("scope") {
            Some(scope) => scope::values(&scope),
            None => scope::values("transition:generic"),
        };
        // A client whose document was taken may ask for it.
        [vec!["atproto".to_owned()], scopes].concat()
    }
}

/// Members of the client metadata of the profile, and those that are checked beside them.
const KNOWN: [&str; 19] = [
    "client_id",
    "client_name",
    "application_type",
    "grant_types",
    "response_types",
    "redirect_uris",
    "scope",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "dpop_bound_access_tokens",
    "jwks",
    "jwks_uri",
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "client_secret",
    "contacts",
    "id_token_signed_response_alg",
];

fn unreadable(text: &'static str) -> Refusal {
    Refusal::new(400, "invalid_client_metadata", text)
}

/// A URL without its last segment.
fn folder(url: &str) -> String {
    url.rsplit_once('/').map_or(url, |(folder, _)| folder).to_owned()
}

/// A URL with scheme and host in lower case and without the default port.
fn normalised(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    let authority = authority.strip_suffix(":443").unwrap_or(&authority);
    format!("{}://{authority}{path}", scheme.to_ascii_lowercase())
}
