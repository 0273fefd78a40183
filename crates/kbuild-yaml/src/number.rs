//! Numbers: what the text of a plain scalar means as an integer or a floating point number.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::Dialect;

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// An integer that fits 64 bits, signed or not.
    Int(i128),
    /// Anything else.
    Float(f64),
}

/// Reads `text` as a number in any of the notations that plain scalars of resources know; none where it is no number.
pub(crate) fn read_number(text: &str) -> Option<Number> {
    read_number_in(text, Dialect::Resource)
}

/// The same by the rules of `dialect`.
pub(crate) fn read_number_in(text: &str, dialect: Dialect) -> Option<Number> {
    match text.as_bytes().first()? {
        b'.' => read_dot(text),
        b'0'..=b'9' => read_digits(text, dialect),
        b'+' | b'-' => match text {
            "+.inf" | "+.Inf" | "+.INF" => Some(Number::Float(f64::INFINITY)),
            "-.inf" | "-.Inf" | "-.INF" => Some(Number::Float(f64::NEG_INFINITY)),
            _ => read_digits(text, dialect),
        },
        _ => None,
    }
}

fn read_dot(text: &str) -> Option<Number> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(Number::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" => Some(Number::Float(f64::INFINITY)),
        _ => {
            let bytes = text.as_bytes();
            // An underscore must stand between two digits.
            let underscores_fit = bytes.iter().enumerate().all(|(at, &byte)| {
                byte != b'_'
                    || (bytes[at - 1].is_ascii_digit()
                        && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
            });
            if underscores_fit { read_float(&without_underscores(text)) } else { None }
        }
    }
}

fn read_digits(text: &str, dialect: Dialect) -> Option<Number> {
    let text = without_underscores(text);
    read_int(&text, dialect).map(Number::Int).or_else(|| read_float(&text))
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.as_bytes().contains(&b'_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    }
}

fn read_int(text: &str, dialect: Dialect) -> Option<i128> {
    let (negative, signed, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, true, &text[1..]),
        b'+' => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let (radix, digits) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, &unsigned[2..]),
        [b'0', b'b' | b'B', _, ..] => (2, &unsigned[2..]),
        [b'0', b'o' | b'O', _, ..] => (8, &unsigned[2..]),
        [b'0', _, ..] => (8, &unsigned[1..]),
        _ => (10, unsigned),
    };
    // The sign may stand behind `0b`, and in resources behind `0o`.
    let octal = || text.strip_prefix("0o").filter(|_| dialect == Dialect::Resource);
    if let Some(rest) = text.strip_prefix("0b").or_else(octal) {
        match rest.as_bytes().first() {
            Some(b'-') => {
                return magnitude(&rest[1..], radix).map(|value| -value).and_then(signed_64);
            }
            Some(b'+') => return magnitude(&rest[1..], radix).and_then(signed_64),
            _ => {}
        }
    }
    let value = magnitude(digits, radix)?;
    if !signed {
        return Some(value);
    }
    signed_64(if negative { -value } else { value })
}

/// The value of `digits`, if it fits 64 bits.
fn magnitude(digits: &str, radix: u32) -> Option<i128> {
    // The standard parser would let a sign through.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    u64::from_str_radix(digits, radix).ok().map(i128::from)
}

fn signed_64(value: i128) -> Option<i128> {
    i64::try_from(value).ok().map(i128::from)
}

/// Reads `[-+]? (. digits | digits [. digits*]) ([eE] [-+]? digits)?`; too large a value is no number.
fn read_float(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    let digits_from =
        |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits_from(at);
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        let fraction = digits_from(at);
        if whole + fraction == 0 {
            return None;
        }
        at += fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        let exponent = digits_from(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    if at != bytes.len() {
        return None;
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(Number::Float)
}

/// Appends `value`, which is finite, as JSON writes it: plain digits unless it is very small or very large.
pub(crate) fn push_json_float(value: f64, out: &mut String) {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let (digits, exponent) = scientific(value);
        push_scientific(&digits, exponent, 1, out);
    } else {
        // The shortest digits that read back as the same value. Writing into a string cannot fail.
        let _ = write!(out, "{value}");
    }
}

/// Appends `value`, which is finite, as the reference prints it: through JSON, then in the shortest form.
pub(crate) fn push_yaml_float(value: f64, out: &mut String) {
    let start = out.len();
    push_json_float(value, out);
    // Whole numbers come back from JSON as integers where they fit.
    match read_number(&out[start..]) {
        Some(Number::Int(value)) => {
            out.truncate(start);
            let _ = write!(out, "{value}");
        }
        _ => {
            let (digits, exponent) = scientific(value);
            if !(-4..6).contains(&exponent) {
                out.truncate(start);
                push_scientific(&digits, exponent, 2, out);
            }
        }
    }
}

/// The shortest digits of `value`, with a point behind the first one, and its decimal exponent.
fn scientific(value: f64) -> (String, i32) {
    let text = format!("{value:e}");
    match text.split_once('e') {
        Some((digits, exponent)) => (digits.to_owned(), exponent.parse().unwrap_or(0)),
        None => (text, 0),
    }
}

fn push_scientific(digits: &str, exponent: i32, width: usize, out: &mut String) {
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{digits}e{sign}{:0width$}", exponent.unsigned_abs());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, json: &str, yaml: &str) {
        let (mut as_json, mut as_yaml) = (String::new(), String::new());
        push_json_float(value, &mut as_json);
        push_yaml_float(value, &mut as_yaml);
        assert_eq!((as_json.as_str(), as_yaml.as_str()), (json, yaml));
    }

    #[test]
    fn floats_in_print() {
        check(1.0, "1", "1");
        check(-0.0, "-0", "0");
        check(0.5, "0.5", "0.5");
        check(1e19, "10000000000000000000", "10000000000000000000");
        check(1e20, "100000000000000000000", "1e+20");
        check(1e21, "1e+21", "1e+21");
        check(1e-5, "0.00001", "1e-05");
        check(1.5e-7, "1.5e-7", "1.5e-07");
        check(1e-10, "1e-10", "1e-10");
        check(1_234_567.5, "1234567.5", "1.2345675e+06");
        check(123_456.5, "123456.5", "123456.5");
        check(0.0001, "0.0001", "0.0001");
        check(18_446_744_073_709_551_616.0, "18446744073709552000", "1.8446744073709552e+19");
    }
}
