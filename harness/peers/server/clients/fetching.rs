//! How client metadata documents and key sets are fetched (the client metadata of the profile; the
//! draft on client id metadata documents, section 4).

use atproof_engine::stage::{NetError, NetErrorKind};
use atproof_protocol::http::Response;

use super::reach::{Errand, Reached};
use crate::server::refusal::Refusal;
use crate::server::state::Server;
use crate::{Fault, Variant};

/// How long a document or key set is kept, in seconds.
const KEPT: i64 = 60;

/// Longest document or key set, in octets.
const LONGEST: usize = 64 * 1024;

/// What is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Document,
    KeySet,
}

/// A text that was fetched, and for how many seconds it may be kept.
#[derive(Clone, Debug)]
pub(super) struct Fetched {
    pub(super) text: String,
    pub(super) keeps: i64,
    /// Where only a broken server goes: the URL that a redirect led to.
    pub(super) moved: Option<String>,
}

/// Failures that a broken server does not expect.
const UNEXPECTED: [(What, NetErrorKind, Fault); 5] = [
    (What::Document, NetErrorKind::Connect, Fault::AsClientFetchFailure500),
    (What::Document, NetErrorKind::Reset, Fault::AsDocumentCut500),
    (What::Document, NetErrorKind::Timeout, Fault::AsDocumentTimeout500),
    (What::Document, NetErrorKind::TooLarge, Fault::AsDocumentEndless500),
    (What::KeySet, NetErrorKind::Timeout, Fault::AsKeySetTimeout500),
];

/// Redirects that a broken server follows.
const FOLLOWED: [(u16, Fault); 4] = [
    (301, Fault::AsSsrfFollow301),
    (303, Fault::AsSsrfFollow303),
    (307, Fault::AsSsrfFollow307),
    (308, Fault::AsSsrfFollow308),
];

/// Statuses that a broken server takes for 200.
const TAKEN: [(u16, Fault); 3] = [
    (203, Fault::AsDocumentStatus203),
    (206, Fault::AsDocumentStatus206),
    (304, Fault::AsDocumentStatus304),
];

/// Media types that a broken server takes for JSON; the empty one is none.
const MISTAKEN: [(&str, Fault); 4] = [
    ("text/plain", Fault::AsDocumentTextPlain),
    ("application/octet-stream", Fault::AsDocumentOctetStream),
    ("", Fault::AsDocumentMediaTypeOptional),
    ("application/ld+json", Fault::AsDocumentJsonSuffix),
];

impl Server {
    /// Fetches a document or key set. Only a whole answer with status 200 and the right type is
    /// one.
    pub(super) fn fetched(&self, url: &str, what: What) -> Result<Fetched, Refusal> {
        let wrong = |text| Refusal::new(400, "invalid_client_metadata", text);
        let web = self.web.clone().ok_or_else(|| wrong("nothing can be fetched here"))?;
        let failed = |error: NetError| {
            let is_unexpected = UNEXPECTED
                .iter()
                .any(|(of, kind, fault)| *of == what && *kind == error.kind && self.has(*fault));
            if is_unexpected {
                return Refusal::new(500, "server_error", "internal error");
            }
            wrong("the document cannot be fetched")
        };
        let failed = |reached| match reached {
            Reached::Refused(refusal) => refusal,
            Reached::Failed(error) => failed(error),
        };
        let mut response = self.reach(&web, url, Errand::First(what)).map_err(failed)?;
        let moved = self.next_hop(&response, what);
        if let Some(target) = &moved {
            let found = self.reach(&web, target, Errand::Hop(what)).map_err(failed)?;
            if !self.has(Fault::AsSsrfRedirectProbed) {
                response = found;
            }
        }
        if response.status != 200 && !self.takes_status(response.status, what) {
            if what == What::KeySet && self.has(Fault::AsKeySetFailure500) {
                return Err(Refusal::new(500, "server_error", "internal error"));
            }
            return Err(wrong("the document is not answered with 200"));
        }
        if !self.takes_type(&response, what) {
            return Err(wrong("the document is not application/json"));
        }
        let unbounded = match what {
            What::Document => self.has(Fault::AsDosUnboundedMetadata),
            What::KeySet => self.has(Fault::AsDosUnboundedKeySet),
        };
        let limit = if self.has(Fault::AsDocumentShortLimit) { 2000 } else { LONGEST };
        if response.body.len() > limit && !unbounded {
            return Err(wrong("the document is too long"));
        }
        let keeps = match what {
            What::KeySet if self.has(Fault::AsKeySetKeptForever) => i64::MAX,
            _ => self.keeps(&response),
        };
        if response.body.starts_with(b"\0{") && self.has(Fault::AsDocumentUtf16) {
            let units = response.body.chunks_exact(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0,
            });
            let text = char::decode_utf16(units).filter_map(Result::ok).collect();
            return Ok(Fetched { text, keeps, moved });
        }
        let text = String::from_utf8(response.body);
        Ok(Fetched { text: text.map_err(|_| wrong("the document is not UTF-8"))?, keeps, moved })
    }

    /// Where a broken server goes instead. Redirects are not followed (the draft, section 4).
    fn next_hop(&self, response: &Response, what: What) -> Option<String> {
        let status = response.status;
        let location = response.headers.get("location").map(str::to_owned);
        let follows = match what {
            What::KeySet => {
                self.has(Fault::AsKeySetRedirectFollowed)
                    || self.has(Fault::AsSsrfKeySetHopUnfiltered)
            }
            What::Document => {
                self.has(Fault::AsSsrfFollowRedirects)
                    || self.has(Fault::AsSsrfHopUnfiltered)
                    || self.has(Fault::AsSsrfRedirectProbed)
                    || self.has(Fault::AsDocumentFinalUrl)
                    || FOLLOWED.iter().any(|(of, fault)| *of == status && self.has(*fault))
            }
        };
        if (300..400).contains(&status) {
            return location.filter(|_| follows);
        }
        let refresh = response.headers.get("refresh")?;
        let target = refresh.split_once("url=").map(|(_, url)| url.to_owned());
        target.filter(|_| self.has(Fault::AsDocumentRefreshFollowed))
    }

    fn takes_status(&self, status: u16, what: What) -> bool {
        match what {
            What::KeySet => self.has(Fault::AsKeySetAnyStatus),
            What::Document => {
                (200..300).contains(&status) && self.has(Fault::AsClientAnySuccessStatus)
                    || status >= 400 && self.has(Fault::AsDocumentAnyStatus)
                    || TAKEN.iter().any(|(of, fault)| *of == status && self.has(*fault))
            }
        }
    }

    fn takes_type(&self, response: &Response, what: What) -> bool {
        let is = |media_type| response.is_media_type(media_type);
        let written = response.headers.get("content-type").unwrap_or_default();
        match what {
            What::KeySet => {
                is("application/json")
                    || is("application/jwk-set+json") && !self.has(Fault::AsKeySetTypeRefused)
                    || self.has(Fault::AsKeySetTypeUnchecked)
            }
            What::Document if is("application/json") => {
                let has_parameter = written.contains(';');
                let is_refused = has_parameter
                    && self.has(Fault::AsDocumentMediaTypeParameterRefused)
                    || written.starts_with('A') && self.has(Fault::AsDocumentMediaTypeCasefold);
                !is_refused
            }
            What::Document => {
                self.has(Fault::AsClientMediaTypeUnchecked)
                    || MISTAKEN.iter().any(|(media_type, fault)| {
                        (is(media_type) || written.is_empty() && media_type.is_empty())
                            && self.has(*fault)
                    })
            }
        }
    }

    /// How long a text is kept. What the client says about that is not asked for.
    fn keeps(&self, response: &Response) -> i64 {
        let said = response.headers.get("cache-control").and_then(|value| {
            let mut directives = value.split(',').map(str::trim);
            directives.find_map(|directive| directive.strip_prefix("max-age=")?.parse().ok())
        });
        match said {
            _ if self.has(Fault::AsClientDocumentNeverRefetched) => i64::MAX,
            Some(seconds) if self.has(Fault::AsDocumentMaxAgeUnlimited) => seconds,
            _ if self.has(Fault::AsDocumentNotKept) => 0,
            _ if self.varies(Variant::DocumentsNotKept) => 0,
            _ if self.varies(Variant::DocumentsKeptLonger) => 600,
            _ => KEPT,
        }
    }
}
