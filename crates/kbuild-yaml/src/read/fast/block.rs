//! Block collections.

use std::collections::HashSet;

use super::Reader;
use super::plain::{self, Plain, Stop};
use super::scalar::Key;
use crate::{Place, ScalarType};
use crate::tree::{NONE, NodeId, Shape, Text};

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
            b'|' | b'>' => self.value(to, indent),
            b'"' | b'\'' => match self.quoted_key()? {
                Some(key) => self.mapping(to, column, key),
                None => self.value(to, indent),
            },
            _ => {
                let plain =
                    Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
                match plain.stop {
                    Stop::Colon => {
                        let key = self.plain_key(plain)?;
                        self.mapping(to, column, key)
                    }
                    _ if indent < 0 => None,
                    _ => self.plain(to, plain, indent),
                }
            }
        }
    }

    /// Reads the list whose first `-` stands here, in `column`. One that is `indentless` ends at a key in the same column.
    fn sequence(&mut self, to: NodeId, column: isize, indentless: bool) -> Option<()> {
        self.open()?;
        let place = self.place(self.scanner.line);
        let (mut first, mut last) = (NONE, NONE);
        loop {
            let line = self.scanner.line;
            self.scanner.at += 1;
            self.skip_spaces();
            let item = self.new_child(&mut first, &mut last);
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
        self.close();
        let slot = self.slot(to)?;
        slot.set_collection(Shape::Sequence, first, last);
        slot.place = place;
        Some(())
    }

    fn at_item(&self) -> bool {
        self.scanner.byte(0) == b'-' && matches!(self.scanner.byte(1), b' ' | b'\n')
    }

    /// Reads the mapping whose first key, which starts in `column`, has been read.
    fn mapping(&mut self, to: NodeId, column: isize, first_key: Key) -> Option<()> {
        self.open()?;
        let place = self.place(first_key.line);
        let (mut keys, mut key) = (Keys::default(), first_key);
        let (mut first, mut last) = (NONE, NONE);
        loop {
            self.check_key(&mut keys, first, &key)?;
            let child = self.new_child(&mut first, &mut last);
            let line = key.line;
            self.set_key(child, key)?;
            self.value_of_key(child, column, line)?;
            if self.column != column {
                if self.column > column {
                    return None;
                }
                break;
            }
            key = self.next_key()?;
        }
        self.close();
        self.finish_mapping(to, &keys, (first, last), place)
    }

    /// Completes a mapping; none where a key stands twice.
    pub(super) fn finish_mapping(
        &mut self,
        to: NodeId,
        keys: &Keys,
        (first, last): (u32, u32),
        place: Place,
    ) -> Option<()> {
        if keys.count > FEW_KEYS {
            self.check_many_keys(first, keys.count)?;
        }
        let slot = self.slot(to)?;
        slot.set_collection(Shape::Mapping, first, last);
        slot.place = place;
        Some(())
    }

    /// A further child of a collection.
    #[inline]
    pub(super) fn new_child(&mut self, first: &mut u32, last: &mut u32) -> NodeId {
        let child = self.new_node();
        match self.slot(NodeId(*last)) {
            Some(last) => last.next = child.0,
            None => *first = child.0,
        }
        *last = child.0;
        child
    }

    #[inline]
    fn next_key(&mut self) -> Option<Key> {
        if matches!(self.scanner.byte(0), b'"' | b'\'') {
            return self.quoted_key()?;
        }
        let plain = Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
        if plain.stop == Stop::Colon { self.plain_key(plain) } else { None }
    }

    /// Reads the value behind the `:` of a key.
    #[inline]
    fn value_of_key(&mut self, to: NodeId, column: isize, line: u32) -> Option<()> {
        self.skip_spaces();
        match self.scanner.byte(0) {
            b'\n' | b'#' | 0 => {
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
                self.flow_node(to)?;
                self.finish_line()
            }
            _ => self.value(to, column),
        }
    }

    /// None where `key` is among the children that start with `first`, and that are few.
    #[inline]
    pub(super) fn check_key(&self, keys: &mut Keys, first: u32, key: &Key) -> Option<()> {
        if !keys.may_hold(key.mark) || keys.count > FEW_KEYS {
            return Some(());
        }
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

    /// Makes a null of what is not there.
    fn missing(&mut self, to: NodeId, line: u32) -> Option<()> {
        self.nodes += 1;
        self.is_json_form = false;
        let place = self.place(line);
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
