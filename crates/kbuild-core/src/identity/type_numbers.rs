//! Numbers of types.

use std::sync::Arc;

use indexmap::{Equivalent, IndexSet};

use super::{GroupVersionKind, GvkRef};

/// The number of types up to which each is compared.
const FEW: usize = 8;

/// Types by numbers, in the order in which they were met.
#[derive(Debug, Default)]
pub(crate) struct TypeNumbers {
    known: IndexSet<Arc<GroupVersionKind>, foldhash::fast::RandomState>,
    /// Their marks.
    marks: Vec<usize>,
}

impl TypeNumbers {
    /// The number of a type, which is a new one where it was not met before.
    pub(crate) fn number(&mut self, gvk: GvkRef<'_>) -> usize {
        self.find(gvk).unwrap_or_else(|| {
            self.marks.push(gvk.mark());
            self.known.insert_full(gvk.to_owned().into()).0
        })
    }

    /// The type that has a number.
    pub(crate) fn get(&self, number: usize) -> Option<&Arc<GroupVersionKind>> {
        self.known.get_index(number)
    }

    /// All types, by rising numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<GroupVersionKind>> {
        self.known.iter()
    }

    fn find(&self, gvk: GvkRef<'_>) -> Option<usize> {
        // A build has few types mostly.
        if self.marks.len() > FEW {
            return self.known.get_index_of(&gvk);
        }
        let (mark, mut known) = (gvk.mark(), self.marks.iter().zip(&self.known));
        known.position(|(known, key)| *known == mark && gvk.equivalent(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_one_number() {
        let kinds: Vec<String> = (0..2 * FEW).map(|number| format!("Kind{number}")).collect();
        let mut types = TypeNumbers::default();
        for _ in 0..2 {
            for (number, kind) in kinds.iter().enumerate() {
                assert_eq!(types.number(GvkRef { group: "g", version: "v1", kind }), number);
            }
        }
    }
}
