//! The domain name grammar that handles, `did:web` hosts and NSID authorities share.

/// What breaks the grammar of a domain name, with the offset where it does.
pub(crate) fn fault(name: &str) -> Option<(usize, &'static str)> {
    if name.len() > MAX_NAME {
        return Some((MAX_NAME, "longer than 253 characters"));
    }
    let mut start = 0;
    for label in name.split('.') {
        if let Some((at, why)) = label_fault(label) {
            return Some((start + at, why));
        }
        start += label.len() + 1;
    }
    let Some((front, last)) = name.rsplit_once('.') else {
        return Some((0, "only one label"));
    };
    let letter_first = last.starts_with(|c: char| c.is_ascii_alphabetic());
    (!letter_first).then_some((front.len() + 1, "last label does not start with a letter"))
}

/// What breaks the grammar of one label, with the offset where it does.
pub(crate) fn label_fault(label: &str) -> Option<(usize, &'static str)> {
    if label.is_empty() {
        return Some((0, "empty label"));
    }
    if let Some(at) = label.find(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
        return Some((at, "character other than letter, digit and hyphen"));
    }
    if label.len() > MAX_LABEL {
        return Some((MAX_LABEL, "label longer than 63 characters"));
    }
    if label.starts_with('-') {
        return Some((0, "label starts with a hyphen"));
    }
    label.ends_with('-').then(|| (label.len() - 1, "label ends with a hyphen"))
}

const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;
