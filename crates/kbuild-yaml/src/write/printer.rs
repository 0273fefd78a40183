//! The text of documents as it grows.

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

/// A text of a tree and what follows it in `texts`; none where it is too long, or too close to the end.
#[inline]
fn chunk(texts: &[u8], text: Text) -> Option<&[u8; SHORT]> {
    let at = text.at as usize;
    let chunk = texts.get(at..at + SHORT)?.first_chunk()?;
    (text.length as usize <= SHORT).then_some(chunk)
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
    chunk: &[u8; SHORT],
    key: Text,
    behind: u8,
) -> Option<usize> {
    if indent > SHORT {
        return None;
    }
    room[..SHORT].fill(b' ');
    put(room, indent, chunk);
    let colon = indent + key.length as usize;
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
    /// A printer of about as many bytes. Where there are many, the system only gives them once there is a text for them, and
    /// gives zeros, which need not be written.
    pub fn with_capacity(bytes: usize) -> Printer {
        Printer { bytes: vec![0; bytes], end: 0 }
    }

    /// Prints a document at the end of the text. On an error, a part of it may be there.
    ///
    /// # Errors
    /// As [`NodeRef::write`].
    pub fn print(&mut self, document: NodeRef<'_>) -> Result<(), WriteError> {
        Writer { out: self, tree: document.tree(), places: None }.root(document.slot())
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
        let tree = document.tree();
        Writer { out: self, tree, places: Some(places) }.root(document.slot())
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
    pub fn into_text(self) -> String {
        let Printer { mut bytes, end } = self;
        bytes.truncate(end);
        // It is put together from strings.
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
    #[inline]
    pub(super) fn push_key(&mut self, indent: usize, texts: &[u8], key: Text, behind: u8) -> bool {
        let (Some(chunk), Some(room)) = (chunk(texts, key), self.room()) else { return false };
        let Some(end) = put_key(room, indent, chunk, key, behind) else { return false };
        self.end += end;
        true
    }

    /// Adds blanks, a key, a word behind it, and a line feed. False as for [`push_key`](Printer::push_key).
    #[inline]
    pub(super) fn push_entry(
        &mut self,
        indent: usize,
        texts: &[u8],
        key: Text,
        word: Text,
    ) -> bool {
        let (Some(key_chunk), Some(word_chunk), Some(room)) =
            (chunk(texts, key), chunk(texts, word), self.room())
        else {
            return false;
        };
        let Some(start) = put_key(room, indent, key_chunk, key, b' ') else { return false };
        put(room, start, word_chunk);
        let end = start + word.length as usize;
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
    #[inline]
    pub(super) fn push_word(&mut self, texts: &[u8], word: Text) -> bool {
        let (Some(chunk), Some(room)) = (chunk(texts, word), self.room()) else { return false };
        put(room, 0, chunk);
        let end = word.length as usize;
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
