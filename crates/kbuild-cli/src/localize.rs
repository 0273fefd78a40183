//! `kbuild localize`: makes a copy of a kustomization that needs nothing from other machines.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{ArgAction, Args};
use kbuild_core::localize::{LocalizeOptions, Localized, localize};

use crate::boolean::boolean;
use crate::machine::Machine;
use crate::report::{ErrorFormat, Failure};

#[derive(Debug, Args)]
pub(crate) struct LocalizeArguments {
    /// The folder with the kustomization file, or the URL of a repository with a revision
    #[arg(default_value = ".")]
    target: PathBuf,
    /// The folder to make, in one that is there; without it, localized-TARGET or localized-TARGET-REVISION
    destination: Option<PathBuf>,
    /// The folder that folders on this machine may be named in: that of the kustomization, unless said otherwise
    #[arg(long, value_name = "DIR")]
    scope: Option<PathBuf>,
    /// Do not build the kustomization and its copy to see whether they are the same
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, action = ArgAction::Set, default_missing_value = "true", value_parser = boolean(), default_value_t = false, hide_default_value = true)]
    no_verify: bool,
}

pub(crate) fn run(arguments: &LocalizeArguments, format: ErrorFormat) -> Result<(), Failure> {
    let given = |path: &Option<PathBuf>| path.clone().filter(|path| !path.as_os_str().is_empty());
    let mut options = LocalizeOptions::default();
    options.scope = given(&arguments.scope);
    options.destination = given(&arguments.destination);
    let host = Machine::new();
    let mut localized = localize(&host, &arguments.target, &options)?;
    let mut notes = String::new();
    if !arguments.no_verify {
        match localized.verify(&host) {
            Ok(warnings) => format.report(warnings.iter()),
            Err(error) => {
                format.warn("Nothing is written. With --no-verify, the copy is written without being built first.");
                return Err(error.into());
            }
        }
    }
    let destination = write(&localized).map_err(|error| {
        format!("error: {} cannot be written: {error}", localized.destination().display())
    })?;
    let (target, destination) = (localized.original(), destination.display());
    if !arguments.no_verify {
        notes += &format!(
            "VERIFICATION SUCCESS: `kustomize build` for {target} and {destination} are the same after localization.\n"
        );
    }
    notes += &format!("SUCCESS: localized \"{target}\" to directory {destination}\n");
    if format == ErrorFormat::Text {
        // That nobody reads it is no reason to fail.
        let _ = io::stderr().write_all(notes.as_bytes());
    }
    Ok(())
}

/// Writes the copy aside, in the folder that it goes into, and renames it: it is there whole or not at all.
fn write(localized: &Localized) -> io::Result<PathBuf> {
    let destination = localized.destination();
    let parent = match destination.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let aside = tempfile::Builder::new()
        .prefix(".kbuild-")
        .permissions(permissions())
        .tempdir_in(parent)?;
    for folder in localized.folders() {
        fs::create_dir_all(aside.path().join(folder))?;
    }
    for (path, content) in localized.files() {
        let path = aside.path().join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, content)?;
    }
    if destination.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(aside.path(), destination)?;
    let _ = aside.keep();
    fs::canonicalize(destination)
}

#[cfg(unix)]
fn permissions() -> fs::Permissions {
    // The umask takes away from this what the user wants taken away.
    std::os::unix::fs::PermissionsExt::from_mode(0o777)
}
