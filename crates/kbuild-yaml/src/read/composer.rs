//! The composer: from tokens to one document.
//!
//! It follows the grammar of the tokens with a stack of its own, so nesting costs no call stack.

use std::collections::HashMap;

use ecow::{EcoString, eco_format};

use super::alias::{Anchor, Budget};
use super::entries::Entries;
use super::error::{Fault, Mark, ReadErrorKind};
use super::flow::{Flow, leave_flow};
use super::scanner::Scanner;
use super::tagged::type_scalar;
use super::token::{TagParts, TokenKind};
use super::{MAX_DEPTH, Options};
use crate::{Dialect, Node, Place, Scalar, ScalarType, Value};

/// A value that stands complete, and what matters where it is a key.
pub(super) struct Built {
    pub(super) node: Node,
    pub(super) mark: Mark,
    /// True for a merge key.
    pub(super) merge: bool,
    /// True when an alias stands in the text.
    pub(super) alias: bool,
}

/// Makes the nodes of one document.
pub(super) struct Composer<'a, 'b> {
    pub(super) scanner: Scanner<'a>,
    options: Options,
    pub(super) stack: Vec<Frame<'a>>,
    anchors: HashMap<&'a str, Anchor>,
    budget: &'b mut Budget,
    tag_handles: Vec<TagParts>,
    flow: Flow,
}

/// A collection that is still open.
pub(super) struct Frame<'a> {
    pub(super) content: Content,
    /// True before the first entry of a flow collection.
    pub(super) first: bool,
    anchor: Option<&'a str>,
    pub(super) mark: Mark,
}

pub(super) enum Content {
    /// Items behind `-`; the flag is true where the list stands no deeper than its key, and ends without a token.
    BlockSequence(Vec<Node>, bool),
    FlowSequence(Vec<Node>),
    BlockMapping(Entries),
    FlowMapping(Entries),
    /// A single `key: value` in a flow sequence.
    FlowPair(Entries),
}

/// What stands before a value.
#[derive(Default)]
pub(super) struct Properties<'a> {
    anchor: Option<&'a str>,
    tag: Option<EcoString>,
}

/// How a value may be written where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Block,
    /// Behind a key, where a list needs no indentation.
    BlockMappingValue,
    Flow,
}

impl<'a, 'b> Composer<'a, 'b> {
    pub(super) fn new(
        scanner: Scanner<'a>,
        options: Options,
        budget: &'b mut Budget,
    ) -> Composer<'a, 'b> {
        Composer {
            scanner,
            options,
            stack: Vec::new(),
            anchors: HashMap::new(),
            budget,
            tag_handles: Vec::new(),
            flow: Flow::default(),
        }
    }

    /// The first document of the text; none where there is nothing but comments.
    pub(super) fn document(mut self) -> Result<Option<Node>, Fault> {
        let explicit = match self.scanner.peek()?.kind {
            TokenKind::StreamEnd => return Ok(None),
            TokenKind::VersionDirective(_)
            | TokenKind::TagDirective(_)
            | TokenKind::DocumentStart => true,
            _ => false,
        };
        self.read_directives()?;
        if explicit {
            let token = self.scanner.take()?;
            if !matches!(token.kind, TokenKind::DocumentStart) {
                return Err(Fault::new(
                    token.mark,
                    "a `%` directive needs a `---` behind it, and files of resources are cut there first: take the `%` line out",
                ));
            }
            if matches!(
                self.scanner.peek()?.kind,
                TokenKind::VersionDirective(_)
                    | TokenKind::TagDirective(_)
                    | TokenKind::DocumentStart
                    | TokenKind::DocumentEnd
                    | TokenKind::StreamEnd
            ) {
                return Ok(Some(self.empty(token.mark).node));
            }
        }
        let mut built = self.start_node(Context::Block)?;
        loop {
            match built {
                None => {}
                Some(value) => {
                    if self.stack.is_empty() {
                        // Text that cannot be scanned is an error right behind the document, too.
                        self.scanner.peek()?;
                        return Ok(Some(value.node));
                    }
                    self.accept(value)?;
                }
            }
            built = self.advance()?;
        }
    }

    fn read_directives(&mut self) -> Result<(), Fault> {
        let mut version = false;
        loop {
            let mark = self.scanner.peek()?.mark;
            match self.scanner.peek()?.kind {
                TokenKind::VersionDirective(_) | TokenKind::TagDirective(_) => {}
                _ => return Ok(()),
            }
            match self.scanner.take()?.kind {
                TokenKind::VersionDirective(supported) => {
                    if version {
                        return Err(Fault::new(mark, "`%YAML` stands here a second time"));
                    }
                    if !supported {
                        return Err(Fault::new(
                            mark,
                            "only YAML version 1.1 can be asked for with `%YAML`",
                        ));
                    }
                    version = true;
                }
                TokenKind::TagDirective(parts) => {
                    if self.tag_handles.iter().any(|known| known.handle == parts.handle) {
                        let message = format!("`%TAG {}` stands here a second time", parts.handle);
                        return Err(Fault::new(mark, message));
                    }
                    self.tag_handles.push(*parts);
                }
                _ => {}
            }
        }
    }

    /// Starts the value at the next token. A scalar, an alias and an empty value are complete at once.
    pub(super) fn start_node(&mut self, context: Context) -> Result<Option<Built>, Fault> {
        let start = self.scanner.peek()?.mark;
        let mut properties = Properties::default();
        loop {
            let token = self.scanner.peek()?;
            let mark = token.mark;
            match &token.kind {
                TokenKind::Scalar { .. } => {
                    let TokenKind::Scalar { text, plain } = self.scanner.take()?.kind else {
                        return Err(Fault::new(mark, "a value must stand here"));
                    };
                    return self.scalar(text, plain, properties, mark).map(Some);
                }
                TokenKind::Alias(name) if properties.is_empty() => {
                    let name = *name;
                    self.scanner.take()?;
                    return self.alias(name, mark).map(Some);
                }
                TokenKind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(*name);
                    self.scanner.take()?;
                }
                TokenKind::Tag(_) if properties.tag.is_none() => {
                    if let TokenKind::Tag(parts) = self.scanner.take()?.kind {
                        properties.tag = Some(self.full_tag(&parts, mark)?);
                    }
                }
                TokenKind::BlockEntry if context == Context::BlockMappingValue => {
                    self.open(Content::BlockSequence(Vec::new(), true), properties, mark)?;
                    return Ok(None);
                }
                TokenKind::FlowSequenceStart => {
                    self.scanner.take()?;
                    self.open(Content::FlowSequence(Vec::new()), properties, mark)?;
                    return Ok(None);
                }
                TokenKind::FlowMappingStart => {
                    self.scanner.take()?;
                    self.open(Content::FlowMapping(Entries::default()), properties, mark)?;
                    return Ok(None);
                }
                TokenKind::BlockSequenceStart if context != Context::Flow => {
                    self.scanner.take()?;
                    self.open(Content::BlockSequence(Vec::new(), false), properties, mark)?;
                    return Ok(None);
                }
                TokenKind::BlockMappingStart if context != Context::Flow => {
                    self.scanner.take()?;
                    self.open(Content::BlockMapping(Entries::default()), properties, mark)?;
                    return Ok(None);
                }
                _ if !properties.is_empty() => {
                    return self.scalar(EcoString::new(), true, properties, start).map(Some);
                }
                kind => {
                    let message = format!("a value must stand here; found {}", kind.describe());
                    return Err(Fault::new(mark, message));
                }
            }
        }
    }

    /// The tag with its handle replaced by what it stands for.
    fn full_tag(&self, parts: &TagParts, mark: Mark) -> Result<EcoString, Fault> {
        let declared = self.tag_handles.iter().find(|known| known.handle == parts.handle);
        match (parts.handle.as_str(), declared) {
            ("", _) => Ok(parts.rest.clone()),
            (_, Some(known)) => Ok(eco_format!("{}{}", known.rest, parts.rest)),
            ("!", None) => Ok(eco_format!("!{}", parts.rest)),
            ("!!", None) => Ok(eco_format!("tag:yaml.org,2002:{}", parts.rest)),
            (handle, None) => Err(Fault::new(
                mark,
                format!("no `%TAG` directive says what `{handle}` at the start of this tag means"),
            )),
        }
    }

    fn place(&self, mark: Mark) -> Place {
        Place { source: self.options.source, line: mark.line }
    }

    /// The null of a value that is not there.
    pub(super) fn empty(&mut self, mark: Mark) -> Built {
        self.budget.written();
        let scalar = Scalar { text: EcoString::new(), kind: ScalarType::Null, plain: true };
        let node = Node { value: Value::Scalar(scalar), place: self.place(mark) };
        self.flow.saw(&node);
        Built { node, mark, merge: false, alias: false }
    }

    #[inline]
    fn scalar(
        &mut self,
        text: EcoString,
        plain: bool,
        properties: Properties<'a>,
        mark: Mark,
    ) -> Result<Built, Fault> {
        self.budget.written();
        let typed = type_scalar(text, plain, properties.tag.as_deref(), self.options.dialect)
            .map_err(|message| Fault::new(mark, message).of(ReadErrorKind::BadTag))?;
        if typed.foreign && self.stack.len() > 1 && self.options.dialect == Dialect::Resource {
            self.refuse_key(mark)?;
        }
        let node = Node { value: Value::Scalar(typed.scalar), place: self.place(mark) };
        self.flow.saw(&node);
        if let Some(name) = properties.anchor {
            self.anchors.insert(name, Anchor::scalar(node.clone(), typed.merge));
        }
        Ok(Built { node, mark, merge: typed.merge, alias: false })
    }

    /// Refuses a scalar with a tag of its own as a key. Only the document's own mapping may have such keys.
    #[cold]
    fn refuse_key(&self, mark: Mark) -> Result<(), Fault> {
        let key = match self.stack.last().map(|frame| &frame.content) {
            Some(
                Content::BlockMapping(entries)
                | Content::FlowMapping(entries)
                | Content::FlowPair(entries),
            ) => !entries.waits_for_value(),
            _ => false,
        };
        if key {
            return Err(Fault::new(
                mark,
                "a key must be a string: this one has a tag that makes it something else",
            )
            .of(ReadErrorKind::NonStringKey));
        }
        Ok(())
    }

    fn alias(&mut self, name: &str, mark: Mark) -> Result<Built, Fault> {
        let Some(anchor) = self.anchors.get(name) else {
            return Err(Fault::new(
                mark,
                format!("no anchor `&{name}` stands before the alias `*{name}`"),
            )
            .of(ReadErrorKind::BadAlias));
        };
        let Anchor::Complete { node, merge, nodes, depth } = anchor else {
            return Err(Fault::new(
                mark,
                format!("the alias `*{name}` stands inside of its own anchor `&{name}`"),
            )
            .of(ReadErrorKind::BadAlias));
        };
        if self.stack.len() + depth > MAX_DEPTH {
            return Err(too_deep(mark));
        }
        if !self.budget.copied(*nodes) {
            return Err(Fault::new(mark, "the aliases of this file make it grow far too large")
                .of(ReadErrorKind::TooLarge));
        }
        self.flow.saw_alias();
        Ok(Built { node: node.clone(), mark, merge: *merge, alias: true })
    }

    pub(super) fn open(
        &mut self,
        content: Content,
        properties: Properties<'a>,
        mark: Mark,
    ) -> Result<(), Fault> {
        self.budget.written();
        if self.stack.len() >= MAX_DEPTH {
            return Err(too_deep(mark));
        }
        if let Some(name) = properties.anchor {
            self.anchors.insert(name, Anchor::Open);
        }
        if content.is_flow() {
            self.flow.open();
        }
        self.stack.push(Frame { content, first: true, anchor: properties.anchor, mark });
        Ok(())
    }

    /// Completes the innermost collection.
    pub(super) fn close(&mut self) -> Result<Built, Fault> {
        let Some(frame) = self.stack.pop() else {
            return Err(Fault::new(self.scanner.mark(), "the text ends too early"));
        };
        let flow = frame.content.is_flow();
        let value = match frame.content {
            Content::BlockSequence(items, _) | Content::FlowSequence(items) => {
                Value::Sequence(items)
            }
            Content::BlockMapping(entries) => Value::Mapping(entries.finish(leave_flow)),
            Content::FlowMapping(entries) | Content::FlowPair(entries) => {
                Value::Mapping(entries.finish(|_| ()))
            }
        };
        let mut node = Node { value, place: self.place(frame.mark) };
        if flow && self.options.dialect == Dialect::Resource {
            self.flow.close(&mut node, frame.anchor.is_some());
        }
        // Where the anchor stands again within the collection, that one counts.
        if let Some(name) = frame.anchor
            && matches!(self.anchors.get(name), Some(Anchor::Open))
        {
            let anchor = Anchor::collection(&node);
            if !self.budget.kept(anchor.nodes()) {
                return Err(Fault::new(frame.mark, "the anchors of this file hold far too much")
                    .of(ReadErrorKind::TooLarge));
            }
            self.anchors.insert(name, anchor);
        }
        Ok(Built { node, mark: frame.mark, merge: false, alias: false })
    }

    /// Puts a complete value into the innermost collection.
    #[inline]
    fn accept(&mut self, value: Built) -> Result<(), Fault> {
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            Some(Content::BlockSequence(items, _) | Content::FlowSequence(items)) => {
                items.push(value.node);
                Ok(())
            }
            Some(
                Content::BlockMapping(entries)
                | Content::FlowMapping(entries)
                | Content::FlowPair(entries),
            ) => entries.accept(value, self.options),
            None => Ok(()),
        }
    }
}

#[cold]
fn too_deep(mark: Mark) -> Fault {
    Fault::new(mark, format!("this is nested deeper than {MAX_DEPTH} levels"))
        .of(ReadErrorKind::TooLarge)
}

impl Content {
    fn is_flow(&self) -> bool {
        matches!(self, Content::FlowSequence(_) | Content::FlowMapping(_) | Content::FlowPair(_))
    }
}

impl Properties<'_> {
    fn is_empty(&self) -> bool {
        self.anchor.is_none() && self.tag.is_none()
    }
}
