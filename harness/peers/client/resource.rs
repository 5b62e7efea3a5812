//! Requests to the PDS with the access token (RFC 9449, section 7).

use atproof_protocol::http::{Request, Response};
use atproof_protocol::identifier::Origin;
use atproof_protocol::oauth::Secret;

use super::error::{Error, Reason, Step};
use super::nonce::ENDLESS;
use super::response::{member, redirect};
use super::session::Held;
use super::state::Client;
use crate::{ClientFault, ClientVariant, Occasion};

/// How long before its end a token may be renewed, in seconds.
const EARLY: i64 = 60;

impl Client {
    /// Sends a request without a body to the PDS of the account. `path` is absolute, with or
    /// without a query.
    ///
    /// # Errors
    ///
    /// As [`Client::call`].
    pub async fn request(&self, method: &str, path: &str) -> Result<Response, Error> {
        self.call(Request::new(method, path)).await
    }

    /// Sends a request whose URL is an absolute path on the PDS. The token is refreshed when it has
    /// expired, or when the PDS says so; any other answer is handed back as it is.
    ///
    /// # Errors
    ///
    /// Says what was wrong: with the refresh, or with the request.
    pub async fn call(&self, request: Request) -> Result<Response, Error> {
        let held = self.held().ok_or_else(|| Reason::NoSession.at(Step::Resource))?;
        if self.has_expired(&held) {
            self.renew(Some(&held.access_token)).await?;
        }
        let (mut token, mut response) = self.asked(&request).await?;
        // An error of the PDS is no end of the grant.
        if response.status >= 500 && self.has(ClientFault::RsErrorEndsSession) {
            self.end_session();
        }
        let most = if self.has(ClientFault::RefreshEndlessly) { ENDLESS } else { 1 };
        for _ in 0..most {
            let is_refreshable = self.held().is_some_and(|held| held.refresh_token.is_some());
            if !is_refreshable || !self.refuses_token(&response) {
                break;
            }
            self.renew(Some(&token)).await?;
            (token, response) = self.asked(&request).await?;
        }
        self.obey_challenge(&response).await?;
        if self.has(ClientFault::RsJsonOnly) && self.object(&response).is_err() {
            return Err(Reason::Format.at(Step::Resource));
        }
        Ok(response)
    }

    fn has_expired(&self, held: &Held) -> bool {
        let margin = if self.takes(ClientVariant::RefreshesEarly) { EARLY } else { 0 };
        let now = self.clock.now().saturating_add(margin);
        held.expires.is_some_and(|expires| expires <= now)
    }

    /// A challenge names metadata as well, which changes nothing for a session that exists (RFC 9728,
    /// section 5).
    async fn obey_challenge(&self, response: &Response) -> Result<(), Error> {
        if !self.has(ClientFault::RsMetadataChallengeFollowed) {
            return Ok(());
        }
        let challenge = response.headers.get("www-authenticate").unwrap_or_default();
        let url = challenge.split_once("resource_metadata=\"").and_then(|(_, r)| r.split_once('"'));
        let (Some((url, _)), Some(held)) = (url, self.held()) else { return Ok(()) };
        let swap = async {
            let document = self.document(url).await?;
            let server = document.pointer("/authorization_servers/0").and_then(|s| s.as_str());
            let server = server.and_then(Origin::of).ok_or(Reason::Format)?;
            let server = self.server_metadata(&server, None).await?;
            let token = held.refresh_token.ok_or(Reason::NoRefreshToken)?;
            let parameters = vec![
                ("grant_type", "refresh_token".to_owned()),
                ("refresh_token", token.expose().to_owned()),
            ];
            self.deliver(self.post(&server.token_endpoint, parameters)).await
        };
        swap.await.map(drop).map_err(|why: Reason| why.at(Step::Resource))
    }

    async fn asked(&self, request: &Request) -> Result<(Secret, Response), Error> {
        let asked = self.ask(request).await;
        asked.map_err(|why| why.at(Step::Resource))
    }

    /// The token goes to the PDS of its account and nowhere else.
    async fn ask(&self, request: &Request) -> Result<(Secret, Response), Reason> {
        let path = &request.url;
        if !path.starts_with('/') {
            return Err(Reason::Path(path.clone()));
        }
        let held = self.held().ok_or(Reason::NoSession)?;
        let session = &held.session;
        let host = match self.has(ClientFault::RsUseIssuerAsPds) {
            true => &session.iss,
            false => &session.aud,
        };
        let request = Request { url: format!("{host}{path}"), ..request.clone() };
        let mut request = self.authorized(request, &held.access_token);
        let mut response = self.present(&held, &request).await?;
        let challenge = response.headers.get("www-authenticate").unwrap_or_default();
        if challenge.starts_with("Bearer") && self.has(ClientFault::RsBearerFallback) {
            let value = format!("Bearer {}", held.access_token.expose());
            request.headers.set("Authorization", value);
            response = self.present(&held, &request).await?;
        }
        // Who is turned away waits (atproto HTTP spec, Rate Limits); it is for the caller to do.
        let mut tries = 1;
        while matches!(response.status, 429 | 500..=599)
            && self.has(ClientFault::RsRetryStorm)
            && tries < ENDLESS
        {
            response = self.present(&held, &request).await?;
            tries += 1;
        }
        if let Some(location) = redirect(&response) {
            if !self.has(ClientFault::RsFollowRedirects) {
                return Err(Reason::Redirect(location));
            }
            response = self.deliver(Request { url: location, ..request }).await?;
        }
        Ok((held.access_token, response))
    }

    async fn present(&self, held: &Held, request: &Request) -> Result<Response, Reason> {
        // Key, token and account belong to one session (atproto OAuth spec, DPoP).
        let key = match self.has(ClientFault::DpopNewKeyAtResource) {
            true => self.memory().stream.key(),
            false => held.key.clone(),
        };
        self.prove(&key, &|| request.clone(), Some(&held.access_token), Occasion::Resource).await
    }

    /// One method only, in the field `Authorization`, with the scheme DPoP (RFC 9449, section 7.1).
    fn authorized(&self, mut request: Request, token: &Secret) -> Request {
        let scheme = if self.has(ClientFault::RsBearerScheme) {
            "Bearer"
        } else if self.takes(ClientVariant::SchemeLowerCase) {
            "dpop"
        } else {
            "DPoP"
        };
        let value = format!("{scheme} {}", token.expose());
        let is_in_query = self.has(ClientFault::RsTokenInQuery);
        if is_in_query || self.has(ClientFault::RsTokenTwice) {
            let separator = if request.url.contains('?') { '&' } else { '?' };
            request.url = format!("{}{separator}access_token={}", request.url, token.expose());
        }
        if self.has(ClientFault::RsProxyAuthorization) {
            request.headers.set("Proxy-Authorization", value.as_str());
        }
        if !is_in_query {
            request.headers.set("Authorization", value);
        }
        request
    }

    /// Whether the PDS says that the access token is no longer good (RFC 6750, section 3.1).
    fn refuses_token(&self, response: &Response) -> bool {
        if self.has(ClientFault::RefreshNotOn401) {
            return false;
        }
        if self.has(ClientFault::RefreshLegacyErrorName) {
            let body = self.object(response).unwrap_or_default();
            return member(&body, "error") == Some("ExpiredToken");
        }
        let is_invalid =
            self.challenge_error(response).is_some_and(|error| error == "invalid_token");
        response.status == 401 && (is_invalid || self.has(ClientFault::RefreshOnAny401))
    }
}
