//! Field specs, narrowed down to a kind once for all resources of that kind.

use indexmap::IndexMap;

use crate::field::FieldSpec;
use crate::identity::GroupVersionKind;

/// Finds the field specs that apply to a type, and remembers what it found.
pub(super) struct ByKind<'a> {
    specs: &'a [FieldSpec],
    found: IndexMap<GroupVersionKind, Vec<&'a FieldSpec>, foldhash::fast::RandomState>,
}

impl<'a> ByKind<'a> {
    pub(super) fn new(specs: &'a [FieldSpec]) -> ByKind<'a> {
        ByKind { specs, found: IndexMap::default() }
    }

    /// The specs for resources of this type, in their order.
    pub(super) fn of(&mut self, gvk: GroupVersionKind) -> &[&'a FieldSpec] {
        let specs = self.specs;
        self.found.entry(gvk).or_insert_with_key(|gvk| {
            specs.iter().filter(|spec| gvk.is_selected_by(&spec.on)).collect()
        })
    }
}
