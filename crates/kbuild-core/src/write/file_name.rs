//! The names of files when every resource gets its own.

use crate::resource::Resource;

/// The name of a resource's file: group, version, kind and name in lower case. With `with_namespace`, the namespace of
/// what lives in one stands before it.
pub(crate) fn file_name(resource: &Resource, with_namespace: bool) -> String {
    let id = resource.id();
    let parts = [&id.gvk.group, &id.gvk.version, &id.gvk.kind];
    let gvk: Vec<&str> =
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect();
    let name = format!("{}_{}.yaml", gvk.join("_"), id.name).to_lowercase();
    if with_namespace && !id.is_cluster_scoped() {
        format!("{}_{name}", id.namespace.to_lowercase())
    } else {
        name
    }
}
