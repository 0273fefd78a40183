//! Puts results where they belong: whole or not at all.

use std::borrow::Cow;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use kbuild_core::{Code, Error};
use tempfile::{NamedTempFile, TempPath};

use crate::machine;
use crate::report::{Failure, is_harmless};

/// Prints to standard output; to a terminal without what that would take for commands.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let text = if out.is_terminal() { for_terminal(text) } else { text.into() };
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| not_printed(&error))
}

/// Why nothing more can be printed.
pub(crate) fn not_printed(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::Unread,
        _ => not_written("standard output", error),
    }
}

fn for_terminal(text: &str) -> Cow<'_, str> {
    let is_harmless = |character: char| character == '\t' || is_harmless(character);
    match text.chars().all(is_harmless) {
        true => text.into(),
        false => text.chars().map(|it| if is_harmless(it) { it } else { '\u{fffd}' }).collect(),
    }
}

/// Writes a file: aside first, then renamed, so that nobody sees half of it.
pub(crate) fn write_file(path: &Path, content: &str) -> Result<(), Failure> {
    replace(path, content).map_err(|error| {
        let leads_to = destination(path);
        no_folder(path, leads_to.as_deref().unwrap_or(path))
            .unwrap_or_else(|| not_written(&path.display().to_string(), &error))
    })
}

/// Writes files into a folder. Nothing is renamed into place before all are written, and before it is seen that nothing is
/// in the way, and all are gone again where a signal comes before.
pub(crate) fn write_files(folder: &Path, files: &[(String, String)]) -> Result<(), Failure> {
    let failed = |path: &Path, error: io::Error| not_written(&path.display().to_string(), &error);
    let mut written = Vec::with_capacity(files.len());
    for (name, content) in files {
        let path = folder.join(name);
        machine::go_on().map_err(|error| failed(folder, error))?;
        check_free(&path).map_err(|error| failed(&path, error))?;
        // Closed, as there may be more of them than may be open at a time.
        let file = aside(folder, content).map_err(|error| failed(folder, error))?;
        written.push((file.into_temp_path(), path));
    }
    for (file, path) in written {
        put(file, &path).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Refuses a path where no file can be put: a folder stands there, or the name is too long.
fn check_free(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn not_written(what: &str, error: &io::Error) -> Failure {
    Error::new(Code::CANNOT_WRITE, format!("{what} cannot be written: {error}")).into()
}

fn replace(path: &Path, content: &str) -> io::Result<()> {
    match fs::metadata(path) {
        // A device or a pipe is written to, not replaced.
        Ok(metadata) if !metadata.is_file() => {
            fs::OpenOptions::new().write(true).open(path)?.write_all(content.as_bytes())
        }
        // A link stays, and what it leads to is replaced, or made where it leads to nothing, as in the reference.
        Ok(_) => replace_file(&fs::canonicalize(path)?, content),
        Err(_) => replace_file(&destination(path)?, content),
    }
}

/// How many links are followed, as many as the system does.
const MAX_LINKS: usize = 40;

/// Where a link leads to that may lead to nothing; the path itself where it is no link.
fn destination(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_symlink() => {
                let target = fs::read_link(&path)?;
                path = path.parent().map_or_else(|| target.clone(), |folder| folder.join(&target));
            }
            _ => return Ok(path),
        }
    }
    Err(io::Error::other("its links lead round in a circle"))
}

fn replace_file(path: &Path, content: &str) -> io::Result<()> {
    put(aside(folder_of(path), content)?.into_temp_path(), path)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The failure to write a file where the folder that it is to stand in is none. The path may be a link that leads elsewhere.
fn no_folder(path: &Path, destination: &Path) -> Option<Failure> {
    let is_folder = path.to_str().is_some_and(|path| path.ends_with(std::path::is_separator));
    let folder = if is_folder { path } else { folder_of(destination) };
    let shown = folder.display();
    let failure = |why: &str| {
        let message = format!("{} cannot be written: {why}", path.display());
        Error::new(Code::CANNOT_WRITE, message)
    };
    match fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => {
            Some(failure(&format!("{shown} is a file, not a folder")).into())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let why = format!("there is no folder {shown}");
            Some(failure(&why).hint_with("make the folder first").into())
        }
        _ => None,
    }
}

/// A new file in the same folder, gone again if it is not put into its place.
fn aside(folder: &Path, content: &str) -> io::Result<NamedTempFile> {
    machine::watch_signals();
    // What goes wrong is said of the file that is to be there, so the error is not to name this one.
    let mut file = tempfile::Builder::new().prefix(".kbuild-").make_in(folder, |path| {
        // Its permissions are what the umask leaves of those of any file.
        fs::OpenOptions::new().read(true).write(true).create_new(true).open(path)
    })?;
    file.as_file_mut().write_all(content.as_bytes())?;
    Ok(file)
}

fn put(file: TempPath, path: &Path) -> io::Result<()> {
    if let Ok(metadata) = fs::metadata(path) {
        fs::set_permissions(&file, metadata.permissions())?;
    }
    file.persist(path).map(drop).map_err(|error| error.error)
}
