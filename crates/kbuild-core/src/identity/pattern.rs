//! Names that may be regular expressions.

use regex::{Regex, RegexBuilder};

use super::go_regex::translate;

/// A pattern of a selector. Most are plain names, which need no regular expression.
#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    /// Not given: matches everything.
    Any,
    /// A name without anything that a regular expression would read as more.
    Exact(String),
    /// A regular expression as it is written, and anchored.
    Regex(String, Regex),
}

impl Pattern {
    /// Reads a pattern as the reference does: empty matches all, anything else must match from end to end.
    ///
    /// # Errors
    /// What is wrong with the regular expression.
    pub(crate) fn new(text: &str) -> Result<Pattern, String> {
        if text.is_empty() {
            return Ok(Pattern::Any);
        }
        if is_plain(text) {
            return Ok(Pattern::Exact(text.to_owned()));
        }
        let regex = compile(&format!("^(?:{text})$"))?;
        Ok(Pattern::Regex(text.to_owned(), regex))
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Exact(name) => name == text,
            Pattern::Regex(_, regex) => regex.is_match(text),
        }
    }

    /// The pattern as it is written, unless it matches everything.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Pattern::Any => None,
            Pattern::Exact(name) => Some(name),
            Pattern::Regex(text, _) => Some(text),
        }
    }

    /// The text of a regular expression that could be a plain name: nothing but dots means more than itself.
    pub(crate) fn could_be_name(&self) -> Option<&str> {
        let Pattern::Regex(text, _) = self else { return None };
        Some(&**text).filter(|text| is_plain(&text.replace('.', "")))
    }

    pub(crate) fn is_any(&self) -> bool {
        matches!(self, Pattern::Any)
    }

    /// The one name that matches, if the pattern is plain.
    pub(crate) fn exact(&self) -> Option<&str> {
        match self {
            Pattern::Exact(name) => Some(name),
            _ => None,
        }
    }
}

/// True for text that no regular expression engine reads as anything but itself.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b':' | b' ')
    })
}

/// Parts of a regular expression may stand within each other this deep, those included that the translation adds.
const DEEPEST: u32 = 4000;

/// Compiles a regular expression of the reference, to ask whether a text matches; the error is one line.
pub(crate) fn compile(text: &str) -> Result<Regex, String> {
    let text = translate(text)?;
    RegexBuilder::new(&text).nest_limit(DEEPEST).build().map_err(|error| {
        let text = error.to_string();
        text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_from_end_to_end() {
        let matches = |pattern: &str, text: &str| Pattern::new(pattern).unwrap().matches(text);
        assert!(matches("", "anything"));
        assert!(matches("web", "web"));
        assert!(!matches("web", "web-2"));
        assert!(matches("web.*", "web-2"));
        assert!(matches("a|b", "b"));
        assert!(!matches("a|b", "ab"));
        assert!(Pattern::new("a(").is_err());
    }
}
