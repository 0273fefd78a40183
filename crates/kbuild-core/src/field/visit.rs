//! The walker: follows the path of a field spec through a resource and hands what it finds to an editor.

use kbuild_yaml::{NodeId, Place, ScalarType, Tree};

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
    fn make(self, tree: &mut Tree, node: NodeId) {
        match self {
            Make::Mapping => tree.set_mapping(node),
            Make::Scalar | Make::Nothing => tree.set_scalar(node, "", ScalarType::Str, true),
        }
    }
}

/// What is done with the nodes that a path leads to.
pub(crate) type Edit<'a> = dyn FnMut(&mut Tree, NodeId) -> Result<(), Error> + 'a;

/// Calls `edit` for every node that the spec's path leads to from the root of `tree`, whatever the type of the root.
///
/// Lists on the way are entered without being named. A null on the way ends it, unless the path may be created: then
/// the null becomes what the path wants. (A null where the path says `name[]` becomes an empty list.)
///
/// # Errors
/// A scalar on the way, and whatever `edit` refuses.
pub(crate) fn visit(
    tree: &mut Tree,
    spec: &FieldSpec,
    make: Make,
    edit: &mut Edit<'_>,
) -> Result<(), Error> {
    visit_from(tree, spec, (Tree::ROOT, 0), make, edit)
}

/// The same from a node on, to which so many steps of the path lead.
///
/// # Errors
/// As [`visit`].
#[inline]
pub(super) fn visit_from(
    tree: &mut Tree,
    spec: &FieldSpec,
    (node, steps): (NodeId, usize),
    make: Make,
    edit: &mut Edit<'_>,
) -> Result<(), Error> {
    let path = spec.path.get(steps..).unwrap_or_default();
    if path.is_empty() {
        return edit(tree, node);
    }
    let make = if spec.create { make } else { Make::Nothing };
    walk(tree, node, path, make, edit).map_err(|error| {
        if error.message().is_empty() { not_a_mapping(spec, &error) } else { error }
    })
}

fn walk(
    tree: &mut Tree,
    node: NodeId,
    path: &[Segment],
    make: Make,
    edit: &mut Edit<'_>,
) -> Result<(), Error> {
    let Some((segment, rest)) = path.split_first() else { return edit(tree, node) };
    let here = tree.at(node);
    if here.is_null() {
        return Ok(());
    }
    let place = here.place();
    if here.is_scalar() {
        // The message is put together where the whole path is known.
        return Err(Error::new(Code::UNREACHABLE_FIELD, "").at(place));
    }
    if here.is_sequence() {
        let mut next = tree.first_child(node);
        while let Some(item) = next {
            next = tree.next_sibling(item);
            walk(tree, item, path, make, edit)?;
        }
        return Ok(());
    }
    if segment.is_odd {
        return Err(odd_step(&segment.name, place));
    }
    let creates = make != Make::Nothing && !segment.is_list;
    let kind = if rest.is_empty() { make } else { Make::Mapping };
    let field = match tree.find(node, &segment.name) {
        Some(field) if tree.at(field).is_null() => {
            if segment.is_list {
                tree.set_sequence(field);
            } else if creates {
                kind.make(tree, field);
            }
            field
        }
        Some(field) => field,
        None if creates => {
            let place = Place::default();
            let field = tree.push_entry(node, &segment.name, ScalarType::Str, place);
            kind.make(tree, field);
            field
        }
        None => return Ok(()),
    };
    walk(tree, field, rest, make, edit)
}

/// The error of a step into a mapping that names no field of it.
fn odd_step(step: &str, place: Place) -> Error {
    if step.is_empty() {
        return Error::new(Code::BAD_FIELD_SPEC, "a field spec has an empty step in its path")
            .at(place);
    }
    if step == "*" {
        let message = "the step * of a field spec would stand for all fields, and it cannot";
        return Error::new(Code::BAD_FIELD_SPEC, message)
            .at(place)
            .hint_with("name the fields, with a field spec for each");
    }
    let message = format!(
        "the step {step} of a field spec counts the items of a list, and this is a mapping"
    );
    Error::new(Code::BAD_FIELD_SPEC, message)
        .at(place)
        .hint_with("lists on the way are entered without being named: leave the step out")
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
    use crate::test_support::{tree, yaml};

    fn check(path: &str, create: bool, make: Make, input: &str, expect: &str) {
        let mut tree = tree(input);
        let mut spec = FieldSpec::everywhere(path);
        spec.create = create;
        visit(&mut tree, &spec, make, &mut |tree, field| {
            set_string(tree, field, "new");
            Ok(())
        })
        .unwrap();
        assert_eq!(yaml(tree.root()), expect);
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
        let (mut tree, spec) = (tree("a: 1\n"), FieldSpec::everywhere("a/b"));
        let error = visit(&mut tree, &spec, Make::Scalar, &mut |_, _| Ok(())).unwrap_err();
        assert!(error.message().starts_with("the field a/b cannot be reached"), "{error}");
    }
}
