//! DID documents that a client must not, or must, take for that of the account.
//!
//! # What it does
//!
//! Lets a client begin a login with a handle. The DID document of the account has one thing wrong, or
//! one thing that is merely unusual.
//!
//! # Why it matters
//!
//! The DID document says where the account lives. A client that takes one about somebody else, or an
//! entry that is not the PDS, hands the login to whoever wrote it.
//!
//! # What a conforming peer does
//!
//! Takes the document only if its `id` is the DID that was asked for, and the first service with the id
//! `#atproto_pds` and the type `AtprotoPersonalDataServer`, whose endpoint is a bare https origin.
//!
//! # How to fix
//!
//! Compare `id` with the DID, and both id and type of the service, as strings. Parse the endpoint as an
//! origin.
//!
//! # References
//!
//! atproto DID specification; atproto OAuth profile, section "Identity Authentication".

use atproof_engine::judge::trap;
use atproof_engine::model::{Alter, Family, Role, Script, Settings, Site, Step, Tier, Twist};

use crate::client::rows::{LOGIN, goes_on, holds_with, stops};
use crate::client::surveys::goes_on_or_stops;

/// The family.
pub static FAMILY: Family = Family {
    id: "client.identity.document",
    role: Role::Client,
    area: "identity",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("document.rs"),
    script: Script::Walk { steps: LOGIN, settings: Settings::USUAL },
    judge: trap,
    cases: &[
        stops(
            Step::Start,
            "client.identity.document-of-other-did",
            "The DID document is about another DID",
            "ATP-IDENT-022",
            &["client.identity.document-id-unchecked"],
            Twist::new(Site::Did, Alter::Member("/id", "\"{other_did}\"")),
        ),
        stops(
            Step::Start,
            "client.identity.pds-of-other-type",
            "The only service has the id of a PDS and another type",
            "ATP-IDENT-024",
            &["client.identity.service-any-type"],
            Twist::new(Site::Did, Alter::Member("/service/0/type", "\"OtherService\"")),
        ),
        stops(
            Step::Start,
            "client.identity.pds-under-other-id",
            "The only service has the type of a PDS and another id",
            "ATP-IDENT-024",
            &["client.identity.service-by-type"],
            Twist::new(Site::Did, Alter::Member("/service/0/id", "\"#other\"")),
        ),
        stops(
            Step::Start,
            "client.identity.pds-with-path",
            "The endpoint of the PDS has a path",
            "ATP-IDENT-026",
            &["client.identity.pds-with-path"],
            Twist::new(Site::Did, Alter::Member("/service/0/serviceEndpoint", "\"{value}/path\"")),
        ),
        goes_on(
            "client.identity.full-service-id-refused",
            "The id of the PDS entry is written in full",
            "ATP-IDENT-025",
            &["client.identity.service-relative-id-only"],
            Twist::new(Site::Did, Alter::Member("/service/0/id", "\"{did}#atproto_pds\"")),
        ),
        goes_on(
            "client.identity.other-names-not-ignored",
            "alsoKnownAs has an entry before the handle that is none",
            "ATP-IDENT-023",
            &["client.identity.first-name-only"],
            Twist::new(
                Site::Did,
                Alter::Member("/alsoKnownAs", "[\"https://example.com/alice\",\"at://{handle}\"]"),
            ),
        ),
        holds_with(
            "client.identity.signing-key-missing",
            "Whether an account without a signing key can sign in",
            "ATP-IDENT-031",
            &["client.identity.signing-key-required"],
            Twist::new(Site::Did, Alter::WithoutMember("/verificationMethod")),
            goes_on_or_stops,
        ),
    ],
};
