//! Labels and annotations of a resource as the reference reads and writes them.

use kbuild_yaml::{
    Dialect, EcoString, Entry, Key, Mapping, Node, Place, ScalarType, Value, is_written_plainly,
    resolve,
};

use super::Resource;
use crate::field::set::new_string;

/// The annotation that says that helm made a resource.
const HELM_GENERATED: &str = "internal.config.kubernetes.io/helm-generated";

impl Resource {
    /// A field of the metadata that is a scalar.
    pub(super) fn metadata_text(&self, field: &str) -> Option<&str> {
        self.node.get("metadata")?.get(field)?.text()
    }

    /// The value of a label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.node
            .get("metadata")?
            .get("labels")?
            .get(key)?
            .as_scalar()
            .map(|scalar| scalar.text.as_str())
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.node
            .get("metadata")?
            .get("annotations")?
            .get(key)?
            .as_scalar()
            .map(|scalar| scalar.text.as_str())
    }

    /// True for what a helm chart holds: helm gave it its namespace. The reference notes this in an annotation, which a user
    /// may write too.
    pub(crate) fn is_helm_generated(&self) -> bool {
        match self.annotation(HELM_GENERATED) {
            Some(value) => value == "true",
            None => self.lineage.helm_generated,
        }
    }

    /// Makes a mapping for annotations where there is none: that in which the reference has notes of its own by now.
    pub(crate) fn hold_annotations(&mut self) {
        self.node.restructure(|root| {
            let metadata = root.get_mut("metadata").and_then(Node::as_mapping_mut);
            let Some(metadata) = metadata else { return };
            let annotations = metadata.get_or_insert_with("annotations", Node::mapping);
            if annotations.is_null() {
                *annotations = Node::mapping();
            }
        });
    }

    /// Takes away what [`hold_annotations`](Resource::hold_annotations) has made, where nobody needed it.
    pub(crate) fn drop_empty_annotations(&mut self) {
        self.node.restructure(|root| {
            let metadata = root.get_mut("metadata").and_then(Node::as_mapping_mut);
            let Some(metadata) = metadata else { return };
            let annotations = metadata.get("annotations").and_then(Node::as_mapping);
            if annotations.is_some_and(Mapping::is_empty) {
                metadata.remove("annotations");
            }
        });
    }

    /// Turns the values of `metadata.<field>` into strings; drops the field when nothing is in it, and leaves a list for
    /// [`check_annotations`](crate::load::check_annotations) to refuse. The metadata are
    /// there afterwards, if only as an empty mapping. This is what the reference's setter does to labels and
    /// annotations whenever it touches any of them.
    pub(crate) fn rewrite_strings(&mut self, field: &str) {
        self.shared.untie_below(&["metadata", field]);
        let Some(root) = self.node.as_mapping() else { return };
        let Some(metadata) = root.get("metadata").filter(|metadata| !metadata.is_null()) else {
            self.node.restructure(|root| {
                let place = root.get("metadata").map(|metadata| metadata.place);
                let metadata = Node::mapping().at(place.unwrap_or_default());
                root.as_mapping_mut().map(|root| root.insert("metadata", metadata))
            });
            return;
        };
        let Some(values) = metadata.get(field) else { return };
        match &values.value {
            Value::Sequence(list) if !list.is_empty() => {}
            Value::Mapping(values) if !values.is_empty() => {
                if !values.iter().all(is_rewritten) {
                    let values = self.node.get_mut("metadata").and_then(|node| node.get_mut(field));
                    let values = values.and_then(Node::as_mapping_mut);
                    values.into_iter().flat_map(Mapping::iter_mut).for_each(rewrite);
                }
            }
            _ => {
                self.node.restructure(|root| {
                    let metadata = root.get_mut("metadata").and_then(Node::as_mapping_mut);
                    metadata.map(|metadata| metadata.remove(field))
                });
            }
        }
    }

    /// Adds the entries of `metadata.<field>` of `older` that this resource lacks, and makes all of them strings.
    pub(crate) fn inherit_strings(&mut self, older: &Resource, field: &str) {
        let inherited = older.node.get("metadata").and_then(|metadata| metadata.get(field));
        if let Some(inherited) =
            inherited.and_then(Node::as_mapping).filter(|values| !values.is_empty())
        {
            let Some(root) = self.node.as_mapping_mut() else { return };
            let metadata = root.get_or_insert_with("metadata", Node::mapping);
            if let Some(metadata) = metadata.as_mapping_mut() {
                let own = metadata.get_or_insert_with(field, Node::mapping);
                if own.as_mapping().is_none() {
                    *own = Node::mapping();
                }
                if let Some(own) = own.as_mapping_mut() {
                    add_missing(own, inherited);
                }
            }
        }
        self.rewrite_strings(field);
    }

    /// Adds the entries of the mapping `field` of `older` that this resource lacks, and makes all of them strings.
    /// Used for `data` and `binaryData`, which are dropped when nothing is in them.
    pub(crate) fn inherit_data(&mut self, older: &Resource, field: &str) {
        let Some(root) = self.node.as_mapping_mut() else { return };
        let mut merged = Mapping::new();
        let mut all: Vec<(EcoString, Node)> = Vec::new();
        for source in [root.get(field), older.node.get(field)].into_iter().flatten() {
            for entry in source.as_mapping().into_iter().flatten() {
                let text = entry.value.text().unwrap_or_default();
                all.push((entry.key.text.clone(), new_string(text).at(entry.value.place)));
            }
        }
        // A stable sort keeps the newer of two values of one key in front.
        all.sort_by(|one, other| one.0.cmp(&other.0));
        all.dedup_by(|second, first| second.0 == first.0);
        for (key, value) in all {
            merged.push(Key::plain(key), value);
        }
        root.remove(field);
        if !merged.is_empty() {
            root.insert(field, merged.into());
        }
    }

    /// Gives it labels that are none.
    pub(crate) fn set_labels_to_none(&mut self, place: Place) {
        if let Some(metadata) = self.node.get_mut("metadata").and_then(Node::as_mapping_mut) {
            metadata.insert("labels", Node::mapping().at(place));
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
        let Some(root) = self.node.as_mapping_mut() else { return };
        let metadata = root.get_or_insert_with("metadata", Node::mapping);
        if metadata.is_null() {
            *metadata = Node::mapping();
        }
        let Some(metadata) = metadata.as_mapping_mut() else { return };
        let values = metadata.get_or_insert_with(field, Node::mapping);
        if values.is_null() {
            *values = Node::mapping();
        }
        crate::field::set::set_field_string(values, key, value, place, &self.trail);
    }
}

/// Makes a string of the value of a label or an annotation. The reference writes the key anew, too, without quotes.
fn rewrite(entry: &mut Entry) {
    entry.key.set_kind(resolve(&entry.key.text, Dialect::Resource));
    let text = match entry.value.as_scalar() {
        Some(scalar) => scalar.text.clone(),
        None => EcoString::new(),
    };
    entry.value = new_string(text).at(entry.value.place);
}

/// True for an entry that [`rewrite`] leaves as it is, and that keeps its style on the way through JSON.
fn is_rewritten(entry: &Entry) -> bool {
    entry.value.as_scalar().is_some_and(|scalar| {
        scalar.kind == ScalarType::Str
            && scalar.plain == is_written_plainly(&scalar.text)
            && new_string(scalar.text.clone()).as_scalar() == Some(scalar)
            && entry.key.kind() == resolve(&entry.key.text, Dialect::Resource)
    })
}

fn add_missing(own: &mut Mapping, inherited: &Mapping) {
    let missing: Vec<_> =
        inherited.iter().filter(|entry| !own.contains_key(&entry.key.text)).cloned().collect();
    for entry in missing {
        own.push(entry.key, entry.value);
    }
}
