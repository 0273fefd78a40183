//! Which of many field specs lead to anything in a resource, found in one walk instead of one for each.

use kbuild_yaml::{AtHand, KeyMarks, NodeId, NodeRef, Tree, key_mark};

use super::spec::{FieldSpec, Segment};

/// The paths of field specs, put together into a tree.
///
/// A spec that is not reached is one for which [`visit`](super::visit()) would do nothing.
pub(crate) struct Reach {
    root: Branch,
    /// The numbers of the specs that may be reached whatever the resource holds.
    always: Vec<u32>,
}

/// What one of many specs has to do in a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    /// The number of the spec.
    pub(super) number: u32,
    /// The node from where on its path has to be followed: the last one that is there, unless all of it has to be followed.
    pub(super) node: NodeId,
    /// How many steps of the path lead to that.
    pub(super) steps: u32,
    /// True where there is certainly no list on the way.
    pub(super) is_straight: bool,
    /// True where the node is a mapping that certainly lacks the last field of the path, which is to be made.
    pub(super) lacks_last: bool,
}

impl Hit {
    /// Says that the path of a spec has to be followed from its start.
    fn to_follow(number: &u32) -> Hit {
        let (number, node) = (*number, Tree::ROOT);
        Hit { number, node, steps: 0, is_straight: false, lacks_last: false }
    }
}

/// Where a walk has come to.
#[derive(Clone, Copy)]
struct Way {
    steps: u32,
    /// True while there was no list.
    is_straight: bool,
}

/// A step of one or more paths.
#[derive(Default)]
struct Branch {
    name: Box<str>,
    mark: u8,
    /// The numbers of the specs that end here.
    ends: Vec<u32>,
    /// The numbers of the specs that end here or below.
    all: Vec<u32>,
    /// Those of them that make what is missing.
    creating: Vec<u32>,
    /// Those of these that end here.
    making: Vec<u32>,
    next: Vec<Branch>,
    /// The marks of the names of those.
    marks: KeyMarks,
}

impl Reach {
    /// The specs are numbered from 0. With `creates`, those that say so make the fields that are missing.
    pub(crate) fn new<'a>(specs: impl Iterator<Item = &'a FieldSpec>, creates: bool) -> Reach {
        let specs: Vec<&FieldSpec> = specs.collect();
        let mut reach = Reach { root: Branch::default(), always: Vec::new() };
        for (number, spec) in (0..).zip(&specs) {
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
        let mut walk = Walk { tree: root.tree(), found, follows: false };
        walk.go_on(&self.root, root.id(), Way { steps: 0, is_straight: true });
        let follows = walk.follows;
        if found.is_sorted_by_key(|hit| hit.number) && !follows {
            return;
        }
        found.sort_by_key(|hit| hit.number);
        if follows {
            let followed: Vec<u32> =
                found.iter().filter(|hit| hit.steps == 0).map(|hit| hit.number).collect();
            found.retain(|hit| hit.steps == 0 || followed.binary_search(&hit.number).is_err());
            found.dedup_by_key(|hit| (hit.number, hit.node));
        }
    }
}

impl Branch {
    fn add(&mut self, path: &[Segment], number: u32, creates: bool) {
        self.all.push(number);
        if creates {
            self.creating.push(number);
        }
        let Some((segment, rest)) = path.split_first() else {
            self.ends.push(number);
            return;
        };
        let known = self.next.iter().position(|branch| *branch.name == *segment.name);
        let at = known.unwrap_or_else(|| {
            let mark = key_mark(segment.name.as_bytes());
            self.marks.add(&segment.name);
            self.next.push(Branch { name: (*segment.name).into(), mark, ..Branch::default() });
            self.next.len().saturating_sub(1)
        });
        if let Some(branch) = self.next.get_mut(at) {
            if creates && rest.is_empty() && !segment.is_list {
                branch.making.push(number);
            }
            branch.add(rest, number, creates);
        }
    }
}

/// A walk through a resource.
struct Walk<'t, 'f> {
    tree: &'t Tree,
    found: &'f mut Vec<Hit>,
    /// True when there are paths among what was found that have to be followed from their start.
    follows: bool,
}

impl Walk<'_, '_> {
    /// Adds what is found below a node.
    fn go_on(&mut self, branch: &Branch, node: NodeId, way: Way) {
        let here = self.tree.at(node).at_hand();
        if here.is_mapping() {
            let mut met = 0_u64;
            for field in here.children().marked_at_hand(&branch.marks) {
                let mut branches = branch.next.iter().enumerate();
                let is_it =
                    |(_, next): &(usize, &Branch)| field.has_marked_key(next.mark, &next.name);
                if let Some((index, next)) = branches.find(is_it) {
                    met |= bit(index);
                    self.enter(next, field, way);
                }
            }
            if way.is_straight && !branch.creating.is_empty() {
                self.add_creating(branch, node, way, met);
            }
        } else if here.is_sequence() {
            // Each item may lack what is to be made.
            self.follow(&branch.creating);
            let way = Way { is_straight: false, ..way };
            here.children().for_each(|item| self.go_on(branch, item.id(), way));
        } else if !here.is_null() {
            // An error of all that go on from here.
            branch.next.iter().for_each(|next| self.follow(&next.all));
        }
    }

    #[inline]
    fn enter(&mut self, branch: &Branch, field: AtHand<'_>, way: Way) {
        if field.is_null() {
            return self.follow(&branch.all);
        }
        let (node, way) = (field.id(), Way { steps: way.steps + 1, ..way });
        let Way { steps, is_straight } = way;
        for &number in &branch.ends {
            self.found.push(Hit { number, node, steps, is_straight, lacks_last: false });
        }
        if !branch.next.is_empty() {
            self.go_on(branch, node, way);
        }
    }

    /// Adds those that make what is missing in a mapping, of whose branches some were met.
    fn add_creating(&mut self, branch: &Branch, node: NodeId, way: Way, met: u64) {
        let Way { steps, is_straight } = way;
        for (index, next) in branch.next.iter().enumerate() {
            let is_met = match bit(index) {
                0 => self.tree.at(node).get(&next.name).is_some(),
                bit => met & bit != 0,
            };
            if !is_met {
                self.found.extend(next.creating.iter().map(|&number| {
                    let lacks_last = next.making.contains(&number);
                    Hit { number, node, steps, is_straight, lacks_last }
                }));
            }
        }
    }

    /// Says that the paths of these specs have to be followed.
    fn follow(&mut self, numbers: &[u32]) {
        self.found.extend(numbers.iter().map(Hit::to_follow));
        self.follows |= !numbers.is_empty();
    }
}

/// A bit for each of the first numbers; none for others.
fn bit(number: usize) -> u64 {
    u32::try_from(number).ok().and_then(|number| 1_u64.checked_shl(number)).unwrap_or(0)
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
            let is_there = |hit: &Hit| tree.at(hit.node).is_scalar();
            // Of these, only two paths lead past no list and have not to be followed from their start.
            assert!(found.iter().all(|hit| hit.is_straight == matches!(hit.number, 0 | 7)));
            found.iter().map(|hit| (hit.number, is_there(hit))).collect::<Vec<_>>()
        };
        let without = [(0, true), (1, false), (3, true), (3, true), (5, false), (6, false)];
        assert_eq!(numbers(false), without);
        assert_eq!(numbers(true), [&without[..], &[(7, false)]].concat());
    }

    #[test]
    fn what_is_missing_is_made_from_where_the_path_ends() {
        let specs = ["a/b/c/d", "a/b/e", "x/y", "l/m/n"].map(FieldSpec::everywhere);
        let tree = tree("{a: {b: {f: 1}}, l: [{}]}\n");
        let mut found = Vec::new();
        Reach::new(specs.iter(), true).find(tree.root(), &mut found);
        let b = tree.root().get("a").and_then(|a| a.get("b")).unwrap().id();
        let hits: Vec<_> = found.iter().map(|hit| (hit.number, hit.node, hit.steps)).collect();
        let root = Tree::ROOT;
        assert_eq!(hits, [(0, b, 2), (1, b, 2), (2, root, 0), (3, root, 0)]);
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
