//! Values that change together.
//!
//! A label that the reference adds in several places of a resource is one node there, with several parents: the one in
//! the metadata, the one in a selector, the one in a template. Whoever writes into one of them later writes into all.
//! This remembers which values these are. A JSON patch takes the resource apart and so ends it.

use std::sync::Arc;

use kbuild_yaml::{EcoString, EcoVec, Node, NodeId, NodeRef, ScalarType, Tree};

use crate::field::spec::Segment;

/// The groups of values of one resource that change together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    groups: Groups,
}

/// Groups of values that change together. Resources of one type mostly have the same ones, and share the memory.
pub(crate) type Groups = EcoVec<Group>;

/// Values that change together. All of them have the same key.
pub(crate) type Group = EcoVec<ValuePath>;

/// The way from the root of a resource to a value.
pub(crate) type ValuePath = Arc<[Step]>;

/// One step on the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Into a field.
    Field(EcoString),
    /// Into an item of a list.
    Item(usize),
}

impl Shared {
    /// True when a value of one of these keys changes together with others.
    pub(crate) fn ends_in(&self, is_one: impl Fn(&str) -> bool) -> bool {
        let is = |path: &ValuePath| matches!(path.last(), Some(Step::Field(name)) if is_one(name));
        self.groups.iter().filter_map(|group| group.first()).any(is)
    }

    /// From now on the values of each of these groups change together.
    pub(crate) fn tie(&mut self, groups: &Groups) {
        match self.groups.is_empty() {
            true => self.groups.clone_from(groups),
            false => self.groups.extend(groups.iter().cloned()),
        }
    }

    /// True where it is a copy of the other one that has not changed since, or the other way round.
    pub(crate) fn is_copy_of(&self, other: &Shared) -> bool {
        (self.groups.as_ptr(), self.groups.len()) == (other.groups.as_ptr(), other.groups.len())
    }

    /// No values change together any more.
    pub(crate) fn clear(&mut self) {
        self.groups = Groups::new();
    }

    /// The values below `fields` are written anew, each for itself.
    pub(crate) fn untie_below(&mut self, fields: &[&str]) {
        let is_below = |path: &ValuePath| {
            path.len() > fields.len()
                && path
                    .iter()
                    .zip(fields)
                    .all(|(step, field)| matches!(step, Step::Field(name) if name == field))
        };
        self.keep(|path| !is_below(path));
    }

    fn keep(&mut self, keep: impl Fn(&ValuePath) -> bool) {
        if self.groups.iter().flatten().all(&keep) {
            return;
        }
        // Other resources have the same groups.
        let kept = |group: &Group| match group.iter().filter(|path| keep(path)).count() {
            0 | 1 => None,
            all if all == group.len() => Some(group.clone()),
            _ => Some(group.iter().filter(|path| keep(path)).cloned().collect()),
        };
        self.groups = self.groups.iter().filter_map(kept).collect();
    }

    /// Carries on what was written at `written`, which is in order.
    pub(crate) fn spread(&self, tree: &mut Tree, written: &[ValuePath]) {
        for group in &self.groups {
            if let Some(path) = group.iter().find(|path| written.binary_search(path).is_ok()) {
                spread(group, path, tree);
            }
        }
    }

    /// Carries on what was written into a node.
    pub(crate) fn spread_from(&self, tree: &mut Tree, node: NodeId) {
        for group in &self.groups {
            let key = group.first().and_then(|path| path.last());
            if !matches!(key, Some(Step::Field(key)) if tree.at(node).has_key(key)) {
                continue;
            }
            let is_it =
                |path: &&ValuePath| find(tree.root(), path).is_some_and(|found| found.id() == node);
            if let Some(path) = group.iter().find(is_it) {
                spread(group, path, tree);
            }
        }
    }

    /// Carries on what was written at one position, counted in entries and items. What stood below it is gone.
    pub(crate) fn follow_one(&mut self, tree: &mut Tree, position: &[usize]) {
        if self.groups.is_empty() {
            return;
        }
        let written = path_at(tree.root(), position);
        self.keep(|path| path.len() <= written.len() || !path.starts_with(&written));
        self.spread(tree, &[written.into()]);
    }

    /// The values of all groups, for [`follow`](Shared::follow).
    pub(crate) fn values(&self, root: NodeRef<'_>) -> Vec<Vec<Option<Held>>> {
        let held = |path: &ValuePath| find(root, path).map(Held::new);
        self.groups.iter().map(|group| group.iter().map(held).collect()).collect()
    }

    /// Carries on what a strategic merge patch has written; `before` holds the values before it.
    pub(crate) fn follow(
        &mut self,
        tree: &mut Tree,
        patch: NodeRef<'_>,
        before: &[Vec<Option<Held>>],
    ) {
        for (number, before) in before.iter().enumerate() {
            let Some(group) = self.groups.get(number) else { break };
            let root = tree.root();
            let written = group
                .iter()
                .zip(before)
                .filter(|(path, before)| is_written(path, before.as_ref(), root, patch))
                .map(|(path, _)| path)
                .max()
                .cloned();
            let stays = |path: &ValuePath| {
                !is_replaced(path, patch) && find(root, path).is_some_and(NodeRef::is_scalar)
            };
            if !group.iter().all(stays)
                && let Some(group) = self.groups.make_mut().get_mut(number)
            {
                group.retain(|path| stays(path));
            }
            // The reference walks fields by name: what it comes to last stays.
            if let Some(group) = self.groups.get(number)
                && let Some(path) = written.filter(|path| group.contains(path))
            {
                spread(group, &path, tree);
            }
        }
        if self.groups.iter().any(|group| group.len() < 2) {
            self.groups.retain(|group| group.len() > 1);
        }
    }
}

/// A value of a group: a scalar as a rule.
#[derive(Debug, PartialEq)]
pub(crate) enum Held {
    Scalar(EcoString, ScalarType, bool),
    Other(Node),
}

impl Held {
    fn new(node: NodeRef<'_>) -> Held {
        match node.as_scalar() {
            Some(scalar) => Held::Scalar(scalar.text.into(), scalar.kind, scalar.plain),
            None => Held::Other(node.to_node()),
        }
    }
}

fn spread(group: &[ValuePath], from: &ValuePath, tree: &mut Tree) {
    let Some(value) = find(tree.root(), from).map(NodeRef::id) else { return };
    for path in group.iter().filter(|path| *path != from) {
        if let Some(node) = find(tree.root(), path).map(NodeRef::id) {
            tree.copy_value(node, value);
        }
    }
}

/// True when the patch holds a scalar at `path`. Items of lists may stand elsewhere in a patch: there a change counts.
fn is_written(
    path: &ValuePath,
    before: Option<&Held>,
    root: NodeRef<'_>,
    patch: NodeRef<'_>,
) -> bool {
    if path.iter().any(|step| matches!(step, Step::Item(_))) {
        return find(root, path)
            .is_some_and(|node| before.is_some_and(|before| *before != Held::new(node)));
    }
    find(patch, path).is_some_and(|node| node.is_scalar() && !node.is_null())
}

/// True when a directive of the patch puts another mapping in the place of one that holds the value.
fn is_replaced(path: &ValuePath, patch: NodeRef<'_>) -> bool {
    let mut node = Some(patch);
    for step in path.iter() {
        let Some(here) = node else { return false };
        if matches!(here.get("$patch").and_then(NodeRef::text), Some("replace" | "delete"))
            && here.id() != patch.id()
        {
            return true;
        }
        node = take(here, step);
    }
    false
}

/// The way to what stands at a position.
fn path_at(root: NodeRef<'_>, position: &[usize]) -> Vec<Step> {
    let (mut node, mut path) = (root, Vec::with_capacity(position.len()));
    for &index in position {
        let Some(child) = node.children().nth(index) else { break };
        path.push(match node.is_mapping() {
            true => Step::Field(child.key().into()),
            false => Step::Item(index),
        });
        node = child;
    }
    path
}

fn find<'a>(root: NodeRef<'a>, path: &ValuePath) -> Option<NodeRef<'a>> {
    path.iter().try_fold(root, take)
}

fn take<'a>(node: NodeRef<'a>, step: &Step) -> Option<NodeRef<'a>> {
    match step {
        Step::Field(name) => node.get(name),
        Step::Item(index) => node.as_sequence()?.nth(*index),
    }
}

/// The paths of all nodes that the path of a field spec leads to, in the order in which [`visit`](crate::field::visit)
/// comes to them.
pub(crate) fn paths_of(root: NodeRef<'_>, segments: &[Segment]) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    collect(root, segments, &mut Vec::new(), &mut found);
    found
}

fn collect(
    node: NodeRef<'_>,
    segments: &[Segment],
    path: &mut Vec<Step>,
    found: &mut Vec<Vec<Step>>,
) {
    let Some((segment, rest)) = segments.split_first() else {
        found.push(path.clone());
        return;
    };
    if let Some(items) = node.as_sequence() {
        for (index, item) in items.enumerate() {
            path.push(Step::Item(index));
            collect(item, segments, path, found);
            path.pop();
        }
    } else if let Some(field) = node.get(&segment.name) {
        path.push(Step::Field(segment.name.clone()));
        collect(field, rest, path, found);
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{tree, yaml};

    fn path(text: &str) -> ValuePath {
        text.split('/')
            .map(|step| step.parse().map_or_else(|_| Step::Field(step.into()), Step::Item))
            .collect()
    }

    fn tied(paths: &[&str]) -> Shared {
        let mut shared = Shared::default();
        shared.tie(&Groups::from([paths.iter().map(|text| path(text)).collect()]));
        shared
    }

    fn check(paths: &[&str], before: &str, patch: &str, after: &str, expect: &str) {
        let mut shared = tied(paths);
        let values = shared.values(tree(before).root());
        let mut after = tree(after);
        shared.follow(&mut after, tree(patch).root(), &values);
        assert_eq!(yaml(after.root()), expect);
    }

    #[test]
    fn a_patch_of_one_value_changes_all() {
        check(
            &["a/k", "b/k"],
            "a: {k: 1}\nb: {k: 1}\n",
            "a: {k: 2}\n",
            "a: {k: 2}\nb: {k: 1}\n",
            "a:\n  k: 2\nb:\n  k: 2\n",
        );
    }

    #[test]
    fn the_last_of_two_values_wins() {
        let patch = "a: {k: 2}\nb: {k: 1}\n";
        check(&["a/k", "b/k"], "a: {k: 1}\nb: {k: 1}\n", patch, patch, "a:\n  k: 1\nb:\n  k: 1\n");
    }

    #[test]
    fn what_a_directive_replaces_stands_alone() {
        let patch = "a: {$patch: replace, k: 2}\n";
        check(
            &["a/k", "b/k"],
            "a: {k: 1}\nb: {k: 1}\n",
            patch,
            "a: {k: 2}\nb: {k: 1}\n",
            "a:\n  k: 2\nb:\n  k: 1\n",
        );
    }

    #[test]
    fn annotations_that_are_written_anew_stand_alone() {
        let mut shared = tied(&["metadata/annotations/k", "spec/0/k", "spec/1/k"]);
        shared.untie_below(&["metadata", "annotations"]);
        let mut tree = tree("metadata: {annotations: {k: 1}}\nspec: [{k: 2}, {k: 1}]\n");
        shared.spread(&mut tree, &[path("spec/0/k")]);
        assert_eq!(
            yaml(tree.root()),
            "metadata:\n  annotations:\n    k: 1\nspec:\n- k: 2\n- k: 2\n"
        );
    }
}
