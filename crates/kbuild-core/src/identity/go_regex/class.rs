//! Classes of characters: `[a-z]`, `[[:alpha:]]`, `\d`, `\p{Greek}`.

use std::fmt::Write as _;

use super::escape::escape;
use crate::tables::unicode::{CATEGORIES, CATEGORY_ALIASES, SCRIPTS};

/// A class that no character is in.
pub(super) const NOTHING: &str = "[a&&b]";

/// The names that may stand in `[:alpha:]`.
const NAMED: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Reads the class in brackets that the text begins with: the class, and what follows.
///
/// # Errors
/// It does not end, or something in it has no meaning.
pub(super) fn bracketed(text: &str) -> Result<(String, &str), String> {
    let inner = text.strip_prefix('[').unwrap_or(text);
    let (mut out, start) = match inner.strip_prefix('^') {
        Some(start) => ("[^".to_owned(), start),
        None => ("[".to_owned(), inner),
    };
    let empty = out.len();
    let mut rest = start;
    // A bracket that comes first does not close the class.
    while rest.len() == start.len() || !rest.starts_with(']') {
        if let Some((named, after)) = named(rest)? {
            out.push_str(named);
            rest = after;
        } else if let Some((class, after)) = escaped(rest)? {
            out.push_str(&class);
            rest = after;
        } else {
            rest = range(rest, &mut out)?;
        }
    }
    if out.len() == empty {
        out.push_str("a&&b");
    }
    out.push(']');
    Ok((out, &rest[1..]))
}

/// Reads a character or a range of them within a class.
fn range<'a>(text: &'a str, out: &mut String) -> Result<&'a str, String> {
    let (first, rest) = character(text)?;
    let (last, rest) = match rest.strip_prefix('-') {
        Some(after) if !after.is_empty() && !after.starts_with(']') => character(after)?,
        _ => (first, rest),
    };
    if last < first {
        let text = &text[..text.len() - rest.len()];
        return Err(format!("the range {text} ends before it begins"));
    }
    // Surrogates are no characters.
    for (first, last) in [(first, last.min(0xD7FF)), (first.max(0xE000), last)] {
        if first <= last {
            let _ = write!(out, "\\x{{{first:X}}}-\\x{{{last:X}}}");
        }
    }
    Ok(rest)
}

/// The code of a character within a class.
fn character(text: &str) -> Result<(u32, &str), String> {
    if text.starts_with('\\') {
        return escape(text);
    }
    let mut rest = text.chars();
    match rest.next() {
        Some(letter) => Ok((u32::from(letter), rest.as_str())),
        None => Err("[ is not closed".to_owned()),
    }
}

/// `[:alpha:]`, which stands within a class.
fn named(text: &str) -> Result<Option<(&str, &str)>, String> {
    let Some(end) = text.strip_prefix("[:").and_then(|inner| inner.find(":]")) else {
        return Ok(None);
    };
    let (class, rest) = text.split_at(end + 4);
    let name = &class[2..end + 2];
    match NAMED.contains(&name.strip_prefix('^').unwrap_or(name)) {
        true => Ok(Some((class, rest))),
        false => Err(format!("there is no class {class}")),
    }
}

/// The class that a backslash begins, in words that stand within brackets, and what follows.
///
/// # Errors
/// A class of Unicode that there is not.
pub(super) fn escaped(text: &str) -> Result<Option<(String, &str)>, String> {
    let Some(letter) = text.strip_prefix('\\').and_then(|after| after.chars().next()) else {
        return Ok(None);
    };
    let class = match letter {
        'd' => "0-9",
        'D' => "[^0-9]",
        's' => r"\t\n\f\r\x20",
        'S' => r"[^\t\n\f\r\x20]",
        'w' => "0-9A-Z_a-z",
        'W' => "[^0-9A-Z_a-z]",
        'p' | 'P' => return of_unicode(text, letter == 'P').map(Some),
        _ => return Ok(None),
    };
    Ok(Some((class.to_owned(), &text[2..])))
}

/// `\pL`, `\p{Greek}`, `\p{^Greek}`.
fn of_unicode(text: &str, is_negated: bool) -> Result<(String, &str), String> {
    let inner = &text[2..];
    let length = match inner.chars().next() {
        Some('{') => inner.find('}').map(|end| end + 1),
        other => other.map(char::len_utf8),
    };
    let Some(length) = length else { return Err(format!("{text} names no class of Unicode")) };
    let (named, rest) = inner.split_at(length);
    let name = named.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(named);
    let (name, is_negated) = match name.strip_prefix('^') {
        Some(name) => (name, !is_negated),
        None => (name, is_negated),
    };
    let not = if is_negated { "^" } else { "" };
    let plain = plain_name(name);
    let alias = CATEGORY_ALIASES.binary_search_by_key(&&*plain, |(alias, _)| alias).ok();
    let found = alias.and_then(|at| CATEGORY_ALIASES.get(at)).map_or(&*plain, |(_, name)| name);
    let class = match found {
        "Any" => format!(r"[{not}\x{{0}}-\x{{10FFFF}}]"),
        "Ascii" => format!(r"[{not}\x{{0}}-\x{{7F}}]"),
        "Assigned" => format!(r"[{not}\P{{gc=Cn}}]"),
        "Lc" | "LC" => format!(r"[{not}\p{{gc=LC}}]"),
        // Surrogates are no characters.
        "Cs" => format!("[{not}a&&b]"),
        "C" => format!(r"[{not}\p{{gc=Cc}}\p{{gc=Cf}}\p{{gc=Cn}}\p{{gc=Co}}]"),
        name if CATEGORIES.contains(&name) => format!(r"[{not}\p{{gc={name}}}]"),
        name if SCRIPTS.binary_search(&name).is_ok() => format!(r"[{not}\p{{sc={name}}}]"),
        _ => return Err(format!(r"there is no class of Unicode named {name}")),
    };
    Ok((class, rest))
}

/// The name of a class as it is looked for: blanks, hyphens and underscores left out, a capital, then small letters.
fn plain_name(name: &str) -> String {
    let letters = name.chars().filter(|letter| !matches!(letter, ' ' | '-' | '_'));
    letters
        .enumerate()
        .map(|(at, letter)| match at {
            0 => letter.to_ascii_uppercase(),
            _ => letter.to_ascii_lowercase(),
        })
        .collect()
}
