//! Paths without a file system: cleaned, joined, shown.

use std::path::{Component, Path, PathBuf};

/// The path without `.`, and without `..` as far as that is possible without knowing about links.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match cleaned.components().next_back() {
                Some(Component::Normal(_)) => {
                    cleaned.pop();
                }
                Some(Component::RootDir) => {}
                _ => cleaned.push(".."),
            },
            other => cleaned.push(other),
        }
    }
    if cleaned.as_os_str().is_empty() { PathBuf::from(".") } else { cleaned }
}

/// `path` as seen from `base`, cleaned.
pub(crate) fn join(base: &Path, path: &str) -> PathBuf {
    clean(&base.join(path))
}

/// True for a text that names something on another machine.
pub(crate) fn is_remote(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.contains("://")
        || lower.starts_with("git::")
        || lower.starts_with("git@")
        || lower.starts_with("github.com/")
        || lower.starts_with("github.com:")
        || lower.contains("?ref=")
        || lower.contains(".git/")
        || lower.contains("_git/")
}

/// True for a path with a step such as `a..b`: most likely two steps that ran together.
pub(crate) fn has_ambiguous_step(path: &str) -> bool {
    path.split('/').any(|step| !matches!(step, "" | "." | "..") && step.contains(".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        let cleaned = |path: &str| clean(Path::new(path)).display().to_string();
        assert_eq!(cleaned("a/./b/../c"), "a/c");
        assert_eq!(cleaned("../a/.."), "..");
        assert_eq!(cleaned("/../a"), "/a");
        assert_eq!(cleaned("a/.."), ".");
    }

    #[test]
    fn remote_paths_are_told_from_local_ones() {
        for remote in ["https://example.com/x.yaml", "git@example.com:a/b", "github.com/a/b?ref=v1", "git::file:///x"] {
            assert!(is_remote(remote), "{remote}");
        }
        for local in ["base", "../github.com.yaml", "a.git", "x/y.yaml"] {
            assert!(!is_remote(local), "{local}");
        }
    }
}
