//! The content hash as a transformer that can be named under `transformers`.

use super::{Layer, Transformer, Transformers, only};
use crate::content_hash::add_hashes;
use crate::error::Error;
use crate::resource::{Resource, ResourceSet};

pub(super) fn from_config(_: &mut Layer, _: &Resource) -> Result<Transformers, Error> {
    only(Some(Hash))
}

struct Hash;

impl Transformer for Hash {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        add_hashes(resources)
    }
}
