//! What went wrong while reading, and where.

use crate::{Place, SourceId};

/// What sort of thing is wrong with a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// It is not YAML.
    #[default]
    Syntax,
    /// It is not text: another encoding, or control characters.
    NotText,
    /// A tab stands where spaces belong.
    Tab,
    /// A key stands twice in one mapping.
    DuplicateKey,
    /// A list or a mapping is a key.
    BadKey,
    /// A key is null, or has a tag that makes something else than a string of it.
    NonStringKey,
    /// An alias does not lead to a value.
    BadAlias,
    /// A value does not fit its tag.
    BadTag,
    /// It is nested too deep, or its aliases multiply each other.
    TooLarge,
}

/// A text that cannot be read, and the first reason why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// The text.
    pub file: SourceId,
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// Another line that the message speaks of.
    pub other_line: Option<u32>,
    /// What sort of thing is wrong.
    pub kind: ReadErrorKind,
    /// One sentence that says what is wrong.
    pub message: String,
}

impl ReadError {
    /// The place of the error, without its column.
    pub fn place(&self) -> Place {
        Place { source: self.file, line: self.line }
    }

    /// Moves the error down: the text stands in the middle of another one.
    pub fn move_down(&mut self, lines: u32) {
        self.line += lines;
        if let Some(line) = &mut self.other_line {
            let before = format!("line {line}");
            *line += lines;
            self.message = self.message.replace(&before, &format!("line {line}"));
        }
    }
}

/// What went wrong, before the position has been turned into a line and a column of the file.
#[derive(Debug)]
pub(super) struct Fault {
    /// The byte in the text that is being read.
    pub(super) at: Mark,
    /// Another line that the sentence speaks of.
    pub(super) other_line: Option<u32>,
    /// The sort.
    pub(super) kind: ReadErrorKind,
    /// The sentence.
    pub(super) message: String,
}

/// A position: the byte, and the line that it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The byte, from 0.
    pub(super) at: u32,
    /// The line of the file, from 1: how many line feeds stand before it, and one.
    pub(super) line: u32,
}

impl Fault {
    /// A fault at `at`. Kept out of line: faults are rare.
    #[cold]
    pub(super) fn new(at: Mark, message: impl Into<String>) -> Fault {
        Fault { at, other_line: None, kind: ReadErrorKind::Syntax, message: message.into() }
    }

    /// The same fault, whose message speaks of another line too.
    #[must_use]
    pub(super) fn with_line(self, line: u32) -> Fault {
        Fault { other_line: Some(line), ..self }
    }

    /// The same fault, as one of this sort.
    #[must_use]
    pub(super) fn of(self, kind: ReadErrorKind) -> Fault {
        Fault { kind, ..self }
    }

    /// The error that users see: the position as line and column.
    pub(super) fn into_error(self, text: &str, file: SourceId) -> ReadError {
        let before = text.get(..self.at.at as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..].chars().count() as u32 + 1;
        ReadError {
            file,
            line: self.at.line,
            column,
            other_line: self.other_line,
            kind: self.kind,
            message: self.message,
        }
    }
}
