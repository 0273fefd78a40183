//! What a function reports in the `results` of its list: findings with a severity, a message and a place.

use std::fmt::Write as _;

use kbuild_yaml::Node;

/// One thing that a function found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) is_error: bool,
    /// The message, with the resource and the field that it is about.
    pub(super) text: String,
}

/// The findings in a list of results. Older functions group them: `items` within a result or in place of the list.
pub(super) fn findings(results: &Node) -> Vec<Finding> {
    let mut found = Vec::new();
    let groups = results.as_sequence().map_or(std::slice::from_ref(results), Vec::as_slice);
    for group in groups {
        match group.get("items").and_then(Node::as_sequence) {
            Some(items) => found.extend(items.iter().filter_map(finding)),
            None => found.extend(finding(group)),
        }
    }
    found
}

fn finding(result: &Node) -> Option<Finding> {
    let message = text(result, &["message"]);
    let severity = text(result, &["severity"]);
    if message.is_empty() && severity.is_empty() {
        return None;
    }
    let mut finding =
        if message.is_empty() { "(no message)".to_owned() } else { message.trim_end().to_owned() };
    let (kind, name) =
        (text(result, &["resourceRef", "kind"]), text(result, &["resourceRef", "name"]));
    // Writing into a string cannot fail.
    let _ = match (kind.is_empty(), name.is_empty()) {
        (true, true) => Ok(()),
        (false, true) => write!(finding, ", in {kind}"),
        (true, false) => write!(finding, ", in {name}"),
        (false, false) => write!(finding, ", in {kind}/{name}"),
    };
    for (lead, path) in [("field", ["field", "path"]), ("file", ["file", "path"])] {
        let value = text(result, &path);
        if !value.is_empty() {
            let _ = write!(finding, ", {lead} {value}");
        }
    }
    Some(Finding { is_error: severity.eq_ignore_ascii_case("error"), text: finding })
}

fn text<'a>(node: &'a Node, path: &[&str]) -> &'a str {
    path.iter()
        .try_fold(node, |node, field| node.get(field))
        .and_then(Node::text)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::node;

    #[test]
    fn results_are_read_as_both_versions_write_them() {
        let error = "{message: bad, severity: error, resourceRef: {kind: Pod, name: p}, field: {path: spec.x}, file: {path: a.yaml}}";
        let expected = "bad, in Pod/p, field spec.x, file a.yaml";
        for results in [
            format!("[{error}, {{message: hm}}]"),
            format!("{{name: x, items: [{error}, {{message: hm}}]}}"),
        ] {
            let found = findings(&node(&results));
            assert_eq!(found[0], Finding { is_error: true, text: expected.to_owned() });
            assert_eq!(found[1], Finding { is_error: false, text: "hm".to_owned() });
        }
        assert!(findings(&node("[a, {}, []]")).is_empty());
        assert!(findings(&node("text")).is_empty());
    }
}
