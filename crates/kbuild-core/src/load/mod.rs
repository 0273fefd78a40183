//! Reads kustomizations and the files that they name, within the limits of what may be read.

mod configuration;
mod crds;
mod definitions;
mod documents;
mod duplicates;
mod found;
mod ignored;
mod kustomization;
mod location;
mod missing;
mod plain_files;
mod remote;
mod schema;

pub(crate) use configuration::read_configurations;
pub(crate) use crds::read_crds;
pub(crate) use documents::{
    ResourceParser, check_annotations, check_named, parse_inline_resources, parse_resources,
    resources_from_documents, resources_from_nodes,
};
pub(crate) use duplicates::{keep_last_in, keep_last_throughout, refuse_repeated};
pub(crate) use found::{Found, FoundFile};
pub(crate) use kustomization::{read_document, read_kustomization};
pub(crate) use location::Location;
pub(crate) use plain_files::PlainFiles;
pub(crate) use remote::prefetch;
pub(crate) use schema::settle_schema;
