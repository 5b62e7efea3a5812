//! Challenges: the `WWW-Authenticate` field (RFC 9110, section 11).
//!
//! The field is a list of challenges, and a challenge may hold a list of parameters, both with
//! commas. What follows a comma is a parameter where `=` comes after its first token, and the next
//! challenge otherwise.

use super::characters::{is_nqchar, is_nqschar};
use crate::{Defect, Position};

/// One challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The authentication scheme as spelled.
    pub scheme: String,
    /// The parameters in order and with duplicates: names as spelled, values unquoted.
    pub params: Vec<(String, String)>,
    /// The token68 that some schemes have in place of parameters.
    pub token68: Option<String>,
}

impl Challenge {
    /// Whether the scheme is this one, without regard to case.
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The first parameter of that name, without regard to case.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// Reads the values of all `WWW-Authenticate` fields of a response, in order.
///
/// Positions count bytes from the start of the field in which the defect stands; where there are
/// several fields, the detail says which. After a defect reading goes on at the next comma.
pub fn parse(values: &[&[u8]]) -> (Vec<Challenge>, Vec<Defect>) {
    let mut challenges = Vec::new();
    let mut defects = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let mut reader = Reader { bytes: value, at: 0, defects: Vec::new() };
        challenges.extend(reader.challenges());
        for mut defect in reader.defects {
            if values.len() > 1 {
                defect.detail.push_str(&format!(" (field {})", index + 1));
            }
            defects.push(defect);
        }
    }
    (challenges, defects)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    defects: Vec<Defect>,
}

impl Reader<'_> {
    fn challenges(&mut self) -> Vec<Challenge> {
        let mut challenges = Vec::new();
        let mut due = 0;
        loop {
            self.separators(due);
            due = 1;
            if self.peek().is_none() {
                return challenges;
            }
            match self.token() {
                Some(scheme) => challenges.push(self.challenge(scheme)),
                None => self.syntax("no authentication scheme where one is due"),
            }
        }
    }

    /// Reads what follows a scheme, up to the comma before the next challenge.
    fn challenge(&mut self, scheme: String) -> Challenge {
        let mut challenge = Challenge { scheme, params: Vec::new(), token68: None };
        match self.peek() {
            None | Some(b',') => return challenge,
            Some(b' ') => {}
            Some(b'\t') => self.report("challenge.bad-white-space", "tab after the scheme"),
            Some(_) => {
                self.syntax("character that schemes do not have");
                return challenge;
            }
        }
        self.white_space();
        challenge.token68 = self.token68();
        if challenge.token68.is_none() {
            self.params(&mut challenge);
        }
        challenge
    }

    fn params(&mut self, challenge: &mut Challenge) {
        let mut due = 0;
        loop {
            let (start, commas) = self.separators_ahead();
            let Some(equals) = self.equals_ahead(start) else {
                let ends = start == self.bytes.len();
                if !ends && commas == 0 {
                    self.at = start;
                    self.syntax("neither a parameter nor a comma");
                    due = 1;
                    continue;
                }
                return;
            };
            if commas < due {
                self.at = start;
                self.report("challenge.missing-comma", "no comma before the parameter");
            } else {
                self.separators(due);
            }
            due = 1;
            let name = self.token().unwrap_or_default();
            if self.white_space() {
                self.report("challenge.bad-white-space", "white space before the equals sign");
            }
            self.at = equals + 1;
            if self.white_space() {
                self.report("challenge.bad-white-space", "white space after the equals sign");
            }
            let value = match self.peek() {
                Some(b'"') => Some(self.quoted_string()),
                _ => self.token(),
            };
            match value {
                Some(value) => self.push(challenge, start, name, value),
                None => self.syntax("parameter without a value"),
            }
        }
    }

    fn push(&mut self, challenge: &mut Challenge, start: usize, name: String, value: String) {
        let of_bearer_token = challenge.is("DPoP") || challenge.is("Bearer");
        if challenge.param(&name).is_some() {
            let clause = if of_bearer_token { ATTRIBUTES } else { "RFC 9110, section 11.2" };
            let why = format!("more than one {name}");
            let at = Position::Byte(start);
            self.defects.push(Defect::new("challenge.repeated-parameter", clause, at, why));
        }
        let allowed: fn(char) -> bool = match name.to_ascii_lowercase().as_str() {
            "error" | "error_description" | "scope" if of_bearer_token => is_nqschar,
            "error_uri" if of_bearer_token => is_nqchar,
            _ => |_| true,
        };
        if let Some(c) = value.chars().find(|&c| !allowed(c)) {
            let why = format!("character {c:?} is not allowed in {name}");
            let at = Position::Byte(start);
            self.defects.push(Defect::new("challenge.character", ATTRIBUTES, at, why));
        }
        challenge.params.push((name, value));
    }

    /// Where the next list element starts, and the number of commas before it.
    fn separators_ahead(&self) -> (usize, usize) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| b" \t,".contains(byte)).count();
        let commas = rest.iter().take(length).filter(|&&byte| byte == b',').count();
        (self.at + length, commas)
    }

    /// Goes to the next list element; more commas than are due stand around an empty element.
    fn separators(&mut self, due: usize) {
        let (start, commas) = self.separators_ahead();
        let ends = start == self.bytes.len();
        if commas > due || (ends && commas > 0) {
            self.report("challenge.empty-element", "comma with nothing before or after it");
        }
        self.at = start;
    }

    /// Where the equals sign stands, if a parameter starts at `start`.
    fn equals_ahead(&self, start: usize) -> Option<usize> {
        let rest = self.bytes.get(start..)?;
        let name = rest.iter().take_while(|&&byte| is_tchar(byte)).count();
        let space = rest.iter().skip(name).take_while(|byte| b" \t".contains(byte)).count();
        let at = name + space;
        (name > 0 && rest.get(at) == Some(&b'=')).then_some(start + at)
    }

    fn token(&mut self) -> Option<String> {
        let rest = self.bytes.get(self.at..)?;
        let length = rest.iter().take_while(|&&byte| is_tchar(byte)).count();
        self.take(length)
    }

    /// A token68, which has to be all that follows the scheme.
    fn token68(&mut self) -> Option<String> {
        let rest = self.bytes.get(self.at..)?;
        let is_token68 = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
        let body = rest.iter().take_while(|&&byte| is_token68(byte)).count();
        let padding = rest.iter().skip(body).take_while(|&&byte| byte == b'=').count();
        let length = body + padding;
        let after = rest.iter().skip(length).find(|byte| !b" \t".contains(byte));
        let stands_alone = body > 0 && matches!(after, None | Some(b','));
        self.take(if stands_alone { length } else { 0 })
    }

    fn take(&mut self, length: usize) -> Option<String> {
        let text = self.bytes.get(self.at..self.at + length).filter(|text| !text.is_empty())?;
        self.at += length;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn quoted_string(&mut self) -> String {
        let start = self.at;
        let mut text = Vec::new();
        let mut escaped = false;
        let mut closed = false;
        self.at += 1;
        while let Some(byte) = self.peek() {
            if (byte < b' ' && byte != b'\t') || byte == 0x7f {
                self.report("challenge.control-character", "control character in quotes");
            }
            self.at += 1;
            match byte {
                b'"' if !escaped => {
                    closed = true;
                    break;
                }
                b'\\' if !escaped => escaped = true,
                _ => {
                    text.push(byte);
                    escaped = false;
                }
            }
        }
        if !closed {
            let at = Position::Byte(start);
            let why = "quotation mark that is never closed";
            self.defects.push(Defect::new("challenge.unclosed-quote", GRAMMAR, at, why));
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Passes white space over and says whether there was any.
    fn white_space(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|byte| b" \t".contains(&byte)) {
            self.at += 1;
        }
        self.at > start
    }

    /// Reports something that fits no rule of the grammar, and goes to the next comma.
    fn syntax(&mut self, why: &str) {
        self.report("challenge.syntax", why);
        while let Some(byte) = self.peek().filter(|&byte| byte != b',') {
            if byte == b'"' {
                self.quoted_string();
            } else {
                self.at += 1;
            }
        }
    }

    fn report(&mut self, code: &'static str, why: &str) {
        self.defects.push(Defect::new(code, GRAMMAR, Position::Byte(self.at), why));
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

/// The characters of a token (RFC 9110, section 5.6.2).
const fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

const GRAMMAR: &str = "RFC 9110, section 11.6.1";
const ATTRIBUTES: &str = "RFC6750-3-02";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reading::report;

    /// Challenges in a short form: `scheme(name=value,...)` or `scheme:token68`.
    fn short(challenges: &[Challenge]) -> Vec<String> {
        challenges
            .iter()
            .map(|challenge| {
                let params: Vec<_> =
                    challenge.params.iter().map(|(n, v)| format!("{n}={v}")).collect();
                match &challenge.token68 {
                    Some(token68) => format!("{}:{token68}", challenge.scheme),
                    None => format!("{}({})", challenge.scheme, params.join(",")),
                }
            })
            .collect()
    }

    #[test]
    fn reads_the_grammar() {
        for (value, expected) in [
            ("", vec![]),
            ("DPoP", vec!["DPoP()"]),
            ("DPoP ", vec!["DPoP()"]),
            ("DPoP algs=ES256", vec!["DPoP(algs=ES256)"]),
            ("DPoP algs=\"ES256 PS256\"", vec!["DPoP(algs=ES256 PS256)"]),
            ("dpop  a=b ,\tc=\"d\" , e=f", vec!["dpop(a=b,c=d,e=f)"]),
            ("Bearer, DPoP", vec!["Bearer()", "DPoP()"]),
            (
                "Bearer realm=\"a, b\", DPoP algs=\"ES256\", error=\"x\"",
                vec!["Bearer(realm=a, b)", "DPoP(algs=ES256,error=x)"],
            ),
            ("Bearer realm=x, Basic", vec!["Bearer(realm=x)", "Basic()"]),
            ("X a=\"q\\\"\\\\\\z\"", vec!["X(a=q\"\\z)"]),
            ("X a=\"\"", vec!["X(a=)"]),
            ("Negotiate abc/+==", vec!["Negotiate:abc/+=="]),
            ("Negotiate abc , DPoP a=b", vec!["Negotiate:abc", "DPoP(a=b)"]),
            ("Negotiate a=, Basic realm=\"x\"", vec!["Negotiate:a=", "Basic(realm=x)"]),
        ] {
            let (challenges, defects) = parse(&[value.as_bytes()]);
            assert_eq!((short(&challenges), defects), (strings(&expected), vec![]), "{value}");
        }
    }

    fn strings(list: &[&str]) -> Vec<String> {
        list.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn reports_what_breaks_the_grammar_and_carries_on() {
        for (value, expected, code, at) in [
            (",DPoP", vec!["DPoP()"], "challenge.empty-element", 0),
            ("DPoP,", vec!["DPoP()"], "challenge.empty-element", 4),
            ("DPoP a=b,,c=d", vec!["DPoP(a=b,c=d)"], "challenge.empty-element", 8),
            ("DPoP a=b,", vec!["DPoP(a=b)"], "challenge.empty-element", 8),
            ("DPoP , a=b", vec!["DPoP(a=b)"], "challenge.empty-element", 5),
            ("A, , B", vec!["A()", "B()"], "challenge.empty-element", 1),
            ("\"DPoP\", B", vec!["B()"], "challenge.syntax", 0),
            ("DPoP=x, B", vec!["DPoP()", "B()"], "challenge.syntax", 4),
            ("DPoP\ta=b", vec!["DPoP(a=b)"], "challenge.bad-white-space", 4),
            ("DPoP a =b", vec!["DPoP(a=b)"], "challenge.bad-white-space", 7),
            ("DPoP a= b", vec!["DPoP(a=b)"], "challenge.bad-white-space", 8),
            ("DPoP a=b c=d", vec!["DPoP(a=b,c=d)"], "challenge.missing-comma", 9),
            ("DPoP a=\"b\"c=d", vec!["DPoP(a=b,c=d)"], "challenge.missing-comma", 10),
            ("DPoP algs=ES256 PS256, e=f", vec!["DPoP(algs=ES256,e=f)"], "challenge.syntax", 16),
            ("DPoP a=b, c=, e=f", vec!["DPoP(a=b,e=f)"], "challenge.syntax", 12),
            ("DPoP a=\"b", vec!["DPoP(a=b)"], "challenge.unclosed-quote", 7),
            ("DPoP a=\"b\\\"", vec!["DPoP(a=b\")"], "challenge.unclosed-quote", 7),
            ("X a=\"b\u{1}\"", vec!["X(a=b\u{1})"], "challenge.control-character", 6),
            ("DPoP a=b, A=c", vec!["DPoP(a=b,A=c)"], "challenge.repeated-parameter", 10),
            ("DPoP error=\"a\\\"b\"", vec!["DPoP(error=a\"b)"], "challenge.character", 5),
            ("Bearer error_uri=\"a b\"", vec!["Bearer(error_uri=a b)"], "challenge.character", 7),
            ("DPoP scope=\"é\"", vec!["DPoP(scope=é)"], "challenge.character", 5),
        ] {
            let (challenges, defects) = parse(&[value.as_bytes()]);
            let [defect] = defects.as_slice() else { panic!("{value}: {defects:?}") };
            assert_eq!(short(&challenges), strings(&expected), "{value}");
            assert_eq!((defect.code, &defect.at), (code, &Position::Byte(at)), "{value}");
        }
    }

    #[test]
    fn joins_several_fields_and_says_which_is_wrong() {
        let (challenges, defects) = parse(&[b"Bearer", b"DPoP a=b a"]);
        assert_eq!(short(&challenges), ["Bearer()", "DPoP(a=b)"]);
        let [defect] = defects.as_slice() else { panic!("{defects:?}") };
        assert!(defect.detail.ends_with("(field 2)"));
    }

    #[test]
    fn lets_other_schemes_use_other_characters() {
        let (_, defects) = parse(&["Digest realm=\"é\", error=\"a\\\"b\"".as_bytes()]);
        assert_eq!(defects, vec![]);
        let (_, defects) = parse(&[b"Digest a=b, a=c"]);
        assert_eq!(defects.first().unwrap().clause, "RFC 9110, section 11.2");
    }

    #[test]
    fn finds_parameters_without_regard_to_case() {
        let (challenges, _) = parse(&[b"dPoP Algs=ES256, algs=x"]);
        let challenge = challenges.first().unwrap();
        assert!(challenge.is("DPoP") && !challenge.is("Bearer"));
        assert_eq!((challenge.param("ALGS"), challenge.param("error")), (Some("ES256"), None));
    }

    #[test]
    fn the_findings_of_a_thoroughly_bad_field() {
        let value = b",Bearer realm =a realm=b, error=\"x\\\"\x01\",, DPoP: x, =, algs=\"ES256";
        let (challenges, defects) = parse(&[value]);
        insta::assert_snapshot!(short(&challenges).join("\n"), @r#"
        Bearer(realm=a,realm=b,error=x")
        DPoP()
        algs()
        "#);
        insta::assert_snapshot!(report(&defects), @r#"
        challenge.empty-element (RFC 9110, section 11.6.1)
          byte 0: comma with nothing before or after it
        challenge.bad-white-space (RFC 9110, section 11.6.1)
          byte 14: white space before the equals sign
        challenge.missing-comma (RFC 9110, section 11.6.1)
          byte 17: no comma before the parameter
        challenge.repeated-parameter (RFC6750-3-02)
          byte 17: more than one realm
        challenge.control-character (RFC 9110, section 11.6.1)
          byte 36: control character in quotes
        challenge.character (RFC6750-3-02)
          byte 26: character '"' is not allowed in error
        challenge.empty-element (RFC 9110, section 11.6.1)
          byte 38: comma with nothing before or after it
        challenge.syntax (RFC 9110, section 11.6.1)
          byte 45: character that schemes do not have
        challenge.syntax (RFC 9110, section 11.6.1)
          byte 50: no authentication scheme where one is due
        challenge.syntax (RFC 9110, section 11.6.1)
          byte 57: character that schemes do not have
        challenge.unclosed-quote (RFC 9110, section 11.6.1)
          byte 58: quotation mark that is never closed
        "#);
    }

    proptest! {
        #[test]
        fn never_panics(value in any::<Vec<u8>>(), text in "[aB=, \t\"\\\\]{0,20}") {
            let _ = parse(&[&value, text.as_bytes()]);
        }

        #[test]
        fn what_is_quoted_reads_the_same(
            scheme in "[A-Za-z]{1,8}",
            params in prop::collection::vec(("[a-z]{1,5}", "[ -~]{0,9}"), 1..4),
        ) {
            let quoted: Vec<_> = params
                .iter()
                .map(|(n, v)| format!("{n}=\"{}\"", v.replace('\\', "\\\\").replace('"', "\\\"")))
                .collect();
            let (challenges, _) = parse(&[format!("{scheme} {}", quoted.join(", ")).as_bytes()]);
            prop_assert_eq!(challenges, [Challenge { scheme, params, token68: None }]);
        }
    }
}
