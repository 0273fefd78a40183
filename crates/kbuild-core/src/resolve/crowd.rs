//! Finds the one that is meant among many resources that once had the same name, such as those of one base with a
//! prefix for each of a thousand tenants.

use std::collections::HashMap;
use std::rc::Rc;

use kbuild_yaml::EcoString;

use super::referrals::Group;
use super::target::Target;
use crate::identity::GroupVersionKind;
use crate::resource::History;
use crate::survey::Hasher;

/// The crowds that were asked for.
pub(super) type Crowds<'a> = HashMap<Key<'a>, Rc<Crowd<'a>>, Hasher>;

/// What the members of a crowd have in common.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key<'a> {
    name: EcoString,
    first_namespace: Option<EcoString>,
    scope: Option<EcoString>,
    /// The type that they are or were of.
    wanted: &'a GroupVersionKind,
    /// The type that they are or were of as well, if that matters.
    role: Option<GroupVersionKind>,
    /// See [`Group::is_near`].
    is_near: bool,
}

impl<'a> Key<'a> {
    /// The key of those of a group that may be meant.
    pub(super) fn new(
        group: &Group<'_>,
        wanted: &'a GroupVersionKind,
        role: Option<&GroupVersionKind>,
        is_near: bool,
    ) -> Key<'a> {
        let Group { name, first_namespace, scope } = *group;
        Key {
            name: name.into(),
            first_namespace: first_namespace.map(EcoString::from),
            scope: scope.map(EcoString::from),
            wanted,
            role: role.cloned(),
            is_near,
        }
    }
}

/// Resources among which a reference has to choose, with their numbers, in the order of these.
pub(super) struct Crowd<'a> {
    members: Vec<(usize, &'a Target)>,
    prefixes: Ends,
    suffixes: Ends,
}

impl<'a> Crowd<'a> {
    pub(super) fn new(members: Vec<(usize, &'a Target)>) -> Crowd<'a> {
        let (mut prefixes, mut suffixes) = (Ends::default(), Ends::default());
        // One alone is meant, wherever it got its name.
        if members.len() > 1 {
            for (member, (_, target)) in members.iter().enumerate() {
                prefixes.add(target.history.prefixes(), member);
                suffixes.add(target.history.suffixes(), member);
            }
        }
        Crowd { members, prefixes, suffixes }
    }

    pub(super) fn members(&self) -> &[(usize, &'a Target)] {
        &self.members
    }

    /// The members that got their names through the same layers as a referrer, see [`History::fits`]; in any order.
    pub(super) fn fitting(
        &self,
        referrer: &History,
        or_none: bool,
    ) -> impl Iterator<Item = (usize, &'a Target)> {
        let by_prefix = self.prefixes.alike(referrer.prefixes(), or_none);
        let by_suffix = self.suffixes.alike(referrer.suffixes(), or_none);
        let count = |found: &[&[usize]]| found.iter().map(|part| part.len()).sum::<usize>();
        let found = if count(&by_prefix) <= count(&by_suffix) { by_prefix } else { by_suffix };
        let members = found.into_iter().flatten().filter_map(|member| self.members.get(*member));
        members.copied().filter(move |(_, target)| target.fits(referrer, or_none))
    }
}

/// Members of a crowd by their lists of prefixes, or of suffixes, from the outermost one inwards.
struct Ends {
    /// Where one comes from a place by one more text inwards.
    ways: HashMap<(usize, EcoString), usize, Hasher>,
    /// The first place is that of the empty list.
    places: Vec<End>,
}

/// The members whose lists have the same end.
#[derive(Default)]
struct End {
    /// Those whose lists are this end.
    whole: Vec<usize>,
    /// Those whose lists are longer.
    longer: Vec<usize>,
}

impl Default for Ends {
    fn default() -> Ends {
        Ends { ways: HashMap::default(), places: vec![End::default()] }
    }
}

impl Ends {
    fn add(&mut self, list: &[EcoString], member: usize) {
        let mut here = 0;
        for text in list.iter().rev() {
            if let Some(end) = self.places.get_mut(here) {
                end.longer.push(member);
            }
            let next = self.places.len();
            here = *self.ways.entry((here, text.clone())).or_insert(next);
            if here == next {
                self.places.push(End::default());
            }
        }
        if let Some(end) = self.places.get_mut(here) {
            end.whole.push(member);
        }
    }

    /// The members whose lists end `list` or are ended by it. Where either is empty, both must be, unless with `or_none`.
    fn alike(&self, list: &[EcoString], or_none: bool) -> Vec<&[usize]> {
        let mut found: Vec<&[usize]> = Vec::new();
        let mut here = 0;
        for (depth, text) in list.iter().rev().enumerate() {
            if depth > 0 || or_none {
                found.extend(self.places.get(here).map(|end| end.whole.as_slice()));
            }
            match self.ways.get(&(here, text.clone())) {
                Some(next) => here = *next,
                None => return found,
            }
        }
        if let Some(end) = self.places.get(here) {
            found.push(&end.whole);
            if !list.is_empty() || or_none {
                found.push(&end.longer);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All lists of up to three texts of two.
    fn lists() -> Vec<Vec<EcoString>> {
        let mut lists = vec![Vec::new()];
        for length in 0..3 {
            let longest: Vec<Vec<EcoString>> =
                lists.iter().filter(|list| list.len() == length).cloned().collect();
            for list in longest {
                for text in ["a", "b"] {
                    lists.push(list.iter().cloned().chain([text.into()]).collect());
                }
            }
        }
        lists
    }

    #[test]
    fn lists_with_the_same_end_are_found() {
        let lists = lists();
        let mut ends = Ends::default();
        for (member, list) in lists.iter().enumerate() {
            ends.add(list, member);
        }
        let with = |list: &Vec<EcoString>| History::of_affixes(list.clone(), Vec::new());
        for list in &lists {
            for or_none in [true, false] {
                let mut found: Vec<usize> =
                    ends.alike(list, or_none).into_iter().flatten().copied().collect();
                found.sort_unstable();
                let fits = |member: &usize| with(&lists[*member]).fits(&with(list), or_none);
                let expected: Vec<usize> = (0..lists.len()).filter(fits).collect();
                assert_eq!(found, expected, "{list:?} {or_none}");
            }
        }
    }
}
