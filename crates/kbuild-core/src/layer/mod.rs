//! What one directory contributes: load, configure, generate, add components, transform.

mod plugin;
mod resources;

use crate::accumulator::Accumulator;
use crate::build::Build;
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::event::{Event, Task};
use crate::generate::{generate, generate_from_plugins, generate_helm};
use crate::kustomization::{Kustomization, Text};
use crate::load::{
    Location, prefetch, read_configurations, read_crds, read_kustomization, settle_schema,
};
use crate::transform::{Layer, transform, validate};
use plugin::read_plugins;
use resources::load_resources;

/// Reads the kustomization of a directory and builds its resources on top of what its bases contribute.
///
/// # Errors
/// Whatever is wrong below.
pub(crate) fn build_directory(
    build: &mut Build,
    location: &Location,
) -> Result<(Box<Accumulator>, Box<Kustomization>), Error> {
    let task = Task::Kustomization { folder: &location.shown };
    let count = |(accumulator, _): &(Box<Accumulator>, _)| accumulator.resources.iter().count();
    build.options.observer.during(task, count, || {
        let kustomization = read_kustomization(build, location)?;
        if location.is_start() {
            build.tracks_origins = !kustomization.build_metadata.is_empty();
        }
        settle_schema(build, location, &kustomization)?;
        // What is nested stands on the stack a hundred times.
        let mut accumulator = Box::new(Accumulator::new(&build.config, build.sources.trail()));
        build_layer(build, location, &kustomization, &mut accumulator)?;
        Ok((accumulator, kustomization))
    })
}

/// Adds what a kustomization says to what is there: nothing for a kustomization, all of its user's for a component.
fn build_layer(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
    accumulator: &mut Accumulator,
) -> Result<(), Error> {
    build
        .note_folder(location.root.clone(), location.depth())
        .map_err(|error| error.at(location.named_at))?;
    let namespace_above = build.helm_namespace.clone();
    if !kustomization.namespace.is_empty() {
        build.helm_namespace = kustomization.namespace.text.clone();
    }
    accumulator.resources.share_schema(&mut build.schema);
    prefetch(build, location, kustomization.resources.iter().chain(&kustomization.components));
    load_resources(build, location, &kustomization.resources, Some("resources"), accumulator)?;
    configure(build, location, kustomization, accumulator)?;
    generate(build, location, kustomization, &mut accumulator.resources)?;
    generate_helm(build, location, kustomization, &mut accumulator.resources)?;
    accumulator.resources.share_schema(&mut build.schema);
    let generators = read_plugins(build, location, kustomization, &kustomization.generators)?;
    accumulator.resources.share_schema(&mut build.schema);
    if !generators.is_empty() {
        let resources = &mut accumulator.resources;
        generate_from_plugins(build, location, kustomization, &generators, resources)?;
    }
    let mut errors = Errors::default();
    for entry in &kustomization.components {
        if errors.is_full() || build.is_over_limit() {
            break;
        }
        let warnings = build.warnings.len();
        let built = build_component(build, location, entry, accumulator);
        build.warned_through(warnings, entry.place);
        errors.take(built.map_err(|error| error.through(entry.place)));
    }
    errors.finish()?;
    accumulator.resources.share_schema(&mut build.schema);
    let transformers = read_plugins(build, location, kustomization, &kustomization.transformers)?;
    let validators = read_plugins(build, location, kustomization, &kustomization.validators)?;
    accumulator.resources.share_schema(&mut build.schema);
    let config = accumulator.config.get().clone();
    let mut layer = Layer { build, location, kustomization, config };
    transform(&mut layer, &transformers, &mut accumulator.resources)?;
    validate(&mut layer, &validators, &mut accumulator.resources)?;
    accumulator.vars.add(&kustomization.vars, &mut accumulator.resources)?;
    build.helm_namespace = namespace_above;
    Ok(())
}

fn configure(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
    accumulator: &mut Accumulator,
) -> Result<(), Error> {
    let place = |entries: &[Text]| entries.first().map(|entry| entry.place).unwrap_or_default();
    let config = read_configurations(build, location, &kustomization.configurations)?;
    accumulator.config.add(&config, place(&kustomization.configurations))?;
    match read_crds(build, location, &kustomization.crds)? {
        Some(config) => accumulator.config.add(&config, place(&kustomization.crds)),
        None => Ok(()),
    }
}

/// Builds a base, or takes it from those that were built before. Also says whether it is a component.
fn build_base(build: &mut Build, location: &Location) -> Result<(Box<Accumulator>, bool), Error> {
    let is_plain = build.is_plain() && location.containing_repository().is_none();
    let Some(cache) = build.cache.filter(|_| is_plain) else {
        let (accumulator, kustomization) = build_directory(build, location)?;
        return Ok((accumulator, kustomization.is_component));
    };
    if let Some(base) = cache.get(&location.root, &location.shown)
        && location.can_use(&base.folders)
    {
        let accumulator = build
            .reuse(&base, location.depth(), location.named_at)
            .map_err(|error| error.at(location.named_at))?;
        let observer = &build.options.observer;
        if observer.is_there() {
            let resources = accumulator.resources.iter().count();
            observer.tell(Event::Reused { folder: &location.shown, resources });
        }
        return Ok((Box::new(accumulator), false));
    }
    // What a base contributes must not show what was built before it.
    let schema = std::mem::take(&mut build.schema);
    let mark = build.mark();
    let (accumulator, kustomization) = build_directory(build, location)?;
    if build.schema.is_settled() {
        // It names a schema, which acts on what was read before as well: this is for this build alone.
        build.rewind(&mark);
        build.schema = schema;
        build.cache = None;
        let built = build_directory(build, location);
        build.cache = Some(cache);
        return built.map(|(accumulator, kustomization)| (accumulator, kustomization.is_component));
    }
    build.schema.join(&schema);
    if build.is_plain() && !kustomization.is_component {
        cache.put(
            location.root.clone(),
            location.shown.clone(),
            build.base(&accumulator, &mark, location.depth()),
        );
    }
    Ok((accumulator, kustomization.is_component))
}

fn build_component(
    build: &mut Build,
    location: &Location,
    entry: &Text,
    accumulator: &mut Accumulator,
) -> Result<(), Error> {
    let component = location.directory(build, entry)?;
    let task = Task::Component { folder: &component.shown };
    let count = |accumulator: &&mut Accumulator| accumulator.resources.iter().count();
    let built = build.options.observer.during(task, count, || {
        let kustomization = read_kustomization(build, &component)?;
        if !kustomization.is_component {
            return Err(Error::new(Code::NOT_A_COMPONENT, format!("{} is not a component", entry.text))
                .at(entry.place)
                .mark(&*entry.text)
                .hint_with("name it under resources, or give it kind: Component and apiVersion: kustomize.config.k8s.io/v1alpha1"));
        }
        accumulator.resources.share_schema(&mut build.schema);
        settle_schema(build, &component, &kustomization)?;
        build_layer(build, &component, &kustomization, accumulator)?;
        Ok(accumulator)
    });
    built?.begin_anew(entry.place)
}
