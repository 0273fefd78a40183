//! Paths of a JSON patch: where they lead, by the rules of the reference's library.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use kbuild_yaml::{EcoString, NodeId, NodeRef, Tree, ValueRef};

use super::lists::Lists;

/// A path, as it is written and taken apart.
#[derive(Clone, Debug)]
pub(super) struct Pointer {
    text: EcoString,
    /// Its steps, decoded; none where it leads nowhere.
    steps: Vec<EcoString>,
}

impl Pointer {
    /// What stands before the first slash is not looked at; a path without any leads nowhere.
    pub(super) fn new(text: &str) -> Pointer {
        let steps = text.split_once('/').map(|(_, steps)| steps.split('/'));
        let steps = steps.into_iter().flatten().map(|step| EcoString::from(&*decode(step)));
        Pointer { text: text.into(), steps: steps.collect() }
    }

    /// How many steps it has.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// The mapping or list that holds what it names, and its last step.
    pub(super) fn holder(&self, document: &Tree, lists: &mut Lists) -> Option<(NodeId, &str)> {
        let (last, steps) = self.steps.split_last()?;
        let mut at = document.root();
        for step in steps {
            at = lists.child(at, step)?;
            if at.is_scalar() {
                return None;
            }
        }
        Some((at.id(), last))
    }
}

impl Deref for Pointer {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// `~1` stands for a slash and `~0` for a tilde.
fn decode(step: &str) -> Cow<'_, str> {
    if !step.contains('~') {
        return step.into();
    }
    let mut result = String::with_capacity(step.len());
    let mut rest = step;
    while let Some(at) = rest.find('~') {
        let (before, from) = rest.split_at(at);
        result.push_str(before);
        rest = if let Some(after) = from.strip_prefix("~1") {
            result.push('/');
            after
        } else if let Some(after) = from.strip_prefix("~0") {
            result.push('~');
            after
        } else {
            result.push('~');
            from.get(1..).unwrap_or_default()
        };
    }
    result.push_str(rest);
    result.into()
}

/// The index of an existing element. Negative ones count from the end.
pub(super) fn index(step: &str, len: usize) -> Option<usize> {
    let index: i64 = step.parse().ok()?;
    let len = i64::try_from(len).ok()?;
    let index = if index < 0 { index.checked_add(len)? } else { index };
    if (0..len).contains(&index) { usize::try_from(index).ok() } else { None }
}

/// What is there as far as `path` can be followed, for the hint of an error.
pub(super) fn explain(document: NodeRef<'_>, path: &str) -> String {
    let Some((_, steps)) = path.split_once('/') else {
        return format!("a path begins with a slash: `/{path}`");
    };
    let (mut at, mut lists) = (document, Lists::default());
    let mut followed = String::new();
    for step in steps.split('/') {
        let Some(next) = lists.child(at, &decode(step)) else { break };
        followed.push('/');
        followed.push_str(step);
        at = next;
    }
    let followed =
        if followed.is_empty() { "the resource".to_owned() } else { format!("`{followed}`") };
    match at.value() {
        ValueRef::Mapping(values) if values.is_empty() => format!("{followed} is an empty mapping"),
        ValueRef::Mapping(mut values) => {
            let mut names: Vec<String> =
                values.by_ref().take(8).map(|value| format!("`{}`", value.key())).collect();
            if !values.is_empty() {
                names.push("…".to_owned());
            }
            format!("{followed} has {}", names.join(", "))
        }
        ValueRef::Sequence(items) if items.is_empty() => format!("{followed} is an empty list"),
        ValueRef::Sequence(items) => {
            let last = items.count().saturating_sub(1);
            format!("{followed} is a list with the indices 0 to {last}")
        }
        ValueRef::Scalar(_) => format!("{followed} is {}", at.describe()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        assert_eq!(decode("a~1b~0c"), "a/b~c");
        assert_eq!(decode("~01"), "~1");
        assert_eq!(decode("~2~"), "~2~");
    }

    #[test]
    fn indices() {
        assert_eq!(index("01", 3), Some(1));
        assert_eq!(index("+2", 3), Some(2));
        assert_eq!(index("-1", 3), Some(2));
        assert_eq!(index("-3", 3), Some(0));
        for step in ["3", "-4", "-", "", "a", "1.0"] {
            assert_eq!(index(step, 3), None, "{step:?}");
        }
    }
}
