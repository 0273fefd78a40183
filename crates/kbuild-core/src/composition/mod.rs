//! What a kustomization is composed of, without building it.

mod compose;
mod contents;
mod part;

use std::path::Path;

use crate::build::Build;
use crate::error::Error;
use crate::host::{Host, Recorder};
use crate::options::Options;

pub use part::{Part, Role};

/// A kustomization with all that it names: bases and components with theirs, files, generators, patches, transformers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Composition {
    /// The kustomization.
    pub root: Part,
}

/// Reads a kustomization and what it names, and says what there is. Nothing is generated, patched or transformed, so that
/// this works also where a build fails; what cannot be read within a file is told by [`Part::problem`].
///
/// ```
/// use kbuild_core::{MemoryHost, Options, compose};
///
/// let host = MemoryHost::from_iter([
///     ("kustomization.yaml", "resources: [cm.yaml]\nnamePrefix: dev-\n"),
///     ("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
/// ]);
/// let composition = compose(&host, ".", &Options::default())?;
/// let parts = composition.root.parts.iter().map(|part| format!("{} {}", part.field, part.name));
/// assert_eq!(parts.collect::<Vec<_>>(), ["resources cm.yaml", "namePrefix dev-"]);
/// # Ok::<(), kbuild_core::Error>(())
/// ```
///
/// # Errors
/// A kustomization that cannot be read, an entry of `resources` or `components` that leads nowhere, or one that leads round
/// in a circle. A repository that cannot be had is no error.
pub fn compose(
    host: &dyn Host,
    path: impl AsRef<Path>,
    options: &Options,
) -> Result<Composition, Error> {
    let recorder = Recorder::new(host, options);
    compose_with(Build::new(&recorder, options, None), path.as_ref())
}

/// As [`compose`], for a build that is set up already.
///
/// # Errors
/// As [`compose`].
pub(crate) fn compose_with(mut build: Build, path: &Path) -> Result<Composition, Error> {
    let root = compose::start(&mut build, path);
    let host = build.recorder.host();
    root.map(|root| Composition { root }).map_err(|error| error.locate(&build.sources, Some(host)))
}
