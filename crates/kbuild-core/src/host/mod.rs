//! All that rendering may ask of the outside world.

mod address;
mod disk;
mod fetched;
mod folder;
#[cfg(feature = "process")]
mod git_tree;
#[cfg(feature = "http")]
mod http;
mod jail;
mod memory;
mod overlay;
mod pointers;
mod process;
mod recorder;
mod resolved;
#[cfg(feature = "process")]
mod run;
mod temporary_folder;

use std::io;
use std::path::{Path, PathBuf};

pub(crate) use address::is_off_limits;
pub use disk::DiskHost;
pub use fetched::Fetched;
pub use folder::Folder;
#[cfg(feature = "process")]
pub use git_tree::GitTreeHost;
pub use jail::JailHost;
pub use memory::MemoryHost;
pub use overlay::OverlayHost;
pub use process::{Finished, Program};
pub(crate) use recorder::Recorder;
pub use recorder::{Input, InputKind};
pub use temporary_folder::TemporaryFolder;

/// What the outside world offers to a build: files to read. Rendering touches nothing but this trait.
///
/// A large build locates and reads files in several threads at a time, unless [`Options::threads`](crate::Options::threads)
/// is one or somebody [observes](crate::Options::observer) it.
///
/// Paths are absolute or relative to whatever the host takes as its working directory; the library passes on what the
/// caller of [`render`](crate::render()) gave and what kustomizations add to that.
pub trait Host: Send + Sync {
    /// The content of a file.
    ///
    /// # Errors
    /// Whatever keeps the file from being read; `NotFound` where there is none.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What is at this path, links followed.
    fn kind(&self, path: &Path) -> PathKind;

    /// The path with all links, `.` and `..` resolved, absolute.
    ///
    /// # Errors
    /// `NotFound` where there is nothing.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// What is at `entry`, seen from `root`, which is a path that [`canonicalize`](Host::canonicalize) gave. Where it is
    /// known at once, also the path that `canonicalize` would give for it. For hosts that can tell both at a lower cost.
    fn locate(&self, root: &Path, entry: &str) -> (PathKind, Option<PathBuf>) {
        (self.kind(&root.join(entry)), None)
    }

    /// The folder `root`, which is a path that [`canonicalize`](Host::canonicalize) gave, to read many of its files at a lower
    /// cost than with [`locate`](Host::locate) and [`read`](Host::read). None where the host has no such way; a host that
    /// stands for another one, and shows what that shows in this folder, passes this on.
    fn open(&self, _root: &Path) -> Option<Folder> {
        None
    }

    /// The names of what a directory holds, sorted; used for "did you mean".
    fn list(&self, path: &Path) -> Vec<String>;

    /// Runs a program to its end. A host that does not say otherwise runs none.
    ///
    /// # Errors
    /// It may not be run, cannot be started, or went over its limits.
    fn run(&self, _program: &Program) -> io::Result<Finished> {
        Err(process::refused())
    }

    /// A new and empty folder, readable by this user alone, for programs to write into. A host that does not say
    /// otherwise has none.
    ///
    /// # Errors
    /// It cannot be made.
    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        Err(process::refused())
    }

    /// Gets what is at a URL with the scheme `http` or `https`. A host that does not say otherwise gets nothing.
    ///
    /// # Errors
    /// It may not be asked for, or no answer comes. An answer with a status such as 404 is an answer.
    fn fetch(&self, _url: &str) -> io::Result<Fetched> {
        Err(fetched::refused())
    }
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// Nothing, or nothing that has an end: a pipe, a device.
    Missing,
}
