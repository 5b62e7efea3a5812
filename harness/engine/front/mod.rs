//! Front ends: drivers of clients that are no programs with a pipe. A web application is driven by
//! HTTP, a page in a browser over the DevTools protocol, and anything else by a person.
//!
//! Each implements the driver contract of [`crate::world`]; no case knows which one is used.

mod browser;
mod chromium;
mod folder;
mod jar;
mod manual;
mod steps;
mod web;

pub use browser::{Page, PageError};
pub use chromium::ChromiumError;
pub use manual::Guided;
pub use steps::{Pattern, Steps, StepsError, Visit};
pub use web::{Application, WebError};

use serde_json::json;

use crate::world::Reply;

/// The client did it, and says this.
fn done(answer: serde_json::Value) -> Reply {
    let mut answer = answer;
    answer["ok"] = true.into();
    Reply::Said(answer)
}

/// The client did not, for these reasons, outermost first.
fn refused(reasons: &[String]) -> Reply {
    Reply::Said(json!({"ok": false, "error": reasons}))
}

/// The client cannot.
fn skipped() -> Reply {
    Reply::Said(json!({"ok": false, "skip": true}))
}

fn failed(kind: &'static str, detail: impl Into<String>) -> Reply {
    Reply::Failed { kind, detail: detail.into() }
}
