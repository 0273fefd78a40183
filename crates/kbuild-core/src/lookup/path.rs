//! Paths to the fields of a resource, as a person writes them and as they are shown.

use kbuild_yaml::{NodeRef, ValueRef};

use super::{Leaf, LookupError};
use crate::field::path::split;
use crate::nearest::nearest;

/// The parts of a path. A bracket begins a part, whether or not a dot stands before it.
///
/// # Errors
/// A bracket has no end.
pub(super) fn parts(path: &str) -> Result<Vec<String>, LookupError> {
    let mut dotted = String::with_capacity(path.len() + 4);
    let mut is_open = false;
    for letter in path.chars() {
        match letter {
            '[' if !is_open => {
                if !dotted.is_empty() && !dotted.ends_with('.') {
                    dotted.push('.');
                }
                is_open = true;
            }
            ']' => is_open = false,
            _ => {}
        }
        dotted.push(letter);
    }
    if is_open {
        return Err(LookupError::OpenBracket { path: path.to_owned() });
    }
    Ok(split(&dotted).into_iter().filter(|part| !part.is_empty()).collect())
}

/// What a part of a path leads to, and how that part is best written.
pub(super) fn child<'a>(node: NodeRef<'a>, part: &str) -> Option<(String, NodeRef<'a>)> {
    let inner = part.strip_prefix('[').and_then(|part| part.strip_suffix(']')).unwrap_or(part);
    match node.value() {
        ValueRef::Mapping(values) => {
            let key = if values.get(part).is_some() { part } else { inner };
            values.get(key).map(|next| (key_step(key), next))
        }
        ValueRef::Sequence(items) => {
            let items: Vec<NodeRef> = items.collect();
            let index = match inner.split_once('=') {
                None => inner.parse::<usize>().ok(),
                Some((field, value)) => items.iter().position(|item| {
                    let item = if field.is_empty() { Some(*item) } else { item.get(field) };
                    item.and_then(NodeRef::as_scalar).is_some_and(|scalar| scalar.text == value)
                }),
            }?;
            items.get(index).map(|next| (item_step(&items, index), *next))
        }
        ValueRef::Scalar(_) => None,
    }
}

/// The error where `part` of a path, or what follows it, leads nowhere from `node`, which is at `within`.
pub(super) fn no_field(
    node: NodeRef<'_>,
    part: &str,
    rest: &[String],
    within: &str,
) -> LookupError {
    let steps: Vec<String> = match node.value() {
        ValueRef::Mapping(values) => values.map(|value| key_step(value.key())).collect(),
        ValueRef::Sequence(items) => {
            let items: Vec<NodeRef> = items.collect();
            (0..items.len()).map(|index| item_step(&items, index)).collect()
        }
        ValueRef::Scalar(_) => Vec::new(),
    };
    let bare = |step: &str| step.trim_matches(['.', '[', ']', '\'', '"']).to_owned();
    let bares: Vec<String> = steps.iter().map(|step| bare(step)).collect();
    let find = |wanted: &str, fits: fn(&&str) -> bool| {
        let near = nearest(wanted, bares.iter().map(String::as_str).filter(fits))?;
        steps.get(bares.iter().position(|bare| bare == near)?)
    };
    // The dots of a key look like those of a path.
    let dotted = (1..=rest.len()).rev().find_map(|count| {
        let key = format!("{part}.{}", rest[..count].join("."));
        node.get(&key).map(|_| (key_step(&key), &rest[count..]))
    });
    let near = match dotted {
        Some((step, rest)) => {
            let rest = rest.iter().map(|part| format!(".{part}"));
            Some(std::iter::once(step).chain(rest).collect::<String>())
        }
        None => {
            let key = format!("{}.{}", bare(part), rest.join("."));
            let near = find(&key, |key| key.contains('.')).filter(|_| !rest.is_empty());
            near.or_else(|| find(&bare(part), |_| true)).cloned()
        }
    };
    LookupError::NoField {
        wanted: part.to_owned(),
        within: if within.is_empty() { "the resource".to_owned() } else { within[1..].to_owned() },
        nearest: near.map(|step| format!("{within}{step}").trim_start_matches('.').to_owned()),
    }
}

pub(super) fn collect<'a>(node: NodeRef<'a>, path: &mut String, leaves: &mut Vec<Leaf<'a>>) {
    let length = path.len();
    match node.value() {
        ValueRef::Mapping(values) if !values.is_empty() => {
            for value in values.in_order() {
                path.push_str(&key_step(value.key()));
                collect(value, path, leaves);
                path.truncate(length);
            }
        }
        ValueRef::Sequence(items) if !items.is_empty() => {
            let items: Vec<NodeRef> = items.collect();
            for (index, item) in items.iter().enumerate() {
                path.push_str(&item_step(&items, index));
                collect(*item, path, leaves);
                path.truncate(length);
            }
        }
        _ => leaves.push(Leaf { path: path.trim_start_matches('.').to_owned(), node }),
    }
}

/// A key as a part of a path.
fn key_step(key: &str) -> String {
    if !key.contains('.') {
        format!(".{key}")
    } else if key.contains(['=', '[', ']', '\\']) {
        format!(".{}", key.replace('.', "\\."))
    } else {
        format!(".[{key}]")
    }
}

/// An item as a part of a path: by its name, if it is the only one of that name.
fn item_step(items: &[NodeRef<'_>], index: usize) -> String {
    let name = |item: &NodeRef<'_>| item.get("name").and_then(NodeRef::text).map(str::to_owned);
    let own = items.get(index).and_then(name).filter(|name| !name.contains([']', '\\']));
    match own {
        // A list is short where its items have names; one that is not gets numbers.
        Some(own)
            if items.len() <= 100
                && items.iter().filter(|item| name(item).as_ref() == Some(&own)).count() == 1 =>
        {
            format!("[name={own}]")
        }
        _ => format!("[{index}]"),
    }
}
