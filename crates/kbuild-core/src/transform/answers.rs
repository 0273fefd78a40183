//! Questions that have the same answer for all resources of a type.

use super::each::{Which, of_type};

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
    fn add(&mut self, number: usize, answer: bool) -> bool {
        *of_type(&mut self.0, number) = Some(answer);
        answer
    }
}
