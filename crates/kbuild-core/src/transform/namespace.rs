//! `namespace`.

use kbuild_yaml::Node;

use super::by_kind::ByKind;
use super::{Layer, Transformer, Transformers, only};
use crate::error::Error;
use crate::field::set::{set_field_string, set_string};
use crate::field::{FieldSpec, Make, visit};
use crate::kustomization::Text;
use crate::resource::{Resource, ResourceSet};

pub(super) fn from_namespace(layer: &mut Layer) -> Result<Transformers, Error> {
    let namespace = layer.kustomization.namespace.clone();
    only((!namespace.is_empty()).then(|| Namespace { namespace, fields: layer.config.namespace.clone() }))
}

/// Puts all namespaced resources into one namespace.
struct Namespace {
    namespace: Text,
    fields: Vec<FieldSpec>,
}

impl Transformer for Namespace {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        let metadata = FieldSpec::everywhere("metadata/namespace");
        let mut by_kind = ByKind::new(&self.fields);
        for resource in resources.iter_mut() {
            resource.remember_id();
            let specs = by_kind.of(resource.gvk());
            self.apply(resource, &metadata, specs).map_err(|error| error.in_resource(resource.describe()))?;
        }
        resources.check_unique().map_err(|error| {
            error.related("both are put into one namespace by", self.namespace.place)
        })
    }
}

impl Namespace {
    fn apply(&self, resource: &mut Resource, metadata: &FieldSpec, specs: &[&FieldSpec]) -> Result<(), Error> {
        if !resource.is_cluster_scoped() {
            visit(&mut resource.node, metadata, Make::Scalar, &mut |node| self.set(node))?;
        }
        let binds_roles = matches!(resource.kind(), "RoleBinding" | "ClusterRoleBinding");
        if binds_roles {
            self.set_default_subjects(resource)?;
        }
        for spec in specs {
            // The namespace itself is set above, whatever the configuration says; a name is one only in Namespaces.
            let is_other_name = spec.is("metadata/name") && resource.api_version() != "v1";
            let is_subject = binds_roles && spec.is("subjects/namespace");
            if spec.is("metadata/namespace") || is_other_name || is_subject {
                continue;
            }
            visit(&mut resource.node, spec, Make::Scalar, &mut |node| self.set(node))?;
        }
        Ok(())
    }

    fn set(&self, node: &mut Node) -> Result<(), Error> {
        if node.as_scalar().is_none() {
            return Err(Error::new(format!("a namespace is expected here, not {}", node.describe())).at(node.place));
        }
        set_string(node, self.namespace.text.clone());
        node.place = self.namespace.place;
        Ok(())
    }

    /// Subjects called `default` are the service accounts that every namespace has: they move along.
    fn set_default_subjects(&self, resource: &mut Resource) -> Result<(), Error> {
        let Some(subjects) = resource.node.get_mut("subjects").filter(|subjects| !subjects.is_null()) else {
            return Ok(());
        };
        let place = subjects.place;
        let Some(subjects) = subjects.as_sequence_mut() else {
            return Err(Error::new("the subjects of a role binding must be a list").at(place));
        };
        for subject in subjects.iter_mut().filter(|subject| !subject.is_null()) {
            if subject.as_mapping().is_none() {
                return Err(Error::new(format!("a subject must be a mapping, and this is {}", subject.describe()))
                    .at(subject.place)
                    .hint_with("write it as {kind: ServiceAccount, name: default}"));
            }
            if subject.get("name").and_then(Node::text) == Some("default") {
                set_field_string(subject, "namespace", &self.namespace, self.namespace.place);
            }
        }
        Ok(())
    }
}
