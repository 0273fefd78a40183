//! The host of a build as it was: the files of a revision, and this machine for the rest.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use kbuild_core::{Fetched, Finished, GitTreeHost, Host, PathKind, Program, TemporaryFolder};

use crate::machine::Machine;

/// Reads files of a revision; clones and fetches what these name on other machines.
pub(super) struct Then {
    tree: GitTreeHost,
    disk: Machine,
    /// Where clones are.
    temporary: Mutex<Vec<PathBuf>>,
}

impl Then {
    pub(super) fn new(tree: GitTreeHost, disk: Machine) -> Then {
        Then { tree, disk, temporary: Mutex::default() }
    }

    fn host(&self, path: &Path) -> &dyn Host {
        let temporary = self.temporary.lock().unwrap_or_else(PoisonError::into_inner);
        if temporary.iter().any(|folder| path.starts_with(folder)) {
            &self.disk
        } else {
            &self.tree
        }
    }
}

impl Host for Then {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.host(path).read(path)
    }

    fn kind(&self, path: &Path) -> PathKind {
        self.host(path).kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.host(path).canonicalize(path)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        self.host(path).list(path)
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        // Paths of a revision are none of this machine: what they name here is something else.
        if program.path == Path::new("git") {
            return self.disk.run(program);
        }
        let message = "no programs are run on the files of a revision";
        Err(io::Error::new(io::ErrorKind::PermissionDenied, message))
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        let folder = self.disk.temporary_folder()?;
        let mut temporary = self.temporary.lock().unwrap_or_else(PoisonError::into_inner);
        temporary.push(folder.path().to_owned());
        temporary.push(self.disk.canonicalize(folder.path())?);
        Ok(folder)
    }

    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        self.disk.fetch(url)
    }
}
