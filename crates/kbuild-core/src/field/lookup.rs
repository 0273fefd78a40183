//! Looks up a field by a path with dots: `spec.ports[0].port`, `spec.containers.[name=web].image`.

use kbuild_yaml::NodeRef;

use super::path::split;

/// The node that the path leads to, if there is one. White space around its parts and empty parts do not count.
pub(crate) fn lookup<'a>(root: NodeRef<'a>, path: &str) -> Option<NodeRef<'a>> {
    let mut steps = split(path).into_iter().flat_map(split_index);
    steps.try_fold(root, |node, step| match step.trim() {
        "" => Some(node),
        step => follow(node, step),
    })
}

fn follow<'a>(node: NodeRef<'a>, step: &str) -> Option<NodeRef<'a>> {
    if let Some(mut items) = node.as_sequence() {
        if step == "-" {
            return items.last();
        }
        if let Ok(index) = step.parse::<usize>() {
            return items.nth(index);
        }
        let (field, value) = step.strip_prefix('[')?.strip_suffix(']')?.split_once('=')?;
        return items.find(|item| {
            let compared = if field.is_empty() { Some(*item) } else { item.get(field) };
            compared.and_then(NodeRef::text) == Some(value)
        });
    }
    node.get(step)
}

/// `ports[0]` is a field and an index.
fn split_index(part: String) -> Vec<String> {
    let Some((name, index)) = part.strip_suffix(']').and_then(|text| text.split_once('[')) else {
        return vec![part];
    };
    if index.bytes().all(|byte| byte.is_ascii_digit()) && !index.is_empty() {
        return [name, index]
            .into_iter()
            .filter(|step| !step.is_empty())
            .map(str::to_owned)
            .collect();
    }
    vec![part]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::tree;

    #[test]
    fn fields_are_found_by_their_path() {
        let tree = tree(
            "spec: {ports: [{name: a, port: 1}, {name: b, port: 2}], 'x.y': {z: 3}, list: [p, q]}\n",
        );
        let root = tree.root();
        let find = |path: &str| lookup(root, path).and_then(NodeRef::text).map(str::to_owned);
        for (path, value) in [
            ("spec.ports[1].port", "2"),
            ("spec.ports.0.port", "1"),
            ("spec.ports.[name=b].port", "2"),
            (r"spec.x\.y.z", "3"),
            ("spec.[x.y].z", "3"),
            ("spec.list.-", "q"),
            ("spec.list.[=p]", "p"),
            ("..spec . list..1 .", "q"),
        ] {
            assert_eq!(find(path).as_deref(), Some(value), "{path}");
        }
        assert_eq!(lookup(root, "."), Some(root));
        assert_eq!(find("spec.none"), None);
        assert_eq!(find("spec.ports.9.port"), None);
    }
}
