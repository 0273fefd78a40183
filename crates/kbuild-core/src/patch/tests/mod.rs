//! Merges and JSON patches of small resources. What is expected is what the reference makes of them.

mod json;
mod merge;

use kbuild_yaml::{Dialect, Node, SourceId, Tree, read_documents};

const WIDGET: &str = "apiVersion: example.com/v1, kind: Widget";
const CONFIG_MAP: &str = "apiVersion: v1, kind: ConfigMap";
const POD: &str = "apiVersion: v1, kind: Pod";
const SERVICE: &str = "apiVersion: v1, kind: Service";
const DEPLOYMENT: &str = "apiVersion: apps/v1, kind: Deployment";

fn read(text: &str, source: u32, dialect: Dialect) -> Node {
    read_documents(text.as_bytes(), SourceId(source), dialect).unwrap().remove(0)
}

fn resource(header: &str, body: &str, source: u32) -> Tree {
    let metadata = if body.contains("metadata:") { "" } else { "metadata: {name: n}, " };
    tree(&format!("{{{header}, {metadata}{body}}}"), source)
}

fn tree(text: &str, source: u32) -> Tree {
    Tree::from(&read(text, source, Dialect::Resource))
}

fn printed(tree: &Tree) -> String {
    let mut text = String::new();
    tree.root().write(&mut text).unwrap();
    text
}
