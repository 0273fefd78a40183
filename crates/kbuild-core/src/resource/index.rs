//! Finds resources by id, kind and name without looking at all of them.

use indexmap::IndexMap;
use kbuild_yaml::EcoString;

use super::{Resource, Slots};
use crate::identity::IdRef;
use crate::identity::resource_id::counted_namespace;

type Kinds = IndexMap<EcoString, Vec<usize>, foldhash::fast::RandomState>;

/// Where resources stand in their set, by what they are and were called.
///
/// Entries are only ever added: a resource that changed its id stands under the old one too. Whoever looks something
/// up checks what it finds against the resource itself. Each part is built when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    by_id: Option<Slots>,
    by_kind: Option<Kinds>,
    by_name: Option<Slots>,
    by_namespace: Option<Slots>,
    by_name_and_namespace: Option<Slots>,
}

impl Index {
    /// Adds a resource to what is built already. Returns the first slot of another resource that may have the same id.
    pub(super) fn add(&mut self, slot: usize, resource: &Resource) -> Option<usize> {
        let other = self.by_id.as_mut().and_then(|by_id| add_ids(by_id, slot, resource));
        if let Some(by_kind) = &mut self.by_kind {
            add_kinds(by_kind, slot, resource);
        }
        let by_texts: [(&mut Option<Slots>, Add); 3] = [
            (&mut self.by_name, add_names),
            (&mut self.by_namespace, add_namespaces),
            (&mut self.by_name_and_namespace, add_names_and_namespaces),
        ];
        for (slots, add) in by_texts {
            slots.iter_mut().for_each(|slots| add(slots, slot, resource));
        }
        other
    }

    /// The resources that have or had this id, and perhaps others.
    pub(super) fn by_id(&mut self, resources: &[Resource], id: &IdRef<'_>) -> &[usize] {
        self.build_ids(resources);
        self.with_id(id)
    }

    /// Makes [`with_id`](Index::with_id) work.
    pub(super) fn build_ids(&mut self, resources: &[Resource]) -> &Slots {
        self.by_id.get_or_insert_with(|| {
            built(resources, |slots, slot, resource| {
                add_ids(slots, slot, resource);
            })
        })
    }

    /// The resources by their ids, if nothing else is built.
    pub(super) fn only_ids(&mut self) -> Option<&mut Slots> {
        let Index {
            by_id,
            by_kind: None,
            by_name: None,
            by_namespace: None,
            by_name_and_namespace: None,
        } = self
        else {
            return None;
        };
        by_id.as_mut()
    }

    /// The same as [`by_id`](Index::by_id), once it is built.
    pub(super) fn with_id(&self, id: &IdRef<'_>) -> &[usize] {
        self.by_id.as_ref().map_or(&[], |by_id| by_id.get(id))
    }

    /// The resources that have or had this name, and perhaps others.
    pub(super) fn by_name(&mut self, resources: &[Resource], name: &str) -> &[usize] {
        self.by_name.get_or_insert_with(|| built(resources, add_names)).get(&name)
    }

    /// The resources that are or were in this namespace, and perhaps others.
    pub(super) fn by_namespace(&mut self, resources: &[Resource], namespace: &str) -> &[usize] {
        let slots = self.by_namespace.get_or_insert_with(|| built(resources, add_namespaces));
        slots.get(&counted_namespace(namespace, false))
    }

    /// The resources that have or had this name, in this namespace or in another than they are or were in at first, and
    /// perhaps others.
    pub(super) fn by_name_and_namespace(
        &mut self,
        resources: &[Resource],
        name: &str,
        namespace: &str,
    ) -> &[usize] {
        let build = || built(resources, add_names_and_namespaces);
        let slots = self.by_name_and_namespace.get_or_insert_with(build);
        slots.get(&(name, counted_namespace(namespace, false)))
    }

    /// The resources that are or were of a kind that `fits`, and perhaps others.
    pub(super) fn by_kind(
        &mut self,
        resources: &[Resource],
        fits: impl Fn(&str) -> bool,
    ) -> Vec<usize> {
        let kinds = self.kinds(resources).iter().filter(|(kind, _)| fits(kind));
        kinds.flat_map(|(_, slots)| slots).copied().collect()
    }

    /// The resources that are or were of this kind.
    pub(super) fn by_one_kind(&mut self, resources: &[Resource], kind: &str) -> &[usize] {
        self.kinds(resources).get(kind).map_or(&[], Vec::as_slice)
    }

    fn kinds(&mut self, resources: &[Resource]) -> &Kinds {
        self.by_kind.get_or_insert_with(|| {
            let mut by_kind = Kinds::default();
            present(resources).for_each(|(slot, resource)| add_kinds(&mut by_kind, slot, resource));
            by_kind
        })
    }
}

/// Adds a resource under what it is and was called.
type Add = fn(&mut Slots, usize, &Resource);

fn present(resources: &[Resource]) -> impl Iterator<Item = (usize, &Resource)> {
    resources.iter().enumerate().filter(|(_, resource)| !resource.is_gone())
}

fn built(resources: &[Resource], add: Add) -> Slots {
    let mut slots = Slots::with_capacity(resources.len());
    present(resources).for_each(|(slot, resource)| add(&mut slots, slot, resource));
    slots
}

fn add_ids(slots: &mut Slots, slot: usize, resource: &Resource) -> Option<usize> {
    for id in resource.previous_id_refs() {
        slots.add(&id, slot);
    }
    slots.add(&resource.id_ref(), slot)
}

fn add_names(slots: &mut Slots, slot: usize, resource: &Resource) {
    for previous in resource.lineage.history.ids() {
        slots.add(&previous.name, slot);
    }
    slots.add(&resource.name(), slot);
}

fn add_namespaces(slots: &mut Slots, slot: usize, resource: &Resource) {
    let ids = resource.all_id_refs().map(|id| id.namespace);
    // What is outside of namespaces may name one all the same.
    for namespace in ids.chain([resource.namespace()]) {
        slots.add(&counted_namespace(namespace, false), slot);
    }
}

fn add_names_and_namespaces(slots: &mut Slots, slot: usize, resource: &Resource) {
    let (first, now) = (resource.original_id_ref(), resource.id_ref());
    let ids = resource.all_id_refs().map(|id| (id.name, id.namespace));
    let mixed = [(first.name, now.namespace), (now.name, first.namespace)];
    for (name, namespace) in ids.chain(mixed).chain([(now.name, resource.namespace())]) {
        slots.add(&(name, counted_namespace(namespace, false)), slot);
    }
}

fn add_kinds(by_kind: &mut Kinds, slot: usize, resource: &Resource) {
    let previous = resource.lineage.history.ids().map(|previous| previous.kind);
    for kind in previous.chain([resource.kind()]) {
        let slots = match by_kind.get_mut(kind) {
            Some(slots) => slots,
            None => by_kind.entry(kind.into()).or_default(),
        };
        if slots.last() != Some(&slot) {
            slots.push(slot);
        }
    }
}
