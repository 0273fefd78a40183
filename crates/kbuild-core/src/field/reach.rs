//! Which of many field specs lead to anything in a resource, found in one walk instead of one for each.

use kbuild_yaml::{EcoString, NodeRef};

use super::spec::{FieldSpec, Segment};
use super::visit::counts_items;

/// The paths of field specs, put together into a tree.
///
/// A spec that is not reached is one for which [`visit`](super::visit()) would do nothing.
pub(crate) struct Reach {
    root: Branch,
    /// The numbers of the specs that may be reached whatever the resource holds.
    always: Vec<usize>,
}

/// A step of one or more paths.
#[derive(Default)]
struct Branch {
    name: EcoString,
    /// The numbers of the specs that end here.
    ends: Vec<usize>,
    /// The numbers of the specs that end here or below.
    all: Vec<usize>,
    next: Vec<Branch>,
}

impl Reach {
    /// The specs are numbered from 0. With `creates`, those that say so make the fields that are missing.
    pub(crate) fn new<'a>(specs: impl Iterator<Item = &'a FieldSpec>, creates: bool) -> Reach {
        let specs: Vec<&FieldSpec> = specs.collect();
        let mut reach = Reach { root: Branch::default(), always: Vec::new() };
        for (number, spec) in specs.iter().enumerate() {
            if is_always_reached(spec, &specs, creates) {
                reach.always.push(number);
            } else {
                reach.root.add(&spec.path, number);
            }
        }
        reach
    }

    /// The numbers of the specs that lead to something in `node`, or to an error, in rising order.
    pub(crate) fn find(&self, node: NodeRef<'_>, found: &mut Vec<usize>) {
        found.clear();
        found.extend_from_slice(&self.always);
        if !self.root.next.is_empty() {
            self.root.walk(node, found);
        }
        found.sort_unstable();
        found.dedup();
    }
}

impl Branch {
    fn add(&mut self, path: &[Segment], number: usize) {
        self.all.push(number);
        let Some((segment, rest)) = path.split_first() else {
            self.ends.push(number);
            return;
        };
        let known = self.next.iter().position(|branch| branch.name == segment.name);
        let at = known.unwrap_or_else(|| {
            self.next.push(Branch { name: segment.name.clone(), ..Branch::default() });
            self.next.len().saturating_sub(1)
        });
        if let Some(branch) = self.next.get_mut(at) {
            branch.add(rest, number);
        }
    }

    fn walk(&self, node: NodeRef<'_>, found: &mut Vec<usize>) {
        if node.is_mapping() {
            self.walk_mapping(node, found);
        } else if node.is_sequence() {
            node.children().for_each(|item| self.walk(item, found));
        } else if !node.is_null() {
            // An error of all that go on from here.
            self.next.iter().for_each(|branch| found.extend_from_slice(&branch.all));
        }
    }

    fn walk_mapping(&self, mapping: NodeRef<'_>, found: &mut Vec<usize>) {
        for branch in &self.next {
            let Some(field) = mapping.get(&branch.name) else { continue };
            if field.is_null() {
                found.extend_from_slice(&branch.all);
                continue;
            }
            found.extend_from_slice(&branch.ends);
            if !branch.next.is_empty() {
                branch.walk(field, found);
            }
        }
    }
}

/// True for a spec that makes what is missing, that is an error in itself, or whose field another one may make.
fn is_always_reached(spec: &FieldSpec, all: &[&FieldSpec], creates: bool) -> bool {
    let is_odd = |segment: &Segment| segment.name.is_empty() || counts_items(&segment.name);
    if (creates && spec.create) || spec.path.is_empty() || spec.path.iter().any(is_odd) {
        return true;
    }
    all.iter().filter(|other| !std::ptr::eq(**other, spec)).any(|other| {
        let (own, others) = (spec.path.len(), other.path.len());
        let same = spec.path.iter().zip(&other.path).all(|(one, two)| one.name == two.name);
        same && (others < own || (creates && other.create))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::tree;

    #[test]
    fn specs_that_lead_nowhere_are_left_out() {
        let specs = ["a/b", "a/b/c", "a/x", "l/m", "n/o", "p[]/q", "s/t/u", "made/d"];
        let specs: Vec<FieldSpec> = specs
            .iter()
            .map(|path| FieldSpec { create: *path == "made/d", ..FieldSpec::everywhere(path) })
            .collect();
        let tree = tree("{a: {b: 1}, l: [{m: 1}, {}], n: {p: 1}, p: null, s: {t: 1}}\n");
        let mut found = Vec::new();
        Reach::new(specs.iter(), false).find(tree.root(), &mut found);
        assert_eq!(found, [0, 1, 3, 5, 6]);
        Reach::new(specs.iter(), true).find(tree.root(), &mut found);
        assert_eq!(found, [0, 1, 3, 5, 6, 7]);
    }
}
