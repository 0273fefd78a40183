//! Goes through resources of which more are in memory than fit beside the processor.
//!
//! Each stage of a build goes through all of them. What a resource consists of stands in several places, and the processor
//! would wait for one after the other, as it comes to each. Told before, it gets them all at once.

use std::hint::black_box;

use super::Resource;

/// Has `visit` go through resources, the first of which is in slot `first`. `looks_inside` says of a slot whether more than the
/// resource's identity is going to be looked at.
///
/// # Errors
/// The first of `visit`.
#[inline]
pub(crate) fn go_through<E>(
    first: usize,
    resources: &mut [Resource],
    looks_inside: impl Fn(usize) -> bool,
    mut visit: impl FnMut(usize, &mut Resource) -> Result<(), E>,
) -> Result<(), E> {
    for at in 0..resources.len() {
        look_ahead(resources, at, looks_inside(first + at + 1));
        if let Some(resource) = resources.get_mut(at) {
            visit(first + at, resource)?;
        }
    }
    Ok(())
}

/// Has the resources behind the one at `at` close to the processor; of the next one its content as well, if it
/// `looks_inside`.
#[inline]
pub(crate) fn look_ahead(resources: &[Resource], at: usize, looks_inside: bool) {
    if let Some(next) = resources.get(at + 1).filter(|_| looks_inside) {
        next.content.touch();
    }
    // The content can only be found by the parts.
    if let Some(parts) = resources.get(at + 2) {
        let content = &parts.content;
        let seen = content.changes() ^ content.type_changes() ^ parts.brought_by.line;
        black_box((seen, parts.schema.is_some(), parts.lineage.needs_hash, parts.repeats_keys));
    }
}
