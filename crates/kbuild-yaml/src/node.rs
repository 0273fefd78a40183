//! The document tree: scalars, sequences and mappings, each with the place that it came from.

use ecow::EcoString;

use crate::Mapping;

/// Names a file (or another text) that nodes were read from. The reader's caller hands them out; 0 means "none".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// Where a node came from: a source and a line in it, counted from 1. Line 0 means that no file holds it.
///
/// That is what the reader writes here. A program that keeps track of changes may put a number of its own into `line`: in
/// what kbuild-core renders with `Options::provenance` it is a number in a journal, and `Sources::resolve` gives the place
/// in a file that it stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file or text.
    pub source: SourceId,
    /// The line, from 1; 0 where there is none. Or what stands for a line, as said above.
    pub line: u32,
}

/// One value of a document.
///
/// Two nodes are equal when they hold the same value; where they came from does not matter.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value itself.
    pub value: Value,
    /// Where it came from; not always a line of a file, as [`Place`] says.
    pub place: Place,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in document order.
    Mapping(Mapping),
}

/// A scalar: its text as written, and the type that the text (or a tag) gives it.
///
/// The text of a number is kept as the user wrote it (`0644`, `1_000`, `1e3`): the writer gives it its canonical form.
/// The text of a string is its content, without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The content.
    pub text: EcoString,
    /// What the content means.
    pub kind: ScalarType,
    /// True when the document showed the scalar without quotes and not as a block. A transformer that puts a new text
    /// into a plain scalar gives it the type that the text has when written plainly, as the reference does.
    pub plain: bool,
}

/// The type of a scalar, as the YAML core schema of go-yaml v3 resolves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalarType {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// An integer in any notation.
    Int,
    /// A floating point number in any notation, `.inf` and `.nan` among them.
    Float,
    /// Text.
    Str,
    /// A date or a date with a time.
    Timestamp,
    /// Base64, tagged `!!binary`.
    Binary,
}

impl ScalarType {
    /// All types, in the order in which they are declared.
    pub(crate) const ALL: [ScalarType; 7] = [
        ScalarType::Null,
        ScalarType::Bool,
        ScalarType::Int,
        ScalarType::Float,
        ScalarType::Str,
        ScalarType::Timestamp,
        ScalarType::Binary,
    ];

    /// What it is, in the words of an error message: "a string", "a date" …
    pub(crate) fn describe(self) -> &'static str {
        match self {
            ScalarType::Null => "null",
            ScalarType::Bool => "a boolean",
            ScalarType::Int | ScalarType::Float => "a number",
            ScalarType::Str => "a string",
            ScalarType::Timestamp => "a date",
            ScalarType::Binary => "binary data",
        }
    }
}

impl Scalar {
    /// A quoted string: text that stays text, whatever it looks like.
    pub fn string(text: impl Into<EcoString>) -> Scalar {
        Scalar { text: text.into(), kind: ScalarType::Str, plain: false }
    }
}

impl Node {
    /// A node that no file holds.
    pub fn new(value: Value) -> Node {
        Node { value, place: Place::default() }
    }

    /// A string that stays a string, whatever it looks like.
    pub fn string(text: impl Into<EcoString>) -> Node {
        Node::new(Value::Scalar(Scalar::string(text)))
    }

    /// A null.
    pub fn null() -> Node {
        Node::new(Value::Scalar(Scalar {
            text: EcoString::new(),
            kind: ScalarType::Null,
            plain: true,
        }))
    }

    /// A boolean.
    pub fn bool(value: bool) -> Node {
        let text = if value { "true" } else { "false" };
        Node::new(Value::Scalar(Scalar { text: text.into(), kind: ScalarType::Bool, plain: true }))
    }

    /// An integer.
    pub fn int(value: i64) -> Node {
        let text = ecow::eco_format!("{value}");
        Node::new(Value::Scalar(Scalar { text, kind: ScalarType::Int, plain: true }))
    }

    /// An empty mapping.
    pub fn mapping() -> Node {
        Node::new(Value::Mapping(Mapping::new()))
    }

    /// A list.
    pub fn sequence(items: Vec<Node>) -> Node {
        Node::new(Value::Sequence(items))
    }

    /// The same node, said to come from `place`.
    #[must_use]
    pub fn at(mut self, place: Place) -> Node {
        self.place = place;
        self
    }

    /// True for a null.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.kind == ScalarType::Null)
    }

    /// True for a null, an empty mapping and an empty sequence.
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Scalar(scalar) => scalar.kind == ScalarType::Null,
            Value::Sequence(items) => items.is_empty(),
            Value::Mapping(mapping) => mapping.is_empty(),
        }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar of any type, as the user wrote it; none for a mapping, a sequence and a null.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) if scalar.kind != ScalarType::Null => Some(&scalar.text),
            _ => None,
        }
    }

    /// The text of a string; none for any other type.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) if scalar.kind == ScalarType::Str => Some(&scalar.text),
            _ => None,
        }
    }

    /// The items, if it is a sequence.
    pub fn as_sequence(&self) -> Option<&Vec<Node>> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The items, if it is a sequence.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Vec<Node>> {
        match &mut self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The mapping, if it is one.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        match &mut self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The value under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_mapping()?.get(key)
    }

    /// The value under `key`, if this is a mapping that has it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.as_mapping_mut()?.get_mut(key)
    }

    /// What the value is, in the words of an error message: "a string", "a mapping" …
    pub fn describe(&self) -> &'static str {
        match &self.value {
            Value::Mapping(_) => "a mapping",
            Value::Sequence(_) => "a list",
            Value::Scalar(scalar) => scalar.kind.describe(),
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.value == other.value
    }
}

impl From<Mapping> for Node {
    fn from(mapping: Mapping) -> Node {
        Node::new(Value::Mapping(mapping))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, Key, SourceId};

    #[test]
    fn a_key_keeps_its_type_and_its_place() {
        for kind in ScalarType::ALL {
            let place = Place { source: SourceId(123_456_789), line: u32::MAX };
            let mut key = Key::typed("k", kind).at(place);
            assert_eq!((key.kind(), key.place()), (kind, place));
            key.set_kind(ScalarType::Binary);
            assert_eq!((key.kind(), key.place()), (ScalarType::Binary, place));
            let last = Place { source: SourceId(u32::MAX), line: 1 };
            assert_eq!(
                (key.clone().at(last).place(), key.at(last).kind()),
                (last, ScalarType::Binary)
            );
        }
    }

    #[test]
    fn a_node_stays_small() {
        assert!(size_of::<Node>() <= 40, "{}", size_of::<Node>());
        assert!(size_of::<Entry>() <= 64, "{}", size_of::<Entry>());
    }
}
