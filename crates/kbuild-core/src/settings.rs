//! `kbuild.yaml` in a repository: what holds for the builds below it.

use std::path::Path;

use kbuild_yaml::{Dialect, Place, read_documents};

use crate::code::Code;
use crate::error::{Error, Errors};
use crate::host::{Host, Input, PathKind, Recorder};
use crate::kustomization::{self, Fields};
use crate::options::Options;
use crate::path::join;
use crate::source::Sources;

/// The name of the file.
const FILE_NAME: &str = "kbuild.yaml";

/// Nothing above a folder with this in it belongs to the same repository.
const REPOSITORY: &str = ".git";

const FIELDS: &[&str] = &["strict", "allow", "unnamedFiles"];

/// What a `kbuild.yaml` says.
///
/// ```
/// use kbuild_core::{MemoryHost, Options, Settings, render};
///
/// let host = MemoryHost::from_iter([
///     (".git/HEAD", "ref: refs/heads/main\n"),
///     ("kbuild.yaml", "strict: true\n"),
///     ("app/kustomization.yaml", "resources: [cm.yaml]\nimages: [{name: nginx, newTag: '1'}]\n"),
///     ("app/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n"),
/// ]);
/// let mut options = Options::default();
/// if let Some(settings) = Settings::find(&host, "app")? {
///     settings.set(&mut options);
/// }
/// let refused = render(&host, "app", &options).unwrap_err();
/// assert_eq!(refused.code().to_string(), "KB3003");
/// # Ok::<(), kbuild_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Makes errors of all warnings.
    pub strict: bool,
    /// The codes of warnings that nobody wants to hear of.
    pub allow: Vec<Code>,
    /// Looks for YAML files that no kustomization names.
    pub unnamed_files: bool,
}

impl Settings {
    /// Reads the nearest `kbuild.yaml` in `directory` or above it, up to the root of the repository: the folder that holds
    /// `.git`. In no repository, only `directory` itself is looked at: others may write into the folders above it. There need
    /// not be one.
    ///
    /// # Errors
    /// It cannot be read or understood.
    pub fn find(host: &dyn Host, directory: impl AsRef<Path>) -> Result<Option<Settings>, Error> {
        let directory = directory.as_ref();
        let Ok(root) = host.canonicalize(directory) else { return Ok(None) };
        let is_top = |folder: &Path| host.kind(&folder.join(REPOSITORY)) != PathKind::Missing;
        let above = root.ancestors().position(is_top).unwrap_or(0);
        let mut shown = directory.to_owned();
        for folder in root.ancestors().take(above + 1) {
            let path = folder.join(FILE_NAME);
            if host.kind(&path) == PathKind::File {
                let shown = join(&shown, FILE_NAME).display().to_string();
                return read(host, &path, shown).map(Some);
            }
            shown = join(&shown, "..");
        }
        Ok(None)
    }

    /// What [`Settings::find`] reads, and where it looks for something and finds nothing.
    pub fn inputs(host: &dyn Host, directory: impl AsRef<Path>) -> Vec<Input> {
        let options = Options { inputs: true, ..Options::default() };
        let recorder = Recorder::new(host, &options);
        // One that cannot be understood is read all the same.
        let _ = Settings::find(&recorder, directory);
        recorder.into_inputs()
    }

    /// Adds the settings to options. What these say already stays.
    pub fn set(&self, options: &mut Options) {
        options.strict |= self.strict;
        options.warnings.unnamed_files |= self.unnamed_files;
        options.warnings.allow.extend(&self.allow);
    }
}

fn read(host: &dyn Host, path: &Path, shown: String) -> Result<Settings, Error> {
    let content = host.read(path).map_err(|error| {
        Error::new(Code::CANNOT_READ, format!("{shown} cannot be read: {error}"))
    })?;
    let mut sources = Sources::default();
    let source = sources.add(shown);
    let settings = read_documents(&content, source, Dialect::Config)
        .map_err(|error| Error::read(&error, source))
        .and_then(|documents| match documents.first() {
            Some(document) => parse(kustomization::Input::kustomization(document)),
            None => Ok(Settings::default()),
        });
    settings.map_err(|error| error.at(Place { source, line: 0 }).locate(&sources, Some(host)))
}

fn parse(document: kustomization::Input) -> Result<Settings, Error> {
    let mut errors = Errors::default();
    let fields = Fields::matched(document, FILE_NAME, FIELDS, &mut errors)?;
    let mut settings = Settings {
        strict: errors.or_default(fields.bool("strict")),
        unnamed_files: errors.or_default(fields.bool("unnamedFiles")),
        allow: Vec::new(),
    };
    for text in errors.or_default(fields.texts("allow")) {
        match text.text.parse::<Code>() {
            Ok(code) if code.is_warning() => settings.allow.push(code),
            Ok(code) => errors.add(
                Error::new(
                    Code::BAD_SETTINGS,
                    format!("{code} is an error, and only warnings can be allowed"),
                )
                .at(text.place)
                .mark(&*text.text),
            ),
            Err(unknown) => errors.add(
                Error::new(Code::BAD_SETTINGS, unknown.to_string())
                    .at(text.place)
                    .mark(&*text.text)
                    .hint_with(
                        "`kbuild explain` knows the codes of all warnings: KB3001 and following",
                    ),
            ),
        }
    }
    errors.finish().map(|()| settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::MemoryHost;

    fn find(files: &[(&str, &str)], directory: &str) -> Result<Option<Settings>, String> {
        let host = MemoryHost::from_iter(files.iter().copied());
        Settings::find(&host, directory).map_err(|error| error.to_string())
    }

    #[test]
    fn the_nearest_file_counts() {
        let git = (".git/HEAD", "");
        let files = [git, ("kbuild.yaml", "strict: true"), ("a/b/kustomization.yaml", "x")];
        assert!(find(&files, "a/b").unwrap().unwrap().strict);
        let files = [git, ("kbuild.yaml", "strict: true"), ("a/kbuild.yaml", ""), ("a/b/x", "")];
        assert!(!find(&files, "a/b").unwrap().unwrap().strict);
    }

    #[test]
    fn a_repository_ends_the_search() {
        let files = [("kbuild.yaml", "strict: true"), ("a/.git/HEAD", ""), ("a/b/x", "")];
        assert_eq!(find(&files, "a/b"), Ok(None));
    }

    #[test]
    fn without_a_repository_nobody_above_has_a_say() {
        let files = [("kbuild.yaml", "strict: true"), ("a/b/x", "")];
        assert_eq!(find(&files, "a/b"), Ok(None));
        assert!(find(&files, ".").unwrap().unwrap().strict);
    }

    #[test]
    fn mistakes_are_told_all_at_once() {
        let text = "strickt: true\nallow: [KB3003, KB1104, KB9999]\n";
        let error = find(&[("kbuild.yaml", text)], ".").unwrap_err();
        for said in [
            "strickt",
            "did you mean strict?",
            "KB1104 is an error",
            "there is no code KB9999",
            "kbuild.yaml:2",
        ] {
            assert!(error.contains(said), "{said}: {error}");
        }
    }
}
