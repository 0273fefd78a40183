//! Helpers of the unit tests.

use kbuild_yaml::{Dialect, Node, NodeRef, SourceId, Tree, read_documents};

/// The one document in a text.
pub(crate) fn node(text: &str) -> Node {
    let documents = read_documents(text.as_bytes(), SourceId(1), Dialect::Resource).unwrap();
    documents.into_iter().next().unwrap()
}

/// The same in compact form.
pub(crate) fn tree(text: &str) -> Tree {
    Tree::from(&node(text))
}

/// A document as it is printed.
pub(crate) fn yaml(node: NodeRef<'_>) -> String {
    let mut out = String::new();
    node.write(&mut out).unwrap();
    out
}
