//! Runs git on a repository, to read from it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::host::process::Program;
use crate::host::run::run;

/// What a process that runs within a repository, a hook, say, passes on about that repository.
pub(super) const FOREIGN_VARIABLES: [&str; 5] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE"];

/// Nobody is there to answer, and nothing is to be got from other machines.
pub(super) const VARIABLES: [(&str, &str); 3] =
    [("GIT_TERMINAL_PROMPT", "0"), ("GIT_NO_LAZY_FETCH", "1"), ("LC_ALL", "C")];

/// How long git may take to find a revision and to list its files.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A repository, and the program that knows what is in it.
#[derive(Clone, Debug)]
pub(super) struct Git {
    pub(super) repository: PathBuf,
}

impl Git {
    pub(super) fn new(repository: &Path) -> Git {
        Git { repository: repository.to_owned() }
    }

    /// What git prints, where it succeeds.
    pub(super) fn output(&self, arguments: &[&str]) -> io::Result<Vec<u8>> {
        let finished = run(&self.program(arguments)).map_err(|error| not_run(&error))?;
        if finished.status == Some(0) {
            return Ok(finished.output);
        }
        let errors = String::from_utf8_lossy(&finished.errors);
        let said = errors.trim().trim_start_matches("fatal: ");
        Err(io::Error::other(format!("git {}: {said}", arguments.join(" "))))
    }

    /// The line that git prints; none where it fails without a word.
    pub(super) fn line(&self, arguments: &[&str]) -> io::Result<Option<String>> {
        let finished = run(&self.program(arguments)).map_err(|error| not_run(&error))?;
        let errors = String::from_utf8_lossy(&finished.errors);
        match errors.trim() {
            _ if finished.status == Some(0) => {
                Ok(Some(String::from_utf8_lossy(&finished.output).trim().to_owned()))
            }
            "" => Ok(None),
            said => Err(io::Error::other(said.trim_start_matches("fatal: ").to_owned())),
        }
    }

    fn program(&self, arguments: &[&str]) -> Program {
        let mut program = Program::new("git");
        program.arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        program.directory = Some(self.repository.clone());
        program.removed = FOREIGN_VARIABLES.map(str::to_owned).to_vec();
        program.environment =
            VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        program.time_limit = TIME_LIMIT;
        program
    }
}

fn not_run(error: &io::Error) -> io::Error {
    let message = match error.kind() {
        io::ErrorKind::NotFound => {
            "there is no such repository, or no git in the PATH to read it with".to_owned()
        }
        _ => format!("git cannot be run: {error}"),
    };
    io::Error::new(error.kind(), message)
}
