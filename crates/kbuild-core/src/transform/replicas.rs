//! `replicas`.

use kbuild_yaml::{NodeId, Tree};

use super::each::{Each, FEW, Which};
use super::findings::Findings;
use super::{Layer, Transformer, Transformers, only};
use crate::code::Code;
use crate::error::Error;
use crate::field::set::set_int;
use crate::field::{FieldSpec, Make, visit};
use crate::kustomization::{Fields, Input, Replica, field_spec, replica};
use crate::resource::{Parts, Resource, ResourceSet};
use crate::source::Trail;

pub(super) fn from_replicas(layer: &mut Layer) -> Result<Transformers, Error> {
    let (fields, replicas) = (&layer.config.replicas, &layer.kustomization.replicas);
    let are_few = replicas.len() <= FEW;
    let counts = replicas.iter().map(|replica| -> Box<dyn Transformer> {
        Box::new(ReplicaCount { replica: replica.clone(), fields: fields.to_vec(), are_few })
    });
    Ok(counts.collect())
}

const FIELDS: &[&str] = &["replica", "fieldSpecs"];

pub(super) fn from_config(_: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let node = config.to_configuration();
    let fields = Fields::new(Input::plugin(&node), "a ReplicaCountTransformer", FIELDS)?;
    let replica = fields.get("replica").map(replica).transpose()?.unwrap_or_default();
    let fields = fields.items("fieldSpecs", field_spec)?;
    only(Some(ReplicaCount { replica, fields, are_few: false }))
}

/// Sets the replica count of the workloads of one name.
struct ReplicaCount {
    replica: Replica,
    fields: Vec<FieldSpec>,
    /// True when there are few entries like it.
    are_few: bool,
}

impl Transformer for ReplicaCount {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        let mut found = false;
        for slot in resources.with_any_name(&self.replica.name) {
            resources.edit(slot, |resource| {
                self.set_on(resource, &mut found)
                    .map_err(|error| error.in_resource(resource.describe()))
            })?;
        }
        if found { Ok(()) } else { Err(self.not_found(resources)) }
    }

    fn each(&self) -> Option<Box<dyn Each + '_>> {
        let goes_along = self.are_few && !self.fields.iter().any(FieldSpec::may_rename);
        goes_along.then(|| -> Box<dyn Each> { Box::new(Setting { count: self, found: false }) })
    }

    fn finish(&self, findings: Findings, resources: &mut ResourceSet) -> Result<(), Error> {
        if findings.is_used { Ok(()) } else { Err(self.not_found(resources)) }
    }
}

struct Setting<'a> {
    count: &'a ReplicaCount,
    found: bool,
}

impl Each for Setting<'_> {
    fn renames(&self) -> bool {
        true
    }

    fn change(&mut self, _: Which, resource: &mut Resource) -> Result<(), Error> {
        if !resource.has_or_had_name(&self.count.replica.name) {
            return Ok(());
        }
        self.count.set_on(resource, &mut self.found)
    }

    fn findings(&mut self) -> Findings {
        Findings { is_used: std::mem::take(&mut self.found), ..Findings::default() }
    }
}

impl ReplicaCount {
    /// Sets the number of a resource of the name. Notes in `found` whether it has one.
    fn set_on(&self, resource: &mut Resource, found: &mut bool) -> Result<(), Error> {
        for spec in &self.fields {
            if !self.is_or_was(resource, spec) {
                continue;
            }
            *found = true;
            if resource.gvk_ref().is_selected_by(&spec.on) {
                let Parts { content, trail, .. } = &mut **resource;
                visit(content, spec, Make::Scalar, &mut |tree, node| self.set(tree, node, trail))?;
            }
        }
        Ok(())
    }

    /// True when the resource has or had the name with a type that the spec is for.
    fn is_or_was(&self, resource: &Resource, spec: &FieldSpec) -> bool {
        resource
            .all_id_refs()
            .any(|id| id.name == self.replica.name && id.gvk.is_selected_by(&spec.on))
    }

    fn set(&self, tree: &mut Tree, node: NodeId, trail: &Trail) -> Result<(), Error> {
        let here = tree.at(node);
        if !here.is_scalar() {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!("a number of replicas is expected here, not {}", here.describe()),
            )
            .at(here.place()));
        }
        trail.mark(tree, node, self.replica.place);
        set_int(tree, node, self.replica.count);
        Ok(())
    }

    fn not_found(&self, resources: &ResourceSet) -> Error {
        let kinds: Vec<&str> = self.fields.iter().map(|spec| spec.on.kind.as_str()).collect();
        let error = Error::new(
            Code::REPLICAS_OF_NOTHING,
            format!(
                "there is no {} called {} to set replicas of",
                kinds.join(", "),
                self.replica.name
            ),
        )
        .at(self.replica.place);
        let names = resources
            .iter()
            .filter(|resource| kinds.contains(&resource.kind()))
            .map(Resource::name);
        match crate::nearest::nearest(&self.replica.name, names) {
            Some(near) => error.hint_with(format!("did you mean {near}?")),
            None => error.hint_with(
                "the name is the one in the base, without prefix and suffix, or the present one",
            ),
        }
    }
}
