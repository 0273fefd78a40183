//! Finds the resources that a name may mean, by a name that they had before.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use indexmap::{IndexMap, IndexSet};
use kbuild_yaml::{EcoString, NodeId, NodeRef, Place};

use crate::identity::resource_id::{DEFAULT_NAMESPACE, NO_NAMESPACE};
use crate::identity::{GroupVersionKind, GvkRef, ResourceId};
use crate::resource::{Lineage, PreviousId, Resource, ResourceSet, Slots};

pub(super) type Hasher = foldhash::fast::RandomState;

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
    /// For every scope with resources in it: the namespaces that these were in at first.
    origins: IndexMap<EcoString, IndexSet<EcoString, Hasher>, Hasher>,
    /// All namespaces that a resource was in at first.
    all_origins: IndexSet<EcoString, Hasher>,
}

/// The types that resources had at first.
pub(super) struct Types {
    all: IndexSet<GroupVersionKind, Hasher>,
    /// Which one each resource had.
    of_each: Vec<usize>,
}

impl Types {
    /// The types of all resources of a set.
    pub(super) fn of(resources: &ResourceSet) -> Types {
        let mut types = Types {
            all: IndexSet::default(),
            of_each: Vec::with_capacity(resources.slots().len()),
        };
        for resource in resources.iter() {
            let gvk = resource.original_gvk_ref();
            let number = types.all.get_index_of(&gvk);
            let number = number.unwrap_or_else(|| types.all.insert_full(gvk.to_owned()).0);
            types.of_each.push(number);
        }
        types
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &GroupVersionKind> {
        self.all.iter()
    }
}

/// What there is to know of a resource that others may refer to.
pub(super) struct Target {
    pub(super) id: ResourceId,
    /// The namespace as written; empty where none is.
    pub(super) namespace: EcoString,
    /// The namespace that it was in at first.
    first_namespace: EcoString,
    pub(super) lineage: Lineage,
    pub(super) place: Place,
    /// Who gave it the name that it has now.
    pub(super) name_place: Place,
    /// True where its name has a hash in it, so that only those who refer to it can know the name.
    generated: bool,
    used: AtomicBool,
}

impl Target {
    /// True for what is or was of this type.
    pub(super) fn was(&self, wanted: &GroupVersionKind) -> bool {
        self.types().any(|gvk| gvk.is_selected_by(wanted))
    }

    /// The types that it had.
    fn types(&self) -> impl Iterator<Item = GvkRef<'_>> {
        let GroupVersionKind { group, version, .. } = &self.id.gvk;
        self.lineage.previous.iter().map(move |previous| GvkRef {
            group,
            version,
            kind: &previous.kind,
        })
    }

    fn scope(&self) -> &str {
        scope(&self.id.namespace, &self.namespace)
    }

    fn had_name(&self, name: &str) -> bool {
        self.lineage.previous.iter().any(|previous| previous.name == name)
    }

    /// Notes that something refers to it.
    pub(super) fn uses(&self) {
        self.used.store(true, Ordering::Relaxed);
    }
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
        self.first_namespace.is_none_or(|first| target.first_namespace == first)
            && self.scope.is_none_or(|own| target.scope() == own)
            && target.had_name(self.name)
    }

    /// True where the targets are in the same namespace as the referrer, or one of them outside of namespaces: then all are
    /// in its reach.
    pub(super) fn is_near(&self, referrer: &ResourceId) -> bool {
        referrer.is_cluster_scoped()
            || self.scope.is_none_or(|scope| {
                scope == NO_NAMESPACE || scopes(&referrer.namespace).any(|own| own == scope)
            })
    }
}

/// How many there may be in a group of which each is looked at.
const FEW: usize = 16;

/// Where a resource is: its namespace as written, or [`NO_NAMESPACE`]. Resources without a namespace are in the default
/// one, but not for the subjects of a role binding, as in the reference.
fn scope<'a>(counted: &str, written: &'a str) -> &'a str {
    if counted == NO_NAMESPACE { NO_NAMESPACE } else { written }
}

/// Former names; one that stayed while the namespace changed is there once.
fn names(previous: &[PreviousId]) -> impl Iterator<Item = &str> {
    let mut last = None;
    previous
        .iter()
        .map(|previous| previous.name.as_str())
        .filter(move |name| last.replace(*name) != Some(*name))
}

/// The scopes of a namespace.
fn scopes(namespace: &str) -> impl Iterator<Item = &str> + Clone {
    std::iter::once(namespace).chain((namespace == DEFAULT_NAMESPACE).then_some(""))
}

impl Referrals {
    /// Those of the resources that are or were of a type that one of `targets` selects.
    pub(super) fn new(
        resources: &ResourceSet,
        types: &Types,
        targets: &[&GroupVersionKind],
    ) -> Referrals {
        let mut referrals = Referrals {
            targets: Vec::with_capacity(resources.slots().len()),
            by_name: OnceLock::new(),
            by_scope: Slots::with_capacity(resources.slots().len()),
            by_first_namespace: OnceLock::new(),
            origins: IndexMap::default(),
            all_origins: IndexSet::default(),
        };
        let is_target = |gvk: &GroupVersionKind| targets.iter().any(|to| gvk.is_selected_by(to));
        let are_targets: Vec<bool> = types.iter().map(is_target).collect();
        for (resource, number) in resources.iter().zip(&types.of_each) {
            let was_target = are_targets.get(*number) == Some(&true);
            referrals.add(resource, was_target);
        }
        referrals
    }

    /// Adds a resource, which others may refer to if `is_target`, or if it was of another kind for a while.
    fn add(&mut self, resource: &Resource, is_target: bool) {
        let (id, first) = (resource.id_ref(), resource.original_id_ref());
        let first_namespace = first.namespace;
        let scope = scope(id.namespace, resource.namespace());
        self.note_origin(scope, first_namespace);
        let previous = &resource.lineage.previous;
        let is_target =
            is_target || previous.iter().any(|previous| previous.kind != first.gvk.kind);
        if previous.is_empty() || !is_target {
            return;
        }
        let index = self.targets.len();
        for name in names(&resource.lineage.previous) {
            self.by_scope.add(&(name, scope), index);
        }
        let (id, first_namespace) = (id.to_owned(), first_namespace.into());
        let namespace = resource.namespace().into();
        let (Lineage { previous, prefixes, suffixes, .. }, place) =
            (&resource.lineage, resource.place());
        let lineage = Lineage {
            previous: previous.clone(),
            prefixes: prefixes.clone(),
            suffixes: suffixes.clone(),
            ..Lineage::default()
        };
        let name = resource.content.head().name;
        let name_place =
            if name == NodeId::NOWHERE { place } else { resource.content.at(name).place() };
        let Lineage { needs_hash, vars, .. } = &resource.lineage;
        let generated = *needs_hash && vars.is_empty() && !resource.is_local();
        let used = AtomicBool::new(false);
        self.targets.push(Target {
            id,
            namespace,
            first_namespace,
            lineage,
            place,
            name_place,
            generated,
            used,
        });
    }

    fn note_origin(&mut self, scope: &str, first: &str) {
        let origins = match self.origins.get_mut(scope) {
            Some(origins) => origins,
            None => self.origins.entry(scope.into()).or_default(),
        };
        if !origins.contains(first) {
            origins.insert(first.into());
            self.all_origins.insert(first.into());
        }
    }

    fn by_name(&self) -> &Slots {
        self.by_name.get_or_init(|| self.slots_by(|slots, name, _, index| slots.add(&name, index)))
    }

    fn by_first_namespace(&self) -> &Slots {
        self.by_first_namespace.get_or_init(|| {
            self.slots_by(|slots, name, target, index| {
                let first = target.first_namespace.as_str();
                slots.add(&(name, first, target.scope()), index);
                slots.add(&(name, first), index)
            })
        })
    }

    /// All targets, each under what `add` makes of its former names.
    fn slots_by(&self, add: impl Fn(&mut Slots, &str, &Target, usize) -> Option<usize>) -> Slots {
        let mut slots = Slots::with_capacity(self.targets.len());
        for (index, target) in self.targets.iter().enumerate() {
            for name in names(&target.lineage.previous) {
                add(&mut slots, name, target, index);
            }
        }
        slots
    }

    /// Generated resources to which nothing refers, by the names that they had at first.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&Target, &str, GroupVersionKind)> {
        let unused = self
            .targets
            .iter()
            .filter(|target| target.generated && !target.used.load(Ordering::Relaxed));
        unused.filter_map(|target| {
            let (first, gvk) = (target.lineage.previous.first()?, target.types().next()?);
            Some((target, first.name.as_str(), gvk.to_owned()))
        })
    }

    /// What `referrer` may refer to: what is in its namespace or in none, and what the subjects of a role binding name.
    pub(super) fn visible_from(referrer: &Resource) -> Visible {
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
        Visible { scopes: Some(scopes) }
    }

    /// The groups of those that had this name and are visible, and were in this namespace, if it is given. If nothing that
    /// is visible was ever in the namespace, those that are in it now. No target is in two of them.
    pub(super) fn named<'b>(
        &self,
        name: &'b str,
        namespace: Option<&'b str>,
        visible: &'b Visible,
    ) -> impl Iterator<Item = Group<'b>> + Clone {
        let was_in_use = namespace.is_some_and(|namespace| self.was_in_use(namespace, visible));
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

    /// The targets of the groups, in the order of the resources; none where one of the groups is large.
    pub(super) fn few<'b>(&self, groups: impl Iterator<Item = Group<'b>>) -> Option<Vec<&Target>> {
        let mut found: Vec<(usize, &Target)> = Vec::new();
        for group in groups {
            let there = self.slots(&group);
            if there.len() > FEW {
                return None;
            }
            found.extend(self.held(&group, there));
        }
        found.sort_unstable_by_key(|(index, _)| *index);
        Some(found.into_iter().map(|(_, target)| target).collect())
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

    fn was_in_use(&self, namespace: &str, visible: &Visible) -> bool {
        match &visible.scopes {
            None => self.all_origins.contains(namespace),
            Some(scopes) => scopes.iter().any(|scope| {
                self.origins.get(scope).is_some_and(|origins| origins.contains(namespace))
            }),
        }
    }
}

impl Visible {
    /// What is visible, scope by scope; one that is none where all is.
    fn scopes(&self) -> impl Iterator<Item = Option<&str>> + Clone {
        let all = self.scopes.is_none().then_some(None);
        let scopes = self.scopes.as_deref().unwrap_or_default();
        all.into_iter().chain(scopes.iter().map(|scope| Some(scope.as_str())))
    }

    fn includes(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|visible| visible == scope))
    }
}
