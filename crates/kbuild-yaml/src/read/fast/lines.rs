//! Steps from line to line.

use super::Reader;
use crate::find::{leading_spaces, line_feed};

impl Reader<'_> {
    /// Steps to the first content, over a `---` that may stand before it.
    pub(super) fn skip_to_document(&mut self) -> Option<()> {
        self.skip_lines()?;
        let is_start = self.scanner.at == 0 || !self.split;
        if self.column == 0 && is_start && self.at_dashes() {
            self.scanner.at += 3;
            if !matches!(self.scanner.byte(0), b' ' | b'\n') {
                return None;
            }
            self.finish_line()?;
        }
        self.check_content()
    }

    /// Steps over what is left of the line behind a value, and to the next content.
    #[inline]
    pub(super) fn finish_line(&mut self) -> Option<()> {
        if self.scanner.byte(0) == b'\n' && self.usual_next_line(self.scanner.at, isize::MAX)? {
            return Some(());
        }
        self.finish_unusual_line()
    }

    #[inline(never)]
    pub(super) fn finish_unusual_line(&mut self) -> Option<()> {
        self.skip_spaces();
        match self.scanner.byte(0) {
            b'\n' => {}
            b'#' if self.follows_space() => {
                self.scanner.skip_line();
                if self.scanner.at >= self.scanner.bytes.len() {
                    self.column = -1;
                    return Some(());
                }
            }
            0 => {
                self.column = -1;
                return Some(());
            }
            _ => return None,
        }
        self.start_line();
        self.next_content()
    }

    /// Steps over the line feed at `at`, and to the next content, where that is on the next line and no further than at
    /// `indent`; false, and nothing taken, elsewhere.
    #[inline(always)]
    pub(super) fn usual_next_line(&mut self, at: usize, indent: isize) -> Option<bool> {
        let bytes = self.scanner.bytes;
        let Some(rest) = bytes.get(at + 1..) else { return Some(false) };
        let spaces = leading_spaces(rest);
        match rest.get(spaces) {
            None | Some(b'\n' | b'\t' | b'#') => return Some(false),
            Some(_) if spaces as isize > indent => return Some(false),
            Some(_) => {}
        }
        self.go_to_line(at + 1, spaces).map(|()| true)
    }

    /// Steps to the content behind so many spaces on the next line, which starts at `start`.
    #[inline(always)]
    pub(super) fn go_to_line(&mut self, start: usize, spaces: usize) -> Option<()> {
        self.scanner.line += 1;
        self.scanner.line_start = start;
        self.scanner.at = start + spaces;
        self.column = spaces as isize;
        if spaces > 0 { Some(()) } else { self.check_content() }
    }

    /// From the start of a line to the next content, which is no marker of a document.
    #[inline]
    pub(super) fn next_content(&mut self) -> Option<()> {
        self.skip_lines()?;
        self.check_content()
    }

    /// Steps to the next byte that is no space and stands outside of empty lines and comments.
    #[inline]
    fn skip_lines(&mut self) -> Option<()> {
        match self.scanner.byte(0) {
            b' ' | b'\n' | b'#' | b'\t' | 0 => self.skip_blank_lines(),
            _ => {
                self.column = self.scanner.column();
                Some(())
            }
        }
    }

    fn skip_blank_lines(&mut self) -> Option<()> {
        let bytes = self.scanner.bytes;
        let mut at = self.scanner.at;
        loop {
            at += leading_spaces(&bytes[at..]);
            match bytes.get(at) {
                Some(b'\n') => {}
                Some(b'#') => at += line_feed(&bytes[at..]).unwrap_or(bytes.len() - at),
                Some(b'\t') => return None,
                Some(_) => {
                    self.scanner.at = at;
                    self.column = self.scanner.column();
                    return Some(());
                }
                None => {}
            }
            if at >= bytes.len() {
                self.scanner.at = at;
                self.column = -1;
                return Some(());
            }
            at += 1;
            self.scanner.line += 1;
            self.scanner.line_start = at;
        }
    }

    /// None where a directive or a marker of a document could stand. Where the text is split, the end is there.
    #[inline]
    fn check_content(&mut self) -> Option<()> {
        if self.column != 0 {
            return Some(());
        }
        match self.scanner.byte(0) {
            0 => {
                self.column = -1;
                Some(())
            }
            b'%' => None,
            b'-' if self.split && self.at_dashes() => {
                // No text is split in its last line.
                line_feed(&self.scanner.bytes[self.scanner.at..])?;
                self.column = -1;
                Some(())
            }
            b'-' | b'.' if self.scanner.at_document_marker() => None,
            _ => Some(()),
        }
    }

    fn at_dashes(&self) -> bool {
        self.scanner.bytes[self.scanner.at..].starts_with(b"---")
    }

    /// Steps over the line feed that stands here.
    #[inline]
    pub(super) fn start_line(&mut self) {
        self.scanner.at += 1;
        self.scanner.line += 1;
        self.scanner.line_start = self.scanner.at;
    }

    fn follows_space(&self) -> bool {
        self.scanner.bytes[..self.scanner.at].ends_with(b" ")
    }

    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        while self.scanner.byte(0) == b' ' {
            self.scanner.at += 1;
        }
    }
}
