//! Generators, transformers and validators that a kustomization names by configurations of their own.

use super::resources::load_resources;
use crate::accumulator::Accumulator;
use crate::build::Build;
use crate::error::Error;
use crate::kustomization::{Kustomization, Text};
use crate::load::{Location, parse_inline_resources};
use crate::resource::{Origin, Resource};

/// Reads the configurations that the entries of `generators`, `transformers` or `validators` hold or name. Those that
/// stand in the kustomization come first.
///
/// # Errors
/// An entry that is neither a configuration nor a path to some, or two of one name.
pub(crate) fn read_plugins(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
    entries: &[Text],
) -> Result<Vec<Resource>, Error> {
    let mut accumulator = Accumulator::new(&build.config, build.sources.trail());
    accumulator.resources.share_schema(&mut build.schema);
    let mut paths = Vec::new();
    for entry in entries {
        match parse_inline_resources(entry, build.blocks.lines_of(entry)) {
            Ok(resources) => {
                for mut resource in resources {
                    let file = &kustomization.file_name;
                    resource.lineage.origin =
                        build.tracks_origins.then(|| Origin::file(&location.from_start, file));
                    accumulator.resources.append(resource)?;
                }
            }
            Err(error) if entry.contains('\n') => return Err(error),
            Err(_) => paths.push(entry),
        }
    }
    load_resources(build, location, paths, None, &mut accumulator)?;
    accumulator.resources.share_schema(&mut build.schema);
    Ok(accumulator.resources.into_resources())
}
