//! The flags that change a kustomization for one build, without touching it.

use clap::Args;
use kbuild_core::edit::{PairKind, PatchEntry, parse_pairs};
use kbuild_core::{Error, Overrides};

#[derive(Debug, Default, Args)]
#[command(
    next_help_heading = "For this build alone, as the commands of \"kbuild edit\" would change the kustomization"
)]
pub(crate) struct OverrideArguments {
    /// Set an image: NAME=NEW:TAG, NAME:TAG, NAME=NEW, NAME@DIGEST; may be given several times
    #[arg(long, value_name = "NAME=NEW:TAG")]
    set_image: Vec<String>,
    /// Set the namespace of all resources
    #[arg(long, value_name = "NAME", visible_alias = "namespace")]
    set_namespace: Option<String>,
    /// Set what is put before all names
    #[arg(long, value_name = "PREFIX", allow_hyphen_values = true)]
    set_name_prefix: Option<String>,
    /// Set what is put behind all names
    #[arg(long, value_name = "SUFFIX", allow_hyphen_values = true)]
    set_name_suffix: Option<String>,
    /// Set a number of replicas; may be given several times
    #[arg(long, value_name = "NAME=COUNT")]
    set_replicas: Vec<String>,
    /// Set a label, though not in selectors and templates; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    set_label: Vec<String>,
    /// Set an annotation; may be given several times
    #[arg(long, value_name = "KEY:VALUE")]
    set_annotation: Vec<String>,
    /// Add a component, as seen from the kustomization; may be given several times
    #[arg(long, value_name = "DIR")]
    add_component: Vec<String>,
    /// Add a patch in a file, as seen from the kustomization; may be given several times
    #[arg(long, value_name = "FILE")]
    add_patch: Vec<String>,
}

impl OverrideArguments {
    /// What the flags ask for.
    ///
    /// # Errors
    /// A label or an annotation has no key.
    pub(crate) fn overrides(&self) -> Result<Overrides, Error> {
        let patch = |path: &String| PatchEntry { path: path.clone(), ..PatchEntry::default() };
        let mut overrides = Overrides::default();
        overrides.namespace = self.set_namespace.clone();
        overrides.name_prefix = self.set_name_prefix.clone();
        overrides.name_suffix = self.set_name_suffix.clone();
        overrides.images = self.set_image.clone();
        overrides.replicas = self.set_replicas.clone();
        overrides.labels = parse_pairs(PairKind::Label, &self.set_label)?;
        overrides.annotations = parse_pairs(PairKind::Annotation, &self.set_annotation)?;
        overrides.components = self.add_component.clone();
        overrides.patches = self.add_patch.iter().map(patch).collect();
        Ok(overrides)
    }
}
