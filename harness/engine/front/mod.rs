//! Front ends: drivers of clients that are no programs with a pipe. A web application is driven by
//! HTTP, a page in a browser over the DevTools protocol, and anything else by a person.
//!
//! Each implements the driver contract of [`crate::world`]; no case knows which one is used.

mod browser;
mod chromium;
mod folder;
mod jar;
mod manual;
mod screen;
mod steps;
mod tab;
mod web;

pub use browser::{Page, PageError};
pub use chromium::ChromiumError;
pub use manual::Guided;
pub use screen::Interface;
pub use steps::{Pattern, Steps, StepsError, Visit};
pub use web::{Application, WebError};

use serde_json::json;
use url::Url;

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

/// Whether a URL is at an application. Names of loopback are as good as each other.
fn is_at(application: &Url, url: &Url) -> bool {
    let is_loopback = |url: &Url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let same_host =
        application.host() == url.host() || is_loopback(application) && is_loopback(url);
    application.scheme() == url.scheme()
        && application.port_or_known_default() == url.port_or_known_default()
        && same_host
}
