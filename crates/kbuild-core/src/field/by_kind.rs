//! Field specs, narrowed down to a type once for all resources of that type, and to a resource in one walk.

use kbuild_yaml::{NodeId, NodeRef, Tree};

use super::reach::{Hit, Reach};
use super::spec::FieldSpec;
use super::visit::{Edit, Make, visit_from};
use crate::error::Error;
use crate::identity::{GvkRef, TypeNumbers};

/// Finds the field specs that have something to do in a resource, and remembers those of its type.
///
/// `T` is a field spec, with what its user keeps beside it.
pub(crate) struct ByKind<'a, T> {
    specs: &'a [T],
    creates: bool,
    types: TypeNumbers,
    /// What there is for each type, by its number.
    found: Vec<Option<OfKind<'a, T>>>,
    hits: Vec<Hit>,
}

/// What a field spec has to do in a resource.
pub(crate) struct Reached<'a, T> {
    /// The spec.
    pub(crate) spec: &'a T,
    /// The node from where on its path has to be followed.
    node: NodeId,
    /// How many steps of the path lead to that.
    steps: usize,
    /// True where there is certainly no list on the way.
    pub(crate) is_straight: bool,
}

impl<T: AsRef<FieldSpec>> Reached<'_, T> {
    /// The mapping in which nothing but the last field of the path is missing, which [`visit`](Reached::visit) would make.
    pub(crate) fn lacking(&self, tree: &Tree) -> Option<NodeId> {
        let spec = self.spec.as_ref();
        let [last] = spec.path.get(self.steps..)? else { return None };
        let is_made = spec.create && !last.is_list && !last.is_odd;
        let is_missing = is_made && tree.at(self.node).get(&last.name).is_none();
        (is_missing && tree.at(self.node).is_mapping()).then_some(self.node)
    }

    /// Calls `edit` where [`visit`](super::visit()) would call it for this spec.
    ///
    /// # Errors
    /// As [`visit`](super::visit()).
    pub(crate) fn visit(
        &self,
        tree: &mut Tree,
        make: Make,
        edit: &mut Edit<'_>,
    ) -> Result<(), Error> {
        visit_from(tree, self.spec.as_ref(), (self.node, self.steps), make, edit)
    }
}

struct OfKind<'a, T> {
    specs: Vec<&'a T>,
    /// Made for the second resource: for one alone it costs more than it saves.
    reach: Option<Reach>,
}

impl<'a, T: AsRef<FieldSpec>> ByKind<'a, T> {
    /// With `creates`, the specs that say so make the fields that are missing.
    pub(crate) fn new(specs: &'a [T], creates: bool) -> ByKind<'a, T> {
        let (types, found, hits) = (TypeNumbers::default(), Vec::new(), Vec::new());
        ByKind { specs, creates, types, found, hits }
    }

    /// The specs for resources of this type that lead to something in `root`, or make it, in their order, and perhaps
    /// others that do nothing. One may be there several times, with a node each. Whatever else there is for the type would do
    /// nothing. False when there are none for the type.
    pub(crate) fn reached(
        &mut self,
        gvk: GvkRef<'_>,
        root: NodeRef<'_>,
        reached: &mut Vec<Reached<'a, T>>,
    ) -> bool {
        let number = self.types.number(gvk);
        self.reached_by(number, || gvk, root, reached)
    }

    /// The same for a type that the caller has given a number. Either he always does, or never.
    pub(crate) fn reached_by<'g>(
        &mut self,
        number: usize,
        gvk: impl FnOnce() -> GvkRef<'g>,
        root: NodeRef<'_>,
        reached: &mut Vec<Reached<'a, T>>,
    ) -> bool {
        reached.clear();
        let (specs, creates) = (self.specs, self.creates);
        let Some(Some(OfKind { specs, reach })) = self.found.get_mut(number) else {
            let gvk = gvk();
            let specs: Vec<&T> =
                specs.iter().filter(|spec| gvk.is_selected_by(&spec.as_ref().on)).collect();
            let (node, steps) = (Tree::ROOT, 0);
            let follow = |spec: &&'a T| Reached { spec: *spec, node, steps, is_straight: false };
            reached.extend(specs.iter().map(follow));
            if self.found.len() <= number {
                self.found.resize_with(number + 1, || None);
            }
            if let Some(found) = self.found.get_mut(number) {
                *found = Some(OfKind { specs, reach: None });
            }
            return !reached.is_empty();
        };
        if specs.is_empty() {
            return false;
        }
        let reach = reach
            .get_or_insert_with(|| Reach::new(specs.iter().map(|spec| (**spec).as_ref()), creates));
        reach.find(root, &mut self.hits);
        reached.extend(self.hits.iter().filter_map(|hit| {
            let Hit { number, node, steps, is_straight } = *hit;
            specs.get(number).map(|spec| Reached { spec: *spec, node, steps, is_straight })
        }));
        true
    }
}

impl AsRef<FieldSpec> for FieldSpec {
    fn as_ref(&self) -> &FieldSpec {
        self
    }
}
