//! Edits kustomization files as `kustomize edit` does, and leaves the text alone that an edit has nothing to do with:
//! comments, order, quotes, blank lines.
//!
//! An edit changes the tree of a [`KustomizationFile`]. [`KustomizationFile::to_text`] exchanges the lines that say
//! something else now, reads the result back, and refuses it where it does not say what was intended.

mod align;
mod changes;
mod check;
mod detect;
mod entry_text;
mod fields;
mod fix;
mod flow_text;
mod generators;
mod glob;
mod images;
mod layout;
mod lines;
mod lists;
mod pairs;
mod patches;
mod placeholder;
mod places;
mod replicas;
mod tree;
mod var_names;
mod vars;

#[cfg(test)]
mod tests;

use std::path::Path;

use kbuild_yaml::{Dialect, Node, read_documents};

pub use detect::detect_resources;
pub use generators::{GeneratorKind, GeneratorSources};
pub use glob::{expand, find, matches_pattern};
pub(crate) use images::image_of;
pub use lists::List;
pub(crate) use pairs::check_keys;
pub use pairs::{PairKind, parse_pairs};
pub use patches::PatchEntry;
pub use placeholder::ChangedFile;
pub(crate) use replicas::counted;

use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind};
use crate::kustomization::Kustomization;
use crate::source::Sources;
use changes::{Grain, changed, not_editable};
use layout::Layout;
use tree::same;

/// The names that a kustomization file may have.
const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The text of a kustomization file, and what edits made of its content.
#[derive(Clone, Debug)]
pub struct KustomizationFile {
    name: String,
    text: String,
    old: Node,
    new: Node,
}

impl KustomizationFile {
    /// The name of the kustomization file in a directory.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn name_in(host: &dyn Host, directory: &Path) -> Result<&'static str, Error> {
        let found: Vec<&str> = FILE_NAMES
            .into_iter()
            .filter(|name| host.kind(&directory.join(name)) != PathKind::Missing)
            .collect();
        match found.as_slice() {
            [] => Err(Error::new(
                Code::NO_KUSTOMIZATION,
                format!("there is no kustomization file in {}", directory.display()),
            )
            .hint_with("`kbuild create` makes one")),
            [name] if host.kind(&directory.join(name)) == PathKind::File => Ok(name),
            [name] => Err(Error::new(
                Code::FILE_EXPECTED,
                format!("{} is not a file", directory.join(name).display()),
            )),
            more => Err(Error::new(
                Code::SEVERAL_KUSTOMIZATION_FILES,
                format!(
                    "there is more than one kustomization file in {}: {}",
                    directory.display(),
                    more.join(", ")
                ),
            )
            .hint_with("keep one of them")),
        }
    }

    /// Reads the kustomization file of a directory.
    ///
    /// # Errors
    /// There is none or more than one, or it cannot be read or understood.
    pub fn read(host: &dyn Host, directory: &Path) -> Result<KustomizationFile, Error> {
        let name = KustomizationFile::name_in(host, directory)?;
        let path = directory.join(name);
        let shown = path.strip_prefix(".").unwrap_or(&path).display();
        let bytes = host.read(&path).map_err(|error| {
            Error::new(Code::CANNOT_READ, format!("{shown} cannot be read: {error}"))
        })?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Error::new(Code::NOT_TEXT, format!("{shown} is not UTF-8, and cannot be edited"))
        })?;
        KustomizationFile::parse(&shown.to_string(), text)
    }

    /// Reads the text of a kustomization file; `name` is what messages call it.
    ///
    /// What every edit does is done right away: missing types are added and fields that have a successor of the same
    /// form are taken over into it, as the reference does it when it reads the file.
    ///
    /// # Errors
    /// The text is not YAML, or has fields that a kustomization does not have.
    pub fn parse(name: &str, text: impl Into<String>) -> Result<KustomizationFile, Error> {
        let text = text.into();
        let mut sources = Sources::default();
        let source = sources.add(name);
        let old = read(&text, name)?;
        check(&old).map_err(|error| {
            error.at(kbuild_yaml::Place { source, line: 0 }).locate(&sources, None)
        })?;
        let mut new = old.clone();
        fix::fix_on_reading(&mut new);
        Ok(KustomizationFile { name: name.to_owned(), text, old, new })
    }

    /// The document of a kustomization file that was read already, for those who need no text of it.
    ///
    /// # Errors
    /// As [`parse`](KustomizationFile::parse).
    pub(crate) fn of_document(old: Node) -> Result<KustomizationFile, Error> {
        check(&old)?;
        let mut new = old.clone();
        fix::fix_on_reading(&mut new);
        Ok(KustomizationFile { name: String::new(), text: String::new(), old, new })
    }

    /// The text as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The content as it is after the edits.
    pub fn content(&self) -> &Node {
        &self.new
    }

    /// The text of the file after the edits.
    ///
    /// # Errors
    /// The text is written in a way that it cannot be edited in place: with tags or anchors, say.
    pub fn to_text(&self) -> Result<String, Error> {
        if same(&self.old, &self.new) {
            return Ok(self.text.clone());
        }
        let Some(layout) = Layout::of(&self.text) else { return Err(self.refused()) };
        for grain in [Grain::Values, Grain::Fields, Grain::Anchors] {
            if let Some(text) = changed(&self.text, &layout, &self.old, &self.new, grain)?
                && read(&text, &self.name).is_ok_and(|result| same(&result, &self.new))
            {
                return Ok(text);
            }
        }
        Err(self.refused())
    }

    fn refused(&self) -> Error {
        let mut sources = Sources::default();
        let source = sources.add(&self.name);
        not_editable().at(kbuild_yaml::Place { source, line: 0 }).locate(&sources, None)
    }
}

/// The document of a kustomization file; an empty mapping where there is none.
fn read(text: &str, name: &str) -> Result<Node, Error> {
    let mut sources = Sources::default();
    let source = sources.add(name);
    let documents = read_documents(text.as_bytes(), source, Dialect::Config);
    let documents =
        documents.map_err(|error| Error::read(&error, source).locate(&sources, None))?;
    match documents.into_iter().next() {
        Some(node) if !node.is_null() => Ok(node),
        _ => Ok(Node::mapping()),
    }
}

/// Refuses fields that a kustomization does not have. Its type and whether it says anything do not matter here.
fn check(node: &Node) -> Result<(), Error> {
    let mut node = node.clone();
    tree::remove(&mut node, "apiVersion");
    tree::remove(&mut node, "kind");
    if tree::field(&node, "resources").is_none() {
        tree::set(&mut node, "resources", Node::sequence(Vec::new()));
    }
    Kustomization::from_node(&node).map(drop)
}
