//! Generates ConfigMaps and Secrets.

mod base64;
mod generator;
mod key_values;

pub(crate) use generator::generate;
