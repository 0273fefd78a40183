//! The form that scalars have when they come back from JSON.

use crate::write::{holds_indicator, is_sexagesimal};
use crate::{Dialect, ScalarRef, ScalarType, is_unreadable_block, resolve};

/// True for a scalar whose type and text are those that it would have after the way through JSON and back; the style in which
/// it is written may be another. It may be false for one that has them, too.
pub fn is_json_form<'a>(scalar: impl Into<ScalarRef<'a>>) -> bool {
    let scalar = scalar.into();
    match scalar.kind {
        ScalarType::Str => !is_unreadable_block(scalar.text),
        ScalarType::Int => scalar.plain && is_short_decimal(scalar.text),
        ScalarType::Bool => scalar.plain && matches!(scalar.text, "true" | "false"),
        ScalarType::Null => scalar.plain && scalar.text == "null",
        ScalarType::Float | ScalarType::Timestamp | ScalarType::Binary => false,
    }
}

/// Any decimal number of at most six digits is its own canonical form.
pub fn is_short_decimal(text: &str) -> bool {
    match text.strip_prefix('-').unwrap_or(text).as_bytes() {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.len() < 6 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// True for a string that the reference writes without quotes when it comes back from JSON.
pub fn is_written_plainly(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts_plainly = match bytes {
        [] | [b' ', ..] => false,
        [b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>', ..] => false,
        [b'\'' | b'"' | b'%' | b'@' | b'`', ..] => false,
        [b'-' | b'?' | b':'] | [b'-' | b'?' | b':', b' ', ..] => false,
        _ => !text.starts_with("---") && !text.starts_with("..."),
    };
    starts_plainly
        && !matches!(bytes, [.., b' ' | b':' | b'\n'])
        && is_plain_throughout(text)
        && resolve(text, Dialect::Resource) == ScalarType::Str
        && resolve(text, Dialect::Config) != ScalarType::Bool
        && !is_sexagesimal(text)
}

/// True for a text without line breaks and characters that are written as escapes, and without what ends a plain scalar.
fn is_plain_throughout(text: &str) -> bool {
    // Without a way out, so that many bytes are looked at at once.
    let odd = text.bytes().fold(false, |odd, byte| odd | (byte.wrapping_sub(b' ') > b'~' - b' '));
    let is_quoted = |c: char| {
        c.is_control() || c > '\u{ffff}' || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
    };
    !(holds_indicator(text.as_bytes()) || odd && text.contains(is_quoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles() {
        for text in ["abc", "a:b", "-a", "image:1.2", "a b"] {
            assert!(is_written_plainly(text), "{text:?}");
        }
        for text in [
            "",
            " a",
            "a: b",
            "a\u{85}",
            "a\u{2028}b",
            "\u{2029}",
            "a\u{1f600}",
            "\u{fc}\tb",
            "a\u{7f}",
            "- a",
            "12",
            "yes",
            "1:30",
            "a\nb",
            "*a",
            "true",
            "a #b",
            "a:",
        ] {
            assert!(!is_written_plainly(text), "{text:?}");
        }
    }
}
