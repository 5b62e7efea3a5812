//! Sign-in and consent through plain HTML forms, on servers that nobody here has seen.
//!
//! Controls are found by type, name and label. Nothing keys on one server's paths or texts.

use atproof_protocol::form;
use atproof_protocol::http::Request;
use html5gum::{Token, Tokenizer};
use url::Url;

use super::browse::{Arrival, Browser, Page, origin, page_request};
use super::forged::SITE;
use super::{ConsentError, Decision, Ending, Sessions};
use crate::model::Account;

/// Pages with forms that are followed before giving up.
const MOST_PAGES: usize = 8;

const IDENTIFIER_WORDS: [&str; 6] = ["user", "ident", "handle", "login", "email", "account"];
const APPROVE_WORDS: [&str; 9] =
    ["accept", "allow", "approve", "authorize", "authorise", "consent", "grant", "continue", "yes"];
const DENY_WORDS: [&str; 6] = ["deny", "reject", "cancel", "refuse", "decline", "no"];

/// Follows forms until the server redirects away or refuses.
pub(super) async fn follow(
    browser: &mut Browser<'_>,
    account: &Account,
    page: Page,
    decision: Decision,
) -> Result<Ending, ConsentError> {
    let mut page = page;
    let mut signed_in = false;
    for _ in 0..MOST_PAGES {
        let forms = forms(&page.text);
        let submission = match forms.iter().find(|form| form.has_password()) {
            Some(_) if signed_in => {
                let result = Err(ConsentError::SignIn(page.excerpt()));
                browser.signed_in(&result).await;
                return result.map(Ending::Redirect);
            }
            Some(form) => {
                signed_in = true;
                form.sign_in(account, decision)
            }
            None => match forms.iter().find_map(|form| form.decide(decision)) {
                Some(submission) => submission,
                // A page of an error that comes with a status of success.
                None => return Ok(page.refusal()),
            },
        };
        let request = submission.request(&page.url)?;
        match browser.navigate(request).await? {
            Arrival::Left(redirect) => {
                if signed_in {
                    browser.signed_in(&Ok(account.identifier.clone())).await;
                }
                return Ok(Ending::Redirect(redirect));
            }
            Arrival::Page(next) if next.status >= 400 && signed_in && is_sign_in(&next) => {
                let result = Err(ConsentError::SignIn(next.excerpt()));
                browser.signed_in(&result).await;
                return result.map(Ending::Redirect);
            }
            Arrival::Page(next) if next.status >= 400 => return Ok(next.refusal()),
            Arrival::Page(next) => page = next,
        }
    }
    Err(ConsentError::Page(format!("more than {MOST_PAGES} pages with forms")))
}

/// Looks on a page for forms that name a client, each of which ends a session, and submits them
/// where that is asked. Gives their number; `None` where the page names nobody and has no forms.
pub(super) async fn sessions(
    browser: &mut Browser<'_>,
    page: &Page,
    client_id: &str,
    what: Sessions,
) -> Result<Option<usize>, ConsentError> {
    if is_sign_in(page) {
        return Ok(None);
    }
    let forms = forms(&page.text);
    let names = |form: &&Form| form.fixed_pairs().iter().any(|(_, value)| value == client_id);
    let own: Vec<&Form> = forms.iter().filter(names).collect();
    if what == Sessions::End {
        for form in &own {
            let request = form.submission(form.fixed_pairs()).request(&page.url)?;
            if let Arrival::Page(answer) = browser.navigate(request).await?
                && answer.status >= 400
            {
                return Err(ConsentError::Page(answer.excerpt()));
            }
        }
    }
    Ok(Some(own.len()))
}

/// The approval on a page as another site would send it, which has seen `seen` and knows the URL of
/// the request. `None` where the page has no such form without a password.
pub(super) fn forge(page: &Page, seen: &Page, url: &str) -> Result<Option<Request>, ConsentError> {
    let forms = forms(&page.text);
    let mut forms = forms.iter().filter(|form| !form.has_password());
    let found = forms.find_map(|form| {
        let buttons: Vec<String> = form.buttons().map(|button| button.value.clone()).collect();
        Some((buttons, form.decide(Decision::Approve)?))
    });
    let Some((buttons, mut submission)) = found else { return Ok(None) };
    let own: Vec<(String, String)> = hidden_fields(&seen.text).collect();
    let url = Url::parse(url).map_err(|error| ConsentError::Page(error.to_string()))?;
    let of_request: Vec<String> = url.query_pairs().map(|(_, value)| value.into_owned()).collect();
    submission.pairs = std::mem::take(&mut submission.pairs)
        .into_iter()
        .filter_map(|(name, value)| {
            if of_request.contains(&value) || buttons.contains(&value) {
                return Some((name, value));
            }
            // What else there is it can only take from its own page.
            own.iter().find(|(of_own, _)| *of_own == name).cloned()
        })
        .collect();
    let mut request = submission.request(&page.url)?;
    for (name, value) in [("Sec-Fetch-Site", "cross-site"), ("Origin", SITE)] {
        request.headers.set(name, value);
    }
    request.headers.remove("Referer");
    Ok(Some(request))
}

fn is_sign_in(page: &Page) -> bool {
    forms(&page.text).iter().any(Form::has_password)
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Form {
    action: String,
    is_post: bool,
    controls: Vec<Control>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Control {
    kind: String,
    name: String,
    value: String,
    label: String,
    checked: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Submission {
    action: String,
    is_post: bool,
    pairs: Vec<(String, String)>,
}

impl Form {
    fn has_password(&self) -> bool {
        self.controls.iter().any(|control| control.kind == "password")
    }

    /// The submission that signs in. Where the form asks for the decision too, it carries it out.
    fn sign_in(&self, account: &Account, decision: Decision) -> Submission {
        let mut pairs = self.left_pairs(decision);
        let texts = || self.controls.iter().filter(|c| matches!(&*c.kind, "text" | "email"));
        let named = texts().find(|c| {
            let name = c.name.to_ascii_lowercase();
            IDENTIFIER_WORDS.iter().any(|word| name.contains(word))
        });
        if let Some(control) = named.or_else(|| texts().next()) {
            pairs.push((control.name.clone(), account.identifier.clone()));
        }
        for control in self.controls.iter().filter(|c| c.kind == "password") {
            pairs.push((control.name.clone(), account.password.clone()));
        }
        let asks = self.buttons().any(|b| b.says(&APPROVE_WORDS) && !b.says(&DENY_WORDS));
        let denies = asks && decision == Decision::Deny;
        let deny = self.buttons().find(|b| denies && b.says(&DENY_WORDS));
        let button = deny.or_else(|| self.buttons().find(|b| !b.says(&DENY_WORDS)));
        if let Some(button) = button.filter(|b| !b.name.is_empty()) {
            pairs.push((button.name.clone(), button.value.clone()));
        }
        self.submission(pairs)
    }

    /// The submission that carries the decision out, if this form offers it.
    fn decide(&self, decision: Decision) -> Option<Submission> {
        let (wanted, other) = match decision {
            Decision::Approve | Decision::Narrow(_) => {
                (APPROVE_WORDS.as_slice(), DENY_WORDS.as_slice())
            }
            Decision::Deny => (DENY_WORDS.as_slice(), APPROVE_WORDS.as_slice()),
        };
        let mut buttons = self.buttons();
        let button = buttons.find(|b| b.says(wanted) && !b.says(other));
        let only = || self.buttons().next().filter(|_| self.buttons().count() == 1);
        let button = button.or_else(|| only().filter(|b| !b.says(other)))?;
        let mut pairs = self.left_pairs(decision);
        if !button.name.is_empty() {
            pairs.push((button.name.clone(), button.value.clone()));
        }
        Some(self.submission(pairs))
    }

    fn buttons(&self) -> impl Iterator<Item = &Control> {
        self.controls.iter().filter(|c| c.kind == "submit")
    }

    /// Hidden fields, and boxes that are ticked already.
    fn fixed_pairs(&self) -> Vec<(String, String)> {
        self.controls
            .iter()
            .filter(|c| c.kind == "hidden" || c.checked)
            .map(|c| (c.name.clone(), c.value.clone()))
            .collect()
    }

    /// The fixed pairs without the boxes of scopes that the user takes out.
    fn left_pairs(&self, decision: Decision) -> Vec<(String, String)> {
        let mut pairs = self.fixed_pairs();
        if let Decision::Narrow(scope) = decision {
            let is_box = |(name, value): &(String, String)| {
                let same = |c: &&Control| c.checked && c.name == *name && c.value == *value;
                self.controls.iter().find(same).is_some_and(|c| c.kind == "checkbox")
            };
            pairs.retain(|pair| !is_box(pair) || scope.split(' ').any(|kept| kept == pair.1));
        }
        pairs
    }

    fn submission(&self, pairs: Vec<(String, String)>) -> Submission {
        Submission { action: self.action.clone(), is_post: self.is_post, pairs }
    }
}

impl Control {
    fn says(&self, words: &[&str]) -> bool {
        let texts = [&self.label, &self.value, &self.name];
        texts.iter().any(|text| {
            let text = text.to_ascii_lowercase();
            let mut spoken = text.split(|c: char| !c.is_ascii_alphabetic());
            spoken.any(|spoken| words.contains(&spoken))
        })
    }
}

impl Submission {
    fn request(&self, page: &str) -> Result<Request, ConsentError> {
        let base = Url::parse(page).map_err(|error| ConsentError::Page(error.to_string()))?;
        let url = if self.action.is_empty() { Ok(base) } else { base.join(&self.action) };
        let mut url = url.map_err(|error| ConsentError::Page(format!("form action: {error}")))?;
        if origin(url.as_str()) != origin(page) {
            return Err(ConsentError::Page("a form leads to another server".to_owned()));
        }
        let body = form::encode(&self.pairs);
        let request = if self.is_post {
            page_request("POST", url.as_str(), "same-origin")
                .body("application/x-www-form-urlencoded", body)
                .header("Origin", origin(page))
        } else {
            url.set_query(Some(&body));
            page_request("GET", url.as_str(), "same-origin")
        };
        Ok(request.header("Referer", page))
    }
}

/// The forms of a page, in order.
fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut inside = false;
    let mut in_button = false;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => {
                let attribute = |name: &str| {
                    let value = tag.attributes.get(name.as_bytes());
                    value.map(|value| String::from_utf8_lossy(value).into_owned())
                };
                let text = |name: &str| attribute(name).unwrap_or_default();
                match &**tag.name {
                    b"form" => {
                        inside = true;
                        forms.push(Form {
                            action: text("action"),
                            is_post: text("method").eq_ignore_ascii_case("post"),
                            controls: Vec::new(),
                        });
                    }
                    name @ (b"input" | b"button") if inside => {
                        let kind = match (name, text("type").to_ascii_lowercase().as_str()) {
                            (b"button", "" | "submit") | (b"input", "image") => "submit".to_owned(),
                            (b"input", "") => "text".to_owned(),
                            (_, kind) => kind.to_owned(),
                        };
                        in_button = name == b"button";
                        let checked = matches!(&*kind, "checkbox" | "radio")
                            && attribute("checked").is_some();
                        if let Some(form) = forms.last_mut() {
                            form.controls.push(Control {
                                kind,
                                name: text("name"),
                                value: text("value"),
                                label: text("aria-label"),
                                checked,
                            });
                        }
                    }
                    _ => {}
                }
            }
            Token::EndTag(tag) => match &**tag.name {
                b"form" => inside = false,
                b"button" => in_button = false,
                _ => {}
            },
            Token::String(text) if in_button => {
                let control = forms.last_mut().and_then(|form| form.controls.last_mut());
                if let Some(control) = control {
                    control.label.push_str(&String::from_utf8_lossy(&text));
                }
            }
            _ => {}
        }
    }
    forms
}

/// The submission of the first form of a page at its own origin that has all of these fields, with
/// its hidden ones. `None` where there is no such form.
pub(crate) fn fill_in(page: &str, html: &str, fields: &[(String, String)]) -> Option<Request> {
    let forms = forms(html);
    let has = |form: &Form, name: &str| form.controls.iter().any(|control| control.name == name);
    let form = forms.iter().find(|form| fields.iter().all(|(name, _)| has(form, name)))?;
    let mut pairs = form.fixed_pairs();
    pairs.retain(|(name, _)| fields.iter().all(|(filled, _)| filled != name));
    pairs.extend_from_slice(fields);
    let button = form.buttons().next().filter(|button| !button.name.is_empty());
    pairs.extend(button.map(|button| (button.name.clone(), button.value.clone())));
    form.submission(pairs).request(page).ok()
}

/// Name and value of the hidden fields of a page.
pub(crate) fn hidden_fields(html: &str) -> impl Iterator<Item = (String, String)> {
    let controls = forms(html).into_iter().flat_map(|form| form.controls);
    controls.filter(|control| control.kind == "hidden").map(|control| (control.name, control.value))
}

/// The text of a page that a person would see, white space folded.
pub(crate) fn visible_text(html: &str) -> String {
    let mut words = Vec::new();
    let mut hidden = false;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => hidden = matches!(&**tag.name, b"script" | b"style"),
            Token::EndTag(_) => hidden = false,
            Token::String(text) if !hidden => {
                let text = String::from_utf8_lossy(&text).into_owned();
                words.extend(text.split_whitespace().map(str::to_owned));
            }
            _ => {}
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account { identifier: "alice.test".into(), password: "secret".into() }
    }

    #[test]
    fn finds_the_fields_of_a_sign_in_form() {
        let page = r#"<form method=POST action="/in"><input type=hidden name=csrf value=1>
            <input name=search><input name=Username><input type=password name=pw>
            <button name=go value=1>Sign in</button></form>"#;
        let submission = forms(page)[0].sign_in(&account(), Decision::Deny);
        let pairs: Vec<_> =
            submission.pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let expected = [("csrf", "1"), ("Username", "alice.test"), ("pw", "secret"), ("go", "1")];
        assert_eq!(pairs, expected);
        assert!(submission.is_post);
    }

    #[test]
    fn the_form_with_a_field_is_filled_in() {
        let page = r#"<form action=/search><input name=q></form><form method=post action="/in">
            <input type=hidden name=csrf value=1><input name=handle value=x><button>Go</button>"#;
        let fields = [("handle".to_owned(), "alice.test".to_owned())];
        let request = fill_in("https://app.test/login", page, &fields).unwrap();
        assert_eq!((&*request.method, &*request.url), ("POST", "https://app.test/in"));
        assert_eq!(request.body, b"csrf=1&handle=alice.test");
        let elsewhere = page.replace("/in", "https://other.test/in");
        assert_eq!(fill_in("https://app.test/login", &elsewhere, &fields), None);
        assert_eq!(fill_in("https://app.test/login", "<input name=handle>", &fields), None);
    }

    #[test]
    fn one_form_may_hold_sign_in_and_consent() {
        let page = r#"<form method=post><input name=user><input type=password name=pw>
            <button name=d value=ok>Allow</button><button name=d value=no>Deny</button></form>"#;
        let pressed =
            |decision| forms(page)[0].sign_in(&account(), decision).pairs.pop().unwrap().1;
        assert_eq!(pressed(Decision::Approve), "ok");
        assert_eq!(pressed(Decision::Deny), "no");
    }

    #[test]
    fn tells_approval_from_refusal() {
        let page = r#"<form method=post action=/c><button name=d value=deny>No, cancel</button>
            <button name=d value=ok>Authorize</button></form>"#;
        let form = &forms(page)[0];
        assert_eq!(form.decide(Decision::Approve).unwrap().pairs, [("d".into(), "ok".into())]);
        assert_eq!(form.decide(Decision::Deny).unwrap().pairs, [("d".into(), "deny".into())]);
    }

    #[test]
    fn boxes_of_scopes_are_unticked() {
        let page = r#"<form method=post action=/c><input type=hidden name=r value=x>
            <input type=checkbox name=a value=repo:* checked><input type=checkbox name=b
            value=blob:*/* checked><button name=d value=ok>Allow</button></form>"#;
        let submission = forms(page)[0].decide(Decision::Narrow("atproto repo:*")).unwrap();
        let names: Vec<&str> = submission.pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["r", "a", "d"]);
    }

    #[test]
    fn another_site_knows_its_own_pages_alone() {
        let page = |csrf: &str, request: &str| Page {
            url: "https://as.example/authorize".to_owned(),
            status: 200,
            text: format!(
                r#"<form method=post action=/c><input type=hidden name=csrf value={csrf}>
                <input type=hidden name=r value={request}><input type=hidden name=n value=once>
                <button name=d value=ok>Allow</button></form>"#
            ),
        };
        let seen =
            Page { text: page("theirs", "urn:b").text.replace("name=n", ""), ..page("", "") };
        let url = "https://as.example/authorize?request_uri=urn%3Aa";
        let request = forge(&page("ours", "urn:a"), &seen, url).unwrap().unwrap();
        assert_eq!(request.body, b"csrf=theirs&r=urn%3Aa&d=ok");
        assert_eq!(request.headers.get("origin"), Some(SITE));
        assert_eq!(request.headers.get("referer"), None);
        let locked = Page { text: "<form><input type=password></form>".to_owned(), ..page("", "") };
        assert_eq!(forge(&locked, &seen, url).unwrap(), None);
    }

    #[test]
    fn one_form_for_password_and_decision() {
        let page = r#"<form method=post><input name=user><input type=password name=pw>
            <button name=d value=ok>Accept</button><button name=d value=no>Deny</button></form>"#;
        let form = &forms(page)[0];
        for (decision, value) in [(Decision::Approve, "ok"), (Decision::Deny, "no")] {
            let submission = form.sign_in(&account(), decision);
            assert_eq!(submission.pairs.last().unwrap(), &("d".to_owned(), value.to_owned()));
        }
    }

    #[test]
    fn two_forms_with_a_button_each() {
        let page = r#"<form action=/no method=post><input type=submit value=Deny></form>
            <form action=/yes method=post><input type=submit value=Allow></form>"#;
        let forms = forms(page);
        let action = |decision| forms.iter().find_map(|f| f.decide(decision)).unwrap().action;
        assert_eq!(action(Decision::Approve), "/yes");
        assert_eq!(action(Decision::Deny), "/no");
    }

    #[test]
    fn reads_what_a_person_would() {
        assert_eq!(visible_text("<p>a <b>b</b></p><script>x</script> c"), "a b c");
    }
}
