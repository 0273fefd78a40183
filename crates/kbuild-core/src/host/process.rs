//! Programs that a build may ask its host to run.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::options::Cancelled;

/// A program to run: what, where, with which input, and for how long at most.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Program {
    /// The program: a path, or a name that is looked up in the `PATH`.
    pub path: PathBuf,
    /// Its arguments; no shell reads them.
    pub arguments: Vec<String>,
    /// Variables that are added to the environment of the process that builds.
    pub environment: Vec<(String, String)>,
    /// Variables that are taken out of it.
    pub removed: Vec<String>,
    /// The directory to run it in; the process's own where none is given.
    pub directory: Option<PathBuf>,
    /// What it reads on standard input.
    pub input: Vec<u8>,
    /// What is in a file that it finds under the name that is its first argument; no file and no such argument where
    /// none is given. The file is gone when the program ends.
    pub file: Option<Vec<u8>>,
    /// After how long it is stopped.
    pub time_limit: Duration,
    /// How many bytes it may print on standard output, and how many on standard error, before it is stopped.
    pub output_limit: usize,
    /// Says whether it is to be stopped before that.
    pub cancelled: Option<Cancelled>,
    /// Whether what it started may go on without it, in silence: `git` starts programs that keep passwords for a while.
    pub leaves_daemons: bool,
}

/// How a program ended.
#[derive(Clone, Debug, Default)]
pub struct Finished {
    /// Its exit status; none where a signal ended it.
    pub status: Option<i32>,
    /// What it printed on standard output.
    pub output: Vec<u8>,
    /// What it printed on standard error.
    pub errors: Vec<u8>,
}

impl Program {
    /// A program without arguments and input, with a minute and 256 MiB of output.
    pub fn new(path: impl Into<PathBuf>) -> Program {
        Program {
            path: path.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            removed: Vec::new(),
            directory: None,
            input: Vec::new(),
            file: None,
            time_limit: Duration::from_secs(60),
            output_limit: 256 << 20,
            cancelled: None,
            leaves_daemons: false,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Program {
        self.arguments.push(argument.into());
        self
    }
}

/// What a program gets to hear, and who asked for it, where the build is given up.
pub(super) fn cancelled() -> io::Error {
    io::Error::new(io::ErrorKind::Interrupted, "the build was cancelled")
}

/// The answer of a host that runs nothing.
pub(super) fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "this build may not run programs")
}
