//! What an edit does to the tree of a kustomization.

use std::collections::HashMap;

use kbuild_yaml::{Mapping, Node, ScalarType, Value};

/// True when two values mean the same to a kustomization: the order of keys and the style do not matter.
pub(super) fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Scalar(one), Value::Scalar(other)) => {
            one.kind == other.kind && (one.kind == ScalarType::Null || one.text == other.text)
        }
        (Value::Sequence(one), Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Mapping(one), Value::Mapping(other)) => {
            let other_values = Values::of(other);
            one.len() == other.len()
                && one.iter().all(|entry| {
                    let other = other_values.get(&entry.key.text);
                    other.is_some_and(|other| same(&entry.value, other))
                })
        }
        _ => false,
    }
}

/// The values of a mapping by key, for many searches.
pub(super) enum Values<'a> {
    Few(&'a Mapping),
    Many(HashMap<&'a str, &'a Node>),
}

impl<'a> Values<'a> {
    pub(super) fn of(mapping: &'a Mapping) -> Values<'a> {
        if mapping.len() <= MAX_FEW {
            return Values::Few(mapping);
        }
        Values::Many(mapping.iter().map(|entry| (&*entry.key.text, &entry.value)).collect())
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        match self {
            Values::Few(mapping) => mapping.get(key),
            Values::Many(values) => values.get(key).copied(),
        }
    }
}

/// So many keys are looked at one by one.
const MAX_FEW: usize = 16;

/// The spelling that `name` has in a mapping: fields are found without regard to case.
pub(super) fn spelling(mapping: &Mapping, name: &str) -> Option<String> {
    if mapping.contains_key(name) {
        return Some(name.to_owned());
    }
    let found = mapping.iter().find(|entry| entry.key.text.eq_ignore_ascii_case(name));
    found.map(|entry| entry.key.text.to_string())
}

/// The value of a field, unless it is missing or null.
pub(super) fn field<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let mapping = node.as_mapping()?;
    mapping.get(&spelling(mapping, name)?).filter(|value| !value.is_null())
}

/// The text of a field; empty where it is missing.
pub(super) fn text<'a>(node: &'a Node, name: &str) -> &'a str {
    field(node, name).and_then(Node::text).unwrap_or_default()
}

/// The items of a list; none where it is missing.
pub(super) fn items<'a>(node: &'a Node, name: &str) -> &'a [Node] {
    field(node, name).and_then(Node::as_sequence).map_or(&[], Vec::as_slice)
}

/// The texts of a list of strings.
pub(super) fn texts(node: &Node, name: &str) -> Vec<String> {
    items(node, name).iter().map(|item| item.text().unwrap_or_default().to_owned()).collect()
}

/// Sets a field, under the spelling that it has.
pub(super) fn set(node: &mut Node, name: &str, value: Node) {
    let Some(mapping) = node.as_mapping_mut() else { return };
    let name = spelling(mapping, name).unwrap_or_else(|| name.to_owned());
    mapping.insert(name, value);
}

/// Sets a field to a string, or takes it out where the string is empty.
pub(super) fn set_text(node: &mut Node, name: &str, value: &str) {
    if value.is_empty() {
        remove(node, name)
    } else if text(node, name) != value {
        set(node, name, Node::string(value))
    }
}

/// Sets a field to a list, or takes it out where the list is empty.
pub(super) fn set_items(node: &mut Node, name: &str, items: Vec<Node>) {
    if items.is_empty() {
        return remove(node, name);
    }
    let place = field(node, name).map(|known| known.place).unwrap_or_default();
    set(node, name, Node::sequence(items).at(place));
}

/// Takes a field out, in whatever spelling.
pub(super) fn remove(node: &mut Node, name: &str) {
    if let Some(mapping) = node.as_mapping_mut() {
        mapping.retain(|entry| !entry.key.text.eq_ignore_ascii_case(name));
    }
}

/// The items of a list, which is made where it is missing.
pub(super) fn list<'a>(node: &'a mut Node, name: &str) -> Option<&'a mut Vec<Node>> {
    if field(node, name).is_none() {
        set(node, name, Node::sequence(Vec::new()));
    }
    field_mut(node, name)?.as_sequence_mut()
}

/// The entries of a mapping, which is made where it is missing.
pub(super) fn pairs<'a>(node: &'a mut Node, name: &str) -> Option<&'a mut Mapping> {
    if field(node, name).is_none() {
        set(node, name, Node::mapping());
    }
    field_mut(node, name)?.as_mapping_mut()
}

pub(super) fn field_mut<'a>(node: &'a mut Node, name: &str) -> Option<&'a mut Node> {
    let mapping = node.as_mapping_mut()?;
    let name = spelling(mapping, name)?;
    mapping.get_mut(&name)
}
