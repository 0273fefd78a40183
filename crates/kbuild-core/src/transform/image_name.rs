//! Image references: name, tag and digest.

use std::collections::HashMap;

use regex::Regex;

use crate::identity::pattern::compile;

/// What follows the name of an image.
const TAIL: &str = "(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$";

/// Matches images by the name in an entry of `images`, which is a regular expression in the reference.
#[derive(Clone, Debug)]
pub(super) enum NameMatcher {
    /// A name in which only dots mean more than themselves.
    Name(String),
    Regex(Box<Regex>),
    /// A regular expression that cannot be read matches nothing.
    Nothing,
}

impl NameMatcher {
    pub(super) fn new(name: &str) -> NameMatcher {
        if name.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/' | b':' | b'@')
        }) {
            return NameMatcher::Name(name.to_owned());
        }
        match compile(&format!("^{name}{TAIL}")) {
            Ok(regex) => NameMatcher::Regex(Box::new(regex)),
            Err(_) => NameMatcher::Nothing,
        }
    }

    /// True for what could be a plain name.
    pub(super) fn is_name(&self) -> bool {
        matches!(self, NameMatcher::Name(_))
    }

    /// True when `image` has this name, with or without tag and digest.
    pub(super) fn matches(&self, image: &str) -> bool {
        match self {
            NameMatcher::Name(name) => after_name(name, image).is_some_and(is_tail),
            NameMatcher::Regex(regex) => regex.is_match(image),
            NameMatcher::Nothing => false,
        }
    }
}

/// Finds the matchers that may match an image by what stands behind the last slash of its name.
#[derive(Debug, Default)]
pub(super) struct ByLastPart {
    named: HashMap<String, Vec<usize>, foldhash::fast::RandomState>,
    /// Those that may match whatever the last part is.
    others: Vec<usize>,
}

impl ByLastPart {
    pub(super) fn new<'a>(matchers: impl Iterator<Item = &'a NameMatcher>) -> ByLastPart {
        let mut index = ByLastPart::default();
        for (number, matcher) in matchers.enumerate() {
            let part = match matcher {
                NameMatcher::Name(name) => last_part(name),
                NameMatcher::Regex(_) | NameMatcher::Nothing => ".",
            };
            // A dot stands for any character, and a colon may be the end of the name or a part of it.
            if part.contains(['.', ':', '@']) {
                index.others.push(number);
            } else {
                index.named.entry(part.to_owned()).or_default().push(number);
            }
        }
        index
    }

    /// The number, `from` or above, of the first that may match `image`.
    pub(super) fn candidate(&self, image: &str, from: usize) -> Option<usize> {
        let first = |numbers: &[usize]| {
            numbers.get(numbers.partition_point(|&number| number < from)).copied()
        };
        // Neither a tag nor a digest holds a slash.
        let part = last_part(image);
        let part = &part[..part.find([':', '@']).unwrap_or(part.len())];
        let named = self.named.get(part).and_then(|numbers| first(numbers));
        named.into_iter().chain(first(&self.others)).min()
    }
}

fn last_part(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, part)| part)
}

/// What follows `name` in `image`; a dot stands for any character.
fn after_name<'a>(name: &str, image: &'a str) -> Option<&'a str> {
    // Most images differ from a name in the first letter.
    if let (Some(wanted), Some(have)) = (name.as_bytes().first(), image.as_bytes().first())
        && !matches!(wanted, b'.' if *have != b'\n')
        && wanted != have
    {
        return None;
    }
    if let Some(rest) = image.strip_prefix(name) {
        return Some(rest);
    }
    let mut rest = image.chars();
    for wanted in name.chars() {
        let have = rest.next()?;
        let fits = if wanted == '.' { have != '\n' } else { have == wanted };
        if !fits {
            return None;
        }
    }
    Some(rest.as_str())
}

fn is_tail(text: &str) -> bool {
    let is_word = |text: &str| {
        text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'{' | b'}' | b'-')
        })
    };
    let digest = match text.strip_prefix(':') {
        // Most have a tag alone.
        Some(tagged) if is_word(tagged) => return true,
        Some(tagged) => match tagged.split_once('@') {
            Some((tag, digest)) if is_word(tag) => digest,
            _ => return false,
        },
        None if text.is_empty() => return true,
        None => match text.strip_prefix('@') {
            Some(digest) => digest,
            None => return false,
        },
    };
    let Some((algorithm, hash)) = digest.split_once(':') else { return false };
    let is_algorithm = algorithm
        .split(['.', '+', '_', '-'])
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    is_algorithm && is_word(hash)
}

/// An image reference taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ImageName<'a> {
    pub(super) name: &'a str,
    pub(super) tag: &'a str,
    pub(super) digest: &'a str,
}

impl<'a> ImageName<'a> {
    /// Takes a reference apart. A colon before the first slash belongs to the name: it is the registry's port.
    pub(super) fn new(image: &'a str) -> ImageName<'a> {
        let bytes = image.as_bytes();
        let find = |from: usize, mark: u8| {
            let found = bytes.get(from..)?.iter().position(|byte| *byte == mark);
            found.map(|index| index + from)
        };
        let search_from = find(1, b'/').filter(|_| bytes.first() != Some(&b'/')).unwrap_or(0);
        let (before_digest, digest) = match find(search_from, b'@') {
            Some(at) => (&image[..at], &image[at + 1..]),
            None => (image, ""),
        };
        match find(search_from, b':').filter(|colon| *colon < before_digest.len()) {
            Some(colon) => {
                ImageName { name: &image[..colon], tag: &before_digest[colon + 1..], digest }
            }
            None => ImageName { name: before_digest, tag: "", digest },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_come_apart() {
        let parts = |image| {
            let ImageName { name, tag, digest } = ImageName::new(image);
            (name, tag, digest)
        };
        assert_eq!(parts("nginx"), ("nginx", "", ""));
        assert_eq!(parts("nginx:1.2"), ("nginx", "1.2", ""));
        assert_eq!(parts("host:5000/a/b:1"), ("host:5000/a/b", "1", ""));
        assert_eq!(parts("host:5000/a/b"), ("host:5000/a/b", "", ""));
        assert_eq!(parts("a/b@sha256:12"), ("a/b", "", "sha256:12"));
        assert_eq!(parts("a/b:1@sha256:12"), ("a/b", "1", "sha256:12"));
    }

    #[test]
    fn an_index_finds_all_that_match() {
        let names = [
            "nginx",
            "a.b/c",
            "host:5000/x",
            "x",
            "c",
            "registry/team/app",
            "app",
            "app:1",
            "a/*pp",
            "re.dis",
            "c@x",
        ];
        let matchers: Vec<NameMatcher> = names.map(NameMatcher::new).into();
        let index = ByLastPart::new(matchers.iter());
        for image in [
            "nginx",
            "nginx:1",
            "a.b/c:1",
            "a/b/c@sha256:aa",
            "host:5000/x:{v}",
            "x",
            "registry/team/app:1@s:2",
            "app:1",
            "app:1:2",
            "a/app",
            "redis",
            "re/dis",
            "re:dis:1",
            "c@x:1",
            "",
            ":",
            "/",
            "other",
        ] {
            let mut found = Vec::new();
            let mut from = 0;
            while let Some(number) = index.candidate(image, from) {
                found.push(number);
                from = number + 1;
            }
            if image == "other" {
                let others: Vec<&str> = found.iter().map(|number| names[*number]).collect();
                assert_eq!(others, ["app:1", "a/*pp", "re.dis", "c@x"]);
            }
            for (number, matcher) in matchers.iter().enumerate() {
                assert!(
                    !matcher.matches(image) || found.contains(&number),
                    "{} {image}",
                    names[number]
                );
            }
        }
    }

    #[test]
    fn names_match_as_their_regular_expression_does() {
        for name in ["nginx", "a.b/c", "host:5000/x"] {
            let by_hand = NameMatcher::new(name);
            let by_regex = Regex::new(&format!("^{name}{TAIL}")).unwrap();
            for image in [
                "nginx",
                "nginx:",
                "nginx:1",
                "nginx@sha256:aa",
                "nginx:1@sha256:aa",
                "nginx@",
                "nginx@x",
                "nginx:1 ",
                "a.b/c",
                "axb/c:1",
                "host:5000/x:{v}",
                "nginx-2",
                "nginx:a/b",
                "nginx@a..b:c",
                "nginx@a.b:c",
                "nginx:1@",
            ] {
                assert_eq!(by_hand.matches(image), by_regex.is_match(image), "{name} {image}");
            }
        }
    }
}
