//! What a build may be told besides the kustomization.

/// Options of a build; the default is what `kustomize build` does without flags.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Which files may be read.
    pub load_restrictor: LoadRestrictor,
    /// The order of the output, where the kustomization says nothing of it.
    pub reorder: Reorder,
    /// Adds the label `app.kubernetes.io/managed-by` to all resources.
    pub managed_by_label: bool,
}

/// Which files a kustomization may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadRestrictor {
    /// Only those in its own directory and below, links resolved.
    #[default]
    RootOnly,
    /// All.
    None,
}

/// The order of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reorder {
    /// Not given: legacy order, unless the kustomization has `sortOptions`.
    #[default]
    Unspecified,
    /// Kinds that others depend on first, webhooks last, the rest by type and name.
    Legacy,
    /// As read.
    None,
}
