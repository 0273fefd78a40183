//! Texts within a resource that hold JSON or YAML themselves: a path may lead into them.

use kbuild_yaml::{Dialect, Node, ScalarType, Value, resolve, write_json};

use super::field_path::{FieldPath, look_up, node_at, node_at_mut};
use super::path_matcher::{Create, match_path, parse};
use super::target::set_value;
use super::text_layout;
use crate::kustomization::FieldOptions;
use crate::source::Trail;

/// Puts `value` into the field within a text that `path` leads to. False where it leads to none, or where the field
/// cannot be set; nothing is changed then.
pub(super) fn set_in_text(
    root: &mut Node,
    value: &Node,
    path: &FieldPath,
    options: &FieldOptions,
    create: Create,
) -> bool {
    let Some((position, inner)) = text_on_the_way(root, path) else { return false };
    let Some(text) =
        node_at(root, &position).and_then(Node::as_scalar).map(|scalar| scalar.text.clone())
    else {
        return false;
    };
    let Ok(mut document) = parse(&text) else { return false };
    let Ok(matches) = match_path(&mut document, path, &path.steps[inner..], create) else {
        return false;
    };
    if matches.len() == 0 {
        return false;
    }
    for position in &matches.positions {
        let Some(field) = node_at_mut(&mut document, position) else { return false };
        if set_value(field, value, options, &Trail::default()).is_err() {
            return false;
        }
    }
    let Some(changed) = written(&document, &text) else { return false };
    match node_at_mut(root, &position).map(|node| &mut node.value) {
        Some(Value::Scalar(scalar)) => scalar.text = changed.into(),
        _ => return false,
    }
    true
}

/// The first scalar on a path that does not end there, and the number of the part that follows.
fn text_on_the_way(root: &Node, path: &FieldPath) -> Option<(Vec<usize>, usize)> {
    let (mut node, mut position) = (root, Vec::new());
    for (at, step) in path.steps.iter().enumerate() {
        if !step.text.trim().is_empty() {
            let index = look_up(node, step).ok()??;
            position.push(index);
            node = node_at(node, &[index])?;
        }
        if at + 1 == path.steps.len() {
            return None;
        }
        if node.as_scalar().is_some() {
            return Some((position, at + 1));
        }
    }
    None
}

/// A document as text again: JSON where the text was JSON, with line breaks where it had some.
fn written(document: &Node, before: &str) -> Option<String> {
    if !before.trim_start().starts_with(['{', '[']) {
        return Some(text_layout::write(document, before));
    }
    if has_odd_null(document) {
        return None;
    }
    let mut json = String::new();
    write_json(document, &mut json).ok()?;
    Some(if before.contains('\n') && before.contains("  ") { indented(&json) } else { json })
}

/// True where a null got a text, which no reader takes for a null.
fn has_odd_null(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(mapping) => mapping.iter().any(|entry| has_odd_null(&entry.value)),
        Value::Sequence(items) => items.iter().any(has_odd_null),
        Value::Scalar(scalar) => {
            scalar.kind == ScalarType::Null
                && resolve(&scalar.text, Dialect::Resource) != ScalarType::Null
        }
    }
}

/// Breaks compact JSON into lines, indented by two blanks for each level.
fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut level, mut quoted, mut escaped) = (0usize, false, false);
    let mut characters = json.chars().peekable();
    let line = |out: &mut String, level: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", level));
    };
    while let Some(character) = characters.next() {
        if quoted {
            out.push(character);
            quoted = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '{' | '[' => {
                out.push(character);
                if let Some(end) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    level += 1;
                    line(&mut out, level);
                }
            }
            '}' | ']' => {
                level = level.saturating_sub(1);
                line(&mut out, level);
                out.push(character);
            }
            ',' => {
                out.push(character);
                line(&mut out, level);
            }
            ':' => out.push_str(": "),
            _ => {
                quoted = character == '"';
                out.push(character);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_broken_into_lines() {
        assert_eq!(
            indented(r#"{"a":[1,{"b":"x,\"]:"}],"c":{},"d":[]}"#),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,\\\"]:\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}"
        );
    }
}
