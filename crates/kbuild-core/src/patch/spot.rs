//! What the schema says of the value that a merge stands at.

use std::borrow::Cow;
use std::cell::RefCell;

use kbuild_yaml::{NodeId, NodeRef, Place};

use crate::tables::schema::{MergeKeys, Schema, TypeRef};

/// A list of mappings whose place another list took, since nothing tells their items apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Where the old list stands.
    pub old: Place,
    /// Where the new one stands in the patch.
    pub new: Place,
    /// How many items the old one has.
    pub items: usize,
    /// How many of these are not in the new one.
    pub lost: usize,
    /// Which node of the patch the new one is; nowhere where that is not known.
    pub(crate) node: NodeId,
}

/// The value that a merge stands at, as the schema sees it.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    schema: Schema<'a>,
    known: Option<TypeRef<'a>>,
    merge_keys: Option<MergeKeys<'a>>,
    replaced: &'a RefCell<Vec<Replaced>>,
    /// True where what is laid over it is no part of the patch, but a copy.
    is_copy: bool,
}

impl<'a> Spot<'a> {
    /// A whole resource.
    pub(super) fn root(schema: Schema<'a>, replaced: &'a RefCell<Vec<Replaced>>) -> Spot<'a> {
        Spot { schema, known: None, merge_keys: None, replaced, is_copy: false }
    }

    /// The same value, once the nodes there are at hand: whatever carries `apiVersion` and `kind`, on whatever level,
    /// is of that type, unless the schema knows better.
    pub(super) fn of(
        mut self,
        target: Option<NodeRef<'_>>,
        patch: Option<NodeRef<'_>>,
    ) -> Spot<'a> {
        if self.known.is_none() {
            self.known = target.and_then(|node| self.look_up(node));
        }
        if self.known.is_none() {
            self.known = patch.and_then(|node| self.look_up(node));
        }
        self
    }

    fn look_up(&self, node: NodeRef<'_>) -> Option<TypeRef<'a>> {
        let api_version = node.get("apiVersion")?.text()?;
        self.schema.resource(api_version, node.get("kind")?.text()?)
    }

    /// The value of a field.
    pub(super) fn field(&self, name: &str) -> Spot<'a> {
        let unknown = Spot { known: None, merge_keys: None, ..*self };
        let Some(known) = self.known else { return unknown };
        if known.is_opaque() {
            return unknown;
        }
        match known.field(name) {
            Some(field) => Spot { known: Some(field.value), merge_keys: field.merge_keys, ..*self },
            None if known.is_complete() => unknown,
            None => Spot { known: Some(known.opaque()), ..unknown },
        }
    }

    /// An element of a list.
    pub(super) fn element(&self) -> Spot<'a> {
        Spot { merge_keys: None, ..*self }
    }

    /// The same, where copies of parts of the patch are laid over it.
    pub(super) fn with_copies(self) -> Spot<'a> {
        Spot { is_copy: true, ..self }
    }

    /// Notes that the list `new` of the patch is about to take the place of `old`, if anything is lost by that.
    pub(super) fn note_replaced(&self, old: NodeRef<'_>, new: NodeRef<'_>) {
        let (Some(mut items), Some(mut kept)) = (old.as_sequence(), new.as_sequence()) else {
            return;
        };
        let is_directive = |item: NodeRef<'_>| item.get(super::directive::KEY).is_some();
        if items.all(|item| !item.is_mapping()) || kept.any(is_directive) {
            return;
        }
        let kept: Vec<NodeRef> = new.children().collect();
        // Items that stay where they were are the common case; all others are looked for in short lists only.
        let is_kept = |(at, item): &(usize, NodeRef<'_>)| {
            kept.get(*at) == Some(item) || (kept.len() <= super::fields::FEW && kept.contains(item))
        };
        let lost = old.children().enumerate().filter(|item| !is_kept(item)).count();
        if lost > 0 {
            self.replaced.borrow_mut().push(Replaced {
                old: old.place(),
                new: new.place(),
                items: old.children().count(),
                lost,
                node: if self.is_copy { NodeId::NOWHERE } else { new.id() },
            });
        }
    }

    /// Set for a list that merges: the fields that tell its elements apart; none for a list of plain values.
    pub(super) fn merge_keys(&self) -> Option<Cow<'a, [&'a str]>> {
        self.merge_keys.map(MergeKeys::texts)
    }
}
