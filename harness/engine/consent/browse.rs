//! As much of a browser as sign-in needs: cookies, redirects within the server, navigation headers.

use atproof_protocol::http::{Request, Response};
use atproof_protocol::record::Action;
use serde_json::Value;
use url::Url;

use super::{CANARY, ConsentError, Device, DeviceState, Ending};
use crate::stage::Stage;

/// Redirects within the server that are followed before giving up.
const MOST_REDIRECTS: usize = 10;

/// Longest text of a page that goes into a message.
const LONGEST_EXCERPT: usize = 160;

/// One tab of the browser of a device.
pub(super) struct Browser<'a> {
    pub(super) stage: &'a mut Stage,
    pub(super) device: &'a Device,
    /// The device as it was when the tab was opened, with what this tab has changed.
    pub(super) state: DeviceState,
    redirect_uri: String,
    first: bool,
}

/// Where a navigation ended.
pub(super) enum Arrival {
    /// On a page of the server.
    Page(Page),
    /// With a redirect away from the server.
    Left(String),
}

/// A page.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) url: String,
    pub(super) status: u16,
    pub(super) text: String,
}

impl Page {
    /// This page as the end of the request.
    pub(super) fn refusal(&self) -> Ending {
        Ending::Refused { status: self.status, why: self.excerpt() }
    }

    /// The start of what a person would read.
    pub(super) fn excerpt(&self) -> String {
        let text = super::api::error_text(&self.text);
        excerpt(&text.unwrap_or_else(|| super::form::visible_text(&self.text)))
    }
}

/// The first characters of a text.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(LONGEST_EXCERPT).collect()
}

impl<'a> Browser<'a> {
    pub(super) async fn new(
        stage: &'a mut Stage,
        device: &'a Device,
        redirect_uri: &str,
    ) -> Browser<'a> {
        let state = device.state.lock().await.clone();
        Browser { stage, device, state, redirect_uri: redirect_uri.to_owned(), first: true }
    }

    /// Opens a URL as a link from another site would.
    pub(super) async fn open(&mut self, url: &str) -> Result<Arrival, ConsentError> {
        self.navigate(page_request("GET", url, "cross-site")).await
    }

    /// Opens a URL as the page of the server at `from` would.
    pub(super) async fn proceed(&mut self, from: &str, url: &str) -> Result<Arrival, ConsentError> {
        self.navigate(page_request("GET", url, "same-origin").header("Referer", from)).await
    }

    /// Sends a navigation request and follows redirects that stay with the server.
    pub(super) async fn navigate(&mut self, request: Request) -> Result<Arrival, ConsentError> {
        let mut request = request;
        for _ in 0..MOST_REDIRECTS {
            let url = request.url.clone();
            let response = self.send(request).await?;
            let location = response.headers.get("location").map(str::to_owned);
            let (300..400, Some(location)) = (response.status, location) else {
                let text = String::from_utf8_lossy(&response.body).into_owned();
                let page = Page { url, status: response.status, text };
                if page.has_element(CANARY) {
                    self.stage.fact("canary_element", Value::Bool(true));
                }
                return Ok(Arrival::Page(page));
            };
            let Some(next) = self.stays(&url, &location) else {
                return Ok(Arrival::Left(location));
            };
            request = page_request("GET", &next, "same-origin");
        }
        Err(ConsentError::Page(format!("more than {MOST_REDIRECTS} redirects")))
    }

    /// Sends one request with the cookies of the device and keeps those that come back.
    pub(super) async fn send(&mut self, mut request: Request) -> Result<Response, ConsentError> {
        let origin = origin(&request.url);
        // A link that is followed takes cookies along that a form does not.
        let from_elsewhere =
            request.method == "POST" && request.headers.get("sec-fetch-site") == Some("cross-site");
        let cookies: Vec<String> = self
            .state
            .cookies
            .iter()
            .filter(|(key, _)| key.0 == origin)
            .filter(|(key, _)| !from_elsewhere || !self.state.same_site.contains(*key))
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request.headers.push("Cookie", cookies.join("; "));
        }
        let action = if self.first { Action::Authorize } else { Action::Consent };
        self.first = false;
        let reply = self.stage.exchange(action, request).await;
        let response = reply.answer.map_err(|error| ConsentError::Net(error.to_string()))?;
        let fields: Vec<String> = response
            .headers
            .all("set-cookie")
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .collect();
        if !fields.is_empty() {
            let mut shared = self.device.state.lock().await;
            for field in fields {
                keep(&mut self.state, &origin, &field);
                keep(&mut shared, &origin, &field);
            }
        }
        Ok(response)
    }

    /// Notes how a sign-in ended, for all tabs.
    pub(super) async fn signed_in(&mut self, result: &Result<String, ConsentError>) {
        let mut shared = self.device.state.lock().await;
        match result {
            Ok(account) => shared.signed_in = Some(account.clone()),
            Err(error) => shared.refused = Some(error.to_string()),
        }
        self.state.signed_in.clone_from(&shared.signed_in);
        self.state.refused.clone_from(&shared.refused);
        drop(shared);
        self.stage.signed_in();
    }

    /// A cookie of the server of this URL.
    pub(super) fn cookie(&self, url: &str, name: &str) -> Option<&str> {
        self.state.cookies.get(&(origin(url), name.to_owned())).map(String::as_str)
    }

    /// The absolute URL of a redirect that stays with the server under test; `None` for one that
    /// leads to the client or anywhere else: we never go where the user did not send us.
    fn stays(&self, base: &str, location: &str) -> Option<String> {
        let url = Url::parse(base).ok()?.join(location).ok()?;
        let without_tail = |text: &str| text.split(['?', '#']).next().map(str::to_owned);
        if without_tail(url.as_str()) == without_tail(&self.redirect_uri) {
            return None;
        }
        let target = self.stage.target();
        let ours = [
            &target.issuer,
            &target.resource,
            &target.endpoints.authorization,
            &target.endpoints.token,
        ];
        ours.iter().any(|known| origin(known) == origin(url.as_str())).then(|| url.to_string())
    }
}

/// A request for a page, with what a browser says of where it comes from.
pub(super) fn page_request(method: &str, url: &str, site: &str) -> Request {
    Request::new(method, url)
        .header("Accept", "text/html,*/*;q=0.8")
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document")
        .header("Sec-Fetch-Site", site)
}

/// Keeps a `Set-Cookie` field. The attributes that narrow a cookie (`Secure`, `Path`, `Domain`) are
/// not applied: the reference PDS sets Secure cookies on http, and one device talks to one server.
fn keep(state: &mut DeviceState, origin: &str, field: &str) {
    let mut parts = field.split(';').map(str::trim);
    let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
    let key = (origin.to_owned(), name.trim().to_owned());
    let attributes: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
    let gone = attributes.iter().any(|attribute| attribute == "max-age=0");
    match attributes.iter().any(|a| matches!(&**a, "samesite=lax" | "samesite=strict")) {
        true => state.same_site.insert(key.clone()),
        false => state.same_site.remove(&key),
    };
    if gone || value.is_empty() {
        state.cookies.remove(&key);
    } else {
        state.cookies.insert(key, value.trim().to_owned());
    }
}

/// The origin of a URL, in the form in which URLs are compared.
pub(super) fn origin(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_which_cookies_stay_at_home() {
        let mut state = DeviceState::default();
        for field in ["a=1; Path=/; SameSite=Lax", "b=1; SAMESITE=none; Secure", "c=1"] {
            keep(&mut state, "https://as.example", field);
        }
        let home: Vec<&str> = state.same_site.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(home, ["a"]);
        keep(&mut state, "https://as.example", "a=2");
        assert!(state.same_site.is_empty());
    }
}
