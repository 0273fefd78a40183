//! Which fields the built-in transformers edit: the defaults, and what `configurations` and `crds` add to them.

mod table;

use std::borrow::Cow;
use std::sync::Arc;

use kbuild_yaml::{EcoString, Place};

use crate::error::Error;
use crate::field::FieldSpec;
use crate::field::spec::{from_table, missing};
use crate::identity::GroupVersionKind;
use crate::tables::field_specs::{self, FieldSpecRow};
use crate::tables::name_references::{self, NameReferenceRow};
use crate::tables::sort_order::{ORDER_FIRST, ORDER_LAST, rank};
use table::Table;

/// Field specs, or the defaults in a table.
pub(crate) type FieldSpecs = Table<FieldSpecRow, FieldSpec>;

/// Name references, or the defaults.
pub(crate) type NameReferences = Table<NameReferenceRow, NameReference>;

/// Which fields the built-in transformers edit.
#[derive(Clone, Debug, Default)]
pub(crate) struct TransformerConfig {
    pub(crate) name_prefix: FieldSpecs,
    pub(crate) name_suffix: FieldSpecs,
    pub(crate) namespace: FieldSpecs,
    pub(crate) common_labels: FieldSpecs,
    pub(crate) labels: FieldSpecs,
    pub(crate) template_labels: FieldSpecs,
    pub(crate) volume_claim_template_labels: FieldSpecs,
    pub(crate) common_annotations: FieldSpecs,
    pub(crate) images: FieldSpecs,
    pub(crate) replicas: FieldSpecs,
    pub(crate) var_reference: FieldSpecs,
    pub(crate) name_references: NameReferences,
}

/// A type that others refer to by name, and the fields in which they do.
#[derive(Clone, Debug)]
pub(crate) struct NameReference {
    pub(crate) target: GroupVersionKind,
    pub(crate) referrers: Vec<FieldSpec>,
}

impl From<&NameReferenceRow> for NameReference {
    fn from(row: &NameReferenceRow) -> NameReference {
        NameReference::new(row, from_table(row.field_specs))
    }
}

impl NameReference {
    fn new(row: &NameReferenceRow, referrers: Vec<FieldSpec>) -> NameReference {
        let target = GroupVersionKind {
            group: row.group.into(),
            version: row.version.into(),
            kind: row.kind.into(),
        };
        NameReference { target, referrers }
    }

    /// What there is in a row for resources of some types.
    fn of_types(row: &NameReferenceRow, types: &[&GroupVersionKind]) -> Option<NameReference> {
        let of = |part: &str, have: &EcoString| part.is_empty() || part == have;
        let is_for = |spec: &&FieldSpecRow| {
            types.iter().any(|gvk| {
                of(spec.kind, &gvk.kind)
                    && of(spec.group, &gvk.group)
                    && of(spec.version, &gvk.version)
            })
        };
        let referrers: Vec<FieldSpec> =
            row.field_specs.iter().filter(is_for).map(FieldSpec::from).collect();
        (!referrers.is_empty()).then(|| NameReference::new(row, referrers))
    }
}

impl NameReferences {
    /// Those that resources of these types may hold, and perhaps others: a build of few types does not need the whole
    /// table.
    pub(crate) fn of_types(&self, types: &[&GroupVersionKind]) -> Cow<'_, [NameReference]> {
        const FEW: usize = 12;
        match types.len() {
            0..=FEW => self.parts(|row| NameReference::of_types(row, types)),
            _ => Cow::Borrowed(self),
        }
    }
}

impl TransformerConfig {
    /// The defaults.
    pub(crate) fn built_in() -> TransformerConfig {
        TransformerConfig {
            name_prefix: Table::new(field_specs::NAME_PREFIX),
            name_suffix: Table::new(field_specs::NAME_SUFFIX),
            namespace: Table::new(field_specs::NAMESPACE),
            common_labels: Table::new(field_specs::COMMON_LABELS),
            labels: FieldSpecs::default(),
            template_labels: Table::new(field_specs::TEMPLATE_LABELS),
            volume_claim_template_labels: Table::new(field_specs::VOLUME_CLAIM_TEMPLATE_LABELS),
            common_annotations: Table::new(field_specs::COMMON_ANNOTATIONS),
            images: Table::new(field_specs::IMAGES),
            replicas: Table::new(field_specs::REPLICAS),
            var_reference: Table::new(field_specs::VAR_REFERENCE),
            name_references: Table::new(name_references::NAME_REFERENCES),
        }
    }

    /// Adds what another configuration has, and puts the lists that this changes in the order in which they are applied.
    ///
    /// # Errors
    /// The two disagree on whether a field is created.
    pub(crate) fn add(&mut self, other: &TransformerConfig, place: Place) -> Result<(), Error> {
        for (own, more) in self.lists_mut().into_iter().zip(other.lists()) {
            if own.is_settled_by(more) {
                continue;
            }
            let missing = missing(own, more, place)?;
            if !missing.is_empty() {
                own.change(|own| {
                    own.extend(missing);
                    sort_specs(own);
                });
            }
        }
        if !self.name_references.is_settled_by(&other.name_references) {
            let known = self.name_references.len();
            for reference in other.name_references.iter() {
                self.add_name_reference(reference, place)?;
            }
            if self.name_references.len() > known {
                self.name_references.change(|all| sort_references(all));
            }
        }
        Ok(())
    }

    /// Adds the fields that refer to a type.
    ///
    /// # Errors
    /// As [`add`](TransformerConfig::add).
    pub(crate) fn add_name_reference(
        &mut self,
        reference: &NameReference,
        place: Place,
    ) -> Result<(), Error> {
        let all = &mut self.name_references;
        let Some(at) = all.iter().position(|own| own.target == reference.target) else {
            all.change(|all| all.push(reference.clone()));
            return Ok(());
        };
        let own = all.get(at).map_or(&[][..], |own| &own.referrers);
        let missing = missing(own, &reference.referrers, place)?;
        if !missing.is_empty() {
            all.change(|all| {
                if let Some(own) = all.get_mut(at) {
                    own.referrers.extend(missing);
                }
            });
        }
        Ok(())
    }

    /// Puts all in the order in which it is applied.
    pub(crate) fn sort(&mut self) {
        self.lists_mut().into_iter().for_each(|own| own.change(|own| sort_specs(own)));
        self.name_references.change(|all| sort_references(all));
    }

    fn lists(&self) -> [&FieldSpecs; 11] {
        [
            &self.name_prefix,
            &self.name_suffix,
            &self.namespace,
            &self.common_labels,
            &self.labels,
            &self.template_labels,
            &self.volume_claim_template_labels,
            &self.common_annotations,
            &self.images,
            &self.replicas,
            &self.var_reference,
        ]
    }

    fn lists_mut(&mut self) -> [&mut FieldSpecs; 11] {
        [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.volume_claim_template_labels,
            &mut self.common_annotations,
            &mut self.images,
            &mut self.replicas,
            &mut self.var_reference,
        ]
    }
}

fn sort_specs(specs: &mut [FieldSpec]) {
    specs.sort_by_cached_key(|spec| sort_key(&spec.on));
}

fn sort_references(references: &mut [NameReference]) {
    references.sort_by_cached_key(|reference| sort_key(&reference.target));
}

/// The reference's order of types: some kinds first, some last, the others by group, version and kind.
fn sort_key(gvk: &GroupVersionKind) -> (isize, String) {
    (rank(&gvk.kind, ORDER_FIRST, ORDER_LAST), gvk.sort_text())
}

/// The configuration of a layer and of all below it. Almost always it is the defaults, which are shared and not copied.
#[derive(Clone, Debug)]
pub(crate) struct LayerConfig {
    built_in: Arc<TransformerConfig>,
    /// None while nothing was added, not even the defaults.
    present: Option<Arc<TransformerConfig>>,
}

impl LayerConfig {
    /// The configuration before anything is added.
    pub(crate) fn empty(built_in: &Arc<TransformerConfig>) -> LayerConfig {
        LayerConfig { built_in: Arc::clone(built_in), present: None }
    }

    /// The configuration as it is now: the defaults, if nothing was added.
    pub(crate) fn get(&self) -> &Arc<TransformerConfig> {
        self.present.as_ref().unwrap_or(&self.built_in)
    }

    /// Adds the configuration of a base.
    ///
    /// # Errors
    /// As [`add`](LayerConfig::add).
    pub(crate) fn add_layer(&mut self, other: &LayerConfig, place: Place) -> Result<(), Error> {
        match &other.present {
            Some(config) => self.add(config, place),
            None => Ok(()),
        }
    }

    /// Adds the configuration to one that is empty: of two field specs, that which now comes later may be covered by the
    /// other.
    ///
    /// # Errors
    /// As [`add`](LayerConfig::add).
    pub(crate) fn begin_anew(&mut self, place: Place) -> Result<(), Error> {
        let former = std::mem::replace(self, LayerConfig::empty(&self.built_in));
        self.add_layer(&former, place)
    }

    /// Adds a configuration. The order in which this is done shows where one field spec covers another.
    ///
    /// # Errors
    /// The two disagree on whether a field is created.
    pub(crate) fn add(
        &mut self,
        other: &Arc<TransformerConfig>,
        place: Place,
    ) -> Result<(), Error> {
        let is_built_in = |config: &Arc<TransformerConfig>| Arc::ptr_eq(config, &self.built_in);
        match &mut self.present {
            None if is_built_in(other) => self.present = Some(Arc::clone(other)),
            Some(present) if is_built_in(present) && is_built_in(other) => {}
            present => Arc::make_mut(present.get_or_insert_default()).add(other, place)?,
        }
        Ok(())
    }
}
