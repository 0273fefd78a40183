//! What is done once, at the root: content hashes and name references.

mod hash;
mod name_reference;
mod referrals;

pub(crate) use hash::add_hashes;
pub(crate) use name_reference::update_references;
