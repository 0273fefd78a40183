//! Which of many field specs lead to anything in a resource, found in one walk instead of one for each.

use kbuild_yaml::{EcoString, KeyMarks, NodeId, NodeRef, Tree, ValueRef, key_mark};

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
    /// The node from where on its path has to be followed: the last one that is there, unless all of it has to be followed.
    pub(super) node: NodeId,
    /// How many steps of the path lead to that.
    pub(super) steps: usize,
    /// True where there is certainly no list on the way.
    pub(super) is_straight: bool,
}

impl Hit {
    /// Says that the path of a spec has to be followed from its start.
    fn to_follow(number: &usize) -> Hit {
        Hit { number: *number, node: Tree::ROOT, steps: 0, is_straight: false }
    }
}

/// Where a walk has come to.
#[derive(Clone, Copy)]
struct Way {
    steps: usize,
    /// True while there was no list.
    is_straight: bool,
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
        let follows = self.root.walk(root, found, Way { steps: 0, is_straight: true });
        if found.is_sorted_by_key(|hit| hit.number) && !follows {
            return;
        }
        found.sort_by_key(|hit| hit.number);
        if follows {
            let followed: Vec<usize> =
                found.iter().filter(|hit| hit.steps == 0).map(|hit| hit.number).collect();
            found.retain(|hit| hit.steps == 0 || followed.binary_search(&hit.number).is_err());
            found.dedup_by_key(|hit| (hit.number, hit.node));
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

    /// Adds what is found below `node`. True when there are paths among that which have to be followed from their start.
    fn walk(&self, node: NodeRef<'_>, found: &mut Vec<Hit>, way: Way) -> bool {
        match node.value() {
            ValueRef::Mapping(fields) => {
                let (mut follows, mut met) = (false, 0_u64);
                for field in fields.marked(&self.marks) {
                    if let Some((index, branch)) = self.branch(field) {
                        met |= bit(index);
                        follows |= branch.walk_field(field, found, way);
                    }
                }
                if way.is_straight && !self.creating.is_empty() {
                    self.add_creating(node, found, way, met);
                }
                follows
            }
            ValueRef::Sequence(items) => {
                // Each item may lack what is to be made.
                let creates = follow(&self.creating, found);
                let way = Way { is_straight: false, ..way };
                items.fold(creates, |follows, item| self.walk(item, found, way) | follows)
            }
            ValueRef::Scalar(_) if node.is_null() => false,
            // An error of all that go on from here.
            ValueRef::Scalar(_) => {
                self.next.iter().fold(false, |_, branch| follow(&branch.all, found))
            }
        }
    }

    fn walk_field(&self, field: NodeRef<'_>, found: &mut Vec<Hit>, way: Way) -> bool {
        if field.is_null() {
            return follow(&self.all, found);
        }
        let (node, way) = (field.id(), Way { steps: way.steps + 1, ..way });
        let Way { steps, is_straight } = way;
        for &number in &self.ends {
            found.push(Hit { number, node, steps, is_straight });
        }
        !self.next.is_empty() && self.walk(field, found, way)
    }

    /// Adds those that make what is missing in a mapping, of whose branches some were met.
    fn add_creating(&self, mapping: NodeRef<'_>, found: &mut Vec<Hit>, way: Way, met: u64) {
        let (node, Way { steps, is_straight }) = (mapping.id(), way);
        for (index, branch) in self.next.iter().enumerate() {
            let is_met = match bit(index) {
                0 => mapping.get(&branch.name).is_some(),
                bit => met & bit != 0,
            };
            if !is_met {
                let hit = |&number: &usize| Hit { number, node, steps, is_straight };
                found.extend(branch.creating.iter().map(hit));
            }
        }
    }

    /// The branch that goes on with a field, and its number.
    #[inline]
    fn branch(&self, field: NodeRef<'_>) -> Option<(usize, &Branch)> {
        let mark = field.key_mark();
        let mut branches = self.next.iter().enumerate();
        branches.find(|(_, branch)| branch.mark == mark && field.has_marked_key(mark, &branch.name))
    }
}

/// A bit for each of the first numbers; none for others.
fn bit(number: usize) -> u64 {
    u32::try_from(number).ok().and_then(|number| 1_u64.checked_shl(number)).unwrap_or(0)
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
