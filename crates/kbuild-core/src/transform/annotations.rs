//! `commonAnnotations`.

use super::labels::PairSetter;
use super::{Layer, Transformers, only};
use crate::error::Error;

pub(super) fn from_common_annotations(layer: &mut Layer) -> Result<Transformers, Error> {
    let pairs = layer.kustomization.common_annotations.clone();
    only((!pairs.is_empty()).then(|| PairSetter { pairs, fields: layer.config.common_annotations.clone() }))
}
