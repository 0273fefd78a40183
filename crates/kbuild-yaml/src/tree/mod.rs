//! A document in compact form: all of its nodes in one list, all of its texts in one string.
//!
//! A [`Node`](crate::Node) is a tree of its own wherever it stands, which suits what is small and moves about. A resource is
//! read, changed in a few places and printed, by the thousand: there, memory is what counts. Two allocations hold a
//! resource, nodes follow each other as they do in the file, and texts are where the reader found them.

mod edit;
mod from_node;
mod node_ref;
mod slot;

use crate::find::is_same;
pub use node_ref::{Children, NodeRef, ScalarRef, ValueRef};
pub use slot::key_mark;
pub(crate) use slot::{NONE, Shape, Slot, Text};

/// Texts of this length and more have memory of their own.
const LONG: usize = 16 * 1024;

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
#[derive(Clone, Debug)]
pub struct Tree {
    slots: Vec<Slot>,
    /// The texts of keys and scalars, and what stands between them in the file.
    text: String,
    /// Long texts, each by itself.
    long: Vec<Box<str>>,
    /// The collection whose changes count, besides the root.
    watched: NodeId,
    changes: u32,
}

impl Default for Tree {
    /// A null.
    fn default() -> Tree {
        Tree::of(vec![Slot::NOTHING], String::new())
    }
}

impl Tree {
    /// The root of every tree.
    pub const ROOT: NodeId = NodeId(0);

    /// A tree of these nodes, the first of which is the root.
    pub(crate) fn of(slots: Vec<Slot>, text: String) -> Tree {
        Tree { slots, text, long: Vec::new(), watched: NodeId::NOWHERE, changes: 0 }
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
        let mark = key_mark(key.as_bytes());
        let mut at = self.slot(mapping).first_entry();
        while let Some(slot) = self.slots.get(at as usize) {
            if slot.key_mark == mark && self.has_text(slot.key, key.as_bytes()) {
                return Some(NodeId(at));
            }
            at = slot.next;
        }
        None
    }

    /// The first item or value of a collection.
    pub fn first_child(&self, collection: NodeId) -> Option<NodeId> {
        self.some(self.slot(collection).first_child())
    }

    /// The item or value that follows another one.
    pub fn next_sibling(&self, child: NodeId) -> Option<NodeId> {
        self.some(self.slot(child).next)
    }

    /// Has [`changes`](Tree::changes) count what happens to this collection, too, instead of to the one that was named before.
    pub fn watch(&mut self, collection: NodeId) {
        self.watched = collection;
    }

    /// How often the root, or the collection that is [watched](Tree::watch), got other children or became something else. As
    /// long as this is the same, the nodes that were found in them are the ones that are there.
    #[inline]
    pub fn changes(&self) -> u32 {
        self.changes
    }

    /// The [marks](key_mark) of the keys of all nodes, in no order. Nodes that were taken out of the tree may be among them.
    pub fn key_marks(&self) -> impl Iterator<Item = u8> {
        self.slots.iter().map(|slot| slot.key_mark)
    }

    /// About how many bytes a document of it has.
    pub fn text_len(&self) -> usize {
        self.text.len() + self.long.iter().map(|text| text.len()).sum::<usize>()
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> usize {
        let long: usize = self.long.iter().map(|text| text.len()).sum();
        size_of::<Tree>() + self.slots.capacity() * size_of::<Slot>() + self.text.capacity() + long
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

    /// Where a text is, unless it is a long one: in what, from where on, and how many bytes.
    #[inline]
    pub(crate) fn part(&self, text: Text) -> Option<(&[u8], usize, usize)> {
        let is_long = text.at == Text::LONG;
        (!is_long).then_some((self.text.as_bytes(), text.at as usize, text.length as usize))
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
