//! Labels and annotations of a resource as the reference reads and writes them.

use kbuild_yaml::{
    Dialect, EcoString, Key, Mapping, Node, NodeId, NodeRef, Place, ScalarType, Tree,
    is_written_plainly, resolve,
};

use super::head::Head;
use super::{Parts, Resource};
use crate::field::set::{is_plain_string, new_string, set_field_string};

/// The annotation that says that helm made a resource.
const HELM_GENERATED: &str = "internal.config.kubernetes.io/helm-generated";

/// The annotation that says that a name gets a hash, and what it says then.
pub(crate) const NEEDS_HASH: &str = "internal.config.kubernetes.io/needsHashSuffix";
pub(crate) const ENABLED: &str = "enabled";

impl Resource {
    fn metadata(&self) -> NodeRef<'_> {
        self.content.at(self.content.of_head(|head| head.metadata))
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        let labels = self.metadata().get("labels")?;
        labels.get(key)?.as_scalar().map(|scalar| scalar.text)
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        let annotations = self.content.at(self.content.of_head(|head| head.annotations));
        annotations.get(key)?.as_scalar().map(|scalar| scalar.text)
    }

    /// True for what a helm chart holds: helm gave it its namespace. The reference notes this in an annotation, which a user
    /// may write too.
    pub(crate) fn is_helm_generated(&self) -> bool {
        match self.annotation(HELM_GENERATED) {
            Some(value) => value == "true",
            None => self.lineage.helm_generated,
        }
    }

    /// True where the name gets the hash of the content in the end: a generator says so, or whoever wrote the resource does, in
    /// the words of the reference's own notes.
    pub(crate) fn needs_hash(&self) -> bool {
        self.lineage.needs_hash || self.annotation(NEEDS_HASH) == Some(ENABLED)
    }

    /// Makes a mapping for annotations where there is none: that in which the reference has notes of its own by now.
    pub(crate) fn hold_annotations(&mut self) {
        let Head { metadata, annotations, .. } = self.content.head();
        if self.content.at(metadata).is_mapping() && self.content.at(annotations).is_null() {
            self.content.restructure(|tree| hold_mapping(tree, metadata, "annotations"));
        }
    }

    /// Takes away what [`hold_annotations`](Resource::hold_annotations) has made, where nobody needed it.
    pub(crate) fn drop_empty_annotations(&mut self) {
        self.content.restructure(|tree| {
            let Some(metadata) = mapping_of(tree, Tree::ROOT, "metadata") else { return };
            let annotations = mapping_of(tree, metadata, "annotations");
            if annotations.is_some_and(|annotations| tree.at(annotations).is_empty()) {
                tree.remove(metadata, "annotations");
            }
        });
    }

    /// Turns the values of `metadata.<field>` into strings; drops the field when nothing is in it, and leaves a list for
    /// [`check_annotations`](crate::load::check_annotations) to refuse. The metadata are
    /// there afterwards, if only as an empty mapping. This is what the reference's setter does to labels and
    /// annotations whenever it touches any of them.
    pub(crate) fn rewrite_strings(&mut self, field: &str) {
        self.shared.untie_below(&["metadata", field]);
        if !self.node().is_mapping() {
            return;
        }
        self.content.settle_head();
        let Some(metadata) = Some(self.metadata()).filter(|metadata| !metadata.is_null()) else {
            self.content.restructure(|tree| {
                let (metadata, _) = tree.find_or_push(Tree::ROOT, "metadata");
                tree.set_mapping(metadata);
            });
            return;
        };
        let values = match field {
            "annotations" => self.content.head().annotations,
            field => metadata.get(field).map(NodeRef::id).unwrap_or_default(),
        };
        if values == NodeId::NOWHERE {
            return;
        }
        self.content.unfold(values);
        let values = self.content.at(values);
        if values.is_scalar() || values.is_empty() {
            let metadata = self.content.head().metadata;
            self.content.restructure(|tree| tree.remove(metadata, field));
        } else if values.is_mapping() && !values.children().all(is_rewritten) {
            let values = values.id();
            rewrite_all(&mut self.content, values);
        }
    }

    /// True where all annotations are kept, and [`rewrite_strings`](Resource::rewrite_strings) writes none of them.
    pub(crate) fn keeps_annotations(&self, is_kept: impl Fn(&str) -> bool) -> bool {
        let annotations = self.content.of_head(|head| head.annotations);
        if annotations == NodeId::NOWHERE {
            return !self.metadata().is_null();
        }
        let annotations = self.content.at(annotations);
        annotations.is_mapping()
            && !annotations.is_empty()
            && self.content.is_unfolded()
            && annotations.children().all(|entry| is_kept(entry.key()) && is_rewritten(entry))
    }

    /// Adds the entries of `metadata.<field>` of `older` that this resource lacks, and makes all of them strings.
    pub(crate) fn inherit_strings(&mut self, older: &Tree, field: &str) {
        let inherited = older.root().get("metadata").and_then(|metadata| metadata.get(field));
        if let Some(inherited) =
            inherited.and_then(NodeRef::as_mapping).filter(|values| !values.is_empty())
        {
            let Some(metadata) = self.metadata_mut() else { return };
            let tree = &mut *self.content;
            if tree.at(metadata).is_mapping() {
                let (own, _) = tree.find_or_push(metadata, field);
                if !tree.at(own).is_mapping() {
                    tree.set_mapping(own);
                    tree.set_place(own, Place::default());
                }
                for entry in inherited {
                    if tree.find(own, entry.key()).is_none() {
                        let added =
                            tree.push_entry(own, entry.key(), entry.key_kind(), entry.key_place());
                        tree.copy_from(added, entry);
                    }
                }
            }
        }
        self.rewrite_strings(field);
    }

    /// Adds the entries of the mapping `field` of `older` that this resource lacks, and makes all of them strings.
    /// Used for `data` and `binaryData`, which are dropped when nothing is in them.
    pub(crate) fn inherit_data(&mut self, older: &Tree, field: &str) {
        if !self.node().is_mapping() {
            return;
        }
        let mut all: Vec<(EcoString, Node)> = Vec::new();
        for source in [self.node().get(field), older.root().get(field)].into_iter().flatten() {
            for entry in source.as_mapping().into_iter().flatten() {
                let text = entry.text().unwrap_or_default();
                all.push((entry.key().into(), new_string(text).at(entry.place())));
            }
        }
        // A stable sort keeps the newer of two values of one key in front.
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all.dedup_by(|second, first| second.0 == first.0);
        let mut merged = Mapping::new();
        for (key, value) in all {
            merged.push(Key::plain(key), value);
        }
        let tree = &mut *self.content;
        tree.remove(Tree::ROOT, field);
        if !merged.is_empty() {
            let (added, _) = tree.find_or_push(Tree::ROOT, field);
            tree.set_value(added, &merged.into());
        }
    }

    /// Gives it labels that are none.
    pub(crate) fn set_labels_to_none(&mut self, place: Place) {
        let tree = &mut *self.content;
        if let Some(metadata) = mapping_of(tree, Tree::ROOT, "metadata") {
            let (labels, _) = tree.find_or_push(metadata, "labels");
            tree.set_mapping(labels);
            tree.set_place(labels, place);
        }
    }

    /// Sets a label or an annotation to a string, making the mapping that holds it.
    pub(crate) fn set_metadata_string(
        &mut self,
        field: &str,
        key: &str,
        value: &str,
        place: Place,
    ) {
        if !self.node().is_mapping() {
            return;
        }
        let Parts { content, trail, .. } = &mut **self;
        let tree = &mut **content;
        let metadata = hold_mapping(tree, Tree::ROOT, "metadata");
        if tree.at(metadata).is_mapping() {
            let values = hold_mapping(tree, metadata, field);
            set_field_string(tree, values, key, value, place, trail);
        }
    }
}

/// The mapping in a field of a mapping.
fn mapping_of(tree: &Tree, mapping: NodeId, field: &str) -> Option<NodeId> {
    tree.find(mapping, field).filter(|found| tree.at(*found).is_mapping())
}

/// What is in a field of a mapping: a mapping where there was nothing, or a null.
fn hold_mapping(tree: &mut Tree, mapping: NodeId, field: &str) -> NodeId {
    let (held, _) = tree.find_or_push(mapping, field);
    if tree.at(held).is_null() {
        tree.set_mapping(held);
        tree.set_place(held, Place::default());
    }
    held
}

/// Makes strings of the values of labels or annotations. The reference writes the keys anew, too, without quotes.
fn rewrite_all(tree: &mut Tree, values: NodeId) {
    let mut next = tree.first_child(values);
    while let Some(entry) = next {
        next = tree.next_sibling(entry);
        tree.set_key_kind(entry, resolve(tree.at(entry).key(), Dialect::Resource));
        let text = tree.at(entry).as_scalar().map_or("", |scalar| scalar.text).to_owned();
        tree.set_scalar(entry, &text, ScalarType::Str, is_plain_string(&text));
    }
}

/// True for an entry that [`rewrite_all`] leaves as it is, and that keeps its style on the way through JSON.
fn is_rewritten(entry: NodeRef<'_>) -> bool {
    entry.as_scalar().is_some_and(|scalar| {
        let is_plain = |is_plain: fn(&str) -> bool| {
            scalar.plain == (entry.is_printed_as_it_is() || is_plain(scalar.text))
        };
        scalar.kind == ScalarType::Str
            && is_plain(is_written_plainly)
            && is_plain(is_plain_string)
            && entry.key_kind() == resolve(entry.key(), Dialect::Resource)
    })
}
