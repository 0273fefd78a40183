//! What laying one tree over another asks for: most of what is below stays as it is.

use super::slot::Shape;
use super::{KeyMarks, NONE, NodeId, NodeRef, Text, Tree};
use crate::ScalarType;
use crate::find::is_same;
use crate::write::is_printed_as_it_is;

impl Tree {
    /// The value of a key that comes with its [mark](super::key_mark) in a mapping.
    #[inline]
    pub fn find_marked(&self, mapping: NodeId, mark: u8, key: &str) -> Option<NodeId> {
        let mut at = self.slot(mapping).first_entry();
        while let Some(slot) = self.slots.get(at as usize) {
            if slot.key_mark == mark && self.has_text(slot.key, key.as_bytes()) {
                return Some(NodeId(at));
            }
            at = slot.next;
        }
        None
    }

    /// Keeps the entries of a mapping that `keep` accepts, and may change; it is told whether an entry's key has one of these
    /// marks. It is not asked for those whose keys are not empty and have none, and whose values are
    /// [printed as they are](NodeRef::is_printed_as_it_is).
    ///
    /// # Errors
    /// What `keep` refuses. The entries behind that stay as they are.
    #[inline]
    pub fn retain_marked<E>(
        &mut self,
        mapping: NodeId,
        marks: &KeyMarks,
        mut keep: impl FnMut(&mut Tree, NodeId, bool) -> Result<bool, E>,
    ) -> Result<(), E> {
        let (mut before, mut at) = (None, self.slot(mapping).first_child());
        while let Some(slot) = self.slots.get(at as usize) {
            let (here, is_marked) = (NodeId(at), marks.has(slot.key_mark));
            if !is_marked && slot.is_as_is() && slot.key.length > 0 {
                (before, at) = (Some(here), slot.next);
            } else if keep(self, here, is_marked)? {
                (before, at) = (Some(here), self.slot(here).next);
            } else {
                at = self.slot(here).next;
                self.unlink(mapping, before, here);
            }
        }
        Ok(())
    }

    /// Gives a collection other children: nodes of the tree that are nowhere else in it, or were its children before.
    pub fn set_children(&mut self, collection: NodeId, children: impl IntoIterator<Item = NodeId>) {
        let (.., shape) = self.ends(collection);
        let (mut first, mut last) = (NONE, NONE);
        for NodeId(child) in children {
            match self.slots.get_mut(last as usize) {
                Some(last) => last.next = child,
                None => first = child,
            }
            last = child;
        }
        self.change(NodeId(last), |slot| slot.next = NONE);
        self.reshape(collection, shape, first, last);
    }

    /// Gives a scalar the text and the place of another one, of any tree. What was not written plainly still is not, and is a
    /// string then, unless it becomes a null.
    pub fn lay_scalar(&mut self, node: NodeId, from: NodeRef<'_>) {
        let (old, new) = (self.slot(node), from.slot());
        let kind = match new.shape {
            Shape::Scalar(kind) if old.is_plain() || kind == ScalarType::Null => kind,
            _ => ScalarType::Str,
        };
        // Much of what is laid over something else says the same.
        let is_same = old.shape == Shape::Scalar(kind)
            && !old.is_untagged()
            && self.has_text(old.text(), from.tree().bytes(new.text()));
        if !is_same {
            let plain = old.is_plain();
            let text = self.text_from(from);
            let is_known = new.is_as_is() && new.shape == Shape::Scalar(kind);
            let as_is =
                text.at != Text::LONG && (is_known || is_printed_as_it_is(self.str(text), kind));
            self.set_looked_at(node, text, kind, plain, as_is);
        }
        self.set_place(node, from.place());
    }

    /// A copy of a collection of any tree, which is nowhere in this one yet, and not written within brackets.
    pub fn graft_block(&mut self, from: NodeRef<'_>) -> NodeId {
        let copy = self.graft_from(from);
        self.change(copy, |slot| slot.set_flow(false));
        copy
    }

    /// Puts a copy of a scalar of any tree where `node` is, which keeps its place.
    pub fn put_scalar(&mut self, node: NodeId, from: NodeRef<'_>) {
        let place = self.slot(node).place;
        self.copy_from(node, from);
        self.change(node, |slot| slot.place = place);
    }
}

impl NodeRef<'_> {
    /// True for a mapping of values that are [printed as they are](NodeRef::is_printed_as_it_is), none of which has an empty
    /// key.
    #[inline]
    pub fn is_all_as_it_is(self) -> bool {
        let mut at = self.slot().first_entry();
        while let Some(slot) = self.tree().slot_at(at) {
            if !slot.is_as_is() || slot.key.length == 0 {
                return false;
            }
            at = slot.next;
        }
        self.is_mapping()
    }

    /// True for a scalar that says something, and is no null.
    #[inline]
    pub fn has_text(self) -> bool {
        let slot = self.slot();
        let is_value = !matches!(
            slot.shape,
            Shape::Scalar(ScalarType::Null) | Shape::Sequence | Shape::Mapping
        );
        is_value && !self.tree().bytes(slot.text()).is_empty()
    }

    /// True for two scalars of the same text, whatever their types.
    #[inline]
    pub fn has_text_of(self, other: NodeRef<'_>) -> bool {
        is_same(self.tree().bytes(self.slot().text()), other.tree().bytes(other.slot().text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Place, SourceId, key_mark, read_resources};

    fn tree(text: &str, source: u32) -> Tree {
        read_resources(text.as_bytes(), SourceId(source)).unwrap().remove(0).tree
    }

    #[test]
    fn only_what_may_change_is_asked_for() {
        let mut tree = tree("a: x\nb: '1'\nc: {d: e}\nf:\n? ''\n: x\ng: 1\nh: 0x1\n", 1);
        let mut asked = Vec::new();
        let marks = KeyMarks::NONE.with(key_mark(b"g"));
        let kept = tree.retain_marked(Tree::ROOT, &marks, |tree, entry, is_marked| {
            asked.push((tree.at(entry).key().to_owned(), is_marked));
            Ok::<_, ()>(!matches!(tree.at(entry).key(), "f" | "h"))
        });
        assert_eq!(kept, Ok(()));
        let expected = ["b", "c", "f", "", "g", "h"].map(|key| (key.to_owned(), key == "g"));
        assert_eq!(asked, expected);
        assert!(tree.root().children().map(NodeRef::key).eq(["a", "b", "c", "", "g"]));
        let last = tree.push_entry(Tree::ROOT, "i", ScalarType::Str, Place::default());
        assert_eq!(tree.root().children().last().map(NodeRef::id), Some(last));
        assert_eq!(tree.retain_marked(Tree::ROOT, &marks, |_, _, _| Err(())), Err(()));
    }

    #[test]
    fn quotes_stay_where_they_were() {
        let values = tree("[x, 'x', 1, '1', null, 0x1, yes]\n", 2);
        for (old, expected) in
            [("a: x\n", "x x 1 1 null 0x1 yes"), ("a: 'x'\n", "'x' 'x' '1' '1' 'null' '0x1' 'yes'")]
        {
            let laid = values.root().children().map(|value| {
                let mut tree = tree(old, 1);
                let a = tree.find(Tree::ROOT, "a").unwrap();
                tree.lay_scalar(a, value);
                assert_eq!(tree.at(a).place(), value.place());
                let scalar = tree.at(a).as_scalar().unwrap();
                let is_null = scalar.kind == ScalarType::Null;
                assert_eq!(is_null, value.is_null());
                assert!(is_null || scalar.plain || scalar.kind == ScalarType::Str);
                let quote = if scalar.plain { "" } else { "'" };
                format!("{quote}{}{quote}", scalar.text)
            });
            assert_eq!(laid.collect::<Vec<_>>().join(" "), expected);
        }
    }

    #[test]
    fn children_come_in_another_order() {
        let mut tree = tree("[a, b, c, d]\n", 1);
        let ids: Vec<NodeId> = tree.root().children().map(NodeRef::id).collect();
        for order in [&[3, 1, 0, 2][..], &[2], &[], &[0, 1, 2, 3]] {
            tree.set_children(Tree::ROOT, order.iter().map(|at| ids[*at]));
            let texts = order.iter().map(|at| ["a", "b", "c", "d"][*at]);
            assert!(tree.root().children().filter_map(NodeRef::text).eq(texts));
            let added = tree.push_item(Tree::ROOT);
            assert_eq!(tree.root().children().last().map(NodeRef::id), Some(added));
        }
    }

    #[test]
    fn mappings_of_plain_values() {
        let is_it = |text: &str| tree(text, 1).root().is_all_as_it_is();
        assert!(is_it("{}\n") && is_it("a: b\nc: 1\nd: null\ne: 'f'\n"));
        for text in ["a: '1'\n", "a:\n", "a: {}\n", "'': b\n", "a: 0x1\n", "[]\n", "a\n"] {
            assert!(!is_it(text), "{text}");
        }
    }
}
