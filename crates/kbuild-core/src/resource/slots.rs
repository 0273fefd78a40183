//! Numbers by keys that are not kept, only their hashes: whoever looks something up checks what is found.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

/// Numbers, by the hashes of their keys. Two keys may have the same hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    hasher: foldhash::fast::RandomState,
    /// The number of each hash, as most have one; or [`MANY`] and where in `many` they are.
    slots: HashMap<u64, usize, BuildHasherDefault<AsItIs>>,
    many: Vec<Vec<usize>>,
}

/// Says that a hash has several numbers. No number is as large.
const MANY: usize = 1 << (usize::BITS - 1);

impl Slots {
    pub(crate) fn with_capacity(capacity: usize) -> Slots {
        let mut slots = Slots::default();
        slots.slots.reserve(capacity);
        slots
    }

    /// Adds a number under a key. Numbers are added in rising order, each once for a key. Returns the first other one that
    /// was there for this key, or for another of the same hash.
    pub(crate) fn add(&mut self, key: &impl Hash, slot: usize) -> Option<usize> {
        self.add_hash(self.hasher.hash_one(key), slot)
    }

    /// The same for a key that the caller has hashed.
    pub(super) fn add_hash(&mut self, hash: u64, slot: usize) -> Option<usize> {
        let one = match self.slots.entry(hash) {
            Entry::Vacant(vacant) => {
                vacant.insert(slot);
                return None;
            }
            Entry::Occupied(occupied) => occupied.into_mut(),
        };
        if *one == slot {
            return None;
        }
        if *one & MANY == 0 {
            let first = std::mem::replace(one, MANY | self.many.len());
            self.many.push(vec![first]);
        }
        let many = self.many.get_mut(*one & !MANY)?;
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
        self.slots.get(&self.hasher.hash_one(key)).map_or(&[], |one| match one & MANY {
            0 => std::slice::from_ref(one),
            _ => self.many.get(one & !MANY).map_or(&[], Vec::as_slice),
        })
    }
}

/// The hasher of what is a hash already.
#[derive(Clone, Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
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
