//! Which of many field specs lead to anything in a resource, found in one walk instead of one for each.

use kbuild_yaml::{AtHand, KeyMarks, NodeId, NodeRef, Tree, key_mark};

use super::spec::{FieldSpec, Segment};

/// The paths of field specs, put together into a tree.
///
/// A spec that is not reached is one for which [`visit`](super::visit()) would do nothing.
pub(crate) struct Reach<'a> {
    /// The steps: first where all paths start. Those that go on from the same one follow each other.
    branches: Vec<Branch<'a>>,
    /// Where each spec ends, by its number.
    ends: Vec<End>,
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
    fn to_follow(number: u32) -> Hit {
        let node = Tree::ROOT;
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

/// Stands for the number of a branch or of a spec where there is none.
const NONE: u32 = u32::MAX;

/// A step of one or more paths.
#[derive(Clone)]
struct Branch<'a> {
    name: &'a str,
    /// The marks of the names of the steps that go on from here.
    marks: KeyMarks,
    /// The first of those, and how many there are.
    first: u32,
    count: u32,
    /// While paths are added: the next one that goes on from where this does.
    next: u32,
    /// The first of the specs that end here.
    end: u32,
    mark: u8,
    /// True where one that ends here or below makes what is missing.
    creates: bool,
}

impl<'a> Branch<'a> {
    fn new(name: &'a str) -> Branch<'a> {
        let (mark, marks) = (key_mark(name.as_bytes()), KeyMarks::default());
        let (first, next, end) = (NONE, NONE, NONE);
        Branch { name, marks, first, count: 0, next, end, mark, creates: false }
    }
}

/// The end of a path.
#[derive(Clone, Copy)]
struct End {
    /// The next spec that ends there.
    next: u32,
    /// True where it makes what is missing.
    creates: bool,
    /// True where what it makes is a list.
    is_list: bool,
}

impl<'a> Reach<'a> {
    /// The specs are numbered from 0. With `creates`, those that say so make the fields that are missing.
    pub(crate) fn new<T: AsRef<FieldSpec>>(specs: &[&'a T], creates: bool) -> Reach<'a> {
        let steps: usize = specs.iter().map(|spec| (**spec).as_ref().path.len()).sum();
        let mut branches = Vec::with_capacity(steps + 1);
        branches.push(Branch::new(""));
        let end = |spec: &&T| {
            let FieldSpec { path, create, .. } = (**spec).as_ref();
            let is_list = path.last().is_some_and(|segment| segment.is_list);
            End { next: NONE, creates: creates && *create, is_list }
        };
        let ends = specs.iter().map(end).collect();
        let mut reach = Reach { branches, ends, always: Vec::new() };
        // From the last one on, as each comes before those that are there.
        for (number, &spec) in specs.iter().enumerate().rev() {
            let (number, spec): (u32, &'a FieldSpec) = (number as u32, spec.as_ref());
            if is_always_reached(spec, specs, creates) {
                reach.always.push(number);
            } else {
                reach.add(&spec.path, number, creates && spec.create);
            }
        }
        reach.always.reverse();
        reach.lay_out();
        reach
    }

    /// Puts those that go on from the same step beside each other.
    fn lay_out(&mut self) {
        let mut branches: Vec<Branch<'a>> = Vec::with_capacity(self.branches.len());
        let mut numbers = Vec::with_capacity(self.branches.len());
        numbers.push(0_u32);
        while let Some(&number) = numbers.get(branches.len()) {
            let Some(branch) = self.branches.get(number as usize).cloned() else { break };
            let first = numbers.len();
            numbers.extend(self.linked(branch.first).map(|(number, _)| number));
            let count = (numbers.len() - first) as u32;
            branches.push(Branch { first: first as u32, count, ..branch });
        }
        self.branches = branches;
    }

    fn add(&mut self, path: &'a [Segment], number: u32, creates: bool) {
        let mut at = 0;
        for segment in path {
            let Some(branch) = self.branches.get_mut(at as usize) else { return };
            branch.creates |= creates;
            let first = branch.first;
            let found = self.linked(first).find(|(_, branch)| *branch.name == *segment.name);
            let found = found.map(|(next, _)| next);
            at = found.unwrap_or_else(|| self.push(at, &segment.name));
        }
        let Some(branch) = self.branches.get_mut(at as usize) else { return };
        branch.creates |= creates;
        let next = std::mem::replace(&mut branch.end, number);
        if let Some(end) = self.ends.get_mut(number as usize) {
            end.next = next;
        }
    }

    /// Adds a step that goes on from another, before the others that do.
    fn push(&mut self, from: u32, name: &'a str) -> u32 {
        let number = self.branches.len() as u32;
        let mut branch = Branch::new(name);
        if let Some(from) = self.branches.get_mut(from as usize) {
            from.marks.add(name);
            branch.next = std::mem::replace(&mut from.first, number);
        }
        self.branches.push(branch);
        number
    }

    /// The steps that are linked with each other from one on, with their numbers.
    fn linked(&self, mut at: u32) -> impl Iterator<Item = (u32, &Branch<'a>)> {
        std::iter::from_fn(move || {
            let branch = self.branches.get(at as usize)?;
            Some((std::mem::replace(&mut at, branch.next), branch))
        })
    }

    /// The steps that go on from another.
    #[inline]
    fn below(&self, branch: &Branch<'_>) -> &[Branch<'a>] {
        let first = branch.first as usize;
        self.branches.get(first..first + branch.count as usize).unwrap_or_default()
    }

    /// The specs that end at a step, with their numbers.
    #[inline]
    fn ends_of(&self, branch: &Branch<'_>) -> impl Iterator<Item = (u32, End)> {
        let mut at = branch.end;
        std::iter::from_fn(move || {
            let end = *self.ends.get(at as usize)?;
            Some((std::mem::replace(&mut at, end.next), end))
        })
    }

    /// Calls `each` with the specs that end at a step or below, their numbers, and whether they end at that step.
    fn each_below(&self, branch: &Branch<'_>, mut each: impl FnMut(u32, End, bool)) {
        self.ends_of(branch).for_each(|(number, end)| each(number, end, true));
        let mut open: Vec<&Branch<'_>> = self.below(branch).iter().collect();
        while let Some(branch) = open.pop() {
            self.ends_of(branch).for_each(|(number, end)| each(number, end, false));
            open.extend(self.below(branch));
        }
    }

    /// What the specs lead to in `root`: in the order of their numbers, and nodes of one in the order of the document. Where
    /// the path of one has to be followed, there is one hit for it.
    pub(super) fn find(&self, root: NodeRef<'_>, found: &mut Vec<Hit>) {
        found.clear();
        found.extend(self.always.iter().copied().map(Hit::to_follow));
        let Some(start) = self.branches.first().filter(|start| start.count > 0) else { return };
        let mut walk = Walk { reach: self, tree: root.tree(), found, follows: false };
        walk.go_on(start, root.id(), Way { steps: 0, is_straight: true });
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

/// A walk through a resource.
struct Walk<'r, 'a, 't, 'f> {
    reach: &'r Reach<'a>,
    tree: &'t Tree,
    found: &'f mut Vec<Hit>,
    /// True when there are paths among what was found that have to be followed from their start.
    follows: bool,
}

impl Walk<'_, '_, '_, '_> {
    /// Adds what is found below a node.
    fn go_on(&mut self, branch: &Branch<'_>, node: NodeId, way: Way) {
        let (reach, here) = (self.reach, self.tree.at(node).at_hand());
        if here.is_mapping() {
            let (below, mut met) = (reach.below(branch), 0_u64);
            for field in here.children().marked_at_hand(&branch.marks) {
                let mut branches = below.iter().enumerate();
                let is_it =
                    |(_, next): &(usize, &Branch<'_>)| field.has_marked_key(next.mark, next.name);
                if let Some((index, next)) = branches.find(is_it) {
                    met |= bit(index);
                    self.enter(next, field, way);
                }
            }
            if way.is_straight && branch.creates {
                self.add_creating(branch, node, way, met);
            }
        } else if here.is_sequence() {
            // Each item may lack what is to be made.
            if branch.creates {
                self.follow(branch, |end| end.creates);
            }
            let way = Way { is_straight: false, ..way };
            here.children().for_each(|item| self.go_on(branch, item.id(), way));
        } else if !here.is_null() {
            // An error of all that go on from here.
            reach.below(branch).iter().for_each(|next| self.follow(next, |_| true));
        }
    }

    #[inline]
    fn enter(&mut self, branch: &Branch<'_>, field: AtHand<'_>, way: Way) {
        if field.is_null() {
            return self.follow(branch, |_| true);
        }
        let (node, way) = (field.id(), Way { steps: way.steps + 1, ..way });
        let Way { steps, is_straight } = way;
        for (number, _) in self.reach.ends_of(branch) {
            self.found.push(Hit { number, node, steps, is_straight, lacks_last: false });
        }
        if branch.count > 0 {
            self.go_on(branch, node, way);
        }
    }

    /// Adds those that make what is missing in a mapping, of whose branches some were met.
    fn add_creating(&mut self, branch: &Branch<'_>, node: NodeId, way: Way, met: u64) {
        for (index, next) in self.reach.below(branch).iter().enumerate() {
            let is_met = match bit(index) {
                0 => self.tree.at(node).get(next.name).is_some(),
                bit => met & bit != 0,
            };
            if is_met || !next.creates {
                continue;
            }
            let Way { steps, is_straight } = way;
            self.reach.each_below(next, |number, end, is_next| {
                if end.creates {
                    let lacks_last = is_next && !end.is_list;
                    self.found.push(Hit { number, node, steps, is_straight, lacks_last });
                }
            });
        }
    }

    /// Says that the paths of those that end at a step or below have to be followed.
    fn follow(&mut self, branch: &Branch<'_>, has: fn(&End) -> bool) {
        self.reach.each_below(branch, |number, end, _| {
            if has(&end) {
                self.found.push(Hit::to_follow(number));
                self.follows = true;
            }
        });
    }
}

/// A bit for each of the first numbers; none for others.
fn bit(number: usize) -> u64 {
    u32::try_from(number).ok().and_then(|number| 1_u64.checked_shl(number)).unwrap_or(0)
}

/// True for a spec that is an error in itself, or whose field another one may make or replace.
fn is_always_reached<T: AsRef<FieldSpec>>(spec: &FieldSpec, all: &[&T], creates: bool) -> bool {
    let is_odd = spec.path.is_empty() || spec.path.iter().any(|segment| segment.is_odd);
    if is_odd {
        return true;
    }
    let others = all.iter().map(|other| -> &FieldSpec { (**other).as_ref() });
    others.filter(|other| !std::ptr::eq(*other, spec)).any(|other| {
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
            Reach::new(&specs.iter().collect::<Vec<_>>(), creates).find(tree.root(), &mut found);
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
        Reach::new(&specs.each_ref(), true).find(tree.root(), &mut found);
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
        Reach::new(&[&spec], false).find(tree.root(), &mut found);
        assert_eq!(found, [Hit::to_follow(0)]);
    }
}
