//! The authorization endpoint (RFC 6749, section 3.1), for requests that were pushed.

use atproof_protocol::http::Response;

use super::incoming::Incoming;
use super::login_request::LoginRequest;
use super::refusal::Refusal;
use super::scope::is_within;
use super::state::Server;
use crate::codec::form::Params;
use crate::{Fault, Variant};

/// A request that was found, and the name under which it is kept.
pub(super) struct Found {
    pub(super) request_uri: String,
    pub(super) request: LoginRequest,
}

impl Server {
    /// Opens a request: shows the sign-in form, or the consent form to someone who is signed in.
    pub(super) fn authorize(&mut self, incoming: &Incoming<'_>) -> Response {
        if incoming.method != "GET" || self.has(Fault::AsAuthorizeGetRefused) {
            return self.error_page(&Refusal::method_not_allowed());
        }
        if let Some(refusal) = self.mistrusts_browser(incoming) {
            return self.error_page(&refusal);
        }
        let params = match incoming.query_params() {
            Ok(params) => params,
            Err(refusal) => return self.error_page(&refusal),
        };
        let found = match self.find_request(&params) {
            Ok(found) => found,
            Err(refusal) => {
                // Nobody is sent to a URI that was not validated (RFC 6749, section 4.1.2.1).
                if let Some(uri) = params.value("redirect_uri")
                    && self.has(Fault::AsAuthorizeErrorToQueryUri)
                {
                    return self.redirect(uri, false, &[("error", refusal.error)], 303);
                }
                return self.error_page(&refusal);
            }
        };
        if self.has(Fault::AsAuthorizeDocumentReadAgain) && !self.is_still_declared(&found) {
            let text = "the client no longer declares the redirect_uri";
            return self.error_page(&Refusal::invalid_request(text));
        }
        let found = self.overridden(found, &params);
        if self.has(Fault::AsAuthorizeNoSignIn)
            && let Some(account) = self.config.accounts.first()
        {
            let did = account.did.clone();
            return self.approve(&found, &did);
        }
        let browser = incoming.cookie("session").unwrap_or_default().to_owned();
        let account = self.signed_in(&browser).filter(|did| self.may_approve(&found, did));
        if let Some(did) = &account {
            let approved = self.consents.get(&(did.clone(), found.request.client.id.clone()));
            let known = approved.is_some();
            let covered = approved.is_some_and(|scopes| is_within(&found.request.scope, scopes));
            // Anyone can pose as a public client (RFC 8252, section 8.6), so consent is always
            // asked for.
            let confidential = found.request.client_key.is_some();
            let trusted = found.request.trusted
                || self.has(Fault::AsConsentSilentPublic)
                || confidential && self.has(Fault::AsConsentSilentConfidential);
            let wider = known && self.has(Fault::AsConsentIgnoreScopeGrowth);
            if covered && trusted || wider {
                return self.approve(&found, did);
            }
        }
        if found.request.silent {
            let error = if account.is_some() { "consent_required" } else { "login_required" };
            return self.send_error(&found, error);
        }
        if found.request.selects_account
            && account.is_none()
            && self.has(Fault::AsPromptSelectAccountErrors)
        {
            return self.send_error(&found, "account_selection_required");
        }
        match account {
            Some(did) => self.consent_page(&browser, &found, &did),
            None => self.sign_in_page(&browser, &found, None),
        }
    }

    /// Whether the document of the client, as it is now, has the redirect URI of a request.
    fn is_still_declared(&mut self, found: &Found) -> bool {
        let request = &found.request;
        self.documents.forget(&request.client.id);
        let client = self.client(&request.client.id);
        client.is_ok_and(|client| self.is_registered(&client, &request.redirect_uri))
    }

    /// Why this server, by a mistake, does not serve a browser that does nothing wrong.
    fn mistrusts_browser(&self, incoming: &Incoming<'_>) -> Option<Refusal> {
        let value = |name| incoming.headers.get(name).unwrap_or_default();
        if value("sec-fetch-site") == "same-site" && self.has(Fault::AsAuthorizeBlockSameSite) {
            return Some(Refusal::new(403, "invalid_request", "the navigation is forbidden"));
        }
        let inherited = ["__proto__", "constructor", "toString"];
        if inherited.iter().any(|name| incoming.cookie(name).is_some())
            && self.has(Fault::AsHttpCookieProto)
        {
            return Some(Refusal::new(500, "server_error", "internal error"));
        }
        None
    }

    /// Whether a form comes from a page whose URL has more than the two parameters. A correct
    /// server does not care.
    pub(super) fn mistrusts_page(&self, incoming: &Incoming<'_>) -> bool {
        let page = incoming.headers.get("referer").unwrap_or_default();
        let query = page.split_once('?').map_or("", |(_, query)| query);
        let own = self.endpoints().authorization_query.trim_start_matches('?');
        let usual = query.strip_prefix(own).unwrap_or(query).trim_start_matches('&');
        usual.split('&').count() > 2 && self.has(Fault::AsAuthorizeRefererExact)
    }

    /// Finds the request that a URL or a form names.
    pub(super) fn find_request(&mut self, params: &Params) -> Result<Found, Refusal> {
        if params.repeated().is_some() {
            return Err(Refusal::invalid_request("a parameter is repeated"));
        }
        let client_id = params.value("client_id");
        let Some(request_uri) = params.value("request_uri") else {
            if self.has(Fault::AsParOptional) {
                return self.direct_request(params);
            }
            let text = "the request must be pushed, and request_uri is missing";
            return Err(Refusal::invalid_request(text));
        };
        let status = if self.has(Fault::AsRedirectPanicUnknownClient) { 500 } else { 400 };
        let unknown =
            || Refusal::new(status, "invalid_request_uri", "the request_uri is not known");
        if request_uri.starts_with("https:") && self.has(Fault::AsParFetchRequestUri) {
            self.fetch_unasked(request_uri);
        }
        if let Some(client_id) = client_id
            && self.has(Fault::AsAuthorizeClientFetchedFirst)
        {
            self.client(client_id)?;
        }
        // Only one of the two can be meant (RFC 9101, section 5).
        let overridden = self.state_from_object(params);
        if params.value("request").is_some() && overridden.is_none() {
            return Err(Refusal::invalid_request("request and request_uri exclude each other"));
        }
        let fetched = self.as_if_fetched(request_uri, client_id);
        let request_uri = match fetched.or_else(|| self.newest_of(request_uri, client_id)) {
            Some(fetched) if self.has(Fault::AsAuthorizeExternalRequestUri) => fetched,
            Some(newest) if self.has(Fault::AsParLooseRequestUri) => newest,
            _ => request_uri.to_owned(),
        };
        let mut request = self.pushed.get(&request_uri).cloned().ok_or_else(unknown)?;
        if overridden.is_some() {
            request.state = overridden;
            self.pushed.insert(request_uri.clone(), request.clone());
        }
        let age = self.now() - (request.expires - self.lifetimes().request_uri);
        if age < 2 && self.has(Fault::AsParEventual) {
            return Err(unknown());
        }
        if self.now() >= request.expires && !self.has(Fault::AsParRequestUriNeverExpires) {
            return Err(Refusal::new(400, "invalid_request_uri", "the request_uri has expired"));
        }
        // A request_uri belongs to the client that got it (RFC 9126, section 2.2), and client_id
        // is required beside it (RFC 9101, section 6.3).
        match client_id {
            None if self.has(Fault::AsAuthorizeClientIdOptional) => {}
            None => return Err(Refusal::invalid_request("client_id is missing")),
            Some(id)
                if !self.is_id_of(id, &request.client)
                    && !self.has(Fault::AsAuthorizeClientIdUnbound) =>
            {
                return Err(Refusal::invalid_request("the request is of another client"));
            }
            Some(_) => {}
        }
        if !request.is_registered {
            let text = "the client has not declared the redirect_uri";
            return Err(Refusal::invalid_request(text));
        }
        Ok(Found { request_uri, request })
    }

    /// The newest request of a client, for a name that at least begins as a name should.
    fn newest_of(&self, request_uri: &str, client_id: Option<&str>) -> Option<String> {
        let known = self.pushed.contains_key(request_uri);
        if known || !request_uri.starts_with(self.request_uri_prefix()) {
            return None;
        }
        let of_client = self.pushed.iter().filter(|(_, r)| Some(r.client.id.as_str()) == client_id);
        of_client.max_by_key(|(_, request)| request.serial).map(|(name, _)| name.clone())
    }

    /// Takes a request that was not pushed.
    fn direct_request(&mut self, params: &Params) -> Result<Found, Refusal> {
        let client = self.client(params.value("client_id").unwrap_or_default())?;
        let request = self.read_login_request(params, client, None)?;
        let request_uri = self.fresh_request_uri();
        self.pushed.insert(request_uri.clone(), request.clone());
        Ok(Found { request_uri, request })
    }

    /// Only the pushed parameters count (RFC 9101, section 6.3).
    fn overridden(&mut self, found: Found, params: &Params) -> Found {
        let Found { request_uri, mut request } = found;
        let value = |name| params.value(name).map(str::to_owned);
        if let Some(state) = value("state")
            && self.has(Fault::AsAuthorizeOverrideState)
        {
            request.state = Some(state);
        }
        if let Some(redirect_uri) = value("redirect_uri")
            && self.has(Fault::AsAuthorizeOverrideRedirectUri)
        {
            request.redirect_uri = redirect_uri;
        }
        if let (Some(value), Some(challenge)) = (value("code_challenge"), &mut request.challenge)
            && self.has(Fault::AsAuthorizeOverrideCodeChallenge)
        {
            challenge.value = value;
        }
        if let Some(scope) = value("scope")
            && self.has(Fault::AsAuthorizeOverrideScope)
        {
            request.scope = scope;
        }
        self.pushed.insert(request_uri.clone(), request.clone());
        Found { request_uri, request }
    }

    /// The redirect after which the browser shows the request again, signed in.
    pub(super) fn reopen(&self, found: &Found) -> String {
        let endpoint = self.endpoint("/authorize");
        let query = self.endpoints().authorization_query;
        let separator = if query.is_empty() { "?" } else { "&" };
        let encode = crate::codec::form::percent_encode;
        format!(
            "{endpoint}{query}{separator}client_id={}&request_uri={}",
            encode(&found.request.client.id),
            encode(&found.request_uri)
        )
    }

    /// Whether the pages go without cookies, with password and decision in one form.
    pub(super) fn has_one_page(&self) -> bool {
        self.varies(Variant::ConsentOnePageNoCookie)
    }
}
