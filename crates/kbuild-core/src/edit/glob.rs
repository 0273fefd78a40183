//! File name patterns, as Go's `filepath.Match` and `filepath.Glob` understand them.

use std::collections::HashSet;
use std::path::Path;

use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind};

/// True when a path matches a pattern: `*`, `?`, `[a-z]`, `[^a]` and `\`, none of which matches a slash.
///
/// # Errors
/// The pattern is malformed.
pub fn matches_pattern(pattern: &str, path: &str) -> Result<bool, Error> {
    let path: Vec<char> = path.chars().collect();
    Ok(matches(&parsed(pattern)?, &path))
}

/// Several patterns, each parsed once.
pub(super) struct Patterns<'a> {
    /// Those that match themselves alone.
    plain: HashSet<&'a str>,
    others: Vec<Vec<char>>,
}

impl<'a> Patterns<'a> {
    /// # Errors
    /// One of them is malformed.
    pub(super) fn parse(patterns: &'a [String]) -> Result<Patterns<'a>, Error> {
        let (others, plain): (Vec<&str>, _) =
            patterns.iter().map(String::as_str).partition(|pattern| has_meta(pattern));
        let others = others.into_iter().map(parsed).collect::<Result<_, _>>()?;
        Ok(Patterns { plain: plain.into_iter().collect(), others })
    }

    /// True when a path matches one of them.
    pub(super) fn match_any(&self, path: &str) -> bool {
        self.plain.contains(path) || {
            let path: Vec<char> = path.chars().collect();
            self.others.iter().any(|pattern| matches(pattern, &path))
        }
    }
}

/// True when a pattern may match something else than itself.
fn has_meta(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '\\'])
}

fn parsed(pattern: &str) -> Result<Vec<char>, Error> {
    let pattern: Vec<char> = pattern.chars().collect();
    check(&pattern)?;
    Ok(pattern)
}

/// Matches by going back to the last `*` alone, so the cost is bounded by the product of the lengths.
fn matches(pattern: &[char], path: &[char]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if position == path.len() {
            return pattern[at..].iter().all(|letter| *letter == '*');
        }
        if pattern.get(at) == Some(&'*') {
            star = Some((at + 1, position));
            at += 1;
            continue;
        }
        if let Some(next) = one(pattern, at, path[position]) {
            at = next;
            position += 1;
            continue;
        }
        match star {
            Some((after, from)) if path[from] != '/' => {
                star = Some((after, from + 1));
                at = after;
                position = from + 1;
            }
            _ => return false,
        }
    }
}

/// The place in the pattern after the piece at `at`, if that piece matches `letter`.
fn one(pattern: &[char], at: usize, letter: char) -> Option<usize> {
    match *pattern.get(at)? {
        '?' => (letter != '/').then_some(at + 1),
        '\\' => (*pattern.get(at + 1)? == letter).then_some(at + 2),
        '[' => {
            let mut index = at + 1;
            let negated = pattern.get(index) == Some(&'^');
            index += usize::from(negated);
            let mut found = false;
            while *pattern.get(index)? != ']' {
                let (low, next) = class_letter(pattern, index)?;
                let (high, next) = if pattern.get(next) == Some(&'-') {
                    class_letter(pattern, next + 1)?
                } else {
                    (low, next)
                };
                found |= (low..=high).contains(&letter);
                index = next;
            }
            (found != negated && letter != '/').then_some(index + 1)
        }
        wanted => (wanted == letter).then_some(at + 1),
    }
}

fn class_letter(pattern: &[char], index: usize) -> Option<(char, usize)> {
    match *pattern.get(index)? {
        '\\' => Some((*pattern.get(index + 1)?, index + 2)),
        letter => Some((letter, index + 1)),
    }
}

fn check(pattern: &[char]) -> Result<(), Error> {
    let mut index = 0;
    while let Some(letter) = pattern.get(index) {
        index += match letter {
            '\\' if index + 1 == pattern.len() => return Err(malformed(pattern)),
            '\\' => 2,
            '[' => {
                let mut end = index + 1 + usize::from(pattern.get(index + 1) == Some(&'^'));
                let start = end;
                while pattern.get(end).is_some_and(|letter| *letter != ']') {
                    end += if pattern[end] == '\\' { 2 } else { 1 };
                }
                if end >= pattern.len() || end == start {
                    return Err(malformed(pattern));
                }
                end + 1 - index
            }
            _ => 1,
        };
    }
    Ok(())
}

fn malformed(pattern: &[char]) -> Error {
    Error::new(
        Code::BAD_ARGUMENT,
        format!("the pattern \"{}\" is malformed", pattern.iter().collect::<String>()),
    )
}

/// The paths below `directory` that match a pattern, relative to it and sorted; hidden ones only where the pattern names
/// a hidden one.
///
/// # Errors
/// The pattern is malformed.
pub fn expand(host: &dyn Host, directory: &Path, pattern: &str) -> Result<Vec<String>, Error> {
    parsed(pattern)?;
    let mut found = expand_all(host, directory, pattern)?;
    let is_hidden = |path: &str| {
        path.rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with('.') && name != "." && name != "..")
    };
    if !is_hidden(pattern) {
        found.retain(|path| !is_hidden(path));
    }
    Ok(found)
}

fn expand_all(host: &dyn Host, directory: &Path, pattern: &str) -> Result<Vec<String>, Error> {
    if !has_meta(pattern) {
        let there = host.kind(&directory.join(pattern)) != PathKind::Missing;
        return Ok(if there { vec![pattern.to_owned()] } else { Vec::new() });
    }
    let (folder, name) = pattern.rsplit_once('/').map_or(("", pattern), |(folder, name)| {
        (if folder.is_empty() { "/" } else { folder }, name)
    });
    let folders = if folder.is_empty() {
        vec![String::new()]
    } else if has_meta(folder) {
        expand_all(host, directory, folder)?
    } else {
        vec![folder.to_owned()]
    };
    let mut found = Vec::new();
    for folder in folders {
        let place = if folder.is_empty() { directory.to_owned() } else { directory.join(&folder) };
        let place = if place.as_os_str().is_empty() { Path::new(".") } else { place.as_path() };
        for entry in host.list(place) {
            if matches_pattern(name, &entry)? {
                found.push(clean(&folder, &entry));
            }
        }
    }
    Ok(found)
}

fn clean(folder: &str, name: &str) -> String {
    let mut folder = folder;
    while let Some(rest) = folder.strip_prefix("./") {
        folder = rest;
    }
    match folder.trim_end_matches('/') {
        "" if folder.starts_with('/') => format!("/{name}"),
        "" | "." => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

/// The files and directories that arguments name: patterns are expanded, and what is not below `directory` must be
/// something that can be fetched.
///
/// # Errors
/// A pattern is malformed, or matches nothing.
pub fn find(host: &dyn Host, directory: &Path, arguments: &[String]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for argument in arguments {
        let files = expand(host, directory, argument)?;
        if !files.is_empty() {
            found.extend(files);
        } else if looks_remote(argument) {
            found.push(argument.clone());
        } else {
            return Err(Error::new(Code::NO_MATCH, format!("{argument} has no match"))
                .hint_with("it is neither a file nor a directory nor a URL"));
        }
    }
    Ok(found)
}

fn looks_remote(argument: &str) -> bool {
    argument.contains("://")
        || argument.contains("?ref=")
        || argument.contains(".git/")
        || argument.ends_with(".git")
        || ["git::", "git@", "github.com/", "github.com:", "gh:"]
            .iter()
            .any(|start| argument.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_go() {
        let cases = [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "a", true),
            ("a*", "ab/c", false),
            ("a*/b", "abc/b", true),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", true),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[e-g]", "abc", false),
            ("ab[^c]", "abc", false),
            ("ab[^e-g]", "abc", true),
            ("a\\*b", "a*b", true),
            ("a?b", "a/b", false),
            ("a[^a]b", "a☺b", true),
            ("*x", "xxx", true),
            ("*.yaml", "a.yml", false),
            ("a*/b", "a/c/b", false),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(matches_pattern(pattern, path).unwrap(), expected, "{pattern} {path}");
        }
        for pattern in ["[", "[a", "[]a", "a\\", "[^"] {
            assert!(matches_pattern(pattern, "a").is_err(), "{pattern}");
        }
    }
}
