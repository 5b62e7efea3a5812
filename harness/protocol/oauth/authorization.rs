//! The authorization response: what the browser brings to the redirect URI.

use super::{Secret, error};
use crate::identifier::{RawUrl, is_loopback_host};
use crate::reading::shifted;
use crate::{Defect, Position, Reading, form};

/// An authorization response (RFC 6749, section 4.1.2; RFC 9207, section 2).
///
/// Of a repeated parameter the first counts; one without a value counts as absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse {
    /// The part of the URL in which the parameters stand.
    pub part: Part,
    /// The authorization code.
    pub code: Option<Secret>,
    /// The state of the request.
    pub state: Option<String>,
    /// The issuer.
    pub iss: Option<String>,
    /// The error code.
    pub error: Option<String>,
    /// Text for the developer of the client.
    pub error_description: Option<String>,
    /// A page about the error.
    pub error_uri: Option<String>,
}

/// The part of a redirect URL that carries an authorization response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The query.
    Query,
    /// The fragment.
    Fragment,
}

/// Reads the URL to which the browser was sent.
pub fn read(url: &str) -> Reading<AuthorizationResponse> {
    let (before, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (start, query) = before.split_once('?').unwrap_or((before, ""));
    let in_query = form::parse(query.as_bytes());
    let in_fragment = form::parse(fragment.as_bytes());
    let answers =
        |pairs: &[(String, String)]| pairs.iter().any(|(n, _)| NAMES.contains(&n.as_str()));
    let (part, (pairs, encodings), offset) = match (answers(&in_query.0), answers(&in_fragment.0)) {
        (false, true) => (Part::Fragment, &in_fragment, before.len() + 1),
        _ => (Part::Query, &in_query, start.len() + 1),
    };
    let value = |name: &str| {
        let first = pairs.iter().find(|(n, _)| n == name);
        first.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    };
    let document = AuthorizationResponse {
        part,
        code: value("code").map(Secret::new),
        state: value("state"),
        iss: value("iss"),
        error: value("error"),
        error_description: value("error_description"),
        error_uri: value("error_uri"),
    };

    let mut defects: Vec<Defect> =
        encodings.iter().map(|defect| shifted(defect.clone(), offset)).collect();
    defects.extend(repeated(pairs));
    defects.extend(outcome(&document));
    defects.extend(issuer(document.iss.as_deref()));
    defects.extend(characters(pairs));
    let mut observations = Vec::new();
    if part == Part::Fragment {
        let why = "response parameters in the fragment";
        observations.push(finding("authorization-response.in-fragment", "ATP-AUTHZ-032", why));
    } else if answers(&in_fragment.0) {
        let why = "response parameters in query and fragment";
        defects.push(finding("authorization-response.in-both", "RFC6749-4.1.2-07", why));
    }
    Reading { defects, observations, document: Some(document) }
}

const NAMES: [&str; 6] = ["code", "state", "iss", "error", "error_description", "error_uri"];

fn repeated(pairs: &[(String, String)]) -> Vec<Defect> {
    let names = form::repeated_names(pairs).into_iter().filter(|name| NAMES.contains(name));
    names
        .map(|name| {
            let code = "authorization-response.repeated-parameter";
            field(code, "RFC6749-4.1.2-07", name, "more than one value")
        })
        .collect()
}

fn outcome(response: &AuthorizationResponse) -> Option<Defect> {
    let clause = "RFC 6749, section 4.1.2";
    match (&response.code, &response.error) {
        (None, None) => {
            let why = "no code and no error";
            Some(finding("authorization-response.neither-code-nor-error", clause, why))
        }
        (Some(_), Some(_)) => {
            let why = "a code and an error";
            Some(finding("authorization-response.code-and-error", clause, why))
        }
        _ => None,
    }
}

fn issuer(iss: Option<&str>) -> Option<Defect> {
    let Some(iss) = iss else {
        let code = "authorization-response.iss-missing";
        return Some(field(code, "RFC9207-2-01", "iss", "no issuer"));
    };
    let malformed =
        |why| Some(field("authorization-response.iss-malformed", "RFC9207-2-02", "iss", why));
    let Some(url) = RawUrl::absolute(iss) else {
        return malformed("no absolute URL");
    };
    if url.query.is_some() || url.fragment.is_some() {
        return malformed("has a query or fragment");
    }
    match url.host() {
        Some(_) if url.has_scheme("https") => None,
        Some(host) if url.has_scheme("http") && is_loopback_host(host) => {
            let code = "authorization-response.iss-not-https";
            Some(field(code, "RFC9207-2-02", "iss", "http on a loopback host"))
        }
        _ => malformed("scheme other than https"),
    }
}

fn characters(pairs: &[(String, String)]) -> Vec<Defect> {
    let mut defects = Vec::new();
    for (name, value) in pairs {
        if let Some(c) = error::foreign_character(name, value) {
            let code = "authorization-response.character";
            let why = format!("character {c:?} is not allowed");
            defects.push(field(code, "RFC6749-4.1.2.1-02", name, why));
        }
    }
    defects
}

fn finding(code: &'static str, clause: &'static str, why: &str) -> Defect {
    Defect::new(code, clause, Position::Whole, why)
}

fn field(code: &'static str, clause: &'static str, name: &str, why: impl Into<String>) -> Defect {
    Defect::new(code, clause, Position::Field(name.to_owned()), why)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_success_and_error() {
        let reading =
            read("https://a.example/cb?x=1&code=c%2B1&state=s&iss=https%3A%2F%2Fas.example");
        assert!(reading.is_sound());
        let response = reading.document.unwrap();
        assert_eq!(response.part, Part::Query);
        assert_eq!(response.code.unwrap().expose(), "c+1");
        assert_eq!(response.state.as_deref(), Some("s"));
        assert_eq!(response.iss.as_deref(), Some("https://as.example"));
        let reading =
            read("com.example.app:/cb?error=access_denied&state=s&iss=https://as.example");
        assert!(reading.is_sound());
        assert_eq!(reading.document.unwrap().error.as_deref(), Some("access_denied"));
    }

    #[test]
    fn reads_the_fragment_where_the_query_has_no_response() {
        let reading = read("https://a.example/cb?x=1#code=c&state=s&iss=https://as.example");
        assert!(reading.is_sound());
        assert_eq!(reading.document.unwrap().part, Part::Fragment);
        assert_eq!(reading.observations.first().unwrap().clause, "ATP-AUTHZ-032");
    }

    #[test]
    fn reports_what_is_wrong() {
        let code = |name: &str| format!("authorization-response.{name}");
        for (query, expected) in [
            ("?code=c&state=s&iss=https://as&iss=https://as", code("repeated-parameter")),
            ("?code=c&code=d&iss=https://as", code("repeated-parameter")),
            ("?state=s&iss=https://as", code("neither-code-nor-error")),
            ("?code=&iss=https://as", code("neither-code-nor-error")),
            ("?code=c&error=e&iss=https://as", code("code-and-error")),
            ("?code=c", code("iss-missing")),
            ("?code=c&iss=", code("iss-missing")),
            ("?code=c&iss=as.example", code("iss-malformed")),
            ("?code=c&iss=http://as.example", code("iss-malformed")),
            ("?code=c&iss=https://as?x", code("iss-malformed")),
            ("?code=c&iss=https://as%23", code("iss-malformed")),
            ("?code=c&iss=http://127.0.0.1:2583", code("iss-not-https")),
            ("?error=a%22b&iss=https://as", code("character")),
            ("?error=e&error_description=%C3%A9&iss=https://as", code("character")),
            ("?code=c&iss=https://as#state=s", code("in-both")),
            ("?code=c%&iss=https://as", "form.bad-escape".to_owned()),
        ] {
            let defects = read(&format!("https://a.example/cb{query}")).defects;
            assert_eq!(defects.iter().map(|d| d.code).collect::<Vec<_>>(), [expected], "{query}");
        }
    }

    #[test]
    fn places_bad_encodings_in_the_whole_url() {
        for (url, at) in [("h:/?code=%&iss=https://as", 9), ("h:/#code=%&iss=https://as", 9)] {
            assert_eq!(read(url).defects.first().unwrap().at, Position::Byte(at));
        }
    }

    proptest! {
        #[test]
        fn never_panics(url in any::<String>(), tail in "[?#&=%a-f]{0,20}") {
            let _ = read(&url);
            let _ = read(&format!("https://a.example/?code={tail}"));
        }
    }
}
