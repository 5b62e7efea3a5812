//! The authorization response (RFC 6749, section 4.1.2; RFC 9207).

use atproof_protocol::form;
use atproof_protocol::identifier::Origin;
use atproof_protocol::oauth::Secret;
use url::Url;

use super::Session;
use super::error::{Error, Reason, Step};
use super::par::Pending;
use super::session::Held;
use super::state::Client;
use crate::{ClientFault, ClientVariant};

/// The parameters of a response.
type Pairs = [(String, String)];

impl Client {
    /// Ends a login with the URL that the user came back with.
    ///
    /// # Errors
    ///
    /// Says how far it came, and what was wrong.
    pub async fn callback(&self, url: &str) -> Result<Session, Error> {
        let response = self.authorization_response(url);
        let (mut pending, code) = response.map_err(|why| why.at(Step::Callback))?;
        self.obey_response(&mut pending, url).await.map_err(|why| why.at(Step::Callback))?;
        let early = self.verify_early(&pending).await;
        early.map_err(|why| why.at(Step::Verification))?;
        let key = match self.has(ClientFault::DpopNewKeyAtToken) {
            true => self.memory().stream.key(),
            false => pending.key.clone(),
        };
        pending.key = key;
        let tokens = self.exchange(&pending, &code).await.map_err(|why| why.at(Step::Token))?;
        let verified = self.verify(&pending, &tokens.sub).await;
        if verified.is_err() && self.has(ClientFault::TokenRejectedRevoked) {
            self.give_back(&pending, &tokens).await;
        }
        let (identity, server) = verified.map_err(|why| why.at(Step::Verification))?;
        // What the user typed was checked when the login began.
        let handle = match pending.handle == identity.handle && pending.handle.is_some() {
            true => pending.handle.clone(),
            false => self.verified_handle(&identity).await,
        };
        let nonce = self.nonce(&pending.key, &server.issuer);
        let held = Held::new(tokens, identity.pds, server, pending.key, pending.scope);
        let held = Held { nonce, ..held.known_as(handle) };
        let session = held.session.clone();
        self.memory().session = Some(held);
        self.greet().await?;
        Ok(session)
    }

    /// Asks for the session at once, as applications do that show a name.
    async fn greet(&self) -> Result<(), Error> {
        if self.takes(ClientVariant::SessionAfterLogin) || self.has(ClientFault::RsAskedAtOnce) {
            self.request("GET", "/xrpc/com.atproto.server.getSession").await?;
        }
        Ok(())
    }

    /// The login that a response belongs to, and its code. A login is over with its first response,
    /// good or bad.
    fn authorization_response(&self, url: &str) -> Result<(Pending, Secret), Reason> {
        let pairs = &self.own_pairs(url).ok_or(Reason::RedirectUri)?;
        if self.has(ClientFault::RedirectErrorBeforeState)
            && let Some(error) = self.only(pairs, "error")?
        {
            self.memory().pending.clear();
            return Err(Reason::Refused { error: error.to_owned(), description: None });
        }
        let (state, pending) = self.pending_of(pairs)?;
        let read = self.check_response(pairs, &pending);
        let is_kept = match read {
            Ok(_) => self.has(ClientFault::RedirectStateKept),
            Err(_) => self.has(ClientFault::RedirectStateReusable),
        };
        if !is_kept {
            self.memory().pending.remove(&state);
        }
        Ok((pending, read?))
    }

    /// RFC 6749, section 10.12: only the state of a login that was started here.
    fn pending_of(&self, pairs: &Pairs) -> Result<(String, Pending), Reason> {
        let state = self.only(pairs, "state")?;
        let memory = self.memory();
        let named = state.and_then(|state| memory.pending.get_key_value(state));
        let is_any = match state {
            Some(_) => self.has(ClientFault::RedirectStateUnbound),
            None => {
                self.has(ClientFault::RedirectStateOptional) || self.has(ClientFault::StateMissing)
            }
        };
        let found = named.or_else(|| memory.pending.iter().next().filter(|_| is_any));
        found.map(|(state, pending)| (state.clone(), pending.clone())).ok_or(Reason::State)
    }

    fn check_response(&self, pairs: &Pairs, pending: &Pending) -> Result<Secret, Reason> {
        // RFC 9207, section 2.4, before anything else is believed, errors included.
        self.check_issuer(pairs, pending)?;
        if let Some(error) = self.only(pairs, "error")?
            && !self.has(ClientFault::RedirectErrorIgnored)
        {
            let description = self.only(pairs, "error_description")?.map(str::to_owned);
            return Err(Reason::Refused { error: error.to_owned(), description });
        }
        let is_unknown = |(name, _): &(String, String)| !KNOWN.contains(&name.as_str());
        if self.has(ClientFault::RedirectUnknownParametersRefused) && pairs.iter().any(is_unknown) {
            return Err(Reason::Parameter("unknown"));
        }
        let code = self.only(pairs, "code")?.filter(|code| !code.is_empty());
        let code = code.or(self.has(ClientFault::RedirectCodeOptional).then_some("undefined"));
        Ok(Secret::new(code.ok_or(Reason::Parameter("code"))?))
    }

    /// The issuer is the one that the login was started with, octet for octet.
    fn check_issuer(&self, pairs: &Pairs, pending: &Pending) -> Result<(), Reason> {
        let expected = &pending.server.issuer;
        if self.has(ClientFault::RedirectSkipIss) || self.has(ClientFault::RedirectIssuerOfResponse)
        {
            return Ok(());
        }
        let found = match self.only(pairs, "iss")? {
            None if self.has(ClientFault::RedirectIssOptional) => return Ok(()),
            None => return Err(Reason::Parameter("iss")),
            Some("") if self.has(ClientFault::RedirectEmptyIssuerPasses) => return Ok(()),
            Some(found) => found,
        };
        let is_alike = self.has(ClientFault::RedirectIssNormalised)
            && Origin::of(found).as_ref() == Some(expected);
        let is_start =
            self.has(ClientFault::RedirectIssPrefix) && found.starts_with(expected.as_str());
        if found == expected.as_str() || is_alike || is_start {
            return Ok(());
        }
        let (expected, found) = (expected.to_string(), found.to_owned());
        Err(Reason::Issuer { expected, found })
    }

    /// The code goes to the server that the login was started with (RFC 9700, section 4.4.2), and
    /// not to the one that a response names.
    async fn obey_response(&self, pending: &mut Pending, url: &str) -> Result<(), Reason> {
        if !self.has(ClientFault::RedirectIssuerOfResponse) {
            return Ok(());
        }
        let pairs = self.own_pairs(url).unwrap_or_default();
        let named = self.only(&pairs, "iss")?.and_then(|iss| Origin::parse(iss).ok());
        if let Some(issuer) = named {
            pending.server = self.server_metadata(&issuer, None).await?;
        }
        Ok(())
    }

    /// The parameters of a response, where it came to the redirect URI, in the part of the URL that
    /// was asked for.
    fn own_pairs(&self, url: &str) -> Option<Vec<(String, String)>> {
        let place = |text: &str| {
            let mut url = Url::parse(text).ok()?;
            url.set_query(None);
            url.set_fragment(None);
            Some(url)
        };
        let redirect_uri = &self.config.redirect_uri;
        let is_ours = place(url)? == place(redirect_uri)?;
        let is_in_fragment = self.takes(ClientVariant::ResponseModeFragment)
            || (self.has(ClientFault::RedirectFragmentRead) && url.contains('#'));
        if is_in_fragment {
            let fragment = url.split_once('#').map(|(_, fragment)| fragment).unwrap_or_default();
            return is_ours.then(|| form::parse(fragment.as_bytes()).0);
        }
        let own = form::query_pairs(redirect_uri);
        let pairs = form::query_pairs(url);
        let response = pairs.strip_prefix(own.as_slice())?;
        is_ours.then(|| response.to_vec())
    }

    /// The value of a parameter, which must not be repeated (RFC 6749, section 3.1).
    fn only<'a>(&self, pairs: &'a Pairs, name: &'static str) -> Result<Option<&'a str>, Reason> {
        let named = |pair: &&(String, String)| pair.0 == name;
        let mut values = pairs.iter().filter(named).map(|(_, value)| value.as_str());
        let value = values.next();
        let is_one_of_many = match name {
            "iss" => self.has(ClientFault::RedirectFirstIss),
            "state" => self.has(ClientFault::RedirectFirstState),
            "code" => self.has(ClientFault::RedirectFirstCode),
            _ => false,
        };
        match values.next() {
            Some(_) if !is_one_of_many => Err(Reason::Parameter(name)),
            _ => Ok(value),
        }
    }
}

/// The parameters that a response has (RFC 6749, section 4.1.2; RFC 9207).
const KNOWN: [&str; 6] = ["code", "state", "iss", "error", "error_description", "error_uri"];
