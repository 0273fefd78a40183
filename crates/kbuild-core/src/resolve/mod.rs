//! What is done once, at the root: name references.

mod name_reference;
mod referrals;

pub(crate) use name_reference::update_references;
