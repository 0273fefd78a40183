//! `patches`: strategic merge patches and JSON patches, for one resource or for all that a target selects.

use kbuild_yaml::Place;

use super::json_patch::JsonPatchFor;
use super::patch_file::{ParsedPatch, PatchText};
use super::strategic_patch::{self, StrategicPatches};
use super::{Layer, Transformer, Transformers, selection};
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::identity::selector::Selector;
use crate::kustomization::{Input, Patch, PatchOptions, Text, patch as decode_patch};
use crate::resource::{Resource, ResourceSet};
use crate::source::Trail;

pub(super) fn from_patches(layer: &mut Layer) -> Result<Transformers, Error> {
    let mut errors = Errors::default();
    let mut transformers = Vec::new();
    for entry in &layer.kustomization.patches {
        if errors.is_full() {
            break;
        }
        let found = from_entry(layer, entry).map_err(|error| error.at(entry.place));
        transformers.extend(errors.or_default(found));
    }
    errors.finish().map(|()| transformers)
}

pub(super) fn from_config(layer: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let entry = decode_patch(Input::plugin(&config.node))?;
    Ok(from_entry(layer, &entry)?.into_iter().collect())
}

fn from_entry(layer: &mut Layer, entry: &Patch) -> Result<Option<Box<dyn Transformer>>, Error> {
    let inline = entry.patch.trim();
    let text = match (inline.is_empty(), entry.path.is_empty()) {
        (false, true) => PatchText::inline(&trimmed(&entry.patch)),
        (true, false) => PatchText::from_file(layer, &entry.path)?,
        (true, true) => {
            return Err(
                Error::new(Code::EMPTY_PATCH, "a patch needs a path or a patch").at(entry.place)
            );
        }
        (false, false) => {
            return Err(Error::new(
                Code::PATCH_TWICE,
                "a patch has either a path or a patch, not both",
            )
            .at(entry.place));
        }
    };
    let target = entry.target.as_ref().map(Selector::new).transpose()?;
    Ok(match (text.parse()?, target) {
        (ParsedPatch::StrategicMerge(patches), _) if patches.is_empty() => None,
        (ParsedPatch::StrategicMerge(mut patches), None) => {
            // The reference keeps the options in the patch's annotations, and so makes strings of all of these.
            if entry.options.allow_name_change || entry.options.allow_kind_change {
                patches.iter_mut().for_each(|patch| patch.rewrite_strings("annotations"));
            }
            Some(Box::new(StrategicPatches { patches, options: entry.options }))
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
            Some(Box::new(JsonPatchFor { patch, target, remembers: true }))
        }
    })
}

/// An inline patch without the white space around it; its lines are still counted from where it stood.
fn trimmed(text: &Text) -> Text {
    let above = text.text.len() - text.text.trim_start().len();
    let skipped = text.text[..above].matches('\n').count();
    // A block of one line begins below its indicator, as one of several does.
    let is_block = text.text.contains('\n') && !text.text.trim().contains('\n');
    let line = text.place.line + u32::try_from(skipped).unwrap_or(0) + u32::from(is_block);
    Text { text: text.text.trim().into(), place: Place { line, ..text.place } }
}

/// One strategic merge patch for all resources that a target selects.
struct SelectedPatch {
    patch: Resource,
    target: Selector,
    options: PatchOptions,
    place: Place,
}

impl Transformer for SelectedPatch {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        let mut patch = self.patch.clone();
        for slot in selection::to_patch(resources, &self.target) {
            let Some(resource) = resources.get(slot) else { continue };
            if resource.api_version() != patch.api_version() {
                let place = patch.place();
                let api_version = resource.api_version().to_owned();
                crate::field::set::set_field_text(
                    &mut patch.node,
                    "apiVersion",
                    &api_version,
                    place,
                    &Trail::default(),
                );
            }
            let before = resource.id();
            strategic_patch::apply(resources, slot, &patch, self.options)?;
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
}
