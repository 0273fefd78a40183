//! The host whose files are those of a revision of a repository.

mod batch;
mod git;
mod tree;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Host, PathKind};
use batch::Batch;
use git::Git;
use tree::{Entry, Tree};

/// The files of one revision of a Git repository on this machine, without a checkout.
///
/// The topmost folder of the tree is `/`, and relative paths are relative to it: `overlays/prd` is what the repository has
/// under this name. Links are followed within the tree; those that lead out of it lead to nothing. Submodules are not there.
///
/// `git` has to be in the `PATH`. One process of it hands out the files for as long as the host lives. Nothing is fetched:
/// what a partial clone does not have cannot be read.
///
/// ```no_run
/// use kbuild_core::{GitTreeHost, Options, render};
///
/// let host = GitTreeHost::open("/srv/deployments", "v1.4")?;
/// let rendered = render(&host, "overlays/prd", &Options::default())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct GitTreeHost {
    repository: PathBuf,
    commit: String,
    tree: Tree,
    batch: Mutex<Batch>,
}

impl GitTreeHost {
    /// The files of a revision: a commit, a tag, a branch or whatever else `git rev-parse` understands. `repository` is a
    /// folder in the repository, or a bare one.
    ///
    /// # Errors
    /// There is no such repository or revision, or no `git`.
    pub fn open(repository: impl AsRef<Path>, revision: &str) -> io::Result<GitTreeHost> {
        let git = Git::new(repository.as_ref());
        if revision.starts_with('-') || revision.contains(['\0', '\n']) || revision.is_empty() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{revision:?} is not the name of a revision"),
            ));
        }
        let wanted = format!("{revision}^{{commit}}");
        let commit =
            git.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        let Some(commit) = commit.filter(|commit| is_object_name(commit)) else {
            let repository = repository.as_ref().display();
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("there is no revision {revision} in the repository {repository}"),
            ));
        };
        let mut batch = Batch::new(git.clone());
        let listed = git.output(&["ls-tree", "-r", "-z", "--full-tree", &commit])?;
        let tree = Tree::read(&listed, &mut batch)?;
        Ok(GitTreeHost { repository: git.repository, commit, tree, batch: Mutex::new(batch) })
    }

    /// The name of the commit.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The folder that was given as the repository.
    pub fn repository(&self) -> &Path {
        &self.repository
    }
}

impl Host for GitTreeHost {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.tree.entry(&self.tree.resolve(path)?) {
            Some(Entry::File(object)) => {
                self.batch.lock().unwrap_or_else(PoisonError::into_inner).read(&object)
            }
            Some(Entry::Folder) => Err(io::ErrorKind::IsADirectory.into()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn kind(&self, path: &Path) -> PathKind {
        match self.tree.resolve(path).map(|path| self.tree.entry(&path)) {
            Ok(Some(Entry::File(_))) => PathKind::File,
            Ok(Some(Entry::Folder)) => PathKind::Directory,
            _ => PathKind::Missing,
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.tree.resolve(path)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        self.tree.resolve(path).map(|path| self.tree.list(&path)).unwrap_or_default()
    }
}

impl fmt::Debug for GitTreeHost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("GitTreeHost")
            .field("repository", &self.repository)
            .field("commit", &self.commit)
            .finish_non_exhaustive()
    }
}

/// True for the name of an object in full: SHA-1 or SHA-256, in hexadecimal.
fn is_object_name(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
