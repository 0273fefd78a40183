//! Keys that stand twice in a mapping: where the reference passes over them, and where it does not.

use std::collections::{HashMap, HashSet};

use kbuild_yaml::{
    Document, Node, NodeId, NodeRef, ReadError, ReadErrorKind, ResourceReader, SourceId, Tree,
    read_documents_with_duplicates,
};

use crate::code::Code;
use crate::error::Error;

/// Reads the documents of a file of resources, in place of what `documents` holds. Of annotations that stand twice the last
/// counts, and annotations in several mappings are put together, as the reference writes all annotations anew.
///
/// # Errors
/// As [`read_resources`](kbuild_yaml::read_resources).
pub(super) fn read_resource_documents(
    content: &[u8],
    source: SourceId,
    reader: &mut ResourceReader,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    documents.clear();
    let error = match reader.read(content, source, documents) {
        Err(error) if error.kind == ReadErrorKind::DuplicateKey => error,
        result => return result,
    };
    let nodes = read_documents_with_duplicates(content, source)?;
    documents.clear();
    documents.extend(nodes.into_iter().map(Document::from));
    for document in documents.iter_mut() {
        merge_annotations(&mut document.tree);
        keep_last_in(&mut document.tree, "annotations");
    }
    match documents.iter().any(|document| repeated(document.tree.root()).is_some()) {
        true => Err(error),
        false => Ok(()),
    }
}

/// Puts several mappings of annotations together. The reference reads the first, takes it away, and writes what it has read
/// into the next, again and again. Empty ones do not count.
fn merge_annotations(resource: &mut Tree) {
    let Some(metadata) = resource.root().get("metadata") else { return };
    let all = metadata.children().filter(|field| field.has_key("annotations"));
    let (empty, all): (Vec<NodeRef>, Vec<NodeRef>) = all.partition(|field| field.is_null());
    let [others @ .., last] = all.as_slice() else { return };
    let mut later = all.iter().skip(1);
    if !all.iter().all(|field| field.is_mapping() && !field.is_empty())
        || later.any(|field| repeated(*field).is_some())
    {
        return;
    }
    let (metadata, last) = (metadata.id(), last.id());
    let others: Vec<NodeId> = empty.iter().chain(others).map(|field| field.id()).collect();
    // Of entries of one key the last one will stay: that of the first mapping.
    let entries = all.iter().rev().flat_map(|field| field.children()).map(NodeRef::id);
    let entries: Vec<NodeId> = entries.collect();
    others.iter().for_each(|field| resource.take_out(metadata, *field));
    resource.set_children(last, entries);
}

/// Of the labels or annotations of one name, the last stays.
pub(crate) fn keep_last_in(resource: &mut Tree, field: &str) {
    let metadata = resource.root().get("metadata");
    let pairs = metadata.and_then(|metadata| metadata.get(field));
    if let Some(pairs) = pairs.map(NodeRef::id) {
        keep_last(resource, pairs);
    }
}

/// Of the entries of one key, the last stays, at every level.
pub(crate) fn keep_last_throughout(document: &mut Node) {
    let mut tree = Tree::from(&*document);
    keep_last_below(&mut tree, Tree::ROOT);
    *document = tree.root().to_node();
}

fn keep_last_below(tree: &mut Tree, node: NodeId) {
    keep_last(tree, node);
    let mut next = tree.first_child(node);
    while let Some(child) = next {
        next = tree.next_sibling(child);
        keep_last_below(tree, child);
    }
}

fn keep_last(tree: &mut Tree, mapping: NodeId) {
    let Some(entries) = tree.at(mapping).as_mapping() else { return };
    let entries: Vec<NodeRef> = entries.collect();
    let mut seen = HashSet::with_capacity(entries.len());
    let mut last: Vec<NodeId> = entries
        .into_iter()
        .rev()
        .filter(|entry| seen.insert(entry.key()))
        .map(NodeRef::id)
        .collect();
    last.reverse();
    tree.set_children(mapping, last);
}

/// The first value whose key stands twice in a mapping, and the one before it.
fn repeated(node: NodeRef<'_>) -> Option<(NodeRef<'_>, NodeRef<'_>)> {
    let same = node.as_mapping().and_then(|mut entries| {
        let mut seen = HashMap::new();
        entries.find_map(|entry| Some((entry, seen.insert(entry.key(), entry)?)))
    });
    same.or_else(|| node.children().find_map(repeated))
}

/// Refuses a value in which a key stands twice.
///
/// # Errors
/// Names the key, and both places.
pub(crate) fn refuse_repeated(node: NodeRef<'_>) -> Result<(), Error> {
    let Some((key, before)) = repeated(node) else { return Ok(()) };
    let message = format!("the key `{}` stands twice in the same mapping", key.key());
    let error = Error::new(Code::DUPLICATE_KEY, message).at(key.key_place());
    Err(match key.key_place() == before.key_place() {
        true => error,
        false => error.related("the first one", before.key_place()),
    })
}
