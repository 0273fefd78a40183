//! Which of many field specs lead to anything in a resource, found in one walk instead of one for each.

use kbuild_yaml::{EcoString, KeyMarks, NodeId, NodeRef, key_mark};

use super::spec::{FieldSpec, Segment};

/// The paths of field specs, put together into a tree.
///
/// A spec that is not reached is one for which [`visit`](super::visit()) would do nothing.
pub(crate) struct Reach {
    root: Branch,
    /// The numbers of the specs that may be reached whatever the resource holds.
    always: Vec<usize>,
}

/// What one of many specs has to do in a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// The number of the spec.
    pub(super) number: usize,
    /// The node that it leads to; none where its path has to be followed to see what there is to do.
    pub(super) node: Option<NodeId>,
    /// True where there is certainly no list on the way.
    pub(super) is_straight: bool,
}

impl Hit {
    /// Says that the path of a spec has to be followed.
    fn to_follow(number: &usize) -> Hit {
        Hit { number: *number, node: None, is_straight: false }
    }
}

/// A step of one or more paths.
#[derive(Default)]
struct Branch {
    name: EcoString,
    mark: u8,
    /// The numbers of the specs that end here.
    ends: Vec<usize>,
    /// The numbers of the specs that end here or below.
    all: Vec<usize>,
    /// Those of them that make what is missing.
    creating: Vec<usize>,
    next: Vec<Branch>,
    /// The marks of the names of those.
    marks: KeyMarks,
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
                reach.root.add(&spec.path, number, creates && spec.create);
            }
        }
        reach
    }

    /// What the specs lead to in `root`: in the order of their numbers, and nodes of one in the order of the document. Where
    /// the path of one has to be followed, there is one hit for it.
    pub(super) fn find(&self, root: NodeRef<'_>, found: &mut Vec<Hit>) {
        found.clear();
        found.extend(self.always.iter().map(Hit::to_follow));
        if self.root.next.is_empty() {
            return;
        }
        let follows = self.root.walk(root, found, true);
        self.add_creating(found);
        if found.is_sorted_by_key(|hit| hit.number) && !follows {
            return;
        }
        found.sort_by_key(|hit| hit.number);
        if follows {
            let followed: Vec<usize> =
                found.iter().filter(|hit| hit.node.is_none()).map(|hit| hit.number).collect();
            found.retain(|hit| hit.node.is_none() || followed.binary_search(&hit.number).is_err());
            found.dedup();
        }
    }

    /// Adds those that make what is missing, where nothing was found for them.
    fn add_creating(&self, found: &mut Vec<Hit>) {
        if self.root.creating.is_empty() {
            return;
        }
        // Their numbers rise.
        found.sort_by_key(|hit| hit.number);
        let (mut at, known) = (0, found.len());
        for number in &self.root.creating {
            while at < known && found.get(at).is_some_and(|hit| hit.number < *number) {
                at += 1;
            }
            if at == known || found.get(at).is_none_or(|hit| hit.number != *number) {
                found.push(Hit::to_follow(number));
            }
        }
    }
}

impl Branch {
    fn add(&mut self, path: &[Segment], number: usize, creates: bool) {
        self.all.push(number);
        if creates {
            self.creating.push(number);
        }
        let Some((segment, rest)) = path.split_first() else {
            self.ends.push(number);
            return;
        };
        let known = self.next.iter().position(|branch| branch.name == segment.name);
        let at = known.unwrap_or_else(|| {
            let mark = key_mark(segment.name.as_bytes());
            self.marks.add(&segment.name);
            self.next.push(Branch { name: segment.name.clone(), mark, ..Branch::default() });
            self.next.len().saturating_sub(1)
        });
        if let Some(branch) = self.next.get_mut(at) {
            branch.add(rest, number, creates);
        }
    }

    /// Adds what is found below `node`. True when there are paths among that which have to be followed.
    fn walk(&self, node: NodeRef<'_>, found: &mut Vec<Hit>, is_straight: bool) -> bool {
        if node.is_mapping() {
            let mut follows = false;
            for field in node.children().marked(&self.marks) {
                if let Some(branch) = self.branch(field) {
                    follows |= branch.walk_field(field, found, is_straight);
                }
            }
            follows
        } else if node.is_sequence() {
            // Each item may lack what is to be made.
            let creates = follow(&self.creating, found);
            node.children().fold(creates, |follows, item| self.walk(item, found, false) | follows)
        } else if node.is_null() {
            false
        } else {
            // An error of all that go on from here.
            self.next.iter().fold(false, |_, branch| follow(&branch.all, found))
        }
    }

    fn walk_field(&self, field: NodeRef<'_>, found: &mut Vec<Hit>, is_straight: bool) -> bool {
        if field.is_null() {
            return follow(&self.all, found);
        }
        let node = Some(field.id());
        found.extend(self.ends.iter().map(|number| Hit { number: *number, node, is_straight }));
        !self.next.is_empty() && self.walk(field, found, is_straight)
    }

    /// The branch that goes on with a field.
    #[inline]
    fn branch(&self, field: NodeRef<'_>) -> Option<&Branch> {
        let mark = field.key_mark();
        self.next.iter().find(|branch| branch.mark == mark && field.has_key(&branch.name))
    }
}

/// Says that the paths of these specs have to be followed. True if there are any.
fn follow(numbers: &[usize], found: &mut Vec<Hit>) -> bool {
    found.extend(numbers.iter().map(Hit::to_follow));
    !numbers.is_empty()
}

/// True for a spec that is an error in itself, or whose field another one may make or replace.
fn is_always_reached(spec: &FieldSpec, all: &[&FieldSpec], creates: bool) -> bool {
    let is_odd = spec.path.is_empty() || spec.path.iter().any(|segment| segment.is_odd);
    if is_odd {
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
        let tree = tree("{a: {b: 1}, l: [{m: 1}, {}, {m: 2}], n: {p: 1}, p: null, s: {t: 1}}\n");
        let mut found = Vec::new();
        let mut numbers = |creates| {
            Reach::new(specs.iter(), creates).find(tree.root(), &mut found);
            let is_there = |hit: &Hit| hit.node.is_some_and(|node| tree.at(node).is_scalar());
            // Of these, only the path to the first leads past no list and has not to be followed.
            assert!(found.iter().all(|hit| hit.is_straight == (hit.number == 0)));
            found.iter().map(|hit| (hit.number, is_there(hit))).collect::<Vec<_>>()
        };
        let without = [(0, true), (1, false), (3, true), (3, true), (5, false), (6, false)];
        assert_eq!(numbers(false), without);
        assert_eq!(numbers(true), [&without[..], &[(7, false)]].concat());
    }

    #[test]
    fn a_path_that_has_to_be_followed_is_followed_once() {
        let spec = FieldSpec::everywhere("l/m/n");
        let tree = tree("l: [{m: {n: 1}}, {m: null}, {m: {n: 2}}, {m: null}]\n");
        let mut found = Vec::new();
        Reach::new([&spec].into_iter(), false).find(tree.root(), &mut found);
        assert_eq!(found, [Hit::to_follow(&0)]);
    }
}
