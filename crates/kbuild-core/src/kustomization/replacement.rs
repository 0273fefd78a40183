//! `replacements`: what to copy from where, and to which fields.

use kbuild_yaml::{EcoString, Place, Value};

use super::fields::{Fields, Input, wrong_type};
use super::parts::{Target, Text};
use crate::code::Code;
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

/// Reads an entry of `replacements`. An empty list of targets counts as none: the reference loses it on the way to the
/// transformer.
///
/// # Errors
/// An unknown field, or one of the wrong type.
pub(crate) fn replacement_field(input: Input) -> Result<ReplacementField, Error> {
    let mut field = configured_field(input, input)?;
    field.replacement.targets = field.replacement.targets.filter(|targets| !targets.is_empty());
    Ok(field)
}

/// Reads an entry, and the replacement in it by the rules of `inner`.
fn configured_field(input: Input, inner: Input) -> Result<ReplacementField, Error> {
    let what = "an entry of replacements";
    let path = Fields::new(input, what, ENTRY)?.text("path")?;
    let replacement = replacement(&Fields::new(inner, what, ENTRY)?)?;
    if !path.is_empty()
        && (replacement.source.is_some()
            || replacement.targets.as_ref().is_some_and(|targets| !targets.is_empty()))
    {
        return Err(Error::new(
            Code::BAD_REPLACEMENT,
            "an entry of replacements has either a path or a replacement, not both",
        )
        .at(path.place));
    }
    Ok(ReplacementField { path, replacement })
}

/// Reads the document of a replacement file: one replacement, or a list of them.
///
/// # Errors
/// The file holds something else.
pub(crate) fn replacement_file(input: Input) -> Result<Vec<Replacement>, Error> {
    let read = |node| replacement(&Fields::new(input.with(node), "a replacement", ENTRY)?);
    match &input.value {
        Value::Sequence(items) => items.iter().map(read).collect(),
        Value::Mapping(_) => Ok(vec![replacement(&Fields::new(input, "a replacement", ENTRY)?)?]),
        Value::Scalar(_) => {
            Err(wrong_type(&input, "a file of replacements", "a mapping or a list"))
        }
    }
}

/// Reads the `replacements` of a transformer's own configuration.
///
/// # Errors
/// A field of the wrong type.
pub(crate) fn replacement_config(input: Input) -> Result<Vec<ReplacementField>, Error> {
    Fields::new(input, "a ReplacementTransformer", &["replacements"])?
        .items("replacements", |input| configured_field(input, Input::generator(&input)))
}

fn replacement(fields: &Fields) -> Result<Replacement, Error> {
    let targets = match fields.has("targets") {
        true => Some(fields.items("targets", target)?),
        false => None,
    };
    let source_value =
        if fields.has("sourceValue") { Some(fields.text("sourceValue")?) } else { None };
    Ok(Replacement {
        source: fields.get("source").map(source).transpose()?,
        source_value,
        targets,
        place: fields.place(),
    })
}

const SOURCE: &[&str] = &["group", "version", "kind", "name", "namespace", "fieldPath", "options"];

fn source(input: Input) -> Result<SourceSelector, Error> {
    let fields = Fields::new(input, "the source of a replacement", SOURCE)?;
    Ok(SourceSelector {
        gvk: GroupVersionKind {
            group: fields.id_string("group")?,
            version: fields.id_string("version")?,
            kind: fields.id_string("kind")?,
        },
        name: fields.id_string("name")?,
        namespace: fields.id_string("namespace")?,
        field_path: fields.text("fieldPath")?,
        options: fields.get("options").map(options).transpose()?,
        place: fields.place(),
    })
}

const TARGET: &[&str] = &["select", "reject", "fieldPaths", "options"];

fn target(input: Input) -> Result<TargetSelector, Error> {
    if input.is_null() {
        return Err(
            Error::new(Code::BAD_REPLACEMENT, "a target of a replacement is empty").at(input.place)
        );
    }
    let fields = Fields::new(input, "a target of a replacement", TARGET)?;
    Ok(TargetSelector {
        select: fields
            .get("select")
            .map(|input| selector(input, "the select of a target"))
            .transpose()?,
        reject: fields.items("reject", |input| selector(input, "an entry of reject"))?,
        field_paths: fields.texts("fieldPaths")?,
        options: fields.get("options").map(options).transpose()?.unwrap_or_default(),
        place: fields.place(),
    })
}

const SELECTOR: &[&str] =
    &["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];

fn selector(input: Input, what: &str) -> Result<Target, Error> {
    if input.is_null() {
        return Err(Error::new(Code::BAD_REPLACEMENT, format!("{what} is empty")).at(input.place));
    }
    let fields = Fields::new(input, what, SELECTOR)?;
    Ok(Target {
        group: fields.id_string("group")?,
        version: fields.id_string("version")?,
        kind: fields.id_string("kind")?,
        name: fields.id_string("name")?,
        namespace: fields.id_string("namespace")?,
        name_place: fields.get("name").map(|name| name.place).unwrap_or_default(),
        annotation_selector: fields.string("annotationSelector")?,
        label_selector: fields.string("labelSelector")?,
        place: fields.place(),
    })
}

const OPTIONS: &[&str] = &["delimiter", "index", "encoding", "create"];

fn options(input: Input) -> Result<FieldOptions, Error> {
    let fields = Fields::new(input, "the options of a replacement", OPTIONS)?;
    // The reference reads the encoding, and does nothing with it.
    fields.text("encoding")?;
    Ok(FieldOptions {
        delimiter: fields.string("delimiter")?,
        index: fields.int("index")?,
        create: fields.bool("create")?,
        place: fields.place(),
    })
}
