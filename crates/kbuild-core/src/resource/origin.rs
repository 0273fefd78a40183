//! Where a resource came from and what changed it, as `buildMetadata` writes it into annotations.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use kbuild_yaml::{EcoString, Node, write};

use super::Resource;
use crate::load::path::join;

/// A file that a resource was read from, or the configuration of a generator or transformer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file, relative to the directory that is built.
    pub(crate) path: EcoString,
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
    pub(crate) fn file(folder: &Path, entry: &str) -> Arc<Origin> {
        Arc::new(Origin { path: relative(folder, entry), ..Origin::default() })
    }

    /// A built-in generator or transformer that a field of the kustomization `file` in `folder` asks for.
    pub(crate) fn built_in(folder: &Path, file: &str, kind: &str) -> Arc<Origin> {
        let configured_by = ConfiguredBy {
            api_version: "builtin".into(),
            kind: kind.into(),
            name: EcoString::new(),
            namespace: EcoString::new(),
        };
        let configured_in = relative(folder, file);
        Arc::new(Origin { configured_in, configured_by: Some(configured_by), ..Origin::default() })
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
            configured_in: file.path.clone(),
            configured_by: Some(configured_by),
            ..Origin::default()
        }))
    }

    /// The value of the annotation.
    pub(crate) fn to_yaml(&self) -> String {
        let mut out = String::new();
        self.write("", "", &mut out);
        out
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
        field("configuredIn", &self.configured_in);
        if let Some(by) = &self.configured_by {
            let _ = writeln!(out, "{lead}configuredBy:");
            let parts =
                [("apiVersion", &by.api_version), ("kind", &by.kind), ("name", &by.name), ("namespace", &by.namespace)];
            for (key, value) in parts.into_iter().filter(|(_, value)| !value.is_empty()) {
                let _ = write!(out, "{indent}  {key}: {}", scalar(value));
            }
        }
    }
}

/// The value of the annotation that lists what changed a resource.
pub(crate) fn list_to_yaml(origins: &[Arc<Origin>]) -> String {
    let mut out = String::new();
    origins.iter().for_each(|origin| origin.write("- ", "  ", &mut out));
    out
}

/// A string as YAML writes it, with its line feed.
fn scalar(text: &str) -> String {
    let mut out = String::new();
    // A string can always be written.
    let _ = write(&Node::string(text), &mut out);
    out
}

fn relative(folder: &Path, entry: &str) -> EcoString {
    join(folder, entry).display().to_string().into()
}
