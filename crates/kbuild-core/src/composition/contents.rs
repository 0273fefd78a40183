//! The patches, transformers and plugins of a kustomization.

use kbuild_yaml::{Dialect, Node, Place, read_documents};

use super::compose::{place, resource};
use super::part::{Part, Role};
use crate::build::Build;
use crate::error::{Error, Errors};
use crate::inline::Lines;
use crate::kustomization::{Kustomization, Patch, Target, Text};
use crate::load::{Location, parse_inline_resources};

/// The fields that change resources, in the order in which a build applies them.
const ORDER: [&str; 13] = [
    "patchesStrategicMerge",
    "patches",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesJson6902",
    "replicas",
    "images",
    "replacements",
    "vars",
];

/// What the fields of a kustomization do to its resources.
pub(super) fn changes(
    build: &mut Build,
    location: &Location,
    kustomization: &Kustomization,
) -> Vec<Part> {
    let mut parts = patch_parts(build, location, kustomization);
    parts.extend(transformer_parts(build, kustomization));
    parts.sort_by_key(|part| ORDER.iter().position(|field| *field == part.field));
    parts
}

/// The patches of all three fields.
fn patch_parts(build: &mut Build, location: &Location, kustomization: &Kustomization) -> Vec<Part> {
    let mut parts = Vec::new();
    for entry in &kustomization.patches_strategic_merge {
        let is_inline = documents(entry.as_bytes())
            .is_some_and(|found| found.first().is_some_and(|first| first.as_mapping().is_some()));
        let nothing = Text::default();
        let (path, inline) = if is_inline { (&nothing, entry) } else { (entry, &nothing) };
        let field = "patchesStrategicMerge";
        parts.push(patch(build, location, field, path, inline, None, entry.place));
    }
    for (field, entries) in
        [("patches", &kustomization.patches), ("patchesJson6902", &kustomization.patches_json6902)]
    {
        for Patch { path, patch: inline, target, place, .. } in entries {
            parts.push(patch(build, location, field, path, inline, target.as_ref(), *place));
        }
    }
    parts
}

fn patch(
    build: &mut Build,
    location: &Location,
    field: &'static str,
    path: &Text,
    inline: &Text,
    target: Option<&Target>,
    at: Place,
) -> Part {
    let mut part = Part::new(Role::Patch, field, &*path.text);
    place(build, &mut part, at);
    let content =
        if path.is_empty() { Ok(inline.as_bytes().to_vec()) } else { location.read(build, path) };
    let found = match &content {
        Ok(content) => documents(content),
        Err(error) => {
            part.problem = Some(error.message().to_owned());
            Some(Vec::new())
        }
    };
    if found.is_none() {
        part.problem = Some("it cannot be read as YAML".to_owned());
    }
    let found = found.unwrap_or_default();
    let is_json = found.first().is_some_and(|first| first.as_sequence().is_some());
    part.detail = if is_json { "JSON" } else { "" }.to_owned();
    match target {
        Some(target) => part.targets.push(selected(target)),
        None if is_json => {}
        None => part.targets = found.iter().filter(|node| !node.is_empty()).map(name_of).collect(),
    }
    part
}

fn documents(content: &[u8]) -> Option<Vec<Node>> {
    read_documents(content, kbuild_yaml::SourceId::default(), Dialect::Resource).ok()
}

fn name_of(node: &Node) -> String {
    let text = |node: Option<&Node>| node.and_then(Node::text).unwrap_or("?").to_owned();
    let name = node.get("metadata").and_then(|metadata| metadata.get("name"));
    format!("{}/{}", text(node.get("kind")), text(name))
}

/// A target as a person says it.
fn selected(target: &Target) -> String {
    let or_any = |text: &str| if text.is_empty() { "*".to_owned() } else { text.to_owned() };
    let mut kind = or_any(&target.kind);
    for more in [&target.version, &target.group] {
        if !more.is_empty() {
            kind = format!("{kind}.{more}");
        }
    }
    let mut said = format!("{kind}/{}", or_any(&target.name));
    if !target.namespace.is_empty() {
        said = format!("{said}.{}", target.namespace);
    }
    for (what, selector) in
        [("labels", &target.label_selector), ("annotations", &target.annotation_selector)]
    {
        if !selector.is_empty() {
            said = format!("{said} with {what} {selector}");
        }
    }
    said
}

/// The fields that have entries of their own, or a value.
fn transformer_parts(build: &Build, kustomization: &Kustomization) -> Vec<Part> {
    let k = kustomization;
    let text = |field, text: &Text| {
        (field, text.text.to_string(), usize::from(!text.is_empty()), text.place)
    };
    let list = |field, places: Vec<Place>| {
        (field, String::new(), places.len(), places.first().copied().unwrap_or_default())
    };
    let replacements = k
        .replacements
        .iter()
        .map(|it| if it.path.is_empty() { it.replacement.place } else { it.path.place });
    let replacements = replacements.collect();
    let rows = [
        text("namespace", &k.namespace),
        text("namePrefix", &k.name_prefix),
        text("nameSuffix", &k.name_suffix),
        list("commonLabels", k.common_labels.iter().map(|it| it.place).collect()),
        list("labels", k.labels.iter().flat_map(|it| &it.pairs).map(|it| it.place).collect()),
        list("commonAnnotations", k.common_annotations.iter().map(|it| it.place).collect()),
        list("replicas", k.replicas.iter().map(|it| it.place).collect()),
        list("images", k.images.iter().map(|it| it.place).collect()),
        list("replacements", replacements),
        list("vars", k.vars.iter().map(|it| it.place).collect()),
    ];
    let used = rows.into_iter().filter(|(_, _, entries, _)| *entries > 0);
    used.map(|(field, name, entries, at)| {
        let mut part = Part::new(Role::Transformer, field, name);
        part.entries = entries;
        place(build, &mut part, at);
        part
    })
    .collect()
}

/// The configurations that the entries of `generators`, `transformers` or `validators` hold or name.
pub(super) fn plugin_parts(
    build: &mut Build,
    location: &Location,
    field: &'static str,
    entries: &[Text],
) -> Result<Vec<Part>, Error> {
    let mut errors = Errors::default();
    let mut parts = Vec::new();
    for entry in entries {
        match parse_inline_resources(entry, Lines::At(entry.place)) {
            Ok(found) => {
                for config in found {
                    let name = format!("{}/{}", config.kind(), config.name());
                    let mut part = Part::new(Role::Plugin, field, name);
                    place(build, &mut part, entry.place);
                    parts.push(part);
                }
            }
            Err(error) if entry.contains('\n') => {
                let mut part = Part::new(Role::Plugin, field, "");
                place(build, &mut part, entry.place);
                part.problem = Some(error.message().to_owned());
                parts.push(part);
            }
            Err(_) => {
                let found = errors.take(resource(build, location, entry, field));
                parts.extend(found.map(configurations));
            }
        }
    }
    errors.finish().map(|()| parts)
}

/// Files of configurations bring no resources.
fn configurations(mut part: Part) -> Part {
    if part.role == Role::File {
        part.role = Role::Plugin;
    }
    let kinds = std::mem::take(&mut part.kinds);
    part.targets.clear();
    part.detail = kinds.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>().join(", ");
    part.parts = std::mem::take(&mut part.parts).into_iter().map(configurations).collect();
    part
}
