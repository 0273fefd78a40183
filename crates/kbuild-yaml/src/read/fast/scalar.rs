//! Scalars: keys and values.

use ecow::EcoString;

use super::super::block::reprinted;
use super::super::tagged::resolve_value;
use super::Reader;
use super::plain::{self, Plain, Stop};
use crate::find::{leading_spaces, one_of_three, one_of_two};
use crate::{Dialect, Key, Node, Scalar, ScalarType, Value, is_json_form};

/// The longest key that is read here, in bytes. The full path knows the exact limit.
const LONGEST_KEY: usize = 1000;

impl<'a> Reader<'a, '_> {
    /// The key in quotes that starts here, and the `:` behind it; `Some(None)`, and nothing taken, where a value stands.
    pub(super) fn quoted_key(&mut self) -> Option<Option<Key>> {
        let start = self.scanner.at;
        match self.quoted_on_line()? {
            Some(text) if self.scanner.byte(0) == b':' => {
                if !matches!(self.scanner.byte(1), b' ' | b'\n' | 0) {
                    return None;
                }
                self.usual_key(start, text, ScalarType::Str).map(Some)
            }
            _ => {
                self.scanner.at = start;
                Some(None)
            }
        }
    }

    /// The key whose text, up to the blanks before its `:`, is `text`, and the `:` at `plain.at`.
    #[inline(always)]
    pub(super) fn plain_key(&mut self, plain: Plain) -> Option<Key> {
        let start = self.scanner.at;
        let text = self.scanner.text.get(start..plain.end)?;
        self.scanner.at = plain.at;
        let kind = resolve_value(text, self.options.dialect);
        self.usual_key(start, text, kind)
    }

    /// The key that starts at `start`, and steps over the `:` that stands here; none for a key that the full path has to
    /// look at.
    #[inline(always)]
    pub(super) fn usual_key(&mut self, start: usize, text: &str, kind: ScalarType) -> Option<Key> {
        let fits = match self.options.dialect {
            Dialect::Resource => kind != ScalarType::Null,
            Dialect::Config => kind == ScalarType::Str,
        };
        if !fits || text == "<<" || self.scanner.at - start > LONGEST_KEY {
            return None;
        }
        self.scanner.at += 1;
        self.nodes += 1;
        let text = self.buffers.names.get(text);
        Some(Key::typed(text, kind).at(self.place(self.scanner.line)))
    }

    /// The scalar that starts here; `indent` is the column of the collection around it.
    pub(super) fn value(&mut self, indent: isize) -> Option<Node> {
        let (start, line) = (self.scanner.at, self.scanner.line);
        let text = match self.scanner.byte(0) {
            b'"' | b'\'' => {
                let text = self.quoted()?;
                self.finish_line()?;
                text
            }
            byte @ (b'|' | b'>') if indent >= 0 => self.block(indent, byte == b'>')?,
            _ if indent >= 0 => {
                let plain = Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, start)?;
                return self.plain(plain, indent);
            }
            _ => return None,
        };
        Some(self.scalar(text, false, line))
    }

    #[inline]
    pub(super) fn scalar(&mut self, text: EcoString, plain: bool, line: u32) -> Node {
        self.nodes += 1;
        let kind = if plain { resolve_value(&text, self.options.dialect) } else { ScalarType::Str };
        let scalar = Scalar { text, kind, plain };
        // No plain text starts with a tab, which is all that could matter of one.
        if self.is_json_form && !(plain && kind == ScalarType::Str) {
            self.is_json_form = is_json_form(&scalar);
        }
        Node { value: Value::Scalar(scalar), place: self.place(line) }
    }

    /// The plain scalar that starts here, and whose first line has been scanned.
    #[inline]
    pub(super) fn plain(&mut self, plain: Plain, indent: isize) -> Option<Node> {
        let (start, line) = (self.scanner.at, self.scanner.line);
        let text = match plain.stop {
            Stop::Colon | Stop::Indicator => return None,
            Stop::Comment => {
                self.scanner.at = plain.at;
                self.finish_line()?;
                self.text(start, plain.end)?
            }
            Stop::Line => match self.end_on_line(plain.at, indent) {
                true => {
                    let text = self.text(start, plain.end)?;
                    self.next_content()?;
                    text
                }
                false => self.plain_of_lines(plain, indent)?,
            },
        };
        Some(self.scalar(text, true, line))
    }

    /// Steps over the line feed at `at`, and to the end of the indentation behind it, if a plain scalar cannot go on there.
    #[inline]
    fn end_on_line(&mut self, at: usize, indent: isize) -> bool {
        let bytes = self.scanner.bytes;
        let Some(rest) = bytes.get(at + 1..) else {
            self.scanner.at = at;
            return true;
        };
        let spaces = leading_spaces(rest);
        let ends = match rest.get(spaces) {
            Some(b'\n' | b'\t') => false,
            Some(_) => spaces as isize <= indent,
            None => rest.is_empty(),
        };
        if ends {
            self.scanner.at = at;
            self.start_line();
            self.scanner.at += spaces;
        }
        ends
    }

    /// The plain scalar of several lines that starts here, and whose first line has been scanned.
    fn plain_of_lines(&mut self, first: Plain, indent: isize) -> Option<EcoString> {
        let mark = (self.scanner.at, self.scanner.line, self.scanner.line_start);
        if let Some(text) = self.plain_of_usual_lines(first, indent) {
            self.next_content()?;
            return Some(text);
        }
        (self.scanner.at, self.scanner.line, self.scanner.line_start) = mark;
        self.scanner.indent = indent;
        let text = self.scanner.scan_plain().ok()?;
        // It stops at the start of a line, or in one at what cannot stand there but for a comment.
        let before = self.scanner.bytes.get(self.scanner.line_start..self.scanner.at)?;
        if before.iter().all(|&byte| byte == b' ') {
            self.next_content()?;
        } else {
            self.finish_line()?;
        }
        Some(text)
    }

    /// The same, where no line is empty and no comment follows.
    fn plain_of_usual_lines(&mut self, first: Plain, indent: isize) -> Option<EcoString> {
        let mut text = std::mem::take(&mut self.buffers.text);
        text.clear();
        let mut line = first;
        let mut start = self.scanner.at;
        loop {
            text.push_str(self.scanner.text.get(start..line.end)?);
            if self.end_on_line(line.at, indent) {
                break;
            }
            self.scanner.at = line.at;
            self.start_line();
            start = self.scanner.at + leading_spaces(&self.scanner.bytes[self.scanner.at..]);
            if matches!(self.scanner.bytes.get(start), Some(b'\n' | b'#') | None) {
                return None;
            }
            line = Plain::scan_words(self.scanner.bytes, start)?;
            if line.stop != Stop::Line {
                return None;
            }
            text.push(' ');
        }
        let scalar = EcoString::from(text.as_str());
        self.buffers.text = text;
        Some(scalar)
    }

    #[inline]
    pub(super) fn text(&self, start: usize, end: usize) -> Option<EcoString> {
        self.scanner.text.get(start..end).map(EcoString::from)
    }

    /// A scalar in quotes.
    pub(super) fn quoted(&mut self) -> Option<EcoString> {
        if let Some(text) = self.quoted_on_line()? {
            return Some(EcoString::from(text));
        }
        let scanned = match self.scanner.byte(0) {
            b'"' => self.scanner.scan_double_quoted(),
            _ => self.scanner.scan_single_quoted(),
        };
        scanned.ok()
    }

    /// The text in the quotes that open here, if they close on this line and hold no escapes; `Some(None)`, and nothing
    /// taken, otherwise.
    pub(super) fn quoted_on_line(&mut self) -> Option<Option<&'a str>> {
        let quote = self.scanner.byte(0);
        let start = self.scanner.at + 1;
        let rest = self.scanner.bytes.get(start..)?;
        let length = match quote {
            b'"' => one_of_three([b'"', b'\\', b'\n'], rest),
            _ => one_of_two([b'\'', b'\n'], rest),
        }?;
        if rest[length] != quote || (quote == b'\'' && rest.get(length + 1) == Some(&b'\'')) {
            return Some(None);
        }
        self.scanner.at = start + length + 1;
        self.scanner.text.get(start..start + length).map(Some)
    }

    /// A literal or folded block.
    fn block(&mut self, indent: isize, folded: bool) -> Option<EcoString> {
        let mark = self.scanner.mark();
        self.scanner.indent = indent;
        let mut text = self.scanner.scan_block_scalar().ok()?;
        if self.options.dialect == Dialect::Resource {
            text = reprinted(text, folded, mark).ok()?;
        }
        self.next_content()?;
        Some(text)
    }
}
