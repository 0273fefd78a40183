//! The built-in transformers, and the order in which a layer applies them.

mod annotations;
mod by_kind;
mod image_name;
mod images;
mod json_patch;
mod labels;
mod name_affix;
mod namespace;
mod patch;
mod patch_file;
mod replicas;
mod strategic_patch;

use std::sync::Arc;

use crate::build::Build;
use crate::config::TransformerConfig;
use crate::error::Error;
use crate::kustomization::Kustomization;
use crate::load::Location;
use crate::resource::ResourceSet;

/// Changes the resources of a layer.
pub(crate) trait Transformer {
    /// Does the work.
    ///
    /// # Errors
    /// The resources are not as the transformer needs them.
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error>;
}

type Transformers = Vec<Box<dyn Transformer>>;

/// What a transformer is made from: a kustomization and where it stands.
pub(crate) struct Layer<'a, 'b> {
    pub(crate) build: &'a mut Build<'b>,
    pub(crate) location: &'a Location<'a>,
    pub(crate) kustomization: &'a Kustomization,
    /// The configuration of this layer and those below it.
    pub(crate) config: Arc<TransformerConfig>,
}

/// Makes the transformers that one field of a kustomization asks for.
type Configure = fn(&mut Layer) -> Result<Transformers, Error>;

/// The built-in transformers, in the order in which a layer applies them.
const BUILT_IN: &[Configure] = &[
    strategic_patch::from_patches_strategic_merge,
    patch::from_patches,
    namespace::from_namespace,
    name_affix::from_name_prefix,
    name_affix::from_name_suffix,
    labels::from_labels,
    annotations::from_common_annotations,
    json_patch::from_patches_json6902,
    replicas::from_replicas,
    images::from_images,
];

/// Makes all transformers of a layer, then applies them.
///
/// # Errors
/// A patch that cannot be read, or what a transformer refuses.
pub(crate) fn transform(layer: &mut Layer, resources: &mut ResourceSet) -> Result<(), Error> {
    let mut transformers = Vec::new();
    for configure in BUILT_IN {
        transformers.extend(configure(layer)?);
    }
    for transformer in transformers {
        transformer.transform(resources)?;
    }
    resources.compact();
    Ok(())
}

/// One transformer, if there is anything to do for it.
fn only(transformer: Option<impl Transformer + 'static>) -> Result<Transformers, Error> {
    Ok(transformer.into_iter().map(|one| -> Box<dyn Transformer> { Box::new(one) }).collect())
}
