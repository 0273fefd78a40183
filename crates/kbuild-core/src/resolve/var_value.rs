//! What stands in for a var.

use kbuild_yaml::{EcoString, Scalar, ScalarRef, ScalarType};

/// The value of a var.
#[derive(Debug)]
pub(super) enum VarValue {
    Scalar {
        /// What a text becomes that is the var and nothing else.
        whole: Scalar,
        /// What stands in a text that is more than the var.
        within: EcoString,
    },
    /// A mapping or a list, which nothing is replaced by.
    Other,
}

impl VarValue {
    /// The value that a scalar gives. Numbers and booleans are read and printed anew: `1.50` is `1.5`, `0644` is `644`.
    /// None for those that cannot be read so.
    pub(super) fn of(scalar: ScalarRef<'_>) -> Option<VarValue> {
        let text = scalar.text;
        let (kind, text, within) = match scalar.kind {
            ScalarType::Int => {
                let number: i64 = text.parse().ok()?;
                (scalar.kind, number.to_string().into(), None)
            }
            ScalarType::Float => {
                let number = text.parse().ok().filter(|number: &f64| number.is_finite())?;
                (scalar.kind, number.to_string().into(), Some(with_exponent(number)))
            }
            ScalarType::Bool => {
                let text = if is_true(text)? { "true" } else { "false" };
                (scalar.kind, text.into(), None)
            }
            _ => (ScalarType::Str, text.into(), None),
        };
        let within = within.unwrap_or_else(|| EcoString::clone(&text));
        Some(VarValue::Scalar { whole: Scalar { text, kind, plain: true }, within })
    }
}

fn is_true(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The shortest text for a number, with an exponent of two digits where it is far from one: `1e+06`, `1e-05`.
fn with_exponent(number: f64) -> EcoString {
    let text = format!("{number:e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text.into() };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(SMALL..LARGE).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs()).into()
        }
        _ => number.to_string().into(),
    }
}

/// Numbers with a smaller exponent than this are printed with it.
const SMALL: i32 = -4;

/// Numbers with this exponent or a larger one are printed with it.
const LARGE: i32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<(&str, &str)>) {
        let value = match VarValue::of((&Scalar::from_plain(text)).into()) {
            Some(VarValue::Scalar { whole, within }) => Some((whole.text, within)),
            _ => None,
        };
        let value = value.as_ref().map(|(whole, within)| (whole.as_str(), within.as_str()));
        assert_eq!(value, expect, "{text}");
    }

    #[test]
    fn numbers_are_printed_anew() {
        check("1.50", Some(("1.5", "1.5")));
        check("+1", Some(("1", "1")));
        check("0010", Some(("10", "10")));
        check("0644", Some(("644", "644")));
        check("100000.0", Some(("100000", "100000")));
        check("1234567.0", Some(("1234567", "1.234567e+06")));
        check("0.0001", Some(("0.0001", "0.0001")));
        check("0.00001", Some(("0.00001", "1e-05")));
        check("-0.0", Some(("-0", "-0")));
        check(".5", Some(("0.5", "0.5")));
        check("1E-7", Some(("0.0000001", "1e-07")));
        check("123456789012345678.0", Some(("123456789012345680", "1.2345678901234568e+17")));
        check("1e100", Some((&format!("1{}", "0".repeat(100)), "1e+100")));
    }

    #[test]
    fn booleans_are_spelt_small() {
        check("True", Some(("true", "true")));
        check("FALSE", Some(("false", "false")));
    }

    #[test]
    fn some_numbers_cannot_be_read() {
        for text in ["0x1F", "0o17", "12345678901234567890", ".inf", ".nan"] {
            check(text, None);
        }
    }
}
