//! Many builds over one host: at once, and without building a base twice.

use std::path::Path;
use std::sync::Arc;

use kbuild_yaml::Node;

use crate::cache::Cache;
use crate::error::Error;
use crate::event::Observer;
use crate::host::Host;
use crate::options::{Cancelled, LoadRestrictor, Options};
use crate::overrides::{Overrides, on_this_host, printed, with_kustomization};
use crate::render::render_cached;
use crate::rendered::Rendered;

/// Builds kustomizations of one host, with the same options, in as many threads as are wanted.
///
/// A base that several of them share is built once, and what comes from other machines is got once, as far as
/// [`Limits::kept_bytes`](crate::Limits::kept_bytes) has room for it; what could not be got is tried again by the next build.
/// What was built is not read again: after a change to files, take a new builder or [`forget`](Builder::forget). The results
/// are those of [`render()`](crate::render()), whatever was built before.
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
/// let builder = &Builder::new(host);
/// std::thread::scope(|scope| {
///     let builds = ["dev", "prd"].map(|name| (name, scope.spawn(move || builder.build(name))));
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
        let options = Options::default();
        let cache = Arc::new(Cache::new(&options.limits));
        Builder { host: Arc::new(host), options, cache }
    }

    /// The same builder with other options. It shares nothing with the one before.
    #[must_use]
    pub fn with_options(self, options: Options) -> Builder {
        let cache = Arc::new(Cache::new(&options.limits));
        Builder { host: self.host, options, cache }
    }

    /// The same builder, with all that it keeps, whose builds are heard of by this observer alone.
    ///
    /// ```
    /// use kbuild_core::{Builder, Event, MemoryHost, Observer, Task};
    ///
    /// let builder = Builder::new(MemoryHost::from_iter([("app/kustomization.yaml", "namePrefix: a-\n")]));
    /// let log = |line: String| println!("{line}");
    /// let observer = Observer::new(move |event| match event {
    ///     Event::Begun(Task::Fetch { url }) => log(format!("request 7 waits for {url}")),
    ///     Event::Failed(task) => log(format!("request 7: {task} failed")),
    ///     _ => {}
    /// });
    /// builder.observed(observer).build("app")?;
    /// # Ok::<(), kbuild_core::Error>(())
    /// ```
    #[must_use]
    pub fn observed(&self, observer: Observer) -> Builder {
        let mut builder = self.clone();
        builder.options.observer = observer;
        builder
    }

    /// The same builder, with all that it keeps, whose builds are given up as this says: a deadline for each request, say.
    #[must_use]
    pub fn cancelled(&self, cancelled: Cancelled) -> Builder {
        let mut builder = self.clone();
        builder.options.cancelled = Some(cancelled);
        builder
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

    /// Builds the kustomization in a directory as if it said what `overrides` are to change. Its bases are shared with other
    /// builds.
    ///
    /// # Errors
    /// As [`Overrides::render`].
    pub fn build_with(
        &self,
        path: impl AsRef<Path>,
        overrides: &Overrides,
    ) -> Result<Rendered, Error> {
        overrides.render_cached(&*self.host, path.as_ref(), &self.options, Some(&self.cache))
    }

    /// Builds a kustomization that is given as text, as if it were in the directory `folder`: in the place of the one that
    /// is there, if one is. The folder need not be there.
    ///
    /// ```
    /// use kbuild_core::{Builder, MemoryHost};
    ///
    /// let host = MemoryHost::from_iter([
    ///     ("base/kustomization.yaml", "resources: [cm.yaml]\n"),
    ///     ("base/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
    /// ]);
    /// let builder = Builder::new(host);
    /// let rendered = builder.build_text("preview", "resources: [../base]\nnamespace: pr-17\n")?;
    /// assert_eq!(rendered.resources()[0].namespace(), "pr-17");
    /// # Ok::<(), kbuild_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`build`](Builder::build).
    pub fn build_text(
        &self,
        folder: impl AsRef<Path>,
        kustomization: impl Into<Vec<u8>>,
    ) -> Result<Rendered, Error> {
        let folder = folder.as_ref();
        on_this_host(folder)?;
        let host = with_kustomization(&*self.host, folder, kustomization);
        render_cached(&host, folder, &self.options, self.cache_of_others())
    }

    /// As [`build_text`](Builder::build_text), of a kustomization that is given as a tree.
    ///
    /// # Errors
    /// As [`build`](Builder::build), and where the tree holds what cannot be written.
    pub fn build_node(
        &self,
        folder: impl AsRef<Path>,
        kustomization: &Node,
    ) -> Result<Rendered, Error> {
        self.build_text(folder, printed(kustomization)?)
    }

    /// The cache for a build that sees files which others do not. A base cannot see them, as they are in a folder that it may
    /// not read; where it may, it must not be shared.
    fn cache_of_others(&self) -> Option<&Cache> {
        Some(&*self.cache).filter(|_| self.options.load_restrictor == LoadRestrictor::RootOnly)
    }

    /// Forgets what was built, so that the next build sees what has changed on this machine. What came from other machines
    /// is kept.
    pub fn forget(&self) {
        self.cache.clear();
    }

    /// Forgets what came from other machines, so that the next build gets it anew. What present builds use stays until they
    /// end.
    pub fn forget_remote(&self) {
        self.cache.remotes.clear();
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Builder").field("options", &self.options).finish_non_exhaustive()
    }
}
