//! Orders resources and prints them.

mod file_name;
mod sort;

pub(crate) use file_name::file_name;
pub(crate) use sort::{SortedPiece, is_legacy, sort};
