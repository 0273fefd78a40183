//! The field specs that the built-in transformers work with.

use crate::field::FieldSpec;
use crate::field::spec::from_table;
use crate::identity::GroupVersionKind;
use crate::tables::{field_specs, name_references};

/// Which fields the built-in transformers edit.
#[derive(Clone, Debug)]
pub(crate) struct TransformerConfig {
    pub(crate) name_prefix: Vec<FieldSpec>,
    pub(crate) name_suffix: Vec<FieldSpec>,
    pub(crate) namespace: Vec<FieldSpec>,
    pub(crate) common_labels: Vec<FieldSpec>,
    pub(crate) template_labels: Vec<FieldSpec>,
    pub(crate) volume_claim_template_labels: Vec<FieldSpec>,
    pub(crate) common_annotations: Vec<FieldSpec>,
    pub(crate) images: Vec<FieldSpec>,
    pub(crate) replicas: Vec<FieldSpec>,
    pub(crate) name_references: Vec<NameReference>,
}

/// A type that others refer to by name, and the fields in which they do.
#[derive(Clone, Debug)]
pub(crate) struct NameReference {
    pub(crate) target: GroupVersionKind,
    pub(crate) referrers: Vec<FieldSpec>,
}

impl TransformerConfig {
    /// The defaults.
    pub(crate) fn built_in() -> TransformerConfig {
        TransformerConfig {
            name_prefix: from_table(field_specs::NAME_PREFIX),
            name_suffix: from_table(field_specs::NAME_SUFFIX),
            namespace: from_table(field_specs::NAMESPACE),
            common_labels: from_table(field_specs::COMMON_LABELS),
            template_labels: from_table(field_specs::TEMPLATE_LABELS),
            volume_claim_template_labels: from_table(field_specs::VOLUME_CLAIM_TEMPLATE_LABELS),
            common_annotations: from_table(field_specs::COMMON_ANNOTATIONS),
            images: from_table(field_specs::IMAGES),
            replicas: from_table(field_specs::REPLICAS),
            name_references: name_references::NAME_REFERENCES
                .iter()
                .map(|row| NameReference {
                    target: GroupVersionKind {
                        group: row.group.into(),
                        version: row.version.into(),
                        kind: row.kind.into(),
                    },
                    referrers: from_table(row.field_specs),
                })
                .collect(),
        }
    }
}
