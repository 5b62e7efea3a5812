//! Refreshes by someone, or with something, that they are not for.
//!
//! # What it does
//!
//! Makes a login of its own for every row and refreshes it as it should be, then with one thing
//! wrong: another token, another client, another key, no proof, a wider scope.
//!
//! # Why it matters
//!
//! A refresh token lives for weeks. What keeps a stolen one from being useful is that it is bound
//! to a client and to a key that is not stolen with it.
//!
//! # What a conforming peer does
//!
//! Looks the token up as a whole, compares client and key with those it was issued to, verifies
//! the proof in full, and refuses with 400.
//!
//! # How to fix
//!
//! Keep `client_id` and the thumbprint of the key with the refresh token. Verify proofs with the
//! same routine as elsewhere. Compute the scope from what was granted, not from the request.
//!
//! # References
//!
//! RFC 6749, sections 5.2 and 6; RFC 9449, sections 4.3 and 5; RFC 9700, section 4.14.2; atproto
//! OAuth, Summary of Authorization Flow; atproto permissions, Permission Sets.

use atproof_engine::judge::{self, is_accepted};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Refusal, Role, Script, Text,
    Tier, Transcript,
};
use atproof_engine::stage::Stage;
use atproof_protocol::record::Part;

use crate::server::answers::{CLIENT, GRANT, PROOF, SCOPE};
use crate::server::front_channel::OTHER_CLIENT;

/// The family.
pub static FAMILY: Family = Family {
    id: "server.refresh.request",
    role: Role::Server,
    area: "refresh",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("request.rs"),
    script: Script::Probe { play, logins: 1 },
    judge: judge::between_controls,
    cases: CASES,
};

/// The refusal of a proof, or of a grant that is not for its key.
const PROOF_OR_GRANT: Expectation = Expectation::Refused(&[PROOF, BOUND]);
const BOUND: &[Refusal] = &[Refusal::new(400, "invalid_grant"), Refusal::new(401, "invalid_grant")];

const CASES: &[Case] = &[
    Case {
        id: "server.refresh.token-altered",
        title: "A refresh token with one character changed is refreshed",
        clause: "RFC9700-4.14.2-04",
        covers: &["RFC6749-5.2-05"],
        killers: &["as.refresh.token-prefix-match"],
        edit: Edit::Parameter(Change::Set("refresh_token", Text::LastCharacterChanged)),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.refresh.access-token-as-refresh-token",
        title: "An access token is refreshed",
        clause: "RFC6749-5.2-05",
        covers: &[],
        killers: &["as.refresh.accepts-access-token"],
        edit: Edit::Story("refresh_token holds the access token"),
        expect: Expectation::Refused(&[GRANT]),
    },
    Case {
        id: "server.refresh.other-client",
        title: "A refresh token is refreshed by another client",
        clause: "RFC6749-6-02",
        covers: &["ATP-CID-016"],
        killers: &["as.refresh.client-unbound"],
        edit: Edit::Parameter(Change::Set("client_id", Text::Is(OTHER_CLIENT))),
        expect: Expectation::Refused(&[GRANT, CLIENT]),
    },
    Case {
        id: "server.refresh.dpop-missing",
        title: "A refresh without a DPoP proof",
        clause: "ATP-REFR-007",
        covers: &["RFC9449-5.2-01"],
        killers: &["as.refresh.proof-optional", "as.refresh.panic-no-proof"],
        edit: Edit::Field(Change::Remove("DPoP")),
        expect: PROOF_OR_GRANT,
    },
    Case {
        id: "server.refresh.dpop-other-key",
        title: "A refresh with a proof by another key",
        clause: "RFC9449-5-04",
        covers: &["ATP-REFR-007", "RFC9449-4.3-12"],
        killers: &["as.refresh.skip-jkt"],
        edit: Edit::OtherKey,
        expect: PROOF_OR_GRANT,
    },
    Case {
        id: "server.refresh.dpop-signature-broken",
        title: "A refresh with a proof whose signature does not verify",
        clause: "RFC9449-4.3-06",
        covers: &["ATP-REFR-007"],
        killers: &["as.refresh.dpop-decoded-only", "as.dpop.signature-unchecked@refresh"],
        edit: Edit::Proof("signature-bit-flipped"),
        expect: PROOF_OR_GRANT,
    },
    Case {
        id: "server.refresh.scope-widened",
        title: "A refresh asks for more scope than was granted",
        clause: "ATP-REFR-011",
        covers: &["RFC6749-6-03", "ATP-SCOPE-017"],
        killers: &["as.refresh.scope-widened"],
        edit: Edit::Parameter(Change::Set("scope", Text::Is("atproto transition:generic"))),
        expect: Expectation::Holds(not_widened),
    },
];

fn play<'a>(stage: &'a mut Stage, edit: &'a Edit) -> Playing<'a> {
    Box::pin(async move {
        let mut grant = stage.grant().await?;
        if let Edit::Story(_) = edit {
            grant.refresh_token = Some(grant.access_token.clone());
        }
        let draft = stage.refresh(&grant);
        stage.send_edited(draft, edit).await?;
        Ok(())
    })
}

/// Refused, or granted no more than before: the ordinary login asks for `atproto` alone.
fn not_widened(transcript: &Transcript<'_>) -> Outcome {
    let Some(exchange) = transcript.last(&Part::Faulted) else {
        return Outcome::unclear("the refresh was not sent", "run it again");
    };
    if !is_accepted(exchange) {
        return judge::refused(exchange, &[GRANT, SCOPE]);
    }
    let scope = exchange.response().and_then(|response| response.member("scope"));
    match scope.as_ref().and_then(|scope| scope.as_str()) {
        Some(scope) if scope.split(' ').any(|value| value == "transition:generic") => {
            Outcome::violated("`atproto`, as granted", format!("`{scope}`"), exchange)
        }
        Some(scope) => Outcome::kept(format!("accepted, with `{scope}` as before")),
        None => Outcome::unclear("the answer has no scope", "name the granted scope"),
    }
}
