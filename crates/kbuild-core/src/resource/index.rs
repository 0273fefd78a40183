//! Finds resources by id, kind and name without looking at all of them.

use indexmap::IndexMap;
use kbuild_yaml::EcoString;

use super::Resource;
use crate::identity::ResourceId;

type Map<K> = IndexMap<K, Vec<usize>, foldhash::fast::RandomState>;

/// Where resources stand in their set, by what they are and were called.
///
/// Entries are only ever added: a resource that changed its id stands under the old one too. Whoever looks something
/// up checks what it finds against the resource itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    by_id: Map<ResourceId>,
    by_kind: Map<EcoString>,
    by_name: Map<EcoString>,
}

impl Index {
    pub(super) fn add(&mut self, slot: usize, resource: &Resource) {
        put(&mut self.by_kind, resource.kind_text(), slot);
        for id in resource.previous_ids().chain([resource.id()]) {
            put(&mut self.by_kind, id.gvk.kind.clone(), slot);
            put(&mut self.by_name, id.name.clone(), slot);
            put(&mut self.by_id, id, slot);
        }
    }

    /// The resources that have or had this id, and perhaps others.
    pub(super) fn by_id(&self, id: &ResourceId) -> &[usize] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }

    /// The resources that are or were of this kind, and perhaps others.
    pub(super) fn by_kind(&self, kind: &str) -> &[usize] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The resources that have or had this name, and perhaps others.
    pub(super) fn by_name(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// All kinds.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.by_kind.keys().map(EcoString::as_str)
    }
}

fn put<K: std::hash::Hash + Eq>(map: &mut Map<K>, key: K, slot: usize) {
    let slots = map.entry(key).or_default();
    if slots.last() != Some(&slot) {
        slots.push(slot);
    }
}
