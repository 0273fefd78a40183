//! What a build remembers of a resource, as annotations: so the reference keeps it, and so functions get to see it.
//!
//! What a function leaves out is forgotten; what it hands on, or makes up, counts.

use kbuild_yaml::{EcoString, Key, Mapping, Node, Place, write};

use crate::error::Error;
use crate::identity::GroupVersionKind;
use crate::resource::{
    Behavior, ENABLED, History, Lineage, NEEDS_HASH, Origin, PreviousId, Resource, Turn,
    list_from_yaml, list_to_yaml,
};
use crate::source::Trail;

const PREVIOUS_KINDS: &str = "internal.config.kubernetes.io/previousKinds";
const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";
const PREVIOUS_NAMESPACES: &str = "internal.config.kubernetes.io/previousNamespaces";
const PREFIXES: &str = "internal.config.kubernetes.io/prefixes";
const SUFFIXES: &str = "internal.config.kubernetes.io/suffixes";
const BEHAVIOR: &str = "internal.config.kubernetes.io/generatorBehavior";
const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";
const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";
const ID: &str = "kustomize.config.k8s.io/id";

/// A copy of the resource with annotations that say what is remembered of it.
pub(super) fn annotated(resource: &Resource) -> Resource {
    let mut copy = resource.clone();
    copy.shared.clear();
    // What is noted for the function is not of the build's making.
    copy.trail = Trail::default();
    let lineage = &resource.lineage;
    let history = &lineage.history;
    let previous = |part: fn(PreviousId<'_>) -> &str| joined(history.ids().map(part));
    let facts = [
        (PREVIOUS_KINDS, previous(|id| id.kind)),
        (PREVIOUS_NAMES, previous(|id| id.name)),
        (PREVIOUS_NAMESPACES, previous(|id| id.namespace)),
        (PREFIXES, joined(history.prefixes().iter().map(EcoString::as_str))),
        (SUFFIXES, joined(history.suffixes().iter().map(EcoString::as_str))),
        (BEHAVIOR, lineage.behavior.map(|behavior| behavior.name().to_owned()).unwrap_or_default()),
        (NEEDS_HASH, if lineage.needs_hash { ENABLED.to_owned() } else { String::new() }),
        (ORIGIN, lineage.origin.as_ref().map(|origin| origin.to_yaml()).unwrap_or_default()),
        (TRANSFORMATIONS, list_to_yaml(lineage.transformations())),
    ];
    for (key, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        annotate(&mut copy, key, value);
    }
    copy
}

/// A copy with annotations, its id among them: for a function that transforms.
///
/// # Errors
/// The id cannot be written.
pub(super) fn with_id(resource: &Resource) -> Result<Resource, Error> {
    let mut copy = annotated(resource);
    let GroupVersionKind { group, version, kind } = resource.gvk();
    let parts = [
        ("group", group),
        ("kind", kind),
        ("name", resource.name().into()),
        ("namespace", resource.namespace().into()),
        ("version", version),
    ];
    let mut id = Mapping::new();
    for (key, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
        id.push(Key::plain(key), Node::string(value));
    }
    let mut text = String::new();
    write(&Node::from(id), &mut text)?;
    annotate(&mut copy, ID, &text);
    copy.rewrite_strings("annotations");
    Ok(copy)
}

/// The configuration of a function, marked as none of the cluster's business: functions that print it again, since it
/// came with the items, add nothing to the output by that.
pub(super) fn local(config: &Resource) -> Resource {
    let mut copy = annotated(config);
    annotate(&mut copy, LOCAL_CONFIG, "true");
    copy
}

/// Reads what the annotations say and takes them out.
pub(super) fn take_back(resource: &mut Resource) {
    remove(resource, ID);
    let previous =
        [PREVIOUS_KINDS, PREVIOUS_NAMES, PREVIOUS_NAMESPACES].map(|key| taken_list(resource, key));
    let mut lineage = Lineage {
        history: History::of_affixes(
            taken_list(resource, PREFIXES),
            taken_list(resource, SUFFIXES),
        ),
        behavior: remove(resource, BEHAVIOR).map(|text| Behavior::new(&text)),
        needs_hash: remove(resource, NEEDS_HASH).is_some_and(|text| text == ENABLED),
        origin: remove(resource, ORIGIN).and_then(|text| Origin::from_yaml(&text)),
        ..Lineage::default()
    };
    if let Some(text) = remove(resource, TRANSFORMATIONS) {
        lineage.set_transformations(list_from_yaml(&text));
    }
    let [kinds, names, namespaces] = previous;
    for ((kind, name), namespace) in kinds.into_iter().zip(names).zip(namespaces) {
        let id = PreviousId { kind: &kind, name: &name, namespace: &namespace };
        lineage.history.remember(id, &mut Turn::default());
    }
    resource.lineage = lineage;
    resource.rewrite_strings("annotations");
}

pub(super) fn annotate(resource: &mut Resource, key: &str, value: &str) {
    resource.set_metadata_string("annotations", key, value, Place::default());
}

/// Takes an annotation out and returns its text.
pub(super) fn remove(resource: &mut Resource, key: &str) -> Option<EcoString> {
    let annotations = resource.node().get("metadata")?.get("annotations")?.id();
    let removed = resource.content.remove(annotations, key)?;
    resource.content.at(removed).as_scalar().map(|scalar| scalar.text.into())
}

fn taken_list(resource: &mut Resource, key: &str) -> Vec<EcoString> {
    remove(resource, key)
        .map(|text| text.split(',').map(EcoString::from).collect())
        .unwrap_or_default()
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{node, yaml};

    #[test]
    fn what_is_remembered_survives() {
        let mut resource = Resource::new(node(
            "{apiVersion: v1, kind: Secret, metadata: {name: b, annotations: {x: 1}}}",
        ));
        let history = &mut resource.lineage.history;
        *history = History::of_affixes(vec!["one-".into(), "two-".into()], Vec::new());
        let id = PreviousId { kind: "Secret", name: "a", namespace: "default" };
        history.remember(id, &mut Turn::default());
        resource.lineage.behavior = Some(Behavior::Merge);
        resource.lineage.needs_hash = true;
        let annotated = with_id(&resource).unwrap();
        assert_eq!(annotated.annotation(PREFIXES), Some("one-,two-"));
        assert_eq!(annotated.annotation(ID), Some("kind: Secret\nname: b\nversion: v1\n"));
        let mut back = Resource::new(annotated.content.clone());
        take_back(&mut back);
        assert_eq!(back.lineage.history, resource.lineage.history);
        assert_eq!(back.lineage.behavior, Some(Behavior::Merge));
        assert!(back.lineage.needs_hash);
        assert_eq!(
            yaml(back.node()),
            "apiVersion: v1\nkind: Secret\nmetadata:\n  annotations:\n    x: \"1\"\n  name: b\n"
        );
    }
}
