//! Files that most entries of `resources` name: plain names of files below the folder, read without being located first.

use std::path::{Path, PathBuf};

use super::Location;
use crate::host::{Folder, Host, Recorder};
use crate::path::{clean, is_clean};

/// The files with plain names in a folder and below it.
pub(crate) struct PlainFiles<'a> {
    root: &'a Path,
    /// What stands before the names when they are shown.
    shown: String,
    open: Folder,
}

impl<'a> PlainFiles<'a> {
    /// Those of a location; none where the host cannot read them so.
    pub(crate) fn of(location: &'a Location, host: &Recorder) -> Option<PlainFiles<'a>> {
        let open = host.open(&location.root)?;
        let mut shown = clean(&location.shown).display().to_string();
        if shown == "." {
            shown.clear();
        } else if !shown.ends_with('/') {
            shown.push('/');
        }
        Some(PlainFiles { root: &location.root, shown, open })
    }

    /// True for an entry that is a plain name, and most likely that of a file.
    pub(crate) fn is_one(entry: &str) -> bool {
        let is_file = [".yaml", ".yml", ".json"].iter().any(|ending| entry.ends_with(ending));
        is_file && !entry.starts_with('/') && is_clean(entry)
    }

    /// The name to show.
    pub(crate) fn shown<'b>(&'b self, entry: &'b str) -> [&'b str; 2] {
        [&self.shown, entry]
    }

    /// The path.
    pub(crate) fn path(&self, entry: &str) -> PathBuf {
        self.root.join(entry)
    }

    /// Reads the file into `content`; none where there is anything but a file, or something that keeps it from being read.
    pub(crate) fn read(&self, host: &Recorder, entry: &str, content: &mut Vec<u8>) -> Option<()> {
        host.read_in(&self.open, entry, &|| self.path(entry), content)
    }
}
