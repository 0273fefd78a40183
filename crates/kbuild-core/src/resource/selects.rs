//! Which resources a selector selects.

use super::Resource;
use crate::identity::pattern::Pattern;
use crate::identity::selector::Selector;

impl Selector {
    /// True when the selector selects this resource: namespace and name as they are or as they first were.
    pub(crate) fn selects(&self, resource: &Resource) -> bool {
        if !self.kind.matches(resource.kind()) {
            return false;
        }
        if !(self.group.is_any() && self.version.is_any()) {
            let gvk = resource.gvk_ref();
            if !self.group.matches(gvk.group) || !self.version.matches(gvk.version) {
                return false;
            }
        }
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
