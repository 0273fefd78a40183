//! Why a build was refused.

use std::fmt;

use kbuild_yaml::{Place, ReadError, ReadErrorKind, SourceId, WriteError};

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Severity, Texts};
use crate::host::Host;
use crate::patch::PatchError;
use crate::source::Sources;

/// Why a build was refused: one [`Diagnostic`], or several that have nothing to do with each other.
///
/// `Display` prints all of them, with an empty line between two.
#[derive(Clone)]
pub struct Error {
    first: Diagnostic,
    others: Vec<Diagnostic>,
}

impl std::error::Error for Error {}

impl Error {
    /// An error that says `message`: one sentence, without a full stop.
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Diagnostic::new(Severity::Error, code, message).into()
    }

    /// All that is wrong, in the order in which it was found. There is at least one.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// True where so much is wrong that nobody looked for more: the diagnostics are what was found first.
    pub fn is_full(&self) -> bool {
        self.others.len() >= MAX_OTHERS
    }

    /// The first thing that is wrong.
    pub fn first(&self) -> &Diagnostic {
        &self.first
    }

    /// The sentence that says what is wrong first.
    pub fn message(&self) -> &str {
        self.first.message()
    }

    /// The code of what is wrong first.
    pub fn code(&self) -> Code {
        self.first.code()
    }

    /// The file that shows it, as the user would name it, if there is one.
    pub fn file(&self) -> Option<&str> {
        self.first.file()
    }

    /// The line in that file, from 1.
    pub fn line(&self) -> Option<u32> {
        self.first.line()
    }

    /// What to do about it, if we know.
    pub fn hint(&self) -> Option<&str> {
        self.first.hint()
    }

    /// The same with the lines that it is about, where it came up when no host was at hand: [`Rendered::to_yaml`] and others
    /// that print know files and numbers of lines alone.
    ///
    /// [`Rendered::to_yaml`]: crate::Rendered::to_yaml
    #[must_use]
    pub fn with_lines(mut self, host: &dyn Host) -> Error {
        std::iter::once(&mut self.first)
            .chain(&mut self.others)
            .for_each(|diagnostic| diagnostic.read_lines(host));
        self
    }

    /// Warnings as errors: what they say is no less true.
    pub(crate) fn from_warnings(warnings: &[Diagnostic]) -> Option<Error> {
        let mut errors = warnings.iter().cloned().map(Error::from);
        let first = errors.next()?;
        Some(errors.fold(first, Error::and))
    }

    pub(crate) fn place(&self) -> Place {
        self.first.place()
    }

    /// Says where the error shows. A place that is already known is kept: it is the closer one.
    #[must_use]
    pub fn at(self, place: Place) -> Error {
        self.each(|diagnostic| diagnostic.at(place))
    }

    /// Says which part of the line matters.
    #[must_use]
    pub(crate) fn mark(self, text: impl Into<String>) -> Error {
        let text = text.into();
        self.each(|diagnostic| diagnostic.mark(&*text))
    }

    /// Says which resource is concerned, unless that is known.
    #[must_use]
    pub fn in_resource(self, resource: impl fmt::Display) -> Error {
        self.each(|diagnostic| diagnostic.in_resource(&resource))
    }

    /// Says what to do.
    #[must_use]
    pub fn hint_with(self, hint: impl Into<String>) -> Error {
        let hint = hint.into();
        self.each(|diagnostic| diagnostic.hint_with(&*hint))
    }

    /// Names another place that belongs to the error.
    #[must_use]
    pub(crate) fn related(self, what: impl Into<String>, place: Place) -> Error {
        Error { first: self.first.related_to(what, place), others: self.others }
    }

    /// Says that the error came up while following the reference at `place`, an entry of `resources`, say.
    #[must_use]
    pub(crate) fn through(self, place: Place) -> Error {
        self.each(|diagnostic| diagnostic.through(place))
    }

    /// Puts the messages in other words.
    #[must_use]
    pub(crate) fn reworded(self, words: impl Fn(&str) -> String) -> Error {
        self.each(|diagnostic| diagnostic.reworded(&words))
    }

    /// The first error, at another place: the text that it came up in has lines that nobody sees.
    #[must_use]
    pub(crate) fn moved_to(self, place: Place) -> Error {
        let moved = Error::new(self.code(), self.message()).at(place);
        match self.hint() {
            Some(hint) => moved.hint_with(hint),
            None => moved,
        }
    }

    /// This and another error that has nothing to do with it. What is there already is not said again.
    #[must_use]
    pub(crate) fn and(mut self, other: Error) -> Error {
        for diagnostic in std::iter::once(other.first).chain(other.others) {
            if !self.is_full() && !self.diagnostics().any(|it| it.is_same(&diagnostic)) {
                self.others.push(diagnostic);
            }
        }
        self
    }

    /// Puts the names of the files to all places, and, where there is a host to read them from, the lines.
    pub(crate) fn locate(mut self, sources: &Sources, host: Option<&dyn Host>) -> Error {
        let mut texts = Texts::new(sources, host);
        self.first.locate(&mut texts);
        self.others.iter_mut().for_each(|diagnostic| diagnostic.locate(&mut texts));
        self
    }

    pub(crate) fn read(error: &ReadError, source: SourceId) -> Error {
        let code = match error.kind {
            ReadErrorKind::NotText => Code::NOT_TEXT,
            ReadErrorKind::Tab => Code::TAB,
            ReadErrorKind::DuplicateKey => Code::DUPLICATE_KEY,
            ReadErrorKind::BadKey | ReadErrorKind::NonStringKey => Code::BAD_KEY,
            ReadErrorKind::BadAlias => Code::BAD_ALIAS,
            ReadErrorKind::BadTag => Code::BAD_TAG,
            ReadErrorKind::TooLarge => Code::TOO_LARGE,
            _ => Code::NOT_YAML,
        };
        let diagnostic = Diagnostic::new(Severity::Error, code, error.message.clone())
            .at(Place { source, line: error.line })
            .column_at(error.column);
        let diagnostic = match error.other_line.filter(|line| *line != error.line) {
            Some(line) => {
                let what = match error.kind {
                    ReadErrorKind::DuplicateKey => "the first one",
                    _ => "it begins here",
                };
                diagnostic.related_to(what, Place { source, line })
            }
            None => diagnostic,
        };
        match error.kind {
            ReadErrorKind::BadKey => {
                diagnostic.hint_with("a text that begins with { or [ must stand in quotes")
            }
            ReadErrorKind::NotText => diagnostic.hint_with(
                "what is to be part of a ConfigMap is named under files of a configMapGenerator",
            ),
            _ => diagnostic,
        }
        .into()
    }

    fn each(self, change: impl Fn(Diagnostic) -> Diagnostic) -> Error {
        let others = if self.others.is_empty() {
            Vec::new()
        } else {
            self.others.into_iter().map(&change).collect()
        };
        Error { first: change(self.first), others }
    }
}

/// More errors than this, and nobody reads them.
const MAX_OTHERS: usize = 49;

/// Errors that have nothing to do with each other, on the way.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    error: Option<Error>,
    /// How many came up, those included that say the same.
    count: usize,
}

impl Errors {
    /// What a result holds, if it is no error.
    pub(crate) fn take<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(error);
                None
            }
        }
    }

    /// True once there are so many that nobody reads more of them. What is wrong with a large tree may cost a search each, so
    /// whoever gathers errors stops then.
    pub(crate) fn is_full(&self) -> bool {
        self.count > MAX_OTHERS
    }

    pub(crate) fn add(&mut self, error: Error) {
        self.count += 1;
        self.error = Some(match self.error.take() {
            Some(known) => known.and(error),
            None => error,
        });
    }

    /// What a result holds, or nothing if it is an error.
    pub(crate) fn or_default<T: Default>(&mut self, result: Result<T, Error>) -> T {
        self.take(result).unwrap_or_default()
    }

    /// All of them as one.
    ///
    /// # Errors
    /// There was one.
    pub(crate) fn finish(self) -> Result<(), Error> {
        self.error.map_or(Ok(()), Err)
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Error {
        Error { first: diagnostic.with_severity(Severity::Error), others: Vec::new() }
    }
}

impl From<PatchError> for Error {
    fn from(error: PatchError) -> Error {
        let result = Error::new(error.code, error.message).at(error.place);
        match error.hint {
            Some(hint) => result.hint_with(hint),
            None => result,
        }
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Error {
        Error::new(Code::NOT_WRITABLE, error.message).at(error.place)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.diagnostics()).finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics().enumerate() {
            write!(out, "{}{diagnostic}", if index == 0 { "" } else { "\n\n" })?;
        }
        if self.is_full() {
            write!(out, "\n\nthese errors came up first, and there may be more")?;
        }
        Ok(())
    }
}
