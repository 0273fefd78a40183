//! Keys that stand twice in a mapping: where the reference passes over them, and where it does not.

use std::collections::{HashMap, HashSet};

use kbuild_yaml::{
    Document, Entry, Key, Mapping, Node, ReadError, ReadErrorKind, SourceId, Value,
    read_documents_with_duplicates, read_resources,
};

use crate::code::Code;
use crate::error::Error;

/// Reads the documents of a file of resources. Of annotations that stand twice the last counts, as the reference writes all
/// annotations anew.
///
/// # Errors
/// As [`read_resources`].
pub(super) fn read_resource_documents(
    content: &[u8],
    source: SourceId,
) -> Result<Vec<Document>, ReadError> {
    let error = match read_resources(content, source) {
        Err(error) if error.kind == ReadErrorKind::DuplicateKey => error,
        result => return result,
    };
    let mut documents = read_documents_with_duplicates(content, source)?;
    documents.iter_mut().for_each(|document| keep_last_in(document, "annotations"));
    match documents.iter().any(|document| repeated(document).is_some()) {
        true => Err(error),
        false => Ok(documents.into_iter().map(Document::from).collect()),
    }
}

/// Of the labels or annotations of one name, the last stays.
pub(crate) fn keep_last_in(resource: &mut Node, field: &str) {
    let metadata = resource.get_mut("metadata");
    let pairs = metadata.and_then(|metadata| metadata.get_mut(field));
    if let Some(pairs) = pairs.and_then(Node::as_mapping_mut) {
        keep_last(pairs);
    }
}

/// Of the entries of one key, the last stays, at every level.
pub(crate) fn keep_last_throughout(node: &mut Node) {
    match &mut node.value {
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter_mut().for_each(keep_last_throughout),
        Value::Mapping(mapping) => {
            keep_last(mapping);
            mapping.iter_mut().for_each(|entry| keep_last_throughout(&mut entry.value));
        }
    }
}

fn keep_last(mapping: &mut Mapping) {
    let mut seen = HashSet::with_capacity(mapping.len());
    let entries: Vec<Entry> = std::mem::take(mapping).into_iter().collect();
    let mut last: Vec<Entry> =
        entries.into_iter().rev().filter(|entry| seen.insert(entry.key.text.clone())).collect();
    last.reverse();
    *mapping = last.into_iter().collect();
}

/// The first key that stands twice in a mapping, and the one before it.
fn repeated(node: &Node) -> Option<(&Key, &Key)> {
    match &node.value {
        Value::Scalar(_) => None,
        Value::Sequence(items) => items.iter().find_map(repeated),
        Value::Mapping(mapping) => {
            let mut seen = HashMap::with_capacity(mapping.len());
            let mut keys = mapping.iter().map(|entry| &entry.key);
            let same = keys.find_map(|key| Some((key, seen.insert(&key.text, key)?)));
            same.or_else(|| mapping.iter().find_map(|entry| repeated(&entry.value)))
        }
    }
}

/// Refuses a value in which a key stands twice.
///
/// # Errors
/// Names the key, and both places.
pub(crate) fn refuse_repeated(node: &Node) -> Result<(), Error> {
    let Some((key, before)) = repeated(node) else { return Ok(()) };
    let message = format!("the key `{}` stands twice in the same mapping", key.text);
    let error = Error::new(Code::DUPLICATE_KEY, message).at(key.place());
    Err(match key.place() == before.place() {
        true => error,
        false => error.related("the first one", before.place()),
    })
}
