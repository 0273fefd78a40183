//! Mappings: keys and values in document order.

use std::fmt;

use ecow::EcoString;

use crate::{Dialect, Node, Place, ScalarType, SourceId, resolve};

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
///
/// ```
/// use kbuild_yaml::{Key, ScalarType};
///
/// assert_eq!(Key::plain("8080").kind(), ScalarType::Int);
/// assert_eq!(Key::new("8080").kind(), ScalarType::Str);
/// ```
#[derive(Clone)]
pub struct Key {
    /// The text.
    pub text: EcoString,
    /// The source in the lower bits, the type in the upper ones: keys are most of what a tree is made of.
    source_and_kind: u32,
    line: u32,
}

/// How many bits of a source a key keeps. A build with more sources than that has no memory for them; those from the last
/// one on are the largest number of all.
const SOURCE_BITS: u32 = 28;
const LAST_SOURCE: u32 = (1 << SOURCE_BITS) - 1;

/// The types by what the upper bits of a key say.
const KINDS: [ScalarType; 1 << (32 - SOURCE_BITS)] = {
    let mut kinds = [ScalarType::Str; 1 << (32 - SOURCE_BITS)];
    let mut at = 0;
    while at < ScalarType::ALL.len() {
        kinds[ScalarType::ALL[at] as usize] = ScalarType::ALL[at];
        at += 1;
    }
    kinds
};

impl Key {
    /// A string key that no file holds.
    pub fn new(text: impl Into<EcoString>) -> Key {
        Key::typed(text, ScalarType::Str)
    }

    /// A key as it is when written without quotes: of the type that its text has then.
    pub fn plain(text: impl Into<EcoString>) -> Key {
        let text = text.into();
        let kind = resolve(&text, Dialect::Resource);
        Key::typed(text, kind)
    }

    /// A key of a type, which no file holds.
    #[inline]
    pub fn typed(text: impl Into<EcoString>, kind: ScalarType) -> Key {
        Key { text: text.into(), source_and_kind: (kind as u32) << SOURCE_BITS, line: 0 }
    }

    /// The same key, said to stand at `place`.
    #[must_use]
    #[inline]
    pub fn at(mut self, place: Place) -> Key {
        self.set_place(place);
        self
    }

    /// The type. Anything but a string or null is refused when the tree is written, as JSON has no such keys.
    #[inline]
    pub fn kind(&self) -> ScalarType {
        KINDS[(self.source_and_kind >> SOURCE_BITS) as usize]
    }

    /// Gives the key another type.
    pub fn set_kind(&mut self, kind: ScalarType) {
        *self = Key::typed(std::mem::take(&mut self.text), kind).at(self.place());
    }

    /// Where the key stands.
    #[inline]
    pub fn place(&self) -> Place {
        let source = match self.source_and_kind & LAST_SOURCE {
            LAST_SOURCE => u32::MAX,
            source => source,
        };
        Place { source: SourceId(source), line: self.line }
    }

    /// Says where the key stands.
    #[inline]
    pub fn set_place(&mut self, place: Place) {
        let source = place.source.0.min(LAST_SOURCE);
        self.source_and_kind = (self.source_and_kind >> SOURCE_BITS << SOURCE_BITS) | source;
        self.line = place.line;
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
        self.text == other.text && self.kind() == other.kind()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = out.debug_struct("Key");
        out.field("text", &self.text).field("kind", &self.kind());
        out.field("place", &self.place()).finish()
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
