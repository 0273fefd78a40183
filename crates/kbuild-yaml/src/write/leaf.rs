//! What stands on a line by itself or behind a key: scalars, empty mappings and empty lists.

use std::fmt::Write as _;

use super::{Writer, Written, look};
use crate::canonical::{Canonical, canonical};
use crate::find::line_feed;
use crate::number::Number;
use crate::tree::{Shape, Slot};
use crate::{Place, ScalarRef};

/// The line breaks that are not ASCII.
const BREAKS_BEYOND_ASCII: [&str; 3] = ["\u{85}", "\u{2028}", "\u{2029}"];

impl Writer<'_> {
    /// Writes a scalar, an empty mapping or an empty list, and ends the line. Further lines are indented by `indent`.
    pub(super) fn leaf(&mut self, node: &Slot, indent: usize) -> Written {
        let start = self.out.len();
        match node.shape {
            Shape::Mapping => self.out.push_str("{}"),
            Shape::Sequence => self.out.push_str("[]"),
            Shape::Scalar(_) if node.is_as_is() => {
                self.out.push_bytes(self.tree.bytes(node.text()))
            }
            Shape::Scalar(kind) => {
                let text = self.tree.str(node.text());
                let scalar = ScalarRef { text, kind, plain: node.is_plain() };
                self.scalar(scalar, self.tree.place(node.place), indent)?;
            }
        }
        if let Some(places) = &mut self.places {
            let place = self.tree.place(node.place);
            let written = self.out.as_bytes().get(start..).unwrap_or_default();
            // The lines of a block belong to it up to the last; its header takes a comment.
            let header = written.starts_with(b"|").then(|| line_feed(written)).flatten();
            places.push((header.map_or(self.out.len(), |header| start + header), place));
        }
        self.end_line();
        Ok(())
    }

    fn scalar(&mut self, scalar: ScalarRef<'_>, place: Place, indent: usize) -> Written {
        match canonical(scalar, place)? {
            Canonical::Null => self.out.push_str("null"),
            Canonical::Bool(true) => self.out.push_str("true"),
            Canonical::Bool(false) => self.out.push_str("false"),
            Canonical::Digits(digits) => self.out.push_str(digits),
            Canonical::Number(Number::Int(value)) => {
                // Writing into a string cannot fail.
                let _ = write!(self.out, "{value}");
            }
            Canonical::Number(Number::Float(value)) => {
                let mut text = String::new();
                crate::number::push_yaml_float(value, &mut text);
                self.out.push_str(&text);
            }
            Canonical::Text(text) => {
                let (text, look) = look::look_at(text, place)?;
                self.text(&text, look, Some(indent));
            }
        }
        Ok(())
    }

    /// Ends the line unless a block scalar has ended it already.
    pub(super) fn end_line(&mut self) {
        let written = self.out.as_bytes();
        let ended = match written.last() {
            Some(b'\n') => true,
            Some(0x80..) => BREAKS_BEYOND_ASCII.iter().any(|end| written.ends_with(end.as_bytes())),
            _ => false,
        };
        if !ended {
            self.out.push('\n');
        }
    }
}
