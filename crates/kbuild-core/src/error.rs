//! What went wrong, where, and what to do about it.

use std::fmt;

use kbuild_yaml::{Place, ReadError, SourceId, WriteError};

use crate::patch::PatchError;
use crate::source::Sources;

/// Why a build was refused: one cause, the place that shows it, and a way out.
///
/// `Display` prints all of it on several lines: the message, the file and line, the resource, the chain of
/// kustomizations that led there, and a hint.
#[derive(Clone, thiserror::Error)]
pub struct Error(Box<Details>);

#[derive(Debug, Clone, Default)]
struct Details {
    message: String,
    place: Place,
    column: u32,
    file: Option<String>,
    related: Vec<Related>,
    resource: Option<String>,
    chain: Vec<Step>,
    hint: Option<String>,
}

/// Another place that belongs to an error: the first of two equal ids, say.
#[derive(Debug, Clone)]
struct Related {
    what: String,
    place: Place,
    file: Option<String>,
}

/// One link of the chain from the kustomization that was asked for to the one that failed.
#[derive(Debug, Clone)]
struct Step {
    place: Place,
    file: Option<String>,
}

impl Error {
    /// An error that says `message`: one sentence, without a full stop.
    pub fn new(message: impl Into<String>) -> Error {
        Error(Box::new(Details { message: message.into(), ..Details::default() }))
    }

    /// The sentence that says what is wrong.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The file that shows it, as the user would name it, if there is one.
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The line in that file, from 1.
    pub fn line(&self) -> Option<u32> {
        (self.0.place.line > 0).then_some(self.0.place.line)
    }

    /// The column in that line, from 1, where the reader knows it.
    pub fn column(&self) -> Option<u32> {
        (self.0.column > 0).then_some(self.0.column)
    }

    pub(crate) fn place(&self) -> Place {
        self.0.place
    }

    /// The resource concerned, as `Kind/name` with its namespace, if there is one.
    pub fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// What to do about it, if we know.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Says where the error shows. A place that is already known is kept: it is the closer one.
    #[must_use]
    pub fn at(mut self, place: Place) -> Error {
        if self.0.place == Place::default() {
            self.0.place = place;
        }
        self
    }

    /// Says which resource is concerned, unless that is known.
    #[must_use]
    pub fn in_resource(mut self, resource: impl fmt::Display) -> Error {
        if self.0.resource.is_none() {
            self.0.resource = Some(resource.to_string());
        }
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint_with(mut self, hint: impl Into<String>) -> Error {
        if self.0.hint.is_none() {
            self.0.hint = Some(hint.into());
        }
        self
    }

    /// Names another place that belongs to the error.
    #[must_use]
    pub(crate) fn related(mut self, what: impl Into<String>, place: Place) -> Error {
        if place != Place::default() {
            self.0.related.push(Related { what: what.into(), place, file: None });
        }
        self
    }

    /// Says that the error came up while following the reference at `place`, an entry of `resources`, say.
    #[must_use]
    pub(crate) fn through(mut self, place: Place) -> Error {
        if self.0.place != place {
            self.0.chain.push(Step { place, file: None });
        }
        self
    }

    /// Puts the names of the files to all places.
    pub(crate) fn locate(mut self, sources: &Sources) -> Error {
        let name = |place: Place| sources.name(place.source).map(str::to_owned);
        if self.0.file.is_none() {
            self.0.file = name(self.0.place);
        }
        for related in &mut self.0.related {
            related.file = name(related.place);
        }
        for step in &mut self.0.chain {
            step.file = name(step.place);
        }
        self
    }

    pub(crate) fn read(error: &ReadError, source: SourceId) -> Error {
        let mut result = Error::new(error.message.clone()).at(Place { source, line: error.line });
        result.0.column = error.column;
        result
    }
}

impl From<PatchError> for Error {
    fn from(error: PatchError) -> Error {
        let result = Error::new(error.message).at(error.place);
        match error.hint {
            Some(hint) => result.hint_with(hint),
            None => result,
        }
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Error {
        Error::new(error.message).at(error.place)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.message)?;
        if let Some(file) = &self.0.file {
            write!(out, "\n  --> {file}")?;
            if self.0.place.line > 0 {
                write!(out, ":{}", self.0.place.line)?;
                if self.0.column > 0 {
                    write!(out, ":{}", self.0.column)?;
                }
            }
        }
        for related in &self.0.related {
            if let Some(file) = &related.file {
                write!(out, "\n  {}: {file}:{}", related.what, related.place.line)?;
            }
        }
        if let Some(resource) = &self.0.resource {
            write!(out, "\n  in {resource}")?;
        }
        for step in &self.0.chain {
            if let Some(file) = &step.file {
                write!(out, "\n  from {file}:{}", step.place.line)?;
            }
        }
        if let Some(hint) = &self.0.hint {
            write!(out, "\n  help: {hint}")?;
        }
        Ok(())
    }
}
