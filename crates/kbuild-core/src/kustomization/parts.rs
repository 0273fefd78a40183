//! What the fields of a kustomization hold.

use kbuild_yaml::{EcoString, Place};

use crate::field::FieldSpec;

/// A string of a kustomization and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// The string.
    pub text: EcoString,
    /// Where it stands.
    pub place: Place,
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// An entry of a mapping from strings to strings: a label, say.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The key.
    pub key: EcoString,
    /// The value.
    pub value: EcoString,
    /// Where the value stands.
    pub place: Place,
}

/// An entry of `labels`.
#[derive(Clone, Debug, Default)]
pub struct Label {
    /// The labels to set.
    pub pairs: Vec<Pair>,
    /// Whether to set them in selectors (and templates) too.
    pub include_selectors: bool,
    /// Whether to set them in the templates of workloads too.
    pub include_templates: bool,
    /// Whether to set them in the volume claim templates of stateful sets too.
    pub include_volume_claim_templates: bool,
    /// More fields to set them in.
    pub(crate) fields: Vec<FieldSpec>,
    /// Where the entry stands.
    pub place: Place,
}

/// An entry of `images`.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// The image without its tag, as the resources name it; a regular expression, as in the reference.
    pub name: EcoString,
    /// What to call it instead.
    pub new_name: EcoString,
    /// What to add to its tag.
    pub tag_suffix: EcoString,
    /// The tag to give it.
    pub new_tag: EcoString,
    /// The digest to give it.
    pub digest: EcoString,
    /// Where the entry stands.
    pub place: Place,
}

/// An entry of `replicas`.
#[derive(Clone, Debug, Default)]
pub struct Replica {
    /// The name of the workload.
    pub name: EcoString,
    /// How many replicas it gets.
    pub count: i64,
    /// Where the entry stands.
    pub place: Place,
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    /// The file that holds the patch.
    pub path: Text,
    /// The patch itself.
    pub patch: Text,
    /// What it applies to.
    pub target: Option<Target>,
    /// What it may change.
    pub options: PatchOptions,
    /// Where the entry stands.
    pub place: Place,
}

/// What a strategic merge patch may change.
#[derive(Clone, Copy, Debug, Default)]
pub struct PatchOptions {
    /// The name of the resource.
    pub allow_name_change: bool,
    /// The kind of the resource.
    pub allow_kind_change: bool,
}

/// The target of a patch: every field is an anchored regular expression or a label selector; an empty one matches all.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The API group.
    pub group: EcoString,
    /// The API version.
    pub version: EcoString,
    /// The kind.
    pub kind: EcoString,
    /// The name, as it is or as it first was.
    pub name: EcoString,
    /// The namespace, as it is or as it first was.
    pub namespace: EcoString,
    /// Where the name stands; nowhere if it is not given.
    pub name_place: Place,
    /// A selector over annotations.
    pub annotation_selector: EcoString,
    /// A selector over labels.
    pub label_selector: EcoString,
    /// Where the target stands.
    pub place: Place,
}

/// An entry of `configMapGenerator` or `secretGenerator`.
#[derive(Clone, Debug, Default)]
pub struct GeneratorArgs {
    /// The name of what is generated, before prefix, suffix and hash.
    pub name: EcoString,
    /// Its namespace.
    pub namespace: EcoString,
    /// What to do with one of the same id: `create`, `merge` or `replace`.
    pub behavior: EcoString,
    /// The type of a Secret.
    pub secret_type: EcoString,
    /// `key=value` entries.
    pub literals: Vec<Text>,
    /// `path` or `key=path` entries.
    pub files: Vec<Text>,
    /// Files of `key=value` lines.
    pub envs: Vec<Text>,
    /// Options of this entry.
    pub options: Option<GeneratorOptions>,
    /// Where the entry stands.
    pub place: Place,
}

/// `generatorOptions`, or the `options` of one generator.
#[derive(Clone, Debug, Default)]
pub struct GeneratorOptions {
    /// Labels of what is generated.
    pub labels: Vec<Pair>,
    /// Annotations of what is generated.
    pub annotations: Vec<Pair>,
    /// Leave the hash of the content out of the name.
    pub disable_name_suffix_hash: bool,
    /// Mark as immutable.
    pub immutable: bool,
}

/// `sortOptions`.
#[derive(Clone, Debug, Default)]
pub struct SortOptions {
    /// The order.
    pub order: Text,
    /// The kinds that go first and last in legacy order.
    pub legacy: Option<LegacySortOptions>,
    /// Where the options stand.
    pub place: Place,
}

/// `sortOptions.legacySortOptions`.
#[derive(Clone, Debug, Default)]
pub struct LegacySortOptions {
    /// The kinds that go first.
    pub order_first: Vec<EcoString>,
    /// The kinds that go last.
    pub order_last: Vec<EcoString>,
}

/// The order of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// Kinds that others depend on first, webhooks last, the rest by type and name.
    #[default]
    Legacy,
    /// As read.
    Fifo,
}
