//! What the entries of `resources` lead to: files, of which several threads read and parse some at a time, and bases.

use kbuild_yaml::SourceId;

use super::build_base;
use crate::accumulator::Accumulator;
use crate::build::Build;
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::host::Recorder;
use crate::kustomization::Text;
use crate::load::{Found, FoundFile, Location, PlainFiles, parse_resources_in};
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
    let host = build.recorder;
    let plain = match entries.iter().any(|entry| PlainFiles::is_one(entry)) {
        true => PlainFiles::of(location, host),
        false => None,
    };
    let is_plain = |entry: &Text| plain.is_some() && PlainFiles::is_one(entry);
    let others = entries.iter().filter(|entry| !is_plain(entry)).count();
    let threads = if others == 0 { Threads::default() } else { build.reading_threads(others, 0) };
    let located = threads.map(entries, |entry| {
        let located = (!is_plain(entry)).then(|| location.locate(host, entry));
        (entry, located)
    });
    let loading = Loading { location, step, plain: plain.as_ref() };
    for (entry, located) in located {
        if errors.is_full() || build.is_over_limit() {
            break;
        }
        let found = match located {
            None => Ok(None),
            Some(located) => location.resource_at(build, entry, located).map(Some),
        };
        match found {
            Ok(None) => files.push((entry, None)),
            Ok(Some(Found::File(file))) => files.push((entry, Some(file))),
            found => {
                loading.load_files(build, std::mem::take(&mut files), accumulator, &mut errors);
                let added = match found {
                    Ok(Some(Found::Directory(base))) => load_base(build, &base, entry, accumulator),
                    found => found.map(|_| ()),
                };
                errors.take(added);
            }
        }
    }
    loading.load_files(build, files, accumulator, &mut errors);
    errors.finish()
}

/// What entries of one kustomization have in common.
#[derive(Clone, Copy)]
struct Loading<'a> {
    location: &'a Location<'a>,
    step: Option<&'a str>,
    plain: Option<&'a PlainFiles<'a>>,
}

/// A file that an entry names; none for one of the plain files.
type Named<'a> = (&'a Text, Option<FoundFile>);

impl Loading<'_> {
    /// Adds the resources in files.
    fn load_files(
        self,
        build: &mut Build,
        files: Vec<Named<'_>>,
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
            let mut taken: Vec<(Named<'_>, SourceId)> = Vec::with_capacity(count);
            for (entry, file) in files.by_ref().take(count) {
                let shown = match (&file, self.plain) {
                    (Some(file), _) => file.shown.clone(),
                    (None, Some(plain)) => {
                        build.named.note_file(|| plain.path(entry));
                        plain.shown(entry)
                    }
                    (None, None) => String::new(),
                };
                let source = build.sources.add_named(shown, entry.place);
                taken.push(((entry, file), source));
            }
            let host = build.recorder;
            let found: Vec<_> = match threads.is_one() {
                // What is in one large file is parsed in several threads.
                true => {
                    let threads = |bytes| build.parsing_threads(bytes);
                    taken.into_iter().map(|file| self.read_resources(host, file, threads)).collect()
                }
                false => threads
                    .map(taken, |file| self.read_resources(host, file, |_| Threads::default()))
                    .collect(),
            };
            if !threads.is_one() {
                let counts = found.iter().map(|(_, found)| match found {
                    Some(Ok(resources)) => resources.len(),
                    _ => 0,
                });
                accumulator.resources.reserve(counts.sum());
            }
            for (entry, found) in found {
                if errors.is_full() {
                    break;
                }
                let added = match found {
                    Some(found) => self.add_found(build, entry, found, accumulator),
                    None => self.load_other(build, entry, accumulator),
                };
                errors.take(added);
            }
        }
    }

    /// Reads the file of an entry, and parses its content in so many threads. None where what should be a plain file cannot be
    /// read as one.
    fn read_resources<'t>(
        self,
        host: &Recorder,
        ((entry, file), source): (Named<'t>, SourceId),
        threads: impl Fn(usize) -> Threads,
    ) -> (&'t Text, Option<Result<Vec<Resource>, Error>>) {
        let content = match file {
            Some(file) => file.read(host, entry),
            None => match self.plain.and_then(|plain| plain.read(host, entry)) {
                Some(content) => Ok(content),
                None => return (entry, None),
            },
        };
        let found = content.and_then(|content| {
            parse_resources_in(&content, source, threads(content.len()))
                .map_err(|error| error.through(entry.place))
        });
        (entry, Some(found))
    }

    /// Adds what an entry leads to that looked like a plain file, and is none.
    fn load_other(
        self,
        build: &mut Build,
        entry: &Text,
        accumulator: &mut Accumulator,
    ) -> Result<(), Error> {
        match self.location.resource(build, entry)? {
            Found::Directory(base) => load_base(build, &base, entry, accumulator),
            Found::File(file) => {
                let source = build.sources.add_named(file.shown.clone(), entry.place);
                let threads = |bytes| build.parsing_threads(bytes);
                let (_, found) =
                    self.read_resources(build.recorder, ((entry, Some(file)), source), threads);
                found.map_or(Ok(()), |found| self.add_found(build, entry, found, accumulator))
            }
        }
    }

    /// Adds what was found in a file.
    fn add_found(
        self,
        build: &mut Build,
        entry: &Text,
        found: Result<Vec<Resource>, Error>,
        accumulator: &mut Accumulator,
    ) -> Result<(), Error> {
        if let Some(step) = self.step {
            build.sources.trail().begin(step, entry, entry.place, entry.place);
        }
        add_resources(build, self.location, entry, self.step, found?, accumulator)
    }
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
    accumulator.merge(found, entry.place)?;
    let count = accumulator.resources.slots().len();
    build.check(count).map_err(|error| error.at(entry.place).mark(&*entry.text))
}
