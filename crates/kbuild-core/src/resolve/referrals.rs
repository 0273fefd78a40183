//! Finds the resources that a name may mean, by a name that they had before.

use std::sync::OnceLock;

use kbuild_yaml::{EcoString, NodeRef, is_same_text};

use super::target::Target;
use crate::identity::GroupVersionKind;
use crate::identity::resource_id::{DEFAULT_NAMESPACE, NO_NAMESPACE};
use crate::resource::{Resource, ResourceSet, Slots, look_ahead};
use crate::survey::{Origins, Types, scope_of};

/// The resources that changed their names and are of types that others may refer to, by what they were called.
///
/// Nothing here changes while references are followed: they are written into other fields than names, namespaces and
/// types.
pub(super) struct Referrals {
    targets: Vec<Target>,
    /// Where the targets stand, by former name; made when it is first needed.
    by_name: OnceLock<Slots>,
    /// By former name, and the scope that they are in now.
    by_scope: Slots,
    /// By former name, and the namespace that they were in at first, and by these and the scope that they are in now; made
    /// when it is first needed.
    by_first_namespace: OnceLock<Slots>,
    origins: Origins,
}

/// Who may be meant by a resource that refers to others.
#[derive(Default)]
pub(super) struct Visible {
    /// None for a resource outside of namespaces, which sees all.
    scopes: Option<Vec<EcoString>>,
}

/// Targets that had one name, and that are and were in the same places.
#[derive(Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) name: &'a str,
    /// The namespace that they were in at first, where that matters.
    pub(super) first_namespace: Option<&'a str>,
    /// The scope that they are in now, where that matters.
    pub(super) scope: Option<&'a str>,
}

impl Group<'_> {
    fn holds(&self, target: &Target) -> bool {
        self.first_namespace.is_none_or(|first| target.first_namespace() == first)
            && self.scope.is_none_or(|own| is_same_text(target.scope(), own))
            && target.had_name(self.name)
    }

    /// True where the targets are in the namespace of the referrer, or one of them outside of namespaces: then all are in its
    /// reach.
    pub(super) fn is_near(&self, namespace: &str) -> bool {
        namespace == NO_NAMESPACE
            || self.scope.is_none_or(|scope| {
                scope == NO_NAMESPACE || scopes(namespace).any(|own| own == scope)
            })
    }
}

/// The few targets that may be meant, and where they stand. Mostly there is one.
pub(super) struct Few<'a> {
    /// The only one.
    pub(super) one: Option<(usize, &'a Target)>,
    /// All of them, in the order of the resources, where there are more.
    pub(super) several: Vec<(usize, &'a Target)>,
}

impl<'a> Few<'a> {
    fn add(&mut self, found: (usize, &'a Target)) {
        if self.several.is_empty() && self.one.is_none() {
            self.one = Some(found);
        } else {
            self.several.extend(self.one.take());
            self.several.push(found);
        }
    }
}

/// How many there may be in a group of which each is looked at.
const FEW: usize = 16;

/// The scopes of a namespace.
fn scopes(namespace: &str) -> impl Iterator<Item = &str> {
    std::iter::once(namespace).chain((namespace == DEFAULT_NAMESPACE).then_some(""))
}

impl Referrals {
    /// Those of the resources that are or were of a type that one of `targets` selects, or that were of another kind for a
    /// while.
    pub(super) fn new(
        resources: &ResourceSet,
        types: &Types,
        origins: Origins,
        targets: &[&GroupVersionKind],
    ) -> Referrals {
        let (slots, count) =
            types.slots_of(|gvk| targets.iter().any(|target| gvk.is_selected_by(target)));
        let mut referrals = Referrals {
            targets: Vec::with_capacity(count),
            by_name: OnceLock::new(),
            by_scope: Slots::with_capacity(count),
            by_first_namespace: OnceLock::new(),
            origins,
        };
        for (slot, gvk) in slots {
            look_ahead(resources.all(), slot, false);
            if let Some(resource) = resources.get(slot)
                && resource.lineage.history.first().is_some()
            {
                let scope = scope_of(resource, resource.counted_namespace());
                referrals.add(Target::new(resource, scope, gvk));
            }
        }
        referrals
    }

    fn add(&mut self, target: Target) {
        let index = self.targets.len();
        for name in target.names() {
            self.by_scope.add(&(name, target.scope()), index);
        }
        self.targets.push(target);
    }

    fn by_name(&self) -> &Slots {
        self.by_name.get_or_init(|| self.slots_by(|slots, name, _, index| slots.add(&name, index)))
    }

    fn by_first_namespace(&self) -> &Slots {
        self.by_first_namespace.get_or_init(|| {
            self.slots_by(|slots, name, target, index| {
                let first = target.first_namespace();
                slots.add(&(name, first, target.scope()), index);
                slots.add(&(name, first), index)
            })
        })
    }

    /// All targets, each under what `add` makes of its former names.
    fn slots_by(&self, add: impl Fn(&mut Slots, &str, &Target, usize) -> Option<usize>) -> Slots {
        let mut slots = Slots::with_capacity(self.targets.len());
        for (index, target) in self.targets.iter().enumerate() {
            for name in target.names() {
                add(&mut slots, name, target, index);
            }
        }
        slots
    }

    /// Generated resources to which nothing refers, by the names that they had at first.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&Target, &str, GroupVersionKind)> {
        let unused = self.targets.iter().filter(|target| target.is_unused());
        unused.filter_map(|target| {
            let (name, gvk) = (target.names().next()?, target.types().next()?);
            Some((target, name, gvk.to_owned()))
        })
    }

    /// What `referrer` may refer to: what is in its namespace or in none, and what the subjects of a role binding name.
    pub(super) fn visible_from(&self, referrer: &Resource) -> Visible {
        let id = referrer.id_ref();
        if id.namespace == NO_NAMESPACE {
            return Visible { scopes: None };
        }
        let own = scopes(id.namespace);
        let mut scopes: Vec<EcoString> =
            std::iter::once(NO_NAMESPACE).chain(own).map(EcoString::from).collect();
        if referrer.kind() == "RoleBinding" {
            let subjects = referrer.node().get("subjects").and_then(NodeRef::as_sequence);
            for subject in subjects.into_iter().flatten() {
                let namespace = subject.get("namespace").and_then(NodeRef::text);
                if let Some(namespace) = namespace.filter(|_| {
                    subject.get("kind").and_then(NodeRef::text) == Some("ServiceAccount")
                }) {
                    let namespace = EcoString::from(namespace);
                    if !scopes.contains(&namespace) {
                        scopes.push(namespace);
                    }
                }
            }
        }
        // Where nothing is, nothing is to be found.
        scopes.retain(|scope| self.origins.has(scope));
        Visible { scopes: Some(scopes) }
    }

    /// The groups of those that had this name and are visible, and were in this namespace, if it is given. If nothing that
    /// is visible was ever in the namespace, those that are in it now. No target is in two of them.
    pub(super) fn named<'b>(
        &self,
        name: &'b str,
        namespace: Option<&'b str>,
        visible: &'b Visible,
    ) -> impl Iterator<Item = Group<'b>> {
        let was_in_use =
            namespace.is_some_and(|first| self.origins.had(first, visible.scopes.as_deref()));
        // What counts as being there is in no namespace.
        let nowhere = namespace == Some(NO_NAMESPACE) || (!was_in_use && namespace == Some(""));
        let first_namespace = namespace.filter(|_| was_in_use);
        let namespace = namespace.filter(|_| !was_in_use);
        let all = visible.scopes().filter(move |_| namespace.is_none());
        let there = namespace.into_iter().flat_map(scopes);
        let there = there.filter(|scope| visible.includes(scope)).map(Some);
        let scopes = all.chain(there).filter(move |_| !nowhere);
        scopes.map(move |scope| Group { name, first_namespace, scope })
    }

    /// The targets of the groups that are [named](Referrals::named) so and may be meant; none where one of the groups is large.
    pub(super) fn few(
        &self,
        name: &str,
        namespace: Option<&str>,
        visible: &Visible,
        may_be_meant: impl Fn(&Target) -> bool,
    ) -> Option<Few<'_>> {
        let mut few = Few { one: None, several: Vec::new() };
        let mut add = |group: &Group<'_>| {
            let there = self.slots(group);
            let is_small = there.len() <= FEW;
            let there = if is_small { there } else { &[] };
            for found in self.held(group, there).filter(|(_, target)| may_be_meant(target)) {
                few.add(found);
            }
            is_small
        };
        let are_small = match (namespace, &visible.scopes) {
            // Nearly all references are such.
            (None, Some(scopes)) => scopes
                .iter()
                .all(|scope| add(&Group { name, first_namespace: None, scope: Some(scope) })),
            _ => self.named(name, namespace, visible).all(|group| add(&group)),
        };
        few.several.sort_unstable_by_key(|(index, _)| *index);
        are_small.then_some(few)
    }

    /// The targets of a group and where they stand, in the order of the resources.
    pub(super) fn members(&self, group: &Group<'_>) -> impl Iterator<Item = (usize, &Target)> {
        self.held(group, self.slots(group))
    }

    /// Those that are in a group, of what stands there.
    fn held(&self, group: &Group<'_>, there: &[usize]) -> impl Iterator<Item = (usize, &Target)> {
        let found = there.iter().filter_map(|index| Some((*index, self.targets.get(*index)?)));
        found.filter(|(_, target)| group.holds(target))
    }

    /// Where those that may be in a group stand, in order.
    fn slots(&self, group: &Group<'_>) -> &[usize] {
        let Group { name, first_namespace, scope } = *group;
        match (first_namespace, scope) {
            (None, None) => self.by_name().get(&name),
            (None, Some(scope)) => self.by_scope.get(&(name, scope)),
            (Some(first), None) => self.by_first_namespace().get(&(name, first)),
            (Some(first), Some(scope)) => self.by_first_namespace().get(&(name, first, scope)),
        }
    }
}

impl Visible {
    /// What is visible, scope by scope; one that is none where all is.
    fn scopes(&self) -> impl Iterator<Item = Option<&str>> {
        let all = self.scopes.is_none().then_some(None);
        let scopes = self.scopes.as_deref().unwrap_or_default();
        all.into_iter().chain(scopes.iter().map(|scope| Some(scope.as_str())))
    }

    fn includes(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|visible| visible == scope))
    }
}
