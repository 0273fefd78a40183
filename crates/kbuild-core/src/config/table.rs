//! A list that begins as a table.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// What stands in a table of rows, made of them when it is asked for: a build looks at few of the tables. Copies share the
/// list until one of them is changed.
#[derive(Debug)]
pub(crate) struct Table<R: 'static, T> {
    /// None once the list was changed.
    rows: &'static [R],
    items: OnceLock<Arc<Vec<T>>>,
}

impl<R, T: From<&'static R>> Table<R, T> {
    pub(crate) fn new(rows: &'static [R]) -> Table<R, T> {
        Table { rows, items: OnceLock::new() }
    }

    /// True when nothing has to be added of another list: both are what stands in the same rows. A list with nothing in it
    /// becomes what stands in those of the other.
    pub(crate) fn is_settled_by(&mut self, other: &Table<R, T>) -> bool {
        if !other.rows.is_empty() && self.is_empty() {
            *self = other.clone();
        }
        !other.rows.is_empty() && std::ptr::eq(self.rows, other.rows)
    }
}

impl<R, T: From<&'static R> + Clone> Table<R, T> {
    /// Changes the list.
    pub(crate) fn change<O>(&mut self, change: impl FnOnce(&mut Vec<T>) -> O) -> O {
        let mut items = self.items.take().unwrap_or_else(|| Arc::new(made(self.rows)));
        let outcome = change(Arc::make_mut(&mut items));
        *self = Table { rows: &[], items: OnceLock::from(items) };
        outcome
    }

    /// The list, of which only what `part` makes of a row is made as long as nobody asked for all.
    pub(crate) fn parts(&self, part: impl Fn(&'static R) -> Option<T>) -> Cow<'_, [T]> {
        match self.items.get() {
            Some(items) => Cow::Borrowed(items),
            None => Cow::Owned(self.rows.iter().filter_map(part).collect()),
        }
    }
}

fn made<R, T: From<&'static R>>(rows: &'static [R]) -> Vec<T> {
    rows.iter().map(T::from).collect()
}

impl<R, T: From<&'static R>> Deref for Table<R, T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        self.items.get_or_init(|| Arc::new(made(self.rows)))
    }
}

impl<R, T> From<Vec<T>> for Table<R, T> {
    fn from(items: Vec<T>) -> Table<R, T> {
        Table { rows: &[], items: OnceLock::from(Arc::new(items)) }
    }
}

impl<R, T> Default for Table<R, T> {
    fn default() -> Table<R, T> {
        Table::from(Vec::new())
    }
}

impl<R, T> Clone for Table<R, T> {
    fn clone(&self) -> Table<R, T> {
        Table { rows: self.rows, items: self.items.clone() }
    }
}
