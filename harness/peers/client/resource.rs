//! Requests to the PDS with the access token (RFC 9449, section 7).

use atproof_protocol::http::{Request, Response};

use super::error::{Error, Reason, Step};
use super::proof::challenge_error;
use super::state::Client;

impl Client {
    /// Sends a request without a body to the PDS of the account. `path` is absolute, with or
    /// without a query.
    pub async fn request(&mut self, method: &str, path: &str) -> Result<Response, Error> {
        self.call(Request::new(method, path)).await
    }

    /// Sends a request whose URL is an absolute path on the PDS. The token is refreshed when it has
    /// expired, or when the PDS says so; any other answer is handed back as it is.
    pub async fn call(&mut self, request: Request) -> Result<Response, Error> {
        let no_session = || Reason::NoSession.at(Step::Resource);
        let held = self.session.as_ref().ok_or_else(no_session)?;
        let now = self.clock.now();
        if held.expires.is_some_and(|expires| expires <= now) {
            self.refresh().await?;
        }
        let response = self.ask(&request).await.map_err(|why| why.at(Step::Resource))?;
        let is_refreshable = self.session.as_ref().is_some_and(|held| held.refresh_token.is_some());
        if !is_refreshable || !refuses_token(&response) {
            return Ok(response);
        }
        self.refresh().await?;
        self.ask(&request).await.map_err(|why| why.at(Step::Resource))
    }

    /// The token goes to the PDS of its account and nowhere else.
    async fn ask(&mut self, request: &Request) -> Result<Response, Reason> {
        let path = &request.url;
        if !path.starts_with('/') {
            return Err(Reason::Path(path.clone()));
        }
        let held = self.session.clone().ok_or(Reason::NoSession)?;
        let token = &held.access_token;
        let mut request = Request { url: format!("{}{path}", held.session.aud), ..request.clone() };
        request.headers.set("Authorization", format!("DPoP {}", token.expose()));
        let response = self.prove(&held.key, &request, Some(token)).await?;
        if matches!(response.status, 301 | 302 | 303 | 307 | 308) {
            let location = response.headers.get("location").unwrap_or_default();
            return Err(Reason::Redirect(location.to_owned()));
        }
        Ok(response)
    }
}

/// Whether the PDS says that the access token is no longer good (RFC 6750, section 3.1).
fn refuses_token(response: &Response) -> bool {
    response.status == 401
        && challenge_error(response).is_some_and(|error| error == "invalid_token")
}
