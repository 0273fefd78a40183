//! A kustomization as the reference writes one anew: fields under their own names, and none that says nothing.

use kbuild_yaml::{Entry, Key, Mapping, Node, ScalarType, Value};

use crate::error::Error;
use crate::kustomization::{Kustomization, as_json};

/// A field: its name, what it holds, and when it is written.
struct Field(&'static str, Shape, Written);

/// What a field holds.
enum Shape {
    Text,
    Bool,
    Int,
    Texts,
    Pairs,
    /// A mapping of anything.
    Values,
    One(&'static [Field]),
    /// The same, but null where it is not there.
    Optional(&'static [Field]),
    Many(&'static [Field]),
}

/// When a field is written.
#[derive(PartialEq)]
enum Written {
    /// When it holds something.
    Filled,
    /// When it is there.
    Given,
    Always,
}

use Shape::{Bool, Int, Many, One, Optional, Pairs, Text, Texts, Values};
use Written::{Always, Filled, Given};

const KUSTOMIZATION: &[Field] = &[
    Field("kind", Text, Filled),
    Field("apiVersion", Text, Filled),
    Field("metadata", One(METADATA), Given),
    Field("openapi", Pairs, Filled),
    Field("namePrefix", Text, Filled),
    Field("nameSuffix", Text, Filled),
    Field("namespace", Text, Filled),
    Field("commonLabels", Pairs, Filled),
    Field("labels", Many(LABEL), Filled),
    Field("commonAnnotations", Pairs, Filled),
    Field("patchesStrategicMerge", Texts, Filled),
    Field("patchesJson6902", Many(PATCH), Filled),
    Field("patches", Many(PATCH), Filled),
    Field("images", Many(IMAGE), Filled),
    Field("imageTags", Many(IMAGE), Filled),
    Field("replacements", Many(REPLACEMENT), Filled),
    Field("replicas", Many(REPLICA), Filled),
    Field("vars", Many(VAR), Filled),
    Field("sortOptions", One(SORT_OPTIONS), Given),
    Field("resources", Texts, Filled),
    Field("components", Texts, Filled),
    Field("crds", Texts, Filled),
    Field("bases", Texts, Filled),
    Field("configMapGenerator", Many(GENERATOR), Filled),
    Field("secretGenerator", Many(GENERATOR), Filled),
    Field("helmGlobals", One(HELM_GLOBALS), Given),
    Field("helmCharts", Many(HELM_CHART), Filled),
    Field("helmChartInflationGenerator", Many(OLD_HELM_CHART), Filled),
    Field("generatorOptions", One(GENERATOR_OPTIONS), Given),
    Field("configurations", Texts, Filled),
    Field("generators", Texts, Filled),
    Field("transformers", Texts, Filled),
    Field("validators", Texts, Filled),
    Field("buildMetadata", Texts, Filled),
];

const METADATA: &[Field] = &[
    Field("name", Text, Filled),
    Field("namespace", Text, Filled),
    Field("labels", Pairs, Filled),
    Field("annotations", Pairs, Filled),
];

const LABEL: &[Field] = &[
    Field("pairs", Pairs, Filled),
    Field("includeSelectors", Bool, Filled),
    Field("includeTemplates", Bool, Filled),
    Field("includeVolumeClaimTemplates", Bool, Filled),
    Field("fields", Many(FIELD_SPEC), Filled),
];

const FIELD_SPEC: &[Field] = &[
    Field("group", Text, Filled),
    Field("version", Text, Filled),
    Field("kind", Text, Filled),
    Field("path", Text, Filled),
    Field("create", Bool, Filled),
];

const PATCH: &[Field] = &[
    Field("path", Text, Filled),
    Field("patch", Text, Filled),
    Field("target", One(SELECTOR), Given),
    Field("options", One(PATCH_OPTIONS), Given),
];

const PATCH_OPTIONS: &[Field] =
    &[Field("allowNameChange", Bool, Filled), Field("allowKindChange", Bool, Filled)];

const SELECTOR: &[Field] = &[
    Field("group", Text, Filled),
    Field("version", Text, Filled),
    Field("kind", Text, Filled),
    Field("name", Text, Filled),
    Field("namespace", Text, Filled),
    Field("annotationSelector", Text, Filled),
    Field("labelSelector", Text, Filled),
];

const IMAGE: &[Field] = &[
    Field("name", Text, Filled),
    Field("newName", Text, Filled),
    Field("tagSuffix", Text, Filled),
    Field("newTag", Text, Filled),
    Field("digest", Text, Filled),
];

const REPLACEMENT: &[Field] = &[
    Field("source", One(SOURCE), Given),
    Field("targets", Many(TARGET), Filled),
    Field("sourceValue", Text, Given),
    Field("path", Text, Filled),
];

const SOURCE: &[Field] = &[
    Field("group", Text, Filled),
    Field("version", Text, Filled),
    Field("kind", Text, Filled),
    Field("name", Text, Filled),
    Field("namespace", Text, Filled),
    Field("fieldPath", Text, Filled),
    Field("options", One(FIELD_OPTIONS), Given),
];

const TARGET: &[Field] = &[
    Field("select", Optional(SELECTOR), Always),
    Field("reject", Many(SELECTOR), Filled),
    Field("fieldPaths", Texts, Filled),
    Field("options", One(FIELD_OPTIONS), Given),
];

const FIELD_OPTIONS: &[Field] = &[
    Field("delimiter", Text, Filled),
    Field("index", Int, Filled),
    Field("encoding", Text, Filled),
    Field("create", Bool, Filled),
];

const REPLICA: &[Field] = &[Field("name", Text, Filled), Field("count", Int, Always)];

const VAR: &[Field] = &[
    Field("name", Text, Always),
    Field("objref", One(VAR_OBJECT), Always),
    Field("fieldref", One(VAR_FIELD), Always),
];

const VAR_OBJECT: &[Field] = &[
    Field("apiVersion", Text, Filled),
    Field("group", Text, Filled),
    Field("version", Text, Filled),
    Field("kind", Text, Filled),
    Field("name", Text, Always),
    Field("namespace", Text, Filled),
];

const VAR_FIELD: &[Field] = &[Field("fieldPath", Text, Filled)];

const SORT_OPTIONS: &[Field] =
    &[Field("order", Text, Filled), Field("legacySortOptions", One(LEGACY_SORT_OPTIONS), Given)];

const LEGACY_SORT_OPTIONS: &[Field] =
    &[Field("orderFirst", Texts, Always), Field("orderLast", Texts, Always)];

const GENERATOR: &[Field] = &[
    Field("namespace", Text, Filled),
    Field("name", Text, Filled),
    Field("behavior", Text, Filled),
    Field("literals", Texts, Filled),
    Field("files", Texts, Filled),
    Field("envs", Texts, Filled),
    Field("env", Text, Filled),
    Field("options", One(GENERATOR_OPTIONS), Given),
    Field("type", Text, Filled),
];

const GENERATOR_OPTIONS: &[Field] = &[
    Field("labels", Pairs, Filled),
    Field("annotations", Pairs, Filled),
    Field("disableNameSuffixHash", Bool, Filled),
    Field("immutable", Bool, Filled),
];

const HELM_GLOBALS: &[Field] =
    &[Field("chartHome", Text, Filled), Field("configHome", Text, Filled)];

const HELM_CHART: &[Field] = &[
    Field("name", Text, Filled),
    Field("version", Text, Filled),
    Field("repo", Text, Filled),
    Field("releaseName", Text, Filled),
    Field("namespace", Text, Filled),
    Field("additionalValuesFiles", Texts, Filled),
    Field("valuesFile", Text, Filled),
    Field("valuesInline", Values, Filled),
    Field("valuesMerge", Text, Filled),
    Field("includeCRDs", Bool, Filled),
    Field("skipHooks", Bool, Filled),
    Field("apiVersions", Texts, Filled),
    Field("kubeVersion", Text, Filled),
    Field("nameTemplate", Text, Filled),
    Field("skipTests", Bool, Filled),
    Field("debug", Bool, Filled),
    Field("devel", Bool, Filled),
];

const OLD_HELM_CHART: &[Field] = &[
    Field("chartName", Text, Filled),
    Field("chartVersion", Text, Filled),
    Field("chartRepoUrl", Text, Filled),
    Field("chartHome", Text, Filled),
    Field("chartRepoName", Text, Filled),
    Field("helmBin", Text, Filled),
    Field("helmHome", Text, Filled),
    Field("values", Text, Filled),
    Field("valuesLocal", Values, Filled),
    Field("valuesMerge", Text, Filled),
    Field("releaseName", Text, Filled),
    Field("releaseNamespace", Text, Filled),
    Field("extraArgs", Texts, Filled),
];

/// The document of a kustomization in that form.
///
/// # Errors
/// Fields that a kustomization does not have, or values of the wrong type. Its kind does not matter.
pub(super) fn anew(document: &Node) -> Result<Node, Error> {
    check(document)?;
    Ok(one(document, KUSTOMIZATION))
}

/// Building the copy will tell whether the type is right, and whether the kustomization says anything.
fn check(document: &Node) -> Result<(), Error> {
    let mut document = document.clone();
    if let Some(mapping) = document.as_mapping_mut() {
        mapping.retain(|entry| {
            !["apiVersion", "kind"].iter().any(|name| entry.key.text.eq_ignore_ascii_case(name))
        });
        mapping.get_or_insert_with("resources", || Node::sequence(Vec::new()));
    }
    Kustomization::from_node(&document).map(drop)
}

fn one(node: &Node, fields: &[Field]) -> Node {
    let mut result = Mapping::new();
    for Field(name, shape, written) in fields {
        let found = find(node, name);
        let place = found.map_or(node.place, |found| found.place);
        let value = match found {
            Some(found) => value(found, shape),
            None if *written == Always => nothing(shape),
            None => continue,
        };
        if *written != Filled || !says_nothing(&value) {
            result.push(Key::new(*name), value.at(place));
        }
    }
    Node::from(result).at(node.place)
}

/// The value of a field. Names match without regard to case; of two spellings the one that sorts last counts.
fn find<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let entries = node.as_mapping()?.iter();
    let found = entries
        .filter(|entry| entry.key.text.eq_ignore_ascii_case(name) && !entry.value.is_null())
        .max_by(|one: &&Entry, other| one.key.text.cmp(&other.key.text));
    found.map(|entry| &entry.value)
}

fn value(node: &Node, shape: &Shape) -> Node {
    match shape {
        Text => text(node),
        Bool => Node::bool(node.as_scalar().is_some_and(|scalar| {
            scalar.kind == ScalarType::Bool
                && ["true", "yes", "on", "y"]
                    .iter()
                    .any(|yes| scalar.text.eq_ignore_ascii_case(yes))
        })),
        Int => Node::int(node.as_scalar().and_then(kbuild_yaml::Scalar::to_i64).unwrap_or(0)),
        Texts => items(node, text),
        Pairs => {
            let entries = node.as_mapping().into_iter().flatten();
            Node::from(
                entries
                    .map(|entry| Entry {
                        key: Key::new(entry.key.text.clone()),
                        value: text(&entry.value),
                    })
                    .collect::<Mapping>(),
            )
        }
        Values => as_json(node),
        One(fields) | Optional(fields) => one(node, fields),
        Many(fields) => items(node, |item| one(item, fields)),
    }
}

fn items(node: &Node, form: impl Fn(&Node) -> Node) -> Node {
    let items = node.as_sequence().into_iter().flatten();
    Node::sequence(items.map(|item| form(item).at(item.place)).collect())
}

fn text(node: &Node) -> Node {
    Node::string(node.text().unwrap_or_default()).at(node.place)
}

/// What is written for a field that is not there.
fn nothing(shape: &Shape) -> Node {
    match shape {
        Text => Node::string(""),
        Bool => Node::bool(false),
        Int => Node::int(0),
        One(fields) => one(&Node::mapping(), fields),
        Optional(_) | Texts | Pairs | Values | Many(_) => Node::null(),
    }
}

fn says_nothing(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => {
            matches!(scalar.kind, ScalarType::Null)
                || matches!(
                    (scalar.kind, scalar.text.as_str()),
                    (ScalarType::Str, "") | (ScalarType::Bool, "false") | (ScalarType::Int, "0")
                )
        }
        Value::Sequence(items) => items.is_empty(),
        Value::Mapping(mapping) => mapping.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kustomization::FIELDS;
    use crate::test_support::node;

    /// A kustomization that has all fields, and all fields of those.
    const ALL: &str = "
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
metadata: {name: a, namespace: b, labels: {c: d}, annotations: {e: f}}
openapi: {path: a, version: b}
namePrefix: a
nameSuffix: b
namespace: c
commonLabels: {a: b}
labels:
- pairs: {a: b}
  includeSelectors: true
  includeTemplates: true
  includeVolumeClaimTemplates: true
  fields: [{group: a, version: b, kind: c, path: d, create: true}]
commonAnnotations: {a: b}
patchesStrategicMerge: [a]
patchesJson6902: [{path: a, target: {kind: b}}]
patches:
- path: a
  options: {allowNameChange: true, allowKindChange: true}
  target: {group: a, version: b, kind: c, name: d, namespace: e, annotationSelector: f, labelSelector: g}
- patch: |
    a: b
images: [{name: a, newName: b, tagSuffix: c, newTag: d, digest: e}]
imageTags: [{name: a, newTag: b}]
replacements:
- source: {group: a, version: b, kind: c, name: d, namespace: e, fieldPath: f, options: {delimiter: g, index: 2, encoding: h, create: true}}
  targets:
  - select: {group: a, version: b, kind: c, name: d, namespace: e, annotationSelector: f, labelSelector: g}
    reject: [{group: a, version: b, kind: c, name: d, namespace: e, annotationSelector: f, labelSelector: g}]
    fieldPaths: [h]
    options: {delimiter: i, index: -1, create: true}
- sourceValue: a
- path: b
replicas: [{name: a, count: 3}]
vars:
- name: A
  objref: {apiVersion: a/v1, kind: b, name: c, namespace: d}
  fieldref: {fieldPath: e}
- name: B
  objref: {group: a, version: b, kind: c, name: d}
sortOptions: {order: legacy, legacySortOptions: {orderFirst: [a], orderLast: [b]}}
resources: [a]
components: [b]
crds: [c]
bases: [d]
configMapGenerator:
- name: a
  namespace: b
  behavior: merge
  literals: [c=d]
  files: [e]
  envs: [f]
  env: g
  options: {labels: {a: b}, annotations: {c: d}, disableNameSuffixHash: true, immutable: true}
secretGenerator: [{name: a, type: b, literals: [c=d]}]
helmGlobals: {chartHome: a, configHome: b}
helmCharts:
- name: a
  version: b
  repo: c
  releaseName: d
  namespace: e
  additionalValuesFiles: [f]
  valuesFile: g
  valuesInline: {h: [1, true, x, null]}
  valuesMerge: merge
  includeCRDs: true
  skipHooks: true
  apiVersions: [i]
  kubeVersion: j
  nameTemplate: k
  skipTests: true
  debug: true
  devel: true
helmChartInflationGenerator:
- chartName: a
  chartVersion: b
  chartRepoUrl: c
  chartHome: d
  chartRepoName: e
  helmBin: f
  helmHome: g
  values: h
  valuesLocal: {i: j}
  valuesMerge: replace
  releaseName: k
  releaseNamespace: l
  extraArgs: [m]
generatorOptions: {labels: {a: b}, annotations: {c: d}, disableNameSuffixHash: true, immutable: true}
configurations: [a]
generators: [b]
transformers: [c]
validators: [d]
buildMetadata: [originAnnotations]
";

    #[test]
    fn nothing_is_lost() {
        let document = node(ALL);
        for field in FIELDS {
            assert!(document.get(field).is_some(), "{field} is not in the test");
        }
        let written = anew(&document).unwrap();
        assert_eq!(read(&written), read(&document));
        // What an entry holds that the reader has no use for.
        let mut texts = String::new();
        kbuild_yaml::write(&written, &mut texts).unwrap();
        for text in ["encoding: h", "helmBin: f", "- m", "releaseNamespace: l", "chartRepoName: e"]
        {
            assert!(texts.contains(text), "{text}");
        }
        assert!(texts.contains("annotations:\n    e: f\n"), "{texts}");
    }

    /// What is read from a kustomization, without the places.
    fn read(document: &Node) -> String {
        let text = format!("{:?}", Kustomization::from_node(document).unwrap());
        let mut parts = text.split("Place {");
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |text, part| text + part.split_once('}').unwrap().1)
    }
}
