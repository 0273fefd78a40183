//! The built-in transformers, and the order in which a layer applies them.

mod annotations;
mod built_in;
mod by_kind;
mod hash;
mod image_name;
mod images;
mod json_patch;
mod labels;
mod name_affix;
mod namespace;
mod patch;
mod patch_file;
mod replacement;
mod replicas;
mod strategic_patch;
mod validate;
mod value_add;

use std::sync::Arc;

use kbuild_yaml::{Dialect, Node, read_documents};

use crate::build::Build;
use crate::config::TransformerConfig;
use crate::error::Error;
use crate::function::Function;
use crate::kustomization::{Kustomization, Text};
use crate::load::Location;
use crate::nearest::nearest;
use crate::resource::{Origin, Resource, ResourceSet};
use built_in::BUILT_IN;
pub(crate) use validate::validate;

/// Changes the resources of a layer.
pub(crate) trait Transformer {
    /// Does the work.
    ///
    /// # Errors
    /// The resources are not as the transformer needs them.
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error>;
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
            Step::BuiltIn(transformer) => transformer.transform(resources),
            Step::Function(function) => function.transform(build, resources),
        }
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
    let mut transformers = Vec::new();
    for built_in in BUILT_IN {
        let Some(from_field) = built_in.from_field else { continue };
        let origin = layer.build.tracks_origins.then(|| {
            Origin::built_in(
                &layer.location.from_start,
                &layer.kustomization.file_name,
                built_in.kind,
            )
        });
        let found = from_field(layer)?
            .into_iter()
            .map(|transformer| (Step::BuiltIn(transformer), origin.clone()));
        transformers.extend(found);
    }
    for plugin in plugins {
        let origin = Origin::plugin(plugin);
        transformers
            .extend(from_plugin(layer, plugin)?.into_iter().map(|step| (step, origin.clone())));
    }
    for (step, origin) in transformers {
        step.transform(layer.build, resources)?;
        if let Some(origin) = origin {
            resources.contents_mut().for_each(|resource| resource.lineage.transformed(&origin));
        }
    }
    resources.compact();
    Ok(())
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
            let error = Error::new(format!("there is no built-in transformer {}", plugin.kind()))
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
