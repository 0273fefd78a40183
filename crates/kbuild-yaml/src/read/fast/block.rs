//! Block collections.

use std::collections::HashSet;

use ecow::EcoString;

use super::Reader;
use super::plain::{self, Plain, Stop};
use crate::{Entry, Key, Mapping, Node, Scalar, ScalarType, Value};

/// The number of keys up to which each is compared with all others.
const FEW_KEYS: usize = 24;

impl Reader<'_, '_> {
    /// The node that starts here and is not a list without indentation; `indent` is the column of the collection around
    /// it. Leaves the reader at the next content, as all that follow do.
    pub(super) fn node(&mut self, indent: isize) -> Option<Node> {
        let column = self.scanner.column();
        match self.scanner.byte(0) {
            b'-' if matches!(self.scanner.byte(1), b' ' | b'\n') => self.sequence(column, false),
            b'[' | b'{' => {
                let node = self.flow_node()?;
                self.finish_line()?;
                Some(node)
            }
            b'|' | b'>' => self.value(indent),
            b'"' | b'\'' => match self.quoted_key()? {
                Some(key) => self.mapping(column, key),
                None => self.value(indent),
            },
            _ => {
                let plain =
                    Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
                match plain.stop {
                    Stop::Colon => {
                        let key = self.plain_key(plain)?;
                        self.mapping(column, key)
                    }
                    _ if indent < 0 => None,
                    _ => self.plain(plain, indent),
                }
            }
        }
    }

    /// The list whose first `-` stands here, in `column`. One that is `indentless` ends at a key in the same column.
    fn sequence(&mut self, column: isize, indentless: bool) -> Option<Node> {
        self.open()?;
        let place = self.place(self.scanner.line);
        let start = self.buffers.items.len();
        loop {
            let line = self.scanner.line;
            self.scanner.at += 1;
            self.skip_spaces();
            let item = match self.scanner.byte(0) {
                b'\n' | b'#' | 0 => {
                    self.finish_line()?;
                    if self.column > column { self.node(column)? } else { self.missing(line) }
                }
                _ => self.node(column)?,
            };
            self.buffers.items.push(item);
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
        Some(Node { value: Value::Sequence(self.buffers.items.split_off(start)), place })
    }

    fn at_item(&self) -> bool {
        self.scanner.byte(0) == b'-' && matches!(self.scanner.byte(1), b' ' | b'\n')
    }

    /// The mapping whose first key, which starts in `column`, has been read.
    fn mapping(&mut self, column: isize, first: Key) -> Option<Node> {
        self.open()?;
        let place = first.place();
        let start = self.buffers.entries.len();
        let mut keys = Keys::default();
        keys.may_hold(&first.text);
        let mut key = first;
        loop {
            let value = self.value_of_key(column, key.place().line)?;
            self.buffers.entries.push(Entry { key, value });
            if self.column != column {
                if self.column > column {
                    return None;
                }
                break;
            }
            key = self.next_key()?;
            if keys.may_hold(&key.text) {
                self.check_key(start, &key.text)?;
            }
        }
        self.close();
        let mapping = self.finish_mapping(start)?;
        Some(Node { value: Value::Mapping(mapping), place })
    }

    #[inline]
    fn next_key(&mut self) -> Option<Key> {
        if matches!(self.scanner.byte(0), b'"' | b'\'') {
            return self.quoted_key()?;
        }
        let plain = Plain::scan::<{ plain::IN_BLOCK }>(self.scanner.bytes, self.scanner.at)?;
        if plain.stop == Stop::Colon { self.plain_key(plain) } else { None }
    }

    /// The value behind the `:` of a key.
    #[inline]
    fn value_of_key(&mut self, column: isize, line: u32) -> Option<Node> {
        self.skip_spaces();
        match self.scanner.byte(0) {
            b'\n' | b'#' | 0 => {
                self.finish_line()?;
                if self.column > column {
                    self.node(column)
                } else if self.column == column && self.at_item() {
                    self.sequence(column, true)
                } else {
                    Some(self.missing(line))
                }
            }
            b'[' | b'{' => {
                let node = self.flow_node()?;
                self.finish_line()?;
                Some(node)
            }
            _ => self.value(column),
        }
    }

    /// None where `key` is among the entries that start at `start`.
    pub(super) fn check_key(&self, start: usize, key: &str) -> Option<()> {
        let entries = self.buffers.entries.get(start..)?;
        let few = entries.len() <= FEW_KEYS;
        (!few || entries.iter().all(|entry| entry.key.text != key)).then_some(())
    }

    /// Completes a mapping whose entries start at `start`; none where a key stands twice. Few keys have been checked one by
    /// one.
    pub(super) fn finish_mapping(&mut self, start: usize) -> Option<Mapping> {
        let entries = self.buffers.entries.get(start..)?;
        if entries.len() > FEW_KEYS {
            let mut seen = HashSet::with_capacity(entries.len());
            if !entries.iter().all(|entry| seen.insert(entry.key.text.as_str())) {
                return None;
            }
        }
        Some(self.buffers.entries.split_off(start).into())
    }

    /// The null of a value that is not there.
    fn missing(&mut self, line: u32) -> Node {
        self.nodes += 1;
        self.is_json_form = false;
        let scalar = Scalar { text: EcoString::new(), kind: ScalarType::Null, plain: true };
        Node { value: Value::Scalar(scalar), place: self.place(line) }
    }
}

/// Remembers roughly which keys a mapping has, so that most need not be compared with each other.
#[derive(Default)]
pub(super) struct Keys(u64);

impl Keys {
    /// Adds a key, and says whether it may have been there before.
    #[inline]
    pub(super) fn may_hold(&mut self, key: &str) -> bool {
        let bytes = key.as_bytes();
        let (first, last) = (bytes.first().copied(), bytes.last().copied());
        let mixed =
            usize::from(first.unwrap_or(0)) * 5 + usize::from(last.unwrap_or(0)) * 3 + bytes.len();
        let bit = 1 << (mixed % 64);
        let known = self.0 & bit != 0;
        self.0 |= bit;
        known
    }
}
