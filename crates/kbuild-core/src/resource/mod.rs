//! Resources and sets of them.

mod ahead;
mod content;
mod distinct;
mod head;
mod history;
mod ids;
mod index;
mod lineage;
mod metadata;
mod origin;
#[allow(clippy::module_inception, reason = "the type is named so")]
mod resource;
mod schema;
mod selects;
mod set;
mod shared;
mod slots;

pub(crate) use ahead::{go_through, look_ahead};
pub(crate) use content::Content;
pub(crate) use distinct::Distinct;
pub(crate) use history::{History, PreviousId, Turn};
pub(crate) use lineage::{Behavior, Lineage};
pub(crate) use metadata::{ENABLED, NEEDS_HASH};
pub(crate) use origin::{Folder, Origin, checked_list_from_yaml, list_from_yaml, list_to_yaml};
pub use resource::Resource;
pub(crate) use resource::{LOCAL_CONFIG, Parts};
pub(crate) use schema::SchemaInForce;
pub(crate) use set::{Arrivals, ResourceSet};
pub(crate) use shared::{Group, Groups, Shared, Step, ValuePath, paths_of};
pub(crate) use slots::Slots;
