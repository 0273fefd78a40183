//! A patch on the command line.

use clap::Args;
use kbuild_core::edit::PatchEntry;

#[derive(Debug, Args)]
pub(super) struct PatchArguments {
    /// The file that holds the patch
    #[arg(long, default_value = "", hide_default_value = true)]
    path: String,
    /// The patch itself
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    patch: String,
    /// The API group of the target
    #[arg(long, default_value = "", hide_default_value = true)]
    group: String,
    /// The API version of the target
    #[arg(long, default_value = "", hide_default_value = true)]
    version: String,
    /// The kind of the target
    #[arg(long, default_value = "", hide_default_value = true)]
    kind: String,
    /// The name of the target
    #[arg(long, default_value = "", hide_default_value = true)]
    name: String,
    /// The namespace of the target
    #[arg(long, default_value = "", hide_default_value = true)]
    namespace: String,
    /// A selector over the annotations of the target
    #[arg(long, value_name = "SELECTOR", default_value = "", hide_default_value = true)]
    annotation_selector: String,
    /// A selector over the labels of the target
    #[arg(long, value_name = "SELECTOR", default_value = "", hide_default_value = true)]
    label_selector: String,
}

impl PatchArguments {
    pub(super) fn entry(&self) -> PatchEntry {
        PatchEntry {
            path: self.path.clone(),
            patch: self.patch.clone(),
            group: self.group.clone(),
            version: self.version.clone(),
            kind: self.kind.clone(),
            name: self.name.clone(),
            namespace: self.namespace.clone(),
            annotation_selector: self.annotation_selector.clone(),
            label_selector: self.label_selector.clone(),
        }
    }
}
