//! The record of a run: JSON lines, written as the run happens.
//!
//! The first line is [`Event::Run`]; every exchange follows as it ends, and every case gets one
//! line that names the exchanges of its transcript. Secrets never reach a record: the recorder
//! replaced them by stable names (`<access_token#1>`) before these types are filled.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Version of the line format.
pub const SCHEMA: u32 = 1;

/// One line of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// What was run against what; the first line.
    Run(Run),
    /// A request and what came back.
    Exchange(Exchange),
    /// A case has been played, or why it has not.
    Case(Case),
    /// The run ended by itself; absent from the record of a killed run.
    End(End),
}

/// The head of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// [`SCHEMA`] at the time of writing.
    pub schema: u32,
    /// Name and version of the program that wrote it.
    pub tool: String,
    /// Seed of the run.
    pub seed: u64,
    /// What was examined, as observed in discovery.
    pub target: Value,
}

/// The foot of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// How many cases have a line.
    pub cases: usize,
    /// How many exchanges have a line.
    pub exchanges: usize,
}

/// One case of the plan, once it is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Case id.
    pub id: String,
    /// Ids of the exchanges that make up its transcript, in order.
    pub exchanges: Vec<String>,
    /// How it ended.
    pub play: Play,
}

/// How the playing of a case ended. This is no verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Play {
    /// Everything was sent that the case wants to send.
    Done,
    /// Not played, for want of something.
    Skipped {
        /// What was missing.
        need: String,
        /// What would supply it.
        unblock: String,
    },
    /// Begun, but could not go on.
    Halted {
        /// Why.
        reason: String,
    },
    /// Ended by a fault of atproof itself.
    Failed {
        /// What happened.
        detail: String,
    },
}

/// The part an exchange has in its story.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Makes ready what the case needs, such as a login.
    Setup,
    /// The correct exchange before the faulted one.
    Control,
    /// The exchange with the one thing wrong.
    Faulted,
    /// The correct exchange once more, after the faulted one.
    ControlAgain,
    /// A named step of a story.
    Step(String),
}

/// What kind of message a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A DID document, a handle, a well-known document.
    Document,
    /// A pushed authorization request (RFC 9126).
    Par,
    /// A front-channel authorization request.
    Authorize,
    /// A step of sign-in and consent in the server's own interface.
    Consent,
    /// A code exchange at the token endpoint.
    Token,
    /// A refresh at the token endpoint.
    Refresh,
    /// A request to a protected resource.
    Resource,
    /// A token revocation (RFC 7009).
    Revoke,
    /// A CORS preflight.
    Preflight,
    /// A command to the driver of a client, and what it says.
    Driver,
}

/// A request and what came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Unique within the record: the unit of play and a number.
    pub id: String,
    /// Part in the story.
    pub part: Part,
    /// Kind of message.
    pub action: Action,
    /// The answer asked for a DPoP nonce and the request was sent again with it; judge the later
    /// exchange of the same part and action instead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub superseded: bool,
    /// The request, secrets named.
    pub request: Request,
    /// The answer, secrets named, or why there is none.
    pub answer: Answer,
    /// What was computed at the door from values that are not in the record.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Value>,
}

/// A recorded request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Method.
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Header fields in order.
    pub headers: Vec<(String, String)>,
    /// Body.
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub body: Body,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A response.
    Response(Response),
    /// No response.
    Failure {
        /// Kind of failure: `url`, `connect`, `tls`, `timeout`, `reset`, `malformed`, `too-large`;
        /// `unseen` where the answer went to a browser that is not ours.
        kind: String,
        /// What happened, for people.
        detail: String,
    },
}

/// A recorded response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header fields in order.
    pub headers: Vec<(String, String)>,
    /// Body.
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub body: Body,
}

/// A recorded body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A body that is UTF-8.
    Text(String),
    /// Any other body.
    Base64(String),
    /// The start of a body that is too long to keep.
    Cut {
        /// The first part, as text.
        start: String,
        /// Length in bytes of the whole.
        length: usize,
    },
}

impl Default for Body {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Body {
    /// Whether there is no body.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// The text of the body, as far as it was kept.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Base64(_) => "",
            Self::Cut { start, .. } => start,
        }
    }
}

impl Exchange {
    /// The response, if there was one.
    pub fn response(&self) -> Option<&Response> {
        match &self.answer {
            Answer::Response(response) => Some(response),
            Answer::Failure { .. } => None,
        }
    }

    /// The status, if there was a response.
    pub fn status(&self) -> Option<u16> {
        self.response().map(|response| response.status)
    }
}

impl Request {
    /// First header field of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl Response {
    /// First header field of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Every header field of that name.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| &**v)
    }

    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(self.body.text()).ok()
    }

    /// A member of a JSON object body.
    pub fn member(&self, name: &str) -> Option<Value> {
        self.json()?.get(name).cloned()
    }

    /// The `error` member of a JSON error response.
    pub fn error(&self) -> Option<String> {
        self.member("error")?.as_str().map(str::to_owned)
    }

    /// Whether the media type, parameters aside, is this one.
    pub fn is_media_type(&self, media_type: &str) -> bool {
        self.header("content-type")
            .and_then(|value| value.split(';').next())
            .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media_type))
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

/// A line of a record that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A line is no event.
    #[error("line {line} is no event of a record: {detail}")]
    Line {
        /// Line number from 1.
        line: usize,
        /// What is wrong with it.
        detail: String,
    },
    /// The first line is not the head of a run.
    #[error("the first line is not the head of a run (an \"event\" of \"run\")")]
    NoHead,
    /// Written in another format.
    #[error("the record has schema {found}, this program reads {SCHEMA}")]
    Schema {
        /// Schema of the record.
        found: u32,
    },
}

/// What was read of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The head.
    pub run: Run,
    /// Everything after the head, in order.
    pub events: Vec<Event>,
    /// Whether the run ended by itself.
    pub complete: bool,
}

/// Reads a record. A last line that was cut off by a kill is dropped; the record is then not
/// complete.
pub fn read(text: &str) -> Result<Record, ReadError> {
    let mut lines = text.split_inclusive('\n').enumerate().filter(|(_, l)| !l.trim().is_empty());
    let (_, head) = lines.next().ok_or(ReadError::NoHead)?;
    let Event::Run(run) = line(1, head)? else { return Err(ReadError::NoHead) };
    if run.schema != SCHEMA {
        return Err(ReadError::Schema { found: run.schema });
    }
    let mut events = Vec::new();
    let mut complete = false;
    for (index, text) in lines {
        match line(index + 1, text) {
            Ok(event) => {
                complete = matches!(event, Event::End(_));
                events.push(event);
            }
            Err(_) if !text.ends_with('\n') => {
                complete = false;
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Record { run, events, complete })
}

fn line(number: usize, text: &str) -> Result<Event, ReadError> {
    serde_json::from_str(text)
        .map_err(|error| ReadError::Line { line: number, detail: error.to_string() })
}

/// Writes one line, with its line feed.
pub fn write(event: &Event) -> String {
    // These types hold no map with other than string keys and no failing `Serialize`.
    let mut line = serde_json::to_string(event).unwrap_or_default();
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> String {
        write(&Event::Run(Run {
            schema: SCHEMA,
            tool: "atproof 0".into(),
            seed: 7,
            target: Value::Null,
        }))
    }

    fn exchange() -> Event {
        Event::Exchange(Exchange {
            id: "u#1".into(),
            part: Part::Step("replay".into()),
            action: Action::Par,
            superseded: false,
            request: Request {
                method: "POST".into(),
                url: "https://as/par".into(),
                headers: vec![("A".into(), "b".into())],
                body: Body::Text("x=y".into()),
            },
            answer: Answer::Failure { kind: "timeout".into(), detail: "10 s".into() },
            facts: BTreeMap::from([("k".to_owned(), Value::Bool(true))]),
        })
    }

    #[test]
    fn reads_what_it_wrote() {
        let event = exchange();
        let text = head() + &write(&event);
        let record = read(&text).unwrap();
        assert_eq!(record.events, [event]);
        assert!(!record.complete);
    }

    #[test]
    fn drops_a_last_line_cut_by_a_kill() {
        let text = head() + &write(&exchange());
        let cut = text.get(..text.len() - 20).unwrap();
        assert!(read(cut).unwrap().events.is_empty());
    }

    #[test]
    fn refuses_a_broken_line_in_the_middle() {
        let text = format!("{}{{\n{}", head(), write(&exchange()));
        assert!(matches!(read(&text), Err(ReadError::Line { line: 2, .. })));
    }

    #[test]
    fn refuses_other_schemas_and_missing_heads() {
        assert!(matches!(read(""), Err(ReadError::NoHead)));
        assert!(matches!(read(&write(&exchange())), Err(ReadError::NoHead)));
        let other = head().replace("\"schema\":1", "\"schema\":99");
        assert!(matches!(read(&other), Err(ReadError::Schema { found: 99 })));
    }
}
