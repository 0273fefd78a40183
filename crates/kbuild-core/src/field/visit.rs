//! The walker: follows the path of a field spec through a resource and hands what it finds to an editor.

use kbuild_yaml::{EcoString, Node, Scalar, ScalarType, Value};

use super::spec::{FieldSpec, Segment};
use crate::code::Code;
use crate::error::Error;

/// What the walker makes where the last field of a path that may be created is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Make {
    /// Nothing: the field is left out.
    Nothing,
    /// An empty scalar.
    Scalar,
    /// An empty mapping.
    Mapping,
}

impl Make {
    fn node(self) -> Node {
        match self {
            Make::Mapping => Node::mapping(),
            Make::Scalar | Make::Nothing => Node::new(Value::Scalar(Scalar {
                text: EcoString::new(),
                kind: ScalarType::Str,
                plain: true,
            })),
        }
    }
}

/// Calls `edit` for every node that the spec's path leads to in `root`, whatever the type of `root`.
///
/// Lists on the way are entered without being named. A null on the way ends it, unless the path may be created: then
/// the null becomes what the path wants. (A null where the path says `name[]` becomes an empty list.)
///
/// # Errors
/// A scalar on the way, and whatever `edit` refuses.
pub(crate) fn visit(
    root: &mut Node,
    spec: &FieldSpec,
    make: Make,
    edit: &mut dyn FnMut(&mut Node) -> Result<(), Error>,
) -> Result<(), Error> {
    let make = if spec.create { make } else { Make::Nothing };
    walk(root, &spec.path, make, edit).map_err(|error| {
        if error.message().is_empty() { not_a_mapping(spec, &error) } else { error }
    })
}

fn walk(
    node: &mut Node,
    path: &[Segment],
    make: Make,
    edit: &mut dyn FnMut(&mut Node) -> Result<(), Error>,
) -> Result<(), Error> {
    let Some((segment, rest)) = path.split_first() else { return edit(node) };
    if node.is_null() {
        return Ok(());
    }
    let place = node.place;
    match &mut node.value {
        Value::Sequence(items) => {
            for item in items {
                walk(item, path, make, edit)?;
            }
            Ok(())
        }
        Value::Mapping(mapping) => {
            if segment.name.is_empty() {
                return Err(Error::new(
                    Code::BAD_FIELD_SPEC,
                    "a field spec has an empty step in its path",
                )
                .at(place));
            }
            if counts_items(&segment.name) {
                let message = format!(
                    "the step {} of a field spec counts the items of a list, and this is a mapping",
                    segment.name
                );
                return Err(Error::new(Code::BAD_FIELD_SPEC, message).at(place).hint_with(
                    "lists on the way are entered without being named: leave the step out",
                ));
            }
            let creates = make != Make::Nothing && !segment.is_list;
            let wanted = || if rest.is_empty() { make.node() } else { Node::mapping() };
            let field = if creates {
                mapping.get_or_insert_with(&segment.name, wanted)
            } else {
                match mapping.get_mut(&segment.name) {
                    Some(field) => field,
                    None => return Ok(()),
                }
            };
            if field.is_null() {
                let place = field.place;
                if segment.is_list {
                    *field = Node::sequence(Vec::new()).at(place);
                } else if creates {
                    *field = wanted().at(place);
                }
            }
            walk(field, rest, make, edit)
        }
        // The message is put together where the whole path is known.
        Value::Scalar(_) => Err(Error::new(Code::UNREACHABLE_FIELD, "").at(place)),
    }
}

/// True for a step that the reference takes for an item of a list: a number, `-` and `[key=value]`.
pub(super) fn counts_items(step: &str) -> bool {
    match step.as_bytes().first() {
        Some(b'0'..=b'9' | b'+' | b'-') => step == "-" || step.parse::<i64>().is_ok(),
        Some(b'[') => step.ends_with(']'),
        _ => false,
    }
}

fn not_a_mapping(spec: &FieldSpec, error: &Error) -> Error {
    let located = Error::new(
        Code::UNREACHABLE_FIELD,
        format!(
            "the field {} cannot be reached: a mapping or a list is expected here, not a single value",
            spec.path_text()
        ),
    );
    located.at(error.place())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::set::set_string;
    use crate::test_support::{node, yaml};

    fn check(path: &str, create: bool, make: Make, input: &str, expect: &str) {
        let mut root = node(input);
        let mut spec = FieldSpec::everywhere(path);
        spec.create = create;
        visit(&mut root, &spec, make, &mut |field| {
            set_string(field, "new");
            Ok(())
        })
        .unwrap();
        assert_eq!(yaml(&root), expect);
    }

    #[test]
    fn lists_on_the_way_are_entered() {
        check(
            "a/b",
            false,
            Make::Scalar,
            "a:\n- b: 1\n- b: 2\n- c: 3\n",
            "a:\n- b: new\n- b: new\n- c: 3\n",
        );
    }

    #[test]
    fn missing_fields_are_made_when_the_spec_says_so() {
        check("a/b", true, Make::Scalar, "c: 1\n", "a:\n  b: new\nc: 1\n");
        check("a/b", false, Make::Scalar, "c: 1\n", "c: 1\n");
        check("a/b", true, Make::Scalar, "a: null\n", "a:\n  b: new\n");
        check("a[]/b", true, Make::Scalar, "c: 1\n", "c: 1\n");
        check("a[]/b", false, Make::Nothing, "a: null\n", "a: []\n");
    }

    #[test]
    fn a_scalar_on_the_way_is_an_error() {
        let mut root = node("a: 1\n");
        let error = visit(&mut root, &FieldSpec::everywhere("a/b"), Make::Scalar, &mut |_| Ok(()))
            .unwrap_err();
        assert!(error.message().starts_with("the field a/b cannot be reached"), "{error}");
    }
}
