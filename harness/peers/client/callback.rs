//! The authorization response (RFC 6749, section 4.1.2; RFC 9207).

use atproof_protocol::form;
use atproof_protocol::oauth::Secret;
use url::Url;

use super::Session;
use super::error::{Error, Reason, Step};
use super::par::Pending;
use super::session::Held;
use super::state::Client;

impl Client {
    /// Ends a login with the URL that the user came back with.
    pub async fn callback(&mut self, url: &str) -> Result<Session, Error> {
        let response = self.authorization_response(url);
        let (pending, code) = response.map_err(|why| why.at(Step::Callback))?;
        let tokens = self.exchange(&pending, &code).await.map_err(|why| why.at(Step::Token))?;
        let verified = self.verify(&pending, &tokens.sub).await;
        let (pds, server) = verified.map_err(|why| why.at(Step::Verification))?;
        let held = Held::new(tokens, pds, server, pending.key);
        let session = held.session.clone();
        self.session = Some(held);
        Ok(session)
    }

    /// The login that a response belongs to, and its code. A login is over with its first response,
    /// good or bad.
    fn authorization_response(&mut self, url: &str) -> Result<(Pending, Secret), Reason> {
        let pairs = self.own_pairs(url).ok_or(Reason::RedirectUri)?;
        let state = only(&pairs, "state")?.ok_or(Reason::State)?;
        let pending = self.pending.remove(state).ok_or(Reason::State)?;
        // RFC 9207, section 2.4, before anything else is believed, errors included.
        let iss = only(&pairs, "iss")?.ok_or(Reason::Parameter("iss"))?;
        if iss != pending.server.issuer.as_str() {
            let (expected, found) = (pending.server.issuer.to_string(), iss.to_owned());
            return Err(Reason::Issuer { expected, found });
        }
        if let Some(error) = only(&pairs, "error")? {
            let description = only(&pairs, "error_description")?.map(str::to_owned);
            return Err(Reason::Refused { error: error.to_owned(), description });
        }
        let code = only(&pairs, "code")?.filter(|code| !code.is_empty());
        let code = Secret::new(code.ok_or(Reason::Parameter("code"))?);
        Ok((pending, code))
    }

    /// The parameters of a response, where it came to the redirect URI. Response mode is query, as
    /// nothing else is asked for.
    fn own_pairs(&self, url: &str) -> Option<Vec<(String, String)>> {
        let place = |text: &str| {
            let mut url = Url::parse(text).ok()?;
            url.set_query(None);
            url.set_fragment(None);
            Some(url)
        };
        let redirect_uri = &self.config.redirect_uri;
        let own = form::query_pairs(redirect_uri);
        let is_ours = place(url)? == place(redirect_uri)?;
        let pairs = form::query_pairs(url);
        let response = pairs.strip_prefix(own.as_slice())?;
        is_ours.then(|| response.to_vec())
    }
}

/// The value of a parameter, which must not be repeated (RFC 6749, section 3.1).
fn only<'a>(pairs: &'a [(String, String)], name: &'static str) -> Result<Option<&'a str>, Reason> {
    let mut values = pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(Reason::Parameter(name)),
    }
}
