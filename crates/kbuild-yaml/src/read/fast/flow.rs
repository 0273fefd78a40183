//! Flow collections.

use super::Reader;
use super::block::Keys;
use super::plain::{self, Plain, Stop};
use crate::{Entry, Key, Node, ScalarType, Value};

impl Reader<'_, '_> {
    /// The collection whose `[` or `{` stands here. Leaves the reader right behind its end.
    pub(super) fn flow_node(&mut self) -> Option<Node> {
        self.open()?;
        let place = self.place(self.scanner.line);
        let mapping = self.scanner.byte(0) == b'{';
        let end = if mapping { b'}' } else { b']' };
        let (entries, items) = (self.buffers.entries.len(), self.buffers.items.len());
        let mut keys = Keys::default();
        self.scanner.at += 1;
        loop {
            self.skip_flow_blanks()?;
            if self.scanner.byte(0) == end {
                break;
            }
            if mapping {
                let key = self.flow_key()?;
                self.skip_flow_blanks()?;
                if keys.may_hold(&key.text) {
                    self.check_key(entries, &key.text)?;
                }
                let value = self.flow_value()?;
                self.buffers.entries.push(Entry { key, value });
            } else {
                let item = self.flow_value()?;
                self.buffers.items.push(item);
            }
            self.skip_flow_blanks()?;
            match self.scanner.byte(0) {
                b',' => self.scanner.at += 1,
                byte if byte == end => break,
                _ => return None,
            }
        }
        self.scanner.at += 1;
        self.close();
        let value = if mapping {
            Value::Mapping(self.finish_mapping(entries)?)
        } else {
            Value::Sequence(self.buffers.items.split_off(items))
        };
        Some(Node { value, place })
    }

    /// A key and its `:`.
    fn flow_key(&mut self) -> Option<Key> {
        let key = match self.scanner.byte(0) {
            b'"' | b'\'' => {
                let start = self.scanner.at;
                let text = self.quoted_on_line()??;
                if self.scanner.byte(0) != b':' {
                    return None;
                }
                self.usual_key(start, text, ScalarType::Str)?
            }
            _ => {
                let plain = Plain::scan::<{ plain::IN_FLOW }>(self.scanner.bytes, self.scanner.at)?;
                if plain.stop != Stop::Colon {
                    return None;
                }
                self.plain_key(plain)?
            }
        };
        (!is_unsettled(key.kind(), &key.text)).then_some(key)
    }

    fn flow_value(&mut self) -> Option<Node> {
        let (start, line) = (self.scanner.at, self.scanner.line);
        let node = match self.scanner.byte(0) {
            b'[' | b'{' => return self.flow_node(),
            b'"' | b'\'' => {
                let text = self.quoted()?;
                self.scalar(text, false, line)
            }
            _ => {
                let plain = Plain::scan::<{ plain::IN_FLOW }>(self.scanner.bytes, start)?;
                if matches!(plain.stop, Stop::Colon | Stop::Comment) {
                    return None;
                }
                let text = self.text(start, plain.end)?;
                self.scanner.at = plain.at;
                if plain.stop == Stop::Line {
                    // It may go on on the next line.
                    self.skip_flow_blanks()?;
                    if !matches!(self.scanner.byte(0), b',' | b']' | b'}') {
                        return None;
                    }
                }
                let node = self.scalar(text, true, line);
                let scalar = node.as_scalar()?;
                if is_unsettled(scalar.kind, &scalar.text) {
                    return None;
                }
                node
            }
        };
        Some(node)
    }

    /// Steps over spaces and line feeds.
    fn skip_flow_blanks(&mut self) -> Option<()> {
        loop {
            self.skip_spaces();
            if self.scanner.byte(0) != b'\n' {
                break;
            }
            self.start_line();
        }
        // A directive or a marker could stand in the first column.
        match self.scanner.byte(0) {
            b'%' | b'-' | b'.' if self.scanner.column() == 0 => None,
            _ => Some(()),
        }
    }
}

/// True for a value that changes at the end of a flow collection.
fn is_unsettled(kind: ScalarType, text: &str) -> bool {
    kind == ScalarType::Timestamp && text.contains(':')
}
