//! Reading a node that several things are asked of in a row.

use super::slot::Shape;
use super::{Children, KeyMarks, NodeId, NodeRef, Slot, Tree};
use crate::ScalarType;

/// A node of a tree that several things are asked of in a row, by whoever looks at very many.
#[derive(Clone, Copy)]
pub struct AtHand<'a> {
    tree: &'a Tree,
    id: NodeId,
    slot: &'a Slot,
}

impl<'a> AtHand<'a> {
    /// Which node of the tree it is.
    #[inline]
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// As [`NodeRef::is_null`].
    #[inline]
    pub fn is_null(&self) -> bool {
        self.slot.shape == Shape::Scalar(ScalarType::Null)
    }

    /// As [`NodeRef::is_mapping`].
    #[inline]
    pub fn is_mapping(&self) -> bool {
        self.slot.shape == Shape::Mapping
    }

    /// As [`NodeRef::is_sequence`].
    #[inline]
    pub fn is_sequence(&self) -> bool {
        self.slot.shape == Shape::Sequence
    }

    /// As [`NodeRef::children`].
    #[inline]
    pub fn children(&self) -> Children<'a> {
        Children::of(self.tree, self.slot)
    }

    /// As [`NodeRef::has_marked_key`].
    #[inline]
    pub fn has_marked_key(&self, mark: u8, key: &str) -> bool {
        self.slot.key_mark == mark && self.tree.has_text(self.slot.key, key.as_bytes())
    }
}

impl<'a> NodeRef<'a> {
    /// It at hand.
    #[inline]
    pub fn at_hand(self) -> AtHand<'a> {
        AtHand { tree: self.tree(), id: self.id(), slot: self.slot() }
    }
}

impl<'a> Children<'a> {
    /// Those whose keys have one of these marks, at hand.
    #[inline]
    pub fn marked_at_hand(self, marks: &KeyMarks) -> impl Iterator<Item = AtHand<'a>> {
        let Children { tree, mut next } = self;
        std::iter::from_fn(move || {
            loop {
                let slot = tree.slot_at(next)?;
                let id = NodeId(std::mem::replace(&mut next, slot.next));
                if marks.has(slot.key_mark) {
                    return Some(AtHand { tree, id, slot });
                }
            }
        })
    }
}
