//! Strategic merge: a partial resource laid over a resource.
//!
//! The reference walks both trees at once. Where the resource has nothing, it walks the patch against itself, so that
//! directives and nulls act there too; where the patch has nothing, it still walks the resource. Both show in results,
//! so this does the same: [`merge_value`] for two nodes, [`fresh`] for a patch alone, [`settle`] for a resource alone.

use kbuild_yaml::{KeyMarks, NodeId, NodeRef, ScalarType, Tree, ValueRef, is_yaml_1_1_non_string};

use super::directive::{self, Directive};
use super::fields::{Fields, Marks};
use super::keyed_list::Elements;
pub use super::spot::Replaced;
use super::spot::{Ground, Spot};
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
    merge_and_tell(target, patch, schema, NodeId::NOWHERE).map(|(merged, _)| merged)
}

/// The same, and says which lists were replaced for want of keys to merge them by.
///
/// Of `given_back`, a scalar of the patch, only the place is taken where the resource has a scalar: that gets its own text
/// back whatever the patch says, unless that is refused.
pub fn merge_and_tell(
    target: &mut Tree,
    patch: NodeRef<'_>,
    schema: Schema<'_>,
    given_back: NodeId,
) -> Result<(Merged, Vec<Replaced>), PatchError> {
    let ground = Ground::new(schema, given_back);
    let merged = merge_root(target, patch, Spot::root(&ground));
    if merged.is_err()
        && let Some(field) = ground.laid_over()
    {
        target.lay_scalar(field, patch.tree().at(given_back));
    }
    Ok((merged?, ground.into_replaced()))
}

fn merge_root(target: &mut Tree, patch: NodeRef<'_>, spot: Spot<'_>) -> Result<Merged, PatchError> {
    // `$patch: replace` on a whole resource has no effect in the reference: the walk returns a node that nobody takes.
    match merge_value(target, Tree::ROOT, patch, &spot).map_err(Refusal::into_error)? {
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
    spot: &Spot<'_>,
) -> Result<Outcome, Refusal> {
    if patch.is_null() {
        return Ok(Outcome::Clear);
    }
    let here = tree.at(target);
    if here.is_null() {
        return fresh(tree, patch, *spot, Seen::Once).map(Fresh::into_outcome);
    }
    if here.is_scalar() && patch.is_scalar() {
        return Ok(Outcome::Copy);
    }
    match (here.value(), patch.value()) {
        (ValueRef::Mapping(_), ValueRef::Mapping(_)) => {
            let spot = spot.of(Some(here), Some(patch));
            let mut fields = Fields::new(patch);
            match fields.directive()? {
                Some(Directive::Delete) => Ok(Outcome::Clear),
                Some(Directive::Replace) => {
                    fresh_mapping(tree, patch, spot, true).map(Outcome::Replace)
                }
                merge => {
                    fields.elided = merge.is_some();
                    merge_mapping(tree, target, &fields, &spot).map(|()| Outcome::Keep)
                }
            }
        }
        (ValueRef::Sequence(_), ValueRef::Sequence(from)) => {
            let Some(keys) = spot.merge_keys() else {
                spot.note_replaced(here, patch);
                return Ok(Outcome::Copy);
            };
            match directive::of_list(from)? {
                (Directive::Delete, _) => Ok(Outcome::Clear),
                (Directive::Replace, from) => {
                    let from = Elements::new(patch.tree(), &from);
                    fresh_list(tree, patch, from, &keys, *spot).map(Outcome::Replace)
                }
                (Directive::Merge, from) => {
                    let from = Elements::new(patch.tree(), &from);
                    keyed_list::merge(tree, target, from, &keys, &spot.element())?;
                    Ok(Outcome::Keep)
                }
            }
        }
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
    fields: &Fields<'_>,
    spot: &Spot<'_>,
) -> Result<(), Refusal> {
    let mut used = Marks::default();
    tree.retain_marked(target, &fields.marks, |tree, entry, is_marked| {
        let here = tree.at(entry);
        refuse_empty(here)?;
        let Some((index, value)) = is_marked.then(|| fields.get(here)).flatten() else {
            return settle_field(tree, entry, spot)
                .map_err(|refusal| refusal.under(tree.at(entry).key()));
        };
        used.add(index);
        merge_field(tree, entry, value, spot).map_err(|refusal| refusal.under(value.key()))
    })?;
    for (at, entry) in fields.patch.children().enumerate() {
        if used.has(at) || (fields.elided && entry.has_key(directive::KEY)) {
            continue;
        }
        refuse_empty(entry)?;
        if fields.get(entry).is_some_and(|(first, _)| first != at) {
            continue;
        }
        add_fresh(tree, target, entry, spot.field(entry), Seen::Once)?;
    }
    Ok(())
}

/// Lays a value of the patch over that of a field of the mapping at `spot`; false where the field goes.
fn merge_field(
    tree: &mut Tree,
    field: NodeId,
    value: NodeRef<'_>,
    spot: &Spot<'_>,
) -> Result<bool, Refusal> {
    let outcome = match is_value(tree.at(field)) && is_value(value) {
        true if spot.is_given_back(value, field) => {
            tree.set_place(field, value.place());
            Outcome::Keep
        }
        true => Outcome::Copy,
        false => merge_value(tree, field, value, &spot.field(value))?,
    };
    match outcome {
        Outcome::Keep => {}
        Outcome::Clear => return Ok(false),
        Outcome::Copy if value.is_scalar() && tree.at(field).is_scalar() => {
            tree.lay_scalar(field, value);
        }
        Outcome::Copy => tree.copy_from(field, value),
        Outcome::Replace(node) => tree.move_value(field, node),
    }
    Ok(true)
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
    let made = fresh(tree, entry, spot, seen).map_err(|refusal| refusal.under(entry.key()))?;
    let added = match made {
        Fresh::Nothing => return Ok(()),
        Fresh::Copy => tree.push_copy(mapping, entry),
        Fresh::Made(node) => {
            let added = tree.push_entry(mapping, entry.key(), entry.key_kind(), entry.key_place());
            tree.move_value(added, node);
            added
        }
    };
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
    if patch.is_scalar() {
        return Ok(if patch.is_null() { Fresh::Nothing } else { Fresh::Copy });
    }
    let spot = spot.of(None, Some(patch));
    match patch.value() {
        ValueRef::Scalar(_) => Ok(Fresh::Copy),
        ValueRef::Sequence(items) => {
            let Some(keys) = spot.merge_keys() else { return Ok(Fresh::Copy) };
            let items = match seen {
                Seen::Once => items.map(NodeRef::id).collect(),
                Seen::Twice => match directive::of_list(items)? {
                    (Directive::Delete, _) => return Ok(Fresh::Nothing),
                    (_, items) => items,
                },
            };
            let items = Elements::new(patch.tree(), &items);
            fresh_list(tree, patch, items, &keys, spot).map(Fresh::Made)
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
            if patch.is_all_as_it_is() && !patch.children().any(is_null_or_directive) {
                return Ok(Fresh::Made(tree.graft_block(patch)));
            }
            fresh_mapping(tree, patch, spot, directive.is_some()).map(Fresh::Made)
        }
    }
}

fn is_null_or_directive(entry: NodeRef<'_>) -> bool {
    entry.is_null() || entry.has_key(directive::KEY)
}

fn fresh_list(
    tree: &mut Tree,
    patch: NodeRef<'_>,
    items: Elements<'_>,
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
        add_fresh(tree, target, entry, spot.field(entry), Seen::Twice)?;
    }
    Ok(target)
}

/// What becomes of a value of the resource that the patch does not speak of; false where it goes.
///
/// A null goes where it was written as nothing (`key:`); where it was spelled out, it stays.
pub(super) fn settle(tree: &mut Tree, target: NodeId, spot: &Spot<'_>) -> Result<bool, Refusal> {
    match tree.at(target).value() {
        ValueRef::Scalar(scalar) => {
            let is_nothing = scalar.kind == ScalarType::Null && scalar.text.is_empty();
            return Ok(!is_nothing || tree.at(target).is_untagged());
        }
        ValueRef::Mapping(_) if tree.at(target).is_all_as_it_is() => {}
        ValueRef::Mapping(_) => {
            let spot = spot.of(Some(tree.at(target)), None);
            tree.retain_marked(target, &KeyMarks::NONE, |tree, entry, _| {
                let settled =
                    refuse_empty(tree.at(entry)).and_then(|()| settle_field(tree, entry, &spot));
                settled.map_err(|refusal| refusal.under(tree.at(entry).key()))
            })?;
        }
        ValueRef::Sequence(_) => {
            if let Some(keys) = spot.merge_keys() {
                keyed_list::settle(tree, target, &keys, &spot.element())?;
            }
        }
    }
    Ok(true)
}

/// The same for a field of the mapping at `spot`.
fn settle_field(tree: &mut Tree, field: NodeId, spot: &Spot<'_>) -> Result<bool, Refusal> {
    let here = tree.at(field);
    let is_settled = here.is_printed_as_it_is()
        || here.is_all_as_it_is()
        || (here.is_sequence() && !spot.may_merge(here));
    if is_settled {
        return Ok(true);
    }
    if here.is_scalar() {
        settle_style(tree, field);
        return settle(tree, field, spot);
    }
    settle(tree, field, &spot.field(here))
}
