//! Lists that merge element by element: elements are told apart by key fields, or by their values.
//!
//! The elements of the patch come first, in the patch's order. What the reference does with elements that lack a key,
//! or that have one of two keys, follows from its single steps; [`exact_list`] takes those. Here is the rest, which is
//! nearly everything, in linear time.

use std::borrow::Cow;
use std::collections::HashMap;

use kbuild_yaml::{Node, Value};

use super::Refusal;
use super::exact_list::{self, Patch};
use super::spot::Spot;
use super::strategic::{self, FEW, Outcome, Seen};

/// Lays the elements of a patch over those of the resource.
pub(super) fn merge(
    target: &mut Vec<Node>,
    patch: &[&Node],
    keys: &[&str],
    spot: Spot<'_>,
) -> Result<(), Refusal> {
    let Some(keyed) = Keyed::new(keys, target, patch) else {
        return exact_list::merge(target, Patch::Other(patch), keys, spot);
    };
    if keyed.are_few_and_distinct(target.iter())
        && keyed.are_few_and_distinct(patch.iter().copied())
    {
        return merge_few(target, patch, &keyed, spot);
    }
    let old = Occurrences::new(target.iter().map(|node| keyed.identity(node)));
    let new = Occurrences::new(patch.iter().map(|node| keyed.identity(node)));
    // For each distinct element of the patch: what it adds, or what became of its counterpart.
    let mut added: Vec<Option<Node>> = Vec::with_capacity(new.firsts.len());
    let mut fates = vec![Fate::Untouched; old.firsts.len()];
    let mut front = Vec::with_capacity(new.firsts.len());
    // Which of the old elements each of the patch's elements meets, before the old ones change.
    let meets: Vec<Option<usize>> = new
        .firsts
        .iter()
        .map(|&at| patch.get(at).and_then(|node| old.find(&keyed.identity(node))))
        .collect();
    drop(new.index);
    let old_firsts = old.firsts;
    let old_lasts = old.lasts;
    for (&at, meets) in new.firsts.iter().zip(meets) {
        let Some(&element) = patch.get(at) else { continue };
        let step = |refusal: Refusal| refusal.under(keyed.label(element));
        let Some(slot) = meets else {
            added.push(strategic::fresh(element, spot, Seen::Once).map_err(step)?);
            front.push(None);
            continue;
        };
        let (Some(&first), Some(fate)) = (old_firsts.get(slot), fates.get_mut(slot)) else {
            continue;
        };
        let Some(node) = target.get_mut(first) else { continue };
        *fate = keyed.lay_over(node, element, spot).map_err(step)?;
        added.push(None);
        front.push(Some(slot));
    }
    for (&first, fate) in old_firsts.iter().zip(&fates) {
        if *fate == Fate::Untouched
            && let Some(node) = target.get_mut(first)
        {
            let label = |refusal: Refusal, node: &Node| refusal.under(keyed.label(node));
            if let Err(refusal) = strategic::settle(node, spot) {
                return Err(label(refusal, node));
            }
        }
    }
    let mut taken: Vec<Option<Node>> = std::mem::take(target).into_iter().map(Some).collect();
    // Where two elements are the same, the last one wins.
    let mut take = |slot: usize| {
        let gone = fates.get(slot) == Some(&Fate::Gone);
        let node = old_lasts.get(slot).and_then(|&last| taken.get_mut(last)).and_then(Option::take);
        if gone { None } else { node }
    };
    for (added, slot) in added.into_iter().zip(front) {
        match slot {
            // With two keys, the resource's elements stay where they are.
            Some(_) if keyed.columns > 1 => {}
            Some(slot) => target.extend(take(slot)),
            None => target.extend(added),
        }
    }
    let mut rest: Vec<usize> = (0..old_firsts.len()).collect();
    if keyed.columns > 1 {
        rest.sort_by_key(|&slot| old_lasts.get(slot).copied());
    }
    for slot in rest {
        target.extend(take(slot));
    }
    Ok(())
}

/// Does what [`merge`] does for short lists in which no element comes twice, which most are.
fn merge_few(
    target: &mut Vec<Node>,
    patch: &[&Node],
    keyed: &Keyed,
    spot: Spot<'_>,
) -> Result<(), Refusal> {
    let mut fates = [Fate::Untouched; FEW];
    let mut meets = [None; FEW];
    for (element, meets) in patch.iter().zip(&mut meets) {
        *meets = target.iter().position(|node| keyed.are_same(node, element));
    }
    // What the patch adds, with the place of each among the elements of the patch.
    let mut added = Vec::new();
    for (at, (&element, meets)) in patch.iter().zip(meets).enumerate() {
        let step = |refusal: Refusal| refusal.under(keyed.label(element));
        let Some(slot) = meets else {
            let node = strategic::fresh(element, spot, Seen::Once).map_err(step)?;
            added.extend(node.map(|node| (at, node)));
            continue;
        };
        let (Some(node), Some(fate)) = (target.get_mut(slot), fates.get_mut(slot)) else {
            continue;
        };
        *fate = keyed.lay_over(node, element, spot).map_err(step)?;
    }
    for (node, fate) in target.iter_mut().zip(fates) {
        if fate == Fate::Untouched
            && let Err(refusal) = strategic::settle(node, spot)
        {
            return Err(refusal.under(keyed.label(node)));
        }
    }
    let mut old = std::mem::take(target);
    target.reserve_exact(old.len() + added.len());
    let mut added = added.into_iter().peekable();
    for (at, meets) in meets.into_iter().enumerate().take(patch.len()) {
        target.extend(added.next_if(|(of, _)| *of == at).map(|(_, node)| node));
        // With two keys, the resource's elements stay where they are.
        if let Some(slot) = meets.filter(|_| keyed.columns == 1)
            && let (Some(node), Some(fate)) = (old.get_mut(slot), fates.get_mut(slot))
            && std::mem::replace(fate, Fate::Gone) != Fate::Gone
        {
            target.push(std::mem::replace(node, Node::null()));
        }
    }
    let rest = old.into_iter().zip(fates).filter(|(_, fate)| *fate != Fate::Gone);
    target.extend(rest.map(|(node, _)| node));
    Ok(())
}

/// The list of a patch where the resource has none. The reference merges it with itself.
pub(super) fn fresh(patch: &[&Node], keys: &[&str], spot: Spot<'_>) -> Result<Vec<Node>, Refusal> {
    let Some(keyed) = Keyed::new(keys, &[], patch) else {
        let mut target = patch.iter().map(|&node| node.clone()).collect();
        exact_list::merge(&mut target, Patch::Same, keys, spot)?;
        return Ok(target);
    };
    let once = Occurrences::new(patch.iter().map(|node| keyed.identity(node)));
    let mut slots: Vec<(usize, usize)> =
        once.firsts.iter().copied().zip(once.lasts.iter().copied()).collect();
    if keyed.columns > 1 {
        slots.sort_by_key(|&(_, last)| last);
    }
    let mut target = Vec::with_capacity(slots.len());
    for (first, last) in slots {
        let Some(&element) = patch.get(first) else { continue };
        let node = strategic::fresh(element, spot, Seen::Twice)
            .map_err(|refusal| refusal.under(keyed.label(element)))?;
        let Some(node) = node else { continue };
        target.extend(if first == last {
            Some(node)
        } else {
            patch.get(last).map(|&node| node.clone())
        });
    }
    Ok(target)
}

/// A list of the resource that the patch does not speak of.
pub(super) fn settle(target: &mut Vec<Node>, keys: &[&str], spot: Spot<'_>) -> Result<(), Refusal> {
    let distinct = Keyed::new(keys, target, &[]).is_some_and(|keyed| {
        if target.len() <= FEW {
            return keyed.are_few_and_distinct(target.iter());
        }
        let occurrences = Occurrences::new(target.iter().map(|node| keyed.identity(node)));
        occurrences.firsts.len() == target.len()
    });
    if !distinct {
        return merge(target, &[], keys, spot);
    }
    for node in target {
        if let Err(refusal) = strategic::settle(node, spot) {
            return Err(refusal.under("[]"));
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Untouched,
    Kept,
    Gone,
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
    fn new(keys: &'a [&'a str], target: &[Node], patch: &[&Node]) -> Option<Keyed<'a>> {
        let nodes = || target.iter().chain(patch.iter().copied());
        if keys.is_empty() {
            let plain = |node: &Node| matches!(node.value, Value::Scalar(_)) && !node.is_null();
            return nodes().all(plain).then_some(Keyed {
                used: Cow::Borrowed(&[]),
                columns: 1,
                values: true,
            });
        }
        if !nodes().all(|node| matches!(node.value, Value::Mapping(_))) {
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

    fn identity<'n>(&self, node: &'n Node) -> Identity<'n> {
        match &*self.used {
            [] => Identity::One(node.text().unwrap_or_default()),
            [key] => Identity::One(key_text(node, key)),
            keys => Identity::Several(keys.iter().map(|key| key_text(node, key)).collect()),
        }
    }

    /// True when two elements are one and the same.
    fn are_same(&self, one: &Node, other: &Node) -> bool {
        match self.values {
            true => one.text().unwrap_or_default() == other.text().unwrap_or_default(),
            false => self.used.iter().all(|key| key_text(one, key) == key_text(other, key)),
        }
    }

    fn are_few_and_distinct<'n>(
        &self,
        nodes: impl ExactSizeIterator<Item = &'n Node> + Clone,
    ) -> bool {
        nodes.len() <= FEW
            && nodes
                .clone()
                .enumerate()
                .all(|(at, node)| !nodes.clone().take(at).any(|other| self.are_same(node, other)))
    }

    /// Lays an element of the patch over its counterpart, and says what becomes of that.
    fn lay_over(&self, node: &mut Node, element: &Node, spot: Spot<'_>) -> Result<Fate, Refusal> {
        // Of plain values the resource's own stays.
        if self.values {
            return Ok(Fate::Kept);
        }
        // The reference drops a replaced element again: it puts the resource's own back in its place.
        Ok(match strategic::merge_value(node, element, spot)? {
            Outcome::Keep | Outcome::Replace(_) => Fate::Kept,
            Outcome::Clear => Fate::Gone,
        })
    }

    /// The element in the path of an error.
    fn label(&self, node: &Node) -> String {
        match self.used.first() {
            Some(key) => format!("[{key}={}]", key_text(node, key)),
            None => format!("[{}]", node.text().unwrap_or_default()),
        }
    }
}

/// The text under a key of an element; empty where there is none.
pub(super) fn key_text<'n>(node: &'n Node, key: &str) -> &'n str {
    node.get(key).and_then(Node::text).unwrap_or_default()
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
