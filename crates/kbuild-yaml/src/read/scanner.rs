//! The scanner: from text to tokens.
//!
//! Indentation becomes tokens here, and so do keys: whether a scalar is a key shows only at the `:` behind it, so the
//! place of every token that could start a key is remembered until then. A key must stand on one line and is at most
//! 1024 characters long, which bounds that memory.

use std::collections::VecDeque;

use super::block::reprinted;
use super::candidate::Candidate;
use super::error::{Fault, Mark, ReadErrorKind};
use super::token::{Token, TokenKind};

/// Makes tokens of one chunk of text. Its place in the text is in `cursor.rs`, the candidates for keys are in
/// `candidate.rs`, scalars in `scalar.rs`, `quoted.rs` and `block.rs`, tags and directives in `tag.rs`.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    /// The next byte.
    pub(super) at: usize,
    /// The line of the next byte.
    pub(super) line: u32,
    /// Where that line starts.
    pub(super) line_start: usize,
    /// The column of the innermost block collection; -1 outside of all.
    pub(super) indent: isize,
    indents: Vec<isize>,
    /// How many `[` and `{` are open.
    pub(super) flow_level: usize,
    /// True where a key may start, which is also where tabs may not stand.
    pub(super) key_allowed: bool,
    /// For each flow level, the token that may turn out to be the start of a key.
    pub(super) candidates: Vec<Candidate>,
    pub(super) queue: VecDeque<Token<'a>>,
    /// How many tokens have been taken from the queue.
    pub(super) taken: usize,
    /// How many tokens must stand in the queue before the first is handed out.
    pub(super) lookahead: usize,
    /// Text under construction; kept to be reused.
    pub(super) scratch: String,
    /// True when the text may hold line breaks other than a line feed.
    pub(super) unusual_breaks: bool,
}

/// How the reference's two parsers differ in their scanning.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookahead {
    /// Tokens are read two ahead, as go-yaml v3 does. Broken text that close behind the end of a document counts.
    Two,
    /// Tokens are read when needed, as go-yaml v2 does.
    None,
}

impl<'a> Scanner<'a> {
    /// A scanner for `text`, whose first line is line `line` of the file.
    pub(super) fn new(
        text: &'a str,
        line: u32,
        unusual_breaks: bool,
        lookahead: Lookahead,
    ) -> Scanner<'a> {
        let mut scanner = Scanner::without_tokens(text, line, unusual_breaks, lookahead);
        let mark = Mark { at: 0, line };
        scanner.candidates.push(Candidate {
            possible: false,
            required: false,
            token: 0,
            mark,
            column: 0,
        });
        scanner.queue.reserve(16);
        scanner
    }

    /// The same for who only scans scalars one by one.
    pub(super) fn without_tokens(
        text: &'a str,
        line: u32,
        unusual_breaks: bool,
        lookahead: Lookahead,
    ) -> Scanner<'a> {
        Scanner {
            text,
            bytes: text.as_bytes(),
            at: 0,
            line,
            line_start: 0,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            key_allowed: true,
            candidates: Vec::new(),
            queue: VecDeque::new(),
            taken: 0,
            lookahead: if lookahead == Lookahead::Two { 3 } else { 1 },
            scratch: String::new(),
            unusual_breaks,
        }
    }

    /// The next token, which stays where it is.
    pub(super) fn peek(&mut self) -> Result<&Token<'a>, Fault> {
        while self.needs_more()? {
            self.fetch()?;
        }
        // The loop has filled the queue.
        match self.queue.front() {
            Some(token) => Ok(token),
            None => Err(Fault::new(self.mark(), "the text ends too early")),
        }
    }

    /// Takes the token that `peek` showed.
    pub(super) fn take(&mut self) -> Result<Token<'a>, Fault> {
        self.peek()?;
        self.taken += 1;
        match self.queue.pop_front() {
            Some(token) => Ok(token),
            None => Err(Fault::new(self.mark(), "the text ends too early")),
        }
    }

    /// True while the queue is short, or while its first token may still turn out to be a key.
    #[inline]
    fn needs_more(&mut self) -> Result<bool, Fault> {
        if self.queue.len() < self.lookahead {
            return Ok(true);
        }
        // Candidates stand in the order of their tokens.
        let level = match self.flow_level {
            0 => 0,
            _ => self.candidates.partition_point(|candidate| candidate.token < self.taken),
        };
        match self.candidates.get(level) {
            Some(candidate) if candidate.possible && candidate.token == self.taken => {
                self.is_key_possible(level)
            }
            _ => Ok(false),
        }
    }

    fn push(&mut self, kind: TokenKind<'a>, mark: Mark) {
        self.queue.push_back(Token { kind, mark });
    }

    /// Reads one more token into the queue; with it may come the starts and ends of collections.
    fn fetch(&mut self) -> Result<(), Fault> {
        self.skip_to_token();
        self.close_blocks(self.column());
        let mark = self.mark();
        if self.at >= self.bytes.len() {
            return self.fetch_end();
        }
        let byte = self.byte(0);
        if self.column() == 0 {
            if byte == b'%' {
                self.leave_document()?;
                let directive = self.scan_directive()?;
                self.push(directive, mark);
                return Ok(());
            }
            if self.at_document_marker() {
                self.leave_document()?;
                self.at += 3;
                let kind =
                    if byte == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
                self.push(kind, mark);
                return Ok(());
            }
        }
        match byte {
            b'[' => self.open_flow(TokenKind::FlowSequenceStart),
            b'{' => self.open_flow(TokenKind::FlowMappingStart),
            b']' => self.close_flow(TokenKind::FlowSequenceEnd),
            b'}' => self.close_flow(TokenKind::FlowMappingEnd),
            b',' => {
                self.drop_candidate()?;
                self.key_allowed = true;
                self.indicator(TokenKind::FlowEntry);
                Ok(())
            }
            b'-' if self.is_blank_or_end(1) => self.fetch_block_entry(),
            b'?' if self.flow_level > 0 || self.is_blank_or_end(1) => self.fetch_key(),
            b':' if self.flow_level > 0 || self.is_blank_or_end(1) => self.fetch_value(),
            b'*' | b'&' => {
                self.save_candidate()?;
                self.key_allowed = false;
                let kind = self.scan_anchor()?;
                self.push(kind, mark);
                Ok(())
            }
            b'!' => {
                self.save_candidate()?;
                self.key_allowed = false;
                let kind = self.scan_tag()?;
                self.push(kind, mark);
                Ok(())
            }
            b'|' | b'>' if self.flow_level == 0 => {
                self.drop_candidate()?;
                self.key_allowed = true;
                let text = self.scan_block_scalar()?;
                let text =
                    if self.lookahead > 1 { reprinted(text, byte == b'>', mark)? } else { text };
                self.push(TokenKind::Scalar { text, plain: false }, mark);
                Ok(())
            }
            b'\'' | b'"' => {
                self.save_candidate()?;
                self.key_allowed = false;
                let text = if byte == b'"' {
                    self.scan_double_quoted()?
                } else {
                    self.scan_single_quoted()?
                };
                self.push(TokenKind::Scalar { text, plain: false }, mark);
                Ok(())
            }
            b' ' | b'\t' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => Err(self.no_token(byte)),
            _ => {
                self.save_candidate()?;
                self.key_allowed = false;
                let text = self.scan_plain()?;
                self.push(TokenKind::Scalar { text, plain: true }, mark);
                Ok(())
            }
        }
    }

    #[cold]
    fn no_token(&self, byte: u8) -> Fault {
        let message = match byte {
            b'\t' => "a tab stands where YAML wants spaces: indent with spaces only".to_owned(),
            b'%' => "a plain value cannot start with `%`: put it in quotes".to_owned(),
            b'@' | b'`' => {
                format!("a plain value cannot start with `{}`: put it in quotes", byte as char)
            }
            _ => format!("nothing can start with `{}` here: put the value in quotes", byte as char),
        };
        let kind = if byte == b'\t' { ReadErrorKind::Tab } else { ReadErrorKind::Syntax };
        Fault::new(self.mark(), message).of(kind)
    }

    fn fetch_end(&mut self) -> Result<(), Fault> {
        self.leave_document()?;
        // No `:` can follow any more, also not behind the flow collections that are still open.
        for candidate in &mut self.candidates {
            candidate.possible = false;
        }
        let mark = self.mark();
        self.push(TokenKind::StreamEnd, mark);
        Ok(())
    }

    /// A directive and a document marker end all that is open.
    fn leave_document(&mut self) -> Result<(), Fault> {
        self.close_blocks(-1);
        self.drop_candidate()?;
        self.key_allowed = false;
        Ok(())
    }

    /// Takes a one-byte token.
    fn indicator(&mut self, kind: TokenKind<'a>) {
        let mark = self.mark();
        self.at += 1;
        self.push(kind, mark);
    }

    fn open_flow(&mut self, kind: TokenKind<'a>) -> Result<(), Fault> {
        self.save_candidate()?;
        let token = self.taken + self.queue.len();
        let (mark, column) = (self.mark(), self.column());
        self.candidates.push(Candidate { possible: false, required: false, token, mark, column });
        self.flow_level += 1;
        self.key_allowed = true;
        self.indicator(kind);
        Ok(())
    }

    fn close_flow(&mut self, kind: TokenKind<'a>) -> Result<(), Fault> {
        self.drop_candidate()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.candidates.pop();
        }
        self.key_allowed = false;
        self.indicator(kind);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Fault> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                let message =
                    "a list item cannot start on this line: move the `-` to a line of its own";
                return Err(Fault::new(self.mark(), message));
            }
            self.open_block(self.column(), None, TokenKind::BlockSequenceStart, self.mark());
        }
        self.drop_candidate()?;
        self.key_allowed = true;
        self.indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Fault> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return Err(Fault::new(
                    self.mark(),
                    "a key cannot start here: put the value in quotes",
                ));
            }
            self.open_block(self.column(), None, TokenKind::BlockMappingStart, self.mark());
        }
        self.drop_candidate()?;
        self.key_allowed = self.flow_level == 0;
        self.indicator(TokenKind::Key);
        self.skip_comment_on_line();
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Fault> {
        let level = self.candidates.len() - 1;
        if self.is_key_possible(level)? {
            let candidate = &mut self.candidates[level];
            candidate.possible = false;
            let (token, mark, column) = (candidate.token, candidate.mark, candidate.column);
            let index = token - self.taken;
            self.queue.insert(index, Token { kind: TokenKind::Key, mark });
            self.open_block(column, Some(index), TokenKind::BlockMappingStart, mark);
            self.key_allowed = false;
            self.indicator(TokenKind::Value);
            return Ok(());
        }
        if self.flow_level == 0 {
            if !self.key_allowed {
                let message = "a `:` cannot stand here: the line is indented wrongly, or the value needs quotes";
                return Err(Fault::new(self.mark(), message));
            }
            self.open_block(self.column(), None, TokenKind::BlockMappingStart, self.mark());
        }
        self.key_allowed = self.flow_level == 0;
        self.indicator(TokenKind::Value);
        self.skip_comment_on_line();
        Ok(())
    }

    /// Starts a block collection when `column` is deeper than the innermost one.
    fn open_block(&mut self, column: isize, index: Option<usize>, kind: TokenKind<'a>, mark: Mark) {
        if self.flow_level > 0 || self.indent >= column {
            return;
        }
        self.indents.push(self.indent);
        self.indent = column;
        match index {
            Some(index) => self.queue.insert(index, Token { kind, mark }),
            None => self.push(kind, mark),
        }
    }

    /// Ends the block collections that are deeper than `column`.
    #[inline]
    fn close_blocks(&mut self, column: isize) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            let mark = self.mark();
            self.push(TokenKind::BlockEnd, mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }
}
