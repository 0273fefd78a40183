//! What layers put together: resources, and the configuration that they bring along.

use std::sync::Arc;

use kbuild_yaml::Place;

use crate::config::{LayerConfig, TransformerConfig};
use crate::error::Error;
use crate::resource::ResourceSet;

/// The resources of a layer and of all below it, with the configuration that these layers asked for.
pub(crate) struct Accumulator {
    pub(crate) resources: ResourceSet,
    pub(crate) config: LayerConfig,
}

impl Accumulator {
    pub(crate) fn new(built_in: &Arc<TransformerConfig>) -> Accumulator {
        Accumulator { resources: ResourceSet::default(), config: LayerConfig::empty(built_in) }
    }

    /// Adds what a base contributes. `place` is the entry that names the base.
    ///
    /// # Errors
    /// Two resources of one id, or configurations that contradict each other.
    pub(crate) fn merge(&mut self, base: Accumulator, place: Place) -> Result<(), Error> {
        self.resources.append_all(base.resources).map_err(|error| error.through(place))?;
        self.config.add_layer(&base.config, place)
    }
}
