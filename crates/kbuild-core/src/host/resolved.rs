//! Paths with links resolved, whether they lead to something or not.

use std::path::{Component, Path, PathBuf};

use super::Host;

/// The path with links, `.` and `..` resolved as far as something is there; the rest is added as it is written.
pub(super) fn resolved(host: &dyn Host, path: &Path) -> PathBuf {
    if let Ok(path) = host.canonicalize(path) {
        return path;
    }
    let start = if path.is_absolute() { Path::new("/") } else { Path::new(".") };
    let mut at = host.canonicalize(start).unwrap_or_else(|_| PathBuf::from("/"));
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                at.pop();
            }
            other => {
                at.push(other);
                at = host.canonicalize(&at).unwrap_or(at);
            }
        }
    }
    at
}
