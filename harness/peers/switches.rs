//! Which faults and variants are switched on.

use std::collections::BTreeSet;
use std::fmt;

use crate::server::{ASSERTION_FAULTS, PROOF_FAULTS};
use crate::{FAULTS, Fault, VARIANTS, Variant};

/// What a proof is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// A pushed authorization request.
    Push,
    /// A code exchange.
    Exchange,
    /// A refresh.
    Refresh,
    /// A revocation.
    Revoke,
    /// A protected resource.
    Resource,
}

impl Occasion {
    /// Those on which the authorization server checks a proof. A rule that it breaks on one of them
    /// it may well keep on the others.
    pub const AT_AUTHORIZATION_SERVER: [Self; 4] =
        [Self::Push, Self::Exchange, Self::Refresh, Self::Revoke];

    /// What stands after the `@` in the id of a fault that is confined to this occasion.
    const fn name(self) -> &'static str {
        match self {
            Self::Push => "par",
            Self::Exchange => "token",
            Self::Refresh => "refresh",
            Self::Revoke => "revoke",
            Self::Resource => "resource",
        }
    }
}

/// A fault as cases name it: everywhere, or on one occasion: `as.dpop.htm-unchecked@token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confined {
    /// The fault.
    pub fault: Fault,
    /// The one occasion on which it shows, if it is confined.
    pub to: Option<Occasion>,
}

impl Confined {
    /// Reads an id. Only faults of the checks of proofs and of client assertions can be confined.
    pub fn parse(id: &str) -> Option<Self> {
        let (name, place) = id.split_once('@').map_or((id, None), |(name, to)| (name, Some(to)));
        let fault = FAULTS.iter().find(|row| row.id.0 == name)?.fault;
        let Some(place) = place else { return Some(Self { fault, to: None }) };
        let mut places = Occasion::AT_AUTHORIZATION_SERVER.into_iter();
        let to = places.find(|to| to.name() == place && is_shared(fault))?;
        Some(Self { fault, to: Some(to) })
    }

    /// Every fault that some case has to find: those of the checks of proofs and of client
    /// assertions once for each occasion, for a server may use another routine there.
    pub fn all() -> Vec<Self> {
        let confined = |fault| {
            let places = Occasion::AT_AUTHORIZATION_SERVER.into_iter();
            places.map(move |to| Self { fault, to: Some(to) }).collect::<Vec<_>>()
        };
        let all = FAULTS.iter().flat_map(|row| match is_shared(row.fault) {
            true => confined(row.fault),
            false => vec![Self { fault: row.fault, to: None }],
        });
        all.collect()
    }

    /// The switches with this fault alone.
    pub fn alone(self) -> Switches {
        let mut switches = Switches::default();
        switches.insert(self);
        switches
    }
}

/// Whether a fault is one of a check that several endpoints share.
fn is_shared(fault: Fault) -> bool {
    PROOF_FAULTS.contains(&fault) || ASSERTION_FAULTS.contains(&fault)
}

impl fmt::Display for Confined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to {
            Some(to) => write!(f, "{}@{}", self.fault, to.name()),
            None => write!(f, "{}", self.fault),
        }
    }
}

/// The faults and variants of one server. None of them by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// Rules that are broken.
    pub faults: BTreeSet<Fault>,
    /// Rules about proofs and assertions that are broken on one occasion, and kept on all others.
    pub confined: BTreeSet<(Fault, Occasion)>,
    /// Freedoms that are taken.
    pub variants: BTreeSet<Variant>,
}

impl Switches {
    /// Reads ids of faults and variants, in any order.
    pub fn parse<I>(ids: I) -> Result<Self, UnknownSwitch>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut switches = Self::default();
        for id in ids {
            let id = id.as_ref();
            let variant = VARIANTS.iter().find(|row| row.id.0 == id);
            match (Confined::parse(id), variant) {
                (Some(fault), _) => switches.insert(fault),
                (_, Some(row)) => drop(switches.variants.insert(row.variant)),
                _ => return Err(UnknownSwitch::new(id, Self::known())),
            }
        }
        Ok(switches)
    }

    fn known() -> impl Iterator<Item = &'static str> {
        FAULTS.iter().map(|row| row.id.0).chain(VARIANTS.iter().map(|row| row.id.0))
    }

    /// Whether this fault is switched on, there or everywhere.
    pub fn has(&self, wanted: Confined) -> bool {
        self.faults.contains(&wanted.fault)
            || wanted.to.is_some_and(|to| self.confined.contains(&(wanted.fault, to)))
    }

    /// The faults that are switched on, those that are confined last.
    pub fn faults(&self) -> impl Iterator<Item = Confined> {
        let everywhere = self.faults.iter().map(|fault| Confined { fault: *fault, to: None });
        let confined = self.confined.iter();
        everywhere.chain(confined.map(|(fault, to)| Confined { fault: *fault, to: Some(*to) }))
    }

    fn insert(&mut self, Confined { fault, to }: Confined) {
        match to {
            Some(to) => drop(self.confined.insert((fault, to))),
            None => drop(self.faults.insert(fault)),
        }
    }
}

/// An id that names neither a fault nor a variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown fault or variant `{id}`; the nearest are {}", .nearest.join(", "))]
pub struct UnknownSwitch {
    /// What was asked for.
    pub id: String,
    /// The ids that are spelled most alike.
    pub nearest: Vec<&'static str>,
}

impl UnknownSwitch {
    pub(crate) fn new(id: &str, known: impl Iterator<Item = &'static str>) -> Self {
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|name| (distance(id, name), *name));
        known.truncate(3);
        Self { id: id.to_owned(), nearest: known }
    }
}

/// The number of letters to insert, remove or replace (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.bytes().enumerate() {
        let mut next = vec![i + 1];
        for ((b, &above_left), &above) in to.bytes().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or_default();
            next.push((above_left + usize::from(a != b)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_faults_and_variants() {
        let switches = Switches::parse(["as.par.dpop-optional", "legal.nonce-long"]).unwrap();
        assert_eq!((switches.faults.len(), switches.variants.len()), (1, 1));
    }

    #[test]
    fn confines_faults_of_the_check_of_proofs() {
        let id = "as.dpop.htm-unchecked@token";
        let switches = Switches::parse([id]).unwrap();
        assert!(switches.faults.is_empty());
        let fault = |to| Confined { fault: Fault::AsDpopHtmUnchecked, to };
        assert!(switches.has(fault(Some(Occasion::Exchange))));
        assert!(!switches.has(fault(Some(Occasion::Push))) && !switches.has(fault(None)));
        assert_eq!(fault(Some(Occasion::Exchange)).to_string(), id);
        for id in
            ["as.dpop.htm-unchecked@resource", "as.dpop.htm-unchecked@", "as.pkce.optional@par"]
        {
            Switches::parse([id]).unwrap_err();
        }
    }

    #[test]
    fn every_fault_is_to_be_found() {
        let all = Confined::all();
        let faults: BTreeSet<_> = all.iter().map(|confined| confined.fault).collect();
        assert_eq!(faults.len(), FAULTS.len());
        let shared = PROOF_FAULTS.len() + ASSERTION_FAULTS.len();
        assert_eq!(all.len(), FAULTS.len() + 3 * shared);
        for confined in all {
            assert_eq!(Confined::parse(&confined.to_string()), Some(confined));
        }
    }

    #[test]
    fn lists_near_names() {
        let error = Switches::parse(["as.par.dpop-optionel"]).unwrap_err();
        assert_eq!(error.nearest[0], "as.par.dpop-optional");
    }

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<_> = FAULTS.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), FAULTS.len());
        let ids: BTreeSet<_> = VARIANTS.iter().map(|row| row.id).collect();
        assert_eq!(ids.len(), VARIANTS.len());
    }
}
