//! Scanning of scalars: plain, in quotes, and as blocks.
//!
//! A scalar that stands on one line and holds no escapes is copied from the text in one piece; others are put
//! together in the scanner's scratch text.

use ecow::EcoString;

use super::error::{Fault, Mark};
use super::scanner::Scanner;
use super::tag::hex;

/// Bytes that may end a run of a plain scalar, in block context (1) or only in flow context (2).
const PLAIN_STOPS: [u8; 256] = {
    let mut stops = [0; 256];
    stops[0] = 1;
    stops[b' ' as usize] = 1;
    stops[b'\t' as usize] = 1;
    stops[b'\n' as usize] = 1;
    stops[b'\r' as usize] = 1;
    stops[b':' as usize] = 1;
    stops[0xC2] = 1;
    stops[0xE2] = 1;
    stops[b',' as usize] = 2;
    stops[b'?' as usize] = 2;
    stops[b'[' as usize] = 2;
    stops[b']' as usize] = 2;
    stops[b'{' as usize] = 2;
    stops[b'}' as usize] = 2;
    stops
};

/// The line breaks between two pieces of a folded scalar.
#[derive(Default)]
struct Breaks<'a> {
    first: &'a str,
    /// The breaks after the first one.
    rest: String,
}

impl<'a> Breaks<'a> {
    fn add(&mut self, meaning: &'a str) {
        if self.first.is_empty() { self.first = meaning } else { self.rest.push_str(meaning) }
    }

    /// What the breaks leave in the scalar: one line feed becomes a space, of several the first is dropped.
    fn fold_into(&mut self, text: &mut String) {
        if self.first != "\n" {
            text.push_str(self.first);
            text.push_str(&self.rest);
        } else if self.rest.is_empty() {
            text.push(' ');
        } else {
            text.push_str(&self.rest);
        }
        self.clear();
    }

    fn clear(&mut self) {
        self.first = "";
        self.rest.clear();
    }
}

impl<'a> Scanner<'a> {
    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The scalar of what is in `scratch`, followed by the text from `start` to `end`.
    fn finish(&mut self, mut scratch: String, start: usize, end: usize) -> EcoString {
        if scratch.is_empty() {
            self.scratch = scratch;
            return EcoString::from(self.slice(start, end));
        }
        scratch.push_str(self.slice(start, end));
        let text = EcoString::from(scratch.as_str());
        self.scratch = scratch;
        text
    }

    fn take_scratch(&mut self) -> String {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch
    }

    /// A scalar without quotes. Leaves the scanner behind the blanks and line breaks that follow it.
    pub(super) fn scan_plain(&mut self) -> Result<EcoString, Fault> {
        let indent = self.indent + 1;
        let in_flow = self.flow_level > 0;
        let harmless = if in_flow { 0 } else { 2 };
        let mut scratch = self.take_scratch();
        let mut breaks = Breaks::default();
        // The piece that has not been copied to `scratch` yet.
        let (mut piece, mut end) = (self.at, self.at);
        let mut broken = false;
        loop {
            if self.at_document_marker() || self.byte(0) == b'#' {
                break;
            }
            let run = self.at;
            loop {
                while self.bytes.get(self.at).is_some_and(|&byte| {
                    let class = PLAIN_STOPS[byte as usize];
                    class == 0 || class == harmless
                }) {
                    self.at += 1;
                }
                match self.byte(0) {
                    b':' if !self.is_blank_or_end(1) => self.at += 1,
                    0xC2 | 0xE2 if self.break_length(0) == 0 => self.at += 1,
                    _ => break,
                }
            }
            if self.at > run {
                if broken {
                    scratch.push_str(self.slice(piece, end));
                    breaks.fold_into(&mut scratch);
                    piece = run;
                    broken = false;
                }
                end = self.at;
            }
            let mut blank = false;
            loop {
                match self.byte(0) {
                    b'\t' if broken && self.column() < indent => {
                        let message =
                            "a tab stands where YAML wants spaces: indent with spaces only";
                        return Err(Fault::new(self.mark(), message));
                    }
                    b' ' | b'\t' => self.at += 1,
                    _ if self.break_length(0) > 0 => {
                        breaks.add(self.skip_break());
                        broken = true;
                    }
                    _ => break,
                }
                blank = true;
            }
            if !blank || (!in_flow && self.column() < indent) {
                break;
            }
        }
        if broken {
            self.key_allowed = true;
        }
        Ok(self.finish(scratch, piece, end))
    }

    /// A scalar in single quotes.
    pub(super) fn scan_single_quoted(&mut self) -> Result<EcoString, Fault> {
        let start = self.mark();
        self.at += 1;
        let mut scratch = self.take_scratch();
        let mut piece = self.at;
        loop {
            self.check_quoted(start)?;
            loop {
                match self.byte(0) {
                    b'\'' if self.byte(1) == b'\'' => {
                        scratch.push_str(self.slice(piece, self.at + 1));
                        self.at += 2;
                        piece = self.at;
                    }
                    b'\'' => break,
                    _ if self.is_blank_or_end(0) => break,
                    _ => self.at += 1,
                }
            }
            if self.byte(0) == b'\'' {
                break;
            }
            self.fold_quoted(&mut scratch, &mut piece, false);
        }
        let end = self.at;
        self.at += 1;
        Ok(self.finish(scratch, piece, end))
    }

    /// A scalar in double quotes.
    pub(super) fn scan_double_quoted(&mut self) -> Result<EcoString, Fault> {
        let start = self.mark();
        self.at += 1;
        let mut scratch = self.take_scratch();
        let mut piece = self.at;
        loop {
            self.check_quoted(start)?;
            let mut joined = false;
            loop {
                match self.byte(0) {
                    b'\\' => {
                        scratch.push_str(self.slice(piece, self.at));
                        if self.break_length(1) > 0 {
                            self.at += 1;
                            self.skip_break();
                            joined = true;
                        } else {
                            self.scan_escape(&mut scratch)?;
                        }
                        piece = self.at;
                        if joined {
                            break;
                        }
                    }
                    b'"' => break,
                    _ if self.is_blank_or_end(0) => break,
                    _ => self.at += 1,
                }
            }
            if self.byte(0) == b'"' {
                break;
            }
            self.fold_quoted(&mut scratch, &mut piece, joined);
        }
        let end = self.at;
        self.at += 1;
        Ok(self.finish(scratch, piece, end))
    }

    /// Refuses the end of the text and of the document inside of quotes.
    fn check_quoted(&self, start: Mark) -> Result<(), Fault> {
        if self.at_document_marker() {
            let marker = self.slice(self.at, self.at + 3);
            let message = format!(
                "the quote that opens here is not closed before the `{marker}` on line {}",
                self.line
            );
            return Err(Fault::new(start, message));
        }
        if self.at >= self.bytes.len() {
            return Err(Fault::new(start, "the quote that opens here is never closed"));
        }
        Ok(())
    }

    /// Steps over blanks and line breaks in quotes. Blanks around a break are dropped, others kept. `joined` says that
    /// an escaped line break came right before.
    fn fold_quoted(&mut self, scratch: &mut String, piece: &mut usize, joined: bool) {
        let blanks = self.at;
        let mut breaks = Breaks::default();
        let mut broken = joined;
        loop {
            match self.byte(0) {
                b' ' | b'\t' => self.at += 1,
                _ if self.break_length(0) > 0 => {
                    if !broken {
                        scratch.push_str(self.slice(*piece, blanks));
                        broken = true;
                        breaks.add(self.skip_break());
                    } else if joined {
                        breaks.rest.push_str(self.skip_break());
                    } else {
                        breaks.add(self.skip_break());
                    }
                }
                _ => break,
            }
        }
        if broken {
            breaks.fold_into(scratch);
            *piece = self.at;
        }
    }

    /// An escape in double quotes.
    fn scan_escape(&mut self, scratch: &mut String) -> Result<(), Fault> {
        let start = self.mark();
        let (character, digits) = match self.byte(1) {
            b'0' => ('\0', 0),
            b'a' => ('\u{7}', 0),
            b'b' => ('\u{8}', 0),
            b't' | b'\t' => ('\t', 0),
            b'n' => ('\n', 0),
            b'v' => ('\u{B}', 0),
            b'f' => ('\u{C}', 0),
            b'r' => ('\r', 0),
            b'e' => ('\u{1B}', 0),
            byte @ (b' ' | b'"' | b'\'' | b'\\') => (byte as char, 0),
            b'N' => ('\u{85}', 0),
            b'_' => ('\u{A0}', 0),
            b'L' => ('\u{2028}', 0),
            b'P' => ('\u{2029}', 0),
            b'x' => ('\0', 2),
            b'u' => ('\0', 4),
            b'U' => ('\0', 8),
            _ => {
                let message = "no escape starts with `\\` and this character: write `\\\\` for a backslash, or use single quotes";
                return Err(Fault::new(start, message));
            }
        };
        self.at += 2;
        if digits == 0 {
            scratch.push(character);
            return Ok(());
        }
        let mut value: u32 = 0;
        for ahead in 0..digits {
            let Some(digit) = hex(self.byte(ahead)) else {
                let message =
                    format!("this escape must be followed by {digits} hexadecimal digits");
                return Err(Fault::new(start, message));
            };
            value = value.wrapping_mul(16).wrapping_add(digit);
        }
        let Some(character) = char::from_u32(value) else {
            return Err(Fault::new(start, "this escape stands for no Unicode character"));
        };
        self.at += digits;
        scratch.push(character);
        Ok(())
    }

    /// A literal (`|`) or folded (`>`) scalar.
    pub(super) fn scan_block_scalar(&mut self) -> Result<EcoString, Fault> {
        let folded = self.byte(0) == b'>';
        self.at += 1;
        let (chomping, increment) = self.scan_block_header()?;
        let mut indent = match increment {
            0 => 0,
            _ => self.indent.max(0) + increment,
        };
        let mut scratch = self.take_scratch();
        let mut empty_lines = String::new();
        self.scan_block_breaks(&mut indent, &mut empty_lines)?;
        let mut last_break = "";
        let mut after_blank = false;
        while self.column() == indent && self.at < self.bytes.len() {
            let before_blank = matches!(self.byte(0), b' ' | b'\t');
            if folded && !after_blank && !before_blank && last_break == "\n" {
                if empty_lines.is_empty() {
                    scratch.push(' ');
                }
            } else {
                scratch.push_str(last_break);
            }
            scratch.push_str(&empty_lines);
            empty_lines.clear();
            after_blank = before_blank;
            let start = self.at;
            self.skip_line();
            scratch.push_str(self.slice(start, self.at));
            last_break = self.skip_break();
            self.scan_block_breaks(&mut indent, &mut empty_lines)?;
        }
        if chomping != Chomping::Strip {
            scratch.push_str(last_break);
        }
        if chomping == Chomping::Keep {
            scratch.push_str(&empty_lines);
        }
        let text = EcoString::from(scratch.as_str());
        self.scratch = scratch;
        Ok(text)
    }

    /// What stands behind `|` or `>`, with its line: chomping and indentation, in either order.
    fn scan_block_header(&mut self) -> Result<(Chomping, isize), Fault> {
        let (mut chomping, mut increment) = (None, None);
        loop {
            match self.byte(0) {
                byte @ (b'+' | b'-') if chomping.is_none() => {
                    chomping = Some(if byte == b'+' { Chomping::Keep } else { Chomping::Strip });
                }
                b'0' if increment.is_none() => {
                    let message = "the indentation of a block scalar must be between 1 and 9";
                    return Err(Fault::new(self.mark(), message));
                }
                byte @ b'1'..=b'9' if increment.is_none() => {
                    increment = Some(isize::from(byte - b'0'))
                }
                _ => break,
            }
            self.at += 1;
        }
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.skip_line();
        }
        if self.at < self.bytes.len() && self.break_length(0) == 0 {
            let message = "the text of a `|` or `>` block must start on the line below, indented";
            return Err(Fault::new(self.mark(), message));
        }
        self.skip_break();
        Ok((chomping.unwrap_or(Chomping::Clip), increment.unwrap_or(0)))
    }

    /// Steps over empty lines and the indentation of a block scalar; finds the indentation out where it is 0.
    fn scan_block_breaks(&mut self, indent: &mut isize, breaks: &mut String) -> Result<(), Fault> {
        let mut deepest = 0;
        loop {
            while self.byte(0) == b' ' && (*indent == 0 || self.column() < *indent) {
                self.at += 1;
            }
            deepest = deepest.max(self.column());
            if self.byte(0) == b'\t' && (*indent == 0 || self.column() < *indent) {
                let message = "a tab stands where YAML wants spaces: indent with spaces only";
                return Err(Fault::new(self.mark(), message));
            }
            if self.break_length(0) == 0 {
                break;
            }
            breaks.push_str(self.skip_break());
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}

/// What becomes of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// One is kept.
    Clip,
    /// `-`: none is kept.
    Strip,
    /// `+`: all are kept.
    Keep,
}
