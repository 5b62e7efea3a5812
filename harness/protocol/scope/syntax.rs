//! The general form of one scope value: `resource[:positional][?name=value&...]`.

use super::{Alternative, Readings};
use crate::oauth::characters::is_nqchar;
use crate::{Defect, Position, form};

/// One value of a scope string, taken apart by form alone (ATP-SGRAN-001).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// What stands before the first colon or question mark.
    pub resource: String,
    /// What stands after the colon, up to the question mark (ATP-SGRAN-008).
    pub positional: Option<Part>,
    /// The parameters, in order and with repetitions (ATP-SGRAN-005).
    pub parameters: Vec<Parameter>,
}

/// A piece of text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Byte offset from the start of the scope value.
    pub at: usize,
    /// As spelled.
    pub raw: String,
    /// With percent-encoding resolved, once (ATP-SGRAN-007).
    pub text: String,
}

/// One `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// What stands before the first equals sign.
    pub name: Part,
    /// What stands after it.
    pub value: Part,
}

impl Syntax {
    /// Takes one scope value apart. Offsets count from its start.
    ///
    /// The text gives no alphabet for resource names, so any scope characters but `:` and `?` make
    /// one; a second `?` and further `=` belong to the value of the parameter they stand in. Names of
    /// parameters may be percent-encoded as their values may, names of resources may not.
    pub fn parse(text: &str, readings: Readings) -> Result<Self, Defect> {
        if let Some((at, c)) = text.char_indices().find(|&(_, c)| !is_nqchar(c)) {
            let why = format!("character {c:?} is not allowed in scopes; percent-encode it");
            return Err(Defect::new("scope.character", "RFC6749-3.3-04", Position::Byte(at), why));
        }
        let (front, query) = match text.split_once('?') {
            Some((front, query)) => (front, query),
            None => (text, ""),
        };
        let (resource, positional) = match front.split_once(':') {
            Some((resource, positional)) => (resource, Some(positional)),
            None => (front, None),
        };
        if resource.is_empty() {
            return Err(form_fault(0, "no resource name; begin with one, as in repo:..."));
        }
        let positional =
            positional.map(|raw| Part::decode(raw, resource.len() + 1, false)).transpose()?;
        let plus_is_space = readings.has(Alternative::PlusIsSpace);
        let parameters = parameters(query, front.len() + 1, plus_is_space)?;
        Ok(Self { resource: resource.to_owned(), positional, parameters })
    }
}

fn parameters(query: &str, start: usize, plus_is_space: bool) -> Result<Vec<Parameter>, Defect> {
    // A question mark with nothing after it is valid (ATP-SGRAN-009).
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let mut at = start;
    let mut parameters = Vec::new();
    for pair in query.split('&') {
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(form_fault(at, "a parameter without name or equals sign"));
        };
        parameters.push(Parameter {
            name: Part::decode(name, at, plus_is_space)?,
            value: Part::decode(value, at + name.len() + 1, plus_is_space)?,
        });
        at += pair.len() + 1;
    }
    Ok(parameters)
}

impl Part {
    fn decode(raw: &str, at: usize, plus_is_space: bool) -> Result<Self, Defect> {
        let plain = if plus_is_space { raw.replace('+', " ") } else { raw.to_owned() };
        let text = form::percent_decode(&plain, at).map_err(|defect| Defect {
            code: "scope.percent-encoding",
            clause: "ATP-SGRAN-007",
            ..defect
        })?;
        Ok(Self { at, raw: raw.to_owned(), text })
    }
}

fn form_fault(at: usize, why: &str) -> Defect {
    Defect::new("scope.form", "ATP-SGRAN-001", Position::Byte(at), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, (&'static str, Position)> {
        let syntax = Syntax::parse(text, Readings::usual()).map_err(|e| (e.code, e.at))?;
        let positional = syntax.positional.map(|part| format!(" :{}@{}", part.text, part.at));
        let parameters = syntax.parameters.iter().map(|Parameter { name, value }| {
            format!(" {}@{}={}@{}", name.text, name.at, value.text, value.at)
        });
        Ok(syntax.resource
            + &positional.unwrap_or_default()
            + &parameters.collect::<Vec<_>>().concat())
    }

    #[test]
    fn takes_values_apart() {
        for (text, expected) in [
            ("resource", "resource"),
            ("resource:", "resource :@9"),
            ("resource:&", "resource :&@9"),
            ("resource?", "resource"),
            ("resource:?", "resource :@9"),
            ("resource:a&b?k=v", "resource :a&b@9 k@13=v@15"),
            ("service:did:web:a.b#t?k=v", "service :did:web:a.b#t@8 k@22=v@24"),
            ("r:%3A%3f?%6B=%253A", "r ::?@2 k@9=%3A@13"),
            ("r?a=b=c?&d=", "r a@2=b=c?@4 d@9=@11"),
            ("r?a=1+2", "r a@2=1+2@4"),
            ("r?x=1&x=1", "r x@2=1@4 x@6=1@8"),
        ] {
            assert_eq!(shown(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_has_not_the_form() {
        for (text, code, at) in [
            ("", "scope.form", 0),
            (":a", "scope.form", 0),
            ("?a=b", "scope.form", 0),
            ("r?a", "scope.form", 2),
            ("r?a=1&", "scope.form", 6),
            ("r?&a=1", "scope.form", 2),
            ("r?=1", "scope.form", 2),
            ("r?a=1&&b=2", "scope.form", 6),
            ("r:a%", "scope.percent-encoding", 3),
            ("r?a=%4", "scope.percent-encoding", 4),
            ("r?a=%ff", "scope.percent-encoding", 4),
            ("r:é", "scope.character", 2),
            ("r:\"", "scope.character", 2),
            ("r:a b", "scope.character", 3),
        ] {
            assert_eq!(shown(text).unwrap_err(), (code, Position::Byte(at)), "{text}");
        }
    }
}
