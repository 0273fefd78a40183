//! Numbers by keys that are not kept, only their hashes: whoever looks something up checks what is found.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

/// Numbers, by the hashes of their keys. Two keys may have the same hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    hasher: foldhash::fast::RandomState,
    slots: HashMap<u64, Few, BuildHasherDefault<AsItIs>>,
}

/// Most keys belong to one number.
#[derive(Clone, Debug)]
enum Few {
    One([usize; 1]),
    Many(Vec<usize>),
}

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
        let few = match self.slots.entry(hash) {
            Entry::Vacant(vacant) => {
                vacant.insert(Few::One([slot]));
                return None;
            }
            Entry::Occupied(occupied) => occupied.into_mut(),
        };
        match few {
            Few::One([one]) if *one != slot => {
                let one = *one;
                *few = Few::Many(vec![one, slot]);
                Some(one)
            }
            Few::One(_) => None,
            Few::Many(many) => {
                if many.last() != Some(&slot) {
                    many.push(slot);
                }
                many.first().copied().filter(|first| *first != slot)
            }
        }
    }

    /// What keys are hashed by.
    pub(super) fn hasher(&self) -> &foldhash::fast::RandomState {
        &self.hasher
    }

    /// The numbers that were added under this key, and perhaps others.
    pub(crate) fn get(&self, key: &impl Hash) -> &[usize] {
        match self.slots.get(&self.hasher.hash_one(key)) {
            Some(Few::One(one)) => one,
            Some(Few::Many(many)) => many,
            None => &[],
        }
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
