//! How a text is printed: plain, in quotes or as a block, and where it is folded.

use std::borrow::Cow;

use super::look::{Look, is_break, is_printable, stays_text};
use super::{Printer, Writer};
use crate::find::{is_without_blanks, last_line_feed, one_of_two};
use crate::tree::Tree;

/// Lines are folded at the first single space behind this column.
const WIDTH: usize = 80;

/// A text in double quotes, on one line: what cannot be [printed as it is](is_printable) is escaped, and so are line breaks.
///
/// ```
/// assert_eq!(kbuild_yaml::double_quoted("it's\n\u{1F600}"), r#""it's\n\U0001F600""#);
/// ```
pub fn double_quoted(text: &str) -> String {
    let (mut out, tree) = (Printer::default(), Tree::default());
    Writer::new(&mut out, &tree, None).double_quoted(text, None);
    out.into_text()
}

impl Writer<'_> {
    /// Writes `text` in the style that suits it. It is folded, and indented by `indent`, unless that is none: a simple key.
    pub(super) fn text(&mut self, text: &str, look: Look, indent: Option<usize>) {
        let holds_newline = look.multiline && (look.simple || text.contains('\n'));
        match indent {
            Some(indent) if holds_newline && look.block => self.literal(text, look.simple, indent),
            _ if holds_newline => self.double_quoted(text, indent),
            _ if !stays_text(text) => self.double_quoted(text, indent),
            _ if look.plain => self.plain(text, indent),
            _ if look.single_quoted => self.single_quoted(text, look.multiline, indent),
            _ => self.double_quoted(text, indent),
        }
    }

    /// Writes `text` plain. It holds no line breaks.
    fn plain(&mut self, text: &str, indent: Option<usize>) {
        match self.folding(text.len(), indent) {
            Some((indent, column)) => self.fold(text, indent, column),
            None => self.out.push_str(text),
        }
    }

    /// Writes `text` and breaks the line at the first single space behind the width, again and again.
    fn fold(&mut self, text: &str, indent: usize, mut column: usize) {
        let mut rest = text;
        while let Some(space) = next_single_space(rest, (WIDTH + 1).saturating_sub(column)) {
            self.out.push_str(&rest[..space]);
            self.out.push('\n');
            self.out.indent(indent);
            column = indent;
            rest = &rest[space + 1..];
        }
        self.out.push_str(rest);
    }

    /// Where folding starts: the indentation and the current column; none where `length` characters do not fill the line.
    fn folding(&self, length: usize, indent: Option<usize>) -> Option<(usize, usize)> {
        let indent = indent?;
        let column = self.column();
        (column + length > WIDTH).then_some((indent, column))
    }

    /// How many characters the current line has.
    fn column(&self) -> usize {
        let written = self.out.as_bytes();
        let line = &written[last_line_feed(written).map_or(0, |at| at + 1)..];
        if line.is_ascii() {
            // Of the other line breaks, none that is ASCII is ever written.
            return line.len();
        }
        let line = String::from_utf8_lossy(line);
        line.chars().rev().take_while(|&character| !is_break(character)).count()
    }

    /// Writes `text` in single quotes. Its only line breaks, if it has any, are U+2028 and U+2029.
    fn single_quoted(&mut self, text: &str, multiline: bool, indent: Option<usize>) {
        let text = if text.contains('\'') {
            Cow::Owned(text.replace('\'', "''"))
        } else {
            Cow::Borrowed(text)
        };
        // A text with line breaks is indented, however short it is.
        let fold = self.folding(if multiline { usize::MAX / 2 } else { text.len() + 1 }, indent);
        self.out.push('\'');
        match fold {
            Some((indent, column)) if !multiline => self.fold(&text, indent, column + 1),
            Some((indent, column)) => self.fold_lines(&text, indent, column + 1),
            None => self.out.push_str(&text),
        }
        self.out.push('\'');
    }

    /// Does what `fold` does for a text with line breaks: the lines that they start are indented, too.
    fn fold_lines(&mut self, text: &str, indent: usize, mut column: usize) {
        for (at, line) in text.split_inclusive(is_break).enumerate() {
            if at > 0 && !line.starts_with(is_break) {
                self.out.indent(indent);
                column = indent;
            }
            self.fold(line, indent, column);
            column = 0;
        }
    }

    /// Writes `text` in double quotes.
    fn double_quoted(&mut self, text: &str, indent: Option<usize>) {
        self.out.push('"');
        let bytes = text.as_bytes();
        if is_without_blanks(bytes) && one_of_two([b'"', b'\\'], bytes).is_none() {
            // There is nothing to escape, and nowhere to fold it, as in numbers and booleans that are strings.
            self.out.push_bytes(bytes);
            return self.out.push('"');
        }
        // The column counts only where lines are folded.
        let (fold_at, mut column) =
            if indent.is_some() { (WIDTH, self.column()) } else { (usize::MAX, 0) };
        let indent = indent.unwrap_or(0);
        // A byte order mark at the start has everything escaped.
        let escape_all = text.starts_with('\u{FEFF}');
        let mut after_space = false;
        for (at, character) in text.char_indices() {
            let rest = &text[at + character.len_utf8()..];
            if escape_all
                || !is_printable(character)
                || is_break(character)
                || matches!(character, '"' | '\\')
            {
                column += self.escaped(character);
                after_space = false;
            } else if character == ' '
                && !after_space
                && column > fold_at
                && at > 0
                && !rest.is_empty()
            {
                self.out.push('\n');
                self.out.indent(indent);
                column = indent;
                if rest.starts_with(' ') {
                    self.out.push('\\');
                    column += 1;
                }
                after_space = true;
            } else {
                self.out.push(character);
                column += 1;
                after_space = character == ' ';
            }
        }
        self.out.push('"');
    }

    /// Writes `character` as an escape and returns how long that is.
    fn escaped(&mut self, character: char) -> usize {
        use std::fmt::Write as _;
        let start = self.out.len();
        self.out.push('\\');
        let short = match character {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0B' => 'v',
            '\x0C' => 'f',
            '\r' => 'r',
            '\x1B' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{A0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(character);
                // Writing into a string cannot fail.
                let _ = match code {
                    0..=0xFF => write!(self.out, "x{code:02X}"),
                    0x100..=0xFFFF => write!(self.out, "u{code:04X}"),
                    _ => write!(self.out, "U{code:08X}"),
                };
                return self.out.len() - start;
            }
        };
        self.out.push(short);
        2
    }
}

/// The first space that stands alone, behind at least `characters` others and not at either end of `text`.
fn next_single_space(text: &str, characters: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = match bytes.get(..characters) {
        Some(start) if start.is_ascii() => characters,
        _ => text.char_indices().nth(characters)?.0,
    };
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == b' ')?;
        let &after = bytes.get(at + 1)?;
        if at > 0 && bytes[at - 1] != b' ' && after != b' ' {
            return Some(at);
        }
        at += 1;
    }
}
