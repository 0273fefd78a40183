//! What the entries of `resources` lead to: files, of which several threads read and parse some at a time, and bases.

use kbuild_yaml::SourceId;

use super::build_base;
use crate::accumulator::Accumulator;
use crate::build::Build;
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::host::Host;
use crate::kustomization::Text;
use crate::load::{Found, FoundFile, Location, parse_resources_in};
use crate::resource::{Origin, Resource};
use crate::threads::Threads;

/// Adds what the entries lead to, in their order; `step` is what the trail calls that, unless it is none of its business.
///
/// # Errors
/// Nothing can be read there, or what is there does not go together with the rest.
pub(super) fn load_resources<'a>(
    build: &mut Build,
    location: &Location,
    entries: impl IntoIterator<Item = &'a Text>,
    step: Option<&str>,
    accumulator: &mut Accumulator,
) -> Result<(), Error> {
    let (mut errors, mut files) = (Errors::default(), Vec::new());
    let entries: Vec<&Text> = entries.into_iter().collect();
    let (threads, host) = (build.reading_threads(entries.len(), 0), build.recorder);
    let located = threads.map(entries, |entry| (entry, location.locate(host, entry)));
    for (entry, located) in located {
        if errors.is_full() {
            break;
        }
        match location.resource_at(build, entry, located) {
            Ok(Found::File(file)) => files.push((entry, file)),
            found => {
                let before = std::mem::take(&mut files);
                load_files(build, location, before, step, accumulator, &mut errors);
                let added = match found {
                    Ok(Found::Directory(base)) => load_base(build, &base, entry, accumulator),
                    found => found.map(|_| ()),
                };
                errors.take(added);
            }
        }
    }
    load_files(build, location, files, step, accumulator, &mut errors);
    errors.finish()
}

/// Adds the resources in files.
fn load_files(
    build: &mut Build,
    location: &Location,
    files: Vec<(&Text, FoundFile)>,
    step: Option<&str>,
    accumulator: &mut Accumulator,
    errors: &mut Errors,
) {
    let (mut files, before, mut done) = (files.into_iter(), build.recorder.bytes(), 0);
    while !files.as_slice().is_empty() && !errors.is_full() {
        // How much is in the files shows once some of them were read.
        let read = build.recorder.bytes() - before;
        let expected = read.checked_div(done).unwrap_or(0).saturating_mul(files.len() as u64);
        let threads = build.reading_threads(files.len(), expected);
        let count = if threads.is_one() { 1 } else { files.len() };
        done += count as u64;
        let mut taken: Vec<(&Text, FoundFile, SourceId)> = Vec::with_capacity(count);
        for (entry, file) in files.by_ref().take(count) {
            let source = build.sources.add_named(file.shown.clone(), entry.place);
            taken.push((entry, file, source));
        }
        let host = build.recorder;
        let found: Vec<_> = match threads.is_one() {
            // What is in one large file is parsed in several threads.
            true => {
                let threads = |bytes| build.parsing_threads(bytes);
                taken.into_iter().map(|file| read_resources(host, file, threads)).collect()
            }
            false => threads
                .map(taken, |file| read_resources(host, file, |_| Threads::default()))
                .collect(),
        };
        for (entry, found) in found {
            if errors.is_full() {
                break;
            }
            if let Some(step) = step {
                build.sources.trail().begin(step, entry, entry.place, entry.place);
            }
            let added = found
                .and_then(|found| add_resources(build, location, entry, step, found, accumulator));
            errors.take(added);
        }
    }
}

/// Reads the file of an entry, and parses its content in so many threads.
fn read_resources<'a>(
    host: &dyn Host,
    (entry, file, source): (&'a Text, FoundFile, SourceId),
    threads: impl Fn(usize) -> Threads,
) -> (&'a Text, Result<Vec<Resource>, Error>) {
    let found = file.read(host, entry).and_then(|content| {
        parse_resources_in(&content, source, threads(content.len()))
            .map_err(|error| error.through(entry.place))
    });
    (entry, found)
}

/// Adds what was found in a file.
fn add_resources(
    build: &mut Build,
    location: &Location,
    entry: &Text,
    step: Option<&str>,
    found: Vec<Resource>,
    accumulator: &mut Accumulator,
) -> Result<(), Error> {
    if step.is_some() {
        build.sources.trail().brought(found.len());
    }
    let mut errors = Errors::default();
    for mut resource in found {
        if errors.is_full() {
            break;
        }
        resource.brought_by = entry.place;
        resource.lineage.origin =
            build.tracks_origins.then(|| Origin::file(&location.from_start, entry));
        let added = accumulator.resources.append(resource);
        errors.take(added.map_err(|error| error.through(entry.place)));
    }
    errors.finish()
}

/// Adds the resources of a base.
fn load_base(
    build: &mut Build,
    base: &Location,
    entry: &Text,
    accumulator: &mut Accumulator,
) -> Result<(), Error> {
    accumulator.resources.share_schema(&mut build.schema);
    let warnings = build.warnings.len();
    let (found, is_component) =
        build_base(build, base).map_err(|error| error.through(entry.place))?;
    build.warned_through(warnings, entry.place);
    if is_component {
        return Err(Error::new(
            Code::COMPONENT_AS_RESOURCE,
            format!("{} is a component", entry.text),
        )
        .at(entry.place)
        .mark(&*entry.text)
        .hint_with("name it under components instead of resources"));
    }
    accumulator.resources.share_schema(&mut build.schema);
    accumulator.merge(found, entry.place)
}
