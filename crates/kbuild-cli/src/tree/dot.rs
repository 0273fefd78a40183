//! The composition as a graph for Graphviz.

use std::fmt::Write as _;

use kbuild_core::Part;

use super::graph::Graph;

pub(super) fn dot(root: &Part) -> String {
    let graph = Graph::new(root);
    let mut text = String::from(
        "digraph kustomization {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n",
    );
    // Writing into a string cannot fail.
    for (number, own) in graph.boxes.iter().enumerate() {
        let mut label = format!("{}\\l", escaped(&own.title));
        for (_, row) in &own.rows {
            let _ = write!(label, "  {}\\l", escaped(row));
        }
        let _ = writeln!(text, "  n{number} [label=\"{label}\"];");
    }
    for arrow in &graph.arrows {
        let style = if arrow.to_component { " [style=dashed]" } else { "" };
        let _ = writeln!(text, "  n{} -> n{}{style};", arrow.from, arrow.to);
    }
    text.push_str("}\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
