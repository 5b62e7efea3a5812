//! Protected resource metadata of the PDS (RFC 9728).

pub mod authorization_servers;
pub mod document;
pub mod members;
pub mod plain_http;
pub mod preflight;
pub mod resource;
pub mod transport;

use atproof_engine::model::{Playing, Transcript};
use atproof_engine::stage::Stage;
use atproof_protocol::metadata::protected_resource;

use super::document::{Document, fetch};

/// The step that fetches the document.
const METADATA: &str = "resource metadata";

/// The document of a transcript.
fn metadata<'a>(transcript: &Transcript<'a>) -> Document<'a> {
    let resource = &transcript.target.resource;
    Document::at(transcript, METADATA, |bytes| protected_resource::read(bytes, resource).defects)
}

/// Fetches the document.
fn play(stage: &mut Stage) -> Playing<'_> {
    Box::pin(async move {
        let url = url(stage);
        fetch(stage, METADATA, &url).await;
        Ok(())
    })
}

/// Where the document is.
fn url(stage: &Stage) -> String {
    format!("{}/.well-known/oauth-protected-resource", stage.target().resource)
}
