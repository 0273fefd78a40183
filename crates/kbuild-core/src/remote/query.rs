//! What stands behind the `?` of the URL of a repository.

use std::time::Duration;

/// How long a command of git may take where the URL says nothing of it.
const TIME_LIMIT: Duration = Duration::from_secs(27);

const DURATION_UNITS: [(&str, f64); 8] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("\u{b5}s", 1e-6),
    ("\u{3bc}s", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// `ref` or `version`, `timeout` and `submodules`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Query {
    pub(super) reference: String,
    pub(super) time_limit: Duration,
    pub(super) submodules: bool,
}

impl Query {
    /// Reads a query. One that is not well-formed counts as empty, a value that is not understood as not given: that is
    /// how the reference has it.
    pub(super) fn parse(text: &str) -> Query {
        let pairs = pairs(text).unwrap_or_default();
        let get = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        Query {
            reference: get("ref").or_else(|| get("version")).unwrap_or_default().to_owned(),
            time_limit: get("timeout").and_then(time_limit).unwrap_or(TIME_LIMIT),
            submodules: get("submodules").and_then(truth).unwrap_or(true),
        }
    }
}

fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    if text.contains(';') {
        return None;
    }
    let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some((unescape(key)?, unescape(value)?))
    });
    pairs.collect()
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// A number of seconds, or a duration as Go writes it: `90s`, `1m30s`.
fn time_limit(text: &str) -> Option<Duration> {
    let seconds = match text.parse::<i64>() {
        Ok(seconds) => u64::try_from(seconds).ok().map(Duration::from_secs),
        Err(_) => duration(text),
    };
    seconds.filter(|limit| !limit.is_zero())
}

fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let (number, after) =
            rest.split_at(rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?);
        let (unit, after) = after.split_at(
            after
                .find(|letter: char| letter.is_ascii_digit() || letter == '.')
                .unwrap_or(after.len()),
        );
        let (_, factor) = DURATION_UNITS.iter().find(|(name, _)| *name == unit)?;
        seconds += number.parse::<f64>().ok()? * factor;
        rest = after;
    }
    Duration::try_from_secs_f64(seconds).ok()
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_two_names() {
        let reference = |text: &str| Query::parse(text).reference;
        assert_eq!(reference("ref=v1"), "v1");
        assert_eq!(reference("version=v1"), "v1");
        assert_eq!(reference("version=v1&ref=v2"), "v2");
        assert_eq!(reference("version=v1&ref="), "v1");
        assert_eq!(reference("ref=v1&ref=v2"), "v1");
        assert_eq!(reference("ref=app%2Fv1+x"), "app/v1 x");
        assert_eq!(reference("ref=v1;x&version=v2"), "");
        assert_eq!(reference("ref=v1&x=%zz"), "");
        assert_eq!(reference(""), "");
    }

    #[test]
    fn times_are_seconds_or_durations() {
        let seconds =
            |text: &str| Query::parse(&format!("timeout={text}")).time_limit.as_secs_f64();
        for (text, expected) in [
            ("90", 90.0),
            ("90s", 90.0),
            ("1m30s", 90.0),
            ("1.5h", 5400.0),
            ("250ms", 0.25),
            ("0", 27.0),
            ("-5", 27.0),
            ("soon", 27.0),
            ("5 s", 27.0),
            ("1.2.3s", 27.0),
            ("", 27.0),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn submodules_are_wanted_unless_they_are_not() {
        let submodules = |text: &str| Query::parse(text).submodules;
        assert!(submodules("") && submodules("submodules=true") && submodules("submodules=no"));
        assert!(!submodules("submodules=0") && !submodules("submodules=False&ref=x"));
    }
}
