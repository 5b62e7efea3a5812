//! The parameters of one permission, positional and named, by the rules that all resources share.

use std::collections::BTreeSet;

use super::{Alternative, Part, Readings, Syntax};
use crate::reading::shifted;
use crate::{Defect, Position};

/// The parameters of a scope value whose resource is known.
pub(super) struct Fields<'a> {
    syntax: &'a Syntax,
    positional: &'static str,
    readings: Readings,
}

impl<'a> Fields<'a> {
    /// Takes the parameters, of which `positional` may stand behind the colon.
    pub(super) fn new(
        syntax: &'a Syntax,
        positional: &'static str,
        others: &[&str],
        readings: Readings,
    ) -> Result<Self, Defect> {
        for parameter in &syntax.parameters {
            let name = &parameter.name;
            let known = name.text == positional || others.contains(&name.text.as_str());
            if !known && !readings.has(Alternative::UnknownParameterPassedOver) {
                let why = format!("unknown parameter {:?}; leave it out", name.text);
                return Err(fault("scope.unknown-parameter", "ATP-SGRAN-012", name.at, why));
            }
            if name.text == positional && syntax.positional.is_some() {
                let why = format!("{positional} is given behind the colon already");
                return Err(fault("scope.given-twice", "ATP-SGRAN-006", name.at, why));
            }
        }
        Ok(Self { syntax, positional, readings })
    }

    /// All values of a parameter.
    fn parts(&self, name: &str) -> Vec<&'a Part> {
        let positional = self.syntax.positional.as_ref().filter(|_| name == self.positional);
        let named = self.syntax.parameters.iter().filter(|parameter| parameter.name.text == name);
        positional.into_iter().chain(named.map(|parameter| &parameter.value)).collect()
    }

    /// The value of a parameter that is no array.
    pub(super) fn one<T>(
        &self,
        name: &str,
        parse: impl Fn(&Part) -> Result<T, Defect>,
    ) -> Result<Option<T>, Defect> {
        let parts = self.parts(name);
        let part = match parts.as_slice() {
            [] => return Ok(None),
            [only] => only,
            [first, ..] if self.readings.has(Alternative::FirstOfRepeated) => first,
            [.., last] if self.readings.has(Alternative::LastOfRepeated) => last,
            [_, second, ..] => {
                let why = format!("{name} takes one value");
                return Err(fault("scope.repeated-parameter", "ATP-SGRAN-011", second.at, why));
            }
        };
        parse(part).map(Some)
    }

    /// The values of an array parameter; none where it is not given.
    pub(super) fn many<T: Ord>(
        &self,
        name: &str,
        parse: impl Fn(&Part) -> Result<T, Defect>,
    ) -> Result<BTreeSet<T>, Defect> {
        let mut values = BTreeSet::new();
        let mut bad = None;
        for part in self.parts(name) {
            match parse(part) {
                Err(defect) if !self.readings.has(Alternative::BadElementDropped) => {
                    return Err(defect);
                }
                Err(defect) => bad = bad.or(Some(defect)),
                Ok(value) if values.contains(&value) => self.redundant(part, "repeated value")?,
                Ok(value) => {
                    values.insert(value);
                }
            }
        }
        match bad {
            Some(defect) if values.is_empty() => Err(defect),
            _ => Ok(values),
        }
    }

    /// As [`Fields::many`], where `*` stands for every value.
    pub(super) fn names<T: Ord>(
        &self,
        name: &str,
        any: &T,
        parse: impl Fn(&Part) -> Result<T, Defect>,
    ) -> Result<BTreeSet<T>, Defect> {
        let mut values = self.many(name, parse)?;
        if values.len() > 1
            && let Some(any) = values.take(any)
        {
            if let Some(part) = self.parts(name).first() {
                self.redundant(part, "names beside the wildcard")?;
            }
            return Ok(BTreeSet::from([any]));
        }
        Ok(values)
    }

    fn redundant(&self, part: &Part, why: &str) -> Result<(), Defect> {
        match self.readings.has(Alternative::RedundancyRefused) {
            true => Err(fault("scope.redundant-value", "ATP-SGRAN-029", part.at, why)),
            false => Ok(()),
        }
    }
}

/// A defect at a byte of a scope value.
pub(super) fn fault(
    code: &'static str,
    clause: &'static str,
    at: usize,
    why: impl Into<String>,
) -> Defect {
    Defect::new(code, clause, Position::Byte(at), why)
}

/// The defect of a decoded value, at its place in the scope value. Where percent-encoding makes
/// offsets differ it points to the start of the value.
pub(super) fn within(part: &Part, defect: Defect) -> Defect {
    match part.raw == part.text {
        true => shifted(defect, part.at),
        false => Defect { at: Position::Byte(part.at), ..defect },
    }
}
