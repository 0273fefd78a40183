//! Candidates: tokens that may turn out to be the start of a key.

use super::error::{Fault, Mark};
use super::scanner::Scanner;

/// The longest key that needs no `?`, in characters.
const LONGEST_KEY: usize = 1024;

/// A token that may turn out to be the start of a key.
pub(super) struct Candidate {
    pub(super) possible: bool,
    /// True when the indentation leaves no other reading.
    pub(super) required: bool,
    pub(super) token: usize,
    pub(super) mark: Mark,
    pub(super) column: isize,
}

impl Scanner<'_> {
    /// Remembers that the token to come may be the start of a key.
    pub(super) fn save_candidate(&mut self) -> Result<(), Fault> {
        if !self.key_allowed {
            return Ok(());
        }
        self.drop_candidate()?;
        let (mark, column) = (self.mark(), self.column());
        let required = self.flow_level == 0 && self.indent == column;
        let token = self.taken + self.queue.len();
        if let Some(last) = self.candidates.last_mut() {
            *last = Candidate { possible: true, required, token, mark, column };
        }
        Ok(())
    }

    /// Forgets the token that could have been the start of a key on this flow level.
    #[inline]
    pub(super) fn drop_candidate(&mut self) -> Result<(), Fault> {
        match self.candidates.last_mut() {
            Some(candidate) if candidate.possible => {
                candidate.possible = false;
                if candidate.required { Err(missing_colon(candidate.mark)) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    /// True when the candidate of `level` can still be a key: its `:` would stand on the same line, and soon.
    pub(super) fn is_key_possible(&mut self, level: usize) -> Result<bool, Fault> {
        let candidate = &mut self.candidates[level];
        if !candidate.possible {
            return Ok(false);
        }
        let start = candidate.mark.at as usize;
        let too_long = self.at - start > LONGEST_KEY
            && (self.at - start > 4 * LONGEST_KEY
                || self
                    .text
                    .get(start..self.at)
                    .is_none_or(|key| key.chars().count() > LONGEST_KEY));
        if start >= self.line_start && !too_long {
            return Ok(true);
        }
        candidate.possible = false;
        if candidate.required { Err(missing_colon(candidate.mark)) } else { Ok(false) }
    }
}

#[cold]
fn missing_colon(mark: Mark) -> Fault {
    let message = "this line must be a key like the ones above it, but no `:` follows: add it, or indent the line";
    Fault::new(mark, message)
}
