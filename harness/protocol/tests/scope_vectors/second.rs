//! A second evaluator: grants as enumerated sets of operations, from the text of the specification
//! and with none of the model's code.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::ingredients::universe;

/// Whether values are separated by single spaces and made of scope characters.
pub(crate) fn separated(scope: &str) -> bool {
    !scope.starts_with(' ') && !scope.ends_with(' ') && !scope.contains("  ") && !scope.is_empty()
}

/// What each value is.
pub(crate) fn states(scope: &str) -> Vec<&'static str> {
    let values = scope.split(' ').filter(|value| !value.is_empty());
    values.map(state).collect()
}

fn state(value: &str) -> &'static str {
    const FIXED: [&str; 4] =
        ["atproto", "transition:generic", "transition:email", "transition:chat.bsky"];
    if FIXED.contains(&value) {
        return "known";
    }
    let Some((resource, pairs)) = pairs(value) else { return "invalid" };
    match rule(&resource, &pairs) {
        None => "unknown",
        Some(true) => "known",
        Some(false) => "invalid",
    }
}

/// Resource, and all parameters with the positional one named `:`.
fn pairs(value: &str) -> Option<(String, Vec<(String, String)>)> {
    let graphic = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if !value.bytes().all(graphic) {
        return None;
    }
    // Every percent sign begins two hexadecimal digits.
    for piece in value.split('%').skip(1) {
        u8::from_str_radix(piece.get(..2).filter(|hex| !hex.contains('+'))?, 16).ok()?;
    }
    let mark = value.find('?').unwrap_or(value.len());
    let colon = value[..mark].find(':');
    let resource = &value[..colon.unwrap_or(mark)];
    let mut query = String::new();
    if let Some(colon) = colon {
        let positional = value[colon + 1..mark].replace('&', "%26");
        query = format!(":={positional}");
    }
    let named = value.get(mark + 1..).unwrap_or_default();
    if !named.is_empty() {
        if named.split('&').any(|pair| pair.find('=').unwrap_or(0) == 0) {
            return None;
        }
        query = format!("{query}&{named}");
    }
    let query = query.replace('+', "%2B");
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let replaced = pairs.iter().any(|(name, value)| (name.clone() + value).contains('\u{fffd}'));
    (!resource.is_empty() && !replaced).then(|| (resource.to_owned(), pairs))
}

/// Name of the positional parameter, of the others, and which take one value only.
fn table(
    resource: &str,
) -> Option<(&'static str, &'static [&'static str], &'static [&'static str])> {
    Some(match resource {
        "repo" => ("collection", &["collection", "action"], &[]),
        "rpc" => ("lxm", &["lxm", "aud"], &["aud"]),
        "blob" => ("accept", &["accept"], &[]),
        "account" => ("attr", &["attr", "action"], &["attr", "action"]),
        "identity" => ("attr", &["attr"], &["attr"]),
        "include" => ("nsid", &["nsid", "aud"], &["nsid", "aud"]),
        _ => return None,
    })
}

fn values<'a>(pairs: &'a [(String, String)], positional: &str, name: &str) -> Vec<&'a str> {
    let hit = |pair: &&(String, String)| pair.0 == name || (pair.0 == ":" && name == positional);
    pairs.iter().filter(hit).map(|pair| pair.1.as_str()).collect()
}

/// Whether a value keeps the rules of its resource; `None` where there is no such resource.
fn rule(resource: &str, pairs: &[(String, String)]) -> Option<bool> {
    let (positional, known, single) = table(resource)?;
    let of = |name: &str| values(pairs, positional, name);
    let has_colon = pairs.first().is_some_and(|pair| pair.0 == ":");
    let foreign = pairs.iter().enumerate().any(|(index, (name, _))| {
        let is_positional = index == 0 && name == ":" && has_colon;
        !is_positional && !known.contains(&name.as_str())
    });
    let twice = has_colon && pairs.iter().any(|(name, _)| name == positional);
    let repeated = single.iter().any(|name| of(name).len() > 1);
    let first = of(positional);
    if foreign || twice || repeated || first.is_empty() {
        return Some(false);
    }
    let among = |name: &str, all: &[&str]| of(name).iter().all(|value| all.contains(value));
    let named = || first.iter().all(|name| *name == "*" || is_nsid(name));
    Some(match resource {
        "repo" => named() && among("action", &["create", "update", "delete"]),
        "rpc" => {
            let any = first.contains(&"*");
            named() && of("aud").first().is_some_and(|aud| is_service(aud) || (*aud == "*" && !any))
        }
        "blob" => first.iter().all(|accept| is_accept(accept)),
        "account" => among("attr", &["email", "repo"]) && among("action", &["read", "manage"]),
        "identity" => among("attr", &["handle", "*"]),
        _ => first.iter().all(|name| is_nsid(name)) && of("aud").iter().all(|aud| is_service(aud)),
    })
}

fn is_nsid(text: &str) -> bool {
    let segments: Vec<&str> = text.split('.').collect();
    let [front @ .., last] = segments.as_slice() else { return false };
    let letters = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
    front.len() >= 2
        && front.iter().all(|label| is_label(label))
        && letters(text)
        && letters(last)
        && last.len() <= 63
        && last.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && label.trim_matches('-') == label
}

fn is_did(text: &str) -> bool {
    if let Some(plc) = text.strip_prefix("did:plc:") {
        return plc.len() == 24 && plc.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
    }
    let Some(host) = text.strip_prefix("did:web:") else { return false };
    if let Some(port) = host.strip_prefix("localhost") {
        return port.is_empty()
            || port.strip_prefix("%3A").is_some_and(|port| port.parse::<u16>().is_ok());
    }
    host.contains('.') && host.split('.').all(is_label)
}

fn is_service(text: &str) -> bool {
    let parts: Vec<&str> = text.split('#').collect();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte);
    parts.len() == 2 && is_did(parts[0]) && !parts[1].is_empty() && parts[1].bytes().all(plain)
}

fn is_accept(text: &str) -> bool {
    let token = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&b))
    };
    let parts: Vec<&str> = text.split('/').collect();
    text == "*/*" || (parts.len() == 2 && token(parts[0]) && (token(parts[1]) || parts[1] == "*"))
}

/// The operations of the universe that a scope string allows.
pub(crate) fn granted(scope: &str) -> BTreeSet<String> {
    let values: Vec<&str> = scope.split(' ').collect();
    if values.contains(&"atproto") { enumerated(scope) } else { BTreeSet::new() }
}

/// As [`granted`], whether or not `atproto` is there; what confers nothing is there by name.
pub(crate) fn enumerated(scope: &str) -> BTreeSet<String> {
    let values: Vec<&str> = scope.split(' ').filter(|value| !value.is_empty()).collect();
    let generic = values.contains(&"transition:generic");
    let mut all = BTreeSet::new();
    for value in &values {
        if inert(value, generic) {
            all.insert(name(value));
            continue;
        }
        let operations = universe().into_iter().map(|operation| json!(operation));
        all.extend(operations.filter(|op| allows(value, op)).map(|op| op.to_string()));
    }
    all
}

fn inert(value: &str, generic: bool) -> bool {
    state(value) != "known"
        || value.starts_with("include")
        || (value == "transition:chat.bsky" && !generic)
}

fn name(value: &str) -> String {
    match pairs(value).filter(|_| state(value) == "known" && value.starts_with("include")) {
        Some((_, mut pairs)) => {
            pairs.sort();
            format!("{pairs:?}").replace("\":\"", "\"nsid\"")
        }
        None => value.to_owned(),
    }
}

/// Whether one set of operations is part of another; what confers nothing has to be there by name,
/// an include possibly with an audience.
pub(crate) fn is_within(scope: &str, of: &str) -> bool {
    let mut other = enumerated(of);
    other.extend(of.split(' ').map(name));
    enumerated(scope).iter().all(|one| {
        other.contains(one) || other.iter().any(|there| is_include_without_audience(one, there))
    })
}

fn is_include_without_audience(one: &str, there: &str) -> bool {
    one.contains("nsid") && !one.contains("\"aud\"") && there.contains(one.trim_matches(['[', ']']))
}

fn allows(value: &str, op: &Value) -> bool {
    let kind = op["resource"].as_str().unwrap();
    let text = |member: &str| op[member].as_str().unwrap_or_default();
    match value {
        "atproto" => return kind == "sign-in",
        "transition:generic" => return generic(kind, op),
        "transition:chat.bsky" => return kind == "rpc" && text("lxm").starts_with("chat.bsky."),
        "transition:email" => return kind == "account" && op == &account("email", "read"),
        _ => {}
    }
    let (resource, pairs) = pairs(value).unwrap();
    let (positional, ..) = table(&resource).unwrap();
    let of = |name: &str| values(&pairs, positional, name);
    let lists = |name: &str, wanted: &str| of(name).contains(&wanted);
    match (resource.as_str(), kind) {
        ("repo", "repo") => {
            let action = of("action").is_empty() || lists("action", text("action"));
            action && (lists("collection", "*") || lists("collection", text("collection")))
        }
        ("rpc", "rpc") => {
            let audience = lists("aud", "*") || lists("aud", text("aud"));
            audience && (lists("lxm", "*") || lists("lxm", text("lxm")))
        }
        ("blob", "blob") => {
            let essence = text("mime").split(';').next().unwrap().to_lowercase();
            let whole = is_accept(&essence) && !essence.contains('*');
            let kind = essence.split('/').next().unwrap();
            let candidates = [essence.clone(), format!("{kind}/*"), "*/*".to_owned()];
            whole && of("accept").iter().any(|one| candidates.contains(&one.to_lowercase()))
        }
        ("account", "account") => {
            let same = lists("attr", text("attr"));
            same && (text("action") == "read" || lists("action", "manage"))
        }
        ("identity", "handle") => true,
        ("identity", "did-document") => lists("attr", "*"),
        _ => false,
    }
}

fn account(attr: &str, action: &str) -> Value {
    json!({"resource": "account", "attr": attr, "action": action})
}

fn generic(kind: &str, op: &Value) -> bool {
    match kind {
        "repo" | "preferences" => true,
        "blob" => op["mime"].as_str().unwrap().contains('/') && op["mime"] != "image/*",
        "rpc" => op["lxm"].as_str().is_some_and(|lxm| {
            let deeds = ["createAccount", "updateHandle"];
            !lxm.starts_with("chat.bsky.") && !deeds.iter().any(|deed| lxm.ends_with(deed))
        }),
        _ => false,
    }
}

/// What an include comes to, enumerated; `None` where the document is no such set.
pub(crate) fn set_grants(include: &str, lexicon: &Value) -> Option<BTreeSet<String>> {
    let (_, pairs) = pairs(include)?;
    let id = values(&pairs, "nsid", "nsid")[0];
    let aud = values(&pairs, "nsid", "aud").first().copied();
    let main = &lexicon["defs"]["main"];
    let permissions = main["permissions"].as_array()?;
    let named = lexicon["lexicon"] == 1 && lexicon["id"] == id && main["type"] == "permission-set";
    let strings: Vec<String> =
        permissions.iter().filter_map(|entry| scope_of(entry, id, aud)).collect();
    named.then(|| enumerated(&strings.join(" ")))
}

/// An entry as a scope string.
fn scope_of(entry: &Value, id: &str, aud: Option<&str>) -> Option<String> {
    let mut members = entry.as_object()?.clone();
    let mut take = |name: &str| members.shift_remove(name);
    let (kind, resource, _) = (take("type")?, take("resource")?, take("description"));
    let (list, action) = match resource.as_str()? {
        "repo" => (take("collection")?, take("action")),
        "rpc" => (take("lxm")?, None),
        _ => return None,
    };
    let (stated, inherits) = match resource == "rpc" {
        true => (take("aud"), take("inheritAud").unwrap_or(json!(false))),
        false => (None, json!(false)),
    };
    if kind != "permission" || !members.is_empty() {
        return None;
    }
    let group = id.rsplit_once('.')?.0.to_owned() + ".";
    let names: Vec<&str> = list.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
    let all_inside = names.iter().all(|name| is_nsid(name) && name.starts_with(&group));
    let unique = names.iter().collect::<BTreeSet<_>>().len() == names.len();
    if names.is_empty() || !all_inside || (resource == "repo" && !unique) {
        return None;
    }
    if resource == "repo" {
        let mut text = format!("repo?collection={}", names.join("&collection="));
        if let Some(action) = action {
            let actions: Vec<&str> =
                action.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
            let distinct: BTreeSet<_> = actions.iter().collect();
            if distinct.len() != actions.len() || actions.is_empty() {
                return None;
            }
            text = format!("{text}&action={}", actions.join("&action="));
        }
        return (state(&text) == "known").then_some(text);
    }
    let audience = match (stated, inherits) {
        (Some(Value::String(any)), Value::Bool(false)) if any == "*" => any,
        (None, Value::Bool(true)) => aud?.replace('#', "%23"),
        _ => return None,
    };
    Some(format!("rpc?lxm={}&aud={audience}", names.join("&lxm=")))
}
