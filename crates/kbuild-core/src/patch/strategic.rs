//! Strategic merge: a partial resource laid over a resource.
//!
//! The reference walks both trees at once. Where the resource has nothing, it walks the patch against itself, so that
//! directives and nulls act there too; where the patch has nothing, it still walks the resource. Both show in results,
//! so this does the same: [`merge_value`] for two nodes, [`fresh`] for a patch alone, [`settle`] for a resource alone.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use kbuild_yaml::{Key, Mapping, Node, Scalar, ScalarType, Value, is_yaml_1_1_non_string};

use super::directive::{self, Directive};
pub use super::spot::Replaced;
use super::spot::Spot;
use super::{PatchError, Refusal, keyed_list};
use crate::tables::schema::Schema;

/// Up to this many keys, looking at each is faster than an index.
pub(super) const FEW: usize = 16;

/// What is left of a resource after a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// The resource, with the patch in it.
    Kept,
    /// Nothing: the patch deleted the resource, or all of its fields.
    Deleted,
}

/// Lays `patch` over `target`. After an error `target` may hold a part of the patch.
pub fn merge(target: &mut Node, patch: &Node, schema: Schema<'_>) -> Result<Merged, PatchError> {
    merge_and_tell(target, patch, schema).map(|(merged, _)| merged)
}

/// The same, and says which lists were replaced for want of keys to merge them by.
pub fn merge_and_tell(
    target: &mut Node,
    patch: &Node,
    schema: Schema<'_>,
) -> Result<(Merged, Vec<Replaced>), PatchError> {
    let replaced = RefCell::default();
    let merged = merge_root(target, patch, Spot::root(schema, &replaced))?;
    Ok((merged, replaced.take()))
}

fn merge_root(target: &mut Node, patch: &Node, spot: Spot<'_>) -> Result<Merged, PatchError> {
    // `$patch: replace` on a whole resource has no effect in the reference: the walk returns a node that nobody takes.
    match merge_value(target, patch, spot).map_err(Refusal::into_error)? {
        Outcome::Clear => Ok(Merged::Deleted),
        Outcome::Keep | Outcome::Replace(_) if target.is_empty() => Ok(Merged::Deleted),
        Outcome::Keep | Outcome::Replace(_) => Ok(Merged::Kept),
    }
}

/// What to do with a value of the resource.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It stays; changes are made in it.
    Keep,
    /// It goes.
    Clear,
    /// This comes in its place.
    Replace(Node),
}

/// Lays a value of the patch over a value of the resource.
pub(super) fn merge_value(
    target: &mut Node,
    patch: &Node,
    spot: Spot<'_>,
) -> Result<Outcome, Refusal> {
    if patch.is_null() {
        return Ok(Outcome::Clear);
    }
    if target.is_null() {
        return Ok(fresh(patch, spot, Seen::Once)?.map_or(Outcome::Clear, Outcome::Replace));
    }
    let spot = spot.of(Some(target), Some(patch));
    if spot.merge_keys().is_none() {
        spot.note_replaced(target, patch);
    }
    match (&mut target.value, &patch.value) {
        (Value::Mapping(into), Value::Mapping(from)) => match directive::of_mapping(from)? {
            Some(Directive::Delete) => Ok(Outcome::Clear),
            Some(Directive::Replace) => {
                Ok(Outcome::Replace(fresh_mapping(from, spot, true)?.at(patch.place)))
            }
            Some(Directive::Merge) => merge_mapping(into, from, spot, true),
            None => merge_mapping(into, from, spot, false),
        },
        (Value::Sequence(into), Value::Sequence(from)) => match spot.merge_keys() {
            None => Ok(Outcome::Replace(patch.clone())),
            Some(keys) => match directive::of_list(from)? {
                (Directive::Delete, _) => Ok(Outcome::Clear),
                (Directive::Replace, from) => {
                    let items = keyed_list::fresh(&from, &keys, spot.element())?;
                    Ok(Outcome::Replace(Node::sequence(items).at(patch.place)))
                }
                (Directive::Merge, from) => {
                    keyed_list::merge(into, &from, &keys, spot.element())?;
                    Ok(Outcome::Keep)
                }
            },
        },
        (Value::Scalar(_), Value::Scalar(_)) => Ok(Outcome::Replace(patch.clone())),
        _ => {
            let message = format!(
                "the patch has {} where the resource has {}",
                patch.describe(),
                target.describe()
            );
            let mut refusal = Refusal::new(message, patch.place);
            refusal.error.hint =
                Some("a patch can replace a value only by one of the same sort".to_owned());
            Err(refusal)
        }
    }
}

fn merge_mapping(
    target: &mut Mapping,
    patch: &Mapping,
    spot: Spot<'_>,
    elided: bool,
) -> Result<Outcome, Refusal> {
    let fields = Fields::new(patch, elided);
    let mut used = Marks::default();
    let mut refused = None;
    target.retain(|entry| {
        if refused.is_some() {
            return true;
        }
        let name = entry.key.text.as_str();
        if let Err(refusal) = refuse_empty(&entry.key) {
            refused = Some(refusal);
            return true;
        }
        let Some((index, value)) = fields.get(name) else {
            return settle_field(&mut entry.value, name, &spot).unwrap_or_else(|refusal| {
                refused = Some(refusal.under(name));
                true
            });
        };
        used.add(index);
        match merge_value(&mut entry.value, value, spot.field(name)) {
            Ok(Outcome::Keep) => true,
            Ok(Outcome::Clear) => false,
            Ok(Outcome::Replace(node)) => {
                replace_field(&mut entry.value, node);
                true
            }
            Err(refusal) => {
                refused = Some(refusal.under(name));
                true
            }
        }
    });
    if let Some(refusal) = refused {
        return Err(refusal);
    }
    for (at, entry) in patch.iter().enumerate() {
        if used.has(at) || (elided && entry.key.text == directive::KEY) {
            continue;
        }
        refuse_empty(&entry.key)?;
        let name = entry.key.text.as_str();
        if fields.get(name).is_some_and(|(first, _)| first != at) {
            continue;
        }
        let value = fresh(&entry.value, spot.field(name), Seen::Once)
            .map_err(|refusal| refusal.under(name))?;
        if let Some(mut value) = value {
            settle_style(&mut value);
            target.push(entry.key.clone(), value);
        }
    }
    Ok(Outcome::Keep)
}

/// The reference takes a field without a name for the mapping itself, and refuses to write there.
fn refuse_empty(key: &Key) -> Result<(), Refusal> {
    if !key.text.is_empty() {
        return Ok(());
    }
    let mut refusal =
        Refusal::new("a field with an empty name cannot be merged".to_owned(), key.place());
    refusal.error.hint = Some("give the field a name, or use a JSON patch".to_owned());
    Err(refusal)
}

/// The fields of a patch, with an index where there are many. Of those that have the same name, the first counts.
struct Fields<'a> {
    patch: &'a Mapping,
    index: Option<HashMap<&'a str, (usize, &'a Node)>>,
    elided: bool,
}

impl<'a> Fields<'a> {
    fn new(patch: &'a Mapping, elided: bool) -> Fields<'a> {
        let index = (patch.len() > FEW).then(|| {
            patch
                .iter()
                .enumerate()
                .rev()
                .map(|(at, entry)| (entry.key.text.as_str(), (at, &entry.value)))
                .collect()
        });
        Fields { patch, index, elided }
    }

    fn get(&self, name: &str) -> Option<(usize, &'a Node)> {
        if self.elided && name == directive::KEY {
            return None;
        }
        match &self.index {
            Some(index) => index.get(name).copied(),
            None => {
                let mut entries = self.patch.iter().enumerate();
                entries
                    .find(|(_, entry)| entry.key.text == name)
                    .map(|(at, entry)| (at, &entry.value))
            }
        }
    }
}

/// Numbers of entries; small ones take no memory.
#[derive(Default)]
struct Marks {
    small: u64,
    large: HashSet<usize>,
}

impl Marks {
    fn add(&mut self, number: usize) {
        match number {
            0..64 => self.small |= 1 << number,
            _ => {
                self.large.insert(number);
            }
        }
    }

    fn has(&self, number: usize) -> bool {
        match number {
            0..64 => self.small & (1 << number) != 0,
            _ => self.large.contains(&number),
        }
    }
}

/// Puts a value in the place of another, whose style it takes over: what was quoted stays text, even if the patch has
/// a number there.
fn replace_field(field: &mut Node, mut value: Node) {
    if let (Value::Scalar(old), Value::Scalar(new)) = (&field.value, &mut value.value) {
        new.plain = old.plain;
        if !new.plain && new.kind != ScalarType::Null {
            new.kind = ScalarType::Str;
        }
    }
    *field = value;
}

/// A plain text that YAML 1.1 would not take for text is quoted as soon as the reference puts it into a field.
fn settle_style(value: &mut Node) {
    if let Value::Scalar(Scalar { text, kind: ScalarType::Str, plain }) = &mut value.value {
        *plain = *plain && !is_yaml_1_1_non_string(text);
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
pub(super) fn fresh(patch: &Node, spot: Spot<'_>, seen: Seen) -> Result<Option<Node>, Refusal> {
    if patch.is_null() {
        return Ok(None);
    }
    let spot = spot.of(None, Some(patch));
    match &patch.value {
        Value::Scalar(_) => Ok(Some(patch.clone())),
        Value::Sequence(items) => {
            let Some(keys) = spot.merge_keys() else { return Ok(Some(patch.clone())) };
            let items = match seen {
                Seen::Once => items.iter().collect(),
                Seen::Twice => match directive::of_list(items)? {
                    (Directive::Delete, _) => return Ok(None),
                    (_, items) => items,
                },
            };
            let items = keyed_list::fresh(&items, &keys, spot.element())?;
            Ok(Some(Node::sequence(items).at(patch.place)))
        }
        Value::Mapping(mapping) => {
            let directive = match (directive::of_mapping(mapping), seen) {
                (Ok(directive), _) => directive,
                // An unknown directive is carried along as a field.
                (Err(_), Seen::Once) => None,
                (Err(refusal), Seen::Twice) => return Err(refusal),
            };
            if directive == Some(Directive::Delete) {
                return Ok(None);
            }
            Ok(Some(fresh_mapping(mapping, spot, directive.is_some())?.at(patch.place)))
        }
    }
}

fn fresh_mapping(patch: &Mapping, spot: Spot<'_>, elided: bool) -> Result<Node, Refusal> {
    let mut target = Mapping::new();
    for entry in patch {
        let name = entry.key.text.as_str();
        if elided && name == directive::KEY {
            continue;
        }
        refuse_empty(&entry.key)?;
        let value = fresh(&entry.value, spot.field(name), Seen::Twice)
            .map_err(|refusal| refusal.under(name))?;
        if let Some(mut value) = value {
            settle_style(&mut value);
            target.push(entry.key.clone(), value);
        }
    }
    Ok(target.into())
}

/// What becomes of a value of the resource that the patch does not speak of; false where it goes.
///
/// A null goes where it was written as nothing (`key:`); where it was spelled out, it stays.
pub(super) fn settle(target: &mut Node, spot: Spot<'_>) -> Result<bool, Refusal> {
    match &target.value {
        Value::Scalar(scalar) => return Ok(stays(scalar)),
        Value::Sequence(_) if spot.merge_keys().is_none() => return Ok(true),
        Value::Sequence(_) | Value::Mapping(_) => {}
    }
    let spot = spot.of(Some(target), None);
    match (&mut target.value, spot.merge_keys()) {
        (Value::Sequence(items), Some(keys)) => keyed_list::settle(items, &keys, spot.element())?,
        (Value::Mapping(mapping), _) => {
            let mut refused = None;
            mapping.retain(|entry| {
                if refused.is_some() {
                    return true;
                }
                let name = entry.key.text.as_str();
                let settled = refuse_empty(&entry.key)
                    .and_then(|()| settle_field(&mut entry.value, name, &spot));
                settled.unwrap_or_else(|refusal| {
                    refused = Some(refusal.under(name));
                    true
                })
            });
            if let Some(refusal) = refused {
                return Err(refusal);
            }
        }
        _ => {}
    }
    Ok(true)
}

fn stays(scalar: &Scalar) -> bool {
    scalar.kind != ScalarType::Null || !scalar.text.is_empty()
}

/// The same for the field `name` of the mapping at `spot`.
fn settle_field(value: &mut Node, name: &str, spot: &Spot<'_>) -> Result<bool, Refusal> {
    settle_style(value);
    match &value.value {
        Value::Scalar(scalar) => Ok(stays(scalar)),
        Value::Sequence(_) | Value::Mapping(_) => settle(value, spot.field(name)),
    }
}
