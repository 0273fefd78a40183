//! What the entries of `resources` lead to.

use std::path::PathBuf;

use super::Location;
use crate::build::read_file;
use crate::error::Error;
use crate::host::{Host, PathKind};
use crate::kustomization::Text;
use crate::remote::without_password;

/// What is at an entry of `resources` on this machine.
pub(crate) enum Located {
    /// A file: the path to read and the path to show, or why it must not be read.
    File(Result<(PathBuf, String), Error>),
    /// Something else.
    Other(PathKind),
}

/// What an entry of `resources` leads to.
pub(crate) enum Found<'a> {
    /// A file.
    File(FoundFile),
    /// A directory.
    Directory(Location<'a>),
}

/// A file that may be read.
pub(crate) struct FoundFile {
    /// The path to show.
    pub(crate) shown: String,
    content: Content,
}

enum Content {
    /// From another machine, it is here already.
    Fetched(Vec<u8>),
    /// On this machine, it is at this path.
    At(PathBuf),
}

impl FoundFile {
    /// A file on this machine.
    pub(super) fn at(path: PathBuf, shown: String) -> FoundFile {
        FoundFile { shown, content: Content::At(path) }
    }

    /// A file from another machine.
    pub(super) fn fetched(content: Vec<u8>, url: &str) -> FoundFile {
        FoundFile { shown: without_password(url), content: Content::Fetched(content) }
    }

    /// Its content, for the entry that names it.
    ///
    /// # Errors
    /// What the host says.
    pub(crate) fn read(self, host: &dyn Host, entry: &Text) -> Result<Vec<u8>, Error> {
        match self.content {
            Content::Fetched(content) => Ok(content),
            Content::At(path) => read_file(host, &path, &self.shown)
                .map_err(|error| error.at(entry.place).mark(&*entry.text)),
        }
    }
}
