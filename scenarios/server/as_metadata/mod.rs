//! Authorization server metadata (RFC 8414).

pub mod capabilities;
pub mod document;
pub mod endpoints;
pub mod insecure;
pub mod issuer;
pub mod keys;
pub mod publication;
pub mod transport;

use atproof_engine::model::{Playing, Transcript};
use atproof_engine::stage::{Halt, Stage};
use atproof_protocol::identifier::Origin;
use atproof_protocol::metadata::authorization_server;

use super::document::{Document, fetch};

/// The step that fetches the document.
const METADATA: &str = "authorization server metadata";

/// The document of a transcript.
fn metadata<'a>(transcript: &Transcript<'a>) -> Document<'a> {
    let issuer = &transcript.target.issuer;
    Document::at(transcript, METADATA, |bytes| authorization_server::read(bytes, issuer).defects)
}

/// Fetches the document.
fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = url(stage)?;
        fetch(stage, METADATA, &url).await;
        Ok(())
    })
}

/// Where the document is: at the well-known path of the issuer's origin, since an issuer has no
/// path.
pub(super) fn url(stage: &Stage) -> Result<String, Halt> {
    let issuer = Origin::of(&stage.target().issuer)
        .ok_or(Halt::Needs("an authorization server that is named by an http or https URL"))?;
    Ok(format!("{issuer}/.well-known/oauth-authorization-server"))
}
