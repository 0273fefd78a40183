//! `commonAnnotations`.

use super::labels::{PairSetter, pair_setter};
use super::{Layer, Transformers, only};
use crate::error::Error;
use crate::resource::Resource;

pub(super) fn from_common_annotations(layer: &mut Layer) -> Result<Transformers, Error> {
    let pairs = layer.kustomization.common_annotations.clone();
    let fields = &layer.config.common_annotations;
    only((!pairs.is_empty()).then(|| PairSetter::new(pairs, fields.to_vec())))
}

const FIELDS: &[&str] = &["annotations", "fieldSpecs"];

pub(super) fn from_config(_: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    only(Some(pair_setter(config, "annotations", FIELDS)?))
}
