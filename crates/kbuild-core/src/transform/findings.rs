//! What a transformer has seen while it went over a part of the resources.

use super::image_entry::Matched;
use crate::diagnostic::Diagnostic;
use crate::resource::Distinct;

/// What a transformer has seen in some resources. Each transformer uses what it needs of it.
#[derive(Default)]
pub(crate) struct Findings {
    /// True when there was something for it.
    pub(super) is_used: bool,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) distinct: Option<Distinct>,
    /// What each entry of `images` has matched.
    pub(super) matched: Vec<Matched>,
}

impl Findings {
    /// Adds what was seen in resources that come later.
    pub(super) fn join(&mut self, later: Findings) {
        self.is_used |= later.is_used;
        self.warnings.extend(later.warnings);
        match (&mut self.distinct, later.distinct) {
            (Some(distinct), Some(later)) => distinct.join(later),
            (distinct, later) => *distinct = distinct.take().or(later),
        }
        match self.matched.is_empty() {
            true => self.matched = later.matched,
            false => {
                let both = self.matched.iter_mut().zip(later.matched);
                both.for_each(|(matched, later)| matched.join(later));
            }
        }
    }
}
