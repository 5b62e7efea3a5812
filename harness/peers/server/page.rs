//! The pages that the user sees: plain HTML forms, no script.

use atproof_protocol::http::Response;

use super::answer::uncached;
use super::authorize::Found;
use super::refusal::Refusal;
use super::state::Server;
use crate::Fault;

impl Server {
    /// Asks for identifier and password.
    pub(super) fn sign_in_page(
        &mut self,
        browser: &str,
        found: &Found,
        problem: Option<&str>,
    ) -> Response {
        let status = if problem.is_some() { 403 } else { 200 };
        let problem = problem.map_or(String::new(), |text| format!("<p role=\"alert\">{text}</p>"));
        let (browser, fields) = self.hidden_fields(browser, found);
        let action = self.form_action("/authorize/sign-in");
        let hint = found.request.login_hint.as_deref();
        let hint = hint.filter(|_| !self.has(Fault::AsAuthorizeHintNotShown));
        let raw = self.has(Fault::AsAuthorizeHintUnescaped);
        let hint = hint.map(|hint| if raw { hint.to_owned() } else { escape(hint) });
        let hint = hint.unwrap_or_default();
        let (boxes, buttons) = if self.has_one_page() {
            (self.boxes(found), DECISIONS)
        } else {
            (String::new(), "<button type=\"submit\">Sign in</button>")
        };
        let body = format!(
            "<h1>Sign in</h1>{problem}{}<form method=\"post\" action=\"{action}\">{fields}\
             <p><label>Handle or DID <input type=\"text\" name=\"identifier\" value=\"{hint}\" \
             autocomplete=\"username\"></label></p>\
             <p><label>Password <input type=\"password\" name=\"password\" \
             autocomplete=\"current-password\"></label></p>{boxes}<p>{buttons}</p></form>",
            self.describe(found)
        );
        self.page(status, "Sign in", &body, Some(&browser))
    }

    /// Asks whether the client may act for the account.
    pub(super) fn consent_page(&mut self, browser: &str, found: &Found, did: &str) -> Response {
        let (browser, fields) = self.hidden_fields(browser, found);
        let action = self.form_action("/authorize/consent");
        let handle = escape(self.account(did).map_or(did, |account| &account.handle));
        let body = format!(
            "<h1>Allow access?</h1>{}<p>You are signed in as {handle}.</p>\
             <form method=\"post\" action=\"{action}\">{fields}{}<p>{DECISIONS}</p></form>",
            self.describe(found),
            self.boxes(found)
        );
        self.page(200, "Allow access?", &body, Some(&browser))
    }

    /// Says why the user can go no further.
    pub(super) fn error_page(&self, refusal: &Refusal) -> Response {
        let body = format!(
            "<h1>This request cannot be continued</h1><p>{}: {}</p>",
            escape(refusal.error),
            escape(&refusal.description)
        );
        self.page(refusal.status, "Error", &body, None)
    }

    /// The fields that tie a form to the request and to the browser; also the cookie to set.
    fn hidden_fields(&mut self, browser: &str, found: &Found) -> (String, String) {
        let (browser, csrf) = self.browser(browser, self.has_two_steps());
        let request = &found.request;
        let state = request.state.as_deref().unwrap_or_default();
        let state = if self.has(Fault::AsAuthorizeStateUnescaped) {
            state.to_owned()
        } else {
            escape(state)
        };
        let mut fields = format!(
            "{}{}{}<input type=\"hidden\" name=\"state\" value=\"{state}\">",
            hidden("csrf", &csrf),
            hidden("request_uri", &found.request_uri),
            hidden("client_id", &request.client.id),
        );
        if self.has_two_steps() {
            fields.push_str(&hidden("step", &self.serial().to_string()));
            fields.push_str(&hidden("display", "page"));
        }
        (browser, fields)
    }

    /// Who asks for what: the client by its whole identifier, the only thing known about it.
    fn describe(&self, found: &Found) -> String {
        let id = found.request.client.id.as_str();
        let host = id.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
        let client = if self.has(Fault::AsConsentClientUnnamed) {
            "of an unknown developer"
        } else if self.has(Fault::AsConsentClientHostOnly) {
            host.unwrap_or_default()
        } else {
            id
        };
        let document = self.document_of(&found.request.client);
        let logo = document.as_ref().and_then(|document| document.text("logo_uri"));
        let logo = logo.filter(|_| self.has(Fault::AsConsentLogoEmbedded));
        let logo = logo.map_or(String::new(), |url| format!("<img src=\"{}\">", escape(&url)));
        let said = |name: &str, fault| {
            let text = document.as_ref().and_then(|document| document.text(name));
            text.filter(|_| self.has(fault))
                .map_or(String::new(), |text| format!("<p>It is known as {}.</p>", escape(&text)))
        };
        let name = said("client_name", Fault::AsConsentNameShown);
        let home = said("client_uri", Fault::AsConsentHomeShown);
        format!(
            "{logo}{name}{home}<p>The application <code>{}</code> asks for <code>{}</code>.</p>",
            escape(client),
            escape(&found.request.scope)
        )
    }

    pub(super) fn form_action(&self, name: &str) -> String {
        format!("{}{name}", self.endpoints().prefix)
    }

    pub(super) fn page(
        &self,
        status: u16,
        title: &str,
        body: &str,
        browser: Option<&str>,
    ) -> Response {
        let empty = self.has(Fault::AsAuthorizeNoInterface);
        let body = if empty { "<p>Please wait.</p>" } else { body };
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <title>{title}</title></head><body>{body}</body></html>"
        );
        // No form-action: browsers apply it to the redirect as well, and that leads to the client.
        let mut policy = "default-src 'none'; base-uri 'none'".to_owned();
        let mut response = Response::new(status).body("text/html; charset=utf-8", html);
        // No framing (RFC 9700, section 4.16).
        if !self.has(Fault::AsAuthorizeFramable) {
            response.headers.push("X-Frame-Options", "DENY");
            policy.push_str("; frame-ancestors 'none'");
        }
        if self.has(Fault::AsRedirectCspFormActionSelf) {
            policy.push_str("; form-action 'self'");
        }
        response.headers.push("Content-Security-Policy", policy);
        // Nothing of the URL goes to other sites (RFC 9700, section 4.2.4).
        if !self.has(Fault::AsAuthorizeNoReferrerPolicy) {
            response.headers.push("Referrer-Policy", "no-referrer");
        }
        response.headers.push("X-Content-Type-Options", "nosniff");
        if let Some(browser) = browser
            && !self.has_one_page()
        {
            response = self.with_cookie(response, browser);
        }
        uncached(response, self.sends_pragma())
    }
}

const DECISIONS: &str = "\
    <button type=\"submit\" name=\"decision\" value=\"accept\">Accept</button> \
    <button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>";

pub(super) fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}

/// Escapes text for HTML, attribute values included (RFC 6749, section 10.14).
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
