//! Finds and reads the kustomization file of a directory.

use kbuild_yaml::{Dialect, EcoString, Node, Place, read_documents};

use super::Location;
use super::ignored::{warn_of_ignored_lines, warn_of_unknown_metadata};
use super::missing::unreadable_of;
use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::host::PathKind;
use crate::kustomization::{Kustomization, Text};

/// The names that a kustomization file may have.
pub(super) const FILE_NAMES: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Reads the kustomization of a directory; the warnings go to the build.
///
/// # Errors
/// There is none or more than one, or it cannot be understood.
pub(crate) fn read_kustomization(
    build: &mut Build,
    location: &Location,
) -> Result<Box<Kustomization>, Error> {
    let (document, name) = read_document(build, location)?;
    let place = Place { line: 0, ..document.place };
    let mut kustomization = Kustomization::from_node(&document).map_err(|error| error.at(place))?;
    kustomization.file_name = name.into();
    if let Some(url) = location.forced_url() {
        let message = format!("the \"git::\" of {url} says nothing: take it out");
        build.warn(Diagnostic::warning(Code::IGNORED, message));
    }
    warn_of_unknown_metadata(build, &kustomization);
    for deprecated in &kustomization.deprecated {
        build.warn_deprecated(deprecated);
    }
    Ok(Box::new(kustomization))
}

/// Reads the document of a directory's kustomization file, and the name of that file.
///
/// # Errors
/// There is none or more than one, or it holds no document.
pub(crate) fn read_document(
    build: &mut Build,
    location: &Location,
) -> Result<(Node, &'static str), Error> {
    let found: Vec<&str> = FILE_NAMES
        .into_iter()
        .filter(|name| build.host.kind(&location.root.join(name)) == PathKind::File)
        .collect();
    let name = match found.as_slice() {
        [name] => *name,
        [] => {
            if let Some(error) =
                unreadable_of(build.host, &location.root, &location.shown, &FILE_NAMES)
            {
                return Err(error);
            }
            return Err(Error::new(
                Code::NO_KUSTOMIZATION,
                format!("there is no kustomization file in {}", location.shown.display()),
            )
            .hint_with(format!("it would be called {}", FILE_NAMES.join(", "))));
        }
        more => {
            return Err(Error::new(
                Code::SEVERAL_KUSTOMIZATION_FILES,
                format!(
                    "there is more than one kustomization file in {}: {}",
                    location.shown.display(),
                    more.join(", ")
                ),
            )
            .hint_with("keep one of them"));
        }
    };
    let entry = Text { text: EcoString::from(name), place: Place::default() };
    if location.ancestors().all(|location| location.repository.is_none()) {
        build.named.note_folder(&location.root, &location.shown);
    }
    let (path, shown) = location.file(build, &entry)?;
    let content = build.read(&path, &shown)?;
    let source = build.sources.add_named(shown, location.named_at);
    build.blocks.note(source, &content);
    let documents = read_documents(&content, source, Dialect::Config)
        .map_err(|error| Error::read(&error, source))?;
    let place = Place { source, line: 0 };
    warn_of_ignored_lines(build, &content, source);
    let document = documents.into_iter().next().filter(|document| !document.is_null());
    match build.change.filter(|_| location.is_start()) {
        Some(change) => {
            let document = document.unwrap_or_else(|| Node::mapping().at(place));
            Ok((change(document, &mut build.sources).map_err(|error| error.at(place))?, name))
        }
        None => Ok((document.ok_or_else(|| empty(place))?, name)),
    }
}

fn empty(place: Place) -> Error {
    Error::new(Code::EMPTY_KUSTOMIZATION, "the kustomization is empty")
        .at(place)
        .hint_with("name at least one file under resources")
}
