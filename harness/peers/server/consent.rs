//! Sign-in and consent: what the forms of the pages lead to.

use atproof_protocol::http::{Request, Response};

use super::authorize::Found;
use super::incoming::Incoming;
use super::place::Place;
use super::refusal::Refusal;
use super::state::Server;
use crate::codec::form::Params;
use crate::{Fault, Variant};

impl Server {
    /// Decides about the request at a URL as the user of the first account, without its pages:
    /// where the browser is sent, or why it is not.
    pub(crate) fn visit(&mut self, url: &str, approve: bool) -> Result<String, String> {
        let told = |refusal: &Refusal| format!("{}: {}", refusal.error, refusal.description);
        let request = Request::new("GET", url);
        let (origin, incoming) =
            Incoming::read(&request).ok_or_else(|| format!("{url} is no URL"))?;
        if self.place(&origin, incoming.path) != Some(Place::Authorize) {
            return Err(format!("{url} is not the authorization endpoint"));
        }
        let params = incoming.query_params().map_err(|refusal| told(&refusal))?;
        let found = self.find_request(&params).map_err(|refusal| told(&refusal))?;
        let did = self.config.accounts.first().map(|account| account.did.clone());
        let did = did.filter(|did| self.may_approve(&found, did));
        let did = did.ok_or("the request is for another account")?;
        let response = match approve {
            true => self.approve(&found, &did),
            false => self.send_error(&found, "access_denied"),
        };
        let location = response.headers.get("location").map(str::to_owned);
        location.ok_or_else(|| "the browser is not redirected".to_owned())
    }

    /// Takes identifier and password.
    pub(super) fn sign_in(&mut self, incoming: &Incoming<'_>) -> Response {
        let (params, found) = match self.submitted(incoming) {
            Ok(submitted) => submitted,
            Err(refusal) => return self.error_page(&refusal),
        };
        if self.mistrusts_page(incoming) {
            return self.error_page(&Refusal::new(403, "invalid_request", "invalid referer"));
        }
        let cookie = incoming.cookie("session").unwrap_or_default().to_owned();
        let did = match self.authenticate_user(&params) {
            Some(did) if self.may_approve(&found, &did) => did,
            Some(_) => {
                let text = "the request is for another account";
                return self.error_page(&Refusal::new(403, "access_denied", text));
            }
            None => {
                let text = "Wrong identifier or password.";
                return self.sign_in_page(&cookie, &found, Some(text));
            }
        };
        if self.has_one_page() {
            return self.decide(&params, &found, &did);
        }
        let cookie = self.enter(&cookie, &did);
        if self.has_two_steps() {
            let response = Response::new(302).header("Location", self.reopen(&found));
            return self.with_cookie(response, &cookie);
        }
        self.consent_page(&cookie, &found, &did)
    }

    /// Takes the decision of someone who is signed in.
    pub(super) fn consent(&mut self, incoming: &Incoming<'_>) -> Response {
        let (params, found) = match self.submitted(incoming) {
            Ok(submitted) => submitted,
            Err(refusal) => return self.error_page(&refusal),
        };
        if self.mistrusts_page(incoming) {
            return self.error_page(&Refusal::new(403, "invalid_request", "invalid referer"));
        }
        let account = self.signed_in(incoming.cookie("session").unwrap_or_default());
        match account.filter(|did| self.may_approve(&found, did)) {
            Some(did) => self.decide(&params, &found, &did),
            None => {
                let text = "nobody is signed in who could approve the request";
                self.error_page(&Refusal::new(403, "access_denied", text))
            }
        }
    }

    /// Reads a form of ours: not forged, and for a request that is still open.
    fn submitted(&mut self, incoming: &Incoming<'_>) -> Result<(Params, Found), Refusal> {
        if incoming.method != "POST" {
            return Err(Refusal::method_not_allowed());
        }
        let params = incoming.form()?;
        let browser = self.browsers.get(incoming.cookie("session").unwrap_or_default());
        let csrf = params.value("csrf");
        let is_ours = browser.is_some_and(|browser| csrf == Some(browser.csrf.as_str()));
        // A form that carries the password itself cannot be forged by someone without it.
        let lax = self.has_one_page() || self.has(Fault::AsConsentForgeable);
        if !is_ours && !lax {
            return Err(Refusal::new(403, "invalid_request", "the form is not of this browser"));
        }
        let found = self.find_request(&params)?;
        Ok((params, found))
    }

    fn authenticate_user(&self, params: &Params) -> Option<String> {
        let account = self.account(params.value("identifier")?)?;
        (Some(account.password.as_str()) == params.value("password")).then(|| account.did.clone())
    }

    fn decide(&mut self, params: &Params, found: &Found, did: &str) -> Response {
        match params.value("decision") {
            Some("accept") => self.approve(&self.narrowed(found, params), did),
            Some("deny") => self.deny(found),
            _ => self.error_page(&Refusal::invalid_request("the decision is missing")),
        }
    }

    fn deny(&mut self, found: &Found) -> Response {
        if self.varies(Variant::DenialErrorPage) {
            self.pushed.remove(&found.request_uri);
            let text = "you have refused the request";
            return self.error_page(&Refusal::new(403, "access_denied", text));
        }
        let error = if self.has(Fault::AsRedirectLeakInternalErrorCode) {
            "ConsentDenied"
        } else if self.has(Fault::AsAuthorizeDeniedAsServerError) {
            "server_error"
        } else {
            "access_denied"
        };
        self.send_error(found, error)
    }

    /// Whether sign-in and consent are two pages with a redirect between them.
    pub(super) fn has_two_steps(&self) -> bool {
        self.varies(Variant::ConsentTwoSteps)
    }
}
