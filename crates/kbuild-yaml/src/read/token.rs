//! The tokens that the scanner makes of a text.

use ecow::EcoString;

use super::error::Mark;

/// A token and where it starts.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) mark: Mark,
}

/// What a token is. The start and the end of block collections are tokens, though no character shows them.
#[derive(Debug)]
pub(super) enum TokenKind<'a> {
    StreamEnd,
    /// `%YAML`, and whether the version is 1.1, the only one that the reference reads.
    VersionDirective(bool),
    /// `%TAG`.
    TagDirective(Box<TagParts>),
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    /// `[`
    FlowSequenceStart,
    /// `]`
    FlowSequenceEnd,
    /// `{`
    FlowMappingStart,
    /// `}`
    FlowMappingEnd,
    /// `-`
    BlockEntry,
    /// `,`
    FlowEntry,
    /// `?`, or the start of a key without it.
    Key,
    /// `:`
    Value,
    /// `*name`
    Alias(&'a str),
    /// `&name`
    Anchor(&'a str),
    /// `!tag`
    Tag(Box<TagParts>),
    Scalar {
        text: EcoString,
        plain: bool,
    },
}

/// A tag as written: the handle (`!`, `!!`, `!name!`; empty for `!<…>` and a lone `!`) and the rest. In a `%TAG`
/// directive, the rest is the prefix that the handle stands for.
#[derive(Debug)]
pub(super) struct TagParts {
    pub(super) handle: EcoString,
    pub(super) rest: EcoString,
}

impl TokenKind<'_> {
    /// The token in the words of an error message.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            TokenKind::StreamEnd => "the end of the document",
            TokenKind::VersionDirective(_) | TokenKind::TagDirective(_) => "a `%` directive",
            TokenKind::DocumentStart => "`---`",
            TokenKind::DocumentEnd => "`...`",
            TokenKind::BlockSequenceStart => "a list",
            TokenKind::BlockMappingStart => "a mapping",
            TokenKind::BlockEnd => "less indentation",
            TokenKind::FlowSequenceStart => "`[`",
            TokenKind::FlowSequenceEnd => "`]`",
            TokenKind::FlowMappingStart => "`{`",
            TokenKind::FlowMappingEnd => "`}`",
            TokenKind::BlockEntry => "`-`",
            TokenKind::FlowEntry => "`,`",
            TokenKind::Key => "a key",
            TokenKind::Value => "`:`",
            TokenKind::Alias(_) => "an alias",
            TokenKind::Anchor(_) => "an anchor",
            TokenKind::Tag(_) => "a tag",
            TokenKind::Scalar { .. } => "a value",
        }
    }
}
