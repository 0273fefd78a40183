//! What is said of a path at which there is nothing to read.

use std::io::ErrorKind;
use std::path::Path;

use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind};
use crate::nearest::nearest;
use crate::path::join;

/// How many characters of a text are shown.
const SHOWN: usize = 60;

/// The error for `text`, which leads to `path`, seen from the folder of a kustomization or, where a build is to start there,
/// from the working directory, and to no file or folder there.
pub(super) fn missing(host: &dyn Host, base: Option<&Path>, path: &Path, text: &str) -> Error {
    let names = neighbours(host, path);
    if let Some(error) = unreadable(host, path, text, &names) {
        return error;
    }
    if base.is_some() && text.contains('\n') {
        return inline(text);
    }
    let error =
        Error::new(Code::NOT_FOUND, format!("{text} is neither a file, a folder nor a URL"));
    let Some(name) = path.file_name() else { return error };
    if let Some(near) = nearest(&name.to_string_lossy(), names.iter().map(String::as_str)) {
        let above = text.trim_end_matches('/').rfind('/').and_then(|slash| text.get(..=slash));
        return error.hint_with(format!("did you mean {}{near}?", above.unwrap_or_default()));
    }
    let is_start = base.is_none();
    let base = base.unwrap_or(Path::new(""));
    // One step up too many, or one too few.
    let others = [text.strip_prefix("../").map(str::to_owned), Some(format!("../{text}"))];
    let is_there = |other: &String| host.kind(&join(base, other)) != PathKind::Missing;
    if let Some(other) = others.into_iter().flatten().find(is_there) {
        return error.hint_with(format!("did you mean {other}?"));
    }
    if text.contains(" - ") && !is_start {
        return error.hint_with("each entry of a list stands on a line of its own");
    }
    let folder = folder_of(path);
    if host.kind(folder) == PathKind::Missing {
        let shown = folder.strip_prefix(base).unwrap_or(folder);
        return error.hint_with(format!("the folder {} is not there either", shown.display()));
    }
    if Path::new(text).is_absolute() {
        return error;
    }
    error.hint_with(if is_start {
        "the path that is given is relative to the working directory"
    } else {
        "paths are relative to the folder of the kustomization that names them"
    })
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
