//! The parameter `dpop_jkt` with the thumbprint of the key that the proof is made with.
//!
//! # What it does
//!
//! Pushes an ordinary request, the same with `dpop_jkt`, right or in another encoding, and the
//! ordinary one again.
//!
//! # Why it matters
//!
//! A client that is written for servers without DPoP proofs at this endpoint names its key in this
//! parameter, and one that cannot know sends both. Both say the same, so both have to do.
//!
//! # What a conforming peer does
//!
//! Accepts the request, and refuses it only where parameter and proof name different keys.
//!
//! # How to fix
//!
//! Compare `dpop_jkt` with the thumbprint of the proof's key (RFC 7638, SHA-256) where it is sent.
//!
//! # References
//!
//! RFC 9449, sections 10 and 10.1; RFC 7638.

use atproof_engine::judge;
use atproof_engine::model::{Case, Edit, Expectation, Family, Playing, Role, Script, Tier};
use atproof_engine::stage::Stage;
use atproof_protocol::base64url;

use crate::server::answers::{PROOF, REQUEST};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.par.dpop-jkt",
    role: Role::Server,
    area: "par",
    tier: Tier::Safe,
    needs: &[],
    source: include_str!("dpop_jkt.rs"),
    script: Script::Probe { play, logins: 0 },
    judge: judge::probe,
    cases: CASES,
};

const CASES: &[Case] = &[
    Case {
        id: "server.par.dpop-jkt-refused",
        title: "A request that names the key of its proof in dpop_jkt is refused",
        clause: "RFC9449-10.1-01",
        covers: &["ATP-PAR-019"],
        killers: &["as.par.dpop-jkt-unsupported", "as.jose.thumbprint-spki"],
        edit: Edit::Story("form parameter `dpop_jkt` set to the thumbprint of the proof's key"),
        expect: Expectation::Accepted,
    },
    Case {
        id: "server.par.dpop-jkt-hex",
        title: "A request names the key of its proof in hexadecimal",
        clause: "RFC9449-10-02",
        covers: &[],
        killers: &["as.par.dpop-jkt-hex"],
        edit: HEX,
        expect: Expectation::Refused(&[PROOF, REQUEST]),
    },
    Case {
        id: "server.par.dpop-jkt-padded",
        title: "A request names the key of its proof with padding",
        clause: "RFC9449-10-02",
        covers: &[],
        killers: &["as.par.dpop-jkt-padded"],
        edit: PADDED,
        expect: Expectation::Refused(&[PROOF, REQUEST]),
    },
];

const HEX: Edit = Edit::Story("form parameter `dpop_jkt` set to the thumbprint in hexadecimal");
const PADDED: Edit = Edit::Story("form parameter `dpop_jkt` set to the thumbprint with padding");

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let login = stage.login();
        let mut draft = stage.par(&login);
        if let (Some(form), Edit::Story(_)) = (&mut draft.form, edit) {
            let mut named = login.key.public().thumbprint();
            if *edit == HEX {
                let octets = base64url::decode(&named).unwrap_or_default();
                named = octets.iter().map(|octet| format!("{octet:02x}")).collect();
            } else if *edit == PADDED {
                named.push('=');
            }
            form.push(("dpop_jkt".to_owned(), named));
        }
        stage.send(draft).await;
        Ok(())
    })
}
