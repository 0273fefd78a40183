//! What a tree holds of a node.

use super::places::PlaceId;
use crate::ScalarType;

/// The number of no node.
pub(crate) const NONE: u32 = u32::MAX;

/// A text of a tree: where it starts, and how many bytes it has; or the number of a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) at: u32,
    pub(crate) length: u32,
}

impl Text {
    /// Says that the length is the number of a long text.
    pub(crate) const LONG: u32 = u32::MAX;
    pub(crate) const EMPTY: Text = Text { at: 0, length: 0 };
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Scalar(ScalarType),
    Sequence,
    Mapping,
}

/// A node, and its key where it is a value of a mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) key: Text,
    /// Of a scalar: its text. Of a collection: its first and last child.
    value: [u32; 2],
    /// The next child of the same collection.
    pub(crate) next: u32,
    pub(crate) shape: Shape,
    flags: u8,
    pub(crate) key_kind: ScalarType,
    /// Tells most keys apart at a glance.
    pub(crate) key_mark: u8,
    pub(crate) key_place: PlaceId,
    pub(crate) place: PlaceId,
}

const _: () = assert!(size_of::<Slot>() == 32);

/// A scalar was written without quotes and not as a block.
const PLAIN: u8 = 1;
/// A scalar is printed as its text is.
const AS_IS: u8 = 2;
/// A key is printed as its text is.
const KEY_AS_IS: u8 = 4;
/// A collection was written within brackets.
const FLOW: u8 = 8;
/// A scalar has no type of its own, and looks like something else than a string.
const UNTAGGED: u8 = 16;
/// It counts as a change of the tree when it becomes something else.
const COUNTED: u8 = 32;

/// A number that tells most keys apart: [`NodeRef::key_mark`](crate::NodeRef::key_mark) of a node with this key.
#[inline]
pub const fn key_mark(key: &[u8]) -> u8 {
    match key {
        [first, .., last] => {
            let letters = first.wrapping_mul(21).wrapping_add(last.wrapping_mul(7));
            letters.wrapping_add((key.len() as u8).wrapping_mul(3))
        }
        [one] => *one,
        [] => 0,
    }
}

/// The marks of some keys.
#[derive(Clone, Debug, Default)]
pub struct KeyMarks([u64; 4]);

impl KeyMarks {
    /// No mark.
    pub const NONE: KeyMarks = KeyMarks([0; 4]);

    /// These marks and another one.
    #[must_use]
    pub const fn with(mut self, mark: u8) -> KeyMarks {
        self.0[(mark / 64) as usize] |= 1 << (mark % 64);
        self
    }

    /// Adds the mark of a key.
    pub fn add(&mut self, key: &str) {
        self.add_mark(key_mark(key.as_bytes()));
    }

    /// Adds a mark.
    #[inline]
    pub fn add_mark(&mut self, mark: u8) {
        self.0[usize::from(mark / 64)] |= 1 << (mark % 64);
    }

    /// True for a mark that was added.
    #[inline]
    pub fn has(&self, mark: u8) -> bool {
        self.0[usize::from(mark / 64)] & (1 << (mark % 64)) != 0
    }
}

impl Slot {
    /// A null that was not written.
    pub(crate) const NOTHING: Slot = Slot {
        key: Text::EMPTY,
        value: [0, 0],
        next: NONE,
        shape: Shape::Scalar(ScalarType::Null),
        flags: PLAIN,
        key_kind: ScalarType::Str,
        key_mark: 0,
        key_place: PlaceId::UNKNOWN,
        place: PlaceId::UNKNOWN,
    };

    /// The text of a scalar.
    #[inline]
    pub(crate) fn text(&self) -> Text {
        match self.shape {
            Shape::Scalar(_) => Text { at: self.value[0], length: self.value[1] },
            Shape::Sequence | Shape::Mapping => Text::EMPTY,
        }
    }

    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.flags & PLAIN != 0
    }

    /// True for a scalar that is printed as its text is, wherever it stands.
    #[inline]
    pub(crate) fn is_as_is(&self) -> bool {
        self.flags & AS_IS != 0
    }

    /// The text of a scalar that is printed as it is.
    #[inline]
    pub(crate) fn as_is(&self) -> Option<Text> {
        self.is_as_is().then_some(Text { at: self.value[0], length: self.value[1] })
    }

    /// A key that is printed as it is.
    #[inline]
    pub(crate) fn key_as_is(&self) -> Option<Text> {
        self.is_key_as_is().then_some(self.key)
    }

    /// True for a key that is printed as its text is.
    #[inline]
    pub(crate) fn is_key_as_is(&self) -> bool {
        self.flags & KEY_AS_IS != 0
    }

    /// The first value of a mapping.
    #[inline]
    pub(crate) fn first_entry(&self) -> u32 {
        if self.shape == Shape::Mapping { self.value[0] } else { NONE }
    }

    #[inline]
    pub(crate) fn first_child(&self) -> u32 {
        if matches!(self.shape, Shape::Scalar(_)) { NONE } else { self.value[0] }
    }

    #[inline]
    pub(crate) fn last_child(&self) -> u32 {
        if matches!(self.shape, Shape::Scalar(_)) { NONE } else { self.value[1] }
    }

    /// Makes it a scalar.
    #[inline]
    pub(crate) fn set_scalar(&mut self, text: Text, kind: ScalarType, plain: bool, as_is: bool) {
        self.value = [text.at, text.length];
        self.shape = Shape::Scalar(kind);
        self.flags = (self.flags & KEY_AS_IS)
            | if plain { PLAIN } else { 0 }
            | if as_is { AS_IS } else { 0 };
    }

    /// Puts another text, of the same letters, into a scalar.
    pub(crate) fn set_text(&mut self, text: Text) {
        self.value = [text.at, text.length];
    }

    pub(crate) fn set_plain(&mut self, plain: bool) {
        self.flags = (self.flags & !PLAIN) | if plain { PLAIN } else { 0 };
    }

    /// True for a scalar whose type is but what its text looks like, which is no string.
    #[inline]
    pub(crate) fn is_untagged(&self) -> bool {
        self.flags & UNTAGGED != 0
    }

    /// Says that a scalar has no type of its own, or that it has. Of one that has none, nobody is to take for granted how it
    /// is printed.
    pub(crate) fn set_untagged(&mut self, untagged: bool) {
        match untagged {
            true => self.flags = (self.flags | UNTAGGED) & !AS_IS,
            false => self.flags &= !UNTAGGED,
        }
    }

    /// True where it counts as a change of the tree when it becomes something else.
    #[inline]
    pub(crate) fn is_counted(&self) -> bool {
        self.flags & COUNTED != 0
    }

    /// Says that it counts as a change of the tree when it becomes something else, which ends this.
    #[inline]
    pub(crate) fn set_counted(&mut self) {
        self.flags |= COUNTED;
    }

    /// True for a collection that was written within brackets.
    #[inline]
    pub(crate) fn is_flow(&self) -> bool {
        self.flags & FLOW != 0
    }

    pub(crate) fn set_flow(&mut self, flow: bool) {
        self.flags = (self.flags & !FLOW) | if flow { FLOW } else { 0 };
    }

    /// Makes it a collection of these children. One that was written within brackets still is.
    #[inline]
    pub(crate) fn set_collection(&mut self, shape: Shape, first: u32, last: u32) {
        self.value = [first, last];
        self.shape = shape;
        self.flags &= KEY_AS_IS | FLOW;
    }

    #[inline]
    pub(crate) fn set_key(
        &mut self,
        text: Text,
        mark: u8,
        kind: ScalarType,
        place: PlaceId,
        as_is: bool,
    ) {
        self.key = text;
        self.key_mark = mark;
        self.key_kind = kind;
        self.key_place = place;
        self.flags = (self.flags & !KEY_AS_IS) | if as_is { KEY_AS_IS } else { 0 };
    }

    /// A copy of it that stands nowhere.
    #[inline]
    pub(crate) fn detached(&self) -> Slot {
        Slot { next: NONE, flags: self.flags & !COUNTED, ..*self }
    }

    /// A copy of it for another tree, in which all nodes have numbers that are so much higher, and all texts begin so much later.
    /// None of them is long. The places are still those of the old tree.
    #[inline]
    pub(crate) fn moved(&self, nodes: u32, texts: u32) -> Slot {
        let next = |id: u32| if id == NONE { NONE } else { id.wrapping_add(nodes) };
        let [one, other] = self.value;
        let value = match self.shape {
            Shape::Scalar(_) => [one.wrapping_add(texts), other],
            Shape::Sequence | Shape::Mapping => [next(one), next(other)],
        };
        let key = Text { at: self.key.at.wrapping_add(texts), ..self.key };
        Slot { key, value, next: next(self.next), flags: self.flags & !COUNTED, ..*self }
    }

    /// Takes over the value of another one, and its place.
    pub(crate) fn take_value(&mut self, other: &Slot) {
        self.value = other.value;
        self.shape = other.shape;
        self.place = other.place;
        self.flags = (self.flags & KEY_AS_IS) | (other.flags & !(KEY_AS_IS | COUNTED));
    }

    /// Takes over the key of another one.
    pub(crate) fn take_key(&mut self, other: &Slot) {
        let as_is = other.is_key_as_is();
        self.set_key(other.key, other.key_mark, other.key_kind, other.key_place, as_is);
    }
}
