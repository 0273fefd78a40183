//! `namespace`.

use kbuild_yaml::{NodeId, NodeRef, Place, ScalarType, Tree};

use super::each::{Each, ForEach, Which, of_type};
use super::findings::Findings;
use super::labels::PairSetter;
use super::{Layer, Transformers, only};
use crate::code::Code;
use crate::error::Error;
use crate::field::set::{set_field_string, set_string};
use crate::field::{ByKind, FieldSpec, Make, Reached, visit};
use crate::kustomization::{Fields, Input, Text, field_spec};
use crate::resource::{Distinct, Parts, Resource, ResourceSet, Turn};
use crate::source::Trail;

pub(super) fn from_namespace(layer: &mut Layer) -> Result<Transformers, Error> {
    let namespace = layer.kustomization.namespace.clone();
    only((!namespace.is_empty()).then(|| {
        let fields = other_fields(layer.config.namespace.to_vec());
        Namespace { fields, ..Namespace::plain(namespace) }
    }))
}

const FIELDS: &[&str] = &["metadata", "fieldSpecs", "unsetOnly", "setRoleBindingSubjects"];
const METADATA: &[&str] = &["namespace"];

pub(super) fn from_config(_: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let node = config.to_configuration();
    let fields = Fields::new(Input::plugin(&node), "a NamespaceTransformer", FIELDS)?;
    let namespace = match fields.get("metadata") {
        Some(metadata) => Fields::new(metadata, "the metadata", METADATA)?.text("namespace")?,
        None => Text::default(),
    };
    let mode = fields.text("setRoleBindingSubjects")?;
    let subjects = match &*mode.text {
        "" | "defaultOnly" => Subjects::Default,
        "allServiceAccounts" => Subjects::AllServiceAccounts,
        "none" => Subjects::None,
        other => {
            let message = format!(
                "setRoleBindingSubjects is defaultOnly, allServiceAccounts or none, not {other}"
            );
            return Err(Error::new(Code::INCOMPLETE_CONFIGURATION, message).at(mode.place));
        }
    };
    if namespace.is_empty() {
        return only(Some(PairSetter::nothing()));
    }
    only(Some(Namespace {
        namespace,
        fields: other_fields(fields.items("fieldSpecs", field_spec)?),
        unset_only: fields.bool("unsetOnly")?,
        subjects,
        distinct: Distinct::before_changes(),
    }))
}

/// The fields that hold a namespace besides those that are set in any case, whatever the configuration says: the namespace
/// itself, and those of the subjects of role bindings.
fn other_fields(mut fields: Vec<FieldSpec>) -> Vec<FieldSpec> {
    fields.retain(|spec| {
        let is_subject = is_role_binding(&spec.on.kind) && spec.is("subjects/namespace");
        !is_subject && !spec.is("metadata/namespace")
    });
    fields
}

/// Puts all namespaced resources into one namespace.
pub(super) struct Namespace {
    namespace: Text,
    /// The fields that hold a namespace, too.
    fields: Vec<FieldSpec>,
    /// Leaves alone what is in a namespace already.
    unset_only: bool,
    subjects: Subjects,
    /// To compare the ids of the resources, by parts.
    distinct: Distinct,
}

/// Which subjects of role bindings move along.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subjects {
    /// Those called `default`: the service accounts that every namespace has.
    Default,
    /// All service accounts.
    AllServiceAccounts,
    None,
}

impl ForEach for Namespace {
    fn begin(&self) -> Box<dyn Each + '_> {
        Box::new(Moving {
            namespace: self,
            own: Own::new(&self.namespace),
            by_kind: ByKind::new(&self.fields, true),
            reached: Vec::new(),
            turns: Vec::new(),
            distinct: self.distinct.clone(),
        })
    }

    fn finish(&self, findings: Findings, resources: &mut ResourceSet) -> Result<(), Error> {
        findings.distinct.unwrap_or_default().check(resources).map_err(|error| {
            error.related("both are put into one namespace by", self.namespace.place)
        })
    }

    fn goes_alone(&self) -> bool {
        false
    }
}

/// The namespace in the metadata.
struct Own {
    spec: FieldSpec,
    /// It as it is written where there was none: a mapping that holds nothing else.
    fresh: Tree,
}

impl Own {
    fn new(namespace: &Text) -> Own {
        let mut fresh = Tree::default();
        fresh.set_mapping(Tree::ROOT);
        let (entry, _) = fresh.find_or_push(Tree::ROOT, "namespace");
        fresh.set_scalar(entry, namespace, ScalarType::Str, true);
        fresh.set_place(entry, namespace.place);
        Own { spec: FieldSpec::everywhere("metadata/namespace"), fresh }
    }
}

struct Moving<'a> {
    namespace: &'a Namespace,
    own: Own,
    by_kind: ByKind<'a, FieldSpec>,
    /// What there is to do in the resource at hand.
    reached: Vec<Reached<'a, FieldSpec>>,
    /// What was remembered last, by the numbers of the types.
    turns: Vec<Turn>,
    distinct: Distinct,
}

impl Each for Moving<'_> {
    fn renames(&self) -> bool {
        true
    }

    fn change(&mut self, which: Which, resource: &mut Resource) -> Result<(), Error> {
        if !resource.is_helm_generated() {
            let Moving { namespace, own, by_kind, reached, turns, .. } = self;
            resource.remember_id_by(of_type(turns, which.of_type));
            namespace.set_own(resource, own)?;
            resource.content.settle_head();
            let (of_type, gvk) = (which.of_type, || resource.gvk_ref());
            if by_kind.reached_by(of_type, gvk, resource.node(), reached) {
                namespace.set_others(resource, reached)?;
            }
        }
        self.distinct.add(which.slot, resource);
        Ok(())
    }

    fn findings(&mut self) -> Findings {
        let distinct = std::mem::replace(&mut self.distinct, self.namespace.distinct.clone());
        Findings { distinct: Some(distinct), ..Findings::default() }
    }
}

impl Namespace {
    /// Sets the namespace of resources, and no field besides.
    pub(super) fn plain(namespace: Text) -> Namespace {
        Namespace {
            namespace,
            fields: Vec::new(),
            unset_only: false,
            subjects: Subjects::Default,
            distinct: Distinct::before_changes(),
        }
    }

    /// Puts one resource into the namespace.
    ///
    /// # Errors
    /// A field that should hold a namespace holds something else.
    pub(super) fn set_on(&self, resource: &mut Resource) -> Result<(), Error> {
        self.set_own(resource, &Own::new(&self.namespace))
            .map_err(|error| error.in_resource(resource.describe()))
    }

    /// Sets the namespace in the metadata, and that of the subjects of a role binding.
    fn set_own(&self, resource: &mut Resource, own: &Own) -> Result<(), Error> {
        let is_role_binding = is_role_binding(resource.kind());
        if !resource.is_cluster_scoped() {
            let Parts { content, trail, .. } = &mut **resource;
            let head = content.head();
            // Most resources have no namespace before.
            if head.namespace == NodeId::NOWHERE && content.at(head.metadata).is_mapping() {
                let field = content.push_field(head.metadata, &own.fresh);
                if trail.is_kept()
                    && let Some(field) = field
                {
                    content.set_place(field, Place::default());
                    trail.mark(content, field, self.namespace.place);
                }
            } else {
                let set = &mut |tree: &mut Tree, node| self.set(tree, node, trail);
                visit(content, &own.spec, Make::Scalar, set)?;
            }
        }
        match is_role_binding {
            true => self.set_subjects(resource),
            false => Ok(()),
        }
    }

    /// Sets the other fields.
    fn set_others(
        &self,
        resource: &mut Resource,
        reached: &[Reached<'_, FieldSpec>],
    ) -> Result<(), Error> {
        for reached in reached {
            // A name is a namespace only in Namespaces.
            if reached.spec.is("metadata/name") && resource.api_version() != "v1" {
                continue;
            }
            let Parts { content, trail, shared, .. } = &mut **resource;
            reached.visit(content, Make::Scalar, &mut |tree, node| {
                self.set(tree, node, trail)?;
                shared.spread_from(tree, node);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn set(&self, tree: &mut Tree, node: NodeId, trail: &Trail) -> Result<(), Error> {
        let here = tree.at(node);
        if !here.is_scalar() {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!("a namespace is expected here, not {}", here.describe()),
            )
            .at(here.place()));
        }
        if self.unset_only && here.text().is_some_and(|text| !text.is_empty()) {
            return Ok(());
        }
        trail.mark(tree, node, self.namespace.place);
        set_string(tree, node, &self.namespace.text);
        Ok(())
    }

    fn set_subjects(&self, resource: &mut Resource) -> Result<(), Error> {
        if self.subjects == Subjects::None {
            return Ok(());
        }
        let subjects = resource.node().get("subjects").filter(|subjects| !subjects.is_null());
        let Some(subjects) = subjects else { return Ok(()) };
        if !subjects.is_sequence() {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                "the subjects of a role binding must be a list",
            )
            .at(subjects.place()));
        }
        let mut next = resource.content.first_child(subjects.id());
        while let Some(subject) = next {
            next = resource.content.next_sibling(subject);
            let here = resource.content.at(subject);
            if !here.is_null() && self.moves_subject(here)? {
                let Parts { content, trail, .. } = &mut **resource;
                let (namespace, place) = (&self.namespace, self.namespace.place);
                set_field_string(content, subject, "namespace", namespace, place, trail);
            }
        }
        Ok(())
    }

    /// True for a subject that moves along.
    fn moves_subject(&self, subject: NodeRef<'_>) -> Result<bool, Error> {
        if !subject.is_mapping() {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!("a subject must be a mapping, and this is {}", subject.describe()),
            )
            .at(subject.place())
            .hint_with("write it as {kind: ServiceAccount, name: default}"));
        }
        let moves = match self.subjects {
            Subjects::Default => is_text(subject, "name", "default")?,
            Subjects::AllServiceAccounts => is_text(subject, "kind", "ServiceAccount")?,
            Subjects::None => false,
        };
        let held = subject.get("namespace");
        let has_one = held.and_then(NodeRef::text).is_some_and(|text| !text.is_empty());
        if !moves || (self.unset_only && has_one) {
            return Ok(false);
        }
        match held.filter(|held| !held.is_scalar()) {
            Some(held) => {
                let what = held.describe();
                let message = format!("the namespace of a subject must be a string, not {what}");
                Err(Error::new(Code::WRONG_SHAPE, message).at(held.place()))
            }
            None => Ok(true),
        }
    }
}

fn is_role_binding(kind: &str) -> bool {
    matches!(kind, "RoleBinding" | "ClusterRoleBinding")
}

/// True when the field of a subject holds this text. A mapping or a list there is refused.
fn is_text(subject: NodeRef<'_>, field: &str, text: &str) -> Result<bool, Error> {
    match subject.get(field) {
        Some(node) if !node.is_scalar() => Err(Error::new(
            Code::WRONG_SHAPE,
            format!("the {field} of a subject must be a string, not {}", node.describe()),
        )
        .at(node.place())),
        found => Ok(found.and_then(NodeRef::text) == Some(text)),
    }
}
