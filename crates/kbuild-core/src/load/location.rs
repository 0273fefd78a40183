//! A directory that is being built: what may be read from it, and how the build got there.

use std::path::{Path, PathBuf};

use kbuild_yaml::{Place, SourceId};

use super::found::{Found, FoundFile, Located};
use super::missing::{Wanted, missing_start};
use super::remote::Repository;
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind};
use crate::kustomization::Text;
use crate::options::LoadRestrictor;
use crate::path::{clean, clean_entry, has_ambiguous_step, is_at_or_below, is_clean, join};
use crate::remote::{RepositorySpec, is_url, without_password};
use crate::resource::Folder;

/// How many kustomizations may be nested: far more than anybody needs, far less than the stack holds.
pub(super) const MAX_NESTING: usize = 100;

/// A directory with a kustomization, and the one that named it.
#[derive(Debug)]
pub(crate) struct Location<'a> {
    /// The directory, links resolved.
    pub(crate) root: PathBuf,
    /// The directory as the user would write it.
    pub(crate) shown: PathBuf,
    /// The directory as seen from the one that the build started in.
    pub(crate) from_start: Folder,
    pub(super) parent: Option<&'a Location<'a>>,
    /// The entry of the parent that names it.
    pub(crate) named_at: Place,
    pub(super) depth: usize,
    /// Which files may be read here.
    pub(super) load_restrictor: LoadRestrictor,
    /// The repository, where a URL led here.
    pub(crate) repository: Option<Box<Repository>>,
}

impl<'a> Location<'a> {
    /// The directory that a build starts from: a path or the URL of a repository.
    ///
    /// # Errors
    /// There is no such directory, or the repository cannot be had.
    pub(crate) fn start(build: &Build, path: &Path) -> Result<Location<'static>, Error> {
        let text = path.to_string_lossy();
        if let Some(spec) = RepositorySpec::parse(&text) {
            return Location::in_repository(build, spec, None, Place::default());
        }
        let shown = clean(path);
        match build.host.kind(path) {
            PathKind::Directory => {}
            PathKind::File => {
                return Err(Error::new(
                    Code::FOLDER_EXPECTED,
                    format!("{text} is a file, and a build starts from a directory"),
                )
                .hint_with("name the folder that holds the kustomization file"));
            }
            PathKind::Missing if text.contains("://") => return Err(no_repository(&text)),
            PathKind::Missing => return Err(missing_start(build.host, &shown, &text)),
        }
        let root = canonical(build.host, path, &text)?;
        Ok(Location {
            root,
            shown,
            from_start: Folder::default(),
            parent: None,
            named_at: Place::default(),
            depth: 0,
            load_restrictor: build.options.load_restrictor,
            repository: None,
        })
    }

    /// How many kustomizations led here.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// True for the directory that the build started in.
    pub(crate) fn is_start(&self) -> bool {
        self.parent.is_none()
    }

    /// What an entry of `resources` leads to, seen from here.
    ///
    /// # Errors
    /// Nothing is there, or it must not be read.
    pub(crate) fn resource(&'a self, build: &Build, entry: &Text) -> Result<Found<'a>, Error> {
        self.resource_at(build, entry, self.locate(build.host, entry))
    }

    /// What is at an entry of `resources` on this machine: a file, and whether it may be read, or something else.
    pub(crate) fn locate(&self, host: &dyn Host, entry: &Text) -> Located {
        if is_url(entry) {
            return Located::Other(PathKind::Missing);
        }
        let path = clean_entry(entry);
        match host.locate(&self.root, &path) {
            (PathKind::File, real) => {
                Located::File(self.located_file(host, entry, &path, PathKind::File, real))
            }
            (kind, _) => Located::Other(kind),
        }
    }

    /// What an entry of `resources` leads to, once it is known what is there.
    ///
    /// # Errors
    /// As [`resource`](Location::resource).
    pub(crate) fn resource_at(
        &'a self,
        build: &Build,
        entry: &Text,
        located: Located,
    ) -> Result<Found<'a>, Error> {
        let (path, shown) = match located {
            Located::File(file) => file?,
            Located::Other(_) if is_url(entry) => {
                return self
                    .behind_url(build, entry)
                    .map_err(|error| error.at(entry.place).mark(&*entry.text));
            }
            Located::Other(PathKind::Missing) if RepositorySpec::parse(entry).is_none() => {
                refuse_empty(entry)?;
                return Err(self.missing(build.host, entry, Wanted::Base));
            }
            Located::Other(_) => return self.directory(build, entry).map(Found::Directory),
        };
        build.named.note_file(|| path.clone());
        Ok(Found::File(FoundFile::at(path, shown)))
    }

    /// The directory that an entry of `components` or `resources` names.
    ///
    /// # Errors
    /// There is none, it must not be named, or it is one that the build is in already.
    pub(crate) fn directory(&'a self, build: &Build, entry: &Text) -> Result<Location<'a>, Error> {
        refuse_empty(entry)?;
        let place = entry.place;
        if let Some(spec) = RepositorySpec::parse(entry) {
            return Location::in_repository(build, spec, Some(self), place)
                .map_err(|error| error.at(place).mark(&*entry.text));
        }
        if Path::new(&*entry.text).is_absolute() {
            return Err(Error::new(
                Code::ABSOLUTE_PATH,
                format!("the folder {} is given as an absolute path", entry.text),
            )
            .at(place)
            .mark(&*entry.text)
            .hint_with("write it relative to this kustomization, so that the tree can be moved"));
        }
        if has_ambiguous_step(entry) {
            return Err(Error::new(Code::ODD_PATH, format!("{} is not a path that anybody means", entry.text))
                .at(place).mark(&*entry.text)
                .hint_with("a \"..\" within a name is most often two entries that ran together: check the indentation"));
        }
        let path = self.root.join(&*clean_entry(entry));
        match build.host.kind(&path) {
            PathKind::Directory => {}
            PathKind::File => {
                return Err(Error::new(
                    Code::FOLDER_EXPECTED,
                    format!("{} is a file, and a folder is expected here", entry.text),
                )
                .at(place)
                .mark(&*entry.text));
            }
            PathKind::Missing if entry.contains("://") => {
                return Err(no_repository(entry).at(place).mark(&*entry.text));
            }
            PathKind::Missing => return Err(self.missing(build.host, entry, Wanted::Base)),
        }
        let root = canonical(build.host, &path, entry)
            .map_err(|error| error.at(place).mark(&*entry.text))?;
        self.refuse_to_leave_repository(&root, place)?;
        self.refuse_cycle(&root, place).map_err(|error| error.mark(&*entry.text))?;
        if self.depth >= MAX_NESTING {
            return Err(Error::new(
                Code::NESTED_TOO_DEEP,
                format!("more than {MAX_NESTING} kustomizations are nested"),
            )
            .at(place)
            .mark(&*entry.text));
        }
        Ok(Location {
            root,
            shown: join(&self.shown, entry),
            from_start: self.from_start.join(entry),
            parent: Some(self),
            named_at: place,
            depth: self.depth + 1,
            load_restrictor: self.load_restrictor,
            repository: None,
        })
    }

    /// The file on this machine that an entry names: the path to read, and the path to show.
    ///
    /// # Errors
    /// There is none, or it must not be read.
    pub(crate) fn file(&self, build: &Build, entry: &Text) -> Result<(PathBuf, String), Error> {
        let path = clean_entry(entry);
        let (kind, real) = build.host.locate(&self.root, &path);
        self.located_file(build.host, entry, &path, kind, real)
    }

    /// The same, once it is known what is at the cleaned path of the entry, and perhaps its path with links resolved.
    fn located_file(
        &self,
        host: &dyn Host,
        entry: &Text,
        path: &str,
        kind: PathKind,
        real: Option<PathBuf>,
    ) -> Result<(PathBuf, String), Error> {
        refuse_empty(entry)?;
        let place = entry.place;
        match kind {
            PathKind::File => {}
            PathKind::Directory => {
                return Err(Error::new(
                    Code::FILE_EXPECTED,
                    format!("{} is a folder, and a file is expected here", entry.text),
                )
                .at(place)
                .mark(&*entry.text));
            }
            PathKind::Missing if RepositorySpec::parse(entry).is_some() => {
                return Err(Error::new(
                    Code::FILE_EXPECTED,
                    format!(
                        "{} names a repository, and a file is expected here",
                        without_password(entry)
                    ),
                )
                .at(place)
                .mark(&*entry.text)
                .hint_with("a file is on this machine, or behind a URL with http or https"));
            }
            PathKind::Missing => return Err(self.missing(host, entry, Wanted::File)),
        }
        if self.load_restrictor == LoadRestrictor::RootOnly {
            let real = match real {
                Some(real) => real,
                None => canonical(host, &self.root.join(path), entry)
                    .map_err(|error| error.at(place).mark(&*entry.text))?,
            };
            if !self.may_read_below(&real) {
                let path = clean(&self.root.join(path));
                return Err(self.outside(&path, entry).at(place).mark(&*entry.text));
            }
            return Ok((real, self.shown_file(entry)));
        }
        Ok((self.root.join(path), self.shown_file(entry)))
    }

    /// The path of a file to show.
    fn shown_file(&self, entry: &str) -> String {
        match self.shown.to_str() {
            // A plain name behind a plain path needs no cleaning.
            Some(folder) if is_clean(folder) && is_clean(entry) && !entry.starts_with('/') => {
                let mut shown = String::with_capacity(folder.len() + 1 + entry.len());
                shown.push_str(folder);
                shown.push('/');
                shown.push_str(entry);
                shown
            }
            _ => join(&self.shown, entry).display().to_string(),
        }
    }

    /// True where files at or below a path with links resolved may be read.
    pub(super) fn may_read_below(&self, real: &Path) -> bool {
        self.load_restrictor == LoadRestrictor::None || is_at_or_below(real, &self.root)
    }

    /// The error for an entry that leads, by a clean path, to where no file may be read.
    pub(super) fn outside(&self, path: &Path, entry: &Text) -> Error {
        let what = if path.starts_with(&self.root) {
            format!("{} is a link that leads out of {}", entry.text, self.shown.display())
        } else {
            format!("{} is not in {} or below it", entry.text, self.shown.display())
        };
        Error::new(Code::OUTSIDE_ROOT, format!("{what}, and only files there may be read"))
            .hint_with("make a base of the other folder, or allow it with --load-restrictor LoadRestrictionsNone")
    }

    /// Reads the file that an entry names, on this machine or behind a URL.
    ///
    /// # Errors
    /// As [`file`](Location::file), and what keeps it from being read.
    pub(crate) fn read(&self, build: &Build, entry: &Text) -> Result<Vec<u8>, Error> {
        self.read_shown(build, entry).map(|(content, _)| content)
    }

    /// Reads the file that an entry names, and makes it a source for places.
    ///
    /// # Errors
    /// As [`read`](Location::read).
    pub(crate) fn read_source(
        &self,
        build: &mut Build,
        entry: &Text,
    ) -> Result<(Vec<u8>, SourceId), Error> {
        let (content, shown) = self.read_shown(build, entry)?;
        Ok((content, build.sources.add_named(shown, entry.place)))
    }

    fn read_shown(&self, build: &Build, entry: &Text) -> Result<(Vec<u8>, String), Error> {
        let read = if is_url(entry) {
            let content = build.remotes.file(build.host, entry);
            content.map(|content| (content.to_vec(), without_password(entry)))
        } else {
            let (path, shown) = self.file(build, entry)?;
            build.read(&path, &shown).map(|content| (content, shown))
        };
        read.map_err(|error| error.at(entry.place).mark(&*entry.text))
    }

    /// This location, the one that led to it, and so on to the start.
    pub(super) fn ancestors(&self) -> impl Iterator<Item = &Location<'a>> {
        std::iter::successors(Some(self), |location| location.parent)
    }

    /// True where a base that was built for somebody else can be used here: none of the folders that were built for it holds
    /// one that led here, and none stands too deep. What is behind a URL is seen from there alone.
    pub(crate) fn can_use(&self, folders: &[(PathBuf, usize)]) -> bool {
        self.containing_repository().is_none()
            && folders.iter().all(|(folder, below)| {
                let mut above = self.ancestors().skip(1);
                self.depth + below <= MAX_NESTING
                    && !above.any(|location| location.root.starts_with(folder))
            })
    }

    fn refuse_cycle(&self, root: &Path, place: Place) -> Result<(), Error> {
        for location in self.ancestors() {
            if location.root.starts_with(root) {
                let what = if location.root == root {
                    "is built already on the way here"
                } else {
                    "holds a folder that is built already on the way here"
                };
                return Err(Error::new(
                    Code::CYCLE,
                    format!("this goes round in a circle: {} {what}", location.shown.display()),
                )
                .at(place)
                .hint_with(
                    "a kustomization cannot name itself, its parents, or the folders above them",
                ));
            }
            // Each URL counts as a clone of its own, and what leads back to a URL is found by the URL.
            if location.repository.is_some() {
                break;
            }
        }
        Ok(())
    }
}

fn refuse_empty(entry: &Text) -> Result<(), Error> {
    if entry.is_empty() {
        Err(Error::new(Code::EMPTY_PATH, "an empty path is given")
            .at(entry.place)
            .mark(&*entry.text))
    } else {
        Ok(())
    }
}

pub(super) fn canonical(host: &dyn Host, path: &Path, shown: &str) -> Result<PathBuf, Error> {
    host.canonicalize(path)
        .map_err(|error| Error::new(Code::CANNOT_READ, format!("{shown} cannot be read: {error}")))
}

fn no_repository(url: &str) -> Error {
    Error::new(
        Code::NOT_A_REPOSITORY,
        format!("{} is not the URL of a repository", without_password(url)),
    )
    .hint_with("it would be of the form https://host/path/to/repository//folder?ref=revision")
}
