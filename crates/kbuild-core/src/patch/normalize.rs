//! What a resource looks like after a JSON patch: the reference takes it through JSON and back.
//!
//! Numbers become 64-bit floating point numbers in Go's shortest form, dates become text, nulls are spelled out, and
//! strings lose the style in which they were written.

use kbuild_yaml::{
    EcoString, Node, Scalar, ScalarType, Value, is_json_form, is_short_decimal,
    is_unreadable_block, is_written_plainly, write_json,
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

/// Readies a resource for the way through JSON: makes empty texts of the values that are not there in flow collections
/// (`{a: , b}`), as the reference writes them so to read JSON from that.
///
/// # Errors
/// A value has no form in JSON, whatever the patch does with it.
pub(super) fn prepare(node: &mut Node) -> Result<(), PatchError> {
    match &mut node.value {
        Value::Mapping(mapping) => {
            mapping.iter_mut().try_for_each(|entry| prepare(&mut entry.value))
        }
        Value::Sequence(items) => items.iter_mut().try_for_each(prepare),
        Value::Scalar(scalar) if scalar.kind == ScalarType::Null => {
            if !scalar.plain && scalar.text.is_empty() {
                *scalar = Scalar::string("");
            }
            Ok(())
        }
        Value::Scalar(scalar) if scalar.kind == ScalarType::Str || is_json_form(scalar) => Ok(()),
        Value::Scalar(_) => json_text(node).map(|_| ()),
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

/// True when all values have the form that they have after JSON, but for their styles.
pub(super) fn is_normal(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(mapping) => mapping.iter().all(|entry| is_normal(&entry.value)),
        Value::Sequence(items) => items.iter().all(is_normal),
        Value::Scalar(scalar) => is_json_form(scalar),
    }
}

/// Gives the strings among values that have the form that they have after JSON the style that they have then.
pub(crate) fn restyle(node: &mut Node) {
    match &mut node.value {
        Value::Mapping(mapping) => mapping.iter_mut().for_each(|entry| restyle(&mut entry.value)),
        Value::Sequence(items) => items.iter_mut().for_each(restyle),
        Value::Scalar(scalar) if scalar.kind == ScalarType::Str => {
            scalar.plain = is_written_plainly(&scalar.text);
        }
        Value::Scalar(_) => {}
    }
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
}
