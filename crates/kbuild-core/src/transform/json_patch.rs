//! JSON patches, and `patchesJson6902`.

use super::each::{Each, Which, of_type};
use super::findings::Findings;
use super::patch_file::PatchText;
use super::selection::{self, Selecting};
use super::{Layer, Transformer, Transformers, only};
use crate::code::Code;
use crate::error::{Error, Errors};
use crate::identity::selector::Selector;
use crate::kustomization::{Fields, Input, Patch, target};
use crate::patch::json::JsonPatch;
use crate::resource::{Resource, ResourceSet, Turn};

pub(super) fn from_patches_json6902(layer: &mut Layer) -> Result<Transformers, Error> {
    let mut errors = Errors::default();
    let mut transformers: Transformers = Vec::new();
    for entry in &layer.kustomization.patches_json6902 {
        if errors.is_full() {
            break;
        }
        let found = from_entry(layer, entry).map_err(|error| error.at(entry.place));
        transformers
            .extend(errors.take(found).map(|one| -> Box<dyn Transformer> { Box::new(one) }));
    }
    errors.finish().map(|()| transformers)
}

const FIELDS: &[&str] = &["target", "path", "jsonOp"];

pub(super) fn from_config(layer: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let node = config.to_configuration();
    let fields = Fields::new(Input::plugin(&node), "a PatchJson6902Transformer", FIELDS)?;
    let entry = Patch {
        path: fields.text("path")?,
        patch: fields.text("jsonOp")?,
        target: fields.get("target").map(target).transpose()?,
        place: config.place(),
        ..Patch::default()
    };
    only(Some(from_entry(layer, &entry)?))
}

fn from_entry(layer: &mut Layer, entry: &Patch) -> Result<JsonPatchFor, Error> {
    let Some(target) = &entry.target else {
        return Err(Error::new(
            Code::PATCH_WITHOUT_TARGET,
            "an entry of patchesJson6902 needs a target",
        )
        .at(entry.place));
    };
    if target.name.is_empty() {
        return Err(Error::new(
            Code::PATCH_WITHOUT_TARGET,
            "the target of an entry of patchesJson6902 needs a name",
        )
        .at(target.place));
    }
    let inline = !entry.patch.is_empty();
    let inline = inline.then(|| PatchText::inline(layer, &entry.patch));
    let text = PatchText::of_entry(layer, entry, inline)?;
    let patch = text.parse_json()?;
    if patch.is_empty() {
        return Err(Error::new(Code::EMPTY_PATCH, "the patch holds no operation").at(entry.place));
    }
    Ok(JsonPatchFor { patch, target: Selector::new(target)?, remembers: false, are_few: false })
}

/// One JSON patch for all resources that a target selects.
pub(super) struct JsonPatchFor {
    pub(super) patch: JsonPatch,
    pub(super) target: Selector,
    /// True for `patches`, whose resources are still found by the name that they had before.
    pub(super) remembers: bool,
    /// True when there are few entries for resources of all names.
    pub(super) are_few: bool,
}

impl Transformer for JsonPatchFor {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        for slot in selection::to_patch(resources, &self.target) {
            resources.edit(slot, |resource| self.change(resource, &mut Turn::default()))?;
        }
        Ok(())
    }

    fn each(&self) -> Option<Box<dyn Each + '_>> {
        (self.are_few && self.target.name.is_any() && self.patch.keeps_identity).then(
            || -> Box<dyn Each> {
                let target = Selecting::new(&self.target);
                Box::new(Patching { of: self, target, turns: Vec::new(), is_used: false })
            },
        )
    }

    fn finish(&self, findings: Findings, resources: &mut ResourceSet) -> Result<(), Error> {
        if !findings.is_used {
            selection::warn_of_none(resources, &self.target);
        }
        Ok(())
    }
}

/// The patch at work.
struct Patching<'a> {
    of: &'a JsonPatchFor,
    target: Selecting<'a>,
    /// What was remembered last, by the numbers of the types.
    turns: Vec<Turn>,
    is_used: bool,
}

impl Each for Patching<'_> {
    fn change(&mut self, which: Which, resource: &mut Resource) -> Result<(), Error> {
        if !self.target.selects(which, resource) {
            return Ok(());
        }
        self.is_used = true;
        self.of.change(resource, of_type(&mut self.turns, which.of_type))
    }

    fn findings(&mut self) -> Findings {
        Findings { is_used: std::mem::take(&mut self.is_used), ..Findings::default() }
    }
}

impl JsonPatchFor {
    fn change(&self, resource: &mut Resource, turn: &mut Turn) -> Result<(), Error> {
        resource.traced(self.patch.place(), |resource| self.apply(resource, turn))
    }

    fn apply(&self, resource: &mut Resource, turn: &mut Turn) -> Result<(), Error> {
        // An operation may take away what the resource is described by.
        let may_rename = !self.patch.keeps_identity || !resource.content.is_json_form();
        let id = may_rename.then(|| resource.id());
        if self.remembers {
            resource.remember_id_by(turn);
        }
        let annotated = resource.lineage.is_annotated();
        if annotated && self.patch.touches_metadata {
            resource.hold_annotations();
        }
        resource.shared.clear();
        let patched = resource.content.patch_as_json(&self.patch, annotated);
        patched.map_err(|error| {
            let id = id.unwrap_or_else(|| resource.id());
            match Error::from(error).in_resource(id) {
                error if error.code() == Code::NOT_WRITABLE => {
                    error.related("this patch takes the resource through JSON", self.patch.place())
                }
                error => error,
            }
        })?;
        resource.rewrite_strings("annotations");
        if self.patch.forgets_annotations() {
            resource.lineage.forget_origin();
        }
        Ok(())
    }
}
