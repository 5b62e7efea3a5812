//! For clients that a person leads: what is seen of the client, as it happens, and the page at the
//! authorization endpoint, where the browser of the person waits to be sent back.

use atproof_protocol::http::{Request, Response};
use tokio::sync::mpsc;

use super::{Conduct, Delivery};
use crate::model::Site;

/// A request of the client, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) site: Site,
    pub(crate) url: String,
    /// Status of the answer; 0 where there was none.
    pub(crate) status: u16,
}

impl Sight {
    /// Whether the client got what it wanted.
    pub(crate) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Who watches, and where the browser goes next.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) sights: mpsc::UnboundedSender<Sight>,
    pub(super) back: Option<String>,
}

impl Door {
    /// The page for the browser of the person: it comes again until it is sent back.
    pub(super) fn open(&mut self, request: &Request) -> Delivery {
        Delivery::whole(match self.back.take() {
            Some(url) => Response::new(303).header("Location", url),
            None => {
                self.tell(Site::Authorize, request, 200);
                Response::new(200).body("text/html; charset=utf-8", PAGE)
            }
        })
    }

    pub(super) fn note(&self, site: Site, request: &Request, delivery: &Delivery) {
        let is_whole = matches!(delivery.conduct, Conduct::Whole);
        if request.method != "OPTIONS" {
            self.tell(site, request, if is_whole { delivery.response.status } else { 0 });
        }
    }

    fn tell(&self, site: Site, request: &Request, status: u16) {
        // Whoever watched may have gone.
        let _told = self.sights.send(Sight { site, url: request.url.clone(), status });
    }
}

const PAGE: &str = "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"1\">\
                    <title>atproof</title><h1>atproof</h1><p>You are about to be sent back to the \
                    client.</p>";
