//! Which elements of two short lists have the same keys.

use kbuild_yaml::{NodeId, NodeRef, Tree, key_mark};

use super::fields::FEW;
use super::keyed_list::Elements;

/// A list of the resource and one of the patch, none of which is long: what is found in them takes no memory besides.
#[derive(Default)]
pub(super) struct Meetings {
    /// The first of the keys that the elements have, and how many they have.
    first: usize,
    count: usize,
    columns: [Column; 2],
    /// Which of the own elements each of the patch's elements meets.
    meets: [Option<u32>; FEW],
}

/// The values under a key.
struct Column {
    own: [NodeId; FEW],
    patch: [NodeId; FEW],
}

impl Default for Column {
    #[inline]
    fn default() -> Column {
        Column { own: [NodeId::NOWHERE; FEW], patch: [NodeId::NOWHERE; FEW] }
    }
}

impl Column {
    #[inline]
    fn own<'n>(&self, tree: &'n Tree, number: usize) -> NodeRef<'n> {
        tree.at(self.own.get(number).copied().unwrap_or_default())
    }

    #[inline]
    fn patch<'n>(&self, tree: &'n Tree, number: usize) -> NodeRef<'n> {
        tree.at(self.patch.get(number).copied().unwrap_or_default())
    }
}

impl Meetings {
    /// Looks for them. False where more than two texts tell the elements apart, where not all of them have the same keys, and
    /// where two elements of a list are the same.
    pub(super) fn find(
        &mut self,
        tree: &Tree,
        own: &[NodeId],
        patch: Elements<'_>,
        keys: &[&str],
    ) -> bool {
        if own.len() > FEW || patch.ids.len() > FEW {
            return false;
        }
        let mut spare = Column::default();
        for (at, key) in keys.iter().enumerate() {
            let mark = key_mark(key.as_bytes());
            let column = self.columns.get_mut(self.count).unwrap_or(&mut spare);
            let with = fill(tree, own, (mark, key), &mut column.own)
                + fill(patch.tree, patch.ids, (mark, key), &mut column.patch);
            if with == 0 {
                continue;
            }
            if self.count == 0 {
                self.first = at;
            }
            let is_next = self.first + self.count == at && self.count < self.columns.len();
            if !is_next || with != own.len() + patch.ids.len() {
                return false;
            }
            self.count += 1;
        }
        self.count > 0 && self.compare(tree, own.len(), patch)
    }

    /// Compares the elements. False where two elements of a list are the same.
    fn compare(&mut self, tree: &Tree, own: usize, patch: Elements<'_>) -> bool {
        let Meetings { count, columns, meets, .. } = self;
        let columns = columns.get(..*count).unwrap_or_default();
        let are_two = |one: usize, two: usize| {
            let is_same =
                |column: &Column| column.own(tree, one).has_text_of(column.own(tree, two));
            !columns.iter().all(is_same)
        };
        if !(1..own).all(|two| (0..two).all(|one| are_two(one, two))) {
            return false;
        }
        for (two, meets) in (0..patch.ids.len()).zip(meets) {
            let of_two = |column: &Column| column.patch(patch.tree, two);
            let is_same = |one: usize| {
                let of_one = |column: &Column| column.patch(patch.tree, one);
                columns.iter().all(|column| of_one(column).has_text_of(of_two(column)))
            };
            if (0..two).any(is_same) {
                return false;
            }
            let meets_it = |one: &usize| {
                columns.iter().all(|column| column.own(tree, *one).has_text_of(of_two(column)))
            };
            *meets = (0..own).find(meets_it).and_then(|one| u32::try_from(one).ok());
        }
        true
    }

    /// Those of the keys that the elements have.
    pub(super) fn used<'k>(&self, keys: &'k [&'k str]) -> &'k [&'k str] {
        keys.get(self.first..self.first + self.count).unwrap_or_default()
    }

    /// Which of the own elements each of the patch's elements meets.
    pub(super) fn meets(&self) -> &[Option<u32>] {
        &self.meets
    }
}

/// Looks for the values of a key in some elements; returns how many have it.
fn fill(
    tree: &Tree,
    elements: &[NodeId],
    (mark, key): (u8, &str),
    values: &mut [NodeId; FEW],
) -> usize {
    let mut count = 0;
    for (element, value) in elements.iter().zip(values) {
        if let Some(found) = tree.find_marked(*element, mark, key)
            && tree.at(found).has_text()
        {
            *value = found;
            count += 1;
        }
    }
    count
}
