//! Repetitions: `*`, `+?`, `{2,3}`.

/// Nothing may be repeated more often than this, all repetitions around it taken together.
const MOST: u32 = 1000;

/// A repetition at the start of a text.
pub(super) struct Repeat<'a> {
    /// All of it, with the question mark that may follow.
    pub(super) text: &'a str,
    /// The numbers of one in braces: the least and the most. A number that is too large is [`u32::MAX`].
    counts: Option<(u32, Option<u32>)>,
}

impl<'a> Repeat<'a> {
    /// Reads the repetition that the text begins with; a brace may begin none, and is a letter then.
    pub(super) fn parse(text: &'a str) -> Option<Repeat<'a>> {
        let (counts, rest) = match text.strip_prefix('{') {
            Some(inner) => {
                let (counts, rest) = counts(inner)?;
                (Some(counts), rest)
            }
            None => (None, text.strip_prefix(['*', '+', '?'])?),
        };
        let rest = rest.strip_prefix('?').unwrap_or(rest);
        Some(Repeat { text: &text[..text.len() - rest.len()], counts })
    }

    /// The repetition without the question mark that makes it lazy.
    pub(super) fn without_greed(&self) -> &'a str {
        match self.text.len() {
            1 => self.text,
            _ => self.text.strip_suffix('?').unwrap_or(self.text),
        }
    }

    /// How often the innermost of it is repeated, where what it repeats does so `inner` times.
    ///
    /// # Errors
    /// That is too often, or the numbers are in the wrong order.
    pub(super) fn times(&self, inner: u32) -> Result<u32, String> {
        let Some((least, most)) = self.counts else { return Ok(inner) };
        if most.is_some_and(|most| least > most) {
            return Err(format!("{} wants more than it allows", self.text));
        }
        let times = match most.unwrap_or(least) {
            0 if most.is_some() => 1,
            0 => inner,
            count => count.saturating_mul(inner),
        };
        match times > MOST {
            true => Err(format!("{} repeats more than {MOST} times", self.text)),
            false => Ok(times),
        }
    }
}

/// The numbers of a repetition after its brace, and what follows it.
fn counts(text: &str) -> Option<((u32, Option<u32>), &str)> {
    let (least, rest) = number(text)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some(((least, Some(least)), rest));
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some(((least, None), rest));
    }
    let (most, rest) = number(rest)?;
    Some(((least, Some(most)), rest.strip_prefix('}')?))
}

/// A number without zeros before it.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}
