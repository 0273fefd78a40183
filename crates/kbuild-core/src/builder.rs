//! Many builds over one host: at once, and without building a base twice.

use std::path::Path;
use std::sync::Arc;

use crate::cache::Cache;
use crate::error::Error;
use crate::host::Host;
use crate::options::Options;
use crate::render::render_cached;
use crate::rendered::Rendered;

/// Builds kustomizations of one host, with the same options, in as many threads as are wanted.
///
/// A base that several of them share is built once, and what comes from other machines is got once. What was built is not
/// read again: after a change to files, take a new builder or [`forget`](Builder::forget). The results are those of
/// [`render()`](crate::render()), whatever was built before.
///
/// ```
/// use kbuild_core::{Builder, MemoryHost};
///
/// let host = MemoryHost::from_iter([
///     ("base/kustomization.yaml", "resources: [cm.yaml]\n"),
///     ("base/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
///     ("dev/kustomization.yaml", "resources: [../base]\nnamePrefix: dev-\n"),
///     ("prd/kustomization.yaml", "resources: [../base]\nnamePrefix: prd-\n"),
/// ]);
/// let builder = Builder::new(host);
/// std::thread::scope(|scope| {
///     let builds = ["dev", "prd"].map(|name| (name, scope.spawn(|| builder.build(name))));
///     for (name, build) in builds {
///         let rendered = build.join().unwrap()?;
///         assert_eq!(rendered.resources()[0].name(), format!("{name}-app"));
///     }
///     Ok::<(), kbuild_core::Error>(())
/// })?;
/// # Ok::<(), kbuild_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Builder {
    host: Arc<dyn Host>,
    options: Options,
    cache: Arc<Cache>,
}

impl Builder {
    /// A builder that reads from this host, with the options that are the default.
    pub fn new(host: impl Host + 'static) -> Builder {
        Builder {
            host: Arc::new(host),
            options: Options::default(),
            cache: Arc::new(Cache::new()),
        }
    }

    /// The same builder with other options. It shares nothing with the one before.
    #[must_use]
    pub fn with_options(self, options: Options) -> Builder {
        Builder { host: self.host, options, cache: Arc::new(Cache::new()) }
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The host.
    pub fn host(&self) -> &dyn Host {
        &*self.host
    }

    /// Builds the kustomization in a directory.
    ///
    /// # Errors
    /// As [`render()`](crate::render()).
    pub fn build(&self, path: impl AsRef<Path>) -> Result<Rendered, Error> {
        render_cached(&*self.host, path.as_ref(), &self.options, Some(&self.cache))
    }

    /// Forgets what was built, so that the next build sees what has changed on this machine. What came from other machines
    /// is kept.
    pub fn forget(&self) {
        self.cache.clear();
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Builder").field("options", &self.options).finish_non_exhaustive()
    }
}
