//! Helm charts: pulled if they are not there, inflated by `helm template`, read as resources.

mod chart;
mod command;
mod values;

use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::event::Task;
use crate::kustomization::{HelmChart, HelmGlobals, Kustomization, helm_plugin};
use crate::load::{Location, parse_resources};
use crate::resource::{Origin, Resource, ResourceSet};

use chart::Chart;
use command::Helm;

/// The kind of a chart's configuration.
pub(super) const KIND: &str = "HelmChartInflationGenerator";

/// Inflates the charts of a kustomization and adds what they hold to `resources`.
///
/// # Errors
/// Helm may not be run or fails, or what it prints does not go together with what is there already.
pub(crate) fn generate_helm(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    let origin = build
        .tracks_origins
        .then(|| Origin::built_in(&location.from_start, &kustomization.file_name, KIND));
    for entry in &kustomization.helm_charts {
        let mut entry = entry.clone();
        if entry.namespace.is_empty() {
            entry.namespace = build.helm_namespace.clone();
        }
        let found = inflate(build, location, &kustomization.helm_globals, &entry)
            .map_err(|error| described(error, &entry))?;
        let trail = build.sources.trail().clone();
        trail.begin("helmCharts", &entry.name, entry.place, entry.place);
        trail.brought(found.len());
        for mut resource in found {
            resource.lineage.origin = origin.clone();
            trail.compare(None, &mut resource.content, entry.place);
            add(resource, resources).map_err(|error| described(error, &entry))?;
        }
    }
    Ok(())
}

/// Inflates the chart that a configuration describes.
///
/// # Errors
/// As [`generate_helm`].
pub(super) fn from_plugin(
    build: &mut Build,
    location: &Location,
    plugin: &Resource,
) -> Result<Vec<Resource>, Error> {
    let node = plugin.to_configuration();
    let (globals, mut entry) = helm_plugin(&node)?;
    entry.place = plugin.place();
    inflate(build, location, &globals, &entry).map_err(|error| described(error, &entry))
}

fn inflate(
    build: &mut Build,
    location: &Location,
    globals: &HelmGlobals,
    entry: &HelmChart,
) -> Result<Vec<Resource>, Error> {
    let task = Task::Chart { name: &entry.name };
    build.options.observer.during(task, Vec::len, || inflated(build, location, globals, entry))
}

fn inflated(
    build: &mut Build,
    location: &Location,
    globals: &HelmGlobals,
    entry: &HelmChart,
) -> Result<Vec<Resource>, Error> {
    // What helm makes of a chart depends on the layers above.
    build.is_pure = false;
    if entry.name.is_empty() {
        return Err(Error::new(Code::BAD_CHART, "a chart needs a name"));
    }
    if !build.options.helm.enabled {
        return Err(Error::new(
            Code::HELM_NOT_ALLOWED,
            "charts are inflated by helm, which was not allowed to run",
        )
        .hint_with("allow it with --enable-helm"));
    }
    let chart = Chart::new(build, location, globals, entry)?;
    let helm = Helm::new(build, globals, entry.debug.unwrap_or(build.options.helm.debug))?;
    helm.check_version(build)?;
    chart.pull_if_missing(build, &helm)?;
    let values = values::values(build, location, &chart)?;
    let values = helm.write_values(&chart.entry.name, &values)?;
    let output = helm.run(build, chart.template_arguments(&values, &build.options.helm))?;
    let source =
        build.sources.add(format!("the output of helm template for {}", chart.entry.name.text));
    let mut resources = parse_resources(&output, source)?;
    for resource in &mut resources {
        resource.brought_by = entry.place;
        resource.lineage.helm_generated = true;
    }
    Ok(resources)
}

/// Adds what a chart holds to what is there, of which it can change nothing.
fn add(resource: Resource, resources: &mut ResourceSet) -> Result<(), Error> {
    let id = resource.id();
    let slots = resources.with_any_id(&id);
    match slots.first().and_then(|slot| resources.get(*slot)) {
        Some(other) => Err(Error::new(
            Code::DUPLICATE_RESOURCE,
            format!("{id} exists already, so a chart cannot bring it"),
        )
        .related("the one that exists", other.place())
        .related("the one in the chart", resource.place())
        .hint_with("give the release another name, or leave one of the two out")),
        None => resources.append(resource),
    }
}

/// An error with the chart that it is about.
fn described(error: Error, entry: &HelmChart) -> Error {
    let error = error.at(entry.place);
    if entry.name.is_empty() {
        return error;
    }
    error.in_resource(format!("chart {}", entry.name.text))
}
