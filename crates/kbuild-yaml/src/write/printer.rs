//! The text of documents as it grows.

use std::borrow::Cow;
use std::fmt;

use super::Writer;
use crate::tree::Text;
use crate::{NodeRef, Place, WriteError};

/// How many bytes are made ready at once.
const BLOCK: usize = 16 * 1024;

/// The most blanks, and the most bytes of a part of a text, that are copied without a call.
const SHORT: usize = 32;

/// Room for blanks, a key, a word, and what stands around them.
const ROOM: usize = 3 * SHORT + 3;

/// The texts of a tree, any of which can be copied together with what follows it.
pub(super) struct Texts<'a> {
    all: &'a [u8],
    /// Where `end` starts.
    end_at: usize,
    /// The last bytes again, and zeros behind them.
    end: [u8; 2 * SHORT],
}

/// A text and what stands behind it in its tree.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'a> {
    bytes: Option<&'a [u8; SHORT]>,
    length: usize,
}

impl<'a> Chunk<'a> {
    /// As many bytes as a short text may have, and how many it has; none of one that is not short.
    #[inline(always)]
    fn short(self) -> Option<(&'a [u8; SHORT], usize)> {
        Some((self.bytes?, self.length)).filter(|_| self.length <= SHORT)
    }
}

impl<'a> Texts<'a> {
    pub(super) fn new(all: &'a [u8]) -> Texts<'a> {
        let end_at = all.len().saturating_sub(SHORT);
        let mut end = [0; 2 * SHORT];
        match all.last_chunk::<SHORT>() {
            Some(last) => end[..SHORT].copy_from_slice(last),
            None => end[..all.len()].copy_from_slice(all),
        }
        Texts { all, end_at, end }
    }

    /// A text and what follows it, where that is enough.
    #[inline(always)]
    pub(super) fn chunk(&self, text: Text) -> Chunk<'_> {
        let at = text.at as usize;
        Chunk {
            bytes: self.all.get(at..at + SHORT).and_then(<[u8]>::first_chunk),
            length: text.length as usize,
        }
    }

    /// The same for one that may stand close to the end.
    pub(super) fn chunk_anywhere(&self, text: Text) -> Chunk<'_> {
        let chunk = self.chunk(text);
        let last = || self.end.get((text.at as usize).checked_sub(self.end_at)?..)?.first_chunk();
        Chunk { bytes: chunk.bytes.or_else(last), ..chunk }
    }
}

/// Copies as much as may be a text.
#[inline]
fn put(room: &mut [u8; ROOM], at: usize, chunk: &[u8; SHORT]) {
    room[at..at + SHORT].copy_from_slice(chunk);
}

/// Puts blanks, a key, a `:` and what stands behind it there, and says where that ends; none for too many blanks.
#[inline]
fn put_key(
    room: &mut [u8; ROOM],
    indent: usize,
    (key, length): (&[u8; SHORT], usize),
    behind: u8,
) -> Option<usize> {
    if indent > SHORT {
        return None;
    }
    room[..SHORT].fill(b' ');
    put(room, indent, key);
    let colon = indent + length;
    room[colon] = b':';
    room[colon + 1] = behind;
    Some(colon + 2)
}

/// Prints documents one after the other, as [`NodeRef::write`] does, into one text.
///
/// ```
/// use kbuild_yaml::{Printer, SourceId, read_resources};
///
/// let mut printer = Printer::default();
/// for document in read_resources(b"b: 1\na: 2\n---\nc: []\n", SourceId(1))? {
///     printer.push_str("---\n");
///     printer.print(document.tree.root())?;
/// }
/// assert_eq!(printer.into_text(), "---\na: 2\nb: 1\n---\nc: []\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Printer {
    /// The text, and zeros behind it.
    bytes: Vec<u8>,
    /// Where the text ends.
    end: usize,
}

impl Printer {
    /// A printer with room for about as many bytes.
    pub fn with_capacity(bytes: usize) -> Printer {
        Printer { bytes: Vec::with_capacity(bytes), end: 0 }
    }

    /// Prints a document at the end of the text. On an error, a part of it may be there.
    ///
    /// # Errors
    /// As [`NodeRef::write`].
    pub fn print(&mut self, document: NodeRef<'_>) -> Result<(), WriteError> {
        Writer::new(self, document.tree(), None).root(document.slot())
    }

    /// Prints a document, and notes where a comment may stand behind each value, as [`NodeRef::write_with_places`] does.
    ///
    /// # Errors
    /// As [`NodeRef::write`].
    pub(crate) fn print_with_places(
        &mut self,
        document: NodeRef<'_>,
        places: &mut Vec<(usize, Place)>,
    ) -> Result<(), WriteError> {
        Writer::new(self, document.tree(), Some(places)).root(document.slot())
    }

    /// Adds to the text.
    pub fn push_str(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Adds the text of another one.
    pub fn append(&mut self, other: &Printer) {
        self.push_bytes(other.as_bytes());
    }

    /// Takes the text away, and keeps the memory for another one.
    pub fn clear(&mut self) {
        self.end = 0;
    }

    /// The text.
    pub fn text(&self) -> Cow<'_, str> {
        let bytes = self.as_bytes();
        // It is put together from strings.
        str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
    }

    /// The text, in the memory in which it was put together.
    pub fn into_text(self) -> String {
        let Printer { mut bytes, end } = self;
        bytes.truncate(end);
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.end
    }

    /// The bytes of the text.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or_default()
    }

    #[inline]
    pub(super) fn push(&mut self, character: char) {
        match u8::try_from(character).ok().filter(u8::is_ascii) {
            Some(byte) => self.push_byte(byte),
            None => self.push_str(character.encode_utf8(&mut [0; 4])),
        }
    }

    #[inline]
    pub(super) fn push_byte(&mut self, byte: u8) {
        self.make_ready(1);
        if let Some(next) = self.bytes.get_mut(self.end) {
            *next = byte;
            self.end += 1;
        }
    }

    #[inline]
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) {
        self.make_ready(bytes.len());
        if let Some(next) = self.bytes.get_mut(self.end..self.end + bytes.len()) {
            next.copy_from_slice(bytes);
            self.end += bytes.len();
        }
    }

    /// Adds blanks, a key, a `:`, and what stands behind it. False, and nothing is added, where that takes more than copies of
    /// a few bytes.
    #[inline(always)]
    pub(super) fn push_key(&mut self, indent: usize, key: Chunk<'_>, behind: u8) -> bool {
        let (Some(key), Some(room)) = (key.short(), self.room()) else { return false };
        let Some(end) = put_key(room, indent, key, behind) else { return false };
        self.end += end;
        true
    }

    /// Adds blanks, a key, a word behind it, and a line feed. False as for [`push_key`](Printer::push_key).
    #[inline(always)]
    pub(super) fn push_entry(&mut self, indent: usize, key: Chunk<'_>, word: Chunk<'_>) -> bool {
        let (Some(key), Some((bytes, length)), Some(room)) =
            (key.short(), word.short(), self.room())
        else {
            return false;
        };
        let Some(start) = put_key(room, indent, key, b' ') else { return false };
        put(room, start, bytes);
        let end = start + length;
        room[end] = b'\n';
        self.end += end + 1;
        true
    }

    /// The same for a key and a word of any length.
    pub(super) fn push_long_entry(&mut self, indent: usize, key: &[u8], word: &[u8]) {
        let colon = indent + key.len();
        let length = colon + word.len() + 3;
        self.make_ready(length);
        if let Some(room) = self.bytes.get_mut(self.end..self.end + length) {
            room[..indent].fill(b' ');
            room[indent..colon].copy_from_slice(key);
            room[colon..colon + 2].copy_from_slice(b": ");
            room[colon + 2..length - 1].copy_from_slice(word);
            room[length - 1] = b'\n';
            self.end += length;
        }
    }

    /// Adds blanks, a `-` and a blank.
    #[inline]
    pub(super) fn push_dash(&mut self, indent: usize) {
        match self.room() {
            Some(room) if indent <= SHORT => {
                room[..SHORT + 2].fill(b' ');
                room[indent] = b'-';
                self.end += indent + 2;
            }
            _ => {
                self.indent(indent);
                self.push_bytes(b"- ");
            }
        }
    }

    /// Adds a word and a line feed. False as for [`push_key`](Printer::push_key).
    #[inline(always)]
    pub(super) fn push_word(&mut self, word: Chunk<'_>) -> bool {
        let (Some((bytes, end)), Some(room)) = (word.short(), self.room()) else { return false };
        put(room, 0, bytes);
        room[end] = b'\n';
        self.end += end + 1;
        true
    }

    /// Adds blanks.
    pub(super) fn indent(&mut self, count: usize) {
        const BLANKS: &[u8] = &[b' '; 64];
        let mut left = count;
        while left > BLANKS.len() {
            self.push_bytes(BLANKS);
            left -= BLANKS.len();
        }
        self.push_bytes(BLANKS.get(..left).unwrap_or_default());
    }

    /// The bytes behind the text, if there are enough.
    #[inline]
    fn room(&mut self) -> Option<&mut [u8; ROOM]> {
        self.bytes.get_mut(self.end..)?.first_chunk_mut()
    }

    /// Has so many bytes ready behind the text.
    #[inline]
    fn make_ready(&mut self, count: usize) {
        if self.bytes.len() - self.end < count {
            self.bytes.resize(self.end + count.max(BLOCK), 0);
        }
    }
}

impl fmt::Write for Printer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
