//! The scanner's place in the text: what stands there, and steps over what makes no tokens.

use super::error::Mark;
use super::scanner::Scanner;

impl<'a> Scanner<'a> {
    /// The byte `ahead` of the next one; 0 behind the end, as no text holds a 0.
    #[inline]
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The column of the next byte, in bytes. Where columns are compared, nothing but ASCII stands before them.
    #[inline]
    pub(super) fn column(&self) -> isize {
        (self.at - self.line_start) as isize
    }

    /// The position of the next byte.
    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark { at: self.at as u32, line: self.line }
    }

    /// The length of the line break `ahead` of the next byte; 0 when something else stands there.
    #[inline]
    pub(super) fn break_length(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\n' => 1,
            b'\r' if self.byte(ahead + 1) == b'\n' => 2,
            b'\r' => 1,
            0xC2 if self.byte(ahead + 1) == 0x85 => 2,
            0xE2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xA8 | 0xA9) => {
                3
            }
            _ => 0,
        }
    }

    /// True when a blank, a line break or the end stands `ahead` of the next byte.
    #[inline]
    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        match self.byte(ahead) {
            b' ' | b'\t' | b'\n' | b'\r' => true,
            0xC2 | 0xE2 => self.break_length(ahead) > 0,
            0 => self.at + ahead >= self.bytes.len(),
            _ => false,
        }
    }

    /// Steps over the line break at the next byte, if one stands there, and says what it means in a scalar. Lines are counted
    /// as editors count them, by line feeds: YAML has other breaks as well.
    #[inline]
    pub(super) fn skip_break(&mut self) -> &'a str {
        let length = self.break_length(0);
        if length == 0 {
            return "";
        }
        let meaning =
            if length == 3 { self.text.get(self.at..self.at + 3).unwrap_or("\n") } else { "\n" };
        self.line += u32::from(self.byte(length - 1) == b'\n');
        self.at += length;
        self.line_start = self.at;
        meaning
    }

    /// Steps over spaces and tabs.
    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.byte(0), b' ' | b'\t') {
            self.at += 1;
        }
    }

    /// Steps to the end of the line.
    pub(super) fn skip_line(&mut self) {
        loop {
            let rest = &self.bytes[self.at..];
            let found = if self.unusual_breaks {
                rest.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2))
            } else {
                crate::find::line_feed(rest)
            };
            self.at += found.unwrap_or(rest.len());
            if self.at >= self.bytes.len() || self.break_length(0) > 0 {
                return;
            }
            self.at += 1;
        }
    }

    /// True when `---` or `...` stands at the next byte, which is the first of its line.
    pub(super) fn at_document_marker(&self) -> bool {
        self.at == self.line_start
            && matches!(self.bytes.get(self.at..self.at + 3), Some(b"---" | b"..."))
            && self.is_blank_or_end(3)
    }

    /// Steps over blanks, comments and line breaks.
    pub(super) fn skip_to_token(&mut self) {
        loop {
            while self.byte(0) == b' '
                || (self.byte(0) == b'\t' && (self.flow_level > 0 || !self.key_allowed))
            {
                self.at += 1;
            }
            if self.byte(0) == b'#' {
                self.skip_comments();
            }
            if self.break_length(0) == 0 {
                return;
            }
            self.skip_break();
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Steps over a comment and those on the lines behind it. In a run of comments, tabs may indent all but the first.
    pub(super) fn skip_comments(&mut self) {
        loop {
            self.skip_line();
            if self.lookahead == 1 {
                return;
            }
            let (at, line, line_start) = (self.at, self.line, self.line_start);
            loop {
                self.skip_blanks();
                if self.break_length(0) == 0 {
                    break;
                }
                self.skip_break();
            }
            if self.byte(0) != b'#' {
                (self.at, self.line, self.line_start) = (at, line, line_start);
                return;
            }
        }
    }

    /// Steps over a comment behind an indicator on the same line, where a tab may stand before it.
    pub(super) fn skip_comment_on_line(&mut self) {
        let at = self.at;
        self.skip_blanks();
        if self.lookahead > 1 && self.byte(0) == b'#' {
            self.skip_line();
        } else {
            self.at = at;
        }
    }
}
