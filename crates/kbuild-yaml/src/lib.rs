//! An ordered YAML document tree that is read and written byte for byte as Kustomize does.
//!
//! A [`Tree`] holds what a document means, in compact form: resolved scalars, sequences, and mappings in document order.
//! Comments, styles and anchors are gone; what stays is the file and line that each value came from. A [`NodeRef`] looks at
//! a part of it. A [`Node`] is the same as a value of Rust, for making a document or taking one apart.
//!
//! With the feature `serde`, which is off unless asked for, trees are made of values of Rust types and the other way round.

mod canonical;
#[cfg(feature = "serde")]
mod conversion;
mod find;
mod json;
mod json_form;
mod mapping;
mod node;
mod number;
mod read;
mod resolve;
mod timestamp;
mod tree;
mod write;

#[cfg(feature = "serde")]
pub use conversion::ConversionError;
pub use ecow::{EcoString, EcoVec};
pub use find::{is_same_text, lines};
pub use json::write_json;
pub use json_form::{is_json_form, is_short_decimal, is_written_plainly};
pub use mapping::{Entry, Key, Mapping};
pub use node::{Node, Place, Scalar, ScalarType, SourceId, Value};
pub use read::{
    Document, MAX_DEPTH, Piece, ReadError, ReadErrorKind, Refolded, ResourceReader, cut_resources,
    is_unreadable_block, read_documents, read_documents_with_duplicates, read_resources,
};
pub use resolve::{Dialect, is_yaml_1_1_non_string, resolve};
pub use tree::{AtHand, Children, KeyMarks, NodeId, NodeRef, ScalarRef, Tree, ValueRef, key_mark};
pub use write::{Printer, WriteError, double_quoted, is_printable, write};
