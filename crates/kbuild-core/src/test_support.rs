//! Helpers of the unit tests.

use kbuild_yaml::{Dialect, Node, SourceId, read_documents, write};

/// The one document in a text.
pub(crate) fn node(text: &str) -> Node {
    let documents = read_documents(text.as_bytes(), SourceId(1), Dialect::Resource).unwrap();
    documents.into_iter().next().unwrap()
}

/// A document as it is printed.
pub(crate) fn yaml(node: &Node) -> String {
    let mut out = String::new();
    write(node, &mut out).unwrap();
    out
}
