//! Permission sets: lexicons that `include` names.
//!
//! A permission that breaks a rule is passed over alone and the rest of the set counts
//! (ATP-SGRAN-101). What could be a rule of tomorrow (an unknown resource type or parameter) is an
//! observation, what the current text forbids is a defect; neither confers anything.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Alternative, Audience, Name, Readings, Repo, RepoAction, Rpc, Scope};
use crate::identifier::Nsid;
use crate::json::child_pointer;
use crate::object::{self, found};
use crate::{Defect, Position, Reading};

/// A permission set, read for the NSID that it was asked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionSet {
    /// Its name, from which its authority follows.
    pub nsid: Nsid,
    /// Short name for users (ATP-SGRAN-113).
    pub title: Option<String>,
    /// Description for users.
    pub detail: Option<String>,
    /// Its permissions in order, those that are passed over included.
    pub entries: Vec<Result<Permission, Defect>>,
}

/// A permission that the set may speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Complete in itself: `repo`, or `rpc` with `aud: "*"`.
    Stated(Scope),
    /// Calls to the service that the `include` names (ATP-SGRAN-095).
    Inheriting(BTreeSet<Name>),
}

impl PermissionSet {
    /// What it grants where the `include` has this audience. Permissions that inherit one where there
    /// is none fall away (ATP-SGRAN-097).
    pub fn permissions<'a>(
        &'a self,
        audience: Option<&'a Audience>,
    ) -> impl Iterator<Item = Scope> + 'a {
        self.entries.iter().flatten().filter_map(move |permission| match permission {
            Permission::Stated(scope) => Some(scope.clone()),
            Permission::Inheriting(methods) => {
                Some(Scope::Rpc(Rpc { methods: methods.clone(), audience: audience?.clone() }))
            }
        })
    }
}

/// Reads the lexicon that was fetched for an NSID. Positions are JSON pointers into it.
pub fn read(bytes: &[u8], requested: &Nsid) -> Reading<PermissionSet> {
    read_as(bytes, requested, Readings::usual())
}

/// As [`read`], under other readings of the text.
pub fn read_as(bytes: &[u8], requested: &Nsid, readings: Readings) -> Reading<PermissionSet> {
    let (lexicon, mut defects) = match object::read(bytes, "permission-set.syntax", "ATP-SGRAN-122")
    {
        Ok(read) => read,
        Err(defect) => return Reading::unusable(defect),
    };
    let main = lexicon.pointer(MAIN).unwrap_or(&Value::Null);
    let fatal = head_faults(&lexicon, requested, main);
    if !fatal.is_empty() {
        defects.extend(fatal);
        return Reading { defects, observations: Vec::new(), document: None };
    }
    let mut observations = Vec::new();
    display_faults(main, &mut defects, &mut observations);
    let permissions = main.get("permissions").and_then(Value::as_array);
    let reader = Reader { group: requested.authority(), readings };
    let entries: Vec<_> = permissions
        .into_iter()
        .flatten()
        .enumerate()
        .map(|(index, entry)| reader.entry(entry, &format!("{MAIN}/permissions/{index}")))
        .collect();
    for defect in entries.iter().filter_map(|entry| entry.as_ref().err()) {
        let open = [UNKNOWN_RESOURCE, UNKNOWN_MEMBER].contains(&defect.code);
        if open { &mut observations } else { &mut defects }.push(defect.clone());
    }
    let text = |name| object::text(main, name);
    let nsid = requested.clone();
    let set = PermissionSet { nsid, title: text("title"), detail: text("detail"), entries };
    Reading { defects, observations, document: Some(set) }
}

const MAIN: &str = "/defs/main";
const UNKNOWN_RESOURCE: &str = "permission-set.unknown-resource";
const UNKNOWN_MEMBER: &str = "permission-set.unknown-member";

/// What makes a document no permission set of that name.
fn head_faults(lexicon: &Value, requested: &Nsid, main: &Value) -> Vec<Defect> {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, code, clause, pointer: &str, why: String| {
        if !holds {
            let at = Position::Pointer(pointer.to_owned());
            faults.push(Defect::new(code, clause, at, why));
        }
    };
    let version = lexicon.get("lexicon");
    let why = format!("{} instead of 1", found(version));
    let version = version.and_then(Value::as_u64);
    expect(version == Some(1), "permission-set.version", "ATP-SGRAN-116", "/lexicon", why);
    let id = lexicon.get("id").and_then(Value::as_str);
    let why = format!("{} instead of {requested}", id.unwrap_or("nothing"));
    expect(id == Some(requested.as_str()), "permission-set.id", "ATP-SGRAN-116", "/id", why);
    let kind = main.get("type").and_then(Value::as_str);
    let why = format!("{} instead of permission-set", kind.unwrap_or("nothing"));
    let at = "/defs/main/type";
    expect(kind == Some("permission-set"), "permission-set.type", "ATP-SGRAN-115", at, why);
    let permissions = main.get("permissions");
    let is_array = permissions.is_some_and(Value::is_array);
    let why = format!("{} instead of an array", found(permissions));
    let at = "/defs/main/permissions";
    expect(is_array, "permission-set.permissions", "ATP-SGRAN-122", at, why);
    faults
}

/// What is shown to users does not bear on what is granted.
fn display_faults(main: &Value, defects: &mut Vec<Defect>, observations: &mut Vec<Defect>) {
    let new = |code, clause, name: &str, why: &str| {
        Defect::new(code, clause, Position::Pointer(child_pointer(MAIN, name)), why)
    };
    for (name, limit) in [("title", MAX_TITLE), ("detail", MAX_DETAIL)] {
        let member = main.get(name);
        if member.is_some_and(|value| !value.is_string()) {
            let why = format!("{} instead of a string", found(member));
            defects.push(new("permission-set.text", "ATP-SGRAN-122", name, &why));
        }
        let length = member.and_then(Value::as_str).map_or(0, |text| text.chars().count());
        if length > limit {
            let why = format!("{length} characters");
            observations.push(new("permission-set.long-text", "ATP-SGRAN-123", name, &why));
        }
        let member = format!("{name}:lang");
        for (language, text) in main.get(&member).and_then(Value::as_object).into_iter().flatten() {
            if !is_language(language) || !text.is_string() {
                let why = format!("{language:?}: no language, or no string");
                defects.push(new("permission-set.language", "ATP-SGRAN-122", &member, &why));
            }
        }
        if main.get(&member).is_some_and(|map| !map.is_object()) {
            let why = "no map of languages";
            defects.push(new("permission-set.language", "ATP-SGRAN-122", &member, why));
        }
        let former = format!("{name}:langs");
        if main.get(&former).is_some() {
            let why = format!("write {member}, as it is called since 2026");
            observations.push(new("permission-set.langs", "ATP-SGRAN-122", &former, &why));
        }
    }
}

/// Bounds for "a handful of words" and "a paragraph or so".
const MAX_TITLE: usize = 80;
const MAX_DETAIL: usize = 1000;

/// The shape of a BCP 47 tag; registries are not consulted.
fn is_language(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    let is_primary = primary == "i" || primary == "x" || (2..=8).contains(&primary.len());
    is_primary
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

struct Reader<'a> {
    /// The NSIDs under which the set may speak.
    group: &'a str,
    readings: Readings,
}

impl Reader<'_> {
    fn entry(&self, entry: &Value, pointer: &str) -> Result<Permission, Defect> {
        let Some(members) = entry.as_object() else {
            let why = format!("{} instead of a permission", found(Some(entry)));
            return Err(fault("permission-set.entry", "ATP-SGRAN-101", pointer, why));
        };
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        if text("type") != Some("permission") {
            let at = child_pointer(pointer, "type");
            let why = format!("{} instead of permission", text("type").unwrap_or("nothing"));
            return Err(fault("permission-set.entry", "ATP-SGRAN-101", &at, why));
        }
        match text("resource") {
            Some("repo") => self.repo(members, pointer),
            Some("rpc") => self.rpc(members, pointer),
            Some(other @ ("blob" | "account" | "identity")) => {
                let at = child_pointer(pointer, "resource");
                let why = format!("{other} is asked for directly, not in a set");
                Err(fault("permission-set.resource", "ATP-SGRAN-100", &at, why))
            }
            other => {
                let at = child_pointer(pointer, "resource");
                let clause =
                    if other == Some("include") { "ATP-SGRAN-117" } else { "ATP-SGRAN-101" };
                let why = format!("resource is {}", other.unwrap_or("no string"));
                Err(fault(UNKNOWN_RESOURCE, clause, &at, why))
            }
        }
    }

    fn repo(&self, members: &Map<String, Value>, pointer: &str) -> Result<Permission, Defect> {
        self.only(members, &["collection", "action"], pointer)?;
        let collections = self.names(members, "collection", pointer)?;
        unique(members, "collection", pointer)?;
        let actions = actions(members, pointer)?;
        Ok(Permission::Stated(Scope::Repo(Repo { collections, actions })))
    }

    fn rpc(&self, members: &Map<String, Value>, pointer: &str) -> Result<Permission, Defect> {
        self.only(members, &["lxm", "aud", "inheritAud"], pointer)?;
        let methods = self.names(members, "lxm", pointer)?;
        let inherits = match members.get("inheritAud") {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            other => {
                let at = child_pointer(pointer, "inheritAud");
                let why = format!("{} instead of true or false", found(other));
                return Err(fault("permission-set.value", "ATP-SGRAN-101", &at, why));
            }
        };
        let at = child_pointer(pointer, "aud");
        match (members.get("aud"), inherits) {
            (None, true) => Ok(Permission::Inheriting(methods)),
            (None, false) => {
                let why = "no audience; state \"*\" or set inheritAud";
                Err(fault("permission-set.audience-missing", "ATP-SGRAN-098", &at, why))
            }
            (Some(_), true) => {
                let why = "an audience beside inheritAud";
                Err(fault("permission-set.audience-twice", "ATP-SGRAN-096", &at, why))
            }
            (Some(Value::String(aud)), false) if aud == "*" => {
                Ok(Permission::Stated(Scope::Rpc(Rpc { methods, audience: Audience::Any })))
            }
            (other, false) => {
                let why = format!("{} instead of \"*\"; use inheritAud", found(other));
                Err(fault("permission-set.audience-fixed", "ATP-SGRAN-098", &at, why))
            }
        }
    }

    fn only(
        &self,
        members: &Map<String, Value>,
        known: &[&str],
        pointer: &str,
    ) -> Result<(), Defect> {
        let described = !self.readings.has(Alternative::DescriptionUnexpected);
        let is_known = |name: &str| {
            ["type", "resource"].contains(&name)
                || known.contains(&name)
                || (described && name == "description")
        };
        match members.keys().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(name) => {
                let at = child_pointer(pointer, name);
                let why = "unknown member, which may narrow the permission";
                Err(fault(UNKNOWN_MEMBER, "ATP-SGRAN-101", &at, why))
            }
        }
    }

    fn names(
        &self,
        members: &Map<String, Value>,
        member: &str,
        pointer: &str,
    ) -> Result<BTreeSet<Name>, Defect> {
        let mut names = BTreeSet::new();
        for (at, text) in strings(members, member, pointer)? {
            if text == "*" {
                let why = "wildcards are for scope strings; name the NSIDs";
                return Err(fault("permission-set.wildcard", "ATP-SGRAN-099", &at, why));
            }
            let nsid = Nsid::parse(text).map_err(|defect| {
                let why = format!("no NSID: {}", defect.detail);
                fault("permission-set.nsid", "ATP-SGRAN-101", &at, why)
            })?;
            if nsid.is_under(self.group) {
                names.insert(Name::Nsid(nsid));
            } else if !self.readings.has(Alternative::OutsideNameDropped) {
                let why = format!("{nsid} is not under {}", self.group);
                return Err(fault("permission-set.outside", "ATP-SGRAN-092", &at, why));
            }
        }
        if names.is_empty() {
            let at = child_pointer(pointer, member);
            let why = "no name that the set may speak of";
            return Err(fault("permission-set.names-missing", "ATP-SGRAN-121", &at, why));
        }
        Ok(names)
    }
}

/// The values of `action`; all three where there is no such member. An empty array allows nothing.
fn actions(members: &Map<String, Value>, pointer: &str) -> Result<BTreeSet<RepoAction>, Defect> {
    if !members.contains_key("action") {
        return Ok(RepoAction::ALL.into());
    }
    let mut actions = BTreeSet::new();
    for (at, text) in strings(members, "action", pointer)? {
        let action = RepoAction::ALL.into_iter().find(|action| action.as_str() == text);
        let action = action.ok_or_else(|| {
            let why = format!("{text:?} is none of create, update, delete");
            fault("permission-set.value", "ATP-SGRAN-101", &at, why)
        })?;
        actions.insert(action);
    }
    unique(members, "action", pointer)?;
    if actions.is_empty() {
        let at = child_pointer(pointer, "action");
        return Err(fault("permission-set.value", "ATP-SGRAN-101", &at, "no action"));
    }
    Ok(actions)
}

/// The elements of an array of strings, with their pointers.
fn strings<'a>(
    members: &'a Map<String, Value>,
    member: &str,
    pointer: &str,
) -> Result<Vec<(String, &'a str)>, Defect> {
    let at = child_pointer(pointer, member);
    let array = members.get(member);
    let Some(elements) = array.and_then(Value::as_array) else {
        let why = format!("{} instead of an array", found(array));
        let clause = if array.is_some() { "ATP-SGRAN-101" } else { "ATP-SGRAN-121" };
        return Err(fault("permission-set.value", clause, &at, why));
    };
    let text = |(index, element): (usize, &'a Value)| {
        let at = format!("{at}/{index}");
        match element.as_str() {
            Some(text) => Ok((at, text)),
            None => {
                let why = format!("{} instead of a string", found(Some(element)));
                Err(fault("permission-set.value", "ATP-SGRAN-101", &at, why))
            }
        }
    };
    elements.iter().enumerate().map(text).collect()
}

fn unique(members: &Map<String, Value>, member: &str, pointer: &str) -> Result<(), Defect> {
    let mut seen = BTreeSet::new();
    match strings(members, member, pointer)?.into_iter().find(|(_, text)| !seen.insert(*text)) {
        None => Ok(()),
        Some((at, text)) => {
            let why = format!("{text} is there twice");
            Err(fault("permission-set.repeated-value", "ATP-SGRAN-121", &at, why))
        }
    }
}

fn fault(
    code: &'static str,
    clause: &'static str,
    pointer: &str,
    why: impl Into<String>,
) -> Defect {
    Defect::new(code, clause, Position::Pointer(pointer.to_owned()), why)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reading(permissions: Value) -> Reading<PermissionSet> {
        let lexicon = json!({
            "lexicon": 1,
            "id": "app.example.feed.auth",
            "defs": {"main": {"type": "permission-set", "permissions": permissions}},
        });
        read(lexicon.to_string().as_bytes(), &requested())
    }

    fn requested() -> Nsid {
        Nsid::parse("app.example.feed.auth").unwrap()
    }

    fn scopes(permissions: Value, audience: &str) -> Vec<String> {
        let include = super::super::read(&format!("include:a.b.c?aud={audience}")).document;
        let include = include.unwrap().includes().next().cloned();
        let audience = include.and_then(|include| include.audience);
        let set = reading(permissions).document.unwrap();
        set.permissions(audience.as_ref()).map(|scope| scope.to_string()).collect()
    }

    #[test]
    fn grants_what_it_states_and_what_it_inherits() {
        let permissions = json!([
            {"type": "permission", "resource": "repo", "collection": ["app.example.feed.post"]},
            {"type": "permission", "resource": "repo", "description": "likes go",
             "collection": ["app.example.feed.sub.like"], "action": ["delete"]},
            {"type": "permission", "resource": "rpc", "lxm": ["app.example.feed.get"], "aud": "*"},
            {"type": "permission", "resource": "rpc", "lxm": ["app.example.feed.put"],
             "inheritAud": true},
        ]);
        let stated = [
            "repo:app.example.feed.post",
            "repo:app.example.feed.sub.like?action=delete",
            "rpc:app.example.feed.get?aud=*",
        ];
        assert_eq!(scopes(permissions.clone(), "none"), stated);
        let inherited = "rpc:app.example.feed.put?aud=did:web:a.example%23b";
        assert_eq!(
            scopes(permissions, "did:web:a.example%23b"),
            [stated.as_slice(), &[inherited]].concat()
        );
    }

    #[test]
    fn passes_over_what_it_may_not_grant() {
        for (members, code, at) in [
            (json!({"resource": "repo"}), "value", "/collection"),
            (json!({"resource": "repo", "collection": []}), "names-missing", "/collection"),
            (json!({"resource": "repo", "collection": ["*"]}), "wildcard", "/collection/0"),
            (json!({"resource": "repo", "collection": ["x"]}), "nsid", "/collection/0"),
            (
                json!({"resource": "repo", "collection": "app.example.feed.a"}),
                "value",
                "/collection",
            ),
            (
                json!({"resource": "repo", "collection": ["app.example.feedback.a"]}),
                "outside",
                "/collection/0",
            ),
            (
                json!({"resource": "repo", "collection": ["app.example.a"]}),
                "outside",
                "/collection/0",
            ),
            (
                json!({"resource": "repo", "collection": ["app.example.feed.a", "app.example.feed.a"]}),
                "repeated-value",
                "/collection/1",
            ),
            (
                json!({"resource": "repo", "collection": ["app.example.feed.a"], "action": []}),
                "value",
                "/action",
            ),
            (
                json!({"resource": "repo", "collection": ["app.example.feed.a"], "action": ["read"]}),
                "value",
                "/action/0",
            ),
            (
                json!({"resource": "repo", "collection": ["app.example.feed.a"], "inheritAud": true}),
                "unknown-member",
                "/inheritAud",
            ),
            (json!({"resource": "rpc", "lxm": ["app.example.feed.a"]}), "audience-missing", "/aud"),
            (
                json!({"resource": "rpc", "lxm": ["app.example.feed.a"], "aud": "*", "inheritAud": true}),
                "audience-twice",
                "/aud",
            ),
            (
                json!({"resource": "rpc", "lxm": ["app.example.feed.a"], "aud": "did:web:a.example#b"}),
                "audience-fixed",
                "/aud",
            ),
            (
                json!({"resource": "rpc", "lxm": ["app.example.feed.a"], "inheritAud": "true"}),
                "value",
                "/inheritAud",
            ),
            (json!({"resource": "rpc", "lxm": ["*"], "inheritAud": true}), "wildcard", "/lxm/0"),
            (json!({"resource": "blob", "accept": ["*/*"]}), "resource", "/resource"),
            (json!({"resource": "include", "nsid": "a.b.c"}), "unknown-resource", "/resource"),
            (json!({"resource": 1}), "unknown-resource", "/resource"),
        ] {
            let mut entry = members.clone();
            entry["type"] = json!("permission");
            let good = json!({"type": "permission", "resource": "repo", "collection": ["app.example.feed.b"]});
            let reading = reading(json!([entry, good]));
            let set = reading.document.unwrap();
            let defect = set.entries[0].clone().unwrap_err();
            assert_eq!(defect.code, format!("permission-set.{code}"), "{members}");
            assert_eq!(
                defect.at,
                Position::Pointer(format!("{MAIN}/permissions/0{at}")),
                "{members}"
            );
            assert_eq!(set.permissions(None).count(), 1, "{members}");
            assert_eq!([reading.defects, reading.observations].concat(), [defect]);
        }
    }

    #[test]
    fn is_none_where_it_is_another_lexicon() {
        let good = json!({
            "lexicon": 1,
            "id": "app.example.feed.auth",
            "defs": {"main": {"type": "permission-set", "permissions": []}},
        });
        assert!(read(good.to_string().as_bytes(), &requested()).is_sound());
        for (pointer, value, code) in [
            ("/lexicon", json!(2), "version"),
            ("/lexicon", json!("1"), "version"),
            ("/id", json!("app.example.feed.other"), "id"),
            ("/defs/main/type", json!("record"), "type"),
            ("/defs/main/permissions", json!({}), "permissions"),
        ] {
            let mut lexicon = good.clone();
            *lexicon.pointer_mut(pointer).unwrap() = value;
            let reading = read(lexicon.to_string().as_bytes(), &requested());
            assert_eq!(reading.document, None);
            let [defect] = reading.defects.as_slice() else { panic!("{:?}", reading.defects) };
            assert_eq!(defect.code, format!("permission-set.{code}"));
            assert_eq!(defect.at, Position::Pointer(pointer.to_owned()));
        }
        assert_eq!(read(b"[]", &requested()).defects[0].code, "permission-set.syntax");
    }

    #[test]
    fn looks_at_what_users_are_shown() {
        let lexicon = json!({
            "lexicon": 1,
            "id": "app.example.feed.auth",
            "defs": {"main": {
                "type": "permission-set",
                "title": 1,
                "title:lang": {"ja": "x", "pt-BR": "y", "_": "z"},
                "detail": "x".repeat(1001),
                "detail:langs": {},
                "permissions": [],
            }},
        });
        let reading = read(lexicon.to_string().as_bytes(), &requested());
        assert!(reading.document.is_some());
        let codes = |defects: &[Defect]| Vec::from_iter(defects.iter().map(|defect| defect.code));
        assert_eq!(codes(&reading.defects), ["permission-set.text", "permission-set.language"]);
        assert_eq!(
            codes(&reading.observations),
            ["permission-set.long-text", "permission-set.langs"]
        );
    }
}
