//! What the characters of a text allow for when it is printed.

use std::borrow::Cow;

use crate::canonical::{is_canonical_int, refused};
use crate::find::{is_without_blanks, line_feed, one_of_two};
use crate::resolve::is_certainly_text_as_it_is;
use crate::{Dialect, Place, ScalarType, WriteError, resolve};

/// A key with more bytes than these is written with a `?`.
pub(crate) const LONGEST_SIMPLE_KEY: usize = 128;
/// A key whose JSON form has more characters than these cannot be read back.
pub(super) const LONGEST_JSON_KEY: usize = 1024;

/// What the characters of a text allow for.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// It holds a line break of any kind.
    pub(super) multiline: bool,
    pub(super) plain: bool,
    pub(super) single_quoted: bool,
    pub(super) block: bool,
    /// Only ASCII and, for a break, only `\n`.
    pub(super) simple: bool,
}

/// True for a text of ASCII without control characters other than `\n`.
pub(super) fn is_usual(text: &str) -> bool {
    // Without a way out, so that many bytes are looked at at once.
    !text.bytes().fold(false, |found, byte| {
        found | ((byte.wrapping_sub(b' ') > b'~' - b' ') & (byte != b'\n'))
    })
}

/// True for a text that is printed as it is wherever it stands, as most are: ASCII without blanks that starts with a letter,
/// a slash, a digit or some other sign, and that no reader of YAML takes for anything but text.
pub(crate) fn is_word(text: &str) -> bool {
    is_word_of_ascii(text) && is_without_blanks(text.as_bytes())
}

/// The same, for a text that certainly holds neither blanks nor anything but ASCII.
#[inline]
pub(crate) fn is_word_of_ascii(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.first() {
        _ if bytes.last() == Some(&b':') => false,
        _ if is_certainly_text_as_it_is(bytes) => true,
        Some(b'a'..=b'z' | b'A'..=b'Z' | b'/') => resolve(text, Dialect::Config) == ScalarType::Str,
        // Arguments of programs, as there are many.
        Some(b'-') if bytes.starts_with(b"--") => bytes.get(2) != Some(&b'-'),
        Some(b'0'..=b'9' | b'-' | b'.' | b'$' | b'_' | b'(') => is_unusual_word(text),
        _ => false,
    }
}

/// The same for one that may be a number, a date or an indicator.
#[inline(never)]
fn is_unusual_word(text: &str) -> bool {
    let is_text = |dialect| resolve(text, dialect) == ScalarType::Str;
    text != "-"
        && !text.starts_with("---")
        && !text.starts_with("...")
        && is_text(Dialect::Config)
        && is_text(Dialect::Resource)
        && !is_sexagesimal(text)
}

/// True for a key that is printed as its text is. It may be false for others, too.
pub(crate) fn is_key_printed_as_it_is(text: &str) -> bool {
    text.len() <= LONGEST_SIMPLE_KEY && is_word(text)
}

/// True for a scalar that is printed as its text is, wherever it stands. It may be false for others, too.
#[inline]
pub(crate) fn is_printed_as_it_is(text: &str, kind: ScalarType) -> bool {
    match kind {
        ScalarType::Str => is_word(text),
        ScalarType::Int => is_canonical_int(text),
        ScalarType::Bool => matches!(text, "true" | "false"),
        ScalarType::Null => text == "null",
        ScalarType::Float | ScalarType::Timestamp | ScalarType::Binary => false,
    }
}

/// The type that a text has when it is written without quotes in a resource, and whether it is [printed as it
/// is](is_printed_as_it_is) then.
#[inline]
pub(crate) fn plain_scalar_of(text: &str) -> (ScalarType, bool) {
    let bytes = text.as_bytes();
    // Nothing else has to be looked at for most.
    let is_usual = is_certainly_text_as_it_is(bytes)
        && bytes.last() != Some(&b':')
        && is_without_blanks(bytes);
    if is_usual {
        return (ScalarType::Str, true);
    }
    let kind = resolve(text, Dialect::Resource);
    (kind, is_printed_as_it_is(text, kind))
}

/// Looks at the characters of `text`, and returns what the reference's own reader makes of it on the way from JSON to YAML.
///
/// A next-line character (U+0085) is folded into a space there; control characters beyond ASCII are refused.
pub(super) fn look_at<'a>(
    text: Cow<'a, str>,
    place: Place,
) -> Result<(Cow<'a, str>, Look), WriteError> {
    if is_usual(&text) {
        let look = look_at_bytes(text.as_bytes());
        return Ok((text, look));
    }
    let text = match reread(&text, place)? {
        Some(folded) => Cow::Owned(folded),
        None => text,
    };
    let look = look_at_characters(&text);
    Ok((text, look))
}

/// The same for a key, which can hold no next-line character and not be longer than a reader allows.
pub(super) fn look_at_key<'a>(
    text: Cow<'a, str>,
    place: Place,
) -> Result<(Cow<'a, str>, Look), WriteError> {
    if text.len() > LONGEST_JSON_KEY / 6 {
        let mut json = String::new();
        crate::json::push_string(&text, &mut json);
        if json.chars().count() > LONGEST_JSON_KEY {
            return Err(refused(
                "a key of more than 1022 characters cannot be written".into(),
                place,
            ));
        }
    }
    let length = text.len();
    let (text, look) = look_at(text, place)?;
    // Folding makes a text shorter.
    if text.len() != length {
        return Err(refused(
            "a key with a next-line character (U+0085) cannot be written".into(),
            place,
        ));
    }
    Ok((text, look))
}

/// What a text of ASCII without control characters other than `\n` allows for.
fn look_at_bytes(bytes: &[u8]) -> Look {
    let multiline = line_feed(bytes).is_some();
    let trailing = bytes.last() == Some(&b' ');
    let (mut single_quoted, mut block) = (true, !trailing);
    if multiline {
        let space_before_break = holds_pair(bytes, b' ', b'\n');
        single_quoted = !space_before_break && !holds_pair(bytes, b'\n', b' ');
        block &= !space_before_break;
    }
    let edges = trailing || bytes.first() == Some(&b' ');
    let plain = !multiline && !edges && !starts_with_indicator(bytes) && !holds_indicator(bytes);
    Look { multiline, plain, single_quoted, block, simple: true }
}

/// True where `second` directly follows `first`.
fn holds_pair(bytes: &[u8], first: u8, second: u8) -> bool {
    bytes
        .iter()
        .zip(bytes.iter().skip(1))
        .fold(false, |any, (&left, &right)| any | ((left == first) & (right == second)))
}

/// The same for a text with characters beyond ASCII, tabs or control characters.
fn look_at_characters(text: &str) -> Look {
    let bytes = text.as_bytes();
    let (mut multiline, mut special, mut break_space, mut space_break) =
        (false, false, false, false);
    let (mut previous_space, mut previous_break) = (false, false);
    for character in text.chars() {
        special |= !is_printable(character);
        let (space, breaks) = (character == ' ', is_break(character));
        break_space |= space && previous_break;
        space_break |= breaks && previous_space;
        multiline |= breaks;
        (previous_space, previous_break) = (space, breaks);
    }
    let trailing_space = previous_space;
    let edges = trailing_space || text.starts_with(' ');
    let single_quoted = !break_space && !space_break && !special;
    let block = !trailing_space && !space_break && !special;
    let plain = single_quoted
        && !multiline
        && !edges
        && !starts_with_indicator(bytes)
        && !holds_indicator(bytes);
    Look { multiline, plain, single_quoted, block, simple: false }
}

fn starts_with_indicator(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"---") || bytes.starts_with(b"...") {
        return true;
    }
    match bytes.first() {
        Some(
            b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
            | b'"' | b'%' | b'@' | b'`',
        ) => true,
        Some(b'?' | b':' | b'-') => matches!(bytes.get(1), None | Some(b' ' | b'\t')),
        _ => false,
    }
}

/// True where a colon stands before a blank or a hash behind one.
pub(crate) fn holds_indicator(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut before = b'x';
    while let Some(at) = one_of_two([b':', b'#'], rest) {
        let found = match rest[at] {
            b':' => matches!(rest.get(at + 1), None | Some(b' ' | b'\t')),
            _ => {
                let before = if at > 0 { rest[at - 1] } else { before };
                matches!(before, b' ' | b'\t' | b'\r' | b'\n' | 0)
            }
        };
        if found {
            return true;
        }
        before = rest[at];
        rest = &rest[at + 1..];
    }
    false
}

/// Line breaks as YAML 1.1 has them.
pub(crate) fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// True for a character that YAML is printed with as it is. A tab is none, nor is what lies beyond the first 65,536 characters.
pub fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}')
}

/// True when `text`, written plain, is read as text by readers of YAML 1.1 as well.
pub(super) fn stays_text(text: &str) -> bool {
    resolve(text, Dialect::Config) == ScalarType::Str && !is_sexagesimal(text)
}

/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`, a number to some readers of YAML 1.1.
pub(crate) fn is_sexagesimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    let mut parts = digits.split(':');
    let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if !parts.next().is_some_and(digits_only) {
        return false;
    }
    let sixtieths =
        |part: &str| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    let mut parts = parts.peekable();
    let mut any = false;
    while let Some(part) = parts.next() {
        let part = match part.split_once('.') {
            Some((part, fraction)) if parts.peek().is_none() && digits_only(fraction) => part,
            _ => part,
        };
        if !sixtieths(part) {
            return false;
        }
        any = true;
    }
    any
}

/// What next-line characters in `text` are folded into; none where there are none.
fn reread(text: &str, place: Place) -> Result<Option<String>, WriteError> {
    let refusal = text.chars().find(|character| {
        matches!(character, '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
    });
    if let Some(character) = refusal {
        return Err(refused(
            format!("the control character U+{:04X} cannot be written", u32::from(character)),
            place,
        ));
    }
    if !text.contains('\u{85}') {
        return Ok(None);
    }
    let folded = fold_next_lines(text);
    folded.map(Some).ok_or_else(|| {
        refused(
            "a document marker behind a next-line character (U+0085) cannot be written".into(),
            place,
        )
    })
}

/// Folds next-line characters: a single one is a space, each further one a newline; spaces around them vanish.
fn fold_next_lines(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{85}') {
        folded.push_str(rest[..at].trim_end_matches(' '));
        let behind = rest[at..].trim_start_matches(['\u{85}', ' ']);
        let blanks = &rest[at..rest.len() - behind.len()];
        let breaks = blanks.chars().filter(|&blank| blank == '\u{85}').count();
        match breaks {
            1 => folded.push(' '),
            _ => folded.extend(std::iter::repeat_n('\n', breaks - 1)),
        }
        let marker = behind.starts_with("---") || behind.starts_with("...");
        if marker && blanks.ends_with('\u{85}') && behind[3..].starts_with([' ', '\u{85}']) {
            return None;
        }
        rest = behind;
    }
    folded.push_str(rest);
    Some(folded)
}

#[cfg(test)]
mod tests {
    use super::super::{Printer, Writer};
    use super::*;
    use crate::Tree;

    /// Texts of up to three of these, and some more.
    fn texts() -> impl Iterator<Item = String> {
        const SIGNS: &str = "019-._$(/aexonY~=<:#+,]{'\"%@`&*!|>?";
        const MORE: [&str; 6] =
            ["12:30:45", "2020-01-01", "0b101", "1_000.5", "-.inf", "0.0.0.0:80"];
        let signs = || SIGNS.chars();
        let longer = |texts: Vec<String>| -> Vec<String> {
            texts.iter().flat_map(|text| signs().map(move |sign| format!("{text}{sign}"))).collect()
        };
        let one: Vec<String> = signs().map(String::from).collect();
        let two = longer(one.clone());
        let three = longer(two.clone());
        let more = MORE.iter().map(|text| (*text).to_owned());
        one.into_iter().chain(two).chain(three).chain(more)
    }

    #[test]
    fn words_are_printed_as_any_other_text_would_be() {
        let mut words = 0;
        for word in texts().filter(|text| is_word(text)) {
            words += 1;
            let mut out = Printer::default();
            let (text, look) = look_at(word.as_str().into(), Place::default()).unwrap();
            let tree = Tree::default();
            Writer::new(&mut out, &tree, None).text(&text, look, Some(2));
            assert_eq!(out.into_text(), word);
            assert!(crate::is_written_plainly(&word), "{word}");
            assert!(!crate::is_yaml_1_1_non_string(&word), "{word}");
        }
        assert!(words > 10_000, "{words}");
    }
}
