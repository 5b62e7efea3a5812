//! The step file: what is done in an application for each command of the driver contract.

use std::collections::{BTreeMap, BTreeSet};

use atproof_protocol::http::Response;
use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use crate::model::Settings;

/// Longest page that patterns are matched against, in bytes.
const LONGEST_PAGE: usize = 1 << 20;

/// What is done for each command. A command without visits is one that the application cannot.
#[derive(Clone, Debug)]
pub struct Steps {
    /// What a page shows when the user is logged in. Its group `sub`, if any, is the DID.
    pub success: Pattern,
    /// What a page shows when it refuses; in a browser, where nothing else does.
    pub failure: Option<Pattern>,
    /// From a fresh browser to where the application sends the user away.
    pub start: Vec<Visit>,
    /// After the redirect was visited.
    pub callback: Vec<Visit>,
    /// A request to the PDS.
    pub request: Vec<Visit>,
    /// A refresh.
    pub refresh: Vec<Visit>,
    /// The end of the session.
    pub logout: Vec<Visit>,
}

/// One request to the application, and what is expected of the answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// What it is called in messages.
    #[serde(default)]
    pub name: String,
    /// Method; GET without fields, POST with.
    pub method: Option<String>,
    /// Path and query at the application, a template.
    #[serde(default)]
    pub path: String,
    /// Whether the page at the path has a form with these fields, which is filled in and submitted.
    #[serde(default)]
    pub form: bool,
    /// What is sent, templates.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Whether the fields are sent as a JSON object.
    #[serde(default)]
    pub json: bool,
    /// Header fields, templates.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The element that is clicked, a CSS selector; in a browser alone.
    pub click: Option<String>,
    /// The status of the answer; without, any of success.
    pub status: Option<u16>,
    /// What the page shows.
    pub expect: Option<Pattern>,
    /// What later visits need of the page: the first group of the pattern, or all of its match.
    #[serde(default)]
    pub capture: BTreeMap<String, Pattern>,
}

/// A regular expression over the text of an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Regex);

/// Why a step file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum StepsError {
    /// It is no TOML of this shape.
    #[error("{0}")]
    Shape(String),
    /// A pattern is none.
    #[error("{0}")]
    Pattern(String),
    /// There is nothing to begin with.
    #[error("there is no [[start]]: the visits that begin a login")]
    NoStart,
    /// There is nothing to tell a refusal by.
    #[error("there is no failure: in a browser it is the pattern of what a page shows then")]
    NoFailure,
    /// Names that nothing stands for.
    #[error(
        "{at}: {{{name}}} stands for nothing: it is no capture of an earlier visit, and none of \
             {{input}}, {{scope}}, {{path}}, {{directory}}"
    )]
    Unknown {
        /// Which visit.
        at: String,
        /// The name.
        name: String,
    },
    /// What cannot be done together, or at all.
    #[error("{at}: {what}")]
    Visit {
        /// Which visit.
        at: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    success: Pattern,
    failure: Option<Pattern>,
    #[serde(default)]
    start: Vec<Visit>,
    #[serde(default)]
    callback: Vec<Visit>,
    #[serde(default)]
    request: Vec<Visit>,
    #[serde(default)]
    refresh: Vec<Visit>,
    #[serde(default)]
    logout: Vec<Visit>,
}

/// What every visit knows.
const GIVEN: [&str; 4] = ["input", "scope", "path", "directory"];

impl Steps {
    /// Reads a step file.
    pub fn read(text: &str) -> Result<Self, StepsError> {
        let File { success, failure, start, callback, request, refresh, logout } =
            toml::from_str(text).map_err(|error| StepsError::Shape(error.to_string()))?;
        Self { success, failure, start, callback, request, refresh, logout }.checked()
    }

    /// A login by one form: the field of the page at this path takes what the user types. With a
    /// method, the field is sent there at once.
    pub fn login(
        path: &str,
        field: &str,
        method: Option<&str>,
        success: Pattern,
    ) -> Result<Self, StepsError> {
        let visit = Visit {
            method: method.map(str::to_owned),
            path: path.to_owned(),
            form: method.is_none(),
            fields: [(field.to_owned(), "{input}".to_owned())].into(),
            ..Visit::default()
        };
        let none = Vec::new;
        let (callback, request, refresh, logout) = (none(), none(), none(), none());
        let start = vec![visit];
        Self { success, failure: None, start, callback, request, refresh, logout }.checked()
    }

    /// The commands that the application has.
    pub(super) fn commands(&self) -> Vec<&'static str> {
        let optional =
            [("request", &self.request), ("refresh", &self.refresh), ("logout", &self.logout)];
        let optional = optional.into_iter().filter(|(_, visits)| !visits.is_empty());
        ["init", "start", "callback"].into_iter().chain(optional.map(|(name, _)| name)).collect()
    }

    /// Takes what templates need of the arguments of a command.
    pub(super) fn note(arguments: &Value, values: &mut BTreeMap<String, String>) {
        for name in ["input", "scope", "path"] {
            if let Some(value) = arguments.get(name).and_then(Value::as_str) {
                values.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Whether the application asks for the scope that it should: the usual one, or what it is told.
    pub(super) fn asks_for(&self, values: &BTreeMap<String, String>) -> bool {
        let is_usual = values.get("scope").is_none_or(|scope| scope == Settings::USUAL.scope);
        is_usual || self.tells_scope()
    }

    /// Fails where a user of a browser can do something else than what is written.
    pub(super) fn suit_a_browser(&self) -> Result<(), StepsError> {
        if self.failure.is_none() {
            return Err(StepsError::NoFailure);
        }
        let wrong = |visit: &Visit, what| StepsError::Visit { at: visit.name.clone(), what };
        let more = [&self.request, &self.refresh, &self.logout];
        for visit in [&self.start, &self.callback].into_iter().chain(more).flatten() {
            if visit.method.is_some() || visit.json || !visit.headers.is_empty() {
                return Err(wrong(visit, "a user fills in and clicks: no method, json or headers"));
            }
            if visit.status.is_some() {
                return Err(wrong(visit, "a browser shows no status; use expect"));
            }
        }
        let ends = more.into_iter().filter_map(|visits| visits.last());
        match ends.into_iter().find(|visit| visit.expect.is_none()) {
            Some(visit) => Err(wrong(visit, "nothing shows when it is done: it needs expect")),
            None => Ok(()),
        }
    }

    /// Whether the application can be told what scope to ask for.
    fn tells_scope(&self) -> bool {
        let mut texts = self.start.iter().flat_map(Visit::templates);
        texts.any(|text| text.contains("{scope}"))
    }

    /// Fails where a visit cannot be made; gives every visit a name.
    fn checked(mut self) -> Result<Self, StepsError> {
        if self.start.is_empty() {
            return Err(StepsError::NoStart);
        }
        let mut known: BTreeSet<String> = GIVEN.map(str::to_owned).into();
        let Self { start, callback, request, refresh, logout, .. } = &mut self;
        let all = [
            ("start", start),
            ("callback", callback),
            ("request", request),
            ("refresh", refresh),
            ("logout", logout),
        ];
        for (command, visits) in all {
            for (place, visit) in visits.iter_mut().enumerate() {
                let at = format!("{command} {}", place + 1);
                visit.check(&at, &known)?;
                known.extend(visit.capture.keys().cloned());
                visit.name = match visit.name.as_str() {
                    "" => at,
                    name => format!("{at} ({name})"),
                };
            }
        }
        Ok(self)
    }
}

impl Visit {
    fn check(&self, at: &str, known: &BTreeSet<String>) -> Result<(), StepsError> {
        let wrong = |what| Err(StepsError::Visit { at: at.to_owned(), what });
        if self.path.is_empty() && self.click.is_none() {
            return wrong("it has no path");
        }
        if !self.path.is_empty() && !self.path.starts_with('/') {
            return wrong("its path does not begin with a slash: visits stay at the application");
        }
        if self.form && (self.method.is_some() || self.json) {
            return wrong("a form of the page has a method and a media type of its own");
        }
        if self.form && self.fields.is_empty() {
            return wrong("a form is found by its fields, and there are none");
        }
        if !self.form && self.method.as_deref() == Some("GET") && !self.fields.is_empty() {
            return wrong("a GET has no fields: write them into the path");
        }
        for text in self.templates() {
            if let Some(name) = placeholders(text).find(|name| !known.contains(*name)) {
                let name = name.to_owned();
                return Err(StepsError::Unknown { at: at.to_owned(), name });
            }
        }
        Ok(())
    }

    fn templates(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.path).chain(self.fields.values()).chain(self.headers.values())
    }

    /// Looks at the answer, and takes of it what later visits need. Fails with the reasons for
    /// which it is not as expected.
    pub(super) fn look(
        &self,
        status: u16,
        page: &str,
        values: &mut BTreeMap<String, String>,
    ) -> Result<(), Vec<String>> {
        let is_due = match self.status {
            Some(wanted) => status == wanted,
            None => (200..300).contains(&status),
        };
        let name = &self.name;
        let wrong = |what: String| Err(vec![format!("{name}: {what}"), shown(status, page)]);
        if !is_due {
            return wrong(format!("the status is {status}"));
        }
        if let Some(expected) = self.expect.as_ref().filter(|expected| !expected.is_in(page)) {
            return wrong(format!("the page does not show /{expected}/"));
        }
        for (capture, pattern) in &self.capture {
            match pattern.capture(page) {
                Some(value) => drop(values.insert(capture.clone(), value)),
                None => return wrong(format!("{capture} is nowhere: /{pattern}/ does not match")),
            }
        }
        Ok(())
    }
}

impl Pattern {
    /// Whether a page has it.
    pub(super) fn is_in(&self, page: &str) -> bool {
        self.0.is_match(start_of(page))
    }

    /// What its first group is on a page, or all of the match.
    fn capture(&self, page: &str) -> Option<String> {
        let found = self.0.captures(start_of(page))?;
        found.get(1).or_else(|| found.get(0)).map(|text| text.as_str().to_owned())
    }

    /// What its group of this name is on a page.
    pub(super) fn named(&self, name: &str, page: &str) -> Option<String> {
        Some(self.0.captures(start_of(page))?.name(name)?.as_str().to_owned())
    }
}

impl TryFrom<String> for Pattern {
    type Error = StepsError;

    fn try_from(text: String) -> Result<Self, StepsError> {
        Regex::new(&text).map(Self).map_err(|error| StepsError::Pattern(error.to_string()))
    }
}

impl std::str::FromStr for Pattern {
    type Err = StepsError;

    fn from_str(text: &str) -> Result<Self, StepsError> {
        text.to_owned().try_into()
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A template with what its names stand for, each as `spell` writes it.
pub(super) fn fill(
    template: &str,
    values: &BTreeMap<String, String>,
    spell: impl Fn(&str) -> String,
) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), &spell(value))
    })
}

/// What a page says, in few words.
pub(super) fn shown(status: u16, page: &str) -> String {
    let text = crate::consent::form::visible_text(start_of(page));
    let text: String = text.chars().take(LONGEST_SHOWN).collect();
    if text.is_empty() { format!("an empty page, status {status}") } else { text }
}

/// How much of a page is shown, in characters.
const LONGEST_SHOWN: usize = 160;

/// The text of an answer.
pub(super) fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

fn start_of(page: &str) -> &str {
    let mut ends = (0..=page.len().min(LONGEST_PAGE)).rev();
    let end = ends.find(|end| page.is_char_boundary(*end)).unwrap_or(0);
    page.get(..end).unwrap_or(page)
}

/// The names in braces of a template; other braces stand for themselves.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('}')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (!name.is_empty() && name.chars().all(is_name)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        success = 'Signed in as (?<sub>did:\S+)'

        [[start]]
        path = "/login"
        capture.csrf = 'name="csrf" value="([^"]+)"'

        [[start]]
        name = "send"
        path = "/login?next=%2F"
        fields = { handle = "{input}", csrf = "{csrf}", plain = "{}" }
        headers = { X-Csrf = "{csrf}" }

        [[request]]
        path = "/me"
        expect = "did:"
    "#;

    #[test]
    fn a_file_is_read() {
        let steps = Steps::read(GOOD).unwrap();
        assert_eq!(steps.start[1].name, "start 2 (send)");
        assert_eq!(steps.commands(), ["init", "start", "callback", "request"]);
        assert!(!steps.tells_scope());
        let mut values = BTreeMap::new();
        steps.start[0].look(200, r#"<input name="csrf" value="x1">"#, &mut values).unwrap();
        assert_eq!(fill("{csrf}/{input}", &values, str::to_uppercase), "X1/{input}");
        let page = "<p>Signed in as did:plc:a </p>";
        assert_eq!(steps.success.named("sub", page).unwrap(), "did:plc:a");
    }

    #[test]
    fn an_answer_that_is_not_as_expected_says_why() {
        let steps = Steps::read(GOOD).unwrap();
        let look = |visit: &Visit, status, page| {
            visit.look(status, page, &mut BTreeMap::new()).unwrap_err().join("; ")
        };
        let start = &steps.start[0];
        assert_eq!(look(start, 500, "<h1>Oh</h1>"), "start 1: the status is 500; Oh");
        assert!(look(start, 200, "").contains("csrf is nowhere"), "{}", look(start, 200, ""));
        assert!(look(&steps.request[0], 200, "no").contains("does not show /did:/"));
    }

    #[test]
    fn a_bad_file_is_explained() {
        let start = "[[start]]\npath = '/'\n";
        for (text, words) in [
            ("", "missing field `success`"),
            ("success = 'x'", "there is no [[start]]"),
            ("success = '('", "unclosed group"),
            (&format!("success = 'x'\n{start}patth = 1"), "unknown field `patth`"),
            (&format!("success = 'x'\n{start}status = 'x'"), "invalid type"),
            ("success = 'x'\n[[start]]\npath = '/{csrf}'", "{csrf} stands for nothing"),
            ("success = 'x'\n[[start]]\npath = 'http://x/'", "begin with a slash"),
            ("success = 'x'\n[[start]]\nexpect = 'y'", "start 1: it has no path"),
            ("success = 'x'\n[[start]]\npath = '/'\nform = true", "found by its fields"),
            (&format!("success = 'x'\n{start}form = true\nmethod = 'PUT'"), "method"),
            (&format!("success = 'x'\n{start}method = 'GET'\nfields = {{ a = 'b' }}"), "a GET"),
        ] {
            let error = Steps::read(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
