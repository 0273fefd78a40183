//! What the entries of `resources` lead to: files, of which several threads read and parse some at a time, and bases.

use kbuild_yaml::SourceId;

use super::build_base;
use crate::accumulator::Accumulator;
use crate::build::Build;
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::host::Recorder;
use crate::kustomization::Text;
use crate::load::{Found, FoundFile, Location, PlainFiles, ResourceParser};
use crate::resource::{Arrivals, Origin, Resource};
use crate::threads::Threads;

/// How many files a thread reads at a time at most, so that all are done at about the same time.
const MOST_FILES: usize = 16;

/// A share of the resources that are read, for as many of which there is room besides: where generated ones follow, the room
/// for all would be doubled otherwise.
const ROOM_SHARE: usize = 8;

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
    let tracks_origins = build.tracks_origins;
    let loading = Loading { location, step, plain: plain.as_ref(), tracks_origins };
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
    tracks_origins: bool,
}

/// A file that an entry names; none for one of the plain files.
type Named<'a> = (&'a Text, Option<FoundFile>);

/// What is in some files that follow each other.
struct Piece<'a> {
    /// How many resources are in the file of each entry; none where what should be a plain file cannot be read as one.
    files: Vec<(&'a Text, Option<Result<usize, Error>>)>,
    arrivals: Arrivals,
}

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
            let one_by_one = done == 0 || build.options.observer.is_there();
            let count = match threads.is_one() {
                true if one_by_one => 1,
                true => MOST_FILES.min(files.len()),
                false => files.len(),
            };
            done += count as u64;
            let mut taken: Vec<(Named<'_>, SourceId)> = Vec::with_capacity(count);
            for (entry, file) in files.by_ref().take(count) {
                let shown = match (&file, self.plain) {
                    (Some(file), _) => [&file.shown, ""],
                    (None, Some(plain)) => {
                        build.named.note_file(|| plain.path(entry));
                        plain.shown(entry)
                    }
                    (None, None) => [""; 2],
                };
                let source = build.sources.add_joined(shown, entry.place);
                taken.push(((entry, file), source));
            }
            let (host, empty) = (build.recorder, accumulator.resources.arrivals());
            let found: Vec<Piece> = match threads.is_one() {
                // What is in one large file is parsed in several threads.
                true => {
                    let threads = |bytes| build.parsing_threads(bytes);
                    vec![self.read_piece(host, taken, empty, threads)]
                }
                false => {
                    let pieces = pieces(taken, threads);
                    let read =
                        |files| self.read_piece(host, files, empty.clone(), |_| Threads::default());
                    threads.map(pieces, read).collect()
                }
            };
            let arriving: usize = found.iter().map(|piece| piece.arrivals.len()).sum();
            accumulator.resources.reserve(arriving + arriving / ROOM_SHARE);
            // A base among the files may bring another schema, and other resources, than those that they were made ready for.
            let mut is_ready = true;
            for piece in found {
                is_ready &= piece.files.iter().all(|(_, found)| matches!(found, Some(Ok(_))));
                self.add_piece(build, piece, is_ready, accumulator, errors);
            }
        }
    }

    /// Reads some files, and parses the content of each in so many threads.
    fn read_piece<'t>(
        self,
        host: &Recorder,
        files: Vec<(Named<'t>, SourceId)>,
        mut arrivals: Arrivals,
        threads: impl Fn(usize) -> Threads,
    ) -> Piece<'t> {
        let (mut parser, mut content) = (ResourceParser::default(), Vec::new());
        let read = files.into_iter().map(|((entry, file), source)| {
            let read = self.read(host, entry, file, &mut content);
            let count = read.map(|read| {
                read?;
                let threads = threads(content.len());
                let found = self.parse(entry, &mut parser, &content, source, threads)?;
                let count = found.len();
                arrivals.add(found);
                Ok(count)
            });
            (entry, count)
        });
        Piece { files: read.collect(), arrivals }
    }

    /// Adds what is in some files, until there are errors enough. What `is_ready` is taken in as it is.
    fn add_piece(
        self,
        build: &mut Build,
        piece: Piece<'_>,
        is_ready: bool,
        accumulator: &mut Accumulator,
        errors: &mut Errors,
    ) {
        let (mut added, mut rest) = match is_ready {
            true => accumulator.resources.take_in(piece.arrivals),
            false => (0, piece.arrivals.into_resources()),
        };
        for (entry, found) in piece.files {
            if errors.is_full() {
                break;
            }
            let result = match found {
                Some(Ok(count)) => {
                    let done = added.min(count);
                    added -= done;
                    let found = rest.by_ref().take(count - done).collect();
                    self.add_found(build, entry, found, accumulator)
                }
                Some(Err(error)) => Err(error),
                None => self.load_other(build, entry, accumulator),
            };
            errors.take(result);
        }
    }

    /// Reads the file of an entry into `content`. None where what should be a plain file cannot be read as one.
    fn read(
        self,
        host: &Recorder,
        entry: &Text,
        file: Option<FoundFile>,
        content: &mut Vec<u8>,
    ) -> Option<Result<(), Error>> {
        match file {
            Some(file) => {
                // The file before need not be in memory beside this one.
                *content = Vec::new();
                Some(file.read(host, entry).map(|read| *content = read))
            }
            None => self.plain.and_then(|plain| plain.read(host, entry, content)).map(Ok),
        }
    }

    /// The resources that the file of an entry holds.
    fn parse<'p>(
        self,
        entry: &Text,
        parser: &'p mut ResourceParser,
        content: &[u8],
        source: SourceId,
        threads: Threads,
    ) -> Result<&'p mut Vec<Resource>, Error> {
        let parsed = parser.parse(content, source, threads);
        let found = parsed.map_err(|error| error.through(entry.place))?;
        for resource in &mut *found {
            resource.brought_by = entry.place;
            let origin = || Origin::file(&self.location.from_start, entry);
            resource.lineage.origin = self.tracks_origins.then(origin);
        }
        Ok(found)
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
                let source = build.sources.add_named(&file.shown, entry.place);
                let content = file.read(build.recorder, entry)?;
                let threads = build.parsing_threads(content.len());
                let mut parser = ResourceParser::default();
                let found = self.parse(entry, &mut parser, &content, source, threads)?;
                self.add_found(build, entry, std::mem::take(found), accumulator)
            }
        }
    }

    /// Adds what was found in a file.
    fn add_found(
        self,
        build: &mut Build,
        entry: &Text,
        found: Vec<Resource>,
        accumulator: &mut Accumulator,
    ) -> Result<(), Error> {
        if let Some(step) = self.step {
            build.sources.trail().begin(step, entry, entry.place, entry.place);
            build.sources.trail().brought(found.len());
        }
        let mut errors = Errors::default();
        for resource in found {
            if errors.is_full() {
                break;
            }
            let added = accumulator.resources.append(resource);
            errors.take(added.map_err(|error| error.through(entry.place)));
        }
        errors.finish()
    }
}

/// Files in pieces, each of which one thread reads.
fn pieces<T>(files: Vec<T>, threads: Threads) -> Vec<Vec<T>> {
    let size = files.len().div_ceil(threads.pieces()).clamp(1, MOST_FILES);
    let (count, mut files) = (files.len().div_ceil(size), files.into_iter());
    (0..count).map(|_| files.by_ref().take(size).collect()).collect()
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
    accumulator.merge(*found, entry.place)?;
    let count = accumulator.resources.slots().len();
    build.check(count).map_err(|error| error.at(entry.place).mark(&*entry.text))
}
