//! The chunks of a file of resources: the text between its `---` lines.

use super::error::{Fault, Mark};
use crate::find::{Separator, count_line_feeds, line_feed};

/// Splits a text where the reference does: at lines that start with `---`, but neither at the first line, nor at the
/// line right behind such a line, nor at a last line without a line break. There, `---` is left to the scanner.
pub(super) struct Chunks<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    split: bool,
    done: bool,
}

impl<'a> Chunks<'a> {
    /// The chunks of `text`, which starts with line `line`; a single one when it is not to be `split`.
    pub(super) fn new(text: &'a str, line: u32, split: bool) -> Chunks<'a> {
        Chunks { text, at: 0, line, split, done: text.is_empty() }
    }

    /// The text that they are parts of.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// All chunks that have not been taken, and their first line.
    pub(super) fn rest(&self) -> Option<(&'a str, u32)> {
        if self.done { None } else { Some((self.text.get(self.at..)?, self.line)) }
    }

    /// Takes the next chunk, which has this length, and the separator behind it, which is line `line`.
    pub(super) fn take_first(&mut self, length: usize, line: u32) -> Result<(), Fault> {
        let dashes = self.at + length;
        let behind = self.text.as_bytes().get(dashes + 3..).unwrap_or_default();
        match line_feed(behind) {
            Some(end) => self.step_over(dashes, dashes + 3 + end + 1, line),
            None => {
                self.done = true;
                Ok(())
            }
        }
    }

    /// Steps over the separator that starts at `dashes` in line `line` to the next chunk, which starts at `next`.
    fn step_over(&mut self, dashes: usize, next: usize, line: u32) -> Result<(), Fault> {
        self.at = next;
        self.line = line + 1;
        let rest = &self.text[dashes + 3..next - 1];
        if rest.is_empty() {
            return Ok(());
        }
        let rest = rest.trim();
        if rest.is_empty() || rest.starts_with('#') {
            return Ok(());
        }
        self.done = true;
        let message =
            "nothing but a comment may follow `---` on its line, except at the top of the file";
        Err(Fault::new(Mark { at: dashes as u32 + 3, line }, message))
    }

    /// The next separator: where the chunk before it ends, and where the next one starts.
    fn find_separator(&self) -> Option<(usize, usize)> {
        if !self.split {
            return None;
        }
        let bytes = self.text.as_bytes();
        let dashes = self.at + Separator::new().find(&bytes[self.at..])?;
        let end = dashes + 4 + line_feed(&bytes[dashes + 4..])?;
        Some((dashes, end + 1))
    }
}

impl<'a> Iterator for Chunks<'a> {
    /// A chunk and its first line.
    type Item = Result<(&'a str, u32), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let (start, line) = (self.at, self.line);
        let Some((end, next)) = self.find_separator() else {
            self.done = true;
            return Some(Ok((&self.text[start..], line)));
        };
        // The line break before the separator belongs to the chunk.
        let chunk = &self.text[start..=end];
        let last_line = line + count_line_feeds(chunk.as_bytes()) as u32;
        Some(self.step_over(end + 1, next, last_line).map(|()| (chunk, line)))
    }
}
