//! Copies a kustomization with all that it names, as `kustomize localize` does: what is on other machines ends up below
//! the copy, and the copy names it there.
//!
//! [`localize`] writes nothing: it returns the files of the copy. [`Localized::verify`] builds the original and the copy,
//! which nobody has to write for that, and compares what comes out.

mod charts;
mod files;
mod form;
mod place;
mod plugins;
mod references;
#[cfg(test)]
mod tests;
mod verify;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind, Recorder};
use crate::load::Location;
use crate::options::Options;
use crate::remote::{Remotes, RepositorySpec, without_password};
use files::Files;
use references::Localizer;

/// What to localize besides the defaults.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct LocalizeOptions {
    /// The folder that folders on this machine may be named in: that of the kustomization, or one above it. That of the
    /// kustomization where nothing is given.
    pub scope: Option<PathBuf>,
    /// The folder that the copy is meant for, which must not be there yet: `localized-<folder>[-<revision>]` where
    /// nothing is given.
    pub destination: Option<PathBuf>,
}

/// A copy of a kustomization that needs nothing from elsewhere.
pub struct Localized {
    original: PathBuf,
    destination: PathBuf,
    kustomization: PathBuf,
    files: Files,
    remotes: Remotes,
}

impl Localized {
    /// What it is a copy of, as messages name it.
    pub fn original(&self) -> String {
        without_password(&self.original.to_string_lossy())
    }

    /// The folder that the copy is meant for.
    pub fn destination(&self) -> &Path {
        &self.destination
    }

    /// The folder of the kustomization, relative to the destination; empty where it is the destination itself.
    pub fn kustomization(&self) -> &Path {
        &self.kustomization
    }

    /// The files by their paths relative to the destination, in order.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files.iter()
    }

    /// Folders that are part of the copy even if no file is in them, relative to the destination.
    pub fn folders(&self) -> impl Iterator<Item = &Path> {
        self.files.folders()
    }
}

impl fmt::Debug for Localized {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Localized")
            .field("destination", &self.destination)
            .field("kustomization", &self.kustomization)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// Copies the kustomization in a folder, or at the URL of a repository, with all that it names.
///
/// Nothing is written: the caller gets the files. Errors leave nothing behind.
///
/// # Errors
/// What keeps it from being copied: a path that leads out of the scope, a repository without a revision, a destination
/// that is there already, and whatever cannot be read.
///
/// ```
/// use std::path::Path;
/// use kbuild_core::localize::{LocalizeOptions, localize};
/// use kbuild_core::MemoryHost;
///
/// let host = MemoryHost::from_iter([
///     ("app/kustomization.yaml", "resources: [./cm.yaml]\n"),
///     ("app/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
/// ]);
/// let localized = localize(&host, "app", &LocalizeOptions::default())?;
/// assert_eq!(localized.destination(), Path::new("localized-app"));
/// let files: Vec<&str> = localized.files().filter_map(|(path, _)| path.to_str()).collect();
/// assert_eq!(files, ["cm.yaml", "kustomization.yaml"]);
/// # Ok::<(), kbuild_core::Error>(())
/// ```
pub fn localize(
    host: &dyn Host,
    target: impl AsRef<Path>,
    options: &LocalizeOptions,
) -> Result<Localized, Error> {
    let build_options = Options::default();
    let recorder = Recorder::new(host, &build_options);
    let mut build = Build::new(&recorder, &build_options, None);
    let result = localize_in(&mut build, target.as_ref(), options);
    result.map_err(|error| error.locate(&build.sources, Some(host)))
}

fn localize_in(
    build: &mut Build,
    target: &Path,
    options: &LocalizeOptions,
) -> Result<Localized, Error> {
    if let Some(spec) = RepositorySpec::parse(&target.to_string_lossy()) {
        require_revision(&spec)?;
    }
    let location = Location::start(build, target)?;
    let scope = scope(build, &location, target, options.scope.as_deref())?;
    let destination = match &options.destination {
        Some(destination) => destination.clone(),
        None => place::default_destination(&location),
    };
    check_destination(build.host, &destination)?;
    let kustomization = location.root.strip_prefix(&scope).unwrap_or(Path::new("")).to_path_buf();
    let mut localizer = Localizer::new(build, scope);
    localizer.root(&location, &kustomization)?;
    let files = localizer.finish()?;
    let remotes = std::mem::take(&mut build.remotes);
    Ok(Localized { original: target.to_path_buf(), destination, kustomization, files, remotes })
}

/// The folder that bounds what folders on this machine may be named.
fn scope(
    build: &Build,
    location: &Location,
    target: &Path,
    given: Option<&Path>,
) -> Result<PathBuf, Error> {
    if let Some(repository) = &location.repository {
        return match given {
            None => Ok(repository.root.clone()),
            Some(scope) => Err(Error::new(
                Code::OUTSIDE_SCOPE,
                format!(
                    "the scope {} is given for a kustomization on another machine",
                    scope.display()
                ),
            )
            .hint_with("leave it out: the scope of such a kustomization is its repository")),
        };
    }
    let Some(given) = given else { return Ok(location.root.clone()) };
    if build.host.kind(given) != PathKind::Directory {
        return Err(Error::new(
            Code::FOLDER_EXPECTED,
            format!("the scope {} is not a folder", given.display()),
        ));
    }
    let scope = build.host.canonicalize(given).map_err(|error| {
        Error::new(Code::CANNOT_READ, format!("{} cannot be read: {error}", given.display()))
    })?;
    if location.root.starts_with(&scope) {
        return Ok(scope);
    }
    Err(Error::new(
        Code::OUTSIDE_SCOPE,
        format!("{} is not in the scope {}", target.display(), given.display()),
    )
    .hint_with("the scope is the folder of the kustomization, or one above it"))
}

fn check_destination(host: &dyn Host, destination: &Path) -> Result<(), Error> {
    if host.kind(destination) != PathKind::Missing {
        return Err(Error::new(
            Code::DESTINATION_EXISTS,
            format!("the destination {} is there already", destination.display()),
        )
        .hint_with("name a folder that is not there yet, or remove this one"));
    }
    let parent = match destination.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if destination.file_name().is_none() || host.kind(parent) != PathKind::Directory {
        return Err(Error::new(
            Code::NOT_FOUND,
            format!("the destination {} is not in a folder that is there", destination.display()),
        )
        .hint_with("make the folder above it first"));
    }
    Ok(())
}

/// A copy of what may be another thing tomorrow would not be a copy of the original.
fn require_revision(spec: &RepositorySpec) -> Result<(), Error> {
    if spec.reference.is_empty() {
        return Err(Error::new(
            Code::CANNOT_LOCALIZE,
            format!("{} does not say which revision is meant", without_password(&spec.text)),
        )
        .hint_with("add ?ref= and a tag, a branch or a commit"));
    }
    Ok(())
}
