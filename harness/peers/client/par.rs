//! The beginning of a login, up to the URL that the user is sent to (RFC 9126).

use atproof_protocol::http::Response;
use atproof_protocol::identifier::{Did, Handle};
use atproof_protocol::jwk::SigningKey;
use atproof_protocol::oauth::Secret;
use atproof_protocol::{base64url, pkce};
use serde_json::json;

use super::discovery::Beginning;
use super::error::{Error, Reason, Step};
use super::form::{Parameters, query};
use super::response::{is_success, member};
use super::server_metadata::AuthorizationServer;
use super::state::{Client, Memory};
use crate::{ClientFault, ClientVariant, Occasion};

/// A login whose authorization response has not come.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// Where the login was started, and the only server that can finish it.
    pub(super) server: AuthorizationServer,
    /// The account that the user named.
    pub(super) account: Option<Did>,
    /// The handle that the user named.
    pub(super) handle: Option<Handle>,
    pub(super) code_verifier: Secret,
    /// The key of the session that this is to become.
    pub(super) key: SigningKey,
    /// The scope that was asked for.
    pub(super) scope: String,
}

impl Client {
    /// Begins a login with a handle, a DID or the URL of a server. The answer is where the user is
    /// sent.
    ///
    /// # Errors
    ///
    /// Says how far it came, and what was wrong.
    pub async fn start(&self, input: &str, scope: &str) -> Result<String, Error> {
        let beginning = self.discover(input).await?;
        let pushed = self.push(input, beginning, scope).await;
        pushed.map_err(|why| why.at(Step::Par))
    }

    async fn push(&self, input: &str, beginning: Beginning, scope: &str) -> Result<String, Reason> {
        self.check_scope(scope)?;
        let Beginning { account, handle, server } = beginning;
        let (code_verifier, state, key) = self.secrets(account.as_ref());
        let mut parameters = self.request_parameters(scope, &state, &code_verifier, &key);
        self.push_login_hint(&mut parameters, input, account.as_ref());
        let url = self.pushed(&server, &key, parameters).await?;
        let code_verifier = Secret::new(code_verifier);
        let account = account.filter(|_| !self.has(ClientFault::IdentityNoExpectedDid));
        let scope = scope.to_owned();
        let pending = Pending { server, account, handle, code_verifier, key, scope };
        let mut memory = self.memory();
        if self.has(ClientFault::RedirectOneLoginAtATime) {
            memory.pending.clear();
        }
        memory.pending.insert(state, pending);
        Ok(url)
    }

    /// Every profile request has atproto, and nothing that the client has not declared (atproto
    /// OAuth spec, Scopes).
    fn check_scope(&self, scope: &str) -> Result<(), Reason> {
        let is_declared = |value| self.config.scope.split(' ').any(|declared| declared == value);
        let has_atproto = scope.split(' ').any(|value| value == "atproto");
        if !has_atproto || !scope.split(' ').all(is_declared) {
            return Err(Reason::Scope);
        }
        Ok(())
    }

    /// What is new for each login: verifier, `state` and key.
    fn secrets(&self, account: Option<&Did>) -> (String, String, SigningKey) {
        let mut memory = self.memory();
        let code_verifier = self.code_verifier(&mut memory);
        let state = self.state(&mut memory, account);
        let fresh = memory.stream.key();
        let key = match self.has(ClientFault::DpopOneKey) {
            true => memory.kept.key.get_or_insert(fresh).clone(),
            false => fresh,
        };
        (code_verifier, state, key)
    }

    /// 32 random bytes (RFC 7636, sections 4.1 and 7.1).
    fn code_verifier(&self, memory: &mut Memory) -> String {
        let random = memory.stream.block();
        let text = pkce::verifier_from_bytes(&random);
        if self.has(ClientFault::PkceConstantVerifier) {
            return pkce::verifier_from_bytes(&[7; 32]);
        }
        if self.has(ClientFault::PkceCountedVerifier) {
            return format!("{:043}", memory.count());
        }
        if self.has(ClientFault::PkceShortVerifier) {
            return text.chars().take(42).collect();
        }
        if self.has(ClientFault::PkceLongVerifier) {
            return text.chars().cycle().take(129).collect();
        }
        if self.has(ClientFault::PkceVerifierCharacters) {
            return format!("{text}=");
        }
        if self.takes(ClientVariant::VerifierLong) {
            let more = pkce::verifier_from_bytes(&memory.stream.block());
            return format!("{text}{more}{text}").chars().take(128).collect();
        }
        text
    }

    /// Random and unguessable, and never used again (atproto OAuth spec, Authorization Requests).
    fn state(&self, memory: &mut Memory, account: Option<&Did>) -> String {
        let random = memory.stream.token();
        if self.has(ClientFault::StateConstant) {
            return "state".to_owned();
        }
        if self.has(ClientFault::StateCounted) {
            return memory.count().to_string();
        }
        if self.has(ClientFault::StateShort) {
            return random.chars().take(4).collect();
        }
        if self.has(ClientFault::StateCarriesData) {
            let data = json!({"id": random, "did": account.map(Did::as_str)});
            return base64url::encode(data.to_string().as_bytes());
        }
        if self.takes(ClientVariant::StateUuid) {
            return uuid(&memory.stream.block());
        }
        random
    }

    fn request_parameters(
        &self,
        scope: &str,
        state: &str,
        code_verifier: &str,
        key: &SigningKey,
    ) -> Parameters {
        let config = &self.config;
        let mut parameters: Parameters = vec![
            ("client_id", config.client_id.clone()),
            ("response_type", "code".to_owned()),
            ("redirect_uri", self.pushed_redirect_uri()),
            ("scope", self.requested_scope(scope)),
            ("state", state.to_owned()),
        ];
        parameters.extend(self.challenge(code_verifier));
        for (fault, name) in LEFT_OUT {
            if self.has(fault) {
                parameters.retain(|(other, _)| *other != name);
            }
        }
        if self.has(ClientFault::PkceVerifierPushed) {
            parameters.push(("code_verifier", code_verifier.to_owned()));
        }
        if self.has(ClientFault::ParRequestUriPushed) {
            parameters.push(("request_uri", "urn:ietf:params:oauth:request_uri:x".to_owned()));
        }
        if self.has(ClientFault::ParParameterTwice) {
            parameters.push(("scope", scope.to_owned()));
        }
        if self.takes(ClientVariant::ResponseModeFragment) {
            parameters.push(("response_mode", "fragment".to_owned()));
        } else if self.takes(ClientVariant::ResponseModeQuery) {
            parameters.push(("response_mode", "query".to_owned()));
        }
        if self.takes(ClientVariant::DpopJkt) {
            parameters.push(("dpop_jkt", key.public().thumbprint()));
        } else if self.has(ClientFault::ParWrongDpopJkt) {
            parameters.push(("dpop_jkt", key.derive("other").public().thumbprint()));
        }
        parameters
    }

    fn pushed_redirect_uri(&self) -> String {
        if self.has(ClientFault::RedirectOtherKind) {
            return "https://app.atproof.test/callback".to_owned();
        }
        let redirect_uri = &self.config.redirect_uri;
        match self.has(ClientFault::RedirectLocalhostName) {
            true => redirect_uri.replacen("127.0.0.1", "localhost", 1),
            false => redirect_uri.clone(),
        }
    }

    fn requested_scope(&self, scope: &str) -> String {
        if self.has(ClientFault::ScopeAllDeclared) {
            return self.config.scope.clone();
        }
        if self.has(ClientFault::ScopeUndeclared) {
            return format!("{scope} transition:chat.bsky");
        }
        if self.has(ClientFault::ScopeWithoutAtproto) {
            let others = scope.split(' ').filter(|value| *value != "atproto");
            return others.collect::<Vec<_>>().join(" ");
        }
        if self.takes(ClientVariant::ScopeReordered) {
            return scope.split(' ').rev().collect::<Vec<_>>().join(" ");
        }
        scope.to_owned()
    }

    /// S256 and nothing else (RFC 7636, section 4.2).
    fn challenge(&self, code_verifier: &str) -> Parameters {
        let mut challenge = pkce::challenge_s256(code_verifier);
        if self.has(ClientFault::PkceNone) {
            return Vec::new();
        }
        if self.has(ClientFault::PkcePlain) {
            challenge = code_verifier.to_owned();
        } else if self.has(ClientFault::PkcePaddedChallenge) {
            challenge.push('=');
        } else if self.has(ClientFault::PkceStdBase64) {
            challenge = challenge.replace('-', "+").replace('_', "/");
        }
        let method = if self.has(ClientFault::PkcePlain) { "plain" } else { "S256" };
        let mut parameters = vec![("code_challenge", challenge)];
        // Without a method it is plain (RFC 7636, section 4.3).
        if !self.has(ClientFault::PkceNoMethod) {
            parameters.push(("code_challenge_method", method.to_owned()));
        }
        parameters
    }

    /// The identifier as the user gave it; a server is no account.
    fn push_login_hint(&self, parameters: &mut Parameters, input: &str, account: Option<&Did>) {
        let hint = match account {
            Some(did) if self.has(ClientFault::IdentityLoginHintRewritten) => did.as_str(),
            Some(_) => input,
            None if self.has(ClientFault::IdentityLoginHintOfServer) => input,
            None => return,
        };
        if !self.has(ClientFault::IdentityNoLoginHint) {
            parameters.push(("login_hint", hint.to_owned()));
        }
    }

    /// Pushes a request. The answer is where the user is sent.
    async fn pushed(
        &self,
        server: &AuthorizationServer,
        key: &SigningKey,
        parameters: Parameters,
    ) -> Result<String, Reason> {
        let endpoint = server.pushed_authorization_request_endpoint.as_ref();
        let endpoint = endpoint.filter(|_| !self.has(ClientFault::ParNotUsed));
        let Some(endpoint) = endpoint else {
            return Ok(self.authorization_url(server, &parameters));
        };
        let mut answer = self.push_once(server, endpoint, key, &parameters).await?;
        // Never back to plain (RFC 7636, section 7.2).
        if answer.status == 400 && self.has(ClientFault::PkceFallbackToPlain) {
            let mut plain = parameters.clone();
            for (name, value) in &mut plain {
                if *name == "code_challenge_method" {
                    "plain".clone_into(value);
                }
            }
            answer = self.push_once(server, endpoint, key, &plain).await?;
        }
        // RFC 9126, section 2.2.
        let is_success = is_success(answer.status) && self.has(ClientFault::ParAnySuccess);
        if answer.status != 201 && !is_success && !self.has(ClientFault::ParStatusUnchecked) {
            return Err(self.refusal(&answer));
        }
        let answer = self.object(&answer)?;
        let is_known = |name: &String| ["request_uri", "expires_in"].contains(&name.as_str());
        if self.has(ClientFault::ParUnknownMembersRefused)
            && !answer.as_object().into_iter().flatten().all(|(name, _)| is_known(name))
        {
            return Err(Reason::Format);
        }
        let request_uri = member(&answer, "request_uri").filter(|uri| !uri.is_empty());
        let request_uri = match self.has(ClientFault::ParRequestUriOptional) {
            true => request_uri.unwrap_or_default(),
            false => request_uri.ok_or(Reason::Member("request_uri"))?,
        };
        let request_uri = self.request_uri(server, request_uri);
        let mut parameters = parameters;
        if self.has(ClientFault::AssertionInUrl) {
            parameters.extend(self.credentials(server, endpoint, key, Occasion::Push));
        }
        Ok(self.authorization_url(server, &self.front_channel(&request_uri, parameters, key)))
    }

    async fn push_once(
        &self,
        server: &AuthorizationServer,
        endpoint: &str,
        key: &SigningKey,
        parameters: &Parameters,
    ) -> Result<Response, Reason> {
        let request = || {
            let mut parameters = parameters.clone();
            parameters.extend(self.credentials(server, endpoint, key, Occasion::Push));
            match self.has(ClientFault::ParJsonBody) {
                true => self.post_json(endpoint, parameters),
                false => self.post(endpoint, parameters),
            }
        };
        let response = self.prove(key, &request, None, Occasion::Push).await?;
        self.survive(&response, ClientFault::ParErrorPageFatal)?;
        Ok(response)
    }

    /// Each is used once (RFC 9126, section 4).
    fn request_uri(&self, server: &AuthorizationServer, request_uri: &str) -> String {
        if !self.has(ClientFault::ParRequestUriReused) {
            return request_uri.to_owned();
        }
        let mut memory = self.memory();
        let kept = memory.kept.request_uris.entry(server.issuer.to_string());
        kept.or_insert_with(|| request_uri.to_owned()).clone()
    }

    /// Only the names of the client and of what was pushed go through the browser (RFC 9126,
    /// section 4).
    fn front_channel(&self, request_uri: &str, pushed: Parameters, key: &SigningKey) -> Parameters {
        let mut parameters = vec![("client_id", self.config.client_id.clone())];
        if self.has(ClientFault::ParNoClientIdInUrl) {
            parameters.clear();
        }
        parameters.push(("request_uri", request_uri.to_owned()));
        let is_more = |name: &str| match name {
            "client_id" => false,
            "login_hint" => self.has(ClientFault::ParLoginHintInUrl),
            "client_assertion" | "client_assertion_type" => true,
            _ => self.has(ClientFault::ParParametersInUrl),
        };
        parameters.extend(pushed.into_iter().filter(|(name, _)| is_more(name)));
        if self.has(ClientFault::ParDpopJktInUrl) {
            parameters.push(("dpop_jkt", key.public().thumbprint()));
        }
        parameters
    }

    /// The query of the endpoint stays (RFC 6749, section 3.1).
    fn authorization_url(&self, server: &AuthorizationServer, parameters: &Parameters) -> String {
        let mut endpoint = server.authorization_endpoint.as_str();
        if self.has(ClientFault::ParEndpointQueryDropped) {
            endpoint = endpoint.split('?').next().unwrap_or(endpoint);
        }
        let separator = if endpoint.contains('?') { '&' } else { '?' };
        let is_raw = self.has(ClientFault::ParRequestUriRaw);
        let raw = parameters.iter().find(|(name, _)| is_raw && *name == "request_uri");
        match raw {
            Some((name, value)) => {
                let others = parameters.iter().filter(|(other, _)| other != name).cloned();
                format!("{endpoint}{separator}{}&{name}={value}", query(&others.collect()))
            }
            None => format!("{endpoint}{separator}{}", query(parameters)),
        }
    }
}

/// Parameters that a request must have.
const LEFT_OUT: [(ClientFault, &str); 4] = [
    (ClientFault::ParNoClientId, "client_id"),
    (ClientFault::ParNoResponseType, "response_type"),
    (ClientFault::ParNoRedirectUri, "redirect_uri"),
    (ClientFault::StateMissing, "state"),
];

/// A UUID of version 4 (RFC 9562, section 5.4).
pub(super) fn uuid(random: &[u8; 32]) -> String {
    let mut hex: Vec<char> = random
        .iter()
        .take(16)
        .flat_map(|byte| format!("{byte:02x}").chars().collect::<Vec<_>>())
        .collect();
    for (place, digit) in [(12, '4'), (16, 'a')] {
        if let Some(old) = hex.get_mut(place) {
            *old = digit;
        }
    }
    let group =
        |from: usize, to: usize| hex.get(from..to).unwrap_or_default().iter().collect::<String>();
    [group(0, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_its_form() {
        assert_eq!(uuid(&[0xFF; 32]), "ffffffff-ffff-4fff-afff-ffffffffffff");
    }
}
