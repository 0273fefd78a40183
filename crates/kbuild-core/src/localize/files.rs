//! The files of a copy.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::code::Code;
use crate::error::Error;

/// Files and folders by their paths relative to the destination.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: BTreeMap<PathBuf, File>,
    folders: BTreeSet<PathBuf>,
}

#[derive(Debug)]
struct File {
    /// What it was copied from, as messages name it.
    origin: String,
    content: Vec<u8>,
}

impl Files {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files.iter().map(|(path, file)| (path.as_path(), file.content.as_slice()))
    }

    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(PathBuf::as_path)
    }

    /// Adds a folder, so that it is there even without files.
    ///
    /// # Errors
    /// As [`put`](Files::put).
    pub(super) fn put_folder(&mut self, path: PathBuf) -> Result<(), Error> {
        check(&path)?;
        self.folders.insert(path);
        Ok(())
    }

    /// Adds a file. One of the same origin takes the place of what is there.
    ///
    /// # Errors
    /// The path leads out of the destination, or something else is there already.
    pub(super) fn put(
        &mut self,
        path: PathBuf,
        origin: String,
        content: Vec<u8>,
    ) -> Result<(), Error> {
        check(&path)?;
        match self.files.entry(path) {
            Entry::Vacant(free) => {
                free.insert(File { origin, content });
            }
            Entry::Occupied(mut taken) => {
                let file = taken.get();
                if file.origin != origin && file.content != content {
                    return Err(Error::new(
                        Code::CANNOT_LOCALIZE,
                        format!(
                            "{origin} and {} would both become {}, and they are not the same",
                            file.origin,
                            taken.key().display()
                        ),
                    ));
                }
                taken.insert(File { origin, content });
            }
        }
        Ok(())
    }

    /// Checks that no file stands where a folder has to be.
    ///
    /// # Errors
    /// Two things that cannot both be there.
    pub(super) fn check(&self) -> Result<(), Error> {
        let below: BTreeSet<&Path> = self
            .files
            .keys()
            .chain(&self.folders)
            .flat_map(|path| path.ancestors().skip(1))
            .collect();
        let clash = self
            .files
            .iter()
            .find(|(path, _)| self.folders.contains(*path) || below.contains(path.as_path()));
        match clash {
            Some((path, file)) => Err(Error::new(
                Code::CANNOT_LOCALIZE,
                format!(
                    "{} would become {}, where a folder has to be",
                    file.origin,
                    path.display()
                ),
            )),
            None => Ok(()),
        }
    }
}

fn check(path: &Path) -> Result<(), Error> {
    if path.components().all(|step| matches!(step, Component::Normal(_) | Component::CurDir)) {
        return Ok(());
    }
    Err(Error::new(
        Code::OUTSIDE_SCOPE,
        format!("{} would not be in the destination", path.display()),
    ))
}
