//! The kinds of rules that the three documents share, as rows for tables.

use serde_json::Value;

use crate::identifier::{RawUrl, is_loopback_host};
use crate::{Defect, Position, Reading, object};

/// A document under examination and what was found so far.
pub(super) struct Examination {
    pub(super) document: Value,
    pub(super) defects: Vec<Defect>,
    pub(super) observations: Vec<Defect>,
}

/// A member that has to be an array with certain strings in it.
pub(super) struct Includes {
    pub(super) member: &'static str,
    pub(super) values: &'static [&'static str],
    pub(super) code: &'static str,
    pub(super) clause: &'static str,
    /// The clause that asks for the member, where it is another one.
    pub(super) presence: Option<&'static str>,
}

/// Strings that must not be in an array member.
pub(super) struct Excludes {
    pub(super) member: &'static str,
    pub(super) is_excluded: fn(&str) -> bool,
    pub(super) code: &'static str,
    pub(super) clause: &'static str,
}

/// A member that has to be `true`.
pub(super) struct MustBeTrue {
    pub(super) member: &'static str,
    pub(super) code: &'static str,
    pub(super) clause: &'static str,
}

/// The codes under which a URL that has to be https is reported.
pub(super) struct UrlCodes {
    pub(super) not_url: &'static str,
    pub(super) wrong_scheme: &'static str,
    pub(super) not_https: &'static str,
}

/// Which JSON types a document's definition gives to its members.
pub(super) struct Types {
    pub(super) code: &'static str,
    pub(super) clause: &'static str,
    pub(super) strings: &'static [&'static str],
    pub(super) booleans: &'static [&'static str],
    pub(super) arrays_of_strings: &'static [&'static str],
}

impl Examination {
    /// Starts on a document; one that is no JSON object ends the reading.
    pub(super) fn start<T>(
        bytes: &[u8],
        code: &'static str,
        clause: &'static str,
    ) -> Result<Self, Reading<T>> {
        match object::read(bytes, code, clause) {
            Ok((document, defects)) => Ok(Self { document, defects, observations: Vec::new() }),
            Err(defect) => Err(Reading::unusable(defect)),
        }
    }

    pub(super) fn finish<T>(self, view: impl FnOnce(Value) -> T) -> Reading<T> {
        let document = Some(view(self.document));
        Reading { defects: self.defects, observations: self.observations, document }
    }

    pub(super) fn defect(
        &mut self,
        code: &'static str,
        clause: &'static str,
        at: Position,
        detail: impl Into<String>,
    ) {
        self.defects.push(Defect::new(code, clause, at, detail));
    }

    pub(super) fn observe(
        &mut self,
        code: &'static str,
        clause: &'static str,
        at: Position,
        detail: impl Into<String>,
    ) {
        self.observations.push(Defect::new(code, clause, at, detail));
    }

    /// A string member; anything else in its place, or nothing, is reported.
    pub(super) fn required_text(
        &mut self,
        member: &'static str,
        code: &'static str,
        clause: &'static str,
    ) -> Option<String> {
        let text = object::text(&self.document, member);
        if text.is_none() {
            let detail = format!("{} instead of a string", self.found(member));
            self.defect(code, clause, object::at(member), detail);
        }
        text
    }

    pub(super) fn found(&self, member: &str) -> &'static str {
        object::found(self.document.get(member))
    }

    pub(super) fn includes(&mut self, rules: &[Includes]) {
        for rule in rules {
            let is_array = self.document.get(rule.member).is_some_and(Value::is_array);
            let listed = object::texts(&self.document, rule.member);
            let missing: Vec<&str> = rule
                .values
                .iter()
                .copied()
                .filter(|value| !listed.iter().any(|l| l == value))
                .collect();
            if !is_array {
                let detail = format!("{} instead of an array", self.found(rule.member));
                let is_absent = self.document.get(rule.member).is_none();
                let clause = rule.presence.filter(|_| is_absent).unwrap_or(rule.clause);
                self.defect(rule.code, clause, object::at(rule.member), detail);
            } else if !missing.is_empty() {
                let detail = format!("lacks {}", missing.join(", "));
                self.defect(rule.code, rule.clause, object::at(rule.member), detail);
            }
        }
    }

    pub(super) fn excludes(&mut self, rules: &[Excludes]) {
        for rule in rules {
            for (index, value) in elements(&self.document, rule.member).into_iter().enumerate() {
                if let Some(text) = value.as_str().filter(|text| (rule.is_excluded)(text)) {
                    let detail = format!("lists {text}");
                    self.defect(rule.code, rule.clause, element(rule.member, index), detail);
                }
            }
        }
    }

    pub(super) fn must_be_true(&mut self, rules: &[MustBeTrue]) {
        for rule in rules {
            if object::flag(&self.document, rule.member) != Some(true) {
                let detail = format!("{} instead of true", self.found(rule.member));
                self.defect(rule.code, rule.clause, object::at(rule.member), detail);
            }
        }
    }

    /// Judges a URL that has to be absolute and https.
    pub(super) fn https_url(
        &mut self,
        text: &str,
        at: Position,
        codes: &UrlCodes,
        clause: &'static str,
    ) {
        match RawUrl::absolute(text) {
            None => self.defect(codes.not_url, clause, at, "no absolute URL"),
            Some(url) => self.https_scheme(url, at, codes, clause),
        }
    }

    /// Judges the scheme of a URL that has to be https.
    pub(super) fn https_scheme(
        &mut self,
        url: RawUrl<'_>,
        at: Position,
        codes: &UrlCodes,
        clause: &'static str,
    ) {
        let host = url.host().unwrap_or_default().to_ascii_lowercase();
        if url.has_scheme("http") && is_loopback_host(&host) {
            self.defect(codes.not_https, clause, at, "http on a loopback host");
        } else if !url.has_scheme("https") {
            let detail = format!("scheme {} instead of https", url.scheme);
            self.defect(codes.wrong_scheme, clause, at, detail);
        }
    }

    /// Reports empty arrays and observes nulls, unless a rule of their own has spoken of them
    /// before or the definition of the member allows an empty array.
    pub(super) fn empty_members(
        &mut self,
        [empty_array, null]: [&'static str; 2],
        clause: &'static str,
        may_be_empty: &[&str],
    ) {
        for (name, value) in self.document.as_object().into_iter().flatten() {
            let at = object::at(name);
            if self.defects.iter().any(|defect| defect.at == at) {
                continue;
            }
            let is_empty = value.as_array().is_some_and(Vec::is_empty);
            if is_empty && !may_be_empty.contains(&name.as_str()) {
                self.defects.push(Defect::new(empty_array, clause, at, "empty array"));
            } else if value.is_null() {
                self.observations.push(Defect::new(null, clause, at, "null"));
            }
        }
    }

    /// Reports members of a wrong type, unless a rule of their own has spoken of them before.
    pub(super) fn types(&mut self, types: &Types) {
        for name in types.strings {
            self.type_of(types, name, Value::is_string, "a string");
        }
        for name in types.booleans {
            self.type_of(types, name, Value::is_boolean, "a boolean");
        }
        for name in types.arrays_of_strings {
            self.type_of(types, name, Value::is_array, "an array");
            for (index, value) in elements(&self.document, name).into_iter().enumerate() {
                if !value.is_string() {
                    let detail = format!("{} instead of a string", object::found(Some(&value)));
                    self.defect(types.code, types.clause, element(name, index), detail);
                }
            }
        }
    }

    fn type_of(&mut self, types: &Types, name: &str, fits: fn(&Value) -> bool, expected: &str) {
        let at = object::at(name);
        let judged = self.defects.iter().any(|defect| defect.at == at);
        if let Some(value) = self.document.get(name).filter(|value| !fits(value) && !judged) {
            let detail = format!("{} instead of {expected}", object::found(Some(value)));
            self.defect(types.code, types.clause, at, detail);
        }
    }
}

/// The elements of an array member; none where it is not an array.
pub(super) fn elements(document: &Value, member: &str) -> Vec<Value> {
    document.get(member).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The position of an element of an array member.
pub(super) fn element(member: &str, index: usize) -> Position {
    Position::Pointer(format!("/{member}/{index}"))
}
