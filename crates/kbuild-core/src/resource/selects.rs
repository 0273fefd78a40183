//! Which resources a selector selects.

use super::Resource;
use crate::identity::GvkRef;
use crate::identity::pattern::Pattern;
use crate::identity::selector::Selector;

impl Selector {
    /// True when the selector selects this resource: namespace and name as they are or as they first were.
    pub(crate) fn selects(&self, resource: &Resource) -> bool {
        self.selects_type(resource.gvk_ref()) && self.selects_one(resource)
    }

    /// True when the selector selects resources of this type.
    pub(crate) fn selects_type(&self, gvk: GvkRef<'_>) -> bool {
        self.kind.matches(gvk.kind)
            && self.group.matches(gvk.group)
            && self.version.matches(gvk.version)
    }

    /// True when it selects this resource, whatever its type.
    pub(crate) fn selects_one(&self, resource: &Resource) -> bool {
        if !(self.name.is_any() && self.namespace.is_any()) {
            let (now, first) = (resource.id_ref(), resource.original_id_ref());
            let either = |pattern: &Pattern, one: &str, other: &str| {
                pattern.matches(one) || pattern.matches(other)
            };
            if !either(&self.namespace, first.namespace, now.namespace)
                || !either(&self.name, first.name, now.name)
            {
                return false;
            }
        }
        (self.labels.is_any() || self.labels.matches(|key| resource.label(key)))
            && (self.annotations.is_any()
                || self.annotations.matches(|key| resource.annotation(key)))
    }
}
