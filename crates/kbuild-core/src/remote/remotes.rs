//! What a build has got from other machines so far: each URL and each revision of a repository once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::checkout::Checkout;
use super::{RepositorySpec, without_password};
use crate::code::Code;
use crate::error::Error;
use crate::host::Host;

/// Files and repositories from other machines. What is got is kept until the build ends, errors too.
#[derive(Clone, Default)]
pub(crate) struct Remotes {
    is_closed: bool,
    files: Arc<Kept<String, Arc<[u8]>>>,
    checkouts: Arc<Kept<Revision, Checkout>>,
}

/// What of a repository's specification decides over the files.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Revision {
    repository: String,
    reference: String,
    submodules: bool,
}

impl Remotes {
    /// What other builds have got as well. If `is_closed`, this build gets nothing.
    pub(crate) fn shared(&self, is_closed: bool) -> Remotes {
        Remotes { is_closed, ..self.clone() }
    }

    /// Nothing yet. If `is_closed`, nothing ever.
    pub(crate) fn new(is_closed: bool) -> Remotes {
        Remotes { is_closed, ..Remotes::default() }
    }

    /// The content of the file behind a URL.
    ///
    /// # Errors
    /// It cannot be got.
    pub(crate) fn file(&self, host: &dyn Host, url: &str) -> Result<Arc<[u8]>, Error> {
        self.check_open(url)?;
        let kept = self.files.get(url.to_owned(), || fetch(host, url));
        kept.get().cloned().unwrap_or_else(|| Err(lost(url)))
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
        match self.checkouts.get(revision, || Checkout::new(host, spec)).get() {
            Some(Ok(checkout)) => Ok(checkout.root.clone()),
            Some(Err(error)) => Err(error.clone()),
            None => Err(lost(&spec.text)),
        }
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

/// Results by key, each made once even if several threads want it at a time.
struct Kept<K, V>(Mutex<BTreeMap<K, Slot<V>>>);

type Slot<V> = Arc<OnceLock<Result<V, Error>>>;

impl<K, V> Default for Kept<K, V> {
    fn default() -> Kept<K, V> {
        Kept(Mutex::default())
    }
}

impl<K: Ord, V> Kept<K, V> {
    fn get(&self, key: K, make: impl FnOnce() -> Result<V, Error>) -> Slot<V> {
        let cell = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(key).or_default())
        };
        cell.get_or_init(make);
        cell
    }
}
