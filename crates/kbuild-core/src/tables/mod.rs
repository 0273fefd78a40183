//! Facts as tables: default field specs, name references, the legacy order.

pub mod api_versions;
mod buckets;
pub mod custom_schema;
pub mod field_specs;
mod known_types;
pub mod name_references;
pub mod schema;
mod schema_data;
pub mod sort_order;
pub(crate) mod unicode;
