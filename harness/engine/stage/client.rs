//! Clients of our own with a metadata document: published under a fresh identifier each, since
//! servers keep what they have fetched.

use std::sync::Arc;

use atproof_protocol::jwk::SigningKey;
use serde_json::{Value, json};

use super::{Draft, Grant, Halt, Host, Login, Manner, Page, Reply, Stage, Way};
use crate::model::{Delivery, DocumentEdit, Edit};

/// A key that a client authenticates with.
#[derive(Clone, Debug)]
pub struct ClientKey {
    /// The key.
    pub key: SigningKey,
    /// Its name in the key set.
    pub kid: String,
}

/// The kinds of clients that a document can describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// A web client without credentials.
    Public,
    /// A native client, with a redirect URI of a private-use scheme.
    Native,
    /// A web client with `private_key_jwt` and its keys in the document.
    Confidential,
    /// A web client with `private_key_jwt` and its keys at a URL.
    ByReference,
}

/// A client whose document is served.
#[derive(Clone, Debug)]
pub struct Published {
    /// `client_id`.
    pub client_id: String,
    /// The redirect URI that it asks for.
    pub redirect_uri: String,
    /// What it is.
    pub kind: ClientKind,
    /// Its published keys. Those after the first are there to be swapped in.
    pub keys: [ClientKey; 2],
    /// Header fields with which document and key set are served from the next publication on.
    pub fields: &'static [(&'static str, &'static str)],
    host: Arc<Host>,
    base: String,
    /// How often its pages had been fetched before it was published.
    visited: usize,
    /// What stands for a sentinel in templates.
    marks: Vec<(String, String)>,
    shown: Value,
}

/// What the URI of a native client ends with.
const NATIVE_REDIRECT: &str = "{reverse}:/callback";

impl ClientKind {
    fn is_confidential(self) -> bool {
        matches!(self, Self::Confidential | Self::ByReference)
    }

    /// The members of a correct document: names, and JSON templates.
    fn members(self, redirect_uri: &str) -> Vec<(&'static str, String)> {
        let application = if self == Self::Native { "native" } else { "web" };
        let method = if self.is_confidential() { "private_key_jwt" } else { "none" };
        let mut members = vec![
            ("client_id", "\"{id}\"".to_owned()),
            ("client_name", "\"atproof\"".to_owned()),
            ("application_type", json!(application).to_string()),
            ("grant_types", json!(["authorization_code", "refresh_token"]).to_string()),
            ("response_types", json!(["code"]).to_string()),
            ("redirect_uris", json!([redirect_uri]).to_string()),
            ("scope", "\"atproto transition:generic\"".to_owned()),
            ("token_endpoint_auth_method", json!(method).to_string()),
            ("dpop_bound_access_tokens", "true".to_owned()),
        ];
        if self.is_confidential() {
            members.push(("token_endpoint_auth_signing_alg", "\"ES256\"".to_owned()));
        }
        match self {
            Self::Confidential => members.push(("jwks", "{keyset}".to_owned())),
            Self::ByReference => members.push(("jwks_uri", "\"{keys}\"".to_owned())),
            Self::Public | Self::Native => {}
        }
        members
    }
}

/// The key set of a correct confidential client; a template.
const KEY_SET: &str = "{\"keys\":[{jwk},{second}]}";

impl Published {
    /// How often its document was fetched.
    pub fn document_visits(&self) -> usize {
        self.all_visits() - self.visited
    }

    fn all_visits(&self) -> usize {
        let path = self.path(DOCUMENT);
        let target = Way::of(&self.client_id).map(|way| way.target);
        let elsewhere = target.filter(|target| !Host::is_same_page(target, &path));
        self.host.visits(&path) + elsewhere.map_or(0, |target| self.host.visits(&target))
    }

    /// How often its key set was fetched.
    pub fn key_set_visits(&self) -> usize {
        self.host.visits(&self.path(KEYS))
    }

    /// How often a page was fetched that no server has a reason to fetch.
    pub fn bait_visits(&self) -> usize {
        [BAIT, COPY, KEYS_COPY].iter().map(|file| self.host.visits(&self.path(file))).sum()
    }

    /// The host that serves it.
    pub fn host(&self) -> &Arc<Host> {
        &self.host
    }

    /// The path of a file in its folder.
    pub fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.base)
    }

    /// A template with the values of this client in it.
    pub fn spell(&self, template: &str) -> String {
        self.fill(template, false)
    }

    /// Takes the document away.
    pub fn withdraw(&self) {
        self.host.withdraw(&self.path(DOCUMENT));
    }

    /// Serves the document and the key set again, with this edit in the place of the earlier one.
    pub fn republish(&mut self, edit: &Edit) {
        let mut members = self.kind.members(&self.redirect_uri);
        let mut whole = None;
        match edit {
            Edit::Document(DocumentEdit::Set(name, json)) => set(&mut members, name, json),
            Edit::Document(DocumentEdit::Remove(name)) => members.retain(|(n, _)| n != name),
            Edit::Document(DocumentEdit::Repeat(name, json)) => {
                members.push((name, (*json).to_owned()));
            }
            Edit::Document(DocumentEdit::RepeatBefore(name, json)) => {
                members.insert(0, (name, (*json).to_owned()));
            }
            Edit::Document(DocumentEdit::Whole(text)) => whole = Some(*text),
            Edit::Document(DocumentEdit::Nested(depth)) => {
                members.push(("atproof", "[".repeat(*depth) + &"]".repeat(*depth)));
            }
            Edit::Delivery(Delivery::Padded(bytes)) => {
                members.push(("atproof", format!("\"{}\"", "x".repeat(*bytes))));
            }
            _ => {}
        }
        let mut key_set = match edit {
            Edit::KeySet(text) => (*text).to_owned(),
            _ => KEY_SET.to_owned(),
        };
        if let Edit::KeySetDelivery(Delivery::Padded(bytes)) = edit {
            key_set = format!("{{\"atproof\":\"{}\",{}", "x".repeat(*bytes), &KEY_SET[1..]);
        }
        let members: Vec<String> =
            members.iter().map(|(name, json)| format!("{}:{json}", Value::from(*name))).collect();
        let good = format!("{{{}}}", members.join(","));
        let text = whole.map_or(good.clone(), |whole| {
            let quoted = Value::from(self.fill(&good, false)).to_string();
            whole.replace("{document}", &good).replace("{quoted}", &quoted)
        });
        let text = text.replace("{keyset}", &key_set);
        let page = |text: &str, edit: Option<&Delivery>, copy: &str| {
            let elsewhere = match edit {
                Some(Delivery::RedirectTo(url)) => self.fill(url, false),
                _ => self.url(copy),
            };
            let mut page = delivered(self.fill(text, false), edit, &elsewhere);
            self.fields.iter().for_each(|(name, value)| page.headers.set(name, *value));
            page
        };
        let document = |edit: Option<&Delivery>| page(&text, edit, COPY);
        self.host.publish(&self.path(COPY), document(None));
        let delivery = match edit {
            Edit::Delivery(delivery) => Some(delivery),
            _ => None,
        };
        self.host.publish(&self.path(DOCUMENT), document(delivery));
        if let Some(way) = Way::of(&self.client_id) {
            self.host.publish(&way.target, document(delivery));
        }
        let delivery = match edit {
            Edit::KeySetDelivery(delivery) => Some(delivery),
            _ => None,
        };
        self.host.publish(&self.path(KEYS_COPY), page(&key_set, None, KEYS_COPY));
        self.host.publish(&self.path(KEYS), page(&key_set, delivery, KEYS_COPY));
        let mut shown = json!({
            "url": self.url(DOCUMENT),
            "document": cut(self.fill(&text, true)),
        });
        if self.kind == ClientKind::ByReference
            && let Some(shown) = shown.as_object_mut()
        {
            shown.insert("key_set".to_owned(), json!(cut(self.fill(&key_set, true))));
        }
        self.shown = shown;
    }

    fn url(&self, file: &str) -> String {
        format!("{}{}", self.host.origin(), self.path(file))
    }

    /// A template with its values in it; secrets are left out of what is shown.
    fn fill(&self, template: &str, is_shown: bool) -> String {
        let [first, second] = &self.keys;
        let named = |mut jwk: Value, key: &ClientKey| {
            if let Some(members) = jwk.as_object_mut() {
                members.insert("kid".to_owned(), json!(key.kid));
            }
            jwk
        };
        let jwk = |key: &ClientKey| named(key.key.public().to_value(), key);
        let mut private = named(first.key.private_jwk(), first);
        if let Some(d) = private.get_mut("d").filter(|_| is_shown) {
            *d = json!("<private key>");
        }
        let text = jwk(first).to_string();
        let members = text.trim_start_matches('{').trim_end_matches('}').to_owned();
        let mut labels: Vec<&str> = self.host.name().split('.').collect();
        labels.reverse();
        let parent = labels.get(..labels.len() - 1).unwrap_or_default();
        let second_port = self.host.second_port();
        let mut homonym = second.key.public().to_value();
        if let Some(members) = homonym.as_object_mut() {
            members.insert("kid".to_owned(), json!(first.kid));
        }
        let mut renamed = first.key.public().to_value();
        if let Some(members) = renamed.as_object_mut() {
            members.insert("kid".to_owned(), json!(second.kid));
        }
        let mut filled = template.to_owned();
        if filled.contains("{many}") {
            let many = (0..MANY).map(|n| format!("{{\"kty\":\"ATPROOF\",\"kid\":\"{n}\"}}"));
            filled = filled.replace("{many}", &many.collect::<Vec<_>>().join(","));
        }
        for (name, value) in [
            ("{homonym}", homonym.to_string()),
            ("{renamed}", renamed.to_string()),
            ("{jwk}", text),
            ("{members}", members),
            ("{private}", private.to_string()),
            ("{second}", jwk(second).to_string()),
            ("{id}", quoted(&self.client_id)),
            ("{origin}", self.host.origin().to_owned()),
            ("{host}", self.host.name().to_owned()),
            ("{path}", self.path(DOCUMENT)),
            ("{folder}", self.base.clone()),
            ("{base}", format!("{}{}", self.host.origin(), self.base)),
            ("{keys}", self.url(KEYS)),
            ("{bait}", self.url(BAIT)),
            ("{reverse}", labels.join(".")),
            ("{parent}", parent.join(".")),
            ("{HOST}", self.host.name().to_uppercase()),
            ("{second-port}", second_port.map(|port| port.to_string()).unwrap_or_default()),
        ] {
            filled = filled.replace(name, &value);
        }
        for (mark, value) in &self.marks {
            filled = filled.replace(mark, value);
        }
        filled
    }
}

const DOCUMENT: &str = "client-metadata.json";
const KEYS: &str = "jwks.json";
/// Good copies of the document and of the key set, for redirects.
const COPY: &str = "copy.json";
const KEYS_COPY: &str = "copy-of-jwks.json";
/// What no server has a reason to fetch.
const BAIT: &str = "bait.json";

/// How many keys are many.
const MANY: usize = 10_000;

/// Longest text of a document that is kept in the record.
const LONGEST_SHOWN: usize = 4096;

/// The inside of a JSON string.
fn quoted(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn set(members: &mut Vec<(&'static str, String)>, name: &'static str, json: &str) {
    match members.iter_mut().find(|(n, _)| *n == name) {
        Some((_, value)) => json.clone_into(value),
        None => members.push((name, json.to_owned())),
    }
}

/// A page with this text, delivered as it should be but for one thing.
fn delivered(text: String, edit: Option<&Delivery>, copy: &str) -> Page {
    let mut page = Page::json(text);
    match edit {
        None | Some(Delivery::Padded(_)) => {}
        Some(Delivery::Status(status)) => page.status = *status,
        Some(Delivery::Redirect(status)) => {
            page.status = *status;
            page.headers.push("Location", copy);
        }
        Some(Delivery::RedirectTo(_)) => {
            page.status = 302;
            page.headers.push("Location", copy);
        }
        Some(Delivery::MediaType("")) => page.headers.remove("Content-Type"),
        Some(Delivery::MediaType(value)) => page.headers.set("Content-Type", *value),
        Some(Delivery::Field(name, value)) => page.headers.push(*name, *value),
        Some(Delivery::Refresh) => page.headers.push("Refresh", format!("0; url={copy}")),
        Some(Delivery::Utf16) => {
            let text = String::from_utf8_lossy(&page.body).into_owned();
            page.body = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        }
        Some(Delivery::Cut) => page.manner = Manner::Cut,
        Some(Delivery::Endless) => page.manner = Manner::Endless,
        Some(Delivery::Silent) => page.manner = Manner::Silent,
        Some(Delivery::Drip) => page.manner = Manner::Drip,
        Some(Delivery::Absent) => page = Page::new(404, "text/plain", "not found"),
    }
    page
}

impl Stage {
    /// The metadata host.
    ///
    /// # Errors
    ///
    /// Halts where there is none; families say so with
    /// [`Need::MetadataHost`](crate::model::Need::MetadataHost).
    pub fn host(&self) -> Result<Arc<Host>, Halt> {
        self.place.host.clone().ok_or(Halt::Needs("a host for client metadata"))
    }

    /// A URL of ours that nobody has a reason to fetch.
    pub(super) fn bait(&self) -> String {
        let origin = self.place.host.as_ref().map_or("https://atproof.example", |h| h.origin());
        format!("{origin}{}/{BAIT}", self.client_base)
    }

    /// Publishes a new client, with this edit where it is about the client.
    pub fn publish(&mut self, kind: ClientKind, edit: &Edit) -> Result<Published, Halt> {
        let host = self.host()?;
        let token: String =
            self.random().token().chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        let base = format!("/{token}/{}", host.serial());
        let random = self.random();
        let keys = ["key-1", "key-2"]
            .map(|kid| ClientKey { key: random.key(), kid: format!("{kid}-{token}") });
        self.client_base.clone_from(&base);
        let mut published = Published {
            client_id: format!("{}{base}/{DOCUMENT}", host.origin()),
            redirect_uri: String::new(),
            kind,
            keys,
            fields: &[],
            host,
            base,
            visited: 0,
            marks: self.marks.clone(),
            shown: Value::Null,
        };
        if let Edit::ClientId(template) | Edit::RedirectUri(template) = edit
            && template.contains("{second-port}")
            && published.host.second_port().is_none()
        {
            return Err(Halt::Needs("a second port at which client metadata can be served"));
        }
        if let Edit::ClientId(template) = edit {
            published.client_id = published.fill(template, false);
        }
        let redirect_uri = match (edit, kind) {
            (Edit::RedirectUri(template), _) => *template,
            (_, ClientKind::Native) => NATIVE_REDIRECT,
            _ => "{base}/callback",
        };
        published.redirect_uri = published.fill(redirect_uri, false);
        published.visited = published.all_visits();
        published.republish(edit);
        Ok(published)
    }

    /// A new login of the first account by this client; nothing is sent yet.
    pub fn login_by(&mut self, client: &Published) -> Login {
        let [key, _] = &client.keys;
        Login {
            client_id: client.client_id.clone(),
            client_key: client.kind.is_confidential().then(|| key.clone()),
            redirect_uri: client.redirect_uri.clone(),
            ..self.login()
        }
    }

    /// A grant of a new client of this kind, which the calls of a unit hand on to each other. It is
    /// made, as a preparation, where none was handed on.
    pub async fn unit_grant_by(&mut self, kind: ClientKind) -> Result<Grant, Halt> {
        if let Some(grant) = self.handed_on() {
            return Ok(grant);
        }
        let client = self.publish(kind, &Edit::None)?;
        let login = self.login_by(&client);
        let grant = self.grant_for(login).await?;
        self.hand_on(Some(grant.clone()));
        Ok(grant)
    }

    /// Publishes a client and pushes an authorization request of it, with this edit wherever it
    /// belongs: document, delivery, key set, identifier or request.
    pub async fn push_by(&mut self, kind: ClientKind, edit: &Edit) -> Result<Reply, Halt> {
        let client = self.publish(kind, edit)?;
        let login = self.login_by(&client);
        let draft = self.par(&login);
        self.send_by(&client, draft, edit).await
    }

    /// Sends a request of a published client and notes what the server came for since.
    pub async fn send_by(
        &mut self,
        client: &Published,
        draft: Draft,
        edit: &Edit,
    ) -> Result<Reply, Halt> {
        let reply = self.send_edited(draft, edit).await?;
        self.note_client(client);
        Ok(reply)
    }

    /// Notes at the last exchange what a client has published, and how often each page of it was
    /// fetched so far.
    pub fn note_client(&mut self, client: &Published) {
        self.fact("client", client.shown.clone());
        self.fact(
            "fetched",
            json!({
                "document": client.document_visits(),
                "key_set": client.key_set_visits(),
                "bait": client.bait_visits(),
            }),
        );
    }
}
