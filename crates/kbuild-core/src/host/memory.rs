//! The host that holds its files in memory.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use super::{Host, PathKind};
use crate::path::clean;

/// Files in memory: for tests, and for embedders that have their own storage.
///
/// ```
/// use kbuild_core::{Host, MemoryHost};
///
/// let host = MemoryHost::from_iter([("app/kustomization.yaml", "resources: [web.yaml]\n")]);
/// assert_eq!(host.list("app".as_ref()), ["kustomization.yaml"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryHost {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemoryHost {
    /// A host without files.
    pub fn new() -> MemoryHost {
        MemoryHost::default()
    }

    /// Puts a file at `path`; the folders above it exist by that. Relative paths are relative to `/`.
    pub fn insert(&mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) {
        self.files.insert(absolute(path.as_ref()), content.into());
    }
}

impl<P: AsRef<Path>, C: Into<Vec<u8>>> FromIterator<(P, C)> for MemoryHost {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> MemoryHost {
        let mut host = MemoryHost::new();
        for (path, content) in files {
            host.insert(path, content);
        }
        host
    }
}

impl Host for MemoryHost {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(&absolute(path)).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> PathKind {
        let path = absolute(path);
        if self.files.contains_key(&path) {
            PathKind::File
        } else if self.below(&path).next().is_some() {
            PathKind::Directory
        } else {
            PathKind::Missing
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match self.kind(path) {
            PathKind::Missing => Err(io::ErrorKind::NotFound.into()),
            _ => Ok(absolute(path)),
        }
    }

    fn list(&self, path: &Path) -> Vec<String> {
        let path = absolute(path);
        let mut names: Vec<String> = self
            .below(&path)
            .filter_map(|file| file.strip_prefix(&path).ok()?.components().next())
            .map(|name| name.as_os_str().to_string_lossy().into_owned())
            .collect();
        names.dedup();
        names
    }
}

impl MemoryHost {
    fn below<'a>(&'a self, directory: &'a Path) -> impl Iterator<Item = &'a PathBuf> {
        self.files
            .range::<Path, _>((Bound::Excluded(directory), Bound::Unbounded))
            .map(|(path, _)| path)
            .take_while(move |path| path.starts_with(directory))
    }
}

fn absolute(path: &Path) -> PathBuf {
    clean(&Path::new("/").join(path))
}
