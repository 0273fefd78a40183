//! What a resource is called, and was called before.

use kbuild_yaml::is_same_text;

use super::head::{Head, text_of};
use super::{Parts, PreviousId, Resource, Turn};
use crate::identity::resource_id::counted_namespace;
use crate::identity::{GroupVersionKind, GvkRef, IdRef, ResourceId, TypeNumbers};

impl Resource {
    /// What the object is called now.
    pub fn id(&self) -> ResourceId {
        self.id_ref().to_owned()
    }

    /// The same, without copies.
    pub(crate) fn id_ref(&self) -> IdRef<'_> {
        let head = self.content.head();
        let (name, namespace) = self.name_and_namespace(&head);
        IdRef { gvk: self.gvk_of(&head), name, namespace }
    }

    /// The name, and the namespace that counts.
    #[inline]
    pub(super) fn name_and_namespace(&self, head: &Head) -> (&str, &str) {
        let is_cluster_scoped = self.lives_in_no_namespace(head);
        let namespace = counted_namespace(self.text_of(head.namespace), is_cluster_scoped);
        (self.text_of(head.name), namespace)
    }

    /// The namespace that counts.
    pub(crate) fn counted_namespace(&self) -> &str {
        self.name_and_namespace(&self.content.head()).1
    }

    /// The number of its type.
    #[inline]
    pub(crate) fn type_in(&self, types: &mut TypeNumbers) -> usize {
        let head = self.content.head();
        types.number_of(head.row, || self.gvk_of(&head))
    }

    /// The number of the type that it had when it was read or generated.
    pub(crate) fn original_type_in(&self, types: &mut TypeNumbers) -> usize {
        match self.lineage.history.first() {
            Some(first) if !is_same_text(first.kind, self.kind()) => {
                types.number(self.original_gvk_ref())
            }
            _ => self.type_in(types),
        }
    }

    /// Group, version and kind, without copies.
    pub(crate) fn gvk_ref(&self) -> GvkRef<'_> {
        self.gvk_of(&self.content.head())
    }

    #[inline]
    fn gvk_of(&self, head: &Head) -> GvkRef<'_> {
        let (group, version) = head.split(self.text_of(head.api_version));
        GvkRef { group, version, kind: self.text_of(head.kind) }
    }

    /// What it was called before, the original id first. Empty while it has its first name.
    pub(crate) fn previous_ids(&self) -> impl Iterator<Item = ResourceId> + '_ {
        self.previous_id_refs().map(IdRef::to_owned)
    }

    /// The same, without copies.
    pub(crate) fn previous_id_refs(&self) -> impl Iterator<Item = IdRef<'_>> {
        let (group, version) = match self.lineage.history.is_empty() {
            true => ("", ""),
            false => {
                let head = self.content.head();
                head.split(self.text_of(head.api_version))
            }
        };
        self.lineage.history.ids().map(move |PreviousId { kind, name, namespace }| {
            let gvk = GvkRef { group, version, kind };
            IdRef { gvk, name, namespace }
        })
    }

    /// What it was and is called.
    pub(crate) fn all_id_refs(&self) -> impl Iterator<Item = IdRef<'_>> {
        self.previous_id_refs().chain([self.id_ref()])
    }

    /// True for what is or was called so; kind and namespace do not matter.
    pub(crate) fn has_or_had_name(&self, name: &str) -> bool {
        self.lineage.history.has_name(name) || self.name() == name
    }

    /// What it was called when it was read or generated.
    pub(crate) fn original_id(&self) -> ResourceId {
        self.original_id_ref().to_owned()
    }

    /// The same, without copies.
    pub(crate) fn original_id_ref(&self) -> IdRef<'_> {
        self.previous_id_refs().next().unwrap_or_else(|| self.id_ref())
    }

    /// The type that it had when it was read or generated.
    pub(crate) fn original_gvk(&self) -> GroupVersionKind {
        self.original_gvk_ref().to_owned()
    }

    /// The kind that it had then.
    pub(crate) fn original_kind(&self) -> &str {
        self.lineage.history.first().map_or_else(|| self.kind(), |first| first.kind)
    }

    /// The same, without copies.
    pub(crate) fn original_gvk_ref(&self) -> GvkRef<'_> {
        let gvk = self.gvk_ref();
        match self.lineage.history.first() {
            Some(first) => GvkRef { kind: first.kind, ..gvk },
            None => gvk,
        }
    }

    /// Remembers the present id, before it changes.
    pub(crate) fn remember_id(&mut self) {
        self.remember_id_by(&mut Turn::default());
    }

    /// The same for resources that follow each other, each of which comes with the turn of its type.
    pub(crate) fn remember_id_by(&mut self, turn: &mut Turn) {
        let head = self.content.head();
        let is_cluster_scoped = self.lives_in_no_namespace(&head);
        let Parts { content, lineage, .. } = &mut **self;
        let text = |node| text_of(content, node);
        let namespace = counted_namespace(text(head.namespace), is_cluster_scoped);
        let id = PreviousId { kind: text(head.kind), name: text(head.name), namespace };
        lineage.history.remember(id, turn);
    }
}
