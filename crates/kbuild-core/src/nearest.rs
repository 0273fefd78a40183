//! "Did you mean …?"

/// Names that are shorter may be meant for any other of their length, and so for none.
const MIN_LENGTH: usize = 3;

/// The candidate that differs least from `name`, if any is close enough to have been meant: a short name, only if the case
/// of letters is all that differs.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = name.chars().count();
    let limit = if length < MIN_LENGTH { 0 } else { length / 3 };
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let mut letters = Vec::new();
    let mut best = None;
    for candidate in candidates {
        // There may be very many, and few are worth a closer look.
        let worth = best.map_or(limit, |(least, _)| least - 1);
        letters.clear();
        letters.extend(candidate.chars().flat_map(char::to_lowercase));
        if letters.len().abs_diff(name.len()) > worth {
            continue;
        }
        let distance = distance(&name, &letters);
        if distance <= worth {
            best = Some((distance, candidate));
        }
        if distance == 0 {
            break;
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// A hint at what was meant where a regular expression matches nothing; `near` is the nearest text that it could have matched.
pub(crate) fn did_you_mean(expression: &str, near: &str) -> String {
    if expression == near {
        let escaped = regex::escape(expression);
        return format!("it is a regular expression, which does not match itself: write {escaped}");
    }
    format!("did you mean {near}?")
}

/// How many letters have to be changed, added, taken away, or swapped with their neighbours.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, wanted) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != wanted);
            let mut least = changed.min(last[column + 1] + 1).min(this[column] + 1);
            let swaps =
                row > 0 && column > 0 && *letter == other[column - 1] && one[row - 1] == *wanted;
            if swaps {
                least = least.min(before_last[column - 1] + 1);
            }
            this.push(least);
        }
        before_last = std::mem::replace(&mut last, this);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found() {
        assert_eq!(nearest("resorces", ["resources", "replicas"]), Some("resources"));
        assert_eq!(nearest("namepsace", ["namespace", "namePrefix"]), Some("namespace"));
        assert_eq!(nearest("wbe", ["api", "web"]), Some("web"));
        assert_eq!(nearest("frobnicate", ["resources", "replicas"]), None);
        assert_eq!(nearest("-", ["x", "y"]), None);
        assert_eq!(nearest("ab", ["ac", "b", "AB"]), Some("AB"));
    }
}
