//! The character sets of RFC 6749, appendix A.

/// NQCHAR: what scope values and `error_uri` are made of.
pub(crate) const fn is_nqchar(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e')
}

/// NQSCHAR: what `error` and `error_description` are made of.
pub(crate) const fn is_nqschar(c: char) -> bool {
    c == ' ' || is_nqchar(c)
}

/// VSCHAR: what tokens and codes are made of.
pub(crate) const fn is_vschar(c: char) -> bool {
    matches!(c, '\x20'..='\x7e')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclude_quotation_mark_and_backslash() {
        for (c, nqchar, nqschar, vschar) in [
            ('a', true, true, true),
            ('~', true, true, true),
            (' ', false, true, true),
            ('"', false, false, true),
            ('\\', false, false, true),
            ('\x7f', false, false, false),
            ('\n', false, false, false),
            ('é', false, false, false),
        ] {
            assert_eq!((is_nqchar(c), is_nqschar(c), is_vschar(c)), (nqchar, nqschar, vschar));
        }
    }
}
