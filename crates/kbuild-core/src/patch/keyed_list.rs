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
use super::spot::Spot;
use super::strategic::{self, Fresh, Outcome, Seen};

/// Lays the elements of a patch over those of the list `target`.
pub(super) fn merge(
    tree: &mut Tree,
    target: NodeId,
    patch: &[NodeRef<'_>],
    keys: &[&str],
    spot: Spot<'_>,
) -> Result<(), Refusal> {
    let mut few = [Tree::ROOT; FEW];
    if let Some(own) = few_children(tree, target, &mut few)
        && let Some((keyed, meets)) = meetings(tree, own, patch, keys)
    {
        let merging =
            Merging { own, lasts: own, patch, meets: &meets[..patch.len().min(FEW)], keyed };
        return merging.merge(tree, target, spot);
    }
    let own: Vec<NodeRef> = tree.at(target).children().collect();
    let Some(keyed) = Keyed::new(keys, &own, patch) else {
        return exact_list::merge(tree, target, Patch::Other(patch), keys, spot);
    };
    let old = Occurrences::new(own.iter().map(|node| keyed.identity(*node)));
    let new = Occurrences::new(patch.iter().map(|node| keyed.identity(*node)));
    let ids = |all: &[usize]| -> Vec<NodeId> {
        all.iter().filter_map(|at| own.get(*at)).map(|node| node.id()).collect()
    };
    let (firsts, lasts) = (ids(&old.firsts), ids(&old.lasts));
    let patch: Vec<NodeRef> = new.firsts.iter().filter_map(|at| patch.get(*at)).copied().collect();
    let meets: Vec<Option<usize>> =
        patch.iter().map(|node| old.find(&keyed.identity(*node))).collect();
    let merging = Merging { own: &firsts, lasts: &lasts, patch: &patch, meets: &meets, keyed };
    merging.merge(tree, target, spot)
}

/// A merge of two lists, of each of which only distinct elements are looked at.
struct Merging<'m, 'p> {
    /// The elements of the resource, where each comes first.
    own: &'m [NodeId],
    /// Where each comes last: that one stays.
    lasts: &'m [NodeId],
    patch: &'m [NodeRef<'p>],
    /// Which of the own elements each of the patch's elements meets.
    meets: &'m [Option<usize>],
    keyed: Keyed<'m>,
}

impl Merging<'_, '_> {
    fn merge(self, tree: &mut Tree, target: NodeId, spot: Spot<'_>) -> Result<(), Refusal> {
        let Merging { own, lasts, patch, meets, keyed } = self;
        let (mut touched, mut gone) = (Marks::default(), Marks::default());
        let mut merged = Vec::with_capacity(own.len() + patch.len());
        for (&element, meets) in patch.iter().zip(meets) {
            let step = |refusal: Refusal| refusal.under(keyed.label(element));
            let Some(slot) = *meets else {
                let added = strategic::fresh(tree, element, spot, Seen::Once).map_err(step)?;
                merged.extend(added.into_node(tree, element));
                continue;
            };
            let Some(&node) = own.get(slot) else { continue };
            let stays = keyed.lay_over(tree, node, element, spot).map_err(step)?;
            touched.add(slot);
            // With two keys, the resource's elements stay where they are.
            if keyed.columns == 1 && stays {
                merged.extend(lasts.get(slot));
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
            tree.set_children(target, merged.into_iter().chain(rest));
        } else {
            tree.set_children(target, merged.into_iter().chain(rest));
        }
        Ok(())
    }
}

/// The list of a patch where the resource has none. The reference merges it with itself.
pub(super) fn fresh(
    tree: &mut Tree,
    patch: &[NodeRef<'_>],
    keys: &[&str],
    spot: Spot<'_>,
) -> Result<Vec<NodeId>, Refusal> {
    let Some(keyed) = Keyed::new(keys, &[], patch) else {
        let list = tree.new_node();
        tree.set_sequence(list);
        for &element in patch {
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
    spot: Spot<'_>,
) -> Result<(), Refusal> {
    let mut few = [Tree::ROOT; FEW];
    let are_few = match few_children(tree, target, &mut few) {
        Some(&[one]) => keys.iter().any(|key| !key_text(tree.at(one), key).is_empty()),
        Some(own) => meetings(tree, own, &[], keys).is_some(),
        None => false,
    };
    let distinct = are_few || {
        let own: Vec<NodeRef> = tree.at(target).children().collect();
        Keyed::new(keys, &own, &[]).is_some_and(|keyed| {
            let occurrences = Occurrences::new(own.iter().map(|node| keyed.identity(*node)));
            occurrences.firsts.len() == own.len()
        })
    };
    if !distinct {
        return merge(tree, target, &[], keys, spot);
    }
    let mut next = tree.first_child(target);
    while let Some(node) = next {
        next = tree.next_sibling(node);
        strategic::settle(tree, node, spot).map_err(|refusal| refusal.under("[]"))?;
    }
    Ok(())
}

/// The elements of a list, if they are few.
fn few_children<'f>(tree: &Tree, list: NodeId, few: &'f mut [NodeId; FEW]) -> Option<&'f [NodeId]> {
    let (mut count, mut next) = (0, tree.first_child(list));
    while let Some(node) = next {
        *few.get_mut(count)? = node;
        (count, next) = (count + 1, tree.next_sibling(node));
    }
    few.get(..count)
}

/// Which of a few own elements each of a few of the patch's elements meets. None where more than two texts tell the elements
/// apart, or where two elements of a list are the same.
fn meetings<'k>(
    tree: &Tree,
    own: &[NodeId],
    patch: &[NodeRef<'_>],
    keys: &'k [&'k str],
) -> Option<(Keyed<'k>, [Option<usize>; FEW])> {
    let own = own.iter().map(|node| tree.at(*node));
    let nodes = own.clone().chain(patch.iter().copied());
    if patch.len() > FEW || !nodes.clone().all(NodeRef::is_mapping) {
        return None;
    }
    let mut used = 0..0;
    for (at, key) in keys.iter().enumerate() {
        let mut with = nodes.clone().map(|node| !key_text(node, key).is_empty());
        let first = with.next()?;
        if !with.all(|one| one == first) {
            return None;
        }
        match first {
            true if used.is_empty() => used = at..at + 1,
            true if used.end == at => used.end += 1,
            true => return None,
            false => {}
        }
    }
    let used = keys.get(used).filter(|used| !used.is_empty())?;
    let (mut identities, mut count) = ([("", ""); FEW], 0);
    for node in own {
        let identity = texts_under(used, node)?;
        if identities[..count].contains(&identity) {
            return None;
        }
        *identities.get_mut(count)? = identity;
        count += 1;
    }
    let mut meets = [None; FEW];
    for (at, element) in patch.iter().enumerate() {
        let wanted = texts_under(used, *element);
        if patch[..at].iter().any(|other| texts_under(used, *other) == wanted) {
            return None;
        }
        *meets.get_mut(at)? = identities[..count].iter().position(|own| Some(*own) == wanted);
    }
    Some((Keyed { used: Cow::Borrowed(used), columns: used.len(), values: false }, meets))
}

/// The texts under one or two keys of an element.
fn texts_under<'n>(keys: &[&str], node: NodeRef<'n>) -> Option<(&'n str, &'n str)> {
    match keys {
        [key] => Some((key_text(node, key), "")),
        [key, other] => Some((key_text(node, key), key_text(node, other))),
        _ => None,
    }
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
        spot: Spot<'_>,
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
