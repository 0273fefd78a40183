//! The types of Kubernetes, ready to be looked up: the rows of the schema with the marks of their fields' names.

use kbuild_yaml::{KeyMarks, NodeRef, is_same_text, key_mark};

use super::buckets::{Buckets, filled, find, mix};
use super::schema::Field;
use super::schema_data::TYPES;

/// A type with what its fields are found by.
#[derive(Debug)]
pub(super) struct KnownType {
    name: &'static str,
    /// The marks of the names of its fields.
    marks: KeyMarks,
    /// Which of all known fields are its own: the first one, and the one behind the last.
    fields: (usize, usize),
}

impl KnownType {
    /// One that nothing is known of.
    pub(super) const OPAQUE: KnownType =
        KnownType { name: "", marks: KeyMarks::NONE, fields: (0, 0) };

    /// The type of a name.
    pub(super) fn named(name: &str) -> &'static KnownType {
        let is_wanted = |row: &KnownType| is_same_text(row.name, name);
        find(&KNOWN_TYPES, &TYPE_BUCKETS, mix(0, name.as_bytes()), is_wanted)
            .map_or(&KnownType::OPAQUE, |(_, row)| row)
    }

    /// True when nothing is known of its fields.
    #[inline]
    pub(super) fn is_opaque(&self) -> bool {
        self.fields.0 == self.fields.1
    }

    /// False where nothing is known of an entry's field.
    #[inline]
    pub(super) fn may_have(&self, entry: NodeRef<'_>) -> bool {
        self.marks.has(entry.key_mark())
    }

    /// What is known of an entry's field: by which keys it merges, if it is a list that does, and its type or that of its
    /// elements.
    #[inline]
    pub(super) fn field(&self, entry: NodeRef<'_>) -> Option<(Option<Keys>, &'static KnownType)> {
        if !self.may_have(entry) {
            return None;
        }
        let mark = entry.key_mark();
        let is_it =
            |field: &&KnownField| field.mark == mark && entry.has_marked_key(mark, field.name);
        let field = KNOWN_FIELDS.get(self.fields.0..self.fields.1)?.iter().find(is_it)?;
        Some((field.merge_keys, KNOWN_TYPES.get(field.of).unwrap_or(&KnownType::OPAQUE)))
    }

    /// The names of its fields.
    #[cfg(test)]
    pub(super) fn field_names(&self) -> impl Iterator<Item = &'static str> {
        KNOWN_FIELDS[self.fields.0..self.fields.1].iter().map(|field| field.name)
    }
}

/// The fields that tell the elements of a list apart.
type Keys = &'static [&'static str];

/// A field with the mark of its name and the number of its type.
#[derive(Clone, Copy, Debug)]
struct KnownField {
    name: &'static str,
    mark: u8,
    merge_keys: Option<Keys>,
    /// As many as there are types where nothing is known of it.
    of: usize,
}

static KNOWN_TYPES: [KnownType; TYPES.len()] = {
    let mut types = [const { KnownType::OPAQUE }; TYPES.len()];
    let (mut row, mut first) = (0, 0);
    while row < types.len() {
        let fields = TYPES[row].fields;
        let (mut marks, mut at) = (KeyMarks::NONE, 0);
        while at < fields.len() {
            marks = marks.with(key_mark(fields[at].name.as_bytes()));
            at += 1;
        }
        let end = first + fields.len();
        types[row] = KnownType { name: TYPES[row].name, marks, fields: (first, end) };
        (row, first) = (row + 1, end);
    }
    types
};

/// The fields of all types, one type behind the other.
static KNOWN_FIELDS: [KnownField; FIELD_COUNT] = {
    let nothing = KnownField { name: "", mark: 0, merge_keys: None, of: TYPES.len() };
    let mut fields = [nothing; FIELD_COUNT];
    let (mut row, mut next) = (0, 0);
    while row < TYPES.len() {
        let mut at = 0;
        while at < TYPES[row].fields.len() {
            let Field { name, merge_keys, of } = TYPES[row].fields[at];
            let (mark, of) = (key_mark(name.as_bytes()), number_of(of));
            fields[next] = KnownField { name, mark, merge_keys, of };
            (at, next) = (at + 1, next + 1);
        }
        row += 1;
    }
    fields
};

const FIELD_COUNT: usize = {
    let (mut row, mut count) = (0, 0);
    while row < TYPES.len() {
        count += TYPES[row].fields.len();
        row += 1;
    }
    count
};

/// The number of the type of a name; as many as there are where there is none.
const fn number_of(name: &str) -> usize {
    let (name, mut row) = (name.as_bytes(), 0);
    while row < TYPES.len() {
        let (other, mut at) = (TYPES[row].name.as_bytes(), 0);
        while at < name.len() && at < other.len() && name[at] == other[at] {
            at += 1;
        }
        if at == name.len() && at == other.len() {
            return row;
        }
        row += 1;
    }
    row
}

const TYPE_BUCKETS: Buckets = {
    let mut hashes = [0; TYPES.len()];
    let mut row = 0;
    while row < hashes.len() {
        hashes[row] = mix(0, TYPES[row].name.as_bytes());
        row += 1;
    }
    filled(hashes)
};
