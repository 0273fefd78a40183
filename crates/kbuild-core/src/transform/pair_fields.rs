//! The fields in which labels or annotations are set.

use std::borrow::Cow;
use std::sync::OnceLock;

use kbuild_yaml::{NodeRef, Tree};

use super::labels::{PairSetter, push_fresh};
use super::ties::Addition;
use crate::field::FieldSpec;
use crate::kustomization::Pair;
use crate::resource::{Step, ValuePath, paths_of};
use crate::source::Trail;

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
