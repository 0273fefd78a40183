//! `patches`: strategic merge patches and JSON patches, for one resource or for all that a target selects.

use kbuild_yaml::{Place, Tree, is_same_text};

use super::each::{Each, FEW, Which};
use super::findings::Findings;
use super::json_patch::JsonPatchFor;
use super::labels::PairSetter;
use super::patch_file::{ParsedPatch, PatchText};
use super::selection::{self, Selecting};
use super::strategic_patch::{self, StrategicPatches};
use super::{Layer, Transformer, Transformers};
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::field::set::set_field_text;
use crate::identity::selector::Selector;
use crate::kustomization::{Input, Patch, PatchOptions, patch as decode_patch};
use crate::resource::{Resource, ResourceSet};
use crate::source::Trail;

pub(super) fn from_patches(layer: &mut Layer) -> Result<Transformers, Error> {
    let mut errors = Errors::default();
    let mut transformers = Vec::new();
    let has_no_name =
        |entry: &&Patch| entry.target.as_ref().is_some_and(|target| target.name.is_empty());
    let are_few = layer.kustomization.patches.iter().filter(has_no_name).count() <= FEW;
    for entry in &layer.kustomization.patches {
        if errors.is_full() {
            break;
        }
        let found = from_entry(layer, entry, are_few).map_err(|error| error.at(entry.place));
        transformers.extend(errors.or_default(found));
    }
    errors.finish().map(|()| transformers)
}

pub(super) fn from_config(layer: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let node = config.to_configuration();
    let entry = decode_patch(Input::plugin(&node))?;
    Ok(from_entry(layer, &entry, false)?.into_iter().collect())
}

/// The transformer of an entry; `are_few` says that few entries select resources of all names.
fn from_entry(
    layer: &mut Layer,
    entry: &Patch,
    are_few: bool,
) -> Result<Option<Box<dyn Transformer>>, Error> {
    let inline = !entry.patch.trim().is_empty();
    let inline = inline.then(|| PatchText::trimmed(layer, &entry.patch));
    let text = PatchText::of_entry(layer, entry, inline)?;
    let target = entry.target.as_ref().map(Selector::new).transpose()?;
    Ok(match (text.parse()?, target) {
        (ParsedPatch::StrategicMerge(patches), _) if patches.is_empty() => {
            Some(Box::new(PairSetter::nothing()))
        }
        (ParsedPatch::StrategicMerge(mut patches), None) => {
            // The reference keeps the options in the patch's annotations, and so makes strings of all of these.
            if entry.options.allow_name_change || entry.options.allow_kind_change {
                patches.iter_mut().for_each(|patch| patch.rewrite_strings("annotations"));
            }
            Some(Box::new(StrategicPatches {
                patches,
                options: entry.options,
                hold_api_version: false,
            }))
        }
        (ParsedPatch::StrategicMerge(patches), Some(target)) => {
            if let [_, second, ..] = patches.as_slice() {
                return Err(Error::new(Code::SEVERAL_PATCHES_FOR_TARGET, "a patch with a target must be one document, and this is several")
                    .at(second.place())
                    .hint_with("make an entry of each, or leave the target out: every document names its resource"));
            }
            let patch = patches.into_iter().next();
            patch.map(|patch| -> Box<dyn Transformer> {
                Box::new(SelectedPatch {
                    are_few,
                    patch: strategic_patch::prepared(patch),
                    target,
                    options: entry.options,
                    place: entry.place,
                })
            })
        }
        (ParsedPatch::Json(_), None) => {
            return Err(Error::new(Code::PATCH_WITHOUT_TARGET, "a JSON patch needs a target")
                .at(entry.place)
                .hint_with(
                    "say which resources it is for: target: {kind: Deployment, name: web}",
                ));
        }
        (ParsedPatch::Json(patch), Some(target)) => {
            Some(Box::new(JsonPatchFor { patch, target, remembers: true, are_few }))
        }
    })
}

/// One strategic merge patch for all resources that a target selects.
struct SelectedPatch {
    patch: Resource,
    target: Selector,
    options: PatchOptions,
    place: Place,
    /// True when there are few entries for resources of all names.
    are_few: bool,
}

/// Gives the patch the `apiVersion` of the resource that comes next.
fn adapt(patch: &mut Resource, resource: &Resource) {
    if !is_same_text(resource.api_version(), patch.api_version()) {
        let (api_version, place) = (resource.api_version(), patch.place());
        let trail = Trail::default();
        set_field_text(&mut patch.content, Tree::ROOT, "apiVersion", api_version, place, &trail);
    }
}

impl Transformer for SelectedPatch {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        let mut patch = self.patch.clone();
        for slot in selection::to_patch(resources, &self.target) {
            let Some(resource) = resources.get(slot) else { continue };
            adapt(&mut patch, resource);
            let before = resource.id();
            strategic_patch::apply(resources, slot, &patch, self.options)?;
            strategic_patch::hold_api_version_of(resources, slot)?;
            let Some(after) =
                resources.get(slot).map(Resource::id).filter(|after| *after != before)
            else {
                continue;
            };
            if resources.with_current_id(&after).len() > 1 {
                return Err(Error::new(
                    Code::PATCHED_INTO_ANOTHER,
                    format!("the patch gives {before} the id of another resource, {after}"),
                )
                .at(self.place));
            }
        }
        Ok(())
    }

    fn each(&self) -> Option<Box<dyn Each + '_>> {
        let PatchOptions { allow_name_change, allow_kind_change } = self.options;
        let keeps_ids = !allow_name_change && !allow_kind_change;
        (self.are_few && self.target.name.is_any() && keeps_ids).then(|| -> Box<dyn Each> {
            let patch = self.patch.clone();
            let (target, findings) = (Selecting::new(&self.target), Findings::default());
            Box::new(Patching { of: self, target, patch, findings })
        })
    }

    fn finish(&self, findings: Findings, resources: &mut ResourceSet) -> Result<(), Error> {
        if findings.is_used {
            resources.uses_schema();
        } else {
            selection::warn_of_none(resources, &self.target);
        }
        findings.warnings.into_iter().for_each(|warning| resources.warn(warning));
        Ok(())
    }
}

/// The patch at work. It gives the resources their names back.
struct Patching<'a> {
    of: &'a SelectedPatch,
    target: Selecting<'a>,
    patch: Resource,
    findings: Findings,
}

impl Each for Patching<'_> {
    fn renames(&self) -> bool {
        true
    }

    fn change(&mut self, which: Which, resource: &mut Resource) -> Result<(), Error> {
        let Patching { of, target, patch, findings } = self;
        if target.selects(which, resource) {
            findings.is_used = true;
            adapt(patch, resource);
            findings.warnings.extend(strategic_patch::apply_to(resource, patch, of.options)?);
            strategic_patch::hold_api_version(resource);
        }
        Ok(())
    }

    fn findings(&mut self) -> Findings {
        std::mem::take(&mut self.findings)
    }
}
