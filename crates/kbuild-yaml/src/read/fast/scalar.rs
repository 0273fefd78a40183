//! Scalars: keys and values.

use ecow::EcoString;

use super::super::block::reprinted;
use super::super::tagged::resolve_value;
use super::Reader;
use super::plain::{self, Plain, Stop};
use crate::find::{Separator, leading_spaces, one_of_three, one_of_two};
use crate::tree::{PlaceId, Slot, Text, key_mark};
use crate::write::{
    LONGEST_SIMPLE_KEY, is_key_printed_as_it_is, is_printed_as_it_is, is_word_of_ascii,
};
use crate::{Dialect, ScalarRef, ScalarType, is_json_form};

/// The longest key that is read here, in bytes. The full path knows the exact limit.
const LONGEST_KEY: usize = 1000;

/// A key that has been read.
pub(super) struct Key {
    pub(super) text: Text,
    pub(super) mark: u8,
    pub(super) kind: ScalarType,
    pub(super) line: u32,
    pub(super) as_is: bool,
}

impl Key {
    /// A node with this key, whose value is still to be read.
    #[inline(always)]
    pub(super) fn slot(self) -> Slot {
        let mut slot = Slot::NOTHING;
        slot.set_key(self.text, self.mark, self.kind, PlaceId::of_line(self.line), self.as_is);
        slot
    }
}

impl<'a> Reader<'a> {
    /// The key in quotes that starts here, and the `:` behind it; `Some(None)`, and nothing taken, where a value stands.
    pub(super) fn quoted_key(&mut self) -> Option<Option<Key>> {
        let start = self.scanner.at;
        match self.quoted_on_line()? {
            Some(text) if self.scanner.byte(0) == b':' => {
                if !matches!(self.scanner.byte(1), b' ' | b'\n' | 0) {
                    return None;
                }
                self.quoted_text_as_key(start, text).map(Some)
            }
            _ => {
                self.scanner.at = start;
                Some(None)
            }
        }
    }

    /// The key whose text stands in the quotes that opened at `start`, and steps over the `:` that stands here.
    pub(super) fn quoted_text_as_key(&mut self, start: usize, text: &str) -> Option<Key> {
        let as_is = is_key_printed_as_it_is(text);
        self.usual_key(start, start + 1, text, ScalarType::Str, as_is)
    }

    /// The key whose text, up to the blanks before its `:`, is `text`, and the `:` at `plain.at`.
    #[inline]
    pub(super) fn plain_key(&mut self, plain: Plain) -> Option<Key> {
        let start = self.scanner.at;
        let text = self.scanner.text.get(start..plain.end)?;
        self.scanner.at = plain.at;
        let kind = resolve_value(text, self.options.dialect);
        let as_is = match plain.is_word {
            true => text.len() <= LONGEST_SIMPLE_KEY && is_word_of_ascii(text),
            false => is_key_printed_as_it_is(text),
        };
        self.usual_key(start, start, text, kind, as_is)
    }

    /// The key that starts at `start` and whose text starts at `at`, and steps over the `:` that stands here; none for a key
    /// that the full path has to look at.
    #[inline]
    fn usual_key(
        &mut self,
        start: usize,
        at: usize,
        text: &str,
        kind: ScalarType,
        as_is: bool,
    ) -> Option<Key> {
        let fits = match self.options.dialect {
            Dialect::Resource => kind != ScalarType::Null,
            Dialect::Config => kind == ScalarType::Str,
        };
        if !fits || text == "<<" || self.scanner.at - start > LONGEST_KEY {
            return None;
        }
        self.scanner.at += 1;
        let (mark, line) = (key_mark(text.as_bytes()), self.scanner.line);
        let text = Text { at: at as u32, length: text.len() as u32 };
        Some(Key { text, mark, kind, line, as_is: as_is && kind == ScalarType::Str })
    }

    /// Reads the scalar that starts here; `indent` is the column of the collection around it.
    #[inline]
    pub(super) fn value(&mut self, to: &mut Slot, indent: isize) -> Option<()> {
        match self.scanner.byte(0) {
            b'"' | b'\'' => {
                self.quoted(to)?;
                self.finish_line()
            }
            byte @ (b'|' | b'>') if indent >= 0 => self.block(to, indent, byte == b'>'),
            _ if indent >= 0 => {
                let plain =
                    Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
                self.plain(to, plain, indent)
            }
            _ => None,
        }
    }

    /// Makes a scalar of `to`, with a text that is at `at` in the tree.
    #[inline]
    fn scalar(&mut self, to: &mut Slot, text: &str, at: Text, plain: bool, as_is: bool) {
        let kind = if plain { resolve_value(text, self.options.dialect) } else { ScalarType::Str };
        if plain && kind == ScalarType::Str {
            // No plain text starts with a tab, which is all that could matter to JSON.
            return to.set_scalar(at, kind, plain, as_is);
        }
        if self.is_json_form {
            self.is_json_form = is_json_form(ScalarRef { text, kind, plain });
        }
        to.set_scalar(at, kind, plain, is_printed_as_it_is(text, kind));
    }

    /// Makes a scalar of `to`, with the text between `start` and `end`.
    #[inline]
    pub(super) fn scalar_at(
        &mut self,
        to: &mut Slot,
        (start, end): (usize, usize),
        plain: bool,
        is_word: bool,
        line: u32,
    ) -> Option<()> {
        to.place = PlaceId::of_line(line);
        let text = self.scanner.text.get(start..end)?;
        let at = Text { at: start as u32, length: text.len() as u32 };
        let as_is = match is_word {
            true => is_word_of_ascii(text),
            false => plain && is_printed_as_it_is(text, ScalarType::Str),
        };
        self.scalar(to, text, at, plain, as_is);
        Some(())
    }

    /// Makes a scalar of `to`, with a text that stands in the file in another form.
    fn scalar_of(&mut self, to: &mut Slot, text: &str, plain: bool, line: u32) -> Option<()> {
        to.place = PlaceId::of_line(line);
        let start = self.scanner.text.len() + self.texts.len();
        let at = Text { at: u32::try_from(start).ok()?, length: u32::try_from(text.len()).ok()? };
        at.at.checked_add(at.length).filter(|end| *end < Text::LONG)?;
        self.texts.push_str(text);
        let as_is = plain && is_printed_as_it_is(text, ScalarType::Str);
        self.scalar(to, text, at, plain, as_is);
        Some(())
    }

    /// Reads the plain scalar that starts here, and whose first line has been scanned.
    #[inline]
    pub(super) fn plain(&mut self, to: &mut Slot, plain: Plain, indent: isize) -> Option<()> {
        let (start, line) = (self.scanner.at, self.scanner.line);
        match plain.stop {
            Stop::Line => {
                if !self.usual_next_line(plain.at, indent)? {
                    if !self.end_on_line(plain.at, indent) {
                        let text = self.plain_of_lines(plain, indent)?;
                        return self.scalar_of(to, &text, true, line);
                    }
                    self.next_content()?;
                }
            }
            Stop::Comment => {
                self.scanner.at = plain.at;
                self.finish_line()?;
            }
            Stop::Colon | Stop::Indicator => return None,
        }
        self.scalar_at(to, (start, plain.end), true, plain.is_word, line)
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
        let mut text = std::mem::take(&mut self.line);
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
        self.line = text;
        Some(scalar)
    }

    /// Reads a scalar in quotes.
    #[inline]
    pub(super) fn quoted(&mut self, to: &mut Slot) -> Option<()> {
        if self.quoted_word(to) { Some(()) } else { self.unusual_quoted(to) }
    }

    #[inline(never)]
    fn unusual_quoted(&mut self, to: &mut Slot) -> Option<()> {
        let (start, line) = (self.scanner.at, self.scanner.line);
        if self.quoted_on_line()?.is_some() {
            let end = self.scanner.at - 1;
            return self.scalar_at(to, (start + 1, end), false, false, line);
        }
        let scanned = match self.scanner.byte(0) {
            b'"' => self.scanner.scan_double_quoted(),
            _ => self.scanner.scan_single_quoted(),
        };
        let scanned = scanned.ok()?;
        let lines = self.scanner.bytes.get(start..self.scanner.at)?;
        if self.split && Separator::new().find(lines).is_some() {
            return None;
        }
        self.scalar_of(to, &scanned, false, line)
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

    /// Reads a literal or folded block.
    fn block(&mut self, to: &mut Slot, indent: isize, folded: bool) -> Option<()> {
        let (mark, line) = (self.scanner.mark(), self.scanner.line);
        self.scanner.indent = indent;
        let text = self.scanner.scan_block_scalar().ok()?;
        self.next_content()?;
        if self.options.dialect != Dialect::Resource {
            return self.scalar_of(to, &text, false, line);
        }
        let printed = reprinted(text.clone(), folded, mark).ok()?;
        self.scalar_of(to, &printed, false, line)?;
        if printed != text {
            self.refolded.push((to.text(), text, printed));
        }
        Some(())
    }
}
