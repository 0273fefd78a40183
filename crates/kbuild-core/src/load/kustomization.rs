//! Finds and reads the kustomization file of a directory.

use kbuild_yaml::{Dialect, EcoString, Place, read_documents};

use super::Location;
use crate::build::Build;
use crate::error::Error;
use crate::host::PathKind;
use crate::kustomization::{Kustomization, Text};

/// The names that a kustomization file may have.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Reads the kustomization of a directory; the warnings go to the build.
///
/// # Errors
/// There is none or more than one, or it cannot be understood.
pub(crate) fn read_kustomization(
    build: &mut Build,
    location: &Location,
) -> Result<Box<Kustomization>, Error> {
    let found: Vec<&str> = FILE_NAMES
        .into_iter()
        .filter(|name| build.host.kind(&location.root.join(name)) == PathKind::File)
        .collect();
    let name = match found.as_slice() {
        [name] => *name,
        [] => {
            return Err(Error::new(format!(
                "there is no kustomization file in {}",
                location.shown.display()
            ))
            .hint_with(format!("it would be called {}", FILE_NAMES.join(", "))));
        }
        more => {
            return Err(Error::new(format!(
                "there is more than one kustomization file in {}: {}",
                location.shown.display(),
                more.join(", ")
            ))
            .hint_with("keep one of them"));
        }
    };
    let entry = Text { text: EcoString::from(name), place: Place::default() };
    let (path, shown) = location.file(build, &entry)?;
    let content = build.read(&path, &shown)?;
    let source = build.sources.add(shown);
    let documents = read_documents(&content, source, Dialect::Config)
        .map_err(|error| Error::read(&error, source))?;
    let place = Place { source, line: 0 };
    let Some(document) = documents.into_iter().next() else {
        return Err(empty(place));
    };
    if document.is_null() {
        return Err(empty(place));
    }
    let mut kustomization = Kustomization::from_node(&document).map_err(|error| error.at(place))?;
    kustomization.file_name = name.into();
    if let Some(url) = location.forced_url() {
        build.warn(format!("the \"git::\" of {url} says nothing: take it out"), Place::default());
    }
    for deprecated in &kustomization.deprecated {
        build.warn_deprecated(deprecated);
    }
    Ok(Box::new(kustomization))
}

fn empty(place: Place) -> Error {
    Error::new("the kustomization is empty")
        .at(place)
        .hint_with("name at least one file under resources")
}
