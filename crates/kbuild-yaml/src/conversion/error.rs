//! Why a tree and a type do not go together.

use std::fmt;

use crate::{Place, WriteError};

/// Why a tree and a type do not go together, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError {
    path: Vec<String>,
    place: Option<Place>,
    message: String,
}

impl ConversionError {
    pub(super) fn new(message: impl fmt::Display) -> ConversionError {
        ConversionError { path: Vec::new(), place: None, message: message.to_string() }
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The path of the value that is wrong, such as `spec.containers.0.name`; empty for the whole.
    pub fn path(&self) -> String {
        let steps: Vec<&str> = self.path.iter().rev().map(String::as_str).collect();
        steps.join(".")
    }

    /// Where that value came from.
    pub fn place(&self) -> Place {
        self.place.unwrap_or_default()
    }

    /// The same, of something at this place and not at another one.
    pub(super) fn or_at(mut self, place: Place) -> ConversionError {
        self.place.get_or_insert(place);
        self
    }

    /// The same, of a value under this key.
    pub(super) fn below(mut self, step: impl Into<String>) -> ConversionError {
        self.path.push(step.into());
        self
    }
}

impl fmt::Display for ConversionError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path().as_str() {
            "" => out.write_str(&self.message),
            path => write!(out, "{path}: {}", self.message),
        }
    }
}

impl std::error::Error for ConversionError {}

impl From<WriteError> for ConversionError {
    fn from(error: WriteError) -> ConversionError {
        ConversionError::new(&error.message).or_at(error.place)
    }
}

impl serde::de::Error for ConversionError {
    fn custom<T: fmt::Display>(message: T) -> ConversionError {
        ConversionError::new(message)
    }
}

impl serde::ser::Error for ConversionError {
    fn custom<T: fmt::Display>(message: T) -> ConversionError {
        ConversionError::new(message)
    }
}
