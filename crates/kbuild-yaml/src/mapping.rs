//! Mappings: keys and values in document order.

use ecow::EcoString;

use crate::{Dialect, Node, Place, ScalarType, resolve};

/// Keys and values in document order.
///
/// Real mappings have a handful of keys, so looking one up is a linear search. Keys are found by their text alone
/// (`1` and `"1"` are the same key), as the reference finds them.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    entries: Vec<Entry>,
}

/// One key of a mapping and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
}

/// The key of an entry: its text, the type that the text resolves to, and where it stands.
#[derive(Clone, Debug)]
pub struct Key {
    /// The text.
    pub text: EcoString,
    /// The type. Anything but a string or null is refused when the tree is written, as JSON has no such keys.
    pub kind: ScalarType,
    /// Where the key stands.
    pub place: Place,
}

impl Key {
    /// A string key that no file holds.
    pub fn new(text: impl Into<EcoString>) -> Key {
        Key { text: text.into(), kind: ScalarType::Str, place: Place::default() }
    }
}

impl Key {
    /// A key as it is when written without quotes: of the type that its text has then.
    pub fn plain(text: impl Into<EcoString>) -> Key {
        let text = text.into();
        Key { kind: resolve(&text, Dialect::Resource), text, place: Place::default() }
    }

    /// True when this is its text. Most keys differ in length or in their last byte, which is seen without a comparison of
    /// the rest.
    #[inline]
    fn is(&self, text: &str) -> bool {
        let (own, text) = (self.text.as_bytes(), text.as_bytes());
        own.len() == text.len() && own.last() == text.last() && own == text
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.text == other.text && self.kind == other.kind
    }
}

impl PartialEq for Mapping {
    /// Two mappings are equal when they hold equal entries, in whatever order.
    fn eq(&self, other: &Mapping) -> bool {
        self.len() == other.len()
            && self.iter().all(|entry| other.get(&entry.key.text) == Some(&entry.value))
    }
}

impl Mapping {
    /// An empty mapping.
    pub fn new() -> Mapping {
        Mapping::default()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in document order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The entries in document order.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Entry> {
        self.entries.iter_mut()
    }

    /// Where `key` stands among the entries.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key.is(key))
    }

    /// The entry of `key`.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.is(key))
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of `key`.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.key.is(key)).map(|entry| &mut entry.value)
    }

    /// True when `key` has a value.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// Sets `key` to `value`: in its place where the key is there, else at the end. Returns the value it had.
    pub fn insert(&mut self, key: impl Into<EcoString>, value: Node) -> Option<Node> {
        let key = key.into();
        match self.get_mut(&key) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.push(Key::new(key), value);
                None
            }
        }
    }

    /// Adds an entry at the end. The caller knows that the key is not there yet.
    pub fn push(&mut self, key: Key, value: Node) {
        // Most mappings are small: room for entries that never come would be most of their size.
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(self.entries.len() / 2 + 1);
        }
        self.entries.push(Entry { key, value });
    }

    /// The value of `key`, which is made by `make` and put at the end where the key is missing.
    pub fn get_or_insert_with(&mut self, key: &str, make: impl FnOnce() -> Node) -> &mut Node {
        let index = match self.position(key) {
            Some(index) => index,
            None => {
                self.push(Key::new(key), make());
                self.entries.len() - 1
            }
        };
        &mut self.entries[index].value
    }

    /// Takes `key` out and returns its value; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        self.position(key).map(|index| self.entries.remove(index).value)
    }

    /// Keeps the entries that `keep` accepts.
    pub fn retain(&mut self, keep: impl FnMut(&mut Entry) -> bool) {
        self.entries.retain_mut(keep);
    }
}

impl From<Vec<Entry>> for Mapping {
    /// The mapping of `entries`, in which no key stands twice.
    fn from(entries: Vec<Entry>) -> Mapping {
        Mapping { entries }
    }
}

impl FromIterator<Entry> for Mapping {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Mapping {
        Mapping { entries: entries.into_iter().collect() }
    }
}

impl IntoIterator for Mapping {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'a> IntoIterator for &'a Mapping {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}
