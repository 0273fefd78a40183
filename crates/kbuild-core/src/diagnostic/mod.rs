//! One thing that is to be said of a build: an error or a warning, where it shows, and what to do about it.

mod span;

use std::fmt;

use kbuild_yaml::Place;

use crate::code::Code;
use crate::host::Host;
pub use span::Span;
pub(crate) use span::Texts;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The build succeeds all the same.
    Warning,
    /// The build cannot be done.
    Error,
}

/// An error or a warning: one cause, the place that shows it, and a way out.
///
/// `Display` prints all of it on several lines: the message, the file and line, related places, the resource, the chain
/// of kustomizations that led there, and a hint.
#[derive(Clone)]
pub struct Diagnostic(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    severity: Severity,
    code: Code,
    message: String,
    at: Spot,
    related: Vec<Related>,
    resource: Option<String>,
    chain: Vec<Spot>,
    hint: Option<String>,
}

/// Another place that belongs to a diagnostic: the first of two equal ids, say.
#[derive(Debug, Clone)]
pub struct Related {
    what: String,
    at: Spot,
}

impl Related {
    /// What is there.
    pub fn message(&self) -> &str {
        &self.what
    }

    /// Where it is.
    pub fn span(&self) -> Option<&Span> {
        self.at.span.as_ref()
    }
}

/// A place, and what is known of it once the names and texts of the files have been looked up.
#[derive(Debug, Clone, Default)]
struct Spot {
    place: Place,
    /// The column, from 1, where the reader knows it.
    column: u32,
    /// The part of the line that matters, where it is known.
    mark: Option<String>,
    span: Option<Span>,
}

impl Spot {
    fn at(place: Place) -> Spot {
        Spot { place, ..Spot::default() }
    }

    fn locate(&mut self, texts: &mut Texts) {
        if self.span.is_none() {
            self.span = texts.span(self.place, self.column, self.mark.as_deref());
        }
    }
}

impl Diagnostic {
    pub(crate) fn new(severity: Severity, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic(Box::new(Details {
            severity,
            code,
            message: message.into(),
            at: Spot::default(),
            related: Vec::new(),
            resource: None,
            chain: Vec::new(),
            hint: None,
        }))
    }

    pub(crate) fn warning(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.0.severity
    }

    /// The code, which stays the same when the message is put in other words.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The sentence that says what is wrong.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The place that shows it, if there is one.
    pub fn span(&self) -> Option<&Span> {
        self.0.at.span.as_ref()
    }

    /// The file that shows it, as the user would name it, if there is one.
    pub fn file(&self) -> Option<&str> {
        self.span().map(Span::file)
    }

    /// The line in that file, from 1.
    pub fn line(&self) -> Option<u32> {
        self.span().and_then(Span::line)
    }

    /// The column in that line, from 1, in characters.
    pub fn column(&self) -> Option<u32> {
        self.span().and_then(Span::column)
    }

    /// Other places that belong to it.
    pub fn related(&self) -> &[Related] {
        &self.0.related
    }

    /// The resource concerned, as `Kind/name` with its namespace, if there is one.
    pub fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// The references that were followed to get there, the innermost first: entries of `resources`, say.
    pub fn chain(&self) -> impl Iterator<Item = &Span> {
        self.0.chain.iter().filter_map(|step| step.span.as_ref())
    }

    /// What to do about it, if we know.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    pub(crate) fn place(&self) -> Place {
        self.0.at.place
    }

    /// Says where it shows. A place that is already known is kept: it is the closer one.
    #[must_use]
    pub(crate) fn at(mut self, place: Place) -> Diagnostic {
        if self.0.at.place == Place::default() {
            self.0.at.place = place;
        }
        self
    }

    #[must_use]
    pub(crate) fn column_at(mut self, column: u32) -> Diagnostic {
        self.0.at.column = column;
        self
    }

    /// Says which part of the line matters.
    #[must_use]
    pub(crate) fn mark(mut self, text: impl Into<String>) -> Diagnostic {
        self.0.at.mark.get_or_insert_with(|| text.into());
        self
    }

    #[must_use]
    pub(crate) fn in_resource(mut self, resource: impl fmt::Display) -> Diagnostic {
        self.0.resource.get_or_insert_with(|| resource.to_string());
        self
    }

    #[must_use]
    pub(crate) fn hint_with(mut self, hint: impl Into<String>) -> Diagnostic {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Names another place that belongs to it.
    #[must_use]
    pub(crate) fn related_to(mut self, what: impl Into<String>, place: Place) -> Diagnostic {
        if place != Place::default() {
            self.0.related.push(Related { what: what.into(), at: Spot::at(place) });
        }
        self
    }

    /// Says that it came up while following the reference at `place`, an entry of `resources`, say.
    #[must_use]
    pub(crate) fn through(mut self, place: Place) -> Diagnostic {
        // What shows nowhere, such as a file that is not there, shows where it is named.
        if self.0.at.place == Place::default() {
            self.0.at.place = place;
        } else if self.0.at.place != place {
            self.0.chain.push(Spot::at(place));
        }
        self
    }

    /// Puts the message in other words.
    #[must_use]
    pub(crate) fn reworded(mut self, words: impl FnOnce(&str) -> String) -> Diagnostic {
        self.0.message = words(&self.0.message);
        self
    }

    #[must_use]
    pub(crate) fn with_severity(mut self, severity: Severity) -> Diagnostic {
        self.0.severity = severity;
        self
    }

    /// Looks up the names and texts of all places.
    pub(crate) fn locate(&mut self, texts: &mut Texts) {
        self.0.at.locate(texts);
        self.0.related.iter_mut().for_each(|related| related.at.locate(texts));
        self.0.chain.iter_mut().for_each(|step| step.locate(texts));
    }

    /// Reads the lines of all places, where that has not been done.
    pub(crate) fn read_lines(&mut self, host: &dyn Host) {
        let others = self.0.related.iter_mut().map(|related| &mut related.at);
        for spot in others.chain(&mut self.0.chain).chain([&mut self.0.at]) {
            if let Some(span) = &mut spot.span {
                span.read(host, spot.mark.as_deref());
            }
        }
    }

    /// True for what says the same of the same place.
    pub(crate) fn is_same(&self, other: &Diagnostic) -> bool {
        let (one, other) = (&self.0, &other.0);
        one.code == other.code && one.at.place == other.at.place && one.message == other.message
    }
}

impl fmt::Debug for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0.message)?;
        if let Some(span) = self.span() {
            write!(out, "\n  --> {span}")?;
        }
        for related in &self.0.related {
            if let Some(span) = related.span() {
                write!(out, "\n  {}: {}", related.what, span.file_and_line())?;
            }
        }
        if let Some(resource) = &self.0.resource {
            write!(out, "\n  in {resource}")?;
        }
        for step in self.chain() {
            write!(out, "\n  from {}", step.file_and_line())?;
        }
        if let Some(hint) = &self.0.hint {
            write!(out, "\n  help: {hint}")?;
        }
        Ok(())
    }
}
