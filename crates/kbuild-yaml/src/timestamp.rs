//! Dates: `2020-01-31`, with or without a time of day and a zone.

/// A date with a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timestamp {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    nanosecond: u32,
    /// Minutes east of Greenwich.
    offset: i32,
}

/// True when `text` is a date in one of the forms that plain scalars know.
pub(crate) fn is_timestamp(text: &str) -> bool {
    Timestamp::read(text).is_some()
}

impl Timestamp {
    /// Reads a date: `Y-M-D`, `Y-M-D h:m:s[.f]` or `Y-M-DTh:m:s[.f](Z|±hh:mm)`.
    pub(crate) fn read(text: &str) -> Option<Timestamp> {
        let bytes = text.as_bytes();
        if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
            return None;
        }
        let year = text[..4].parse().ok()?;
        let mut rest = Rest(&bytes[5..]);
        let month = rest.number(1, 12)?;
        rest.expect(b'-')?;
        let day = rest.number(1, days_in(year, month))?;
        let mut date =
            Timestamp { year, month, day, hour: 0, minute: 0, second: 0, nanosecond: 0, offset: 0 };
        let Some(&separator) = rest.0.first() else { return Some(date) };
        match separator {
            b'T' | b't' => rest.0 = &rest.0[1..],
            b' ' => while rest.expect(b' ').is_some() {},
            _ => return None,
        }
        date.hour = rest.number(0, 23)?;
        rest.expect(b':')?;
        date.minute = rest.number(0, 59)?;
        rest.expect(b':')?;
        date.second = rest.number(0, 59)?;
        date.nanosecond = rest.fraction();
        if separator != b' ' {
            date.offset = rest.zone()?;
        }
        rest.0.is_empty().then_some(date)
    }

    /// The date as RFC 3339 writes it; none where it cannot (a zone 24 hours away).
    pub(crate) fn rfc3339(&self) -> Option<String> {
        let Timestamp { year, month, day, hour, minute, second, .. } = self;
        let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if self.nanosecond != 0 {
            let fraction = format!(".{:09}", self.nanosecond);
            text.push_str(fraction.trim_end_matches('0'));
        }
        if self.offset == 0 {
            text.push('Z');
        } else {
            let (sign, minutes) =
                if self.offset < 0 { ('-', -self.offset) } else { ('+', self.offset) };
            if minutes >= 24 * 60 {
                return None;
            }
            text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
        }
        Some(text)
    }
}

/// What is left of the text.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn expect(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// A number of one or two digits within the bounds.
    fn number(&mut self, least: u32, most: u32) -> Option<u32> {
        let digit = |at: usize| {
            self.0.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0'))
        };
        let (value, taken) = match (digit(0)?, digit(1)) {
            (tens, Some(ones)) => (tens * 10 + ones, 2),
            (ones, None) => (ones, 1),
        };
        self.0 = &self.0[taken..];
        (least..=most).contains(&value).then_some(value)
    }

    /// The fraction of a second in nanoseconds; further digits are cut off.
    fn fraction(&mut self) -> u32 {
        if !matches!(self.0, [b'.' | b',', b'0'..=b'9', ..]) {
            return 0;
        }
        let digits = self.0[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = (0..9).fold(0, |value, at| {
            let digit = if at < digits { u32::from(self.0[1 + at] - b'0') } else { 0 };
            value * 10 + digit
        });
        self.0 = &self.0[1 + digits..];
        value
    }

    /// The zone: `Z` or `±hh:mm`, in minutes.
    fn zone(&mut self) -> Option<i32> {
        if self.expect(b'Z').is_some() {
            return Some(0);
        }
        let &[sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, ..] = self.0 else { return None };
        let two = |tens: u8, ones: u8| {
            (tens.is_ascii_digit() && ones.is_ascii_digit())
                .then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
        };
        let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
        self.0 = &self.0[6..];
        // A whole day and a whole hour are let through, as the reference does.
        if hours > 24 || minutes > 60 {
            return None;
        }
        let offset = hours * 60 + minutes;
        Some(if sign == b'-' { -offset } else { offset })
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(
            Timestamp::read(text).and_then(|date| date.rfc3339()).as_deref(),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn forms() {
        check("2020-01-31", Some("2020-01-31T00:00:00Z"));
        check("2020-1-3", Some("2020-01-03T00:00:00Z"));
        check("2024-02-29", Some("2024-02-29T00:00:00Z"));
        check("2021-2-3t4:5:6Z", Some("2021-02-03T04:05:06Z"));
        check("2021-02-03   4:5:6,25", Some("2021-02-03T04:05:06.25Z"));
        check("2021-02-03T04:05:06.1234567899+02:30", Some("2021-02-03T04:05:06.123456789+02:30"));
        check("2021-02-03T04:05:06-00:00", Some("2021-02-03T04:05:06Z"));
        check("2021-02-03T04:05:06-00:60", Some("2021-02-03T04:05:06-01:00"));
    }

    #[test]
    fn not_dates() {
        for text in [
            "2023-02-29",
            "2020-0-1",
            "2020-01-01T",
            "2020-01-01 ",
            "2020-01-01T24:00:00Z",
            "2020-01-01 1:2:3Z",
        ] {
            check(text, None);
        }
        check("2020-01-01T00:00:00+24:00", None);
        check("2020-01-0é", None);
    }
}
