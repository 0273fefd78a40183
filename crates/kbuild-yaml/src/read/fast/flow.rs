//! Flow collections.

use super::block::Keys;
use super::plain::{self, Plain, Stop};
use super::scalar::Key;
use super::{Links, Reader};
use crate::ScalarType;
use crate::tree::{NodeId, PlaceId, Shape, Slot};

impl Reader<'_> {
    /// Reads the collection whose `[` or `{` stands here. Leaves the reader right behind its end.
    pub(super) fn flow_node(&mut self, to: NodeId) -> Option<()> {
        self.open()?;
        let place = PlaceId::of_line(self.scanner.line);
        let mapping = self.scanner.byte(0) == b'{';
        let end = if mapping { b'}' } else { b']' };
        let (mut links, mut keys) = (Links::NONE, Keys::default());
        self.scanner.at += 1;
        loop {
            self.skip_flow_blanks()?;
            if self.scanner.byte(0) == end {
                break;
            }
            let mut slot = Slot::NOTHING;
            if mapping {
                let key = match self.flow_word_key() {
                    Some(key) => key,
                    None => self.flow_key()?,
                };
                self.skip_flow_blanks()?;
                self.check_key(&mut keys, &links, key.text, key.mark)?;
                slot = key.slot();
            }
            match self.scanner.byte(0) {
                b'[' | b'{' => {
                    let to = self.add(&mut links, slot);
                    self.flow_node(to)?;
                }
                b'"' | b'\'' => {
                    self.quoted(&mut slot)?;
                    self.add(&mut links, slot);
                }
                _ => {
                    if !self.flow_word(&mut slot, end) {
                        self.flow_plain(&mut slot)?;
                    }
                    self.add(&mut links, slot);
                }
            }
            self.skip_flow_blanks()?;
            match self.scanner.byte(0) {
                b',' => self.scanner.at += 1,
                byte if byte == end => break,
                _ => return None,
            }
        }
        self.scanner.at += 1;
        match mapping {
            true => self.finish_mapping(to, &keys, &links, place)?,
            false => self.finish_sequence(to, &links, place)?,
        }
        self.slot(to)?.set_flow(true);
        Some(())
    }

    /// A key and its `:`.
    fn flow_key(&mut self) -> Option<Key> {
        let start = self.scanner.at;
        match self.scanner.byte(0) {
            b'"' | b'\'' => {
                let text = self.quoted_on_line()??;
                if self.scanner.byte(0) != b':' {
                    return None;
                }
                self.quoted_text_as_key(start, text)
            }
            _ => {
                let plain = Plain::scan::<{ plain::IN_FLOW }>(self.scanner.bytes, start)?;
                if plain.stop != Stop::Colon {
                    return None;
                }
                let text = self.scanner.text.get(start..plain.end)?;
                let key = self.plain_key(plain)?;
                (!is_unsettled(key.kind, text)).then_some(key)
            }
        }
    }

    fn flow_plain(&mut self, to: &mut Slot) -> Option<()> {
        let (start, line) = (self.scanner.at, self.scanner.line);
        let plain = Plain::scan::<{ plain::IN_FLOW }>(self.scanner.bytes, start)?;
        if matches!(plain.stop, Stop::Colon | Stop::Comment) {
            return None;
        }
        self.scanner.at = plain.at;
        if plain.stop == Stop::Line {
            // It may go on on the next line.
            self.skip_flow_blanks()?;
            if !matches!(self.scanner.byte(0), b',' | b']' | b'}') {
                return None;
            }
        }
        self.scalar_at(to, (start, plain.end), true, false, line)?;
        let text = self.scanner.text.get(start..plain.end)?;
        let is_date = to.shape == Shape::Scalar(ScalarType::Timestamp);
        (!(is_date && is_unsettled(ScalarType::Timestamp, text))).then_some(())
    }

    /// Steps over spaces and line feeds.
    #[inline(always)]
    fn skip_flow_blanks(&mut self) -> Option<()> {
        // The first column is in front of all that is within brackets on its line.
        if self.scanner.byte(0) > b' ' { Some(()) } else { self.skip_some_flow_blanks() }
    }

    fn skip_some_flow_blanks(&mut self) -> Option<()> {
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
