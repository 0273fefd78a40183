//! Field paths of replacements: `spec.containers.[name=web].image`, read and followed to one field.

use kbuild_yaml::{Children, NodeRef, Place};
use regex::Regex;

use crate::code::Code;
use crate::error::Error;
use crate::field::path::split;
use crate::identity::pattern::compile;
use crate::kustomization::Text;

/// Where a field stands in a resource: the number of the entry or item at each level.
pub(super) type Position = Vec<usize>;

/// A path, split and understood.
#[derive(Debug)]
pub(super) struct FieldPath {
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) steps: Vec<Step>,
}

/// One part of a path.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) text: String,
    pub(super) kind: StepKind,
}

/// What a part of a path stands for.
#[derive(Debug)]
pub(super) enum StepKind {
    /// A key of a mapping.
    Field,
    /// The number of an item.
    Index(usize),
    /// The items with a field of this value: `[name=web]`; the items of this value: `[=web]`.
    Items(ItemSelector),
    /// Something in brackets without an equals sign.
    Malformed,
    /// All items: `*`.
    Every,
}

/// Which items of a list are meant.
#[derive(Debug)]
pub(super) struct ItemSelector {
    /// The field of the item; empty for the item itself.
    pub(super) field: String,
    /// The value.
    pub(super) value: String,
    /// The value as a regular expression that may match anywhere.
    pub(super) pattern: Result<Regex, String>,
}

impl FieldPath {
    pub(super) fn new(text: &Text) -> FieldPath {
        FieldPath {
            text: text.to_string(),
            place: text.place,
            steps: split(text).into_iter().map(Step::new).collect(),
        }
    }

    /// An error at the path.
    pub(super) fn error(&self, message: impl Into<String>) -> Error {
        self.error_of(Code::BAD_FIELD_PATH, message).mark(&*self.text)
    }

    /// An error of some sort at the path.
    pub(super) fn error_of(&self, code: Code, message: impl Into<String>) -> Error {
        Error::new(code, message).at(self.place)
    }
}

impl Step {
    fn new(text: String) -> Step {
        Step { kind: StepKind::new(&text), text }
    }
}

impl StepKind {
    fn new(text: &str) -> StepKind {
        if let Some(index) = text.parse::<i64>().ok().and_then(|index| usize::try_from(index).ok())
        {
            return StepKind::Index(index);
        }
        if text == "*" {
            return StepKind::Every;
        }
        if !is_bracketed(text) {
            return StepKind::Field;
        }
        let inner = text.strip_suffix(']').unwrap_or(text);
        let inner = inner.strip_prefix('[').unwrap_or(inner);
        match inner.split_once('=') {
            Some((field, value)) => StepKind::Items(ItemSelector {
                field: field.to_owned(),
                value: value.to_owned(),
                pattern: compile(value),
            }),
            None => StepKind::Malformed,
        }
    }

    /// True for parts that lead into a list.
    pub(super) fn is_in_list(&self) -> bool {
        matches!(self, StepKind::Index(_) | StepKind::Items(_) | StepKind::Malformed)
    }
}

fn is_bracketed(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']')
}

/// The node at a position.
pub(super) fn node_at<'a>(root: NodeRef<'a>, position: &[usize]) -> Option<NodeRef<'a>> {
    position.iter().try_fold(root, |node, index| node.children().nth(*index))
}

/// Follows one part of a path to the first field that fits: the index of the entry or item.
///
/// # Errors
/// The part asks a mapping for an item or the other way round, or stands for several fields.
pub(super) fn look_up(node: NodeRef<'_>, step: &Step) -> Result<Option<usize>, String> {
    let text = step.text.trim();
    if text == "-" {
        return Ok(count(node)?.checked_sub(1));
    }
    if text.parse::<i64>().is_ok_and(|index| index < 0) {
        return Err(format!("the index {text} is negative"));
    }
    // White space around a part counts for targets and not for sources.
    let trimmed;
    let kind = if text.len() == step.text.len() {
        &step.kind
    } else {
        trimmed = StepKind::new(text);
        &trimmed
    };
    match kind {
        StepKind::Index(index) => {
            let count = count(node)?;
            Ok(Some(*index).filter(|index| *index < count))
        }
        StepKind::Every => Err("a * stands for many fields, and one is wanted here".to_owned()),
        StepKind::Malformed => Err(malformed(text)),
        StepKind::Items(selector) => {
            let found =
                items(node)?.and_then(|mut items| items.position(|item| selector.is_exactly(item)));
            Ok(found)
        }
        StepKind::Field if node.is_null() => Ok(None),
        StepKind::Field => match node.as_mapping() {
            Some(mut values) => Ok(values.position(|value| value.has_key(text))),
            None => {
                Err(format!("{text} is looked for in {}, which has no fields", node.describe()))
            }
        },
    }
}

impl ItemSelector {
    /// True for an item with exactly this value.
    fn is_exactly(&self, item: NodeRef<'_>) -> bool {
        let text =
            |node: NodeRef<'_>| node.as_scalar().map_or("", |scalar| scalar.text) == self.value;
        if self.field.is_empty() { text(item) } else { item.get(&self.field).is_some_and(text) }
    }
}

/// The items of a list; none for a null.
///
/// # Errors
/// The node is something else.
pub(super) fn items(node: NodeRef<'_>) -> Result<Option<Children<'_>>, String> {
    match node.as_sequence() {
        Some(items) => Ok(Some(items)),
        None if node.is_null() => Ok(None),
        None => Err(format!("a list is wanted, and this is {}", node.describe())),
    }
}

/// How many items a list has.
///
/// # Errors
/// As [`items`].
pub(super) fn count(node: NodeRef<'_>) -> Result<usize, String> {
    Ok(items(node)?.map_or(0, Iterator::count))
}

pub(super) fn malformed(text: &str) -> String {
    format!(
        "{text} does not say which items are meant: write [field=value], or [=value] for the items themselves"
    )
}

/// Follows a path to one field.
///
/// # Errors
/// As [`look_up`].
pub(super) fn find(root: NodeRef<'_>, steps: &[Step]) -> Result<Option<Position>, String> {
    let mut position = Position::new();
    let mut node = root;
    for step in steps.iter().filter(|step| !step.text.trim().is_empty()) {
        let Some(index) = look_up(node, step)? else { return Ok(None) };
        let Some(next) = node.children().nth(index) else { return Ok(None) };
        position.push(index);
        node = next;
    }
    Ok(Some(position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::tree;

    #[track_caller]
    fn check(path: &str, parts: &[&str]) {
        assert_eq!(split(path), parts, "{path}");
    }

    #[test]
    fn paths_are_split_at_dots() {
        check("spec.replicas", &["spec", "replicas"]);
        check(".spec.replicas", &["spec", "replicas"]);
        check("a..b", &["a", "", "b"]);
        check("a.", &["a", ""]);
        check(".", &[""]);
        check("", &[""]);
    }

    #[test]
    fn escaped_dots_do_not_split() {
        check(r"data.config\.yaml", &["data", "config.yaml"]);
        check(
            r"metadata.annotations.example\.com/a\.b",
            &["metadata", "annotations", "example.com/a.b"],
        );
        check(r"a\", &[r"a\"]);
        check(r"a\.", &["a."]);
    }

    #[test]
    fn dots_in_brackets_do_not_split() {
        check("a.[name=x.y.z].b", &["a", "[name=x.y.z]", "b"]);
        check(
            "metadata.annotations.[example.com/a]",
            &["metadata", "annotations", "example.com/a"],
        );
        check("a.[b]", &["a", "[b]"]);
        check("a.[b.c", &["a", "b.c"]);
        check("a.[b=c.d", &["a", "[b=c.d"]);
        check("a.[name=.*].b", &["a", "[name=.*]", "b"]);
        check(r"a.[name=x\.y].b", &["a", "[name=x.y]", "b"]);
    }

    #[test]
    fn parts_are_told_apart() {
        let kind = |text: &str| format!("{:?}", StepKind::new(text));
        assert!(kind("0").contains("Index(0)"));
        assert!(kind("+7").contains("Index(7)"));
        assert_eq!(kind("-1"), "Field");
        assert_eq!(kind("99999999999999999999"), "Field");
        assert_eq!(kind("*"), "Every");
        assert_eq!(kind("[a]"), "Malformed");
        assert_eq!(kind("[a=b"), "Field");
        assert!(kind("[a=b=c]").contains("value: \"b=c\""));
    }

    #[test]
    fn one_field_is_found() {
        let tree = tree("a:\n- name: x\n  v: [1, 2]\n- name: y\n  v: {k: 3}\nn: null\ns: text\n");
        let find = |path: &str| {
            let path = FieldPath::new(&Text { text: path.into(), place: Place::default() });
            find(tree.root(), &path.steps)
        };
        assert_eq!(find("a.[name=y].v.k"), Ok(Some(vec![0, 1, 1, 0])));
        assert_eq!(find("a.-.name"), Ok(Some(vec![0, 1, 0])));
        assert_eq!(find("a.0.v.[=2]"), Ok(Some(vec![0, 0, 1, 1])));
        assert_eq!(find(" a . 0 .name"), Ok(Some(vec![0, 0, 0])));
        assert_eq!(find("a.2"), Ok(None));
        assert_eq!(find("a.[name=.*]"), Ok(None));
        assert_eq!(find("n.x"), Ok(None));
        assert_eq!(find("n"), Ok(Some(vec![1])));
        assert_eq!(find("n.0"), Ok(None));
        assert_eq!(find(" "), Ok(Some(vec![])));
        for bad in ["a.*", "a.-1", "a.name", "s.x", "s.0", "a.[name]", "a.0.0"] {
            assert!(find(bad).is_err(), "{bad}");
        }
    }
}
