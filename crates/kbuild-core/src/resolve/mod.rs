//! What is done once, at the root: content hashes, name references and vars.

mod crowd;
mod name_reference;
mod referrals;
mod role_binding;
mod target;
mod var_value;
mod vars;

pub(crate) use name_reference::update_references;
pub(crate) use vars::replace_vars;
