//! Between trees and nodes.

use super::{NONE, NodeId, NodeRef, Tree, ValueRef};
use crate::tree::slot::Shape;
use crate::{Entry, Key, Mapping, Node, Scalar, Value};

impl From<&Node> for Tree {
    fn from(node: &Node) -> Tree {
        let mut tree = Tree::empty(node.place.source);
        tree.set_value(Tree::ROOT, node);
        tree.settled()
    }
}

impl Tree {
    /// Puts a copy of `node` where `at` is; a key stays.
    pub fn set_value(&mut self, at: NodeId, node: &Node) {
        match &node.value {
            Value::Scalar(scalar) => {
                let text = self.add_shared(&scalar.text);
                self.set_text(at, text, scalar.kind, scalar.plain);
            }
            Value::Sequence(items) => {
                let mut last = NONE;
                self.reshape(at, Shape::Sequence, NONE, NONE);
                for item in items {
                    let child = self.graft(item);
                    last = self.append_after(at, last, child);
                }
            }
            Value::Mapping(mapping) => {
                let mut last = NONE;
                self.reshape(at, Shape::Mapping, NONE, NONE);
                for Entry { key, value } in mapping {
                    // The text of the key stands right before that of the value, so that both are copied at once.
                    let child = self.new_node();
                    self.set_key(child, &key.text, key.kind(), key.place());
                    self.set_value(child, value);
                    last = self.append_after(at, last, child);
                }
            }
        }
        self.set_place(at, node.place);
    }

    /// A copy of `node` that is nowhere in the tree yet.
    pub fn graft(&mut self, node: &Node) -> NodeId {
        let id = self.new_node();
        self.set_value(id, node);
        id
    }
}

impl NodeRef<'_> {
    /// A copy of it by itself.
    pub fn to_node(self) -> Node {
        let value = match self.value() {
            ValueRef::Scalar(scalar) => Value::Scalar(Scalar {
                text: self.shared_text().cloned().unwrap_or_else(|| scalar.text.into()),
                kind: scalar.kind,
                plain: scalar.plain,
            }),
            ValueRef::Sequence(items) => {
                let mut nodes = Vec::with_capacity(items.count());
                nodes.extend(items.map(NodeRef::to_node));
                Value::Sequence(nodes)
            }
            ValueRef::Mapping(values) => {
                let mut entries = Vec::with_capacity(values.count());
                entries.extend(values.map(|value| Entry {
                    key: Key::typed(value.key(), value.key_kind()).at(value.key_place()),
                    value: value.to_node(),
                }));
                Value::Mapping(Mapping::from(entries))
            }
        };
        Node { value, place: self.place() }
    }

    /// A copy of it as a tree.
    pub fn to_tree(self) -> Tree {
        let mut tree = Tree::empty(self.place().source);
        tree.copy_from(Tree::ROOT, self);
        tree.settled()
    }
}
