//! Name references: whatever refers to a resource that got another name follows it.

use std::borrow::Cow;
use std::rc::Rc;

use kbuild_yaml::{EcoString, NodeId, NodeRef, Tree, is_same_text};

use super::crowd::{Crowd, Crowds, Key};
use super::referrals::{Few, Group, Referrals, Visible};
use super::role_binding::{check_subjects, is_of_role, role_of, text_of};
use super::target::Target;
use crate::code::Code;
use crate::config::{NameReference, NameReferences};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::field::set::{set_field_text, set_text};
use crate::field::{ByKind, FieldSpec, Make, Reached};
use crate::identity::GroupVersionKind;
use crate::identity::resource_id::NO_NAMESPACE;
use crate::resource::{History, Parts, Resource, ResourceSet, Shared, go_through};
use crate::source::Trail;
use crate::survey::{Survey, Types};
use crate::threads::Threads;

/// How many resources are gone over at once before `then` is for them, while they are close to the processor still.
const AT_ONCE: usize = 256;

/// Updates all references to resources that were renamed, in so many threads. With `shares`, other builds go by the same
/// configuration. Piece by piece the resources are for `then` afterwards, with the slot of the first. Returns what it makes of
/// each piece, in order.
///
/// # Errors
/// A name that may mean several resources.
pub(crate) fn update_references<E: Send>(
    resources: &mut ResourceSet,
    survey: Survey,
    config: &NameReferences,
    shares: bool,
    threads: Threads,
    then: impl Fn(usize, &mut [Resource]) -> E + Sync,
) -> Result<Vec<E>, Error> {
    let Survey { types, origins, .. } = survey;
    let all: Vec<&GroupVersionKind> = types.iter().collect();
    let config = if shares { Cow::Borrowed(config.as_slice()) } else { config.of_types(&all) };
    // Who is never referred to need not be found.
    let is_in_use = |spec: &FieldSpec| all.iter().any(|gvk| gvk.is_selected_by(&spec.on));
    let targets: Vec<&GroupVersionKind> = config
        .iter()
        .filter(|reference| reference.referrers.iter().any(is_in_use))
        .map(|reference| &reference.target)
        .collect();
    let referrals = Referrals::new(resources, &types, origins, &targets);
    let fields: Vec<Field> = config
        .iter()
        .flat_map(|reference| {
            reference.referrers.iter().map(move |spec| Field {
                reference,
                spec,
                is_of_role: is_of_role(spec),
            })
        })
        .collect();
    let refers: Vec<bool> = all
        .iter()
        .map(|gvk| fields.iter().any(|field| gvk.is_selected_by(&field.spec.on)))
        .collect();
    let following = || Following {
        types: &types,
        refers: &refers,
        referrals: &referrals,
        by_kind: ByKind::new(&fields, false),
        reached: Vec::new(),
        namespace: EcoString::new(),
        visible: None,
        crowds: Crowds::default(),
    };
    let all = resources.all_mut(false);
    let pieces = threads.change(all, following, |following, first, resources| {
        let Following { types, refers, .. } = *following;
        let may_refer =
            |slot| types.of_slot(slot).is_some_and(|(number, _)| refers.get(number) == Some(&true));
        let mut update = |slot, resource: &mut Resource| following.update(slot, resource);
        let parts = (first..).step_by(AT_ONCE).zip(resources.chunks_mut(AT_ONCE));
        let made = parts.map(|(first, resources)| {
            go_through(first, resources, may_refer, &mut update)?;
            Ok(then(first, resources))
        });
        made.collect::<Result<Vec<E>, Error>>()
    });
    let made = pieces.into_iter().collect::<Result<Vec<Vec<E>>, Error>>()?;
    let made = made.into_iter().flatten().collect();
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
    Ok(made)
}

/// What goes from resource to resource and updates the references in each.
struct Following<'a> {
    types: &'a Types,
    /// Which of them have fields that may refer to something.
    refers: &'a [bool],
    referrals: &'a Referrals,
    by_kind: ByKind<'a, Field<'a>>,
    /// The fields of the resource at hand.
    reached: Vec<Reached<'a, Field<'a>>>,
    /// The namespace of the resource before.
    namespace: EcoString,
    /// What is visible from there, unless that resource itself had a say in it.
    visible: Option<Visible>,
    crowds: Crowds<'a>,
}

impl<'a> Following<'a> {
    fn update(&mut self, slot: usize, resource: &mut Resource) -> Result<(), Error> {
        let Some((number, gvk)) = self.types.of_slot(slot) else { return Ok(()) };
        let history = &resource.lineage.history;
        // Where it never had a name, the reference remembers nothing that could get lost.
        if (history.has_name("") || history.has_kind(str::is_empty))
            && history.names().any(|name| !name.is_empty())
        {
            return Err(Error::new(
                Code::NAMELESS_FOR_A_WHILE,
                "the resource had no name or no kind for a while",
            )
            .at(resource.place())
            .in_resource(resource.describe())
            .hint_with("a patch took it away, and the reference loses track of such a resource"));
        }
        if self.refers.get(number) != Some(&true)
            || !self.by_kind.reached_by(
                number,
                || (&**gvk).into(),
                resource.node(),
                &mut self.reached,
            )
        {
            return Ok(());
        }
        let is_binding = resource.kind() == "RoleBinding";
        if is_binding {
            check_subjects(resource)?;
        }
        if self.reached.is_empty() {
            return Ok(());
        }
        let namespace = resource.counted_namespace();
        if !is_same_text(&self.namespace, namespace) {
            self.namespace = namespace.into();
            self.visible = None;
        }
        // What is visible from one resource mostly is from the next one.
        let known = self.visible.take().filter(|_| !is_binding);
        let visible = known.unwrap_or_else(|| self.referrals.visible_from(resource));
        let followed = self.follow(resource, &visible);
        self.visible = (!is_binding).then_some(visible);
        followed.map_err(|error| error.in_resource(resource.describe()))
    }

    /// Updates what was reached.
    fn follow(&mut self, resource: &mut Resource, visible: &Visible) -> Result<(), Error> {
        let names_role = self.reached.iter().any(|reached| reached.spec.is_of_role);
        let role = names_role.then(|| role_of(resource)).flatten();
        let Parts { content, lineage, trail, shared, .. } = &mut **resource;
        let (namespace, referrals) = (self.namespace.as_str(), self.referrals);
        let history = &lineage.history;
        let referrer = Referrer { namespace, history, role, visible, referrals, trail, shared };
        for reached in &self.reached {
            let (field, crowds) = (reached.spec, &mut self.crowds);
            let mut follow = Follow { referrer: &referrer, field, crowds };
            reached.visit(content, Make::Nothing, &mut |tree, node| follow.update(tree, node))?;
        }
        Ok(())
    }
}

/// A field that may refer to resources, and the types of these.
struct Field<'a> {
    reference: &'a NameReference,
    spec: &'a FieldSpec,
    /// True for the name of the `roleRef` of a role binding.
    is_of_role: bool,
}

impl AsRef<FieldSpec> for Field<'_> {
    fn as_ref(&self) -> &FieldSpec {
        self.spec
    }
}

/// The resource that holds references.
struct Referrer<'r, 'a> {
    /// The namespace that counts.
    namespace: &'r str,
    history: &'r History,
    /// The type that the `roleRef` of a role binding names.
    role: Option<GroupVersionKind>,
    visible: &'r Visible,
    referrals: &'a Referrals,
    trail: &'r Trail,
    shared: &'r Shared,
}

/// One field of one referrer, and the type that it refers to.
struct Follow<'r, 'a> {
    referrer: &'r Referrer<'r, 'a>,
    field: &'r Field<'a>,
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
                let path = self.field.spec.path_text();
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
        let same_name = |one: &Target, other: &Target| one.name == other.name;
        let Some(target) = self.choose(name, None, same_name, here)? else { return Ok(()) };
        if target.name == name {
            return Ok(());
        }
        self.referrer.trail.mark(tree, node, target.name_place);
        set_text(tree, node, &target.name);
        self.referrer.shared.spread_from(tree, node);
        Ok(())
    }

    fn update_mapping(&mut self, tree: &mut Tree, node: NodeId) -> Result<(), Error> {
        let here = tree.at(node);
        let Some(name) = here.get("name").map(text_of) else {
            return Err(Error::new(
                Code::BAD_REFERENCE,
                format!("what {} refers to has no name", self.field.spec.path_text()),
            )
            .at(here.place())
            .hint_with("add the field name to it"));
        };
        let namespace = here.get("namespace").map(text_of);
        let same = |one: &Target, other: &Target| {
            one.name == other.name && one.namespace == other.namespace
        };
        let Some(target) = self.choose(name, namespace, same, here)? else { return Ok(()) };
        if target.name == name && target.namespace.is_empty() {
            return Ok(());
        }
        let (place, trail) = (target.name_place, self.referrer.trail);
        set_field_text(tree, node, "name", &target.name, place, trail);
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
        let may_be_meant = |target: &Target| self.is_of_type(target) && self.is_in_reach(target);
        let candidates = match referrals.few(name, namespace, visible, may_be_meant) {
            // One alone is meant, wherever it got its name.
            Some(Few { one: Some((_, target)), .. }) => {
                target.uses();
                return Ok(Some(target));
            }
            Some(Few { several, .. }) => self.choose_of_few(several),
            None => self.choose_of_many(referrals.named(name, namespace, visible)),
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
            error = error.related(target.id().to_owned().to_string(), target.place);
        }
        Err(error)
    }

    /// Those that fit best.
    fn choose_of_few(&self, mut candidates: Vec<(usize, &'a Target)>) -> Vec<&'a Target> {
        candidates.iter().for_each(|(_, target)| target.uses());
        for or_none in [true, false] {
            if candidates.len() > 1 {
                candidates.retain(|(_, target)| target.fits(self.referrer.history, or_none));
            }
        }
        candidates.into_iter().map(|(_, target)| target).collect()
    }

    /// The same of groups of which one is large.
    fn choose_of_many<'n>(&mut self, groups: impl Iterator<Item = Group<'n>>) -> Vec<&'a Target> {
        let crowds: Vec<Rc<Crowd<'a>>> = groups.map(|group| self.crowd(&group)).collect();
        let members = |(_, target)| target;
        if crowds.iter().map(|crowd| crowd.members().len()).sum::<usize>() <= 1 {
            return crowds.iter().flat_map(|crowd| crowd.members()).copied().map(members).collect();
        }
        let history = self.referrer.history;
        let fitting =
            |or_none| crowds.iter().flat_map(move |crowd| crowd.fitting(history, or_none));
        let mut found: Vec<_> = fitting(true).take(2).collect();
        if found.len() > 1 {
            found = fitting(false).collect();
            found.sort_unstable_by_key(|(index, _)| *index);
        }
        found.into_iter().map(members).collect()
    }

    /// The candidates of a group.
    fn crowd(&mut self, group: &Group<'_>) -> Rc<Crowd<'a>> {
        let is_near = group.is_near(self.referrer.namespace);
        let key = Key::new(group, &self.field.reference.target, self.role(), is_near);
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
        target.was(&self.field.reference.target) && self.role().is_none_or(|role| target.was(role))
    }

    /// The type that is wanted beside that of the reference.
    fn role(&self) -> Option<&GroupVersionKind> {
        self.referrer.role.as_ref().filter(|_| self.field.is_of_role)
    }

    /// True for what is outside of namespaces, in the same one, or a service account.
    fn is_in_reach(&self, target: &Target) -> bool {
        let namespace = self.referrer.namespace;
        target.is_in_reach_of(namespace) || namespace == NO_NAMESPACE
    }
}
