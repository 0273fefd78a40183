//! The kustomization file: typed fields, defaults, deprecated fields. Knows the format, not what to do with it.

mod decode;
mod fields;
mod file;
mod helm;
mod openapi;
mod parts;
mod replacement;
mod var;

pub(crate) use decode::{config_map, field_spec, image, patch, replica, secret, target};
pub(crate) use fields::{Fields, Input};
pub(crate) use file::BUILD_METADATA;
#[cfg(test)]
pub(crate) use file::FIELDS;
pub use file::{Deprecated, Kustomization};
pub use helm::{HelmChart, HelmGlobals};
pub(crate) use helm::{as_json, helm_plugin};
pub use parts::{
    GeneratorArgs, GeneratorOptions, Image, Label, LegacySortOptions, Pair, Patch, PatchOptions,
    Replica, SortOptions, SortOrder, Target, Text,
};
pub use replacement::{
    FieldOptions, Replacement, ReplacementField, SourceSelector, TargetSelector,
};
pub(crate) use replacement::{replacement_config, replacement_file};
pub use var::Var;
