//! Numbers by keys that are not kept, only their hashes: whoever looks something up checks what is found.

use std::hash::{BuildHasher, Hash};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// Numbers, by the hashes of their keys. Two keys may have the same hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    hasher: foldhash::fast::RandomState,
    /// All hashes in the order in which they came, each with its number, as most have one; or with [`MANY`] and where in
    /// `many` they are.
    all: Vec<(u64, usize)>,
    /// Where in `all` a hash stands: with no more than that, the table of thousands is close to the processor.
    table: HashTable<u32>,
    many: Vec<Vec<usize>>,
}

/// Says that a hash has several numbers. No number is as large.
const MANY: usize = 1 << (usize::BITS - 1);

impl Slots {
    pub(crate) fn with_capacity(capacity: usize) -> Slots {
        let mut slots = Slots::default();
        slots.reserve(capacity);
        slots
    }

    /// Makes room for more numbers.
    pub(super) fn reserve(&mut self, count: usize) {
        let Slots { all, table, .. } = self;
        all.reserve(count);
        table.reserve(count, |at| hash_at(all, *at));
    }

    /// Adds a number under a key. Numbers are added in rising order, each once for a key. Returns the first other one that
    /// was there for this key, or for another of the same hash.
    pub(crate) fn add(&mut self, key: &impl Hash, slot: usize) -> Option<usize> {
        self.add_hash(self.hasher.hash_one(key), slot)
    }

    /// The same for a key that the caller has hashed.
    pub(super) fn add_hash(&mut self, hash: u64, slot: usize) -> Option<usize> {
        let Slots { all, table, many, .. } = self;
        let is_it = |at: &u32| hash_at(all, *at) == hash;
        let at = match table.entry(hash, is_it, |at| hash_at(all, *at)) {
            Entry::Vacant(vacant) => {
                vacant.insert(u32::try_from(all.len()).unwrap_or(u32::MAX));
                all.push((hash, slot));
                return None;
            }
            Entry::Occupied(occupied) => *occupied.get(),
        };
        let (_, one) = all.get_mut(at as usize)?;
        if *one == slot {
            return None;
        }
        if *one & MANY == 0 {
            let first = std::mem::replace(one, MANY | many.len());
            many.push(vec![first]);
        }
        let many = many.get_mut(*one & !MANY)?;
        if many.last() != Some(&slot) {
            many.push(slot);
        }
        many.first().copied().filter(|first| *first != slot)
    }

    /// What keys are hashed by.
    pub(super) fn hasher(&self) -> &foldhash::fast::RandomState {
        &self.hasher
    }

    /// The numbers that were added under this key, and perhaps others.
    pub(crate) fn get(&self, key: &impl Hash) -> &[usize] {
        let hash = self.hasher.hash_one(key);
        let at = self.table.find(hash, |at| hash_at(&self.all, *at) == hash);
        let one = at.and_then(|at| self.all.get(*at as usize));
        one.map_or(&[], |(_, one)| match one & MANY {
            0 => std::slice::from_ref(one),
            _ => self.many.get(one & !MANY).map_or(&[], Vec::as_slice),
        })
    }
}

fn hash_at(all: &[(u64, usize)], at: u32) -> u64 {
    all.get(at as usize).map_or(0, |(hash, _)| *hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_with_several_numbers_have_them_in_order() {
        let mut slots = Slots::with_capacity(2);
        let found =
            [("a", 0), ("b", 1), ("a", 2), ("a", 2), ("c", 3), ("b", 4), ("a", 5), ("c", 3)]
                .map(|(key, slot)| slots.add(&key, slot));
        assert_eq!(found, [None, None, Some(0), Some(0), None, Some(1), Some(0), None]);
        let all: [&[usize]; 4] = [&[0, 2, 5], &[1, 4], &[3], &[]];
        assert_eq!(["a", "b", "c", "d"].map(|key| slots.get(&key)), all);
    }
}
