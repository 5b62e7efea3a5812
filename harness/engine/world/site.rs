//! What a request is about. Read leniently: what is wrong with it is for the judge.

use atproof_protocol::form;
use atproof_protocol::http::Request;
use atproof_protocol::record::Action;
use serde_json::Value;

use super::Origins;
use crate::model::Site;

/// Where a request went.
pub(super) struct Sighting {
    pub(super) site: Site,
    /// Whose origin it is.
    pub(super) role: &'static str,
    /// Whether it followed a redirect to a good copy.
    pub(super) is_moved: bool,
}

/// What URLs of questions to the DNS begin with (RFC 4501).
pub(super) const DNS: &str = "dns:";

/// What the paths of good copies begin with.
const MOVED: &str = "/moved";

/// Longest JSON body of a request that is turned into a form.
const LONGEST_JSON: usize = 256 * 1024;

impl Sighting {
    pub(super) fn of(origins: &Origins, request: &Request) -> Self {
        let origin = origin(&request.url);
        let is_moved = request.target().starts_with(MOVED);
        let target = request.target();
        let target = target.strip_prefix(MOVED).unwrap_or(target);
        let path = target.split('?').next().unwrap_or_default();
        let is_question = request.url.starts_with(DNS);
        let role = if origin == origins.other {
            "other"
        } else if origin == origins.directory {
            "directory"
        } else if origin == origins.pds {
            "pds"
        } else if origin == origins.issuer {
            "issuer"
        } else if is_question {
            "dns"
        } else {
            "host"
        };
        let site = match path {
            _ if is_question => Site::Record,
            "/.well-known/oauth-protected-resource" => Site::ResourceMetadata,
            "/.well-known/oauth-authorization-server" => Site::ServerMetadata,
            "/.well-known/did.json" => Site::Did,
            "/.well-known/atproto-did" => Site::Handle,
            "/xrpc/com.atproto.identity.resolveHandle" => Site::Handle,
            _ if path.starts_with("/did") => Site::Did,
            _ if path.starts_with("/xrpc/") => Site::Resource,
            _ if path.ends_with("/par") => Site::Par,
            _ if path.ends_with("/authorize") => Site::Authorize,
            _ if path.ends_with("/token") => match parameter(request, "grant_type").as_deref() {
                Some("refresh_token") => Site::Refresh,
                _ => Site::Token,
            },
            _ if path.ends_with("/revoke") => Site::Revocation,
            _ if path.ends_with("/jwks") => Site::Jwks,
            _ => Site::Elsewhere,
        };
        Self { site, role, is_moved }
    }

    /// The same request where it would have gone without a redirect. A document that is asked for
    /// at the other server is a copy of the right one; nothing else is.
    pub(super) fn unmoved(&self, origins: &Origins, request: &Request) -> Option<Request> {
        let path = request.target().strip_prefix(MOVED)?;
        let home = match (self.role, self.site) {
            ("other", Site::Did | Site::Handle) => origins.directory.as_str(),
            ("other", Site::ResourceMetadata) => origins.pds.as_str(),
            ("other", Site::ServerMetadata | Site::Jwks) => origins.issuer.as_str(),
            _ => origin(&request.url),
        };
        Some(Request { url: format!("{home}{path}"), ..request.clone() })
    }

    pub(super) const fn action(&self) -> Action {
        match self.site {
            Site::Par => Action::Par,
            Site::Authorize | Site::Callback => Action::Authorize,
            Site::Token => Action::Token,
            Site::Refresh => Action::Refresh,
            Site::Revocation => Action::Revoke,
            Site::Resource => Action::Resource,
            _ => Action::Document,
        }
    }
}

/// Scheme, host and port of a URL.
pub(super) fn origin(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(authority..).and_then(|rest| rest.find(['/', '?', '#']));
    end.and_then(|end| url.get(..authority + end)).unwrap_or(url)
}

/// The same request with its parameters as a form, where they came as JSON: one deviation shall not
/// hide the next ones.
pub(super) fn as_form(request: &Request, site: Site) -> Request {
    let pairs = if takes_form(site) { json_pairs(&request.body) } else { None };
    match pairs {
        Some(pairs) => request.clone().body(FORM, form::encode(&pairs)),
        None => request.clone(),
    }
}

/// The media type of forms.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Whether the parameters of a request come as a form there.
pub(super) const fn takes_form(site: Site) -> bool {
    matches!(site, Site::Par | Site::Token | Site::Refresh | Site::Revocation)
}

/// A parameter of a request, in a form or a JSON object.
pub(super) fn parameter(request: &Request, name: &str) -> Option<String> {
    let pairs = json_pairs(&request.body).unwrap_or_else(|| form::parse(&request.body).0);
    pairs.into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
}

/// The members of a JSON object; those that are no strings as JSON.
fn json_pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    if body.len() > LONGEST_JSON || !body.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else { return None };
    let text = |value: Value| match value {
        Value::String(text) => text,
        value => value.to_string(),
    };
    Some(members.into_iter().map(|(name, value)| (name, text(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        let origin = |name: &str| format!("https://{name}.test");
        Origins {
            issuer: origin("auth"),
            pds: origin("pds"),
            directory: origin("plc"),
            other: origin("other"),
            domain: "test".to_owned(),
        }
    }

    #[test]
    fn knows_what_is_asked_for() {
        let form = "application/x-www-form-urlencoded";
        let json = "application/json";
        let post = |url: &str| Request::new("POST", url);
        let get = |url: &str| Request::new("GET", url);
        for (request, site, role) in [
            (get("https://plc.test/did%3Aplc%3Aa"), Site::Did, "directory"),
            (get("https://alice.test/.well-known/atproto-did"), Site::Handle, "host"),
            (get("https://pds.test/xrpc/a.b.c?x=/par"), Site::Resource, "pds"),
            (post("https://auth.test/oauth/par"), Site::Par, "issuer"),
            (
                post("https://auth.test/token").body(form, "grant_type=refresh_token"),
                Site::Refresh,
                "issuer",
            ),
            (
                post("https://auth.test/token").body(json, r#"{"grant_type":"refresh_token"}"#),
                Site::Refresh,
                "issuer",
            ),
            (post("https://auth.test/token"), Site::Token, "issuer"),
            (
                get("https://other.test/moved/.well-known/oauth-authorization-server"),
                Site::ServerMetadata,
                "other",
            ),
            (get("https://other.test/x"), Site::Elsewhere, "other"),
            (get("dns:_atproto.alice.test?type=TXT"), Site::Record, "dns"),
            (get(""), Site::Elsewhere, "host"),
        ] {
            let sighting = Sighting::of(&origins(), &request);
            assert_eq!((sighting.site, sighting.role), (site, role), "{request:?}");
        }
    }

    #[test]
    fn a_copy_is_found_under_every_name() {
        for (url, home) in [
            ("https://pds.test/moved/.well-known/oauth-protected-resource", "https://pds.test"),
            ("https://other.test/moved/.well-known/oauth-protected-resource", "https://pds.test"),
            ("https://other.test/moved/did:plc:a", "https://plc.test"),
            ("https://other.test/moved/oauth/token", "https://other.test"),
        ] {
            let request = Request::new("GET", url);
            let unmoved = Sighting::of(&origins(), &request).unmoved(&origins(), &request).unwrap();
            assert_eq!(origin(&unmoved.url), home, "{url}");
            assert!(!unmoved.url.contains("/moved"));
        }
    }

    #[test]
    fn json_is_read_as_a_form() {
        let request = Request::new("POST", "https://auth.test/par")
            .body("application/json", r#"{"scope":"a b","max_age":1}"#);
        assert_eq!(as_form(&request, Site::Par).body, b"scope=a+b&max_age=1");
        assert_eq!(as_form(&request, Site::Resource).body, request.body);
    }
}
