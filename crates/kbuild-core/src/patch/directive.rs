//! `$patch`: what a patch wants done with the mapping or the list that holds it.

use kbuild_yaml::{Children, NodeRef};

use super::Refusal;
use super::node_list::NodeList;
use crate::code::Code;

/// The key of a directive.
pub(super) const KEY: &str = "$patch";

/// What to do with the value in the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    Merge,
    Replace,
    Delete,
}

/// The directive of a mapping; none where it has no `$patch`.
pub(super) fn of_mapping(patch: NodeRef<'_>) -> Result<Option<Directive>, Refusal> {
    patch.get(KEY).map(read).transpose()
}

/// The directive of a list, and the elements without those that state it.
pub(super) fn of_list(patch: Children<'_>) -> Result<(Directive, NodeList), Refusal> {
    // Only the first element with the key counts, and only if it has no other: else it speaks of itself.
    let stating = patch.clone().find_map(|node| Some((node, node.get(KEY)?)));
    let Some((_, value)) = stating.filter(|(node, _)| node.children().nth(1).is_none()) else {
        return Ok((Directive::Merge, patch.map(NodeRef::id).collect()));
    };
    let directive = read(value)?;
    let text = value.text();
    let keep = |node: &NodeRef<'_>| match node.is_mapping() {
        true => !node.is_empty() && node.get(KEY).is_none_or(|value| value.text() != text),
        false => !node.is_null(),
    };
    Ok((directive, patch.filter(keep).map(NodeRef::id).collect()))
}

fn read(value: NodeRef<'_>) -> Result<Directive, Refusal> {
    match value.text() {
        Some("merge") => Ok(Directive::Merge),
        Some("replace") => Ok(Directive::Replace),
        Some("delete") => Ok(Directive::Delete),
        other => {
            let found =
                other.map_or_else(|| value.describe().to_owned(), |text| format!("`{text}`"));
            let mut refusal =
                Refusal::new(format!("unknown directive {found} in `$patch`"), value.place());
            refusal.error.code = Code::UNKNOWN_DIRECTIVE;
            refusal.error.hint =
                Some("the directives are `delete`, `merge` and `replace`".to_owned());
            Err(refusal)
        }
    }
}
