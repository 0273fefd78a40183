//! The whole story: load and transform layer by layer, resolve names, put in order.

use std::convert::Infallible;
use std::path::Path;

use kbuild_yaml::{Node, NodeRef, Place, Tree};

use crate::accumulator::Accumulator;
use crate::build::Build;
use crate::cache::Cache;
use crate::code::Code;
use crate::content_hash::add_hashes_in;
use crate::error::{Error, Errors};
use crate::event::Task;
use crate::host::{Host, Input, Recorder};
use crate::layer::build_directory;
use crate::load::{Location, check_annotations, check_named};
use crate::options::Options;
use crate::rendered::Rendered;
use crate::resolve::{replace_vars, update_references};
use crate::resource::{
    Distinct, LOCAL_CONFIG, Resource, ResourceSet, checked_list_from_yaml, list_to_yaml,
};
use crate::survey::Survey;
use crate::tables::api_versions::old_api;
use crate::write::{SortedPiece, is_legacy, sort};

/// The label that `--enable-managedby-label` adds.
const MANAGED_BY: (&str, &str) =
    ("app.kubernetes.io/managed-by", concat!("kbuild-v", env!("CARGO_PKG_VERSION")));

const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// Annotations that tools leave in files for each other; none of them is part of the object.
const INTERNAL_ANNOTATIONS: &[&str] = &[
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/helm-generated",
    ORIGIN,
    TRANSFORMATIONS,
];

/// Builds the kustomization in a directory, as `kustomize build` does.
///
/// `path` names the directory; a relative one is relative to what `host` takes as its working directory. Nothing but
/// `host` is asked for anything, and nothing is kept between two builds.
///
/// # Errors
/// What keeps the build from being done, each with its file and line: all that is wrong independently of each other in the
/// first stage of the build that fails, such as all resources that cannot be read. Later stages are not reached.
///
/// ```
/// use kbuild_core::{MemoryHost, Options, render};
///
/// let host = MemoryHost::from_iter([
///     ("kustomization.yaml", "namePrefix: dev-\nresources: [cm.yaml]\n"),
///     ("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
/// ]);
/// let rendered = render(&host, ".", &Options::default())?;
/// assert_eq!(rendered.to_yaml()?, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: dev-app\n");
/// # Ok::<(), kbuild_core::Error>(())
/// ```
pub fn render(
    host: &dyn Host,
    path: impl AsRef<Path>,
    options: &Options,
) -> Result<Rendered, Error> {
    render_cached(host, path.as_ref(), options, None)
}

/// As [`render`], and all that was read or looked for, also where the build fails: what a change has to touch to mend it.
/// [`Options::inputs`] need not be set.
///
/// ```
/// use kbuild_core::{InputKind, MemoryHost, Options, render_with_inputs};
///
/// let host = MemoryHost::from_iter([("app/kustomization.yaml", "resources: [cm.yaml]\n")]);
/// let (rendered, inputs) = render_with_inputs(&host, "app", &Options::default());
/// assert!(rendered.is_err());
/// let missing = |name: &str| {
///     inputs.iter().any(|input| input.kind == InputKind::Missing && input.name == name)
/// };
/// assert!(missing("/app/cm.yaml"));
/// ```
pub fn render_with_inputs(
    host: &dyn Host,
    path: impl AsRef<Path>,
    options: &Options,
) -> (Result<Rendered, Error>, Vec<Input>) {
    let options = Options { inputs: true, ..options.clone() };
    let recorder = Recorder::new(host, &options);
    let rendered = render_with(Build::new(&recorder, &options, None), path.as_ref());
    let inputs = recorder.into_inputs();
    (rendered.map(|rendered| rendered.with_inputs(inputs.clone())), inputs)
}

/// As [`render`], with what other builds have built before.
///
/// # Errors
/// As [`render`].
pub(crate) fn render_cached(
    host: &dyn Host,
    path: &Path,
    options: &Options,
    cache: Option<&Cache>,
) -> Result<Rendered, Error> {
    let recorder = Recorder::new(host, options);
    let rendered = render_with(Build::new(&recorder, options, cache), path)?;
    Ok(rendered.with_inputs(recorder.into_inputs()))
}

/// Builds the kustomization in a directory, with what a build got from elsewhere before.
///
/// # Errors
/// As [`render`].
pub(crate) fn render_with(build: Build, path: &Path) -> Result<Rendered, Error> {
    let observer = &build.options.observer;
    let count = |rendered: &Rendered| rendered.resources().len();
    observer.during(Task::Build { path }, count, || render_unobserved(build, path))
}

fn render_unobserved(mut build: Build, path: &Path) -> Result<Rendered, Error> {
    let recorder = build.recorder;
    match render_all(&mut build, path) {
        Ok((resources, length)) => {
            build.warn_of_unnamed_files();
            let warnings = build.located_warnings();
            if build.options.strict
                && let Some(error) = Error::from_warnings(&warnings)
            {
                return Err(error);
            }
            let resources = resources.into_resources();
            let threads = build.threads(resources.len());
            Ok(Rendered::new(resources, warnings, build.sources, threads, length))
        }
        Err(error) => Err(match recorder.stopped() {
            Some((code, message)) => Error::new(code, message),
            None => error.locate(&build.sources, Some(recorder.host())),
        }),
    }
}

/// Also says about how long the output is, in bytes.
fn render_all(build: &mut Build, path: &Path) -> Result<(ResourceSet, usize), Error> {
    let location = Location::start(build, path)?;
    let (accumulator, kustomization) = build_directory(build, &location)?;
    let Accumulator { mut resources, config, vars } = *accumulator;
    let (trail, place) = (build.sources.trail().clone(), kustomization.place);
    build.begin("content hash", "", place, place);
    let threads = build.changing_threads(resources.slots().len());
    let survey = build.survey.take().unwrap_or_else(|| Survey::of(&mut resources, threads));
    debug_assert!(survey.is_as(&Survey::of(&mut resources, threads)));
    add_hashes_in(&mut resources, &survey.unhashed, threads)?;
    build.begin("nameReference", "", place, place);
    let shares = build.cache.is_some();
    let ending = Ending {
        managed_by_label: build.options.managed_by_label || kustomization.notes("managedByLabel"),
        origins: kustomization.notes("originAnnotations"),
        transformations: kustomization.notes("transformerAnnotations"),
        is_sorted: is_legacy(build, kustomization.sort_options.as_ref()),
    };
    // Who looks at the steps wants to see what was dropped before anything else changes.
    let is_watched = trail.is_kept();
    let (distinct, now) = (Distinct::default(), (!is_watched).then_some(&ending));
    let end = |first, resources: &mut [Resource]| {
        let mut ended = Ended::begin(&distinct, resources.len());
        let slots = (first..).zip(&mut *resources);
        slots.for_each(|(slot, resource)| ended.end(now, slot, resource));
        ended.sorted.extend(ending.is_sorted.then(|| SortedPiece::new(first, resources)));
        ended
    };
    let references = &config.get().name_references;
    // What comes in the end can come at once where nothing stands between.
    let pieces = match vars.is_empty() && !is_watched {
        true => Some(update_references(&mut resources, survey, references, shares, threads, end)?),
        false => {
            update_references(&mut resources, survey, references, shares, threads, |_, _| ())?;
            None
        }
    };
    build.take_warnings(&mut resources);
    build.begin("vars", "", place, place);
    if !vars.is_empty() {
        replace_vars(build, &vars, config.get(), &mut resources)?;
    }
    let pieces = pieces.unwrap_or_else(|| {
        let all = resources.all_mut(false);
        threads.change(all, || (), |(), first, resources| end(first, resources))
    });
    let mut ended = pieces.into_iter().reduce(Ended::join).unwrap_or_default();
    ended.refused.take().map_or(Ok(()), Err)?;
    ended.distinct.check(&resources)?;
    trail.begin(LOCAL_CONFIG, "", place, place);
    let before = resources.slots().len();
    if ended.has_local {
        resources.retain(|resource| !resource.is_local());
    }
    match ended.has_gaps {
        true => resources.compact(),
        false => resources.note_whole(),
    }
    trail.removed(before - resources.slots().len());
    trail.begin("buildMetadata", "", place, place);
    if is_watched {
        resources.contents_mut().for_each(|resource| ended.apply(&ending, resource, false));
    }
    let has_old_api = ended.has_old_api;
    ended.errors.finish()?;
    // The pieces tell of slots, which are others once some are gone.
    let is_whole = resources.slots().len() == before;
    let sorted = if is_whole { ended.sorted } else { Vec::new() };
    sort(build, kustomization.sort_options.as_ref(), &mut resources, sorted)?;
    if has_old_api {
        resources.iter().for_each(|resource| build.warn_of_old_api(resource));
    }
    Ok((resources, ended.length))
}

/// What happens to every resource in the end.
struct Ending {
    managed_by_label: bool,
    /// Whether annotations say where it came from,
    origins: bool,
    /// and what changed it.
    transformations: bool,
    /// Whether the resources are put in another order.
    is_sorted: bool,
}

/// What came of it for some of the resources.
#[derive(Default)]
struct Ended {
    /// What makes no resource of one of them.
    refused: Option<Error>,
    distinct: Distinct,
    /// The order of each piece.
    sorted: Vec<SortedPiece>,
    /// How long the texts in those that stay are together.
    length: usize,
    /// True when some are deleted.
    has_gaps: bool,
    /// True when some are for the tools that work on the files, and are to be dropped.
    has_local: bool,
    /// True when a resource has an old `apiVersion`.
    has_old_api: bool,
    errors: Errors,
}

impl Ended {
    /// Adds what came of later resources.
    fn join(mut self, later: Ended) -> Ended {
        self.refused = self.refused.or(later.refused);
        self.distinct.join(later.distinct);
        self.sorted.extend(later.sorted);
        self.length += later.length;
        self.has_gaps |= later.has_gaps;
        self.has_local |= later.has_local;
        self.has_old_api |= later.has_old_api;
        self.errors.take(later.errors.finish());
        self
    }

    /// None yet, of so many resources.
    fn begin(distinct: &Distinct, count: usize) -> Ended {
        let mut ended = Ended { distinct: distinct.clone(), ..Ended::default() };
        ended.distinct.reserve(count);
        ended
    }

    /// Checks the resource in a slot, and has happen to it what does in the end, if it is to be now.
    fn end(&mut self, ending: Option<&Ending>, slot: usize, resource: &mut Resource) {
        if resource.is_gone() {
            self.has_gaps = true;
            return;
        }
        resource.content.settle_head();
        // Nearly all annotations are for the cluster: one look at them is enough.
        let is_unnoted = resource.keeps_annotations(|key| !key.is_empty() && !is_for_tools(key));
        if self.refused.is_none() {
            let checked = check_named(&resource.content).and_then(|()| match is_unnoted {
                true => Ok(()),
                false => check_annotations(&resource.content)
                    .map_err(|error| error.in_resource(resource.describe())),
            });
            self.refused = checked.err();
        }
        if !is_unnoted && resource.is_local() {
            self.has_local = true;
            return;
        }
        self.distinct.add(slot, resource);
        self.length += resource.content.text_len();
        if let Some(ending) = ending {
            self.apply(ending, resource, is_unnoted);
        }
    }

    /// Has happen to a resource what does in the end. With `is_unnoted` its annotations stay as they are.
    fn apply(&mut self, ending: &Ending, resource: &mut Resource, is_unnoted: bool) {
        if ending.managed_by_label {
            let (label, value) = MANAGED_BY;
            resource.set_metadata_string("labels", label, value, Place::default());
        }
        self.has_old_api =
            self.has_old_api || old_api(resource.api_version(), resource.kind()).is_some();
        let earlier = ending.transformations.then(|| earlier_transformations(resource)).flatten();
        if !is_unnoted {
            drop_internal_annotations(resource);
        }
        if ending.origins || ending.transformations {
            let noted = note_origin(resource, ending, earlier.as_ref());
            self.errors.take(noted.map_err(|error| error.in_resource(resource.describe())));
        }
    }
}

/// True for annotations that may be for tools: most are of nobody who begins so.
fn is_for_tools(annotation: &str) -> bool {
    ["config.", "internal.", "alpha."].iter().any(|start| annotation.starts_with(start))
}

fn is_internal(annotation: &str) -> bool {
    is_for_tools(annotation) && INTERNAL_ANNOTATIONS.contains(&annotation)
}

fn drop_internal_annotations(resource: &mut Resource) {
    let annotations = resource.content.head().annotations;
    let keep = |tree: &mut Tree, entry| Ok(!is_internal(tree.at(entry).key()));
    let kept = resource.content.restructure(|tree| tree.retain(annotations, keep));
    kept.unwrap_or_else(|never: Infallible| match never {});
    resource.rewrite_strings("annotations");
}

/// The annotation that says what has changed a resource already.
fn earlier_transformations(resource: &Resource) -> Option<Node> {
    let annotations = resource.node().get("metadata")?.get("annotations")?;
    annotations.get(TRANSFORMATIONS).map(NodeRef::to_node)
}

/// Writes into annotations where a resource came from and what changed it, as far as `buildMetadata` asks for it. What
/// has changed it stands after what had changed it `earlier`.
///
/// # Errors
/// The annotation that says so cannot be read.
fn note_origin(
    resource: &mut Resource,
    ending: &Ending,
    earlier: Option<&Node>,
) -> Result<(), Error> {
    let place = resource.place();
    if let Some(origin) = resource.lineage.origin.clone().filter(|_| ending.origins) {
        resource.set_metadata_string("annotations", ORIGIN, &origin.to_yaml(), place);
    }
    if !ending.transformations {
        return Ok(());
    }
    let text = earlier.and_then(Node::text).unwrap_or_default();
    let place = earlier.map_or(place, |node| node.place);
    if resource.lineage.transformations().is_empty() {
        if earlier.is_some() {
            resource.set_metadata_string("annotations", TRANSFORMATIONS, text, place);
        }
        return Ok(());
    }
    let mut all = checked_list_from_yaml(text).map_err(|why| {
        Error::new(
            Code::WRONG_SHAPE,
            format!("the annotation {TRANSFORMATIONS} is no list of transformations: {why}"),
        )
        .at(place)
        .mark(TRANSFORMATIONS)
    })?;
    all.extend(resource.lineage.transformations().iter().cloned());
    resource.set_metadata_string("annotations", TRANSFORMATIONS, &list_to_yaml(&all), place);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_internal_is_known_by_its_start() {
        assert!(INTERNAL_ANNOTATIONS.iter().all(|annotation| is_internal(annotation)));
        assert!(is_for_tools(LOCAL_CONFIG));
        assert!(!is_internal("config.example.com/a") && !is_internal("owner"));
    }
}
