//! The text of documents as it grows.

use std::fmt;

use super::Writer;
use crate::{NodeRef, Place, WriteError};

/// How many bytes are made ready at once.
const BLOCK: usize = 16 * 1024;

/// The most blanks, and the most bytes of a part of a text, that are copied without a call.
const SHORT: usize = 32;

/// Room for twice as many, and what stands around them.
const ROOM: usize = 2 * SHORT + 2;

/// A part of a longer text: where it starts, and how many bytes it has.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    pub(super) length: usize,
}

impl<'a> Part<'a> {
    fn bytes(self) -> &'a [u8] {
        self.text.get(self.at..self.at + self.length).unwrap_or_default()
    }

    /// Copies it behind so many blanks, as [`copy_to`](Part::copy_to) does.
    #[inline]
    fn copy_behind_blanks(self, room: &mut [u8; ROOM], blanks: usize) -> bool {
        if blanks > SHORT {
            return false;
        }
        room[..SHORT].fill(b' ');
        self.copy_to(room, blanks)
    }

    /// Copies it to `to`, and what follows it to what follows there. False, and nothing copied, where it is too long, or too
    /// close to the end of its text.
    #[inline]
    fn copy_to(self, room: &mut [u8; ROOM], to: usize) -> bool {
        let from = self.text.get(self.at..).and_then(|text| text.first_chunk::<SHORT>());
        let to = room.get_mut(to..).and_then(|room| room.first_chunk_mut::<SHORT>());
        match (from, to) {
            (Some(from), Some(to)) if self.length <= SHORT => {
                to.copy_from_slice(from);
                true
            }
            _ => false,
        }
    }
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
    /// A printer of about as many bytes. They are only taken once there is a text for them.
    pub fn with_capacity(bytes: usize) -> Printer {
        Printer { bytes: Vec::with_capacity(bytes), end: 0 }
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

    /// Adds blanks, a part of a text, and a `:`.
    #[inline]
    pub(super) fn push_key(&mut self, indent: usize, key: Part<'_>) {
        if let Some(room) = self.room()
            && key.copy_behind_blanks(room, indent)
        {
            let end = indent + key.length;
            room[end] = b':';
            self.end += end + 1;
            return;
        }
        self.indent(indent);
        self.push_bytes(key.bytes());
        self.push_byte(b':');
    }

    /// Adds blanks and a `-`.
    #[inline]
    pub(super) fn push_dash(&mut self, indent: usize) {
        match self.room().and_then(|room| room.first_chunk_mut::<{ SHORT + 1 }>()) {
            Some(room) if indent <= SHORT => {
                room.fill(b' ');
                room[indent] = b'-';
                self.end += indent + 1;
            }
            _ => {
                self.indent(indent);
                self.push_byte(b'-');
            }
        }
    }

    /// Adds a blank, a part of a text, and a line feed.
    #[inline]
    pub(super) fn push_word(&mut self, word: Part<'_>) {
        if let Some(room) = self.room()
            && word.copy_to(room, 1)
        {
            room[0] = b' ';
            let end = 1 + word.length;
            room[end] = b'\n';
            self.end += end + 1;
            return;
        }
        self.push_byte(b' ');
        self.push_bytes(word.bytes());
        self.push_byte(b'\n');
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
