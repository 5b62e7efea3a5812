//! Nonces over time: what a server hands out now, and what it takes of what it handed out before.

use std::time::Duration;

use atproof_engine::model::{Edit, Outcome, Transcript};
use atproof_engine::stage::{Draft, Grant, Halt, Login, Stage};
use atproof_protocol::dpop;
use atproof_protocol::record::Part;

use crate::server::seen;

/// Time after which a nonce is stale by any reading: the five minutes of the profile, twice, and a
/// minute more.
const STALE: Duration = Duration::from_secs(11 * 60);

/// Time between requests of a client that goes on working.
const PACE: Duration = Duration::from_secs(2 * 60);

/// Time between looks at the nonce on offer.
const LOOK: Duration = Duration::from_secs(5);

/// Looks until a nonce must have changed: five minutes and ten seconds.
const LOOKS: usize = 62;

/// What needs a nonce.
pub(crate) enum Subject {
    /// Pushed authorization requests.
    Par,
    /// Requests to a resource, with a grant of their own.
    Resource(Box<Grant>),
}

impl Subject {
    /// A new request, always by the same key: nonces may be bound to keys.
    async fn request(&mut self, stage: &mut Stage) -> Result<Draft, Halt> {
        match self {
            Self::Par => {
                let login = Login { key: stage.unit_key(), ..stage.login() };
                Ok(stage.par(&login))
            }
            Self::Resource(grant) => {
                renew(stage, grant).await?;
                Ok(stage.resource(grant))
            }
        }
    }

    /// Sends a correct request.
    async fn send(&mut self, stage: &mut Stage) -> Result<(), Halt> {
        let draft = self.request(stage).await?;
        stage.send(draft).await;
        Ok(())
    }

    /// Sends a request with a nonce from before, once.
    async fn send_with(&mut self, stage: &mut Stage, nonce: String) -> Result<(), Halt> {
        let draft = self.request(stage).await?;
        stage.set_nonce(&draft.url, Some(nonce));
        stage.send_once(&draft).await;
        Ok(())
    }

    /// The nonce that the server offers now, which is asked for by a request without one.
    async fn offer(&mut self, stage: &mut Stage) -> Result<String, Halt> {
        let draft = self.request(stage).await?.edit(&Edit::WithoutNonce);
        let reply = stage.send_once(&draft).await;
        let nonce = reply.answer.ok().and_then(|answer| {
            let nonce = answer.headers.get("dpop-nonce")?;
            Some(nonce.to_owned())
        });
        nonce.ok_or(Halt::Needs("a server that hands out a nonce where one is missing"))
    }
}

/// Refreshes a grant whose access token is about to end.
async fn renew(stage: &mut Stage, grant: &mut Grant) -> Result<(), Halt> {
    let soon = stage.clock().now() + 30;
    if grant.expires_at.is_none_or(|at| at > soon) {
        return Ok(());
    }
    let new = stage
        .preparing(async |stage| {
            let draft = stage.refresh(grant);
            let reply = stage.send(draft).await;
            stage.grant_from(&grant.login, &reply)
        })
        .await?;
    let refresh_token = new.refresh_token.or_else(|| grant.refresh_token.take());
    *grant = Grant { refresh_token, ..new };
    Ok(())
}

/// A nonce is used long after it was handed out, while another one is on offer.
pub(crate) async fn stale(stage: &mut Stage, mut subject: Subject) -> Result<(), Halt> {
    stage.step("first nonce");
    let old = subject.offer(stage).await?;
    stage.clock().wait(STALE).await;
    stage.step("nonce after eleven minutes");
    if subject.offer(stage).await? == old {
        return Err(Halt::Needs("a server whose nonce changes within eleven minutes"));
    }
    stage.enter(Part::Control);
    subject.send(stage).await?;
    stage.enter(Part::Faulted);
    subject.send_with(stage, old).await
}

/// A proof is made, kept for long, and sent for the first time.
pub(crate) async fn captured(stage: &mut Stage, mut subject: Subject) -> Result<(), Halt> {
    stage.step("nonce of the proof");
    let nonce = subject.offer(stage).await.ok();
    let draft = subject.request(stage).await?;
    let proof = draft.proof.as_ref().ok_or(Halt::Needs("a proof"))?;
    let spec = dpop::Spec {
        htm: &draft.method,
        htu: draft.url.split('?').next().unwrap_or_default(),
        jti: &stage.random().token(),
        iat: stage.clock().now(),
        nonce: nonce.as_deref(),
        access_token: proof.access_token.as_deref(),
    };
    let made = dpop::forge(&spec, &proof.key, None).pop().unwrap_or_default();
    let made = String::from_utf8_lossy(&made).into_owned();
    stage.clock().wait(STALE).await;
    stage.enter(Part::Control);
    let later = subject.request(stage).await?;
    let token = |draft: &Draft| draft.proof.as_ref().and_then(|proof| proof.access_token.clone());
    if token(&later) != token(&draft) {
        return Err(Halt::Needs("access tokens that live for more than eleven minutes"));
    }
    stage.send(later).await;
    stage.enter(Part::Faulted);
    let draft = Draft { proof: None, ..subject.request(stage).await? };
    stage.send_once(&draft.header("DPoP", &made)).await;
    Ok(())
}

/// The nonces on offer are compared over six minutes in which requests go on.
pub(crate) async fn over_six_minutes(stage: &mut Stage, mut subject: Subject) -> Result<(), Halt> {
    stage.step("first nonce");
    subject.offer(stage).await?;
    for _ in 0..3 {
        stage.step("request in between");
        subject.send(stage).await?;
        stage.clock().wait(PACE).await;
    }
    stage.step("nonce after six minutes");
    subject.offer(stage).await?;
    Ok(())
}

/// The nonces of [`over_six_minutes`] differ.
pub(crate) fn rotates(transcript: &Transcript<'_>) -> Outcome {
    seen::judged((|| {
        let first = seen::step(transcript, "first nonce")?;
        let later = seen::step(transcript, "nonce after six minutes")?;
        let (Some(before), Some(after)) = (seen::nonces(first).pop(), seen::nonces(later).pop())
        else {
            return Err(Outcome::not_offered("nonces", "hand out nonces"));
        };
        if before == after {
            return Ok(Outcome::violated(
                "another nonce than six minutes before",
                format!("{before} still"),
                later,
            ));
        }
        Ok(Outcome::kept("another nonce after six minutes"))
    })())
}

/// A nonce is used right after the next one was handed out.
pub(crate) async fn previous(stage: &mut Stage, mut subject: Subject) -> Result<(), Halt> {
    stage.enter(Part::Control);
    subject.send(stage).await?;
    stage.step("nonce on offer");
    let mut old = subject.offer(stage).await?;
    let mut new = old.clone();
    for _ in 0..LOOKS {
        new = subject.offer(stage).await?;
        if new != old {
            break;
        }
        stage.clock().wait(LOOK).await;
    }
    if new == old {
        return Err(Halt::Needs("a server whose nonce changes within five minutes"));
    }
    // Where nonces change with each answer, or each second, the one before is another by now.
    if subject.offer(stage).await? != new {
        old = new;
    }
    stage.enter(Part::Faulted);
    subject.send_with(stage, old).await?;
    stage.enter(Part::ControlAgain);
    subject.send(stage).await
}
