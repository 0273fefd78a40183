//! `replacements`: copies a value from one field to others.

mod field_path;
mod path_matcher;
mod source;
mod target;
mod text_layout;
mod text_scalar;
mod text_within;

use kbuild_yaml::Place;

use super::{Layer, Transformer, Transformers};
use crate::code::Code;
use crate::error::Error;
use crate::growth::Growth;
use crate::kustomization::{
    Input, Replacement, ReplacementField, replacement_config, replacement_file,
};
use crate::resource::{Resource, ResourceSet};
use source::Source;
use target::TargetFields;

pub(super) fn from_replacements(layer: &mut Layer) -> Result<Transformers, Error> {
    let entries = &layer.kustomization.replacements;
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Box::new(Replacements::new(layer, entries)?)])
}

pub(super) fn from_config(layer: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let node = config.to_configuration();
    let entries = replacement_config(Input::plugin(&node))?;
    Ok(vec![Box::new(Replacements::new(layer, &entries)?)])
}

/// Replacements, applied in turn.
struct Replacements {
    steps: Vec<Step>,
    /// Counts what they copy.
    growth: Growth,
}

/// One replacement, ready to be applied.
struct Step {
    source: Source,
    targets: Vec<TargetFields>,
    place: Place,
}

impl Replacements {
    /// Reads the files that entries name, and compiles all replacements.
    ///
    /// # Errors
    /// A file that cannot be read, or a replacement that does not say what to do.
    fn new(layer: &mut Layer, entries: &[ReplacementField]) -> Result<Replacements, Error> {
        let mut steps = Vec::with_capacity(entries.len());
        for entry in entries {
            if entry.path.is_empty() {
                steps.push(Step::new(&entry.replacement)?);
                continue;
            }
            let document =
                layer.read_config(&entry.path).map_err(|error| error.through(entry.path.place))?;
            for replacement in replacement_file(Input::plugin(&document))
                .map_err(|error| error.through(entry.path.place))?
            {
                steps.push(
                    Step::new(&replacement).map_err(|error| error.through(entry.path.place))?,
                );
            }
        }
        Ok(Replacements { steps, growth: layer.build.growth.clone() })
    }
}

impl Step {
    fn new(replacement: &Replacement) -> Result<Step, Error> {
        let place = replacement.place;
        let Some(targets) = &replacement.targets else {
            return Err(Error::new(Code::BAD_REPLACEMENT, "a replacement needs targets").at(place));
        };
        let source = match (&replacement.source, &replacement.source_value) {
            (Some(source), None) => Source::field(source),
            (None, Some(value)) => Source::value(value),
            (None, None) => {
                return Err(Error::new(Code::BAD_REPLACEMENT, "a replacement needs a source")
                    .at(place)
                    .hint_with("say source: to copy a field, or sourceValue: to set a text"));
            }
            (Some(_), Some(value)) => {
                return Err(Error::new(
                    Code::BAD_REPLACEMENT,
                    "a replacement has either a source or a sourceValue, not both",
                )
                .at(value.place));
            }
        };
        let targets = targets.iter().map(TargetFields::new).collect::<Result<_, Error>>()?;
        Ok(Step { source, targets, place })
    }
}

impl Transformer for Replacements {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        for step in &self.steps {
            let mut value = step.source.read(resources).map_err(|error| error.at(step.place))?;
            for target in &step.targets {
                let set = target.set(resources, &mut value, &self.growth);
                set.map_err(|error| error.at(step.place))?;
            }
        }
        Ok(())
    }
}

/// What a resource is or was called: the namespace that it has now is the one that it names itself.
struct Name<'a> {
    group: &'a str,
    version: &'a str,
    kind: &'a str,
    name: &'a str,
    namespace: &'a str,
}

/// True when one of the names that a resource has or had fits.
fn any_name(resource: &Resource, fits: impl Fn(&Name) -> bool) -> bool {
    let (group, version) =
        crate::identity::group_version_kind::split_api_version(resource.api_version());
    let now = Name {
        group,
        version,
        kind: resource.kind(),
        name: resource.name(),
        namespace: resource.namespace(),
    };
    fits(&now)
        || resource.lineage.history.ids().any(|previous| {
            fits(&Name {
                group,
                version,
                kind: previous.kind,
                name: previous.name,
                namespace: previous.namespace,
            })
        })
}
