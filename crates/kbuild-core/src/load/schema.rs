//! Sets the schema of a build from what a kustomization says under `openapi`.

use kbuild_yaml::{Dialect, Node, Place, ScalarType, SourceId, read_documents};
use serde_json::Value;

use super::Location;
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::kustomization::Kustomization;
use crate::tables::custom_schema::CustomSchema;

/// The version of the built-in schema.
const BUILT_IN: &str = "v1.21.2";

/// Sets the schema, if this kustomization names one and none that was read before it did.
///
/// # Errors
/// A file that cannot be read, whether it counts or not; a file that is no schema; a version that is not built in.
pub(crate) fn settle_schema(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
) -> Result<(), Error> {
    let openapi = &kustomization.openapi;
    let mut file = None;
    if let Some(path) = &openapi.path {
        let (content, source) = location.read_source(build, path)?;
        file = Some((path, content, source));
    }
    if build.schema.is_settled() {
        return Ok(());
    }
    match (file, &openapi.version) {
        (None, None) => {}
        (Some(_), Some(version)) => {
            return Err(Error::new(Code::BAD_SCHEMA, "openapi names both a version of the built-in schema and the path of another schema")
                .at(version.place)
                .hint_with("a schema of your own replaces the built-in one: take the version out"));
        }
        (None, Some(version)) if version.is_empty() => {}
        (None, Some(version)) if version.text == BUILT_IN => build.schema.settle(None),
        (None, Some(version)) => {
            return Err(Error::new(
                Code::BAD_SCHEMA,
                format!("the schema of version {} is not built in", version.text),
            )
            .at(version.place)
            .mark(&*version.text)
            .hint_with(format!(
                "{BUILT_IN} is the only one; for another, save it to a file and give its path"
            )));
        }
        (Some((path, content, source)), None) => {
            let beside = build.schema.beside();
            let schema = parse(&content, source)
                .and_then(|document| {
                    CustomSchema::new(&document, beside)
                        .map_err(|why| Error::new(Code::BAD_SCHEMA, why))
                })
                .map_err(|error| error.at(Place { source, line: 0 }).through(path.place))?;
            build.schema.settle(Some(schema));
        }
    }
    Ok(())
}

/// Reads an OpenAPI document. What begins with `{` is JSON, anything else YAML.
fn parse(content: &[u8], source: SourceId) -> Result<Value, Error> {
    if content.is_empty() {
        return Err(Error::new(Code::BAD_SCHEMA, "the schema is empty"));
    }
    if content.first() == Some(&b'{') {
        return serde_json::from_slice(content).map_err(|error| {
            let line = u32::try_from(error.line()).unwrap_or(0);
            Error::new(
                Code::NOT_JSON,
                format!("a schema that begins with {{ must be JSON, and this is not: {error}"),
            )
            .at(Place { source, line })
        });
    }
    let documents = read_documents(content, source, Dialect::Config)
        .map_err(|error| Error::read(&error, source))?;
    Ok(documents.first().map_or(Value::Null, value))
}

/// The parts of a document that a schema may consist of. Numbers and booleans say nothing about merging.
fn value(node: &Node) -> Value {
    match &node.value {
        kbuild_yaml::Value::Scalar(scalar) if scalar.kind == ScalarType::Str => {
            scalar.text.as_str().into()
        }
        kbuild_yaml::Value::Scalar(scalar) if scalar.kind == ScalarType::Null => Value::Null,
        kbuild_yaml::Value::Scalar(_) => Value::Bool(true),
        kbuild_yaml::Value::Sequence(items) => items.iter().map(value).collect(),
        kbuild_yaml::Value::Mapping(mapping) => {
            mapping.iter().map(|entry| (entry.key.text.to_string(), value(&entry.value))).collect()
        }
    }
}
