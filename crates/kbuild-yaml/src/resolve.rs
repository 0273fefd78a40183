//! Plain scalars: which type the text of a scalar has when it stands without quotes.

use ecow::EcoString;

use crate::number::{Number, read_number_in};
use crate::read::plain_scalar;
use crate::timestamp::is_timestamp;
use crate::{Scalar, ScalarType, SourceId, read_documents};

/// Whose rules resolve a plain scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Resources: `true` and `false` are the only booleans.
    Resource,
    /// Kustomization files: YAML 1.1, where `yes`, `no`, `on`, `off`, `y` and `n` are booleans as well.
    Config,
}

/// The type of `text` when it stands in a document without quotes and without a tag.
///
/// A merge key (`<<`) is text here.
#[inline]
pub fn resolve(text: &str, dialect: Dialect) -> ScalarType {
    match is_certainly_text(text.as_bytes()) {
        true => ScalarType::Str,
        false => resolve_by_text(text, dialect),
    }
}

/// What the first byte of a plain scalar says of its type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    /// It is text, and such a word is printed as it is.
    Letter,
    /// It is text.
    Text,
    /// It may be a word such as `true`.
    Word,
    /// It may be a number or a date.
    Digit,
    /// It may be anything.
    Any,
}

const FIRST: [First; 256] = {
    let mut first = [First::Text; 256];
    let mut byte: u8 = 0;
    while byte < 0x80 {
        first[byte as usize] = match byte {
            b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => First::Word,
            b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'$' | b'_' | b'(' => First::Letter,
            b'0'..=b'9' => First::Digit,
            b'+' | b'-' | b'.' | b'~' => First::Any,
            _ => First::Text,
        };
        byte += 1;
    }
    first
};

/// True for what is text in either dialect, as its first letters show. It may be false for other texts, too.
#[inline]
pub(crate) fn is_certainly_text(plain: &[u8]) -> bool {
    let Some(&first) = plain.first() else { return false };
    match FIRST[usize::from(first)] {
        First::Letter | First::Text => true,
        First::Word => plain.len() > LONGEST_WORD || !may_be_word(plain),
        First::Digit => ends_as_text(plain) || has_points(plain),
        First::Any => plain.starts_with(b"--"),
    }
}

/// True for a word that is text in either dialect and is printed as it is, if it is of ASCII and ends with no `:`, as its first
/// letters show. It may be false for others, too.
#[inline(always)]
pub(crate) fn is_certainly_text_as_it_is(word: &[u8]) -> bool {
    let Some(&first) = word.first() else { return false };
    let first = FIRST[usize::from(first)];
    first == First::Letter
        || (first == First::Word && (word.len() > LONGEST_WORD || !may_be_word(word)))
        || (first == First::Digit && (ends_as_text(word) || has_points(word)))
}

/// True for a text that starts with a digit and is no number and no date, as its last letter shows: those end with a digit, be it
/// one of base 16, with a sign, or with `Z`.
#[inline]
fn ends_as_text(plain: &[u8]) -> bool {
    let ends = |last: u8| last.is_ascii_alphabetic() && !last.is_ascii_hexdigit() && last != b'Z';
    matches!(plain, [b'0'..=b'9', .., last] if ends(*last))
}

/// True for a text that is no number and no date, as it has more than one point: addresses do, and versions.
#[inline]
fn has_points(plain: &[u8]) -> bool {
    plain.iter().filter(|&&byte| byte == b'.').count() > 1
}

/// True for a number of up to 18 digits, the first of which is no zero.
#[inline]
pub(crate) fn is_short_number(plain: &[u8]) -> bool {
    matches!(plain, [b'1'..=b'9', rest @ ..] if rest.len() < 18 && rest.iter().all(u8::is_ascii_digit))
}

/// No null and no boolean has more letters than these.
const LONGEST_WORD: usize = 5;

/// False for what is no null and no boolean, as its second letter shows.
#[inline(always)]
fn may_be_word(plain: &[u8]) -> bool {
    let (Some(first), Some(second)) = (plain.first(), plain.get(1)) else { return true };
    matches!(
        (first | 0x20, second | 0x20),
        (b'y', b'e') | (b'n', b'o' | b'u') | (b't', b'r') | (b'f', b'a') | (b'o', b'n' | b'f')
    )
}

fn resolve_by_text(text: &str, dialect: Dialect) -> ScalarType {
    let Some(&first) = text.as_bytes().first() else { return ScalarType::Null };
    match first {
        b'0'..=b'9' | b'+' | b'-' => resolve_digits(text, dialect),
        b'.' => match read_number_in(text, dialect) {
            Some(_) => ScalarType::Float,
            None => ScalarType::Str,
        },
        b'~' if text.len() == 1 => ScalarType::Null,
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' if text.len() <= 5 => {
            resolve_word(text, dialect)
        }
        _ => ScalarType::Str,
    }
}

/// True when `text`, written without quotes, is anything but a string to a reader of YAML 1.1.
///
/// The reference quotes such a text when it puts it into a field.
pub fn is_yaml_1_1_non_string(text: &str) -> bool {
    let marks = text.bytes().fold(0, |marks, byte| marks | MARKS[usize::from(byte)]);
    if text.is_empty() || marks & NEWLINE != 0 {
        return false;
    }
    // Only a text with one of these characters can be more than a plain scalar, and most of them have to come first.
    let is_plain = text.as_bytes()[0].is_ascii_alphanumeric() && marks & SPECIAL == 0;
    if is_plain || marks & INDICATOR == 0 {
        return is_non_string(resolve(text.trim_matches(' '), Dialect::Config));
    }
    match plain_scalar(text) {
        Some(plain) => is_non_string(resolve(plain, Dialect::Config)),
        None => reads_as_non_string(text),
    }
}

const NEWLINE: u8 = 1;
const INDICATOR: u8 = 2;
/// What may end a plain scalar that it does not start, and what is no printable ASCII.
const SPECIAL: u8 = 4;

/// What each byte means for the question whether a text is more than a plain scalar.
const MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    let indicators = b":#{[&*!|>'\"%@`-?\t";
    let mut at = 0;
    while at < indicators.len() {
        marks[indicators[at] as usize] = INDICATOR;
        at += 1;
    }
    let mut byte = 0;
    while byte < marks.len() {
        if byte < 0x20 || byte >= 0x7f || byte == b':' as usize || byte == b'#' as usize {
            marks[byte] |= SPECIAL;
        }
        byte += 1;
    }
    marks[b'\n' as usize] = NEWLINE;
    marks
};

fn reads_as_non_string(text: &str) -> bool {
    match read_documents(text.as_bytes(), SourceId::default(), Dialect::Config) {
        Ok(documents) => documents.first().is_some_and(|node| match node.as_scalar() {
            Some(scalar) => is_non_string(scalar.kind),
            None => true,
        }),
        Err(_) => false,
    }
}

/// True unless a reader of YAML 1.1 hands the scalar over as text, as it does with dates, too.
fn is_non_string(kind: ScalarType) -> bool {
    !matches!(kind, ScalarType::Str | ScalarType::Timestamp | ScalarType::Binary)
}

impl Scalar {
    /// A scalar with the type that `text` has when it is written without quotes in a resource.
    pub fn from_plain(text: impl Into<EcoString>) -> Scalar {
        let text = text.into();
        let kind = resolve(&text, Dialect::Resource);
        Scalar { text, kind, plain: true }
    }
}

fn resolve_digits(text: &str, dialect: Dialect) -> ScalarType {
    if is_short_number(text.as_bytes()) {
        return ScalarType::Int;
    }
    if is_timestamp(text) {
        return ScalarType::Timestamp;
    }
    match read_number_in(text, dialect) {
        Some(Number::Int(_)) => ScalarType::Int,
        Some(Number::Float(_)) => ScalarType::Float,
        None => ScalarType::Str,
    }
}

fn resolve_word(text: &str, dialect: Dialect) -> ScalarType {
    match text {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => ScalarType::Bool,
        "null" | "Null" | "NULL" => ScalarType::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "n" | "N" | "no" | "No" | "NO"
        | "off" | "Off" | "OFF"
            if dialect == Dialect::Config =>
        {
            ScalarType::Bool
        }
        _ => ScalarType::Str,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the last letter says is what a look at all of the text says.
    #[test]
    fn what_starts_or_ends_as_text_is_no_number_and_no_date() {
        const SIGNS: &str = "019aefoxXbBiInNzZtT_.:+-";
        let longer = |texts: &[String]| -> Vec<String> {
            let with = |text: &String| SIGNS.chars().map(|sign| format!("{text}{sign}")).collect();
            texts.iter().flat_map(|text| -> Vec<String> { with(text) }).collect()
        };
        let two = longer(&["0".to_owned(), "1".to_owned(), "--".to_owned()]);
        let three = longer(&two);
        let four = longer(&three);
        let dates = ["2001-12-14t21:59:43z", "2001-12-14T21:59:43.1Zo", "2001-12-14T21:59:43.1.1Z"];
        let dates = dates.map(str::to_owned);
        let mut count = 0;
        for text in two.iter().chain(&three).chain(&four).chain(&dates) {
            if ends_as_text(text.as_bytes())
                || has_points(text.as_bytes())
                || text.starts_with("--")
            {
                count += 1;
                for dialect in [Dialect::Resource, Dialect::Config] {
                    assert_eq!(resolve_digits(text, dialect), ScalarType::Str, "{text}");
                }
                assert!(!crate::write::is_sexagesimal(text), "{text}");
            }
        }
        assert!(count > 10_000, "{count}");
    }

    #[track_caller]
    fn check(kind: ScalarType, texts: &[&str]) {
        for text in texts {
            assert_eq!(resolve(text, Dialect::Resource), kind, "{text:?}");
        }
    }

    #[test]
    fn most_texts_need_no_reader_to_tell_whether_they_are_strings() {
        let letters: Vec<char> = "a1y-:# ?'{.,+~e0".chars().collect();
        let mut texts = vec![String::new()];
        for length in 0..4 {
            let shorter: Vec<String> =
                texts.iter().filter(|text| text.len() == length).cloned().collect();
            texts.extend(
                shorter
                    .iter()
                    .flat_map(|text| letters.iter().map(move |one| format!("{text}{one}"))),
            );
        }
        for text in texts.iter().filter(|text| !text.is_empty()) {
            assert_eq!(is_yaml_1_1_non_string(text), reads_as_non_string(text), "{text:?}");
        }
    }

    #[test]
    fn nulls_and_booleans() {
        check(ScalarType::Null, &["", "~", "null", "Null", "NULL"]);
        check(ScalarType::Bool, &["true", "True", "TRUE", "false", "False", "FALSE"]);
        check(
            ScalarType::Str,
            &["nULL", "tRUE", "~~", "yes", "no", "on", "off", "y", "n", "nil", "none"],
        );
    }

    #[test]
    fn integers_in_every_notation() {
        check(
            ScalarType::Int,
            &["0", "-0", "+1", "12", "0644", "0o17", "0O17", "0x1F", "0X1f", "0b101", "-0b1"],
        );
        check(
            ScalarType::Int,
            &[
                "1_000",
                "1_",
                "0x_f",
                "-9223372036854775808",
                "18446744073709551615",
                "0b-1",
                "0o-7",
            ],
        );
        check(
            ScalarType::Str,
            &[
                "-",
                "+",
                "-_",
                "0x",
                "0b2",
                "0o8",
                "0xg",
                "1a",
                "--1",
                "+-1",
                "1:30",
                "-0x8000000000000001",
            ],
        );
    }

    #[test]
    fn floats_in_every_notation() {
        check(
            ScalarType::Float,
            &["1.0", "1.", ".5", "1e3", "1E+3", "-1.5e-3", "1_0.5", "089", ".5e1"],
        );
        check(
            ScalarType::Float,
            &[
                ".inf",
                "+.INF",
                "-.Inf",
                ".nan",
                ".NaN",
                "18446744073709551616",
                "-9223372036854775809",
            ],
        );
        check(
            ScalarType::Str,
            &["1e400", ".", "..", ".e5", "1e", "1.5.2", "+.nan", ".iNF", ".5e", "1e+", "0x1p4"],
        );
    }

    #[test]
    fn dates() {
        check(
            ScalarType::Timestamp,
            &["2020-01-01", "2020-1-1", "2020-01-01T00:00:00Z", "2020-01-01 10:00:00.5"],
        );
        check(
            ScalarType::Str,
            &["2020-01", "2020-13-01", "2020-02-30", "2020-01-01T00:00:00", "20200-01-01"],
        );
    }

    #[test]
    fn configuration_has_more_booleans() {
        for text in ["y", "N", "yes", "No", "ON", "off"] {
            assert_eq!(resolve(text, Dialect::Config), ScalarType::Bool, "{text:?}");
        }
        for text in ["yEs", "oN", "t", "f", "0o-7"] {
            assert_eq!(resolve(text, Dialect::Config), ScalarType::Str, "{text:?}");
        }
    }

    #[test]
    fn plain_scalars_are_judged_as_documents_are() {
        let pieces = [
            "a", "-", "1", " ", ":", ": ", " #", "#", ".", "---", "...", "yes", "%", "?", "'", "{",
            "\t", "é", "&", "*", "~",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let text = format!("{first}{second}{third}");
                    if let Some(plain) = plain_scalar(&text) {
                        let kind = resolve(plain, Dialect::Config);
                        assert_eq!(is_non_string(kind), reads_as_non_string(&text), "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn texts_that_yaml_1_1_does_not_read_as_strings() {
        for text in [
            "yes", "1", "1.5", "null", "~", "0x10", "-1", "{}", "[a]", "a: b", "- a", "# a",
            "!!int 1", " 1 ",
        ] {
            assert!(is_yaml_1_1_non_string(text), "{text:?}");
        }
        for text in [
            "",
            "a",
            "2020-01-01",
            "1\n",
            "yess",
            "*a",
            "a:b",
            "'1'",
            "http://a",
            "[a",
            "a: b: c",
            "a-b",
        ] {
            assert!(!is_yaml_1_1_non_string(text), "{text:?}");
        }
    }
}
