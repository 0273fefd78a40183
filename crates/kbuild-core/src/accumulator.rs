//! What layers put together: resources, and the configuration and vars that they bring along.

use std::sync::Arc;

use kbuild_yaml::Place;

use crate::config::{LayerConfig, TransformerConfig};
use crate::error::Error;
use crate::resource::ResourceSet;
use crate::source::Trail;
use crate::vars::Vars;

/// The resources of a layer and of all below it, with the configuration and the vars that these layers asked for.
#[derive(Clone)]
pub(crate) struct Accumulator {
    pub(crate) resources: ResourceSet,
    pub(crate) config: LayerConfig,
    pub(crate) vars: Vars,
}

impl Accumulator {
    pub(crate) fn new(built_in: &Arc<TransformerConfig>, trail: &Trail) -> Accumulator {
        Accumulator {
            resources: ResourceSet::with_trail(trail),
            config: LayerConfig::empty(built_in),
            vars: Vars::default(),
        }
    }

    /// Adds what a base contributes. `place` is the entry that names the base.
    ///
    /// # Errors
    /// Two resources of one id, or configurations that contradict each other.
    pub(crate) fn merge(&mut self, base: Accumulator, place: Place) -> Result<(), Error> {
        self.resources.append_all(base.resources).map_err(|error| error.through(place))?;
        self.config.add_layer(&base.config, place)?;
        self.vars.merge(base.vars).map_err(|error| error.through(place))
    }

    /// Has all that is there count as what a base contributes, since the reference goes on with a new accumulator after a
    /// component. `place` is the entry that names the component.
    ///
    /// # Errors
    /// Two resources of one id.
    pub(crate) fn begin_anew(&mut self, place: Place) -> Result<(), Error> {
        self.resources.check_renamed()?;
        self.config.begin_anew(place)
    }
}
