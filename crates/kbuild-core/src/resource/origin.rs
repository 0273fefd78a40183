//! Where a resource came from and what changed it, as `buildMetadata` writes it into annotations.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kbuild_yaml::{Dialect, EcoString, Node, SourceId, read_documents, write};

use super::Resource;
use crate::path::{clean, join};
use crate::remote::RepositorySpec;

/// A folder as origins show it: relative to the directory that is built, or to the repository that it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folder {
    path: PathBuf,
    repository: EcoString,
    reference: EcoString,
}

impl Folder {
    /// What `entry`, a path or a URL, names if it stands in a kustomization of this folder.
    pub(crate) fn join(&self, entry: &str) -> Folder {
        match RepositorySpec::parse(entry) {
            Some(spec) => Folder {
                // The topmost folder of a repository gets this name in the reference.
                path: if clean(Path::new(&spec.path)) == Path::new(".") {
                    PathBuf::from("notCloned")
                } else {
                    clean(Path::new(spec.path.trim_start_matches('/')))
                },
                repository: spec.repository.into(),
                reference: spec.reference.into(),
            },
            None if self.path.as_os_str().is_empty() => {
                Folder { path: clean(Path::new(entry)), ..self.clone() }
            }
            None => {
                Folder { path: join(&self.path, entry.trim_start_matches('/')), ..self.clone() }
            }
        }
    }

    fn path(&self) -> EcoString {
        self.path.display().to_string().into()
    }
}

/// A file that a resource was read from, or the configuration of a generator or transformer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file, relative to the directory that is built or to the repository.
    pub(crate) path: EcoString,
    /// The repository, where it is in one.
    pub(crate) repository: EcoString,
    /// The branch, tag or commit of that.
    pub(crate) reference: EcoString,
    /// The file with the configuration, relative to the same.
    pub(crate) configured_in: EcoString,
    /// The configuration.
    pub(crate) configured_by: Option<ConfiguredBy>,
}

/// A configuration by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfiguredBy {
    api_version: EcoString,
    kind: EcoString,
    name: EcoString,
    namespace: EcoString,
}

impl Origin {
    /// A file named by `entry`, seen from `folder`.
    pub(crate) fn file(folder: &Folder, entry: &str) -> Arc<Origin> {
        let file = folder.join(entry);
        let path = file.path();
        Arc::new(Origin {
            path,
            repository: file.repository,
            reference: file.reference,
            ..Origin::default()
        })
    }

    /// A built-in generator or transformer that a field of the kustomization `file` in `folder` asks for.
    pub(crate) fn built_in(folder: &Folder, file: &str, kind: &str) -> Arc<Origin> {
        let configured_by = ConfiguredBy {
            api_version: "builtin".into(),
            kind: kind.into(),
            name: EcoString::new(),
            namespace: EcoString::new(),
        };
        let file = folder.join(file);
        Arc::new(Origin {
            path: EcoString::new(),
            configured_in: file.path(),
            configured_by: Some(configured_by),
            repository: file.repository,
            reference: file.reference,
        })
    }

    /// A generator or transformer that has a configuration of its own; none where nobody keeps track.
    pub(crate) fn plugin(config: &Resource) -> Option<Arc<Origin>> {
        let file = config.lineage.origin.as_ref()?;
        let configured_by = ConfiguredBy {
            api_version: config.api_version().into(),
            kind: config.kind().into(),
            name: config.name().into(),
            namespace: config.namespace().into(),
        };
        Some(Arc::new(Origin {
            path: EcoString::new(),
            configured_in: file.path.clone(),
            configured_by: Some(configured_by),
            repository: file.repository.clone(),
            reference: file.reference.clone(),
        }))
    }

    /// The value of the annotation.
    pub(crate) fn to_yaml(&self) -> String {
        let mut out = String::new();
        self.write("", "", &mut out);
        out
    }

    /// Reads the value of the annotation; none where it is no origin.
    pub(crate) fn from_yaml(text: &str) -> Option<Arc<Origin>> {
        first_document(text).as_ref().and_then(Origin::from_node)
    }

    fn from_node(node: &Node) -> Option<Arc<Origin>> {
        node.as_mapping()?;
        let text = |node: &Node, field: &str| -> EcoString {
            node.get(field).and_then(Node::text).unwrap_or_default().into()
        };
        let configured_by =
            node.get("configuredBy").filter(|by| by.as_mapping().is_some()).map(|by| {
                ConfiguredBy {
                    api_version: text(by, "apiVersion"),
                    kind: text(by, "kind"),
                    name: text(by, "name"),
                    namespace: text(by, "namespace"),
                }
            });
        let mut origin = Origin { configured_by, ..Origin::default() };
        origin.path = text(node, "path");
        origin.repository = text(node, "repo");
        origin.reference = text(node, "ref");
        origin.configured_in = text(node, "configuredIn");
        Some(Arc::new(origin))
    }

    fn write(&self, first: &str, indent: &str, out: &mut String) {
        let mut lead = first;
        let mut field = |key: &str, value: &str| {
            if !value.is_empty() {
                // Writing into a string cannot fail.
                let _ = write!(out, "{lead}{key}: {}", scalar(value));
                lead = indent;
            }
        };
        field("path", &self.path);
        field("repo", &self.repository);
        field("ref", &self.reference);
        field("configuredIn", &self.configured_in);
        if let Some(by) = &self.configured_by {
            let _ = writeln!(out, "{lead}configuredBy:");
            let parts = [
                ("apiVersion", &by.api_version),
                ("kind", &by.kind),
                ("name", &by.name),
                ("namespace", &by.namespace),
            ];
            for (key, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
                let _ = write!(out, "{indent}  {key}: {}", scalar(value));
            }
            lead = indent;
        }
        if lead == first && !first.is_empty() {
            let _ = writeln!(out, "{first}{{}}");
        }
    }
}

/// The value of the annotation that lists what changed a resource.
pub(crate) fn list_to_yaml(origins: &[Arc<Origin>]) -> String {
    let mut out = String::new();
    origins.iter().for_each(|origin| origin.write("- ", "  ", &mut out));
    out
}

/// Reads the value of that annotation; what is no origin does not count.
pub(crate) fn list_from_yaml(text: &str) -> Vec<Arc<Origin>> {
    let list = first_document(text);
    let items = list.as_ref().and_then(Node::as_sequence);
    items.into_iter().flatten().filter_map(Origin::from_node).collect()
}

/// Reads the value of that annotation.
///
/// # Errors
/// It is no list of origins.
pub(crate) fn checked_list_from_yaml(text: &str) -> Result<Vec<Arc<Origin>>, String> {
    let documents = read_documents(text.as_bytes(), SourceId::default(), Dialect::Config)
        .map_err(|error| error.to_string())?;
    let Some(list) = documents.first().filter(|list| !list.is_null()) else {
        return Ok(Vec::new());
    };
    let Some(items) = list.as_sequence() else { return Err(format!("it is {}", list.describe())) };
    let read = |item: &Node| match item.as_mapping() {
        Some(fields) => {
            match fields.iter().find(|entry| !is_field(&entry.key.text, &entry.value)) {
                Some(wrong) => Err(format!("one has a {} that makes no sense", wrong.key.text)),
                None => Ok(Origin::from_node(item).unwrap_or_default()),
            }
        }
        None => Err(format!("one is {}", item.describe())),
    };
    items.iter().map(read).collect()
}

/// True for a field of an origin that holds what it should, and for other fields.
fn is_field(name: &str, value: &Node) -> bool {
    match name {
        "path" | "repo" | "ref" | "configuredIn" => value.as_scalar().is_some(),
        "configuredBy" => match value.as_mapping() {
            Some(by) => by.iter().all(|entry| match entry.key.text.as_str() {
                "apiVersion" | "kind" | "name" | "namespace" => {
                    entry.value.is_null() || entry.value.as_str().is_some()
                }
                _ => true,
            }),
            None => value.is_null(),
        },
        _ => true,
    }
}

fn first_document(text: &str) -> Option<Node> {
    read_documents(text.as_bytes(), SourceId::default(), Dialect::Config).ok()?.into_iter().next()
}

/// A string as YAML writes it, with its line feed.
fn scalar(text: &str) -> String {
    let mut out = String::new();
    // A string can always be written.
    let _ = write(&Node::string(text), &mut out);
    out
}
