//! `labels` and `commonLabels`.

use std::borrow::Cow;

use kbuild_yaml::{Dialect, NodeId, NodeRef, Place, ScalarType, Tree, resolve};

use super::each::{Each, ForEach, Which};
use super::pair_fields::{Field, value_path};
use super::ties::{Addition, Ties};
use super::{Layer, Transformers, only};
use crate::code::Code;
use crate::config::TransformerConfig;
use crate::error::Error;
use crate::field::set::{is_plain_string, set_string};
use crate::field::spec::{from_table, merge};
use crate::field::{ByKind, FieldSpec, Make, Reached};
use crate::kustomization::{Fields, Input, Label, Pair, field_spec};
use crate::resource::{Group, Groups, Parts, Resource, ValuePath, paths_of};
use crate::source::Trail;
use crate::tables::field_specs;

pub(super) fn from_labels(layer: &mut Layer) -> Result<Transformers, Error> {
    let config = &layer.config;
    let (labels, pairs) = (&layer.kustomization.labels, layer.kustomization.common_labels.clone());
    let mut transformers: Transformers = Vec::new();
    for label in labels {
        let fields = fields_of(label, config)?;
        transformers.push(Box::new(PairSetter::new(label.pairs.clone(), fields)));
    }
    if !pairs.is_empty() {
        transformers.push(Box::new(PairSetter::new(pairs, config.common_labels.to_vec())));
    } else if !labels.is_empty() {
        transformers.push(Box::new(PairSetter::nothing()));
    }
    Ok(transformers)
}

const FIELDS: &[&str] = &["labels", "fieldSpecs"];

pub(super) fn from_config(_: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    only(Some(pair_setter(config, "labels", FIELDS)?))
}

/// The transformer that a configuration with the pairs in `field` describes.
pub(super) fn pair_setter(
    config: &Resource,
    field: &str,
    names: &'static [&'static str],
) -> Result<PairSetter, Error> {
    let node = config.to_configuration();
    let fields = Fields::new(Input::plugin(&node), "the configuration", names)?;
    Ok(PairSetter::new(fields.pairs(field)?, fields.items("fieldSpecs", field_spec)?))
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
    /// True for many pairs, in the order of their keys, each of which is there once.
    are_many: bool,
    /// True where each has a key, and no two have the same one.
    pub(super) are_distinct: bool,
    /// The pairs as they are where nothing has been: a mapping of them.
    fresh: Tree,
    pub(super) fields: Vec<Field>,
    /// True when annotations are a field that is not created.
    needs_annotations: bool,
}

impl ForEach for PairSetter {
    fn begin(&self) -> Box<dyn Each + '_> {
        Box::new(Setting {
            setter: self,
            by_kind: ByKind::new(&self.fields, true),
            reached: Vec::new(),
            fields: Vec::new(),
            added: Vec::new(),
            ties: Ties::default(),
        })
    }

    fn goes_alone(&self) -> bool {
        self.fields.iter().any(|field| field.spec.may_rename())
    }
}

struct Setting<'a> {
    setter: &'a PairSetter,
    by_kind: ByKind<'a, Field>,
    /// What there is to do in the resource at hand.
    reached: Vec<Reached<'a, Field>>,
    /// The fields of the resource at hand.
    fields: Vec<&'a Field>,
    /// What was added to it.
    added: Vec<Addition>,
    ties: Ties,
}

impl Each for Setting<'_> {
    fn change(&mut self, which: Which, resource: &mut Resource) -> Result<(), Error> {
        if self.setter.pairs.is_empty() {
            return Ok(());
        }
        let holds_annotations = self.setter.needs_annotations && resource.lineage.is_annotated();
        if holds_annotations {
            resource.hold_annotations();
        }
        let (of_type, gvk) = (which.of_type, || resource.gvk_ref());
        self.by_kind.reached_by(of_type, gvk, resource.node(), &mut self.reached);
        self.apply(resource)?;
        if holds_annotations {
            resource.drop_empty_annotations();
        }
        Ok(())
    }
}

impl Setting<'_> {
    /// Sets the pairs in the fields that were reached.
    fn apply(&mut self, resource: &mut Resource) -> Result<(), Error> {
        let Setting { setter, reached, fields, added, ties, .. } = self;
        fields.clear();
        added.clear();
        let mut nth = 0;
        for reached in reached.iter() {
            // A field that is reached several times comes several times in a row.
            if fields.last().is_none_or(|last| !std::ptr::eq(*last, reached.spec)) {
                fields.push(reached.spec);
                nth = 0;
            }
            let Parts { content, trail, .. } = &mut **resource;
            if let Some(mapping) = reached.lacking()
                && let Some(fresh) = reached.spec.fresh(setter, trail)
            {
                content.push_field(mapping, fresh);
                let (field, is_straight) = (reached.spec.number, true);
                let pairs = 0..setter.pairs.len();
                added.extend(pairs.map(|pair| Addition { pair, field, nth, is_straight }));
                nth += 1;
                continue;
            }
            reached.visit(content, Make::Mapping, &mut |tree, node| {
                let (field, is_straight) = (reached.spec.number, reached.is_straight);
                let mut add = |pair| added.push(Addition { pair, field, nth, is_straight });
                setter.set(tree, node, &mut add, trail)?;
                nth += 1;
                Ok(())
            })?;
        }
        let pairs = &setter.pairs;
        if resource.shared.ends_in(|key| setter.sets(key)) {
            let mappings =
                fields.iter().flat_map(|field| paths_of(resource.node(), &field.spec.path));
            let mut written: Vec<ValuePath> = mappings
                .flat_map(|path| {
                    pairs.iter().map(|pair| value_path(&path, pair)).collect::<Vec<_>>()
                })
                .collect();
            written.sort_unstable();
            let Parts { content, shared, .. } = &mut **resource;
            shared.spread(content, &written);
        }
        let first = added.first().map(Addition::mapping);
        if added.iter().any(|addition| Some(addition.mapping()) != first) {
            let Parts { content, shared, .. } = &mut **resource;
            ties.tie(added, shared, |added| setter.groups(added, content.root()));
        }
        Ok(())
    }
}

/// How many pairs are looked for one by one.
const FEW: usize = 32;

impl PairSetter {
    /// One that does nothing: it counts among the transformers that are noted in annotations.
    pub(super) fn nothing() -> PairSetter {
        PairSetter::new(Vec::new(), Vec::new())
    }

    pub(super) fn new(pairs: Vec<Pair>, fields: Vec<FieldSpec>) -> PairSetter {
        let are_sorted = pairs.is_sorted_by(|one, other| one.key < other.key);
        let are_distinct = are_sorted && pairs.first().is_none_or(|pair| !pair.key.is_empty());
        PairSetter {
            needs_annotations: fields
                .iter()
                .any(|spec| !spec.create && spec.is("metadata/annotations")),
            fresh: {
                let mut fresh = Tree::default();
                push_fresh(&mut fresh, Tree::ROOT, &pairs);
                fresh
            },
            are_many: pairs.len() > FEW && are_distinct,
            are_distinct,
            fields: fields
                .into_iter()
                .enumerate()
                .map(|(number, spec)| Field::new(number, spec, &pairs))
                .collect(),
            pairs,
        }
    }

    /// The values that are one from now on: those that were added in several places.
    fn groups(&self, added: &[Addition], root: NodeRef<'_>) -> Groups {
        let mut added = added.to_vec();
        added.sort_by_key(|addition| addition.pair);
        let mut groups = Groups::new();
        for places in added.chunk_by(|one, other| one.pair == other.pair) {
            let pair = places.first().and_then(|addition| self.pairs.get(addition.pair));
            let Some(pair) = pair.filter(|_| places.len() > 1) else { continue };
            let path = |addition: &Addition| {
                let path = self.fields.get(addition.field)?.value(root, addition, pair);
                path.map(Cow::into_owned)
            };
            let group: Group = places.iter().filter_map(path).collect();
            if group.len() > 1 {
                groups.push(group);
            }
        }
        groups
    }

    fn sets(&self, key: &str) -> bool {
        match self.are_many {
            true => self.number_of(key).is_some(),
            false => self.pairs.iter().any(|pair| pair.key == key),
        }
    }

    /// The number of the pair with a key, where there are many.
    fn number_of(&self, key: &str) -> Option<usize> {
        self.pairs.binary_search_by(|pair| pair.key.as_str().cmp(key)).ok()
    }

    /// The values of the pairs in a mapping, which is gone over once for all.
    fn find_all(&self, mapping: NodeRef<'_>) -> Vec<Option<NodeId>> {
        let mut found = vec![None; self.pairs.len()];
        for value in mapping.children() {
            if let Some(found) =
                self.number_of(value.key()).and_then(|number| found.get_mut(number))
            {
                found.get_or_insert(value.id());
            }
        }
        found
    }

    fn set(
        &self,
        tree: &mut Tree,
        node: NodeId,
        added: &mut dyn FnMut(usize),
        trail: &Trail,
    ) -> Result<(), Error> {
        let here = tree.at(node);
        if here.is_null() {
            return Ok(());
        }
        if !here.is_mapping() {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!(
                    "labels or annotations are to be set here, and this is {}",
                    here.describe()
                ),
            )
            .at(here.place()));
        }
        // Those that are sorted were looked at before.
        if !self.are_distinct
            && let Some(pair) = self.pairs.iter().find(|pair| pair.key.is_empty())
        {
            let message = "a label or an annotation has no name";
            return Err(Error::new(Code::NOT_A_RESOURCE, message).at(pair.place));
        }
        let is_missing = |pair: &Pair| tree.find(node, &pair.key).is_none();
        if self.are_distinct
            && !self.are_many
            && !trail.is_kept()
            && self.pairs.iter().all(is_missing)
        {
            tree.push_all(node, &self.fresh);
            (0..self.pairs.len()).for_each(added);
            return Ok(());
        }
        let known = self.are_many.then(|| self.find_all(here));
        let fresh = self.fresh.root().children();
        for (number, (pair, fresh)) in self.pairs.iter().zip(fresh).enumerate() {
            let found = match &known {
                Some(known) => known.get(number).copied().flatten(),
                None => tree.find(node, &pair.key),
            };
            match found {
                Some(value) => {
                    trail.mark(tree, value, pair.place);
                    set_string(tree, value, &pair.value);
                }
                None => {
                    let value = tree.push_copy(node, fresh);
                    if trail.is_kept() {
                        tree.set_place(value, Place::default());
                        trail.mark(tree, value, pair.place);
                    }
                    added(number);
                }
            }
        }
        Ok(())
    }
}

/// Makes a mapping of pairs of a node, as they are written where there was none of their keys.
pub(super) fn push_fresh(tree: &mut Tree, node: NodeId, pairs: &[Pair]) {
    tree.set_mapping(node);
    for Pair { key, value, place } in pairs {
        let entry = tree.push_entry(node, key, resolve(key, Dialect::Resource), *place);
        tree.set_scalar(entry, value, ScalarType::Str, is_plain_string(value));
        tree.set_place(entry, *place);
    }
}
