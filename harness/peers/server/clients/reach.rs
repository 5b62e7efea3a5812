//! Where the server goes for what a client publishes: never to an address that is not on the
//! internet (the draft on client id metadata documents, section 6.5). What counts is the address
//! that is dialled, whatever the URL looks like.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use atproof_engine::stage::{Host, NetError, NetErrorKind, Way};
use atproof_protocol::http::Response;

use super::fetching::What;
use super::identifier::{host, is_special_name};
use crate::Fault;
use crate::server::refusal::Refusal;
use crate::server::state::Server;

/// What a URL is gone to for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errand {
    /// What a client_id or a document names.
    First(What),
    /// Where a redirect leads from there.
    Hop(What),
    /// What the server has no reason to fetch.
    Unasked,
}

/// A URL and the address that it leads to.
struct Goal<'a> {
    url: &'a str,
    /// The host as it is written.
    host: &'a str,
    /// Whether the host is a name that has to be looked up.
    is_name: bool,
    address: IpAddr,
}

/// What a broken server fails to see.
type Gap = fn(&Goal<'_>) -> bool;

const GAPS: &[(Fault, Gap)] = &[
    (Fault::AsSsrfAddressInClientId, |goal| {
        goal.host == "127.0.0.1" && !goal.url.contains(['@', '\\'])
    }),
    (Fault::AsSsrfSpecialName, |goal| is_special_name(goal.host)),
    (Fault::AsSsrfDecimal, |goal| {
        !goal.host.is_empty() && goal.host.bytes().all(|b| b.is_ascii_digit())
    }),
    (Fault::AsSsrfHex, |goal| goal.host.starts_with("0x")),
    (Fault::AsSsrfOctal, |goal| goal.host.starts_with("0177")),
    (Fault::AsSsrfShort, |goal| {
        goal.host.starts_with("127.") && goal.host.matches('.').count() < 3
    }),
    (Fault::AsSsrfFullStop, |goal| !goal.is_name && goal.host.ends_with('.')),
    (Fault::AsSsrfWideDigits, |goal| !goal.host.is_ascii()),
    (Fault::AsSsrfEncodedHost, |goal| goal.host.contains('%')),
    (Fault::AsSsrfUserinfo, |goal| goal.url.contains('@') && !goal.url.contains('\\')),
    (Fault::AsSsrfBackslash, |goal| goal.url.contains('\\')),
    (Fault::AsSsrfIpv6Loopback, |goal| goal.address == Ipv6Addr::LOCALHOST),
    (Fault::AsSsrfIpv6Unspecified, |goal| goal.address == Ipv6Addr::UNSPECIFIED),
    (Fault::AsSsrfIpv4Mapped, |goal| mapped(goal.address).is_some()),
    (Fault::AsSsrfTranslated, |goal| translated(goal.address).is_some()),
    (Fault::AsSsrfUnspecified, |goal| goal.address == Ipv4Addr::UNSPECIFIED),
    (Fault::AsSsrfPrivate10, |goal| is_literal_in(goal, Ipv4Addr::new(10, 0, 0, 0), 8)),
    (Fault::AsSsrfPrivate172, |goal| is_literal_in(goal, Ipv4Addr::new(172, 16, 0, 0), 12)),
    (Fault::AsSsrfPrivate192, |goal| is_literal_in(goal, Ipv4Addr::new(192, 168, 0, 0), 16)),
    (Fault::AsSsrfLinkLocal, |goal| is_literal_in(goal, Ipv4Addr::new(169, 254, 0, 0), 16)),
    (Fault::AsSsrfShared, |goal| is_literal_in(goal, Ipv4Addr::new(100, 64, 0, 0), 10)),
    (
        Fault::AsSsrfUniqueLocal,
        |goal| matches!(goal.address, IpAddr::V6(address) if address.is_unique_local()),
    ),
    (
        Fault::AsSsrfIpv6LinkLocal,
        |goal| matches!(goal.address, IpAddr::V6(address) if address.is_unicast_link_local()),
    ),
    (Fault::AsSsrfCheckHostnameOnly, |goal| goal.is_name && !is_special_name(goal.host)),
];

/// Blocks that are not on the internet (RFC 6890).
const SPECIAL: [(Ipv4Addr, u32); 12] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

fn is_in(address: Ipv4Addr, block: Ipv4Addr, bits: u32) -> bool {
    let shift = 32 - bits;
    address.to_bits() >> shift == block.to_bits() >> shift
}

fn is_literal_in(goal: &Goal<'_>, block: Ipv4Addr, bits: u32) -> bool {
    matches!(goal.address, IpAddr::V4(address) if !goal.is_name && is_in(address, block, bits))
}

fn mapped(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V6(address) => address.to_ipv4_mapped(),
        IpAddr::V4(_) => None,
    }
}

/// The IPv4 address inside one of the prefix for translation (RFC 6052, section 2.1).
fn translated(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => SPECIAL.iter().any(|(block, bits)| is_in(address, *block, *bits)),
        // Global unicast is 2000::/3; translated addresses are as good as what is inside.
        IpAddr::V6(v6) => match translated(address) {
            Some(inner) => is_special(IpAddr::V4(inner)),
            None => v6.segments()[0] >> 13 != 1,
        },
    }
}

impl Server {
    /// Whether this server, by a mistake, takes the host of a URL for one like any other.
    pub(super) fn overlooks(&self, url: &str) -> bool {
        let address = Way::of(url).and_then(|way| way.address);
        // Where a name leads is asked when the URL is fetched.
        let known = address.or(is_special_name(host(url).unwrap_or_default()).then_some(LOOPBACK));
        known.is_some_and(|known| self.has_gap(url, address.is_none(), known))
    }

    fn has_gap(&self, url: &str, is_name: bool, address: IpAddr) -> bool {
        let goal = Goal { url, host: host(url).unwrap_or_default(), is_name, address };
        GAPS.iter().any(|(fault, gap)| self.has(*fault) && gap(&goal))
    }

    /// Asks for a URL at an address that was checked.
    pub(super) fn reach(&self, web: &Host, url: &str, errand: Errand) -> Result<Response, Reached> {
        let unreadable = || NetError::new(NetErrorKind::Url, "no URL that can be fetched");
        let way = Way::of(url).ok_or_else(unreadable)?;
        let ask = || way.address.map_or_else(|| web.resolve(&way.host), |address| vec![address]);
        let found = ask();
        let Some(first) = found.first().copied() else {
            return Err(NetError::new(NetErrorKind::Connect, "the name is unknown").into());
        };
        let allows = |address: IpAddr| {
            !is_special(address)
                || self.has_gap(url, way.address.is_none(), address)
                || self.is_unfiltered(errand)
        };
        let refused = Reached::Refused(Refusal::new(
            400,
            "invalid_client_metadata",
            "the URL leads to an address that is not on the internet",
        ));
        if self.has(Fault::AsSsrfFirstAddressOnly) {
            // Goes to the next address where nobody is at the first.
            let last = found.last().copied().unwrap_or(first);
            return if allows(first) { Ok(web.connect(&way, last)?) } else { Err(refused) };
        }
        if !found.iter().all(|address| allows(*address)) {
            return Err(refused);
        }
        if self.has(Fault::AsSsrfRebinding) {
            let again = ask().first().copied().unwrap_or(first);
            return Ok(web.connect(&way, again)?);
        }
        Ok(web.connect(&way, first)?)
    }

    /// Whether a broken server goes anywhere for this.
    fn is_unfiltered(&self, errand: Errand) -> bool {
        match errand {
            Errand::First(What::Document) => false,
            Errand::First(What::KeySet) => self.has(Fault::AsSsrfJwksUriUnfiltered),
            Errand::Hop(What::Document) => self.has(Fault::AsSsrfHopUnfiltered),
            Errand::Hop(What::KeySet) => self.has(Fault::AsSsrfKeySetHopUnfiltered),
            Errand::Unasked => true,
        }
    }

    /// Fetches what a broken server has no reason to fetch, wherever it is.
    pub(in crate::server) fn fetch_unasked(&self, url: &str) {
        if let Some(web) = &self.web {
            let _unused = self.reach(web, url, Errand::Unasked);
        }
    }
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Why there is no answer.
pub(super) enum Reached {
    /// The server does not go there.
    Refused(Refusal),
    /// The way failed.
    Failed(NetError),
}

impl From<NetError> for Reached {
    fn from(error: NetError) -> Self {
        Self::Failed(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_not_on_the_internet() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.127.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.19.0.1",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "ff02::1",
        ] {
            assert!(is_special(address.parse().unwrap()), "{address}");
        }
        for address in ["44.1.2.3", "172.32.0.1", "100.128.0.1", "2001:4860::1", "64:ff9b::808:808"]
        {
            assert!(!is_special(address.parse().unwrap()), "{address}");
        }
    }
}
