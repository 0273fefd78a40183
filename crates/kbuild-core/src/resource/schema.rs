//! The schema that resources go by: that of Kubernetes, unless a kustomization brings one along.
//!
//! The reference has one schema for the whole process. The first kustomization that names one sets it, and from then
//! on it holds for all resources, those that were read before included. Here it is a value of the build. Every set of
//! resources has a copy; [`ResourceSet::share_schema`](super::ResourceSet::share_schema) brings the two together
//! wherever a kustomization begins and where it ends.

use std::sync::Arc;

use crate::identity::ResourceId;
use crate::resource::Resource;
use crate::tables::custom_schema::{Beside, CustomSchema};
use crate::tables::schema::{Schema, has_known_scope};

/// The schema of a build, and what it was asked before it was settled.
#[derive(Clone, Debug, Default)]
pub(crate) struct SchemaInForce {
    custom: Option<Arc<CustomSchema>>,
    is_settled: bool,
    met_unknown_kind: bool,
    merged: bool,
}

impl SchemaInForce {
    /// True once a kustomization has named a schema: what others say no longer counts.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// Sets the schema for the rest of the build; none for that of Kubernetes.
    pub(crate) fn settle(&mut self, custom: Option<CustomSchema>) {
        self.is_settled = true;
        self.custom = custom.map(Arc::new);
    }

    /// How a schema that is set now gets on with the types of Kubernetes: a merge has loaded them for good, while a
    /// kind that is not one of theirs has only marked them to be loaded next, after the schema.
    pub(crate) fn beside(&self) -> Beside {
        match (self.merged, self.met_unknown_kind) {
            (true, _) => Beside::Below,
            (false, true) => Beside::Above,
            (false, false) => Beside::Nothing,
        }
    }

    /// Notes that a patch is about to be merged.
    pub(super) fn merge(&mut self) {
        self.merged = true;
    }

    /// Puts a resource under this schema.
    pub(super) fn take_in(&mut self, resource: &mut Resource) {
        resource.schema.clone_from(&self.custom);
        self.met_unknown_kind =
            self.met_unknown_kind || !has_known_scope(resource.content.head().row);
    }

    /// What a resource that is not in the set would be called in it.
    pub(super) fn id_of(&self, resource: &Resource) -> ResourceId {
        let schema = Schema::of(self.custom.as_deref());
        let is_cluster_scoped =
            schema.is_certainly_cluster_scoped(resource.api_version(), resource.kind());
        ResourceId::new(resource.gvk(), resource.name(), resource.namespace(), is_cluster_scoped)
    }

    /// Adds what another schema, which is not settled either, was asked.
    pub(crate) fn join(&mut self, other: &SchemaInForce) {
        self.met_unknown_kind |= other.met_unknown_kind;
        self.merged |= other.merged;
    }

    /// Brings the schema of the build and that of a set together. True when the set gets another schema.
    pub(super) fn share(&mut self, build: &mut SchemaInForce) -> bool {
        build.met_unknown_kind |= self.met_unknown_kind;
        build.merged |= self.merged;
        let address = |schema: &SchemaInForce| schema.custom.as_ref().map(Arc::as_ptr);
        let differs = address(self) != address(build);
        self.clone_from(build);
        differs
    }
}
