//! Block collections.

use std::collections::HashSet;

use super::plain::{self, Plain, Stop};
use super::scalar::Key;
use super::word::WordKey;
use super::{Links, Reader};
use crate::ScalarType;
use crate::tree::{NodeId, PlaceId, Shape, Slot, Text};

/// The number of keys up to which each is compared with all others.
const FEW_KEYS: usize = 24;

impl Reader<'_> {
    /// Reads the node that starts here and is not a list without indentation into `to`; `indent` is the column of the
    /// collection around it. Leaves the reader at the next content, as all that follow do.
    #[inline(always)]
    pub(super) fn node(&mut self, to: NodeId, indent: isize) -> Option<()> {
        let key = self.word_key();
        match key.is_there() {
            true => self.mapping(to, self.scanner.column(), key),
            false => self.unusual_node(to, indent),
        }
    }

    #[inline(never)]
    fn unusual_node(&mut self, to: NodeId, indent: isize) -> Option<()> {
        let (start, column) = (self.scanner.at, self.scanner.column());
        let is_key = match self.scanner.byte(0) {
            b'-' if matches!(self.scanner.byte(1), b' ' | b'\n') => {
                return self.sequence(to, column, false);
            }
            b'[' | b'{' => {
                self.flow_node(to)?;
                return self.finish_line();
            }
            b'|' | b'>' => false,
            b'"' | b'\'' => self.quoted_key()?.is_some(),
            _ => {
                let plain =
                    Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
                match plain.stop {
                    Stop::Colon => true,
                    _ if indent < 0 => return None,
                    _ => {
                        let mut slot = *self.slot(to)?;
                        self.plain(&mut slot, plain, indent)?;
                        *self.slot(to)? = slot;
                        return Some(());
                    }
                }
            }
        };
        self.scanner.at = start;
        if is_key { self.mapping(to, column, WordKey::NONE) } else { self.value_at(to, indent) }
    }

    /// Reads the list whose first `-` stands here, in `column`. One that is `indentless` ends at a key in the same column.
    fn sequence(&mut self, to: NodeId, column: isize, indentless: bool) -> Option<()> {
        self.open()?;
        let place = PlaceId::of_line(self.scanner.line);
        let mut links = Links::NONE;
        loop {
            let item = self.add(&mut links, Slot::NOTHING);
            match self.scanner.bytes.get(self.scanner.at..) {
                Some([_, b' ', first, ..]) if !matches!(first, b' ' | b'\n' | b'#') => {
                    self.scanner.at += 2;
                    self.item(item, column)?;
                }
                _ => self.unusual_item(item, column)?,
            }
            if self.column != column {
                if self.column > column {
                    return None;
                }
                break;
            }
            if !self.at_item() {
                if !indentless {
                    return None;
                }
                break;
            }
        }
        self.finish_sequence(to, &links, place)
    }

    /// Reads an item from its `-` on.
    #[inline(never)]
    fn unusual_item(&mut self, to: NodeId, column: isize) -> Option<()> {
        let line = self.scanner.line;
        self.scanner.at += 1;
        self.skip_spaces();
        match self.scanner.byte(0) {
            b'\n' | b'#' | 0 => {
                self.finish_line()?;
                if self.column > column { self.node(to, column) } else { self.missing(to, line) }
            }
            _ => self.node(to, column),
        }
    }

    /// Reads an item that stands on the line of its `-`.
    #[inline(always)]
    fn item(&mut self, to: NodeId, column: isize) -> Option<()> {
        let key = self.word_key();
        if key.is_there() {
            return self.mapping(to, self.scanner.column(), key);
        }
        let start = self.scanner.at;
        match self.word_value(start, column) {
            Some(word) => {
                let mut slot = Slot::NOTHING;
                self.take_word(&mut slot, start, word)?;
                *self.slot(to)? = slot;
                Some(())
            }
            None => self.unusual_node(to, column),
        }
    }

    /// Completes a list.
    pub(super) fn finish_sequence(
        &mut self,
        to: NodeId,
        links: &Links,
        place: PlaceId,
    ) -> Option<()> {
        self.close();
        let slot = self.slot(to)?;
        slot.set_collection(Shape::Sequence, links.first, links.last);
        slot.place = place;
        Some(())
    }

    fn at_item(&self) -> bool {
        self.scanner.byte(0) == b'-' && matches!(self.scanner.byte(1), b' ' | b'\n')
    }

    /// Reads the mapping whose first key, which starts in `column`, stands here; `key` is that if it is a word.
    #[inline(always)]
    fn mapping(&mut self, to: NodeId, column: isize, key: WordKey) -> Option<()> {
        // Each in a register of its own.
        self.mapping_of(to, column, key.colon, key.mark, key.ends_line)
    }

    fn mapping_of(
        &mut self,
        to: NodeId,
        column: isize,
        colon: u32,
        mark: u8,
        ends_line: bool,
    ) -> Option<()> {
        let key = WordKey { colon, mark, ends_line };
        self.open()?;
        let place = PlaceId::of_line(self.scanner.line);
        let (mut keys, mut links, mut key) = (Keys::default(), Links::NONE, key);
        loop {
            match key.is_there() {
                true => self.word_entry(key, column, &mut keys, &mut links)?,
                false => self.unusual_entry(column, &mut keys, &mut links)?,
            }
            if self.column != column {
                if self.column > column {
                    return None;
                }
                break;
            }
            key = self.word_key();
        }
        self.finish_mapping(to, &keys, &links, place)
    }

    /// Completes a mapping; none where a key stands twice.
    #[inline(always)]
    pub(super) fn finish_mapping(
        &mut self,
        to: NodeId,
        keys: &Keys,
        links: &Links,
        place: PlaceId,
    ) -> Option<()> {
        self.close();
        self.keys += keys.count;
        if keys.count > FEW_KEYS {
            self.check_many_keys(links.first, keys.count)?;
        }
        let slot = self.slot(to)?;
        slot.set_collection(Shape::Mapping, links.first, links.last);
        slot.place = place;
        Some(())
    }

    /// Reads a key that is a word and its value, and adds them to a mapping.
    #[inline(always)]
    fn word_entry(
        &mut self,
        key: WordKey,
        column: isize,
        keys: &mut Keys,
        links: &mut Links,
    ) -> Option<()> {
        let (WordKey { mark, ends_line, .. }, line) = (key, self.scanner.line);
        let (start, colon) = (self.scanner.at as u32, key.colon as usize);
        let text = Text { at: start, length: key.colon - start };
        self.check_key(keys, links, text, mark)?;
        let mut slot = Key { text, mark, kind: ScalarType::Str, line, as_is: true }.slot();
        if ends_line {
            let to = self.add(links, slot);
            if !self.usual_next_line(colon + 1, isize::MAX)? {
                self.scanner.at = colon + 1;
                self.finish_unusual_line()?;
            }
            return self.below(to, column, line);
        }
        // One space stands before it, and no more.
        let start = colon + 2;
        match self.word_value(start, column) {
            Some(word) => {
                self.take_word(&mut slot, start, word)?;
                self.add(links, slot);
                Some(())
            }
            None => {
                self.scanner.at = colon + 1;
                self.entry(slot, line, column, links)
            }
        }
    }

    #[inline(never)]
    fn unusual_entry(&mut self, column: isize, keys: &mut Keys, links: &mut Links) -> Option<()> {
        let key = match self.scanner.byte(0) {
            b'"' | b'\'' => self.quoted_key()??,
            _ => {
                let plain =
                    Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
                if plain.stop != Stop::Colon {
                    return None;
                }
                self.plain_key(plain)?
            }
        };
        self.check_key(keys, links, key.text, key.mark)?;
        let line = key.line;
        self.entry(key.slot(), line, column, links)
    }

    /// Reads the value behind the `:` of the key of `slot`, which is on line `line`, and adds both to a mapping.
    #[inline(never)]
    fn entry(&mut self, mut slot: Slot, line: u32, column: isize, links: &mut Links) -> Option<()> {
        self.skip_spaces();
        match self.scanner.byte(0) {
            b'\n' | b'#' | 0 => {
                let to = self.add(links, slot);
                self.finish_line()?;
                self.below(to, column, line)
            }
            b'[' | b'{' => {
                let to = self.add(links, slot);
                self.flow_node(to)?;
                self.finish_line()
            }
            _ => {
                self.value(&mut slot, column)?;
                self.add(links, slot);
                Some(())
            }
        }
    }

    /// Reads what stands below a key on line `line` of a mapping in `column`.
    #[inline(always)]
    fn below(&mut self, to: NodeId, column: isize, line: u32) -> Option<()> {
        if self.column > column {
            self.node(to, column)
        } else if self.column == column && self.at_item() {
            self.sequence(to, column, true)
        } else {
            self.missing(to, line)
        }
    }

    /// None where a key is among the children of a collection that has few.
    #[inline(always)]
    pub(super) fn check_key(
        &self,
        keys: &mut Keys,
        links: &Links,
        text: Text,
        mark: u8,
    ) -> Option<()> {
        if keys.may_hold(mark) {
            self.compare_keys(keys.count, links.first, text, mark)
        } else {
            Some(())
        }
    }

    /// None where a key is among the children that start with `first`, if those are few.
    #[inline(never)]
    fn compare_keys(&self, count: usize, first: u32, text: Text, mark: u8) -> Option<()> {
        if count > FEW_KEYS {
            return Some(());
        }
        let mut at = first;
        while let Some(slot) = self.slots.get(at as usize) {
            if slot.key_mark == mark && self.text_of(slot.key) == self.text_of(text) {
                return None;
            }
            at = slot.next;
        }
        Some(())
    }

    /// None where a key stands twice among the children that start with `first`.
    fn check_many_keys(&self, first: u32, count: usize) -> Option<()> {
        let mut seen = HashSet::with_capacity(count);
        let mut at = first;
        while let Some(slot) = self.slots.get(at as usize) {
            if !seen.insert(self.text_of(slot.key)) {
                return None;
            }
            at = slot.next;
        }
        Some(())
    }

    fn text_of(&self, text: Text) -> &str {
        let end = text.at as usize + text.length as usize;
        self.scanner.text.get(text.at as usize..end).unwrap_or_default()
    }

    /// Reads a scalar that starts here into `to`.
    fn value_at(&mut self, to: NodeId, indent: isize) -> Option<()> {
        let mut slot = *self.slot(to)?;
        self.value(&mut slot, indent)?;
        *self.slot(to)? = slot;
        Some(())
    }

    /// Makes a null of what is not there.
    fn missing(&mut self, to: NodeId, line: u32) -> Option<()> {
        self.is_json_form = false;
        let place = PlaceId::of_line(line);
        let slot = self.slot(to)?;
        slot.set_scalar(Text::EMPTY, ScalarType::Null, true, false);
        slot.place = place;
        Some(())
    }
}

/// Remembers roughly which keys a mapping has, so that most need not be compared with each other.
#[derive(Default)]
pub(super) struct Keys {
    seen: u64,
    count: usize,
}

impl Keys {
    /// Adds a key, and says whether it may have been there before.
    #[inline]
    fn may_hold(&mut self, mark: u8) -> bool {
        // The lower bits of a mark are more alike.
        let bit = 1 << (mark / 4);
        let known = self.seen & bit != 0;
        self.seen |= bit;
        self.count += 1;
        known
    }
}
