//! Field paths, field specs, and the one walker that follows them.

pub(crate) mod by_kind;
pub(crate) mod lookup;
pub(crate) mod path;
mod reach;
pub(crate) mod set;
pub(crate) mod spec;
pub(crate) mod visit;

pub(crate) use by_kind::{ByKind, Reached};
pub(crate) use spec::FieldSpec;
pub(crate) use visit::{Make, visit};
