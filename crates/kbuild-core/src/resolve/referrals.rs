//! Finds the resources that a name may mean, by a name that they had before.

use std::cell::Cell;

use indexmap::{IndexMap, IndexSet};
use kbuild_yaml::{EcoString, Node, Place};

use crate::identity::resource_id::NO_NAMESPACE;
use crate::identity::{GroupVersionKind, ResourceId};
use crate::resource::{Lineage, Resource, ResourceSet};

type Hasher = foldhash::fast::RandomState;

/// Numbers of targets, by a name and a namespace.
type ByName = IndexMap<EcoString, IndexMap<EcoString, Vec<usize>, Hasher>, Hasher>;

/// The resources that changed their names, by what they were called.
///
/// Nothing here changes while references are followed: they are written into other fields than names, namespaces and
/// types.
pub(super) struct Referrals {
    targets: Vec<Target>,
    /// By former name and kind: where the targets stand, by the namespace that they are in now.
    by_name: ByName,
    /// The same, by the namespace that they were in at first.
    by_first_namespace: ByName,
    /// For every namespace with resources in it: the namespaces that these were in at first.
    origins: IndexMap<EcoString, IndexSet<EcoString, Hasher>, Hasher>,
    /// All namespaces that a resource was in at first.
    all_origins: IndexSet<EcoString, Hasher>,
}

/// What there is to know of a resource that others may refer to.
pub(super) struct Target {
    pub(super) id: ResourceId,
    /// The namespace as written; empty where none is.
    pub(super) namespace: EcoString,
    pub(super) previous: Vec<(EcoString, GroupVersionKind)>,
    pub(super) lineage: Lineage,
    pub(super) place: Place,
    /// Who gave it the name that it has now.
    pub(super) name_place: Place,
    /// True where its name has a hash in it, so that only those who refer to it can know the name.
    generated: bool,
    used: Cell<bool>,
}

impl Target {
    /// Notes that something refers to it.
    pub(super) fn uses(&self) {
        self.used.set(true);
    }
}

/// Who may be meant by a resource that refers to others.
pub(super) struct Visible {
    /// None for a resource outside of namespaces, which sees all.
    namespaces: Option<Vec<EcoString>>,
}

impl Referrals {
    pub(super) fn new(resources: &ResourceSet) -> Referrals {
        let mut referrals = Referrals {
            targets: Vec::new(),
            by_name: IndexMap::default(),
            by_first_namespace: IndexMap::default(),
            origins: IndexMap::default(),
            all_origins: IndexSet::default(),
        };
        resources.iter().for_each(|resource| referrals.add(resource));
        referrals
    }

    fn add(&mut self, resource: &Resource) {
        let id = resource.id();
        let original_namespace = resource.original_id().namespace;
        self.origins.entry(id.namespace.clone()).or_default().insert(original_namespace.clone());
        self.all_origins.insert(original_namespace.clone());
        let previous: Vec<_> =
            resource.previous_ids().map(|previous| (previous.name, previous.gvk)).collect();
        if previous.is_empty() {
            return;
        }
        let index = self.targets.len();
        for (name, _) in &previous {
            put(&mut self.by_name, name, &id.namespace, index);
            put(&mut self.by_first_namespace, name, &original_namespace, index);
        }
        let namespace = resource.namespace().into();
        let (lineage, place) = (resource.lineage.clone(), resource.place());
        let name = resource.node.get("metadata").and_then(|metadata| metadata.get("name"));
        let name_place = name.map_or(place, |name| name.place);
        let generated = lineage.needs_hash && lineage.vars.is_empty() && !resource.is_local();
        let used = Cell::new(false);
        self.targets.push(Target {
            id,
            namespace,
            previous,
            lineage,
            place,
            name_place,
            generated,
            used,
        });
    }

    /// Generated resources to which nothing refers, by the names that they had at first.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&Target, &str, &GroupVersionKind)> {
        let unused = self.targets.iter().filter(|target| target.generated && !target.used.get());
        unused.filter_map(|target| {
            let (name, gvk) = target.previous.first()?;
            Some((target, name.as_str(), gvk))
        })
    }

    /// What `referrer` may refer to: what is in its namespace or in none, and what the subjects of a role binding name.
    pub(super) fn visible_from(referrer: &Resource) -> Visible {
        let id = referrer.id();
        if id.is_cluster_scoped() {
            return Visible { namespaces: None };
        }
        let mut namespaces = vec![EcoString::from(NO_NAMESPACE), id.namespace];
        if referrer.kind() == "RoleBinding" {
            for subject in
                referrer.node.get("subjects").and_then(Node::as_sequence).into_iter().flatten()
            {
                let namespace = subject.get("namespace").and_then(Node::text);
                if let Some(namespace) = namespace
                    .filter(|_| subject.get("kind").and_then(Node::text) == Some("ServiceAccount"))
                {
                    let namespace = EcoString::from(namespace);
                    if !namespaces.contains(&namespace) {
                        namespaces.push(namespace);
                    }
                }
            }
        }
        Visible { namespaces: Some(namespaces) }
    }

    /// The targets that had this name and are visible, in the order of the resources.
    pub(super) fn named(&self, name: &str, visible: &Visible) -> Vec<&Target> {
        let Some(by_namespace) = self.by_name.get(name) else { return Vec::new() };
        let mut found: Vec<usize> = match &visible.namespaces {
            Some(namespaces) => namespaces
                .iter()
                .filter_map(|namespace| by_namespace.get(namespace))
                .flatten()
                .copied()
                .collect(),
            None => by_namespace.values().flatten().copied().collect(),
        };
        found.sort_unstable();
        found.into_iter().filter_map(|index| self.targets.get(index)).collect()
    }

    /// The targets that had this name in this namespace. If nothing that is visible was ever in the namespace, those
    /// that are in it now.
    pub(super) fn named_in(&self, name: &str, namespace: &str, visible: &Visible) -> Vec<&Target> {
        if namespace == NO_NAMESPACE {
            return Vec::new();
        }
        let was_in_use = self.was_in_use(namespace, visible);
        let by_name = if was_in_use { &self.by_first_namespace } else { &self.by_name };
        let found = by_name.get(name).and_then(|by_namespace| by_namespace.get(namespace));
        let found = found.into_iter().flatten().filter_map(|index| self.targets.get(*index));
        found.filter(|target| visible.includes(&target.id.namespace)).collect()
    }

    fn was_in_use(&self, namespace: &str, visible: &Visible) -> bool {
        match &visible.namespaces {
            None => self.all_origins.contains(namespace),
            Some(namespaces) => namespaces.iter().any(|visible| {
                self.origins.get(visible).is_some_and(|origins| origins.contains(namespace))
            }),
        }
    }
}

impl Visible {
    fn includes(&self, namespace: &EcoString) -> bool {
        self.namespaces.as_ref().is_none_or(|namespaces| namespaces.contains(namespace))
    }
}

fn put(map: &mut ByName, name: &EcoString, namespace: &EcoString, target: usize) {
    let targets = map.entry(name.clone()).or_default().entry(namespace.clone()).or_default();
    if targets.last() != Some(&target) {
        targets.push(target);
    }
}
