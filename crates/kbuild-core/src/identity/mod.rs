//! What a resource is called: group, version, kind, name and namespace.

mod go_regex;
pub(crate) mod group_version_kind;
pub(crate) mod label_selector;
pub(crate) mod pattern;
pub(crate) mod resource_id;
pub(crate) mod selector;
mod type_numbers;

pub use group_version_kind::GroupVersionKind;
pub(crate) use group_version_kind::GvkRef;
pub(crate) use resource_id::IdRef;
pub use resource_id::ResourceId;
pub(crate) use type_numbers::TypeNumbers;
