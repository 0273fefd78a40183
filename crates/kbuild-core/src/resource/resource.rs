//! A Kubernetes object on its way through a build.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use kbuild_yaml::{Node, NodeId, NodeRef, Place, ScalarType, Tree, Value, write_json};

use super::head::{Head, text_of};
use super::{Content, Lineage, Shared};
use crate::field::set::set_field_text;
use crate::identity::GroupVersionKind;
use crate::source::Trail;
use crate::tables::custom_schema::CustomSchema;
use crate::tables::schema::Schema;

/// Resources with this annotation are for the tools that work on the files, not for the cluster.
pub(crate) const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";

/// One Kubernetes object, with what the build remembers of it.
///
/// A small value: moving it does not move what it consists of.
#[derive(Clone, Debug)]
pub struct Resource(Box<Parts>);

/// What a resource consists of.
#[derive(Clone, Debug)]
pub struct Parts {
    pub(crate) content: Content,
    pub(crate) lineage: Lineage,
    pub(crate) shared: Shared,
    /// The entry of a kustomization or of `resources` that brought it.
    pub(crate) brought_by: Place,
    /// The schema that the build brings along, if it does.
    pub(crate) schema: Option<Arc<CustomSchema>>,
    /// Who wrote its values, where that is kept.
    pub(crate) trail: Trail,
    /// True for a patch in which a key stands twice in a mapping.
    pub(crate) repeats_keys: bool,
}

impl Resource {
    pub(crate) fn new(content: impl Into<Content>) -> Resource {
        let content = content.into();
        let brought_by = content.root().place();
        Resource(Box::new(Parts {
            content,
            lineage: Lineage::default(),
            shared: Shared::default(),
            brought_by,
            schema: None,
            trail: Trail::default(),
            repeats_keys: false,
        }))
    }

    /// The object's content.
    pub fn node(&self) -> NodeRef<'_> {
        self.content.root()
    }

    /// A copy of the object's content as a tree of nodes, each by itself.
    pub fn to_node(&self) -> Node {
        self.node().to_node()
    }

    /// The content as the configuration of a generator or a transformer. The reference reads that from JSON, where a date is
    /// text in one form.
    pub(crate) fn to_configuration(&self) -> Node {
        let mut node = self.to_node();
        dates_to_text(&mut node);
        node
    }

    /// The object as a value of a type, one of `k8s-openapi` say.
    ///
    /// ```
    /// use kbuild_core::{MemoryHost, Options, render};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct ConfigMap {
    ///     data: std::collections::BTreeMap<String, String>,
    /// }
    ///
    /// let host = MemoryHost::from_iter([(
    ///     "kustomization.yaml",
    ///     "configMapGenerator: [{name: settings, literals: [port=80]}]\n",
    /// )]);
    /// let rendered = render(&host, ".", &Options::default())?;
    /// let settings: ConfigMap = rendered.resources()[0].to()?;
    /// assert_eq!(settings.data["port"], "80");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Something in it is not what the type asks for.
    #[cfg(feature = "serde")]
    pub fn to<T: serde::de::DeserializeOwned>(&self) -> Result<T, kbuild_yaml::ConversionError> {
        self.to_node().to()
    }

    /// Where the object begins: the file and line that it was read from, or the generator's entry. With
    /// [`Options::provenance`](crate::Options::provenance) it is what [`Sources::resolve`](crate::Sources::resolve) makes of it.
    pub fn place(&self) -> Place {
        self.node().place()
    }

    /// `apiVersion`, or nothing.
    pub fn api_version(&self) -> &str {
        self.text_of(self.content.of_head(|head| head.api_version))
    }

    /// `kind`, or nothing.
    pub fn kind(&self) -> &str {
        self.text_of(self.content.of_head(|head| head.kind))
    }

    /// `metadata.name`, or nothing.
    pub fn name(&self) -> &str {
        self.text_of(self.content.of_head(|head| head.name))
    }

    /// `metadata.namespace` as written, or nothing.
    pub fn namespace(&self) -> &str {
        self.text_of(self.content.of_head(|head| head.namespace))
    }

    /// Group, version and kind.
    pub fn gvk(&self) -> GroupVersionKind {
        GroupVersionKind::new(self.api_version(), self.kind())
    }

    /// True for kinds that live in no namespace, as far as the schema tells.
    pub fn is_cluster_scoped(&self) -> bool {
        self.lives_in_no_namespace(&self.content.head())
    }

    #[inline]
    pub(super) fn lives_in_no_namespace(&self, head: &Head) -> bool {
        // What is known of the kinds of Kubernetes holds whatever the schema.
        head.is_cluster_scoped
            || self.schema.as_deref().is_some_and(|schema| {
                let (api_version, kind) = (self.text_of(head.api_version), self.text_of(head.kind));
                Schema::of(Some(schema)).is_certainly_cluster_scoped(api_version, kind)
            })
    }

    /// The text of a scalar, or nothing.
    #[inline]
    pub(super) fn text_of(&self, node: NodeId) -> &str {
        text_of(&self.content, node)
    }

    pub(crate) fn set_name(&mut self, name: &str) {
        self.set_metadata_text("name", name);
    }

    pub(crate) fn set_kind(&mut self, kind: &str) {
        let place = self.node().get("kind").map(NodeRef::place).unwrap_or_default();
        let Parts { content, trail, .. } = &mut **self;
        set_field_text(content, Tree::ROOT, "kind", kind, place, trail);
    }

    /// Sets the namespace; an empty one takes the field out.
    pub(crate) fn set_namespace(&mut self, namespace: &str) {
        if namespace.is_empty() {
            if let Some(metadata) = self.content.find(Tree::ROOT, "metadata")
                && self.content.find(metadata, "namespace").is_some()
            {
                self.content.remove(metadata, "namespace");
            }
        } else {
            self.set_metadata_text("namespace", namespace);
        }
    }

    fn set_metadata_text(&mut self, field: &str, text: &str) {
        let metadata = self.node().get("metadata");
        let held = metadata.and_then(|metadata| metadata.get(field));
        if held.and_then(NodeRef::as_scalar).is_some_and(|scalar| scalar.text == text) {
            return;
        }
        let place = held.map(NodeRef::place).unwrap_or_default();
        if let Some(metadata) = self.metadata_mut() {
            let Parts { content, trail, .. } = &mut **self;
            set_field_text(content, metadata, field, text, place, trail);
        }
    }

    /// The metadata, which are made where they are missing; none where there is no place for them.
    pub(super) fn metadata_mut(&mut self) -> Option<NodeId> {
        if !self.node().is_mapping() {
            return None;
        }
        let (metadata, is_new) = self.content.find_or_push(Tree::ROOT, "metadata");
        if is_new {
            self.content.set_mapping(metadata);
        }
        Some(metadata)
    }

    /// Makes a change and notes who made it. For changes to a few resources: it looks at all values before and after.
    pub(crate) fn traced<T>(&mut self, place: Place, change: impl FnOnce(&mut Resource) -> T) -> T {
        if !self.trail.is_kept() {
            return change(self);
        }
        self.content.settle();
        let before = Tree::clone(&self.content);
        let result = change(self);
        self.keep_identity(before.root());
        let Parts { content, trail, .. } = &mut **self;
        trail.compare(Some(before.root()), content, place);
        result
    }

    /// Gives back the places of what says which resource this is. A patch and a generator say it too, to be understood, and
    /// that writes nothing.
    pub(crate) fn keep_identity(&mut self, before: NodeRef<'_>) {
        if !self.trail.is_kept() {
            return;
        }
        const FIELDS: [&[&str]; 4] =
            [&["apiVersion"], &["kind"], &["metadata", "name"], &["metadata", "namespace"]];
        for path in FIELDS {
            if let (Some(old), Some(new)) = (field_at(before, path), field_at(self.node(), path))
                && old == new
            {
                let new = new.id();
                self.content.set_place(new, old.place());
            }
        }
    }

    /// Where the name stands, if that is the file that the resource came from.
    pub(crate) fn name_place(&self) -> Place {
        let place = self.place();
        let name = self.content.at(self.content.of_head(|head| head.name)).place();
        if name.source == place.source { name } else { place }
    }

    /// True for what is for the tools that work on the files, not for the cluster.
    pub(crate) fn is_local(&self) -> bool {
        !matches!(self.annotation(LOCAL_CONFIG), None | Some("false"))
    }

    /// True when nothing is left of it.
    pub(crate) fn is_gone(&self) -> bool {
        self.node().is_empty()
    }

    /// Takes the content away, which deletes the resource.
    pub(crate) fn clear(&mut self) {
        self.content = Node::mapping().at(self.place()).into();
    }

    /// The name of a label's or selector's owner for messages: `Deployment/web in namespace prd`.
    pub(crate) fn describe(&self) -> String {
        self.id().to_string()
    }
}

fn field_at<'a>(root: NodeRef<'a>, path: &[&str]) -> Option<NodeRef<'a>> {
    path.iter().try_fold(root, |node, field| node.get(field))
}

#[doc(hidden)]
impl Deref for Resource {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

#[doc(hidden)]
impl DerefMut for Resource {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Resource {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_node().serialize(serializer)
    }
}

fn dates_to_text(node: &mut Node) {
    let mut json = String::new();
    let is_date = node.as_scalar().is_some_and(|scalar| scalar.kind == ScalarType::Timestamp);
    let has_form = is_date && write_json(node, &mut json).is_ok();
    match &mut node.value {
        Value::Mapping(mapping) => {
            mapping.iter_mut().for_each(|entry| dates_to_text(&mut entry.value));
        }
        Value::Sequence(items) => items.iter_mut().for_each(dates_to_text),
        Value::Scalar(scalar) if has_form => {
            scalar.kind = ScalarType::Str;
            scalar.text = json.trim().trim_matches('"').into();
        }
        Value::Scalar(_) => {}
    }
}
