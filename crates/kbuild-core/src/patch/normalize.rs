//! What a resource looks like after a JSON patch: the reference takes it through JSON and back.
//!
//! Numbers become 64-bit floating point numbers in Go's shortest form, dates become text, nulls are spelled out, and
//! strings lose the style in which they were written.

use kbuild_yaml::{
    EcoString, Node, NodeId, NodeRef, Place, Scalar, ScalarRef, ScalarType, Tree, Value, ValueRef,
    is_json_form, is_short_decimal, is_unreadable_block, is_written_plainly, write_json,
};

use super::PatchError;
use crate::code::Code;

/// Gives every value of a resource the form that it has after JSON.
pub(super) fn normalize(tree: &mut Tree) -> Result<(), PatchError> {
    change_scalars(tree, Tree::ROOT, normal)
}

/// Readies a resource for the way through JSON: makes empty texts of the values that are not there in flow collections
/// (`{a: , b}`), as the reference writes them so to read JSON from that.
///
/// # Errors
/// A value has no form in JSON, whatever the patch does with it.
pub(super) fn prepare(tree: &mut Tree) -> Result<(), PatchError> {
    change_scalars(tree, Tree::ROOT, prepared)
}

/// What a scalar becomes, if it changes.
type Change = fn(ScalarRef<'_>, Place) -> Result<Option<Scalar>, PatchError>;

fn change_scalars(tree: &mut Tree, node: NodeId, change: Change) -> Result<(), PatchError> {
    let here = tree.at(node);
    if let Some(scalar) = here.as_scalar() {
        match change(scalar, here.place())? {
            Some(Scalar { text, kind, plain }) => tree.set_scalar(node, &text, kind, plain),
            None if here.is_untagged() => tree.set_tagged(node),
            None => {}
        }
        return Ok(());
    }
    let mut next = tree.first_child(node);
    while let Some(child) = next {
        next = tree.next_sibling(child);
        change_scalars(tree, child, change)?;
    }
    Ok(())
}

fn normal(scalar: ScalarRef<'_>, place: Place) -> Result<Option<Scalar>, PatchError> {
    let ScalarRef { text, kind, plain } = scalar;
    if kind == ScalarType::Str {
        if is_unreadable_block(text) {
            let message = "a text of several lines starts with a tab, which no block of YAML can";
            return Err(PatchError::new(Code::NOT_WRITABLE, message, place));
        }
        return Ok(restyled(scalar));
    }
    if kind == ScalarType::Int && is_short_decimal(text) {
        return Ok((!plain).then(|| Scalar { text: text.into(), kind, plain: true }));
    }
    let mut scalar = as_json(scalar, place)?.unwrap_or_else(|| owned(scalar));
    if matches!(scalar.kind, ScalarType::Int | ScalarType::Float)
        && let Ok(value) = scalar.text.parse::<f64>()
    {
        scalar = Scalar::from_plain(shortest(value));
    }
    let styled = restyled((&scalar).into());
    Ok(Some(styled.unwrap_or(scalar)))
}

/// A string with the style that it has after JSON, if that is another.
fn restyled(scalar: ScalarRef<'_>) -> Option<Scalar> {
    let plain = is_written_plainly(scalar.text);
    let changes = scalar.kind == ScalarType::Str && scalar.plain != plain;
    changes.then(|| Scalar { plain, ..owned(scalar) })
}

fn owned(scalar: ScalarRef<'_>) -> Scalar {
    Scalar { text: scalar.text.into(), kind: scalar.kind, plain: scalar.plain }
}

fn prepared(scalar: ScalarRef<'_>, place: Place) -> Result<Option<Scalar>, PatchError> {
    match scalar.kind {
        ScalarType::Null => {
            Ok((!scalar.plain && scalar.text.is_empty()).then(|| Scalar::string("")))
        }
        ScalarType::Str => Ok(None),
        _ if is_json_form(scalar) => Ok(None),
        _ => json_text(scalar, place).map(|_| None),
    }
}

/// Gives the scalars in a value of a patch the form that they have in JSON: canonical numbers, dates as text.
pub(super) fn to_json(node: &mut Node) -> Result<(), PatchError> {
    let place = node.place;
    match &mut node.value {
        Value::Mapping(mapping) => mapping.iter_mut().try_for_each(|entry| {
            entry.key.set_kind(ScalarType::Str);
            to_json(&mut entry.value)
        }),
        Value::Sequence(items) => items.iter_mut().try_for_each(to_json),
        Value::Scalar(scalar) => {
            if let Some(changed) = as_json((&*scalar).into(), place)? {
                *scalar = changed;
            }
            Ok(())
        }
    }
}

/// What a scalar is in JSON, if that differs.
fn as_json(scalar: ScalarRef<'_>, place: Place) -> Result<Option<Scalar>, PatchError> {
    let ScalarRef { text, kind, .. } = scalar;
    let text = match kind {
        ScalarType::Str | ScalarType::Binary => return Ok(None),
        ScalarType::Int if is_short_decimal(text) => return Ok(None),
        ScalarType::Null => {
            return Ok(Some(Scalar { text: "null".into(), kind, plain: true }));
        }
        ScalarType::Bool => {
            let yes = matches!(
                text.as_bytes(),
                [b't' | b'T' | b'y' | b'Y', ..] | [b'o' | b'O', b'n' | b'N']
            );
            let text = if yes { "true" } else { "false" };
            return Ok(Some(Scalar { text: text.into(), kind, plain: true }));
        }
        ScalarType::Int | ScalarType::Float | ScalarType::Timestamp => json_text(scalar, place)?,
    };
    Ok(Some(match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(date) => Scalar::string(date),
        None => Scalar::from_plain(text),
    }))
}

/// True when all values have the form that they have after JSON, but for their styles.
pub(super) fn is_normal(node: NodeRef<'_>) -> bool {
    match node.as_scalar() {
        Some(scalar) => is_json_form(scalar),
        None => node.children().all(is_normal),
    }
}

/// True when two values are the same JSON.
pub(super) fn same_json(one: NodeRef<'_>, two: NodeRef<'_>) -> bool {
    match (one.value(), two.value()) {
        (ValueRef::Mapping(a), ValueRef::Mapping(b)) => {
            a.count() == b.count()
                && one
                    .children()
                    .all(|one| two.get(one.key()).is_some_and(|two| same_json(one, two)))
        }
        (ValueRef::Sequence(a), ValueRef::Sequence(b)) => {
            a.count() == b.count()
                && one.children().zip(two.children()).all(|(a, b)| same_json(a, b))
        }
        (ValueRef::Scalar(a), ValueRef::Scalar(b)) => {
            let texts = || (json_text(a, one.place()), json_text(b, two.place()));
            (a.kind == b.kind && a.text == b.text) || matches!(texts(), (Ok(a), Ok(b)) if a == b)
        }
        _ => false,
    }
}

fn json_text(scalar: ScalarRef<'_>, place: Place) -> Result<String, PatchError> {
    let mut text = String::new();
    let node = Node::new(Value::Scalar(owned(scalar))).at(place);
    match write_json(&node, &mut text) {
        Ok(()) => Ok(text.trim_end().to_owned()),
        Err(error) => Err(PatchError::new(Code::NOT_WRITABLE, error.message, error.place)),
    }
}

/// Go's shortest form: with an exponent from a million on and below a ten-thousandth.
fn shortest(value: f64) -> EcoString {
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific.into() };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}").into();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: (&str, ScalarType)) {
        let mut tree = Tree::from(&Node::new(Value::Scalar(Scalar::from_plain(text))));
        normalize(&mut tree).unwrap();
        let scalar = tree.root().as_scalar().unwrap();
        assert_eq!((scalar.text, scalar.kind), expected, "{text}");
    }

    #[test]
    fn numbers_are_rounded() {
        check("8080", ("8080", ScalarType::Int));
        check("0644", ("420", ScalarType::Int));
        check("1_000", ("1000", ScalarType::Int));
        check("1.0", ("1", ScalarType::Int));
        check("0.50", ("0.5", ScalarType::Float));
        check("999999", ("999999", ScalarType::Int));
        check("1000000", ("1e+06", ScalarType::Float));
        check("-1234567", ("-1.234567e+06", ScalarType::Float));
        check("9007199254740993", ("9.007199254740992e+15", ScalarType::Float));
        check("0.00001", ("1e-05", ScalarType::Float));
    }

    #[test]
    fn other_types() {
        check("True", ("true", ScalarType::Bool));
        check("", ("null", ScalarType::Null));
        check("2020-01-02", ("2020-01-02T00:00:00Z", ScalarType::Str));
    }
}
