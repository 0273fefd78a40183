//! Finds the places in resources and patches that name a var.

use std::path::{Path, PathBuf};

use kbuild_yaml::{Dialect, Node, SourceId, Value, read_documents};

use super::vars::group_version;
use super::{FILE_NAMES, read, tree};
use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind};

/// Bases that stand deeper within each other than this are left alone: they name each other.
const MOST_LAYERS: usize = 100;

/// A file that changes together with a kustomization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it says now.
    pub content: String,
}

/// A file that the kustomization or one of its bases names.
pub(super) struct Touched {
    path: PathBuf,
    content: String,
    changed: bool,
    /// The entry of `patches` that names it, if it is a patch.
    patch: Option<Node>,
}

impl Touched {
    pub(super) fn put_placeholder(&mut self, var: &str) {
        let name = format!("$({var})");
        if self.content.contains(&name) {
            self.content = self.content.replace(&name, &format!("{var}_PLACEHOLDER"));
            self.changed = true;
        }
    }

    pub(super) fn changed(self) -> Option<ChangedFile> {
        self.changed.then_some(ChangedFile { path: self.path, content: self.content })
    }
}

/// The files of resources and patches, those of bases first.
pub(super) fn touched_files(
    host: &dyn Host,
    directory: &Path,
    kustomization: &Node,
) -> Result<Vec<Touched>, Error> {
    let mut files = Vec::new();
    collect(host, directory, kustomization, MOST_LAYERS, &mut files)?;
    Ok(files)
}

fn collect(
    host: &dyn Host,
    directory: &Path,
    kustomization: &Node,
    depth: usize,
    files: &mut Vec<Touched>,
) -> Result<(), Error> {
    let mut resources = tree::texts(kustomization, "resources");
    resources.extend(tree::texts(kustomization, "bases"));
    for resource in resources {
        let path = directory.join(&resource);
        if host.kind(&path) == PathKind::Directory {
            for name in FILE_NAMES {
                let file = path.join(name);
                let Ok(content) = host.read(&file) else { continue };
                let base = read(&String::from_utf8_lossy(&content), &file.display().to_string())?;
                if depth > 0 {
                    collect(host, &path, &base, depth - 1, files)?;
                }
            }
        } else {
            add(host, path, None, files);
        }
    }
    for patch in tree::items(kustomization, "patches") {
        let path = tree::text(patch, "path");
        if !path.is_empty() {
            add(host, directory.join(path), Some(patch.clone()), files);
        }
    }
    Ok(())
}

fn add(host: &dyn Host, path: PathBuf, patch: Option<Node>, files: &mut Vec<Touched>) {
    let content = host.read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let path = host.canonicalize(&path).unwrap_or(path);
    if let Some(content) = content
        && !files.iter().any(|known| known.path == path)
    {
        files.push(Touched { path, content, changed: false, patch });
    }
}

/// The targets of a replacement that does what the var does in this file.
///
/// # Errors
/// The var stands within a text and nothing delimits it.
pub(super) fn var_targets(file: &Touched, var: &str) -> Result<Vec<Node>, Error> {
    let var = format!("$({var})");
    if !file.content.contains(&var) {
        return Ok(Vec::new());
    }
    let Ok(documents) = read_documents(file.content.as_bytes(), SourceId(0), Dialect::Resource)
    else {
        return Ok(Vec::new());
    };
    let mut targets = Vec::new();
    for document in documents.iter().flat_map(unpacked) {
        let mut places = Vec::new();
        find(document, &var, &mut Vec::new(), &mut places)?;
        for (field_path, options) in places {
            let mut target = Node::mapping();
            tree::set(&mut target, "fieldPaths", Node::sequence(vec![Node::string(field_path)]));
            if !options.is_empty() {
                tree::set(&mut target, "options", options);
            }
            tree::set(&mut target, "select", select(file.patch.as_ref(), document));
            targets.push(target);
        }
    }
    Ok(targets)
}

/// The items of a list, or the document itself.
fn unpacked(document: &Node) -> &[Node] {
    match (tree::text(document, "kind"), document.get("items").and_then(Node::as_sequence)) {
        ("List" | "ResourceList", Some(items)) => items,
        _ => std::slice::from_ref(document),
    }
}

/// Selects the resource that holds the var; for a patch, the resources that it applies to.
fn select(patch: Option<&Node>, document: &Node) -> Node {
    let metadata =
        |field| document.get("metadata").map_or("", |metadata| tree::text(metadata, field));
    let mut select = Node::mapping();
    let options = patch.and_then(|patch| tree::field(patch, "options"));
    let allows = |field| options.is_some_and(|options| tree::text(options, field) == "true");
    if let Some(patch) = patch.filter(|_| !(allows("allowNameChange") && allows("allowKindChange")))
    {
        if let Some(target) = tree::field(patch, "target") {
            select = target.clone();
        }
        if allows("allowNameChange") {
            tree::set_text(&mut select, "name", metadata("name"));
        }
        if allows("allowKindChange") {
            tree::set_text(&mut select, "kind", tree::text(document, "kind"));
        }
        if !metadata("namespace").is_empty() {
            tree::set_text(&mut select, "namespace", metadata("namespace"));
        }
        return select;
    }
    let (group, version) = group_version(tree::text(document, "apiVersion"));
    tree::set_text(&mut select, "group", group);
    tree::set_text(&mut select, "version", version);
    tree::set_text(&mut select, "kind", tree::text(document, "kind"));
    tree::set_text(&mut select, "name", metadata("name"));
    tree::set_text(&mut select, "namespace", metadata("namespace"));
    select
}

/// Finds the fields whose text has the var in it, and the options that a replacement needs there.
fn find(
    node: &Node,
    var: &str,
    path: &mut Vec<String>,
    found: &mut Vec<(String, Node)>,
) -> Result<(), Error> {
    match &node.value {
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                find(item, var, path, found)?;
                path.pop();
            }
        }
        Value::Mapping(mapping) => {
            for entry in mapping {
                let key = entry.key.text.trim();
                path.push(if key.contains('.') { format!("[{key}]") } else { key.to_owned() });
                find(&entry.value, var, path, found)?;
                path.pop();
            }
        }
        Value::Scalar(scalar) => {
            if let Some(index) = scalar.text.find(var) {
                found.push((path.join("."), options(&scalar.text, var, index)?));
            }
        }
    }
    Ok(())
}

/// How a replacement finds the var at byte `index` of a text.
fn options(text: &str, var: &str, index: usize) -> Result<Node, Error> {
    let mut options = Node::mapping();
    let before = text[..index].chars().next_back();
    let behind = text[index + var.len()..].chars().next();
    let (delimiter, at) = match (before, behind) {
        (None, None) => return Ok(options),
        (None, Some(delimiter)) => (delimiter, 0),
        (Some(delimiter), None) => (delimiter, text.split(delimiter).count() - 1),
        (Some(before), Some(behind)) => match text.split(before).position(|piece| piece == var) {
            Some(at) if before == behind => (before, at),
            _ => {
                return Err(Error::new(
                    Code::CANNOT_CONVERT,
                    format!(
                        "vars cannot be converted to replacements: nothing delimits {var} in \"{text}\""
                    ),
                ));
            }
        },
    };
    tree::set_text(&mut options, "delimiter", &delimiter.to_string());
    if at > 0 {
        tree::set(&mut options, "index", Node::int(i64::try_from(at).unwrap_or(i64::MAX)));
    }
    Ok(options)
}
