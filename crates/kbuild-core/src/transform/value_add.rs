//! `ValueAddTransformer`: writes one value into fields, or into a step of the paths that fields hold.

use kbuild_yaml::Node;

use super::namespace::Namespace;
use super::{Layer, Transformer, Transformers, only};
use crate::error::Error;
use crate::field::set::set_text;
use crate::field::{FieldSpec, Make, visit};
use crate::identity::selector::Selector;
use crate::kustomization::{Fields, Input, Text, target};
use crate::resource::{Resource, ResourceSet};

const FIELDS: &[&str] = &["value", "targets", "targetFilePath"];
const TARGET: &[&str] = &["selector", "fieldPath", "filePathPosition"];

pub(super) fn from_config(layer: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let fields = Fields::new(Input::plugin(&config.node), "a ValueAddTransformer", FIELDS)?;
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
        return Err(
            Error::new("a ValueAddTransformer needs at least one target").at(config.place())
        );
    }
    only(Some(ValueAdd { value, targets }))
}

fn read_target(node: Input) -> Result<Target, Error> {
    let fields = Fields::new(node, "a target", TARGET)?;
    let path = fields.text("fieldPath")?;
    if path.is_empty() {
        return Err(Error::new("the target has no fieldPath").at(node.place));
    }
    let position = usize::try_from(fields.int("filePathPosition")?)
        .map_err(|_| Error::new("filePathPosition must not be negative").at(node.place))?;
    let selector = fields.get("selector").map(target).transpose()?;
    Ok(Target {
        selector: selector.as_ref().map(Selector::new).transpose()?,
        is_namespace: path.text == "metadata/namespace",
        field: FieldSpec::everywhere(&path),
        position,
    })
}

struct ValueAdd {
    value: Text,
    targets: Vec<Target>,
}

struct Target {
    selector: Option<Selector>,
    field: FieldSpec,
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
        visit(&mut resource.node, &target.field, Make::Scalar, &mut |node| self.set(target, node))
            .map_err(|error| error.in_resource(resource.describe()))
    }

    fn set(&self, target: &Target, node: &mut Node) -> Result<(), Error> {
        let Some(scalar) = node.as_scalar() else {
            return Err(Error::new(format!(
                "a single value is expected here, not {}",
                node.describe()
            ))
            .at(node.place));
        };
        let value = match target.position {
            0 => self.value.text.to_string(),
            position => insert_step(&scalar.text, position - 1, &self.value),
        };
        set_text(node, value);
        node.place = self.value.place;
        Ok(())
    }
}

/// A path with one more step before the one at `position`.
fn insert_step(path: &str, position: usize, step: &str) -> String {
    let (root, relative) = match path.strip_prefix('/') {
        Some(relative) => ("/", relative),
        None => ("", path),
    };
    let mut steps: Vec<&str> = relative.split('/').filter(|step| !step.is_empty()).collect();
    steps.insert(position.min(steps.len()), step);
    format!("{root}{}", steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_put_into_paths() {
        assert_eq!(insert_step("a/b", 0, "x"), "x/a/b");
        assert_eq!(insert_step("a/b", 1, "x"), "a/x/b");
        assert_eq!(insert_step("/a/b", 9, "x"), "/a/b/x");
        assert_eq!(insert_step("", 0, "x"), "x");
    }
}
