//! Finds resources that are called the same.

use std::hash::BuildHasher;

use kbuild_yaml::Place;

use super::set::duplicate;
use super::{Resource, ResourceSet};
use crate::error::Error;
use crate::identity::{GvkRef, IdRef, TypeNumbers};

/// The resources of a set that were gone over, by their ids of that moment. Copies of an empty one can go over a part of
/// the set each.
#[derive(Clone, Default)]
pub(crate) struct Distinct {
    hasher: foldhash::fast::RandomState,
    types: TypeNumbers,
    /// The hashes of the types.
    of_types: Vec<u64>,
    /// The slots, rising, with the hashes of the ids.
    seen: Vec<(usize, u64)>,
    /// Where the names stood, if the resources change before the check.
    names: Option<Vec<Place>>,
}

impl Distinct {
    pub(super) fn with_capacity(capacity: usize) -> Distinct {
        Distinct { seen: Vec::with_capacity(capacity), ..Distinct::default() }
    }

    /// For resources that change between being added and the check.
    pub(crate) fn before_changes() -> Distinct {
        Distinct { names: Some(Vec::new()), ..Distinct::default() }
    }

    /// Makes room for more resources.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.seen.reserve_exact(count);
    }

    /// Adds the resource in a slot. Slots come in rising order.
    pub(crate) fn add(&mut self, slot: usize, resource: &Resource) {
        if let Some(names) = &mut self.names {
            names.push(resource.name_place());
        }
        let hash = self.hash_of(resource);
        self.seen.push((slot, hash));
    }

    /// The hash of the id. There are few types: each is hashed once.
    fn hash_of(&mut self, resource: &Resource) -> u64 {
        let number = resource.type_in(&mut self.types);
        if number >= self.of_types.len() {
            let new = self.types.iter().skip(self.of_types.len());
            self.of_types.extend(new.map(|gvk| self.hasher.hash_one(GvkRef::from(&**gvk))));
        }
        let of_type = self.of_types.get(number).copied().unwrap_or_default();
        let (name, namespace) = resource.name_and_namespace(&resource.content.head());
        self.hasher.hash_one((of_type, name, namespace))
    }

    /// The same of any id.
    fn hash_of_id(&self, id: &IdRef<'_>) -> u64 {
        self.hasher.hash_one((self.hasher.hash_one(id.gvk), id.name, id.namespace))
    }

    /// Adds those of a later part of the set.
    pub(crate) fn join(&mut self, later: Distinct) {
        self.seen.extend(later.seen);
        if let (Some(names), Some(later)) = (&mut self.names, later.names) {
            names.extend(later);
        }
    }

    /// Checks that no two resources had the same id.
    ///
    /// # Errors
    /// Names the first two that did.
    pub(crate) fn check(&self, resources: &ResourceSet) -> Result<(), Error> {
        // The numbers of what was seen, counted from 1, each in the bucket of its hash or in the next one that is free.
        let mut buckets = vec![0_u32; (self.seen.len() * 2).next_power_of_two()];
        for (number, (slot, hash)) in self.seen.iter().enumerate() {
            let Some(other_slot) = self.first_of(*hash, number, &mut buckets) else { continue };
            let (Some(other), Some(resource)) = (resources.get(other_slot), resources.get(*slot))
            else {
                continue;
            };
            let known = |resource: &Resource, wanted| resource.all_id_refs().any(|id| id == wanted);
            let mut ids = resource.all_id_refs().filter(|id| self.hash_of_id(id) == *hash);
            if let Some(id) = ids.find(|id| known(other, *id)) {
                let places = (self.name_place(other_slot, other), self.name_place(*slot, resource));
                return Err(duplicate(&id.to_owned(), (resource, other), places));
            }
        }
        Ok(())
    }

    /// The slot of the first one with a hash, if one was put into the buckets before; else puts this one there.
    fn first_of(&self, hash: u64, number: usize, buckets: &mut [u32]) -> Option<usize> {
        let last = buckets.len() - 1;
        let mut at = hash as usize & last;
        loop {
            let bucket = buckets.get_mut(at)?;
            match bucket.checked_sub(1).and_then(|other| self.seen.get(other as usize)) {
                Some((slot, other)) if *other == hash => return Some(*slot),
                Some(_) => at = (at + 1) & last,
                None => {
                    *bucket = u32::try_from(number + 1).ok()?;
                    return None;
                }
            }
        }
    }

    /// Where the name of a resource stood when it was added.
    fn name_place(&self, slot: usize, resource: &Resource) -> Place {
        let index = self.seen.binary_search_by_key(&slot, |(slot, _)| *slot).ok();
        let kept = index.and_then(|index| self.names.as_ref()?.get(index).copied());
        kept.unwrap_or_else(|| resource.name_place())
    }
}
