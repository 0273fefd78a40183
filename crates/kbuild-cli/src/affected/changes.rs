//! What has changed in a working tree since a commit.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use kbuild_core::{Host, InputKind, Program};

use super::said;
use crate::machine::Machine;
use crate::report::Failure;

/// The paths that differ, from the top of the repository.
pub(super) struct Changes {
    paths: BTreeSet<PathBuf>,
}

impl Changes {
    /// What git says has changed, together with what it does not track yet.
    ///
    /// # Errors
    /// What git says.
    pub(super) fn since(host: &Machine, top: &Path, commit: &str) -> Result<Changes, Failure> {
        let changed = [
            "diff",
            "--name-only",
            "-z",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            commit,
            "--",
        ];
        let untracked = ["ls-files", "--others", "--exclude-standard", "-z", "--full-name"];
        let mut paths = BTreeSet::new();
        for arguments in [changed.as_slice(), untracked.as_slice()] {
            let listed = git(host, top, arguments)?;
            paths.extend(listed.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from));
        }
        Ok(Changes { paths })
    }

    /// The changes that an input of a build may show.
    pub(super) fn about<'a>(
        &'a self,
        path: &'a Path,
        kind: InputKind,
        has_come_or_gone: impl Fn(&Path) -> bool + 'a,
    ) -> impl Iterator<Item = &'a Path> {
        // What is in a submodule changes with it.
        let above = path.ancestors().filter_map(|path| self.paths.get(path));
        let below = self
            .paths
            .range::<Path, _>((Bound::Excluded(path), Bound::Unbounded))
            .take_while(move |changed| changed.starts_with(path))
            .filter(move |changed| {
                match changed.strip_prefix(path).map(|rest| rest.iter().next()) {
                    // The names in a folder are what counts, not what they hold.
                    Ok(Some(name)) if kind == InputKind::Folder => {
                        has_come_or_gone(&path.join(name))
                    }
                    _ => true,
                }
            });
        above.chain(below).map(PathBuf::as_path)
    }
}

/// What git prints in a folder.
///
/// # Errors
/// What git says.
pub(super) fn git(host: &Machine, folder: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let mut program = Program::new("git");
    // Nothing that the repository's own configuration names is run.
    let all = ["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"].iter().chain(arguments);
    program.arguments = all.map(|&argument| argument.to_owned()).collect();
    program.directory = Some(folder.to_owned());
    program.environment.push(("GIT_OPTIONAL_LOCKS".to_owned(), "0".to_owned()));
    program.environment.push(("LC_ALL".to_owned(), "C".to_owned()));
    // A hook passes on what is about its own repository.
    let foreign = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE"];
    program.removed = foreign.map(str::to_owned).to_vec();
    let finished =
        host.run(&program).map_err(|error| said(format!("git cannot be run: {error}")))?;
    if finished.status != Some(0) {
        let errors = String::from_utf8_lossy(&finished.errors);
        return Err(said(format!("git: {}", errors.trim().trim_start_matches("fatal: "))));
    }
    // A name that is not UTF-8 is none that a kustomization can write.
    Ok(String::from_utf8_lossy(&finished.output).into_owned())
}
