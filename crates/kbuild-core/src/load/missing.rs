//! What is said of a path at which there is nothing to read.

use std::io::ErrorKind;
use std::path::Path;

use super::Location;
use super::kustomization::FILE_NAMES;
use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind};
use crate::kustomization::Text;
use crate::nearest::nearest;
use crate::path::{clean, join};

/// How many characters of a text are shown.
const SHOWN: usize = 60;

/// What an entry is to name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A file alone.
    File,
    /// A folder with a kustomization, and perhaps a file as well.
    Base,
}

/// Which of the names in a folder may be told to whom has not got one right.
#[derive(Clone, Copy)]
enum Sight {
    /// All: files there may be read.
    Files,
    /// Those of folders with a kustomization, which may be named as bases.
    Bases,
}

impl Sight {
    /// True where there is something at a path that may be named.
    fn shows(self, host: &dyn Host, path: &Path) -> bool {
        match self {
            Sight::Files => host.kind(path) != PathKind::Missing,
            Sight::Bases => {
                FILE_NAMES.iter().any(|name| host.kind(&path.join(name)) == PathKind::File)
            }
        }
    }
}

/// The error for the path that a build is to start from, at which there is no file or folder.
pub(super) fn missing_start(host: &dyn Host, path: &Path, text: &str) -> Error {
    if let Some(error) = unreadable(host, path, text, &neighbours(host, path)) {
        return error;
    }
    let error = not_found(text);
    let hint = misspelt(host, Sight::Files, path, text)
        .or_else(|| others(text).find(|other| Sight::Files.shows(host, &clean(Path::new(other)))));
    if let Some(meant) = hint {
        return error.hint_with(format!("did you mean {meant}?"));
    }
    let folder = folder_of(path);
    if host.kind(folder) == PathKind::Missing {
        return no_folder(error, folder);
    }
    if Path::new(text).is_absolute() {
        return error;
    }
    error.hint_with("the path that is given is relative to the working directory")
}

impl Location<'_> {
    /// The error for an entry that leads to no file or folder. It names nothing that the entry could not lead to.
    pub(super) fn missing(&self, host: &dyn Host, entry: &Text, wanted: Wanted) -> Error {
        self.missing_entry(host, entry, wanted).at(entry.place).mark(&*entry.text)
    }

    fn missing_entry(&self, host: &dyn Host, entry: &Text, wanted: Wanted) -> Error {
        let text = &*entry.text;
        if text.contains('\n') {
            return inline(text);
        }
        let path = join(&self.root, text);
        let sight = match self.sight(host, &path, entry, wanted) {
            Ok(sight) => sight,
            Err(outside) => return outside,
        };
        if let Some(error) = unreadable(host, &path, text, &neighbours(host, &path)) {
            return error;
        }
        let error = not_found(text);
        let is_there = |other: &String| {
            let path = join(&self.root, other);
            let other = Text { text: other.into(), place: entry.place };
            self.sight(host, &path, &other, wanted).is_ok_and(|sight| sight.shows(host, &path))
        };
        let meant = misspelt(host, sight, &path, text).or_else(|| others(text).find(is_there));
        if let Some(meant) = meant {
            return error.hint_with(format!("did you mean {meant}?"));
        }
        if text.contains(" - ") {
            return error.hint_with("each entry of a list stands on a line of its own");
        }
        let folder = folder_of(&path);
        if host.kind(folder) == PathKind::Missing {
            return no_folder(error, folder.strip_prefix(&self.root).unwrap_or(folder));
        }
        match sight {
            Sight::Bases => error.hint_with(format!(
                "this leads out of {}, to where a folder with a kustomization can be named, and no file",
                self.shown.display()
            )),
            Sight::Files if Path::new(text).is_absolute() => error,
            Sight::Files => error
                .hint_with("paths are relative to the folder of the kustomization that names them"),
        }
    }

    /// What may be told of the names beside the path that an entry leads to: only what it could lead to.
    ///
    /// # Errors
    /// It could lead to nothing there.
    fn sight(
        &self,
        host: &dyn Host,
        path: &Path,
        entry: &Text,
        wanted: Wanted,
    ) -> Result<Sight, Error> {
        // A link may lead out as well, and the folder need not be there.
        let above = path.ancestors().skip(1).find_map(|above| host.canonicalize(above).ok());
        let above = above.unwrap_or_default();
        if self.may_read_below(&above) {
            return Ok(Sight::Files);
        }
        if wanted == Wanted::File || Path::new(&*entry.text).is_absolute() {
            return Err(self.outside(path, entry));
        }
        self.refuse_to_leave_repository(&above, entry.place)?;
        Ok(Sight::Bases)
    }
}

fn not_found(text: &str) -> Error {
    Error::new(Code::NOT_FOUND, format!("{text} is neither a file, a folder nor a URL"))
}

fn no_folder(error: Error, folder: &Path) -> Error {
    error.hint_with(format!("the folder {} is not there either", folder.display()))
}

/// The name beside a path that was most likely meant, as `text` would have it.
fn misspelt(host: &dyn Host, sight: Sight, path: &Path, text: &str) -> Option<String> {
    let names = neighbours(host, path);
    let near = nearest(&path.file_name()?.to_string_lossy(), names.iter().map(String::as_str))?;
    let above = text.trim_end_matches('/').rfind('/').and_then(|slash| text.get(..=slash));
    let is_seen = match sight {
        Sight::Files => true,
        Sight::Bases => sight.shows(host, &folder_of(path).join(near)),
    };
    is_seen.then(|| format!("{}{near}", above.unwrap_or_default()))
}

/// One step up too many, or one too few.
fn others(text: &str) -> impl Iterator<Item = String> {
    [text.strip_prefix("../").map(str::to_owned), Some(format!("../{text}"))].into_iter().flatten()
}

/// The error for what is no path but the text that a file would hold.
fn inline(text: &str) -> Error {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut shown: String = first.chars().take(SHOWN).collect();
    if shown.len() < first.len() {
        shown.push('…');
    }
    let message = format!("a path is expected here, not the text that begins with \"{shown}\"");
    Error::new(Code::NOT_FOUND, message).hint_with(
        "write the text into a file and name that; only patches, generators, transformers and validators take text as it is",
    )
}

/// The error for one of several names of a file in a folder, where there is something of that name that cannot be read.
pub(super) fn unreadable_of(
    host: &dyn Host,
    root: &Path,
    shown: &Path,
    names: &[&str],
) -> Option<Error> {
    let neighbours = host.list(root);
    let error = |name: &&str| {
        let text = join(shown, name).display().to_string();
        unreadable(host, &root.join(name), &text, &neighbours)
    };
    names.iter().find_map(error)
}

/// The error for what has a name in its folder, or may have, and all the same cannot be read. None where there is nothing of
/// that name, and where there is a file or a folder.
fn unreadable(host: &dyn Host, path: &Path, text: &str, neighbours: &[String]) -> Option<Error> {
    if host.kind(path) != PathKind::Missing {
        return None;
    }
    let cause = match host.canonicalize(path) {
        Ok(_) => {
            let message = format!("{text} is neither a file nor a folder, but a pipe or a device");
            return Some(Error::new(Code::NOT_FOUND, message).hint_with(
                "a build reads files, which have an end: write into one what would come from there",
            ));
        }
        Err(error) => error,
    };
    if cause.kind() == ErrorKind::PermissionDenied {
        return Some(Error::new(Code::CANNOT_READ, format!("{text} cannot be read: {cause}")));
    }
    let name = path.file_name()?.to_str()?;
    if !neighbours.iter().any(|neighbour| neighbour == name) {
        return None;
    }
    let why = match cause.kind() {
        ErrorKind::NotFound => String::new(),
        // It leads to itself, say.
        _ => format!(": {cause}"),
    };
    Some(
        Error::new(Code::NOT_FOUND, format!("{text} is a link that leads nowhere{why}"))
            .hint_with("a link leads on from the folder that it stands in, unless it is absolute"),
    )
}

/// The names of what there is beside a path.
fn neighbours(host: &dyn Host, path: &Path) -> Vec<String> {
    if path.file_name().is_some() { host.list(folder_of(path)) } else { Vec::new() }
}

/// The folder that a path stands in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
