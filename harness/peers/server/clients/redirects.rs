//! Which redirect URIs a document may declare (the client metadata of the profile; RFC 8252).

use atproof_engine::stage::Way;

use super::identifier::host;
use crate::Fault;
use crate::server::refusal::Refusal;
use crate::server::state::Server;

/// The client that declares.
pub(super) struct Owner<'a> {
    pub(super) client_id: &'a str,
    pub(super) is_native: bool,
}

impl Owner<'_> {
    /// The host, its labels in reverse order.
    fn reversed(&self) -> String {
        let mut labels: Vec<&str> = host(self.client_id).unwrap_or_default().split('.').collect();
        labels.reverse();
        labels.join(".")
    }
}

/// Whether a URI passes by a mistake.
type Mistake = fn(&Owner<'_>, &str) -> bool;

/// Plain http that broken servers take.
const HTTP: &[(Fault, Mistake)] = &[
    (Fault::AsRedirectHttp, |owner, uri| !owner.is_native && !is_loopback(uri)),
    (Fault::AsRedirectNativeHttp, |owner, uri| {
        owner.is_native && host(uri) == host(owner.client_id)
    }),
    (Fault::AsRedirectWebLoopback, |owner, uri| !owner.is_native && host(uri) == Some("127.0.0.1")),
    (Fault::AsRedirectWebLoopbackIpv6, |owner, uri| !owner.is_native && host(uri) == Some("[::1]")),
    (Fault::AsRedirectHttpLocalhost, |_, uri| host(uri) == Some("localhost")),
    (Fault::AsRedirectHttpPrefix, |_, uri| {
        host(uri).is_some_and(|host| host.starts_with("127.0.0.1."))
    }),
    (Fault::AsRedirectHttpUserinfo, |_, uri| uri.starts_with("http://127.0.0.1@")),
    (Fault::AsRedirectHttpRespelled, |_, uri| {
        Way::of(uri).is_some_and(|way| way.host == "127.0.0.1")
    }),
    (Fault::AsRedirectHttpUnspecified, |_, uri| host(uri) == Some("0.0.0.0")),
    (Fault::AsRedirectHttpPrivate, |_, uri| host(uri).is_some_and(|host| host.starts_with("10."))),
];

/// Schemes of others that broken servers take from native clients.
const SCHEMES: &[(Fault, Mistake)] = &[
    (Fault::AsRedirectSchemeOfOthers, |owner, scheme| {
        let own = owner.reversed();
        scheme.contains('.')
            && Some(scheme) != host(owner.client_id)
            && !own.starts_with(&format!("{scheme}."))
            && !scheme.starts_with(&format!("{own}."))
    }),
    (Fault::AsRedirectSchemeOfParent, |owner, scheme| {
        owner.reversed().starts_with(&format!("{scheme}."))
    }),
    (Fault::AsRedirectSchemeOfChild, |owner, scheme| {
        scheme.starts_with(&format!("{}.", owner.reversed()))
    }),
    (Fault::AsRedirectSchemeForward, |owner, scheme| Some(scheme) == host(owner.client_id)),
    (Fault::AsRedirectSchemeWithoutPeriod, |_, scheme| {
        !scheme.contains('.') && !DANGEROUS.iter().any(|(name, _)| *name == scheme)
    }),
];

/// Schemes that broken servers forget among those that run or read something.
const DANGEROUS: [(&str, Fault); 6] = [
    ("javascript", Fault::AsRedirectSchemeScript),
    ("data", Fault::AsRedirectSchemeData),
    ("file", Fault::AsRedirectSchemeFile),
    ("blob", Fault::AsRedirectSchemeBlob),
    ("intent", Fault::AsRedirectSchemeIntent),
    ("vbscript", Fault::AsRedirectSchemeVbscript),
];

fn wrong(text: &'static str) -> Result<(), Refusal> {
    Err(Refusal::new(400, "invalid_redirect_uri", text))
}

impl Server {
    /// Checks a declared redirect URI against the kind of the client.
    pub(super) fn check_declared_redirect(
        &self,
        owner: &Owner<'_>,
        uri: &str,
    ) -> Result<(), Refusal> {
        if uri.contains('#') && !self.has(Fault::AsRedirectFragmentDeclared) {
            return wrong("a redirect URI has a fragment");
        }
        let Some((scheme, rest)) = uri.split_once(':') else {
            if self.has(Fault::AsRedirectRelative) {
                return Ok(());
            }
            return wrong("a redirect URI is not absolute");
        };
        match scheme {
            "https" => self.check_https(owner, uri),
            "http" => self.check_http(owner, uri),
            _ => self.check_private_use(owner, scheme, rest),
        }
    }

    fn check_https(&self, owner: &Owner<'_>, uri: &str) -> Result<(), Refusal> {
        let origin = origin(uri);
        let own = self::origin(owner.client_id);
        let authority = origin.and_then(|origin| origin.strip_prefix("https://")).unwrap_or("");
        let port = authority.rsplit_once(':').map(|(_, port)| port);
        if port == Some("443") && !self.has(Fault::AsRedirectDefaultPort) {
            return wrong("a redirect URI spells out the default port");
        }
        if (authority.is_empty() || authority.contains('@'))
            && !self.has(Fault::AsRedirectUserinfoDeclared)
        {
            return wrong("a redirect URI has user information or no host");
        }
        let same_host = host(uri) == host(owner.client_id);
        if owner.is_native && origin != own {
            let lax = match same_host {
                true => Fault::AsRedirectNativeOtherPort,
                false => Fault::AsRedirectNativeOtherOrigin,
            };
            if !self.has(lax) {
                return wrong("a native redirect URI is of another origin");
            }
        }
        let refuses = owner.is_native && self.has(Fault::AsRedirectNativeHttpsRefused)
            || !owner.is_native && port.is_some() && self.has(Fault::AsRedirectPortRefused)
            || !same_host && self.has(Fault::AsRedirectWebOtherOriginRefused)
            || host(uri) == Some("localhost") && self.has(Fault::AsRedirectHttpsLocalhostRefused);
        if refuses {
            return wrong("this redirect URI is not taken");
        }
        Ok(())
    }

    /// Plain http is for loopback addresses of native clients (RFC 8252, section 7.3).
    fn check_http(&self, owner: &Owner<'_>, uri: &str) -> Result<(), Refusal> {
        if HTTP.iter().any(|(fault, passes)| self.has(*fault) && passes(owner, uri)) {
            return Ok(());
        }
        if !is_loopback(uri) {
            return wrong("a redirect URI is http beyond loopback");
        }
        if !owner.is_native || self.has(Fault::AsRedirectNativeLoopbackRefused) {
            return wrong("this client declares a loopback redirect URI");
        }
        let has_port = origin(uri).is_some_and(|origin| origin.matches(':').count() == 2);
        if has_port && self.has(Fault::AsRedirectNativeLoopbackPortRefused) {
            return wrong("a loopback redirect URI is declared with a port");
        }
        Ok(())
    }

    /// A private-use scheme is the reversed host of the client, a colon, one slash and a path.
    fn check_private_use(
        &self,
        owner: &Owner<'_>,
        scheme: &str,
        rest: &str,
    ) -> Result<(), Refusal> {
        if DANGEROUS.iter().any(|(name, fault)| *name == scheme && self.has(*fault)) {
            return Ok(());
        }
        if !owner.is_native {
            if self.has(Fault::AsRedirectWebPrivateUse) {
                return Ok(());
            }
            return wrong("a web client declares a private-use scheme");
        }
        let is_mistaken = |(fault, is): &(Fault, fn(&Owner<'_>, &str) -> bool)| {
            self.has(*fault) && is(owner, scheme)
        };
        if scheme != owner.reversed() && !SCHEMES.iter().any(is_mistaken) {
            return wrong("the scheme is not the reversed host of the client");
        }
        let (holds, lax) = match rest {
            _ if rest.starts_with("//") => (false, Fault::AsRedirectPrivateUseSlashes),
            _ => (rest.starts_with('/'), Fault::AsRedirectPrivateUseNoSlash),
        };
        if !holds && !self.has(lax) {
            return wrong("one slash and a path follow a private-use scheme");
        }
        if rest == "/" && self.has(Fault::AsRedirectPrivateUseRootRefused) {
            return wrong("a path follows the slash after a private-use scheme");
        }
        Ok(())
    }
}

fn is_loopback(uri: &str) -> bool {
    matches!(host(uri), Some("127.0.0.1" | "[::1]")) && !uri.contains('@')
}

/// Scheme and authority of a URL, as written.
fn origin(url: &str) -> Option<&str> {
    let start = url.find("://")? + 3;
    let end = url.get(start..)?.find(['/', '?', '#']).map_or(url.len(), |end| start + end);
    url.get(..end).filter(|_| end > start)
}
