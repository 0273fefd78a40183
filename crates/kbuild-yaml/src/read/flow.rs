//! Flow collections: what becomes of their values when the reference prints them and reads them again.
//!
//! It does so before it prints a document for the user, and keeps flow collections as they are. A value that is not
//! there comes out as an empty text, and a date with a time as the text that it was, as its colons get quotes. While
//! the build runs, the former is null all the same.

use crate::resolve::resolve;
use crate::{Dialect, Node, Scalar, ScalarType, Value};

/// The flow collections that are open.
#[derive(Default)]
pub(super) struct Flow {
    depth: usize,
    /// True when values were seen that may have to change at the end.
    unsettled: bool,
}

impl Flow {
    pub(super) fn open(&mut self) {
        self.depth += 1;
    }

    /// Notes a value that stands in the innermost collection.
    #[inline]
    pub(super) fn saw(&mut self, node: &Node) {
        self.unsettled |= self.depth > 0
            && matches!(&node.value, Value::Scalar(scalar) if changes(scalar.kind, &scalar.text));
    }

    /// Notes an alias, which may stand for such values.
    pub(super) fn saw_alias(&mut self) {
        self.unsettled |= self.depth > 0;
    }

    /// Closes the innermost collection, `node`. Values change when the outermost closes, as an alias of one of them may
    /// stand outside, and before an alias of the collection itself is known.
    pub(super) fn close(&mut self, node: &mut Node, anchored: bool) {
        self.depth = self.depth.saturating_sub(1);
        if self.unsettled && (self.depth == 0 || anchored) {
            settle(node);
        }
        self.unsettled &= self.depth > 0;
    }
}

fn changes(kind: ScalarType, text: &str) -> bool {
    match kind {
        ScalarType::Null => text.is_empty(),
        ScalarType::Timestamp => text.contains(':'),
        _ => false,
    }
}

fn settle(node: &mut Node) {
    match &mut node.value {
        Value::Scalar(scalar) => settle_scalar(scalar),
        Value::Sequence(items) => items.iter_mut().for_each(settle),
        Value::Mapping(mapping) => {
            for entry in mapping.iter_mut() {
                if entry.key.kind() == ScalarType::Timestamp && entry.key.text.contains(':') {
                    entry.key.set_kind(ScalarType::Str);
                }
                settle(&mut entry.value);
            }
        }
    }
}

/// Makes a value of a flow mapping what it is in a block mapping, into which a merge key brings it. What is within it
/// still stands in a flow collection.
pub(super) fn leave_flow(node: &mut Node) {
    let Value::Scalar(scalar) = &mut node.value else { return };
    match scalar.kind {
        ScalarType::Null if scalar.text.is_empty() => scalar.plain = true,
        ScalarType::Str if scalar.plain && scalar.text.contains(':') => {
            scalar.kind = resolve(&scalar.text, Dialect::Resource);
        }
        _ => {}
    }
}

fn settle_scalar(scalar: &mut Scalar) {
    if scalar.plain && changes(scalar.kind, &scalar.text) {
        match scalar.kind {
            ScalarType::Null => scalar.plain = false,
            _ => scalar.kind = ScalarType::Str,
        }
    }
}
