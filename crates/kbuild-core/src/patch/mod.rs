//! Patches on single resources: strategic merge and JSON patch (RFC 6902), as the reference applies them.

mod directive;
mod exact_list;
mod fields;
pub mod json;
mod keyed_list;
mod lists;
mod meetings;
mod node_list;
pub(crate) mod normalize;
mod operation;
mod pointer;
pub(crate) mod spelling;
mod spot;
pub mod strategic;
#[cfg(test)]
mod tests;

use kbuild_yaml::Place;

use crate::code::Code;

/// Why a patch cannot be applied, or is no patch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatchError {
    /// What kind of error it is.
    pub code: Code,
    /// One sentence, without a full stop.
    pub message: String,
    /// Where in the patch.
    pub place: Place,
    /// What to do about it, if we know.
    pub hint: Option<String>,
}

impl PatchError {
    pub(crate) fn new(code: Code, message: impl Into<String>, place: Place) -> PatchError {
        PatchError { code, message: message.into(), place, hint: None }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> PatchError {
        self.hint = Some(hint.into());
        self
    }
}

/// A refusal on its way up through the resource: each level adds its step to the path.
#[derive(Debug)]
struct Refusal {
    /// The steps, the innermost first: `name` or `[key=value]`.
    path: Vec<String>,
    error: PatchError,
}

impl Refusal {
    fn new(message: impl Into<String>, place: Place) -> Refusal {
        Refusal {
            path: Vec::new(),
            error: PatchError::new(Code::STRATEGIC_MERGE_FAILED, message, place),
        }
    }

    fn under(mut self, step: impl Into<String>) -> Refusal {
        self.path.push(step.into());
        self
    }

    fn into_error(mut self) -> PatchError {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        if !path.is_empty() {
            self.error.message = format!("{path}: {}", self.error.message);
        }
        self.error
    }
}
