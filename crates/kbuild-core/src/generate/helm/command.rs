//! Runs helm: in a configuration home of its own, within limits, and with what it says where it fails.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::{Finished, Program, TemporaryFolder};
use crate::kustomization::HelmGlobals;

/// How long one run of helm may take. A chart may have to be pulled from far away.
const TIME_LIMIT: Duration = Duration::from_secs(300);

/// How many lines of what helm says where it fails an error shows: the last ones say most.
const MAX_LINES: usize = 100;
/// How much of each.
const MAX_LINE: usize = 2000;

/// The versions of helm whose command line this speaks.
const VERSIONS: [&str; 2] = ["3", "4"];

/// Helm, and the temporary folder that it works with.
pub(super) struct Helm {
    command: String,
    config_home: String,
    folder: TemporaryFolder,
    debug: bool,
}

impl Helm {
    /// Makes a temporary folder for helm.
    ///
    /// # Errors
    /// No program is named, or the folder cannot be made.
    pub(super) fn new(build: &Build, globals: &HelmGlobals, debug: bool) -> Result<Helm, Error> {
        let command = build.options.helm.command.clone();
        if command.is_empty() {
            return Err(Error::new(Code::NO_HELM, "the name of the helm program is empty")
                .hint_with("name it with --helm-command"));
        }
        let folder = build.host.temporary_folder().map_err(|error| {
            Error::new(Code::HELM_FAILED, format!("there is no temporary folder for helm: {error}"))
        })?;
        let config_home = match globals.config_home.is_empty() {
            true => folder.path().join("helm").display().to_string(),
            false => globals.config_home.to_string(),
        };
        Ok(Helm { command, config_home, folder, debug })
    }

    /// Checks that it is a version whose command line this speaks.
    ///
    /// # Errors
    /// It is not, or does not say.
    pub(super) fn check_version(&self, build: &Build) -> Result<(), Error> {
        let output = self.run(build, vec!["version".to_owned(), "--short".to_owned()])?;
        let output = String::from_utf8_lossy(&output);
        let Some(version) = version(&output) else {
            let said: String = output.trim().chars().take(MAX_LINE).collect();
            let message =
                format!("{} does not say which version of helm it is: {said}", self.command);
            return Err(Error::new(Code::WRONG_HELM, message)
                .hint_with("name the helm program with --helm-command"));
        };
        let major = version.split('.').next().unwrap_or_default();
        if VERSIONS.contains(&major) {
            return Ok(());
        }
        Err(Error::new(
            Code::WRONG_HELM,
            format!("{} is helm {version}, and helm 3 or 4 is needed", self.command),
        )
        .hint_with("name another helm program with --helm-command"))
    }

    /// Puts values into a file that helm can read.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write_values(&self, chart: &str, values: &[u8]) -> Result<PathBuf, Error> {
        // The name of a chart may be a path.
        let name = format!("{}-kustomize-values.yaml", chart.replace(['/', '\\'], "-"));
        self.folder.write(&name, values).map_err(|error| {
            Error::new(Code::HELM_FAILED, format!("the values for helm cannot be written: {error}"))
        })
    }

    /// Runs helm and gives what it prints.
    ///
    /// # Errors
    /// It cannot be run, goes over its limits, or fails.
    pub(super) fn run(&self, build: &Build, arguments: Vec<String>) -> Result<Vec<u8>, Error> {
        let mut program = Program::new(&self.command);
        program.arguments = arguments;
        program.time_limit = TIME_LIMIT;
        program.environment = [("CONFIG", ""), ("CACHE", "/.cache"), ("DATA", "/.data")]
            .map(|(name, below)| {
                (format!("HELM_{name}_HOME"), format!("{}{below}", self.config_home))
            })
            .to_vec();
        let shown = format!("{} {}", self.command, program.arguments.join(" "));
        match build.host.run(&program) {
            Ok(finished) if finished.status == Some(0) => Ok(finished.output),
            Ok(finished) => Err(self.failed(&shown, &finished)),
            Err(error) => Err(self.not_run(&shown, &error)),
        }
    }

    fn failed(&self, shown: &str, finished: &Finished) -> Error {
        let how = match finished.status {
            Some(status) => format!("exits with status {status}"),
            None => "is ended by a signal".to_owned(),
        };
        let mut message = format!("`{shown}` {how}");
        let mut add = |said: &[u8]| {
            let end = said.trim_ascii_end();
            let start = end.len().saturating_sub(MAX_LINES * MAX_LINE);
            let said = String::from_utf8_lossy(end.get(start..).unwrap_or_default());
            let lines: Vec<&str> = said.lines().collect();
            let from = lines.len().saturating_sub(MAX_LINES);
            for line in lines.get(from..).unwrap_or_default() {
                message.push_str("\n    ");
                message.extend(line.chars().take(MAX_LINE));
            }
        };
        add(&finished.errors);
        if self.debug {
            add(&finished.output);
        }
        Error::new(Code::HELM_FAILED, message)
    }

    fn not_run(&self, shown: &str, error: &io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::NotFound => Error::new(
                Code::NO_HELM,
                format!("there is no program {} to inflate charts with", self.command),
            )
            .hint_with("install helm, or name it with --helm-command"),
            _ => Error::new(
                Code::HELM_FAILED,
                format!("`{shown}` cannot be run to its end: {error}"),
            ),
        }
    }
}

/// The first text that looks like a version: numbers with dots between them, at least two.
fn version(text: &str) -> Option<&str> {
    let length = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text;
    loop {
        rest = rest.get(rest.find(|letter: char| letter.is_ascii_digit())?..)?;
        let mut end = length(rest);
        let first = end;
        while let Some(more) = rest
            .get(end..)
            .and_then(|rest| rest.strip_prefix('.'))
            .map(length)
            .filter(|more| *more > 0)
        {
            end += 1 + more;
        }
        if end > first {
            return rest.get(..end);
        }
        rest = rest.get(first..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_found() {
        assert_eq!(version("v3.17.3+ge4da497\n"), Some("3.17.3"));
        assert_eq!(version("WARNING: 2 files\nv4.0.0-rc.1"), Some("4.0.0"));
        assert_eq!(version("Client: &version.Version{SemVer:\"v2.16.1\""), Some("2.16.1"));
        assert_eq!(version("helm 3"), None);
        assert_eq!(version("3. "), None);
    }
}
