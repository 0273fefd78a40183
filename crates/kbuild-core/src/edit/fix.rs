//! `edit fix`: deprecated fields are taken over into their successors.

use std::path::Path;

use kbuild_yaml::Node;

use super::KustomizationFile;
use super::tree;
use crate::code::Code;
use crate::error::Error;
use crate::host::Host;

/// What the reference does whenever it reads a kustomization: types are added, and fields that were renamed get their
/// new names.
pub(super) fn fix_on_reading(node: &mut Node) {
    if tree::text(node, "kind").is_empty() {
        tree::set(node, "kind", Node::string("Kustomization"));
    }
    if tree::text(node, "apiVersion").is_empty() {
        let version = if tree::text(node, "kind") == "Component" { "v1alpha1" } else { "v1beta1" };
        tree::set(node, "apiVersion", Node::string(format!("kustomize.config.k8s.io/{version}")));
    }
    append(node, "bases", "resources");
    append(node, "imageTags", "images");
    for field in ["configMapGenerator", "secretGenerator"] {
        if tree::items(node, field).iter().any(|entry| tree::field(entry, "env").is_some())
            && let Some(entries) = tree::list(node, field)
        {
            for entry in entries {
                let env = tree::text(entry, "env").to_owned();
                tree::remove(entry, "env");
                if !env.is_empty()
                    && let Some(envs) = tree::list(entry, "envs")
                {
                    envs.push(Node::string(env));
                }
            }
        }
    }
    fix_helm(node);
}

/// Moves the items of a list to the end of another.
fn append(node: &mut Node, from: &str, to: &str) {
    let items = tree::items(node, from).to_vec();
    tree::remove(node, from);
    if !items.is_empty()
        && let Some(list) = tree::list(node, to)
    {
        list.extend(items);
    }
}

/// The fields of `helmChartInflationGenerator` and what they are called in `helmCharts`.
const HELM: &[(&str, &str)] = &[
    ("chartName", "name"),
    ("chartVersion", "version"),
    ("chartRepoUrl", "repo"),
    ("values", "valuesFile"),
    ("valuesLocal", "valuesInline"),
    ("valuesMerge", "valuesMerge"),
    ("releaseName", "releaseName"),
];

fn fix_helm(node: &mut Node) {
    let old = tree::items(node, "helmChartInflationGenerator").to_vec();
    tree::remove(node, "helmChartInflationGenerator");
    if old.is_empty() {
        return;
    }
    let mut globals = Node::mapping();
    let mut charts = Vec::with_capacity(old.len());
    for entry in &old {
        let mut chart = Node::mapping();
        for (from, to) in HELM {
            if let Some(value) = tree::field(entry, from)
                .filter(|value| value.text() != Some("") && !value.is_empty())
            {
                tree::set(&mut chart, to, value.clone());
            }
        }
        charts.push(chart);
        for (from, to) in [("helmHome", "configHome"), ("chartHome", "chartHome")] {
            // Of several entries the last one that says something counts.
            let text = tree::text(entry, from);
            if !text.is_empty() {
                tree::set(&mut globals, to, Node::string(text));
            }
        }
    }
    if tree::field(node, "helmGlobals").is_none() && !globals.is_empty() {
        tree::set(node, "helmGlobals", globals);
    }
    if let Some(known) = tree::list(node, "helmCharts") {
        known.extend(charts);
    }
}

impl KustomizationFile {
    /// Takes `patchesJson6902`, `patchesStrategicMerge` and `commonLabels` over into `patches` and `labels`.
    ///
    /// # Errors
    /// A label is in `commonLabels` and in `labels`.
    pub fn fix(&mut self, host: &dyn Host, directory: &Path) -> Result<(), Error> {
        append(&mut self.new, "patchesJson6902", "patches");
        let mut patches = Vec::new();
        for patch in tree::texts(&self.new, "patchesStrategicMerge") {
            let field = if host.read(&directory.join(&patch)).is_ok() { "path" } else { "patch" };
            let mut node = Node::mapping();
            tree::set_text(&mut node, field, &patch);
            patches.push(node);
        }
        tree::remove(&mut self.new, "patchesStrategicMerge");
        if !patches.is_empty()
            && let Some(known) = tree::list(&mut self.new, "patches")
        {
            known.extend(patches);
        }
        self.fix_common_labels()
    }

    fn fix_common_labels(&mut self) -> Result<(), Error> {
        let Some(common) =
            tree::field(&self.new, "commonLabels").filter(|labels| !labels.is_empty()).cloned()
        else {
            return Ok(());
        };
        for label in tree::items(&self.new, "labels") {
            let pairs = tree::field(label, "pairs").and_then(Node::as_mapping);
            if let Some(entry) =
                pairs.into_iter().flatten().find(|entry| common.get(&entry.key.text).is_some())
            {
                return Err(Error::new(
                    Code::CANNOT_CONVERT,
                    format!("the label {} is in both commonLabels and labels", entry.key.text),
                )
                .hint_with("keep one of them"));
            }
        }
        let mut label = Node::mapping();
        tree::set(&mut label, "includeSelectors", Node::bool(true));
        tree::set(&mut label, "pairs", common);
        tree::remove(&mut self.new, "commonLabels");
        if let Some(labels) = tree::list(&mut self.new, "labels") {
            labels.push(label);
        }
        Ok(())
    }
}
