//! Setting scalars as the reference does: what a new text means depends on how the old one was written.

use kbuild_yaml::{
    Dialect, EcoString, Node, NodeId, Place, Scalar, ScalarType, Tree, Value,
    is_yaml_1_1_non_string, resolve,
};

use crate::source::Trail;

/// Puts `text` into a scalar without saying what type it is: in quotes where there were quotes, else plainly, so that
/// `123` becomes a number where the old value had none, until somebody asks for a string.
pub(crate) fn set_text(tree: &mut Tree, node: NodeId, text: &str) {
    if is_plain(tree, node) {
        tree.set_untagged(node, text);
    } else {
        tree.set_string(node, text);
    }
}

/// Puts a string into a scalar.
pub(crate) fn set_string(tree: &mut Tree, node: NodeId, text: &str) {
    let plain = is_plain(tree, node);
    tree.set_scalar(node, text, ScalarType::Str, plain);
}

/// Puts an integer into a scalar. Where the old value stood in quotes the new one does too, and is a string.
pub(crate) fn set_int(tree: &mut Tree, node: NodeId, value: i64) {
    let text = value.to_string();
    match is_plain(tree, node) {
        true => tree.set_scalar(node, &text, ScalarType::Int, true),
        false => tree.set_string(node, &text),
    }
}

/// Sets the field `key` of a mapping to `text` without saying what type it is. A new field that YAML 1.1 would not read
/// as a string is quoted.
pub(crate) fn set_field_text(
    tree: &mut Tree,
    mapping: NodeId,
    key: &str,
    text: &str,
    place: Place,
    trail: &Trail,
) {
    set_field(tree, mapping, key, place, trail, &mut |tree, field, is_new| match is_new {
        false => set_text(tree, field, text),
        true if is_yaml_1_1_non_string(text) => tree.set_string(field, text),
        true => tree.set_plain(field, text),
    });
}

/// Sets the field `key` of a mapping to a string.
pub(crate) fn set_field_string(
    tree: &mut Tree,
    mapping: NodeId,
    key: &str,
    text: &str,
    place: Place,
    trail: &Trail,
) {
    set_field(tree, mapping, key, place, trail, &mut |tree, field, is_new| match is_new {
        false => set_string(tree, field, text),
        true => tree.set_scalar(field, text, ScalarType::Str, is_plain_string(text)),
    });
}

/// Has `set` write into the field `key` of a mapping, which may be new.
fn set_field(
    tree: &mut Tree,
    mapping: NodeId,
    key: &str,
    place: Place,
    trail: &Trail,
    set: &mut dyn FnMut(&mut Tree, NodeId, bool),
) {
    if !tree.at(mapping).is_mapping() {
        return;
    }
    match tree.find(mapping, key) {
        Some(field) => {
            trail.mark(tree, field, place);
            set(tree, field, false);
        }
        None => {
            let field = tree.push_entry(mapping, key, resolve(key, Dialect::Resource), place);
            set(tree, field, true);
            trail.mark(tree, field, place);
        }
    }
}

/// True for a new string that counts as written without quotes: unless YAML 1.1 would not take it for a string then; a text
/// of several lines is a block.
pub(crate) fn is_plain_string(text: &str) -> bool {
    !text.contains('\n') && !is_yaml_1_1_non_string(text)
}

/// A string that no document held.
pub(crate) fn new_string(text: impl Into<EcoString>) -> Node {
    let text = text.into();
    let plain = is_plain_string(&text);
    Node::new(Value::Scalar(Scalar { text, kind: ScalarType::Str, plain }))
}

/// True for what was written without quotes, and for what no document held.
fn is_plain(tree: &Tree, node: NodeId) -> bool {
    tree.at(node).as_scalar().is_none_or(|scalar| scalar.plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{tree, yaml};

    #[test]
    fn quotes_decide_what_a_number_becomes() {
        let set = |text: &str, change: &dyn Fn(&mut Tree)| {
            let mut tree = tree(text);
            change(&mut tree);
            yaml(tree.root())
        };
        assert_eq!(set("plain", &|tree| set_text(tree, Tree::ROOT, "12")), "12\n");
        assert_eq!(set("'quoted'", &|tree| set_text(tree, Tree::ROOT, "12")), "\"12\"\n");
        assert_eq!(set("plain", &|tree| set_string(tree, Tree::ROOT, "12")), "\"12\"\n");
        assert_eq!(set("\"3\"", &|tree| set_int(tree, Tree::ROOT, 5)), "\"5\"\n");
    }
}
