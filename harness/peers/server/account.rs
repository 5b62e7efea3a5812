//! The account page, where users see their sessions and end them (the authorization interface of
//! the profile).

use atproof_protocol::http::Response;

use super::incoming::Incoming;
use super::page::{escape, hidden};
use super::refusal::Refusal;
use super::state::Server;
use crate::Fault;

impl Server {
    /// The sessions of whoever is signed in, each with a form that ends it.
    pub(super) fn account_page(&mut self, incoming: &Incoming<'_>) -> Response {
        let cookie = incoming.cookie("session").unwrap_or_default().to_owned();
        let Some(did) = self.signed_in(&cookie) else {
            let text = "nobody is signed in";
            return self.error_page(&Refusal::new(403, "access_denied", text));
        };
        let (browser, csrf) = self.browser(&cookie, false);
        let action = self.form_action("/account/end");
        let mut body = "<h1>Your sessions</h1>".to_owned();
        for (id, client) in self.sessions(&did) {
            body.push_str(&format!(
                "<form method=\"post\" action=\"{action}\">{}{}{}<p>{} \
                 <button type=\"submit\">End</button></p></form>",
                hidden("csrf", &csrf),
                hidden("session", &id.to_string()),
                hidden("client_id", &client),
                escape(&client)
            ));
        }
        self.page(200, "Your sessions", &body, Some(&browser))
    }

    /// Ends a session of whoever is signed in.
    pub(super) fn end_session(&mut self, incoming: &Incoming<'_>) -> Response {
        match self.ended_session(incoming) {
            Ok(()) => Response::new(303).header("Location", self.form_action("/account")),
            Err(refusal) => self.error_page(&refusal),
        }
    }

    fn ended_session(&mut self, incoming: &Incoming<'_>) -> Result<(), Refusal> {
        if incoming.method != "POST" {
            return Err(Refusal::method_not_allowed());
        }
        let params = incoming.form()?;
        let cookie = incoming.cookie("session").unwrap_or_default();
        let browser = self.browsers.get(cookie);
        if browser.is_none_or(|browser| params.value("csrf") != Some(browser.csrf.as_str())) {
            return Err(Refusal::new(403, "invalid_request", "the form is not of this browser"));
        }
        let did = self.signed_in(cookie).unwrap_or_default();
        let id = params.value("session").and_then(|id| id.parse().ok());
        let unknown = Refusal::invalid_request("there is no such session");
        let id = id.filter(|id| self.sessions(&did).iter().any(|(own, _)| own == id));
        let id: u64 = id.ok_or(unknown)?;
        let now = self.now();
        if self.has(Fault::AsSessionEndedStillListed) {
            self.remembered_sessions.insert(id);
        }
        if !self.has(Fault::AsSessionEndKeepsRefreshToken) {
            self.tokens.end_refresh(id, now);
        } else {
            self.hidden_sessions.insert(id);
        }
        if !self.has(Fault::AsSessionEndKeepsAccessToken) {
            self.tokens.end_access(id, now);
        }
        Ok(())
    }

    /// The sessions of an account that have not ended, and their clients.
    fn sessions(&self, did: &str) -> Vec<(u64, String)> {
        if self.has(Fault::AsSessionNotListed) {
            return Vec::new();
        }
        let now = self.now();
        let lives = |id: u64| {
            let mut tokens = self.tokens.refresh.values();
            let any = tokens.any(|token| token.grant == id && !token.is_ended(now));
            any && !self.hidden_sessions.contains(&id) || self.remembered_sessions.contains(&id)
        };
        let grants = self.tokens.grants.iter();
        let own = grants.filter(|(id, grant)| grant.did == did && lives(**id));
        own.map(|(id, grant)| (*id, grant.client.id.clone())).collect()
    }
}
