//! `ValueAddTransformer`: writes one value into fields, or into a step of the paths that fields hold.
//!
//! A path leads to one field, and is made where it is missing. Unlike the path of a field spec it enters lists only where
//! it says which item: `[name=web]`, `[=value]`, a number, or `-` for the last one. A null on the way ends it.

use std::path::Path;

use kbuild_yaml::{Dialect, NodeId, NodeRef, Place, ScalarType, Tree, ValueRef, resolve};

use super::namespace::Namespace;
use super::{Layer, Transformer, Transformers, only};
use crate::code::Code;
use crate::error::Error;
use crate::field::path::check_length;
use crate::field::set::set_text;
use crate::identity::selector::Selector;
use crate::kustomization::{Fields, Input, Text, target};
use crate::path::clean;
use crate::resource::{Parts, Resource, ResourceSet};
use crate::source::Trail;

const FIELDS: &[&str] = &["value", "targets", "targetFilePath"];
const TARGET: &[&str] = &["selector", "fieldPath", "filePathPosition"];

pub(super) fn from_config(layer: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let node = config.to_configuration();
    let fields = Fields::new(Input::plugin(&node), "a ValueAddTransformer", FIELDS)?;
    let mut value = fields.text("value")?;
    value.text = value.trim().into();
    if value.is_empty() {
        let name = layer.location.root.file_name().map(|name| name.to_string_lossy().into_owned());
        value = Text { text: name.unwrap_or_default().into(), place: config.place() };
    }
    let mut targets = fields.items("targets", read_target)?;
    let path = fields.text("targetFilePath")?;
    if !path.is_empty() {
        let document = layer.read_config(&path)?;
        targets.extend(
            Fields::new(Input::plugin(&document), "a file of targets", FIELDS)?
                .items("targets", read_target)?,
        );
    }
    if targets.is_empty() {
        return Err(Error::new(
            Code::INCOMPLETE_CONFIGURATION,
            "a ValueAddTransformer needs at least one target",
        )
        .at(config.place()));
    }
    only(Some(ValueAdd { value, targets }))
}

fn read_target(node: Input) -> Result<Target, Error> {
    let fields = Fields::new(node, "a target", TARGET)?;
    let path = fields.text("fieldPath")?;
    if path.is_empty() {
        return Err(Error::new(Code::INCOMPLETE_CONFIGURATION, "the target has no fieldPath")
            .at(node.place));
    }
    let position = usize::try_from(fields.int("filePathPosition")?).map_err(|_| {
        Error::new(Code::INCOMPLETE_CONFIGURATION, "filePathPosition must not be negative")
            .at(node.place)
    })?;
    let selector = fields.get("selector").map(target).transpose()?;
    let steps: Vec<Step> = split(&path).into_iter().map(Step::new).collect();
    check_length(steps.len(), path.place)?;
    Ok(Target {
        selector: selector.as_ref().map(Selector::new).transpose()?,
        is_namespace: path.text == "metadata/namespace",
        steps,
        position,
    })
}

struct ValueAdd {
    value: Text,
    targets: Vec<Target>,
}

struct Target {
    selector: Option<Selector>,
    steps: Vec<Step>,
    is_namespace: bool,
    /// The step of a path to put the value before, from 1; 0 replaces the whole.
    position: usize,
}

impl Transformer for ValueAdd {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        for target in &self.targets {
            let slots = match &target.selector {
                Some(selector) => resources.select(selector),
                None => resources.slots().collect(),
            };
            for slot in slots {
                if resources.get(slot).is_some() {
                    resources.edit(slot, |resource| self.apply(target, resource))?;
                }
            }
        }
        Ok(())
    }
}

impl ValueAdd {
    fn apply(&self, target: &Target, resource: &mut Resource) -> Result<(), Error> {
        if target.is_namespace {
            return Namespace::plain(self.value.clone()).set_on(resource);
        }
        let described = resource.describe();
        let Parts { content, trail, .. } = &mut **resource;
        find_or_make(content, &target.steps)
            .and_then(|found| found.map_or(Ok(()), |node| self.set(target, content, node, trail)))
            .map_err(|error| error.in_resource(described))
    }

    fn set(
        &self,
        target: &Target,
        tree: &mut Tree,
        node: NodeId,
        trail: &Trail,
    ) -> Result<(), Error> {
        let here = tree.at(node);
        let Some(scalar) = here.as_scalar() else {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!("a single value is expected here, not {}", here.describe()),
            )
            .at(here.place()));
        };
        let value = match target.position {
            0 => self.value.text.to_string(),
            position => insert_step(scalar.text, position - 1, &self.value),
        };
        trail.mark(tree, node, self.value.place);
        set_text(tree, node, &value);
        Ok(())
    }
}

/// One step of the path to a field.
enum Step {
    Field(String),
    Index(usize),
    Last,
    /// The item whose field has this value; without a field, the item that is this value.
    Item {
        field: String,
        value: String,
    },
    /// What cannot be followed, and why.
    Bad(String),
}

impl Step {
    fn new(text: String) -> Step {
        if let Ok(index) = text.parse::<i64>() {
            return usize::try_from(index)
                .map_or_else(|_| Step::Bad(format!("the index {text} is negative")), Step::Index);
        }
        match text.as_str() {
            "-" => return Step::Last,
            "*" => {
                return Step::Bad("a * stands for many fields, and one is wanted here".to_owned());
            }
            _ => {}
        }
        let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
            return Step::Field(text);
        };
        match inner.split_once('=') {
            Some((field, value)) => Step::Item { field: field.to_owned(), value: value.to_owned() },
            None => Step::Bad(format!(
                "{text} does not say which items are meant: write [field=value], or [=value] for the items themselves"
            )),
        }
    }

    /// True for the item that the step means.
    fn is(&self, item: NodeRef<'_>) -> bool {
        let Step::Item { field, value } = self else { return false };
        let is_value =
            |node: NodeRef<'_>| node.as_scalar().map_or("", |scalar| scalar.text) == value;
        if field.is_empty() { is_value(item) } else { item.get(field).is_some_and(is_value) }
    }
}

/// Splits a path at its slashes, except those after a backslash.
fn split(path: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for part in path.split('/') {
        match steps.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('/');
                last.push_str(part);
            }
            _ => steps.push(part.to_owned()),
        }
    }
    steps.into_iter().map(|step| step.trim().to_owned()).filter(|step| !step.is_empty()).collect()
}

/// The field that the steps lead to, made where it is missing; none behind a null, and where a list has no such index.
fn find_or_make(tree: &mut Tree, steps: &[Step]) -> Result<Option<NodeId>, Error> {
    let mut node = Tree::ROOT;
    for (at, step) in steps.iter().enumerate() {
        let here = tree.at(node);
        let place = here.place();
        if let Step::Bad(why) = step {
            return Err(Error::new(Code::BAD_FIELD_PATH, why.clone()).at(place));
        }
        if here.is_null() {
            return Ok(None);
        }
        let wrong = |message: String| Error::new(Code::WRONG_SHAPE, message).at(place);
        let next = match (step, here.value()) {
            (Step::Field(name), ValueRef::Mapping(_)) => {
                let (field, is_new) = tree.find_or_push(node, name);
                if is_new {
                    make_for(steps.get(at + 1), tree, field);
                    tree.set_place(field, place);
                }
                Some(field)
            }
            (Step::Index(index), ValueRef::Sequence(mut items)) => {
                items.nth(*index).map(NodeRef::id)
            }
            (Step::Last, ValueRef::Sequence(items)) => {
                let message = "the last item is wanted, and the list is empty";
                Some(items.last().ok_or_else(|| wrong(message.to_owned()))?.id())
            }
            (Step::Item { field, value }, ValueRef::Sequence(mut items)) => {
                Some(match items.find(|item| step.is(*item)) {
                    Some(found) => found.id(),
                    None => {
                        let item = tree.push_item(node);
                        make_item(tree, item, field, value);
                        tree.set_place(item, place);
                        item
                    }
                })
            }
            (Step::Field(name), _) => {
                let described = here.describe();
                return Err(wrong(format!(
                    "{name} is looked for in {described}, which has no fields"
                )));
            }
            _ => return Err(wrong(format!("a list is wanted, and this is {}", here.describe()))),
        };
        let Some(next) = next else { return Ok(None) };
        node = next;
    }
    Ok(Some(node))
}

/// Makes of a missing field what the step that follows wants.
fn make_for(next: Option<&Step>, tree: &mut Tree, field: NodeId) {
    match next {
        Some(Step::Item { .. } | Step::Index(_)) => tree.set_sequence(field),
        Some(_) => tree.set_mapping(field),
        None => tree.set_scalar(field, "", ScalarType::Str, true),
    }
}

fn make_item(tree: &mut Tree, item: NodeId, field: &str, value: &str) {
    if field.is_empty() {
        return tree.set_untagged(item, value);
    }
    tree.set_mapping(item);
    let kind = resolve(field, Dialect::Resource);
    let key = tree.push_entry(item, field, kind, Place::default());
    tree.set_untagged(key, value);
}

/// A path with one more step before the one at `position`, cleaned.
fn insert_step(path: &str, position: usize, step: &str) -> String {
    let mut steps = path_steps(path);
    let is_absolute = steps.first().is_some_and(|first| first.is_empty());
    let at = position.min(steps.len());
    steps.insert(if is_absolute && at < steps.len() { at + 1 } else { at }, step);
    let root = match steps.first() {
        Some(&"") => "/",
        _ => "",
    };
    let relative: Vec<&str> = steps.into_iter().filter(|step| !step.is_empty()).collect();
    match relative.is_empty() {
        true => root.to_owned(),
        false => format!("{root}{}", clean(Path::new(&relative.join("/"))).display()),
    }
}

/// The steps of a path; the first of an absolute one is empty, and there is none before what follows two slashes.
fn path_steps(path: &str) -> Vec<&str> {
    let path = match path.strip_prefix('/') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
        _ if path.is_empty() => return Vec::new(),
        _ => path,
    };
    path.split('/').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{tree, yaml};

    #[test]
    fn paths_lead_to_fields_that_are_there_or_are_made() {
        for (path, input, expected) in [
            ("a/b", "c: 1\n", "a:\n  b: new\nc: 1\n"),
            ("a/[name=x]/b", "a:\n- name: x\n", "a:\n- b: new\n  name: x\n"),
            ("a/[name=x]/b", "c: 1\n", "a:\n- b: new\n  name: x\nc: 1\n"),
            ("a/[=x]", "a:\n- x\n", "a:\n- new\n"),
            ("a/-", "a:\n- x\n- z\n", "a:\n- x\n- new\n"),
            ("a/3", "a:\n- x\n", "a:\n- x\n"),
            ("a/b", "a: null\n", "a: null\n"),
            (r"a/b\/c", "a: {}\n", "a:\n  b/c: new\n"),
        ] {
            let mut tree = tree(input);
            let steps: Vec<Step> = split(path).into_iter().map(Step::new).collect();
            if let Some(field) = find_or_make(&mut tree, &steps).unwrap() {
                set_text(&mut tree, field, "new");
            }
            assert_eq!(yaml(tree.root()), expected, "{path}");
        }
        for path in ["a/b/c", "a/*", "a/[x]", "a/-1", "a/0"] {
            let steps: Vec<Step> = split(path).into_iter().map(Step::new).collect();
            assert!(find_or_make(&mut tree("a:\n  b: x\n"), &steps).is_err(), "{path}");
        }
    }

    #[test]
    fn steps_are_put_into_paths() {
        assert_eq!(insert_step("a/b", 0, "x"), "x/a/b");
        assert_eq!(insert_step("a/b", 1, "x"), "a/x/b");
        assert_eq!(insert_step("/a/b", 9, "x"), "/a/b/x");
        assert_eq!(insert_step("", 0, "x"), "x");
    }
}
