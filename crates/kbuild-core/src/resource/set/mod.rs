//! Resources in order, found by id without a scan.

use kbuild_yaml::{EcoString, Place};

mod absorb;
mod arrivals;
mod search;

pub(crate) use arrivals::Arrivals;

use super::index::Index;
use super::{Distinct, Resource, SchemaInForce};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::identity::{IdRef, ResourceId};
use crate::source::Trail;

/// Resources in the order in which they were added.
///
/// A slot is a resource's number in the set and stays the same until [`compact`](ResourceSet::compact); a resource that
/// was deleted leaves its slot empty until then.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResourceSet {
    resources: Vec<Resource>,
    /// Given up when many resources change at once.
    index: Index,
    schema: SchemaInForce,
    trail: Trail,
    /// What was noticed while the resources were changed, until the build takes it.
    warnings: Vec<Diagnostic>,
    searches: u8,
    /// Whose ids may have changed since they were checked.
    renamed: Renamed,
    /// True when some may have been deleted.
    may_have_gaps: bool,
}

/// Resources whose ids may have changed.
#[derive(Clone, Debug)]
enum Renamed {
    /// Those in these slots.
    In(Vec<usize>),
    All,
}

impl Default for Renamed {
    fn default() -> Renamed {
        Renamed::In(Vec::new())
    }
}

impl Renamed {
    fn add(&mut self, slot: usize) {
        if let Renamed::In(slots) = self {
            slots.push(slot);
        }
    }

    fn is_none(&self) -> bool {
        matches!(self, Renamed::In(slots) if slots.is_empty())
    }
}

/// How much room is made where there is none left: a share of what there is, and some more.
const SHARE: usize = 8;
const MORE: usize = 8;

/// After so many searches through all resources for what was meant by a name, nobody reads the answers.
const MAX_SEARCHES: u8 = 20;

impl ResourceSet {
    /// An empty set, whose resources note who writes into them.
    pub(crate) fn with_trail(trail: &Trail) -> ResourceSet {
        ResourceSet { trail: trail.clone(), ..ResourceSet::default() }
    }

    /// Changes the places of all values.
    pub(crate) fn move_places(&mut self, moved: &dyn Fn(Place) -> Place) {
        for resource in &mut self.resources {
            resource.brought_by = moved(resource.brought_by);
            resource.content.restructure(|tree| tree.move_places(moved));
        }
    }

    /// Notes what there is to say of a change.
    pub(crate) fn warn(&mut self, warning: Diagnostic) {
        self.warnings.push(warning);
    }

    /// True as long as all resources may be searched for the sake of a better warning.
    pub(crate) fn may_search(&mut self) -> bool {
        self.searches = self.searches.saturating_add(1);
        self.searches <= MAX_SEARCHES
    }

    /// What was noticed since this was asked for the last time.
    pub(crate) fn take_warnings(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.warnings)
    }

    /// A copy, what happens to which nobody notes.
    pub(crate) fn untracked(&self) -> ResourceSet {
        let mut copy = self.clone();
        copy.trail = Trail::default();
        copy.resources.iter_mut().for_each(|resource| resource.trail = Trail::default());
        copy
    }

    /// The resources, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(|resource| !resource.is_gone())
    }

    /// What is in the slots, deleted resources as well.
    pub(crate) fn all(&self) -> &[Resource] {
        &self.resources
    }

    pub(crate) fn into_resources(mut self) -> Vec<Resource> {
        self.compact();
        self.resources
    }

    /// All resources at once, for a change to many of them. Ids may change.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        self.forget_index();
        self.contents_mut()
    }

    /// All resources at once, for a change that leaves names, namespaces and types alone.
    pub(crate) fn contents_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        self.may_have_gaps = true;
        self.resources.iter_mut().filter(|resource| !resource.is_gone())
    }

    /// All slots, with deleted resources as well. With `renames`, ids may change.
    pub(crate) fn all_mut(&mut self, renames: bool) -> &mut [Resource] {
        if renames {
            self.forget_index();
        }
        self.may_have_gaps = true;
        &mut self.resources
    }

    /// All resources at once, with their slots. With `renames`, ids may change.
    pub(crate) fn slots_mut(
        &mut self,
        renames: bool,
    ) -> impl Iterator<Item = (usize, &mut Resource)> {
        let all = self.all_mut(renames).iter_mut().enumerate();
        all.filter(|(_, resource)| !resource.is_gone())
    }

    pub(crate) fn slots(&self) -> std::ops::Range<usize> {
        0..self.resources.len()
    }

    pub(crate) fn get(&self, slot: usize) -> Option<&Resource> {
        self.resources.get(slot).filter(|resource| !resource.is_gone())
    }

    /// Changes one resource and keeps it findable.
    ///
    /// # Errors
    /// What `change` returns.
    pub(crate) fn edit<T>(
        &mut self,
        slot: usize,
        change: impl FnOnce(&mut Resource) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Some(resource) = self.resources.get_mut(slot) else {
            return Err(Error::new(
                Code::DUPLICATE_RESOURCE,
                "a resource was looked for in an empty slot",
            ));
        };
        resource.content.settle();
        let (id, known) = (resource.id(), resource.lineage.history.ids().len());
        let namespace = EcoString::from(resource.namespace());
        let result = change(resource);
        self.may_have_gaps |= resource.is_gone();
        let result = result?;
        if !resource.is_gone() {
            let is_renamed = resource.id_ref() != IdRef::from(&id);
            // What is outside of namespaces may name one, and by that it may be found.
            let is_moved = resource.namespace() != namespace;
            if is_renamed || is_moved || resource.lineage.history.ids().len() != known {
                self.index.add(slot, resource);
            }
            if is_renamed {
                self.renamed.add(slot);
            }
        }
        Ok(result)
    }

    /// Makes room for more resources.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.resources.reserve(count);
        if let Some(ids) = self.index.only_ids() {
            ids.reserve(count);
        }
    }

    /// Adds a resource at the end.
    ///
    /// # Errors
    /// Another resource has the same id: names both origins.
    pub(crate) fn append(&mut self, mut resource: Resource) -> Result<(), Error> {
        self.schema.take_in(&mut resource);
        self.index.build_ids(&self.resources);
        if self.index.add(self.resources.len(), &resource).is_some()
            && let Some(other) = self.first_with(&resource.id_ref())
        {
            let places = (other.name_place(), resource.name_place());
            return Err(duplicate(&resource.id(), (&resource, other), places));
        }
        resource.trail.clone_from(&self.trail);
        self.may_have_gaps |= resource.is_gone();
        // A few that are generated come after thousands: twice the room would be left empty.
        if self.resources.len() == self.resources.capacity() {
            self.resources.reserve_exact(self.resources.len() / SHARE + MORE);
        }
        self.resources.push(resource);
        Ok(())
    }

    /// The first resource that has this id now, by the index of ids.
    fn first_with(&self, id: &IdRef<'_>) -> Option<&Resource> {
        let slots = self.index.with_id(id);
        let is_same = |slot: &&usize| self.get(**slot).is_some_and(|other| other.id_ref() == *id);
        slots.iter().filter(is_same).min().and_then(|slot| self.get(*slot))
    }

    /// Adds all resources of another set at the end.
    ///
    /// # Errors
    /// As [`append`](ResourceSet::append).
    pub(crate) fn append_all(&mut self, other: ResourceSet) -> Result<(), Error> {
        if self.resources.is_empty() {
            if !other.renamed.is_none() {
                other.check_unique()?;
            }
            let mut schema = std::mem::take(&mut self.schema);
            *self = other;
            self.share_schema(&mut schema);
            return Ok(());
        }
        for resource in other.into_resources() {
            self.append(resource)?;
        }
        Ok(())
    }

    /// Tells the build what the schema was asked for here, and goes by the build's schema from now on.
    pub(crate) fn share_schema(&mut self, build: &mut SchemaInForce) {
        if self.schema.share(build) {
            let mut schema = self.schema.clone();
            self.iter_mut().for_each(|resource| schema.take_in(resource));
        }
    }

    /// Gives the index up, after changes that it was not told of.
    pub(crate) fn forget_index(&mut self) {
        self.renamed = Renamed::All;
        self.index = Index::default();
    }

    /// Notes that a patch is about to be merged.
    pub(crate) fn uses_schema(&mut self) {
        self.schema.merge();
    }

    /// What a resource that is not in the set would be called in it.
    pub(crate) fn id_of(&self, resource: &Resource) -> ResourceId {
        self.schema.id_of(resource)
    }

    /// Takes the resources that were deleted out of the set.
    pub(crate) fn compact(&mut self) {
        if std::mem::take(&mut self.may_have_gaps) && self.resources.iter().any(Resource::is_gone) {
            self.renumber();
            self.resources.retain(|resource| !resource.is_gone());
        }
    }

    /// Notes that none is deleted, which spares looking for them.
    pub(crate) fn note_whole(&mut self) {
        self.may_have_gaps = false;
    }

    /// Forgets what is known by slots, which are to be others.
    fn renumber(&mut self) {
        self.index = Index::default();
        if !self.renamed.is_none() {
            self.renamed = Renamed::All;
        }
    }

    /// Keeps the resources that `keep` accepts, which leaves names, namespaces and types alone.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&mut Resource) -> bool) {
        let before = self.resources.len();
        self.resources.retain_mut(|resource| !resource.is_gone() && keep(resource));
        if self.resources.len() != before {
            self.renumber();
        }
    }

    /// Puts the resources in another order, in which every slot stands once.
    pub(crate) fn reorder(&mut self, mut order: Vec<usize>) {
        if order.is_sorted() {
            return;
        }
        self.renumber();
        for slot in 0..order.len() {
            // What was to come here may have been swapped away: it is where the orders of the slots before say.
            let mut from = order[slot];
            while from < slot {
                from = order[from];
            }
            order[slot] = from;
            // Piece by piece: `swap` has a resource copied as a whole, three times.
            if let Ok([one, other]) = self.resources.get_disjoint_mut([slot, from]) {
                std::mem::swap(one, other);
            }
        }
    }

    /// Checks that no two resources have the same id, where one may have got another since that was asked for.
    ///
    /// # Errors
    /// As [`check_unique`](ResourceSet::check_unique).
    pub(crate) fn check_renamed(&mut self) -> Result<(), Error> {
        match std::mem::take(&mut self.renamed) {
            Renamed::All => self.check_unique(),
            Renamed::In(slots) => {
                let ids: Vec<ResourceId> =
                    slots.iter().filter_map(|slot| self.get(*slot)).map(Resource::id).collect();
                match ids.iter().all(|id| self.with_current_id(id).len() == 1) {
                    true => Ok(()),
                    false => self.check_unique(),
                }
            }
        }
    }

    /// Checks that no two resources have the same id.
    ///
    /// # Errors
    /// Names the first two that do.
    pub(crate) fn check_unique(&self) -> Result<(), Error> {
        let mut distinct = Distinct::with_capacity(self.resources.len());
        let there = self.resources.iter().enumerate().filter(|(_, resource)| !resource.is_gone());
        there.for_each(|(slot, resource)| distinct.add(slot, resource));
        distinct.check(self)
    }
}

/// The error of two resources that are both called `id`, the later one first. `first` and `second` say where their names
/// stand.
pub(super) fn duplicate(
    id: &ResourceId,
    (resource, other): (&Resource, &Resource),
    (first, second): (Place, Place),
) -> Error {
    let hint = if resource.place() == other.place() {
        "the same file is read twice: name it, and the folder that names it, only once"
    } else {
        "rename one of them, put one into another namespace, or change it with a patch instead"
    };
    let mut error = Error::new(Code::DUPLICATE_RESOURCE, format!("{id} is there twice"))
        .at(second)
        .related("the first one", first);
    if other.brought_by != other.place() {
        error = error.related("which was named by", other.brought_by);
    }
    error.hint_with(hint)
}
