//! Reads a mapping of a kustomization field by field: names without regard to case, unknown ones refused.

use kbuild_yaml::{EcoString, Entry, Node, Place, ScalarType, write};

use super::parts::{Pair, Text};
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::nearest::nearest;

/// A node to be read, and the rules by which the file that it is part of is read.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    node: &'a Node,
    format: Format,
}

/// How strictly a file is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    /// A kustomization: unknown fields are refused, and so is a number or a boolean where a string should be.
    Kustomization,
    /// A transformer configuration: unknown fields are refused; numbers and booleans become strings.
    Configuration,
    /// The configuration of one generator or transformer: unknown fields do not matter; numbers and booleans become
    /// strings.
    Plugin,
    /// The configuration of a generator or of a replacement: unknown fields do not matter; a number or a boolean where a string
    /// should be is refused, since the reference does not look up the types of fields that these kinds share with a
    /// kustomization.
    Generator,
}

impl<'a> Input<'a> {
    pub(crate) fn kustomization(node: &'a Node) -> Input<'a> {
        Input { node, format: Format::Kustomization }
    }

    pub(crate) fn configuration(node: &'a Node) -> Input<'a> {
        Input { node, format: Format::Configuration }
    }

    pub(crate) fn plugin(node: &'a Node) -> Input<'a> {
        Input { node, format: Format::Plugin }
    }

    pub(crate) fn generator(node: &'a Node) -> Input<'a> {
        Input { node, format: Format::Generator }
    }

    /// Another node, to be read by the same rules.
    pub(crate) fn with<'b>(self, node: &'b Node) -> Input<'b> {
        Input { node, format: self.format }
    }
}

impl std::ops::Deref for Input<'_> {
    type Target = Node;

    fn deref(&self) -> &Node {
        self.node
    }
}

/// The fields of one mapping, matched to their names.
pub(crate) struct Fields<'a> {
    input: Input<'a>,
    names: &'static [&'static str],
    values: Vec<Option<&'a Entry>>,
}

impl<'a> Fields<'a> {
    /// Matches the entries of a mapping to `names`. `what` names the mapping in messages.
    ///
    /// # Errors
    /// `input` is no mapping, or has a field that is not among the names where that matters.
    pub(crate) fn new(
        input: Input<'a>,
        what: &str,
        names: &'static [&'static str],
    ) -> Result<Fields<'a>, Error> {
        let mut errors = Errors::default();
        let fields = Fields::matched(input, what, names, &mut errors)?;
        errors.finish().map(|()| fields)
    }

    /// As [`Fields::new`], but unknown fields are added to `errors`.
    pub(crate) fn matched(
        input: Input<'a>,
        what: &str,
        names: &'static [&'static str],
        errors: &mut Errors,
    ) -> Result<Fields<'a>, Error> {
        let mut values: Vec<Option<&Entry>> = vec![None; names.len()];
        if input.is_null() {
            return Ok(Fields { input, names, values });
        }
        let Some(mapping) = input.node.as_mapping() else {
            return Err(Error::new(
                Code::WRONG_TYPE,
                format!("{what} must be a mapping, not {}", input.describe()),
            )
            .at(input.place));
        };
        // Of two spellings of one field the one that sorts last counts, as in the reference.
        let mut entries: Vec<&Entry> = mapping.iter().collect();
        entries.sort_by(|one, other| one.key.text.cmp(&other.key.text));
        for entry in entries {
            match position(names, &entry.key.text) {
                Some(index) if !entry.value.is_null() => values[index] = Some(entry),
                None if !matches!(input.format, Format::Plugin | Format::Generator) => {
                    errors.add(unknown(entry, what, names));
                }
                _ => {}
            }
        }
        Ok(Fields { input, names, values })
    }

    pub(crate) fn place(&self) -> Place {
        self.input.place
    }

    /// The value of a field, unless it is missing or null.
    pub(crate) fn get(&self, name: &str) -> Option<Input<'a>> {
        self.entry(name).map(|entry| self.input.with(&entry.value))
    }

    /// True when the field is there and not null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The place of a field's name.
    pub(crate) fn place_of(&self, name: &str) -> Place {
        self.entry(name).map(|entry| entry.key.place()).unwrap_or_default()
    }

    fn entry(&self, name: &str) -> Option<&'a Entry> {
        let index = self.names.iter().position(|known| *known == name);
        debug_assert!(index.is_some(), "{name} is not in the list of fields");
        index.and_then(|index| self.values[index])
    }

    pub(crate) fn text(&self, name: &str) -> Result<Text, Error> {
        self.get(name).map_or(Ok(Text::default()), |node| text(node, name))
    }

    pub(crate) fn string(&self, name: &str) -> Result<EcoString, Error> {
        self.text(name).map(|text| text.text)
    }

    /// A part of an id: group, version, kind, name, namespace. The reference does not look up the types of fields that
    /// selectors, field specs and ids share, so a number or a boolean is refused in whatever file.
    pub(crate) fn id_string(&self, name: &str) -> Result<EcoString, Error> {
        let strict = |input: Input<'a>| Input { format: Format::Generator, ..input };
        let Some(node) = self.get(name) else { return Ok(EcoString::new()) };
        text(strict(node), name).map(|text| text.text)
    }

    pub(crate) fn bool(&self, name: &str) -> Result<bool, Error> {
        let Some(node) = self.get(name) else { return Ok(false) };
        match node.as_scalar() {
            Some(scalar) if scalar.kind == ScalarType::Bool => {
                Ok(matches!(scalar.text.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "y"))
            }
            _ => Err(wrong_type(&node, name, "true or false")),
        }
    }

    pub(crate) fn int(&self, name: &str) -> Result<i64, Error> {
        let Some(node) = self.get(name) else { return Ok(0) };
        node.as_scalar()
            .filter(|scalar| matches!(scalar.kind, ScalarType::Int | ScalarType::Float))
            .and_then(kbuild_yaml::Scalar::to_i64)
            .ok_or_else(|| wrong_type(&node, name, "an integer"))
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Vec<Text>, Error> {
        self.items(name, |node| {
            if node.is_null() {
                Ok(Text { text: EcoString::new(), place: node.place })
            } else {
                text(node, name)
            }
        })
    }

    pub(crate) fn strings(&self, name: &str) -> Result<Vec<EcoString>, Error> {
        Ok(self.texts(name)?.into_iter().map(|text| text.text).collect())
    }

    /// The items of a list, read one by one.
    pub(crate) fn items<T>(
        &self,
        name: &str,
        mut read: impl FnMut(Input<'a>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let Some(node) = self.get(name) else { return Ok(Vec::new()) };
        match node.node.as_sequence() {
            Some(items) => {
                let mut errors = Errors::default();
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    if errors.is_full() {
                        break;
                    }
                    values.extend(errors.take(read(node.with(item))));
                }
                errors.finish().map(|()| values)
            }
            None => Err(wrong_type(&node, name, "a list")
                .hint_with(format!("put a \"- \" before each entry of {name}"))),
        }
    }

    /// A mapping from strings to strings, by key.
    pub(crate) fn pairs(&self, name: &str) -> Result<Vec<Pair>, Error> {
        let Some(node) = self.get(name) else { return Ok(Vec::new()) };
        let Some(mapping) = node.node.as_mapping() else {
            return Err(wrong_type(&node, name, "a mapping"));
        };
        let mut pairs = Vec::with_capacity(mapping.len());
        for entry in mapping {
            let value = if entry.value.is_null() {
                EcoString::new()
            } else {
                let field = format!("{name}.{}", entry.key.text);
                text(node.with(&entry.value), &field)?.text
            };
            pairs.push(Pair { key: entry.key.text.clone(), value, place: entry.key.place() });
        }
        pairs.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(pairs)
    }
}

fn text(node: Input, field: &str) -> Result<Text, Error> {
    match node.as_scalar() {
        Some(scalar)
            if matches!(
                scalar.kind,
                ScalarType::Str | ScalarType::Timestamp | ScalarType::Binary
            ) =>
        {
            Ok(Text { text: scalar.text.clone(), place: node.place })
        }
        Some(scalar)
            if scalar.kind != ScalarType::Null
                && matches!(node.format, Format::Configuration | Format::Plugin) =>
        {
            let mut canonical = String::new();
            write(&node, &mut canonical)?;
            Ok(Text { text: canonical.trim_end().into(), place: node.place })
        }
        Some(scalar) if scalar.kind != ScalarType::Null => {
            Err(wrong_type(&node, field, "a string")
                .hint_with(format!("put it in quotes: \"{}\"", scalar.text)))
        }
        _ => Err(wrong_type(&node, field, "a string")),
    }
}

pub(super) fn wrong_type(node: &Node, field: &str, wanted: &str) -> Error {
    let text = node.as_scalar().map_or("", |scalar| scalar.text.as_str());
    Error::new(Code::WRONG_TYPE, format!("{field} must be {wanted}, not {}", node.describe()))
        .at(node.place)
        .mark(text)
}

fn position(names: &[&str], name: &str) -> Option<usize> {
    names
        .iter()
        .position(|known| *known == name)
        .or_else(|| names.iter().position(|known| known.eq_ignore_ascii_case(name)))
}

fn unknown(entry: &Entry, what: &str, names: &[&str]) -> Error {
    let name = &entry.key.text;
    let error = Error::new(Code::UNKNOWN_FIELD, format!("{what} has no field \"{name}\""))
        .at(entry.key.place())
        .mark(&**name);
    match nearest(name, names.iter().copied()) {
        Some(known) => error.hint_with(format!("did you mean {known}?")),
        None if names.len() <= FEW => error.hint_with(format!("it has: {}", names.join(", "))),
        None => match ENTRIES.iter().find(|(_, fields)| fields.contains(&name.as_str())) {
            Some((list, _)) if names.contains(list) => error.hint_with(format!(
                "it is a field of an entry of {list}: indent it like the other fields of the entry"
            )),
            _ => error.hint_with("nothing would come of it: take it out"),
        },
    }
}

/// Lists of more fields than this help nobody.
const FEW: usize = 16;

/// Fields that are often found outside of the entry that they belong to.
const ENTRIES: &[(&str, &[&str])] = &[
    ("images", &["name", "newName", "newTag", "digest", "tagSuffix"]),
    ("patches", &["path", "patch", "target", "options"]),
    ("configMapGenerator", &["literals", "files", "envs", "env", "behavior"]),
    ("labels", &["pairs", "includeSelectors", "includeTemplates"]),
    ("replicas", &["count"]),
    ("replacements", &["source", "sourceValue", "targets"]),
];
