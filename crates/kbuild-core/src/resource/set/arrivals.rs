//! Resources on their way into a set, made ready for that by those who read them.

use std::hash::BuildHasher;
use std::vec;

use super::ResourceSet;
use crate::resource::{Resource, SchemaInForce};

/// Resources that follow each other and are to be added to a set. Copies of an empty one can be filled in several threads.
#[derive(Clone)]
pub(crate) struct Arrivals {
    resources: Vec<Resource>,
    /// The hashes of the ids of all.
    ids: Vec<u64>,
    hasher: foldhash::fast::RandomState,
    schema: SchemaInForce,
}

impl Arrivals {
    /// Adds those of a file that comes after the others, and leaves their memory.
    pub(crate) fn add(&mut self, file: &mut Vec<Resource>) {
        for resource in &mut *file {
            self.schema.take_in(resource);
            self.ids.push(self.hasher.hash_one(resource.id_ref()));
        }
        self.resources.append(file);
    }

    pub(crate) fn len(&self) -> usize {
        self.resources.len()
    }

    /// The resources, without what is known of them.
    pub(crate) fn into_resources(self) -> vec::IntoIter<Resource> {
        self.resources.into_iter()
    }
}

impl ResourceSet {
    /// None yet, of those that will be added to this set.
    pub(crate) fn arrivals(&mut self) -> Arrivals {
        let hasher = self.index.build_ids(&self.resources).hasher().clone();
        Arrivals { resources: Vec::new(), ids: Vec::new(), hasher, schema: self.schema.clone() }
    }

    /// Takes in as many of them as certainly have ids of their own. Gives back the rest, which are to be
    /// [appended](ResourceSet::append), and says how many it has taken in. Nothing else has come into the set since they were
    /// [made ready](ResourceSet::arrivals).
    pub(crate) fn take_in(&mut self, arrivals: Arrivals) -> (usize, vec::IntoIter<Resource>) {
        self.schema.join(&arrivals.schema);
        let first = self.resources.len();
        let new = match self.index.only_ids() {
            Some(by_id) if !self.trail.is_kept() => {
                let mut ids = (first..).zip(&arrivals.ids);
                ids.position(|(slot, id)| by_id.add_hash(*id, slot).is_some())
                    .unwrap_or(arrivals.ids.len())
            }
            _ => 0,
        };
        let mut resources = arrivals.into_resources();
        self.resources.extend(resources.by_ref().take(new));
        (new, resources)
    }
}
