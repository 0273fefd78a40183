//! The fields in which labels or annotations are set, and how they are found.

use std::borrow::Cow;
use std::ptr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use kbuild_yaml::{NodeRef, Tree};

use super::each::Which;
use super::labels::{PairSetter, push_fresh};
use super::ties::Addition;
use crate::field::{ByKind, FieldSpec, Reached};
use crate::kustomization::Pair;
use crate::resource::{Resource, Step, ValuePath, paths_of};
use crate::source::Trail;

/// Finds the fields of resources.
pub(super) enum Finding<'a> {
    /// For one setter.
    Alone(ByKind<'a, Field>),
    /// For several that follow each other; true for the first one.
    Together(Joint<'a>, bool),
}

/// What several setters that follow each other share. Nothing but their own work happens to a resource between them, so that it is
/// as if one had the fields of all.
#[derive(Clone)]
pub(super) struct Joint<'a>(Arc<Mutex<All<'a>>>);

/// The fields of several setters.
struct All<'a> {
    by_kind: ByKind<'a, Field>,
    /// What there is to do in the resource at hand.
    reached: Vec<Reached<'a, Field>>,
}

impl<'a> Joint<'a> {
    pub(super) fn new(fields: impl Iterator<Item = &'a Field>) -> Joint<'a> {
        let all = All { by_kind: ByKind::new(fields, true), reached: Vec::new() };
        Joint(Arc::new(Mutex::new(all)))
    }
}

impl<'a> Finding<'a> {
    /// What there is to do for a setter in a resource.
    pub(super) fn find(
        &mut self,
        setter: &PairSetter,
        which: Which,
        resource: &Resource,
        reached: &mut Vec<Reached<'a, Field>>,
    ) {
        let (of_type, gvk, root) = (which.of_type, || resource.gvk_ref(), resource.node());
        match self {
            Finding::Alone(by_kind) => {
                by_kind.reached_by(of_type, gvk, root, reached);
            }
            Finding::Together(Joint(joint), is_first) => {
                let mut joint = joint.lock().unwrap_or_else(PoisonError::into_inner);
                let All { by_kind, reached: all } = &mut *joint;
                if *is_first {
                    by_kind.reached_by(of_type, gvk, root, all);
                }
                let own = setter.fields.as_ptr_range();
                let is_own = |one: &&Reached<'_, Field>| own.contains(&ptr::from_ref(one.spec));
                reached.clear();
                reached.extend(all.iter().filter(is_own));
            }
        }
    }
}

/// A field spec, and the ways to the values of the pairs where no list is on the way.
pub(super) struct Field {
    /// Its number among those of the transformer.
    pub(super) number: usize,
    pub(super) spec: FieldSpec,
    values: Vec<ValuePath>,
    /// The field as it is written where there was none: a mapping that holds nothing else.
    fresh: OnceLock<Tree>,
}

impl Field {
    pub(super) fn new(number: usize, spec: FieldSpec, pairs: &[Pair]) -> Field {
        let way: Vec<Step> =
            spec.path.iter().map(|segment| Step::Field(segment.name.clone())).collect();
        let values = pairs.iter().map(|pair| value_path(&way, pair)).collect();
        Field { number, spec, values, fresh: OnceLock::new() }
    }

    /// The field as it is written where there was none; none where there is more to it than that.
    pub(super) fn fresh(&self, setter: &PairSetter, trail: &Trail) -> Option<&Tree> {
        if !setter.are_distinct || trail.is_kept() {
            return None;
        }
        Some(self.fresh.get_or_init(|| {
            let mut fresh = Tree::default();
            fresh.set_mapping(Tree::ROOT);
            let name = self.spec.path.last().map_or("", |last| &last.name);
            let (field, _) = fresh.find_or_push(Tree::ROOT, name);
            push_fresh(&mut fresh, field, &setter.pairs);
            fresh
        }))
    }

    /// The way to the value of a pair that was added.
    pub(super) fn value(
        &self,
        root: NodeRef<'_>,
        addition: &Addition,
        pair: &Pair,
    ) -> Option<Cow<'_, ValuePath>> {
        if addition.is_straight || leads_straight(root, &self.spec) {
            return self.values.get(addition.pair).filter(|_| addition.nth == 0).map(Cow::Borrowed);
        }
        Some(Cow::Owned(value_path(paths_of(root, &self.spec.path).get(addition.nth)?, pair)))
    }
}

impl AsRef<FieldSpec> for Field {
    fn as_ref(&self) -> &FieldSpec {
        &self.spec
    }
}

/// True when there is no list on the way.
fn leads_straight(root: NodeRef<'_>, spec: &FieldSpec) -> bool {
    let mut segments = spec.path.iter();
    segments.try_fold(root, |node, segment| node.get(&segment.name)).is_some()
}

pub(super) fn value_path(mapping: &[Step], pair: &Pair) -> ValuePath {
    mapping.iter().cloned().chain([Step::Field(pair.key.clone())]).collect()
}
