//! Values by key, as many as there is room for: those that were used longest ago go first.

use std::collections::BTreeMap;

/// A map that holds no more than a limit.
pub(crate) struct Recent<K, V> {
    entries: BTreeMap<K, Entry<V>>,
    /// The keys, by when they were used last.
    order: BTreeMap<u64, K>,
    /// The number of uses so far.
    uses: u64,
    weight: u64,
    limit: u64,
}

struct Entry<V> {
    value: V,
    weight: u64,
    /// When it was used last.
    used: u64,
}

impl<K: Ord + Clone, V> Recent<K, V> {
    /// An empty map, in which the weights sum up to `limit` at most.
    pub(crate) fn new(limit: u64) -> Recent<K, V> {
        Recent { entries: BTreeMap::new(), order: BTreeMap::new(), uses: 0, weight: 0, limit }
    }

    /// The value of a key, which counts as a use.
    pub(crate) fn get(&mut self, key: &K) -> Option<&V> {
        let entry = self.entries.get_mut(key)?;
        let key = self.order.remove(&entry.used)?;
        self.uses += 1;
        entry.used = self.uses;
        self.order.insert(self.uses, key);
        Some(&entry.value)
    }

    /// Puts a value there, in the place of the one that is, and takes away what there is no more room for. What is too
    /// heavy for all of the room is not put there at all.
    pub(crate) fn put(&mut self, key: K, value: V, weight: u64) {
        self.remove(&key);
        if weight > self.limit {
            return;
        }
        self.uses += 1;
        self.order.insert(self.uses, key.clone());
        self.entries.insert(key, Entry { value, weight, used: self.uses });
        self.weight = self.weight.saturating_add(weight);
        while self.weight > self.limit
            && let Some((_, oldest)) = self.order.first_key_value()
        {
            let oldest = oldest.clone();
            self.remove(&oldest);
        }
    }

    /// Takes all away.
    pub(crate) fn clear(&mut self) {
        *self = Recent::new(self.limit);
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes one away.
    pub(crate) fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.order.remove(&entry.used);
            self.weight = self.weight.saturating_sub(entry.weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(recent: &Recent<char, u32>) -> String {
        recent.entries.keys().collect()
    }

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let mut recent = Recent::new(10);
        for key in ['a', 'b', 'c'] {
            recent.put(key, 0, 3);
        }
        assert_eq!(recent.get(&'a'), Some(&0));
        recent.put('d', 1, 3);
        assert_eq!((keys(&recent).as_str(), recent.weight), ("acd", 9));
        recent.put('e', 1, 5);
        assert_eq!((keys(&recent).as_str(), recent.weight), ("de", 8));
        assert_eq!(recent.get(&'b'), None);
        assert_eq!(recent.len(), recent.order.len());
    }

    #[test]
    fn a_value_takes_the_place_of_the_one_before() {
        let mut recent = Recent::new(10);
        recent.put('a', 0, 10);
        recent.put('a', 1, 2);
        recent.put('b', 2, 8);
        assert_eq!((keys(&recent).as_str(), recent.weight), ("ab", 10));
        assert_eq!(recent.get(&'a'), Some(&1));
        // Too heavy, and no reason to take others away.
        recent.put('b', 3, 11);
        assert_eq!((keys(&recent).as_str(), recent.weight), ("a", 2));
        recent.clear();
        assert_eq!((recent.len(), recent.weight), (0, 0));
    }
}
