//! The fast path: reads a document of the kind that manifests are straight from its lines, without tokens.
//!
//! It knows block collections, flow collections, scalars of every style and comments. Whatever else it meets (anchors,
//! aliases, tags, merge keys, `?`, directives, tabs, keys that stand twice, anything odd or wrong), it gives up, and the
//! scanner and the composer read the document from its start. So it never reports an error, and what it does read must be
//! the tree that the full path reads: `tests.rs` compares the two.
//!
//! The scanner lends its place in the text, and its scanning of scalars that take more than a line or hold escapes.

mod block;
mod flow;
mod lines;
mod plain;
mod scalar;
mod word;

use ecow::EcoString;
use plain::{Plain, Stop};

use super::alias::Budget;
use super::scanner::{Lookahead, Scanner};
use super::{Document, MAX_DEPTH, Options, Refolded};
use crate::tree::{NONE, NodeId, PlaceId, Shape, Slot, Text, Tree};
use crate::{Dialect, ScalarType};

/// The first and the last child of a collection that is being read.
struct Links {
    first: u32,
    last: u32,
}

impl Links {
    const NONE: Links = Links { first: NONE, last: NONE };
}

/// Room for what layers add to a document: a share of what it has, and some more. It is mostly names and labels, so a large document
/// gets no more room for texts than that takes.
const SHARE: usize = 8;
const MORE_SLOTS: usize = 7;
const TEXT_SHARE: usize = 3;
const MOST_TEXT: usize = 4096;
const MORE_TEXT: usize = 64;

/// The bytes of a document that a node takes at least, as a rule, and for how many nodes room is made at once.
const BYTES_A_NODE: usize = 12;
const AT_ONCE: usize = 4096;

/// The longest document that this reads, and there is room for what is unfolded.
const LARGEST: usize = 1 << 30;

/// Where the first document of a text ends.
pub(super) struct First {
    /// What this document takes of the text.
    pub(super) length: usize,
    /// The line behind it.
    pub(super) last_line: u32,
}

/// Memory that the reading of one text leaves behind for that of the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    slots: Vec<Slot>,
    texts: String,
    line: String,
}

/// The text of the plain scalar that `text` is as a document; none where it is something else, or may be.
pub(crate) fn plain_scalar(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    if !bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        || bytes.starts_with(b"---")
        || bytes.starts_with(b"...")
    {
        return None;
    }
    let plain = Plain::scan::<{ plain::IN_BLOCK }>(bytes, 0)?;
    if plain.stop == Stop::Line { text.get(..plain.end) } else { None }
}

/// Reads the documents of a text, one after the other.
pub(super) struct Reader<'a> {
    /// The place in the text. It makes no tokens.
    scanner: Scanner<'a>,
    options: Options,
    /// Whether a line that starts with `---` ends a document, unless it is its first one.
    split: bool,
    /// The column of the next content, when the scanner stands at the start of some; -1 at the end.
    column: isize,
    /// How many collections are open.
    depth: usize,
    /// How many keys the collections have that have been read.
    keys: usize,
    /// True while all scalars but keys have their JSON form, in a file of resources.
    is_json_form: bool,
    /// The nodes of the document.
    slots: Vec<Slot>,
    /// The texts of scalars that do not stand in the file as they are.
    texts: String,
    /// The texts of folded blocks that are others when they are printed and read again, those first that stand in the file.
    refolded: Vec<(Text, EcoString, EcoString)>,
    /// What scalars of several lines are put together in.
    line: String,
}

impl<'a> Reader<'a> {
    /// A reader of the documents of `text`, where it is [split](super::chunks::Chunks) if it is to be `split`.
    pub(super) fn new(text: &'a str, split: bool, options: Options, memory: Memory) -> Reader<'a> {
        let lookahead =
            if options.dialect == Dialect::Config { Lookahead::None } else { Lookahead::Two };
        let Memory { mut slots, texts, line } = memory;
        slots.clear();
        slots.reserve((text.len() / BYTES_A_NODE).min(AT_ONCE));
        Reader {
            scanner: Scanner::without_tokens(text, 1, false, lookahead),
            options,
            split,
            column: 0,
            depth: 0,
            keys: 0,
            is_json_form: false,
            slots,
            texts,
            refolded: Vec::new(),
            line,
        }
    }

    pub(super) fn options(&self) -> Options {
        self.options
    }

    /// The memory that it has taken, for another text.
    pub(super) fn into_memory(self) -> Memory {
        Memory { slots: self.slots, texts: self.texts, line: self.line }
    }

    /// Reads the first document of `text`, whose first line is line `line` of the file; none where that is left to the full path.
    /// The document is there to be [taken](Reader::take) then.
    ///
    /// No line of `text` may end with anything but a line feed.
    pub(super) fn read(&mut self, text: &'a str, line: u32, budget: &mut Budget) -> Option<First> {
        self.scanner.text = text;
        self.scanner.bytes = text.as_bytes();
        (self.scanner.at, self.scanner.line, self.scanner.line_start) = (0, line, 0);
        (self.depth, self.keys) = (0, 0);
        self.is_json_form = self.options.dialect == Dialect::Resource;
        self.slots.clear();
        self.texts.clear();
        self.refolded.clear();
        self.document()?;
        let (length, last_line) = (self.scanner.at.min(text.len()), self.scanner.line);
        // Texts of a tree are found by numbers of 32 bits, and lines by fewer.
        if length > LARGEST || !PlaceId::has_room(last_line) {
            return None;
        }
        budget.written_all(self.keys + self.slots.len());
        Some(First { length, last_line })
    }

    /// True where the document that was read is a null.
    pub(super) fn is_null(&self) -> bool {
        self.slots.first().is_some_and(|root| root.shape == Shape::Scalar(ScalarType::Null))
    }

    /// The document that was read.
    pub(super) fn take(&mut self, first: &First) -> Document {
        let (text, length) = (self.scanner.text, first.length);
        let refolded = self.refolded();
        self.move_texts(text.len(), length);
        let tree = self.tree(text.get(..length).unwrap_or_default());
        Document { tree, is_json_form: self.is_json_form, refolded }
    }

    /// The folded blocks with their nodes, which come in the same order.
    fn refolded(&mut self) -> Vec<Refolded> {
        if self.refolded.is_empty() {
            return Vec::new();
        }
        let mut slots = (0..).map(NodeId).zip(&self.slots);
        let refolded = self.refolded.drain(..).filter_map(|(text, before, after)| {
            let (node, _) = slots.find(|(_, slot)| slot.text() == text)?;
            Some(Refolded { node, before, after })
        });
        refolded.collect()
    }

    /// Puts the texts that do not stand in the file from where they were thought to start to where they do.
    fn move_texts(&mut self, from: usize, to: usize) {
        if self.texts.is_empty() || from == to {
            return;
        }
        for slot in &mut self.slots {
            let text = slot.text();
            if text.at as usize >= from {
                slot.set_text(Text { at: text.at - (from - to) as u32, ..text });
            }
        }
    }

    /// The document that was read from `text`.
    fn tree(&self, text: &str) -> Tree {
        let mut slots =
            Vec::with_capacity(self.slots.len() + self.slots.len() / SHARE + MORE_SLOTS);
        slots.extend_from_slice(&self.slots);
        let length = text.len() + self.texts.len();
        let mut texts =
            String::with_capacity(length + (length / TEXT_SHARE).min(MOST_TEXT) + MORE_TEXT);
        texts.push_str(text);
        texts.push_str(&self.texts);
        Tree::of(slots, texts, self.options.source)
    }

    fn document(&mut self) -> Option<()> {
        self.skip_to_document()?;
        if self.column < 0 {
            return None;
        }
        self.slots.push(Slot::NOTHING);
        self.node(Tree::ROOT, -1)?;
        (self.column < 0).then_some(())
    }

    /// Adds a node behind the others of a collection.
    #[inline]
    fn add(&mut self, links: &mut Links, slot: Slot) -> NodeId {
        let id = self.slots.len() as u32;
        match self.slots.get_mut(links.last as usize) {
            Some(last) => last.next = id,
            None => links.first = id,
        }
        links.last = id;
        self.slots.push(slot);
        NodeId(id)
    }

    fn slot(&mut self, id: NodeId) -> Option<&mut Slot> {
        self.slots.get_mut(id.0 as usize)
    }

    /// Counts a collection that starts here.
    fn open(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= MAX_DEPTH).then_some(())
    }

    fn close(&mut self) {
        self.depth -= 1;
    }
}

#[cfg(test)]
mod tests;
