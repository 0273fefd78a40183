//! The built-in transformers, and the order in which a layer applies them.

mod annotations;
mod answers;
mod built_in;
mod container_lists;
mod each;
mod findings;
mod hash;
mod image_entry;
mod image_name;
mod images;
mod json_patch;
mod labels;
mod name_affix;
mod namespace;
mod pair_fields;
mod patch;
mod patch_file;
mod replacement;
mod replicas;
mod selection;
mod strategic_patch;
mod ties;
mod validate;
mod value_add;

use std::sync::Arc;

use kbuild_yaml::{Dialect, Node, read_documents};

use crate::build::Build;
use crate::code::Code;
use crate::config::TransformerConfig;
use crate::error::{Error, Errors};
use crate::function::Function;
use crate::kustomization::{Kustomization, Text};
use crate::load::Location;
use crate::nearest::nearest;
use crate::resource::{Origin, Resource, ResourceSet};
use crate::source::Trail;
use built_in::BUILT_IN;
use each::Each;
use findings::Findings;
pub(crate) use validate::validate;

/// Changes the resources of a layer.
pub(crate) trait Transformer: Send + Sync {
    /// Does the work.
    ///
    /// # Errors
    /// The resources are not as the transformer needs them.
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error>;

    /// The same work, one resource after the other, for transformers that can do it so.
    fn each(&self) -> Option<Box<dyn Each + '_>> {
        None
    }

    /// What is left to do or to say when all resources were changed so, from what was seen in them. Others may have changed
    /// them since. It changes none of them.
    ///
    /// # Errors
    /// The resources do not go together.
    fn finish(&self, _findings: Findings, _resources: &mut ResourceSet) -> Result<(), Error> {
        Ok(())
    }

    /// How many transformers it is in the annotations that say what changed a resource.
    fn counts_as(&self) -> usize {
        1
    }
}

type Transformers = Vec<Box<dyn Transformer>>;

/// One transformation of a layer.
enum Step {
    BuiltIn(Box<dyn Transformer>),
    Function(Box<Function>),
}

impl Step {
    fn transform(&self, build: &mut Build, resources: &mut ResourceSet) -> Result<(), Error> {
        match self {
            Step::BuiltIn(transformer) => {
                let result = transformer.transform(resources);
                build.take_warnings(resources);
                result
            }
            Step::Function(function) => function.transform(build, resources),
        }
    }

    fn finish(&self, findings: Findings, resources: &mut ResourceSet) -> Result<(), Error> {
        match self {
            Step::BuiltIn(transformer) => transformer.finish(findings, resources),
            Step::Function(_) => Ok(()),
        }
    }
}

/// A step, and what is known of it.
struct Planned {
    step: Step,
    /// Steps of one row are alike: they come from one field, or from one configuration.
    row: usize,
    /// Who it is for the annotations that say what changed a resource, if anybody keeps track.
    origin: Option<Arc<Origin>>,
}

impl Planned {
    /// Notes in a resource that the step came along.
    #[inline(always)]
    fn note(&self, resource: &mut Resource) {
        if let Some(origin) = &self.origin {
            self.note_origin(origin, resource);
        }
    }

    fn note_origin(&self, origin: &Arc<Origin>, resource: &mut Resource) {
        let count = match &self.step {
            Step::BuiltIn(transformer) => transformer.counts_as(),
            Step::Function(_) => 1,
        };
        (0..count).for_each(|_| resource.lineage.transformed(origin));
        // The reference writes it among the annotations.
        resource.rewrite_strings("annotations");
    }

    /// True for what a field of a kustomization asks for.
    fn is_of_a_field(&self) -> bool {
        self.row < BUILT_IN.len()
    }
}

/// What a transformer is made from: a kustomization and where it stands.
pub(crate) struct Layer<'a, 'b> {
    pub(crate) build: &'a mut Build<'b>,
    pub(crate) location: &'a Location<'a>,
    pub(crate) kustomization: &'a Kustomization,
    /// The configuration of this layer and those below it.
    pub(crate) config: Arc<TransformerConfig>,
}

impl Layer<'_, '_> {
    /// Reads a file that a configuration names.
    fn read_config(&mut self, path: &Text) -> Result<Node, Error> {
        let (content, source) = self.location.read_source(self.build, path)?;
        let documents = read_documents(&content, source, Dialect::Config)
            .map_err(|error| Error::read(&error, source))?;
        Ok(documents.into_iter().next().unwrap_or_else(Node::null))
    }
}

/// Makes all transformers of a layer, then applies them: those that its fields ask for, then those that `plugins`
/// configure.
///
/// # Errors
/// A patch that cannot be read, or what a transformer refuses.
pub(crate) fn transform(
    layer: &mut Layer,
    plugins: &[Resource],
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    let mut errors = Errors::default();
    let mut planned = Vec::new();
    for (row, built_in) in BUILT_IN.iter().enumerate() {
        let Some(from_field) = built_in.from_field else { continue };
        let origin = layer.build.tracks_origins.then(|| {
            Origin::built_in(
                &layer.location.from_start,
                &layer.kustomization.file_name,
                built_in.kind,
            )
        });
        let found = errors.or_default(from_field(layer)).into_iter();
        planned.extend(found.map(|transformer| Planned {
            step: Step::BuiltIn(transformer),
            row,
            origin: origin.clone(),
        }));
    }
    for (row, plugin) in (BUILT_IN.len()..).zip(plugins) {
        let origin = Origin::plugin(plugin);
        let found = errors.or_default(from_plugin(layer, plugin)).into_iter();
        planned.extend(found.map(|step| Planned { step, row, origin: None }));
        // What has several steps is noted once.
        if let Some(last) = planned.last_mut().filter(|last| last.row == row) {
            last.origin = origin;
        }
    }
    errors.finish()?;
    apply(layer, plugins, &planned, resources)
}

/// Applies the steps, and gathers what is wrong independently of each other.
fn apply(
    layer: &mut Layer,
    plugins: &[Resource],
    mut planned: &[Planned],
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    let mut errors = Errors::default();
    let mut failed = None;
    let trail = layer.build.sources.trail().clone();
    let mut present = count(&trail, resources);
    let mut begun = None;
    // Somebody who watches wants to see one step after the other.
    let is_watched = trail.is_kept() || layer.build.options.observer.is_there();
    let is_last_layer = layer.location.is_start()
        && layer.kustomization.validators.is_empty()
        && layer.kustomization.vars.is_empty();
    while let Some((one, rest)) = planned.split_first() {
        let row = one.row;
        // What follows a failure shows nothing new, but for other steps of the same kind: one more patch, say.
        if errors.is_full() || failed.is_some_and(|failed| failed != row) {
            break;
        }
        let goes_alone = is_watched || failed.is_some();
        let steps = if goes_alone { Vec::new() } else { each::together(planned) };
        if steps.len() > 1 {
            let (group, rest) = planned.split_at(steps.len());
            let is_last = rest.is_empty() && is_last_layer;
            failed = each::run(steps, group, layer.build, resources, is_last, &mut errors)?;
            planned = rest;
            continue;
        }
        planned = rest;
        let is_new = begun.replace(row) != Some(row);
        if is_new {
            note_count(&trail, resources, &mut present);
        }
        layer.build.check(resources.slots().len())?;
        match BUILT_IN.get(row) {
            // The transformers of a field are one step.
            _ if !is_new => {}
            Some(built_in) => {
                let field = built_in.field.unwrap_or(built_in.kind);
                layer.build.begin(field, "", layer.kustomization.place, layer.kustomization.place);
            }
            None => {
                let plugin = row.checked_sub(BUILT_IN.len()).and_then(|index| plugins.get(index));
                let place = plugin.map(Resource::place).unwrap_or_default();
                let (kind, name) = plugin.map_or(("transformers", ""), |it| (it.kind(), it.name()));
                layer.build.begin(kind, name, place, layer.kustomization.place);
            }
        }
        if errors.take(one.step.transform(layer.build, resources)).is_none() {
            failed = Some(row);
            continue;
        }
        if one.origin.is_some() {
            resources.contents_mut().for_each(|resource| one.note(resource));
        }
    }
    note_count(&trail, resources, &mut present);
    resources.compact();
    errors.finish()
}

/// Notes how many resources the present step brought or took away.
fn note_count(trail: &Trail, resources: &ResourceSet, present: &mut usize) {
    let now = count(trail, resources);
    let before = std::mem::replace(present, now);
    trail.brought(now.saturating_sub(before));
    trail.removed(before.saturating_sub(now));
}

/// How many resources there are, where that is of interest.
fn count(trail: &Trail, resources: &ResourceSet) -> usize {
    if trail.is_kept() { resources.iter().count() } else { 0 }
}

fn from_plugin(layer: &mut Layer, plugin: &Resource) -> Result<Vec<Step>, Error> {
    if plugin.api_version() != "builtin" {
        return Ok(vec![Step::Function(Box::new(Function::new(
            layer.build,
            layer.location,
            plugin,
        )?))]);
    }
    match BUILT_IN.iter().find(|built_in| built_in.kind == plugin.kind()) {
        Some(built_in) => (built_in.from_config)(layer, plugin)
            .map(|transformers| transformers.into_iter().map(Step::BuiltIn).collect())
            .map_err(|error| error.at(plugin.place()).in_resource(plugin.describe())),
        None => {
            let kinds = BUILT_IN.iter().map(|built_in| built_in.kind);
            let error = Error::new(
                Code::UNKNOWN_BUILT_IN,
                format!("there is no built-in transformer {}", plugin.kind()),
            )
            .at(plugin.place());
            Err(match nearest(plugin.kind(), kinds) {
                Some(kind) => error.hint_with(format!("did you mean {kind}?")),
                None => error.hint_with("generators are named under generators"),
            })
        }
    }
}

/// One transformer, if there is anything to do for it.
fn only(transformer: Option<impl Transformer + 'static>) -> Result<Transformers, Error> {
    Ok(transformer.into_iter().map(|one| -> Box<dyn Transformer> { Box::new(one) }).collect())
}
