//! Authorization responses (RFC 6749, section 4.1.2), with `iss` (RFC 9207).

use atproof_protocol::http::Response;

use super::answer::uncached;
use super::authorize::Found;
use super::exchange::Code;
use super::scope;
use super::state::Server;
use crate::codec::form::{percent_decode, percent_encode};
use crate::{Fault, Variant};

impl Server {
    /// Issues a code to the client. The request is used up with it (RFC 9126, section 4).
    pub(super) fn approve(&mut self, found: &Found, did: &str) -> Response {
        let request = &found.request;
        if !self.has(Fault::AsParRequestUriReusable) {
            self.pushed.remove(&found.request_uri);
        }
        let approved = self.consents.entry((did.to_owned(), request.client.id.clone()));
        approved.or_default().extend(scope::values(&request.scope));
        let code = self.fresh_code(found);
        let issued = self.now();
        let record = Code { request: request.clone(), did: did.to_owned(), issued, spent: None };
        self.codes.insert(code.clone(), record);
        let iss = if self.has(Fault::AsAuthorizeIssSlash) {
            format!("{}/", self.issuer())
        } else {
            self.issuer().to_owned()
        };
        let state = match &request.state {
            Some(state) if self.has(Fault::AsAuthorizeStateDecodedTwice) => {
                percent_decode(state).or(Some(state.clone()))
            }
            state => state.clone(),
        };
        let mut pairs = vec![("code", code.as_str())];
        if let Some(state) = &state
            && !self.has(Fault::AsAuthorizeStateDropped)
        {
            pairs.push(("state", state));
        }
        if !self.has(Fault::AsAuthorizeIssMissing) {
            pairs.push(("iss", &iss));
        }
        if self.varies(Variant::RedirectExtraParameters) {
            pairs.push(("session_state", "x"));
        }
        let status = self.redirect_status();
        self.redirect(&request.redirect_uri, request.in_fragment, &pairs, status)
    }

    /// Tells the client that there will be no code (RFC 6749, section 4.1.2.1).
    pub(super) fn send_error(&mut self, found: &Found, error: &str) -> Response {
        self.pushed.remove(&found.request_uri);
        let request = &found.request;
        let mut pairs = vec![("error", error)];
        if let Some(state) = &request.state
            && !self.has(Fault::AsAuthorizeStateMissingOnError)
        {
            pairs.push(("state", state));
        }
        let iss = self.issuer().to_owned();
        if !self.has(Fault::AsAuthorizeIssMissingOnError) {
            pairs.push(("iss", &iss));
        }
        let status = self.redirect_status();
        self.redirect(&request.redirect_uri, request.in_fragment, &pairs, status)
    }

    /// Sends the browser to a redirect URI, whose own query is kept (RFC 6749, section 3.1.2).
    pub(super) fn redirect(
        &self,
        uri: &str,
        in_fragment: bool,
        pairs: &[(&str, &str)],
        status: u16,
    ) -> Response {
        let is_field = |value: &str| value.bytes().all(|b| matches!(b, b' '..=b'~'));
        if !pairs.iter().all(|(_, value)| is_field(value)) && self.has(Fault::AsHttpUnwrapHeader) {
            return Response::new(500);
        }
        let in_fragment = in_fragment && !self.has(Fault::AsRedirectResponseModeIgnored);
        let mut encoded: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", percent_encode(name), self.encoded(value)))
            .collect();
        if self.varies(Variant::CallbackReordered) {
            encoded.reverse();
        }
        let uri = match uri.split_once('?') {
            Some((start, _)) if self.has(Fault::AsRedirectQueryReplaced) => start,
            _ => uri,
        };
        let separator = if in_fragment || self.has(Fault::AsRedirectDefaultFragment) {
            '#'
        } else if uri.contains('?') {
            '&'
        } else {
            '?'
        };
        let location = format!("{uri}{separator}{}", encoded.join("&"));
        let response = Response::new(status)
            .header("Location", location)
            .header("Referrer-Policy", "no-referrer");
        uncached(response, self.sends_pragma())
    }

    /// 303, so that the browser never posts the password to the client (RFC 9700, section 4.12).
    fn redirect_status(&self) -> u16 {
        if self.has(Fault::AsRedirect307) {
            307
        } else if self.varies(Variant::Redirect302) {
            302
        } else {
            303
        }
    }

    fn encoded(&self, value: &str) -> String {
        if !value.is_ascii() && self.has(Fault::AsAuthorizeStateLatin1) {
            return value.chars().map(latin1).collect();
        }
        let text = percent_encode(value);
        if self.varies(Variant::CallbackMinimalEncoding) {
            return text.replace("%3A", ":").replace("%2F", "/");
        }
        text
    }

    fn fresh_code(&mut self, found: &Found) -> String {
        let random = self.long_random();
        if self.has(Fault::AsTokenShortCode) {
            let number = random.bytes().fold(0_u64, |n, b| (n * 131 + u64::from(b)) % 100_000_000);
            return format!("{number:08}");
        }
        match &found.request.challenge {
            Some(challenge) if self.has(Fault::AsPkceChallengeInCode) => {
                format!("{random}.{}", challenge.value)
            }
            _ => random,
        }
    }
}

/// A character as percent-encoded Latin-1, where it has one octet there.
fn latin1(c: char) -> String {
    match u8::try_from(c) {
        Ok(octet @ 0x80..) => format!("%{octet:02X}"),
        _ => percent_encode(&c.to_string()),
    }
}
