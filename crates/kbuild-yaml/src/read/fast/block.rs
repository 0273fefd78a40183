//! Block collections.

use std::collections::HashSet;

use super::plain::{self, Plain, Stop};
use super::scalar::Key;
use super::{Links, Reader};
use crate::ScalarType;
use crate::tree::{NodeId, PlaceId, Shape, Slot, Text};

/// The number of keys up to which each is compared with all others.
const FEW_KEYS: usize = 24;

impl Reader<'_, '_> {
    /// Reads the node that starts here and is not a list without indentation into `to`; `indent` is the column of the
    /// collection around it. Leaves the reader at the next content, as all that follow do.
    pub(super) fn node(&mut self, to: NodeId, indent: isize) -> Option<()> {
        let column = self.scanner.column();
        match self.scanner.byte(0) {
            b'-' if matches!(self.scanner.byte(1), b' ' | b'\n') => {
                self.sequence(to, column, false)
            }
            b'[' | b'{' => {
                self.flow_node(to)?;
                self.finish_line()
            }
            b'|' | b'>' => self.value_at(to, indent),
            b'"' | b'\'' => match self.quoted_key()? {
                Some(key) => self.mapping(to, column, key),
                None => self.value_at(to, indent),
            },
            _ => {
                if let Some(key) = self.word_key() {
                    return self.mapping(to, column, key);
                }
                let plain =
                    Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
                match plain.stop {
                    Stop::Colon => {
                        let key = self.plain_key(plain)?;
                        self.mapping(to, column, key)
                    }
                    _ if indent < 0 => None,
                    _ => {
                        let mut slot = *self.slot(to)?;
                        self.plain(&mut slot, plain, indent)?;
                        *self.slot(to)? = slot;
                        Some(())
                    }
                }
            }
        }
    }

    /// Reads the list whose first `-` stands here, in `column`. One that is `indentless` ends at a key in the same column.
    fn sequence(&mut self, to: NodeId, column: isize, indentless: bool) -> Option<()> {
        self.open()?;
        let place = PlaceId::of_line(self.scanner.line);
        let mut links = Links::NONE;
        loop {
            let line = self.scanner.line;
            self.scanner.at += 1;
            self.skip_spaces();
            let item = self.add(&mut links, Slot::NOTHING);
            match self.scanner.byte(0) {
                b'\n' | b'#' | 0 => {
                    self.finish_line()?;
                    if self.column > column {
                        self.node(item, column)?;
                    } else {
                        self.missing(item, line)?;
                    }
                }
                _ => self.node(item, column)?,
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

    /// Reads the mapping whose first key, which starts in `column`, has been read.
    fn mapping(&mut self, to: NodeId, column: isize, first_key: Key) -> Option<()> {
        self.open()?;
        let place = PlaceId::of_line(first_key.line);
        let (mut keys, mut key, mut links) = (Keys::default(), first_key, Links::NONE);
        loop {
            self.check_key(&mut keys, &links, &key)?;
            self.entry(key, column, &mut links)?;
            if self.column != column {
                if self.column > column {
                    return None;
                }
                break;
            }
            key = self.next_key()?;
        }
        self.finish_mapping(to, &keys, &links, place)
    }

    /// Completes a mapping; none where a key stands twice.
    pub(super) fn finish_mapping(
        &mut self,
        to: NodeId,
        keys: &Keys,
        links: &Links,
        place: PlaceId,
    ) -> Option<()> {
        self.close();
        if keys.count > FEW_KEYS {
            self.check_many_keys(links.first, keys.count)?;
        }
        let slot = self.slot(to)?;
        slot.set_collection(Shape::Mapping, links.first, links.last);
        slot.place = place;
        Some(())
    }

    #[inline(always)]
    fn next_key(&mut self) -> Option<Key> {
        match self.word_key() {
            Some(key) => Some(key),
            None => self.unusual_key(),
        }
    }

    #[inline(never)]
    fn unusual_key(&mut self) -> Option<Key> {
        if matches!(self.scanner.byte(0), b'"' | b'\'') {
            return self.quoted_key()?;
        }
        let plain = Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
        if plain.stop == Stop::Colon { self.plain_key(plain) } else { None }
    }

    /// Reads the value behind the `:` of a key, and adds both to a mapping.
    #[inline(always)]
    fn entry(&mut self, key: Key, column: isize, links: &mut Links) -> Option<()> {
        let line = key.line;
        let mut slot = self.slot_of(key);
        self.skip_spaces();
        match self.scanner.byte(0) {
            b'\n' | b'#' | 0 => {
                let to = self.add(links, slot);
                self.finish_line()?;
                if self.column > column {
                    self.node(to, column)
                } else if self.column == column && self.at_item() {
                    self.sequence(to, column, true)
                } else {
                    self.missing(to, line)
                }
            }
            b'[' | b'{' => {
                let to = self.add(links, slot);
                self.flow_node(to)?;
                self.finish_line()
            }
            _ => {
                if !self.word_value(&mut slot, column)? {
                    self.value(&mut slot, column)?;
                }
                self.add(links, slot);
                Some(())
            }
        }
    }

    /// None where `key` is among the children of a collection that has few.
    #[inline(always)]
    pub(super) fn check_key(&self, keys: &mut Keys, links: &Links, key: &Key) -> Option<()> {
        match !keys.may_hold(key.mark) || keys.count > FEW_KEYS {
            true => Some(()),
            false => self.compare_keys(links.first, key),
        }
    }

    /// None where `key` is among the children that start with `first`.
    #[inline(never)]
    fn compare_keys(&self, first: u32, key: &Key) -> Option<()> {
        let mut at = first;
        while let Some(slot) = self.buffers.slots.get(at as usize) {
            if slot.key_mark == key.mark && self.text_of(slot.key) == self.text_of(key.text) {
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
        while let Some(slot) = self.buffers.slots.get(at as usize) {
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
        self.nodes += 1;
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
        let bit = 1 << (mark % 64);
        let known = self.seen & bit != 0;
        self.seen |= bit;
        self.count += 1;
        known
    }
}
