//! What documents and answers share: a JSON object, its members, and words for what stands there.

use serde_json::Value;

use crate::{Defect, Position, json};

/// Reads a JSON object, with a defect for every repeated member name.
///
/// Anything else is the defect `code` of `clause`, at the place where it stops being one.
pub(crate) fn read(
    bytes: &[u8],
    code: &'static str,
    clause: &'static str,
) -> Result<(Value, Vec<Defect>), Defect> {
    let node = json::parse(bytes).map_err(|defect| {
        // How deep we follow is our limit, not a rule of the document.
        if defect.code == "json.depth" { defect } else { Defect { code, clause, ..defect } }
    })?;
    if !node.is_object() {
        let detail = format!("{} instead of an object", found(Some(&node.to_value())));
        return Err(Defect::new(code, clause, Position::Whole, detail));
    }
    let duplicates = node.duplicates().into_iter().map(|(pointer, _)| {
        let at = Position::Pointer(pointer);
        Defect::new("json.repeated-member", "RFC 8259, section 4", at, "member name repeated")
    });
    Ok((node.to_value(), duplicates.collect()))
}

/// The position of a member of the outermost object.
pub(crate) fn at(name: &str) -> Position {
    Position::Pointer(json::child_pointer("", name))
}

/// Words for the kind of a value, or for its absence.
pub(crate) fn found(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(true)) => "true",
        Some(Value::Bool(false)) => "false",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(text)) if text.is_empty() => "an empty string",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(elements)) if elements.is_empty() => "an empty array",
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    }
}

/// A string member.
pub(crate) fn text(object: &Value, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

/// The strings of an array member; none where it is not an array.
pub(crate) fn texts(object: &Value, name: &str) -> Vec<String> {
    let elements = object.get(name).and_then(Value::as_array);
    elements.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A boolean member.
pub(crate) fn flag(object: &Value, name: &str) -> Option<bool> {
    object.get(name)?.as_bool()
}
