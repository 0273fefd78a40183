//! Field specs, narrowed down to a type once for all resources of that type, and to a resource in one walk.

use kbuild_yaml::{NodeId, NodeRef, Tree};

use super::reach::{Hit, Reach};
use super::spec::FieldSpec;
use super::visit::{Edit, Make, visit_from};
use crate::error::Error;
use crate::identity::GvkRef;

/// Finds the field specs that have something to do in a resource, and remembers those of its type.
///
/// `T` is a field spec, with what its user keeps beside it.
pub(crate) struct ByKind<'a, T> {
    specs: &'a [T],
    creates: bool,
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
    steps: u32,
    /// True where there is certainly no list on the way.
    pub(crate) is_straight: bool,
    /// True where the node is a mapping that certainly lacks the last field of the path, which is to be made.
    lacks_last: bool,
}

impl<T: AsRef<FieldSpec>> Reached<'_, T> {
    /// The mapping in which nothing but the last field of the path is missing, where that is known: [`visit`](Reached::visit)
    /// would make it.
    pub(crate) fn lacking(&self) -> Option<NodeId> {
        self.lacks_last.then_some(self.node)
    }

    /// True where the node is the one that the path leads to.
    pub(crate) fn is_at_end(&self) -> bool {
        self.steps > 0 && self.steps as usize == self.spec.as_ref().path.len()
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
        visit_from(tree, self.spec.as_ref(), (self.node, self.steps as usize), make, edit)
    }
}

struct OfKind<'a, T> {
    specs: Vec<&'a T>,
    /// Made for the second resource: for one alone it costs more than it saves.
    reach: Option<Reach<'a>>,
}

impl<'a, T: AsRef<FieldSpec>> ByKind<'a, T> {
    /// With `creates`, the specs that say so make the fields that are missing.
    pub(crate) fn new(specs: &'a [T], creates: bool) -> ByKind<'a, T> {
        ByKind { specs, creates, found: Vec::new(), hits: Vec::new() }
    }

    /// The specs for resources of a type that lead to something in `root`, or make it, in their order, and perhaps
    /// others that do nothing. One may be there several times, with a node each. Whatever else there is for the type would do
    /// nothing. False when there are none for the type. The caller has given each type a number.
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
            let is_for = |spec: &&T| gvk.is_selected_by(&spec.as_ref().on);
            let specs: Vec<&T> = specs.iter().filter(is_for).collect();
            let (node, steps) = (Tree::ROOT, 0);
            let (is_straight, lacks_last) = (false, false);
            let follow =
                |spec: &&'a T| Reached { spec: *spec, node, steps, is_straight, lacks_last };
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
        let reach = reach.get_or_insert_with(|| Reach::new(specs, creates));
        reach.find(root, &mut self.hits);
        reached.extend(self.hits.iter().filter_map(|hit| {
            let Hit { number, node, steps, is_straight, lacks_last } = *hit;
            let spec = *specs.get(number as usize)?;
            Some(Reached { spec, node, steps, is_straight, lacks_last })
        }));
        true
    }
}

impl AsRef<FieldSpec> for FieldSpec {
    fn as_ref(&self) -> &FieldSpec {
        self
    }
}
