//! `edit fix --vars`: vars become replacements, and their names in the resources become placeholders.

use std::path::Path;

use kbuild_yaml::Node;

use super::KustomizationFile;
use super::placeholder::{ChangedFile, Touched, touched_files};
use super::tree;
use super::var_names::VarNames;
use crate::error::Error;
use crate::host::Host;
use crate::identity::group_version_kind::split_api_version;

impl KustomizationFile {
    /// Takes `vars` over into `replacements`. Returns the files whose content changes with that: each `$(NAME)` in them
    /// becomes `NAME_PLACEHOLDER`.
    ///
    /// # Errors
    /// A var stands within a text in a way that a replacement cannot express.
    pub fn convert_vars(
        &mut self,
        host: &dyn Host,
        directory: &Path,
    ) -> Result<Vec<ChangedFile>, Error> {
        let vars = tree::items(&self.new, "vars").to_vec();
        tree::remove(&mut self.new, "vars");
        if vars.is_empty() {
            return Ok(Vec::new());
        }
        let mut files: Vec<Touched> = touched_files(host, directory, &self.new)?;
        let names = VarNames::new(vars.iter().map(|var| tree::text(var, "name")));
        let mut targets: Vec<Result<Vec<Node>, Error>> =
            vars.iter().map(|_| Ok(Vec::new())).collect();
        for file in &mut files {
            file.convert(&names, &mut targets);
        }
        let mut replacements = Vec::with_capacity(vars.len());
        for (var, targets) in vars.iter().zip(targets) {
            let mut replacement = Node::mapping();
            tree::set(&mut replacement, "source", source(var));
            tree::set_items(&mut replacement, "targets", targets?);
            replacements.push(replacement);
        }
        if let Some(known) = tree::list(&mut self.new, "replacements") {
            known.extend(replacements);
        }
        Ok(files.into_iter().filter_map(Touched::changed).collect())
    }
}

fn source(var: &Node) -> Node {
    let mut source = Node::mapping();
    if let Some(object) = tree::field(var, "objref") {
        let (group, version) = split_api_version(tree::text(object, "apiVersion"));
        tree::set_text(&mut source, "group", group);
        tree::set_text(&mut source, "version", version);
        for field in ["kind", "name", "namespace"] {
            tree::set_text(&mut source, field, tree::text(object, field));
        }
    }
    if let Some(field) = tree::field(var, "fieldref") {
        tree::set_text(&mut source, "fieldPath", tree::text(field, "fieldPath"));
    }
    source
}
