//! Texts within a resource that hold JSON or YAML themselves: a path may lead into them.

use kbuild_yaml::{Dialect, NodeRef, ScalarType, Tree, resolve, write_json};

use super::field_path::{FieldPath, look_up, node_at};
use super::path_matcher::{Create, match_path, parse};
use super::target::{copied, set_value};
use super::text_layout;
use crate::growth::Growth;
use crate::kustomization::FieldOptions;
use crate::source::Trail;

/// Puts `value` into the field within a text that `path` leads to. False where it leads to none, or where the field
/// cannot be set; nothing is changed then.
///
/// # Errors
/// Too much is copied.
pub(super) fn set_in_text(
    tree: &mut Tree,
    value: NodeRef<'_>,
    path: &FieldPath,
    options: &FieldOptions,
    create: Create,
    growth: &Growth,
) -> Result<bool, String> {
    let Some((holder, inner)) = text_on_the_way(tree.root(), path) else { return Ok(false) };
    let Some(scalar) = holder.as_scalar() else { return Ok(false) };
    let Ok(mut document) = parse(scalar.text) else { return Ok(false) };
    let Ok(matches) = match_path(&mut document, path, &path.steps[inner..], create) else {
        return Ok(false);
    };
    if matches.len() == 0 {
        return Ok(false);
    }
    for position in &matches.positions {
        let Some(field) = node_at(document.root(), position).map(NodeRef::id) else {
            return Ok(false);
        };
        growth.add(copied(document.at(field), value, options))?;
        if set_value(&mut document, field, value, options, &Trail::default()).is_err() {
            return Ok(false);
        }
    }
    let Some(changed) = written(document.root(), scalar.text) else { return Ok(false) };
    growth.add(changed.len())?;
    let (holder, kind, plain) = (holder.id(), scalar.kind, scalar.plain);
    tree.set_scalar(holder, &changed, kind, plain);
    Ok(true)
}

/// The first scalar on a path that does not end there, and the number of the part that follows.
fn text_on_the_way<'a>(root: NodeRef<'a>, path: &FieldPath) -> Option<(NodeRef<'a>, usize)> {
    let mut node = root;
    for (at, step) in path.steps.iter().enumerate() {
        if !step.text.trim().is_empty() {
            let index = look_up(node, step).ok()??;
            node = node_at(node, &[index])?;
        }
        if at + 1 == path.steps.len() {
            return None;
        }
        if node.is_scalar() {
            return Some((node, at + 1));
        }
    }
    None
}

/// A document as text again: JSON where the text was JSON, with line breaks where it had some.
fn written(document: NodeRef<'_>, before: &str) -> Option<String> {
    if !before.trim_start().starts_with(['{', '[']) {
        return Some(text_layout::write(&document.to_node(), before));
    }
    if has_odd_null(document) {
        return None;
    }
    let mut json = String::new();
    write_json(&document.to_node(), &mut json).ok()?;
    Some(if before.contains('\n') && before.contains("  ") { indented(&json) } else { json })
}

/// True where a null got a text, which no reader takes for a null.
fn has_odd_null(node: NodeRef<'_>) -> bool {
    match node.as_scalar() {
        Some(scalar) => {
            scalar.kind == ScalarType::Null
                && resolve(scalar.text, Dialect::Resource) != ScalarType::Null
        }
        None => node.children().any(has_odd_null),
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
