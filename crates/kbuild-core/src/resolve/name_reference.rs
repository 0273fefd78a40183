//! Name references: whatever refers to a resource that got another name follows it.

use std::borrow::Cow;
use std::rc::Rc;

use kbuild_yaml::{EcoString, NodeId, NodeRef, Tree};

use super::crowd::{Crowd, Crowds, Key};
use super::referrals::{Group, Referrals, Target, Types, Visible};
use crate::code::Code;
use crate::config::{NameReference, NameReferences};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::field::set::{set_field_text, set_text};
use crate::field::{ByKind, FieldSpec, Make, Reached};
use crate::identity::{GroupVersionKind, ResourceId};
use crate::resource::{Lineage, PreviousId, Resource, ResourceSet, Shared};
use crate::source::Trail;
use crate::threads::Threads;

/// Updates all references to resources that were renamed, in so many threads. With `shares`, other builds go by the same
/// configuration.
///
/// # Errors
/// A name that may mean several resources.
pub(crate) fn update_references(
    resources: &mut ResourceSet,
    config: &NameReferences,
    shares: bool,
    threads: Threads,
) -> Result<(), Error> {
    let types = Types::of(resources);
    let all: Vec<&GroupVersionKind> = types.iter().collect();
    let config = if shares { Cow::Borrowed(config.as_slice()) } else { config.of_types(&all) };
    // Who is never referred to need not be found.
    let is_in_use = |spec: &FieldSpec| all.iter().any(|gvk| gvk.is_selected_by(&spec.on));
    let targets: Vec<&GroupVersionKind> = config
        .iter()
        .filter(|reference| reference.referrers.iter().any(is_in_use))
        .map(|reference| &reference.target)
        .collect();
    let referrals = Referrals::new(resources, &types, &targets);
    let fields: Vec<Field> = config
        .iter()
        .flat_map(|reference| reference.referrers.iter().map(move |spec| Field { reference, spec }))
        .collect();
    let begin = || Following {
        referrals: &referrals,
        by_kind: ByKind::new(&fields, false),
        reached: Vec::new(),
        visible: Visible::default(),
        seen_from: None,
        crowds: Crowds::default(),
    };
    let pieces = threads.change(resources.all_mut(false), begin, |following, _, resources| {
        let mut there = resources.iter_mut().filter(|resource| !resource.is_gone());
        there.try_for_each(|resource| following.update(resource))
    });
    pieces.into_iter().collect::<Result<(), Error>>()?;
    for (target, name, gvk) in referrals.unused() {
        // Where nothing could refer to it, this is a part of something larger, built on its own.
        if targets.iter().any(|target| gvk.is_selected_by(target)) {
            let message = format!("nothing refers to the generated {} {name}", gvk.kind);
            let warning =
                Diagnostic::warning(Code::UNUSED_GENERATED, message).at(target.place).hint_with(
                    "if it is found by other means, say options: {disableNameSuffixHash: true}",
                );
            resources.warn(warning);
        }
    }
    Ok(())
}

/// What goes from resource to resource and updates the references in each.
struct Following<'a> {
    referrals: &'a Referrals,
    by_kind: ByKind<'a, Field<'a>>,
    /// The fields of the resource at hand.
    reached: Vec<Reached<'a, Field<'a>>>,
    visible: Visible,
    /// The namespace from which `visible` is, unless the resource itself has a say in it.
    seen_from: Option<EcoString>,
    crowds: Crowds<'a>,
}

impl<'a> Following<'a> {
    fn update(&mut self, resource: &mut Resource) -> Result<(), Error> {
        let is_nameless =
            |previous: &PreviousId| previous.name.is_empty() || previous.kind.is_empty();
        if resource.lineage.previous.iter().any(is_nameless) {
            return Err(Error::new(
                Code::NAMELESS_FOR_A_WHILE,
                "the resource had no name or no kind for a while",
            )
            .at(resource.place())
            .in_resource(resource.describe())
            .hint_with("a patch took it away, and the reference loses track of such a resource"));
        }
        let gvk = resource.original_gvk_ref();
        if !self.by_kind.reached(gvk, resource.node(), &mut self.reached) {
            return Ok(());
        }
        check_subjects(resource)?;
        if self.reached.is_empty() {
            return Ok(());
        }
        let id = resource.id();
        let role = role_of(resource);
        // What is visible from one resource mostly is from the next one.
        if id.gvk.kind == "RoleBinding" || self.seen_from.as_ref() != Some(&id.namespace) {
            self.visible = Referrals::visible_from(resource);
            self.seen_from = (id.gvk.kind != "RoleBinding").then(|| id.namespace.clone());
        }
        let Resource { content, lineage, trail, shared, .. } = resource;
        let (visible, referrals) = (&self.visible, self.referrals);
        let referrer = Referrer { id, lineage, role, visible, referrals, trail, shared };
        for reached in &self.reached {
            let Field { reference, spec } = reached.spec;
            let crowds = &mut self.crowds;
            let mut follow = Follow { referrer: &referrer, reference, spec, crowds };
            reached
                .visit(content, Make::Nothing, &mut |tree, field| follow.update(tree, field))
                .map_err(|error| error.in_resource(&referrer.id))?;
        }
        Ok(())
    }
}

/// A field that may refer to resources, and the types of these.
struct Field<'a> {
    reference: &'a NameReference,
    spec: &'a FieldSpec,
}

impl AsRef<FieldSpec> for Field<'_> {
    fn as_ref(&self) -> &FieldSpec {
        self.spec
    }
}

/// The resource that holds references.
struct Referrer<'r, 'a> {
    id: ResourceId,
    lineage: &'r Lineage,
    /// The type that the `roleRef` of a role binding names.
    role: Option<GroupVersionKind>,
    visible: &'r Visible,
    referrals: &'a Referrals,
    trail: &'r Trail,
    shared: &'r Shared,
}

fn role_of(resource: &Resource) -> Option<GroupVersionKind> {
    let role = resource.node().get("roleRef")?;
    // A mapping or a list has no text, and so fits every group.
    let text = |node: NodeRef<'_>| EcoString::from(text_of(node));
    Some(GroupVersionKind {
        group: text(role.get("apiGroup")?),
        version: EcoString::new(),
        kind: text(role.get("kind")?),
    })
}

/// The text of a scalar; none of a mapping or a list.
fn text_of(node: NodeRef<'_>) -> &str {
    node.as_scalar().map_or("", |scalar| scalar.text)
}

/// One field of one referrer, and the type that it refers to.
struct Follow<'r, 'a> {
    referrer: &'r Referrer<'r, 'a>,
    reference: &'a NameReference,
    spec: &'a FieldSpec,
    crowds: &'r mut Crowds<'a>,
}

impl<'a> Follow<'_, 'a> {
    /// Updates what the field holds: a name, a mapping with a name, or a list of either.
    fn update(&mut self, tree: &mut Tree, node: NodeId) -> Result<(), Error> {
        let here = tree.at(node);
        if here.is_null() {
            return Ok(());
        }
        if !here.is_sequence() {
            return self.update_one(tree, node);
        }
        let mut next = tree.first_child(node);
        while let Some(item) = next {
            next = tree.next_sibling(item);
            let here = tree.at(item);
            if here.is_sequence() {
                let path = self.spec.path_text();
                return Err(Error::new(
                    Code::BAD_REFERENCE,
                    format!("{path} must hold names or mappings with a name, not lists"),
                )
                .at(here.place()));
            }
            if !here.is_null() {
                self.update_one(tree, item)?;
            }
        }
        Ok(())
    }

    /// Updates a name, or a mapping with a name.
    fn update_one(&mut self, tree: &mut Tree, node: NodeId) -> Result<(), Error> {
        match tree.at(node).is_mapping() {
            true => self.update_mapping(tree, node),
            false => self.update_name(tree, node),
        }
    }

    fn update_name(&mut self, tree: &mut Tree, node: NodeId) -> Result<(), Error> {
        let here = tree.at(node);
        let name = text_of(here);
        let same_name = |one: &Target, other: &Target| one.id.name == other.id.name;
        let Some(target) = self.choose(name, None, same_name, here)? else { return Ok(()) };
        if target.id.name == name {
            return Ok(());
        }
        self.referrer.trail.mark(tree, node, target.name_place);
        set_text(tree, node, &target.id.name);
        self.referrer.shared.spread_from(tree, node);
        Ok(())
    }

    fn update_mapping(&mut self, tree: &mut Tree, node: NodeId) -> Result<(), Error> {
        let here = tree.at(node);
        let Some(name) = here.get("name").map(text_of) else {
            return Err(Error::new(
                Code::BAD_REFERENCE,
                format!("what {} refers to has no name", self.spec.path_text()),
            )
            .at(here.place())
            .hint_with("add the field name to it"));
        };
        let namespace = here.get("namespace").map(text_of);
        let same = |one: &Target, other: &Target| {
            one.id.name == other.id.name && one.namespace == other.namespace
        };
        let Some(target) = self.choose(name, namespace, same, here)? else { return Ok(()) };
        if target.id.name == name && target.namespace.is_empty() {
            return Ok(());
        }
        let (place, trail) = (target.name_place, self.referrer.trail);
        set_field_text(tree, node, "name", &target.id.name, place, trail);
        if !target.namespace.is_empty() {
            set_field_text(tree, node, "namespace", &target.namespace, place, trail);
        }
        Ok(())
    }

    /// The one that is meant by a name, and by a namespace if it is given; none if there is none.
    fn choose(
        &mut self,
        name: &str,
        namespace: Option<&str>,
        same: impl Fn(&Target, &Target) -> bool,
        node: NodeRef<'_>,
    ) -> Result<Option<&'a Target>, Error> {
        let Referrer { referrals, visible, .. } = self.referrer;
        let groups = referrals.named(name, namespace, visible);
        let candidates = match referrals.few(groups.clone()) {
            Some(few) => self.choose_of_few(few),
            None => self.choose_of_many(groups),
        };
        let Some((first, others)) = candidates.split_first() else { return Ok(None) };
        if others.iter().all(|other| same(first, other)) {
            return Ok(Some(first));
        }
        let mut error = Error::new(
            Code::AMBIGUOUS_REFERENCE,
            format!("the name {name} may mean any of {} resources", candidates.len()),
        )
        .at(node.place())
        .hint_with(
            "give the resources different names in the base, or refer to them from the same layer",
        );
        for target in &candidates {
            error = error.related(target.id.to_string(), target.place);
        }
        Err(error)
    }

    /// The candidates that fit best. One alone does, wherever it got its name.
    fn choose_of_few(&self, mut candidates: Vec<&'a Target>) -> Vec<&'a Target> {
        candidates.retain(|target| self.is_of_type(target) && self.is_in_reach(target));
        candidates.iter().for_each(|target| target.uses());
        for or_none in [true, false] {
            if candidates.len() > 1 {
                candidates.retain(|target| target.lineage.fits(self.referrer.lineage, or_none));
            }
        }
        candidates
    }

    /// The same of groups of which one is large.
    fn choose_of_many<'n>(&mut self, groups: impl Iterator<Item = Group<'n>>) -> Vec<&'a Target> {
        let crowds: Vec<Rc<Crowd<'a>>> = groups.map(|group| self.crowd(&group)).collect();
        let members = |(_, target)| target;
        if crowds.iter().map(|crowd| crowd.members().len()).sum::<usize>() <= 1 {
            return crowds.iter().flat_map(|crowd| crowd.members()).copied().map(members).collect();
        }
        let lineage = self.referrer.lineage;
        let fitting =
            |or_none| crowds.iter().flat_map(move |crowd| crowd.fitting(lineage, or_none));
        let mut found: Vec<_> = fitting(true).take(2).collect();
        if found.len() > 1 {
            found = fitting(false).collect();
            found.sort_unstable_by_key(|(index, _)| *index);
        }
        found.into_iter().map(members).collect()
    }

    /// The candidates of a group.
    fn crowd(&mut self, group: &Group<'_>) -> Rc<Crowd<'a>> {
        let is_near = group.is_near(&self.referrer.id);
        let key = Key::new(group, &self.reference.target, self.role(), is_near);
        if let Some(known) = self.crowds.get(&key) {
            return Rc::clone(known);
        }
        let members = self.referrer.referrals.members(group);
        let members =
            members.filter(|(_, target)| self.is_of_type(target) && self.is_in_reach(target));
        let crowd = Rc::new(Crowd::new(members.collect()));
        crowd.members().iter().for_each(|(_, target)| target.uses());
        self.crowds.insert(key, Rc::clone(&crowd));
        crowd
    }

    fn is_of_type(&self, target: &Target) -> bool {
        target.was(&self.reference.target) && self.role().is_none_or(|role| target.was(role))
    }

    /// The type that is wanted beside that of the reference.
    fn role(&self) -> Option<&GroupVersionKind> {
        self.referrer.role.as_ref().filter(|_| self.is_role_reference())
    }

    fn is_role_reference(&self) -> bool {
        matches!(self.spec.path.as_slice(), [.., role, name] if role.name.ends_with("roleRef") && name.name == "name")
    }

    /// True for what is outside of namespaces, in the same one, or a service account.
    fn is_in_reach(&self, target: &Target) -> bool {
        self.referrer.id.is_cluster_scoped()
            || target.id.is_cluster_scoped()
            || target.id.gvk.kind == "ServiceAccount"
            || target.id.namespace == self.referrer.id.namespace
    }
}

/// The namespace of a role binding's subject must be a name.
fn check_subjects(resource: &Resource) -> Result<(), Error> {
    if resource.kind() != "RoleBinding" || resource.is_cluster_scoped() {
        return Ok(());
    }
    for subject in
        resource.node().get("subjects").and_then(NodeRef::as_sequence).into_iter().flatten()
    {
        let refuse = |what: &str, node: NodeRef<'_>, hint: &str| {
            let error = Error::new(Code::BAD_REFERENCE, format!("{what}, not {}", node.describe()))
                .at(node.place());
            Err(error.in_resource(resource.describe()).hint_with(hint))
        };
        if !subject.is_mapping() {
            return refuse(
                "a subject must be a mapping",
                subject,
                "write it as {kind: ServiceAccount, name: default}",
            );
        }
        let (Some(namespace), Some(kind)) = (subject.get("namespace"), subject.get("kind")) else {
            continue;
        };
        match kind.as_str() {
            None => {
                return refuse(
                    "the kind of a subject must be a string",
                    kind,
                    "write it as kind: ServiceAccount",
                );
            }
            Some("ServiceAccount") if namespace.as_str().is_none() => {
                let hint = "fill it in, or take the field out";
                return refuse("the namespace of a subject must be a string", namespace, hint);
            }
            Some(_) => {}
        }
    }
    Ok(())
}
