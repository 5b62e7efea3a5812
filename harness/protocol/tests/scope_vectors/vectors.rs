//! From cases to files.

use std::collections::BTreeMap;

use atproof_protocol::scope::{
    self, Alternative, Meaning, Operation, PermissionSet, Readings, ScopeSet, permission_set,
};
use atproof_protocol::{Defect, Position};
use serde_json::{Value, json};

use crate::cases::{self, Group};

/// The name of each file, and what makes it.
pub(crate) const FILES: &[(&str, Make)] = &[
    ("grammar", || file("grammar", cases::grammar(), grammar)),
    ("canonical", || file("canonical", cases::canonical(), canonical)),
    ("covers", || file("covers", cases::covers(), |(scope, op)| covers(scope, op))),
    ("subset", || file("subset", cases::subset(), |(scope, of)| subset(scope, of))),
    ("permission-set", || {
        file("permission-set", cases::permission_set(), |(include, lexicon)| {
            expansion(include, lexicon)
        })
    }),
];

type Make = fn() -> String;

/// All tests of a file.
pub(crate) fn tests(file: &Value) -> impl Iterator<Item = &Value> {
    let groups = file["groups"].as_array().unwrap();
    groups.iter().flat_map(|group| group["tests"].as_array().unwrap())
}

fn file<C>(kind: &str, groups: Vec<Group<C>>, judge: impl Fn(&C) -> Value) -> String {
    let mut used = BTreeMap::new();
    let mut id = 0;
    let mut written = Vec::new();
    for group in groups {
        let mut lines = Vec::new();
        for (case, flags) in group.cases {
            id += 1;
            let mut test = json!({"id": id, "flags": flags});
            let judged = judge(&case);
            test.as_object_mut().unwrap().extend(judged.as_object().unwrap().clone());
            lines.push(format!("        {test}"));
            for flag in flags {
                let (_, description, clause) =
                    cases::FLAGS.iter().find(|(name, ..)| *name == flag).unwrap();
                used.insert(flag, json!({"description": description, "clause": clause}));
            }
        }
        written.push(format!(
            "    {{\n      \"description\": {},\n      \"clause\": {},\n      \"tests\": [\n{}\n      ]\n    }}",
            json!(group.description),
            json!(group.clause),
            lines.join(",\n")
        ));
    }
    let flags: Vec<String> =
        used.iter().map(|(name, flag)| format!("    {}: {flag}", json!(name))).collect();
    let (_, description) = cases::DESCRIPTIONS.iter().find(|(name, _)| *name == kind).unwrap();
    format!(
        "{{\n  \"schema\": 1,\n  \"kind\": {},\n  \"description\": {},\n  \"flags\": {{\n{}\n  }},\n  \
         \"groups\": [\n{}\n  ]\n}}\n",
        json!(kind),
        json!(description),
        flags.join(",\n"),
        written.join(",\n")
    )
}

fn grammar(text: &String) -> Value {
    let reading = scope::read(text);
    let state = |meaning: &Meaning| match meaning {
        Meaning::Known(_) => "known",
        Meaning::Unknown(_) => "unknown",
        Meaning::Invalid(_) => "invalid",
    };
    let set = reading.document.unwrap();
    let values = set.values.iter().map(|value| state(&value.meaning));
    let mut observations = reading.observations;
    observations.retain(|open| open.code != "scope.without-atproto");
    let open = |alternative: &Alternative| {
        let other = read_as(text, *alternative);
        other.values.iter().map(|value| state(&value.meaning)).ne(values.clone())
    };
    let open: Vec<_> = Alternative::ALL.iter().filter(|other| open(other)).collect();
    let result = match (reading.defects.first(), observations.first()) {
        (Some(_), _) => "invalid",
        (None, None) if open.is_empty() => "valid",
        (None, _) => "acceptable",
    };
    let mut test = json!({"scope": text, "values": values.collect::<Vec<_>>(), "result": result});
    if let Some(defect) = reading.defects.first().or(observations.first()) {
        test["defect"] = shown(defect);
    }
    if result == "acceptable" && !open.is_empty() {
        test["open"] = clauses(open.into_iter().copied());
    }
    test
}

fn read_as(text: &str, alternative: Alternative) -> ScopeSet {
    scope::read_as(text, Readings::usual().with(alternative)).document.unwrap()
}

fn canonical(text: &String) -> Value {
    let canonical = scope::read(text).document.unwrap().to_string();
    let result = if canonical == *text { "valid" } else { "invalid" };
    json!({"scope": text, "canonical": canonical, "result": result})
}

fn covers(text: &str, operation: &Operation) -> Value {
    let verdict = scope::verdict(text, &BTreeMap::new(), operation);
    let result = match (verdict.open.is_empty(), verdict.allowed) {
        (false, _) => "acceptable",
        (true, true) => "valid",
        (true, false) => "invalid",
    };
    let mut test = json!({
        "scope": text,
        "operation": operation,
        "allowed": verdict.allowed,
        "clause": verdict.clause,
        "result": result,
    });
    if !verdict.open.is_empty() {
        test["open"] = clauses(verdict.open);
    }
    test
}

fn subset(text: &str, of: &str) -> Value {
    let [one, other] = [text, of].map(|text| scope::read(text).document.unwrap());
    let listed = one.is_listed_in(&other);
    let result = match (one.is_within(&other), listed) {
        (false, _) => "invalid",
        (true, true) => "valid",
        (true, false) => "acceptable",
    };
    json!({"scope": text, "of": of, "listed": listed, "result": result})
}

fn expansion(include: &str, lexicon: &Value) -> Value {
    let requested = scope::read(include).document.unwrap();
    let nsid = requested.includes().next().unwrap().nsid.clone();
    let bytes = lexicon.to_string().into_bytes();
    let expand =
        |set: PermissionSet| requested.expand(&BTreeMap::from([(nsid.clone(), set)])).to_string();
    let reading = permission_set::read(&bytes, &nsid);
    let expanded = reading.document.map(expand);
    let turns = |alternative: &Alternative| {
        let readings = Readings::usual().with(*alternative);
        let other = permission_set::read_as(&bytes, &nsid, readings).document.map(expand);
        other != expanded
    };
    let open: Vec<_> = Alternative::ALL.into_iter().filter(turns).collect();
    let result = match (reading.defects.is_empty(), &reading.observations.is_empty()) {
        _ if !open.is_empty() => "acceptable",
        (false, _) => "invalid",
        (true, false) => "acceptable",
        (true, true) => "valid",
    };
    let mut faults: Vec<_> = reading.defects.iter().chain(&reading.observations).collect();
    faults.sort_by_key(|fault| fault.at.clone());
    let mut test = json!({
        "include": include,
        "lexicon": lexicon,
        "expanded": expanded,
        "ignored": faults.into_iter().map(shown).collect::<Vec<_>>(),
        "result": result,
    });
    if !open.is_empty() {
        test["open"] = clauses(open);
    }
    test
}

fn shown(defect: &Defect) -> Value {
    let at = match &defect.at {
        Position::Byte(at) => json!(at),
        Position::Pointer(pointer) => json!(pointer),
        Position::Whole | Position::Field(_) => Value::Null,
    };
    json!({"code": defect.code, "clause": defect.clause, "at": at})
}

fn clauses(alternatives: impl IntoIterator<Item = Alternative>) -> Value {
    let mut clauses: Vec<_> = alternatives.into_iter().map(Alternative::clause).collect();
    clauses.dedup();
    json!(clauses)
}
