//! Locations in repositories, and files behind URLs.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use kbuild_yaml::{Place, SourceId};

use super::found::FoundFile;
use super::location::{MAX_NESTING, canonical};
use super::{Found, Location, parse_resources};
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::PathKind;
use crate::kustomization::Text;
use crate::nearest::nearest;
use crate::options::LoadRestrictor;
use crate::path::join;
use crate::remote::{RepositorySpec, is_url, without_password};
use crate::resource::Folder;

/// How many are fetched at a time.
const MAX_THREADS: usize = 8;

/// A repository that the build went into.
#[derive(Debug)]
pub(crate) struct Repository {
    /// What named it.
    pub(crate) spec: RepositorySpec,
    /// The folder with its files, links resolved.
    pub(crate) root: PathBuf,
}

impl<'a> Location<'a> {
    /// The folder that a URL names, in a repository. `parent` is the kustomization that holds the URL.
    ///
    /// # Errors
    /// The repository cannot be had, has no such folder, or is one that the build is in already.
    pub(super) fn in_repository(
        build: &Build,
        spec: RepositorySpec,
        parent: Option<&'a Location<'a>>,
        named_at: Place,
    ) -> Result<Location<'a>, Error> {
        if let Some(parent) = parent {
            parent.refuse_repository_cycle(&spec)?;
            parent.refuse_this_machine(&spec)?;
            if parent.depth >= MAX_NESTING {
                return Err(Error::new(
                    Code::NESTED_TOO_DEEP,
                    format!("more than {MAX_NESTING} kustomizations are nested"),
                ));
            }
        }
        let top = build.remotes.checkout(build.host, &spec)?;
        let path = join(&top, &spec.path);
        match build.host.kind(&path) {
            PathKind::Directory => {}
            PathKind::File => {
                return Err(Error::new(
                    Code::FOLDER_EXPECTED,
                    format!("{} is a file, and a folder is expected here", spec.label()),
                ));
            }
            PathKind::Missing => return Err(no_folder(build, &top, &path, &spec)),
        }
        let root = canonical(build.host, &path, &spec.label())?;
        if !root.starts_with(&top) {
            return Err(Error::new(
                Code::OUTSIDE_REPOSITORY,
                format!("{} is a link that leads out of the repository", spec.label()),
            ));
        }
        Ok(Location {
            root,
            shown: PathBuf::from(spec.label()),
            from_start: parent
                .map_or_else(Folder::default, |parent| parent.from_start.join(&spec.text)),
            parent,
            named_at,
            depth: parent.map_or(0, |parent| parent.depth + 1),
            load_restrictor: LoadRestrictor::RootOnly,
            repository: Some(Box::new(Repository { spec, root: top })),
        })
    }

    /// What a URL leads to: a file, or else a folder in a repository.
    pub(super) fn behind_url(&'a self, build: &Build, url: &Text) -> Result<Found<'a>, Error> {
        let file = build.remotes.file(build.host, url);
        let Some(spec) = RepositorySpec::parse(url) else {
            return file.map(|content| Found::File(FoundFile::fetched(content.to_vec(), url)));
        };
        // Many a server shows a page where a repository is.
        let unread = match &file {
            Ok(content) => match parse_resources(content, SourceId::default()) {
                Ok(_) => return Ok(Found::File(FoundFile::fetched(content.to_vec(), url))),
                Err(error) => format!("it holds no resources: {}", error.message()),
            },
            Err(error) => error.message().to_owned(),
        };
        let error = match Location::in_repository(build, spec, Some(self), url.place) {
            Ok(location) => return Ok(Found::Directory(location)),
            Err(error) => error,
        };
        match file {
            // No page, so it is meant to be a file of resources, and what is wrong with it shows when it is read.
            Ok(content) if !content.trim_ascii_start().starts_with(b"<") => {
                Ok(Found::File(FoundFile::fetched(content.to_vec(), url)))
            }
            _ => {
                let shown = without_password(url);
                let Some(unfetched) =
                    error.message().strip_prefix(&format!("{shown} cannot be cloned: "))
                else {
                    return Err(error);
                };
                let unread =
                    unread.strip_prefix(&format!("{shown} cannot be read: ")).unwrap_or(&unread);
                let both =
                    format!("{shown} is neither a file nor a repository: {unread}; {unfetched}");
                let hint = error.hint().map(str::to_owned);
                Err(hint.into_iter().fold(Error::new(Code::NOT_FOUND, both), Error::hint_with))
            }
        }
    }

    /// The repository that the build is in here, if it is in one.
    pub(crate) fn containing_repository(&self) -> Option<&Repository> {
        self.ancestors().find_map(|location| location.repository.as_deref())
    }

    /// The URL that led here, if it begins with `git::`.
    pub(super) fn forced_url(&self) -> Option<String> {
        self.repository
            .as_ref()
            .filter(|repository| repository.spec.is_forced)
            .map(|repository| repository.spec.shown())
    }

    /// A base of a repository lies within it.
    pub(super) fn refuse_to_leave_repository(
        &self,
        root: &Path,
        place: Place,
    ) -> Result<(), Error> {
        match self.containing_repository() {
            Some(repository) if !root.starts_with(&repository.root) => Err(Error::new(
                Code::OUTSIDE_REPOSITORY,
                format!("a base of {} lies outside of the repository", self.shown.display()),
            )
            .at(place)
            .hint_with(
                "what comes from a repository may use folders of that repository, and URLs",
            )),
            _ => Ok(()),
        }
    }

    /// A folder that a kustomization of a repository has a program read and write lies within it. It may not be there yet.
    ///
    /// # Errors
    /// It does not, or a link leads there.
    pub(crate) fn refuse_folder_outside_repository(
        &self,
        build: &Build,
        folder: &Path,
    ) -> Result<(), Error> {
        let Some(repository) = self.containing_repository() else { return Ok(()) };
        let is_there = |above: &&Path| build.host.kind(above) != PathKind::Missing;
        let real = match folder.ancestors().find(is_there) {
            Some(above) => canonical(build.host, above, &above.display().to_string())?,
            None => PathBuf::new(),
        };
        if folder.starts_with(&repository.root) && real.starts_with(&repository.root) {
            return Ok(());
        }
        Err(Error::new(
            Code::OUTSIDE_REPOSITORY,
            format!(
                "a folder of charts of {} lies outside of the repository",
                self.shown.display()
            ),
        )
        .hint_with("charts of a kustomization that comes from a repository are in that repository"))
    }

    /// What comes from another machine names no repository of this one.
    fn refuse_this_machine(&self, spec: &RepositorySpec) -> Result<(), Error> {
        let mut above = self.ancestors().filter_map(|location| location.repository.as_deref());
        match above.find(|repository| !repository.spec.is_on_this_machine()) {
            Some(repository) if spec.is_on_this_machine() => Err(Error::new(
                Code::OUTSIDE_REPOSITORY,
                format!(
                    "{} is on this machine, and {} comes from another",
                    spec.shown(),
                    repository.spec.shown()
                ),
            )
            .hint_with("what comes from another machine may use that repository, and URLs that begin with https or ssh")),
            _ => Ok(()),
        }
    }

    /// A repository cannot lead to itself, nor to one whose URL begins like its own.
    fn refuse_repository_cycle(&self, spec: &RepositorySpec) -> Result<(), Error> {
        let mut above = self.ancestors().filter_map(|location| location.repository.as_deref());
        match above.find(|repository| repository.spec.text.starts_with(&spec.text)) {
            Some(repository) => Err(Error::new(
                Code::CYCLE,
                format!(
                    "this goes round in a circle: {} is fetched already on the way here, as {}",
                    spec.shown(),
                    repository.spec.shown()
                ),
            )),
            None => Ok(()),
        }
    }
}

fn no_folder(build: &Build, top: &Path, path: &Path, spec: &RepositorySpec) -> Error {
    let error = Error::new(
        Code::NO_FOLDER_IN_REPOSITORY,
        format!("the repository has no folder {}", spec.label()),
    );
    let (Some(above), Some(name)) = (path.parent(), path.file_name()) else { return error };
    if !build.host.canonicalize(above).is_ok_and(|above| above.starts_with(top)) {
        return error;
    }
    let names = build.host.list(above);
    match nearest(&name.to_string_lossy(), names.iter().map(String::as_str)) {
        Some(near) => error.hint_with(format!("did you mean {near}?")),
        None => error,
    }
}

/// Fetches what several entries name on other machines, all at a time. What goes wrong shows when the entry is built.
pub(crate) fn prefetch<'a>(
    build: &Build,
    location: &Location,
    entries: impl Iterator<Item = &'a Text>,
) {
    let wanted: Vec<&Text> = entries
        .filter(|entry| is_url(entry) || RepositorySpec::parse(entry).is_some())
        .filter(|entry| {
            is_url(entry) || build.host.kind(&location.root.join(&*entry.text)) != PathKind::File
        })
        .collect();
    if wanted.len() < 2 {
        return;
    }
    let (host, remotes) = (build.host, &build.remotes);
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(entry) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
            let is_file = is_url(entry)
                && remotes
                    .file(host, entry)
                    .is_ok_and(|content| parse_resources(&content, SourceId::default()).is_ok());
            if let Some(spec) = RepositorySpec::parse(entry).filter(|_| !is_file) {
                let _ = remotes.checkout(host, &spec);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..wanted.len().min(MAX_THREADS) {
            // Without threads, entries are fetched one by one as they are built.
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
    });
}
