//! Paths without a file system: cleaned, joined, shown.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

/// The path without `.`, and without `..` as far as that is possible without knowing about links.
pub(crate) fn clean(path: &Path) -> PathBuf {
    if path.to_str().is_some_and(is_clean) {
        return path.to_owned();
    }
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

/// What an entry of a kustomization names, cleaned as [`clean`] does: the reference does not look whether the folders exist
/// that a `..` leads out of. An empty entry names nothing.
pub(crate) fn clean_entry(entry: &str) -> Cow<'_, str> {
    match entry.is_empty() || is_clean(entry) {
        true => Cow::Borrowed(entry),
        false => Cow::Owned(clean(Path::new(entry)).to_string_lossy().into_owned()),
    }
}

/// True for a path that has nothing to clean up.
pub(crate) fn is_clean(path: &str) -> bool {
    let mut rest = path.strip_prefix('/').unwrap_or(path).as_bytes();
    loop {
        // What only looks like one of these at its start is a name.
        if let [] | [b'/' | b'.', ..] = rest {
            let step = rest.split(|byte| *byte == b'/').next();
            if step.is_none_or(|step| matches!(step, b"" | b"." | b"..")) {
                return false;
            }
        }
        match rest.iter().position(|byte| *byte == b'/') {
            Some(end) => rest = &rest[end + 1..],
            None => return !cfg!(windows),
        }
    }
}

/// True for `path` itself and what is below it; both are clean.
pub(crate) fn is_at_or_below(inner: &Path, path: &Path) -> bool {
    let below =
        inner.to_str().zip(path.to_str()).and_then(|(inner, path)| inner.strip_prefix(path));
    below.is_some_and(|rest| rest.starts_with('/')) || inner.starts_with(path)
}

/// `path` as seen from `base`, cleaned.
pub(crate) fn join(base: &Path, path: &str) -> PathBuf {
    clean(&base.join(path))
}

/// True for a path with a step such as `a..b`: most likely two steps that ran together.
pub(crate) fn has_ambiguous_step(path: &str) -> bool {
    path.split('/').any(|step| !matches!(step, "" | "." | "..") && step.contains(".."))
}

/// The URL without the password that it may hold, for messages.
pub(crate) fn without_password(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    let Some(at) = url[start..end].rfind('@') else { return url.to_owned() };
    match url[start..start + at].find(':') {
        Some(colon) => format!("{}***{}", &url[..=start + colon], &url[start + at..]),
        None => url.to_owned(),
    }
}

/// A line of a file with stars for the letters of passwords in the URLs that it holds.
pub(crate) fn hide_passwords(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(before);
        let end = after.find(|letter: char| letter.is_whitespace() || "/?#'\"".contains(letter));
        let (authority, more) = after.split_at(end.unwrap_or(after.len()));
        let user = authority.rfind('@').and_then(|at| authority.get(..at)).unwrap_or_default();
        let name = user.find(':').map_or(user, |colon| user.get(..=colon).unwrap_or_default());
        shown.push_str(name);
        shown.extend(user.chars().skip(name.chars().count()).map(|_| '*'));
        shown.push_str(authority.get(user.len()..).unwrap_or_default());
        rest = more;
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden_in_lines() {
        let line = "- 'https://me:se\u{e9}ret@host/a?b=://c:d@e' # http://f@g ssh://h:i";
        let shown = "- 'https://me:******@host/a?b=://c:*@e' # http://f@g ssh://h:i";
        assert_eq!(hide_passwords(line), shown);
        assert_eq!(hide_passwords("://:@ plain"), "://:@ plain");
    }

    #[test]
    fn paths_are_cleaned() {
        let cleaned = |path: &str| clean(Path::new(path)).display().to_string();
        assert_eq!(cleaned("a/./b/../c"), "a/c");
        assert_eq!(cleaned("../a/.."), "..");
        assert_eq!(cleaned("/../a"), "/a");
        assert_eq!(cleaned("a/.."), ".");
        assert_eq!(cleaned("//a//b/"), "/a/b");
        assert_eq!(cleaned("/a/b.c/..d"), "/a/b.c/..d");
        assert_eq!((cleaned("/").as_str(), cleaned("").as_str()), ("/", "."));
    }

    #[test]
    fn what_only_begins_alike_is_not_below() {
        let is_below = |inner, path| is_at_or_below(Path::new(inner), Path::new(path));
        assert!(is_below("/a/b", "/a") && is_below("/a", "/a") && is_below("/a", "/"));
        assert!(!is_below("/ab", "/a") && !is_below("/a", "/a/b"));
    }
}
