//! What one build carries along: the host, the options, the sources and the warnings.

use std::path::Path;
use std::sync::Arc;

use crate::config::TransformerConfig;
use crate::error::Error;
use crate::host::Host;
use crate::kustomization::Deprecated;
use crate::options::Options;
use crate::remote::Remotes;
use crate::resource::SchemaInForce;
use crate::source::Sources;
use crate::warning::Warning;

/// The state of one build. Nothing outlives it but what it returns.
pub(crate) struct Build<'a> {
    pub(crate) host: &'a dyn Host,
    pub(crate) options: &'a Options,
    /// The field specs of the built-in transformers.
    pub(crate) config: Arc<TransformerConfig>,
    /// The schema that tells how lists merge and what lives in a namespace.
    pub(crate) schema: SchemaInForce,
    /// What came from other machines.
    pub(crate) remotes: Remotes,
    pub(crate) sources: Sources,
    pub(crate) warnings: Vec<Warning>,
    /// Whether to keep track of where resources come from.
    pub(crate) tracks_origins: bool,
    /// The namespace that charts get which have none: that of their kustomization, or of the nearest one above it.
    pub(crate) helm_namespace: kbuild_yaml::EcoString,
}

impl<'a> Build<'a> {
    pub(crate) fn new(host: &'a dyn Host, options: &'a Options) -> Build<'a> {
        Build {
            host,
            options,
            config: Arc::new(TransformerConfig::built_in()),
            schema: SchemaInForce::default(),
            remotes: Remotes::new(options.local_only),
            sources: Sources::default(),
            warnings: Vec::new(),
            tracks_origins: false,
            helm_namespace: kbuild_yaml::EcoString::new(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// What the host says.
    pub(crate) fn read(&self, path: &Path, shown: &str) -> Result<Vec<u8>, Error> {
        self.host.read(path).map_err(|error| Error::new(format!("{shown} cannot be read: {error}")))
    }

    pub(crate) fn warn(&mut self, message: String, place: kbuild_yaml::Place) {
        let file = self.sources.name(place.source).map(str::to_owned);
        self.warnings.push(Warning::new(message, file, place.line));
    }

    pub(crate) fn warn_deprecated(&mut self, deprecated: &Deprecated) {
        let experimental = if deprecated.field == "vars" { "[EXPERIMENTAL] " } else { "" };
        self.warn(
            format!(
                "'{}' is deprecated. Please use '{}' instead. {experimental}Run 'kustomize edit fix' to update your Kustomization automatically.",
                deprecated.field, deprecated.successor
            ),
            deprecated.place,
        );
    }
}
