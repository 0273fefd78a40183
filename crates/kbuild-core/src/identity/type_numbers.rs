//! Numbers of types.

use std::sync::Arc;

use indexmap::{Equivalent, IndexSet};

use super::{GroupVersionKind, GvkRef};

/// The number of types up to which each is compared.
const FEW: usize = 8;

/// Types by numbers, in the order in which they were met.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypeNumbers {
    known: IndexSet<Arc<GroupVersionKind>, foldhash::fast::RandomState>,
    /// Their marks.
    marks: Vec<usize>,
    /// Those that have rows in the tables, by these; counted from 1.
    of_rows: Vec<usize>,
}

impl TypeNumbers {
    /// The number of a type, which is a new one where it was not met before.
    pub(crate) fn number(&mut self, gvk: GvkRef<'_>) -> usize {
        self.find(gvk).unwrap_or_else(|| {
            self.marks.push(gvk.mark());
            self.known.insert_full(gvk.to_owned().into()).0
        })
    }

    /// The same for a type that has this [row](crate::tables::schema::row_of_kind) in the tables; 0 where it has none.
    #[inline]
    pub(crate) fn number_of<'a>(&mut self, row: u8, gvk: impl FnOnce() -> GvkRef<'a>) -> usize {
        let known = self.of_rows.get(usize::from(row)).and_then(|number| number.checked_sub(1));
        known.unwrap_or_else(|| self.number_of_row(row, gvk()))
    }

    #[cold]
    fn number_of_row(&mut self, row: u8, gvk: GvkRef<'_>) -> usize {
        let (number, row) = (self.number(gvk), usize::from(row));
        if row > 0 {
            self.of_rows.resize(self.of_rows.len().max(row + 1), 0);
            if let Some(of_row) = self.of_rows.get_mut(row) {
                *of_row = number + 1;
            }
        }
        number
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
                let gvk = GvkRef { group: "g", version: "v1", kind };
                assert_eq!(types.number(gvk), number);
                let row = u8::try_from(number).unwrap();
                assert_eq!(types.number_of(row, || gvk), number);
                assert_eq!(types.number_of(0, || gvk), number);
            }
        }
    }
}
