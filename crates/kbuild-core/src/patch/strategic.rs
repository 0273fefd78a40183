//! Strategic merge: a partial resource laid over a resource.
//!
//! The reference walks both trees at once. Where the resource has nothing, it walks the patch against itself, so that
//! directives and nulls act there too; where the patch has nothing, it still walks the resource. Both show in results,
//! so this does the same: [`merge_value`] for two nodes, [`fresh`] for a patch alone, [`settle`] for a resource alone.

use std::cell::RefCell;

use kbuild_yaml::{
    NodeId, NodeRef, ScalarType, Tree, ValueRef, is_same_text, is_yaml_1_1_non_string,
};

use super::directive::{self, Directive};
use super::fields::{Fields, Marks};
pub use super::spot::Replaced;
use super::spot::Spot;
use super::{PatchError, Refusal, keyed_list};
use crate::tables::schema::Schema;

/// What is left of a resource after a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// The resource, with the patch in it.
    Kept,
    /// Nothing: the patch deleted the resource, or all of its fields.
    Deleted,
}

/// Lays `patch` over `target`. After an error `target` may hold a part of the patch.
pub fn merge(
    target: &mut Tree,
    patch: NodeRef<'_>,
    schema: Schema<'_>,
) -> Result<Merged, PatchError> {
    merge_and_tell(target, patch, schema).map(|(merged, _)| merged)
}

/// The same, and says which lists were replaced for want of keys to merge them by.
pub fn merge_and_tell(
    target: &mut Tree,
    patch: NodeRef<'_>,
    schema: Schema<'_>,
) -> Result<(Merged, Vec<Replaced>), PatchError> {
    let replaced = RefCell::default();
    let merged = merge_root(target, patch, Spot::root(schema, &replaced))?;
    Ok((merged, replaced.take()))
}

fn merge_root(target: &mut Tree, patch: NodeRef<'_>, spot: Spot<'_>) -> Result<Merged, PatchError> {
    // `$patch: replace` on a whole resource has no effect in the reference: the walk returns a node that nobody takes.
    match merge_value(target, Tree::ROOT, patch, spot).map_err(Refusal::into_error)? {
        Outcome::Clear => Ok(Merged::Deleted),
        _ if target.root().is_empty() => Ok(Merged::Deleted),
        _ => Ok(Merged::Kept),
    }
}

/// What to do with a value of the resource.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It stays; changes are made in it.
    Keep,
    /// It goes.
    Clear,
    /// The value of the patch comes in its place, as it is.
    Copy,
    /// This comes in its place: a node that is nowhere in the tree yet.
    Replace(NodeId),
}

/// Lays a value of the patch over a value of the resource.
pub(super) fn merge_value(
    tree: &mut Tree,
    target: NodeId,
    patch: NodeRef<'_>,
    spot: Spot<'_>,
) -> Result<Outcome, Refusal> {
    if patch.is_null() {
        return Ok(Outcome::Clear);
    }
    let here = tree.at(target);
    if here.is_null() {
        return fresh(tree, patch, spot, Seen::Once).map(Fresh::into_outcome);
    }
    if here.is_scalar() && patch.is_scalar() {
        return Ok(Outcome::Copy);
    }
    let spot = spot.of(Some(here), Some(patch));
    let merge_keys = spot.merge_keys();
    if merge_keys.is_none() {
        spot.note_replaced(here, patch);
    }
    match (here.is_mapping(), patch.value()) {
        (true, ValueRef::Mapping(_)) => {
            let mut fields = Fields::new(patch);
            match fields.directive()? {
                Some(Directive::Delete) => Ok(Outcome::Clear),
                Some(Directive::Replace) => {
                    fresh_mapping(tree, patch, spot, true).map(Outcome::Replace)
                }
                merge => {
                    fields.elided = merge.is_some();
                    merge_mapping(tree, target, fields, spot)
                }
            }
        }
        (false, ValueRef::Sequence(from)) if here.is_sequence() => match merge_keys {
            None => Ok(Outcome::Copy),
            Some(keys) => match directive::of_list(from)? {
                (Directive::Delete, _) => Ok(Outcome::Clear),
                (Directive::Replace, from) => {
                    fresh_list(tree, patch, &from, &keys, spot).map(Outcome::Replace)
                }
                (Directive::Merge, from) => {
                    keyed_list::merge(tree, target, &from, &keys, spot.element())?;
                    Ok(Outcome::Keep)
                }
            },
        },
        _ => {
            let message = format!(
                "the patch has {} where the resource has {}",
                patch.describe(),
                here.describe()
            );
            let mut refusal = Refusal::new(message, patch.place());
            refusal.error.hint =
                Some("a patch can replace a value only by one of the same sort".to_owned());
            Err(refusal)
        }
    }
}

fn merge_mapping(
    tree: &mut Tree,
    target: NodeId,
    fields: Fields<'_>,
    spot: Spot<'_>,
) -> Result<Outcome, Refusal> {
    let (patch, elided) = (fields.patch, fields.elided);
    let mut used = Marks::default();
    tree.retain(target, |tree, entry| {
        refuse_empty(tree.at(entry))?;
        let Some((index, value)) = fields.get(tree.at(entry)) else {
            return settle_field(tree, entry, &spot)
                .map_err(|refusal| refusal.under(tree.at(entry).key()));
        };
        used.add(index);
        if is_value(tree.at(entry)) && is_value(value) {
            replace_by_copy(tree, entry, value);
            return Ok(true);
        }
        match merge_value(tree, entry, value, spot.field(value.key())) {
            Ok(Outcome::Keep) => Ok(true),
            Ok(Outcome::Clear) => Ok(false),
            Ok(Outcome::Copy) => {
                replace_by_copy(tree, entry, value);
                Ok(true)
            }
            Ok(Outcome::Replace(node)) => {
                tree.move_value(entry, node);
                Ok(true)
            }
            Err(refusal) => Err(refusal.under(value.key())),
        }
    })?;
    let unused = patch.children().enumerate().filter(|(at, _)| !used.has(*at));
    for (at, entry) in unused {
        if elided && entry.has_key(directive::KEY) {
            continue;
        }
        refuse_empty(entry)?;
        if fields.get(entry).is_some_and(|(first, _)| first != at) {
            continue;
        }
        add_fresh(tree, target, entry, spot.field(entry.key()), Seen::Once)?;
    }
    Ok(Outcome::Keep)
}

/// True for a scalar that says something.
fn is_value(node: NodeRef<'_>) -> bool {
    node.is_scalar() && !node.is_null()
}

/// Adds what becomes of an entry of the patch to a mapping of the resource that has none of its key.
fn add_fresh(
    tree: &mut Tree,
    mapping: NodeId,
    entry: NodeRef<'_>,
    spot: Spot<'_>,
    seen: Seen,
) -> Result<(), Refusal> {
    let value =
        match fresh(tree, entry, spot, seen).map_err(|refusal| refusal.under(entry.key()))? {
            Fresh::Nothing => return Ok(()),
            Fresh::Copy => None,
            Fresh::Made(node) => Some(node),
        };
    let added = tree.push_entry(mapping, entry.key(), entry.key_kind(), entry.key_place());
    match value {
        Some(node) => tree.move_value(added, node),
        None => tree.copy_from(added, entry),
    }
    settle_style(tree, added);
    Ok(())
}

/// The reference takes a field without a name for the mapping itself, and refuses to write there.
#[inline]
fn refuse_empty(entry: NodeRef<'_>) -> Result<(), Refusal> {
    if !entry.has_empty_key() {
        return Ok(());
    }
    let mut refusal =
        Refusal::new("a field with an empty name cannot be merged".to_owned(), entry.key_place());
    refusal.error.hint = Some("give the field a name, or use a JSON patch".to_owned());
    Err(refusal)
}

/// Puts a value of the patch in the place of another, whose style it takes over: what was quoted stays text, even if the
/// patch has a number there.
fn replace_by_copy(tree: &mut Tree, field: NodeId, patch: NodeRef<'_>) {
    match (tree.at(field).as_scalar(), patch.as_scalar()) {
        (Some(old), Some(new)) => {
            let is_text = !old.plain && new.kind != ScalarType::Null;
            let kind = if is_text { ScalarType::Str } else { new.kind };
            // Much of what is laid over something else says the same.
            let is_same = kind == old.kind && is_same_text(old.text, new.text);
            let plain = old.plain;
            if !is_same || tree.at(field).is_untagged() {
                tree.set_scalar_from(field, patch, kind, plain);
            }
            tree.set_place(field, patch.place());
        }
        _ => tree.copy_from(field, patch),
    }
}

/// A plain text that YAML 1.1 would not take for text is quoted as soon as the reference puts it into a field.
fn settle_style(tree: &mut Tree, value: NodeId) {
    let here = tree.at(value);
    if here.is_printed_as_it_is() {
        return;
    }
    if let Some(scalar) = here.as_scalar()
        && (scalar.kind == ScalarType::Str || here.is_untagged())
        && scalar.plain
        && is_yaml_1_1_non_string(scalar.text)
    {
        tree.make_string(value, false);
    }
}

/// Whether the reference meets a part of a patch for the first time, or as both the patch and what it is laid over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// The resource has nothing here: what the patch has is taken.
    Once,
    /// The value lies in something that was taken before.
    Twice,
}

/// What becomes of a value of the patch where the resource has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fresh {
    /// It is left out.
    Nothing,
    /// It is taken as it is.
    Copy,
    /// This is made of it: a node that is nowhere in the tree yet.
    Made(NodeId),
}

impl Fresh {
    fn into_outcome(self) -> Outcome {
        match self {
            Fresh::Nothing => Outcome::Clear,
            Fresh::Copy => Outcome::Copy,
            Fresh::Made(node) => Outcome::Replace(node),
        }
    }

    /// A node of what becomes of `patch`, which is nowhere in the tree yet.
    pub(super) fn into_node(self, tree: &mut Tree, patch: NodeRef<'_>) -> Option<NodeId> {
        match self {
            Fresh::Nothing => None,
            Fresh::Copy => Some(tree.graft_from(patch)),
            Fresh::Made(node) => Some(node),
        }
    }
}

/// Says what becomes of a value of the patch where the resource has none.
pub(super) fn fresh(
    tree: &mut Tree,
    patch: NodeRef<'_>,
    spot: Spot<'_>,
    seen: Seen,
) -> Result<Fresh, Refusal> {
    if patch.is_null() {
        return Ok(Fresh::Nothing);
    }
    let spot = spot.of(None, Some(patch));
    match patch.value() {
        ValueRef::Scalar(_) => Ok(Fresh::Copy),
        ValueRef::Sequence(items) => {
            let Some(keys) = spot.merge_keys() else { return Ok(Fresh::Copy) };
            let items = match seen {
                Seen::Once => items.collect(),
                Seen::Twice => match directive::of_list(items)? {
                    (Directive::Delete, _) => return Ok(Fresh::Nothing),
                    (_, items) => items,
                },
            };
            fresh_list(tree, patch, &items, &keys, spot).map(Fresh::Made)
        }
        ValueRef::Mapping(_) => {
            let directive = match (directive::of_mapping(patch), seen) {
                (Ok(directive), _) => directive,
                // An unknown directive is carried along as a field.
                (Err(_), Seen::Once) => None,
                (Err(refusal), Seen::Twice) => return Err(refusal),
            };
            if directive == Some(Directive::Delete) {
                return Ok(Fresh::Nothing);
            }
            fresh_mapping(tree, patch, spot, directive.is_some()).map(Fresh::Made)
        }
    }
}

fn fresh_list(
    tree: &mut Tree,
    patch: NodeRef<'_>,
    items: &[NodeRef<'_>],
    keys: &[&str],
    spot: Spot<'_>,
) -> Result<NodeId, Refusal> {
    let items = keyed_list::fresh(tree, items, keys, spot.element())?;
    let list = tree.new_node();
    tree.set_sequence(list);
    tree.set_place(list, patch.place());
    tree.set_children(list, items);
    Ok(list)
}

fn fresh_mapping(
    tree: &mut Tree,
    patch: NodeRef<'_>,
    spot: Spot<'_>,
    elided: bool,
) -> Result<NodeId, Refusal> {
    let target = tree.new_node();
    tree.set_mapping(target);
    tree.set_place(target, patch.place());
    for entry in patch.children() {
        if elided && entry.has_key(directive::KEY) {
            continue;
        }
        refuse_empty(entry)?;
        add_fresh(tree, target, entry, spot.field(entry.key()), Seen::Twice)?;
    }
    Ok(target)
}

/// What becomes of a value of the resource that the patch does not speak of; false where it goes.
///
/// A null goes where it was written as nothing (`key:`); where it was spelled out, it stays.
pub(super) fn settle(tree: &mut Tree, target: NodeId, spot: Spot<'_>) -> Result<bool, Refusal> {
    let here = tree.at(target);
    if let Some(scalar) = here.as_scalar() {
        let is_nothing = scalar.kind == ScalarType::Null && scalar.text.is_empty();
        return Ok(!is_nothing || here.is_untagged());
    }
    let is_mapping = here.is_mapping();
    let merge_keys = spot.merge_keys();
    if !is_mapping && merge_keys.is_none() {
        return Ok(true);
    }
    let spot = spot.of(Some(here), None);
    match merge_keys {
        Some(keys) if !is_mapping => keyed_list::settle(tree, target, &keys, spot.element())?,
        _ => tree.retain(target, |tree, entry| {
            let settled =
                refuse_empty(tree.at(entry)).and_then(|()| settle_field(tree, entry, &spot));
            settled.map_err(|refusal| refusal.under(tree.at(entry).key()))
        })?,
    }
    Ok(true)
}

/// The same for a field of the mapping at `spot`.
fn settle_field(tree: &mut Tree, field: NodeId, spot: &Spot<'_>) -> Result<bool, Refusal> {
    let here = tree.at(field);
    if here.is_printed_as_it_is() {
        return Ok(true);
    }
    if here.is_scalar() {
        settle_style(tree, field);
        return settle(tree, field, *spot);
    }
    settle(tree, field, spot.field(here.key()))
}
