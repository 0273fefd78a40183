//! Scalars in canonical form: what the text and the type of a scalar amount to.

use std::borrow::Cow;

use crate::number::{Number, read_number};
use crate::timestamp::Timestamp;
use crate::{Key, Place, Scalar, ScalarRef, ScalarType, WriteError};

/// What a scalar amounts to.
pub(crate) enum Canonical<'a> {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer whose text is canonical already.
    Digits(&'a str),
    /// A finite number.
    Number(Number),
    /// Text.
    Text(Cow<'a, str>),
}

/// Reads the text of `scalar` by its type.
pub(crate) fn canonical(scalar: ScalarRef<'_>, place: Place) -> Result<Canonical<'_>, WriteError> {
    let text = scalar.text;
    Ok(match scalar.kind {
        ScalarType::Str => Canonical::Text(Cow::Borrowed(text)),
        // A value that is missing in a flow collection.
        ScalarType::Null if !scalar.plain && text.is_empty() => Canonical::Text(Cow::Borrowed("")),
        ScalarType::Null => Canonical::Null,
        ScalarType::Bool => match text {
            "true" | "True" | "TRUE" => Canonical::Bool(true),
            "false" | "False" | "FALSE" => Canonical::Bool(false),
            _ => return Err(mismatch(text, "a boolean", place)),
        },
        ScalarType::Int if is_canonical_int(text) => Canonical::Digits(text),
        ScalarType::Int => match read_number(text) {
            Some(number @ Number::Int(_)) => Canonical::Number(number),
            _ => return Err(mismatch(text, "an integer", place)),
        },
        ScalarType::Float => Canonical::Number(Number::Float(float(text, place)?)),
        ScalarType::Timestamp => match Timestamp::read(text).and_then(|date| date.rfc3339()) {
            Some(date) => Canonical::Text(Cow::Owned(date)),
            None => return Err(mismatch(text, "a date", place)),
        },
        ScalarType::Binary => Canonical::Text(Cow::Owned(decoded(text, place)?)),
    })
}

/// The text of a key, as [`key_text`] has it.
pub(crate) fn text_of_key(key: &Key, root: bool) -> Result<Cow<'_, str>, WriteError> {
    key_text(&key.text, key.kind(), key.place(), root)
}

/// The text of a key. Only the document's own mapping may have keys that are no strings.
pub(crate) fn key_text(
    key: &str,
    kind: ScalarType,
    place: Place,
    root: bool,
) -> Result<Cow<'_, str>, WriteError> {
    match kind {
        ScalarType::Str => Ok(Cow::Borrowed(key)),
        ScalarType::Null if key.is_empty() => Ok(Cow::Borrowed("")),
        ScalarType::Null => Err(refused(format!("the key `{key}` is null"), place)),
        ScalarType::Binary if root => decoded(key, place).map(Cow::Owned),
        _ if root => Ok(Cow::Borrowed(key)),
        _ => Err(refused(format!("the key `{key}` is not a string: put it in quotes"), place)),
    }
}

pub(crate) fn refused(message: String, place: Place) -> WriteError {
    WriteError { place, message }
}

fn mismatch(text: &str, what: &str, place: Place) -> WriteError {
    refused(format!("`{text}` has to be {what} and cannot be read as one"), place)
}

pub(crate) fn is_canonical_int(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    // Eighteen digits fit 64 bits in any case.
    match digits.first() {
        Some(b'0') => text.len() == 1,
        Some(_) => digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit),
        None => false,
    }
}

fn float(text: &str, place: Place) -> Result<f64, WriteError> {
    let value = match read_number(text) {
        Some(Number::Float(value)) => value,
        #[expect(clippy::cast_precision_loss, reason = "a float is what the tag asks for")]
        Some(Number::Int(value)) if i64::try_from(value).is_ok() => value as f64,
        _ => return Err(mismatch(text, "a floating point number", place)),
    };
    if value.is_finite() {
        Ok(value)
    } else {
        Err(refused(
            format!(
                "the number `{text}` has no JSON form: put it in quotes if it is meant as text"
            ),
            place,
        ))
    }
}

/// What the base64 in `text` stands for. A byte that is not part of UTF-8 becomes U+FFFD.
fn decoded(text: &str, place: Place) -> Result<String, WriteError> {
    let bytes = base64(text.as_bytes()).ok_or_else(|| mismatch(text, "base64", place))?;
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(decoded)
}

/// Decodes base64 with padding; line breaks are skipped.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> =
        text.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    let mut groups = digits.chunks_exact(4).peekable();
    while let Some(group) = groups.next() {
        let padding = if groups.peek().is_none() {
            group.iter().rev().take_while(|byte| **byte == b'=').count()
        } else {
            0
        };
        if padding > 2 {
            return None;
        }
        let mut value = 0;
        for &digit in &group[..4 - padding] {
            value = value << 6 | base64_digit(digit)?;
        }
        value <<= 6 * padding;
        let [_, a, b, c] = u32::to_be_bytes(value);
        bytes.extend_from_slice(&[a, b, c][..3 - padding]);
    }
    Some(bytes)
}

fn base64_digit(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

impl Scalar {
    /// The whole number that the scalar amounts to; none where it is no number, has a fraction, or needs more than 64
    /// bits.
    pub fn to_i64(&self) -> Option<i64> {
        match self.kind {
            ScalarType::Int | ScalarType::Float => match read_number(&self.text)? {
                Number::Int(value) => i64::try_from(value).ok(),
                Number::Float(value) => whole(value),
            },
            _ => None,
        }
    }

    /// The number that the scalar amounts to, to the precision of 64 bits; none where it is no number.
    pub fn to_f64(&self) -> Option<f64> {
        match (self.kind, read_number(&self.text)?) {
            #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
            (ScalarType::Int | ScalarType::Float, Number::Int(value)) => Some(value as f64),
            (ScalarType::Int | ScalarType::Float, Number::Float(value)) => Some(value),
            _ => None,
        }
    }
}

/// A float without a fraction as an integer.
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0).then(|| format!("{value:.0}").parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_forms() {
        let place = Place::default();
        assert_eq!(decoded("aGVsbG8=", place).as_deref(), Ok("hello"));
        assert_eq!(decoded("aGk=", place).as_deref(), Ok("hi"));
        assert_eq!(decoded("YWJj\nYQ==", place).as_deref(), Ok("abca"));
        assert_eq!(decoded("4oI=", place).as_deref(), Ok("\u{FFFD}\u{FFFD}"));
        assert_eq!(decoded("", place).as_deref(), Ok(""));
        for text in ["a", "aGk", "a===", "aG=k", "aGk=aGk=", "a k=", "===="] {
            assert!(decoded(text, place).is_err(), "{text}");
        }
    }

    #[test]
    fn integers_that_need_no_change() {
        for text in ["0", "1", "-1", "999999999999999999"] {
            assert!(is_canonical_int(text), "{text}");
        }
        for text in ["-0", "01", "+1", "-", "", "1_0", "0x1"] {
            assert!(!is_canonical_int(text), "{text}");
        }
    }
}
