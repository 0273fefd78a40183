//! A document in compact form: all of its nodes in one list, all of its texts in one string.
//!
//! A [`Node`](crate::Node) is a tree of its own wherever it stands, which suits what is small and moves about. A resource is
//! read, changed in a few places and printed, by the thousand: there, memory is what counts. Two allocations hold a
//! resource, nodes follow each other as they do in the file, and texts are where the reader found them.

mod at_hand;
mod copy;
mod edit;
mod from_node;
mod lay;
mod node_ref;
mod places;
mod slot;

use std::hint::black_box;

use ecow::{EcoString, EcoVec};

use crate::find::is_same;
use crate::{Place, SourceId};
pub use at_hand::AtHand;
pub use node_ref::{Children, NodeRef, ScalarRef, ValueRef};
pub(crate) use places::PlaceId;
use places::Places;
pub use slot::{KeyMarks, key_mark};
pub(crate) use slot::{NONE, Shape, Slot, Text};

/// Texts of this length and more have memory of their own when they are written into a tree, and copies share it: a file of
/// a megabyte may ask for a thousand copies of all of its text.
pub(crate) const LONG: usize = 256;

/// How much of a tree may be left behind by changes, besides as much as is in use.
const SPARE_SLOTS: usize = 64;
const SPARE_TEXT: usize = 4096;
const SPARE_LONG: usize = 16;
const SPARE_PLACES: usize = 64;

/// A node of a [`Tree`]. It stays the same node whatever else changes in the tree; of another tree it means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The id of no node. Where it is looked for, there is a null.
    pub const NOWHERE: NodeId = NodeId(NONE);
}

impl Default for NodeId {
    fn default() -> NodeId {
        NodeId::NOWHERE
    }
}

/// A document in compact form.
///
/// ```
/// use kbuild_yaml::{NodeRef, SourceId, Tree, read_resources};
///
/// let mut tree = read_resources(b"metadata: {name: web}\n", SourceId(1))?.remove(0).tree;
/// let metadata = tree.find(Tree::ROOT, "metadata").unwrap();
/// let name = tree.find(metadata, "name").unwrap();
/// tree.set_string(name, "www");
/// assert_eq!(tree.root().get("metadata").and_then(|it| it.get("name")?.text()), Some("www"));
/// # Ok::<(), kbuild_yaml::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Tree {
    slots: Vec<Slot>,
    /// The texts of keys and scalars, and what stands between them in the file.
    text: String,
    /// Long texts, each by itself.
    long: EcoVec<EcoString>,
    places: Places,
    /// How much there was of each when nothing was left behind.
    in_use: InUse,
    /// The collection whose changes count, besides the root.
    watched: NodeId,
    changes: u32,
}

/// How much of a tree is in use.
#[derive(Clone, Copy, Debug, Default)]
struct InUse {
    slots: u32,
    text: u32,
    long: u32,
    places: u32,
}

const MORE_SLOTS: usize = 8;
const MORE_TEXT: usize = 64;

/// How much room is made: a share of what there is, and some more. Thousands of trees grow a little, and few grow much.
fn more(length: usize, least: usize) -> usize {
    const SHARE: usize = 8;
    length / SHARE + least
}

impl Clone for Tree {
    /// A copy, with room for changes: that is what most copies are for.
    fn clone(&self) -> Tree {
        let Tree { long, places, in_use, watched, changes, .. } = self;
        let (long, places) = (long.clone(), places.clone());
        let (in_use, watched, changes) = (*in_use, *watched, *changes);
        let mut slots = Vec::with_capacity(self.slots.len() + more(self.slots.len(), MORE_SLOTS));
        slots.extend_from_slice(&self.slots);
        let mut text = String::with_capacity(self.text.len() + more(self.text.len(), MORE_TEXT));
        text.push_str(&self.text);
        Tree { slots, text, long, places, in_use, watched, changes }
    }
}

impl Default for Tree {
    /// A null.
    fn default() -> Tree {
        Tree::empty(SourceId::default())
    }
}

impl Tree {
    /// The root of every tree.
    pub const ROOT: NodeId = NodeId(0);

    /// A tree of these nodes, the first of which is the root, and most of which came from `source`.
    pub(crate) fn of(slots: Vec<Slot>, text: String, source: SourceId) -> Tree {
        let (long, places, in_use) = (EcoVec::new(), Places::of(source), InUse::default());
        let watched = NodeId::NOWHERE;
        Tree { slots, text, long, places, in_use, watched, changes: 0 }.settled()
    }

    /// A null, in whose place a value will come that came from `source`.
    fn empty(source: SourceId) -> Tree {
        Tree::of(vec![Slot::NOTHING], String::new(), source)
    }

    /// The root.
    pub fn root(&self) -> NodeRef<'_> {
        self.at(Tree::ROOT)
    }

    /// A node.
    pub fn at(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef::new(self, id)
    }

    /// The value of `key` in a mapping.
    #[inline]
    pub fn find(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        self.find_marked(mapping, key_mark(key.as_bytes()), key)
    }

    /// The values of several keys in a mapping, each of which comes with its [mark](key_mark); [nowhere](NodeId::NOWHERE) for those
    /// that are missing.
    #[inline(always)]
    pub fn find_each<const N: usize>(
        &self,
        mapping: NodeId,
        keys: &[(u8, &str); N],
    ) -> [NodeId; N] {
        let mut found = [NodeId::NOWHERE; N];
        let mut at = self.slot(mapping).first_entry();
        while let Some(slot) = self.slots.get(at as usize) {
            for ((mark, key), found) in keys.iter().zip(&mut found) {
                if slot.key_mark == *mark
                    && *found == NodeId::NOWHERE
                    && self.has_text(slot.key, key.as_bytes())
                {
                    *found = NodeId(at);
                }
            }
            at = slot.next;
        }
        found
    }

    /// The first item or value of a collection.
    pub fn first_child(&self, collection: NodeId) -> Option<NodeId> {
        self.some(self.slot(collection).first_child())
    }

    /// The item or value that follows another one.
    pub fn next_sibling(&self, child: NodeId) -> Option<NodeId> {
        self.some(self.slot(child).next)
    }

    /// Looks at all that the tree consists of, so that the processor has it at hand when it is needed next: it gets it all at
    /// once, and need not wait for one part after the other. Of a large tree it is the beginning.
    #[inline]
    pub fn touch(&self) {
        // A look at some bytes brings those around them along.
        const LINE: usize = 64;
        const MOST_BYTES: usize = 2048;
        let nodes = self.slots.iter().take(MOST_BYTES / size_of::<Slot>());
        let seen = nodes.step_by(LINE / size_of::<Slot>()).fold(0, |seen, slot| seen ^ slot.next);
        let text = self.text.as_bytes().iter().take(MOST_BYTES).step_by(LINE);
        black_box(text.fold(seen, |seen, byte| seen ^ u32::from(*byte)));
    }

    /// Has [`changes`](Tree::changes) count what happens to this collection, too, instead of to the one that was named before,
    /// and the next thing that happens to each of these scalars.
    #[inline]
    pub fn watch<const N: usize>(&mut self, collection: NodeId, scalars: [NodeId; N]) {
        self.watched = collection;
        scalars.iter().for_each(|scalar| self.change(*scalar, Slot::set_counted));
    }

    /// True for a scalar that is [watched](Tree::watch), and that nothing has happened to since.
    #[inline]
    pub fn is_watched(&self, scalar: NodeId) -> bool {
        self.slot(scalar).is_counted()
    }

    /// How often the root, or the collection that is [watched](Tree::watch), got other children or became something else, or
    /// a scalar that is watched did. As long as this is the same, the nodes that were found in them are the ones that are
    /// there, and the scalars say the same.
    #[inline]
    pub fn changes(&self) -> u32 {
        self.changes
    }

    /// The [marks](key_mark) of the keys of all nodes, in no order. Nodes that were taken out of the tree may be among them.
    pub fn key_marks(&self) -> impl Iterator<Item = u8> {
        self.slots.iter().map(|slot| slot.key_mark)
    }

    /// About how many bytes a document of it has, without the long texts, of which there may be thousands of copies.
    pub fn text_len(&self) -> usize {
        self.text.len()
    }

    /// True where changes may have left behind more than is in use. A [copy](NodeRef::to_tree) is smaller then.
    #[inline]
    pub fn is_wasteful(&self) -> bool {
        let InUse { slots, text, long, places } = self.in_use;
        self.slots.len() > 2 * slots as usize + SPARE_SLOTS
            || self.text.len() > 2 * text as usize + SPARE_TEXT
            || self.long.len() > 2 * long as usize + SPARE_LONG
            || self.places.len() > 2 * places as usize + SPARE_PLACES
    }

    /// Takes all that there is for what is in use.
    fn settled(mut self) -> Tree {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.in_use = InUse {
            slots: count(self.slots.len()),
            text: count(self.text.len()),
            long: count(self.long.len()),
            places: count(self.places.len()),
        };
        self
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> usize {
        let own = size_of::<Tree>()
            + self.slots.capacity() * size_of::<Slot>()
            + self.text.capacity()
            + self.places.len() * size_of::<Place>();
        self.long.iter().map(|text| text.len()).fold(own, usize::saturating_add)
    }

    /// True where more than so many collections stand within each other in a node, which counts itself.
    pub fn is_deeper(&self, node: NodeId, levels: usize) -> bool {
        if self.at(node).is_scalar() {
            return false;
        }
        let Some(below) = levels.checked_sub(1) else { return true };
        let mut next = self.first_child(node);
        while let Some(child) = next {
            next = self.next_sibling(child);
            if self.is_deeper(child, below) {
                return true;
            }
        }
        false
    }

    fn some(&self, at: u32) -> Option<NodeId> {
        ((at as usize) < self.slots.len()).then_some(NodeId(at))
    }

    #[inline]
    pub(crate) fn slot_at(&self, at: u32) -> Option<&Slot> {
        self.slots.get(at as usize)
    }

    #[inline]
    pub(crate) fn slot(&self, id: NodeId) -> &Slot {
        self.slots.get(id.0 as usize).unwrap_or(&Slot::NOTHING)
    }

    /// All nodes, those included that changes have left behind.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    #[inline]
    pub(crate) fn place(&self, id: PlaceId) -> Place {
        self.places.get(id)
    }

    /// What all texts but the long ones are parts of. A long one says that it is where there is nothing.
    #[inline]
    pub(crate) fn texts(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// A text as bytes.
    #[inline]
    pub(crate) fn bytes(&self, text: Text) -> &[u8] {
        match text.at {
            Text::LONG => self.str(text).as_bytes(),
            at => self
                .texts()
                .get(at as usize..at as usize + text.length as usize)
                .unwrap_or_default(),
        }
    }

    /// True when this is what a text holds.
    #[inline(always)]
    fn has_text(&self, text: Text, bytes: &[u8]) -> bool {
        if text.at == Text::LONG {
            return self.str(text).as_bytes() == bytes;
        }
        let (at, length) = (text.at as usize, text.length as usize);
        self.text.as_bytes().get(at..at + length).is_some_and(|own| is_same(own, bytes))
    }

    /// A text that has memory of its own.
    pub(crate) fn long(&self, text: Text) -> Option<&EcoString> {
        if text.at == Text::LONG { self.long.get(text.length as usize) } else { None }
    }

    #[inline]
    pub(crate) fn str(&self, text: Text) -> &str {
        match text.at {
            Text::LONG => self.long.get(text.length as usize).map_or("", |text| text),
            at => {
                self.text.get(at as usize..at as usize + text.length as usize).unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SourceId, read_resources};

    #[test]
    fn copies_share_long_texts() {
        let text = "a text of some length ".repeat(100);
        let tree =
            |text: &str| read_resources(text.as_bytes(), SourceId(1)).unwrap().remove(0).tree;
        let aliases = tree(&format!("a: &a {text}\nb: [*a, *a]\nc: *a\n"));
        let copy = aliases.root().to_node();
        let mut again = Tree::from(&copy);
        again.graft_from(aliases.root());
        assert_eq!((aliases.long.len(), again.long.len()), (4, 8));
        let first = aliases.long[0].as_ptr();
        assert!(aliases.long.iter().chain(&again.long).all(|long| long.as_ptr() == first));
        // What the reader takes as it stands is copied once.
        let plain = tree(&format!("a: {text}\n"));
        let (mut one, a) = (Tree::default(), plain.root().get("a").unwrap());
        one.copy_from(Tree::ROOT, a);
        let other = one.root().to_tree();
        assert_eq!((plain.long.len(), one.root().text()), (0, Some(text.trim_end())));
        assert_eq!(other.long[0].as_ptr(), one.long[0].as_ptr());
    }

    #[test]
    fn what_is_left_behind_is_noticed() {
        let mut tree = read_resources(b"a: 1\nb: [x, y]\n", SourceId(1)).unwrap().remove(0).tree;
        for (text, times) in [("a text", 1000), (&*"long".repeat(LONG), 40)] {
            assert!(!tree.is_wasteful());
            let a = tree.find(Tree::ROOT, "a").unwrap();
            (0..times).for_each(|_| tree.set_string(a, text));
            assert!(tree.is_wasteful());
            tree = tree.root().to_tree();
            assert_eq!(tree.root().get("a").and_then(NodeRef::text), Some(text));
        }
        for _ in 0..100 {
            let b = tree.find(Tree::ROOT, "b").unwrap();
            let (first, item) = (tree.first_child(b).unwrap(), tree.new_node());
            tree.take_out(b, first);
            tree.append_item(b, item);
        }
        assert!(tree.is_wasteful() && !tree.root().to_tree().is_wasteful());
    }

    #[test]
    fn depth() {
        let tree = read_resources(b"a: {b: [1]}\nc: 2\n", SourceId(1)).unwrap().remove(0).tree;
        let a = tree.find(Tree::ROOT, "a").unwrap();
        let empty = read_resources(b"a: {b: {}}\n", SourceId(1)).unwrap().remove(0).tree;
        assert!(empty.is_deeper(Tree::ROOT, 2) && !empty.is_deeper(Tree::ROOT, 3));
        for (node, levels) in [(Tree::ROOT, 3), (a, 2)] {
            assert!(tree.is_deeper(node, levels - 1) && !tree.is_deeper(node, levels));
        }
        assert!(!tree.is_deeper(tree.find(Tree::ROOT, "c").unwrap(), 0));
    }
}
