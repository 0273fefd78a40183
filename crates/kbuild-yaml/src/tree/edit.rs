//! Changing a tree.

use ecow::EcoString;

use super::places::Places;
use super::slot::Shape;
use super::{LONG, MORE_SLOTS, MORE_TEXT, NONE, NodeId, NodeRef, Slot, Text, Tree, key_mark, more};
use crate::write::{is_key_printed_as_it_is, is_printed_as_it_is, plain_scalar_of};
use crate::{Place, ScalarType};

impl Tree {
    /// Makes a scalar of a node.
    #[inline]
    pub fn set_scalar(&mut self, node: NodeId, text: &str, kind: ScalarType, plain: bool) {
        let text = self.add_text(text);
        self.set_text(node, text, kind, plain);
    }

    /// Makes a scalar of a node, of a text that is in the tree already.
    #[inline]
    pub(super) fn set_text(&mut self, node: NodeId, text: Text, kind: ScalarType, plain: bool) {
        // The writer looks at long texts again, and there may be thousands that are one and the same.
        let as_is = text.at != Text::LONG && is_printed_as_it_is(self.str(text), kind);
        self.set_looked_at(node, text, kind, plain, as_is);
    }

    /// The same for a text of which it is known whether it is printed as it is.
    #[inline]
    pub(super) fn set_looked_at(
        &mut self,
        node: NodeId,
        text: Text,
        kind: ScalarType,
        plain: bool,
        as_is: bool,
    ) {
        if self.slot(node).is_counted() || !matches!(self.slot(node).shape, Shape::Scalar(_)) {
            self.note_change(node);
        }
        self.change(node, |slot| slot.set_scalar(text, kind, plain, as_is));
    }

    /// Makes a string of a node, which stays a string whatever it looks like.
    pub fn set_string(&mut self, node: NodeId, text: &str) {
        self.set_scalar(node, text, ScalarType::Str, false);
    }

    /// Makes a scalar of a node, of the type that the text has when it is written without quotes in a resource.
    pub fn set_plain(&mut self, node: NodeId, text: &str) {
        let (kind, as_is) = plain_scalar_of(text);
        let text = self.add_text(text);
        self.set_looked_at(node, text, kind, true, as_is && text.at != Text::LONG);
    }

    /// The same where nobody says that this is its type: who asks for a string may take it for one. See
    /// [`NodeRef::is_untagged`].
    pub fn set_untagged(&mut self, node: NodeId, text: &str) {
        self.set_plain(node, text);
        self.untag(node);
    }

    /// Says of a scalar that it has no type of its own, unless it looks like a string anyway.
    pub fn untag(&mut self, scalar: NodeId) {
        let is_string = self.slot(scalar).shape == Shape::Scalar(ScalarType::Str);
        self.change(scalar, |slot| slot.set_untagged(!is_string));
    }

    /// Makes a scalar that is [untagged](NodeRef::is_untagged) one of the type that it looks like.
    pub fn set_tagged(&mut self, scalar: NodeId) {
        self.change(scalar, |slot| slot.set_untagged(false));
    }

    /// Makes a string of what a scalar says, written without quotes or with them.
    pub fn make_string(&mut self, scalar: NodeId, plain: bool) {
        let text = self.slot(scalar).text();
        self.set_text(scalar, text, ScalarType::Str, plain);
    }

    /// Makes a null of a node.
    pub fn set_null(&mut self, node: NodeId) {
        self.set_scalar(node, "", ScalarType::Null, true);
    }

    /// Makes an empty mapping of a node.
    pub fn set_mapping(&mut self, node: NodeId) {
        self.reshape(node, Shape::Mapping, NONE, NONE);
        self.change(node, |slot| slot.set_flow(false));
    }

    /// Makes an empty sequence of a node.
    pub fn set_sequence(&mut self, node: NodeId) {
        self.reshape(node, Shape::Sequence, NONE, NONE);
        self.change(node, |slot| slot.set_flow(false));
    }

    /// Says where a node came from.
    pub fn set_place(&mut self, node: NodeId, place: Place) {
        let place = self.places.add(place);
        self.change(node, |slot| slot.place = place);
    }

    /// Says where the key of a node came from.
    pub fn set_key_place(&mut self, node: NodeId, place: Place) {
        let place = self.places.add(place);
        self.change(node, |slot| slot.key_place = place);
    }

    /// Changes the places of all nodes and keys.
    pub fn move_places(&mut self, moved: &dyn Fn(Place) -> Place) {
        let root = moved(self.root().place());
        let old = std::mem::replace(&mut self.places, Places::of(root.source));
        for slot in &mut self.slots {
            slot.place = self.places.add(moved(old.get(slot.place)));
            slot.key_place = self.places.add(moved(old.get(slot.key_place)));
        }
    }

    /// Gives the key of a node another type.
    pub fn set_key_kind(&mut self, node: NodeId, kind: ScalarType) {
        let slot = *self.slot(node);
        let as_is = kind == ScalarType::Str && is_key_printed_as_it_is(self.str(slot.key));
        self.change(node, |slot| {
            slot.set_key(slot.key, slot.key_mark, kind, slot.key_place, as_is)
        });
    }

    /// Says of all strings whether they are written without quotes, as `is_plain` has it, of all collections that nothing
    /// but empty ones is written within brackets, and of other scalars that they have the types that they look like.
    pub fn restyle(&mut self, is_plain: impl Fn(NodeRef<'_>) -> bool) {
        self.set_empty_to_flow();
        for at in 0..self.slots.len() {
            let id = NodeId(at as u32);
            if self.slot(id).shape == Shape::Scalar(ScalarType::Str) {
                let plain = is_plain(self.at(id));
                self.change(id, |slot| slot.set_plain(plain));
            } else if self.slot(id).is_untagged() {
                self.set_tagged(id);
            }
        }
    }

    /// Says that the empty collections are those that are written within brackets: they cannot be written otherwise.
    pub(crate) fn set_empty_to_flow(&mut self) {
        for slot in &mut self.slots {
            let is_empty = slot.first_child() == NONE;
            slot.set_flow(is_empty && !matches!(slot.shape, Shape::Scalar(_)));
        }
    }

    /// Adds a value to a mapping, behind the others: a null, whose place is unknown. The caller knows that the key is not
    /// there yet.
    pub fn push_entry(
        &mut self,
        mapping: NodeId,
        key: &str,
        kind: ScalarType,
        place: Place,
    ) -> NodeId {
        let as_is = kind == ScalarType::Str && is_key_printed_as_it_is(key);
        let text = self.add_text(key);
        let mut slot = Slot::NOTHING;
        let place = self.places.add(place);
        slot.set_key(text, key_mark(key.as_bytes()), kind, place, as_is);
        let child = self.add(slot);
        self.append(mapping, child);
        child
    }

    /// The value of `key`, which is a new null at the end where there was none, and whether it is that.
    pub fn find_or_push(&mut self, mapping: NodeId, key: &str) -> (NodeId, bool) {
        match self.find(mapping, key) {
            Some(found) => (found, false),
            None => (self.push_entry(mapping, key, ScalarType::Str, Place::default()), true),
        }
    }

    /// Adds an item to a sequence, behind the others: a null, whose place is unknown.
    pub fn push_item(&mut self, sequence: NodeId) -> NodeId {
        let child = self.add(Slot::NOTHING);
        self.append(sequence, child);
        child
    }

    /// Puts a node that is nowhere else in the tree into a list, as the item of this number; at its end where it has fewer.
    pub fn insert_item(&mut self, list: NodeId, index: usize, node: NodeId) {
        let Some(before) = index.checked_sub(1) else {
            return self.insert_item_after(list, None, node);
        };
        match self.at(list).children().nth(before).map(NodeRef::id) {
            None => self.append_item(list, node),
            before => self.insert_item_after(list, before, node),
        }
    }

    /// Puts a node that is nowhere else in the tree into a list, behind one of its items; before all of them where none is named.
    pub fn insert_item_after(&mut self, list: NodeId, before: Option<NodeId>, node: NodeId) {
        let (first, last, shape) = self.ends(list);
        let next = before.map_or(first, |before| self.slot(before).next);
        self.change(node, |slot| {
            slot.take_key(&Slot::NOTHING);
            slot.next = next;
        });
        let last = if next == NONE { node.0 } else { last };
        match before {
            Some(before) => {
                self.change(before, |slot| slot.next = node.0);
                self.reshape(list, shape, first, last);
            }
            None => self.reshape(list, shape, node.0, last),
        }
    }

    /// Puts a node that is nowhere else in the tree at the end of a list.
    pub fn append_item(&mut self, list: NodeId, node: NodeId) {
        self.change(node, |slot| slot.take_key(&Slot::NOTHING));
        self.append(list, node);
    }

    /// Takes a child out of a collection. It stays a node of the tree, which can be put somewhere else.
    pub fn take_out(&mut self, collection: NodeId, child: NodeId) {
        let mut before = None;
        let mut at = self.first_child(collection);
        while let Some(here) = at {
            if here == child {
                self.unlink(collection, before, child);
                return;
            }
            before = at;
            at = self.next_sibling(here);
        }
    }

    /// The same for the child that follows `before`; for the first one where that is none.
    pub fn take_out_after(&mut self, collection: NodeId, before: Option<NodeId>, child: NodeId) {
        self.unlink(collection, before, child);
    }

    /// Takes the value of `key` out of a mapping, and says which node that was.
    pub fn remove(&mut self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let found = self.find(mapping, key)?;
        self.take_out(mapping, found);
        Some(found)
    }

    /// Keeps the children of a collection that `keep` accepts, and may change.
    ///
    /// # Errors
    /// What `keep` refuses. The children behind that stay as they are.
    pub fn retain<E>(
        &mut self,
        collection: NodeId,
        mut keep: impl FnMut(&mut Tree, NodeId) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut before = None;
        let mut at = self.first_child(collection);
        while let Some(here) = at {
            if keep(self, here)? {
                before = at;
                at = self.next_sibling(here);
            } else {
                at = self.next_sibling(here);
                self.unlink(collection, before, here);
            }
        }
        Ok(())
    }

    /// Puts the value of `from`, a node that is nowhere else in the tree, where `to` is; the key of that stays.
    pub fn move_value(&mut self, to: NodeId, from: NodeId) {
        let from = *self.slot(from);
        self.note_change(to);
        self.change(to, |slot| slot.take_value(&from));
    }

    /// A null that is nowhere in the tree yet.
    pub fn new_node(&mut self) -> NodeId {
        self.add(Slot::NOTHING)
    }

    /// Gives a node a key.
    pub(super) fn set_key(&mut self, node: NodeId, key: &str, kind: ScalarType, place: Place) {
        let (mark, as_is) =
            (key_mark(key.as_bytes()), kind == ScalarType::Str && is_key_printed_as_it_is(key));
        let (text, place) = (self.add_text(key), self.places.add(place));
        self.change(node, |slot| slot.set_key(text, mark, kind, place, as_is));
    }

    /// Puts a node that is nowhere else in the tree at the end of a mapping, under a key that is not there yet.
    pub fn attach(&mut self, mapping: NodeId, key: &str, place: Place, node: NodeId) {
        self.set_key(node, key, ScalarType::Str, place);
        self.append(mapping, node);
    }

    /// Puts a node that is nowhere else in the tree at the end of a collection. In a mapping it has a key already.
    pub(super) fn append(&mut self, collection: NodeId, child: NodeId) {
        let last = self.slot(collection).last_child();
        self.append_after(collection, last, child);
    }

    /// The same, behind the last child of the collection. Returns the new last one.
    pub(super) fn append_after(&mut self, collection: NodeId, last: u32, child: NodeId) -> u32 {
        self.change(child, |slot| slot.next = NONE);
        let (first, _, shape) = self.ends(collection);
        let first = if last == NONE { child.0 } else { first };
        self.change(NodeId(last), |slot| slot.next = child.0);
        self.reshape(collection, shape, first, child.0);
        child.0
    }

    /// Takes out the child that follows `before`.
    pub(super) fn unlink(&mut self, collection: NodeId, before: Option<NodeId>, child: NodeId) {
        let next = self.slot(child).next;
        let (mut first, mut last, shape) = self.ends(collection);
        match before {
            Some(before) => self.change(before, |slot| slot.next = next),
            None => first = next,
        }
        if last == child.0 {
            last = before.map_or(NONE, |before| before.0);
        }
        self.reshape(collection, shape, first, last);
        self.change(child, |slot| slot.next = NONE);
    }

    pub(super) fn ends(&self, collection: NodeId) -> (u32, u32, Shape) {
        let slot = self.slot(collection);
        let shape = if slot.shape == Shape::Mapping { Shape::Mapping } else { Shape::Sequence };
        (slot.first_child(), slot.last_child(), shape)
    }

    pub(super) fn add(&mut self, slot: Slot) -> NodeId {
        let id = NodeId(u32::try_from(self.slots.len()).unwrap_or(NONE));
        self.make_room(1);
        self.slots.push(slot);
        id
    }

    /// Makes room for so many nodes.
    #[inline]
    pub(super) fn make_room(&mut self, nodes: usize) {
        if self.slots.capacity() - self.slots.len() < nodes {
            self.slots.reserve_exact(nodes.max(more(self.slots.len(), MORE_SLOTS)));
        }
    }

    #[inline]
    pub(super) fn add_letters(&mut self, text: &str) {
        if self.text.capacity() - self.text.len() < text.len() {
            self.text.reserve_exact(text.len() + more(self.text.len(), MORE_TEXT));
        }
        self.text.push_str(text);
    }

    pub(super) fn add_text(&mut self, text: &str) -> Text {
        let (at, length) = (u32::try_from(self.text.len()), u32::try_from(text.len()));
        match (at, length) {
            (Ok(at), Ok(length)) if text.len() < LONG && at < Text::LONG - LONG as u32 => {
                self.add_letters(text);
                Text { at, length }
            }
            _ => self.add_long(text.into()),
        }
    }

    /// Adds a text that is shared with others where it is long.
    pub(super) fn add_shared(&mut self, text: &EcoString) -> Text {
        if text.len() < LONG { self.add_text(text) } else { self.add_long(text.clone()) }
    }

    #[cold]
    pub(super) fn add_long(&mut self, text: EcoString) -> Text {
        let number = u32::try_from(self.long.len()).unwrap_or(u32::MAX);
        self.long.push(text);
        Text { at: Text::LONG, length: number }
    }

    /// Makes a collection of a node, or gives it other children.
    #[inline]
    pub(super) fn reshape(&mut self, node: NodeId, shape: Shape, first: u32, last: u32) {
        self.note_change(node);
        self.change(node, |slot| slot.set_collection(shape, first, last));
    }

    /// Counts what happens to the root and to what is watched.
    #[inline]
    pub(super) fn note_change(&mut self, node: NodeId) {
        if node == Tree::ROOT || node == self.watched || self.slot(node).is_counted() {
            self.changes = self.changes.wrapping_add(1);
        }
    }

    /// Changes what there is of a node; nothing for one of another tree.
    #[inline]
    pub(super) fn change(&mut self, id: NodeId, change: impl FnOnce(&mut Slot)) {
        if let Some(slot) = self.slots.get_mut(id.0 as usize) {
            change(slot);
        }
    }
}
