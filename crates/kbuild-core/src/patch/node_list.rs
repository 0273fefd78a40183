//! Nodes in order, a few of which take no memory besides.

use std::ops::Deref;

use kbuild_yaml::{NodeId, Tree};

use super::fields::FEW;

/// A list of nodes.
pub(super) struct NodeList {
    few: [NodeId; FEW],
    count: usize,
    /// All of them, once they are more than a few.
    many: Vec<NodeId>,
}

impl NodeList {
    /// The children of a collection.
    pub(super) fn children(tree: &Tree, collection: NodeId) -> NodeList {
        let (mut list, mut next) = (NodeList::default(), tree.first_child(collection));
        while let Some(node) = next {
            list.push(node);
            next = tree.next_sibling(node);
        }
        list
    }

    #[inline]
    pub(super) fn push(&mut self, node: NodeId) {
        match self.few.get_mut(self.count) {
            Some(free) => *free = node,
            None => self.push_to_many(node),
        }
        self.count += 1;
    }

    #[cold]
    fn push_to_many(&mut self, node: NodeId) {
        if self.many.is_empty() {
            self.many.extend(self.few);
        }
        self.many.push(node);
    }
}

impl Default for NodeList {
    #[inline]
    fn default() -> NodeList {
        NodeList { few: [NodeId::NOWHERE; FEW], count: 0, many: Vec::new() }
    }
}

impl Deref for NodeList {
    type Target = [NodeId];

    #[inline]
    fn deref(&self) -> &[NodeId] {
        self.few.get(..self.count).unwrap_or(&self.many)
    }
}

impl Extend<NodeId> for NodeList {
    #[inline]
    fn extend<I: IntoIterator<Item = NodeId>>(&mut self, nodes: I) {
        nodes.into_iter().for_each(|node| self.push(node));
    }
}

impl FromIterator<NodeId> for NodeList {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> NodeList {
        let mut list = NodeList::default();
        list.extend(nodes);
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many() {
        let mut tree = Tree::default();
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let nodes: Vec<NodeId> = (0..count).map(|_| tree.new_node()).collect();
            let list: NodeList = nodes.iter().copied().collect();
            assert_eq!(*list, nodes);
            tree.set_sequence(Tree::ROOT);
            tree.set_children(Tree::ROOT, nodes.iter().copied());
            assert_eq!(*NodeList::children(&tree, Tree::ROOT), nodes);
        }
    }
}
