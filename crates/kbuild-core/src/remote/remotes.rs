//! What a build has got from other machines so far: each URL and each revision of a repository once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::checkout::Checkout;
use super::{RepositorySpec, without_password};
use crate::code::Code;
use crate::error::Error;
use crate::event::{Observer, Task};
use crate::host::Host;
use crate::options::Limits;
use crate::recent::Recent;

/// What it takes to keep a file, besides its content: about so many bytes.
const OVERHEAD: u64 = 300;

/// Files and repositories from other machines. What is got is kept until the build ends, errors too, and for other builds
/// as long as there is room.
pub(crate) struct Remotes {
    is_closed: bool,
    observer: Observer,
    files: Kept<String, Arc<[u8]>>,
    checkouts: Kept<Revision, Checkout>,
}

/// What of a repository's specification decides over the files.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Revision {
    repository: String,
    reference: String,
    submodules: bool,
}

impl Remotes {
    /// What other builds have got as well. If `is_closed`, this build gets nothing.
    pub(crate) fn shared(&self, is_closed: bool) -> Remotes {
        Remotes {
            is_closed,
            observer: Observer::default(),
            files: self.files.shared(),
            checkouts: self.checkouts.shared(),
        }
    }

    /// Nothing yet. If `is_closed`, nothing ever.
    pub(crate) fn new(is_closed: bool, limits: &Limits) -> Remotes {
        Remotes {
            is_closed,
            observer: Observer::default(),
            files: Kept::new(limits.kept_bytes, |content| content.len() as u64 + OVERHEAD),
            checkouts: Kept::new(limits.kept_repositories, |_| 1),
        }
    }

    /// The same, and `observer` hears of what is got.
    pub(crate) fn observed(self, observer: &Observer) -> Remotes {
        Remotes { observer: observer.clone(), ..self }
    }

    /// Forgets what other builds have got.
    pub(crate) fn clear(&self) {
        self.files.clear();
        self.checkouts.clear();
    }

    /// The content of the file behind a URL.
    ///
    /// # Errors
    /// It cannot be got.
    pub(crate) fn file(&self, host: &dyn Host, url: &str) -> Result<Arc<[u8]>, Error> {
        self.check_open(url)?;
        let slot = self.files.get(&url.to_owned(), || self.observe(url, || fetch(host, url)));
        slot.get().map_or_else(|| Err(lost(url)), |made| made.result.clone())
    }

    /// The folder with the files of a repository, links resolved.
    ///
    /// # Errors
    /// It cannot be cloned.
    pub(crate) fn checkout(
        &self,
        host: &dyn Host,
        spec: &RepositorySpec,
    ) -> Result<PathBuf, Error> {
        self.check_open(&spec.text)?;
        let revision = Revision {
            repository: spec.repository.clone(),
            reference: spec.reference.clone(),
            submodules: spec.submodules,
        };
        let make = || self.observe(&spec.text, || Checkout::new(host, spec));
        match self.checkouts.get(&revision, make).get().map(|made| &made.result) {
            Some(Ok(checkout)) => Ok(checkout.root.clone()),
            Some(Err(error)) => {
                let shown = spec.shown();
                Err(error.clone().reworded(|why| format!("{shown} cannot be cloned: {why}")))
            }
            None => Err(lost(&spec.text)),
        }
    }

    fn observe<T>(&self, url: &str, get: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        let shown = if self.observer.is_there() { without_password(url) } else { String::new() };
        self.observer.during(Task::Fetch { url: &shown }, |_| 0, get)
    }

    fn check_open(&self, url: &str) -> Result<(), Error> {
        if self.is_closed {
            let url = without_password(url);
            return Err(Error::new(
                Code::REMOTE_NOT_ALLOWED,
                format!("{url} is on another machine, and this build is to stay on this one"),
            )
            .hint_with("copy it to this machine, and name the copy"));
        }
        Ok(())
    }
}

fn fetch(host: &dyn Host, url: &str) -> Result<Arc<[u8]>, Error> {
    let failed = |what: String| {
        Error::new(Code::FETCH_FAILED, format!("{} cannot be read: {what}", without_password(url)))
    };
    let fetched = host.fetch(url).map_err(|error| failed(error.to_string()))?;
    match fetched.status {
        200..300 => Ok(fetched.content.into()),
        401 | 403 => Err(failed(format!(
            "the server answers with status {}: it wants to know who asks",
            fetched.status
        ))),
        404 | 410 => Err(failed(format!(
            "the server answers with status {}: it has no such file",
            fetched.status
        ))),
        status => Err(failed(format!("the server answers with status {status}"))),
    }
}

fn lost(url: &str) -> Error {
    Error::new(Code::FETCH_FAILED, format!("{} got lost", without_password(url)))
}

impl Default for Remotes {
    fn default() -> Remotes {
        Remotes::new(false, &Limits::default())
    }
}

/// Results by key, each made once even if several threads want it at a time.
struct Kept<K, V> {
    /// Those that this build has asked for.
    own: Mutex<BTreeMap<K, Slot<V>>>,
    /// Those of other builds as well.
    shared: Arc<Mutex<Recent<K, Slot<V>>>>,
    weight: fn(&V) -> u64,
    build: BuildId,
}

/// Where a result is, or will be.
type Slot<V> = Arc<OnceLock<Made<V>>>;

/// A result, and the build that made it.
struct Made<V> {
    result: Result<V, Error>,
    by: BuildId,
}

/// Tells builds apart, by where it points to.
type BuildId = Arc<()>;

impl<K: Ord + Clone, V> Kept<K, V> {
    fn new(limit: u64, weight: fn(&V) -> u64) -> Kept<K, V> {
        let shared = Arc::new(Mutex::new(Recent::new(limit)));
        Kept { own: Mutex::default(), shared, weight, build: BuildId::default() }
    }

    /// The same for another build.
    fn shared(&self) -> Kept<K, V> {
        let shared = Arc::clone(&self.shared);
        Kept { own: Mutex::default(), shared, weight: self.weight, build: BuildId::default() }
    }

    fn clear(&self) {
        lock(&self.shared).clear();
    }

    fn get(&self, key: &K, make: impl Fn() -> Result<V, Error>) -> Slot<V> {
        let mut slot = self.slot(key, None);
        loop {
            let mut is_new = false;
            let made = slot.get_or_init(|| {
                is_new = true;
                Made { result: make(), by: Arc::clone(&self.build) }
            });
            if is_new {
                self.settle(key, &slot, &made.result);
            }
            if made.result.is_ok() || Arc::ptr_eq(&made.by, &self.build) {
                return slot;
            }
            // What another build could not get, because it was cancelled, say, this one tries for itself.
            slot = self.slot(key, Some(&slot));
        }
    }

    /// The slot for a key that is not `useless`: one of this build, or else one of another build, or else a new one.
    fn slot(&self, key: &K, useless: Option<&Slot<V>>) -> Slot<V> {
        let is_useful = |slot: &Slot<V>| !useless.is_some_and(|useless| Arc::ptr_eq(useless, slot));
        let mut own = lock(&self.own);
        if let Some(slot) = own.get(key).filter(|slot| is_useful(slot)) {
            return Arc::clone(slot);
        }
        let mut shared = lock(&self.shared);
        let slot = match shared.get(key).filter(|slot| is_useful(slot)) {
            Some(slot) => Arc::clone(slot),
            None => {
                let slot = Slot::default();
                shared.put(key.clone(), Arc::clone(&slot), 0);
                slot
            }
        };
        own.insert(key.clone(), Arc::clone(&slot));
        slot
    }

    /// Keeps for other builds what this one has got, unless it is forgotten by now.
    fn settle(&self, key: &K, slot: &Slot<V>, result: &Result<V, Error>) {
        let mut shared = lock(&self.shared);
        if shared.get(key).is_some_and(|kept| Arc::ptr_eq(kept, slot)) {
            match result {
                Ok(value) => shared.put(key.clone(), Arc::clone(slot), (self.weight)(value)),
                Err(_) => shared.remove(key),
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
