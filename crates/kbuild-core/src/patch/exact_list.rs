//! Merging lists in the very steps of the reference, for elements that lack keys or are not what they should be.
//!
//! The outcome of these steps is often surprising: an element without its key takes all that have one with it. But
//! they are what the reference does. Each step looks at all elements, so this is quadratic; such lists are short.

use kbuild_yaml::{Node, Scalar, Value};

use super::keyed_list::key_text;
use super::spot::Spot;
use super::strategic::{self, Outcome, Seen};
use super::{Refusal, directive};

/// What is laid over a list.
pub(super) enum Patch<'p> {
    /// Elements of a patch.
    Other(&'p [&'p Node]),
    /// The list itself.
    Same,
}

/// Lays `patch` over `target`.
pub(super) fn merge(
    target: &mut Vec<Node>,
    patch: Patch<'_>,
    keys: &[&str],
    spot: Spot<'_>,
) -> Result<(), Refusal> {
    let mut nodes: Vec<Node> = std::mem::take(target);
    let own: Vec<usize> = (0..nodes.len()).collect();
    let other = match patch {
        Patch::Same => None,
        Patch::Other(patch) => {
            nodes.extend(patch.iter().map(|&node| node.clone()));
            Some((own.len()..nodes.len()).collect())
        }
    };
    let mut lists = Lists { nodes, own, other };
    let result = match keys {
        [] => lists.merge(lists.plain_values(), &[""], spot),
        keys => lists.merge(lists.key_values(keys), keys, spot),
    }?;
    // The steps may put one element into the list several times.
    target.extend(result.into_iter().filter_map(|at| lists.nodes.get(at).cloned()));
    Ok(())
}

/// The elements of both lists, and the lists as indices into them.
struct Lists {
    nodes: Vec<Node>,
    /// The list of the resource.
    own: Vec<usize>,
    /// The list of the patch; none where that is the resource's list.
    other: Option<Vec<usize>>,
}

impl Lists {
    fn node(&self, at: usize) -> Option<&Node> {
        self.nodes.get(at)
    }

    /// The elements of the patch, then those of the resource.
    fn elements(&self) -> impl Iterator<Item = &Node> {
        let other = self.other.as_deref().unwrap_or_default();
        other.iter().chain(&self.own).filter_map(|&at| self.node(at))
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
    ) -> Result<Vec<usize>, Refusal> {
        if all.is_empty() {
            return Ok(self.own.clone());
        }
        let counting: Vec<bool> =
            (0..keys.len()).map(|column| all.iter().any(|values| is_set(values, column))).collect();
        let mut front: Vec<usize> = Vec::new();
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
        front: &mut Vec<usize>,
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
        let merged = merged.filter(|&at| self.node(at).is_some_and(|node| !is_nothing(node)));
        let Some(merged) = merged else {
            for _ in keys {
                set_element(&self.nodes, &mut self.own, keys, values, None)?;
            }
            return Ok(());
        };
        for (&key, &value) in keys.iter().zip(values) {
            let Some(node) = self.nodes.get_mut(merged) else { continue };
            if key.is_empty() || value.is_empty() {
                continue;
            }
            let place = node.place;
            let Value::Mapping(mapping) = &mut node.value else { return Err(not_a_mapping(node)) };
            if !mapping.contains_key(key) {
                mapping.insert(key, Node::new(Value::Scalar(Scalar::from_plain(value))).at(place));
            }
        }
        set_element(&self.nodes, front, keys, values, Some(merged))
    }

    fn walk(
        &mut self,
        own: Option<usize>,
        other: Option<usize>,
        spot: Spot<'_>,
    ) -> Result<Option<usize>, Refusal> {
        match (own, other) {
            (None, None) => Ok(None),
            (Some(own), None) => match self.nodes.get_mut(own) {
                Some(node) => Ok(strategic::settle(node, spot)?.then_some(own)),
                None => Ok(None),
            },
            (None, Some(other)) => self.renew(other, spot, Seen::Once),
            (Some(own), Some(other)) if own == other => self.renew(own, spot, Seen::Twice),
            (Some(own), Some(other)) => {
                let Some(patch) =
                    self.nodes.get_mut(other).map(|node| std::mem::replace(node, Node::null()))
                else {
                    return Ok(None);
                };
                let Some(node) = self.nodes.get_mut(own) else { return Ok(None) };
                let (result, patch) = match strategic::merge_value(node, &patch, spot)? {
                    Outcome::Keep => (Some(own), patch),
                    Outcome::Clear => (None, patch),
                    Outcome::Replace(patch) => (Some(other), patch),
                };
                if let Some(node) = self.nodes.get_mut(other) {
                    *node = patch;
                    elide(node);
                }
                Ok(result)
            }
        }
    }

    fn renew(&mut self, at: usize, spot: Spot<'_>, seen: Seen) -> Result<Option<usize>, Refusal> {
        let Some(node) = self.nodes.get_mut(at) else { return Ok(None) };
        let Some(renewed) = strategic::fresh(node, spot, seen)? else {
            elide(node);
            return Ok(None);
        };
        *node = renewed;
        Ok(Some(at))
    }

    /// The first element that has the values under the keys.
    fn find(&self, list: &[usize], wanted: &[(&str, &str)]) -> Option<usize> {
        list.iter().copied().find(|&at| {
            let Some(node) = self.node(at) else { return false };
            match wanted.first() {
                Some(&("", value)) => scalar_text(node) == value,
                _ => wanted.iter().all(|&(key, value)| {
                    node.get(key).is_some_and(|node| scalar_text(node) == value)
                }),
            }
        })
    }

    /// Puts the elements of the resource into `front`, in the place of those that have the same keys.
    fn put_back(&self, mut front: Vec<usize>, keys: &[&str]) -> Result<Vec<usize>, Refusal> {
        for &at in &self.own {
            let Some(node) = self.node(at) else { continue };
            if keys.first().is_none_or(|key| key.is_empty()) {
                set_element(&self.nodes, &mut front, &[""], &[scalar_text(node)], Some(at))?;
                continue;
            }
            let mut values = Vec::new();
            for key in keys {
                let found = match &node.value {
                    Value::Mapping(mapping) => mapping.get(key),
                    _ if node.is_null() => None,
                    _ => return Err(not_a_mapping(node)),
                };
                match found {
                    Some(value) => values.push(scalar_text(value)),
                    None => front.push(at),
                }
            }
            if keys.len() > 1 {
                set_element(&self.nodes, &mut front, keys, &values, None)?;
            }
            set_element(&self.nodes, &mut front, keys, &values, Some(at))?;
        }
        Ok(front)
    }
}

/// Puts an element in the place of those that have `values` under `keys`, or at the end; takes them out where there is
/// no element to put there.
fn set_element(
    nodes: &[Node],
    list: &mut Vec<usize>,
    keys: &[&str],
    values: &[&str],
    element: Option<usize>,
) -> Result<(), Refusal> {
    let of_mappings = keys.first().is_some_and(|key| !key.is_empty())
        && values.first().is_some_and(|value| !value.is_empty());
    let mut found = false;
    let mut kept = Vec::with_capacity(list.len() + 1);
    for &at in &*list {
        let Some(node) = nodes.get(at) else { continue };
        if is_nothing(node) {
            continue;
        }
        let is_mapping = matches!(node.value, Value::Mapping(_));
        if !is_mapping && of_mappings {
            kept.push(at);
            continue;
        }
        let mut matches = false;
        for (column, &key) in keys.iter().enumerate() {
            if let Some(&value) = values.get(column) {
                matches = match &node.value {
                    Value::Scalar(scalar) if key.is_empty() => scalar.text == value,
                    Value::Mapping(mapping) if !key.is_empty() => mapping
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
        && nodes.get(element).is_some_and(|node| !node.is_null())
    {
        kept.push(element);
    }
    *list = kept;
    Ok(())
}

/// Takes the directive out of an element once it is carried out: an element that comes up again is without it.
fn elide(node: &mut Node) {
    if let Value::Mapping(mapping) = &mut node.value
        && matches!(directive::of_mapping(mapping), Ok(Some(_)))
    {
        mapping.remove(directive::KEY);
    }
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
fn scalar_text(node: &Node) -> &str {
    node.as_scalar().map_or("", |scalar| scalar.text.as_str())
}

fn is_nothing(node: &Node) -> bool {
    node.is_null() || node.as_mapping().is_some_and(|mapping| mapping.is_empty())
}

fn label(keys: &[&str], values: &[&str]) -> String {
    let pairs: Vec<String> =
        keys.iter().zip(values).map(|(key, value)| format!("{key}={value}")).collect();
    format!("[{}]", pairs.join(","))
}

fn not_a_mapping(node: &Node) -> Refusal {
    Refusal::new(
        format!("the elements of this list are mappings, but one is {}", node.describe()),
        node.place,
    )
}

fn not_a_value(node: &Node) -> Refusal {
    Refusal::new(
        format!("the elements of this list are plain values, but one is {}", node.describe()),
        node.place,
    )
}
