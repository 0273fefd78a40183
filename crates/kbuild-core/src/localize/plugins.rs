//! Configurations of generators, transformers and validators: the paths in those of the built-in ones.

use kbuild_yaml::{NodeRef, Scalar, Value};

use super::references::{Localizer, Names, Root, each, inline_resources};
use crate::error::Error;
use crate::kustomization::Text;
use crate::resource::Resource;

/// The version of the built-in ones.
const BUILT_IN: &str = "builtin";

/// The one that uses a folder of charts even where it names none.
const HELM: &str = "HelmChartInflationGenerator";

/// Kinds, their fields that name something, and what.
const FIELDS: &[(&str, &str, Names)] = &[
    ("ConfigMapGenerator", "env", Names::File),
    ("ConfigMapGenerator", "envs", Names::File),
    ("ConfigMapGenerator", "files", Names::FileSource),
    ("SecretGenerator", "env", Names::File),
    ("SecretGenerator", "envs", Names::File),
    ("SecretGenerator", "files", Names::FileSource),
    (HELM, "valuesFile", Names::File),
    (HELM, "additionalValuesFiles", Names::File),
    (HELM, "chartHome", Names::ChartHome),
    ("PatchTransformer", "path", Names::File),
    ("PatchJson6902Transformer", "path", Names::File),
    ("PatchStrategicMergeTransformer", "paths", Names::Patch),
    ("ReplacementTransformer", "replacements/path", Names::File),
    ("ValueAddTransformer", "targetFilePath", Names::File),
];

impl Localizer<'_, '_> {
    /// Copies what the configurations name that an entry holds, or that are in the file that it names. Says what the
    /// entry becomes.
    ///
    /// # Errors
    /// The entry is neither, or something cannot be copied.
    pub(super) fn plugins(&mut self, root: Root, entry: &Text) -> Result<String, Error> {
        let (mut resources, is_file) = match inline_resources(entry)? {
            Some(resources) => (resources, false),
            None if self.is_folder(root, entry) => return self.folder(root, entry),
            None => (self.resources_in(root, entry)?, true),
        };
        let mut content = String::new();
        for (index, resource) in resources.iter_mut().enumerate() {
            // The text in a kustomization has lines of its own, which are not those of the file.
            let localized = self.plugin(root, resource, (!is_file).then_some(entry));
            localized
                .map_err(|error| error.in_resource(resource.describe()).through(entry.place))?;
            if index > 0 {
                content.push_str("---\n");
            }
            resource.node().write(&mut content)?;
        }
        if is_file { self.put(root, entry, content.into_bytes()) } else { Ok(content) }
    }

    fn plugin(
        &mut self,
        root: Root,
        resource: &mut Resource,
        within: Option<&Text>,
    ) -> Result<(), Error> {
        let gvk = resource.id().gvk;
        if gvk.version != BUILT_IN {
            return Ok(());
        }
        for (_, field, names) in FIELDS.iter().filter(|(kind, ..)| *kind == gvk.kind) {
            let mut node = resource.to_node();
            let changed = each(&mut node, field, &mut |node| {
                let place = within.map_or(node.place, |text| text.place);
                let text = Text { text: node.text().unwrap_or_default().into(), place };
                let localized = self.localized(root, &text, *names)?;
                if text.text != localized {
                    let plain = node.as_scalar().is_none_or(|scalar| scalar.plain);
                    node.value = Value::Scalar(match plain {
                        true => Scalar::from_plain(localized),
                        false => Scalar::string(localized),
                    });
                }
                Ok(())
            });
            changed.map_err(|error| match within {
                Some(text) if error.place().source == text.place.source => {
                    error.moved_to(text.place)
                }
                _ => error,
            })?;
            resource.content = node.into();
        }
        let home = resource.node().get("chartHome").and_then(NodeRef::text);
        if gvk.kind == HELM && home.is_none_or(str::is_empty) {
            let place = within.map_or(resource.place(), |text| text.place);
            self.chart_home(root, &Text { text: "charts".into(), place })
                .map_err(|error| error.at(place))?;
        }
        Ok(())
    }
}
