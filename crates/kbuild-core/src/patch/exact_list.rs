//! Merging lists in the very steps of the reference, for elements that lack keys or are not what they should be.
//!
//! The outcome of these steps is often surprising: an element without its key takes all that have one with it. But
//! they are what the reference does. Each step looks at all elements, so this is quadratic; such lists are short.

use std::collections::HashSet;

use kbuild_yaml::{Dialect, NodeId, NodeRef, Place, ScalarType, Tree, ValueRef, resolve};

use super::keyed_list::{Elements, key_text};
use super::spot::Spot;
use super::strategic::{self, Fresh, Outcome, Seen};
use super::{Refusal, directive};

/// What is laid over a list.
pub(super) enum Patch<'p> {
    /// Elements of a patch.
    Other(Elements<'p>),
    /// The list itself.
    Same,
}

/// Lays `patch` over the list `target`.
pub(super) fn merge(
    tree: &mut Tree,
    target: NodeId,
    patch: Patch<'_>,
    keys: &[&str],
    spot: Spot<'_>,
) -> Result<(), Refusal> {
    let own: Vec<NodeId> = tree.at(target).children().map(NodeRef::id).collect();
    let other = match patch {
        Patch::Same => None,
        Patch::Other(patch) => Some(patch.iter().map(|node| tree.graft_from(node)).collect()),
    };
    let (mut lists, spot) = (Lists { tree, own, other }, spot.with_copies());
    let result = match keys {
        [] => lists.merge(lists.plain_values(), &[""], spot),
        keys => lists.merge(lists.key_values(keys), keys, spot),
    }?;
    // The steps may put one element into the list several times.
    let mut seen = HashSet::new();
    let mut children = Vec::with_capacity(result.len());
    for node in result {
        children.push(if seen.insert(node) { node } else { tree.copy_of(node) });
    }
    tree.set_children(target, children);
    Ok(())
}

/// The elements of both lists.
struct Lists<'t> {
    tree: &'t mut Tree,
    /// The list of the resource.
    own: Vec<NodeId>,
    /// The list of the patch; none where that is the resource's list.
    other: Option<Vec<NodeId>>,
}

impl Lists<'_> {
    fn node(&self, at: NodeId) -> NodeRef<'_> {
        self.tree.at(at)
    }

    /// The elements of the patch, then those of the resource.
    fn elements(&self) -> impl Iterator<Item = NodeRef<'_>> {
        let other = self.other.as_deref().unwrap_or_default();
        other.iter().chain(&self.own).map(|&at| self.node(at))
    }

    fn plain_values(&self) -> Vec<Vec<String>> {
        let mut found: Vec<Vec<String>> = Vec::new();
        for node in self.elements() {
            let value = vec![scalar_text(node).to_owned()];
            if !found.contains(&value) {
                found.push(value);
            }
        }
        found
    }

    fn key_values(&self, keys: &[&str]) -> Vec<Vec<String>> {
        let mut found: Vec<Vec<String>> = Vec::new();
        for node in self.elements() {
            let values: Vec<String> =
                keys.iter().map(|key| key_text(node, key).to_owned()).collect();
            if !found.contains(&values) {
                found.push(values);
            }
        }
        if keys.len() > 1 {
            unite(&mut found);
        }
        found
    }

    fn merge(
        &mut self,
        all: Vec<Vec<String>>,
        keys: &[&str],
        spot: Spot<'_>,
    ) -> Result<Vec<NodeId>, Refusal> {
        if all.is_empty() {
            return Ok(self.own.clone());
        }
        let counting: Vec<bool> =
            (0..keys.len()).map(|column| all.iter().any(|values| is_set(values, column))).collect();
        let mut front: Vec<NodeId> = Vec::new();
        // Where no key is set anywhere, all count.
        let counts =
            |column: usize| !counting.contains(&true) || counting.get(column) == Some(&true);
        let valid: Vec<&str> = keys
            .iter()
            .enumerate()
            .filter(|&(column, _)| counts(column))
            .map(|(_, &key)| key)
            .collect();
        for values in &all {
            let values: Vec<&str> = values
                .iter()
                .enumerate()
                .filter(|&(column, _)| counts(column))
                .map(|(_, value)| value.as_str())
                .collect();
            self.merge_one(&mut front, &valid, &values, spot)
                .map_err(|refusal| refusal.under(label(&valid, &values)))?;
        }
        self.put_back(front, &valid)
    }

    /// Merges the elements that have `values`, and puts the result into `front`.
    fn merge_one(
        &mut self,
        front: &mut Vec<NodeId>,
        keys: &[&str],
        values: &[&str],
        spot: Spot<'_>,
    ) -> Result<(), Refusal> {
        // To find the elements, only the keys that are set count, unless none is.
        let set: Vec<(&str, &str)> = keys
            .iter()
            .copied()
            .zip(values.iter().copied())
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let wanted = if set.is_empty() {
            keys.iter().copied().zip(values.iter().copied()).collect()
        } else {
            set
        };
        let own = self.find(&self.own, &wanted);
        let other = match &self.other {
            Some(other) => self.find(other, &wanted),
            None => own,
        };
        let merged = self.walk(own, other, spot)?;
        let Some(merged) = merged.filter(|&at| !is_nothing(self.node(at))) else {
            for _ in keys {
                set_element(self.tree, &mut self.own, keys, values, None)?;
            }
            return Ok(());
        };
        for (&key, &value) in keys.iter().zip(values) {
            if key.is_empty() || value.is_empty() {
                continue;
            }
            let node = self.node(merged);
            if !node.is_mapping() {
                return Err(not_a_mapping(node));
            }
            if node.get(key).is_none() {
                let place = node.place();
                let added = self.tree.push_entry(merged, key, ScalarType::Str, Place::default());
                let kind = resolve(value, Dialect::Resource);
                self.tree.set_scalar(added, value, kind, true);
                self.tree.set_place(added, place);
            }
        }
        set_element(self.tree, front, keys, values, Some(merged))
    }

    fn walk(
        &mut self,
        own: Option<NodeId>,
        other: Option<NodeId>,
        spot: Spot<'_>,
    ) -> Result<Option<NodeId>, Refusal> {
        match (own, other) {
            (None, None) => Ok(None),
            (Some(own), None) => Ok(strategic::settle(self.tree, own, &spot)?.then_some(own)),
            (None, Some(other)) => self.renew(other, spot, Seen::Once),
            (Some(own), Some(other)) if own == other => self.renew(own, spot, Seen::Twice),
            (Some(own), Some(other)) => {
                let patch = self.node(other).to_tree();
                let result = match strategic::merge_value(self.tree, own, patch.root(), &spot)? {
                    Outcome::Keep => Some(own),
                    Outcome::Clear => None,
                    Outcome::Copy => Some(other),
                    Outcome::Replace(node) => {
                        self.tree.move_value(other, node);
                        Some(other)
                    }
                };
                self.elide(other);
                Ok(result)
            }
        }
    }

    fn renew(&mut self, at: NodeId, spot: Spot<'_>, seen: Seen) -> Result<Option<NodeId>, Refusal> {
        let patch = self.node(at).to_tree();
        match strategic::fresh(self.tree, patch.root(), spot, seen)? {
            Fresh::Nothing => {
                self.elide(at);
                Ok(None)
            }
            Fresh::Copy => Ok(Some(at)),
            Fresh::Made(node) => {
                self.tree.move_value(at, node);
                Ok(Some(at))
            }
        }
    }

    /// Takes the directive out of an element once it is carried out: an element that comes up again is without it.
    fn elide(&mut self, at: NodeId) {
        let node = self.node(at);
        if node.is_mapping() && matches!(directive::of_mapping(node), Ok(Some(_))) {
            self.tree.remove(at, directive::KEY);
        }
    }

    /// The first element that has the values under the keys.
    fn find(&self, list: &[NodeId], wanted: &[(&str, &str)]) -> Option<NodeId> {
        list.iter().copied().find(|&at| {
            let node = self.node(at);
            match wanted.first() {
                Some(&("", value)) => scalar_text(node) == value,
                _ => wanted.iter().all(|&(key, value)| {
                    node.get(key).is_some_and(|node| scalar_text(node) == value)
                }),
            }
        })
    }

    /// Puts the elements of the resource into `front`, in the place of those that have the same keys.
    fn put_back(&self, mut front: Vec<NodeId>, keys: &[&str]) -> Result<Vec<NodeId>, Refusal> {
        for &at in &self.own {
            let node = self.node(at);
            if keys.first().is_none_or(|key| key.is_empty()) {
                set_element(self.tree, &mut front, &[""], &[scalar_text(node)], Some(at))?;
                continue;
            }
            let mut values = Vec::new();
            for key in keys {
                let found = match node.is_mapping() {
                    true => node.get(key),
                    false if node.is_null() => None,
                    false => return Err(not_a_mapping(node)),
                };
                match found {
                    Some(value) => values.push(scalar_text(value)),
                    None => front.push(at),
                }
            }
            if keys.len() > 1 {
                set_element(self.tree, &mut front, keys, &values, None)?;
            }
            set_element(self.tree, &mut front, keys, &values, Some(at))?;
        }
        Ok(front)
    }
}

/// Puts an element in the place of those that have `values` under `keys`, or at the end; takes them out where there is
/// no element to put there.
fn set_element(
    tree: &Tree,
    list: &mut Vec<NodeId>,
    keys: &[&str],
    values: &[&str],
    element: Option<NodeId>,
) -> Result<(), Refusal> {
    let of_mappings = keys.first().is_some_and(|key| !key.is_empty())
        && values.first().is_some_and(|value| !value.is_empty());
    let mut found = false;
    let mut kept = Vec::with_capacity(list.len() + 1);
    for &at in &*list {
        let node = tree.at(at);
        if is_nothing(node) {
            continue;
        }
        if !node.is_mapping() && of_mappings {
            kept.push(at);
            continue;
        }
        let mut matches = false;
        for (column, &key) in keys.iter().enumerate() {
            if let Some(&value) = values.get(column) {
                matches = match node.value() {
                    ValueRef::Scalar(scalar) if key.is_empty() => scalar.text == value,
                    ValueRef::Mapping(mapping) if !key.is_empty() => mapping
                        .get(key)
                        // No value stands for any.
                        .is_some_and(|node| value.is_empty() || scalar_text(node) == value),
                    _ if key.is_empty() => return Err(not_a_value(node)),
                    _ => return Err(not_a_mapping(node)),
                };
            }
            if !matches {
                break;
            }
        }
        if !matches {
            // Without any value nothing matches, and nothing is kept.
            if !values.is_empty() {
                kept.push(at);
            }
            continue;
        }
        found = true;
        kept.extend(element);
    }
    if let Some(element) = element
        && !found
        && !tree.at(element).is_null()
    {
        kept.push(element);
    }
    *list = kept;
    Ok(())
}

/// Treats keys that one element leaves out as those of an element that is otherwise the same.
fn unite(all: &mut [Vec<String>]) {
    for one in 0..all.len() {
        let Some(first) = all.get(one).cloned() else { return };
        for two in 0..all.len() {
            let Some(united) = all.get(two).and_then(|second| united(&first, second)) else {
                continue;
            };
            for at in [one, two] {
                if let Some(values) = all.get_mut(at) {
                    values.clone_from(&united);
                }
            }
        }
    }
}

/// The values of both, if one value at least is the same and the others differ only in being left out.
fn united(one: &[String], two: &[String]) -> Option<Vec<String>> {
    let mut common = false;
    let mut result = Vec::with_capacity(one.len());
    for (one, two) in one.iter().zip(two) {
        common |= one == two;
        if one != two && !one.is_empty() && !two.is_empty() {
            return None;
        }
        result.push(if one.is_empty() { two.clone() } else { one.clone() });
    }
    common.then_some(result)
}

fn is_set(values: &[String], column: usize) -> bool {
    values.get(column).is_some_and(|value| !value.is_empty())
}

/// The text of a scalar, a null's too; empty for anything else.
fn scalar_text(node: NodeRef<'_>) -> &str {
    node.as_scalar().map_or("", |scalar| scalar.text)
}

fn is_nothing(node: NodeRef<'_>) -> bool {
    node.is_null() || (node.is_mapping() && node.is_empty())
}

fn label(keys: &[&str], values: &[&str]) -> String {
    let pairs: Vec<String> =
        keys.iter().zip(values).map(|(key, value)| format!("{key}={value}")).collect();
    format!("[{}]", pairs.join(","))
}

fn not_a_mapping(node: NodeRef<'_>) -> Refusal {
    Refusal::new(
        format!("the elements of this list are mappings, but one is {}", node.describe()),
        node.place(),
    )
}

fn not_a_value(node: NodeRef<'_>) -> Refusal {
    Refusal::new(
        format!("the elements of this list are plain values, but one is {}", node.describe()),
        node.place(),
    )
}
