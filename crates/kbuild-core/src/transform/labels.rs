//! `labels` and `commonLabels`.

use kbuild_yaml::Node;

use super::by_kind::ByKind;
use super::{Layer, Transformer, Transformers, only};
use crate::code::Code;
use crate::config::TransformerConfig;
use crate::error::Error;
use crate::field::set::set_field_string;
use crate::field::spec::{from_table, merge};
use crate::field::{FieldSpec, Make, visit};
use crate::kustomization::{Fields, Input, Label, Pair, field_spec};
use crate::resource::{Resource, ResourceSet, Step, ValuePath, paths_of};
use crate::source::Trail;
use crate::tables::field_specs;

pub(super) fn from_labels(layer: &mut Layer) -> Result<Transformers, Error> {
    let config = &layer.config;
    let (labels, pairs) = (&layer.kustomization.labels, layer.kustomization.common_labels.clone());
    let mut transformers: Transformers = Vec::new();
    for label in labels {
        transformers.push(Box::new(PairSetter {
            pairs: label.pairs.clone(),
            fields: fields_of(label, config)?,
        }));
    }
    // One that does nothing counts among the transformers that are noted in annotations.
    if !pairs.is_empty() || !labels.is_empty() {
        transformers.push(Box::new(PairSetter { pairs, fields: config.common_labels.clone() }));
    }
    Ok(transformers)
}

const FIELDS: &[&str] = &["labels", "fieldSpecs"];

pub(super) fn from_config(_: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    only(pair_setter(config, "labels", FIELDS)?)
}

/// The transformer that a configuration with the pairs in `field` describes.
pub(super) fn pair_setter(
    config: &Resource,
    field: &str,
    names: &'static [&'static str],
) -> Result<Option<PairSetter>, Error> {
    let fields = Fields::new(Input::plugin(&config.node), "the configuration", names)?;
    let setter =
        PairSetter { pairs: fields.pairs(field)?, fields: fields.items("fieldSpecs", field_spec)? };
    Ok(Some(setter).filter(|setter| !setter.pairs.is_empty()))
}

/// The fields that an entry of `labels` asks for: its own ones first.
fn fields_of(label: &Label, config: &TransformerConfig) -> Result<Vec<FieldSpec>, Error> {
    let mut fields = label.fields.clone();
    merge(&mut fields, &config.labels, label.place)?;
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
        if self.pairs.is_empty() {
            return Ok(());
        }
        let mut by_kind = ByKind::new(&self.fields);
        for resource in resources.contents_mut() {
            self.apply(resource, by_kind.of(resource.gvk()))
                .map_err(|error| error.in_resource(resource.describe()))?;
        }
        Ok(())
    }
}

/// Where a pair was added: the number of the pair, that of the field spec, and how many mappings this came to before.
struct Addition {
    pair: usize,
    spec: usize,
    nth: usize,
}

impl PairSetter {
    fn apply(&self, resource: &mut Resource, specs: &[&FieldSpec]) -> Result<(), Error> {
        let mut added = Vec::new();
        for (number, spec) in specs.iter().enumerate() {
            let mut nth = 0;
            let Resource { node, trail, .. } = &mut *resource;
            visit(node, spec, Make::Mapping, &mut |node| {
                let mut add = |pair| added.push(Addition { pair, spec: number, nth });
                self.set(node, &mut add, trail)?;
                nth += 1;
                Ok(())
            })?;
        }
        if !resource.shared.is_empty() {
            let mappings = specs.iter().flat_map(|spec| paths_of(&resource.node, &spec.path));
            let written: Vec<ValuePath> = mappings
                .flat_map(|path| self.pairs.iter().map(move |pair| value_path(path.clone(), pair)))
                .collect();
            resource.shared.spread(&mut resource.node, &written);
        }
        if added.iter().any(|addition| addition.spec > 0 || addition.nth > 0) {
            self.tie(&added, resource, specs);
        }
        Ok(())
    }

    /// What was added in several places is one value there from now on.
    fn tie(&self, added: &[Addition], resource: &mut Resource, specs: &[&FieldSpec]) {
        let mappings: Vec<Vec<ValuePath>> =
            specs.iter().map(|spec| paths_of(&resource.node, &spec.path)).collect();
        for (number, pair) in self.pairs.iter().enumerate() {
            let places = added.iter().filter(|addition| addition.pair == number);
            let paths =
                places.filter_map(|addition| mappings.get(addition.spec)?.get(addition.nth));
            resource.shared.tie(paths.map(|path| value_path(path.clone(), pair)).collect());
        }
    }

    fn set(
        &self,
        node: &mut Node,
        added: &mut dyn FnMut(usize),
        trail: &Trail,
    ) -> Result<(), Error> {
        if node.is_null() {
            return Ok(());
        }
        if node.as_mapping().is_none() {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!(
                    "labels or annotations are to be set here, and this is {}",
                    node.describe()
                ),
            )
            .at(node.place));
        }
        for (number, pair) in self.pairs.iter().enumerate() {
            if node.get(&pair.key).is_none() {
                added(number);
            }
            set_field_string(node, &pair.key, &pair.value, pair.place, trail);
        }
        Ok(())
    }
}

fn value_path(mut mapping: ValuePath, pair: &Pair) -> ValuePath {
    mapping.push(Step::Field(pair.key.clone()));
    mapping
}
