//! Generates ConfigMaps and Secrets.

mod generator;
mod helm;
mod iam_policy;
mod key_values;

pub(crate) use generator::{generate, generate_from_plugins};
pub(crate) use helm::generate_helm;
pub(crate) use key_values::file_source;
