//! The fields that a patch lays over a mapping, to be found by those of the mapping.

use std::collections::{BTreeSet, HashMap};

use kbuild_yaml::{KeyMarks, NodeRef, key_mark};

use super::Refusal;
use super::directive::{self, Directive};

/// Up to this many keys, looking at each is faster than an index.
pub(super) const FEW: usize = 16;

/// The fields of a patch, with an index where there are many. Of those that have the same name, the first counts.
pub(super) struct Fields<'a> {
    pub(super) patch: NodeRef<'a>,
    /// The marks of their keys.
    pub(super) marks: KeyMarks,
    index: Option<HashMap<&'a str, (usize, NodeRef<'a>)>>,
    /// True where a directive among them is not one.
    pub(super) elided: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(patch: NodeRef<'a>) -> Fields<'a> {
        let (mut marks, mut count) = (KeyMarks::default(), 0);
        for entry in patch.children() {
            marks.add_mark(entry.key_mark());
            count += 1;
        }
        let index = (count > FEW).then(|| {
            let mut index = HashMap::new();
            for (at, entry) in patch.children().enumerate() {
                index.entry(entry.key()).or_insert((at, entry));
            }
            index
        });
        Fields { patch, marks, index, elided: false }
    }

    /// The directive among them.
    pub(super) fn directive(&self) -> Result<Option<Directive>, Refusal> {
        const MARK: u8 = key_mark(directive::KEY.as_bytes());
        if self.marks.has(MARK) { directive::of_mapping(self.patch) } else { Ok(None) }
    }

    /// The field of the same name as an entry, the mark of whose key is among [theirs](Fields::marks), and its number.
    #[inline]
    pub(super) fn get(&self, entry: NodeRef<'_>) -> Option<(usize, NodeRef<'a>)> {
        if self.elided && entry.has_key(directive::KEY) {
            return None;
        }
        match &self.index {
            Some(index) => index.get(entry.key()).copied(),
            None => self.patch.children().with_key_of(entry),
        }
    }
}

/// Numbers of entries; small ones take no memory.
#[derive(Default)]
pub(super) struct Marks {
    small: u64,
    large: BTreeSet<usize>,
}

impl Marks {
    #[inline]
    pub(super) fn add(&mut self, number: usize) {
        match number {
            0..64 => self.small |= 1 << number,
            _ => {
                self.large.insert(number);
            }
        }
    }

    #[inline]
    pub(super) fn has(&self, number: usize) -> bool {
        match number {
            0..64 => self.small & (1 << number) != 0,
            _ => self.large.contains(&number),
        }
    }
}
