//! What several builds share: bases that were built already, and what came from other machines.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::accumulator::Accumulator;
use crate::config::TransformerConfig;
use crate::diagnostic::Diagnostic;
use crate::host::Input;
use crate::options::Limits;
use crate::recent::Recent;
use crate::remote::Remotes;
use crate::resource::Parts;
use crate::source::Sources;

/// Bases that were built already, and what came from other machines, for all builds of one [`Builder`](crate::Builder).
///
/// What is in here is not read again: whoever changes a file takes a new builder, or
/// [forgets](crate::Builder::forget) what was read.
pub(crate) struct Cache {
    pub(crate) config: Arc<TransformerConfig>,
    pub(crate) remotes: Remotes,
    bases: Mutex<Recent<Key, Arc<Base>>>,
    /// How often the bases were forgotten.
    round: AtomicU64,
}

/// The folder, and how it is shown: messages name it so.
type Key = (PathBuf, PathBuf);

/// What a base contributes, whoever uses it.
pub(crate) struct Base {
    /// How often the bases had been forgotten when the build began that it is from.
    pub(crate) round: u64,
    pub(crate) accumulator: Accumulator,
    /// The number of its first source in the build that it is from, and all of them.
    pub(crate) first_source: u32,
    pub(crate) sources: Sources,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) inputs: Vec<Input>,
    /// The folders that were built for it, its own included, and how far below it each stands.
    pub(crate) folders: Vec<(PathBuf, usize)>,
}

impl Cache {
    pub(crate) fn new(limits: &Limits) -> Cache {
        Cache {
            config: Arc::new(TransformerConfig::built_in()),
            remotes: Remotes::new(false, limits),
            bases: Mutex::new(Recent::new(limits.kept_bytes)),
            round: AtomicU64::new(0),
        }
    }

    pub(crate) fn get(&self, root: &Path, shown: &Path) -> Option<Arc<Base>> {
        self.bases().get(&(root.to_owned(), shown.to_owned())).cloned()
    }

    /// Keeps a base, unless all were forgotten since the build began that it is from: it may have read what has changed.
    pub(crate) fn put(&self, root: PathBuf, shown: PathBuf, base: Base) {
        let weight = base.weight();
        let mut bases = self.bases();
        if base.round == self.round() {
            bases.put((root, shown), Arc::new(base), weight);
        }
    }

    /// Forgets all bases.
    pub(crate) fn clear(&self) {
        let mut bases = self.bases();
        self.round.fetch_add(1, Ordering::Relaxed);
        bases.clear();
    }

    /// How often the bases were forgotten.
    pub(crate) fn round(&self) -> u64 {
        self.round.load(Ordering::Relaxed)
    }

    fn bases(&self) -> MutexGuard<'_, Recent<Key, Arc<Base>>> {
        self.bases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Base {
    /// How many bytes of memory it takes, about.
    fn weight(&self) -> u64 {
        let resources = self.accumulator.resources.iter();
        let resources: usize =
            resources.map(|resource| size_of::<Parts>() + resource.content.weight()).sum();
        let texts = self.sources.weight();
        let inputs = self.inputs.len() * size_of::<Input>();
        let warnings = self.warnings.len() * size_of::<Diagnostic>();
        (size_of::<Base>() + resources + texts + inputs + warnings) as u64
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a cache of {} bases", self.bases().len())
    }
}
