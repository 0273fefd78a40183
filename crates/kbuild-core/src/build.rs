//! What one build carries along: the host, the options, the sources and the warnings.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kbuild_yaml::{Node, NodeRef, Place, SourceId};

use crate::accumulator::Accumulator;
use crate::cache::{Base, Cache};
use crate::code::Code;
use crate::config::TransformerConfig;
use crate::diagnostic::{Diagnostic, Texts};
use crate::error::Error;
use crate::event::Event;
use crate::growth::Growth;
use crate::host::{Host, Recorder};
use crate::inline::Blocks;
use crate::kustomization::Deprecated;
use crate::named_files::NamedFiles;
use crate::options::Options;
use crate::remote::Remotes;
use crate::resource::{Resource, ResourceSet, SchemaInForce};
use crate::source::{Sources, Trail};
use crate::survey::Survey;
use crate::tables::api_versions::old_api;
use crate::threads::Threads;

/// What is to be changed in the document of the kustomization that a build starts from; where it comes from is added to the
/// sources.
pub(crate) type Change<'a> = dyn Fn(Node, &mut Sources) -> Result<Node, Error> + 'a;

/// The state of one build. Nothing outlives it but what it returns.
pub(crate) struct Build<'a> {
    pub(crate) host: &'a dyn Host,
    /// The same, as the one that notes what is read.
    pub(crate) recorder: &'a Recorder<'a>,
    pub(crate) options: &'a Options,
    /// What other builds have built.
    pub(crate) cache: Option<&'a Cache>,
    /// What the kustomization of the start folder is to say otherwise.
    pub(crate) change: Option<&'a Change<'a>>,
    /// How often that had been forgotten when this build began.
    round: u64,
    /// The folders that were built, and how deep each stands.
    folders: Vec<(PathBuf, usize)>,
    /// Where in that each folder stands first.
    first: HashMap<PathBuf, usize, foldhash::fast::RandomState>,
    /// How many of them stand there again.
    repeated: usize,
    /// How much is copied.
    pub(crate) growth: Growth,
    /// False once something was done whose result depends on more than files.
    pub(crate) is_pure: bool,
    /// The field specs of the built-in transformers.
    pub(crate) config: Arc<TransformerConfig>,
    /// The schema that tells how lists merge and what lives in a namespace.
    pub(crate) schema: SchemaInForce,
    /// What came from other machines.
    pub(crate) remotes: Remotes,
    pub(crate) sources: Sources,
    /// Where the texts in kustomizations begin.
    pub(crate) blocks: Blocks,
    pub(crate) warnings: Vec<Diagnostic>,
    /// What was seen of all resources as the last transformers changed them; none where something may have changed since.
    pub(crate) survey: Option<Survey>,
    /// What was read, where unnamed files are looked for.
    pub(crate) named: NamedFiles,
    /// Whether to keep track of where resources come from.
    pub(crate) tracks_origins: bool,
    /// The namespace that charts get which have none: that of their kustomization, or of the nearest one above it.
    pub(crate) helm_namespace: kbuild_yaml::EcoString,
    /// As many threads as there are processors; asked for once.
    processors: OnceCell<Threads>,
}

/// How many resources are worth a thread: with two for twice as many a build takes less time.
const RESOURCES_A_THREAD: usize = 512;

/// The same for files, whatever is in them.
const FILES_A_THREAD: usize = 128;

/// The same for the bytes that were read, or are to be.
const BYTES_A_THREAD: u64 = 1 << 18;

/// How much there was at some time.
pub(crate) struct Mark {
    sources: usize,
    warnings: usize,
    inputs: usize,
    folders: usize,
    repeated: usize,
}

impl<'a> Build<'a> {
    pub(crate) fn new(
        recorder: &'a Recorder<'a>,
        options: &'a Options,
        cache: Option<&'a Cache>,
    ) -> Build<'a> {
        Build {
            host: recorder,
            recorder,
            options,
            cache,
            change: None,
            round: cache.map_or(0, Cache::round),
            folders: Vec::new(),
            first: HashMap::default(),
            repeated: 0,
            growth: Growth::up_to(options.limits.copied_bytes),
            is_pure: true,
            config: cache.map_or_else(
                || Arc::new(TransformerConfig::built_in()),
                |cache| Arc::clone(&cache.config),
            ),
            schema: SchemaInForce::default(),
            remotes: match cache {
                Some(cache) => cache.remotes.shared(options.local_only),
                None => Remotes::new(options.local_only, &options.limits),
            }
            .observed(&options.observer),
            sources: Sources::with_trail(if options.provenance {
                Trail::kept()
            } else {
                Trail::default()
            }),
            blocks: Blocks::default(),
            warnings: Vec::new(),
            survey: None,
            named: NamedFiles::new(options.warnings.unnamed_files),
            tracks_origins: false,
            helm_namespace: kbuild_yaml::EcoString::new(),
            processors: OnceCell::new(),
        }
    }

    /// True while a base may be taken from the cache, and put there: it depends on its files alone, and nobody wants to know
    /// how it came about.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_pure
            && !self.options.provenance
            && !self.options.warnings.unnamed_files
            && !self.tracks_origins
            && !self.schema.is_settled()
    }

    /// Gives up where the embedder wants that, or where there is too much.
    ///
    /// # Errors
    /// The build is cancelled, or has more resources than its limit.
    pub(crate) fn check(&self, resources: usize) -> Result<(), Error> {
        check_cancelled(self.options)?;
        let limit = self.options.limits.resources;
        if resources > limit {
            return Err(Error::new(
                Code::LIMIT,
                format!("the build has more than {limit} resources, its limit"),
            ));
        }
        Ok(())
    }

    /// Notes that a folder is built at some depth.
    ///
    /// # Errors
    /// Folders that were built before are built again more often than they may.
    pub(crate) fn note_folder(&mut self, folder: PathBuf, depth: usize) -> Result<(), Error> {
        let at = self.folders.len();
        let first = self.first.entry(folder.clone()).or_insert(at);
        // What was forgotten since is none of them.
        let is_there = self.folders.get(*first).is_some_and(|(other, _)| *other == folder);
        if !is_there {
            *first = at;
        }
        self.repeated += usize::from(is_there);
        self.folders.push((folder, depth));
        if self.is_over_limit() {
            let limit = self.options.limits.repeated_bases;
            return Err(Error::new(
                Code::LIMIT,
                format!(
                    "kustomizations are built anew more than {limit} times, the limit of a build"
                ),
            )
            .hint_with("a base counts each time that it is named, and so do those that it names"));
        }
        Ok(())
    }

    /// True once bases were built again more often than they may: there is nothing more to say then.
    pub(crate) fn is_over_limit(&self) -> bool {
        self.repeated > self.options.limits.repeated_bases
    }

    /// In how many threads so many resources are printed.
    pub(crate) fn threads(&self, resources: usize) -> Threads {
        let large = threads_for(self.recorder.bytes()).min(resources);
        self.at_most((resources / RESOURCES_A_THREAD).max(large))
    }

    /// In how many threads so many resources are changed: what is kept of the changes is kept in their order.
    pub(crate) fn changing_threads(&self, resources: usize) -> Threads {
        let is_kept = self.sources.trail().is_kept();
        if is_kept { Threads::default() } else { self.threads(resources) }
    }

    /// In how many threads so many files are read, which hold about so many bytes. Who listens hears of one after the other.
    pub(crate) fn reading_threads(&self, files: usize, bytes: u64) -> Threads {
        let large = threads_for(bytes).min(files);
        match self.options.observer.is_there() {
            true => Threads::default(),
            false => self.at_most((files / FILES_A_THREAD).max(large)),
        }
    }

    /// In how many threads a file of so many bytes is parsed. Where somebody listens there may be many small ones, one after
    /// the other, for each of which threads would have to be started.
    pub(crate) fn parsing_threads(&self, bytes: usize) -> Threads {
        match threads_for(bytes as u64) {
            0..=1 if self.options.observer.is_there() => Threads::default(),
            threads => self.at_most(threads),
        }
    }

    fn at_most(&self, threads: usize) -> Threads {
        match self.options.threads {
            Some(count) => Threads::exactly(count),
            None if threads > 1 => {
                self.processors.get_or_init(Threads::of_processors).at_most(threads)
            }
            None => Threads::default(),
        }
    }

    /// What there is by now.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            sources: self.sources.len(),
            warnings: self.warnings.len(),
            inputs: self.recorder.len(),
            folders: self.folders.len(),
            repeated: self.repeated,
        }
    }

    /// Forgets what was added since the mark. What was read stays noted.
    pub(crate) fn rewind(&mut self, mark: &Mark) {
        self.sources.truncate(mark.sources);
        self.warnings.truncate(mark.warnings);
        self.folders.truncate(mark.folders);
        self.repeated = mark.repeated;
    }

    /// A base that was just built at some depth, to be kept: what was added since the mark is its own.
    pub(crate) fn base(&self, accumulator: &Accumulator, mark: &Mark, depth: usize) -> Base {
        let mut texts = Texts::new(&self.sources, Some(self.recorder.host()));
        let mut warnings: Vec<Diagnostic> =
            self.warnings.get(mark.warnings..).unwrap_or_default().to_vec();
        warnings.iter_mut().for_each(|warning| warning.locate(&mut texts));
        Base {
            round: self.round,
            accumulator: accumulator.clone(),
            first_source: u32::try_from(mark.sources).unwrap_or(u32::MAX),
            sources: self.sources.from(mark.sources),
            warnings,
            inputs: self.recorder.inputs_from(mark.inputs),
            folders: self
                .folders
                .iter()
                .skip(mark.folders)
                .map(|(folder, at)| (folder.clone(), at.saturating_sub(depth)))
                .collect(),
        }
    }

    /// What a base contributes that was built before, and that an entry at some place names now.
    ///
    /// # Errors
    /// As [`note_folder`](Build::note_folder).
    pub(crate) fn reuse(
        &mut self,
        base: &Base,
        depth: usize,
        named_at: Place,
    ) -> Result<Accumulator, Error> {
        for (folder, below) in &base.folders {
            self.note_folder(folder.clone(), depth + below)?;
        }
        let mut accumulator = base.accumulator.clone();
        let first = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        let moved = |place: Place| match place.source.0 {
            source if source > base.first_source => {
                Place { source: SourceId(source - base.first_source + first), line: place.line }
            }
            _ => place,
        };
        if first != base.first_source {
            accumulator.resources.move_places(&moved);
            accumulator.vars.move_places(&moved);
        }
        for (name, place) in base.sources.iter() {
            let is_within = place.source.0 > base.first_source;
            let named_at = if is_within { moved(place) } else { named_at };
            self.sources.add_named(name, named_at);
        }
        self.warnings.extend_from_slice(&base.warnings);
        self.recorder.replay(&base.inputs);
        Ok(accumulator)
    }

    /// Says that a step begins, to who listens and to the trail: see [`Trail::begin`](crate::source::Trail::begin).
    pub(crate) fn begin(&self, what: &str, about: &str, place: Place, layer: Place) {
        self.options.observer.tell(Event::Step { field: what, name: about });
        self.sources.trail().begin(what, about, place, layer);
    }

    /// Reads a file.
    ///
    /// # Errors
    /// What the host says.
    pub(crate) fn read(&self, path: &Path, shown: &str) -> Result<Vec<u8>, Error> {
        self.named.note_file(|| path.to_owned());
        read_file(self.host, path, shown)
    }

    /// Notes what there is to say though the build goes on, unless nobody wants to hear of it.
    pub(crate) fn warn(&mut self, warning: Diagnostic) {
        if !self.options.warnings.allow.contains(&warning.code()) {
            self.warnings.push(warning);
        }
    }

    /// Takes what was noticed while resources were changed.
    pub(crate) fn take_warnings(&mut self, resources: &mut ResourceSet) {
        resources.take_warnings().into_iter().for_each(|warning| self.warn(warning));
    }

    /// Says of the warnings from a number on that they came up while following the reference at `place`.
    pub(crate) fn warned_through(&mut self, from: usize, place: Place) {
        let warnings = self.warnings.split_off(from.min(self.warnings.len()));
        self.warnings.extend(warnings.into_iter().map(|warning| warning.through(place)));
    }

    /// All warnings, with the names and lines of their files; what is true of a base that is built twice is said once.
    pub(crate) fn located_warnings(&mut self) -> Vec<Diagnostic> {
        let mut warnings = std::mem::take(&mut self.warnings);
        let mut texts = Texts::new(&self.sources, Some(self.recorder.host()));
        let mut seen = HashSet::new();
        warnings.retain_mut(|warning| {
            warning.locate(&mut texts);
            let file = warning.file().map(str::to_owned);
            seen.insert((warning.code(), file, warning.line(), warning.message().to_owned()))
        });
        warnings
    }

    pub(crate) fn warn_of_unnamed_files(&mut self) {
        let warnings = self.named.warnings(self.host, &mut self.sources);
        warnings.into_iter().for_each(|warning| self.warn(warning));
    }

    pub(crate) fn warn_of_old_api(&mut self, resource: &Resource) {
        let (api_version, kind) = (resource.api_version(), resource.kind());
        let Some(old) = old_api(api_version, kind) else { return };
        let message = match old.removed {
            Some(release) => {
                format!("Kubernetes has not served {kind} of {api_version} since {release}")
            }
            None => {
                format!("{kind} of {api_version} is deprecated since Kubernetes {}", old.deprecated)
            }
        };
        let place = resource.node().get("apiVersion").map_or(resource.place(), NodeRef::place);
        let warning = Diagnostic::warning(Code::OLD_API_VERSION, message)
            .at(place)
            .mark(api_version)
            .in_resource(resource.describe());
        self.warn(match old.instead(kind) {
            Some(instead) => warning.hint_with(format!("write {instead}")),
            None => warning.hint_with("nothing of its kind has taken its place"),
        });
    }

    pub(crate) fn warn_deprecated(&mut self, deprecated: &Deprecated) {
        let message = format!(
            "'{}' is deprecated. Please use '{}' instead.",
            deprecated.field, deprecated.successor
        );
        let vars = if deprecated.field == "vars" { " --vars" } else { "" };
        let warning = Diagnostic::warning(Code::DEPRECATED_FIELD, message).at(deprecated.place);
        self.warn(warning.hint_with(format!("`kbuild edit fix{vars}` does it")));
    }
}

/// Gives up where the embedder wants that.
///
/// # Errors
/// The build is cancelled.
pub(crate) fn check_cancelled(options: &Options) -> Result<(), Error> {
    match options.is_cancelled() {
        true => Err(Error::new(Code::CANCELLED, "the build was cancelled")),
        false => Ok(()),
    }
}

/// Reads a file of a host.
///
/// # Errors
/// What the host says.
pub(crate) fn read_file(host: &dyn Host, path: &Path, shown: &str) -> Result<Vec<u8>, Error> {
    host.read(path)
        .map_err(|error| Error::new(Code::CANNOT_READ, format!("{shown} cannot be read: {error}")))
}

/// How many threads so many bytes are worth.
fn threads_for(bytes: u64) -> usize {
    usize::try_from(bytes / BYTES_A_THREAD).unwrap_or(usize::MAX)
}
