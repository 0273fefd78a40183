//! Literal blocks: texts of several lines, written as they are.

use super::Writer;
use super::look::is_break;

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
        for line in
            text.split_inclusive(|character| character == '\n' || (!simple && is_break(character)))
        {
            if !line.starts_with(is_break) {
                self.indent(indent);
            }
            self.out.push_str(line);
        }
    }
}
