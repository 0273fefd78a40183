//! What there is to know of a resource that others may refer to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kbuild_yaml::{EcoString, NodeId, Place, is_same_text};

use crate::identity::resource_id::{NO_NAMESPACE, counted_namespace};
use crate::identity::{GroupVersionKind, GvkRef, IdRef};
use crate::resource::{History, Lineage, Resource};

/// A resource that changed its name. There may be as many as there are resources.
pub(super) struct Target {
    gvk: Arc<GroupVersionKind>,
    /// The name that it has now.
    pub(super) name: EcoString,
    /// The namespace as written; empty where none is.
    pub(super) namespace: EcoString,
    is_cluster_scoped: bool,
    /// What it was called before; there is at least one id.
    pub(super) history: History,
    pub(super) place: Place,
    /// Who gave it the name that it has now.
    pub(super) name_place: Place,
    /// True where its name has a hash in it, so that only those who refer to it can know the name.
    generated: bool,
    used: AtomicBool,
}

impl Target {
    /// A resource in this [scope](Target::scope), that was of type `gvk` at first.
    pub(super) fn new(resource: &Resource, scope: &str, gvk: &Arc<GroupVersionKind>) -> Target {
        let Lineage { history, needs_hash, .. } = &resource.lineage;
        let (place, name) = (resource.place(), resource.content.head().name);
        let name_place =
            if name == NodeId::NOWHERE { place } else { resource.content.at(name).place() };
        let gvk = match gvk.kind == resource.kind() {
            true => Arc::clone(gvk),
            false => Arc::new(resource.gvk()),
        };
        let is_cluster_scoped = scope == NO_NAMESPACE;
        let namespace = if is_cluster_scoped { resource.namespace() } else { scope };
        Target {
            gvk,
            name: resource.name().into(),
            namespace: namespace.into(),
            is_cluster_scoped,
            history: history.clone(),
            place,
            name_place,
            generated: *needs_hash && resource.lineage.vars().is_empty() && !resource.is_local(),
            used: AtomicBool::new(false),
        }
    }

    /// What it is called now.
    pub(super) fn id(&self) -> IdRef<'_> {
        IdRef { gvk: (&*self.gvk).into(), name: &self.name, namespace: self.counted_namespace() }
    }

    fn counted_namespace(&self) -> &str {
        counted_namespace(&self.namespace, self.is_cluster_scoped)
    }

    /// True for what is or was of this type.
    pub(super) fn was(&self, wanted: &GroupVersionKind) -> bool {
        let GroupVersionKind { group, version, .. } = &*self.gvk;
        self.history.has_kind(|kind| GvkRef { group, version, kind }.is_selected_by(wanted))
    }

    /// The types that it had.
    pub(super) fn types(&self) -> impl Iterator<Item = GvkRef<'_>> {
        let GroupVersionKind { group, version, .. } = &*self.gvk;
        self.history.ids().map(move |previous| GvkRef { group, version, kind: previous.kind })
    }

    /// The names that it had; one that stayed while the namespace changed is there once.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.history.names()
    }

    pub(super) fn had_name(&self, name: &str) -> bool {
        self.history.has_name(name)
    }

    /// The namespace that it was in at first.
    pub(super) fn first_namespace(&self) -> &str {
        self.history.first().map_or("", |first| first.namespace)
    }

    /// Where it is: its namespace as written, or [`NO_NAMESPACE`]. Resources without a namespace are in the default one, but
    /// not for the subjects of a role binding, as in the reference.
    pub(super) fn scope(&self) -> &str {
        if self.is_cluster_scoped { NO_NAMESPACE } else { &self.namespace }
    }

    /// True for what is outside of namespaces, or in this one, or a service account.
    pub(super) fn is_in_reach_of(&self, namespace: &str) -> bool {
        self.is_cluster_scoped
            || is_same_text(self.counted_namespace(), namespace)
            || self.gvk.kind == "ServiceAccount"
    }

    /// As [`History::fits`].
    pub(super) fn fits(&self, referrer: &History, or_none: bool) -> bool {
        referrer.fits(&self.history, or_none)
    }

    /// Notes that something refers to it.
    pub(super) fn uses(&self) {
        self.used.store(true, Ordering::Relaxed);
    }

    /// True where something ought to refer to it, and nothing does.
    pub(super) fn is_unused(&self) -> bool {
        self.generated && !self.used.load(Ordering::Relaxed)
    }
}
