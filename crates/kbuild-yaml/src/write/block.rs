//! Literal blocks: texts of several lines, written as they are.

use super::Writer;
use super::look::is_break;
use crate::find::line_feed;

impl Writer<'_> {
    /// Writes `text` as a literal block whose lines are indented by `indent`. Where `simple`, `\n` is its only line break.
    pub(super) fn literal(&mut self, text: &str, simple: bool, indent: usize) {
        self.out.push('|');
        if text.starts_with(|first| first == ' ' || is_break(first)) {
            // Every level is indented by two.
            self.out.push('2');
        }
        let mut ends = text.chars().rev();
        match (ends.next().is_some_and(is_break), ends.next()) {
            (false, _) => self.out.push('-'),
            (true, None) => self.out.push('+'),
            (true, Some(before)) if is_break(before) => self.out.push('+'),
            (true, Some(_)) => {}
        }
        self.out.push('\n');
        let mut rest = text;
        while !rest.is_empty() {
            let (line, behind) = rest.split_at(line_length(rest, simple));
            if !line.starts_with(is_break) {
                self.out.indent(indent);
            }
            self.out.push_str(line);
            rest = behind;
        }
    }
}

/// The length of the first line of `text` with its break.
fn line_length(text: &str, simple: bool) -> usize {
    if simple {
        return line_feed(text.as_bytes()).map_or(text.len(), |at| at + 1);
    }
    text.split_inclusive(is_break).next().map_or(0, str::len)
}
