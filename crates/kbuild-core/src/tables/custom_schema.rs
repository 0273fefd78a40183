//! A schema that a kustomization brings along as an OpenAPI document.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

/// The types that the `definitions` of an OpenAPI document describe, and what its `paths` say of their scope.
#[derive(Debug, Default)]
pub struct CustomSchema {
    /// All types, those of single fields among them.
    shapes: Vec<Shape>,
    definitions: HashMap<String, ShapeId>,
    /// By kind, then by `apiVersion`; there is seldom more than one of these.
    resources: HashMap<String, Vec<(String, ShapeId)>>,
    /// Whether a kind lives in a namespace; keyed as the resources are.
    scopes: HashMap<String, Vec<(String, bool)>>,
    pub(super) beside: Beside,
}

/// Whether the types of Kubernetes are known as well.
///
/// The reference adds schemas to one another, and which ones are there already depends on what it had to look up
/// before it met the kustomization that brings the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beside {
    /// They are not: only the schema's own types are.
    #[default]
    Nothing,
    /// They are, and go before the schema's own.
    Above,
    /// They are, for what the schema itself does not describe.
    Below,
}

pub(super) type ShapeId = usize;

/// A type as far as a merge depends on it.
#[derive(Debug, Default)]
pub(super) struct Shape {
    fields: BTreeMap<String, ShapeId>,
    /// The type of all other fields.
    others: Option<ShapeId>,
    is_list: bool,
    items: Option<ShapeId>,
    /// Set for a list that merges.
    pub(super) merge_keys: Option<Vec<String>>,
    /// The definition to take instead, as a JSON pointer.
    reference: Option<String>,
}

/// What a reference leads to.
pub(super) enum Resolved<'a> {
    Shape(&'a Shape),
    /// The name of a definition that this schema does not have, or that the built-in one goes before.
    Elsewhere(&'a str),
}

const CORE: &[&str] = &["io.k8s.api.core.v1.", "io.k8s.apimachinery.pkg.apis.meta.v1."];
const TYPES_OF: &str = "x-kubernetes-group-version-kind";

impl CustomSchema {
    /// Takes the types from an OpenAPI document (version 2).
    ///
    /// # Errors
    /// Says what is no such document.
    pub fn new(document: &Value, beside: Beside) -> Result<CustomSchema, String> {
        let Some(document) = document.as_object() else {
            return Err("an OpenAPI schema must be a mapping".to_owned());
        };
        let mut schema = CustomSchema { beside, ..CustomSchema::default() };
        for (name, definition) in part(document, "definitions")? {
            let Some(content) = definition.as_object() else {
                return Err(format!("the definition {name} of the schema must be a mapping"));
            };
            let id = schema.add(content);
            schema.definitions.insert(name.clone(), id);
            for of in content.get(TYPES_OF).and_then(Value::as_array).into_iter().flatten() {
                if let Some((kind, api_version)) = type_of(of, name)? {
                    set(&mut schema.resources, kind, api_version, id);
                }
            }
        }
        for (path, operations) in part(document, "paths")? {
            let of = operations.get("get").and_then(|get| get.get(TYPES_OF));
            let Some(of) = of.filter(|_| path.starts_with('/')) else { continue };
            let Some((kind, api_version)) = type_of(of, path)? else { continue };
            let namespaced = path.contains("namespaces/{namespace}");
            if namespaced || find(&schema.scopes, &kind, &api_version).is_none() {
                set(&mut schema.scopes, kind, api_version, namespaced);
            }
        }
        Ok(schema)
    }

    pub(super) fn resource(&self, api_version: &str, kind: &str) -> Option<&Shape> {
        self.shapes.get(find(&self.resources, kind, api_version)?)
    }

    pub(super) fn is_namespace_scoped(&self, api_version: &str, kind: &str) -> Option<bool> {
        find(&self.scopes, kind, api_version)
    }

    /// The type of a field; none where nothing is known of it.
    pub(super) fn field<'a>(&'a self, shape: &'a Shape, name: &str) -> Option<Resolved<'a>> {
        self.resolve(shape.fields.get(name).copied().or(shape.others)?)
    }

    /// The type of a list's elements, or else the type itself.
    pub(super) fn element<'a>(&'a self, shape: &'a Shape) -> Option<Resolved<'a>> {
        if shape.is_list { self.resolve(shape.items?) } else { Some(Resolved::Shape(shape)) }
    }

    fn resolve(&self, id: ShapeId) -> Option<Resolved<'_>> {
        let mut shape = self.shapes.get(id)?;
        // As many steps as there are definitions: more would go round in a circle.
        for _ in 0..=self.definitions.len() {
            let Some(reference) = shape.reference.as_deref() else {
                return Some(Resolved::Shape(shape));
            };
            let name = reference.strip_prefix("/definitions/")?;
            if self.beside == Beside::Above && is_core(name) {
                return Some(Resolved::Elsewhere(name));
            }
            shape = match self.follow(name) {
                Some(found) => found,
                None if self.beside == Beside::Below => return Some(Resolved::Elsewhere(name)),
                None => return None,
            };
        }
        None
    }

    /// What a pointer below the definitions leads to.
    fn follow(&self, pointer: &str) -> Option<&Shape> {
        let mut steps = pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
        let mut shape = self.shapes.get(*self.definitions.get(&steps.next()?)?)?;
        while let Some(step) = steps.next() {
            let id = match step.as_str() {
                "properties" => shape.fields.get(&steps.next()?).copied(),
                "additionalProperties" => shape.others,
                "items" => shape.items,
                _ => None,
            };
            shape = self.shapes.get(id?)?;
        }
        Some(shape)
    }

    fn add(&mut self, content: &Map<String, Value>) -> ShapeId {
        let mut add = |value: &Value| value.as_object().map(|content| self.add(content));
        let properties = content.get("properties").and_then(Value::as_object).into_iter().flatten();
        let shape = Shape {
            fields: properties
                .filter_map(|(name, value)| Some((name.clone(), add(value)?)))
                .collect(),
            others: content.get("additionalProperties").and_then(&mut add),
            is_list: match content.get("type") {
                Some(Value::Array(types)) => types.as_slice() == ["array"],
                Some(one) => one == "array",
                None => false,
            },
            items: content.get("items").and_then(&mut add),
            merge_keys: merge_keys(content),
            reference: content.get("$ref").and_then(Value::as_str).map(|reference| {
                reference.split_once('#').map_or("", |(_, pointer)| pointer).to_owned()
            }),
        };
        self.shapes.push(shape);
        self.shapes.len() - 1
    }
}

impl Shape {
    /// True when it has no fields.
    pub(super) fn is_opaque(&self) -> bool {
        self.fields.is_empty() && self.others.is_none()
    }
}

/// The name of a built-in type, if this is the name of its definition.
pub(super) fn core_type(definition: &str) -> Option<&str> {
    CORE.iter().find_map(|prefix| definition.strip_prefix(prefix))
}

fn is_core(definition: &str) -> bool {
    core_type(definition).is_some()
}

/// A part of the document that is a mapping; empty where it is missing.
fn part<'a>(
    document: &'a Map<String, Value>,
    name: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)> + use<'a>, String> {
    match document.get(name) {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(content)) => Ok(Some(content).into_iter().flatten()),
        Some(_) => Err(format!("the {name} of an OpenAPI schema must be a mapping")),
    }
}

/// The kind and the `apiVersion` that a definition or a path is about.
fn type_of(of: &Value, owner: &str) -> Result<Option<(String, String)>, String> {
    let Some(of) = of.as_object() else { return Ok(None) };
    let text = |key: &str| of.get(key).and_then(Value::as_str);
    let (Some(kind), Some(version)) = (text("kind"), text("version")) else {
        return Err(format!("{TYPES_OF} of {owner} in the schema needs a kind and a version"));
    };
    let api_version = match text("group") {
        None | Some("") => version.to_owned(),
        Some(group) => format!("{group}/{version}"),
    };
    Ok(Some((kind.to_owned(), api_version)))
}

fn merge_keys(content: &Map<String, Value>) -> Option<Vec<String>> {
    let strategy = content.get("x-kubernetes-patch-strategy")?.as_str()?;
    if !strategy.split(',').any(|one| one == "merge") {
        return None;
    }
    let texts = |value: &Value| value.as_str().map(str::to_owned);
    Some(match content.get("x-kubernetes-list-map-keys").and_then(Value::as_array) {
        Some(keys) => keys.iter().filter_map(texts).collect(),
        None => content.get("x-kubernetes-patch-merge-key").and_then(texts).into_iter().collect(),
    })
}

type ByType<T> = HashMap<String, Vec<(String, T)>>;

fn find<T: Copy>(map: &ByType<T>, kind: &str, api_version: &str) -> Option<T> {
    map.get(kind)?.iter().find(|(version, _)| version == api_version).map(|(_, found)| *found)
}

fn set<T>(map: &mut ByType<T>, kind: String, api_version: String, value: T) {
    let versions = map.entry(kind).or_default();
    match versions.iter_mut().find(|(version, _)| *version == api_version) {
        Some((_, old)) => *old = value,
        None => versions.push((api_version, value)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema::Schema;
    use super::*;

    fn garden(beside: Beside) -> CustomSchema {
        let document = json!({
            "definitions": {
                "garden.Bed": {
                    "type": "object",
                    "properties": {
                        "rows": {
                            "type": "array",
                            "items": {"$ref": "#/definitions/garden.Row"},
                            "x-kubernetes-patch-strategy": "merge,retainKeys",
                            "x-kubernetes-patch-merge-key": "crop",
                        },
                        "tools": {"type": "array", "items": {"type": "string"}},
                        "first": {"$ref": "#/definitions/garden.Bed/properties/rows/items"},
                        "pod": {"$ref": "#/definitions/io.k8s.api.core.v1.PodSpec"},
                        "lost": {"$ref": "#/definitions/garden.Lost"},
                    },
                    "x-kubernetes-group-version-kind": [
                        {"group": "example.com", "version": "v1", "kind": "Bed"},
                        {"version": "v2", "kind": "Bed"},
                    ],
                },
                "garden.Row": {
                    "additionalProperties": {"type": "array", "x-kubernetes-patch-strategy": "merge"},
                },
                "garden.Ring": {"properties": {"ring": {"$ref": "#/definitions/garden.Round"}},
                    "x-kubernetes-group-version-kind": [{"version": "v1", "kind": "Ring"}]},
                "garden.Round": {"$ref": "#/definitions/garden.Round"},
            },
            "paths": {
                "/apis/example.com/v1/beds/{name}": {"get": {"x-kubernetes-group-version-kind":
                    {"group": "example.com", "version": "v1", "kind": "Bed"}}},
                "/apis/example.com/v1/namespaces/{namespace}/rows/{name}": {"get":
                    {"x-kubernetes-group-version-kind": {"group": "example.com", "version": "v1", "kind": "Row"}}},
                "/apis/example.com/v1/rows": {"get":
                    {"x-kubernetes-group-version-kind": {"group": "example.com", "version": "v1", "kind": "Row"}}},
            },
        });
        CustomSchema::new(&document, beside).unwrap()
    }

    #[test]
    fn fields_and_keys() {
        let custom = garden(Beside::Nothing);
        let schema = Schema::of(Some(&custom));
        assert!(schema.resource("example.com/v2", "Bed").is_none());
        assert!(schema.resource("v2", "Bed").is_some());
        let bed = schema.resource("example.com/v1", "Bed").unwrap();
        let rows = bed.field("rows").unwrap();
        assert_eq!(*rows.merge_keys.unwrap().texts(), ["crop"]);
        let plants = rows.value.field("whatever").unwrap();
        assert!(plants.merge_keys.unwrap().texts().is_empty());
        assert!(plants.value.is_opaque());
        assert!(bed.field("tools").unwrap().merge_keys.is_none());
        assert!(bed.field("first").unwrap().value.field("whatever").is_some());
        assert!(bed.field("lost").is_none());
        assert!(schema.resource("v1", "Ring").unwrap().field("ring").is_none());
    }

    #[test]
    fn beside_the_types_of_kubernetes() {
        for (beside, known) in
            [(Beside::Nothing, false), (Beside::Above, true), (Beside::Below, true)]
        {
            let custom = garden(beside);
            let schema = Schema::of(Some(&custom));
            assert_eq!(schema.resource("apps/v1", "Deployment").is_some(), known);
            let pod = schema.resource("example.com/v1", "Bed").unwrap().field("pod");
            assert_eq!(pod.and_then(|pod| pod.value.field("containers")).is_some(), known);
        }
    }

    #[test]
    fn scope() {
        let custom = garden(Beside::Nothing);
        let schema = Schema::of(Some(&custom));
        assert_eq!(schema.is_namespace_scoped("example.com/v1", "Bed"), Some(false));
        assert_eq!(schema.is_namespace_scoped("example.com/v1", "Row"), Some(true));
        assert_eq!(schema.is_namespace_scoped("v1", "Namespace"), Some(false));
        assert_eq!(schema.is_namespace_scoped("v2", "Bed"), None);
    }

    #[test]
    fn what_is_no_schema() {
        let refused = |document: Value| CustomSchema::new(&document, Beside::Nothing).unwrap_err();
        assert_eq!(refused(json!([])), "an OpenAPI schema must be a mapping");
        assert_eq!(
            refused(json!({"paths": 1})),
            "the paths of an OpenAPI schema must be a mapping"
        );
        let definitions = json!({"A": {"x-kubernetes-group-version-kind": [{"kind": "A"}]}});
        let message = refused(json!({"definitions": definitions}));
        assert_eq!(
            message,
            "x-kubernetes-group-version-kind of A in the schema needs a kind and a version"
        );
    }
}
