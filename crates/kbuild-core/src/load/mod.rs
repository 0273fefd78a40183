//! Reads kustomizations and the files that they name, within the limits of what may be read.

mod documents;
mod kustomization;
mod location;
pub(crate) mod path;
mod remote;
mod schema;

pub(crate) use documents::{check_named, parse_inline_resources, parse_resources, resources_from_nodes};
pub(crate) use kustomization::{read_kustomization};
pub(crate) use location::{Found, Location};
pub(crate) use remote::prefetch;
pub(crate) use schema::settle_schema;
