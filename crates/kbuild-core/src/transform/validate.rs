//! Validators: transformers that must leave everything as it is.

use kbuild_yaml::NodeRef;

use super::{Layer, from_plugin};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::resource::{Resource, ResourceSet};

/// The label by which validators may say that they were here.
const VALIDATED_BY: &str = "validated-by";

/// Where functions say which file a resource belongs to.
const PATHS: [&str; 2] = ["config.kubernetes.io/path", "internal.config.kubernetes.io/path"];

/// Applies the validators of a layer. Of what they do only the label `validated-by` stays.
///
/// # Errors
/// What a validator refuses, or that it changes something.
pub(crate) fn validate(
    layer: &mut Layer,
    plugins: &[Resource],
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    for plugin in plugins {
        layer.build.begin(plugin.kind(), plugin.name(), plugin.place(), layer.kustomization.place);
        let mut copy = resources.untracked();
        for step in from_plugin(layer, plugin)? {
            let before = layer.build.warnings.len();
            step.transform(layer.build, &mut copy)?;
            // A rule that concerns nothing is as good as one that is kept.
            let said = layer.build.warnings.split_off(before);
            let from_function = |warning: &Diagnostic| warning.code() == Code::FUNCTION_WARNING;
            layer.build.warnings.extend(said.into_iter().filter(from_function));
        }
        let is_same = copy.iter().count() == resources.iter().count()
            && resources.contents_mut().zip(copy.iter()).all(|(one, other)| is_same(one, other));
        if !is_same {
            return Err(Error::new(
                Code::VALIDATOR_CHANGES,
                format!("the validator {} changes resources", plugin.describe()),
            )
            .at(plugin.place())
            .hint_with("name it under transformers instead of validators"));
        }
    }
    Ok(())
}

/// Compares a resource with what a validator made of it, as they would be printed; takes over the label.
fn is_same(resource: &mut Resource, validated: &Resource) -> bool {
    if let Some(label) =
        validated.label(VALIDATED_BY).filter(|label| resource.label(VALIDATED_BY) != Some(label))
    {
        resource.set_metadata_string("labels", VALIDATED_BY, label, validated.place());
        resource.rewrite_strings("labels");
    }
    if resource.node() == validated.node() {
        return true;
    }
    match (printed(resource), printed(validated)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn printed(resource: &Resource) -> Result<String, Error> {
    let mut copy = resource.clone();
    let metadata = copy.node().get("metadata");
    let annotations = metadata.and_then(|metadata| metadata.get("annotations"));
    if let Some(annotations) = annotations.map(NodeRef::id) {
        PATHS.iter().for_each(|path| {
            copy.content.remove(annotations, path);
        });
    }
    copy.rewrite_strings("annotations");
    copy.rewrite_strings("labels");
    let mut text = String::new();
    copy.node().write(&mut text)?;
    Ok(text)
}
