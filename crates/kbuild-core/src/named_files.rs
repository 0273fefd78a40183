//! The files that a build reads and the folders that it builds: kept where files are looked for that nobody names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kbuild_yaml::Place;

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::host::{Host, PathKind};
use crate::source::Sources;

/// Files whose names end so hold YAML.
const ENDINGS: [&str; 2] = [".yaml", ".yml"];

/// Files that nobody has to name.
const KNOWN: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "kbuild.yaml"];

/// What was read so far; nothing where nobody asks for it.
#[derive(Debug, Default)]
pub(crate) struct NamedFiles(Option<RefCell<Named>>);

#[derive(Debug, Default)]
struct Named {
    files: BTreeSet<PathBuf>,
    /// Folders on this machine, as they are read and as they are shown.
    folders: BTreeMap<PathBuf, PathBuf>,
}

impl NamedFiles {
    pub(crate) fn new(wanted: bool) -> NamedFiles {
        NamedFiles(wanted.then(RefCell::default))
    }

    /// Notes that a file is read.
    pub(crate) fn note_file(&self, path: impl FnOnce() -> PathBuf) {
        if let Some(named) = &self.0 {
            named.borrow_mut().files.insert(path());
        }
    }

    /// Notes that the kustomization of a folder is built.
    pub(crate) fn note_folder(&self, folder: &Path, shown: &Path) {
        if let Some(named) = &self.0 {
            let folders = &mut named.borrow_mut().folders;
            folders.entry(folder.to_owned()).or_insert_with(|| shown.to_owned());
        }
    }

    /// A warning for each file that nobody names.
    pub(crate) fn warnings(&self, host: &dyn Host, sources: &mut Sources) -> Vec<Diagnostic> {
        let Some(named) = &self.0 else { return Vec::new() };
        let named = named.borrow();
        let mut files = BTreeSet::new();
        for file in &named.files {
            files.insert(host.canonicalize(file).unwrap_or_else(|_| file.clone()));
        }
        let mut warnings = Vec::new();
        for (folder, shown) in &named.folders {
            for name in host.list(folder) {
                let is_yaml = ENDINGS.iter().any(|ending| name.ends_with(ending));
                if !is_yaml || name.starts_with('.') || KNOWN.contains(&name.as_str()) {
                    continue;
                }
                let path = folder.join(&name);
                let real = host.canonicalize(&path).unwrap_or_else(|_| path.clone());
                if host.kind(&path) != PathKind::File || files.contains(&real) {
                    continue;
                }
                let source = sources.add(crate::path::join(shown, &name).display().to_string());
                let message = format!("no kustomization of this build names {name}");
                let warning = Diagnostic::warning(Code::UNNAMED_FILE, message);
                warnings.push(
                    warning
                        .at(Place { source, line: 0 })
                        .hint_with("name it under resources, or take it out of the folder"),
                );
            }
        }
        warnings
    }
}
