//! The source of a replacement: the value to copy.

use kbuild_yaml::{EcoString, NodeRef, Tree};

use super::field_path::{FieldPath, Position, Step, find, look_up, node_at};
use super::{Name, any_name};
use crate::code::Code;
use crate::error::Error;
use crate::identity::GroupVersionKind;
use crate::identity::pattern::Pattern;
use crate::kustomization::{FieldOptions, SourceSelector, Text};
use crate::nearest::nearest;
use crate::resource::ResourceSet;

/// Where a value comes from.
pub(super) enum Source {
    /// The kustomization itself.
    Value(Tree),
    /// A field of a resource.
    Field(SourceField),
}

/// A field of a resource, and perhaps a part of its text.
pub(super) struct SourceField {
    gvk: GroupVersionKind,
    name: EcoString,
    namespace: EcoString,
    path: FieldPath,
    options: FieldOptions,
}

/// A value on its way to the targets.
pub(super) struct Value {
    pub(super) tree: Tree,
    /// The field that the value is, as long as it is that field and not a copy: where a target changes it, later targets
    /// get what it is then.
    pub(super) live: Option<(usize, Position)>,
}

pub(super) const DEFAULT_PATH: &str = "metadata.name";

impl Source {
    /// A text. It has no type until it gets to its field.
    pub(super) fn value(text: &Text) -> Source {
        let mut tree = Tree::default();
        tree.set_untagged(Tree::ROOT, &text.text);
        Source::Value(tree)
    }

    pub(super) fn field(selector: &SourceSelector) -> Source {
        let default = Text { text: DEFAULT_PATH.into(), place: selector.place };
        let path = if selector.field_path.is_empty() { &default } else { &selector.field_path };
        Source::Field(SourceField {
            gvk: selector.gvk.clone(),
            name: selector.name.clone(),
            namespace: selector.namespace.clone(),
            path: FieldPath::new(path),
            options: selector.options.clone().unwrap_or_default(),
        })
    }

    /// The value as it is now.
    ///
    /// # Errors
    /// There is no such field, or there are several such resources.
    pub(super) fn read(&self, resources: &mut ResourceSet) -> Result<Value, Error> {
        match self {
            Source::Value(tree) => Ok(Value { tree: tree.clone(), live: None }),
            Source::Field(field) => field.read(resources),
        }
    }
}

impl SourceField {
    fn read(&self, resources: &mut ResourceSet) -> Result<Value, Error> {
        let slot = self.slot(resources)?;
        let Some(resource) = resources.get(slot) else { return Err(self.nothing(resources)) };
        let path = &self.path;
        let found = find(resource.node(), &path.steps)
            .map_err(|why| path.error(format!("the fieldPath {} does not fit: {why}", path.text)))
            .and_then(|position| {
                position
                    .and_then(|position| {
                        let node = node_at(resource.node(), &position)?;
                        Some((position, resource.content.copy_of(node)))
                    })
                    .filter(|(_, copy)| !copy.root().is_empty())
                    .ok_or_else(|| {
                        let error = path
                            .error_of(
                                Code::NO_REPLACEMENT_SOURCE,
                                format!("the source has nothing at {}", path.text),
                            )
                            .mark(&*path.text);
                        hint_at_field(error, resource.node(), &path.steps)
                    })
            });
        let (position, tree) = found.map_err(|error| error.in_resource(resource.describe()))?;
        match self.part(tree.root()).map_err(|error| error.in_resource(resource.describe()))? {
            Some(part) => Ok(Value { tree: part, live: None }),
            None => Ok(Value { tree, live: Some((slot, position)) }),
        }
    }

    /// The part of the text that the options ask for, if they do.
    fn part(&self, node: NodeRef<'_>) -> Result<Option<Tree>, Error> {
        let options = &self.options;
        if options.delimiter.is_empty() {
            return Ok(None);
        }
        let Some(scalar) = node.as_scalar() else {
            return Err(Error::new(
                Code::BAD_REPLACEMENT_OPTIONS,
                format!(
                    "only text can be split at a delimiter, and {} is {}",
                    self.path.text,
                    node.describe()
                ),
            )
            .at(options.place));
        };
        let part = usize::try_from(options.index)
            .ok()
            .and_then(|index| scalar.text.split(options.delimiter.as_str()).nth(index));
        match part {
            Some(part) => {
                let mut tree = Tree::default();
                tree.set_scalar(Tree::ROOT, part, scalar.kind, scalar.plain);
                tree.set_place(Tree::ROOT, node.place());
                Ok(Some(tree))
            }
            None => {
                let count = scalar.text.split(options.delimiter.as_str()).count();
                let has = if count == 1 { "1 part" } else { &format!("{count} parts") };
                Err(Error::new(
                    Code::BAD_REPLACEMENT_OPTIONS,
                    format!(
                        "\"{}\" has {has}, and options.index asks for number {}",
                        scalar.text, options.index
                    ),
                )
                .at(options.place)
                .hint_with("parts are counted from 0"))
            }
        }
    }

    /// The one resource that the source names.
    fn slot(&self, resources: &mut ResourceSet) -> Result<usize, Error> {
        let exactly = |text: &str| {
            if text.is_empty() { Pattern::Any } else { Pattern::Exact(text.to_owned()) }
        };
        let (name, namespace) = (exactly(&self.name), exactly(&self.namespace));
        let candidates = resources.candidates(&name, &namespace, &exactly(&self.gvk.kind));
        let mut found = candidates.into_iter().filter(|slot| {
            resources.get(*slot).is_some_and(|resource| any_name(resource, |name| self.fits(name)))
        });
        match (found.next(), found.next()) {
            (Some(slot), None) => Ok(slot),
            (None, _) => Err(self.nothing(resources)),
            (Some(first), Some(second)) => {
                let mut error = self.path.error_of(
                    Code::AMBIGUOUS_REPLACEMENT_SOURCE,
                    format!(
                        "the source could be any of several resources: it asks for {}",
                        self.described()
                    ),
                );
                for slot in [first, second] {
                    if let Some(resource) = resources.get(slot) {
                        error = error.related(resource.describe(), resource.place());
                    }
                }
                Err(error.hint_with("say more: kind, name and namespace"))
            }
        }
    }

    fn fits(&self, name: &Name) -> bool {
        let is = |wanted: &str, have: &str| wanted.is_empty() || wanted == have;
        is(&self.name, name.name)
            && (self.namespace.is_empty()
                || or_default(&self.namespace) == or_default(name.namespace))
            && is(&self.gvk.group, name.group)
            && is(&self.gvk.version, name.version)
            && is(&self.gvk.kind, name.kind)
    }

    fn nothing(&self, resources: &ResourceSet) -> Error {
        let error = self
            .path
            .error_of(
                Code::NO_REPLACEMENT_SOURCE,
                format!("there is no {} to copy from", self.described()),
            )
            .mark(if self.name.is_empty() { &*self.gvk.kind } else { &*self.name });
        let names = resources
            .iter()
            .filter(|resource| self.gvk.kind.is_empty() || resource.kind() == self.gvk.kind)
            .map(crate::resource::Resource::name);
        match nearest(&self.name, names).filter(|near| *near != self.name.as_str()) {
            Some(near) => error.hint_with(format!("did you mean {near}?")),
            None => error.hint_with("a source names one resource of this layer or of its bases exactly, without regular expressions"),
        }
    }

    fn described(&self) -> String {
        let kind = if self.gvk.kind.is_empty() { "resource" } else { &self.gvk.kind };
        let mut text = kind.to_owned();
        let api_version = self.gvk.api_version();
        if !api_version.is_empty() {
            text = format!("{text} ({api_version})");
        }
        if !self.name.is_empty() {
            text = format!("{text} named {}", self.name);
        }
        if !self.namespace.is_empty() {
            text = format!("{text} in namespace {}", self.namespace);
        }
        text
    }
}

fn or_default(namespace: &str) -> &str {
    if namespace.is_empty() { "default" } else { namespace }
}

/// Adds the key that was meant, where the path leaves what is there by a slip.
pub(super) fn hint_at_field(error: Error, root: NodeRef<'_>, steps: &[Step]) -> Error {
    let mut node = root;
    for step in steps {
        match look_up(node, step) {
            Ok(Some(index)) => match node_at(node, &[index]) {
                Some(next) => node = next,
                None => return error,
            },
            _ => {
                let keys = node.as_mapping().into_iter().flatten().map(NodeRef::key);
                return match nearest(&step.text, keys) {
                    Some(near) => error.hint_with(format!("did you mean {near}?")),
                    None => error,
                };
            }
        }
    }
    error
}
