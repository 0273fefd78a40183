//! Resources on their way into a set, made ready for that by those who read them.

use std::hash::BuildHasher;

use super::ResourceSet;
use crate::resource::{Resource, SchemaInForce};

/// Resources that follow each other and are to be added to a set. Copies of an empty one can be filled in several threads.
#[derive(Clone)]
pub(crate) struct Arrivals {
    resources: Vec<Resource>,
    /// The hashes of their ids.
    ids: Vec<u64>,
    hasher: foldhash::fast::RandomState,
    schema: SchemaInForce,
}

impl Arrivals {
    /// Adds one that comes after the others.
    pub(crate) fn add(&mut self, mut resource: Resource) {
        self.schema.take_in(&mut resource);
        self.ids.push(self.hasher.hash_one(resource.id_ref()));
        self.resources.push(resource);
    }

    pub(crate) fn len(&self) -> usize {
        self.resources.len()
    }

    /// The resources, without what is known of them.
    pub(crate) fn into_resources(self) -> Vec<Resource> {
        self.resources
    }
}

impl ResourceSet {
    /// None yet, of those that will be added to this set.
    pub(crate) fn arrivals(&mut self) -> Arrivals {
        let hasher = self.index.build_ids(&self.resources).hasher().clone();
        Arrivals { resources: Vec::new(), ids: Vec::new(), hasher, schema: self.schema.clone() }
    }

    /// Adds the first `count` of them, or those before the first one that may have the id of another: it and the rest are to be
    /// [appended](ResourceSet::append). Returns how many were added.
    pub(crate) fn take_in(&mut self, arrivals: &mut Arrivals, count: usize) -> usize {
        if self.trail.is_kept() {
            return 0;
        }
        let Some(by_id) = self.index.only_ids() else { return 0 };
        let first = self.resources.len();
        let ids = arrivals.ids.iter().take(count);
        let is_new = |(slot, id): &(usize, &u64)| by_id.add_new_hash(**id, *slot);
        let new = (first..).zip(ids).take_while(is_new).count();
        self.schema.join(&arrivals.schema);
        arrivals.ids.drain(..new);
        self.resources.extend(arrivals.resources.drain(..new));
        new
    }
}
