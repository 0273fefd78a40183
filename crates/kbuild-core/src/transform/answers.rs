//! Questions that have the same answer for all resources of a type.

use super::each::Which;

/// The answers, by the number of the type: each is asked for once.
#[derive(Default)]
pub(super) struct Answers(Vec<Option<bool>>);

impl Answers {
    /// The answer for the type of a resource.
    #[inline]
    pub(super) fn get(&mut self, which: Which, ask: impl FnOnce() -> bool) -> bool {
        match self.0.get(which.of_type) {
            Some(Some(answer)) => *answer,
            _ => self.add(which.of_type, ask()),
        }
    }

    #[cold]
    fn add(&mut self, of_type: usize, answer: bool) -> bool {
        if self.0.len() <= of_type {
            self.0.resize(of_type.saturating_add(1), None);
        }
        if let Some(known) = self.0.get_mut(of_type) {
            *known = Some(answer);
        }
        answer
    }
}
