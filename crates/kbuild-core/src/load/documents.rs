//! Turns the documents of a file into resources: lists taken apart, kinds and names checked.

use std::collections::VecDeque;

use kbuild_yaml::{
    Dialect, Document, Node, ScalarType, SourceId, Value, cut_resources, read_documents,
};

use super::duplicates::read_resource_documents;
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::inline::Lines;
use crate::kustomization::Text;
use crate::resource::Resource;
use crate::threads::Threads;

/// Reads the resources in a text of YAML or JSON.
///
/// # Errors
/// The text cannot be read, or holds something that is not a resource.
pub(crate) fn parse_resources(content: &[u8], source: SourceId) -> Result<Vec<Resource>, Error> {
    parse_resources_in(content, source, Threads::default())
}

/// The same in several threads, if the text has several documents.
///
/// # Errors
/// As [`parse_resources`].
pub(crate) fn parse_resources_in(
    content: &[u8],
    source: SourceId,
    threads: Threads,
) -> Result<Vec<Resource>, Error> {
    let documents = match read_pieces(content, source, threads) {
        Some(documents) => documents,
        None => {
            read_resource_documents(content, source).map_err(|error| Error::read(&error, source))?
        }
    };
    resources_from_documents(documents)
}

/// The documents of a text that is read in pieces; none where it has to be read as a whole.
fn read_pieces(content: &[u8], source: SourceId, threads: Threads) -> Option<Vec<Document>> {
    if threads.is_one() {
        return None;
    }
    let pieces = cut_resources(content, source, threads.pieces())?;
    let documents: Option<Vec<_>> = threads.map(pieces, |piece| piece.read()).collect();
    Some(documents?.into_iter().flatten().collect())
}

/// Reads the resources in a text that stands in a kustomization.
///
/// # Errors
/// As [`parse_resources`].
pub(crate) fn parse_inline_resources(text: &Text, lines: Lines) -> Result<Vec<Resource>, Error> {
    let source = text.place.source;
    let mut documents = read_documents(text.as_bytes(), source, Dialect::Resource)
        .map_err(|error| lines.error(error, source))?;
    documents.iter_mut().for_each(|document| lines.place(document));
    resources_from_nodes(documents)
}

/// Makes resources of documents. The items of a list come after the documents that follow it.
///
/// # Errors
/// A document is no mapping, or lacks its kind or name.
pub(crate) fn resources_from_nodes(nodes: Vec<Node>) -> Result<Vec<Resource>, Error> {
    resources_from_documents(nodes.into_iter().map(Document::from).collect())
}

fn resources_from_documents(documents: Vec<Document>) -> Result<Vec<Resource>, Error> {
    let mut errors = Errors::default();
    let mut resources = Vec::with_capacity(documents.len());
    let mut keeps_styles = is_one_list(&documents);
    let mut waiting = VecDeque::from(documents);
    while let Some(mut document) = waiting.pop_front() {
        if errors.is_full() {
            break;
        }
        let node = &document.node;
        if node.is_empty() {
            continue;
        }
        if errors.take(check(node)).is_none() {
            continue;
        }
        let kind = node.get("kind").and_then(Node::text).unwrap_or_default();
        if !kind.ends_with("List")
            || !node.as_mapping().is_some_and(|mapping| mapping.contains_key("items"))
        {
            resources.push(Resource::new(document));
            continue;
        }
        let kind = kind.to_owned();
        let Some(items) =
            document.node.as_mapping_mut().and_then(|mapping| mapping.remove("items"))
        else {
            continue;
        };
        let place = items.place;
        match items.value {
            Value::Sequence(items) if std::mem::take(&mut keeps_styles) => {
                waiting.extend(items.into_iter().map(Document::from))
            }
            Value::Sequence(items) => {
                waiting.extend(items.into_iter().map(unstyled).map(Document::from));
            }
            Value::Scalar(scalar) if scalar.kind == ScalarType::Null => {}
            _ => {
                return Err(Error::new(
                    Code::BAD_LIST,
                    format!("the items of a {kind} must be a list"),
                )
                .at(place));
            }
        }
    }
    errors.finish().map(|()| resources)
}

/// True for a list that is all there is: the reference takes it apart as it reads it.
fn is_one_list(documents: &[Document]) -> bool {
    let kind = match documents {
        [one] => one.node.get("kind").and_then(Node::text),
        _ => None,
    };
    matches!(kind, Some("List" | "ResourceList"))
}

/// The items of any other list pass through JSON in the reference, where all strings are quoted.
fn unstyled(mut node: Node) -> Node {
    match &mut node.value {
        Value::Scalar(scalar) => scalar.plain &= scalar.kind != ScalarType::Str,
        Value::Sequence(items) => {
            *items = std::mem::take(items).into_iter().map(unstyled).collect();
        }
        Value::Mapping(mapping) => {
            for entry in mapping.iter_mut() {
                let value = std::mem::replace(&mut entry.value, Node::null());
                entry.value = unstyled(value);
            }
        }
    }
    node
}

fn check(node: &Node) -> Result<(), Error> {
    if node.as_mapping().is_none() {
        return Err(Error::new(
            Code::NOT_A_RESOURCE,
            format!("a resource must be a mapping, and this is {}", node.describe()),
        )
        .at(node.place)
        .hint_with("a Kubernetes object begins with apiVersion, kind and metadata"));
    }
    check_named(node)?;
    check_annotations(node)
}

/// Refuses annotations that no cluster takes, and at which the reference panics or forgets them all.
///
/// # Errors
/// They are a list, or one of them has no name.
pub(crate) fn check_annotations(node: &Node) -> Result<(), Error> {
    let annotations = node.get("metadata").and_then(|metadata| metadata.get("annotations"));
    let Some(annotations) = annotations else { return Ok(()) };
    let refused = |what: &str, place| Error::new(Code::NOT_A_RESOURCE, what).at(place);
    match &annotations.value {
        // The reference takes the items for names and values in turn, and goes on where it can.
        Value::Sequence(list) if !list.is_empty() => {
            let what = "metadata.annotations must be a mapping, not a list";
            let hint = "write the annotations as name: value, without dashes";
            Err(refused(what, annotations.place).hint_with(hint))
        }
        Value::Mapping(mapping) => match mapping.iter().find(|entry| entry.key.text.is_empty()) {
            Some(entry) => Err(refused("an annotation has no name", entry.key.place())),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Checks that a resource has a kind and, unless it is a list, a name.
///
/// # Errors
/// What it lacks, or what has the wrong type.
pub(crate) fn check_named(node: &Node) -> Result<(), Error> {
    let kind = node.get("kind").and_then(Node::text).unwrap_or_default();
    if kind.is_empty() {
        return Err(unnamed(node, &["kind"]));
    }
    let name = node.get("metadata").and_then(|metadata| metadata.get("name"));
    if name.and_then(Node::text).is_none_or(str::is_empty) && !kind.ends_with("List") {
        return Err(unnamed(node, &["metadata", "name"]).in_resource(kind));
    }
    Ok(())
}

/// The error for a resource without a text at `path`: it lacks it, or something else stands there.
#[cold]
fn unnamed(resource: &Node, path: &[&str]) -> Error {
    let mut node = resource;
    for (index, field) in path.iter().enumerate() {
        let is_last = index + 1 == path.len();
        let Some(value) = node.get(field).filter(|value| !value.is_null()) else { break };
        let fits = if is_last { value.text().is_some() } else { value.as_mapping().is_some() };
        if !fits {
            let expected = if is_last { "a string" } else { "a mapping" };
            let field = path[..=index].join(".");
            let what = format!("{field} must be {expected}, not {}", value.describe());
            return Error::new(Code::MISSING_FIELD, what).at(value.place);
        }
        node = value;
    }
    Error::new(Code::MISSING_FIELD, format!("the resource has no {}", path.join(".")))
        .at(resource.place)
        .hint_with("every Kubernetes object needs kind and metadata.name; a file that holds none does not belong under resources")
}
