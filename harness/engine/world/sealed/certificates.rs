//! Certificates, made as they are asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::{SealedError, ZONE, lock};
use crate::model::Flaw;
use crate::stage::authority_parameters;

/// Whoever signs certificates here.
pub(super) struct Authorities {
    trusted: Issuer<'static, KeyPair>,
    /// One that nobody trusts.
    other: Issuer<'static, KeyPair>,
    /// The key of all servers.
    key: KeyPair,
    configs: Mutex<Configs>,
}

/// TLS by the name of the server, and what is wrong with it.
type Configs = BTreeMap<(String, Option<Flaw>), Arc<ServerConfig>>;

impl Authorities {
    /// The authority with this key, in PEM, and another one.
    pub(super) fn new(key: &str) -> Result<Self, rcgen::Error> {
        Ok(Self {
            trusted: Issuer::new(authority_parameters(), KeyPair::from_pem(key)?),
            other: Issuer::new(authority_parameters(), KeyPair::generate()?),
            key: KeyPair::generate()?,
            configs: Mutex::default(),
        })
    }

    /// TLS for a server of this name, or address.
    pub(super) fn config(
        &self,
        host: &str,
        flaw: Option<Flaw>,
    ) -> Result<Arc<ServerConfig>, SealedError> {
        let place = (host.to_owned(), flaw);
        if let Some(config) = lock(&self.configs).get(&place) {
            return Ok(config.clone());
        }
        let certificate = self.certificate(host, flaw)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        let config = Arc::new(config);
        lock(&self.configs).insert(place, config.clone());
        Ok(config)
    }

    /// Forgets what was made for the names of a domain.
    pub(super) fn forget(&self, domain: &str) {
        lock(&self.configs).retain(|(host, _), _| !host.ends_with(domain));
    }

    fn certificate(
        &self,
        host: &str,
        flaw: Option<Flaw>,
    ) -> Result<rcgen::Certificate, rcgen::Error> {
        let elsewhere = format!("elsewhere.{ZONE}");
        let name = if flaw == Some(Flaw::OtherName) { elsewhere.as_str() } else { host };
        let mut parameters = CertificateParams::new(vec![name.to_owned()])?;
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
        parameters.use_authority_key_identifier_extension = true;
        if flaw == Some(Flaw::Expired) {
            parameters.not_before = date_time_ymd(2020, 1, 1);
            parameters.not_after = date_time_ymd(2020, 2, 1);
        }
        match flaw {
            Some(Flaw::SelfSigned) => parameters.self_signed(&self.key),
            Some(Flaw::OtherAuthority) => parameters.signed_by(&self.key, &self.other),
            _ => parameters.signed_by(&self.key, &self.trusted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_of_every_kind_are_made_for_names_and_addresses() {
        let (_, key) = crate::stage::authority().unwrap();
        let authorities = Authorities::new(&key).unwrap();
        let flaws = [Flaw::OtherName, Flaw::OtherAuthority, Flaw::SelfSigned, Flaw::Expired];
        for flaw in flaws.map(Some).into_iter().chain([None]) {
            for host in ["pds.wa.atproof.zz", "127.0.0.1", "::1"] {
                let config = authorities.config(host, flaw).unwrap();
                assert!(Arc::ptr_eq(&config, &authorities.config(host, flaw).unwrap()));
            }
        }
        authorities.forget("wa.atproof.zz");
        assert_eq!(lock(&authorities.configs).len(), 10);
    }
}
