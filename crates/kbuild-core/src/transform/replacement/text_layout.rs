//! Writes YAML that stands within a text: entries in their order, with the quotes, brackets and comments that they had.

use kbuild_yaml::{Entry, Node, Place, Scalar, ScalarType, Value};

use super::text_scalar::{
    Style, fits_block, write_block_header, write_block_lines, write_scalar, write_tag,
};

/// Writes `document`, which was read from `before` and changed since.
pub(super) fn write(document: &Node, before: &str) -> String {
    let mut layout = Layout { lines: before.lines().collect(), out: String::new() };
    layout.header();
    match &document.value {
        Value::Scalar(_) => layout.leaf(document, "", 0, false),
        _ if layout.is_flow(document, "") => layout.leaf(document, "", 0, false),
        _ if document.is_empty() => layout.leaf(document, "", 0, false),
        Value::Mapping(_) | Value::Sequence(_) => layout.block(document, 0, false),
    }
    layout.out.trim().to_owned()
}

struct Layout<'a> {
    lines: Vec<&'a str>,
    out: String,
}

impl Layout<'_> {
    /// Writes the comments at the start that an empty line parts from the first entry.
    fn header(&mut self) {
        let is_content = |line: &&str| !line.trim().is_empty() && !line.starts_with('#');
        let content = self.lines.iter().position(is_content).unwrap_or(self.lines.len());
        let head = &self.lines[..content];
        let end = head.iter().rposition(|line| line.trim().is_empty()).unwrap_or(0);
        let paragraphs = head[..end].split(|line| line.trim().is_empty());
        for paragraph in paragraphs.filter(|paragraph| !paragraph.is_empty()) {
            for line in paragraph {
                self.out.push_str(line.trim_end());
                self.out.push('\n');
            }
            self.out.push('\n');
        }
    }

    /// Writes the lines of a mapping or list; the first one stands on the current line where `inline` is set.
    fn block(&mut self, node: &Node, indent: usize, mut inline: bool) {
        match &node.value {
            Value::Mapping(mapping) => {
                let mut after_text = false;
                for entry in mapping {
                    // Those above an item stand above its dash.
                    if !after_text && !inline {
                        self.comments_above(entry.key.place(), indent);
                    }
                    self.start_line(indent, &mut inline);
                    write_scalar(
                        &key_scalar(entry),
                        self.key_style(entry),
                        indent,
                        true,
                        &mut self.out,
                    );
                    self.out.push(':');
                    self.value(&entry.value, &entry.key.text, indent, indent + 2, false);
                    after_text =
                        entry.value.as_scalar().is_some_and(|scalar| scalar.text.contains('\n'));
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    if !inline {
                        self.comments_above(item.place, indent);
                    }
                    self.start_line(indent, &mut inline);
                    self.out.push('-');
                    self.value(item, "", indent + 2, indent + 2, true);
                }
            }
            Value::Scalar(_) => {}
        }
    }

    /// Writes what follows the colon of a key or the dash of an item.
    fn value(&mut self, node: &Node, key: &str, list_indent: usize, indent: usize, inline: bool) {
        let is_leaf = node.as_scalar().is_some() || node.is_empty() || self.is_flow(node, key);
        if is_leaf {
            if !node
                .as_scalar()
                .is_some_and(|scalar| scalar.text.is_empty() && scalar.kind == ScalarType::Null)
            {
                self.out.push(' ');
                self.leaf(node, key, indent, false);
            }
            // Behind a block, it stands behind the header.
            let is_block = |scalar: &Scalar| self.style(node, scalar, key) == Style::Literal;
            if !node.as_scalar().is_some_and(is_block) {
                self.comment(node, key);
            }
            self.out.push('\n');
            return;
        }
        self.out.push(if inline { ' ' } else { '\n' });
        let indent = if node.as_sequence().is_some() { list_indent } else { indent };
        self.block(node, indent, inline);
    }

    /// Writes the comment behind a value.
    fn comment(&mut self, node: &Node, key: &str) {
        if let Some(comment) = self.comment_behind(node, key) {
            self.out.push(' ');
            self.out.push_str(&comment);
        }
    }

    /// Writes a scalar, or a mapping or list in brackets.
    fn leaf(&mut self, node: &Node, key: &str, indent: usize, in_flow: bool) {
        match &node.value {
            Value::Scalar(scalar) => {
                let style = if in_flow {
                    self.flow_style(node, scalar)
                } else {
                    self.style(node, scalar, key)
                };
                if style == Style::Literal && !in_flow {
                    write_tag(scalar, &mut self.out);
                    write_block_header(&scalar.text, &mut self.out);
                    self.comment(node, key);
                    return write_block_lines(&scalar.text, indent, &mut self.out);
                }
                write_scalar(scalar, style, indent, in_flow, &mut self.out);
            }
            Value::Sequence(items) => {
                self.out.push('[');
                for (at, item) in items.iter().enumerate() {
                    self.out.push_str(if at > 0 { ", " } else { "" });
                    self.leaf(item, "", indent, true);
                }
                self.out.push(']');
            }
            Value::Mapping(mapping) => {
                self.out.push('{');
                for (at, entry) in mapping.iter().enumerate() {
                    self.out.push_str(if at > 0 { ", " } else { "" });
                    write_scalar(&key_scalar(entry), Style::Plain, indent, true, &mut self.out);
                    self.out.push_str(": ");
                    self.leaf(&entry.value, &entry.key.text, indent, true);
                }
                self.out.push('}');
            }
        }
    }

    fn start_line(&mut self, indent: usize, inline: &mut bool) {
        if !std::mem::take(inline) {
            self.out.extend(std::iter::repeat_n(' ', indent));
        }
    }

    /// The comments on the lines just above what came from `place`.
    fn comments_above(&mut self, place: Place, indent: usize) {
        let line = usize::try_from(place.line).unwrap_or(0);
        let above = self.lines.get(..line.saturating_sub(1)).unwrap_or_default();
        let is_comment = |line: &&&str| line.trim_start().starts_with('#');
        let comments: Vec<&str> =
            above.iter().rev().take_while(is_comment).map(|line| line.trim()).collect();
        for comment in comments.into_iter().rev() {
            self.start_line(indent, &mut false);
            self.out.push_str(comment);
            self.out.push('\n');
        }
    }

    /// The comment behind a value on its line.
    fn comment_behind(&self, node: &Node, key: &str) -> Option<String> {
        let text = self.written(node, key)?;
        let end = match text.chars().next()? {
            quote @ ('"' | '\'') => text.rfind(quote)?,
            '|' | '>' => return None,
            _ => 0,
        };
        let rest = &text[end..];
        let at = if rest.starts_with('#') { 0 } else { rest.find(" #")? + 1 };
        Some(rest[at..].trim_end().to_owned())
    }

    /// What stood in the text where a value begins, up to the end of the line.
    fn written(&self, node: &Node, key: &str) -> Option<&str> {
        let line = self.lines.get(usize::try_from(node.place.line).ok()?.checked_sub(1)?)?;
        if key.is_empty() {
            return Some(line.trim_start_matches([' ', '-']));
        }
        let at = line.find(&format!("{key}:")).map(|at| at + key.len() + 1);
        let at = at.or_else(|| {
            line.find(key).and_then(|at| line[at..].find(':').map(|colon| at + colon + 1))
        })?;
        Some(line[at..].trim_start())
    }

    fn is_flow(&self, node: &Node, key: &str) -> bool {
        node.as_scalar().is_none()
            && self.written(node, key).is_some_and(|text| text.starts_with(['[', '{']))
    }

    /// The quotes of a scalar in brackets, where one line holds many.
    fn flow_style(&self, node: &Node, scalar: &Scalar) -> Style {
        if scalar.plain {
            return Style::Plain;
        }
        let line = usize::try_from(node.place.line)
            .ok()
            .and_then(|line| self.lines.get(line.checked_sub(1)?));
        let single = format!("'{}'", scalar.text.replace("'", "''"));
        if line.is_some_and(|line| line.contains(&single)) { Style::Single } else { Style::Double }
    }

    /// The quotes of a key at the start of its line.
    fn key_style(&self, entry: &Entry) -> Style {
        let line = usize::try_from(entry.key.place().line).ok();
        let line = line.and_then(|line| self.lines.get(line.checked_sub(1)?));
        let written = line.map_or("", |line| line.trim_start_matches([' ', '-']));
        let is_within = |quote: char| {
            let key =
                written.strip_prefix(quote).and_then(|rest| rest.strip_prefix(&*entry.key.text));
            key.is_some_and(|rest| rest.starts_with(quote))
        };
        match () {
            () if is_within('"') => Style::Double,
            () if is_within('\'') => Style::Single,
            () => Style::Plain,
        }
    }

    fn style(&self, node: &Node, scalar: &Scalar, key: &str) -> Style {
        let written = if scalar.plain {
            None
        } else {
            self.written(node, key).and_then(|text| text.chars().next())
        };
        let is_block = match written {
            Some('|' | '>') => true,
            Some('\'' | '"') => false,
            _ => scalar.text.contains('\n'),
        };
        match written {
            Some('\'') => Style::Single,
            _ if is_block && fits_block(&scalar.text) => Style::Literal,
            _ if scalar.plain && !is_block => Style::Plain,
            _ => Style::Double,
        }
    }
}

fn key_scalar(entry: &Entry) -> Scalar {
    Scalar { text: entry.key.text.clone(), kind: entry.key.kind(), plain: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::node;

    #[test]
    fn a_text_keeps_its_layout() {
        let text = "# top\nb: 'x' # why\na:\n- k: \"y\"\n  z: [1, 'two', {c: d}]\n# of n\nn:\ne: {}\nt: |\n  one\n  two\nlast: yes";
        assert_eq!(write(&node(text), text), text);
    }

    #[test]
    fn comments_above_items_and_at_the_start_stay() {
        let text = "# one\n# two\n\n# three\n\n# of a\na:\n# of x\n- name: x\n  # of v\n  v: 1\n# of y\n- y\n\"b\": 'c'\n'd': 2";
        assert_eq!(write(&node(text), text), text);
        let text = "# one\n\n\na: 1\n\nb: 2";
        assert_eq!(write(&node(text), text), "# one\n\na: 1\nb: 2");
    }

    #[test]
    fn lists_stand_level_with_their_keys() {
        let text = "a:\n    - b\n    -   c: 1\n        d: 2\n";
        assert_eq!(write(&node(text), text), "a:\n- b\n- c: 1\n  d: 2");
    }
}
