//! What is in long lists and mappings, for a patch that reaches into them again and again.

use std::collections::HashMap;

use kbuild_yaml::{EcoString, NodeId, NodeRef, Tree};

use super::pointer::index;

/// In a collection of fewer children each is found by going through them, and in any other one for so many times.
const LONG: usize = 32;
const OFTEN: u8 = 4;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// The long lists and mappings of a tree that a patch has come to.
///
/// Whoever changes one does it here. A node that gets another value is [forgotten](Lists::forget).
#[derive(Default)]
pub(super) struct Lists(Map<NodeId, Long>);

/// What is in a long collection.
enum Long {
    /// The items of a list, by their numbers.
    Items(Vec<NodeId>),
    /// The values of a mapping in which no key stands twice.
    Fields(Map<EcoString, NodeId>),
    /// The values of another one.
    Ambiguous,
    /// It was come to so many times.
    Seen(u8),
}

impl Lists {
    /// What a step of a path leads to.
    pub(super) fn child<'a>(&mut self, node: NodeRef<'a>, step: &str) -> Option<NodeRef<'a>> {
        let Some(items) = node.as_sequence() else {
            return match self.long(node) {
                Some(Long::Fields(fields)) => fields.get(step).map(|field| node.tree().at(*field)),
                _ => node.get(step),
            };
        };
        match self.long(node) {
            Some(Long::Items(items)) => {
                items.get(index(step, items.len())?).map(|item| node.tree().at(*item))
            }
            _ => items.clone().nth(index(step, items.count())?),
        }
    }

    /// How many items a list has.
    pub(super) fn count(&mut self, list: NodeRef<'_>) -> usize {
        match self.long(list) {
            Some(Long::Items(items)) => items.len(),
            _ => list.children().count(),
        }
    }

    /// Puts a node that is nowhere in the tree into a list, as the item of this number; at its end where it has fewer.
    pub(super) fn insert(&mut self, tree: &mut Tree, list: NodeId, index: usize, node: NodeId) {
        let Some(Long::Items(items)) = self.long(tree.at(list)) else {
            return tree.insert_item(list, index, node);
        };
        let index = index.min(items.len());
        let before = index.checked_sub(1).and_then(|before| items.get(before)).copied();
        items.insert(index, node);
        tree.insert_item_after(list, before, node);
    }

    /// Puts a node that is nowhere in the tree at the end of a list.
    pub(super) fn append(&mut self, tree: &mut Tree, list: NodeId, node: NodeId) {
        if let Some(Long::Items(items)) = self.0.get_mut(&list) {
            items.push(node);
        }
        tree.append_item(list, node);
    }

    /// Says that a mapping has got another value, under a key that was not there.
    pub(super) fn added(&mut self, mapping: NodeId, key: &str, node: NodeId) {
        if let Some(Long::Fields(fields)) = self.0.get_mut(&mapping) {
            fields.insert(key.into(), node);
        }
    }

    /// Takes the child that a step leads to out of a collection.
    pub(super) fn take_out(
        &mut self,
        tree: &mut Tree,
        collection: NodeId,
        step: &str,
        child: NodeId,
    ) {
        match self.long(tree.at(collection)) {
            Some(Long::Items(items)) => {
                let Some(number) = index(step, items.len()) else { return };
                let before = number.checked_sub(1).and_then(|before| items.get(before)).copied();
                items.remove(number);
                tree.take_out_after(collection, before, child);
            }
            known => {
                if let Some(Long::Fields(fields)) = known {
                    fields.remove(step);
                }
                tree.take_out(collection, child);
            }
        }
    }

    /// Says that a node has got another value.
    pub(super) fn forget(&mut self, node: NodeId) {
        self.0.remove(&node);
    }

    /// What is in a long collection.
    fn long(&mut self, node: NodeRef<'_>) -> Option<&mut Long> {
        // Most patches come to short ones only, and the map takes no memory then.
        if !self.0.contains_key(&node.id()) {
            node.children().nth(LONG)?;
        }
        let known = self.0.entry(node.id()).or_insert(Long::Seen(0));
        match known {
            Long::Seen(OFTEN..) => *known = Long::new(node),
            Long::Seen(times) => *times += 1,
            _ => {}
        }
        Some(known)
    }
}

impl Long {
    fn new(node: NodeRef<'_>) -> Long {
        if node.is_sequence() {
            return Long::Items(node.children().map(NodeRef::id).collect());
        }
        let mut fields = Map::default();
        for field in node.children() {
            if fields.insert(field.key().into(), field.id()).is_some() {
                return Long::Ambiguous;
            }
        }
        Long::Fields(fields)
    }
}

#[cfg(test)]
mod tests {
    use kbuild_yaml::{SourceId, read_resources};

    use super::*;

    fn tree(count: usize) -> Tree {
        let items: Vec<String> = (0..count).map(|item| item.to_string()).collect();
        let text = format!("list: [{}]\n", items.join(", "));
        read_resources(text.as_bytes(), SourceId(1)).unwrap().remove(0).tree
    }

    #[test]
    fn long_mappings_find_what_is_in_them() {
        let text: String = (0..100).map(|key| format!("k{key}: {key}\n")).collect();
        let read =
            |text: &str| read_resources(text.as_bytes(), SourceId(1)).unwrap().remove(0).tree;
        let (mut tree, mut lists) = (read(&text), Lists::default());
        let found = |lists: &mut Lists, tree: &Tree, key: &str| {
            let found = lists.child(tree.root(), key).map(NodeRef::id);
            assert_eq!(found, tree.root().get(key).map(NodeRef::id), "{key}");
            found
        };
        (0..OFTEN).for_each(|_| assert!(found(&mut lists, &tree, "k1").is_some()));
        let seventh = found(&mut lists, &tree, "k7").unwrap();
        assert!(matches!(lists.0.get(&Tree::ROOT), Some(Long::Fields(_))));
        lists.take_out(&mut tree, Tree::ROOT, "k7", seventh);
        assert_eq!(found(&mut lists, &tree, "k7"), None);
        tree.attach(Tree::ROOT, "new", kbuild_yaml::Place::default(), seventh);
        lists.added(Tree::ROOT, "new", seventh);
        assert_eq!(found(&mut lists, &tree, "new"), Some(seventh));
        assert!(found(&mut lists, &tree, "k99").is_some());
    }

    #[test]
    fn long_lists_and_short_ones_are_the_same() {
        for count in [0, 1, LONG, LONG + 1, LONG + 2, 100] {
            let (mut tree, mut lists) = (tree(count), Lists::default());
            let list = tree.find(Tree::ROOT, "list").unwrap();
            let mut expected: Vec<String> = (0..count).map(|item| item.to_string()).collect();
            for (number, at) in [0, 7, 50, 3, 99, 1, 34, 33, 32].into_iter().enumerate() {
                let node = tree.new_node();
                let text = format!("new{number}");
                tree.set_string(node, &text);
                lists.insert(&mut tree, list, at, node);
                expected.insert(at.min(expected.len()), text);
                for taken in [at / 2, 0, expected.len() - 1] {
                    let step = taken.to_string();
                    let child = lists.child(tree.at(list), &step).map(NodeRef::id);
                    assert_eq!(child.is_some(), taken < expected.len());
                    let Some(child) = child else { continue };
                    assert_eq!(tree.at(child).text(), Some(expected[taken].as_str()));
                    lists.take_out(&mut tree, list, &step, child);
                    expected.remove(taken);
                    if expected.is_empty() {
                        break;
                    }
                }
                assert_eq!(lists.count(tree.at(list)), expected.len());
                let items = tree.at(list).children().map(|item| item.text().unwrap());
                assert!(items.eq(expected.iter().map(String::as_str)), "{count} {number}");
                if expected.is_empty() {
                    break;
                }
            }
        }
    }
}
