//! What a build has to say though it succeeded.

use std::fmt;

/// A warning: one sentence and where it applies. `Display` prints it as the reference does: `# Warning: …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    message: String,
    file: Option<String>,
    line: u32,
}

impl Warning {
    pub(crate) fn new(message: String, file: Option<String>, line: u32) -> Warning {
        Warning { message, file, line }
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file that it is about, if there is one.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The line in that file, from 1.
    pub fn line(&self) -> Option<u32> {
        (self.line > 0).then_some(self.line)
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "# Warning: {}", self.message)
    }
}
