//! The id of a resource: its type, name and namespace.

use std::fmt;

use kbuild_yaml::EcoString;

use super::{GroupVersionKind, GvkRef};

/// The namespace that the reference gives to what lives in none.
pub(crate) const NO_NAMESPACE: &str = "_non_namespaceable_";
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// What a resource is called.
///
/// The namespace is the one that counts: `default` for a namespaced kind that names none, and a marker that no
/// namespace can have for cluster-scoped kinds. Two resources with the same id cannot live in one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ResourceId {
    /// Group, version and kind.
    pub gvk: GroupVersionKind,
    /// `metadata.name`.
    pub name: EcoString,
    /// The namespace that counts.
    pub namespace: EcoString,
}

impl ResourceId {
    /// An id. `namespace` is as the resource writes it, `cluster_scoped` says whether its kind lives in none.
    pub fn new(
        gvk: GroupVersionKind,
        name: &str,
        namespace: &str,
        cluster_scoped: bool,
    ) -> ResourceId {
        ResourceId {
            gvk,
            name: name.into(),
            namespace: effective_namespace(namespace, cluster_scoped),
        }
    }

    /// True for a resource that lives in no namespace.
    pub fn is_cluster_scoped(&self) -> bool {
        self.namespace == NO_NAMESPACE
    }
}

/// An id with texts that are somebody else's: for comparisons and look-ups without copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct IdRef<'a> {
    pub(crate) gvk: GvkRef<'a>,
    pub(crate) name: &'a str,
    /// The namespace that counts.
    pub(crate) namespace: &'a str,
}

impl IdRef<'_> {
    pub(crate) fn to_owned(self) -> ResourceId {
        ResourceId {
            gvk: self.gvk.to_owned(),
            name: self.name.into(),
            namespace: self.namespace.into(),
        }
    }
}

impl<'a> From<&'a ResourceId> for IdRef<'a> {
    fn from(id: &'a ResourceId) -> IdRef<'a> {
        let GroupVersionKind { group, version, kind } = &id.gvk;
        IdRef { gvk: GvkRef { group, version, kind }, name: &id.name, namespace: &id.namespace }
    }
}

pub(crate) fn effective_namespace(namespace: &str, cluster_scoped: bool) -> EcoString {
    counted_namespace(namespace, cluster_scoped).into()
}

pub(crate) fn counted_namespace(namespace: &str, cluster_scoped: bool) -> &str {
    if cluster_scoped {
        NO_NAMESPACE
    } else if namespace.is_empty() {
        DEFAULT_NAMESPACE
    } else {
        namespace
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.gvk.kind.is_empty() { "resource" } else { &self.gvk.kind };
        write!(out, "{kind}/{}", self.name)?;
        if !self.is_cluster_scoped() && self.namespace != DEFAULT_NAMESPACE {
            write!(out, " in namespace {}", self.namespace)?;
        }
        Ok(())
    }
}
