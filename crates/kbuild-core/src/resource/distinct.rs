//! Finds resources that are called the same.

use kbuild_yaml::Place;

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
    /// Where the names stood, by slot, if the resources change before the check.
    names: Option<Vec<Place>>,
}

impl Distinct {
    pub(super) fn with_capacity(capacity: usize) -> Distinct {
        Distinct { seen: Slots::with_capacity(capacity), ..Distinct::default() }
    }

    /// For resources that change between being added and the check.
    pub(crate) fn before_changes() -> Distinct {
        Distinct { names: Some(Vec::new()), ..Distinct::default() }
    }

    /// Adds the resource in a slot. Slots come in rising order.
    pub(crate) fn add(&mut self, slot: usize, resource: &Resource) {
        let id = resource.id_ref();
        if let Some(names) = &mut self.names {
            names.resize(slot, Place::default());
            names.push(resource.name_place());
        }
        if let Some(other) = self.seen.add(&id, slot) {
            self.clashes.push((other, slot, id.to_owned()));
        }
    }

    /// Checks that no two resources had the same id.
    ///
    /// # Errors
    /// Names the first two that did.
    pub(crate) fn check(&self, resources: &ResourceSet) -> Result<(), Error> {
        for (other_slot, slot, id) in &self.clashes {
            let (Some(other), Some(resource)) = (resources.get(*other_slot), resources.get(*slot))
            else {
                continue;
            };
            let wanted = IdRef::from(id);
            let mut known = other.previous_id_refs().chain([other.id_ref()]);
            if known.any(|known| known == wanted) {
                let place = |slot: &usize, resource: &Resource| {
                    let kept = self.names.as_ref().and_then(|names| names.get(*slot).copied());
                    kept.unwrap_or_else(|| resource.name_place())
                };
                let places = (place(other_slot, other), place(slot, resource));
                return Err(duplicate(id, (resource, other), places));
            }
        }
        Ok(())
    }
}
