//! An ordered YAML document tree that is read and written byte for byte as Kustomize does.
//!
//! The tree ([`Node`]) holds what a document means: resolved scalars, sequences, and mappings in document order.
//! Comments, styles and anchors are gone; what stays is the file and line that each value came from.

mod mapping;
mod node;

pub use ecow::EcoString;
pub use mapping::{Entry, Key, Mapping};
pub use node::{Node, Place, Scalar, ScalarType, SourceId, Value};
