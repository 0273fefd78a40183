//! Finds the places in resources and patches that name a var.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kbuild_yaml::{Dialect, Node, SourceId, Value, read_documents};

use super::var_names::VarNames;
use super::{FILE_NAMES, read, tree};
use crate::code::Code;
use crate::error::Error;
use crate::host::{Host, PathKind};
use crate::identity::group_version_kind::split_api_version;

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
    /// Puts a placeholder where the file names a var, and adds the targets of a replacement that does what the var does
    /// there: to `targets`, which has a list for each of the vars, or why there is none: a var stands within a text where
    /// nothing delimits it.
    pub(super) fn convert(&mut self, names: &VarNames, targets: &mut [Result<Vec<Node>, Error>]) {
        let mut named = HashSet::new();
        let mut content = String::with_capacity(self.content.len());
        for line in self.content.split_inclusive('\n') {
            content.push_str(&names.convert(line, usize::MAX, |var, _| {
                named.insert(var);
            }));
        }
        if named.is_empty() {
            return;
        }
        let before = std::mem::replace(&mut self.content, content);
        self.changed = true;
        let documents = read_documents(before.as_bytes(), SourceId(0), Dialect::Resource);
        for document in documents.iter().flatten().flat_map(unpacked) {
            let found = &mut |var: usize, path: &[String], text: &str| {
                let all = targets.get_mut(var).filter(|_| named.contains(&var));
                let Some(all) = all else { return };
                let Ok(known) = all else { return };
                let said = |text: &str| names.convert(text, var, |_, _| {}).into_owned();
                let target = options(text, &names.reference(var)).map(|options| {
                    let select = select(self.patch.as_ref(), document, said);
                    target(said(&path.join(".")), options, select)
                });
                match target {
                    Ok(target) => known.push(target),
                    Err(error) => *all = Err(error),
                }
            };
            find(document, names, &mut Vec::new(), found);
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

/// The items of a list, or the document itself.
fn unpacked(document: &Node) -> &[Node] {
    match (tree::text(document, "kind"), document.get("items").and_then(Node::as_sequence)) {
        ("List" | "ResourceList", Some(items)) => items,
        _ => std::slice::from_ref(document),
    }
}

fn target(field_path: String, options: Node, select: Node) -> Node {
    let mut target = Node::mapping();
    tree::set(&mut target, "fieldPaths", Node::sequence(vec![Node::string(field_path)]));
    if !options.is_empty() {
        tree::set(&mut target, "options", options);
    }
    tree::set(&mut target, "select", select);
    target
}

/// Selects the resource that holds the var; for a patch, the resources that it applies to. `said` gives what a text of the
/// resource says by then.
fn select(patch: Option<&Node>, document: &Node, said: impl Fn(&str) -> String) -> Node {
    let field = |field| said(tree::text(document, field));
    let metadata =
        |field| document.get("metadata").map_or_else(String::new, |it| said(tree::text(it, field)));
    let mut select = Node::mapping();
    let options = patch.and_then(|patch| tree::field(patch, "options"));
    let allows = |field| options.is_some_and(|options| tree::text(options, field) == "true");
    if let Some(patch) = patch.filter(|_| !(allows("allowNameChange") && allows("allowKindChange")))
    {
        if let Some(target) = tree::field(patch, "target") {
            select = target.clone();
        }
        if allows("allowNameChange") {
            tree::set_text(&mut select, "name", &metadata("name"));
        }
        if allows("allowKindChange") {
            tree::set_text(&mut select, "kind", &field("kind"));
        }
        if !metadata("namespace").is_empty() {
            tree::set_text(&mut select, "namespace", &metadata("namespace"));
        }
        return select;
    }
    let api_version = field("apiVersion");
    let (group, version) = split_api_version(&api_version);
    tree::set_text(&mut select, "group", group);
    tree::set_text(&mut select, "version", version);
    tree::set_text(&mut select, "kind", &field("kind"));
    tree::set_text(&mut select, "name", &metadata("name"));
    tree::set_text(&mut select, "namespace", &metadata("namespace"));
    select
}

/// Finds the fields whose texts name vars: the number of the var, the path, and what the text says once the vars before
/// that one have their placeholders.
fn find(
    node: &Node,
    names: &VarNames,
    path: &mut Vec<String>,
    found: &mut impl FnMut(usize, &[String], &str),
) {
    match &node.value {
        Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                find(item, names, path, found);
                path.pop();
            }
        }
        Value::Mapping(mapping) => {
            for entry in mapping {
                let key = entry.key.text.trim();
                path.push(if key.contains('.') { format!("[{key}]") } else { key.to_owned() });
                find(&entry.value, names, path, found);
                path.pop();
            }
        }
        Value::Scalar(scalar) => {
            names.convert(&scalar.text, usize::MAX, |var, text| found(var, path, text));
        }
    }
}

/// How a replacement finds the var in a text that names it.
fn options(text: &str, var: &str) -> Result<Node, Error> {
    let mut options = Node::mapping();
    let Some((before, behind)) = text.split_once(var) else { return Ok(options) };
    let (before, behind) = (before.chars().next_back(), behind.chars().next());
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
