//! The server's own account interface, where users see the sessions of their account and end them.

use super::browse::{Arrival, Browser, Page, origin};
use super::{ConsentError, Device, api, form};
use crate::stage::Stage;

/// Where servers that we know have their account pages: on the origin of the issuer.
const KNOWN_PAGES: [&str; 2] = ["/account", "/oauth/account"];

/// What is done about the sessions of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sessions {
    /// They are looked for.
    Look,
    /// They are ended.
    End,
}

/// Looks for sessions of a client in the account interface on a signed-in device, and ends them
/// where that is asked. Gives how many there were; `None` where no interface is known.
pub(crate) async fn sessions(
    stage: &mut Stage,
    device: &Device,
    client_id: &str,
    what: Sessions,
) -> Result<Option<usize>, ConsentError> {
    let issuer = stage.target().issuer.trim_end_matches('/').to_owned();
    let mut browser = Browser::new(stage, device, "").await;
    for path in KNOWN_PAGES {
        let url = format!("{issuer}{path}");
        let Arrival::Page(page) = browser.open(&url).await? else { continue };
        if page.status >= 400 || origin(&page.url) != origin(&url) {
            continue;
        }
        let page = Page { url, ..page };
        if api::serves(&page) {
            return api::sessions(&mut browser, &page, client_id, what).await.map(Some);
        }
        if let Some(count) = form::sessions(&mut browser, &page, client_id, what).await? {
            return Ok(Some(count));
        }
    }
    Ok(None)
}
