//! Browser sessions: who is signed in, and the value that forms have to bring back.

use atproof_protocol::http::Response;

use super::authorize::Found;
use super::state::Server;
use crate::Fault;

/// A browser that was seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Browser {
    /// What a form must bring back, against forged requests (RFC 6749, section 10.12).
    pub(super) csrf: String,
    /// DID of the account that is signed in, and until when.
    pub(super) signed_in: Option<(String, i64)>,
}

/// How long a browser stays signed in, in seconds.
const SIGNED_IN: i64 = 3600;

impl Server {
    /// The account that is signed in.
    pub(super) fn signed_in(&self, browser: &str) -> Option<String> {
        let (did, until) = self.browsers.get(browser)?.signed_in.as_ref()?;
        (self.now() < *until).then(|| did.clone())
    }

    /// Whether an account may approve a request: with a login_hint, only the one it names.
    pub(super) fn may_approve(&self, found: &Found, did: &str) -> bool {
        let hint = found.request.login_hint.as_deref();
        hint.is_none_or(|hint| self.account(hint).is_some_and(|account| account.did == did))
            || self.has(Fault::AsIdentityIgnoreLoginHint)
    }

    /// The browser of this cookie, or a new one; its cookie and CSRF value.
    pub(super) fn browser(&mut self, cookie: &str, rotate: bool) -> (String, String) {
        if let Some(browser) = self.browsers.get(cookie)
            && !rotate
        {
            return (cookie.to_owned(), browser.csrf.clone());
        }
        let csrf = self.stream.token();
        let cookie = match self.browsers.contains_key(cookie) {
            true => cookie.to_owned(),
            false => self.stream.token(),
        };
        self.browsers.entry(cookie.clone()).or_default().csrf.clone_from(&csrf);
        (cookie, csrf)
    }

    /// Signs an account in. The browser gets a new cookie, so that nobody can have set it before.
    pub(super) fn enter(&mut self, cookie: &str, did: &str) -> String {
        self.browsers.remove(cookie);
        let (cookie, _) = self.browser("", false);
        let until = self.now() + SIGNED_IN;
        if let Some(browser) = self.browsers.get_mut(&cookie) {
            browser.signed_in = Some((did.to_owned(), until));
        }
        cookie
    }

    /// Sets the cookie of a browser.
    pub(super) fn with_cookie(&self, response: Response, cookie: &str) -> Response {
        let secure = if self.issuer().starts_with("https:") { "; Secure" } else { "" };
        let path = self.endpoints().prefix;
        let site = if self.has(Fault::AsConsentForgeable) { "None" } else { "Lax" };
        let field = format!("session={cookie}; Path={path}; HttpOnly; SameSite={site}{secure}");
        response.header("Set-Cookie", field)
    }
}
