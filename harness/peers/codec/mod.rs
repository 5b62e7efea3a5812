//! Small codecs of the peer's own, so that reader and judged reader do not share their mistakes.

pub(crate) mod base64url;
pub(crate) mod content;
pub(crate) mod form;
pub(crate) mod json;
