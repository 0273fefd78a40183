//! The composition as a flowchart for Mermaid, which Markdown of many sites draws.

use std::fmt::Write as _;

use kbuild_core::Part;

use super::graph::Graph;

pub(super) fn mermaid(root: &Part) -> String {
    let graph = Graph::new(root);
    let mut text = String::from("flowchart LR\n");
    // Writing into a string cannot fail.
    for (number, own) in graph.boxes.iter().enumerate() {
        let mut label = format!("<b>{}</b>", escaped(&own.title));
        for (_, row) in &own.rows {
            let _ = write!(label, "<br/>{}", escaped(row));
        }
        let _ = writeln!(text, "  n{number}[\"{label}\"]");
    }
    for arrow in &graph.arrows {
        let line = if arrow.to_component { "-.->" } else { "-->" };
        let _ = writeln!(text, "  n{} {line} n{}", arrow.from, arrow.to);
    }
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '#' => out.push_str("#35;"),
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            _ => out.push(letter),
        }
    }
    out
}
