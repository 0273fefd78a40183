//! The files, links and folders of a revision.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::io;
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};

use super::batch::Batch;
use super::is_object_name;

/// How many links may be on the way to a file: as many as Linux follows.
const MAX_LINKS: usize = 40;

/// How long the target of a link may be.
const MAX_TARGET: usize = 4096;

/// What a revision has, by path from `/`. Folders are there by what is in them.
#[derive(Debug, Default)]
pub(super) struct Tree {
    entries: BTreeMap<PathBuf, Entry>,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A file, and the name of the object that holds its content.
    File(String),
    /// A link, and what it leads to.
    Link(PathBuf),
    /// A folder.
    Folder,
}

impl Tree {
    /// Reads what `git ls-tree -r -z` prints.
    ///
    /// # Errors
    /// A link cannot be read.
    pub(super) fn read(listed: &[u8], batch: &mut Batch) -> io::Result<Tree> {
        let mut tree = Tree::default();
        for line in listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            let unknown = || io::Error::other("git lists something that is not understood");
            let tab = line.iter().position(|byte| *byte == b'\t').ok_or_else(unknown)?;
            let (facts, name) = line.split_at(tab);
            let facts = std::str::from_utf8(facts).map_err(|_| unknown())?;
            let facts: Vec<&str> = facts.split(' ').collect();
            let [mode, kind, object] = facts.as_slice() else { return Err(unknown()) };
            // Submodules are of the kind "commit".
            if *kind != "blob" || !is_object_name(object) {
                continue;
            }
            let Some(name) = name.get(1..).and_then(name_of) else { continue };
            let entry = if *mode == "120000" {
                let target = batch.read(object)?;
                match name_of(&target).filter(|_| target.len() <= MAX_TARGET) {
                    Some(target) => Entry::Link(target.into()),
                    None => continue,
                }
            } else {
                Entry::File((*object).to_owned())
            };
            tree.entries.insert(Path::new("/").join(name), entry);
        }
        Ok(tree)
    }

    /// What is at a path without links, `.` and `..`; a link that is there itself is not followed.
    pub(super) fn entry(&self, path: &Path) -> Option<Entry> {
        if let Some(entry) = self.entries.get(path) {
            return Some(entry.clone());
        }
        self.below(path).next().map(|_| Entry::Folder)
    }

    /// The path with links, `.` and `..` resolved.
    ///
    /// # Errors
    /// Nothing is there, or too many links are on the way.
    pub(super) fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let mut at = PathBuf::from("/");
        let mut steps: VecDeque<Step> = steps(path).collect();
        let mut links = 0;
        while let Some(step) = steps.pop_front() {
            match step {
                // Nothing but the folders that are there have something above them.
                Step::Up if !at.pop() => return Err(leads_out(path)),
                Step::Up => {}
                Step::Down(name) => {
                    at.push(name);
                    match self.entry(&at) {
                        Some(Entry::Folder) => {}
                        Some(Entry::File(_)) if steps.is_empty() => {}
                        Some(Entry::Link(target)) => {
                            links += 1;
                            if links > MAX_LINKS {
                                let message = format!("{}: too many links", path.display());
                                return Err(io::Error::other(message));
                            }
                            if target.has_root() {
                                return Err(leads_out(path));
                            }
                            at.pop();
                            for step in self::steps(&target).rev() {
                                steps.push_front(step);
                            }
                        }
                        _ => return Err(io::ErrorKind::NotFound.into()),
                    }
                }
            }
        }
        Ok(at)
    }

    /// The names of what is in a folder.
    pub(super) fn list(&self, folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = self
            .below(folder)
            .filter_map(|path| path.strip_prefix(folder).ok()?.components().next())
            .filter_map(|name| name.as_os_str().to_str().map(str::to_owned))
            .collect();
        names.dedup();
        names
    }

    fn below<'a>(&'a self, folder: &'a Path) -> impl Iterator<Item = &'a PathBuf> {
        self.entries
            .range::<Path, _>((Bound::Excluded(folder), Bound::Unbounded))
            .map(|(path, _)| path)
            .take_while(move |path| path.starts_with(folder))
    }
}

/// A step on the way along a path.
enum Step {
    Up,
    Down(OsString),
}

fn steps(path: &Path) -> impl DoubleEndedIterator<Item = Step> {
    path.components().filter_map(|component| match component {
        Component::ParentDir => Some(Step::Up),
        Component::Normal(name) => Some(Step::Down(name.to_owned())),
        _ => None,
    })
}

fn leads_out(path: &Path) -> io::Error {
    let message = format!("{} leads out of the repository", path.display());
    io::Error::new(io::ErrorKind::NotFound, message)
}

#[cfg(unix)]
fn name_of(bytes: &[u8]) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStrExt::from_bytes(bytes))
        .map(|name: &std::ffi::OsStr| name.to_owned())
}

#[cfg(not(unix))]
fn name_of(bytes: &[u8]) -> Option<OsString> {
    std::str::from_utf8(bytes).ok().map(OsString::from)
}
