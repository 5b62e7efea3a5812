//! Whether S256 is supported, and whether it can be got around.
//!
//! # What it does
//!
//! Pushes a request with the method S256, and where that is refused the same with `plain`. Then
//! pushes a request without a challenge, and where that is taken goes on and sends a verifier.
//!
//! # Why it matters
//!
//! S256 is the one method that clients and servers of the profile share. A verifier without a
//! challenge means that somebody took the challenge out on the way.
//!
//! # What a conforming peer does
//!
//! Takes S256. Refuses a request without a challenge, or at the latest a verifier that belongs to
//! none.
//!
//! # How to fix
//!
//! Refuse `code_verifier` at the token endpoint where the code was issued without a challenge.
//!
//! # References
//!
//! RFC 7636, section 4.2; RFC 9700, section 2.1.1; atproto OAuth, PKCE.

use atproof_engine::consent::{Decision, Ending};
use atproof_engine::judge::{self, describe, is_accepted, refusal_of};
use atproof_engine::model::{
    Case, Change, Edit, Expectation, Family, Need, Outcome, Playing, Role, Script, Tier, Transcript,
};
use atproof_engine::stage::{Stage, redirect_parameters};
use atproof_protocol::record::{Action, Part};

/// The family.
pub static FAMILY: Family = Family {
    id: "server.pkce.support",
    role: Role::Server,
    area: "pkce",
    tier: Tier::Safe,
    needs: &[Need::Account],
    source: include_str!("support.rs"),
    script: Script::Story { play, logins: 1 },
    judge: judge::probe,
    cases: CASES,
};

const PLAIN: &str = "request with plain";
const S256: &str = "request with S256";

const METHODS: Edit = Edit::Story("the method S256, and plain where that is refused");
const DOWNGRADE: Edit = Edit::Story("code_challenge removed, and the verifier sent all the same");

const CASES: &[Case] = &[
    Case {
        id: "server.pkce.s256-refused",
        title: "A request with S256 is refused, and one with plain is not",
        clause: "RFC7636-4.2-02",
        covers: &["ATP-PKCE-004"],
        killers: &["as.pkce.s256-refused"],
        edit: METHODS,
        expect: Expectation::Holds(s256_taken),
    },
    Case {
        id: "server.pkce.verifier-without-challenge",
        title: "A verifier is taken for a code that was issued without a challenge",
        clause: "RFC9700-2.1.1-04",
        covers: &[],
        killers: &["as.pkce.downgrade"],
        edit: DOWNGRADE,
        expect: Expectation::Holds(no_downgrade),
    },
];

fn play<'a>(stage: &'a mut Stage, case: &'a Case) -> Playing<'a> {
    Box::pin(async move {
        if case.edit == METHODS {
            stage.step(S256);
            let login = stage.login();
            if stage.send(stage.par(&login)).await.is_success() {
                return Ok(());
            }
            stage.step(PLAIN);
            let login = stage.login();
            let mut draft = stage.par(&login);
            for (name, value) in
                [("code_challenge", login.verifier.as_str()), ("code_challenge_method", "plain")]
            {
                let form = draft.form.iter_mut().flatten().filter(|(n, _)| n == name);
                form.for_each(|(_, old)| *old = value.to_owned());
            }
            stage.send(draft).await;
            return Ok(());
        }
        for part in [Part::Control, Part::Faulted] {
            let is_faulted = part == Part::Faulted;
            stage.enter(part);
            let login = stage.login();
            let mut draft = stage.par(&login);
            if let (Some(form), true) = (&mut draft.form, is_faulted) {
                Change::Remove("code_challenge").apply(form);
                Change::Remove("code_challenge_method").apply(form);
            }
            let reply = stage.send(draft).await;
            let pushed = reply.require("the pushed authorization request", "request_uri");
            let (Ok(request_uri), true) = (pushed, is_faulted) else { continue };
            let url = stage.authorization_url(&login, &request_uri);
            let ending = stage.authorize(&login, &url, Decision::Approve).await?;
            let Ending::Redirect(url) = ending else { continue };
            let answer = redirect_parameters(&url);
            if let Some((_, code)) = answer.iter().find(|(name, _)| name == "code") {
                stage.send(stage.token(&login, code)).await;
            }
        }
        Ok(())
    })
}

fn s256_taken(transcript: &Transcript<'_>) -> Outcome {
    match (transcript.step(S256), transcript.step(PLAIN)) {
        (Some(exchange), _) if is_accepted(exchange) => Outcome::kept(describe(exchange)),
        (Some(exchange), Some(plain)) if is_accepted(plain) => {
            let observed = format!("{}, and plain accepted", describe(exchange));
            Outcome::violated("a request with S256 is accepted", observed, exchange)
        }
        _ => Outcome::unclear(
            "neither S256 nor plain is accepted: the refusal is about something else",
            "an ordinary request has to be accepted first",
        ),
    }
}

fn no_downgrade(transcript: &Transcript<'_>) -> Outcome {
    if let Some(unclear) = judge::controls(transcript) {
        return unclear;
    }
    let Some(last) = transcript.last(&Part::Faulted) else {
        return Outcome::unclear("the faulted request was not sent", "run it again");
    };
    match last.action {
        Action::Token if is_accepted(last) => Outcome::violated(
            "a verifier without a challenge is refused",
            format!("{} at the token endpoint", describe(last)),
            last,
        ),
        Action::Par if refusal_of(last).is_some_and(|(status, _)| status < 500) => {
            Outcome::kept(format!("no challenge, no login: {}", describe(last)))
        }
        _ if refusal_of(last).is_some_and(|(status, _)| status < 500 && status != 429) => {
            Outcome::kept(describe(last))
        }
        _ => Outcome::unclear(
            format!("neither accepted nor refused: {}", describe(last)),
            "run it again",
        ),
    }
}
