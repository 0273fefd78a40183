//! Scanning of scalars in quotes.

use ecow::EcoString;

use super::error::{Fault, Mark};
use super::scalar::Breaks;
use super::scanner::Scanner;
use super::tag::hex;

impl Scanner<'_> {
    /// A scalar in single quotes.
    pub(super) fn scan_single_quoted(&mut self) -> Result<EcoString, Fault> {
        let start = self.mark();
        self.at += 1;
        let mut scratch = self.take_scratch();
        let mut piece = self.at;
        loop {
            self.check_quoted(start)?;
            loop {
                self.skip_ordinary();
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
                self.skip_ordinary();
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

    /// Steps over bytes that mean nothing in quotes of either sort.
    #[inline]
    fn skip_ordinary(&mut self) {
        let rest = &self.bytes[self.at..];
        let stop = rest.iter().position(|byte| {
            matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'\'' | b'\\' | 0xC2 | 0xE2)
        });
        self.at += stop.unwrap_or(rest.len());
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
}
