//! `create --autodetect`: finds the files of a directory that hold resources.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kbuild_yaml::SourceId;

use super::FILE_NAMES;
use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind};
use crate::load::parse_resources;

/// The files in a directory that hold resources, relative to it, in order of their names. With `recursive`, also those of
/// its subdirectories, and the subdirectories that have a kustomization.
///
/// # Errors
/// A file cannot be read.
pub fn detect_resources(
    host: &dyn Host,
    directory: &Path,
    recursive: bool,
) -> Result<Vec<String>, Error> {
    let mut walk = Walk { host, recursive, visited: HashSet::new(), found: Vec::new() };
    walk.directory(directory, "")?;
    Ok(walk.found)
}

struct Walk<'a> {
    host: &'a dyn Host,
    recursive: bool,
    visited: HashSet<PathBuf>,
    found: Vec<String>,
}

impl Walk<'_> {
    fn directory(&mut self, directory: &Path, prefix: &str) -> Result<(), Error> {
        // A link may lead back to where it stands.
        if !self
            .visited
            .insert(self.host.canonicalize(directory).unwrap_or_else(|_| directory.to_owned()))
        {
            return Ok(());
        }
        for name in self.host.list(directory) {
            let (path, shown) = (directory.join(&name), format!("{prefix}{name}"));
            match self.host.kind(&path) {
                PathKind::Directory if !self.recursive => {}
                PathKind::Directory if self.has_kustomization(&path) => self.found.push(shown),
                PathKind::Directory => self.directory(&path, &format!("{shown}/"))?,
                PathKind::File => {
                    let content = self.host.read(&path);
                    let content = content.map_err(|error| {
                        Error::new(
                            Code::CANNOT_READ,
                            format!("{} cannot be read: {error}", path.display()),
                        )
                    })?;
                    if parse_resources(&content, SourceId(0)).is_ok() {
                        self.found.push(shown);
                    }
                }
                PathKind::Missing => {}
            }
        }
        Ok(())
    }

    fn has_kustomization(&self, directory: &Path) -> bool {
        FILE_NAMES.iter().any(|name| self.host.kind(&directory.join(name)) != PathKind::Missing)
    }
}
