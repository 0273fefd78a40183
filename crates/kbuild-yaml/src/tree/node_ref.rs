//! Reading a tree.

use std::fmt;

use ecow::EcoString;

use super::{KeyMarks, NodeId, Slot, Text, Tree, key_mark};
use crate::tree::slot::Shape;
use crate::{Place, Scalar, ScalarType};

/// A node of a tree, to read. Where it is a value of a mapping it has a key.
#[derive(Clone, Copy)]
pub struct NodeRef<'a> {
    tree: &'a Tree,
    id: NodeId,
}

/// What a node holds.
#[derive(Clone, Copy)]
pub enum ValueRef<'a> {
    /// A single value.
    Scalar(ScalarRef<'a>),
    /// The items of a list.
    Sequence(Children<'a>),
    /// The values of a mapping, with their keys, in document order.
    Mapping(Children<'a>),
}

/// A scalar, as in [`Scalar`](crate::Scalar).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScalarRef<'a> {
    /// The content.
    pub text: &'a str,
    /// What the content means.
    pub kind: ScalarType,
    /// True when the document showed the scalar without quotes and not as a block.
    pub plain: bool,
}

impl<'a> From<&'a Scalar> for ScalarRef<'a> {
    fn from(scalar: &'a Scalar) -> ScalarRef<'a> {
        ScalarRef { text: &scalar.text, kind: scalar.kind, plain: scalar.plain }
    }
}

/// The items of a list, or the values of a mapping, in document order.
#[derive(Clone, Copy)]
pub struct Children<'a> {
    pub(super) tree: &'a Tree,
    pub(super) next: u32,
}

impl<'a> Children<'a> {
    /// The children of a node.
    pub(crate) fn of(tree: &'a Tree, node: &Slot) -> Children<'a> {
        Children { tree, next: node.first_child() }
    }

    /// True when there is none left.
    pub fn is_empty(mut self) -> bool {
        self.next().is_none()
    }

    /// The first one of this key.
    pub fn get(self, key: &str) -> Option<NodeRef<'a>> {
        let mut children = self;
        children.find(|child| child.has_key(key))
    }

    /// Those that are mappings or sequences.
    pub fn collections(self) -> impl Iterator<Item = NodeRef<'a>> {
        self.selected(|slot| !matches!(slot.shape, Shape::Scalar(_)))
    }

    /// Those whose keys have one of these marks.
    pub fn marked(self, marks: &KeyMarks) -> impl Iterator<Item = NodeRef<'a>> {
        self.selected(|slot| marks.has(slot.key_mark))
    }

    #[inline]
    fn selected(self, is_selected: impl Fn(&Slot) -> bool) -> impl Iterator<Item = NodeRef<'a>> {
        let Children { tree, mut next } = self;
        std::iter::from_fn(move || {
            loop {
                let slot = tree.slots.get(next as usize)?;
                let id = NodeId(std::mem::replace(&mut next, slot.next));
                if is_selected(slot) {
                    return Some(NodeRef { tree, id });
                }
            }
        })
    }

    /// The first one that has the key of another node, and how many come before it.
    pub fn with_key_of(self, other: NodeRef<'_>) -> Option<(usize, NodeRef<'a>)> {
        let (mark, key) = (other.slot().key_mark, other.key().as_bytes());
        let (mut at, mut number) = (self.next, 0);
        while let Some(slot) = self.tree.slots.get(at as usize) {
            if slot.key_mark == mark && self.tree.has_text(slot.key, key) {
                return Some((number, NodeRef { tree: self.tree, id: NodeId(at) }));
            }
            at = slot.next;
            number += 1;
        }
        None
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = NodeRef<'a>;

    #[inline]
    fn next(&mut self) -> Option<NodeRef<'a>> {
        let slot = self.tree.slots.get(self.next as usize)?;
        let id = NodeId(std::mem::replace(&mut self.next, slot.next));
        Some(NodeRef { tree: self.tree, id })
    }
}

impl<'a> NodeRef<'a> {
    #[inline]
    pub(super) fn new(tree: &'a Tree, id: NodeId) -> NodeRef<'a> {
        NodeRef { tree, id }
    }

    #[inline]
    pub(crate) fn slot(self) -> &'a Slot {
        self.tree.slot(self.id)
    }

    /// The tree that it is a node of.
    pub fn tree(self) -> &'a Tree {
        self.tree
    }

    /// Which node of the tree it is.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Where it came from.
    pub fn place(self) -> Place {
        self.tree.place(self.slot().place)
    }

    /// The text of its key; empty where it has none.
    #[inline]
    pub fn key(self) -> &'a str {
        self.tree.str(self.slot().key)
    }

    /// The text of a scalar that has memory of its own, which copies share.
    #[inline]
    pub(super) fn shared_text(self) -> Option<&'a EcoString> {
        self.tree.long(self.slot().text())
    }

    /// True where it has no key, or one without letters.
    #[inline]
    pub fn has_empty_key(self) -> bool {
        let key = self.slot().key;
        key.length == 0 && key.at != Text::LONG
    }

    /// A number that tells most keys apart.
    #[inline]
    pub fn key_mark(self) -> u8 {
        self.slot().key_mark
    }

    /// True when this is its key.
    #[inline(always)]
    pub fn has_key(self, key: &str) -> bool {
        let slot = self.slot();
        slot.key_mark == key_mark(key.as_bytes()) && self.tree.has_text(slot.key, key.as_bytes())
    }

    /// The same for a key that comes with its [mark](key_mark).
    #[inline]
    pub fn has_marked_key(self, mark: u8, key: &str) -> bool {
        let slot = self.slot();
        slot.key_mark == mark && self.tree.has_text(slot.key, key.as_bytes())
    }

    /// True for a scalar that is printed as its text is, wherever it stands: whatever reads YAML takes it for what it is. It
    /// may be false for others, too.
    #[inline]
    pub fn is_printed_as_it_is(self) -> bool {
        self.slot().is_as_is()
    }

    /// True for a scalar that something else than a document brought, and nobody said of what type it is: it is printed as the
    /// number, say, that it looks like, and is a string for whoever asks whether it may be one.
    #[inline]
    pub fn is_untagged(self) -> bool {
        self.slot().is_untagged()
    }

    /// The type of its key.
    pub fn key_kind(self) -> ScalarType {
        self.slot().key_kind
    }

    /// Where its key stands.
    pub fn key_place(self) -> Place {
        self.tree.place(self.slot().key_place)
    }

    /// What it holds.
    #[inline]
    pub fn value(self) -> ValueRef<'a> {
        match self.slot().shape {
            Shape::Scalar(kind) => ValueRef::Scalar(self.scalar(kind)),
            Shape::Sequence => ValueRef::Sequence(self.children()),
            Shape::Mapping => ValueRef::Mapping(self.children()),
        }
    }

    #[inline]
    fn scalar(self, kind: ScalarType) -> ScalarRef<'a> {
        let slot = self.slot();
        ScalarRef { text: self.tree.str(slot.text()), kind, plain: slot.is_plain() }
    }

    /// The items of a list or the values of a mapping; none of a scalar.
    #[inline]
    pub fn children(self) -> Children<'a> {
        Children::of(self.tree, self.slot())
    }

    /// About how many bytes a copy of it takes in which nothing is shared.
    pub fn weight(self) -> usize {
        let text = self.as_scalar().map_or(0, |scalar| scalar.text.len());
        let own = size_of::<Slot>() + self.key().len() + text;
        self.children().map(NodeRef::weight).fold(own, usize::saturating_add)
    }

    /// True for a null.
    #[inline]
    pub fn is_null(self) -> bool {
        self.slot().shape == Shape::Scalar(ScalarType::Null)
    }

    /// True for a null, an empty mapping and an empty sequence.
    pub fn is_empty(self) -> bool {
        match self.slot().shape {
            Shape::Scalar(kind) => kind == ScalarType::Null,
            Shape::Sequence | Shape::Mapping => self.children().is_empty(),
        }
    }

    /// True for a scalar of any type.
    pub fn is_scalar(self) -> bool {
        matches!(self.slot().shape, Shape::Scalar(_))
    }

    /// True for a collection that was written within brackets, and for an empty one in a document. Of one that is not empty and
    /// stands in a document with anchors, tags and the like it is not known, and counts as false.
    pub fn is_flow(self) -> bool {
        self.slot().is_flow()
    }

    /// True for a mapping.
    pub fn is_mapping(self) -> bool {
        self.slot().shape == Shape::Mapping
    }

    /// True for a sequence.
    pub fn is_sequence(self) -> bool {
        self.slot().shape == Shape::Sequence
    }

    /// The scalar, if it is one.
    pub fn as_scalar(self) -> Option<ScalarRef<'a>> {
        match self.slot().shape {
            Shape::Scalar(kind) => Some(self.scalar(kind)),
            _ => None,
        }
    }

    /// The text of a scalar of any type, as the user wrote it; none for a mapping, a sequence and a null.
    #[inline]
    pub fn text(self) -> Option<&'a str> {
        match self.slot().shape {
            Shape::Scalar(ScalarType::Null) | Shape::Sequence | Shape::Mapping => None,
            Shape::Scalar(_) => Some(self.tree.str(self.slot().text())),
        }
    }

    /// The text of a string; none for any other type.
    pub fn as_str(self) -> Option<&'a str> {
        let is_string = self.slot().shape == Shape::Scalar(ScalarType::Str);
        is_string.then(|| self.tree.str(self.slot().text()))
    }

    /// The items, if it is a sequence.
    pub fn as_sequence(self) -> Option<Children<'a>> {
        self.is_sequence().then(|| self.children())
    }

    /// The values with their keys, if it is a mapping.
    pub fn as_mapping(self) -> Option<Children<'a>> {
        self.is_mapping().then(|| self.children())
    }

    /// The value under `key`, if this is a mapping that has it.
    #[inline]
    pub fn get(self, key: &str) -> Option<NodeRef<'a>> {
        self.tree.find(self.id, key).map(|id| NodeRef { id, ..self })
    }

    /// What the value is, in the words of an error message: "a string", "a mapping" …
    pub fn describe(self) -> &'static str {
        match self.slot().shape {
            Shape::Mapping => "a mapping",
            Shape::Sequence => "a list",
            Shape::Scalar(kind) => kind.describe(),
        }
    }
}

impl PartialEq for NodeRef<'_> {
    /// Two nodes are equal when they hold the same value, whatever the order of the keys in a mapping.
    fn eq(&self, other: &Self) -> bool {
        match (self.value(), other.value()) {
            (ValueRef::Scalar(one), ValueRef::Scalar(other)) => one == other,
            (ValueRef::Sequence(one), ValueRef::Sequence(other)) => one.eq(other),
            (ValueRef::Mapping(one), ValueRef::Mapping(all)) => {
                one.count() == all.count()
                    && one.into_iter().all(|one| other.get(one.key()) == Some(one))
            }
            _ => false,
        }
    }
}

impl fmt::Debug for NodeRef<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_node().fmt(out)
    }
}

impl fmt::Debug for Children<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(*self).finish()
    }
}
