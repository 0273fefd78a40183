//! Scanning of scalars without quotes, and what all scalars have in common.
//!
//! A scalar that stands on one line and holds no escapes is copied from the text in one piece; others are put
//! together in the scanner's scratch text.

use ecow::EcoString;

use super::error::{Fault, ReadErrorKind};
use super::scanner::Scanner;

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
pub(super) struct Breaks<'a> {
    pub(super) first: &'a str,
    /// The breaks after the first one.
    pub(super) rest: String,
}

impl<'a> Breaks<'a> {
    pub(super) fn add(&mut self, meaning: &'a str) {
        if self.first.is_empty() { self.first = meaning } else { self.rest.push_str(meaning) }
    }

    /// What the breaks leave in the scalar: one line feed becomes a space, of several the first is dropped.
    pub(super) fn fold_into(&mut self, text: &mut String) {
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
    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The scalar of what is in `scratch`, followed by the text from `start` to `end`.
    pub(super) fn finish(&mut self, mut scratch: String, start: usize, end: usize) -> EcoString {
        if scratch.is_empty() {
            self.scratch = scratch;
            return EcoString::from(self.slice(start, end));
        }
        scratch.push_str(self.slice(start, end));
        let text = EcoString::from(scratch.as_str());
        self.scratch = scratch;
        text
    }

    pub(super) fn take_scratch(&mut self) -> String {
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
                let rest = &self.bytes[self.at..];
                let stop = rest.iter().position(|&byte| {
                    let class = PLAIN_STOPS[byte as usize];
                    class != 0 && class != harmless
                });
                self.at += stop.unwrap_or(rest.len());
                match self.byte(0) {
                    b':' if !self.is_blank_or_end(1) => self.at += 1,
                    // A space between two words.
                    b' ' if !matches!(self.byte(1), 0 | b'#')
                        && PLAIN_STOPS[self.byte(1) as usize] == 0 =>
                    {
                        self.at += 2;
                    }
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
                        return Err(Fault::new(self.mark(), message).of(ReadErrorKind::Tab));
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
}
