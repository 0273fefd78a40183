//! Setting scalars as the reference does: what a new text means depends on how the old one was written.

use kbuild_yaml::{EcoString, Key, Node, Place, Scalar, ScalarType, Value, is_yaml_1_1_non_string};

use crate::source::Trail;

/// Puts `text` into a scalar without saying what type it is: in quotes where there were quotes, else plainly, so that
/// `123` becomes a number where the old value had none.
pub(crate) fn set_text(node: &mut Node, text: impl Into<EcoString>) {
    let text = text.into();
    let scalar = if is_plain(node) { Scalar::from_plain(text) } else { Scalar::string(text) };
    node.value = Value::Scalar(scalar);
}

/// Puts a string into a scalar.
pub(crate) fn set_string(node: &mut Node, text: impl Into<EcoString>) {
    let plain = is_plain(node);
    node.value = Value::Scalar(Scalar { text: text.into(), kind: ScalarType::Str, plain });
}

/// Puts an integer into a scalar. Where the old value stood in quotes the new one does too, and is a string.
pub(crate) fn set_int(node: &mut Node, value: i64) {
    let text = value.to_string();
    let scalar = if is_plain(node) { Scalar::from_plain(text) } else { Scalar::string(text) };
    node.value = Value::Scalar(scalar);
}

/// Sets the field `key` of a mapping to `text` without saying what type it is. A new field that YAML 1.1 would not read
/// as a string is quoted.
pub(crate) fn set_field_text(node: &mut Node, key: &str, text: &str, place: Place, trail: &Trail) {
    let Some(mapping) = node.as_mapping_mut() else { return };
    match mapping.get_mut(key) {
        Some(field) => {
            trail.mark(field, place);
            set_text(field, text);
        }
        None => {
            let scalar = if is_yaml_1_1_non_string(text) {
                Scalar::string(text)
            } else {
                Scalar::from_plain(text)
            };
            let mut field = Node::new(Value::Scalar(scalar));
            trail.mark(&mut field, place);
            mapping.push(Key::plain(key).at(place), field);
        }
    }
}

/// Sets the field `key` of a mapping to a string.
pub(crate) fn set_field_string(
    node: &mut Node,
    key: &str,
    text: &str,
    place: Place,
    trail: &Trail,
) {
    let Some(mapping) = node.as_mapping_mut() else { return };
    match mapping.get_mut(key) {
        Some(field) => {
            trail.mark(field, place);
            set_string(field, text);
        }
        None => {
            let mut field = new_string(text);
            trail.mark(&mut field, place);
            mapping.push(Key::plain(key).at(place), field);
        }
    }
}

/// A string that no document held. It counts as written without quotes, unless YAML 1.1 would not take it for a string
/// then; a text of several lines is a block.
pub(crate) fn new_string(text: impl Into<EcoString>) -> Node {
    let text = text.into();
    let plain = !text.contains('\n') && !is_yaml_1_1_non_string(&text);
    Node::new(Value::Scalar(Scalar { text, kind: ScalarType::Str, plain }))
}

/// True for what was written without quotes, and for what no document held.
fn is_plain(node: &Node) -> bool {
    node.as_scalar().is_none_or(|scalar| scalar.plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{node, yaml};

    #[test]
    fn quotes_decide_what_a_number_becomes() {
        let mut plain = node("plain");
        set_text(&mut plain, "12");
        assert_eq!(yaml(&plain), "12\n");
        let mut quoted = node("'quoted'");
        set_text(&mut quoted, "12");
        assert_eq!(yaml(&quoted), "\"12\"\n");
        set_string(&mut plain, "12");
        assert_eq!(yaml(&plain), "\"12\"\n");
        let mut count = node("\"3\"");
        set_int(&mut count, 5);
        assert_eq!(yaml(&count), "\"5\"\n");
    }
}
