//! An entry of `vars`.

use kbuild_yaml::{EcoString, Node, Place};

use super::fields::{Fields, Input};
use super::parts::Text;
use crate::error::Error;
use crate::identity::GroupVersionKind;

/// A name for the value of a field of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Var {
    /// The name, without `$(` and `)`.
    pub name: EcoString,
    /// The type of the resource.
    pub(crate) gvk: GroupVersionKind,
    /// The name of the resource.
    pub(crate) object_name: EcoString,
    /// The namespace of the resource as given; an empty one fits any.
    pub(crate) namespace: EcoString,
    /// The field.
    pub(crate) field_path: EcoString,
    /// Where the entry stands.
    pub place: Place,
}

impl Var {
    /// The var in the words of a message.
    pub(crate) fn describe(&self) -> String {
        if self.name.is_empty() {
            "the var without a name".to_owned()
        } else {
            format!("the var {}", self.name)
        }
    }

    /// The fields that it would need to find a resource, and does not have.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let fields = [
            ("name", &self.name),
            ("objref.apiVersion", &self.gvk.version),
            ("objref.kind", &self.gvk.kind),
            ("objref.name", &self.object_name),
        ];
        fields.into_iter().filter(|(_, value)| value.is_empty()).map(|(field, _)| field).collect()
    }
}

const VAR: &[&str] = &["name", "objref", "fieldref"];
const OBJECT: &[&str] = &["apiVersion", "group", "version", "kind", "name", "namespace"];
const FIELD: &[&str] = &["fieldPath"];

/// What a var stands for when it names no field.
const DEFAULT_FIELD: &str = "metadata.name";

pub(super) fn var(node: Input) -> Result<Var, Error> {
    let fields = Fields::new(node, "an entry of vars", VAR)?;
    let nothing = Node::null();
    let object = fields.get("objref").unwrap_or(node.with(&nothing));
    let object = Fields::new(object, "the objref of a var", OBJECT)?;
    let api_version = object.string("apiVersion")?;
    let mut gvk = GroupVersionKind {
        group: object.string("group")?,
        version: object.string("version")?,
        kind: object.string("kind")?,
    };
    match api_version.split('/').collect::<Vec<_>>().as_slice() {
        [group, version] => (gvk.group, gvk.version) = ((*group).into(), (*version).into()),
        [version] if !version.is_empty() => gvk.version = (*version).into(),
        _ => {}
    }
    let field_path = match fields.get("fieldref") {
        Some(field) => Fields::new(field, "the fieldref of a var", FIELD)?.text("fieldPath")?,
        None => Text::default(),
    };
    Ok(Var {
        name: fields.string("name")?,
        gvk,
        object_name: object.string("name")?,
        namespace: object.string("namespace")?,
        field_path: if field_path.is_empty() { DEFAULT_FIELD.into() } else { field_path.text },
        place: fields.place(),
    })
}
