//! An approval that another site sends in the browser of a user who is signed in.
//!
//! The other site knows what an attacker knows: the request, which it may have pushed itself, and
//! every page that the server shows to its own browser. It does not know the pages of the user.

use super::browse::{Arrival, Browser};
use super::{ConsentError, Device, Ending, api, form};
use crate::model::Account;
use crate::stage::Stage;

/// The site of the attacker.
pub(super) const SITE: &str = "https://attacker.example";

/// Opens a request on the device of the user, and sends the approval as another site would, which
/// has opened `own`, another request of the same client, in a browser of its own. `None` where the
/// page asks for what only the user knows.
pub(crate) async fn forge(
    stage: &mut Stage,
    device: &Device,
    account: &Account,
    url: &str,
    own: &str,
    redirect_uri: &str,
) -> Result<Option<Ending>, ConsentError> {
    let strange = Device::default();
    let mut elsewhere = Browser::new(stage, &strange, redirect_uri).await;
    let seen = match elsewhere.open(own).await? {
        Arrival::Page(page) => page,
        Arrival::Left(_) => return Ok(None),
    };
    let mut browser = Browser::new(stage, device, redirect_uri).await;
    let page = match browser.open(url).await? {
        Arrival::Page(page) if page.status() < 400 => page,
        Arrival::Page(page) => return Err(ConsentError::Page(page.excerpt())),
        Arrival::Left(_) => return Ok(None),
    };
    if api::serves(&page) {
        return api::forge(&mut browser, account, &page).await.map(Some);
    }
    let Some(request) = form::forge(&page, &seen, url)? else { return Ok(None) };
    Ok(Some(match browser.navigate(request).await? {
        Arrival::Left(redirect) => Ending::Redirect(redirect),
        Arrival::Page(page) => page.refusal(),
    }))
}
