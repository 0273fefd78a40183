//! What has to be known of all resources before references are followed: seen in one look, as large builds wait for memory.

use std::convert::Infallible;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use kbuild_yaml::{EcoString, is_same_text};

use crate::identity::resource_id::DEFAULT_NAMESPACE;
use crate::identity::{GroupVersionKind, TypeNumbers};
use crate::resource::{Resource, ResourceSet, go_through};
use crate::threads::Threads;

pub(crate) type Hasher = foldhash::fast::RandomState;

/// What was seen of all resources.
#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) types: Types,
    pub(crate) origins: Origins,
    /// The slots of those whose names are to get a hash, rising. That changes nothing of what was seen.
    pub(crate) unhashed: Vec<usize>,
}

impl Survey {
    /// Looks at all resources, in so many threads.
    pub(crate) fn of(resources: &mut ResourceSet, threads: Threads) -> Survey {
        let all = resources.all_mut(false);
        let pieces = threads.change(
            all,
            || (),
            |(), first, resources| {
                let mut survey = Survey::with_capacity(resources.len());
                let add = |slot, resource: &mut Resource| {
                    survey.add(slot, resource);
                    Ok::<(), Infallible>(())
                };
                match go_through(first, resources, |_| false, add) {
                    Ok(()) => survey,
                }
            },
        );
        let together = |mut survey: Survey, later| {
            survey.join(later);
            survey
        };
        pieces.into_iter().reduce(together).unwrap_or_default()
    }

    /// Nothing yet of so many resources.
    pub(crate) fn with_capacity(count: usize) -> Survey {
        let mut survey = Survey::default();
        survey.types.of_each.reserve_exact(count);
        survey
    }

    /// Adds the resource in the next slot, which may be deleted.
    pub(crate) fn add(&mut self, slot: usize, resource: &Resource) {
        if resource.is_gone() {
            self.types.of_each.push(usize::MAX);
            return;
        }
        let needs_hash = resource.needs_hash();
        if needs_hash {
            self.unhashed.push(slot);
        }
        self.types.add(slot, resource, needs_hash);
        self.origins.add(resource);
    }

    /// True where both have seen the same.
    pub(crate) fn is_as(&self, other: &Survey) -> bool {
        let (types, others) = (&self.types, &other.types);
        let mut slots = 0..types.of_each.len().max(others.of_each.len());
        self.unhashed == other.unhashed
            && slots.all(|slot| types.of_slot(slot) == others.of_slot(slot))
            && types.were_another == others.were_another
            && self.origins.by_scope == other.origins.by_scope
    }

    /// Adds what was seen of the resources that follow.
    pub(crate) fn join(&mut self, later: Survey) {
        self.types.join(later.types);
        self.origins.join(&later.origins);
        self.unhashed.extend(later.unhashed);
    }
}

/// The types that resources had at first.
#[derive(Default)]
pub(crate) struct Types {
    all: TypeNumbers,
    /// How many resources had each.
    counts: Vec<usize>,
    /// Which one the resource in each slot had.
    of_each: Vec<usize>,
    /// The slots of those that were of another kind for a while.
    were_another: Vec<usize>,
}

impl Types {
    /// Adds the resource in the next slot. With `needs_hash` it will be called otherwise, and its present kind be remembered.
    fn add(&mut self, slot: usize, resource: &Resource, needs_hash: bool) {
        let number = resource.original_type_in(&mut self.all);
        self.of_each.push(number);
        self.count(number, 1);
        let history = &resource.lineage.history;
        let is_another =
            |kind: &str| self.all.get(number).is_some_and(|first| !is_same_text(kind, &first.kind));
        if history.has_kind(is_another) || (needs_hash && is_another(resource.kind())) {
            self.were_another.push(slot);
        }
    }

    fn count(&mut self, number: usize, more: usize) {
        self.counts.resize(self.counts.len().max(number + 1), 0);
        if let Some(count) = self.counts.get_mut(number) {
            *count += more;
        }
    }

    /// Adds those of the resources that follow.
    fn join(&mut self, later: Types) {
        let known = later.all.iter().map(|gvk| self.all.number((&**gvk).into()));
        let numbers: Vec<usize> = known.collect();
        numbers.iter().zip(&later.counts).for_each(|(number, count)| self.count(*number, *count));
        let here = |number: usize| numbers.get(number).copied().unwrap_or(usize::MAX);
        self.of_each.extend(later.of_each.into_iter().map(here));
        self.were_another.extend(later.were_another);
    }

    /// The number of the type that the resource in a slot had, and the type; none where there is no resource.
    pub(crate) fn of_slot(&self, slot: usize) -> Option<(usize, &Arc<GroupVersionKind>)> {
        let number = *self.of_each.get(slot)?;
        self.all.get(number).map(|gvk| (number, gvk))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &GroupVersionKind> {
        self.all.iter().map(|gvk| &**gvk)
    }

    /// The slots of the resources that had one of some types, or were of another kind for a while, and their types; and how
    /// many these are at most.
    pub(crate) fn slots_of(
        &self,
        is_one: impl Fn(&GroupVersionKind) -> bool,
    ) -> (impl Iterator<Item = (usize, &Arc<GroupVersionKind>)>, usize) {
        let are: Vec<bool> = self.iter().map(is_one).collect();
        let counts = self.counts.iter().zip(&are).filter(|(_, is)| **is).map(|(count, _)| count);
        let count = counts.sum::<usize>() + self.were_another.len();
        let slots = self.of_each.iter().enumerate().filter_map(move |(slot, number)| {
            let is_one =
                are.get(*number) == Some(&true) || self.were_another.binary_search(&slot).is_ok();
            is_one.then_some(slot).zip(self.all.get(*number))
        });
        (slots, count)
    }
}

/// The namespaces that resources came from.
#[derive(Default)]
pub(crate) struct Origins {
    /// For every scope with resources in it: the namespaces that these were in at first.
    by_scope: IndexMap<EcoString, IndexSet<EcoString, Hasher>, Hasher>,
    /// All namespaces that a resource was in at first.
    all: IndexSet<EcoString, Hasher>,
    /// The scope and the first namespace of the resource before.
    last: Option<(EcoString, EcoString)>,
}

impl Origins {
    fn add(&mut self, resource: &Resource) {
        let namespace = resource.counted_namespace();
        let scope = scope_of(resource, namespace);
        let first = resource.lineage.history.first().map_or(namespace, |first| first.namespace);
        self.note(scope, first);
    }

    /// Notes that a resource is in a scope, and was in a namespace at first.
    fn note(&mut self, scope: &str, first: &str) {
        // Most resources are where the one before them is, and came from where it did.
        let is_last = |(last_scope, last_first): &(EcoString, EcoString)| {
            is_same_text(scope, last_scope) && is_same_text(first, last_first)
        };
        if self.last.as_ref().is_some_and(is_last) {
            return;
        }
        let origins = match self.by_scope.get_mut(scope) {
            Some(origins) => origins,
            None => self.by_scope.entry(scope.into()).or_default(),
        };
        if !origins.contains(first) {
            origins.insert(first.into());
            self.all.insert(first.into());
        }
        self.last = Some((scope.into(), first.into()));
    }

    fn join(&mut self, later: &Origins) {
        for (scope, origins) in &later.by_scope {
            origins.iter().for_each(|first| self.note(scope, first));
        }
    }

    /// True where there are resources in the scope.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.by_scope.contains_key(scope)
    }

    /// True where a resource was in the namespace at first that is in one of the scopes now, or anywhere.
    pub(crate) fn had(&self, namespace: &str, scopes: Option<&[EcoString]>) -> bool {
        let has = |scope: &EcoString| {
            self.by_scope.get(scope).is_some_and(|origins| origins.contains(namespace))
        };
        match scopes {
            None => self.all.contains(namespace),
            Some(scopes) => scopes.iter().any(has),
        }
    }
}

/// Where a resource is that is in a namespace that counts: the namespace as written, or that which no namespace can have.
pub(crate) fn scope_of<'a>(resource: &'a Resource, namespace: &'a str) -> &'a str {
    match namespace {
        DEFAULT_NAMESPACE => resource.namespace(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::test_support::node;

    #[test]
    fn what_several_threads_see_is_what_one_sees() {
        let kinds = ["v1, kind: ConfigMap", "apps/v1, kind: Deployment", "v1, kind: Namespace"];
        let survey = |threads: Threads| {
            let mut resources = ResourceSet::default();
            for (number, kind) in (0..200).zip(kinds.iter().cycle()) {
                let namespace = number % 7;
                let metadata = format!("{{name: r{number}, namespace: n{namespace}}}");
                let text = format!("{{apiVersion: {kind}, metadata: {metadata}}}\n");
                let mut resource = Resource::new(node(&text));
                resource.lineage.needs_hash = number == 150 || number == 152;
                resources.append(resource).unwrap();
            }
            for resource in resources.iter_mut().filter(|resource| resource.name() != "r9") {
                resource.remember_id();
                if resource.name() == "r4" {
                    resource.set_kind("Other");
                    resource.remember_id();
                }
                resource.set_kind("Deployment");
                resource.set_namespace("all");
            }
            resources
                .iter_mut()
                .filter(|resource| resource.name() == "r6")
                .for_each(Resource::clear);
            let survey = Survey::of(&mut resources, threads);
            let type_of = |slot| survey.types.of_slot(slot).map(|(_, gvk)| gvk.to_string());
            let types: Vec<_> = (0..200).map(type_of).collect();
            let is_one = |gvk: &GroupVersionKind| gvk.kind == "ConfigMap";
            let slots: Vec<usize> = survey.types.slots_of(is_one).0.map(|(slot, _)| slot).collect();
            let had = |namespace| survey.origins.had(namespace, Some(&["all".into()]));
            (types, slots, ["n0", "n6", "n7"].map(had), survey.unhashed.clone())
        };
        let one = survey(Threads::default());
        assert_eq!(one, survey(Threads::exactly(NonZeroUsize::new(3).unwrap())));
        let (types, slots, had, unhashed) = one;
        assert!(types.iter().enumerate().all(|(slot, gvk)| gvk.is_some() == (slot != 6)));
        // The ConfigMaps, without the one that is gone, and what was something else for a while, or will have been.
        let is_expected =
            |slot: &usize| slot.is_multiple_of(3) && *slot != 6 || [4, 152].contains(slot);
        let expected = (0..200).filter(is_expected);
        assert!(slots.iter().copied().eq(expected));
        assert_eq!((had, unhashed), ([true, true, false], vec![150, 152]));
    }
}
