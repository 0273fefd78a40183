//! What one directory contributes: load, generate, add components, transform.

use crate::build::Build;
use crate::error::Error;
use crate::generate::generate;
use crate::kustomization::{Kustomization, Text};
use crate::load::{Found, Location, parse_resources, read_kustomization};
use crate::resource::ResourceSet;
use crate::transform::{Layer, transform};

/// Reads the kustomization of a directory and builds its resources on top of what its bases contribute.
///
/// # Errors
/// Whatever is wrong below.
pub(crate) fn build_directory(build: &mut Build, location: &Location) -> Result<(ResourceSet, Box<Kustomization>), Error> {
    let kustomization = read_kustomization(build, location)?;
    let mut resources = ResourceSet::default();
    build_layer(build, location, &kustomization, &mut resources)?;
    Ok((resources, kustomization))
}

/// Adds what a kustomization says to the resources that are there: none for a kustomization, those of its user for a
/// component.
fn build_layer(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    refuse_what_is_not_built(kustomization)?;
    for entry in &kustomization.resources {
        load_resource(build, location, entry, resources)?;
    }
    generate(build, location, kustomization, resources)?;
    for entry in &kustomization.components {
        build_component(build, location, entry, resources).map_err(|error| error.through(entry.place))?;
    }
    transform(&mut Layer { build, location, kustomization }, resources)
}

fn load_resource(
    build: &mut Build,
    location: &Location,
    entry: &Text,
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    match location.resource(build, entry)? {
        Found::File(path, shown) => {
            let content = build.read(&path, &shown).map_err(|error| error.at(entry.place))?;
            let source = build.sources.add(shown);
            let found = parse_resources(&content, source).map_err(|error| error.through(entry.place))?;
            for mut resource in found {
                resource.brought_by = entry.place;
                resources.append(resource).map_err(|error| error.through(entry.place))?;
            }
            Ok(())
        }
        Found::Directory(base) => {
            let (found, kustomization) = build_directory(build, &base).map_err(|error| error.through(entry.place))?;
            if kustomization.is_component {
                return Err(Error::new(format!("{} is a component", entry.text))
                    .at(entry.place)
                    .hint_with("name it under components instead of resources"));
            }
            resources.append_all(found).map_err(|error| error.through(entry.place))
        }
    }
}

fn build_component(
    build: &mut Build,
    location: &Location,
    entry: &Text,
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    let component = location.directory(build, entry)?;
    let kustomization = read_kustomization(build, &component)?;
    if !kustomization.is_component {
        return Err(Error::new(format!("{} is not a component", entry.text))
            .at(entry.place)
            .hint_with("name it under resources, or give it kind: Component and apiVersion: kustomize.config.k8s.io/v1alpha1"));
    }
    build_layer(build, &component, &kustomization, resources)
}

fn refuse_what_is_not_built(kustomization: &Kustomization) -> Result<(), Error> {
    match kustomization.not_built.first() {
        None => Ok(()),
        Some((field, place)) => Err(Error::new(format!("the field {field} is not built yet"))
            .at(*place)
            .hint_with("this version renders kustomizations without it")),
    }
}
