//! A Kubernetes object on its way through a build.

use std::sync::Arc;

use kbuild_yaml::{EcoString, Mapping, Node, Place};

use super::lineage::PreviousId;
use super::{Lineage, Shared};
use crate::field::set::set_field_text;
use crate::identity::{GroupVersionKind, ResourceId};
use crate::source::Trail;
use crate::tables::custom_schema::CustomSchema;
use crate::tables::schema::Schema;

/// Resources with this annotation are for the tools that work on the files, not for the cluster.
pub(crate) const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// One Kubernetes object, with what the build remembers of it.
#[derive(Clone, Debug)]
pub struct Resource {
    pub(crate) node: Node,
    pub(crate) lineage: Lineage,
    pub(crate) shared: Shared,
    /// The entry of a kustomization or of `resources` that brought it.
    pub(crate) brought_by: Place,
    /// The schema that the build brings along, if it does.
    pub(crate) schema: Option<Arc<CustomSchema>>,
    /// Who wrote its values, where that is kept.
    pub(crate) trail: Trail,
}

impl Resource {
    pub(crate) fn new(node: Node) -> Resource {
        let brought_by = node.place;
        Resource {
            node,
            lineage: Lineage::default(),
            shared: Shared::default(),
            brought_by,
            schema: None,
            trail: Trail::default(),
        }
    }

    /// The object's content.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Where the object begins: the file and line that it was read from, or the generator's entry.
    pub fn place(&self) -> Place {
        self.node.place
    }

    /// `apiVersion`, or nothing.
    pub fn api_version(&self) -> &str {
        self.node.get("apiVersion").and_then(Node::text).unwrap_or_default()
    }

    /// `kind`, or nothing.
    pub fn kind(&self) -> &str {
        self.node.get("kind").and_then(Node::text).unwrap_or_default()
    }

    /// `metadata.name`, or nothing.
    pub fn name(&self) -> &str {
        self.metadata_text("name").unwrap_or_default()
    }

    /// `metadata.namespace` as written, or nothing.
    pub fn namespace(&self) -> &str {
        self.metadata_text("namespace").unwrap_or_default()
    }

    /// Group, version and kind.
    pub fn gvk(&self) -> GroupVersionKind {
        GroupVersionKind::new(self.api_version(), self.kind())
    }

    /// True for kinds that live in no namespace, as far as the schema tells.
    pub fn is_cluster_scoped(&self) -> bool {
        Schema::of(self.schema.as_deref())
            .is_certainly_cluster_scoped(self.api_version(), self.kind())
    }

    /// What the object is called now.
    pub fn id(&self) -> ResourceId {
        ResourceId::new(self.gvk(), self.name(), self.namespace(), self.is_cluster_scoped())
    }

    /// What it was called before, the original id first. Empty while it has its first name.
    pub(crate) fn previous_ids(&self) -> impl Iterator<Item = ResourceId> + '_ {
        let gvk = self.gvk();
        self.lineage.previous.iter().map(move |previous| ResourceId {
            gvk: GroupVersionKind { kind: previous.kind.clone(), ..gvk.clone() },
            name: previous.name.clone(),
            namespace: previous.namespace.clone(),
        })
    }

    /// What it was called when it was read or generated.
    pub(crate) fn original_id(&self) -> ResourceId {
        self.previous_ids().next().unwrap_or_else(|| self.id())
    }

    /// The type that it had when it was read or generated.
    pub(crate) fn original_gvk(&self) -> GroupVersionKind {
        let mut gvk = self.gvk();
        if let Some(first) = self.lineage.previous.first() {
            gvk.kind = first.kind.clone();
        }
        gvk
    }

    /// Remembers the present id, before it changes.
    pub(crate) fn remember_id(&mut self) {
        let id = self.id();
        // The reference keeps the former ids in annotations, and writes all of these anew.
        self.shared.untie_below(&["metadata", "annotations"]);
        self.lineage.remember(PreviousId {
            kind: id.gvk.kind,
            name: id.name,
            namespace: id.namespace,
        });
    }

    pub(crate) fn set_name(&mut self, name: &str) {
        self.set_metadata_text("name", name);
    }

    pub(crate) fn set_kind(&mut self, kind: &str) {
        let place = self.node.get("kind").map(|node| node.place).unwrap_or_default();
        set_field_text(&mut self.node, "kind", kind, place, &self.trail);
    }

    /// Sets the namespace; an empty one takes the field out.
    pub(crate) fn set_namespace(&mut self, namespace: &str) {
        if namespace.is_empty() {
            if let Some(metadata) = self.node.get_mut("metadata").and_then(Node::as_mapping_mut) {
                metadata.remove("namespace");
            }
        } else {
            self.set_metadata_text("namespace", namespace);
        }
    }

    fn set_metadata_text(&mut self, field: &str, text: &str) {
        let Some(root) = self.node.as_mapping_mut() else { return };
        let metadata = root.get_or_insert_with("metadata", Node::mapping);
        let is_set =
            metadata.get(field).and_then(Node::as_scalar).is_some_and(|scalar| scalar.text == text);
        let place = metadata.get(field).map(|node| node.place).unwrap_or_default();
        if !is_set {
            set_field_text(metadata, field, text, place, &self.trail);
        }
    }

    /// Makes a change and notes who made it. For changes to a few resources: it looks at all values before and after.
    pub(crate) fn traced<T>(&mut self, place: Place, change: impl FnOnce(&mut Resource) -> T) -> T {
        if !self.trail.is_kept() {
            return change(self);
        }
        let before = self.node.clone();
        let result = change(self);
        self.keep_identity(&before);
        self.trail.compare(&before, &mut self.node, place);
        result
    }

    /// Gives back the places of what says which resource this is. A patch and a generator say it too, to be understood, and
    /// that writes nothing.
    pub(crate) fn keep_identity(&mut self, before: &Node) {
        fn keep(before: Option<&Node>, after: Option<&mut Node>, fields: &[&str]) {
            let (Some(before), Some(after)) = (before, after) else { return };
            for field in fields {
                if let (Some(old), Some(new)) = (before.get(field), after.get_mut(field))
                    && old == new
                {
                    new.place = old.place;
                }
            }
        }
        if self.trail.is_kept() {
            keep(Some(before), Some(&mut self.node), &["apiVersion", "kind"]);
            let metadata = self.node.get_mut("metadata");
            keep(before.get("metadata"), metadata, &["name", "namespace"]);
        }
    }

    /// Where the name stands, if that is the file that the resource came from.
    pub(crate) fn name_place(&self) -> Place {
        let place = self.place();
        let name = self.node.get("metadata").and_then(|metadata| metadata.get("name"));
        name.map(|name| name.place).filter(|name| name.source == place.source).unwrap_or(place)
    }

    /// True for what is for the tools that work on the files, not for the cluster.
    pub(crate) fn is_local(&self) -> bool {
        !matches!(self.annotation(LOCAL_CONFIG), None | Some("false"))
    }

    /// True when nothing is left of it.
    pub(crate) fn is_gone(&self) -> bool {
        self.node.is_empty()
    }

    /// Takes the content away, which deletes the resource.
    pub(crate) fn clear(&mut self) {
        let place: Place = self.node.place;
        self.node = Node::from(Mapping::new()).at(place);
    }

    /// The name of a label's or selector's owner for messages: `Deployment/web in namespace prd`.
    pub(crate) fn describe(&self) -> String {
        self.id().to_string()
    }

    pub(crate) fn kind_text(&self) -> EcoString {
        self.kind().into()
    }
}
