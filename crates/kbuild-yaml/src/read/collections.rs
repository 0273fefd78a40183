//! The entries of collections, token by token: a part of the composer.

use super::composer::{Built, Composer, Content, Context, Properties};
use super::entries::Entries;
use super::error::{Fault, Mark};
use super::token::TokenKind;

impl Composer<'_, '_> {
    /// Reads on in the innermost collection: the start of its next entry, which may be complete at once, or its end.
    pub(super) fn advance(&mut self) -> Result<Option<Built>, Fault> {
        let Some(frame) = self.stack.last_mut() else {
            return Err(Fault::new(self.scanner.mark(), "the text ends too early"));
        };
        let first = std::mem::replace(&mut frame.first, false);
        match &frame.content {
            Content::BlockSequence(_, false) => self.advance_block_sequence(),
            Content::BlockSequence(_, true) => self.advance_indentless_sequence(),
            Content::BlockMapping(entries) => {
                let waits = entries.waits_for_value();
                self.advance_block_mapping(waits)
            }
            Content::FlowSequence(_) => self.advance_flow_sequence(first),
            Content::FlowMapping(entries) => {
                let waits = entries.waits_for_value();
                self.advance_flow_mapping(first, waits)
            }
            Content::FlowPair(entries) => {
                let waits = entries.waits_for_value();
                let complete = !entries.is_untouched() && !waits;
                if complete { self.close().map(Some) } else { self.advance_flow_pair(waits) }
            }
        }
    }

    fn advance_block_sequence(&mut self) -> Result<Option<Built>, Fault> {
        let token = self.scanner.take()?;
        match token.kind {
            TokenKind::BlockEntry => match self.scanner.peek()?.kind {
                TokenKind::BlockEntry | TokenKind::BlockEnd => Ok(Some(self.empty(token.mark))),
                _ => self.start_node(Context::Block),
            },
            TokenKind::BlockEnd => self.close().map(Some),
            _ => Err(self.not_indented_alike(token.mark, "list", "an item (`- `)")),
        }
    }

    fn advance_indentless_sequence(&mut self) -> Result<Option<Built>, Fault> {
        if !matches!(self.scanner.peek()?.kind, TokenKind::BlockEntry) {
            return self.close().map(Some);
        }
        let mark = self.scanner.take()?.mark;
        match self.scanner.peek()?.kind {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                Ok(Some(self.empty(mark)))
            }
            _ => self.start_node(Context::Block),
        }
    }

    fn advance_block_mapping(&mut self, waits: bool) -> Result<Option<Built>, Fault> {
        if waits {
            let token = self.scanner.peek()?;
            let mark = token.mark;
            if !matches!(token.kind, TokenKind::Value) {
                return Ok(Some(self.empty(mark)));
            }
            self.scanner.take()?;
            return self.start_in_mapping(mark);
        }
        let token = self.scanner.take()?;
        match token.kind {
            TokenKind::Key => self.start_in_mapping(token.mark),
            TokenKind::BlockEnd => self.close().map(Some),
            _ => Err(self.not_indented_alike(token.mark, "mapping", "a key")),
        }
    }

    fn start_in_mapping(&mut self, mark: Mark) -> Result<Option<Built>, Fault> {
        match self.scanner.peek()?.kind {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(Some(self.empty(mark))),
            _ => self.start_node(Context::BlockMappingValue),
        }
    }

    #[cold]
    fn not_indented_alike(&self, mark: Mark, what: &str, entry: &str) -> Fault {
        let line = self.stack.last().map_or(0, |frame| frame.mark.line);
        let message = format!(
            "{entry} must start here with the indentation of the {what} that starts on line {line}: indent this line like the ones above it"
        );
        Fault::new(mark, message).with_line(line)
    }

    fn advance_flow_sequence(&mut self, first: bool) -> Result<Option<Built>, Fault> {
        if !self.next_flow_entry(first, "]")? {
            return self.close().map(Some);
        }
        match self.scanner.peek()?.kind {
            TokenKind::FlowSequenceEnd => {
                self.scanner.take()?;
                self.close().map(Some)
            }
            TokenKind::Key => {
                let mark = self.scanner.take()?.mark;
                self.open(Content::FlowPair(Entries::default()), Properties::default(), mark)?;
                Ok(None)
            }
            _ => self.start_node(Context::Flow),
        }
    }

    /// Steps over the `,` between entries; false, and the closing bracket taken, at the end.
    fn next_flow_entry(&mut self, first: bool, end: &str) -> Result<bool, Fault> {
        let token = self.scanner.peek()?;
        let ends = match token.kind {
            TokenKind::FlowSequenceEnd => end == "]",
            TokenKind::FlowMappingEnd => end == "}",
            _ => false,
        };
        if !ends && first {
            return Ok(true);
        }
        if ends || matches!(token.kind, TokenKind::FlowEntry) {
            self.scanner.take()?;
            return Ok(!ends);
        }
        let (mark, found) = (token.mark, token.kind.describe());
        let line = self.stack.last().map_or(0, |frame| frame.mark.line);
        let open = if end == "]" { "[" } else { "{" };
        let message = format!(
            "`,` or `{end}` must stand here, as the `{open}` on line {line} is still open; found {found}"
        );
        Err(Fault::new(mark, message).with_line(line))
    }

    fn advance_flow_pair(&mut self, waits: bool) -> Result<Option<Built>, Fault> {
        let token = self.scanner.peek()?;
        let mark = token.mark;
        if !waits {
            return match token.kind {
                TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                    // The reference swallows the token as well.
                    self.scanner.take()?;
                    Ok(Some(self.empty(mark)))
                }
                _ => self.start_node(Context::Flow),
            };
        }
        if matches!(token.kind, TokenKind::Value) {
            self.scanner.take()?;
            if !matches!(
                self.scanner.peek()?.kind,
                TokenKind::FlowEntry | TokenKind::FlowSequenceEnd
            ) {
                return self.start_node(Context::Flow);
            }
        }
        Ok(Some(self.empty(mark)))
    }

    fn advance_flow_mapping(&mut self, first: bool, waits: bool) -> Result<Option<Built>, Fault> {
        if waits {
            let token = self.scanner.peek()?;
            let mark = token.mark;
            if matches!(token.kind, TokenKind::Value) && self.expects_value() {
                self.scanner.take()?;
                if !matches!(
                    self.scanner.peek()?.kind,
                    TokenKind::FlowEntry | TokenKind::FlowMappingEnd
                ) {
                    return self.start_node(Context::Flow);
                }
            }
            return Ok(Some(self.empty(mark)));
        }
        if !self.next_flow_entry(first, "}")? {
            return self.close().map(Some);
        }
        let token = self.scanner.peek()?;
        let mark = token.mark;
        match token.kind {
            TokenKind::FlowMappingEnd => {
                self.scanner.take()?;
                self.close().map(Some)
            }
            TokenKind::Key => {
                self.scanner.take()?;
                self.set_expects_value(true);
                match self.scanner.peek()?.kind {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                        Ok(Some(self.empty(mark)))
                    }
                    _ => self.start_node(Context::Flow),
                }
            }
            _ => {
                self.set_expects_value(false);
                self.start_node(Context::Flow)
            }
        }
    }

    /// True when the key of the innermost mapping was recognized as one, so that a `:` may follow.
    fn expects_value(&self) -> bool {
        match self.stack.last().map(|frame| &frame.content) {
            Some(Content::FlowMapping(entries)) => entries.expects_value,
            _ => true,
        }
    }

    fn set_expects_value(&mut self, expects: bool) {
        if let Some(Content::FlowMapping(entries)) =
            self.stack.last_mut().map(|frame| &mut frame.content)
        {
            entries.expects_value = expects;
        }
    }
}
