//! Goes through kustomizations as a build does.

use std::path::Path;

use kbuild_yaml::Place;

use super::contents::{changes, plugin_parts};
use super::part::{Part, Role};
use crate::build::Build;
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::kustomization::{GeneratorArgs, HelmChart, Kustomization, Text};
use crate::load::{Found, Location, parse_resources, prefetch, read_kustomization};
use crate::remote::{RepositorySpec, is_url, without_password};

pub(super) fn start(build: &mut Build, path: &Path) -> Result<Part, Error> {
    let location = Location::start(build, path)?;
    folder(build, &location, "")
}

/// The kustomization in a folder, and what it names.
pub(super) fn folder(
    build: &mut Build,
    location: &Location,
    field: &'static str,
) -> Result<Part, Error> {
    let kustomization = read_kustomization(build, location)?;
    let role = if kustomization.is_component { Role::Component } else { Role::Kustomization };
    let name = location.shown.display().to_string();
    let mut part = Part::new(role, field, without_password(&name));
    place(build, &mut part, kustomization.place);
    part.is_remote = location.repository.is_some();
    part.parts = parts(build, location, &kustomization)?;
    Ok(part)
}

/// What a kustomization names, in the order in which a build goes through it.
fn parts(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
) -> Result<Vec<Part>, Error> {
    prefetch(build, location, kustomization.resources.iter().chain(&kustomization.components));
    let mut errors = Errors::default();
    let mut parts = Vec::new();
    for entry in &kustomization.resources {
        parts.extend(errors.take(resource(build, location, entry, "resources")));
    }
    for (field, entries) in
        [("configurations", &kustomization.configurations), ("crds", &kustomization.crds)]
    {
        parts.extend(entries.iter().map(|entry| configuration(build, field, entry)));
    }
    parts.extend(
        kustomization.openapi.path.iter().map(|path| configuration(build, "openapi", path)),
    );
    for (field, kind, entries) in [
        ("configMapGenerator", "ConfigMap", &kustomization.config_map_generator),
        ("secretGenerator", "Secret", &kustomization.secret_generator),
    ] {
        parts.extend(entries.iter().map(|args| generator(build, field, kind, args)));
    }
    parts.extend(kustomization.helm_charts.iter().map(|chart_entry| chart(build, chart_entry)));
    parts.extend(errors.or_default(plugin_parts(
        build,
        location,
        "generators",
        &kustomization.generators,
    )));
    for entry in &kustomization.components {
        let found = component(build, location, entry);
        parts.extend(errors.take(found.map_err(|error| error.through(entry.place))));
    }
    parts.extend(changes(build, location, kustomization));
    for (field, entries) in
        [("transformers", &kustomization.transformers), ("validators", &kustomization.validators)]
    {
        parts.extend(errors.or_default(plugin_parts(build, location, field, entries)));
    }
    errors.finish().map(|()| parts)
}

/// What an entry of `resources` leads to.
pub(super) fn resource(
    build: &mut Build,
    location: &Location,
    entry: &Text,
    field: &'static str,
) -> Result<Part, Error> {
    let found = match location.resource(build, entry) {
        Ok(found) => found,
        Err(error) => return unreached(build, entry, field, error),
    };
    match found {
        Found::Directory(base) => {
            let part = folder(build, &base, field).map_err(|error| error.through(entry.place))?;
            if part.role == Role::Component {
                let message = format!("{} is a component", entry.text);
                return Err(Error::new(Code::COMPONENT_AS_RESOURCE, message)
                    .at(entry.place)
                    .mark(&*entry.text)
                    .hint_with("name it under components instead of resources"));
            }
            Ok(part)
        }
        Found::File(file) => {
            let shown = file.shown.clone();
            let content = file.read(build.host, entry)?;
            let mut part = Part::new(Role::File, field, without_password(entry));
            place(build, &mut part, entry.place);
            part.is_remote = is_url(entry);
            let source = build.sources.add(shown);
            match parse_resources(&content, source) {
                Ok(resources) => {
                    resources.iter().for_each(|resource| part.add_kind(resource.kind()));
                }
                Err(error) => part.problem = Some(error.message().to_owned()),
            }
            Ok(part)
        }
    }
}

fn component(build: &mut Build, location: &Location, entry: &Text) -> Result<Part, Error> {
    let found = match location.directory(build, entry) {
        Ok(found) => found,
        Err(error) => return unreached(build, entry, "components", error),
    };
    let part = folder(build, &found, "components")?;
    if part.role != Role::Component {
        let message = format!("{} is not a component", entry.text);
        return Err(Error::new(Code::NOT_A_COMPONENT, message).at(entry.place).mark(&*entry.text));
    }
    Ok(part)
}

/// What is on another machine and could not be had is shown as such; all else is an error.
fn unreached(
    build: &Build,
    entry: &Text,
    field: &'static str,
    error: Error,
) -> Result<Part, Error> {
    let is_remote = is_url(entry) || RepositorySpec::parse(entry).is_some();
    if !is_remote || matches!(error.code(), Code::CYCLE | Code::NESTED_TOO_DEEP) {
        return Err(error);
    }
    let role = if field == "components" { Role::Component } else { Role::Kustomization };
    let mut part = Part::new(role, field, without_password(entry));
    place(build, &mut part, entry.place);
    part.is_remote = true;
    part.problem = Some(error.message().to_owned());
    Ok(part)
}

fn configuration(build: &Build, field: &'static str, path: &Text) -> Part {
    let mut part = Part::new(Role::Configuration, field, without_password(path));
    place(build, &mut part, path.place);
    part
}

fn generator(build: &Build, field: &'static str, kind: &str, args: &GeneratorArgs) -> Part {
    let mut part = Part::new(Role::Generator, field, args.name.as_str());
    part.detail = args.behavior.to_string();
    part.entries = args.literals.len() + args.files.len() + args.envs.len();
    // One that merges or replaces brings no resource of its own.
    if !matches!(args.behavior.as_str(), "merge" | "replace") {
        part.add_kind(kind);
    }
    place(build, &mut part, args.place);
    part
}

fn chart(build: &Build, entry: &HelmChart) -> Part {
    let mut part = Part::new(Role::Chart, "helmCharts", &*entry.name.text);
    part.detail = entry.version.to_string();
    place(build, &mut part, entry.place);
    part
}

/// Says where a part stands.
pub(super) fn place(build: &Build, part: &mut Part, place: Place) {
    part.file = build.sources.name(place.source).map(without_password);
    part.line = Some(place.line).filter(|line| *line > 0 && !part.is_folder());
}
