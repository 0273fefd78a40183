//! The reader: from bytes to documents, accepting and refusing what the reference does.
//!
//! The bytes become text (`input`), the text is split where the reference splits it (`chunks`), each chunk becomes
//! tokens (`scanner`) and then nodes (`composer`). Most chunks become nodes at once (`fast`), without tokens. Comments,
//! styles, anchors and aliases are gone after that.

mod alias;
mod block;
mod candidate;
mod chunks;
mod collections;
mod composer;
mod cursor;
mod entries;
mod error;
mod fast;
mod flow;
mod input;
mod pieces;
mod quoted;
mod scalar;
mod scanner;
mod tag;
mod tagged;
mod token;

pub use block::is_unreadable_block;
pub use error::{ReadError, ReadErrorKind};
pub(crate) use fast::plain_scalar;
pub use pieces::{Piece, cut_resources};

use ecow::EcoString;

use alias::Budget;
use chunks::Chunks;
use composer::Composer;
use error::Fault;
use fast::{Memory, Reader};
use scanner::{Lookahead, Scanner};

#[cfg(doc)]
use crate::is_json_form;
use crate::{Dialect, Node, NodeId, SourceId, Tree};

/// The levels of nesting that a document may have.
pub const MAX_DEPTH: usize = 200;

/// Where a text comes from and how it is read.
#[derive(Clone, Copy)]
struct Options {
    source: SourceId,
    dialect: Dialect,
    /// Whether a key may stand twice in a mapping of a resource.
    keeps_duplicates: bool,
}

impl Options {
    fn new(source: SourceId, dialect: Dialect) -> Options {
        Options { source, dialect, keeps_duplicates: false }
    }
}

/// A document of a file of resources.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its content.
    pub tree: Tree,
    /// True where all scalars but keys have their [JSON form](is_json_form). It may be false where they have it, too: the
    /// reader says what it sees on its way, and does not look twice.
    pub is_json_form: bool,
    /// Folded blocks of which the reference makes other texts, by rising nodes. Those of documents with anchors, tags and the like are not
    /// among them.
    pub refolded: Vec<Refolded>,
}

/// A folded block that is another text once the reference has printed it for itself and read it again, as it does on its way
/// to JSON: lines that have nothing to fold into get an empty one behind them. The tree holds what it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refolded {
    /// The node.
    pub node: NodeId,
    /// The text as it stands in the file.
    pub before: EcoString,
    /// The text that it becomes.
    pub after: EcoString,
}

impl From<Node> for Document {
    /// A document of which no more is known.
    fn from(node: Node) -> Document {
        let mut tree = Tree::from(&node);
        tree.set_empty_to_flow();
        Document { tree, is_json_form: false, refolded: Vec::new() }
    }
}

/// Reads the documents of a file.
///
/// A file of resources ([`Dialect::Resource`]) is split at its `---` lines, and each part gives its first document;
/// empty and null documents are left out. Anchors live only within their part. In a kustomization file
/// ([`Dialect::Config`]) only the first document counts, and it is the only node returned: null where there is none.
///
/// Aliases are replaced by what they stand for, and merge keys (`<<`) by what they merge; such nodes have the place
/// of the original. In a resource, a key may stand only once in a mapping, and its type is kept although only text is
/// a key to JSON; in a kustomization file the last value of a key counts, and keys become text.
///
/// # Errors
///
/// Refuses what the reference refuses, in the first place where something is wrong: bytes that are no text, text
/// that is not YAML, unknown and endless aliases, aliases that multiply each other, keys that are mappings, lists or
/// null, keys that stand twice in a mapping of a resource, values that do not fit their tag. Also refuses nesting
/// deeper than [`MAX_DEPTH`].
pub fn read_documents(
    bytes: &[u8],
    source: SourceId,
    dialect: Dialect,
) -> Result<Vec<Node>, ReadError> {
    read_nodes(bytes, Options::new(source, dialect))
}

/// Reads the documents of a file of resources as [`read_documents`] does, and says of each what else it saw.
///
/// # Errors
/// As [`read_documents`].
pub fn read_resources(bytes: &[u8], source: SourceId) -> Result<Vec<Document>, ReadError> {
    let mut documents = Vec::new();
    ResourceReader::default().read(bytes, source, &mut documents)?;
    Ok(documents)
}

/// Reads files of resources one after the other, and keeps the memory that reading takes from one to the next.
///
/// ```
/// use kbuild_yaml::{ResourceReader, SourceId};
///
/// let (mut reader, mut documents) = (ResourceReader::default(), Vec::new());
/// reader.read(b"a: 1\n---\nb: 2\n", SourceId(1), &mut documents)?;
/// reader.read(b"c: 3\n", SourceId(2), &mut documents)?;
/// assert_eq!(documents.len(), 3);
/// # Ok::<(), kbuild_yaml::ReadError>(())
/// ```
#[derive(Debug, Default)]
pub struct ResourceReader {
    memory: Memory,
}

impl ResourceReader {
    /// Adds the documents of a file to others, as [`read_resources`] reads them. On an error, some of them may be there.
    ///
    /// # Errors
    /// As [`read_resources`].
    pub fn read(
        &mut self,
        bytes: &[u8],
        source: SourceId,
        documents: &mut Vec<Document>,
    ) -> Result<(), ReadError> {
        let options = Options::new(source, Dialect::Resource);
        read(bytes, options, &mut self.memory, documents)
    }
}

/// Reads the documents of a file of resources as [`read_documents`] does, and keeps keys that stand twice in a mapping: all
/// of their entries are there, and [`Mapping::get`](crate::Mapping::get) finds the first.
///
/// The reference passes over such keys in patches, where the first one counts, and in annotations.
///
/// # Errors
/// As [`read_documents`], but for keys that stand twice.
pub fn read_documents_with_duplicates(
    bytes: &[u8],
    source: SourceId,
) -> Result<Vec<Node>, ReadError> {
    let options = Options { keeps_duplicates: true, ..Options::new(source, Dialect::Resource) };
    read_nodes(bytes, options)
}

fn read_nodes(bytes: &[u8], options: Options) -> Result<Vec<Node>, ReadError> {
    let mut documents = Vec::new();
    read(bytes, options, &mut Memory::default(), &mut documents)?;
    Ok(documents.into_iter().map(|document| document.tree.root().to_node()).collect())
}

/// Adds the documents of a file to others.
fn read(
    bytes: &[u8],
    options: Options,
    memory: &mut Memory,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    let Options { source, dialect, .. } = options;
    let input = match input::decode(bytes) {
        Ok(input) => input,
        Err((fault, before)) => return Err(fault.into_error(&before, source)),
    };
    let mut budget = Budget::default();
    if dialect == Dialect::Config {
        let (text, unusual_breaks) = (without_mark(&input.text), input.unusual_breaks);
        let document = match unusual_breaks {
            true => None,
            false => {
                let mut reader = Reader::new(text, false, options, std::mem::take(memory));
                let first = reader.read(text, 1, &mut budget);
                first.map(|first| reader.take(&first))
            }
        };
        let document = match document {
            Some(first) => Some(first),
            None => read_chunk_in_full(text, 1, unusual_breaks, options, &mut budget)?,
        };
        documents.push(document.unwrap_or_else(|| Node::null().into()));
        return Ok(());
    }
    let text = match input.utf16 {
        false if input.unusual_breaks => input.text.replace("\r\n", "\n").into(),
        _ => input.text,
    };
    let unusual_breaks = input.unusual_breaks && input::has_unusual_breaks(&text);
    let mut reader = Reader::new(&text, !input.utf16, options, std::mem::take(memory));
    let chunks = Chunks::new(&text, 1, !input.utf16);
    let result = read_chunks(chunks, unusual_breaks, &mut reader, &mut budget, documents);
    *memory = reader.into_memory();
    result
}

/// Adds the documents of a text to others.
fn read_chunks<'a>(
    mut chunks: Chunks<'a>,
    unusual_breaks: bool,
    reader: &mut Reader<'a>,
    budget: &mut Budget,
    documents: &mut Vec<Document>,
) -> Result<(), ReadError> {
    let (text, options) = (chunks.text(), reader.options());
    while let Some((rest, line)) = chunks.rest() {
        let start = without_mark(rest);
        let first = match unusual_breaks {
            true => None,
            false => reader.read(start, line, budget),
        };
        if let Some(first) = first {
            let length = rest.len() - start.len() + first.length;
            chunks
                .take_first(length, first.last_line)
                .map_err(|fault| fault.into_error(text, options.source))?;
            if !reader.is_null() {
                documents.push(reader.take(&first));
            }
            continue;
        }
        let Some(chunk) = chunks.next() else { break };
        let (chunk, line) = chunk.map_err(|fault| fault.into_error(text, options.source))?;
        match read_chunk_in_full(without_mark(chunk), line, unusual_breaks, options, budget)? {
            Some(document) if !document.tree.root().is_null() => documents.push(document),
            _ => {}
        }
    }
    Ok(())
}

/// A text without the byte order mark that it may start with.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

/// The first document of `text`, whose first line is line `line` of the file, by way of tokens. That knows all of YAML and all
/// errors.
fn read_chunk_in_full(
    text: &str,
    line: u32,
    unusual_breaks: bool,
    options: Options,
    budget: &mut Budget,
) -> Result<Option<Document>, ReadError> {
    let node = read_node_in_full(text, line, unusual_breaks, options, budget)?;
    Ok(node.map(Document::from))
}

fn read_node_in_full(
    text: &str,
    line: u32,
    unusual_breaks: bool,
    options: Options,
    budget: &mut Budget,
) -> Result<Option<Node>, ReadError> {
    let lookahead =
        if options.dialect == Dialect::Config { Lookahead::None } else { Lookahead::Two };
    let scanner = Scanner::new(text, line, unusual_breaks, lookahead);
    let document = Composer::new(scanner, options, budget).document();
    document.map_err(|fault: Fault| fault.into_error(text, options.source))
}

#[cfg(test)]
mod tests;
