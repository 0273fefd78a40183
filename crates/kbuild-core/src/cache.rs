//! What several builds share: bases that were built already, and what came from other machines.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::accumulator::Accumulator;
use crate::config::TransformerConfig;
use crate::diagnostic::Diagnostic;
use crate::host::Input;
use crate::remote::Remotes;

/// Bases that were built already, and what came from other machines, for all builds of one [`Builder`](crate::Builder).
///
/// What is in here is not read again: whoever changes a file takes a new builder, or
/// [forgets](crate::Builder::forget) what was read.
#[derive(Default)]
pub(crate) struct Cache {
    pub(crate) config: Arc<TransformerConfig>,
    pub(crate) remotes: Remotes,
    bases: Mutex<HashMap<Key, Arc<Base>>>,
}

/// The folder, and how it is shown: messages name it so.
type Key = (PathBuf, PathBuf);

/// What a base contributes, whoever uses it.
pub(crate) struct Base {
    pub(crate) accumulator: Accumulator,
    /// The number of its first source in the build that it is from, and the names of all of them.
    pub(crate) first_source: u32,
    pub(crate) sources: Vec<String>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) inputs: Vec<Input>,
    /// The folders that were built for it, its own included, and how far below it each stands.
    pub(crate) folders: Vec<(PathBuf, usize)>,
}

impl Cache {
    pub(crate) fn new() -> Cache {
        Cache { config: Arc::new(TransformerConfig::built_in()), ..Cache::default() }
    }

    pub(crate) fn get(&self, root: &std::path::Path, shown: &std::path::Path) -> Option<Arc<Base>> {
        self.bases().get(&(root.to_owned(), shown.to_owned())).cloned()
    }

    pub(crate) fn put(&self, root: PathBuf, shown: PathBuf, base: Base) {
        self.bases().insert((root, shown), Arc::new(base));
    }

    /// Forgets all bases.
    pub(crate) fn clear(&self) {
        self.bases().clear();
    }

    fn bases(&self) -> MutexGuard<'_, HashMap<Key, Arc<Base>>> {
        self.bases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a cache of {} bases", self.bases().len())
    }
}
