//! The table of the built-in transformers: how the field of a kustomization and how a configuration of their own makes
//! them.

use super::{
    Layer, Transformers, annotations, hash, images, json_patch, labels, name_affix, namespace,
    patch, replacement, replicas, strategic_patch, value_add,
};
use crate::error::Error;
use crate::resource::Resource;

/// One built-in transformer.
pub(super) struct BuiltIn {
    /// The kind of its configuration, `apiVersion: builtin`.
    pub(super) kind: &'static str,
    /// The field of a kustomization that asks for it.
    pub(super) field: Option<&'static str>,
    /// Makes the transformers that the field of a kustomization asks for; none where there is no such field.
    pub(super) from_field: Option<FromField>,
    /// Makes the transformer from a configuration that `transformers` names.
    pub(super) from_config: FromConfig,
}

type FromField = fn(&mut Layer) -> Result<Transformers, Error>;
type FromConfig = fn(&mut Layer, &Resource) -> Result<Transformers, Error>;

/// The built-in transformers, in the order in which a layer applies those that its fields ask for.
#[rustfmt::skip]
pub(super) const BUILT_IN: &[BuiltIn] = &[
    field("PatchStrategicMergeTransformer", "patchesStrategicMerge", strategic_patch::from_patches_strategic_merge, strategic_patch::from_config),
    field("PatchTransformer", "patches", patch::from_patches, patch::from_config),
    field("NamespaceTransformer", "namespace", namespace::from_namespace, namespace::from_config),
    field("PrefixTransformer", "namePrefix", name_affix::from_name_prefix, name_affix::prefix_from_config),
    field("SuffixTransformer", "nameSuffix", name_affix::from_name_suffix, name_affix::suffix_from_config),
    field("LabelTransformer", "labels", labels::from_labels, labels::from_config),
    field("AnnotationsTransformer", "commonAnnotations", annotations::from_common_annotations, annotations::from_config),
    field("PatchJson6902Transformer", "patchesJson6902", json_patch::from_patches_json6902, json_patch::from_config),
    field("ReplicaCountTransformer", "replicas", replicas::from_replicas, replicas::from_config),
    field("ImageTagTransformer", "images", images::from_images, images::from_config),
    field("ReplacementTransformer", "replacements", replacement::from_replacements, replacement::from_config),
    config("PrefixSuffixTransformer", name_affix::both_from_config),
    config("HashTransformer", hash::from_config),
    config("ValueAddTransformer", value_add::from_config),
];

const fn field(
    kind: &'static str,
    field: &'static str,
    from_field: FromField,
    from_config: FromConfig,
) -> BuiltIn {
    BuiltIn { kind, field: Some(field), from_field: Some(from_field), from_config }
}

const fn config(kind: &'static str, from_config: FromConfig) -> BuiltIn {
    BuiltIn { kind, field: None, from_field: None, from_config }
}
