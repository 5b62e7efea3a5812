//! What broken servers read from the body of a pushed request, and what they make of parameters
//! that are repeated or optional. A correct server comes through all of it unchanged.

use super::incoming::Incoming;
use super::refusal::Refusal;
use super::state::Server;
use crate::Fault;
use crate::codec::form::Params;

impl Server {
    /// Reads a pushed request as this server does by mistake; `None` where it makes none here.
    pub(super) fn misread_form(&self, incoming: &Incoming<'_>) -> Option<Result<Params, Refusal>> {
        let read = |body: &[u8]| {
            Params::read(body).ok_or(Refusal::invalid_request("the body is not form-encoded"))
        };
        if incoming.method == "PUT" && self.has(Fault::AsParPutAccepted) {
            return Some(incoming.form());
        }
        if incoming.method != "POST" {
            return None;
        }
        let is = |media_type| incoming.is_media_type(media_type);
        let unlabelled = incoming.headers.get("content-type").is_none();
        if is("text/plain") && self.has(Fault::AsParTextAccepted)
            || unlabelled && self.has(Fault::AsParUnlabelledAccepted)
        {
            return Some(read(incoming.body));
        }
        if is("multipart/form-data") && self.has(Fault::AsParMultipartAccepted) {
            return Some(Ok(Params::of(parts(&String::from_utf8_lossy(incoming.body)))));
        }
        if incoming.body.is_empty() && self.has(Fault::AsParQueryRead) {
            return Some(incoming.query_params());
        }
        let text = String::from_utf8_lossy(incoming.body);
        if CRASHES.iter().any(|(fault, on)| self.has(*fault) && on(&text)) {
            return Some(Err(Refusal::new(500, "server_error", "internal error")));
        }
        if self.has(Fault::AsParPlusKept) {
            return Some(read(text.replace('+', "%2B").as_bytes()));
        }
        if self.has(Fault::AsParEscapedLettersKept) {
            return Some(read(without_letters(&text).as_bytes()));
        }
        None
    }

    /// Whether repeated parameters are taken by mistake. The first value is used.
    pub(super) fn forgives_repeated(&self, params: &Params) -> bool {
        let Some(name) = params.repeated() else { return true };
        let values: Vec<&str> = params.values(name).collect();
        match name {
            "client_id" => self.has(Fault::AsParDuplicateClientId),
            "redirect_uri" => self.has(Fault::AsParDuplicateRedirectUri),
            "client_assertion" => self.has(Fault::AsAssertionRepeatedTaken),
            _ => {
                values.iter().all(|value| Some(value) == values.first())
                    && self.has(Fault::AsParDuplicateAlike)
            }
        }
    }

    /// Whether a correct optional parameter is refused by mistake or by choice.
    pub(super) fn check_optional_parameters(&self, params: &Params) -> Result<(), Refusal> {
        let prompt = params.value("prompt");
        if prompt == Some("none") && self.has(Fault::AsParLoginRequired) {
            return Err(Refusal::new(400, "login_required", "nobody is signed in"));
        }
        let known = prompt.is_none_or(|p| ["none", "login", "consent", "create"].contains(&p));
        if prompt.is_some_and(|prompt| prompt != "none") && self.has(Fault::AsParPromptUnsupported)
            || !known && self.has(Fault::AsParPromptUnknownRefused)
        {
            return Err(Refusal::invalid_request("prompt is not supported"));
        }
        let mode = params.value("response_mode");
        if mode == Some("fragment") && self.has(Fault::AsParFragmentUnsupported) {
            return Err(Refusal::invalid_request("response_mode is not supported"));
        }
        let hint = params.value("login_hint").unwrap_or_default();
        if hint.contains('@') && self.has(Fault::AsParLoginHintEmailRefused)
            || hint.contains('.')
                && !hint.contains('@')
                && self.account(hint).is_none()
                && self.has(Fault::AsParLoginHintElsewhereRefused)
        {
            return Err(Refusal::invalid_request("login_hint names no account of this server"));
        }
        if params.value("grant_type").is_some() && self.has(Fault::AsParTokenParametersRefused) {
            return Err(Refusal::invalid_request("grant_type is of the token endpoint"));
        }
        Ok(())
    }

    /// Whether this response mode is one that the server answers in, or pretends to.
    pub(super) fn takes_response_mode(&self, mode: &str) -> bool {
        match mode {
            "query" | "fragment" => true,
            "form_post" => self.has(Fault::AsParFormPostAccepted),
            _ => self.has(Fault::AsParResponseModeUnchecked),
        }
    }
}

/// Whether a value makes a server fall over.
type Trigger = fn(&str) -> bool;

/// What makes a broken decoder fall over.
const CRASHES: &[(Fault, Trigger)] = &[
    (Fault::AsParBadEscapeCrash, |body| {
        escapes(body).any(|e| e.len() == 2 && !e.bytes().all(|b| b.is_ascii_hexdigit()))
    }),
    (Fault::AsParShortEscapeCrash, |body| escapes(body).any(|escape| escape.len() < 2)),
    (Fault::AsParNotUtf8Crash, |body| body.contains("%ff")),
    (Fault::AsParNulCrash, |body| body.contains("%00")),
    (Fault::AsParManyCrash, |body| body.split('&').count() > 1000),
];

/// What follows each percent sign, at most two characters.
fn escapes(body: &str) -> impl Iterator<Item = &str> {
    body.split('%').skip(1).map(|rest| rest.get(..2).unwrap_or(rest))
}

/// Escapes of letters as a decoder leaves them that only knows those of other characters.
fn without_letters(body: &str) -> String {
    let mut kept = String::new();
    for (i, piece) in body.split('%').enumerate() {
        let code = piece.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let sign = if code.is_some_and(|b| b.is_ascii_alphabetic()) { "%25" } else { "%" };
        kept.push_str(if i == 0 { "" } else { sign });
        kept.push_str(piece);
    }
    kept
}

/// The parts of a multipart body, as far as a client of ours writes them.
fn parts(body: &str) -> Vec<(String, String)> {
    let parts = body.split("--atproof");
    parts
        .filter_map(|part| {
            let (head, value) = part.split_once("\r\n\r\n")?;
            let name = head.split("name=\"").nth(1)?.split('"').next()?;
            Some((name.to_owned(), value.trim_end_matches("\r\n").to_owned()))
        })
        .collect()
}
