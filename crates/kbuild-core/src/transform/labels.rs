//! `labels` and `commonLabels`.

use kbuild_yaml::Node;

use super::by_kind::ByKind;
use super::{Layer, Transformer, Transformers};
use crate::config::TransformerConfig;
use crate::error::Error;
use crate::field::set::set_field_string;
use crate::field::spec::{from_table, merge};
use crate::field::{FieldSpec, Make, visit};
use crate::kustomization::{Label, Pair};
use crate::resource::ResourceSet;
use crate::tables::field_specs;

pub(super) fn from_labels(layer: &mut Layer) -> Result<Transformers, Error> {
    let config = &layer.build.config;
    let mut transformers: Transformers = Vec::new();
    for label in layer.kustomization.labels.iter().filter(|label| !label.pairs.is_empty()) {
        transformers.push(Box::new(PairSetter { pairs: label.pairs.clone(), fields: fields_of(label, config)? }));
    }
    let pairs = layer.kustomization.common_labels.clone();
    if !pairs.is_empty() {
        transformers.push(Box::new(PairSetter { pairs, fields: config.common_labels.clone() }));
    }
    Ok(transformers)
}

/// The fields that an entry of `labels` asks for: its own ones first.
fn fields_of(label: &Label, config: &TransformerConfig) -> Result<Vec<FieldSpec>, Error> {
    let mut fields = label.fields.clone();
    if label.include_selectors {
        merge(&mut fields, &config.common_labels, label.place)?;
        return Ok(fields);
    }
    if label.include_templates {
        merge(&mut fields, &config.template_labels, label.place)?;
    }
    if label.include_volume_claim_templates {
        merge(&mut fields, &config.volume_claim_template_labels, label.place)?;
    }
    merge(&mut fields, &from_table(field_specs::LABELS), label.place)?;
    Ok(fields)
}

/// Sets labels or annotations in certain fields.
pub(super) struct PairSetter {
    pub(super) pairs: Vec<Pair>,
    pub(super) fields: Vec<FieldSpec>,
}

impl Transformer for PairSetter {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        let mut by_kind = ByKind::new(&self.fields);
        for resource in resources.contents_mut() {
            for spec in by_kind.of(resource.gvk()) {
                visit(&mut resource.node, spec, Make::Mapping, &mut |node| self.set(node))
                    .map_err(|error| error.in_resource(resource.describe()))?;
            }
        }
        Ok(())
    }
}

impl PairSetter {
    fn set(&self, node: &mut Node) -> Result<(), Error> {
        if node.is_null() {
            return Ok(());
        }
        if node.as_mapping().is_none() {
            return Err(Error::new(format!("labels or annotations are to be set here, and this is {}", node.describe()))
                .at(node.place));
        }
        for pair in &self.pairs {
            set_field_string(node, &pair.key, &pair.value, pair.place);
        }
        Ok(())
    }
}
