//! How a document came: what its answer says before a byte of the document is read.

use super::{Kind, Note};
use crate::http::Response;
use crate::{Defect, Position};

/// The head of an answer as lines, and what is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Status line and header fields.
    pub head: String,
    /// What is wrong or noteworthy.
    pub notes: Vec<Note>,
    /// Whether the body is the document that was asked for.
    pub has_document: bool,
}

/// The clauses of a kind on how it is delivered.
struct Clauses {
    status: &'static str,
    redirect: &'static str,
    media_type: &'static str,
    /// A clause for browsers on other origins.
    cors: Option<&'static str>,
}

const fn clauses(kind: Kind) -> Option<Clauses> {
    let (status, redirect, media_type, cors) = match kind {
        Kind::ClientMetadata => ("ATP-CMD-001", "ATP-CMD-002", "ATP-CMD-004", None),
        Kind::ServerMetadata => ("ATP-ASM-002", "ATP-ASM-002", "ATP-ASM-003", Some("ATP-ASM-026")),
        Kind::ResourceMetadata => {
            ("ATP-RSM-002", "ATP-RSM-002", "ATP-RSM-003", Some("ATP-RSM-011"))
        }
        Kind::KeySet => ("ATP-CMD-033", "ATP-CMD-033", "ATP-CMD-033", None),
        _ => return None,
    };
    Some(Clauses { status, redirect, media_type, cors })
}

/// Servers may bound client metadata at 5 KB.
const LONGEST_CLIENT_METADATA: usize = 5 * 1024;

/// Judges the answer to a request for a document of this kind that said `Origin: origin`.
pub fn delivery(kind: Kind, response: &Response, origin: &str) -> Delivery {
    let head = Head::of(response);
    let mut notes = Vec::new();
    let Some(clauses) = clauses(kind) else {
        let has_document = (200..300).contains(&response.status);
        return Delivery { head: head.text, notes, has_document };
    };
    let is_open = kind == Kind::KeySet;
    let mut note = |is_open: bool, code, clause, field: &str, detail: String| {
        let defect = Defect::new(code, clause, Position::Field(field.to_owned()), detail);
        notes.push(Note { span: head.span(field), defect, is_open });
    };
    let status = response.status;
    match status {
        200 => {}
        300..400 => {
            let detail = format!("status {status}; clients and servers do not follow it");
            note(is_open, "delivery.redirect", clauses.redirect, "status", detail);
        }
        _ => {
            let detail = format!("status {status} instead of 200");
            note(is_open, "delivery.status", clauses.status, "status", detail);
        }
    }
    let has_document = (200..300).contains(&status);
    if has_document {
        if !response.is_media_type("application/json") {
            let found = response.headers.get("content-type").unwrap_or("no media type");
            let detail = format!("{found} instead of application/json");
            note(is_open, "delivery.media-type", clauses.media_type, "content-type", detail);
        }
        let length = response.body.len();
        if kind == Kind::ClientMetadata && length > LONGEST_CLIENT_METADATA {
            let detail = format!("{length} bytes; some servers take no more than 5 KB");
            note(true, "delivery.too-large", "CIMD-6.6-01", "status", detail);
        }
        if let Some(clause) = clauses.cors {
            let allowed = response.headers.get("access-control-allow-origin");
            if !allowed.is_some_and(|allowed| allowed == "*" || allowed == origin) {
                let field = "access-control-allow-origin";
                let detail = format!("{} for {origin}", allowed.unwrap_or("nothing"));
                note(false, "delivery.cors", clause, field, detail);
            }
        }
    }
    Delivery { head: head.text, notes, has_document }
}

/// Judges the answer to a request for a logo; its head, and what is noteworthy.
pub fn logo(response: &Response) -> (String, Option<Note>) {
    let head = Head::of(response);
    let media_type = response.headers.get("content-type").unwrap_or("no media type");
    let detail = match response.status {
        200 if media_type.starts_with("image/") => None,
        200 => Some(("content-type", format!("{media_type} instead of an image"))),
        status => Some(("status", format!("status {status} instead of 200"))),
    };
    let note = detail.map(|(field, detail)| {
        let at = Position::Field(field.to_owned());
        let defect = Defect::new("delivery.logo", "ATP-CMD-026", at, detail);
        Note { span: head.span(field), defect, is_open: true }
    });
    (head.text, note)
}

/// The head of an answer as text, one field in each line.
struct Head {
    text: String,
}

/// Fields that say something of a document.
const SHOWN: [&str; 4] =
    ["content-type", "location", "access-control-allow-origin", "cache-control"];

impl Head {
    fn of(response: &Response) -> Self {
        let mut text = format!("HTTP {}\n", response.status);
        for name in SHOWN {
            if let Some(value) = response.headers.get(name) {
                text += &format!("{name}: {value}\n");
            }
        }
        Self { text }
    }

    /// The line of a field; the first line where there is none.
    fn span(&self, field: &str) -> std::ops::Range<usize> {
        let mut start = 0;
        for line in self.text.lines() {
            if line.split_once(':').is_some_and(|(name, _)| name == field) {
                return start..start + line.len();
            }
            start += line.len() + 1;
        }
        0..self.text.find('\n').unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, fields: &[(&str, &str)]) -> Response {
        let mut response = Response::new(status);
        for (name, value) in fields {
            response.headers.push(*name, *value);
        }
        response
    }

    fn codes(kind: Kind, response: &Response) -> Vec<(&'static str, String)> {
        let delivery = delivery(kind, response, "https://app.example");
        let line = |note: Note| (note.defect.code, delivery.head[note.span].to_owned());
        delivery.notes.clone().into_iter().map(line).collect()
    }

    #[test]
    fn what_the_answer_says_of_the_document() {
        let json = ("content-type", "application/json; charset=utf-8");
        let open = ("access-control-allow-origin", "*");
        let good = response(200, &[json, open]);
        for kind in [Kind::ClientMetadata, Kind::ServerMetadata, Kind::ResourceMetadata] {
            assert_eq!(codes(kind, &good), [], "{kind}");
        }
        let code = |code, line: &str| vec![(code, line.to_owned())];
        for (kind, response, expected) in [
            (
                Kind::ClientMetadata,
                response(302, &[("location", "/x")]),
                code("delivery.redirect", "HTTP 302"),
            ),
            (Kind::ClientMetadata, response(404, &[]), code("delivery.status", "HTTP 404")),
            (
                Kind::ServerMetadata,
                response(203, &[json, open]),
                code("delivery.status", "HTTP 203"),
            ),
            (
                Kind::ResourceMetadata,
                response(200, &[("content-type", "text/plain"), open]),
                code("delivery.media-type", "content-type: text/plain"),
            ),
            (Kind::ServerMetadata, response(200, &[json]), code("delivery.cors", "HTTP 200")),
        ] {
            assert_eq!(codes(kind, &response), expected);
        }
        let mut long = good.clone();
        long.body = vec![b' '; 6000];
        assert_eq!(codes(Kind::ClientMetadata, &long)[0].0, "delivery.too-large");
    }
}
