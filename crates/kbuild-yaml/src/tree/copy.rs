//! Copying from one place of a tree to another, and from tree to tree.

use super::slot::Shape;
use super::{LONG, NONE, NodeId, NodeRef, PlaceId, Slot, Text, Tree, ValueRef};
use crate::ScalarType;

impl Tree {
    /// Makes a scalar of a node with the text of another scalar, of any tree.
    pub fn set_scalar_from(
        &mut self,
        node: NodeId,
        from: NodeRef<'_>,
        kind: ScalarType,
        plain: bool,
    ) {
        let text = self.text_from(from);
        self.set_text(node, text, kind, plain);
    }

    /// Puts a copy of a value of the same tree where `to` is.
    pub fn copy_value(&mut self, to: NodeId, from: NodeId) {
        let copy = self.copy_of(from);
        self.move_value(to, copy);
    }

    /// A copy of a node of the same tree, which is nowhere in the tree yet.
    pub fn copy_of(&mut self, from: NodeId) -> NodeId {
        let slot = *self.slot(from);
        let copy = self.add(slot);
        self.change(copy, |slot| slot.next = NONE);
        if !matches!(slot.shape, Shape::Scalar(_)) {
            self.reshape(copy, slot.shape, NONE, NONE);
            let (mut last, mut at) = (NONE, self.first_child(from));
            while let Some(child) = at {
                let child_copy = self.copy_of(child);
                last = self.append_after(copy, last, child_copy);
                at = self.next_sibling(child);
            }
        }
        copy
    }

    /// Puts a copy of a value of any tree where `to` is.
    pub fn copy_from(&mut self, to: NodeId, from: NodeRef<'_>) {
        let copy = self.value_from(from);
        self.note_change(to);
        self.change(to, |slot| slot.take_value(&copy));
    }

    /// A slot without a key that holds a copy of a value of any tree.
    fn value_from(&mut self, from: NodeRef<'_>) -> Slot {
        let mut copy = Slot::NOTHING;
        copy.take_value(from.slot());
        copy.place = self.places.add(from.place());
        match from.value() {
            ValueRef::Scalar(_) => copy.set_text(self.text_from(from)),
            ValueRef::Sequence(children) | ValueRef::Mapping(children) => {
                let (mut first, mut last) = (NONE, NONE);
                for child in children {
                    let slot = match from.is_mapping() {
                        true => self.entry_from(child),
                        false => self.value_from(child),
                    };
                    let id = self.add(slot).0;
                    match self.slots.get_mut(last as usize) {
                        Some(last) => last.next = id,
                        None => first = id,
                    }
                    last = id;
                }
                copy.set_collection(from.slot().shape, first, last);
            }
        }
        copy
    }

    /// The same with the key of an entry.
    fn entry_from(&mut self, entry: NodeRef<'_>) -> Slot {
        if let Some(copy) = self.short_entry_from(entry) {
            return copy;
        }
        let mut copy = self.value_from(entry);
        copy.take_key(entry.slot());
        copy.key_place = self.places.add(entry.key_place());
        copy.key = self.add_text(entry.key());
        copy
    }

    /// The same for an entry whose value is a scalar, the text of which stands right behind that of the key.
    fn short_entry_from(&mut self, entry: NodeRef<'_>) -> Option<Slot> {
        let from = entry.slot();
        let (key, value) = (from.key, from.text());
        let length = key.length.checked_add(value.length).filter(|length| *length < LONG as u32)?;
        let is_one = matches!(from.shape, Shape::Scalar(_))
            && key.at != Text::LONG
            && value.at != Text::LONG
            && key.at + key.length == value.at;
        let both = is_one.then(|| self.add_text(entry.tree().str(Text { length, ..key })))?;
        let mut copy = from.detached();
        copy.key = Text { length: key.length, ..both };
        copy.set_text(Text { at: both.at.checked_add(key.length)?, ..value });
        copy.place = self.places.add(entry.place());
        copy.key_place = match from.key_place == from.place {
            true => copy.place,
            false => self.places.add(entry.key_place()),
        };
        Some(copy)
    }

    /// A copy of a value of any tree, which is nowhere in this one yet.
    pub fn graft_from(&mut self, from: NodeRef<'_>) -> NodeId {
        let copy = self.new_node();
        self.copy_from(copy, from);
        copy
    }

    /// Adds a copy of an entry of any tree to a mapping, behind the others. The caller knows that the key is not there yet.
    pub fn push_copy(&mut self, mapping: NodeId, entry: NodeRef<'_>) -> NodeId {
        let copy = self.entry_from(entry);
        let child = self.add(copy);
        self.append(mapping, child);
        child
    }

    /// Adds copies of all values of a tree that is a mapping to another mapping, behind the others. The caller knows that none of
    /// their keys is there yet. Returns the first one.
    pub fn push_all(&mut self, mapping: NodeId, from: &Tree) -> Option<NodeId> {
        let root = from.slot(Tree::ROOT);
        if root.first_entry() == NONE {
            return None;
        }
        match self.append_texts(from) {
            Some(text) => Some(self.append_slots(mapping, from, text)),
            // Long texts, or no room: one after the other.
            None => {
                let all = from.root().children().map(|entry| self.push_copy(mapping, entry));
                all.reduce(|first, _| first)
            }
        }
    }

    /// Adds all texts of another tree, and says where they begin; none where there are long ones, or not enough room.
    fn append_texts(&mut self, from: &Tree) -> Option<u32> {
        let at = u32::try_from(self.text.len()).ok()?;
        let end = u32::try_from(self.text.len() + from.text.len()).ok()?;
        if !from.long.is_empty() || end >= Text::LONG - LONG as u32 {
            return None;
        }
        self.add_letters(&from.text);
        Some(at)
    }

    /// Adds the nodes of another tree, whose texts stand from `text` on, and puts the children of its root behind those of a
    /// mapping. Returns the first one.
    fn append_slots(&mut self, mapping: NodeId, from: &Tree, text: u32) -> NodeId {
        let (root, nodes) = from.slots.split_first().unwrap_or((&Slot::NOTHING, &[]));
        // The root stays behind.
        let moved = (self.slots.len() as u32).wrapping_sub(1);
        self.make_room(nodes.len());
        let Tree { slots, places, .. } = self;
        let (mut known, mut place) = (PlaceId::UNKNOWN, PlaceId::UNKNOWN);
        let mut placed = |id: PlaceId| {
            if id != known {
                (known, place) = (id, places.add(from.place(id)));
            }
            place
        };
        slots.extend(nodes.iter().map(|node| {
            let mut copy = node.moved(moved, text);
            (copy.place, copy.key_place) = (placed(copy.place), placed(copy.key_place));
            copy
        }));
        let (first, last) =
            (root.first_entry().wrapping_add(moved), root.last_child().wrapping_add(moved));
        self.note_change(mapping);
        let own_last = self.slot(mapping).last_child();
        self.change(mapping, |slot| match slot.last_child() {
            NONE => slot.set_collection(Shape::Mapping, first, last),
            _ => slot.set_collection(Shape::Mapping, slot.first_child(), last),
        });
        self.change(NodeId(own_last), |slot| slot.next = first);
        NodeId(first)
    }

    /// The text of a scalar of any tree, once it is in this one.
    #[inline]
    pub(super) fn text_from(&mut self, from: NodeRef<'_>) -> Text {
        match from.shared_text() {
            Some(text) => self.add_long(text.clone()),
            None => self.add_text(from.tree().str(from.slot().text())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Place, SourceId, read_resources};

    #[test]
    fn all_entries_come_as_one_after_the_other() {
        let read = |text: &str, source| {
            read_resources(text.as_bytes(), SourceId(source)).unwrap().remove(0).tree
        };
        let long = format!("z: {}\n", "long ".repeat(LONG));
        let entries =
            ["a: 1\n", "a: {b: [c, {d: 'e'}], 'f g': null}\nh: |\n  i\nj: {}\n", &long, "{}\n"];
        for (text, into) in
            entries.iter().flat_map(|text| ["{}\n", "x: {y: 1}\n"].map(|into| (text, into)))
        {
            let (from, mut whole, mut each) = (read(text, 2), read(into, 1), read(into, 1));
            let first = whole.push_all(Tree::ROOT, &from);
            let firsts: Vec<NodeId> =
                from.root().children().map(|entry| each.push_copy(Tree::ROOT, entry)).collect();
            assert_eq!(first.is_some(), !firsts.is_empty());
            let nodes = |tree: &Tree| format!("{:?}", tree.root().to_node());
            assert_eq!(nodes(&whole), nodes(&each));
            assert_eq!(whole.changes() > 0, each.changes() > 0);
            let own = first.map(|first| whole.at(first));
            assert_eq!(own.map(NodeRef::key), from.root().children().next().map(NodeRef::key));
            // What comes later stands behind it.
            whole.push_entry(Tree::ROOT, "last", ScalarType::Str, Place::default());
            assert_eq!(whole.root().children().last().map(NodeRef::key), Some("last"));
        }
    }
}
