//! What a resource looks like after a JSON patch: the reference takes it through JSON and back.
//!
//! Numbers become 64-bit floating point numbers in Go's shortest form, dates become text, nulls are spelled out, and
//! strings lose the style in which they were written.

use kbuild_yaml::{
    Dialect, EcoString, Node, Scalar, ScalarType, Value, is_unreadable_block, resolve, write_json,
};

use super::PatchError;
use crate::code::Code;

/// Gives every value of a resource the form that it has after JSON.
pub(super) fn normalize(node: &mut Node) -> Result<(), PatchError> {
    match &mut node.value {
        Value::Mapping(mapping) => {
            mapping.iter_mut().try_for_each(|entry| normalize(&mut entry.value))
        }
        Value::Sequence(items) => items.iter_mut().try_for_each(normalize),
        Value::Scalar(scalar) => {
            if scalar.kind == ScalarType::Str {
                scalar.plain = is_written_plainly(&scalar.text);
                if is_unreadable_block(&scalar.text) {
                    let message =
                        "a text of several lines starts with a tab, which no block of YAML can";
                    return Err(PatchError::new(Code::NOT_WRITABLE, message, node.place));
                }
                return Ok(());
            }
            if scalar.kind == ScalarType::Int && is_short_decimal(&scalar.text) {
                scalar.plain = true;
                return Ok(());
            }
            to_json(node)?;
            if let Value::Scalar(scalar) = &mut node.value {
                round(scalar);
            }
            Ok(())
        }
    }
}

/// Gives the scalars in a value of a patch the form that they have in JSON: canonical numbers, dates as text.
pub(super) fn to_json(node: &mut Node) -> Result<(), PatchError> {
    let text = match &mut node.value {
        Value::Mapping(mapping) => {
            for entry in mapping.iter_mut() {
                entry.key.set_kind(ScalarType::Str);
                to_json(&mut entry.value)?;
            }
            return Ok(());
        }
        Value::Sequence(items) => return items.iter_mut().try_for_each(to_json),
        Value::Scalar(scalar) => match scalar.kind {
            ScalarType::Str | ScalarType::Binary => return Ok(()),
            ScalarType::Int if is_short_decimal(&scalar.text) => return Ok(()),
            ScalarType::Null => {
                scalar.text = "null".into();
                scalar.plain = true;
                return Ok(());
            }
            ScalarType::Bool => {
                let yes = matches!(
                    scalar.text.as_bytes(),
                    [b't' | b'T' | b'y' | b'Y', ..] | [b'o' | b'O', b'n' | b'N']
                );
                scalar.text = if yes { "true".into() } else { "false".into() };
                scalar.plain = true;
                return Ok(());
            }
            ScalarType::Int | ScalarType::Float | ScalarType::Timestamp => json_text(node)?,
        },
    };
    if let Value::Scalar(scalar) = &mut node.value {
        *scalar = match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(date) => Scalar::string(date),
            None => Scalar::from_plain(text),
        };
    }
    Ok(())
}

/// True when two values are the same JSON.
pub(super) fn same_json(one: &Node, two: &Node) -> bool {
    match (&one.value, &two.value) {
        (Value::Mapping(a), Value::Mapping(b)) => {
            a.len() == b.len()
                && a.iter().all(|entry| {
                    b.get(&entry.key.text).is_some_and(|value| same_json(&entry.value, value))
                })
        }
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b))
        }
        (Value::Scalar(a), Value::Scalar(b)) => {
            (a.kind == b.kind && a.text == b.text)
                || matches!((json_text(one), json_text(two)), (Ok(a), Ok(b)) if a == b)
        }
        _ => false,
    }
}

fn json_text(node: &Node) -> Result<String, PatchError> {
    let mut text = String::new();
    match write_json(node, &mut text) {
        Ok(()) => Ok(text.trim_end().to_owned()),
        Err(error) => Err(PatchError::new(Code::NOT_WRITABLE, error.message, error.place)),
    }
}

/// Any decimal number of at most six digits is its own canonical form.
fn is_short_decimal(text: &str) -> bool {
    match text.strip_prefix('-').unwrap_or(text).as_bytes() {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', rest @ ..] => rest.len() < 6 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Rounds a number as 64-bit floating point does, and writes it as Go does.
fn round(scalar: &mut Scalar) {
    if matches!(scalar.kind, ScalarType::Int | ScalarType::Float)
        && let Ok(value) = scalar.text.parse::<f64>()
    {
        *scalar = Scalar::from_plain(shortest(value));
    }
    if scalar.kind == ScalarType::Str {
        scalar.plain = is_written_plainly(&scalar.text);
    }
}

/// Go's shortest form: with an exponent from a million on and below a ten-thousandth.
fn shortest(value: f64) -> EcoString {
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific.into() };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}").into();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs()).into()
}

/// True for a string that the reference writes without quotes when it comes back from JSON.
fn is_written_plainly(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts_plainly = match bytes {
        [] | [b' ', ..] => false,
        [b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>', ..] => false,
        [b'\'' | b'"' | b'%' | b'@' | b'`', ..] => false,
        [b'-' | b'?' | b':'] | [b'-' | b'?' | b':', b' ', ..] => false,
        _ => !text.starts_with("---") && !text.starts_with("..."),
    };
    starts_plainly
        && !matches!(bytes, [.., b' ' | b':'])
        && is_plain_throughout(text)
        && resolve(text, Dialect::Resource) == ScalarType::Str
        && resolve(text, Dialect::Config) != ScalarType::Bool
        && !is_sexagesimal(text)
}

/// True for a text without characters that are written as escapes, and without what ends a plain scalar.
fn is_plain_throughout(text: &str) -> bool {
    // Without a way out, so that many bytes are looked at at once.
    let odd = text.bytes().fold(false, |odd, byte| {
        odd | (byte.wrapping_sub(b' ') > b'~' - b' ') | (byte == b':') | (byte == b'#')
    });
    if !odd {
        return true;
    }
    let is_escaped = |c: char| c.is_control() || c > '\u{ffff}' || c == '\u{feff}';
    !text.contains(is_escaped) && !text.contains(": ") && !text.contains(" #")
}

/// `1:30`, `12:30:45.5`: numbers to base 60, once.
fn is_sexagesimal(text: &str) -> bool {
    if !matches!(text.as_bytes(), [b'0'..=b'9', ..] | [b'-' | b'+', b'0'..=b'9', ..]) {
        return false;
    }
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (text, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest = 0;
    let rest_fits = parts.all(|part| {
        rest += 1;
        matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
    });
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    is_digits(first) && rest > 0 && rest_fits && is_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: (&str, ScalarType)) {
        let mut node = Node::new(Value::Scalar(Scalar::from_plain(text)));
        normalize(&mut node).unwrap();
        let scalar = node.as_scalar().unwrap();
        assert_eq!((scalar.text.as_str(), scalar.kind), expected, "{text}");
    }

    #[test]
    fn numbers_are_rounded() {
        check("8080", ("8080", ScalarType::Int));
        check("0644", ("420", ScalarType::Int));
        check("1_000", ("1000", ScalarType::Int));
        check("1.0", ("1", ScalarType::Int));
        check("0.50", ("0.5", ScalarType::Float));
        check("999999", ("999999", ScalarType::Int));
        check("1000000", ("1e+06", ScalarType::Float));
        check("-1234567", ("-1.234567e+06", ScalarType::Float));
        check("9007199254740993", ("9.007199254740992e+15", ScalarType::Float));
        check("0.00001", ("1e-05", ScalarType::Float));
    }

    #[test]
    fn other_types() {
        check("True", ("true", ScalarType::Bool));
        check("", ("null", ScalarType::Null));
        check("2020-01-02", ("2020-01-02T00:00:00Z", ScalarType::Str));
    }

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
