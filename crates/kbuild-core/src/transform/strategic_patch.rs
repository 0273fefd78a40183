//! Strategic merge patches, and `patchesStrategicMerge`.

use std::collections::HashMap;

use kbuild_yaml::{EcoString, NodeId, NodeRef, Place, ScalarType, Tree};

use super::patch_file::{PatchText, strategic_patches};
use super::{Layer, Transformer, Transformers, only};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Errors};
use crate::identity::{GroupVersionKind, ResourceId};
use crate::kustomization::{Fields, Input, PatchOptions};
use crate::load::{keep_last_in, refuse_repeated};
use crate::patch::strategic::{self, Replaced};
use crate::resource::{Lineage, Parts, Resource, ResourceSet};
use crate::tables::schema::Schema;

pub(super) fn from_patches_strategic_merge(layer: &mut Layer) -> Result<Transformers, Error> {
    let entries = &layer.kustomization.patches_strategic_merge;
    let Some(first) = entries.first() else { return Ok(Vec::new()) };
    let patches = strategic_patches(layer, entries)?;
    if patches.is_empty() {
        return Err(Error::new(
            Code::EMPTY_PATCH,
            "patchesStrategicMerge names no patch that holds anything",
        )
        .at(first.place));
    }
    let patches = patches.into_iter().map(prepared).collect();
    let options = PatchOptions::default();
    only(Some(StrategicPatches { patches, options, hold_api_version: true }))
}

const FIELDS: &[&str] = &["paths", "patches"];

pub(super) fn from_config(layer: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let node = config.to_configuration();
    let fields = Fields::new(Input::plugin(&node), "a PatchStrategicMergeTransformer", FIELDS)?;
    let mut patches = strategic_patches(layer, &fields.texts("paths")?)?;
    let inline = fields.text("patches")?;
    if !inline.is_empty() {
        patches.extend(PatchText::inline(layer, &inline).parse_strategic()?);
    }
    if patches.is_empty() {
        return Err(
            Error::new(Code::EMPTY_PATCH, "the configuration holds no patch").at(config.place())
        );
    }
    let patches = patches.into_iter().map(prepared).collect();
    let options = PatchOptions::default();
    only(Some(StrategicPatches { patches, options, hold_api_version: true }))
}

/// Patches that name the one resource that each is for.
pub(super) struct StrategicPatches {
    pub(super) patches: Vec<Resource>,
    pub(super) options: PatchOptions,
    /// True where a resource without `apiVersion` gets a null there.
    pub(super) hold_api_version: bool,
}

/// Gives a resource without `apiVersion` a null there: the reference has the patch say what the resource says, and an empty
/// text comes out as nothing.
pub(super) fn hold_api_version(resource: &mut Resource) {
    let root = resource.node();
    if resource.content.head().api_version != NodeId::NOWHERE {
        return;
    }
    if root.is_mapping() && !resource.is_gone() && root.get("apiVersion").is_none() {
        let tree = &mut resource.content;
        let field = tree.push_entry(Tree::ROOT, "apiVersion", ScalarType::Str, Place::default());
        tree.set_scalar(field, "null", ScalarType::Null, true);
    }
}

/// The same for the one in a slot.
///
/// # Errors
/// As [`ResourceSet::edit`].
pub(super) fn hold_api_version_of(resources: &mut ResourceSet, slot: usize) -> Result<(), Error> {
    let lacks_it = |resource: &Resource| resource.node().get("apiVersion").is_none();
    if !resources.get(slot).is_some_and(lacks_it) {
        return Ok(());
    }
    resources.edit(slot, |resource| {
        hold_api_version(resource);
        Ok(())
    })
}

impl Transformer for StrategicPatches {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        let mut errors = Errors::default();
        for patch in &self.patches {
            if errors.is_full() {
                break;
            }
            if let Some(slot) = errors.take(target_of(patch, resources)) {
                let applied = apply(resources, slot, patch, self.options);
                errors.take(applied.and_then(|()| match self.hold_api_version {
                    true => hold_api_version_of(resources, slot),
                    false => Ok(()),
                }));
            }
        }
        errors.finish()
    }
}

/// The one resource that is or was called as the patch is.
fn target_of(patch: &Resource, resources: &mut ResourceSet) -> Result<usize, Error> {
    let id = resources.id_of(patch);
    let slots = resources.with_any_id(&id);
    match slots.as_slice() {
        [slot] => Ok(*slot),
        [] => Err(no_target(patch, resources)),
        [first, second, ..] => {
            let mut error = Error::new(
                Code::SEVERAL_RESOURCES_TO_PATCH,
                format!("the patch for {id} fits several resources"),
            )
            .at(patch.place());
            for slot in [first, second] {
                if let Some(other) = resources.get(*slot) {
                    error = error.related(other.describe(), other.place());
                }
            }
            Err(error.hint_with("give the patch a target that selects the ones that are meant"))
        }
    }
}

fn no_target(patch: &Resource, resources: &mut ResourceSet) -> Error {
    let id = resources.id_of(patch);
    let error = Error::new(
        Code::NO_RESOURCE_TO_PATCH,
        format!("there is no {id} for this patch to change"),
    )
    .at(patch.place());
    let near = resources.with_any_name(&id.name);
    let others: Vec<&Resource> = near.iter().filter_map(|slot| resources.get(*slot)).collect();
    if let Some(other) = others.iter().find(|other| other.kind() == patch.kind()) {
        let hint = if other.gvk() == patch.gvk() {
            format!("there is a {}: give the patch the same namespace", other.describe())
        } else {
            format!("there is one with apiVersion {}: give the patch the same", other.api_version())
        };
        return error.related("close to it", other.place()).hint_with(hint);
    }
    let names =
        resources.iter().filter(|resource| resource.kind() == patch.kind()).map(Resource::name);
    match crate::nearest::nearest(&id.name, names) {
        Some(name) => error.hint_with(format!("did you mean {}/{name}?", patch.kind())),
        None => error.hint_with("a patch without a target must have the apiVersion, kind, name and namespace of a resource"),
    }
}

/// Applies one patch to one resource.
///
/// # Errors
/// The two do not fit together.
pub(super) fn apply(
    resources: &mut ResourceSet,
    slot: usize,
    patch: &Resource,
    options: PatchOptions,
) -> Result<(), Error> {
    resources.uses_schema();
    let warnings = resources.edit(slot, |resource| apply_to(resource, patch, options))?;
    warnings.into_iter().for_each(|warning| resources.warn(warning));
    Ok(())
}

/// The same, for a resource that is at hand. Returns what there is to say of lists that are lost.
///
/// # Errors
/// The two do not fit together.
pub(super) fn apply_to(
    resource: &mut Resource,
    patch: &Resource,
    options: PatchOptions,
) -> Result<Vec<Diagnostic>, Error> {
    let merge = |resource: &mut Resource| merge(resource, patch, options);
    let replaced = resource.traced(patch.place(), merge)?;
    if replaced.is_empty() {
        return Ok(Vec::new());
    }
    let mut paths = replaced.iter().map(|list| (list.node, String::new())).collect();
    find_paths(patch.node(), &mut String::new(), &mut paths);
    let warning = |list: &Replaced| {
        let path = paths.get(&list.node).map_or("", String::as_str);
        warning_of(list, path).in_resource(resource.describe())
    };
    Ok(replaced.iter().map(warning).collect())
}

fn warning_of(list: &Replaced, path: &str) -> Diagnostic {
    let name = if path.is_empty() { "a list" } else { path };
    let lost = match (list.lost, list.items) {
        (1, 1) => "its only entry is lost".to_owned(),
        (1, items) => format!("1 of {items} entries is lost"),
        (lost, items) if lost == items => format!("its {lost} entries are lost"),
        (lost, items) => format!("{lost} of {items} entries are lost"),
    };
    let message =
        format!("the patch replaces {name} as a whole, as no key is known to merge it by: {lost}");
    Diagnostic::warning(Code::LIST_REPLACED, message)
        .at(list.new)
        .related_to("the list that is replaced", list.old)
        .hint_with("say so with a JSON patch (op: replace) if it is meant; a JSON patch can change a single entry too")
}

/// Finds the paths of lists by their addresses, in one walk for all of them.
fn find_paths(node: NodeRef<'_>, path: &mut String, paths: &mut HashMap<NodeId, String>) {
    let length = path.len();
    if node.is_sequence()
        && let Some(found) = paths.get_mut(&node.id())
    {
        found.clone_from(path);
    }
    for (index, child) in node.children().enumerate() {
        if node.is_sequence() {
            path.push_str(&format!("[{index}]"));
        } else {
            if length > 0 {
                path.push('.');
            }
            path.push_str(child.key());
        }
        find_paths(child, path, paths);
        path.truncate(length);
    }
}

fn merge(
    resource: &mut Resource,
    patch: &Resource,
    options: PatchOptions,
) -> Result<Vec<Replaced>, Error> {
    let called = Called::new(resource);
    if options.allow_name_change || options.allow_kind_change {
        resource.remember_id();
    }
    let before = resource.shared.values(resource.node());
    let schema = resource.schema.clone();
    let given_back = if options.allow_name_change {
        NodeId::NOWHERE
    } else {
        name_to_give_back(resource, patch)
    };
    let (merged, replaced) = strategic::merge_and_tell(
        &mut resource.content,
        patch.node(),
        Schema::of(schema.as_deref()),
        given_back,
    )
    .map_err(|error| Error::from(error).at(patch.place()).in_resource(called.id()))?;
    if merged == strategic::Merged::Deleted || resource.is_gone() {
        resource.clear();
        return Ok(Vec::new());
    }
    let Parts { content, shared, .. } = &mut **resource;
    shared.follow(content, patch.node(), &before);
    if forgets_annotations(patch) {
        resource.lineage = Lineage::default();
    }
    if !options.allow_kind_change
        && !is_called(resource, resource.content.head().kind, &called.kind)
    {
        resource.set_kind(&called.kind);
    }
    if !options.allow_name_change
        && !is_called(resource, resource.content.head().name, &called.name)
    {
        resource.set_name(&called.name);
    }
    if !has_namespace(resource, &called.namespace) {
        resource.set_namespace(&called.namespace);
    }
    if patch.repeats_keys {
        // What was taken over as a whole has the keys twice still.
        keep_last_in(&mut resource.content, "annotations");
        refuse_repeated(resource.node())?;
    }
    Ok(replaced)
}

/// What a resource is called before a patch.
struct Called {
    api_version: EcoString,
    kind: EcoString,
    name: EcoString,
    namespace: EcoString,
    is_cluster_scoped: bool,
}

impl Called {
    fn new(resource: &Resource) -> Called {
        let (content, head) = (&resource.content, resource.content.head());
        let text = |node: NodeId| content.at(node).text().unwrap_or_default().into();
        Called {
            api_version: text(head.api_version),
            kind: text(head.kind),
            name: text(head.name),
            namespace: text(head.namespace),
            is_cluster_scoped: resource.is_cluster_scoped(),
        }
    }

    fn id(&self) -> ResourceId {
        let gvk = GroupVersionKind::new(&self.api_version, &self.kind);
        ResourceId::new(gvk, &self.name, &self.namespace, self.is_cluster_scoped)
    }
}

/// True for a string that says so already, and that it would do nothing to to say so again. Where it is noted who wrote
/// what, that does something.
fn is_called(resource: &Resource, node: NodeId, text: &str) -> bool {
    let node = resource.content.at(node);
    !resource.trail.is_kept() && node.is_printed_as_it_is() && node.as_str() == Some(text)
}

/// True for a resource that is in this namespace, or says nothing of one where that is empty.
fn has_namespace(resource: &Resource, namespace: &str) -> bool {
    let node = resource.content.head().namespace;
    if node == NodeId::NOWHERE {
        return namespace.is_empty();
    }
    let held = resource.content.at(node).as_scalar();
    held.is_some_and(|held| held.text == namespace && !namespace.is_empty())
}

/// The name in the patch, where nothing remains of that but its place, as the resource keeps its own.
fn name_to_give_back(resource: &Resource, patch: &Resource) -> NodeId {
    let name = patch.content.head().name;
    let is_text = !patch.repeats_keys && patch.content.at(name).as_str().is_some();
    match is_text && is_called(resource, resource.content.head().name, resource.name()) {
        true => name,
        false => NodeId::NOWHERE,
    }
}

/// A patch with a target, or of the old kind. The reference passes its labels and annotations through a setter that
/// makes strings of them all.
pub(super) fn prepared(mut patch: Resource) -> Resource {
    for field in ["labels", "annotations"] {
        if patch.repeats_keys {
            keep_last_in(&mut patch.content, field);
        }
        patch.rewrite_strings(field);
    }
    let metadata = patch.node().get("metadata");
    if let Some(namespace) = metadata.and_then(|metadata| metadata.get("namespace"))
        && namespace.text().is_none_or(str::is_empty)
        && let Some(metadata) = metadata.map(NodeRef::id)
    {
        patch.content.remove(metadata, "namespace");
    }
    patch
}

/// True for a patch that takes all annotations away. The reference keeps the former names of a resource in them, so it
/// forgets those too.
fn forgets_annotations(patch: &Resource) -> bool {
    let directive = |node: NodeRef<'_>| {
        matches!(node.get("$patch").and_then(NodeRef::text), Some("replace" | "delete"))
    };
    let head = patch.content.head();
    let annotations = patch.content.at(head.annotations);
    directive(patch.content.at(head.metadata))
        || (head.annotations != NodeId::NOWHERE
            && (annotations.is_null() || directive(annotations)))
}
