//! A large file of resources, cut into pieces that several threads can read.

use std::borrow::Cow;

use super::alias::Budget;
use super::chunks::Chunks;
use super::fast::{Memory, Reader};
use super::{Document, Options, input, read_chunks};
use crate::find::{Separator, count_line_feeds, last_line_feed, line_feed};
use crate::{Dialect, SourceId};

/// A part of a file of resources that ends where a document does.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    text: &'a str,
    /// The number of its first line in the file.
    line: u32,
    source: SourceId,
}

/// Cuts a file of resources into so many pieces, or fewer, of about the same size. What they hold, one after the other, is
/// what [`read_resources`](super::read_resources) gives. None where only the whole can be read: it has one document, is not
/// in UTF-8, or there is something wrong with it.
///
/// ```
/// use kbuild_yaml::{SourceId, cut_resources, read_resources};
///
/// let text = b"a: 1\n---\na: 2\n---\na: 3\n";
/// let pieces = cut_resources(text, SourceId(1), 2).unwrap_or_default();
/// let documents: Vec<_> = pieces.iter().filter_map(|piece| piece.read()).flatten().collect();
/// assert_eq!(pieces.len(), 2);
/// assert_eq!(documents.len(), 3);
/// assert_eq!(documents[2].tree.root().place().line, 5);
/// let whole = read_resources(text, SourceId(1)).unwrap();
/// assert_eq!(documents[2].tree.root(), whole[2].tree.root());
/// ```
pub fn cut_resources(bytes: &[u8], source: SourceId, count: usize) -> Option<Vec<Piece<'_>>> {
    let input = input::decode(bytes).ok()?;
    let (false, false, Cow::Borrowed(text)) = (input.utf16, input.unusual_breaks, input.text)
    else {
        return None;
    };
    let (separator, bytes) = (Separator::new(), text.as_bytes());
    let size = bytes.len() / count.max(1) + 1;
    let (mut pieces, mut start, mut line) = (Vec::new(), 0, 1);
    while let Some((end, next)) = cut(&separator, bytes, start + size) {
        let rest = text.get(end + 4..next)?.trim();
        if !rest.is_empty() && !rest.starts_with('#') {
            return None;
        }
        // The line break before the separator belongs to the piece.
        let piece = text.get(start..=end)?;
        pieces.push(Piece { text: piece, line, source });
        line += count_line_feeds(piece.as_bytes()) as u32 + 1;
        start = next;
    }
    pieces.push(Piece { text: text.get(start..)?, line, source });
    (pieces.len() > 1).then_some(pieces)
}

/// The first separator from a position on: where the document before it ends, and where the next one starts. A line with
/// dashes behind another one may be none, and is passed over.
fn cut(separator: &Separator, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let dashes = at + separator.find(bytes.get(at..)?)?;
        let before = last_line_feed(&bytes[..dashes]).map_or(0, |before| before + 1);
        if !bytes[before..].starts_with(b"---") {
            let end = dashes + 4 + line_feed(&bytes[dashes + 4..])?;
            return Some((dashes, end + 1));
        }
        at = dashes + 1;
    }
}

impl Piece<'_> {
    /// The documents of the piece. None where something is wrong with one of them, or where one has aliases, which are
    /// counted throughout the file: only the whole can be read then.
    pub fn read(&self) -> Option<Vec<Document>> {
        let options = Options::new(self.source, Dialect::Resource);
        let (mut budget, mut documents) = (Budget::default(), Vec::new());
        let mut reader = Reader::new(self.text, true, options, Memory::default());
        let chunks = Chunks::new(self.text, self.line, true);
        read_chunks(chunks, false, &mut reader, &mut budget, &mut documents).ok()?;
        budget.has_no_anchors().then_some(documents)
    }
}
