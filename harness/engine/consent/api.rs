//! The JSON interface behind the authorization page of the reference PDS.
//!
//! The only place that knows that server's paths.

use atproof_protocol::form;
use atproof_protocol::http::Request;
use serde_json::{Value, json};

use super::browse::{Arrival, Browser, Page, excerpt, origin};
use super::forged::SITE;
use super::{ConsentError, Decision, Ending, Sessions};
use crate::model::Account;

const BASE: &str = "/@atproto/oauth-provider/";

/// Whether a page is the front of this interface.
pub(super) fn serves(page: &Page) -> bool {
    page.text.contains(BASE)
}

/// What an error page of this interface says; its text is made by a script from data in the page.
pub(super) fn error_text(page: &str) -> Option<String> {
    Some(message(&data(page, "__errorData")?))
}

/// The data of this name that a page hands to its script.
fn data(page: &str, name: &str) -> Option<Value> {
    let (_, data) = page.split_once(&format!("{name}\"]=JSON.parse("))?;
    let literal = data.get(..=data.find("\")")?)?;
    let json: String = serde_json::from_str(literal).ok()?;
    serde_json::from_str(&json).ok()
}

/// The URL that the page has once its script has run: it names the request that was found, also
/// where the page was opened by another URL.
fn location(page: &Page) -> String {
    let data = data(&page.text, "__authorizeData");
    let text = |name: &str| data.as_ref()?.get(name)?.as_str().map(form::percent_encode);
    match (text("clientId"), text("requestUri")) {
        (Some(client_id), Some(request_uri)) => {
            let start = page.url.split('?').next().unwrap_or_default();
            format!("{start}?client_id={client_id}&request_uri={request_uri}")
        }
        _ => page.url.clone(),
    }
}

/// Signs in where the device is not signed in yet, and decides.
pub(super) async fn decide(
    browser: &mut Browser<'_>,
    account: &Account,
    page: &Page,
    decision: Decision,
) -> Result<Ending, ConsentError> {
    if let Some(hint) = other_identifier(page, account) {
        let why = format!("the page lets only {hint} sign in");
        return Ok(Ending::Refused { status: page.status, why });
    }
    let did = sign_in(browser, account, page).await?;
    let (call, body) = match decision {
        Decision::Approve => ("consent", json!({"did": did})),
        Decision::Narrow(scope) => ("consent", json!({"did": did, "scope": scope})),
        Decision::Deny => ("reject", json!({})),
    };
    let (status, answer) = post(browser, page, call, &body).await?;
    match answer.get("url").and_then(Value::as_str) {
        Some(url) => Ok(Ending::Redirect(redirect(browser, page, url).await?)),
        None => Ok(Ending::Refused { status, why: excerpt(&message(&answer)) }),
    }
}

/// Approves as another site would: its scripts can neither read the token of the page nor send JSON
/// under its name, and what they send has another origin.
pub(super) async fn forge(
    browser: &mut Browser<'_>,
    account: &Account,
    page: &Page,
) -> Result<Ending, ConsentError> {
    let did = sign_in(browser, account, page).await?;
    let url = format!("{}{BASE}~api/consent", origin(&page.url));
    let request = Request::new("POST", url)
        .header("Sec-Fetch-Mode", "no-cors")
        .header("Sec-Fetch-Site", "cross-site")
        .header("Sec-Fetch-Dest", "empty")
        .header("Origin", SITE)
        .body("text/plain", json!({"did": did}).to_string());
    let response = browser.send(request).await?;
    let answer = response.json().unwrap_or_default();
    Ok(match answer.get("url").and_then(Value::as_str) {
        Some(url) => Ending::Redirect(redirect(browser, page, url).await?),
        None => Ending::Refused { status: response.status, why: excerpt(&message(&answer)) },
    })
}

/// The handle to which the sign-in form of the page is fixed, where that is not the account's. The
/// interface behind the page would take another; someone at the page has no way to name one.
fn other_identifier(page: &Page, account: &Account) -> Option<String> {
    let data = data(&page.text, "__authorizeData")?;
    let hint = data.get("loginHint")?.as_str()?;
    let is_handle = |name: &str| name.contains('.') && !name.contains([':', '@']);
    let differs = !hint.eq_ignore_ascii_case(&account.identifier);
    (differs && is_handle(hint) && is_handle(&account.identifier)).then(|| hint.to_owned())
}

/// The DID of the account once it is signed in on the device.
async fn sign_in(
    browser: &mut Browser<'_>,
    account: &Account,
    page: &Page,
) -> Result<String, ConsentError> {
    if let Some(did) = &browser.state.signed_in {
        return Ok(did.clone());
    }
    let body = json!({
        "locale": "en",
        "username": account.identifier,
        "password": account.password,
        "remember": true,
    });
    let (status, answer) = post(browser, page, "sign-in", &body).await?;
    let did = answer.pointer("/account/did").or_else(|| answer.pointer("/account/sub"));
    let result = did
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| ConsentError::SignIn(format!("{status} {}", excerpt(&message(&answer)))));
    browser.signed_in(&result).await;
    result
}

/// Looks for the sessions of a client and ends them where that is asked; gives their number.
pub(super) async fn sessions(
    browser: &mut Browser<'_>,
    page: &Page,
    client_id: &str,
    what: Sessions,
) -> Result<usize, ConsentError> {
    let Some(did) = browser.state.signed_in.clone() else {
        return Err(ConsentError::SignIn("the device is not signed in".to_owned()));
    };
    let call = format!("oauth-sessions?did={}", form::percent_encode(&did));
    let request = request("GET", browser, page, &call);
    let response = browser.send(request).await?;
    let list = response.json().and_then(|body| body.as_array().cloned());
    let list = list.ok_or_else(|| ConsentError::Page(response.to_string()))?;
    let own = list.iter().filter(|entry| entry.get("clientId") == Some(&json!(client_id)));
    let names: Vec<&Value> = own.filter_map(|entry| entry.get("tokenId")).collect();
    if what == Sessions::End {
        for name in &names {
            let body = json!({"did": did, "tokenId": name});
            let (status, answer) = post(browser, page, "revoke-oauth-session", &body).await?;
            if status >= 400 {
                return Err(ConsentError::Page(format!("{status} {}", message(&answer))));
            }
        }
    }
    Ok(names.len())
}

async fn post(
    browser: &mut Browser<'_>,
    page: &Page,
    call: &str,
    body: &Value,
) -> Result<(u16, Value), ConsentError> {
    let request = request("POST", browser, page, call).body("application/json", body.to_string());
    let response = browser.send(request).await?;
    Ok((response.status, response.json().unwrap_or_default()))
}

/// A call of the interface as the script of the page makes it.
fn request(method: &str, browser: &Browser<'_>, page: &Page, call: &str) -> Request {
    let csrf = browser.cookie(&page.url, "csrf-token").unwrap_or_default().to_owned();
    Request::new(method, format!("{}{BASE}~api/{call}", origin(&page.url)))
        .header("Sec-Fetch-Mode", "same-origin")
        .header("Sec-Fetch-Site", "same-origin")
        .header("Sec-Fetch-Dest", "empty")
        .header("Origin", origin(&page.url))
        .header("Referer", location(page))
        .header("X-CSRF-Token", csrf)
}

/// The interface answers with a page of the server that redirects to the client.
async fn redirect(
    browser: &mut Browser<'_>,
    page: &Page,
    url: &str,
) -> Result<String, ConsentError> {
    if origin(url) != origin(&page.url) {
        return Ok(url.to_owned());
    }
    match browser.proceed(&location(page), url).await? {
        Arrival::Left(redirect) => Ok(redirect),
        Arrival::Page(page) => Err(ConsentError::Page(page.excerpt())),
    }
}

fn message(answer: &Value) -> String {
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    match (text("error"), text("error_description").or_else(|| text("message"))) {
        (Some(error), Some(description)) => format!("{error}: {description}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "no reason given".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_as_the_script_of_the_page_would() {
        let page = |data: &str| Page {
            url: "https://as/authorize?response_type=code".to_owned(),
            status: 200,
            text: format!("window[\"__authorizeData\"]=JSON.parse({});", json!(data)),
        };
        let data = r#"{"clientId":"https://c/","requestUri":"urn:x","loginHint":"alice.test"}"#;
        let page = page(data);
        assert_eq!(
            location(&page),
            "https://as/authorize?client_id=https%3A%2F%2Fc%2F&request_uri=urn%3Ax"
        );
        for (identifier, other) in [
            ("Alice.test", None),
            ("did:plc:x", None),
            ("a@b.example", None),
            ("bob.test", Some("alice.test")),
        ] {
            let account = Account { identifier: identifier.into(), password: String::new() };
            assert_eq!(other_identifier(&page, &account).as_deref(), other, "{identifier}");
        }
    }

    #[test]
    fn reads_the_data_of_an_error_page() {
        let page = r#"<script>window["__errorData"]=JSON.parse("{\"error\":\"invalid_request\",\"error_description\":\"Unknown \\\"request_uri\\\"\"}");x</script>"#;
        assert_eq!(error_text(page).unwrap(), "invalid_request: Unknown \"request_uri\"");
        assert_eq!(error_text("<p>no</p>"), None);
    }
}
