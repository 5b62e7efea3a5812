//! Certificates that a client must not take.
//!
//! # What it does
//!
//! Lets a client begin a login. The authorization server, or the host of the handle, shows a
//! certificate that is for another name, has expired, or that nobody has reason to trust.
//!
//! # Why it matters
//!
//! All that a client knows of a server it knows by its name. Without the certificate anybody on the
//! way can be that server.
//!
//! # What a conforming peer does
//!
//! Ends the handshake, and sends nothing.
//!
//! # How to fix
//!
//! Leave the checks of your TLS library on, for all requests.
//!
//! # References
//!
//! RFC 8414, section 6.1; atproto Handle specification, section "HTTPS well-known Method".

use atproof_engine::judge::trap;
use atproof_engine::model::{
    Alter, Case, Family, Flaw, Handles, Role, Script, Settings, Site, Step, Tier, Twist, When,
};

use crate::client::rows::{LOGIN, stops};

/// The family.
pub static FAMILY: Family = Family {
    id: "client.discovery.certificates",
    role: Role::Client,
    area: "discovery",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("certificates.rs"),
    script: Script::Walk {
        steps: LOGIN,
        settings: Settings { handles: Handles::Host, ..Settings::NAMED },
    },
    judge: trap,
    cases: &[
        server(
            "client.discovery.certificate-for-other-name",
            "The certificate of the authorization server is for another name",
            &["client.tls.name-unchecked"],
            Flaw::OtherName,
        ),
        server(
            "client.discovery.certificate-of-unknown-authority",
            "An unknown authority signed the certificate of the authorization server",
            &["client.tls.authority-unchecked"],
            Flaw::OtherAuthority,
        ),
        server(
            "client.discovery.certificate-self-signed",
            "The certificate of the authorization server signed itself",
            &["client.tls.authority-unchecked"],
            Flaw::SelfSigned,
        ),
        server(
            "client.discovery.certificate-expired",
            "The certificate of the authorization server has expired",
            &["client.tls.expiry-unchecked"],
            Flaw::Expired,
        ),
        stops(
            Step::Start,
            "client.discovery.certificate-of-handle-host",
            "The certificate of the host of the handle is for another name",
            "ATP-IDENT-013",
            &["client.tls.name-unchecked"],
            Twist::new(Site::Connection, Alter::Certificate(Flaw::OtherName))
                .when(When::Of("//{handle}")),
        ),
    ],
};

const fn server(
    id: &'static str,
    title: &'static str,
    killers: &'static [&'static str],
    flaw: Flaw,
) -> Case {
    let twist = Twist::new(Site::Connection, Alter::Certificate(flaw)).when(When::Of("{issuer}"));
    stops(Step::Start, id, title, "RFC8414-6.1-01", killers, twist)
}
