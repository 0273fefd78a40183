//! `replacements`: what to copy from where, and to which fields.

use kbuild_yaml::{EcoString, Node, Place, ScalarType, Value};

use super::fields::{Fields, wrong_type};
use super::parts::{Target, Text};
use crate::error::Error;
use crate::identity::GroupVersionKind;

/// An entry of `replacements`: a replacement, or the path of a file that holds some.
#[derive(Clone, Debug, Default)]
pub struct ReplacementField {
    /// The file that holds replacements.
    pub path: Text,
    /// The replacement itself.
    pub replacement: Replacement,
}

/// Copies one value to any number of fields.
#[derive(Clone, Debug, Default)]
pub struct Replacement {
    /// The field that holds the value.
    pub source: Option<SourceSelector>,
    /// The value itself.
    pub source_value: Option<Text>,
    /// The fields that get it; none where the field is missing, which is not the same as an empty list.
    pub targets: Option<Vec<TargetSelector>>,
    /// Where the replacement stands.
    pub place: Place,
}

/// One resource, and a field of it.
#[derive(Clone, Debug, Default)]
pub struct SourceSelector {
    /// Group, version and kind; empty parts match all.
    pub gvk: GroupVersionKind,
    /// The name that the resource has or had.
    pub name: EcoString,
    /// The namespace that it has or had.
    pub namespace: EcoString,
    /// The field.
    pub field_path: Text,
    /// Which part of the field's text.
    pub options: Option<FieldOptions>,
    /// Where the source stands.
    pub place: Place,
}

/// Some resources, and some of their fields.
#[derive(Clone, Debug, Default)]
pub struct TargetSelector {
    /// The resources.
    pub select: Option<Target>,
    /// Those among them to leave alone.
    pub reject: Vec<Target>,
    /// The fields.
    pub field_paths: Vec<Text>,
    /// Which part of the fields' text, and whether to make the fields.
    pub options: FieldOptions,
    /// Where the target stands.
    pub place: Place,
}

/// Which part of a field's text is meant.
#[derive(Clone, Debug, Default)]
pub struct FieldOptions {
    /// What separates the parts; empty means the whole text.
    pub delimiter: EcoString,
    /// The number of the part, from 0.
    pub index: i64,
    /// Make the field where it is missing.
    pub create: bool,
    /// Where the options stand.
    pub place: Place,
}

const ENTRY: &[&str] = &["source", "targets", "sourceValue", "path"];

/// Reads an entry of `replacements`.
pub(super) fn replacement_field(node: &Node) -> Result<ReplacementField, Error> {
    let fields = Fields::new(node, "an entry of replacements", ENTRY)?;
    let path = fields.text("path")?;
    let replacement = replacement(&fields)?;
    if !path.is_empty()
        && (replacement.source.is_some() || replacement.targets.as_ref().is_some_and(|targets| !targets.is_empty()))
    {
        return Err(Error::new("an entry of replacements has either a path or a replacement, not both").at(path.place));
    }
    Ok(ReplacementField { path, replacement })
}

/// Reads the document of a replacement file: one replacement, or a list of them.
///
/// Such a file is read with less care than a kustomization, as in the reference: fields that nobody knows are passed
/// over, and numbers and booleans count as text where text is wanted.
///
/// # Errors
/// The file holds something else.
pub(crate) fn replacement_file(document: &Node) -> Result<Vec<Replacement>, Error> {
    let read = |node: &Node| {
        let mut node = node.clone();
        lenient(&mut node, &Shape::Mapping(REPLACEMENT));
        replacement(&Fields::new(&node, "a replacement", ENTRY)?)
    };
    match &document.value {
        Value::Sequence(items) => items.iter().map(read).collect(),
        Value::Mapping(_) => Ok(vec![read(document)?]),
        Value::Scalar(_) => Err(wrong_type(document, "a file of replacements", "a mapping or a list")),
    }
}

/// Reads the `replacements` of a transformer's configuration, as leniently as a replacement file.
///
/// # Errors
/// A field of the wrong type.
#[allow(dead_code, reason = "for the field transformers")]
pub(crate) fn replacement_config(configuration: &Node) -> Result<Vec<ReplacementField>, Error> {
    let Some(list) = configuration.get("replacements").filter(|list| !list.is_null()) else { return Ok(Vec::new()) };
    let Some(items) = list.as_sequence() else { return Err(wrong_type(list, "replacements", "a list")) };
    let read = |node: &Node| {
        let mut node = node.clone();
        lenient(&mut node, &Shape::Mapping(REPLACEMENT));
        replacement_field(&node)
    };
    items.iter().map(read).collect()
}

fn replacement(fields: &Fields) -> Result<Replacement, Error> {
    let targets = match fields.has("targets") {
        true => Some(fields.items("targets", target)?),
        false => None,
    };
    let source_value = if fields.has("sourceValue") { Some(fields.text("sourceValue")?) } else { None };
    Ok(Replacement {
        source: fields.get("source").map(source).transpose()?,
        source_value,
        targets,
        place: fields.place(),
    })
}

const SOURCE: &[&str] = &["group", "version", "kind", "name", "namespace", "fieldPath", "options"];

fn source(node: &Node) -> Result<SourceSelector, Error> {
    let fields = Fields::new(node, "the source of a replacement", SOURCE)?;
    Ok(SourceSelector {
        gvk: GroupVersionKind {
            group: fields.string("group")?,
            version: fields.string("version")?,
            kind: fields.string("kind")?,
        },
        name: fields.string("name")?,
        namespace: fields.string("namespace")?,
        field_path: fields.text("fieldPath")?,
        options: fields.get("options").map(options).transpose()?,
        place: fields.place(),
    })
}

const TARGET: &[&str] = &["select", "reject", "fieldPaths", "options"];

fn target(node: &Node) -> Result<TargetSelector, Error> {
    let fields = Fields::new(node, "a target of a replacement", TARGET)?;
    Ok(TargetSelector {
        select: fields.get("select").map(|node| selector(node, "the select of a target")).transpose()?,
        reject: fields.items("reject", |node| selector(node, "an entry of reject"))?,
        field_paths: fields.texts("fieldPaths")?,
        options: fields.get("options").map(options).transpose()?.unwrap_or_default(),
        place: fields.place(),
    })
}

const SELECTOR: &[&str] = &["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];

fn selector(node: &Node, what: &str) -> Result<Target, Error> {
    if node.is_null() {
        return Err(Error::new(format!("{what} is empty")).at(node.place));
    }
    let fields = Fields::new(node, what, SELECTOR)?;
    Ok(Target {
        group: fields.string("group")?,
        version: fields.string("version")?,
        kind: fields.string("kind")?,
        name: fields.string("name")?,
        namespace: fields.string("namespace")?,
        annotation_selector: fields.string("annotationSelector")?,
        label_selector: fields.string("labelSelector")?,
        place: fields.place(),
    })
}

const OPTIONS: &[&str] = &["delimiter", "index", "encoding", "create"];

fn options(node: &Node) -> Result<FieldOptions, Error> {
    let fields = Fields::new(node, "the options of a replacement", OPTIONS)?;
    // The reference reads the encoding, and does nothing with it.
    fields.text("encoding")?;
    Ok(FieldOptions {
        delimiter: fields.string("delimiter")?,
        index: fields.int("index")?,
        create: fields.bool("create")?,
        place: fields.place(),
    })
}

/// What a lenient reader looks for.
enum Shape {
    Text,
    Other,
    List(&'static Shape),
    Mapping(&'static [(&'static str, Shape)]),
}

const REPLACEMENT: &[(&str, Shape)] = &[
    ("path", Shape::Text),
    ("sourceValue", Shape::Text),
    (
        "source",
        Shape::Mapping(&[
            ("group", Shape::Text),
            ("version", Shape::Text),
            ("kind", Shape::Text),
            ("name", Shape::Text),
            ("namespace", Shape::Text),
            ("fieldPath", Shape::Text),
            ("options", OPTIONS_SHAPE),
        ]),
    ),
    (
        "targets",
        Shape::List(&Shape::Mapping(&[
            ("select", SELECTOR_SHAPE),
            ("reject", Shape::List(&SELECTOR_SHAPE)),
            ("fieldPaths", Shape::List(&Shape::Text)),
            ("options", OPTIONS_SHAPE),
        ])),
    ),
];

const SELECTOR_SHAPE: Shape = Shape::Mapping(&[
    ("group", Shape::Text),
    ("version", Shape::Text),
    ("kind", Shape::Text),
    ("name", Shape::Text),
    ("namespace", Shape::Text),
    ("annotationSelector", Shape::Text),
    ("labelSelector", Shape::Text),
]);

const OPTIONS_SHAPE: Shape = Shape::Mapping(&[
    ("delimiter", Shape::Text),
    ("encoding", Shape::Text),
    ("index", Shape::Other),
    ("create", Shape::Other),
]);

/// Takes out the fields that the shape does not have, and makes text of scalars where it wants text.
fn lenient(node: &mut Node, shape: &Shape) {
    match (shape, &mut node.value) {
        (Shape::Mapping(fields), Value::Mapping(mapping)) => mapping.retain(|entry| {
            let field = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(&entry.key.text));
            if let Some((_, shape)) = field {
                lenient(&mut entry.value, shape);
            }
            field.is_some()
        }),
        (Shape::List(shape), Value::Sequence(items)) => items.iter_mut().for_each(|item| lenient(item, shape)),
        (Shape::Text, Value::Scalar(scalar)) => {
            if matches!(scalar.kind, ScalarType::Int | ScalarType::Float | ScalarType::Bool) {
                let mut text = String::new();
                if kbuild_yaml::write_json(&Node::new(Value::Scalar(scalar.clone())), &mut text).is_ok() {
                    *scalar = kbuild_yaml::Scalar::string(text);
                }
            }
        }
        _ => {}
    }
}
