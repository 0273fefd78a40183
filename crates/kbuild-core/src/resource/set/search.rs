//! Which resources of a set are meant.

use super::ResourceSet;
use crate::identity::pattern::Pattern;
use crate::identity::selector::Selector;
use crate::identity::{IdRef, ResourceId};
use crate::resource::Resource;

impl ResourceSet {
    /// The slots of the resources that are called so now.
    pub(crate) fn with_current_id(&mut self, id: &ResourceId) -> Vec<usize> {
        let id = IdRef::from(id);
        let slots = self.index.by_id(&self.resources, &id).to_vec();
        self.checked(slots, |resource| resource.id_ref() == id)
    }

    /// The slots of the resources that are or were called so.
    pub(crate) fn with_any_id(&mut self, id: &ResourceId) -> Vec<usize> {
        let id = IdRef::from(id);
        let slots = self.index.by_id(&self.resources, &id).to_vec();
        self.checked(slots, |resource| {
            resource.id_ref() == id || resource.previous_id_refs().any(|previous| previous == id)
        })
    }

    /// The slots of the resources that have or had this name; kind and namespace do not matter.
    pub(crate) fn with_any_name(&mut self, name: &str) -> Vec<usize> {
        let slots = self.index.by_name(&self.resources, name).to_vec();
        self.checked(slots, |resource| resource.has_or_had_name(name))
    }

    /// The slots of the resources that a selector selects, in order.
    pub(crate) fn select(&mut self, selector: &Selector) -> Vec<usize> {
        let Selector { name, namespace, kind, .. } = selector;
        let slots = self.candidates(name, namespace, kind);
        self.checked(slots, |resource| selector.selects(resource))
    }

    /// The slots of all resources that have or had such a name, namespace and kind, and perhaps others, in order.
    pub(crate) fn candidates(
        &mut self,
        name: &Pattern,
        namespace: &Pattern,
        kind: &Pattern,
    ) -> Vec<usize> {
        let (all, resources, index) = (self.slots(), &self.resources, &mut self.index);
        let slots = match (name.exact(), namespace.exact(), kind) {
            (Some(name), Some(namespace), _) => {
                index.by_name_and_namespace(resources, name, namespace).to_vec()
            }
            (Some(name), None, _) => index.by_name(resources, name).to_vec(),
            (None, Some(namespace), Pattern::Exact(kind)) => {
                let of_kind = index.by_one_kind(resources, kind).len();
                let within = index.by_namespace(resources, namespace);
                match within.len() <= of_kind {
                    true => within.to_vec(),
                    false => index.by_one_kind(resources, kind).to_vec(),
                }
            }
            (None, Some(namespace), _) => index.by_namespace(resources, namespace).to_vec(),
            (None, None, Pattern::Any) => all.collect(),
            (None, None, kinds) => index.by_kind(resources, |kind| kinds.matches(kind)),
        };
        self.checked(slots, |_| true)
    }

    /// Drops slots of deleted resources and those that do not fit, and puts the rest in order.
    fn checked(&self, mut slots: Vec<usize>, fits: impl Fn(&Resource) -> bool) -> Vec<usize> {
        slots.sort_unstable();
        slots.dedup();
        slots.retain(|slot| self.get(*slot).is_some_and(&fits));
        slots
    }
}
