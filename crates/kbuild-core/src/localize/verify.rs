//! Compares what the original and the copy build.

use std::path::Path;

use kbuild_yaml::{Node, write};

use super::Localized;
use crate::build::Build;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::host::{Host, MemoryHost, Recorder};
use crate::options::Options;
use crate::render::{render, render_with};
use crate::rendered::Rendered;
use crate::resource::Resource;

/// Annotations that say where a resource came from, which is another place in the copy.
const ORIGINS: [&str; 2] =
    ["config.kubernetes.io/origin", "alpha.config.kubernetes.io/transformations"];

impl Localized {
    /// Builds the original and the copy, and compares the resources. `host` is the one that the copy was made with; the
    /// copy is built from memory, and from nothing else. Annotations that say where a resource came from may differ.
    ///
    /// Returns the warnings about the original.
    ///
    /// # Errors
    /// One of the two cannot be built, or they are not the same.
    pub fn verify(&mut self, host: &dyn Host) -> Result<Vec<Diagnostic>, Error> {
        let options = Options::default();
        let recorder = Recorder::new(host, &options);
        let mut build = Build::new(&recorder, &options, None);
        build.remotes = std::mem::take(&mut self.remotes);
        let original = render_with(build, &self.original).map_err(|error| {
            error.reworded(|message| format!("the original cannot be built: {message}"))
        })?;
        let copy =
            render(&self.in_memory(), self.destination.join(&self.kustomization), &local_only())
                .map_err(|error| {
                    error.reworded(|message| format!("the copy cannot be built: {message}"))
                })?;
        compare(&original, &copy, &self.destination)?;
        Ok(original.warnings().to_vec())
    }

    fn in_memory(&self) -> MemoryHost {
        let files = self.files();
        files.map(|(path, content)| (self.destination.join(path), content)).collect()
    }
}

fn local_only() -> Options {
    Options { local_only: true, ..Options::default() }
}

fn compare(original: &Rendered, copy: &Rendered, destination: &Path) -> Result<(), Error> {
    let differs = |what: String| {
        let what =
            format!("{what} in {}, which is not what the original builds", destination.display());
        Err(Error::new(Code::CANNOT_LOCALIZE, what))
    };
    for (one, other) in original.resources().iter().zip(copy.resources()) {
        if text(one)? != text(other)? {
            return differs(format!("{} is another one", one.describe()));
        }
    }
    let (one, other) = (original.resources().len(), copy.resources().len());
    if one == other {
        Ok(())
    } else {
        differs(format!("there are {other} resources instead of {one}"))
    }
}

fn text(resource: &Resource) -> Result<String, Error> {
    let mut node = resource.to_node();
    if let Some(metadata) = node.get_mut("metadata").and_then(Node::as_mapping_mut)
        && let Some(annotations) = metadata.get_mut("annotations").and_then(Node::as_mapping_mut)
    {
        annotations.retain(|entry| !ORIGINS.contains(&entry.key.text.as_str()));
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    let mut text = String::new();
    write(&node, &mut text)?;
    Ok(text)
}
