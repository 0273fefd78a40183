//! Lists that merge element by element: elements are told apart by key fields, or by their values.
//!
//! The elements of the patch come first, in the patch's order. What the reference does with elements that lack a key,
//! or that have one of two keys, follows from its single steps; [`exact_list`] takes those. Here is the rest, which is
//! nearly everything, in linear time.

use std::borrow::Cow;
use std::collections::HashMap;

use kbuild_yaml::{NodeId, NodeRef, Tree};

use super::Refusal;
use super::exact_list::{self, Patch};
use super::fields::{FEW, Marks};
use super::meetings::Meetings;
use super::node_list::NodeList;
use super::spot::Spot;
use super::strategic::{self, Fresh, Outcome, Seen};

/// Elements of a list of a patch.
#[derive(Clone, Copy)]
pub(super) struct Elements<'p> {
    pub(super) tree: &'p Tree,
    pub(super) ids: &'p [NodeId],
}

impl<'p> Elements<'p> {
    pub(super) fn new(tree: &'p Tree, ids: &'p [NodeId]) -> Elements<'p> {
        Elements { tree, ids }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = NodeRef<'p>> {
        self.ids.iter().map(move |node| self.tree.at(*node))
    }
}

/// Lays the elements of a patch over those of the list `target`.
pub(super) fn merge(
    tree: &mut Tree,
    target: NodeId,
    patch: Elements<'_>,
    keys: &[&str],
    spot: &Spot<'_>,
) -> Result<(), Refusal> {
    let own = NodeList::children(tree, target);
    let mut meetings = Meetings::default();
    if meetings.find(tree, &own, patch, keys) {
        let (keyed, meets) = (Keyed::few(meetings.used(keys)), meetings.meets());
        return Merging { own: &own, lasts: &own, patch, meets, keyed }.merge(tree, target, spot);
    }
    let nodes: Vec<NodeRef> = own.iter().map(|node| tree.at(*node)).collect();
    let elements: Vec<NodeRef> = patch.iter().collect();
    let Some(keyed) = Keyed::new(keys, &nodes, &elements) else {
        return exact_list::merge(tree, target, Patch::Other(patch), keys, *spot);
    };
    let old = Occurrences::new(nodes.iter().map(|node| keyed.identity(*node)));
    let new = Occurrences::new(elements.iter().map(|node| keyed.identity(*node)));
    let ids = |all: &[usize], list: &[NodeId]| -> Vec<NodeId> {
        all.iter().filter_map(|at| list.get(*at)).copied().collect()
    };
    let met = |node: &NodeRef| u32::try_from(old.find(&keyed.identity(*node))?).ok();
    let firsts = new.firsts.iter().filter_map(|at| elements.get(*at));
    let meets: Vec<Option<u32>> = firsts.map(met).collect();
    let (firsts, lasts) = (ids(&old.firsts, &own), ids(&old.lasts, &own));
    let elements = ids(&new.firsts, patch.ids);
    let patch = Elements { ids: &elements, ..patch };
    let merging = Merging { own: &firsts, lasts: &lasts, patch, meets: &meets, keyed };
    merging.merge(tree, target, spot)
}

/// A merge of two lists, of each of which only distinct elements are looked at.
struct Merging<'m> {
    /// The elements of the resource, where each comes first.
    own: &'m [NodeId],
    /// Where each comes last: that one stays.
    lasts: &'m [NodeId],
    patch: Elements<'m>,
    /// Which of the own elements each of the patch's elements meets.
    meets: &'m [Option<u32>],
    keyed: Keyed<'m>,
}

impl Merging<'_> {
    fn merge(self, tree: &mut Tree, target: NodeId, spot: &Spot<'_>) -> Result<(), Refusal> {
        let Merging { own, lasts, patch, meets, keyed } = self;
        let (mut touched, mut gone) = (Marks::default(), Marks::default());
        let mut merged = NodeList::default();
        for (element, meets) in patch.iter().zip(meets) {
            let step = |refusal: Refusal| refusal.under(keyed.label(element));
            let Some(slot) = meets.map(|slot| slot as usize) else {
                let added = strategic::fresh(tree, element, *spot, Seen::Once).map_err(step)?;
                merged.extend(added.into_node(tree, element));
                continue;
            };
            let Some(&node) = own.get(slot) else { continue };
            let stays = keyed.lay_over(tree, node, element, spot).map_err(step)?;
            touched.add(slot);
            // With two keys, the resource's elements stay where they are.
            if keyed.columns == 1 && stays {
                merged.extend(lasts.get(slot).copied());
            }
            if keyed.columns == 1 || !stays {
                gone.add(slot);
            }
        }
        for (slot, &node) in own.iter().enumerate() {
            if !touched.has(slot)
                && let Err(refusal) = strategic::settle(tree, node, spot)
            {
                return Err(refusal.under(keyed.label(tree.at(node))));
            }
        }
        let rest = lasts.iter().enumerate().filter(|(slot, _)| !gone.has(*slot));
        let rest = rest.map(|(_, node)| *node);
        if keyed.columns > 1 && !std::ptr::eq(own, lasts) {
            let places: HashMap<NodeId, usize> =
                tree.at(target).children().enumerate().map(|(at, node)| (node.id(), at)).collect();
            let mut rest: Vec<NodeId> = rest.collect();
            rest.sort_by_key(|node| places.get(node).copied());
            tree.set_children(target, merged.iter().copied().chain(rest));
        } else {
            tree.set_children(target, merged.iter().copied().chain(rest));
        }
        Ok(())
    }
}

/// The list of a patch where the resource has none. The reference merges it with itself.
pub(super) fn fresh(
    tree: &mut Tree,
    patch: Elements<'_>,
    keys: &[&str],
    spot: Spot<'_>,
) -> Result<Vec<NodeId>, Refusal> {
    let patch: Vec<NodeRef> = patch.iter().collect();
    let Some(keyed) = Keyed::new(keys, &[], &patch) else {
        let list = tree.new_node();
        tree.set_sequence(list);
        for element in patch {
            let item = tree.push_item(list);
            tree.copy_from(item, element);
        }
        exact_list::merge(tree, list, Patch::Same, keys, spot)?;
        return Ok(tree.at(list).children().map(NodeRef::id).collect());
    };
    let once = Occurrences::new(patch.iter().map(|node| keyed.identity(*node)));
    let mut slots: Vec<(usize, usize)> =
        once.firsts.iter().copied().zip(once.lasts.iter().copied()).collect();
    if keyed.columns > 1 {
        slots.sort_by_key(|&(_, last)| last);
    }
    let mut target = Vec::with_capacity(slots.len());
    for (first, last) in slots {
        let (Some(&element), Some(&other)) = (patch.get(first), patch.get(last)) else { continue };
        let made = strategic::fresh(tree, element, spot, Seen::Twice)
            .map_err(|refusal| refusal.under(keyed.label(element)))?;
        let made = match made {
            Fresh::Nothing => continue,
            _ if first != last => tree.graft_from(other),
            made => match made.into_node(tree, element) {
                Some(node) => node,
                None => continue,
            },
        };
        target.push(made);
    }
    Ok(target)
}

/// A list of the resource that the patch does not speak of.
pub(super) fn settle(
    tree: &mut Tree,
    target: NodeId,
    keys: &[&str],
    spot: &Spot<'_>,
) -> Result<(), Refusal> {
    let own = NodeList::children(tree, target);
    let are_few = match *own {
        [one] => keys.iter().any(|key| tree.at(one).get(key).is_some_and(NodeRef::has_text)),
        _ => Meetings::default().find(tree, &own, Elements::new(tree, &[]), keys),
    };
    let distinct = are_few || {
        let own: Vec<NodeRef> = own.iter().map(|node| tree.at(*node)).collect();
        Keyed::new(keys, &own, &[]).is_some_and(|keyed| {
            let occurrences = Occurrences::new(own.iter().map(|node| keyed.identity(*node)));
            occurrences.firsts.len() == own.len()
        })
    };
    if !distinct {
        return merge(tree, target, Elements::new(&Tree::default(), &[]), keys, spot);
    }
    for &node in &*own {
        strategic::settle(tree, node, spot).map_err(|refusal| refusal.under("[]"))?;
    }
    Ok(())
}

/// Lists whose elements all have the same key fields, and nothing else that would call for single steps.
struct Keyed<'a> {
    /// Which of the keys the elements have.
    used: Cow<'a, [&'a str]>,
    /// How many keys count. A list of plain values counts as one.
    columns: usize,
    /// True for plain values.
    values: bool,
}

/// The texts under the keys of an element.
#[derive(PartialEq, Eq, Hash)]
enum Identity<'a> {
    One(&'a str),
    Several(Vec<&'a str>),
}

impl<'a> Keyed<'a> {
    /// What [`Meetings`] have found.
    fn few(used: &'a [&'a str]) -> Keyed<'a> {
        Keyed { used: Cow::Borrowed(used), columns: used.len(), values: false }
    }

    fn new(
        keys: &'a [&'a str],
        target: &[NodeRef<'_>],
        patch: &[NodeRef<'_>],
    ) -> Option<Keyed<'a>> {
        let nodes = || target.iter().chain(patch).copied();
        if keys.is_empty() {
            let plain = |node: NodeRef<'_>| node.is_scalar() && !node.is_null();
            return nodes().all(plain).then_some(Keyed {
                used: Cow::Borrowed(&[]),
                columns: 1,
                values: true,
            });
        }
        if !nodes().all(NodeRef::is_mapping) {
            return None;
        }
        let mut used = Cow::Borrowed(keys);
        for &key in keys {
            let mut with = nodes().map(|node| !key_text(node, key).is_empty());
            let first = with.next().unwrap_or(false);
            if !with.all(|one| one == first) {
                return None;
            }
            if !first {
                used.to_mut().retain(|one| *one != key);
            }
        }
        let columns = used.len();
        (columns > 0).then_some(Keyed { used, columns, values: false })
    }

    fn identity<'n>(&self, node: NodeRef<'n>) -> Identity<'n> {
        match &*self.used {
            [] => Identity::One(node.text().unwrap_or_default()),
            [key] => Identity::One(key_text(node, key)),
            keys => Identity::Several(keys.iter().map(|key| key_text(node, key)).collect()),
        }
    }

    /// Lays an element of the patch over its counterpart, and says whether that stays.
    fn lay_over(
        &self,
        tree: &mut Tree,
        node: NodeId,
        element: NodeRef<'_>,
        spot: &Spot<'_>,
    ) -> Result<bool, Refusal> {
        // Of plain values the resource's own stays.
        if self.values {
            return Ok(true);
        }
        // The reference drops a replaced element again: it puts the resource's own back in its place.
        Ok(strategic::merge_value(tree, node, element, spot)? != Outcome::Clear)
    }

    /// The element in the path of an error.
    fn label(&self, node: NodeRef<'_>) -> String {
        match self.used.first() {
            Some(key) => format!("[{key}={}]", key_text(node, key)),
            None => format!("[{}]", node.text().unwrap_or_default()),
        }
    }
}

/// The text under a key of an element; empty where there is none.
pub(super) fn key_text<'n>(node: NodeRef<'n>, key: &str) -> &'n str {
    node.get(key).and_then(NodeRef::text).unwrap_or_default()
}

/// The distinct elements of a list in order, and where each occurs first and last.
struct Occurrences<'n> {
    firsts: Vec<usize>,
    lasts: Vec<usize>,
    index: Index<'n>,
}

enum Index<'n> {
    Few(Vec<Identity<'n>>),
    Many(HashMap<Identity<'n>, usize>),
}

impl<'n> Occurrences<'n> {
    fn new(identities: impl ExactSizeIterator<Item = Identity<'n>>) -> Occurrences<'n> {
        let index = if identities.len() > FEW {
            Index::Many(HashMap::with_capacity(identities.len()))
        } else {
            Index::Few(Vec::with_capacity(identities.len()))
        };
        let mut result = Occurrences { firsts: Vec::new(), lasts: Vec::new(), index };
        for (at, identity) in identities.enumerate() {
            if let Some(slot) = result.find(&identity) {
                if let Some(last) = result.lasts.get_mut(slot) {
                    *last = at;
                }
                continue;
            }
            let slot = result.firsts.len();
            result.firsts.push(at);
            result.lasts.push(at);
            match &mut result.index {
                Index::Few(list) => list.push(identity),
                Index::Many(map) => {
                    map.insert(identity, slot);
                }
            }
        }
        result
    }

    fn find(&self, identity: &Identity<'_>) -> Option<usize> {
        match &self.index {
            Index::Few(list) => list.iter().position(|one| one == identity),
            Index::Many(map) => map.get(identity).copied(),
        }
    }
}
