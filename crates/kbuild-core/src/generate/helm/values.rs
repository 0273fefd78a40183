//! The values that a chart is inflated with: those of a file, those in the kustomization, or both.

use kbuild_yaml::{Dialect, Node, Tree, Value, read_documents, write, write_json};

use super::chart::Chart;
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::load::Location;
use crate::patch::strategic;
use crate::tables::schema::Schema;

/// The content of the file of values for helm.
///
/// # Errors
/// The chart's file of values cannot be read, or does not go together with the values in the kustomization.
pub(super) fn values(
    build: &mut Build,
    location: &Location,
    chart: &Chart,
) -> Result<Vec<u8>, Error> {
    let merge = &chart.entry.values_merge;
    let merges = match &*merge.text {
        "" | "override" => Some(merged as Merge),
        "merge" => Some((|file, inline| merged(inline, file)) as Merge),
        "replace" => None,
        other => {
            return Err(Error::new(
                Code::BAD_VALUES,
                format!("valuesMerge is merge, override or replace, not {other}"),
            )
            .at(merge.place));
        }
    };
    let Some(inline) = chart.entry.values_inline.clone().filter(|values| !values.is_empty()) else {
        return read(build, location, chart);
    };
    let values = match merges {
        None => inline,
        Some(merge) => {
            let file = parse(build, location, chart)?;
            let place = inline.place;
            merge(file, inline).map_err(|error| {
                Error::new(
                    Code::BAD_VALUES,
                    format!(
                        "valuesInline and {} do not go together: {}",
                        chart.values_file.text,
                        error.message()
                    ),
                )
                .at(place)
                .hint_with("valuesMerge: replace leaves the file of values out")
            })?
        }
    };
    // The reference passes them through JSON, which settles what each of them means.
    let (mut json, mut yaml) = (String::new(), String::new());
    write_json(&values, &mut json)?;
    let source = values.place.source;
    let documents = read_documents(json.as_bytes(), source, Dialect::Resource)
        .map_err(|error| Error::read(&error, source))?;
    write(documents.first().unwrap_or(&values), &mut yaml)?;
    Ok(yaml.into_bytes())
}

/// Puts two trees of values together.
type Merge = fn(Node, Node) -> Result<Node, Error>;

/// `over` laid over `values`.
fn merged(values: Node, over: Node) -> Result<Node, Error> {
    let values = unquoted(values);
    let (mut tree, over) = (Tree::from(&values), Tree::from(&over));
    match strategic::merge(&mut tree, over.root(), Schema::builtin())? {
        strategic::Merged::Kept => Ok(tree.root().to_node()),
        strategic::Merged::Deleted => Ok(Node::mapping().at(values.place)),
    }
}

/// A patch of a resource keeps the quotes of what it replaces, so that a number becomes text there. With values it is the
/// type that counts.
fn unquoted(mut node: Node) -> Node {
    match &mut node.value {
        Value::Scalar(scalar) => scalar.plain = true,
        Value::Sequence(items) => {
            *items = std::mem::take(items).into_iter().map(unquoted).collect()
        }
        Value::Mapping(mapping) => {
            for entry in mapping.iter_mut() {
                entry.value = unquoted(std::mem::replace(&mut entry.value, Node::null()));
            }
        }
    }
    node
}

fn read(build: &Build, location: &Location, chart: &Chart) -> Result<Vec<u8>, Error> {
    location
        .read(build, &chart.values_file)
        .map_err(|error| error.hint_with("a chart without a values.yaml needs a valuesFile"))
}

fn parse(build: &mut Build, location: &Location, chart: &Chart) -> Result<Node, Error> {
    let content = read(build, location, chart)?;
    let source =
        build.sources.add(location.shown.join(&*chart.values_file.text).display().to_string());
    let documents = read_documents(&content, source, Dialect::Resource)
        .map_err(|error| Error::read(&error, source))?;
    let values = documents.into_iter().next().unwrap_or_else(Node::mapping);
    if values.as_mapping().is_none() {
        let message = format!("values must be a mapping, and these are {}", values.describe());
        return Err(Error::new(Code::BAD_VALUES, message).at(values.place));
    }
    Ok(values)
}
