//! An authorization request and its checks (RFC 6749, section 4.1.1; RFC 9126, section 2.1).

use super::clients::{Client, ClientKey};
use super::pkce::Challenge;
use super::refusal::Refusal;
use super::state::Server;
use crate::codec::form::Params;
use crate::{Fault, Variant};

/// An authorization request that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LoginRequest {
    pub(super) client: Client,
    /// What the client authenticated with, where it is confidential.
    pub(super) client_key: Option<ClientKey>,
    pub(super) redirect_uri: String,
    /// Whether the client has declared the redirect URI. Nobody is redirected otherwise.
    pub(super) is_registered: bool,
    /// What may be granted of the scope.
    pub(super) scope: String,
    /// The scope that was asked for.
    pub(super) asked: String,
    pub(super) state: Option<String>,
    pub(super) challenge: Option<Challenge>,
    /// Thumbprint of the key that the request was proved with (RFC 9449, section 10.1).
    pub(super) jkt: Option<String>,
    pub(super) login_hint: Option<String>,
    /// Whether the client passes for a confidential one by a mistake of this server.
    pub(super) trusted: bool,
    /// Whether no page may be shown (`prompt=none`).
    pub(super) silent: bool,
    /// Whether the user is to choose among accounts (`prompt=select_account`).
    pub(super) selects_account: bool,
    /// Whether the answer goes into the fragment.
    pub(super) in_fragment: bool,
    pub(super) expires: i64,
    /// Orders requests by age.
    pub(super) serial: u64,
}

/// Parameters that are known at PAR and authorization endpoint.
const KNOWN_PARAMETERS: [&str; 14] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
    "login_hint",
    "prompt",
    "dpop_jkt",
    "nonce",
    "display",
    "ui_locales",
];

impl Server {
    /// Checks the parameters of an authorization request.
    pub(super) fn read_login_request(
        &mut self,
        params: &Params,
        client: Client,
        jkt: Option<String>,
    ) -> Result<LoginRequest, Refusal> {
        // No parameter may be there twice (RFC 6749, section 3.1).
        let used = match params.repeated() {
            None => params.clone(),
            Some(_) if self.has(Fault::AsParDuplicateParams) => params.last_of_each(),
            Some(_) if self.forgives_repeated(params) => params.clone(),
            Some(_) => return Err(Refusal::invalid_request("a parameter is repeated")),
        };
        // Unknown parameters are ignored (RFC 6749, section 3.1).
        if params.unknown(&KNOWN_PARAMETERS).is_some() && self.has(Fault::AsParUnknownParamRefused)
        {
            return Err(Refusal::invalid_request("a parameter is unknown"));
        }
        self.check_response_type(params)?;
        let redirect_uri = match params.value("redirect_uri") {
            Some(_) => used.value("redirect_uri").unwrap_or_default(),
            None => client
                .redirect_uris
                .first()
                .filter(|_| self.has(Fault::AsParRedirectUriDefault))
                .ok_or_else(|| Refusal::invalid_request("redirect_uri is missing"))?,
        };
        let registered = params.value("redirect_uri").unwrap_or(redirect_uri);
        let is_registered = self.is_registered(&client, registered);
        if !is_registered && !self.varies(Variant::RedirectCheckedAtAuthorize) {
            let text = "the client has not declared the redirect_uri";
            return Err(Refusal::new(400, "invalid_redirect_uri", text));
        }
        let in_fragment = match params.value("response_mode") {
            None | Some("query") => false,
            Some("fragment") => true,
            Some(mode) if self.takes_response_mode(mode) => false,
            Some(_) => return Err(Refusal::invalid_request("response_mode is not supported")),
        };
        let scope = match params.value("scope") {
            None if self.has(Fault::AsScopeDefaultToMetadata) => client.scopes.join(" "),
            scope => scope.ok_or(Refusal::invalid_scope("scope is missing"))?.to_owned(),
        };
        self.check_scope_characters(&scope)?;
        let asked = used.value("scope").unwrap_or(&scope).to_owned();
        self.check_scope(&scope, &client)?;
        self.check_state(params)?;
        self.check_state_is_new(params, &client, jkt.as_deref())?;
        self.check_optional_parameters(params)?;
        self.check_login_hint(params)?;
        let redirect_uri = self.absolute(redirect_uri);
        let request = LoginRequest {
            redirect_uri,
            is_registered,
            scope: self.known_scope(&self.mistaken(&asked)),
            asked,
            state: used.value("state").map(str::to_owned),
            challenge: self.read_challenge(params)?,
            jkt,
            login_hint: params.value("login_hint").map(str::to_owned),
            trusted: params.value("client_assertion").is_some()
                && self.has(Fault::AsLocalhostAssertionTrusted),
            silent: params.value("prompt") == Some("none"),
            selects_account: params.value("prompt") == Some("select_account"),
            in_fragment,
            expires: self.now() + self.lifetimes().request_uri,
            serial: self.serial(),
            client_key: None,
            client,
        };
        self.note_challenge(&request);
        Ok(request)
    }

    pub(super) fn check_response_type(&self, params: &Params) -> Result<(), Refusal> {
        match params.value("response_type") {
            Some("code") => Ok(()),
            Some(_) if self.has(Fault::AsParResponseTypeUnchecked) => Ok(()),
            Some(types)
                if types.split(' ').any(|word| word == "code")
                    && self.has(Fault::AsClientLocalhostOidc) =>
            {
                Ok(())
            }
            Some(_) => {
                let text = "response_type must be code";
                Err(Refusal::new(400, "unsupported_response_type", text))
            }
            None if self.has(Fault::AsParResponseTypeDefault) => Ok(()),
            None => Err(Refusal::invalid_request("response_type is missing")),
        }
    }

    fn check_state(&self, params: &Params) -> Result<(), Refusal> {
        let state = params.value("state");
        if state.is_none() && !self.has(Fault::AsParStateOptional) {
            return Err(Refusal::invalid_request("state is missing"));
        }
        if state.is_some_and(|state| state.chars().count() > Self::limits().state) {
            return Err(Refusal::invalid_request("state is too long"));
        }
        Ok(())
    }

    /// The profile wants a state only once. Another key is another session, which need not count.
    fn check_state_is_new(
        &self,
        params: &Params,
        client: &Client,
        jkt: Option<&str>,
    ) -> Result<(), Refusal> {
        let state = params.value("state");
        let mut same = self.pushed.values().filter(|request| {
            let same_session = request.client.id == client.id && request.jkt.as_deref() == jkt;
            request.state.as_deref() == state && (same_session || self.has(Fault::AsParStateGlobal))
        });
        let repeated = state.is_some() && same.next().is_some();
        if repeated && !self.has(Fault::AsParStateReusable) {
            return Err(Refusal::invalid_request("state was used before"));
        }
        Ok(())
    }

    fn check_login_hint(&self, params: &Params) -> Result<(), Refusal> {
        let hint = if self.has(Fault::AsParEmptyParamAsValue) {
            params.presented("login_hint")
        } else {
            params.value("login_hint")
        };
        if hint.is_some_and(|hint| !hint.starts_with("did:") && !hint.contains('.'))
            && !self.has(Fault::AsParLoginHintUnchecked)
        {
            return Err(Refusal::invalid_request("login_hint is neither handle nor DID"));
        }
        Ok(())
    }
}
