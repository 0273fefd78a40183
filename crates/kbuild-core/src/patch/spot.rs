//! What the schema says of the value that a merge stands at.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

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
    ground: &'a Ground<'a>,
    known: Option<TypeRef<'a>>,
    merge_keys: Option<MergeKeys<'a>>,
    /// True where what is laid over it is no part of the patch, but a copy.
    is_copy: bool,
}

/// What is the same all over a merge.
pub(super) struct Ground<'a> {
    schema: Schema<'a>,
    /// The scalar of the patch of which only the place is laid over that of the resource, and where that was done.
    given_back: NodeId,
    laid_over: Cell<NodeId>,
    replaced: RefCell<Vec<Replaced>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(schema: Schema<'a>, given_back: NodeId) -> Ground<'a> {
        Ground { schema, given_back, laid_over: Cell::default(), replaced: RefCell::default() }
    }

    /// The field that gets its own text back, if the patch has come to it.
    pub(super) fn laid_over(&self) -> Option<NodeId> {
        Some(self.laid_over.get()).filter(|field| *field != NodeId::NOWHERE)
    }

    /// The lists that were replaced for want of keys to merge them by.
    pub(super) fn into_replaced(self) -> Vec<Replaced> {
        self.replaced.into_inner()
    }
}

impl<'a> Spot<'a> {
    /// A whole resource.
    pub(super) fn root(ground: &'a Ground<'a>) -> Spot<'a> {
        Spot { ground, known: None, merge_keys: None, is_copy: false }
    }

    /// The same value, once the nodes there are at hand: whatever carries `apiVersion` and `kind`, on whatever level,
    /// is of that type, unless the schema knows better.
    #[inline]
    pub(super) fn of(&self, target: Option<NodeRef<'_>>, patch: Option<NodeRef<'_>>) -> Spot<'a> {
        let look_up = |node: Option<NodeRef<'_>>| self.look_up(node?);
        let known = self.known.or_else(|| look_up(target)).or_else(|| look_up(patch));
        Spot { known, ..*self }
    }

    fn look_up(&self, node: NodeRef<'_>) -> Option<TypeRef<'a>> {
        let api_version = node.get("apiVersion")?.text()?;
        self.ground.schema.resource(api_version, node.get("kind")?.text()?)
    }

    /// The value of an entry's field.
    #[inline]
    pub(super) fn field(&self, entry: NodeRef<'_>) -> Spot<'a> {
        let unknown = Spot { known: None, merge_keys: None, ..*self };
        let Some(known) = self.known.filter(|known| !known.is_opaque()) else { return unknown };
        match known.field_of(entry) {
            Some(field) => Spot { known: Some(field.value), merge_keys: field.merge_keys, ..*self },
            None if known.is_complete() => unknown,
            None => Spot { known: Some(TypeRef::OPAQUE), ..unknown },
        }
    }

    /// False for an entry's field that certainly is no list that merges.
    #[inline]
    pub(super) fn may_merge(&self, entry: NodeRef<'_>) -> bool {
        self.known.is_some_and(|known| known.may_have(entry))
    }

    /// An element of a list.
    pub(super) fn element(&self) -> Spot<'a> {
        Spot { merge_keys: None, ..*self }
    }

    /// The same, where copies of parts of the patch are laid over it.
    pub(super) fn with_copies(self) -> Spot<'a> {
        Spot { is_copy: true, ..self }
    }

    /// True for the scalar of the patch of which only the place counts. Notes that it is laid over a field.
    #[inline]
    pub(super) fn is_given_back(&self, scalar: NodeRef<'_>, field: NodeId) -> bool {
        let is_it = scalar.id() == self.ground.given_back && !self.is_copy;
        if is_it {
            self.ground.laid_over.set(field);
        }
        is_it
    }

    /// Notes that the list `new` of the patch is about to take the place of `old`, if anything is lost by that.
    pub(super) fn note_replaced(&self, old: NodeRef<'_>, new: NodeRef<'_>) {
        let (mut items, mut kept) = (old.children(), new.children());
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
            self.ground.replaced.borrow_mut().push(Replaced {
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
