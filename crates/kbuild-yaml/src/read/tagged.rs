//! What a scalar is: the type that its text, its quotes and its tag give it.

use ecow::{EcoString, eco_format};

use crate::number::{Number, read_number};
use crate::{Dialect, Scalar, ScalarType, resolve};

/// What YAML's own tags start with when they are written out.
const YAML_PREFIX: &str = "tag:yaml.org,2002:";

/// A scalar, and what matters where it is a key.
pub(super) struct Typed {
    pub(super) scalar: Scalar,
    /// True for `<<` as a merge key.
    pub(super) merge: bool,
    /// True for a tag that is none of YAML's own.
    pub(super) foreign: bool,
}

/// The scalar of `text` with `tag`, or what is wrong with the two.
#[inline]
pub(super) fn type_scalar(
    text: EcoString,
    plain: bool,
    tag: Option<&str>,
    dialect: Dialect,
) -> Result<Typed, String> {
    match tag {
        None => Ok(type_untagged(text, plain, dialect)),
        Some("!") if dialect == Dialect::Resource => Ok(type_untagged(text, plain, dialect)),
        Some(tag) => type_tagged(text, tag, dialect),
    }
}

#[inline]
fn type_untagged(text: EcoString, plain: bool, dialect: Dialect) -> Typed {
    let kind = if plain { resolve_value(&text, dialect) } else { ScalarType::Str };
    let merge = plain && text == "<<";
    Typed { scalar: Scalar { text, kind, plain }, merge, foreign: false }
}

/// The type of a plain scalar without a tag. Dates are text in a kustomization file.
pub(super) fn resolve_value(text: &str, dialect: Dialect) -> ScalarType {
    match resolve(text, dialect) {
        ScalarType::Timestamp if dialect == Dialect::Config => ScalarType::Str,
        kind => kind,
    }
}

fn type_tagged(mut text: EcoString, tag: &str, dialect: Dialect) -> Result<Typed, String> {
    let resolved = resolve(&text, dialect);
    let (mut merge, mut foreign) = (false, false);
    let kind = match tag.strip_prefix(YAML_PREFIX).unwrap_or(tag) {
        "int" => expect(ScalarType::Int, resolved, &text, "an integer", "int")?,
        "bool" => expect(ScalarType::Bool, resolved, &text, "a boolean", "bool")?,
        "null" => {
            let kind = expect(ScalarType::Null, resolved, &text, "null", "null")?;
            // In a flow collection, an empty text could not be told from a value that is not there.
            if text.is_empty() {
                text = "null".into();
            }
            kind
        }
        "timestamp" => {
            expect(ScalarType::Timestamp, resolved, &text, "a date", "timestamp")?;
            if dialect == Dialect::Config { ScalarType::Str } else { ScalarType::Timestamp }
        }
        "float" => match (resolved, read_number(&text)) {
            // The reference makes a float of it, which loses the last digits of a long integer.
            (ScalarType::Int, Some(Number::Int(value))) if i64::try_from(value).is_ok() => {
                if value as f64 as i128 != value || !text.bytes().all(|byte| byte.is_ascii_digit())
                {
                    text = eco_format!("{}", value as f64);
                }
                ScalarType::Int
            }
            (ScalarType::Int, _) => expect(ScalarType::Float, resolved, &text, "a float", "float")?,
            _ => expect(ScalarType::Float, resolved, &text, "a float", "float")?,
        },
        "binary" => {
            let Some(bytes) = decode_base64(&text) else {
                return Err("the value has the tag `!!binary`, but is not base64".to_owned());
            };
            if dialect == Dialect::Config {
                text = String::from_utf8_lossy(&bytes).as_ref().into();
                ScalarType::Str
            } else {
                ScalarType::Binary
            }
        }
        "merge" => {
            merge = true;
            ScalarType::Str
        }
        "str" => ScalarType::Str,
        _ => {
            foreign = true;
            ScalarType::Str
        }
    };
    Ok(Typed { scalar: Scalar { text, kind, plain: false }, merge, foreign })
}

fn expect(
    wanted: ScalarType,
    found: ScalarType,
    text: &str,
    what: &str,
    tag: &str,
) -> Result<ScalarType, String> {
    if wanted == found {
        return Ok(wanted);
    }
    let shown: String = text.chars().take(40).collect();
    Err(format!("the value `{shown}` has the tag `!!{tag}`, but is not {what}"))
}

/// The bytes that `text` stands for in base64, with padding; line breaks do not count.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padding) = (0_u32, 0, 0);
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if count % 4 >= 2 => {
                padding += 1;
                0
            }
            _ => return None,
        };
        if padding > 0 && byte != b'=' || padding > 2 {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count % 4 == 0 {
            let [_, first, second, third] = bits.to_be_bytes();
            bytes.extend_from_slice(&[first, second, third]);
            bits = 0;
            if padding > 0 {
                bytes.truncate(bytes.len() - padding);
            }
        }
    }
    // Nothing may follow the padding, which the check above sees to only within a group.
    (count % 4 == 0).then_some(bytes)
}

/// The text of a key that is not text: JSON has only texts as keys. None for null, which cannot be a key.
pub(super) fn key_text(scalar: &Scalar) -> Option<EcoString> {
    Some(match scalar.kind {
        ScalarType::Null => return None,
        ScalarType::Bool => match scalar.text.bytes().next() {
            Some(b't' | b'T' | b'y' | b'Y') => "true".into(),
            Some(b'o' | b'O') if scalar.text.len() == 2 => "true".into(),
            _ => "false".into(),
        },
        ScalarType::Int | ScalarType::Float => match read_number(&scalar.text) {
            Some(Number::Int(value)) => eco_format!("{value}"),
            Some(Number::Float(value)) => format_float(value as f32),
            None => scalar.text.clone(),
        },
        _ => scalar.text.clone(),
    })
}

/// The shortest text of a single-precision number, with an exponent where it is large or small.
fn format_float(value: f32) -> EcoString {
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf".into() } else { "-.inf".into() };
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        eco_format!("{digits}e{sign}{:02}", exponent.abs())
    } else {
        eco_format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_strict() {
        for (text, bytes) in [
            ("", ""),
            ("aGVsbG8=", "hello"),
            ("aGVs\nbG8=\n", "hello"),
            ("YQ==", "a"),
            ("YWJj", "abc"),
        ] {
            assert_eq!(decode_base64(text).as_deref(), Some(bytes.as_bytes()), "{text:?}");
        }
        for text in ["a", "YQ", "YQ=", "YQ===", "Y Q=", "=", "YQ==YQ==", "YQ=a", "é==="] {
            assert_eq!(decode_base64(text), None, "{text:?}");
        }
    }
}
