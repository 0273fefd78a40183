//! Role bindings, of which the type of a reference depends on what stands beside it.

use kbuild_yaml::{EcoString, NodeRef};

use crate::code::Code;
use crate::error::Error;
use crate::field::FieldSpec;
use crate::identity::GroupVersionKind;
use crate::resource::Resource;

/// True for the name of the `roleRef` of a role binding.
pub(super) fn is_of_role(spec: &FieldSpec) -> bool {
    matches!(spec.path.as_slice(), [.., role, name] if role.name.ends_with("roleRef") && name.name == "name")
}

/// The type that the `roleRef` of a role binding names.
pub(super) fn role_of(resource: &Resource) -> Option<GroupVersionKind> {
    let role = resource.node().get("roleRef")?;
    // A mapping or a list has no text, and so fits every group.
    let text = |node: NodeRef<'_>| EcoString::from(text_of(node));
    Some(GroupVersionKind {
        group: text(role.get("apiGroup")?),
        version: EcoString::new(),
        kind: text(role.get("kind")?),
    })
}

/// The text of a scalar; none of a mapping or a list.
pub(super) fn text_of(node: NodeRef<'_>) -> &str {
    node.as_scalar().map_or("", |scalar| scalar.text)
}

/// The namespace of a role binding's subject must be a name.
pub(super) fn check_subjects(resource: &Resource) -> Result<(), Error> {
    if resource.is_cluster_scoped() {
        return Ok(());
    }
    for subject in
        resource.node().get("subjects").and_then(NodeRef::as_sequence).into_iter().flatten()
    {
        let refuse = |what: &str, node: NodeRef<'_>, hint: &str| {
            let error = Error::new(Code::BAD_REFERENCE, format!("{what}, not {}", node.describe()))
                .at(node.place());
            Err(error.in_resource(resource.describe()).hint_with(hint))
        };
        if !subject.is_mapping() {
            return refuse(
                "a subject must be a mapping",
                subject,
                "write it as {kind: ServiceAccount, name: default}",
            );
        }
        let (Some(namespace), Some(kind)) = (subject.get("namespace"), subject.get("kind")) else {
            continue;
        };
        match kind.as_str() {
            None => {
                return refuse(
                    "the kind of a subject must be a string",
                    kind,
                    "write it as kind: ServiceAccount",
                );
            }
            Some("ServiceAccount") if namespace.as_str().is_none() => {
                let hint = "fill it in, or take the field out";
                return refuse("the namespace of a subject must be a string", namespace, hint);
            }
            Some(_) => {}
        }
    }
    Ok(())
}
