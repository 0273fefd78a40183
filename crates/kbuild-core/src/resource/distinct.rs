//! Finds resources that are called the same.

use super::set::duplicate;
use super::{Resource, ResourceSet, Slots};
use crate::error::Error;
use crate::identity::{IdRef, ResourceId};

/// The resources of a set that were gone over, by their ids of that moment.
#[derive(Default)]
pub(crate) struct Distinct {
    seen: Slots,
    /// Two slots whose resources seem to have had the same id.
    clashes: Vec<(usize, usize, ResourceId)>,
}

impl Distinct {
    pub(super) fn with_capacity(capacity: usize) -> Distinct {
        Distinct { seen: Slots::with_capacity(capacity), clashes: Vec::new() }
    }

    /// Adds the resource in a slot. Slots come in rising order.
    pub(crate) fn add(&mut self, slot: usize, resource: &Resource) {
        let id = resource.id_ref();
        if let Some(other) = self.seen.add(&id, slot) {
            self.clashes.push((other, slot, id.to_owned()));
        }
    }

    /// Checks that no two resources had the same id.
    ///
    /// # Errors
    /// Names the first two that did.
    pub(crate) fn check(&self, resources: &ResourceSet) -> Result<(), Error> {
        for (other, slot, id) in &self.clashes {
            let (Some(other), Some(resource)) = (resources.get(*other), resources.get(*slot))
            else {
                continue;
            };
            let wanted = IdRef::from(id);
            let mut known = other.previous_id_refs().chain([other.id_ref()]);
            if known.any(|known| known == wanted) {
                return Err(duplicate(id, resource, other));
            }
        }
        Ok(())
    }
}
