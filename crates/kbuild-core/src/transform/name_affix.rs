//! `namePrefix` and `nameSuffix`.

use kbuild_yaml::{NodeId, Tree};

use super::each::{Each, ForEach, Which, of_type};
use super::{Layer, Transformers, only};
use crate::code::Code;
use crate::error::Error;
use crate::field::set::set_text;
use crate::field::{FieldSpec, Make, visit};
use crate::identity::GroupVersionKind;
use crate::kustomization::{Fields, Input, Text, field_spec};
use crate::resource::{Parts, Resource, Turn};
use crate::source::Trail;

pub(super) fn from_name_prefix(layer: &mut Layer) -> Result<Transformers, Error> {
    let text = layer.kustomization.name_prefix.clone();
    only((!text.is_empty()).then(|| NameAffix {
        text,
        side: Side::Before,
        fields: layer.config.name_prefix.to_vec(),
    }))
}

pub(super) fn from_name_suffix(layer: &mut Layer) -> Result<Transformers, Error> {
    let text = layer.kustomization.name_suffix.clone();
    only((!text.is_empty()).then(|| NameAffix {
        text,
        side: Side::After,
        fields: layer.config.name_suffix.to_vec(),
    }))
}

const PREFIX: &[&str] = &["prefix", "fieldSpecs"];
const SUFFIX: &[&str] = &["suffix", "fieldSpecs"];

pub(super) fn prefix_from_config(_: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    only(affix(config, Side::Before, "prefix", PREFIX)?)
}

pub(super) fn suffix_from_config(_: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    only(affix(config, Side::After, "suffix", SUFFIX)?)
}

pub(super) fn both_from_config(
    layer: &mut Layer,
    config: &Resource,
) -> Result<Transformers, Error> {
    let mut both = prefix_from_config(layer, config)?;
    both.extend(suffix_from_config(layer, config)?);
    Ok(both)
}

fn affix(
    config: &Resource,
    side: Side,
    field: &str,
    names: &'static [&'static str],
) -> Result<Option<NameAffix>, Error> {
    let node = config.to_configuration();
    let fields = Fields::new(Input::plugin(&node), "the configuration", names)?;
    if !fields.has("fieldSpecs") {
        return Err(Error::new(
            Code::INCOMPLETE_CONFIGURATION,
            "the configuration has no fieldSpecs",
        )
        .at(config.place())
        .hint_with("say which fields hold names: fieldSpecs: [{path: metadata/name}]"));
    }
    let affix = NameAffix {
        text: fields.text(field)?,
        side,
        fields: fields.items("fieldSpecs", field_spec)?,
    };
    Ok(Some(affix))
}

/// Puts a text before or behind names.
struct NameAffix {
    text: Text,
    side: Side,
    fields: Vec<FieldSpec>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

impl ForEach for NameAffix {
    fn begin(&self) -> Box<dyn Each + '_> {
        Box::new(Affixing {
            affix: self,
            fields: self.fields.iter().map(Field::new).collect(),
            of_resource: Vec::new(),
            turns: Vec::new(),
            name: String::new(),
        })
    }

    fn goes_alone(&self) -> bool {
        self.fields.iter().any(|spec| spec.may_rename() && !spec.is("metadata/name"))
    }
}

struct Affixing<'a> {
    affix: &'a NameAffix,
    fields: Vec<Field<'a>>,
    /// Those for the resource at hand.
    of_resource: Vec<Field<'a>>,
    /// What was noted last, by the numbers of the types.
    turns: Vec<Turns>,
    /// Room for a name.
    name: String,
}

#[derive(Clone, Copy)]
struct Field<'a> {
    spec: &'a FieldSpec,
    /// True for the name of the resource itself.
    is_name: bool,
    /// True for a field of all types.
    is_for_all: bool,
}

impl<'a> Field<'a> {
    fn new(spec: &'a FieldSpec) -> Field<'a> {
        let is_for_all = spec.on == GroupVersionKind::default();
        Field { spec, is_name: spec.is("metadata/name"), is_for_all }
    }
}

/// What was noted of the last resource of a type.
#[derive(Default)]
struct Turns {
    of_id: Turn,
    of_affix: Turn,
}

impl Each for Affixing<'_> {
    fn renames(&self) -> bool {
        true
    }

    fn change(&mut self, which: Which, resource: &mut Resource) -> Result<(), Error> {
        if keeps_its_name(resource) {
            return Ok(());
        }
        let Affixing { affix, fields, of_resource, turns, name } = self;
        of_resource.clear();
        let is_for = |field: &&Field<'_>| {
            field.is_for_all || resource.original_gvk_ref().is_selected_by(&field.spec.on)
        };
        of_resource.extend(fields.iter().filter(is_for));
        let turns = of_type(turns, which.of_type);
        of_resource.iter().try_for_each(|field| affix.apply(resource, *field, turns, name))
    }
}

impl NameAffix {
    fn apply(
        &self,
        resource: &mut Resource,
        Field { spec, is_name, is_for_all }: Field<'_>,
        turns: &mut Turns,
        name: &mut String,
    ) -> Result<(), Error> {
        if is_name && !self.text.is_empty() {
            resource.remember_id_by(&mut turns.of_id);
            let (history, turn) = (&mut resource.lineage.history, &mut turns.of_affix);
            match self.side {
                Side::Before => history.add_prefix(&self.text.text, turn),
                Side::After => history.add_suffix(&self.text.text, turn),
            }
        }
        if !is_for_all && !resource.gvk_ref().is_selected_by(&spec.on) {
            return Ok(());
        }
        let head = resource.content.head();
        let Parts { content, trail, shared, .. } = &mut **resource;
        if is_name && content.at(head.name).text().is_some() {
            return self.set(content, head.name, trail, name);
        }
        visit(content, spec, Make::Scalar, &mut |tree, node| {
            self.set(tree, node, trail, name)?;
            shared.spread_from(tree, node);
            Ok(())
        })
    }

    /// Writes a name anew; `name` is room for it.
    fn set(
        &self,
        tree: &mut Tree,
        node: NodeId,
        trail: &Trail,
        name: &mut String,
    ) -> Result<(), Error> {
        let here = tree.at(node);
        let Some(scalar) = here.as_scalar() else {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!("a name is expected here, not {}", here.describe()),
            )
            .at(here.place()));
        };
        let (start, end) = match self.side {
            Side::Before => (&*self.text, scalar.text),
            Side::After => (scalar.text, &*self.text),
        };
        name.clear();
        name.push_str(start);
        name.push_str(end);
        trail.mark(tree, node, self.text.place);
        set_text(tree, node, name);
        Ok(())
    }
}

/// True for the kinds whose name means something outside of the object, so that it cannot be changed.
fn keeps_its_name(resource: &Resource) -> bool {
    match resource.original_kind() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => resource.gvk_ref().group == "apiregistration.k8s.io",
        _ => false,
    }
}
