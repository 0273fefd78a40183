//! `edit add patch` and `edit remove patch`.

use kbuild_yaml::Node;

use super::KustomizationFile;
use super::tree;
use crate::code::Code;
use crate::error::Error;

/// An entry of `patches` as the command line describes it; empty fields are left out.
#[derive(Clone, Debug, Default)]
pub struct PatchEntry {
    /// The file that holds the patch.
    pub path: String,
    /// The patch itself.
    pub patch: String,
    /// The API group of the target.
    pub group: String,
    /// The API version of the target.
    pub version: String,
    /// The kind of the target.
    pub kind: String,
    /// The name of the target.
    pub name: String,
    /// The namespace of the target.
    pub namespace: String,
    /// A selector over the annotations of the target.
    pub annotation_selector: String,
    /// A selector over the labels of the target.
    pub label_selector: String,
}

const TARGET: [&str; 7] =
    ["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];

impl PatchEntry {
    fn target(&self) -> [&str; 7] {
        [
            &self.group,
            &self.version,
            &self.kind,
            &self.name,
            &self.namespace,
            &self.annotation_selector,
            &self.label_selector,
        ]
    }

    fn is_same(&self, node: &Node) -> bool {
        let target = tree::field(node, "target");
        let same_target = match target {
            None => self.target().iter().all(|text| text.is_empty()),
            // An empty target is not the same as none.
            Some(target) => {
                TARGET
                    .iter()
                    .zip(self.target())
                    .all(|(field, text)| tree::text(target, field) == text)
                    && self.target().iter().any(|text| !text.is_empty())
            }
        };
        same_target
            && tree::text(node, "path") == self.path
            && tree::text(node, "patch") == self.patch
            && tree::field(node, "options").is_none()
    }

    fn node(&self) -> Node {
        let mut node = Node::mapping();
        tree::set_text(&mut node, "patch", &self.patch);
        tree::set_text(&mut node, "path", &self.path);
        let mut target = Node::mapping();
        for (field, text) in TARGET.iter().zip(self.target()) {
            tree::set_text(&mut target, field, text);
        }
        if !target.is_empty() {
            tree::set(&mut node, "target", target);
        }
        node
    }

    fn check(&self) -> Result<(), Error> {
        if !self.path.is_empty() && !self.patch.is_empty() {
            return Err(Error::new(Code::BAD_ARGUMENT, "a patch has a path or a text, not both"));
        }
        Ok(())
    }
}

impl KustomizationFile {
    /// Adds a patch. False where it is there already.
    ///
    /// # Errors
    /// It has neither a path nor a text, or both.
    pub fn add_patch(&mut self, patch: &PatchEntry) -> Result<bool, Error> {
        patch.check()?;
        if patch.path.is_empty() && patch.patch.is_empty() {
            return Err(Error::new(Code::BAD_ARGUMENT, "a patch needs a path or a text"));
        }
        if tree::items(&self.new, "patches").iter().any(|known| patch.is_same(known)) {
            return Ok(false);
        }
        if let Some(patches) = tree::list(&mut self.new, "patches") {
            patches.push(patch.node());
        }
        Ok(true)
    }

    /// Takes a patch out that has exactly these fields. False where there is none.
    ///
    /// # Errors
    /// It has both a path and a text.
    pub fn remove_patch(&mut self, patch: &PatchEntry) -> Result<bool, Error> {
        patch.check()?;
        let known = tree::items(&self.new, "patches");
        let kept: Vec<Node> = known.iter().filter(|known| !patch.is_same(known)).cloned().collect();
        if kept.len() == known.len() {
            return Ok(false);
        }
        tree::set_items(&mut self.new, "patches", kept);
        Ok(true)
    }
}
