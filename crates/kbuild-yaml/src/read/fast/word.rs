//! Keys and values of one word, as most are: they take a look at each of their letters, and few more.

use super::Reader;
use super::plain::split_flow_word;
use super::scalar::Key;
use crate::ScalarType;
use crate::find::{leading_spaces, split_key, split_quoted_word, split_word};
use crate::resolve::{is_certainly_text_as_it_is, is_short_number};
use crate::tree::{PlaceId, Slot, Text, key_mark};
use crate::write::{LONGEST_SIMPLE_KEY, is_word_of_ascii};

/// A key that is one word of letters that mean nothing but themselves, as most keys are; or none.
#[derive(Clone, Copy)]
pub(super) struct WordKey {
    /// Where its `:` stands, which is never at the start of a text; 0 for none.
    pub(super) colon: u32,
    pub(super) mark: u8,
    /// Whether nothing follows the `:` on its line; a space does otherwise.
    pub(super) ends_line: bool,
}

impl WordKey {
    pub(super) const NONE: WordKey = WordKey { colon: 0, mark: 0, ends_line: false };

    #[inline(always)]
    pub(super) fn is_there(self) -> bool {
        self.colon != 0
    }
}

/// A value of one word, with nothing behind it on its line.
pub(super) struct Word {
    pub(super) kind: ScalarType,
    /// Where it ends, which is where its line does.
    pub(super) end: usize,
    /// How many spaces stand in front of what is on the next line.
    pub(super) spaces: usize,
}

/// The type of a word, if it has one at a glance, in either dialect, and is printed as it is, and has its form of JSON.
#[inline(always)]
fn kind_of_word(word: &[u8]) -> Option<ScalarType> {
    match word {
        [.., b':'] => None,
        _ if is_certainly_text_as_it_is(word) => Some(ScalarType::Str),
        // Longer ones have another form in JSON, it may be.
        b"0" => Some(ScalarType::Int),
        _ if word.len() <= 6 && is_short_number(word) => Some(ScalarType::Int),
        b"true" | b"false" => Some(ScalarType::Bool),
        _ => None,
    }
}

impl Reader<'_> {
    /// The key that stands here, if it is a word.
    #[inline(always)]
    pub(super) fn word_key(&self) -> WordKey {
        let rest = self.scanner.bytes.get(self.scanner.at..).unwrap_or_default();
        let (length, [b':', space @ (b' ' | b'\n'), ..]) = split_key(rest) else {
            return WordKey::NONE;
        };
        match rest.get(..length) {
            Some(word) if length <= LONGEST_SIMPLE_KEY && is_certainly_text_as_it_is(word) => {
                let colon = (self.scanner.at + length) as u32;
                WordKey { colon, mark: key_mark(word), ends_line: *space == b'\n' }
            }
            _ => WordKey::NONE,
        }
    }

    /// The value at `start`, if it is one word of letters that mean nothing but themselves, a short number or a boolean, with
    /// nothing behind it, and no line that goes on with it.
    #[inline(always)]
    pub(super) fn word_value(&self, start: usize, indent: isize) -> Option<Word> {
        let rest = self.scanner.bytes.get(start..)?;
        let (length, [b'\n', next_line @ ..]) = split_word(rest) else { return None };
        let kind = kind_of_word(rest.get(..length)?)?;
        let spaces = leading_spaces(next_line);
        match next_line.get(spaces) {
            Some(b'\n' | b'\t' | b'#') => None,
            _ if spaces as isize > indent => None,
            None if spaces > 0 => None,
            _ => Some(Word { kind, end: start + length, spaces }),
        }
    }

    /// Steps from a value of one word, which starts at `start`, to the next content. Makes a scalar of `to`.
    #[inline(always)]
    pub(super) fn take_word(&mut self, to: &mut Slot, start: usize, word: Word) -> Option<()> {
        let text = Text { at: start as u32, length: (word.end - start) as u32 };
        to.set_scalar(text, word.kind, true, true);
        to.place = PlaceId::of_line(self.scanner.line);
        self.go_to_line(word.end + 1, word.spaces)
    }

    /// A key and its `:`, if it is what most keys are: one word of letters that mean nothing but themselves.
    #[inline(always)]
    pub(super) fn flow_word_key(&mut self) -> Option<Key> {
        let rest = self.scanner.bytes.get(self.scanner.at..)?;
        let (word, behind) = split_flow_word(rest);
        let is_key = matches!(behind, [b':', b' ', ..])
            && word.len() <= LONGEST_SIMPLE_KEY
            && is_certainly_text_as_it_is(word);
        if !is_key {
            return None;
        }
        let text = Text { at: self.scanner.at as u32, length: word.len() as u32 };
        self.scanner.at += word.len() + 1;
        let (mark, line) = (key_mark(word), self.scanner.line);
        Some(Key { text, mark, kind: ScalarType::Str, line, as_is: true })
    }

    /// Reads the value that stands here, if it is one word that is known at a glance, with a comma or the end of the collection
    /// right behind it. False, and nothing taken, for any other.
    #[inline(always)]
    pub(super) fn flow_word(&mut self, to: &mut Slot, end: u8) -> bool {
        let (start, line) = (self.scanner.at, self.scanner.line);
        let rest = self.scanner.bytes.get(start..).unwrap_or_default();
        let (word, [behind, ..]) = split_flow_word(rest) else { return false };
        if *behind != b',' && *behind != end {
            return false;
        }
        let Some(kind) = kind_of_word(word) else { return false };
        let text = Text { at: start as u32, length: word.len() as u32 };
        to.set_scalar(text, kind, true, true);
        to.place = PlaceId::of_line(line);
        self.scanner.at = start + word.len();
        true
    }

    /// Reads a scalar in quotes, if it is one word. False, and nothing taken, for any other.
    #[inline(always)]
    pub(super) fn quoted_word(&mut self, to: &mut Slot) -> bool {
        let start = self.scanner.at + 1;
        let (quote, rest) = (self.scanner.byte(0), self.scanner.bytes.get(start..));
        let (length, behind) = split_quoted_word(rest.unwrap_or_default(), quote);
        let is_word = match behind {
            [b'\'', b'\'', ..] => false,
            [end, ..] => *end == quote,
            [] => false,
        };
        let Some(text) = self.scanner.text.get(start..start + length).filter(|_| is_word) else {
            return false;
        };
        let at = Text { at: start as u32, length: length as u32 };
        to.set_scalar(at, ScalarType::Str, false, is_word_of_ascii(text));
        to.place = PlaceId::of_line(self.scanner.line);
        self.scanner.at = start + length + 1;
        true
    }
}
