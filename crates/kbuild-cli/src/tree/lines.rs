//! The composition as a tree of lines.

use std::fmt::Write as _;

use kbuild_core::Part;

use super::words::{about, summary, title};

pub(super) fn lines(root: &Part) -> String {
    // Writing into a string cannot fail.
    let mut text = format!("{}  {}\n", title(root), about(root));
    below(root, "", &mut text);
    let _ = writeln!(text, "\n{}", summary(root));
    text
}

fn below(part: &Part, indent: &str, text: &mut String) {
    let rows: Vec<(String, String)> =
        part.parts.iter().map(|part| (title(part), about(part))).collect();
    let width = rows.iter().map(|(title, _)| title.chars().count()).max().unwrap_or(0);
    for (index, (part, (title, about))) in part.parts.iter().zip(&rows).enumerate() {
        let is_last = index + 1 == rows.len();
        let (branch, deeper) =
            if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
        let line = format!("{indent}{branch}{title:width$}  {about}");
        text.push_str(line.trim_end());
        text.push('\n');
        below(part, &format!("{indent}{deeper}"), text);
    }
}
