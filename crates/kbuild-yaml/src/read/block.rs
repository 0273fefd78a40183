//! Scanning of scalars written as blocks: literal (`|`) and folded (`>`).

use ecow::EcoString;

use super::error::{Fault, Mark, ReadErrorKind};
use super::scanner::{Lookahead, Scanner};
use crate::find::leading_spaces;
use crate::write::{is_break, is_printable};

impl Scanner<'_> {
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
            let most = match *indent {
                0 => usize::MAX,
                _ => (*indent - self.column()).max(0) as usize,
            };
            self.at += leading_spaces(&self.bytes[self.at..]).min(most);
            deepest = deepest.max(self.column());
            if self.byte(0) == b'\t' && (*indent == 0 || self.column() < *indent) {
                let message = "a tab stands where YAML wants spaces: indent with spaces only";
                return Err(Fault::new(self.mark(), message).of(ReadErrorKind::Tab));
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

/// What is left of a block scalar when the reference prints the document for itself and reads it again, as it does
/// before it prints it for the user.
///
/// In a folded scalar, it puts an empty line behind lines that have nothing to fold into. A tab at the very start is taken
/// for indentation.
pub(super) fn reprinted(text: EcoString, folded: bool, mark: Mark) -> Result<EcoString, Fault> {
    let Some(first) = text.chars().find(|&character| !is_break(character)) else { return Ok(text) };
    let starts_with_tab = text.starts_with('\t');
    if !(folded || starts_with_tab) || !can_be_block(&text) {
        return Ok(text);
    }
    if starts_with_tab {
        let message = "a block cannot start with a tab: put the text in double quotes";
        return Err(Fault::new(mark, message));
    }
    let mut printed = String::with_capacity(text.len() + 16);
    printed.push_str(if text.starts_with(|first| first == ' ' || is_break(first)) {
        ">2"
    } else {
        ">"
    });
    let mut ends = text.chars().rev();
    match (ends.next().is_some_and(is_break), ends.next().is_some_and(is_break)) {
        (false, _) => printed.push('-'),
        (true, true) => printed.push('+'),
        (true, false) => {}
    }
    printed.push('\n');
    let doubles_breaks = !matches!(first, ' ' | '\t');
    for line in text.split_inclusive(is_break) {
        if line.starts_with(is_break) {
            printed.push_str(line);
            continue;
        }
        printed.push_str("  ");
        printed.push_str(line);
        if doubles_breaks && line.ends_with('\n') && !line.starts_with([' ', '\t']) {
            printed.push('\n');
        }
    }
    let mut scanner = Scanner::new(&printed, mark.line, true, Lookahead::None);
    scanner.scan_block_scalar()
}

/// True for a text of several lines that no block can hold, although the reference makes a block of it in passing, unless the
/// text stands in quotes: it starts with a tab. The reference cannot read it back, and refuses it.
///
/// ```
/// use kbuild_yaml::is_unreadable_block;
///
/// assert!(is_unreadable_block("\tone\ntwo\n"));
/// assert!(!is_unreadable_block("one\n\ttwo\n"));
/// ```
pub fn is_unreadable_block(text: &str) -> bool {
    text.starts_with('\t') && text.contains('\n') && !text.contains('\r') && can_be_block(text)
}

/// True for a text that the reference prints as a block where the document had one; it puts others in double quotes.
fn can_be_block(text: &str) -> bool {
    let mut after_space = false;
    for character in text.chars() {
        if after_space && is_break(character)
            || !(is_printable(character) || matches!(character, '\t' | '\r'))
        {
            return false;
        }
        after_space = character == ' ';
    }
    !after_space
}
