//! Sees whether something can be generated from an entry before it is written.

use std::path::Path;

use kbuild_yaml::{Node, write};

use super::generators::GeneratorKind;
use super::{KustomizationFile, tree};
use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, OverlayHost};
use crate::options::Options;
use crate::render::render;

/// Builds a kustomization that has nothing but this entry.
///
/// # Errors
/// What keeps it from being built.
pub(super) fn check_generator(
    host: &dyn Host,
    directory: &Path,
    kind: GeneratorKind,
    entry: &Node,
) -> Result<(), Error> {
    let mut entry = entry.clone();
    // There is nothing here that it could be merged into.
    tree::remove(&mut entry, "behavior");
    let mut kustomization = Node::mapping();
    tree::set(&mut kustomization, kind.field(), Node::sequence(vec![entry]));
    let mut content = String::new();
    write(&kustomization, &mut content)?;
    let name = KustomizationFile::name_in(host, directory)?;
    let root = host.canonicalize(directory).map_err(|error| {
        Error::new(Code::CANNOT_READ, format!("{} cannot be read: {error}", directory.display()))
    })?;
    let mut overlay = OverlayHost::new(host);
    overlay.insert(root.join(name), content);
    match render(&overlay, directory, &Options::default()) {
        Ok(_) => Ok(()),
        // The place of an error is one in a file that nobody has.
        Err(error) => Err(error.moved_to(kbuild_yaml::Place::default())),
    }
}
