//! Reads the parts of a kustomization from the document tree.

use super::fields::{Fields, Input};
use super::parts::{
    GeneratorArgs, GeneratorOptions, Image, Label, LegacySortOptions, Patch, PatchOptions, Replica,
    SortOptions, Target,
};
use crate::error::Error;
use crate::field::FieldSpec;
use crate::field::path::check_length;
use crate::identity::GroupVersionKind;

const FIELD_SPEC: &[&str] = &["group", "version", "kind", "path", "create"];

pub(crate) fn field_spec(node: Input) -> Result<FieldSpec, Error> {
    let fields = Fields::new(node, "a field spec", FIELD_SPEC)?;
    let on = GroupVersionKind {
        group: fields.id_string("group")?,
        version: fields.id_string("version")?,
        kind: fields.id_string("kind")?,
    };
    let path = fields.text("path")?;
    let spec = FieldSpec::new(on, &path, fields.bool("create")?);
    check_length(spec.path.len(), path.place)?;
    Ok(spec)
}

const LABEL: &[&str] =
    &["pairs", "includeSelectors", "includeTemplates", "includeVolumeClaimTemplates", "fields"];

pub(super) fn label(node: Input) -> Result<Label, Error> {
    let fields = Fields::new(node, "an entry of labels", LABEL)?;
    Ok(Label {
        pairs: fields.pairs("pairs")?,
        include_selectors: fields.bool("includeSelectors")?,
        include_templates: fields.bool("includeTemplates")?,
        include_volume_claim_templates: fields.bool("includeVolumeClaimTemplates")?,
        fields: fields.items("fields", field_spec)?,
        place: fields.place(),
    })
}

const IMAGE: &[&str] = &["name", "newName", "tagSuffix", "newTag", "digest"];

pub(crate) fn image(node: Input) -> Result<Image, Error> {
    let fields = Fields::new(node, "an entry of images", IMAGE)?;
    Ok(Image {
        name: fields.string("name")?,
        new_name: fields.string("newName")?,
        tag_suffix: fields.string("tagSuffix")?,
        new_tag: fields.string("newTag")?,
        digest: fields.string("digest")?,
        place: fields.place(),
    })
}

const REPLICA: &[&str] = &["name", "count"];

pub(crate) fn replica(node: Input) -> Result<Replica, Error> {
    let fields = Fields::new(node, "an entry of replicas", REPLICA)?;
    Ok(Replica { name: fields.string("name")?, count: fields.int("count")?, place: fields.place() })
}

const PATCH: &[&str] = &["path", "patch", "target", "options"];
const PATCH_OPTIONS: &[&str] = &["allowNameChange", "allowKindChange"];

pub(crate) fn patch(node: Input) -> Result<Patch, Error> {
    let fields = Fields::new(node, "a patch", PATCH)?;
    let options = match fields.get("options") {
        Some(node) => {
            let options = Fields::new(node, "the options of a patch", PATCH_OPTIONS)?;
            PatchOptions {
                allow_name_change: options.bool("allowNameChange")?,
                allow_kind_change: options.bool("allowKindChange")?,
            }
        }
        None => PatchOptions::default(),
    };
    Ok(Patch {
        path: fields.text("path")?,
        patch: fields.text("patch")?,
        target: fields.get("target").map(target).transpose()?,
        options,
        place: fields.place(),
    })
}

const TARGET: &[&str] =
    &["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];

pub(crate) fn target(node: Input) -> Result<Target, Error> {
    let fields = Fields::new(node, "the target of a patch", TARGET)?;
    Ok(Target {
        group: fields.id_string("group")?,
        version: fields.id_string("version")?,
        kind: fields.id_string("kind")?,
        name: fields.id_string("name")?,
        namespace: fields.id_string("namespace")?,
        name_place: fields.get("name").map(|name| name.place).unwrap_or_default(),
        annotation_selector: fields.string("annotationSelector")?,
        label_selector: fields.string("labelSelector")?,
        place: fields.place(),
    })
}

const CONFIG_MAP: &[&str] =
    &["name", "namespace", "behavior", "literals", "files", "envs", "env", "options"];
const SECRET: &[&str] =
    &["name", "namespace", "behavior", "literals", "files", "envs", "env", "options", "type"];

pub(crate) fn config_map(node: Input) -> Result<GeneratorArgs, Error> {
    generator(&Fields::new(node, "an entry of configMapGenerator", CONFIG_MAP)?)
}

pub(crate) fn secret(node: Input) -> Result<GeneratorArgs, Error> {
    let fields = Fields::new(node, "an entry of secretGenerator", SECRET)?;
    Ok(GeneratorArgs { secret_type: fields.string("type")?, ..generator(&fields)? })
}

fn generator(fields: &Fields) -> Result<GeneratorArgs, Error> {
    let mut envs = fields.texts("envs")?;
    let env = fields.text("env")?;
    if !env.is_empty() {
        envs.push(env);
    }
    Ok(GeneratorArgs {
        name: fields.string("name")?,
        namespace: fields.string("namespace")?,
        behavior: fields.string("behavior")?,
        secret_type: Default::default(),
        literals: fields.texts("literals")?,
        files: fields.texts("files")?,
        envs,
        options: fields.get("options").map(generator_options).transpose()?,
        place: fields.place(),
    })
}

const GENERATOR_OPTIONS: &[&str] = &["labels", "annotations", "disableNameSuffixHash", "immutable"];

pub(super) fn generator_options(node: Input) -> Result<GeneratorOptions, Error> {
    let fields = Fields::new(node, "generator options", GENERATOR_OPTIONS)?;
    Ok(GeneratorOptions {
        labels: fields.pairs("labels")?,
        annotations: fields.pairs("annotations")?,
        disable_name_suffix_hash: fields.bool("disableNameSuffixHash")?,
        immutable: fields.bool("immutable")?,
    })
}

const SORT_OPTIONS: &[&str] = &["order", "legacySortOptions"];
const LEGACY_SORT_OPTIONS: &[&str] = &["orderFirst", "orderLast"];

pub(super) fn sort_options(node: Input) -> Result<SortOptions, Error> {
    let fields = Fields::new(node, "sortOptions", SORT_OPTIONS)?;
    let legacy = match fields.get("legacySortOptions") {
        Some(node) => {
            let fields = Fields::new(node, "legacySortOptions", LEGACY_SORT_OPTIONS)?;
            Some(LegacySortOptions {
                order_first: fields.strings("orderFirst")?,
                order_last: fields.strings("orderLast")?,
            })
        }
        None => None,
    };
    Ok(SortOptions { order: fields.text("order")?, legacy, place: fields.place() })
}
