//! Logins, from the pushed request to the token answer, in steps that a case can take one by one.

use std::sync::Arc;

use atproof_protocol::form;
use atproof_protocol::http::Response;
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::pkce;
use atproof_protocol::record::{Action, Part};
use serde_json::json;
use tokio::sync::Mutex;

use super::{Assertion, ClientKey, Draft, Halt, Proof, Reply, Stage, unprepared};
use crate::consent::{self, ConsentError, Decision, Device, Ending, Opened, Sessions};
use crate::model::Edit;

/// Logins that are made once per place and then only read, and the devices they were made on.
#[derive(Default)]
pub struct Fixtures {
    grant: Mutex<Option<Grant>>,
    /// The browser of each account, in the order of the accounts.
    pub(crate) devices: [Device; 2],
}

/// A login that has not come to its end: what the client keeps between request and callback.
#[derive(Clone, Debug)]
pub struct Login {
    /// Key that proofs are made with.
    pub key: SigningKey,
    /// A key that belongs to no session.
    pub other_key: SigningKey,
    /// `client_id`.
    pub client_id: String,
    /// What the client authenticates with, where it is confidential.
    pub client_key: Option<ClientKey>,
    /// `redirect_uri`.
    pub redirect_uri: String,
    /// `scope` asked for.
    pub scope: String,
    /// `state`.
    pub state: String,
    /// PKCE `code_verifier` (RFC 7636).
    pub verifier: String,
    /// Which account signs in, from 0.
    pub account: usize,
    /// The device it signs in on, where that is not the one that all logins of the account share.
    pub device: Option<Arc<Device>>,
}

/// A login that came to its end.
#[derive(Clone, Debug)]
pub struct Grant {
    /// What led to it.
    pub login: Login,
    /// Access token.
    pub access_token: String,
    /// Refresh token, where one was given.
    pub refresh_token: Option<String>,
    /// `sub`, where it was given.
    pub sub: Option<String>,
    /// When the access token ends, in seconds since the Unix epoch, where it was said.
    pub expires_at: Option<i64>,
}

impl Grant {
    /// Reads a token answer as leniently as it can be used: what is wrong with it is judged.
    fn read(login: Login, response: &Response, now: i64) -> Option<Self> {
        let lifetime = response.json().and_then(|body| body.get("expires_in")?.as_i64());
        Some(Self {
            access_token: response.member("access_token")?,
            refresh_token: response.member("refresh_token"),
            sub: response.member("sub"),
            expires_at: lifetime.map(|seconds| now.saturating_add(seconds)),
            login,
        })
    }
}

impl Login {
    fn proof(&self, access_token: Option<&str>) -> Proof {
        Proof {
            key: self.key.clone(),
            other_key: self.other_key.clone(),
            access_token: access_token.map(str::to_owned),
        }
    }
}

impl Stage {
    /// A new login of the first account by the target's ordinary client; nothing is sent yet.
    pub fn login(&mut self) -> Login {
        let client = self.target().client.clone();
        let random = self.random();
        Login {
            key: random.key(),
            other_key: random.key(),
            client_id: client.client_id,
            client_key: None,
            redirect_uri: client.redirect_uri,
            scope: client.scope,
            state: random.token(),
            verifier: pkce::verifier_from_bytes(&random.block()),
            account: 0,
            device: None,
        }
    }

    /// A new login on a device of its own, for what a server may answer by signing the device out.
    /// It costs a sign-in: the family says so with [`Need::OwnDevice`](crate::model::Need).
    pub fn login_on_own_device(&mut self) -> Login {
        Login { device: Some(Arc::default()), ..self.login() }
    }

    /// What the client of a login authenticates with (RFC 7523, section 2.2).
    fn assertion(&self, login: &Login) -> Option<Assertion> {
        login.client_key.as_ref().map(|key| Assertion {
            key: key.clone(),
            client_id: login.client_id.clone(),
            issuer: self.target().issuer.clone(),
            token_endpoint: self.target().endpoints.token.clone(),
            bait: self.bait(),
        })
    }

    /// The pushed authorization request of a login (RFC 9126).
    pub fn par(&self, login: &Login) -> Draft {
        let challenge = pkce::challenge_s256(&login.verifier);
        let parameters = [
            ("client_id", login.client_id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", &login.redirect_uri),
            ("scope", &login.scope),
            ("state", &login.state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        Draft::post(Action::Par, &self.target().endpoints.par, &parameters)
            .prove(login.proof(None))
            .authenticate(self.assertion(login))
    }

    /// The URL to which the user would be sent.
    pub fn authorization_url(&self, login: &Login, request_uri: &str) -> String {
        let endpoint = &self.target().endpoints.authorization;
        let query = form::encode(&[
            ("client_id".to_owned(), login.client_id.clone()),
            ("request_uri".to_owned(), request_uri.to_owned()),
        ]);
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        format!("{endpoint}{separator}{query}")
    }

    /// The exchange of a code for tokens (RFC 6749, section 4.1.3).
    pub fn token(&self, login: &Login, code: &str) -> Draft {
        let parameters = [
            ("grant_type", "authorization_code"),
            ("client_id", login.client_id.as_str()),
            ("code", code),
            ("redirect_uri", &login.redirect_uri),
            ("code_verifier", &login.verifier),
        ];
        Draft::post(Action::Token, &self.target().endpoints.token, &parameters)
            .prove(login.proof(None))
            .authenticate(self.assertion(login))
    }

    /// The refresh of a grant (RFC 6749, section 6).
    pub fn refresh(&self, grant: &Grant) -> Draft {
        let parameters = [
            ("grant_type", "refresh_token"),
            ("client_id", grant.login.client_id.as_str()),
            ("refresh_token", grant.refresh_token.as_deref().unwrap_or_default()),
        ];
        Draft::post(Action::Refresh, &self.target().endpoints.token, &parameters)
            .prove(grant.login.proof(None))
            .authenticate(self.assertion(&grant.login))
    }

    /// A request to the protected resource (RFC 9449, section 7.1).
    pub fn resource(&self, grant: &Grant) -> Draft {
        let url = format!("{}{}", self.target().resource, self.target().resource_path);
        Draft::get(Action::Resource, url)
            .header("Authorization", &format!("DPoP {}", grant.access_token))
            .prove(grant.login.proof(Some(&grant.access_token)))
    }

    /// The revocation of a token (RFC 7009); `None` where the server names no endpoint.
    pub fn revoke(&self, grant: &Grant, token: &str) -> Option<Draft> {
        let endpoint = self.target().endpoints.revocation.as_ref()?;
        let parameters = [("client_id", grant.login.client_id.as_str()), ("token", token)];
        let draft = Draft::post(Action::Revoke, endpoint, &parameters);
        Some(draft.prove(grant.login.proof(None)).authenticate(self.assertion(&grant.login)))
    }

    /// Sends the pushed request of a login as a preparation and gives its `request_uri`.
    pub async fn push(&mut self, login: &Login) -> Result<String, Halt> {
        let draft = self.par(login);
        self.send(draft).await.require("the pushed authorization request", "request_uri")
    }

    /// Brings an authorization request to its end in the server's own interface and notes that end
    /// as the fact `redirect` or `refused` of the last exchange.
    pub async fn authorize(
        &mut self,
        login: &Login,
        url: &str,
        decision: Decision,
    ) -> Result<Ending, Halt> {
        let fixtures = self.place.fixtures.clone();
        let shared = fixtures.devices.get(login.account);
        let device = login.device.as_deref().or(shared).ok_or(Halt::Needs("a second account"))?;
        let setting = self.setting.clone();
        let account = setting.accounts.get(login.account).ok_or(Halt::Needs("an account"))?;
        let consent = &setting.consent;
        let ending =
            consent.decide(self, device, account, url, &login.redirect_uri, decision).await?;
        if !consent.has_browser() {
            self.unseen(url, &ending);
        }
        match &ending {
            Ending::Redirect(url) => self.fact("redirect", json!(url)),
            Ending::Refused { status, why } => {
                self.fact("refused", json!({"status": status, "why": why}));
            }
        }
        Ok(ending)
    }

    /// Looks for the sessions of a login's client in the server's account interface, or ends them,
    /// on the device of the login; notes their number as the fact `sessions`.
    ///
    /// # Errors
    ///
    /// Halts where the server has no interface that atproof knows.
    pub async fn sessions(&mut self, login: &Login, what: Sessions) -> Result<usize, Halt> {
        let fixtures = self.place.fixtures.clone();
        let shared = fixtures.devices.get(login.account);
        let device = login.device.as_deref().or(shared).ok_or(Halt::Needs("a second account"))?;
        if !self.setting.consent.has_browser() {
            return Err(Halt::Needs("a consent driver whose browser atproof can use"));
        }
        let found = consent::sessions(self, device, &login.client_id, what).await?;
        let count = found.ok_or(Halt::Needs("an account interface that atproof knows"))?;
        self.fact("sessions", json!(count));
        Ok(count)
    }

    /// Opens an authorization URL on the device of a login, and has the approval sent by another
    /// site, which has seen what the server shows of the URL `own`. Notes the end as
    /// [`Stage::authorize`] does; `None` where the approval takes what only the user knows.
    pub async fn forge(
        &mut self,
        login: &Login,
        url: &str,
        own: &str,
    ) -> Result<Option<Ending>, Halt> {
        let fixtures = self.place.fixtures.clone();
        let shared = fixtures.devices.get(login.account);
        let device = login.device.as_deref().or(shared).ok_or(Halt::Needs("a second account"))?;
        if !self.setting.consent.has_browser() {
            return Err(Halt::Needs("a consent driver whose browser atproof can use"));
        }
        let setting = self.setting.clone();
        let account = setting.accounts.get(login.account).ok_or(Halt::Needs("an account"))?;
        let ending = consent::forge(self, device, account, url, own, &login.redirect_uri).await?;
        match &ending {
            Some(Ending::Redirect(url)) => self.fact("redirect", json!(url)),
            Some(Ending::Refused { status, why }) => {
                self.fact("refused", json!({"status": status, "why": why}));
            }
            None => {}
        }
        Ok(ending)
    }

    /// Opens an authorization URL on the device of a login and does nothing there. A redirect away
    /// from the server is noted as the fact `redirect`.
    pub async fn open(&mut self, login: &Login, url: &str) -> Result<Opened, Halt> {
        if login.device.is_none() && !self.setting.consent.has_browser() {
            return Err(Halt::Needs("a consent driver whose browser atproof can use"));
        }
        let fixtures = self.place.fixtures.clone();
        let shared = fixtures.devices.get(login.account);
        let device = login.device.as_deref().or(shared).ok_or(Halt::Needs("a second account"))?;
        let opened = consent::open(self, device, url, &login.redirect_uri).await?;
        if let Opened::Redirect(url) = &opened {
            self.fact("redirect", json!(url));
        }
        Ok(opened)
    }

    /// Pushes and authorizes a login as a preparation and gives its code.
    pub async fn code(&mut self, login: &Login) -> Result<String, Halt> {
        self.preparing(async |stage| {
            let request_uri = stage.push(login).await?;
            let url = stage.authorization_url(login, &request_uri);
            match stage.authorize(login, &url, Decision::Approve).await? {
                Ending::Redirect(url) => {
                    let answer = redirect_parameters(&url);
                    let value = |name: &str| {
                        answer.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone())
                    };
                    if value("error").as_deref() == Some("access_denied") {
                        return Err(ConsentError::Denied(describe_error(&answer)).into());
                    }
                    value("code")
                        .ok_or_else(|| unprepared("authorization", describe_error(&answer)))
                }
                Ending::Refused { status, why } => {
                    Err(unprepared("authorization", format!("{status}: {why}")))
                }
            }
        })
        .await
    }

    /// A whole login of the first account as a preparation. It takes one consent.
    pub async fn grant(&mut self) -> Result<Grant, Halt> {
        let login = self.login();
        self.grant_for(login).await
    }

    /// The given login as a preparation. It takes one consent.
    pub async fn grant_for(&mut self, login: Login) -> Result<Grant, Halt> {
        let code = self.code(&login).await?;
        self.preparing(async |stage| {
            let reply = stage.send(stage.token(&login, &code)).await;
            stage.grant_from(&login, &reply)
        })
        .await
    }

    /// The grant that a token answer gives, or a halt that says what came instead.
    pub fn grant_from(&self, login: &Login, reply: &Reply) -> Result<Grant, Halt> {
        reply.require("the token request", "access_token")?;
        let now = self.clock().now();
        let response = reply.answer.as_ref().ok();
        response
            .and_then(|response| Grant::read(login.clone(), response, now))
            .ok_or_else(|| unprepared("the token request", "no access token".to_owned()))
    }

    /// A login that is shared and must only be read with: it is made once per place.
    pub async fn shared_grant(&mut self) -> Result<Grant, Halt> {
        let fixtures = self.place.fixtures.clone();
        let mut shared = fixtures.grant.lock().await;
        let soon = self.clock().now() + 60;
        if let Some(grant) = &*shared
            && grant.expires_at.is_none_or(|at| at > soon)
        {
            return Ok(grant.clone());
        }
        let grant = self.grant().await?;
        self.setting.recorder.vault.keep("access_token", &grant.access_token);
        *shared = Some(grant.clone());
        Ok(grant)
    }

    /// Plays preparations: their exchanges are marked as setup.
    pub async fn preparing<T>(
        &mut self,
        play: impl AsyncFnOnce(&mut Self) -> Result<T, Halt>,
    ) -> Result<T, Halt> {
        let part = std::mem::replace(&mut self.part, Part::Setup);
        let result = play(self).await;
        self.part = part;
        result
    }

    /// Sends a draft with this edit; halts where the edit changes nothing on this target.
    pub async fn send_edited(&mut self, draft: Draft, edit: &Edit) -> Result<Reply, Halt> {
        let draft = draft.edit(edit);
        if !draft.is_changed(self.nonce(&draft.url)) {
            return Err(Halt::Needs("a target on which this change makes a difference"));
        }
        Ok(self.send(draft).await)
    }
}

/// The parameters of an authorization response, from query and fragment.
pub fn redirect_parameters(url: &str) -> Vec<(String, String)> {
    let Some(start) = url.find(['?', '#']) else { return Vec::new() };
    let tail = url.get(start + 1..).unwrap_or_default();
    // In a record, the name of a secret (`<code#1>`) holds the sign that begins a fragment.
    let mut in_name = false;
    let parts = tail.split(|c| {
        in_name = (in_name || c == '<') && c != '>';
        c == '#' && !in_name
    });
    parts.flat_map(|part| form::parse(part.as_bytes()).0).collect()
}

fn describe_error(parameters: &[(String, String)]) -> String {
    let error = parameters.iter().find(|(name, _)| name == "error");
    error.map_or_else(
        || "a redirect without a code".to_owned(),
        |(_, error)| format!("a redirect with error={error}"),
    )
}
