//! Which values are one from now on, where labels were added in several places of a resource.

use crate::resource::{Groups, Shared};

/// Where a pair was added: the number of the pair, that of the field, and how many mappings this came to before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Addition {
    pub(super) pair: usize,
    pub(super) field: usize,
    pub(super) nth: usize,
    /// True where there is certainly no list on the way.
    pub(super) is_straight: bool,
}

impl Addition {
    /// Which mapping of the resource it was added to.
    pub(super) fn mapping(&self) -> (usize, usize) {
        (self.field, self.nth)
    }
}

/// What was tied: resources of one type mostly have the same ties.
#[derive(Default)]
pub(super) struct Ties {
    known: Vec<Tie>,
    /// How many were made: of those that are known, the oldest makes room for the next.
    made: usize,
}

/// What was tied where pairs were added in several places.
struct Tie {
    /// The places, where there is no list on the way to any of them; none otherwise.
    places: Vec<Addition>,
    groups: Groups,
    /// All that was tied in the resource, without these groups and with them.
    before: Shared,
    after: Shared,
}

/// How many of them are known at most.
const KNOWN_TIES: usize = 16;

impl Ties {
    /// Ties what was added in several places; `groups` says what that is.
    pub(super) fn tie(
        &mut self,
        added: &[Addition],
        shared: &mut Shared,
        groups: impl FnOnce(&[Addition]) -> Groups,
    ) {
        let are_straight = added.iter().all(|addition| addition.is_straight && addition.nth == 0);
        let is_same = |tie: &&Tie| *tie.places == *added && shared.is_copy_of(&tie.before);
        if let Some(known) = self.known.iter().find(is_same).filter(|_| are_straight) {
            shared.clone_from(&known.after);
            return;
        }
        let groups = groups(added);
        let same = self.known.iter().find(|tie| tie.groups == groups);
        if let Some(same) = same.filter(|_| !are_straight) {
            return shared.tie(&same.groups);
        }
        let groups = same.map_or(groups, |same| same.groups.clone());
        let before = shared.clone();
        shared.tie(&groups);
        let places = if are_straight { added.to_vec() } else { Vec::new() };
        let tie = Tie { places, groups, before, after: shared.clone() };
        match self.known.get_mut(self.made % KNOWN_TIES) {
            Some(oldest) => *oldest = tie,
            None => self.known.push(tie),
        }
        self.made += 1;
    }
}
