//! Field specs: which field of which kinds a transformer edits.

use indexmap::IndexMap;
use kbuild_yaml::{EcoString, Place};

use crate::code::Code;
use crate::error::Error;
use crate::identity::GroupVersionKind;
use crate::tables::field_specs::FieldSpecRow;

/// A field of the resources of certain types.
#[derive(Clone, Debug)]
pub(crate) struct FieldSpec {
    /// The types that have it; missing parts match all.
    pub(crate) on: GroupVersionKind,
    /// The way from the root of the resource.
    pub(crate) path: Vec<Segment>,
    /// True for a path that is written with a slash before it: it leads to the same field, and is another path to whoever
    /// compares two of them.
    pub(crate) is_rooted: bool,
    /// True when a resource that lacks the field gets it.
    pub(crate) create: bool,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Segment {
    /// The name of the field.
    pub(crate) name: EcoString,
    /// True for `name[]`: the field is a list, and is never created.
    pub(crate) is_list: bool,
    /// True for what names no field: nothing, and what the reference takes for an item of a list.
    pub(crate) is_odd: bool,
}

impl FieldSpec {
    /// A field of resources of `on`; `path` has slashes between its steps, `\/` stands for a slash within one.
    pub(crate) fn new(on: GroupVersionKind, path: &str, create: bool) -> FieldSpec {
        let (path, is_rooted) = match path.strip_prefix('/') {
            Some(path) => (path, true),
            None => (path, false),
        };
        FieldSpec { on, path: split_path(path), is_rooted, create }
    }

    /// A field of resources of every type.
    pub(crate) fn everywhere(path: &str) -> FieldSpec {
        FieldSpec::new(GroupVersionKind::default(), path, true)
    }

    /// True for the path of this text, which has no lists, no escapes and no slash before it.
    pub(crate) fn is(&self, path: &str) -> bool {
        let mut rest = Some(path).filter(|_| !self.is_rooted);
        for segment in &self.path {
            let after = rest.and_then(|rest| rest.strip_prefix(segment.name.as_str()));
            rest = match after {
                Some("") => None,
                Some(after) if after.starts_with('/') => after.get(1..),
                _ => return false,
            };
            if segment.is_list || segment.name.bytes().any(|byte| byte == b'/') {
                return false;
            }
        }
        rest.is_none()
    }

    /// True where an edit may change what a resource is called, or of which type it is.
    pub(crate) fn may_rename(&self) -> bool {
        let mut steps = self.path.iter().map(|segment| segment.name.as_str());
        match (steps.next(), steps.next()) {
            (None | Some("" | "apiVersion" | "kind"), _) => true,
            (Some("metadata"), below) => matches!(below, None | Some("" | "name" | "namespace")),
            _ => false,
        }
    }

    /// The path as a kustomization writes it.
    pub(crate) fn path_text(&self) -> String {
        let steps: Vec<String> = self
            .path
            .iter()
            .map(|segment| {
                format!(
                    "{}{}",
                    segment.name.replace("/", "\\/"),
                    if segment.is_list { "[]" } else { "" }
                )
            })
            .collect();
        format!("{}{}", if self.is_rooted { "/" } else { "" }, steps.join("/"))
    }
}

impl From<&FieldSpecRow> for FieldSpec {
    fn from(row: &FieldSpecRow) -> FieldSpec {
        let on = GroupVersionKind {
            group: row.group.into(),
            version: row.version.into(),
            kind: row.kind.into(),
        };
        FieldSpec::new(on, row.path, row.create)
    }
}

fn split_path(path: &str) -> Vec<Segment> {
    // Hundreds of short paths are split at the start of every build: plain loops are faster here than searches.
    let (mut steps, mut is_escaped) = (1, false);
    for byte in path.bytes() {
        steps += usize::from(byte == b'/');
        is_escaped |= byte == b'\\';
    }
    if is_escaped {
        return split_escaped(path);
    }
    let mut segments = Vec::with_capacity(steps);
    let mut start = 0;
    for (index, byte) in path.bytes().enumerate() {
        if byte == b'/' {
            segments.push(segment(path.get(start..index).unwrap_or_default()));
            start = index + 1;
        }
    }
    segments.push(segment(path.get(start..).unwrap_or_default()));
    segments
}

fn segment(name: &str) -> Segment {
    let (name, is_list) = match name.strip_suffix("[]") {
        Some(list) => (list, true),
        None => (name, false),
    };
    Segment { name: name.into(), is_list, is_odd: matches!(name, "" | "*") || counts_items(name) }
}

/// True for a step that the reference takes for an item of a list: a number, `-` and `[key=value]`.
fn counts_items(step: &str) -> bool {
    match step.as_bytes().first() {
        Some(b'0'..=b'9' | b'+' | b'-') => step == "-" || step.parse::<i64>().is_ok(),
        Some(b'[') => step.ends_with(']'),
        _ => false,
    }
}

fn split_escaped(path: &str) -> Vec<Segment> {
    let mut names: Vec<String> = Vec::new();
    let mut continues = false;
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let (text, escaped) = match part.strip_suffix('\\') {
            Some(text) if parts.peek().is_some() => (text, true),
            _ => (part, false),
        };
        match names.last_mut().filter(|_| continues) {
            Some(last) => {
                last.push('/');
                last.push_str(text);
            }
            None => names.push(text.to_owned()),
        }
        continues = escaped;
    }
    names.iter().map(|name| segment(name)).collect()
}

/// The field specs of a table.
pub(crate) fn from_table(rows: &[FieldSpecRow]) -> Vec<FieldSpec> {
    rows.iter().map(FieldSpec::from).collect()
}

/// Adds `more` to `specs`; what is there already is not added again.
///
/// # Errors
/// As [`missing`].
pub(crate) fn merge(
    specs: &mut Vec<FieldSpec>,
    more: &[FieldSpec],
    place: Place,
) -> Result<(), Error> {
    let missing = missing(specs, more, place)?;
    specs.extend(missing);
    Ok(())
}

/// What there is in `more` and not in `specs`.
///
/// # Errors
/// Two specs of one field that disagree on whether to create it.
pub(crate) fn missing(
    specs: &[FieldSpec],
    more: &[FieldSpec],
    place: Place,
) -> Result<Vec<FieldSpec>, Error> {
    let mut missing = Vec::new();
    if more.is_empty() {
        return Ok(missing);
    }
    let mut by_path: IndexMap<_, Vec<&FieldSpec>, foldhash::fast::RandomState> =
        IndexMap::default();
    for spec in specs {
        by_path.entry((spec.is_rooted, &spec.path)).or_default().push(spec);
    }
    for spec in more {
        let known = by_path.entry((spec.is_rooted, &spec.path)).or_default();
        match known.iter().find(|have| have.on.is_selected_by(&spec.on)) {
            Some(have) if have.create != spec.create => return Err(conflict(spec, place)),
            Some(_) => {}
            None => {
                known.push(spec);
                missing.push(spec.clone());
            }
        }
    }
    Ok(missing)
}

fn conflict(spec: &FieldSpec, place: Place) -> Error {
    let message = format!(
        "the field {} of {} is said to be created when missing ({}) and not to be ({})",
        spec.path_text(),
        spec.on,
        if spec.create { "here" } else { "by another field spec" },
        if spec.create { "by another field spec" } else { "here" },
    );
    Error::new(Code::CONFLICTING_FIELD_SPECS, message)
        .at(place)
        .hint_with("give both the same value of create")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_split_at_slashes_that_are_not_escaped() {
        let names = |path: &str| -> Vec<String> {
            split_path(path).iter().map(|one| one.name.to_string()).collect()
        };
        assert_eq!(names("metadata/name"), ["metadata", "name"]);
        assert_eq!(
            names(r"metadata/annotations/example.com\/owner"),
            ["metadata", "annotations", "example.com/owner"]
        );
        assert!(split_path("spec/containers[]/image")[1].is_list);
    }

    #[test]
    fn a_path_is_itself_alone() {
        let is = |path: &str, text: &str| FieldSpec::everywhere(path).is(text);
        assert!(is("metadata/name", "metadata/name") && is("spec", "spec"));
        assert!(!is("metadata/name", "metadata") && !is("metadata", "metadata/name"));
        assert!(!is(r"metadata\/name", "metadata/name") && !is("metadata[]/name", "metadata/name"));
        assert!(!is("/metadata/name", "metadata/name"));
        assert!(!is("metadata/nam", "metadata/name") && !is("a/b/c", "a/b"));
    }
}
