//! The kustomization file that a command edits: read once, written once.

use std::io::{self, Write};
use std::path::Path;

use kbuild_core::Error;
use kbuild_core::edit::KustomizationFile;

use crate::machine::Machine;
use crate::output;
use crate::report::Failure;

pub(super) struct Session<'a> {
    pub(super) directory: &'a Path,
    pub(super) host: Machine,
}

/// Whether an edit is to be written.
pub(super) enum Outcome {
    Write,
    /// There is nothing to do.
    Leave,
}

impl<'a> Session<'a> {
    pub(super) fn new(directory: &'a Path) -> Session<'a> {
        // Paths in messages read better without a dot in front.
        let directory = if directory == Path::new(".") { Path::new("") } else { directory };
        Session { directory, host: Machine::new() }
    }

    /// The directory for those who need one that has a name.
    pub(super) fn named_directory(&self) -> &'a Path {
        if self.directory.as_os_str().is_empty() { Path::new(".") } else { self.directory }
    }

    pub(super) fn edit(
        &self,
        change: impl FnOnce(&mut KustomizationFile) -> Result<Outcome, Error>,
    ) -> Result<(), Failure> {
        let mut file = self.read()?;
        match change(&mut file)? {
            Outcome::Write => self.write(&file),
            Outcome::Leave => Ok(()),
        }
    }

    pub(super) fn read(&self) -> Result<KustomizationFile, Failure> {
        KustomizationFile::read(&self.host, self.named_directory()).map_err(Failure::from)
    }

    pub(super) fn write(&self, file: &KustomizationFile) -> Result<(), Failure> {
        let name = KustomizationFile::name_in(&self.host, self.named_directory())?;
        let text = file.to_text()?;
        let path = self.directory.join(name);
        if std::fs::read(&path).is_ok_and(|known| known == text.as_bytes()) {
            return Ok(());
        }
        output::write_file(&path, &text)
    }
}

/// Says something that is no result.
pub(super) fn note(text: &str) {
    // A note that nobody can read is no reason to fail.
    let _ = writeln!(io::stderr(), "{text}");
}
