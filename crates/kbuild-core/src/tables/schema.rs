//! What the reference knows of Kubernetes types: which lists merge by which keys, and what lives in a namespace.
//!
//! Only what a merge depends on is kept. A list merges element by element when its patch strategy holds `merge`; its
//! keys are the list-map keys or else the merge key. Any other list is replaced, so what its elements are like does not
//! matter; nor do the strategies `replace` and `retainKeys` of single objects, which the reference does not look at.

use std::borrow::Cow;

use kbuild_yaml::{NodeRef, is_same_text};

use super::buckets::{Buckets, filled, find, mix};
use super::custom_schema::{Beside, CustomSchema, Resolved, Shape, core_type};
use super::known_types::KnownType;
use super::schema_data::RESOURCES;

/// Types and resources to look up: those of Kubernetes, or those of a schema that a build brings along.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    custom: Option<&'a CustomSchema>,
}

/// A type: its fields that are worth knowing.
#[derive(Clone, Copy, Debug)]
pub struct Type<'a> {
    /// Its name, by which fields and resources refer to it.
    pub name: &'a str,
    /// The fields, by name in byte order.
    pub fields: &'a [Field<'a>],
}

/// A field of a type.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The name.
    pub name: &'a str,
    /// Set for a list that merges: the fields that tell its elements apart; none for a list of plain values.
    pub merge_keys: Option<&'a [&'a str]>,
    /// The type of the value, or of the elements of a list; empty where nothing is known of it.
    pub of: &'a str,
}

/// A kind of resource.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    /// Group and version as a resource writes them.
    pub api_version: &'a str,
    /// The kind.
    pub kind: &'a str,
    /// Its type; empty where nothing is known of it.
    pub of: &'a str,
    /// Whether it lives in a namespace, where that is known.
    pub namespaced: Option<bool>,
}

/// A type within its schema.
#[derive(Clone, Copy, Debug)]
pub struct TypeRef<'a>(Of<'a>);

#[derive(Clone, Copy, Debug)]
enum Of<'a> {
    BuiltIn(&'static KnownType),
    Custom(&'a CustomSchema, &'a Shape),
}

/// What the schema says of one field.
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo<'a> {
    /// Set for a list that merges: the fields that tell its elements apart; none for a list of plain values.
    pub merge_keys: Option<MergeKeys<'a>>,
    /// The type of the value, or of the elements of a list.
    pub value: TypeRef<'a>,
}

/// The fields that tell the elements of a list apart.
#[derive(Clone, Copy, Debug)]
pub enum MergeKeys<'a> {
    /// Of a built-in type.
    BuiltIn(&'static [&'static str]),
    /// Of a type of a build's own schema.
    Custom(&'a [String]),
}

/// The one type that the reference knows besides those of Kubernetes: `apiVersion` and kind.
const KUSTOMIZATION: (&str, &str) = ("kustomize.config.k8s.io/v1beta1", "Kustomization");

impl Schema<'static> {
    /// The types of Kubernetes v1.21.2, the version that the reference carries.
    pub const fn builtin() -> Schema<'static> {
        Schema { custom: None }
    }
}

impl<'a> Schema<'a> {
    /// The schema that a build brings along, or the types of Kubernetes.
    pub const fn of(custom: Option<&'a CustomSchema>) -> Schema<'a> {
        Schema { custom }
    }

    /// The type of a resource, if it is a known one.
    pub fn resource(self, api_version: &str, kind: &str) -> Option<TypeRef<'a>> {
        let built_in = || Some(TypeRef::named(built_in(api_version, kind)?.of));
        let Some(custom) = self.custom else { return built_in() };
        let own = || Some(TypeRef(Of::Custom(custom, custom.resource(api_version, kind)?)));
        match custom.beside {
            _ if (api_version, kind) == KUSTOMIZATION => built_in(),
            Beside::Nothing => own(),
            Beside::Above => built_in().or_else(own),
            Beside::Below => own().or_else(built_in),
        }
    }

    /// Whether resources of this kind live in a namespace; none where the schema does not know. What is known of the
    /// kinds of Kubernetes holds whatever the schema.
    pub fn is_namespace_scoped(self, api_version: &str, kind: &str) -> Option<bool> {
        let known = built_in(api_version, kind).and_then(|row| row.namespaced);
        known.or_else(|| self.custom?.is_namespace_scoped(api_version, kind))
    }

    /// True for kinds that are known to live outside of namespaces.
    pub fn is_certainly_cluster_scoped(self, api_version: &str, kind: &str) -> bool {
        self.is_namespace_scoped(api_version, kind) == Some(false)
    }
}

/// The number of the row of a kind of Kubernetes, counted from 1, and whether it certainly lives outside of namespaces; 0 for other
/// kinds.
pub(crate) fn row_of_kind(api_version: &str, kind: &str) -> (u8, bool) {
    let hash = hash_of_kind(api_version.as_bytes(), kind.as_bytes());
    match find(RESOURCES, &KIND_BUCKETS, hash, |row| row.is(api_version, kind)) {
        Some((number, row)) => (number, row.namespaced == Some(false)),
        None => (0, false),
    }
}

/// True for the [row](row_of_kind) of a kind of which it is known whether it lives in a namespace.
pub(crate) fn has_known_scope(row: u8) -> bool {
    let row = usize::from(row).checked_sub(1).and_then(|row| RESOURCES.get(row));
    row.is_some_and(|row| row.namespaced.is_some())
}

impl Resource<'_> {
    fn is(&self, api_version: &str, kind: &str) -> bool {
        is_same_text(self.kind, kind) && is_same_text(self.api_version, api_version)
    }
}

fn built_in(api_version: &str, kind: &str) -> Option<&'static Resource<'static>> {
    let hash = hash_of_kind(api_version.as_bytes(), kind.as_bytes());
    find(RESOURCES, &KIND_BUCKETS, hash, |row| row.is(api_version, kind)).map(|(_, row)| row)
}

const KIND_BUCKETS: Buckets = {
    let mut hashes = [0; RESOURCES.len()];
    let mut row = 0;
    while row < hashes.len() {
        hashes[row] =
            hash_of_kind(RESOURCES[row].api_version.as_bytes(), RESOURCES[row].kind.as_bytes());
        row += 1;
    }
    filled(hashes)
};

const fn hash_of_kind(api_version: &[u8], kind: &[u8]) -> usize {
    mix(mix(0, api_version), kind)
}

impl<'a> TypeRef<'a> {
    /// The built-in type of a name; one that nothing is known of where there is none.
    fn named(name: &str) -> TypeRef<'a> {
        TypeRef(Of::BuiltIn(KnownType::named(name)))
    }

    /// What a reference within a schema leads to.
    fn resolved(custom: &'a CustomSchema, resolved: Resolved<'a>) -> TypeRef<'a> {
        match resolved {
            Resolved::Shape(shape) => TypeRef(Of::Custom(custom, shape)),
            // The built-in type that a definition of Kubernetes describes.
            Resolved::Elsewhere(name) => TypeRef::named(core_type(name).unwrap_or_default()),
        }
    }

    /// The type of a value that the schema has but says nothing of.
    pub(crate) const OPAQUE: TypeRef<'a> = TypeRef(Of::BuiltIn(&KnownType::OPAQUE));

    /// True when the schema says nothing of the fields of this type.
    #[inline]
    pub fn is_opaque(self) -> bool {
        match self.0 {
            Of::BuiltIn(known) => known.is_opaque(),
            Of::Custom(_, shape) => shape.is_opaque(),
        }
    }

    /// True when a field that the type lacks is one that nothing is known of. The built-in types lack those that do not
    /// matter as well.
    pub(crate) fn is_complete(self) -> bool {
        matches!(self.0, Of::Custom(..))
    }

    /// What is known of the field `name`.
    #[cfg(test)]
    pub(super) fn field(self, name: &str) -> Option<FieldInfo<'a>> {
        let mut tree = kbuild_yaml::Tree::default();
        tree.set_mapping(kbuild_yaml::Tree::ROOT);
        tree.find_or_push(kbuild_yaml::Tree::ROOT, name);
        tree.root().children().next().and_then(|entry| self.field_of(entry))
    }

    /// False where nothing is known of the field of an entry.
    #[inline]
    pub fn may_have(self, entry: NodeRef<'_>) -> bool {
        match self.0 {
            Of::BuiltIn(known) => known.may_have(entry),
            Of::Custom(..) => true,
        }
    }

    /// What is known of the field of an entry.
    #[inline]
    pub fn field_of(self, entry: NodeRef<'_>) -> Option<FieldInfo<'a>> {
        match self.0 {
            Of::BuiltIn(known) => {
                let (merge_keys, value) = known.field(entry)?;
                let merge_keys = merge_keys.map(MergeKeys::BuiltIn);
                Some(FieldInfo { merge_keys, value: TypeRef(Of::BuiltIn(value)) })
            }
            Of::Custom(custom, shape) => Some(match custom.field(shape, entry.key())? {
                Resolved::Shape(shape) => FieldInfo {
                    merge_keys: shape.merge_keys.as_deref().map(MergeKeys::Custom),
                    value: custom
                        .element(shape)
                        .map_or(TypeRef::OPAQUE, |element| TypeRef::resolved(custom, element)),
                },
                elsewhere => {
                    FieldInfo { merge_keys: None, value: TypeRef::resolved(custom, elsewhere) }
                }
            }),
        }
    }
}

impl<'a> MergeKeys<'a> {
    /// The fields' names.
    pub fn texts(self) -> Cow<'a, [&'a str]> {
        match self {
            MergeKeys::BuiltIn(keys) => Cow::Borrowed(keys),
            MergeKeys::Custom(keys) => keys.iter().map(String::as_str).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use serde_json::Value;

    use super::super::schema_data::TYPES;
    use super::*;

    #[test]
    fn tables_are_sorted_and_whole() {
        assert!(TYPES.is_sorted_by(|a, b| a.name < b.name));
        assert!(RESOURCES.is_sorted_by(|a, b| (a.api_version, a.kind) < (b.api_version, b.kind)));
        let known = |name: &str| name.is_empty() || TYPES.iter().any(|row| row.name == name);
        for row in TYPES {
            assert!(row.fields.is_sorted_by(|a, b| a.name < b.name), "{}", row.name);
            assert!(row.fields.iter().all(|field| known(field.of)), "{}", row.name);
        }
        assert!(RESOURCES.iter().all(|row| known(row.of)));
    }

    #[test]
    fn a_container_of_a_cron_job() {
        let mut at = Schema::builtin().resource("batch/v1", "CronJob").unwrap();
        for name in ["spec", "jobTemplate", "spec", "template", "spec"] {
            at = at.field(name).unwrap().value;
        }
        let containers = at.field("containers").unwrap();
        assert_eq!(*containers.merge_keys.unwrap().texts(), ["name"]);
        let ports = containers.value.field("ports").unwrap();
        assert_eq!(*ports.merge_keys.unwrap().texts(), ["containerPort", "protocol"]);
        assert!(ports.value.is_opaque());
        assert!(containers.value.field("args").is_none());
    }

    #[test]
    fn scope() {
        let schema = Schema::builtin();
        assert_eq!(schema.is_namespace_scoped("v1", "Namespace"), Some(false));
        assert_eq!(schema.is_namespace_scoped("apps/v1", "Deployment"), Some(true));
        assert_eq!(schema.is_namespace_scoped("example.com/v1", "Deployment"), None);
        assert!(schema.is_certainly_cluster_scoped(
            "admissionregistration.k8s.io/v1",
            "ValidatingAdmissionPolicy"
        ));
    }

    /// Every fact of the distilled schema that a merge depends on, when that file is at hand.
    #[test]
    fn tables_agree_with_the_distilled_schema() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/reference/kubernetes-patch-schema.json");
        let Ok(text) = std::fs::read_to_string(path) else { return };
        let facts: Value = serde_json::from_str(&text).unwrap();
        let mut scoped = 0;
        for resource in facts["resources"].as_array().unwrap() {
            let text = |key: &str| resource[key].as_str();
            let (api_version, kind) = (text("apiVersion").unwrap(), text("kind").unwrap());
            let scope = text("scope").map(|scope| scope == "Namespaced");
            let schema = Schema::builtin();
            assert_eq!(
                schema.is_namespace_scoped(api_version, kind),
                scope,
                "{api_version} {kind}"
            );
            scoped += usize::from(scope.is_some());
            let wanted =
                text("definition").map_or_else(BTreeMap::new, |name| merging_lists(&facts, name));
            let mut found = BTreeMap::new();
            if let Some(at) = schema.resource(api_version, kind) {
                list_fields(at, "", &mut found);
            }
            assert_eq!(found, wanted, "{api_version} {kind}");
        }
        // The reference adds two kinds by hand.
        assert_eq!(RESOURCES.iter().filter(|row| row.namespaced.is_some()).count(), scoped + 2);
    }

    /// The merging lists below a type: their paths and keys.
    fn list_fields(at: TypeRef<'_>, path: &str, found: &mut BTreeMap<String, Vec<String>>) {
        let Of::BuiltIn(known) = at.0 else { return };
        for name in known.field_names() {
            let info = at.field(name).unwrap();
            let path = format!("{path}/{name}");
            if let Some(keys) = info.merge_keys {
                found.insert(path.clone(), keys.texts().iter().map(ToString::to_string).collect());
            }
            list_fields(info.value, &path, found);
        }
    }

    fn merging_lists(facts: &Value, definition: &str) -> BTreeMap<String, Vec<String>> {
        let mut found = BTreeMap::new();
        let mut open = vec![(definition.to_owned(), String::new())];
        while let Some((definition, path)) = open.pop() {
            let Some(fields) = facts["definitions"][&definition].as_object() else { continue };
            for (name, field) in fields {
                let path = format!("{path}/{name}");
                let strategy = field["patch_strategy"].as_str().unwrap_or_default();
                if field["list"] == true {
                    if !strategy.split(',').any(|one| one == "merge") {
                        continue;
                    }
                    let map_keys = field["list_map_keys"].as_array();
                    let keys = map_keys.map_or_else(
                        || field["merge_key"].as_str().into_iter().map(str::to_owned).collect(),
                        |keys| keys.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                    );
                    found.insert(path.clone(), keys);
                    open.extend(
                        field["items"].as_str().map(|items| (items.to_owned(), path.clone())),
                    );
                }
                open.extend(field["ref"].as_str().map(|to| (to.to_owned(), path)));
            }
        }
        found
    }
}
