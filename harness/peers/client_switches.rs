//! Which faults and variants of the reference client are switched on.

use std::collections::BTreeSet;

use crate::{CLIENT_FAULTS, CLIENT_VARIANTS, ClientFault, ClientVariant, UnknownSwitch};

/// The faults and variants of one client. None of them by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientSwitches {
    /// Rules that are broken.
    pub faults: BTreeSet<ClientFault>,
    /// Freedoms that are taken.
    pub variants: BTreeSet<ClientVariant>,
}

impl ClientSwitches {
    /// Reads ids of faults and variants, in any order.
    ///
    /// # Errors
    ///
    /// Names the first id that is neither.
    pub fn parse<I>(ids: I) -> Result<Self, UnknownSwitch>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let mut switches = Self::default();
        for id in ids {
            let id = id.as_ref();
            let fault = CLIENT_FAULTS.iter().find(|row| row.id.0 == id);
            let variant = CLIENT_VARIANTS.iter().find(|row| row.id.0 == id);
            match (fault, variant) {
                (Some(row), _) => drop(switches.faults.insert(row.fault)),
                (_, Some(row)) => drop(switches.variants.insert(row.variant)),
                _ => return Err(UnknownSwitch::new(id, Self::known())),
            }
        }
        Ok(switches)
    }

    fn known() -> impl Iterator<Item = &'static str> {
        let variants = CLIENT_VARIANTS.iter().map(|row| row.id.0);
        CLIENT_FAULTS.iter().map(|row| row.id.0).chain(variants)
    }

    /// Whether this fault is switched on.
    pub fn has(&self, fault: ClientFault) -> bool {
        self.faults.contains(&fault)
    }

    /// Whether this variant is switched on.
    pub fn takes(&self, variant: ClientVariant) -> bool {
        self.variants.contains(&variant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_faults_and_variants() {
        let switches =
            ClientSwitches::parse(["client.dpop.htu-with-query", "legal.client.jti-uuid"]).unwrap();
        assert!(switches.has(ClientFault::DpopHtuWithQuery));
        assert!(switches.takes(ClientVariant::JtiUuid));
        assert_eq!((switches.faults.len(), switches.variants.len()), (1, 1));
    }

    #[test]
    fn lists_near_names() {
        let error = ClientSwitches::parse(["client.dpop.htu-with-querry"]).unwrap_err();
        assert_eq!(error.nearest.first(), Some(&"client.dpop.htu-with-query"));
    }

    #[test]
    fn ids_are_unique_and_of_their_kind() {
        let ids: BTreeSet<_> = ClientSwitches::known().collect();
        assert_eq!(ids.len(), CLIENT_FAULTS.len() + CLIENT_VARIANTS.len());
        assert!(CLIENT_FAULTS.iter().all(|row| row.id.0.starts_with("client.")));
        assert!(CLIENT_VARIANTS.iter().all(|row| row.id.0.starts_with("legal.client.")));
    }
}
