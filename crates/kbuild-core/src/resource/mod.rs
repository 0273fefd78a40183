//! Resources and sets of them.

mod index;
mod lineage;
mod metadata;
mod origin;
#[allow(clippy::module_inception, reason = "the type is named so")]
mod resource;
mod set;
mod shared;

pub(crate) use lineage::{Behavior, Lineage};
pub(crate) use origin::{Origin, list_to_yaml};
pub use resource::Resource;
pub(crate) use set::ResourceSet;
pub(crate) use shared::{Shared, Step, ValuePath, paths_of};
