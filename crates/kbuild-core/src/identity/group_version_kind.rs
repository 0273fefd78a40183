//! Group, version and kind.

use std::fmt;
use std::sync::Arc;

use indexmap::Equivalent;
use kbuild_yaml::{EcoString, is_same_text};

/// The type of a resource. The parts that a kustomization leaves out are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupVersionKind {
    /// `apps` in `apps/v1`; empty for the core group.
    pub group: EcoString,
    /// `v1` in `apps/v1`.
    pub version: EcoString,
    /// `Deployment`.
    pub kind: EcoString,
}

/// The group and the version in an `apiVersion`.
pub(crate) fn split_api_version(api_version: &str) -> (&str, &str) {
    let slash = api_version.bytes().position(|byte| byte == b'/');
    slash
        .and_then(|at| Some((api_version.get(..at)?, api_version.get(at + 1..)?)))
        .unwrap_or(("", api_version))
}

impl GroupVersionKind {
    /// The type that `apiVersion` and `kind` name.
    pub fn new(api_version: &str, kind: &str) -> GroupVersionKind {
        let (group, version) = split_api_version(api_version);
        GroupVersionKind { group: group.into(), version: version.into(), kind: kind.into() }
    }

    /// Group and version as a resource writes them.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// True when every part that `selector` names is the same here.
    pub fn is_selected_by(&self, selector: &GroupVersionKind) -> bool {
        let fits =
            |wanted: &EcoString, have: &EcoString| wanted.is_empty() || is_same_text(wanted, have);
        fits(&selector.group, &self.group)
            && fits(&selector.version, &self.version)
            && fits(&selector.kind, &self.kind)
    }

    /// The text by which the reference sorts types of one rank; a missing part sorts after all letters.
    pub(crate) fn sort_text(&self) -> String {
        let or = |part: &EcoString, none: &str| {
            if part.is_empty() { none.to_owned() } else { part.to_string() }
        };
        format!("{}_{}_{}", or(&self.group, "~G"), or(&self.version, "~V"), or(&self.kind, "~K"))
    }
}

/// The same, with texts that are somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GvkRef<'a> {
    pub(crate) group: &'a str,
    pub(crate) version: &'a str,
    pub(crate) kind: &'a str,
}

impl GvkRef<'_> {
    /// A number that tells most types apart.
    #[inline]
    pub(crate) fn mark(&self) -> usize {
        (self.kind.len() << 16) ^ (self.group.len() << 8) ^ self.version.len()
    }

    /// As [`GroupVersionKind::is_selected_by`].
    pub(crate) fn is_selected_by(&self, selector: &GroupVersionKind) -> bool {
        let fits = |wanted: &EcoString, have: &str| wanted.is_empty() || is_same_text(wanted, have);
        fits(&selector.kind, self.kind)
            && fits(&selector.group, self.group)
            && fits(&selector.version, self.version)
    }

    pub(crate) fn to_owned(self) -> GroupVersionKind {
        GroupVersionKind {
            group: self.group.into(),
            version: self.version.into(),
            kind: self.kind.into(),
        }
    }
}

impl<'a> From<&'a GroupVersionKind> for GvkRef<'a> {
    fn from(gvk: &'a GroupVersionKind) -> GvkRef<'a> {
        let GroupVersionKind { group, version, kind } = gvk;
        GvkRef { group, version, kind }
    }
}

impl Equivalent<GroupVersionKind> for GvkRef<'_> {
    #[inline]
    fn equivalent(&self, key: &GroupVersionKind) -> bool {
        is_same_text(&key.kind, self.kind)
            && is_same_text(&key.version, self.version)
            && is_same_text(&key.group, self.group)
    }
}

impl Equivalent<Arc<GroupVersionKind>> for GvkRef<'_> {
    #[inline]
    fn equivalent(&self, key: &Arc<GroupVersionKind>) -> bool {
        self.equivalent(&**key)
    }
}

impl fmt::Display for GroupVersionKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind.is_empty() {
            return write!(out, "any kind");
        }
        write!(out, "{}", self.kind)?;
        match (self.group.is_empty(), self.version.is_empty()) {
            (true, true) => Ok(()),
            (true, false) => write!(out, " ({})", self.version),
            (false, true) => write!(out, " ({})", self.group),
            (false, false) => write!(out, " ({}/{})", self.group, self.version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_selector_selects_all() {
        let deployment = GroupVersionKind::new("apps/v1", "Deployment");
        assert!(deployment.is_selected_by(&GroupVersionKind::default()));
        assert!(!deployment.is_selected_by(&GroupVersionKind::new("batch/v1", "Deployment")));
    }
}
