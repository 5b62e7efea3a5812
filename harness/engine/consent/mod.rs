//! Consent drivers: how an authorization request is brought through sign-in and consent in the
//! server's own interface, up to the redirect.
//!
//! Nothing in the suite depends on which driver does it, and no driver judges: it ends with a
//! [`Ending`] that play writes into the record.

mod api;
mod browse;
mod forged;
pub(crate) mod form;
mod outside;
mod page;
mod sessions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tokio::sync::Mutex;

use crate::model::Account;
use crate::stage::Stage;
use browse::{Arrival, Browser};

pub use browse::Page;
pub(crate) use forged::forge;
pub use outside::Person;
pub use page::Showing;
pub use sessions::Sessions;
pub(crate) use sessions::sessions;

/// Name of an element that no page has of itself. Where one does, markup of ours became markup of
/// the page, which is noted as the fact `canary_element`.
const CANARY: &str = "x-atproof";

/// Which driver is used.
pub enum Consent {
    /// Looks at the authorization page: a known interface, otherwise plain HTML forms.
    Auto,
    /// The JSON interface of the reference PDS.
    Api,
    /// Plain HTML forms, followed generically.
    Form,
    /// An executable that gets the URL as its argument and prints the redirect.
    Command(String),
    /// A person opens the URL and hands the redirect back.
    Manual(Box<dyn Person>),
}

/// What the user decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Signs in and approves.
    Approve,
    /// As `Approve`, but leaves only these scopes, a scope string, where the page lets the user
    /// choose. What was granted is seen in the token answer.
    Narrow(&'static str),
    /// Signs in and refuses.
    Deny,
}

/// Where an authorization request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a redirect away from the server: normally to the client, with code or error.
    Redirect(String),
    /// With a page that lets the user go no further.
    Refused {
        /// Status of the page or of the call behind it.
        status: u16,
        /// What it says, as far as it can be told.
        why: String,
    },
}

/// Where a URL led that was opened and then left alone.
#[derive(Clone, Debug)]
pub enum Opened {
    /// To a page of the server.
    Page(Page),
    /// Away from the server: to the client or anywhere else.
    Redirect(String),
}

/// Opens a URL and does nothing on the page it leads to.
pub(crate) async fn open(
    stage: &mut Stage,
    device: &Device,
    url: &str,
    redirect_uri: &str,
) -> Result<Opened, ConsentError> {
    let mut browser = Browser::new(stage, device, redirect_uri).await;
    Ok(match browser.open(url).await? {
        Arrival::Page(page) => Opened::Page(page),
        Arrival::Left(redirect) => Opened::Redirect(redirect),
    })
}

/// Why a driver could not bring a request to an end.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ConsentError {
    /// The server does not let the account in.
    #[error("sign-in was refused: {0}")]
    SignIn(String),
    /// The server says that the user refused, though the user approved.
    #[error("consent was refused: {0}")]
    Denied(String),
    /// The page cannot be handled by this driver.
    #[error("the consent page cannot be followed: {0}")]
    Page(String),
    /// The server did not answer.
    #[error("the consent page did not answer: {0}")]
    Net(String),
    /// The executable or the person gave no redirect.
    #[error("no redirect was given: {0}")]
    Outside(String),
}

/// The browser profile of one account: cookies, and whether someone is signed in.
#[derive(Debug, Default)]
pub struct Device {
    state: Mutex<DeviceState>,
    /// Held during a sign-in, so that tabs take turns.
    sign_in: Mutex<()>,
}

#[derive(Clone, Default)]
struct DeviceState {
    /// Cookies by origin and name.
    cookies: BTreeMap<(String, String), String>,
    /// Those of them that do not go along with a form of another site (`SameSite`).
    same_site: BTreeSet<(String, String)>,
    /// DID of the account that is signed in, where the interface tells.
    signed_in: Option<String>,
    /// Why sign-in was refused: it is not tried again, so that no account gets locked.
    refused: Option<String>,
}

impl fmt::Debug for DeviceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Cookies are secrets.
        f.debug_struct("DeviceState").field("signed_in", &self.signed_in).finish_non_exhaustive()
    }
}

impl Consent {
    /// Whether the browser is atproof's own, so that its cookies are at hand.
    pub(crate) const fn has_browser(&self) -> bool {
        matches!(self, Self::Auto | Self::Api | Self::Form)
    }

    /// Brings the authorization request at `url` to its end.
    pub(crate) async fn decide(
        &self,
        stage: &mut Stage,
        device: &Device,
        account: &Account,
        url: &str,
        redirect_uri: &str,
        decision: Decision,
    ) -> Result<Ending, ConsentError> {
        match self {
            Self::Command(command) => {
                return outside::command(command, account, url, redirect_uri, decision).await;
            }
            Self::Manual(person) => return person.ask(url, redirect_uri, decision),
            Self::Auto | Self::Api | Self::Form => {}
        }
        // The first tab of a device visits and signs in alone; the others then find the device
        // signed in, so that many consents cost one password check.
        let turn = device.sign_in.lock().await;
        let (refused, known) = {
            let state = device.state.lock().await;
            (state.refused.clone(), state.signed_in.is_some())
        };
        if let Some(why) = refused {
            return Err(ConsentError::SignIn(why));
        }
        let turn = if known { None } else { Some(turn) };
        let mut browser = Browser::new(stage, device, redirect_uri).await;
        let ending = self.visit(&mut browser, account, url, decision).await;
        drop(turn);
        ending
    }

    async fn visit(
        &self,
        browser: &mut Browser<'_>,
        account: &Account,
        url: &str,
        decision: Decision,
    ) -> Result<Ending, ConsentError> {
        let page = match browser.open(url).await? {
            Arrival::Page(page) => page,
            Arrival::Left(redirect) => return Ok(Ending::Redirect(redirect)),
        };
        if page.status >= 400 {
            return Ok(page.refusal());
        }
        match self {
            Self::Form => form::follow(browser, account, page, decision).await,
            Self::Api => api::decide(browser, account, &page, decision).await,
            _ if api::serves(&page) => api::decide(browser, account, &page, decision).await,
            _ => form::follow(browser, account, page, decision).await,
        }
    }
}
