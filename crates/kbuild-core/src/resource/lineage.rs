//! What a build remembers of a resource.

use std::sync::Arc;

use kbuild_yaml::EcoString;

use super::{History, Origin};

/// What a build remembers of a resource beside its content.
///
/// The reference keeps these facts as annotations inside the resource, which shows: see [`Lineage::is_annotated`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Lineage {
    /// What the resource was called.
    pub(crate) history: History,
    /// What a generator said about a resource of the same id; none for resources that were read.
    pub(crate) behavior: Option<Behavior>,
    /// True when the name gets the hash of the content in the end.
    pub(crate) needs_hash: bool,
    /// True for what a helm chart holds, which has its namespace from helm.
    pub(crate) helm_generated: bool,
    /// Where it came from, if anybody keeps track.
    pub(crate) origin: Option<Arc<Origin>>,
    /// What few resources have.
    pub(crate) rare: Option<Box<Rare>>,
}

/// What few resources have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    /// The vars that take their values from it.
    vars: Vec<EcoString>,
    /// What changed it, if anybody keeps track.
    transformations: Vec<Arc<Origin>>,
}

/// What a generated ConfigMap or Secret does to one that exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Nothing was said: there must be none.
    #[default]
    Unspecified,
    /// There must be none.
    Create,
    /// Takes its place.
    Replace,
    /// Adds to its data.
    Merge,
}

impl Behavior {
    /// Reads the field; what is unknown counts as not given.
    pub(crate) fn new(text: &str) -> Behavior {
        match text {
            "create" => Behavior::Create,
            "replace" => Behavior::Replace,
            "merge" => Behavior::Merge,
            _ => Behavior::Unspecified,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Behavior::Unspecified => "unspecified",
            Behavior::Create => "create",
            Behavior::Replace => "replace",
            Behavior::Merge => "merge",
        }
    }
}

impl Lineage {
    /// True when the reference would have annotations in the resource by now. A JSON patch that adds an annotation
    /// needs the mapping that holds them, so whether it works depends on this.
    pub(crate) fn is_annotated(&self) -> bool {
        !self.history.is_empty()
            || self.behavior.is_some()
            || self.needs_hash
            || self.helm_generated
            || self.origin.is_some()
    }

    /// The vars that take their values from it.
    pub(crate) fn vars(&self) -> &[EcoString] {
        self.rare.as_ref().map_or(&[], |rare| &rare.vars)
    }

    /// Notes a var that takes its value from it.
    pub(crate) fn add_var(&mut self, var: EcoString) {
        self.rare_mut().vars.push(var);
    }

    /// What changed it, if anybody keeps track.
    pub(crate) fn transformations(&self) -> &[Arc<Origin>] {
        self.rare.as_ref().map_or(&[], |rare| &rare.transformations)
    }

    /// Says what changed it.
    pub(crate) fn set_transformations(&mut self, transformations: Vec<Arc<Origin>>) {
        if self.rare.is_some() || !transformations.is_empty() {
            self.rare_mut().transformations = transformations;
        }
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Notes that the transformer `by` came along. What has no origin comes from it.
    pub(crate) fn transformed(&mut self, by: &Arc<Origin>) {
        match &self.origin {
            Some(_) => self.rare_mut().transformations.push(Arc::clone(by)),
            None => self.origin = Some(Arc::clone(by)),
        }
    }

    /// Forgets where the resource came from and what changed it: unlike its other notes, the reference does not put these
    /// back when a JSON patch has taken all annotations away.
    pub(crate) fn forget_origin(&mut self) {
        self.origin = None;
        self.set_transformations(Vec::new());
    }
}
