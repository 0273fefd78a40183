//! A repository as it is at one revision, fetched by `git` into a temporary folder.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use super::RepositorySpec;
use super::without_password;
use crate::code::Code;
use crate::error::Error;
use crate::host::{self, Finished, Host, Program, TemporaryFolder};

/// What a process that runs within a repository, a hook, say, passes on about that repository. It is not ours.
const FOREIGN_VARIABLES: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// How much of what git says is passed on.
const MAX_SAID: usize = 2000;

/// The files of a repository. They are gone when this is.
#[derive(Debug)]
pub(super) struct Checkout {
    /// The topmost folder, links resolved.
    pub(super) root: PathBuf,
    _folder: TemporaryFolder,
}

impl Checkout {
    /// Fetches the one revision, without its history.
    ///
    /// # Errors
    /// Why it cannot be cloned. Several URLs may ask for one revision, so the error leaves it open which of them it is about.
    pub(super) fn new(host: &dyn Host, spec: &RepositorySpec) -> Result<Checkout, Error> {
        let failed = |why: &dyn Display| Error::new(Code::CLONE_FAILED, why.to_string());
        if spec.reference.starts_with('-') || spec.reference.contains(':') {
            return Err(failed(&format_args!("{} is no branch, tag or commit", spec.reference)));
        }
        let server = spec.server();
        if host::is_off_limits(server) {
            let network = "an address of this machine's own network";
            return Err(failed(&format_args!("{server} is {network}")));
        }
        let folder = host.temporary_folder().map_err(|error| failed(&error))?;
        let root = host.canonicalize(folder.path()).map_err(|error| failed(&error))?;
        let git = Git { host, spec, directory: &root };
        git.run(&["init", "--quiet"])?;
        // Submodules with relative URLs are relative to this one.
        git.run(&["remote", "add", "--", "origin", &spec.repository])?;
        git.run(&["fetch", "--quiet", "--depth=1", "--", &spec.repository, spec.revision()])?;
        git.run(&["checkout", "--quiet", "FETCH_HEAD"])?;
        if spec.submodules {
            git.run(&["submodule", "--quiet", "update", "--init", "--recursive"])?;
        }
        Ok(Checkout { root, _folder: folder })
    }
}

/// Runs git on behalf of a repository.
struct Git<'a> {
    host: &'a dyn Host,
    spec: &'a RepositorySpec,
    directory: &'a Path,
}

impl Git<'_> {
    fn run(&self, arguments: &[&str]) -> Result<(), Error> {
        let mut program = Program::new("git");
        // Git takes URLs that name a program to run. A submodule must not have one, whatever the machine allows.
        let settings = ["protocol.ext.allow=never", "advice.detachedHead=false"];
        // Nobody tidies up what is gone soon.
        let settings = settings.iter().chain(&["maintenance.auto=false", "gc.auto=0"]);
        program.arguments = settings
            .flat_map(|setting| ["-c", setting])
            .chain(arguments.iter().copied())
            .map(str::to_owned)
            .collect();
        // Nobody is there to answer.
        program.environment.push(("GIT_TERMINAL_PROMPT".to_owned(), "0".to_owned()));
        program.removed = FOREIGN_VARIABLES.map(str::to_owned).to_vec();
        program.directory = Some(self.directory.to_path_buf());
        program.time_limit = self.spec.time_limit;
        program.leaves_daemons = true;
        match self.host.run(&program) {
            Ok(Finished { status: Some(0), .. }) => Ok(()),
            Ok(finished) => Err(self.failed(arguments, &said(&finished))),
            Err(error) => Err(self.not_run(arguments, &error)),
        }
    }

    fn failed(&self, arguments: &[&str], what: &str) -> Error {
        let tried = format!("git {}", arguments.join(" "));
        let repository = &self.spec.repository;
        let message = format!("\"{tried}\": {what}");
        Error::new(Code::CLONE_FAILED, message.replace(repository, &without_password(repository)))
    }

    fn not_run(&self, arguments: &[&str], error: &io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::NotFound => Error::new(Code::NO_GIT, "there is no git")
                .hint_with("install git, and see that the PATH leads to it"),
            io::ErrorKind::TimedOut => self.failed(arguments, &error.to_string()).hint_with(
                "give it more time with ?timeout=120s, or see whether git waits for a password",
            ),
            io::ErrorKind::PermissionDenied => Error::new(Code::CLONE_FAILED, error.to_string()),
            _ => self.failed(arguments, &error.to_string()),
        }
    }
}

/// What git said, in one line.
fn said(finished: &Finished) -> String {
    let errors = String::from_utf8_lossy(&finished.errors);
    let lines =
        errors.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let said: String = lines.collect::<Vec<_>>().join("; ").chars().take(MAX_SAID).collect();
    match (said.is_empty(), finished.status) {
        (false, _) => said,
        (true, Some(status)) => format!("exit status {status}"),
        (true, None) => "it was killed".to_owned(),
    }
}
